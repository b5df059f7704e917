//! The course of each case: its episodes in time.

use std::collections::HashMap;

use super::ledger::Ledger;
use super::rows::rows;
use super::{AnalysisError, Found, Outcome};
use crate::query::Table;
use crate::query::header::statistic::Swimmer as Settings;
use crate::stats::estimate::Level;

/// One episode of treatment.
#[derive(Debug, Clone, PartialEq)]
pub struct Episode {
    /// What is written on it.
    pub label: String,
    /// Its kind.
    pub kind: Option<String>,
    /// Start in months; `None` if not known.
    pub start: Option<f64>,
    /// Length in months; `None` if not known.
    pub duration: Option<f64>,
    /// Best overall response, if known.
    pub response: Option<String>,
    /// Months from its start to that response, if known.
    pub to_response: Option<f64>,
    /// Months from its start to progression on it, if that came and its time is known.
    pub progression: Option<f64>,
    /// Whether it went on when it was last reported.
    pub ongoing: bool,
}

/// The kind of episode that is a moment and not a stretch of time.
const SURGERY: &str = "surgery";

impl Episode {
    /// Whether it is an operation, which has a day and no length.
    #[must_use]
    pub fn is_surgery(&self) -> bool {
        self.kind.as_deref() == Some(SURGERY)
    }

    /// Whether its times are known.
    #[must_use]
    pub fn is_timed(&self) -> bool {
        self.start.is_some() && (self.duration.is_some() || self.is_surgery())
    }
}

/// One case.
#[derive(Debug, Clone, PartialEq)]
pub struct Lane {
    /// Its identifier.
    pub case: String,
    /// Its episodes, in the order of the query.
    pub episodes: Vec<Episode>,
    /// Last known status.
    pub status: Option<String>,
    /// Whether the patient died; `None` if that is not known.
    pub died: Option<bool>,
    /// Months to that status.
    pub months: Option<f64>,
    /// Whether the place of each episode among the others is known; if not, they stand as listed.
    pub ordered: bool,
}

/// All cases, in the order of the query.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Swimmer {
    /// The cases.
    pub lanes: Vec<Lane>,
}

pub(super) fn swimmer(settings: &Settings, table: &Table) -> Result<Found, AnalysisError> {
    let mut ledger = Ledger::default();
    let mut result = Swimmer::default();
    let mut lanes: HashMap<String, usize> = HashMap::new();
    for row in rows(table) {
        let case = row.unit(&settings.case);
        let text = |column: &Option<String>| {
            column
                .as_ref()
                .and_then(|column| row.get(column))
                .map(str::to_owned)
        };
        let number = |column: &str| row.number(column);
        let optional = |column: &Option<String>| match column {
            Some(column) => number(column),
            None => Ok(None),
        };
        let truth = |column: &Option<String>| text(column).map(|word| word == "true");
        ledger.count(&case);
        let at = match lanes.get(&case) {
            Some(at) => *at,
            None => {
                lanes.insert(case.clone(), result.lanes.len());
                let months = optional(&settings.months)?;
                let status = text(&settings.status);
                result.lanes.push(Lane {
                    case,
                    episodes: Vec::new(),
                    status,
                    died: truth(&settings.died),
                    months,
                    ordered: true,
                });
                result.lanes.len() - 1
            }
        };
        let position = settings.position.as_ref();
        if position.is_some_and(|column| row.get(column).is_none()) {
            result.lanes[at].ordered = false;
        }
        if let Some(label) = row.get(&settings.label) {
            result.lanes[at].episodes.push(Episode {
                label: label.to_owned(),
                kind: text(&settings.episode),
                start: number(&settings.start)?,
                duration: number(&settings.duration)?,
                response: text(&settings.response),
                to_response: optional(&settings.to_response)?,
                progression: optional(&settings.progression)?,
                ongoing: truth(&settings.ongoing) == Some(true),
            });
        }
    }
    let untimed = result
        .lanes
        .iter()
        .flat_map(|lane| &lane.episodes)
        .filter(|episode| !episode.is_timed())
        .count();
    let total: usize = result.lanes.iter().map(|lane| lane.episodes.len()).sum();
    let mut cautions = Vec::new();
    if untimed > 0 {
        cautions.push(format!(
            "{untimed} of {total} episodes lack a start or a length; they are drawn hatched, in the order known."
        ));
    }
    let unordered: Vec<&str> = result
        .lanes
        .iter()
        .filter(|lane| !lane.ordered)
        .map(|lane| lane.case.as_str())
        .collect();
    if !unordered.is_empty() {
        cautions.push(format!(
            "The order of the episodes is not known in {} of {} cases, which stand as listed and have an asterisk: {}.",
            unordered.len(),
            result.lanes.len(),
            unordered.join(", ")
        ));
    }
    let method = "Each case's episodes of treatment in the order reported.".to_owned();
    Ok(Found {
        level: Level::P95,
        bounds: None,
        outcome: Outcome::Swimmer(result),
        ledger,
        method,
        cautions,
    })
}
