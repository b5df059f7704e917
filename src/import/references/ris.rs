//! RIS: two letters, two blanks, a hyphen, a blank and a value a line.

use super::{Reference, doi, year};

/// The works of a file; each ends with `ER`.
pub(super) fn read(text: &str) -> Vec<Reference> {
    let mut all = Vec::new();
    let mut one = Reference::default();
    let mut begun = false;
    for line in text.lines() {
        let Some((tag, value)) = line.split_once("  -") else {
            continue;
        };
        let value = value.trim();
        // The first of a kind stays: T1 before T2, the first author before the others.
        let set = |field: &mut String, value: String| {
            if field.is_empty() {
                *field = value;
            }
        };
        match tag.trim() {
            "TY" => {
                one = Reference::default();
                begun = true;
            }
            "AU" | "A1" => set(&mut one.first_author, value.to_owned()),
            "TI" | "T1" => set(&mut one.title, value.to_owned()),
            "JO" | "JF" | "T2" | "JA" => set(&mut one.journal, value.to_owned()),
            "PY" | "Y1" | "DA" => set(&mut one.year, year(value)),
            "DO" => set(&mut one.doi, doi(value)),
            // Where PubMed's own number stands depends on the program that wrote the file.
            "AN" | "C2" | "PM" if is_pmid(value) => set(&mut one.pmid, value.to_owned()),
            "ER" if begun => {
                all.push(std::mem::take(&mut one));
                begun = false;
            }
            _ => {}
        }
    }
    all
}

/// Whether a number may be one of PubMed.
fn is_pmid(text: &str) -> bool {
    (4..=9).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}
