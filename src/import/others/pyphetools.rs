//! A case sheet of pyphetools: a row a patient, or a column a patient.
//!
//! The first line names the columns, the second says what they hold. What stands behind the column `HPO` are phenotypic
//! features: <https://monarch-initiative.github.io/pyphetools/user-guide/excel>.

use std::collections::BTreeSet;

use super::super::tab::{At, Tab};
use super::super::tabs::Taken;
use super::draft::{Cells, Draft, Source, plain};
use super::iso8601::duration;

/// The column behind which features stand.
const FEATURES: &str = "HPO";
/// The column that names a patient within a publication.
const PATIENT: &str = "individual_id";
/// Words for no value.
const NOTHING: [&str; 3] = ["", "na", "nan"];

/// The columns that are read, and what each becomes.
const COLUMNS: [(&str, &str); 15] = [
    ("PMID", "publications.pmid"),
    ("title", "publications.title"),
    (PATIENT, "cases.case"),
    ("comment", "cases.note"),
    ("disease_id", "cases.histology"),
    ("disease_label", "cases.histology"),
    ("HGNC_id", "alterations.verbatim"),
    ("gene_symbol", "alterations.gene"),
    ("transcript", "alterations.alteration"),
    ("allele_1", "alterations.alteration"),
    ("allele_2", "alterations.alteration"),
    ("variant.comment", "alterations.verbatim"),
    ("age_of_onset", "cases.age_years"),
    ("age_at_last_encounter", "cases.age_years"),
    ("sex", "cases.sex"),
];

/// The sheet as lines of patients, whichever way it lies.
struct Lines<'t> {
    tab: &'t Tab,
    /// Whether a column is a patient.
    across: bool,
}

impl<'t> Lines<'t> {
    /// A cell by the place of its line and of its field.
    fn cell(&self, line: usize, field: usize) -> (&'t str, At) {
        let (row, column) = if self.across {
            (field, line)
        } else {
            (line, field)
        };
        let Some(row) = self.tab.rows.get(row) else {
            return ("", At { row: 1, column });
        };
        let at = At {
            row: row.number,
            column,
        };
        (row.text(column), at)
    }

    fn fields(&self) -> usize {
        if self.across {
            self.tab.rows.len()
        } else {
            self.tab.width()
        }
    }

    fn count(&self) -> usize {
        if self.across {
            self.tab.width()
        } else {
            self.tab.rows.len()
        }
    }

    fn field(&self, name: &str) -> Option<usize> {
        (0..self.fields()).find(|field| self.cell(0, *field).0 == name)
    }

    fn is_of_patients(&self) -> bool {
        self.field(PATIENT).is_some()
            && ["disease_id", "disease_label"]
                .iter()
                .any(|name| self.field(name).is_some())
    }

    /// What a line says in a column; nothing where it says that nothing is known.
    fn get(&self, line: usize, name: &str) -> (&'t str, At) {
        let field = self.field(name);
        let (text, at) = field.map_or(("", At { row: 1, column: 0 }), |field| {
            self.cell(line, field)
        });
        let nothing = NOTHING.contains(&text.to_lowercase().as_str());
        (if nothing { "" } else { text }, at)
    }
}

fn lines(tab: &Tab) -> Option<Lines<'_>> {
    let ways = [false, true].map(|across| Lines { tab, across });
    ways.into_iter().find(Lines::is_of_patients)
}

/// Whether a table is such a sheet.
pub(super) fn is_sheet(tab: &Tab) -> bool {
    lines(tab).is_some()
}

pub(super) fn read(tab: &Tab, draft: &mut Draft) -> Vec<Taken> {
    let Some(lines) = lines(tab) else {
        return Vec::new();
    };
    // The second line says what the columns hold, as `CURIE` and `str`; a sheet may lack it.
    let typed = lines.get(1, PATIENT).0 == "str";
    let first = if typed { 2 } else { 1 };
    let mut seen = BTreeSet::new();
    let mut features = 0;
    for line in first..lines.count() {
        let filled = (0..lines.fields()).any(|field| !lines.cell(line, field).0.is_empty());
        if filled {
            one(&lines, line, &mut seen, draft);
            features += features_of(&lines, line);
        }
    }
    if features > 0 {
        let rule =
            format!("{features} phenotypic features have no column in the sheets and stay out");
        draft.warn("", rule);
    }
    taken(&lines, first)
}

/// What each column becomes; those of features are told in one.
fn taken(lines: &Lines, first: usize) -> Vec<Taken> {
    let behind = lines.field(FEATURES).unwrap_or(usize::MAX);
    let fields = (0..lines.fields()).filter(|field| *field < behind);
    let one = |field: usize| {
        let (heading, at) = lines.cell(0, field);
        let becomes = COLUMNS.iter().find(|(name, _)| *name == heading);
        let becomes = becomes.map(|(_, of)| *of);
        let becomes = becomes.or((heading == "deceased").then_some("follow_up.status"));
        let filled = (first..lines.count()).filter(|line| !lines.cell(*line, field).0.is_empty());
        Taken {
            tab: lines.tab.name.clone(),
            cell: at.address(),
            heading: heading.to_owned(),
            becomes: becomes.map(str::to_owned),
            filled: filled.count(),
        }
    };
    fields
        .map(one)
        .filter(|taken| !taken.heading.is_empty())
        .collect()
}

