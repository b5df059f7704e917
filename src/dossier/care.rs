//! How completely cases are reported, by the items of the CARE guideline, and what to ask their authors.
//!
//! CARE (Gagnier JJ, Kienle G, Altman DG, et al. J Clin Epidemiol 2014;67:46-51) lists what a case
//! report should tell. The items here are those that the sheets have a column for; the score is the
//! share of them that is known, each counting the same. It measures what is known to this study, which
//! may have read no more than an abstract: it is no judgement of the report.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use crate::query::{NOT_KNOWN, Table, rows};

/// An item of CARE that a field of the analysis of completeness belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Item {
    /// Who the patient is.
    Patient,
    /// What was found at the bedside.
    ClinicalFindings,
    /// When things happened (CARE item 7).
    Timeline,
    /// How the diagnosis was made.
    Diagnosis,
    /// What was given (CARE item 9).
    Intervention,
    /// How much of it, and for how long.
    Administration,
    /// What was changed of it, and why.
    Changes,
    /// How it went (CARE item 10).
    Outcome,
    /// What harm it did.
    AdverseEvents,
    /// A field that CARE does not ask for.
    None,
}

impl Item {
    /// Its number in CARE; empty if CARE does not ask for the field.
    #[must_use]
    pub fn number(self) -> &'static str {
        match self {
            Self::Patient => "5a",
            Self::ClinicalFindings => "6",
            Self::Timeline => "7",
            Self::Diagnosis => "8a",
            Self::Intervention => "9a",
            Self::Administration => "9b",
            Self::Changes => "9c",
            Self::Outcome => "10a",
            Self::AdverseEvents => "10d",
            Self::None => "",
        }
    }

    /// The item of a field, by how the name of the field begins.
    #[must_use]
    pub fn of(field: &str) -> Self {
        let (field, items) = match field.strip_prefix("drug: ") {
            Some(rest) => (rest, TREATMENT),
            None => (field, CASE),
        };
        let item = items.iter().find(|(start, _)| field.starts_with(start));
        item.map_or(Self::None, |(_, item)| *item)
    }
}

impl Serialize for Item {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.number())
    }
}

/// How fields begin that are of the case as a whole.
const CASE: &[(&str, Item)] = &[
    ("age", Item::Patient),
    ("sex", Item::Patient),
    ("histology", Item::Diagnosis),
    ("primary site", Item::ClinicalFindings),
    ("stage", Item::ClinicalFindings),
    ("metastatic", Item::ClinicalFindings),
    ("fusion", Item::Diagnosis),
    ("breakpoint", Item::Diagnosis),
    ("detection", Item::Diagnosis),
    ("partner", Item::Diagnosis),
    ("follow-up", Item::Outcome),
    ("adverse", Item::AdverseEvents),
];
/// How fields of the course of treatment begin, after `drug: `.
const TREATMENT: &[(&str, Item)] = &[
    ("line", Item::Intervention),
    ("dose", Item::Administration),
    ("start", Item::Timeline),
    ("time on treatment", Item::Administration),
    ("best overall response", Item::Outcome),
    ("response criterion", Item::Outcome),
    ("time to response", Item::Outcome),
    ("progression-free", Item::Outcome),
    ("progressed", Item::Outcome),
    ("reason for stopping", Item::Changes),
];

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
    /// The item of CARE that it belongs to.
    pub care: Item,
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
    /// Key of the publication.
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
                care: Item::of(&field),
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
        assert_eq!(Item::of("sex"), Item::Patient);
        assert_eq!(Item::of("drug: dose"), Item::Administration);
        assert_eq!(Item::of("follow-up: months"), Item::Outcome);
        assert_eq!(Item::of("adverse events").number(), "10d");
        assert_eq!(Item::of("something else"), Item::None);
    }

    #[test]
    fn the_score_is_the_share_known() {
        let case = CaseCompleteness {
            known: 3,
            missing: vec![MissingField {
                field: "sex".to_owned(),
                care: Item::Patient,
                reason: "not reported".to_owned(),
            }],
            ..CaseCompleteness::default()
        };
        assert_eq!((case.fields(), case.score()), (4, 0.75));
    }
}
