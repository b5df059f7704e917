//! Counts of two columns with the tests of whether they are independent.

use std::num::NonZeroU64;

mod tables;

use std::sync::Arc;

use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::bounds::{self, Bounds};
use super::columns::{self, Estimate, Estimator};
use super::frame::{Frame, Selection, Units, is_same};
use super::matrix::{CrossCounts, cross, once_a_cell};
use super::proportion::TwoByTwo;
use super::references::{self, Reference};
use super::settings::{Common, settings, text, texts};
use super::trend::{Asked, GroupScore, Scores, paired};
use super::{AnalysisError, Finding, Found, Kind, Undefined, Unit, Words};
use crate::document;
use crate::document::numbers::p_value;
use crate::graph::Table;
use crate::stats::contingency::{
    Approximation, BreslowDay, Cells, ChiSquared, CommonOddsRatio, CommonRiskDifference,
    CommonRiskRatio, Continuity, FisherOptions, Independence, MantelHaenszel,
    MantelHaenszelOptions, Normality, Simulation, Strata, StratifiedExact, Table as CountTable,
    Table2x2, Trend, TrendGroups,
};
use crate::stats::conventions::{Area, ChiSquaredReport, OddsRatioEstimate};
use crate::stats::estimate::{Alternative, Level};
use crate::stats::proportion::{
    Comparison, Proportion, ProportionEstimate, RiskDifference, RiskRatio,
};
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

