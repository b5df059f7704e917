//! What is missing of published cases: a list, and a message to the authors.

use crate::document::Grid;
use crate::document::numbers::percent;
use crate::dossier::care::{CaseCompleteness, Source};

/// Why a field may stand in the paper all the same.
const NOT_READ: &str = "not read in full";

/// The score of each case, the least complete first.
#[must_use]
pub fn completeness_grid(cases: &[CaseCompleteness]) -> Grid {
    let mut grid = Grid::new(
        "Completeness by CARE items, the least complete first",
        &["case", "publication", "known", "of", "score, %"],
    );
    let mut cases: Vec<&CaseCompleteness> = cases.iter().collect();
    cases.sort_by(|a, b| a.score().total_cmp(&b.score()).then(a.case.cmp(&b.case)));
    for case in cases {
        grid.push([
            case.case.clone(),
            case.publication.clone(),
            case.known.to_string(),
            case.fields().to_string(),
            percent(case.score()),
        ]);
    }
    grid
}

/// The completeness of a whole study in a sentence.
#[must_use]
pub fn completeness_words(cases: &[CaseCompleteness]) -> String {
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
#[must_use]
pub fn letter(source: &Source, cases: &[&CaseCompleteness], study: &str) -> String {
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
            let care = if missing.care.is_empty() {
                String::new()
            } else {
                format!(" (CARE item {})", missing.care)
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
