//! Proportions by group, each with every interval, and their differences from a reference group.

mod compute;
mod tables;
mod two_by_two;

use clap::builder::ArgPredicate;
use clap::{Args, Command};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::bounds::{self, Bounds};
use super::columns::{self, Computed, Estimate, Estimator};
use super::frame::{Coding, Frame, Selection};
use super::references::{self, Reference};
use super::settings::defaults::event;
use super::settings::{self, Options, settings, text, texts};
use super::{AnalysisError, Finding, Kind, StatisticResult, Unit, Words};
use crate::document;
use crate::document::numbers::percent;
use crate::graph::Table;
use crate::stats::estimate::{Interval, Level};
use crate::stats::proportion::{RiskDifference, RiskRatio};
use compute::{estimate, of_counts};
pub use two_by_two::{Shown, TwoByTwo};

/// The word after `kind:`.
pub const NAME: &str = "proportion";

settings! {
    /// One or more proportions
    ///
    /// With every interval; two groups with their risk difference, risk ratio and odds ratio. From
    /// counts, or from a column of a file.
    #[command(after_help = "Examples:
  casegraph stats proportion --successes 26 --cases 30
  casegraph stats proportion --input cases.csv --event responded --by partner")]
    columns {
        /// Column of the outcome: 1 or true, 0 or false
        event: String = "event",
        /// Column of the groups
        #[arg(conflicts_with = "successes")]
        by: Option<String>,
        /// Column of the number of cases in a row, where a row is not one case
        #[arg(conflicts_with = "successes")]
        count: Option<String>,
    }
    values {
        /// Number of successes
        #[arg(value_name = "NUMBER", requires = "cases")]
        #[serde(skip)]
        successes: Option<u64>,
        /// Number of cases
        #[arg(value_name = "NUMBER", requires = "successes")]
        #[serde(skip)]
        cases: Option<u64>,
    }
    options: Choices,
}

/// Which value is the event, and what groups are compared with.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Args)]
#[serde(default, deny_unknown_fields)]
pub struct Choices {
    /// Values of the outcome that count, where these are not 1 or true; may be given several times
    #[arg(long, value_name = "VALUES")]
    #[serde(deserialize_with = "texts")]
    pub event_value: Vec<String>,
    /// Values of the outcome that do not count; any other value is then refused
    #[arg(long, value_name = "VALUES")]
    #[serde(deserialize_with = "texts")]
    pub no_event: Vec<String>,
    /// Group that the others are compared with [default: the first by name]
    #[arg(long, value_name = "VALUE")]
    #[serde(deserialize_with = "text")]
    pub reference: Option<String>,
}

impl Kind for Settings {
    fn codes(&self) -> Vec<(&'static str, &str, &str)> {
        let own = &self.options.own;
        let events = own.event_value.iter();
        let events = events.map(|code| ("event_value", self.event.as_str(), code.as_str()));
        let reference = self.by.as_deref().zip(own.reference.as_deref());
        events
            .chain(reference.map(|(by, code)| ("reference", by, code)))
            .collect()
    }

    fn of_rows(&self, _unit: &Unit, rows: &Table) -> Result<Finding, AnalysisError> {
        columns::of_rows(self, rows)
    }
}

impl Estimator for Settings {
    const GROUPS: &'static [&'static str] = &["by"];

    fn repeats(&self) -> Option<&str> {
        self.count.as_deref()
    }

    fn event(&self) -> Option<(&str, Coding, &'static str)> {
        Some((&self.event, self.coding(), "without it"))
    }

    fn estimate(&self, frame: &Frame, kept: &[u32]) -> Result<Estimate, AnalysisError> {
        estimate(self, frame, kept)
    }

    fn bounds(
        &self,
        frame: &Frame,
        selection: &Selection,
        estimate: &Estimate,
    ) -> Result<Option<Bounds>, AnalysisError> {
        match estimate.get::<Proportions>() {
            Some(result) if self.count.is_none() => {
                bounds(self, frame, selection, result, estimate.level)
            }
            _ => Ok(None),
        }
    }

    fn alone(&self) -> Result<Option<Computed>, AnalysisError> {
        let (Some(successes), Some(cases)) = (self.successes, self.cases) else {
            return Ok(None);
        };
        of_counts(successes, cases, &self.options.common).map(Some)
    }

    fn adapt(command: Command) -> (Command, Option<&'static str>) {
        let command = command.mut_arg("event", |event| {
            event
                .required(false)
                .required_unless_present("successes")
                .default_value_if("successes", ArgPredicate::IsPresent, "event")
        });
        (command, Some("successes"))
    }
}

