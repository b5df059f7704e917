//! Regression of the hazard on covariates.

mod tables;

use std::sync::Arc;

use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::columns::{self, Estimate, Estimator};
use super::few::{self, MOST_DEALT, Size};
use super::frame::{Coding, Frame, Units};
use super::references::{self, Reference as Publication};
use super::settings::defaults::{event, months};
use super::settings::{self, Options, settings, texts, word};
use super::{AnalysisError, Finding, Found, Kind, Undefined, Unit, Words};
use crate::document;
use crate::graph::Table;
use crate::stats::choice::choices;
use crate::stats::conventions::Area;
use crate::stats::cox::{
    Columns, Covariate, CoxFit, CoxOptions, FewEvents, FirthFit, FirthOptions, ProportionalHazards,
    Sample, ScorePermutation, Ties, TimeScale, Values, cox, firth, proportional_hazards,
    score_permutation,
};
use crate::stats::digits::plain;
use crate::stats::factor::Factor;
use crate::stats::survival::{NearTies, Outcome};

/// Below this many events for each coefficient, estimates are unsteady.
const EVENTS_PER_COEFFICIENT: usize = 10;
/// Below this many clusters errors robust to them come out too small.
const FEW_CLUSTERS: usize = 10;

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

impl Found for CoxResult {
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

/// A Cox regression.
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
    /// The covariate.
    pub covariate: String,
    /// Its reference category.
    pub category: String,
}

fn estimate(settings: &Settings, frame: &Frame, kept: &[u32]) -> Result<Estimate, AnalysisError> {
    let (common, choices) = (settings.options.common, settings.options.own.clone());
    let mut conventions = common.conventions();
    if let Some(ties) = choices.ties {
        conventions.cox_ties = ties;
    }
    if let Some(scale) = choices.transform {
        conventions.hazards_transform = scale;
    }
    if let Some(rule) = choices.near_ties {
        conventions.near_ties = rule;
    }
    let (covariates, references) = covariates(settings, &choices, frame, kept)?;
    let times = frame.times(&settings.time, kept)?;
    let coding = settings.coding();
    let events = frame.events(&settings.event, &coding, kept)?;
    let outcomes: Vec<Outcome> = events.came.into_iter().map(Outcome::from).collect();
    let entries = match &settings.start {
        Some(start) => {
            let entries = frame.times(start, kept)?;
            frame.in_order((start, &entries), (&settings.time, &times), kept)?;
            frame.apart(&entries, &times, kept)?;
            Some(entries)
        }
        None => None,
    };
    let column = |name: &Option<String>| {
        name.as_ref()
            .map(|name| frame.factor(name, kept))
            .transpose()
    };
    let small = small_sides(&covariates, &outcomes);
    let mut columns = Columns::new(times, outcomes, covariates);
    columns.entries = entries;
    columns.strata = column(&settings.strata)?;
    columns.clusters = column(&settings.cluster)?;
    columns.near_ties = conventions.near_ties;
    let refused = |error: &dyn ToString| AnalysisError::Refused(error.to_string());
    let sample = Sample::new(columns).map_err(|error| refused(&error))?;
    let mut result = CoxResult {
        references,
        fit: None,
        penalised: None,
        permutation: None,
        proportional_hazards: None,
        no_proportional_hazards: None,
    };
    let dealt = sample.n() as u64 * u64::from(common.draws);
    if (is_unsteady(&sample) || !small.is_empty()) && dealt <= MOST_DEALT {
        result.permutation = score_permutation(&sample, common.draws, common.seed);
    }
    let ties = conventions.cox_ties;
    match choices.penalty.unwrap_or_default() {
        Penalty::None => {
            let options = CoxOptions {
                ties,
                level: common.level,
                few_events: choices.few_events.unwrap_or_default(),
            };
            let fit = cox(&sample, options).map_err(|error| refused(&error))?;
            match proportional_hazards(&sample, &fit, conventions.hazards_transform) {
                Ok(test) => result.proportional_hazards = Some(test),
                Err(error) => result.no_proportional_hazards = Some(error.into()),
            }
            result.fit = Some(fit);
        }
        Penalty::Firth => {
            let options = FirthOptions {
                ties,
                level: common.level,
            };
            result.penalised = Some(firth(&sample, options).map_err(|error| refused(&error))?);
            result.no_proportional_hazards = Some(Undefined::Penalised);
        }
    }
    Ok(Estimate {
        level: common.level,
        method: method(settings, &result, ties),
        cautions: cautions(&sample, &result, &small),
        found: Arc::new(result),
        conventions,
        areas: &[Area::Cox],
    })
}

