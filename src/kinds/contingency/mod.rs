//! Counts of two columns with the tests of whether they are independent.

mod compute;
mod method;
mod square;
mod strata;
mod tables;

use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::bounds::{self, Bounds};
use super::columns::{self, Estimate, Estimator};
use super::frame::{Frame, Selection, Units, is_same};
use super::matrix::CrossCounts;
use super::proportion::TwoByTwo;
use super::references::{self, Reference};
use super::settings::{settings, text, texts};
use super::trend::GroupScore;
use super::{AnalysisError, Finding, Kind, StatisticResult, Undefined, Unit, Words};
use crate::document;
use crate::document::numbers::p_value;
use crate::graph::Table;
use crate::stats::contingency::{ChiSquared, Independence, Trend};
use crate::stats::estimate::Level;
use crate::stats::proportion::{ProportionEstimate, RiskDifference, RiskRatio};
use compute::estimate;
pub use strata::Stratified;
pub(super) use tables::two_by_two;

/// The word after `kind:`.
pub const NAME: &str = "contingency";

settings! {
    /// Compare two columns of categories
    ///
    /// Counts, Fisher's exact test (with its mid-P), chi-squared without and with Yates's
    /// correction, risk difference and ratio, odds ratios; larger tables by the exact test or, out
    /// of its reach, by seeded random tables; a test for trend over ordered rows; Mantel-Haenszel
    /// with Breslow-Day over strata.
    #[command(after_help = "Examples:
  casegraph stats contingency --input cases.csv --rows partner --columns response
  casegraph stats contingency --input counts.csv --rows arm --columns died --count n --strata site
  casegraph stats contingency --input cases.csv --rows dose --columns died --order low,mid,high")]
    columns {
        /// Column whose values are the rows
        rows: String,
        /// Column whose values are the columns
        columns: String,
        /// Column of the stratum
        strata: Option<String>,
        /// Column of the number of cases in a row
        count: Option<String>,
    }
    values {
        /// Value of the second column that is the event
        #[arg(value_name = "VALUE")]
        event: Option<String>,
    }
    options: Choices,
}

/// Choices for a table of counts.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Args)]
#[serde(default, deny_unknown_fields)]
pub struct Choices {
    /// Value of the first column that is the exposed group [default: the last one by name]
    #[arg(long, value_name = "VALUE")]
    #[serde(deserialize_with = "text")]
    pub exposed: Option<String>,
    /// Test for trend over the rows, in this order; with scores 0, 1, 2 … unless they are given
    #[arg(long, value_name = "VALUES", value_delimiter = ',')]
    #[serde(deserialize_with = "texts")]
    pub order: Vec<String>,
    /// Test for trend over the rows, with the score of each as ROW=NUMBER; or bare numbers for rows in
    /// the order given, or in one that their names state
    #[arg(
        long,
        value_name = "SCORES",
        value_delimiter = ',',
        allow_hyphen_values = true
    )]
    #[serde(deserialize_with = "texts")]
    pub scores: Vec<String>,
}

impl Kind for Settings {
    fn codes(&self) -> Vec<(&'static str, &str, &str)> {
        let event = self.event.iter();
        let exposed = self.options.own.exposed.iter();
        event
            .map(|code| ("event", self.columns.as_str(), code.as_str()))
            .chain(exposed.map(|code| ("exposed", self.rows.as_str(), code.as_str())))
            .collect()
    }

    fn of_rows(&self, _unit: &Unit, rows: &Table) -> Result<Finding, AnalysisError> {
        columns::of_rows(self, rows)
    }
}

impl Estimator for Settings {
    const NEEDS: &'static str = "Both are";
    const GROUPS: &'static [&'static str] = &["rows", "columns", "strata"];

    fn units(&self) -> Units {
        // A unit may stand in several cells of a table.
        Units::Repeated
    }

    fn estimate(&self, frame: &Frame, kept: &[u32]) -> Result<Estimate, AnalysisError> {
        estimate(self, frame, kept)
    }

    fn numerator(&self, frame: &Frame, kept: &[u32]) -> Result<Vec<u32>, AnalysisError> {
        let Some(event) = &self.event else {
            return Ok(Vec::new());
        };
        let values = frame.factor(&self.columns, kept)?;
        let is = |(_, code): &(&u32, &u32)| is_same(&values.labels()[**code as usize], event);
        let rows = kept.iter().zip(values.codes()).filter(is);
        Ok(rows.map(|(row, _)| *row).collect())
    }

    fn bounds(
        &self,
        frame: &Frame,
        _selection: &Selection,
        estimate: &Estimate,
    ) -> Result<Option<Bounds>, AnalysisError> {
        match estimate.get::<Contingency>() {
            Some(found) if self.count.is_none() && !found.proportions.is_empty() => {
                bounds(self, frame, found, estimate.level)
            }
            _ => Ok(None),
        }
    }
}

