//! Regression of the hazard on covariates.

mod cautions;
mod compute;
mod tables;

use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::columns::{self, Estimate, Estimator};
use super::frame::{Coding, Frame, Units};
use super::references::{self, Reference as Publication};
use super::settings::defaults::{event, months};
use super::settings::{self, Options, settings, texts, word};
use super::{AnalysisError, Finding, Kind, StatisticResult, Undefined, Unit, Words};
use crate::document;
use crate::graph::Table;
use crate::stats::choice::choices;
use crate::stats::cox::{
    CoxFit, FewEvents, FirthFit, ProportionalHazards, ScorePermutation, Ties, TimeScale,
};
use crate::stats::survival::NearTies;
use compute::estimate;

choices! {
    /// A penalty of the likelihood.
    #[derive(Default)]
    pub enum Penalty {
        /// The partial likelihood as it is.
        #[default]
        None = "none",
        /// Firth's, which has a maximum also under separation and is less biased with few events.
        Firth = "firth",
    }
}

/// The word after `kind:`.
pub const NAME: &str = "cox";

settings! {
    /// Regression of the hazard on covariates
    ///
    /// Cox's proportional hazards: hazard ratios with intervals, likelihood-ratio, Wald and score
    /// tests, concordance, and the test of proportional hazards. Columns of words are categories,
    /// the first by name being the reference.
    #[command(after_help = "Examples:
  casegraph stats cox --input cases.csv --time months --event died --covariates age,partner
  casegraph stats cox --input heart.csv --start start --time stop --event event --covariates transplant,age
  casegraph stats cox --input small.csv --time t --event e --covariates g --penalty firth")]
    columns {
        /// Column of the time at which the interval begins, where that is not 0
        start: Option<String>,
        /// Column of the time
        time: String = "months",
        /// Column that says whether the event came: 1 or true, 0 or false
        event: String = "event",
        /// Column of the stratum; each has its own baseline hazard
        strata: Option<String>,
        /// Column of the cluster within which rows are not independent
        cluster: Option<String>,
        /// Column of the number of cases in a row, where a row is not one case
        count: Option<String>,
        /// Columns of the covariates
        #[arg(value_name = "COLUMNS", value_delimiter = ',', required = true)]
        covariates: Vec<String>,
    }
    options: Choices,
}

/// Choices of a Cox regression.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Args)]
#[serde(default, deny_unknown_fields)]
pub struct Choices {
    /// Values of the event column that mean the event, where these are not 1 or true; may be given several
    /// times
    #[arg(long, value_name = "VALUES")]
    #[serde(deserialize_with = "texts")]
    pub event_value: Vec<String>,
    /// Values of the event column that mean censored; any other value that is not the event is then refused
    #[arg(long, value_name = "VALUES")]
    #[serde(deserialize_with = "texts")]
    pub censored: Vec<String>,
    /// How tied event times are handled
    #[arg(long, value_parser = word(Ties::ALL, Ties::name))]
    pub ties: Option<Ties>,
    /// Penalty of the likelihood
    #[arg(long, value_parser = word(Penalty::ALL, Penalty::name))]
    pub penalty: Option<Penalty>,
    /// What to do with fewer than five events without a penalty
    #[arg(long, value_parser = word(FewEvents::ALL, FewEvents::name))]
    pub few_events: Option<FewEvents>,
    /// Covariates whose numbers are the names of categories
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    #[serde(deserialize_with = "texts")]
    pub categorical: Vec<String>,
    /// Reference category of a covariate; may be given for several
    #[arg(long, value_name = "COLUMN=VALUE")]
    #[serde(deserialize_with = "texts")]
    pub reference: Vec<String>,
    /// Scale of time in the test of proportional hazards
    #[arg(long, value_parser = word(TimeScale::ALL, TimeScale::name))]
    pub transform: Option<TimeScale>,
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
    const NEEDS: &'static str = "Months, outcome and covariates are";
    const GROUPS: &'static [&'static str] = &["strata", "covariates", "cluster"];

    fn units(&self) -> Units {
        if self.start.is_some() || self.cluster.is_some() {
            Units::Repeated
        } else {
            Units::Once
        }
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
}

impl Settings {
    /// How the column of the event is coded.
    fn coding(&self) -> Coding {
        let Options { common, own, .. } = &self.options;
        settings::coding(&own.event_value, &own.censored, common.package)
    }
}

impl StatisticResult for CoxResult {
    fn json(&self) -> Value {
        serde_json::json!(self)
    }

    fn tables(&self, words: &Words<'_>) -> Vec<document::Table> {
        tables::cox(self, words.level)
    }

    fn summary(&self, _words: &Words<'_>) -> String {
        tables::summary(self)
    }

    fn tests(&self) -> Vec<(String, f64)> {
        let plain = self.fit.iter().flat_map(|fit| &fit.coefficients);
        let penalised = self.penalised.iter().flat_map(|fit| &fit.coefficients);
        plain
            .map(|c| (c.name.clone(), c.p_value))
            .chain(penalised.map(|c| (c.name.clone(), c.likelihood_ratio.p_value)))
            .map(|(name, p)| (format!("hazard by {name}"), p))
            .collect()
    }

    fn references(&self) -> Vec<Publication> {
        let mut found = vec![references::COX, references::EFRON];
        if self.penalised.is_some() {
            found.push(references::HEINZE);
        }
        if self.proportional_hazards.is_some() {
            found.push(references::GRAMBSCH);
        }
        found
    }
}

/// The fit with its tests, and what each factor is compared with.
#[derive(Debug, Clone, Serialize)]
pub struct CoxResult {
    /// The reference of each categorical covariate.
    pub references: Vec<Reference>,
    /// The fit by partial likelihood.
    pub fit: Option<CoxFit>,
    /// The fit by Firth's penalised likelihood.
    pub penalised: Option<FirthFit>,
    /// The score test of all covariates together by permutation, where events or the cases on one
    /// side of a covariate are few.
    pub permutation: Option<ScorePermutation>,
    /// The test of proportional hazards.
    pub proportional_hazards: Option<ProportionalHazards>,
    /// Why there is none.
    pub no_proportional_hazards: Option<Undefined>,
}

/// What the categories of a covariate are compared with.
#[derive(Debug, Clone, Serialize)]
pub struct Reference {
    /// Column of the factor.
    pub covariate: String,
    /// Category that the others are compared with.
    pub category: String,
}
