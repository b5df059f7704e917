//! Adverse events among the cases that were exposed.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Value, json};

use super::rows::rows;
use super::settings::defaults::term;
use super::settings::settings;
use super::{AnalysisError, Finding, Kind, Ledger, StatisticResult, Unit, Words};
use crate::document::cells::row;
use crate::document::{self, Cell, Column, Role};
use crate::graph::Table;
use crate::stats::digits::number;

/// The word after `kind:`.
pub const NAME: &str = "incidence";

settings! {
    /// Adverse events among the cases
    ///
    /// One row a case and event.
    columns {
        /// Column of the event term
        term: String = "term",
        /// Column of the grade
        grade: Option<String>,
        /// Column of the time that the case was exposed, in months
        exposure: Option<String>,
        /// Column to group by
        by: Option<String>,
        /// Column that says whether any statement on adverse events is known of the case; else any term
        /// is one
        informed: Option<String>,
    }
}

/// A source's statement that there was no adverse event.
const NONE: &str = "none";

/// How many cases had one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermIncidence {
    /// Label of the adverse event.
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

fn incidence(settings: &Settings, table: &Table) -> Result<Finding, AnalysisError> {
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
        let is_informed = match &settings.informed {
            Some(column) => row.boolean(column) == Some(true),
            None => row.get(&settings.term).is_some(),
        };
        if is_informed {
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
    let method = "Cases with an event, each once an event and by its worst grade; events without a grade stand apart.";
    Ok(Finding::new(result, ledger, method, cautions))
}

impl Kind for Settings {
    fn of_rows(&self, _unit: &Unit, rows: &Table) -> Result<Finding, AnalysisError> {
        incidence(self, rows)
    }
}

impl StatisticResult for Incidence {
    fn json(&self) -> Value {
        let term = |term: &TermIncidence| {
            let grades = term.worst_grades.iter();
            json!({
                "term": term.term,
                "group": term.group,
                "cases": term.cases,
                "worst_grades": grades.map(|(grade, count)| json!({"grade": grade, "cases": count})).collect::<Vec<_>>(),
            })
        };
        json!({
            "exposed": self.exposed,
            "informed": self.informed,
            "known": self.known,
            "exposure": self.exposure,
            "without_event": self.without_event,
            "terms": self.terms.iter().map(term).collect::<Vec<_>>(),
        })
    }

    fn tables(&self, _words: &Words<'_>) -> Vec<document::Table> {
        let grouped = self.terms.iter().any(|term| term.group.is_some());
        let mut events = document::Table::new("Adverse events", &[("event", Role::Text)]);
        let mut column = |heading: String, role| events.columns.push(Column::new(heading, role));
        if grouped {
            column("group".to_owned(), Role::Group);
        }
        column("cases".to_owned(), Role::Count);
        if self.graded {
            for grade in 1..=5 {
                column(format!("grade {grade}"), Role::Count);
            }
            column("no grade".to_owned(), Role::Count);
        }
        column("of exposed".to_owned(), Role::Count);
        column("of known".to_owned(), Role::Count);
        column("which".to_owned(), Role::Text);
        for term in &self.terms {
            let mut row = vec![Cell::from(&term.term)];
            if grouped {
                row.push(term.group.as_ref().map(Cell::from).unwrap_or_default());
            }
            row.push(term.cases.len().into());
            if self.graded {
                let grades = (1..=5).map(Some).chain([None]);
                row.extend(grades.map(|grade| Cell::from(term.with_worst(grade))));
            }
            row.extend(row![self.exposed, self.known, term.cases.join(", ")]);
            events.rows.push(row);
        }
        let mut tables = vec![events];
        if let Some(exposure) = &self.exposure {
            let columns = [
                ("exposed", Role::Count),
                ("with known time", Role::Count),
                ("months in all", Role::Number),
                ("shortest", Role::Number),
                ("longest", Role::Number),
            ];
            let mut table = document::Table::new("Exposure", &columns);
            let limit = |limit: Option<f64>| limit.map(in_months).unwrap_or_default();
            table.push(row![
                self.exposed,
                exposure.cases,
                in_months(exposure.months),
                limit(exposure.shortest),
                limit(exposure.longest),
            ]);
            tables.push(table);
        }
        tables
    }

    fn summary(&self, _words: &Words<'_>) -> String {
        format!(
            "{} kinds of event in {} of {} exposed",
            self.terms.len(),
            self.known - self.without_event.len(),
            self.exposed
        )
    }
}

fn in_months(months: f64) -> Cell {
    Cell::number(months, number(months, 1))
}