impl Found for Contingency {
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
    /// The counts.
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

/// Two-by-two tables of several strata, with what they have in common.
#[derive(Debug, Clone, Serialize)]
pub struct Stratified {
    /// The strata, in the order of the tables.
    pub strata: Vec<String>,
    /// The counts of each.
    pub tables: Vec<Cells>,
    /// Mantel-Haenszel's common odds ratio.
    pub odds_ratio: Option<CommonOddsRatio>,
    /// The common risk ratio.
    pub risk_ratio: Option<CommonRiskRatio>,
    /// The common risk difference.
    pub risk_difference: Option<CommonRiskDifference>,
    /// The test of a common odds ratio of 1, without continuity correction.
    pub test: Option<MantelHaenszel>,
    /// The same with it.
    pub corrected_test: Option<MantelHaenszel>,
    /// The exact test of a common odds ratio of 1, where cases are few.
    pub exact_test: Option<StratifiedExact>,
    /// Breslow and Day's test that the strata have one odds ratio, with Tarone's correction beside.
    pub homogeneity: Option<BreslowDay>,
    /// What could not be computed, and why.
    pub undefined: Vec<String>,
}

fn estimate(settings: &Settings, frame: &Frame, kept: &[u32]) -> Result<Estimate, AnalysisError> {
    let (common, choices) = (settings.options.common, settings.options.own.clone());
    let wrong = |reason: String| AnalysisError::Option {
        kind: "contingency",
        reason,
    };
    let columns = (settings.rows.as_str(), settings.columns.as_str());
    let all = kept.len();
    // Every table is made of the same rows, strata and counts too.
    let kept = &once_a_cell(frame, kept, columns)?;
    let weights = match &settings.count {
        Some(count) => Some(frame.counts(count, kept)?),
        None => None,
    };
    let mut counts = cross(frame, kept, columns, weights.as_deref())?;
    let order = choices.order;
    let scores = choices.scores;
    let asked = Asked {
        kind: "contingency",
        option: "scores",
        column: &settings.rows,
        order: &order,
        scores: &scores,
    };
    let scores = asked.scores(frame, &counts.rows)?;
    let place = |labels: &[String], wanted: &str| labels.iter().position(|label| label == wanted);
    let event = match &settings.event {
        Some(event) => {
            let found = frame.named(&settings.columns, &counts.columns, event)?;
            if found.is_none() && counts.columns.len() == 1 {
                // Nobody has the event: its column is there all the same, and empty.
                Some(counts.with_empty_column(event))
            } else {
                found
            }
        }
        None => None,
    };
    let exposed = match &choices.exposed {
        Some(word) => Some(
            place(&counts.rows, word)
                .ok_or_else(|| wrong(format!("exposed: no row is called {word:?}")))?,
        ),
        None => None,
    };
    let square = Square {
        exposed: exposed.unwrap_or(1),
        event: event.unwrap_or(1),
    };
    let mut cautions: Vec<String> = counts.caution().into_iter().collect();
    if all > kept.len() {
        cautions.push(format!(
            "{} rows repeat a case in a cell that it stands in already; it counts there once, by its first row.",
            all - kept.len()
        ));
    }
    let nobody = settings.event.as_ref().filter(|_| event.is_none());
    let has_none = |at: usize| counts.counts.iter().all(|row| row[at] == 0);
    if let Some(word) = &settings.event
        && event.is_none_or(has_none)
    {
        cautions.push(format!("No one has the event {word:?}."));
    }
    if let Some(weights) = &weights {
        let cases: u64 = weights.iter().sum();
        cautions.push(format!("{} rows stand for {cases} cases.", weights.len()));
    }
    let mut found = Contingency {
        proportions: event.map_or_else(Vec::new, |event| proportions(&counts, event, &common)),
        counts,
        expected: None,
        exposed: None,
        two_by_two: None,
        risk_difference: None,
        risk_ratio: None,
        pearson: None,
        exact: None,
        trend: None,
        stratified: None,
        no_test: None,
    };
    let size = (found.counts.rows.len(), found.counts.columns.len());
    if size == (2, 2) && nobody.is_none() {
        let cells = square.cells(&found.counts.counts);
        found.exposed = Some(found.counts.rows[square.exposed].clone());
        add_two_by_two(&mut found, cells, &common);
    } else {
        larger(&mut found, &common);
    }
    if let Some(scores) = scores {
        if size.1 == 2 && nobody.is_none() {
            match trend(&found.counts, square.event, scores) {
                Ok(trend) => found.trend = Some(trend),
                Err(why) => cautions.push(format!("No test for trend: {why}.")),
            }
        } else {
            cautions.push(
                "No test for trend: it needs two columns, of which one is the event.".to_owned(),
            );
        }
    }
    if let Some(strata) = &settings.strata {
        if size == (2, 2) {
            let found_strata = stratified(
                settings,
                strata,
                (&found.counts, square),
                frame,
                kept,
                weights.as_deref(),
                &common,
            )?;
            if found_strata.exact_test.is_some() {
                cautions.push(
                    "Few in the strata: the chi-squared P of the Mantel-Haenszel test holds for more; read the exact one beside it.".to_owned(),
                );
            }
            found.stratified = Some(found_strata);
        } else {
            cautions.push(format!(
                "Strata are taken together for two-by-two tables only; this one is {} by {}.",
                size.0, size.1
            ));
        }
    }
    if let Some(why) = &found.no_test {
        cautions.push(format!("No test: {why}."));
    }
    Ok(Estimate {
        method: method(&found, square),
        level: common.level,
        found: Arc::new(found),
        cautions,
        conventions: common.conventions(),
        areas: &[Area::Tables],
    })
}

/// Which row and column of a two-by-two table come first.
#[derive(Clone, Copy)]
struct Square {
    exposed: usize,
    event: usize,
}

impl Square {
    fn cells(self, counts: &[Vec<usize>]) -> Cells {
        let cell = |row: usize, column: usize| counts[row][column] as u64;
        let (other, no_event) = (1 - self.exposed, 1 - self.event);
        Cells {
            exposed_event: cell(self.exposed, self.event),
            exposed_no_event: cell(self.exposed, no_event),
            unexposed_event: cell(other, self.event),
            unexposed_no_event: cell(other, no_event),
        }
    }
}

fn proportions(
    counts: &CrossCounts,
    event: usize,
    common: &Common,
) -> Vec<(String, Option<ProportionEstimate>)> {
    let of = |row: &Vec<usize>| {
        let n: usize = row.iter().sum();
        Proportion::new(row[event] as u64, n as u64).ok()
    };
    let estimate = |(label, row): (&String, &Vec<usize>)| {
        (label.clone(), of(row).map(|p| p.estimate(common.level)))
    };
    counts
        .rows
        .iter()
        .zip(&counts.counts)
        .map(estimate)
        .collect()
}

fn add_two_by_two(found: &mut Contingency, cells: Cells, common: &Common) {
    let of = |events: u64, others: u64| Proportion::new(events, events + others).ok();
    let exposed = of(cells.exposed_event, cells.exposed_no_event);
    let others = of(cells.unexposed_event, cells.unexposed_no_event);
    if let (Some(exposed), Some(others)) = (exposed, others) {
        let comparison = Comparison::new(exposed, others);
        found.risk_difference = Some(comparison.difference(common.level));
        found.risk_ratio = Some(comparison.ratio(common.level));
    }
    match Table2x2::new(cells) {
        Ok(table) => {
            found.two_by_two = Some(TwoByTwo::of(&table, common));
            found.expected = count_table(&found.counts)
                .ok()
                .map(|table| table.expected());
        }
        Err(error) => found.no_test = Some(error.into()),
    }
}

fn count_table(counts: &CrossCounts) -> Result<CountTable, crate::stats::contingency::TableError> {
    let row = |row: &Vec<usize>| row.iter().map(|count| *count as u64).collect();
    CountTable::new(counts.counts.iter().map(row).collect())
}

fn larger(found: &mut Contingency, common: &Common) {
    match count_table(&found.counts) {
        Ok(table) => {
            let simulation = Simulation {
                draws: NonZeroU64::new(u64::from(common.draws)).unwrap_or(NonZeroU64::MIN),
                seed: common.seed,
            };
            found.exact = Some(table.freeman_halton_or_simulated(simulation));
            found.pearson = Some(table.chi_squared());
            found.expected = Some(table.expected());
        }
        Err(error) => found.no_test = Some(error.into()),
    }
}

fn trend(counts: &CrossCounts, event: usize, scores: Scores) -> Result<RowTrend, Undefined> {
    let groups: Result<Vec<Proportion>, _> = counts
        .counts
        .iter()
        .map(|row| Proportion::new(row[event] as u64, row.iter().sum::<usize>() as u64))
        .collect();
    let pairs = paired(&counts.rows, &scores.scores);
    let groups = TrendGroups::with_scores(groups?, scores.scores)?;
    let test = groups.test(Alternative::TwoSided);
    let doubtful = matches!(test.approximation, Approximation::Doubtful { .. });
    Ok(RowTrend {
        groups: pairs,
        stated: scores.stated,
        exact: doubtful
            .then(|| groups.exact_test(Alternative::TwoSided).ok())
            .flatten(),
        test,
    })
}

/// The two-by-two table of each stratum, and what they have in common.
fn stratified(
    settings: &Settings,
    column: &str,
    (all, square): (&CrossCounts, Square),
    frame: &Frame,
    kept: &[u32],
    weights: Option<&[u64]>,
    common: &Common,
) -> Result<Stratified, AnalysisError> {
    let strata = frame.factor(column, kept)?;
    let rows = frame.factor(&settings.rows, kept)?;
    let columns = frame.factor(&settings.columns, kept)?;
    // A column that nobody is in is none of those found.
    let place = |label: &String| all.columns.iter().position(|column| column == label);
    let places: Vec<usize> = columns.labels().iter().filter_map(place).collect();
    let mut counts = vec![vec![vec![0_usize; 2]; 2]; strata.labels().len()];
    for at in 0..kept.len() {
        let (stratum, row, column) = (strata.codes()[at], rows.codes()[at], columns.codes()[at]);
        let weight = weights.map_or(1, |weights| weights[at]);
        counts[stratum as usize][row as usize][places[column as usize]] +=
            usize::try_from(weight).unwrap_or(usize::MAX);
    }
    let tables: Vec<Cells> = counts.iter().map(|counts| square.cells(counts)).collect();
    let mut found = Stratified {
        strata: strata.labels().to_vec(),
        tables: tables.clone(),
        odds_ratio: None,
        risk_ratio: None,
        risk_difference: None,
        test: None,
        corrected_test: None,
        exact_test: None,
        homogeneity: None,
        undefined: Vec::new(),
    };
    let strata = Strata::new(tables).map_err(|error| AnalysisError::Refused(error.to_string()))?;
    let mut why = Vec::new();
    let mut note =
        |what: &str, error: &dyn ToString| why.push(format!("{what}: {}", error.to_string()));
    let level = common.level;
    let corrected = MantelHaenszelOptions {
        continuity: Continuity::Yates,
        ..MantelHaenszelOptions::default()
    };
    found.odds_ratio = strata
        .odds_ratio(level)
        .map_err(|e| note("common odds ratio", &e))
        .ok();
    found.risk_ratio = strata
        .risk_ratio(level)
        .map_err(|e| note("common risk ratio", &e))
        .ok();
    found.risk_difference = strata
        .risk_difference(level)
        .map_err(|e| note("common risk difference", &e))
        .ok();
    let plain = MantelHaenszelOptions {
        continuity: Continuity::Uncorrected,
        ..MantelHaenszelOptions::default()
    };
    found.test = strata
        .mantel_haenszel(plain)
        .map_err(|e| note("Mantel-Haenszel test", &e))
        .ok();
    found.corrected_test = strata.mantel_haenszel(corrected).ok();
    let doubtful = |test: &MantelHaenszel| test.approximation == Normality::Doubtful;
    if found.test.as_ref().is_some_and(doubtful) {
        let options = FisherOptions {
            level,
            ..FisherOptions::default()
        };
        found.exact_test = strata.exact(options).ok();
    }
    found.homogeneity = strata
        .breslow_day()
        .map_err(|e| note("Breslow-Day test", &e))
        .ok();
    found.undefined = why;
    Ok(found)
}

fn method(found: &Contingency, square: Square) -> String {
    let mut method = match (&found.two_by_two, &found.exact) {
        (Some(tests), _) => format!(
            "The event is {:?}; {:?} is compared with {:?}. Fisher's exact test, two-sided{}; mid-P beside it; Pearson's chi-squared {} Yates's correction.",
            found.counts.columns[square.event],
            found.counts.rows[square.exposed],
            found.counts.rows[1 - square.exposed],
            match tests.shown.odds_ratio {
                OddsRatioEstimate::Sample => "",
                _ => ", with the conditional maximum-likelihood odds ratio and its exact interval",
            },
            match tests.shown.chi_squared {
                ChiSquaredReport::Both => "without and with",
                ChiSquaredReport::Yates => "with",
            }
        ),
        (None, Some(Independence::Exact(_))) => "Fisher-Freeman-Halton exact test.".to_owned(),
        (None, Some(Independence::MonteCarlo(test))) => format!(
            "Fisher-Freeman-Halton test by {} random tables with the same margins, seed {}; standard error of P {:.4}.",
            test.draws, test.seed, test.std_error
        ),
        _ => "Counts only.".to_owned(),
    };
    let doubtful = |test: &ChiSquared| matches!(test.approximation, Approximation::Doubtful { .. });
    let tests = found
        .two_by_two
        .as_ref()
        .map(|tests| &tests.pearson)
        .or(found.pearson.as_ref());
    if tests.is_some_and(doubtful) {
        method.push_str(
            " An expected count is below 5: the chi-squared approximation may be incorrect.",
        );
    }
    if let Some(trend) = &found.trend {
        method.push_str(&format!(
            " Cochran-Armitage test for trend, {}.",
            trend.stated
        ));
    }
    if found.stratified.is_some() {
        method.push_str(
            " Strata by Mantel and Haenszel; homogeneity of odds ratios by Breslow and Day.",
        );
    }
    method
}
