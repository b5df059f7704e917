//! Survival curves with what is read off them, and the tests between groups.

mod cautions;
mod compute;
mod immortal_time;
mod json;
mod permuting;
mod tables;

use clap::Args;
use clap::builder::PossibleValuesParser;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::bounds::Bounds;
use super::columns::{self, Estimate, Estimator};
use super::frame::{Coding, Frame, Selection, Units};
use super::references::{self, Reference};
use super::settings::defaults::{event, months};
use super::settings::{self, Options, finite, numbers, settings, texts, word};
use super::trend::GroupScore;
use super::{AnalysisError, Finding, Kind, StatisticResult, Unit, Words};
use crate::document;
use crate::document::numbers::months as in_months;
use crate::graph::Table;
use crate::stats::choice::choices;
use crate::stats::cox::ScorePermutation;
use crate::stats::survival::{
    Band, Curve, LogRank, LogRankError, NearTies, PermutationTest, Quantile, QuantileRule,
    RestrictedMean, RestrictedMeanComparison, RestrictedMeanError, SurvivalAt, Trend, Weights,
};
use compute::{bounds, estimate};
pub use immortal_time::{ImmortalTime, Landmark, Switching};

/// The name of a test that packages understand differently.
pub const WILCOXON: &str = "wilcoxon";

choices! {
    /// Whether something costly is done.
    #[derive(Default)]
    pub enum Extent {
        /// Where the sample is small.
        #[default]
        Auto = "auto",
        /// Permute however many cases there are.
        Always = "always",
        /// Give the chi-squared P value alone.
        Never = "never",
    }
}

/// The word after `kind:`.
pub const NAME: &str = "survival";

settings! {
    /// Time to an event: curves, medians, restricted means, tests between groups
    ///
    /// Kaplan-Meier curves with their band, quantiles, survival at given times, restricted mean,
    /// follow-up by the reverse curve, and a test between groups, by permutation too where groups
    /// are small.
    #[command(after_help = "Examples:
  casegraph stats survival --input cases.csv --time months --event died --by partner
  casegraph stats survival --input lung.csv --time time --event status --event-value 2 --by sex
  casegraph stats survival --input os.csv --time months --event status --event-value 'dead,dead of disease' --missing unknown
  casegraph stats survival --input cases.csv --time t --event e --at 6,12,24 --tau 24 --band log
  casegraph stats survival --input cases.csv --time t --event e --by surgery --begins surgery_at --landmarks 3,6
  casegraph stats survival --input cases.csv --time t --event e --by dose --trend low=0,mid=1,high=3")]
    columns {
        /// Column of the time at which observation begins, where that is not 0
        start: Option<String>,
        /// Column of the time
        time: String = "months",
        /// Column that says whether the event came: 1 or true, 0 or false
        event: String = "event",
        /// Column of the groups
        by: Option<String>,
        /// Column of the time at which a case came into its group, where that may be after time 0; empty
        /// for those who never did
        #[arg(requires = "by")]
        begins: Option<String>,
        /// Column of the stratum within which groups are compared
        strata: Option<String>,
        /// Column of the number of cases in a row, where a row is not one case
        count: Option<String>,
    }
    options: Choices,
}

