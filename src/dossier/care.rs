//! How completely cases are reported, by the items of the CARE guideline, and what to ask their authors.
//!
//! CARE (Gagnier JJ, Kienle G, Altman DG, et al. J Clin Epidemiol 2014;67:46-51) lists what a case
//! report should tell. The items here are those that the sheets have a column for; the score is the
//! share of them that is known, each counting the same. It measures what is known to this study, which
//! may have read no more than an abstract: it is no judgement of the report.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::query::{NOT_KNOWN, Table, rows};

/// How fields of the analysis of completeness begin, and the item of CARE that they belong to.
const ITEMS: [(&str, &str, &str); 12] = [
    ("age", "5a", "patient information"),
    ("sex", "5a", "patient information"),
    ("histology", "8a", "diagnostic assessment"),
    ("primary site", "6", "clinical findings"),
    ("stage", "6", "clinical findings"),
    ("metastatic", "6", "clinical findings"),
    ("fusion", "8a", "diagnostic assessment"),
    ("breakpoint", "8a", "diagnostic assessment"),
    ("detection", "8a", "diagnostic assessment"),
    ("partner", "8a", "diagnostic assessment"),
    ("follow-up", "10a", "outcome"),
    ("adverse", "10d", "adverse events"),
];
/// Fields of the course of treatment, after `drug: `.
const TREATMENT: [(&str, &str, &str); 10] = [
    ("line", "9a", "intervention"),
    ("dose", "9b", "administration"),
    ("start", "7", "timeline"),
    ("time on treatment", "9b", "administration"),
    ("best overall response", "10a", "outcome"),
    ("response criterion", "10a", "outcome"),
    ("time to response", "10a", "outcome"),
    ("progression-free", "10a", "outcome"),
    ("progressed", "10a", "outcome"),
    ("reason for stopping", "9c", "changes of intervention"),
];

/// The number and name of the item of CARE that a field belongs to.
#[must_use]
pub fn item(field: &str) -> (&'static str, &'static str) {
    let (field, items) = match field.strip_prefix("drug: ") {
        Some(rest) => (rest, &TREATMENT[..]),
        None => (field, &ITEMS[..]),
    };
    items
        .iter()
        .find(|(start, ..)| field.starts_with(start))
        .map_or(("", "other"), |(_, number, name)| (number, name))
}

/// What is known of one case.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct CaseCompleteness {
    /// Key of the case.
    pub case: String,
    /// Key of its main publication; empty if it has none.
    pub publication: String,
    /// Number of fields known.
    pub known: usize,
    /// The fields not known, each with why.
    pub missing: Vec<MissingField>,
}

/// A field that is not known of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MissingField {
    /// Name of the field.
    pub field: String,
    /// Number of its item in CARE.
    pub care: &'static str,
    /// Why it is not known.
    pub reason: String,
}

impl CaseCompleteness {
    /// Number of fields asked for.
    #[must_use]
    pub fn fields(&self) -> usize {
        self.known + self.missing.len()
    }

    /// The share of the fields that is known.
    #[must_use]
    pub fn score(&self) -> f64 {
        self.known as f64 / self.fields().max(1) as f64
    }
}

/// A publication that can be asked for what is missing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Source {
    /// Its key.
    pub key: String,
    /// First author.
    pub first_author: String,
    /// Title.
    pub title: String,
    /// Journal.
    pub journal: String,
    /// Year.
    pub year: String,
    /// DOI.
    pub doi: String,
    /// How far it was read.
    pub reading: String,
}

/// Completeness of each case, from the rows of the analysis of completeness and the main publication
/// of each case.
#[must_use]
pub fn of_cases(
    completeness: &Table,
    publications: &BTreeMap<String, String>,
) -> Vec<CaseCompleteness> {
    let mut found: BTreeMap<String, CaseCompleteness> = BTreeMap::new();
    for row in rows(completeness) {
        let case = row.unit("case");
        let entry = found
            .entry(case.clone())
            .or_insert_with(|| CaseCompleteness {
                publication: publications.get(&case).cloned().unwrap_or_default(),
                case,
                ..CaseCompleteness::default()
            });
        if row.boolean("known") == Some(true) {
            entry.known += 1;
        } else {
            let field = row.get("field").unwrap_or_default().to_owned();
            entry.missing.push(MissingField {
                care: item(&field).0,
                field,
                reason: row.get("reason").unwrap_or(NOT_KNOWN).to_owned(),
            });
        }
    }
    found.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_have_their_item() {
        assert_eq!(item("sex"), ("5a", "patient information"));
        assert_eq!(item("drug: dose").0, "9b");
        assert_eq!(item("follow-up: months").0, "10a");
        assert_eq!(item("adverse events").0, "10d");
        assert_eq!(item("something else"), ("", "other"));
    }

    #[test]
    fn the_score_is_the_share_known() {
        let case = CaseCompleteness {
            known: 3,
            missing: vec![MissingField {
                field: "sex".to_owned(),
                care: "5a",
                reason: "not reported".to_owned(),
            }],
            ..CaseCompleteness::default()
        };
        assert_eq!((case.fields(), case.score()), (4, 0.75));
    }
}
