//! Cumulative incidence of each of several events, and the tests between groups.

mod tables;

use std::sync::Arc;

use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::columns::{self, Coded, Estimate, Estimator};
use super::few::{self, Size};
use super::frame::{self, Frame, ValueCount};
use super::references::{self, Reference};
use super::settings::defaults::{event, months};
use super::settings::{self, finite, numbers, settings, texts, word};
use super::{AnalysisError, Finding, Kind, StatisticResult, Unit, Words};
use crate::document;
use crate::graph::Table;
use crate::stats::competing_risks::{
    Causes, CumulativeIncidence, GrayOptions, GrayPermutation, GrayTest, IncidenceOptions,
    IncidenceSummary, Sample, Variance, cumulative_incidence, cumulative_incidence_by_group,
    gray_permutation, gray_test,
};
use crate::stats::conventions::Area;
use crate::stats::factor::Factor;
use crate::stats::survival::Band;

/// What the event column holds for the censored where it is not said.
const CENSORED: [&str; 4] = ["0", "censored", "false", "FALSE"];

/// Cases read in all draws of a test by permutation together, which takes a second or two.
const MOST_READ: u64 = 10_000_000;
/// With fewer draws a test by permutation tells little.
const FEWEST_DRAWS: u32 = 999;

/// The word after `kind:`.
pub const NAME: &str = "competing-risks";

settings! {
    /// Time to the first of several kinds of event
    ///
    /// Aalen-Johansen cumulative incidence of each kind, with its interval, and Gray's test between
    /// groups.
    #[command(after_help = "Examples:
  casegraph stats competing-risks --input cases.csv --time months --event outcome --censored alive
  casegraph stats competing-risks --input cases.csv --time t --event status --by arm --at 12,24")]
    columns {
        /// Column of the time
        time: String = "months",
        /// Column that says which event came first
        event: String = "event",
        /// Column of the groups
        by: Option<String>,
        /// Column of the stratum within which groups are compared
        strata: Option<String>,
        /// Column of the number of cases in a row, where a row is not one case
        count: Option<String>,
    }
    options: Choices,
}

/// Choices of an analysis of competing risks.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Args)]
#[serde(default, deny_unknown_fields)]
pub struct Choices {
    /// Values of the event column for those in whom none came; 0 if nobody was censored
    #[arg(long, value_name = "VALUES")]
    #[serde(deserialize_with = "texts")]
    pub censored: Vec<String>,
    /// Times at which incidences are given
    #[arg(long, value_name = "TIMES", value_delimiter = ',', value_parser = finite)]
    #[serde(deserialize_with = "numbers")]
    pub at: Vec<f64>,
    /// Scale on which the band is symmetric
    #[arg(long, value_parser = word(Band::ALL, Band::name))]
    pub band: Option<Band>,
    /// Formula of the standard error
    #[arg(long, value_parser = word(Variance::ALL, Variance::name))]
    pub variance: Option<Variance>,
    /// Exponent of the weights in Gray's test
    #[arg(long, value_name = "NUMBER", value_parser = finite)]
    pub rho: Option<f64>,
}

impl Kind for Settings {
    fn codes(&self) -> Vec<(&'static str, &str, &str)> {
        settings::codes("censored", &self.event, &self.options.own.censored).collect()
    }

    fn of_rows(&self, _unit: &Unit, rows: &Table) -> Result<Finding, AnalysisError> {
        columns::of_rows(self, rows)
    }
}

impl Estimator for Settings {
    const NEEDS: &'static str = "Months and outcome are";

    fn repeats(&self) -> Option<&str> {
        self.count.as_deref()
    }

    fn estimate(&self, frame: &Frame, kept: &[u32]) -> Result<Estimate, AnalysisError> {
        estimate(self, frame, kept)
    }

    fn coded(
        &self,
        frame: &Frame,
        kept: &[u32],
        estimate: &Estimate,
    ) -> Result<(Option<Coded>, Vec<String>), AnalysisError> {
        let Some(result) = estimate.get::<CompetingRisksResult>() else {
            return Ok((None, Vec::new()));
        };
        let causes = &result.overall.summary.causes;
        let is_event = |value: &ValueCount| causes.iter().any(|cause| cause.cause == value.value);
        let values = frame.values(&self.event, kept)?;
        let (event, without) = values.into_iter().partition(is_event);
        let coded = Coded {
            column: self.event.clone(),
            event,
            without,
            called: "censored",
        };
        Ok((Some(coded), Vec::new()))
    }
}

impl StatisticResult for CompetingRisksResult {
    fn json(&self) -> Value {
        serde_json::json!(self)
    }

    fn tables(&self, words: &Words<'_>) -> Vec<document::Table> {
        tables::competing_risks(self, words.level)
    }

    fn summary(&self, _words: &Words<'_>) -> String {
        tables::summary(self)
    }