impl Settings {
    /// How the column of the event is coded.
    fn coding(&self) -> Coding {
        let Options { common, own, .. } = &self.options;
        settings::coding(&own.event_value, &own.no_event, common.package)
    }
}

/// The proportions of everyone and of the groups, whatever is true of those whose outcome or group is not
/// known.
fn bounds(
    settings: &Settings,
    frame: &Frame,
    selection: &Selection,
    result: &Proportions,
    level: Level,
) -> Result<Option<Bounds>, AnalysisError> {
    let known = result
        .groups
        .iter()
        .map(|group| (group.group.clone(), group.events, group.n));
    let unknown = bounds::unknown_by(frame, settings.by.as_deref(), &settings.event)?;
    let all = &result.overall;
    let missing = (frame.rows() - selection.kept.len() - selection.repeated.len()) as u64;
    let coding = settings.coding();
    let came = |rows: &[u32]| Ok(frame.events(&settings.event, &coding, rows)?.came);
    let loose = bounds::ungrouped(frame, settings.by.as_deref(), &settings.event, came)?;
    let known_loose = loose.events + loose.others;
    let overall = (
        "all".to_owned(),
        all.events + loose.events,
        all.n + known_loose,
        missing.saturating_sub(known_loose),
    );
    let groups = bounds::with_unknown(known, &unknown);
    Ok(bounds::of_counts(&overall, &groups, loose, level))
}

impl StatisticResult for Proportions {
    fn json(&self) -> Value {
        serde_json::json!(self)
    }

    fn tables(&self, words: &Words<'_>) -> Vec<document::Table> {
        tables::proportion(self, words.level)
    }

    fn summary(&self, _words: &Words<'_>) -> String {
        let all = &self.overall;
        format!("{}/{} = {} %", all.events, all.n, percent(all.estimate))
    }

    fn tests(&self) -> Vec<(String, f64)> {
        let test = |comparison: &GroupComparison| {
            let tests = comparison.tests.as_ref()?;
            let name = format!(
                "Fisher's exact test of {} against {}",
                comparison.group, comparison.reference
            );
            Some((name, tests.fisher.p_value))
        };
        self.comparisons.iter().filter_map(test).collect()
    }

    fn references(&self) -> Vec<Reference> {
        let mut found = vec![references::CLOPPER, references::WILSON];
        if !self.comparisons.is_empty() {
            found.extend([references::NEWCOMBE, references::FISHER]);
        }
        found
    }
}

/// The proportion of each group, and each compared with the reference.
#[derive(Debug, Clone, Serialize)]
pub struct Proportions {
    /// All groups taken as one.
    pub overall: GroupProportion,
    /// Each group; empty without grouping.
    pub groups: Vec<GroupProportion>,
    /// Each other group against the reference.
    pub comparisons: Vec<GroupComparison>,
}

/// Events among the cases of a group, with intervals.
#[derive(Debug, Clone, Serialize)]
pub struct GroupProportion {
    /// The group; `all` for everyone.
    pub group: String,
    /// Cases with the event.
    pub events: u64,
    /// Number of cases, the denominator.
    pub n: u64,
    /// Successes divided by cases.
    pub estimate: f64,
    /// Its intervals: first the one to report.
    pub intervals: Vec<Interval>,
}

/// Two proportions set against each other.
#[derive(Debug, Clone, Serialize)]
pub struct GroupComparison {
    /// Label of the group.
    pub group: String,
    /// What it is compared with.
    pub reference: String,
    /// Proportion of the group minus that of the reference.
    pub risk_difference: RiskDifference,
    /// Proportion of the group divided by that of the reference.
    pub risk_ratio: RiskRatio,
    /// Tests and odds ratios; none where a margin of the two-by-two table is empty.
    pub tests: Option<TwoByTwo>,
    /// Why there are none.
    pub no_tests: Option<String>,
}
