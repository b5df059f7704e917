//! The methods of a result as a paragraph for a paper, with its references.

use std::collections::BTreeMap;

use crate::analysis::Analysis;
use crate::kinds::references::Reference;

/// The methods of one analysis: what was asked of whom, how it was computed, with what.
#[must_use]
pub fn methods(analysis: &Analysis, made_from: &str) -> String {
    let mut text = format!("{}. ", analysis.header.summary.trim_end_matches('.'));
    text.push_str(analysis.header.description.trim());
    if !analysis.parameters.is_empty() {
        let set: Vec<String> = analysis
            .parameters
            .iter()
            .map(|(name, value)| format!("{name} {value}"))
            .collect();
        text.push_str(&format!(" Parameters: {}.", set.join(", ")));
    }
    let ledger = &analysis.finding.ledger;
    if ledger.eligible() > 0 {
        text.push_str(&format!(
            " Of {} eligible, {} were counted",
            ledger.eligible(),
            ledger.counted().len()
        ));
        let left_out: Vec<String> = ledger
            .exclusions()
            .iter()
            .map(|exclusion| format!("{} ({})", exclusion.reason, exclusion.units.len()))
            .collect();
        if left_out.is_empty() {
            text.push('.');
        } else {
            text.push_str(&format!("; left out: {}.", left_out.join(", ")));
        }
    }
    if !analysis.finding.method.is_empty() {
        text.push_str(&format!(" {}", analysis.finding.method));
        text.push_str(&format!(" Intervals are at {}.", analysis.finding.level));
    }
    text.push_str(&format!(" {made_from}"));
    text
}

/// The publications of the methods of one result, each once.
#[must_use]
pub fn references(analysis: &Analysis) -> Vec<Reference> {
    let found = analysis.finding.found.iter();
    let mut references: Vec<Reference> = found.flat_map(|found| found.references()).collect();
    references.dedup();
    references
}

/// The references of several analyses, each once, by author and year.
#[must_use]
pub fn bibliography<'a>(analyses: impl IntoIterator<Item = &'a Analysis>) -> Vec<Reference> {
    let all: BTreeMap<&'static str, Reference> = analyses
        .into_iter()
        .flat_map(references)
        .map(|reference| (reference.key, reference))
        .collect();
    all.into_values().collect()
}

/// The references as a BibTeX file, in their order.
#[must_use]
pub fn bibtex(references: &[Reference]) -> String {
    let entries: Vec<String> = references.iter().map(Reference::bibtex).collect();
    entries.join("\n")
}