/// How many features a patient is said to have or not to have.
fn features_of(lines: &Lines, line: usize) -> usize {
    let Some(behind) = lines.field(FEATURES) else {
        return 0;
    };
    let told = (behind + 1..lines.fields()).filter(|field| {
        let text = lines.cell(line, *field).0.to_lowercase();
        !NOTHING.contains(&text.as_str())
    });
    told.count()
}

fn one(lines: &Lines, line: usize, seen: &mut BTreeSet<String>, draft: &mut Draft) {
    let (individual, place) = lines.get(line, PATIENT);
    if individual.is_empty() {
        draft.wrong(place, "", "is empty: it names the patient");
        return;
    }
    let (id, place_of_id) = lines.get(line, "PMID");
    let pmid = id.strip_prefix("PMID:").unwrap_or(id);
    if !pmid.bytes().all(|byte| byte.is_ascii_digit()) {
        let rule = "is no identifier of PubMed such as PMID:33087723";
        draft.wrong(place_of_id, id, rule);
        return;
    }
    // Papers number their patients alike: the name of one counts within its publication.
    let (key, name) = if pmid.is_empty() {
        (draft.own_key(), individual.to_owned())
    } else {
        (format!("pmid{pmid}"), format!("PMID_{pmid}_{individual}"))
    };
    if !seen.insert(name.clone()) {
        draft.wrong(
            place,
            individual,
            "is the name of another patient of the same publication",
        );
        return;
    }
    let kind = if pmid.is_empty() {
        "database"
    } else {
        "case-report"
    };
    draft.publication(
        &key,
        &[
            ("pmid", pmid),
            ("title", lines.get(line, "title").0),
            ("kind", kind),
            ("read", "secondary"),
        ],
    );
    let source = Source {
        publication: key,
        locator: format!("case sheet, individual {individual}"),
    };
    let case = draft.case(&name, &source);
    patient(lines, line, &case, &source, draft);
    for allele in ["allele_1", "allele_2"] {
        variant(lines, (line, allele), &case, &source, draft);
    }
    let mut cells = Cells::default();
    match lines.get(line, "deceased").0.to_lowercase().as_str() {
        "yes" => cells.set("status", "dead"),
        "no" => cells.set("status", "alive"),
        other => cells.in_words("deceased", other),
    }
    draft.row("follow_up", &case, &source, cells);
}

fn patient(lines: &Lines, line: usize, case: &str, source: &Source, draft: &mut Draft) {
    let mut cells = Cells::default();
    let (sex, place) = lines.get(line, "sex");
    match sex.to_uppercase().as_str() {
        "F" => cells.set("sex", "female"),
        "M" => cells.set("sex", "male"),
        "U" | "" => {}
        _ => cells.in_words("sex", sex),
    }
    cells.stands("sex", place);
    for column in ["age_of_onset", "age_at_last_encounter"] {
        let (age, place) = lines.get(line, column);
        match duration(age) {
            Some(years) if !cells.has("age_years") => {
                cells.set("age_years", plain(years, 2));
                cells.stands("age_years", place);
            }
            _ => cells.in_words(column, age),
        }
    }
    let disease = (
        lines.get(line, "disease_id").0,
        lines.get(line, "disease_label").0,
    );
    draft.word(&mut cells, ("histology", "histology"), disease, case);
    cells.set("note", lines.get(line, "comment").0);
    draft.row("cases", case, source, cells);
}

/// A change of a gene, or a fusion that is written as `EML4::ALK`.
fn variant(
    lines: &Lines,
    (line, allele): (usize, &str),
    case: &str,
    source: &Source,
    draft: &mut Draft,
) {
    let (change, place) = lines.get(line, allele);
    if change.is_empty() {
        return;
    }
    let mut cells = Cells::default();
    if let Some((five, three)) = change.split_once("::") {
        cells.set("five_prime", five);
        cells.set("three_prime", three);
        cells.in_words("variant", lines.get(line, "variant.comment").0);
        draft.row("fusions", case, source, cells);
        return;
    }
    let (transcript, of_transcript) = (
        lines.get(line, "transcript").0,
        change.starts_with("c.") || change.starts_with("n."),
    );
    cells.set("gene", lines.get(line, "gene_symbol").0);
    cells.set(
        "alteration",
        if of_transcript && !transcript.is_empty() {
            format!("{transcript}:{change}")
        } else {
            change.to_owned()
        },
    );
    cells.stands("alteration", place);
    cells.in_words("gene", lines.get(line, "HGNC_id").0);
    if allele == "allele_2" {
        cells.in_words("alteration", "second allele");
    }
    cells.in_words("variant", lines.get(line, "variant.comment").0);
    draft.row("alterations", case, source, cells);
}
