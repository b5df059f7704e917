//! Proportions by group, each with every interval, and their differences from a reference group.

mod tables;

use std::collections::BTreeMap;
use std::sync::Arc;

use clap::builder::ArgPredicate;
use clap::{Args, Command};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::bounds::{self, Bounds};
use super::columns::{self, Computed, Estimate, Estimator};
use super::frame::{Coding, Frame, Selection};
use super::references::{self, Reference};
use super::settings::defaults::event;
use super::settings::{self, Common, Options, settings, text, texts};
use super::{AnalysisError, Finding, Found, Kind, Ledger, Unit, Words};
use crate::document;
use crate::document::numbers::percent;
use crate::graph::Table;
use crate::stats::contingency::ChiSquared;
use crate::stats::contingency::{
    Continuity, FisherExact, FisherOptions, SampleOddsRatio, Table2x2,
};
use crate::stats::conventions::{Area, ChiSquaredReport, Conventions, OddsRatioEstimate};
use crate::stats::estimate::{Interval, IntervalMethod, Level, ObservedShare};
use crate::stats::proportion::{Comparison, Proportion, RiskDifference, RiskRatio};

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

/// Choices for proportions.
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

impl Found for Proportions {
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

/// Proportions by group.
#[derive(Debug, Clone, Serialize)]
pub struct Proportions {
    /// All groups together.
    pub overall: GroupProportion,
    /// Each group; empty without grouping.
    pub groups: Vec<GroupProportion>,
    /// Each other group against the reference.
    pub comparisons: Vec<GroupComparison>,
}

/// One proportion.
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

/// Tests and odds ratios of a two-by-two table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TwoByTwo {
    /// Fisher's exact test with the conditional odds ratio.
    pub fisher: FisherExact,
    /// The same counting half of the observed table, and of those as probable.
    pub fisher_mid_p: FisherExact,
    /// The cross product with Woolf's interval.
    pub sample_odds_ratio: SampleOddsRatio,
    /// Pearson's chi-squared test without continuity correction.
    pub pearson: ChiSquared,
    /// The same with Yates's correction.
    pub yates: ChiSquared,
    /// Which of these are shown to people.
    #[serde(skip)]
    pub shown: Shown,
}

/// Which statistics of a two-by-two table are shown, where packages differ.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shown {
    /// Which chi-squared test.
    pub chi_squared: ChiSquaredReport,
    /// Which odds ratio.
    pub odds_ratio: OddsRatioEstimate,
}

impl TwoByTwo {
    pub(super) fn of(table: &Table2x2, common: &Common) -> Self {
        let fisher = FisherOptions {
            level: common.level,
            ..FisherOptions::default()
        };
        Self {
            fisher: table.fisher_exact_with(fisher),
            fisher_mid_p: table.fisher_exact_with(FisherOptions {
                observed: ObservedShare::Half,
                ..fisher
            }),
            sample_odds_ratio: table.woolf(common.level),
            pearson: table.chi_squared(Continuity::Uncorrected),
            yates: table.chi_squared(Continuity::Yates),
            shown: Shown {
                chi_squared: common.conventions().chi_squared,
                odds_ratio: common.conventions().odds_ratio,
            },
        }
    }
}

/// One proportion from its counts.
fn of_counts(successes: u64, n: u64, common: &Common) -> Result<Computed, AnalysisError> {
    let conventions = common.conventions();
    let proportion =
        Proportion::new(successes, n).map_err(|error| AnalysisError::Refused(error.to_string()))?;
    let result = Proportions {
        overall: group("all", proportion, common, &conventions),
        groups: Vec::new(),
        comparisons: Vec::new(),
    };
    Ok(Computed {
        kind: NAME,
        counted: usize::try_from(n).unwrap_or(usize::MAX),
        left_out: BTreeMap::new(),
        coded: None,
        finding: Finding {
            level: common.level,
            differences: conventions.differences(Area::Proportions),
            open_questions: conventions.open_questions(Area::Proportions),
            ..Finding::new(
                result.clone(),
                Ledger::default(),
                &method(&result),
                Vec::new(),
            )
        },
    })
}