    fn tests(&self) -> Vec<(String, f64)> {
        let test = |cause: &CauseTest| {
            let name = format!("Gray's test of {}", cause.cause);
            match (&cause.permutation, &cause.test) {
                (Some(test), _) => Some((format!("{name} by permutation"), test.p_value)),
                (None, Some(test)) => Some((name, test.p_value)),
                (None, None) => None,
            }
        };
        self.tests.iter().filter_map(test).collect()
    }

    fn references(&self) -> Vec<Reference> {
        let mut found = vec![references::AALEN];
        if !self.tests.is_empty() {
            found.push(references::GRAY);
        }
        found
    }
}

/// Cumulative incidences of everyone and of each group.
#[derive(Debug, Clone, Serialize)]
pub struct CompetingRisksResult {
    /// The value that stands for censored.
    pub censored: String,
    /// All groups taken as one.
    pub overall: GroupIncidence,
    /// Each group; empty without grouping.
    pub groups: Vec<GroupIncidence>,
    /// Gray's test of each cause between the groups.
    pub tests: Vec<CauseTest>,
}

/// The incidences of one group.
#[derive(Debug, Clone, Serialize)]
pub struct GroupIncidence {
    /// The group; `all` for everyone.
    pub group: String,
    /// Counts, and incidences at the times asked for; at the longest follow-up if none.
    pub summary: IncidenceSummary,
    /// The curves, column by column.
    pub curve: IncidenceColumns,
}

/// The curves of one group, one entry a distinct time.
#[derive(Debug, Clone, Default, Serialize)]
pub struct IncidenceColumns {
    /// Times of the estimates, in the unit of the rows.
    pub time: Vec<f64>,
    /// Cases at risk just before each.
    pub at_risk: Vec<usize>,
    /// Probability to live beyond it without any event.
    pub event_free_survival: Vec<f64>,
    /// The incidence of each cause.
    pub causes: Vec<CauseColumns>,
}

/// The curve of one cause.
#[derive(Debug, Clone, Default, Serialize)]
pub struct CauseColumns {
    /// Name of the cause.
    pub cause: String,
    /// Cumulative incidence at each time.
    pub estimate: Vec<f64>,
    /// Standard error at each time.
    pub std_error: Vec<f64>,
    /// Lower limits, where the band exists.
    pub lower: Vec<Option<f64>>,
    /// Upper limits at the same times; `None` as for the lower ones.
    pub upper: Vec<Option<f64>>,
}

/// Gray's test of one cause, or why there is none.
#[derive(Debug, Clone, Serialize)]
pub struct CauseTest {
    /// Name of the cause.
    pub cause: String,
    /// Gray's test between the groups.
    pub test: Option<GrayTest>,
    /// The same by permutation, where a group is small.
    pub permutation: Option<GrayPermutation>,
    /// Why there is none.
    pub undefined: Option<String>,
}

fn estimate(settings: &Settings, frame: &Frame, kept: &[u32]) -> Result<Estimate, AnalysisError> {
    let (common, choices) = (settings.options.common, settings.options.own.clone());
    let mut conventions = common.conventions();
    conventions.incidence_band = choices.band.unwrap_or(conventions.incidence_band);
    conventions.incidence_variance = choices.variance.unwrap_or(conventions.incidence_variance);
    let outcomes = frame.factor(&settings.event, kept)?;
    frame.distinct(&settings.event, kept)?;
    let censored = censored(&choices, frame, &outcomes, &settings.event)?;
    let causes = Causes::of(&outcomes, &censored);
    let known = |value: &String| outcomes.labels().contains(value);
    let nobody = !censored.iter().any(known);
    let censored = censored.join(", ");
    let times = frame.times(&settings.time, kept)?;
    let groups = frame.factor_of(settings.by.as_deref(), kept)?;
    let strata = frame.factor_of(settings.strata.as_deref(), kept)?;
    let sample = Sample::new(&times, &causes, groups.as_ref(), strata.as_ref())
        .map_err(|error| AnalysisError::Refused(error.to_string()))?;
    let options = IncidenceOptions {
        level: common.level,
        band: conventions.incidence_band,
        variance: conventions.incidence_variance,
    };
    let at = choices.at;
    let overall = group(&cumulative_incidence(&sample, options), &at)?;
    let groups: Vec<GroupIncidence> = if settings.by.is_some() {
        let curves = cumulative_incidence_by_group(&sample, options);
        curves
            .iter()
            .map(|curve| group(curve, &at))
            .collect::<Result<_, _>>()?
    } else {
        Vec::new()
    };
    let gray = GrayOptions {
        rho: choices.rho.unwrap_or_default(),
    };
    let tests = if settings.by.is_some() {
        let test = |cause: &String| {
            let found = gray_test(&sample, cause, gray);
            let small = found
                .as_ref()
                .is_ok_and(|test| !small_groups(test).is_empty());
            CauseTest {
                cause: cause.clone(),
                permutation: draws(&sample, common.draws)
                    .filter(|_| small)
                    .and_then(|draws| {
                        gray_permutation(&sample, cause, gray, draws, common.seed).ok()
                    }),
                undefined: found.as_ref().err().map(ToString::to_string),
                test: found.ok(),
            }
        };
        sample.causes().iter().map(test).collect()
    } else {
        Vec::new()
    };
    let mut method = format!(
        "Aalen-Johansen cumulative incidence with {} interval, standard error by the formula of {}; {censored:?} means censored.",
        options.band,
        options.variance.author()
    );
    if settings.by.is_some() {
        method.push_str(&format!(
            " Groups compared by Gray's test with rho {}",
            choices.rho.unwrap_or_default()
        ));
        if let Some(strata) = &settings.strata {
            method.push_str(&format!(", stratified by {strata}"));
        }
        method.push('.');
    }
    let nobody = nobody.then(|| format!("No one is {censored:?}: nobody counts as censored."));
    let no_event = sample.causes().is_empty();
    let no_event = no_event.then(|| "No one has an event: all are censored.".to_owned());
    let untested = tests.iter().filter_map(|test: &CauseTest| {
        let why = test.undefined.as_ref()?;
        Some(format!("No test of {}: {why}.", test.cause))
    });
    let few = tests.iter().filter_map(few_in_groups);
    let cautions = nobody
        .into_iter()
        .chain(no_event)
        .chain(untested)
        .chain(few)
        .collect();
    Ok(Estimate {
        level: common.level,
        found: Arc::new(CompetingRisksResult {
            censored,
            overall,
            groups,
            tests,
        }),
        method,
        cautions,
        conventions,
        areas: &[Area::CompetingRisks],
    })
}