/// The proportions of the rows, whatever is true of those whose column or row is not known.
fn bounds(
    settings: &Settings,
    frame: &Frame,
    found: &Contingency,
    level: Level,
) -> Result<Option<Bounds>, AnalysisError> {
    let known = found.proportions.iter().map(|(label, rate)| {
        let (k, n) = rate
            .as_ref()
            .map_or((0, 0), |rate| (rate.successes, rate.n));
        (label.clone(), k, n)
    });
    let known: Vec<_> = known.collect();
    let unknown = bounds::unknown_by(frame, Some(&settings.rows), &settings.columns)?;
    let (k, n) = known
        .iter()
        .fold((0, 0), |(k, n), (_, a, b)| (k + a, n + b));
    let came = |rows: &[u32]| {
        let outcomes = frame.factor(&settings.columns, rows)?;
        let event =
            |code: &u32| Some(&outcomes.labels()[*code as usize]) == settings.event.as_ref();
        Ok(outcomes.codes().iter().map(event).collect())
    };
    let loose = bounds::ungrouped(frame, Some(&settings.rows), &settings.columns, came)?;
    let overall = (
        "all".to_owned(),
        k + loose.events,
        n + loose.events + loose.others,
        unknown.values().sum::<u64>() + loose.unknown,
    );
    let groups = bounds::with_unknown(known, &unknown);
    Ok(bounds::of_counts(&overall, &groups, loose, level))
}

impl StatisticResult for Contingency {
    fn json(&self) -> Value {
        serde_json::json!(self)
    }

    fn tables(&self, words: &Words<'_>) -> Vec<document::Table> {
        tables::contingency(self, words.level)
    }

    fn summary(&self, _words: &Words<'_>) -> String {
        match (&self.two_by_two, &self.exact) {
            (Some(tests), _) => format!("Fisher P {}", p_value(tests.fisher.p_value)),
            (None, Some(test)) => format!("exact P {}", p_value(test.p_value())),
            (None, None) => format!("{} cases, no test", self.counts.units),
        }
    }

    fn tests(&self) -> Vec<(String, f64)> {
        let one = |name: &str, p| vec![(name.to_owned(), p)];
        match (&self.two_by_two, &self.exact) {
            (Some(tests), _) => one("Fisher's exact test", tests.fisher.p_value),
            (None, Some(test)) => one("exact test of independence", test.p_value()),
            (None, None) => Vec::new(),
        }
    }

    fn references(&self) -> Vec<Reference> {
        let mut found = Vec::new();
        if self.two_by_two.is_some() {
            found.extend([references::FISHER, references::NEWCOMBE]);
        }
        if matches!(
            self.exact,
            Some(Independence::Exact(_) | Independence::MonteCarlo(_))
        ) {
            found.push(references::FREEMAN);
        }
        if self.stratified.is_some() {
            found.push(references::MANTEL_HAENSZEL);
        }
        found
    }
}

/// A table of counts with its tests.
#[derive(Debug, Clone, Serialize)]
pub struct Contingency {
    /// Cases by row and column.
    pub counts: CrossCounts,
    /// What independence expects in each cell; none where a row or column is empty.
    pub expected: Option<Vec<Vec<f64>>>,
    /// Proportion with the event in each row, where the event is named.
    pub proportions: Vec<(String, Option<ProportionEstimate>)>,
    /// The row whose odds and risk are set against the other's, in a two-by-two table.
    pub exposed: Option<String>,
    /// Tests of a two-by-two table.
    pub two_by_two: Option<TwoByTwo>,
    /// Risk of the exposed minus that of the others.
    pub risk_difference: Option<RiskDifference>,
    /// Risk of the exposed divided by that of the others.
    pub risk_ratio: Option<RiskRatio>,
    /// Pearson's chi-squared test of a larger table.
    pub pearson: Option<ChiSquared>,
    /// The exact test of a larger table, or its approximation by random tables.
    pub exact: Option<Independence>,
    /// The test for trend over the rows, where their order was given and there are two columns.
    pub trend: Option<RowTrend>,
    /// The two-by-two tables of the strata taken together.
    pub stratified: Option<Stratified>,
    /// Why there is no test.
    pub no_test: Option<Undefined>,
}

/// A test for trend over the rows.
#[derive(Debug, Clone, Serialize)]
pub struct RowTrend {
    /// The rows with their scores, by the scores.
    pub groups: Vec<GroupScore>,
    /// How it is known which row has which.
    pub stated: String,
    /// The test by the normal distribution.
    #[serde(flatten)]
    pub test: Trend,
    /// The exact one, where cases are few and it can be computed.
    pub exact: Option<Trend>,
}
