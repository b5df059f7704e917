//! The course of each case: its episodes in time.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::rows::rows;
use super::settings::defaults::{duration, label, start};
use super::settings::settings;
use super::{AnalysisError, Finding, Kind, Ledger, StatisticResult, Unit, Words};
use crate::document;
use crate::graph::Table;

/// The word after `kind:`.
pub const NAME: &str = "swimmer";

settings! {
    /// One lane a case, one bar an episode
    ///
    /// One row an episode.
    columns {
        /// Column of the start of an episode, in months
        start: String = "start",
        /// Column of its length, in months
        duration: String = "duration",
        /// Column of what is written on the bar
        label: String = "label",
        /// Column of the months from the start of the episode to the response, marked on the bar
        to_response: Option<String>,
        /// Column of the months from the start of the episode to progression on it, marked likewise
        progression: Option<String>,
        /// Column of the kind of episode, which sets the colour
        episode: Option<String>,
        /// Column of the best overall response, marked on the bar
        response: Option<String>,
        /// Column that says whether that response is derived, not stated by a source
        derived: Option<String>,
        /// Column that says whether the episode went on when it was last reported
        ongoing: Option<String>,
        /// Column of the last known status, told at the end of the lane
        status: Option<String>,
        /// Column that says whether the patient died
        died: Option<String>,
        /// Column of the months to that status
        months: Option<String>,
        /// Column of the place of an episode among those of its case, empty where it is not known
        position: Option<String>,
    }
}

/// One episode of treatment.
#[derive(Debug, Clone, PartialEq)]
pub struct Episode {
    /// What is written on it.
    pub label: String,
    /// Kind of treatment, by which it is coloured; `None` where it is not known.
    pub kind: Option<String>,
    /// Start in months; `None` if not known.
    pub start: Option<f64>,
    /// Length in months; `None` if not known.
    pub duration: Option<f64>,
    /// Best overall response, if known.
    pub response: Option<String>,
    /// Whether that response is derived, not stated by a source.
    pub derived: bool,
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

/// A case with its treatments in time and how it ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Lane {
    /// Key of the case.
    pub case: String,
    /// Its episodes, in the order of the query.
    pub episodes: Vec<Episode>,
    /// Last known status, as the vocabulary calls it.
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
    /// One lane a case, in the order of the rows.
    pub lanes: Vec<Lane>,
}

fn swimmer(settings: &Settings, table: &Table) -> Result<Finding, AnalysisError> {
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
                derived: truth(&settings.derived) == Some(true),
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
    let method = "Each case's episodes of treatment in the order reported.";
    Ok(Finding::new(result, ledger, method, cautions))
}

impl Kind for Settings {
    fn of_rows(&self, _unit: &Unit, rows: &Table) -> Result<Finding, AnalysisError> {
        swimmer(self, rows)
    }
}

impl StatisticResult for Swimmer {
    fn json(&self) -> Value {
        let episode = |episode: &Episode| {
            json!({
                "label": episode.label,
                "kind": episode.kind,
                "start": episode.start,
                "duration": episode.duration,
                "response": episode.response,
                "derived": episode.derived,
                "to_response": episode.to_response,
                "progression": episode.progression,
                "ongoing": episode.ongoing,
            })
        };
        let lane = |lane: &Lane| {
            json!({
                "case": lane.case,
                "status": lane.status,
                "died": lane.died,
                "months": lane.months,
                "order_known": lane.ordered,
                "episodes": lane.episodes.iter().map(episode).collect::<Vec<_>>(),
            })
        };
        json!(self.lanes.iter().map(lane).collect::<Vec<_>>())
    }

    fn tables(&self, _words: &Words<'_>) -> Vec<document::Table> {
        Vec::new()
    }

    fn summary(&self, _words: &Words<'_>) -> String {
        format!("{} cases", self.lanes.len())
    }
}