fn estimate(settings: &Settings, frame: &Frame, kept: &[u32]) -> Result<Estimate, AnalysisError> {
    let Options {
        common,
        own: choices,
        ..
    } = &settings.options;
    let conventions = common.conventions();
    let events = frame
        .events(&settings.event, &settings.coding(), kept)?
        .came;
    let refused = |error: crate::stats::proportion::ProportionError| {
        AnalysisError::Refused(error.to_string())
    };
    let all = events.iter().filter(|event| **event).count() as u64;
    let overall = Proportion::new(all, events.len() as u64).map_err(refused)?;
    let mut groups: Vec<(String, Proportion)> = Vec::new();
    if let Some(by) = &settings.by {
        let factor = frame.factor(by, kept)?;
        let mut hits = vec![0_u64; factor.labels().len()];
        for (code, event) in factor.codes().iter().zip(&events) {
            hits[*code as usize] += u64::from(*event);
        }
        for ((label, hits), n) in factor.labels().iter().zip(hits).zip(factor.counts()) {
            let proportion = Proportion::new(hits, n as u64).map_err(refused)?;
            groups.push((label.clone(), proportion));
        }
    }
    // A reference that no case is in is a gap of the data, not a mistake.
    let reference = match &choices.reference {
        None => Some(0),
        Some(word) => {
            let labels: Vec<String> = groups.iter().map(|(label, _)| label.clone()).collect();
            frame.named(settings.by.as_deref().unwrap_or("by"), &labels, word)?
        }
    };
    let mut cautions = Vec::new();
    if let (None, Some(word)) = (reference, &choices.reference) {
        cautions.push(format!("No comparison: no case is in the group {word:?}."));
    }
    let comparisons = reference.map_or_else(Vec::new, |reference| {
        let others = groups
            .iter()
            .enumerate()
            .filter(|(number, _)| *number != reference);
        others
            .map(|(_, other)| compare(other, &groups[reference], common))
            .collect()
    });
    let result = Proportions {
        overall: group("all", overall, common, &conventions),
        comparisons,
        groups: groups
            .iter()
            .map(|(label, proportion)| group(label, *proportion, common, &conventions))
            .collect(),
    };
    let compared = !result.comparisons.is_empty();
    Ok(Estimate {
        level: common.level,
        method: method(&result),
        found: Arc::new(result),
        cautions,
        conventions,
        areas: if compared {
            &[Area::Proportions, Area::Tables]
        } else {
            &[Area::Proportions]
        },
    })
}

fn method(result: &Proportions) -> String {
    let first: Vec<&str> = result
        .overall
        .intervals
        .iter()
        .take(1)
        .map(|i| i.method.name())
        .collect();
    let mut method = format!(
        "Proportion of cases with the event; the first interval is {}.",
        first.join("")
    );
    if !result.comparisons.is_empty() {
        method.push_str(" Differences: Miettinen-Nurminen score interval and Newcombe's hybrid score interval; ratios: Miettinen-Nurminen score interval and Wald's on the log scale; Fisher's exact test, two-sided.");
    }
    method
}

fn group(
    label: &str,
    proportion: Proportion,
    common: &Common,
    conventions: &Conventions,
) -> GroupProportion {
    let mut intervals = proportion.intervals(common.level);
    if conventions
        .proportion_intervals
        .contains(&IntervalMethod::Wald)
    {
        intervals.push(proportion.wald(common.level));
    }
    // The package's own come first, in its order; the others keep theirs.
    let rank = |interval: &Interval| {
        let first = conventions.proportion_intervals;
        first
            .iter()
            .position(|method| *method == interval.method)
            .unwrap_or(first.len())
    };
    intervals.sort_by_key(rank);
    GroupProportion {
        group: label.to_owned(),
        events: proportion.successes(),
        n: proportion.n(),
        estimate: proportion.value(),
        intervals,
    }
}

fn compare(
    (label, first): &(String, Proportion),
    (reference, second): &(String, Proportion),
    common: &Common,
) -> GroupComparison {
    let comparison = Comparison::new(*first, *second);
    let table = Table2x2::compare(*first, *second);
    GroupComparison {
        group: label.clone(),
        reference: reference.clone(),
        risk_difference: comparison.difference(common.level),
        risk_ratio: comparison.ratio(common.level),
        no_tests: table.as_ref().err().map(ToString::to_string),
        tests: table.ok().map(|table| TwoByTwo::of(&table, common)),
    }
}
