//! What PubMed gives as text (`.nbib`): a tag of four letters and a value a line, longer ones on lines that begin with blanks.

use super::{Reference, doi, year};

/// The works of a file; each begins with its PMID.
pub(super) fn read(text: &str) -> Vec<Reference> {
    let mut all: Vec<Reference> = Vec::new();
    let mut fields: Vec<(&str, String)> = Vec::new();
    for line in text.lines() {
        match line.split_once("- ") {
            Some((tag, value)) if line.as_bytes().get(4) == Some(&b'-') => {
                fields.push((tag.trim(), value.trim().to_owned()));
            }
            _ => {
                if let Some((_, last)) = fields.last_mut().filter(|_| line.starts_with("      ")) {
                    last.push(' ');
                    last.push_str(line.trim());
                }
            }
        }
    }
    for (tag, value) in fields {
        if tag == "PMID" {
            all.push(Reference {
                pmid: value,
                ..Reference::default()
            });
            continue;
        }
        let Some(one) = all.last_mut() else { continue };
        match tag {
            "TI" => one.title = value,
            "AU" if one.first_author.is_empty() => one.first_author = value,
            "TA" => one.journal = value,
            "JT" if one.journal.is_empty() => one.journal = value,
            "DP" => one.year = year(&value),
            "LID" | "AID" if one.doi.is_empty() && value.ends_with("[doi]") => {
                one.doi = doi(value.trim_end_matches("[doi]"));
            }
            _ => {}
        }
    }
    all
}