/// The covariates: columns of words and those said to be categorical as categories, the others as
/// numbers.
fn covariates(
    settings: &Settings,
    choices: &Choices,
    frame: &Frame,
    kept: &[u32],
) -> Result<(Vec<Covariate>, Vec<Reference>), AnalysisError> {
    let wrong = |reason: String| AnalysisError::Option {
        kind: "cox",
        reason,
    };
    let categorical = choices.categorical.as_slice();
    let known = |name: &str| {
        settings
            .covariates
            .iter()
            .any(|covariate| covariate == name)
    };
    if let Some(name) = categorical.iter().find(|name| !known(name)) {
        return Err(wrong(format!("categorical: {name:?} is no covariate")));
    }
    let mut wanted = Vec::new();
    for reference in choices.reference.as_slice() {
        match reference.split_once('=') {
            Some((name, category)) if known(name) => wanted.push((name, category)),
            _ => {
                let reason = format!("reference: {reference:?} is not COVARIATE=CATEGORY");
                return Err(wrong(reason));
            }
        }
    }
    let (mut covariates, mut references) = (Vec::new(), Vec::new());
    for name in &settings.covariates {
        // Who names the reference takes the values for categories.
        let referred = wanted.iter().any(|(covariate, _)| covariate == name);
        if frame.is_numeric(name)? && !categorical.contains(name) && !referred {
            covariates.push(Covariate::numeric(name.clone(), frame.numbers(name, kept)?));
            continue;
        }
        if !categorical.contains(name) && !referred {
            frame.not_numbers(name, kept)?;
        }
        let mut factor = frame.factor(name, kept)?;
        if let Some((_, category)) = wanted.iter().find(|(covariate, _)| covariate == name) {
            let labels = factor.labels().join(", ");
            factor = factor.with_first(category).ok_or_else(|| {
                wrong(format!(
                    "reference: {name} has no category {category:?}; it has {labels}"
                ))
            })?;
        }
        references.push(Reference {
            covariate: name.clone(),
            category: factor.labels()[0].clone(),
        });
        covariates.push(Covariate::categorical(name.clone(), factor));
    }
    Ok((covariates, references))
}

fn method(settings: &Settings, result: &CoxResult, ties: Ties) -> String {
    let mut method = format!(
        "Cox regression, {} ties{}",
        match ties {
            Ties::Efron => "Efron's",
            Ties::Breslow => "Breslow's",
            Ties::Exact => "exact",
        },
        if result.penalised.is_some() {
            ", Firth's penalised likelihood with profile-likelihood intervals and penalised likelihood-ratio tests"
        } else {
            ", Wald intervals on the log scale"
        }
    );
    if let Some(strata) = &settings.strata {
        method.push_str(&format!(", a baseline hazard for each {strata}"));
    }
    if let Some(cluster) = &settings.cluster {
        method.push_str(&format!(", errors robust to dependence within {cluster}"));
    }
    method.push('.');
    if let Some(test) = &result.proportional_hazards {
        method.push_str(&format!(
            " Proportional hazards tested by the score test of scaled Schoenfeld residuals, time on the scale {}.",
            test.time_scale
        ));
    }
    method
}

/// The sides of covariates that are small, in words: categories, and numbers of which there are two.
fn small_sides(covariates: &[Covariate], outcomes: &[Outcome]) -> Vec<String> {
    let mut small = Vec::new();
    for covariate in covariates {
        let factor = match &covariate.values {
            Values::Categorical(factor) => factor.clone(),
            Values::Numeric(values) => {
                let factor = Factor::new(values.iter().map(|value| plain(*value)));
                if factor.labels().len() > 2 {
                    continue;
                }
                factor.sorted()
            }
        };
        let mut events = vec![0; factor.labels().len()];
        for (code, outcome) in factor.codes().iter().zip(outcomes) {
            events[*code as usize] += usize::from(*outcome == Outcome::Event);
        }
        let labels = factor.labels().iter();
        let named: Vec<String> = labels
            .map(|label| format!("{} = {label}", covariate.name))
            .collect();
        let sides = named.iter().zip(factor.counts()).zip(events);
        small.extend(few::small(sides.map(|((label, cases), events)| Size {
            label,
            cases,
            events,
            // What is expected of a side depends on how long it was followed.
            expected: f64::INFINITY,
        })));
    }
    small
}

fn cautions(sample: &Sample, result: &CoxResult, small: &[String]) -> Vec<String> {
    let (events, coefficients) = (sample.events(), sample.column_names().count());
    let sides = (!small.is_empty()).then(|| {
        let instead = match &result.permutation {
            Some(_) => {
                "read the score test by permutation beside it, which is of all covariates together"
            }
            None => "there is none by permutation beside it",
        };
        few::caution(small, "the P of a hazard ratio", instead)
    });
    let clusters = result.fit.as_ref().and_then(|fit| fit.clusters);
    let few = clusters.filter(|clusters| *clusters < FEW_CLUSTERS).map(|clusters| {
        format!("{clusters} clusters, fewer than {FEW_CLUSTERS}: errors robust to so few are too small.")
    });
    let unsteady = if is_unsteady(sample) {
        vec![format!(
            "{:.1} events per coefficient, fewer than {EVENTS_PER_COEFFICIENT}: the estimates are unsteady.",
            events as f64 / coefficients as f64
        )]
    } else {
        Vec::new()
    };
    few.into_iter().chain(unsteady).chain(sides).collect()
}

/// Whether there are few events for what is estimated.
fn is_unsteady(sample: &Sample) -> bool {
    sample.events() < EVENTS_PER_COEFFICIENT * sample.column_names().count()
}
