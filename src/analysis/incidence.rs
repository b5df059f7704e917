//! Adverse events among the cases that were exposed.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::ledger::Ledger;
use super::rows::rows;
use super::{AnalysisError, Found, Outcome};
use crate::query::Table;
use crate::query::header::statistic::Incidence as Settings;
use crate::stats::estimate::Level;

/// A source's statement that there was no adverse event.
const NONE: &str = "none";

/// How many cases had one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermIncidence {
    /// The event.
    pub term: String,
    /// The group, where the header names one.
    pub group: Option<String>,
    /// The cases that had it, sorted.
    pub cases: Vec<String>,
    /// Number of these cases by worst grade; those without a grade under `None`.
    pub worst_grades: BTreeMap<Option<u8>, usize>,
}

/// Adverse events of the exposed cases.
#[derive(Debug, Clone, PartialEq)]
pub struct Incidence {
    /// Number of cases exposed.
    pub exposed: usize,
    /// Number of them of which any event, or the absence of events, is reported.
    pub informed: usize,
    /// Number of them of which it is known whether they had the events that are counted here.
    pub known: usize,
    /// Cases without any of these events.
    pub without_event: Vec<String>,
    /// Each event, the most frequent first.
    pub terms: Vec<TermIncidence>,
    /// Whether grades are part of the result.
    pub graded: bool,
    /// How long the cases were exposed, where the header names that column.
    pub exposure: Option<Exposure>,
}

/// How long the cases were exposed, as far as it is known.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Exposure {
    /// Number of exposed cases with a known time.
    pub cases: usize,
    /// Their times together, in months.
    pub months: f64,
    /// The shortest of them.
    pub shortest: Option<f64>,
    /// The longest of them.
    pub longest: Option<f64>,
}

impl Exposure {
    fn add(&mut self, months: f64) {
        self.cases += 1;
        self.months += months;
        let limits = (
            self.shortest.unwrap_or(months),
            self.longest.unwrap_or(months),
        );
        self.shortest = Some(months.min(limits.0));
        self.longest = Some(months.max(limits.1));
    }
}

impl TermIncidence {
    /// Number of cases whose worst grade of this event is `grade`.
    #[must_use]
    pub fn with_worst(&self, grade: Option<u8>) -> usize {
        self.worst_grades.get(&grade).copied().unwrap_or(0)
    }
}

/// The worst grade of an event in each case that had it.
type Worst = BTreeMap<String, Option<u8>>;

pub(super) fn incidence(settings: &Settings, table: &Table) -> Result<Found, AnalysisError> {
    let mut ledger = Ledger::default();
    let mut without_event = Vec::new();
    let mut terms: BTreeMap<(String, Option<String>), Worst> = BTreeMap::new();
    let mut exposure = settings.exposure.as_ref().map(|_| Exposure::default());
    let mut timed = BTreeSet::new();
    let mut informed = BTreeSet::new();
    for row in rows(table) {
        let case = row.unit(&settings.case);
        if let (Some(column), Some(exposure)) = (&settings.exposure, &mut exposure)
            && let Some(months) = row.number(column)?
            && timed.insert(case.clone())
        {
            exposure.add(months);
        }
        let told = match &settings.informed {
            Some(column) => row.boolean(column) == Some(true),
            None => row.get(&settings.term).is_some(),
        };
        if told {
            informed.insert(case.clone());
        }
        match row.get(&settings.term) {
            None => ledger.exclude(&case, row.missing()),
            Some(NONE) => {
                ledger.count(&case);
                if !without_event.contains(&case) {
                    without_event.push(case);
                }
            }
            Some(term) => {
                ledger.count(&case);
                let grade = settings
                    .grade
                    .as_ref()
                    .and_then(|column| row.get(column)?.parse().ok());
                let key = (term.to_owned(), row.group(settings.by.as_ref()));
                let worst = terms.entry(key).or_default().entry(case).or_insert(grade);
                *worst = (*worst).max(grade);
            }
        }
    }
    let mut terms: Vec<TermIncidence> = terms
        .into_iter()
        .map(|((term, group), worst)| {
            let mut worst_grades = BTreeMap::new();
            for grade in worst.values() {
                *worst_grades.entry(*grade).or_insert(0) += 1;
            }
            TermIncidence {
                term,
                group,
                cases: worst.into_keys().collect(),
                worst_grades,
            }
        })
        .collect();
    terms.sort_by(|a, b| b.cases.len().cmp(&a.cases.len()).then(a.term.cmp(&b.term)));
    let result = Incidence {
        exposed: ledger.eligible(),
        informed: informed.len(),
        known: ledger.counted().len(),
        without_event,
        terms,
        graded: settings.grade.is_some(),
        exposure,
    };
    let mut cautions = vec![format!(
        "Any statement on adverse events is known for {} of {} exposed; no rate is given, for who looked for events is not reported.",
        result.informed, result.exposed
    )];
    if result.known != result.informed {
        cautions.push(format!(
            "Whether a case had an event of this kind is known for {} of {} exposed.",
            result.known, result.exposed
        ));
    }
    if let Some(exposure) = result
        .exposure
        .as_ref()
        .filter(|known| known.cases < result.exposed)
    {
        cautions.push(format!(
            "How long the case was exposed is known for {} of {}.",
            exposure.cases, result.exposed
        ));
    }
    let method =
        "Cases with an event, each once an event and by its worst grade; events without a grade stand apart.".to_owned();
    Ok(Found {
        level: Level::P95,
        bounds: None,
        outcome: Outcome::Incidence(result),
        ledger,
        method,
        cautions,
    })
}