/// The draws of a test by permutation; none where it would take long.
fn draws(sample: &Sample, wanted: u32) -> Option<u32> {
    let affordable = MOST_READ / sample.n().max(1) as u64;
    let draws = u64::from(wanted).min(affordable) as u32;
    (draws >= FEWEST_DRAWS.min(wanted)).then_some(draws)
}

/// The groups of a test that are small, in words.
fn small_groups(test: &GrayTest) -> Vec<String> {
    few::small(test.groups.iter().map(|group| Size {
        label: &group.label,
        cases: group.n,
        events: group.observed,
        expected: group.expected,
    }))
}

/// What a reader must know where the groups of a test are small.
fn few_in_groups(cause: &CauseTest) -> Option<String> {
    let small = small_groups(cause.test.as_ref()?);
    let p = format!("the chi-squared P of Gray's test of {}", cause.cause);
    let instead = match &cause.permutation {
        Some(_) => "read the one by permutation beside it",
        None => "there are too many cases for one by permutation",
    };
    (!small.is_empty()).then(|| few::caution(&small, &p, instead))
}

/// The values that stand for censored: those named, or one that is known by itself. Where nobody has
/// any of them, all had an event.
fn censored(
    choices: &Choices,
    frame: &Frame,
    outcomes: &Factor,
    column: &str,
) -> Result<Vec<String>, AnalysisError> {
    let known = |value: &&str| outcomes.labels().iter().any(|label| label == value);
    let named = frame::parted(&choices.censored, outcomes.labels());
    for value in named.iter().filter(|value| !known(&value.as_str())) {
        frame.unlike(column, outcomes.labels(), value)?;
    }
    if !named.is_empty() {
        return Ok(named);
    }
    match CENSORED.into_iter().find(known) {
        Some(value) => Ok(vec![value.to_owned()]),
        None => Err(AnalysisError::Option {
            kind: "competing-risks",
            reason: format!(
                "censored: say which value of {column} means censored (0, if nobody is); it holds {}",
                outcomes
                    .labels()
                    .iter()
                    .take(10)
                    .cloned()
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
        }),
    }
}

fn group(curves: &CumulativeIncidence, at: &[f64]) -> Result<GroupIncidence, AnalysisError> {
    let last = [curves.last_time()];
    let times = if at.is_empty() { &last } else { at };
    let summary = curves
        .summary(times)
        .map_err(|error| AnalysisError::Option {
            kind: "competing-risks",
            reason: error.to_string(),
        })?;
    let mut columns = IncidenceColumns::default();
    for cause in curves.causes() {
        columns.causes.push(CauseColumns {
            cause: cause.cause.clone(),
            ..CauseColumns::default()
        });
    }
    for step in curves.steps() {
        columns.time.push(step.time);
        columns.at_risk.push(step.at_risk);
        columns.event_free_survival.push(step.event_free_survival);
        for (column, cause) in columns.causes.iter_mut().zip(&step.causes) {
            column.estimate.push(cause.estimate);
            column.std_error.push(cause.std_error);
            column
                .lower
                .push(cause.interval.map(|interval| interval.lower));
            column
                .upper
                .push(cause.interval.map(|interval| interval.upper));
        }
    }
    Ok(GroupIncidence {
        group: curves.group().unwrap_or("all").to_owned(),
        summary,
        curve: columns,
    })
}