/// Choices of a survival analysis.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Args)]
#[serde(default, deny_unknown_fields)]
pub struct Choices {
    /// Times from which survival is compared where groups begin after time 0; that by which half of them
    /// had begun unless it is given
    #[arg(long, value_name = "TIMES", value_delimiter = ',', value_parser = finite)]
    #[serde(deserialize_with = "numbers")]
    pub landmarks: Vec<f64>,
    /// Draw the curves of groups that begin after time 0, marked as misleading
    #[arg(long)]
    pub allow_immortal_time: bool,
    /// Values of the event column that mean the event, where these are not 1 or true; may be given several
    /// times
    #[arg(long, value_name = "VALUES")]
    #[serde(deserialize_with = "texts")]
    pub event_value: Vec<String>,
    /// Values of the event column that mean censored; any other value that is not the event is then refused
    #[arg(long, value_name = "VALUES")]
    #[serde(deserialize_with = "texts")]
    pub censored: Vec<String>,
    /// Scale on which the band is symmetric
    #[arg(long, value_parser = word(Band::ALL, Band::name))]
    pub band: Option<Band>,
    /// Fractions with the event whose times are given, beside the median
    #[arg(long, value_name = "FRACTIONS", value_delimiter = ',', value_parser = finite)]
    #[serde(deserialize_with = "numbers")]
    pub quantiles: Vec<f64>,
    /// What a quantile is where the curve is level at its height
    #[arg(long, value_parser = word(QuantileRule::ALL, QuantileRule::name))]
    pub quantile_rule: Option<QuantileRule>,
    /// Times at which survival is given
    #[arg(long, value_name = "TIMES", value_delimiter = ',', value_parser = finite)]
    #[serde(deserialize_with = "numbers")]
    pub at: Vec<f64>,
    /// Time up to which the restricted mean goes; the shortest of the groups' last times if
    /// not told
    #[arg(long, value_name = "TIME", value_parser = finite)]
    pub tau: Option<f64>,
    /// Test between groups
    #[arg(long, value_parser = tests())]
    pub test: Option<String>,
    /// Exponent of survival in the weights of the Fleming-Harrington test
    #[arg(long, value_name = "NUMBER", value_parser = finite)]
    pub rho: Option<f64>,
    /// Exponent of one minus survival in those weights
    #[arg(long, value_name = "NUMBER", value_parser = finite)]
    pub gamma: Option<f64>,
    /// Test for trend over the groups, in this order; with scores 0, 1, 2 … unless they are given
    #[arg(long, value_name = "VALUES", value_delimiter = ',', requires = "by")]
    #[serde(deserialize_with = "texts")]
    pub order: Vec<String>,
    /// Test for trend over the groups, with the score of each as GROUP=NUMBER; or bare numbers for groups
    /// in the order given, or in one that their names state
    #[arg(
        long,
        value_name = "SCORES",
        value_delimiter = ',',
        allow_hyphen_values = true,
        requires = "by"
    )]
    #[serde(deserialize_with = "texts")]
    pub trend: Vec<String>,
    /// Whether the log-rank test is also done by permutation
    #[arg(long, value_parser = word(Extent::ALL, Extent::name))]
    pub permutation: Option<Extent>,
    /// Whether times that differ by rounding are one time
    #[arg(long, value_parser = word(NearTies::ALL, NearTies::name))]
    pub near_ties: Option<NearTies>,
}

impl Kind for Settings {
    fn codes(&self) -> Vec<(&'static str, &str, &str)> {
        settings::codes("event_value", &self.event, &self.options.own.event_value).collect()
    }

    fn of_rows(&self, _unit: &Unit, rows: &Table) -> Result<Finding, AnalysisError> {
        columns::of_rows(self, rows)
    }
}

impl Estimator for Settings {
    const NEEDS: &'static str = "Months and outcome are";

    fn units(&self) -> Units {
        // A unit may have several intervals of follow-up.
        if self.start.is_some() {
            Units::Repeated
        } else {
            Units::Once
        }
    }

    fn is_needed(&self, key: &str) -> bool {
        // Who never came into a group has no time at which that was.
        key != "begins"
    }

    fn narrow(&self, frame: &Frame, selection: &mut Selection) -> Result<(), AnalysisError> {
        immortal_time::leave_out_unknown_begin(self, frame, selection)
    }

    fn repeats(&self) -> Option<&str> {
        self.count.as_deref()
    }

    fn event(&self) -> Option<(&str, Coding, &'static str)> {
        Some((&self.event, self.coding(), "censored"))
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
        let Some(result) = estimate
            .get::<SurvivalResult>()
            .filter(|_| self.start.is_none())
        else {
            return Ok(None);
        };
        let found = bounds(self, frame, selection, result)?;
        Ok(found.map(Bounds::Survival))
    }
}

impl Settings {
    /// How the column of the event is coded.
    pub(super) fn coding(&self) -> Coding {
        let Options { common, own, .. } = &self.options;
        settings::coding(&own.event_value, &own.censored, common.package)
    }
}

