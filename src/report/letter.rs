//! What is missing of published cases: a list, and a message to the authors.

use serde_json::{Value, json};

use crate::document::numbers::percent;
use crate::document::{Block, Cell, Document, Medium, Records, Role, Table};
use crate::dossier::care::{CaseCompleteness, Item, Source};

/// Why a field may stand in the paper all the same.
const NOT_READ: &str = "not read in full";

/// The completeness of cases as a document, the least complete first.
pub struct CompletenessDocument<'a>(pub &'a [CaseCompleteness]);

impl Document for CompletenessDocument<'_> {
    fn title(&self) -> String {
        "Completeness by CARE items".to_owned()
    }

    fn blocks(&self, _: Medium) -> Vec<Block> {
        vec![
            Block::Table(completeness_table(self.0)),
            Block::Blank,
            Block::Line(completeness_words(self.0)),
        ]
    }

    fn records(&self) -> Records<'_> {
        completeness_table(self.0).into()
    }

    fn json(&self) -> Value {
        json!(self.0)
    }
}

/// The score of each case, the least complete first.
fn completeness_table(cases: &[CaseCompleteness]) -> Table {
    let mut table = Table::new(
        "Completeness by CARE items, the least complete first",
        &[
            ("case", Role::Case),
            ("publication", Role::Text),
            ("known", Role::Count),
            ("of", Role::Count),
            ("score, %", Role::Estimate),
        ],
    );
    let mut cases: Vec<&CaseCompleteness> = cases.iter().collect();
    cases.sort_by(|a, b| a.score().total_cmp(&b.score()).then(a.case.cmp(&b.case)));
    for case in cases {
        table.push([
            case.case.as_str().into(),
            case.publication.as_str().into(),
            Cell::count(case.known),
            Cell::count(case.fields()),
            Cell::percent(case.score()),
        ]);
    }
    table
}

/// The completeness of a whole study in a sentence.
fn completeness_words(cases: &[CaseCompleteness]) -> String {
    let known: usize = cases.iter().map(|case| case.known).sum();
    let fields: usize = cases.iter().map(CaseCompleteness::fields).sum();
    let unread = cases
        .iter()
        .flat_map(|case| &case.missing)
        .filter(|missing| missing.reason.contains(NOT_READ))
        .count();
    let share = known as f64 / fields.max(1) as f64;
    format!(
        "{known} of {fields} items of {} cases are known ({} %); {unread} of those missing may stand in papers that were not read in full.",
        cases.len(),
        percent(share)
    )
}

/// A message that asks the authors of a publication for what is missing of their cases.
pub struct LetterDocument<'a> {
    /// The publication that the letter is about.
    pub source: &'a Source,
    /// Its cases of which something is missing.
    pub cases: &'a [&'a CaseCompleteness],
    /// The title of the study.
    pub study: &'a str,
}

impl Document for LetterDocument<'_> {
    fn title(&self) -> String {
        format!("To the authors of {}", self.source.key)
    }

    fn blocks(&self, _: Medium) -> Vec<Block> {
        vec![Block::Code {
            language: "",
            name: String::new(),
            text: self.message().trim_end().to_owned(),
        }]
    }

    /// What is missing, one item a row.
    fn records(&self) -> Records<'_> {
        let mut table = Table::new(
            "",
            &[
                ("publication", Role::Text),
                ("case", Role::Case),
                ("field", Role::Text),
                ("care", Role::Text),
                ("reason", Role::Text),
            ],
        );
        for case in self.cases {
            for missing in &case.missing {
                table.push([
                    self.source.key.as_str(),
                    &case.case,
                    &missing.field,
                    missing.care.number(),
                    &missing.reason,
                ]);
            }
        }
        table.into()
    }

    fn json(&self) -> Value {
        json!({
            "study": self.study,
            "publication": self.source,
            "cases": self.cases.iter().map(|case| json!({
                "case": case.case,
                "known": case.known,
                "of": case.fields(),
                "missing": case.missing,
            })).collect::<Vec<_>>(),
            "message": self.message(),
        })
    }
}

impl LetterDocument<'_> {
    fn message(&self) -> String {
        message(self.source, self.cases, self.study)
    }
}

fn message(source: &Source, cases: &[&CaseCompleteness], study: &str) -> String {
    let mut place = [source.journal.as_str(), source.year.as_str()].join(" ");
    if !source.doi.is_empty() {
        place.push_str(&format!(", https://doi.org/{}", source.doi));
    }
    let mut text = format!(
        "To {} and co-authors\nAbout: {} ({})\n\nDear authors,\n\nwe collect published cases in an open database that anyone may check and reuse: {study}.\nYour report is part of it. For the case{} that you published we could not find the items below.\nMay we ask you for those that you can give?\n",
        source.first_author,
        source.title,
        place.trim(),
        if cases.len() == 1 { "" } else { "s" }
    );
    let mut starred = false;
    for case in cases {
        text.push_str(&format!("\nCase {}\n", case.case));
        for missing in &case.missing {
            let star = if missing.reason.contains(NOT_READ) {
                " *"
            } else {
                ""
            };
            starred |= !star.is_empty();
            let care = if missing.care == Item::None {
                String::new()
            } else {
                format!(" (CARE item {})", missing.care.number())
            };
            text.push_str(&format!("- {}{care}{star}\n", missing.field));
        }
    }
    if starred {
        text.push_str(&format!(
            "\n* It may stand in the paper, of which we could read: {}.\n",
            if source.reading.is_empty() {
                "not the whole text"
            } else {
                &source.reading
            }
        ));
    }
    text.push_str(
        "\nPlease send nothing that could identify a patient, and tell us how you wish to be credited.\nWhat you tell us is recorded as your statement, with its date, beside what the report says.\n\nWith kind regards\n",
    );
    text
}