impl StatisticResult for SurvivalResult {
    fn json(&self) -> Value {
        json::survival(self)
    }

    fn tables(&self, words: &Words<'_>) -> Vec<document::Table> {
        tables::survival(self, words)
    }

    fn summary(&self, _words: &Words<'_>) -> String {
        let all = &self.overall;
        format!(
            "{} cases, {} events, median {}",
            all.curve.n(),
            all.curve.events(),
            match all.median.time {
                Some(_) => format!("{} months", in_months(all.median.time)),
                None => "not reached".to_owned(),
            }
        )
    }

    fn tests(&self) -> Vec<(String, f64)> {
        match (&self.permutation, &self.logrank) {
            (Some(Ok(test)), _) => vec![("log-rank by permutation".to_owned(), test.p_value)],
            (_, Some(Ok(test))) => vec![("log-rank".to_owned(), test.p_value)],
            _ => Vec::new(),
        }
    }

    fn references(&self) -> Vec<Reference> {
        let mut found = vec![
            references::KAPLAN,
            references::BROOKMEYER,
            references::SCHEMPER,
        ];
        if matches!(self.logrank, Some(Ok(_))) {
            found.push(references::MANTEL);
        }
        if let Some(guard) = &self.immortal_time {
            found.extend([references::SUISSA, references::ANDERSON]);
            match guard.switching {
                Switching::Fit(_) => found.extend([references::COX, references::EFRON]),
                Switching::Penalised(_) => found.extend([references::COX, references::HEINZE]),
                Switching::Refused(_) => {}
            }
        }
        found
    }
}

/// One group's curve and what is read off it.
#[derive(Debug, Clone)]
pub struct SurvivalGroup {
    /// The group; `all` for everyone.
    pub label: String,
    /// The Kaplan-Meier curve, with the numbers at risk.
    pub curve: Curve,
    /// Median survival with its interval; an end may not be reached.
    pub median: Quantile,
    /// Other quantiles that were asked for.
    pub quantiles: Vec<Quantile>,
    /// Survival at the times asked for; `None` beyond the longest follow-up.
    pub at: Vec<(f64, Option<SurvivalAt>)>,
    /// Mean survival up to tau, or why there is none.
    pub restricted_mean: Result<RestrictedMean, RestrictedMeanError>,
    /// Median follow-up, by the curve with events and censoring exchanged.
    pub follow_up: Quantile,
}

/// A test for trend over the groups.
#[derive(Debug, Clone, Serialize)]
pub struct CurveTrend {
    /// The groups with their scores, by the scores.
    pub group_scores: Vec<GroupScore>,
    /// How it is known which group has which.
    pub stated: String,
    /// The log-rank test for trend over the scores.
    #[serde(flatten)]
    pub test: Trend,
    /// The same by permutation, where a group is small.
    pub permutation: Option<ScorePermutation>,
}

/// Curves of everyone and of each group.
#[derive(Debug, Clone)]
pub struct SurvivalResult {
    /// All groups taken as one.
    pub overall: SurvivalGroup,
    /// Each group; empty without grouping.
    pub groups: Vec<SurvivalGroup>,
    /// The test between the groups, or why there is none.
    pub logrank: Option<Result<LogRank, LogRankError>>,
    /// The same by permutation, where it was done, or why it could not be.
    pub permutation: Option<Result<PermutationTest, LogRankError>>,
    /// The test for trend, where the order of the groups was given.
    pub trend: Option<Result<CurveTrend, LogRankError>>,
    /// Difference and ratio of the restricted means of two groups.
    pub restricted_means: Option<Result<RestrictedMeanComparison, RestrictedMeanError>>,
    /// What is compared instead where groups begin after time zero.
    pub immortal_time: Option<ImmortalTime>,
}

/// Takes the name of a test between survival curves.
fn tests() -> PossibleValuesParser {
    let tests = Weights::ALL.iter().map(|weights| weights.name());
    PossibleValuesParser::new(tests.chain([WILCOXON]))
}
