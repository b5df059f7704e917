//! A proportion pooled over reports, and the rates of subgroups shrunk towards each other.

mod tables;

use std::sync::Arc;

use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::columns::{self, Estimate, Estimator};
use super::frame::{Coding, Frame};
use super::references::{self, Reference};
use super::rows::NOT_KNOWN;
use super::settings::defaults::{event, report};
use super::settings::{self, Options, finite, numbers, settings, texts, word};
use super::{AnalysisError, Finding, Kind, StatisticResult, Unit, Words};
use crate::document;
use crate::graph::Table;
use crate::stats::conventions::Area;
use crate::stats::digits::percent;
use crate::stats::estimate::Level;
use crate::stats::factor::Factor;
use crate::stats::pooling::{
    BetaParameters, CommonEffect, CommonEffectOptions, Influence, PooledInterval, PredictionMethod,
    Prior, RandomEffects, RandomEffectsOptions, Report, ShrinkageOptions, Shrunk, Studies,
    common_effect, leave_one_out, random_effects, shrink,
};
use crate::stats::proportion::{Proportion, ProportionEstimate};

/// The report in the middle and the mean of all reports differ by more than this share.
const MEDIAN_IS_NOT_MEAN: f64 = 0.05;

/// The word after `kind:`.
pub const NAME: &str = "pooled";

settings! {
    /// Pool a proportion over reports
    ///
    /// A random intercept per report on the logit scale with the exact binomial likelihood, which
    /// stands single case reports; never inverse variance. With heterogeneity, prediction interval,
    /// what each report moves, and shrunken rates of subgroups.
    #[command(after_help = "Examples:
  casegraph stats pooled --input reports.csv --event responders --count evaluable --report pmid
  casegraph stats pooled --input cases.csv --event responded --report pmid --by partner")]
    columns {
        /// Column of the outcome of a case, or of the number of events in a row
        event: String = "event",
        /// Column of the number of cases in a row
        count: Option<String>,
        /// Column of the report
        report: String = "report",
        /// Column of the subgroup whose rates are shrunk towards each other
        by: Option<String>,
    }
    options: Choices,
}

/// The model, its corrections, and the prior of subgroups.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Args)]
#[serde(default, deny_unknown_fields)]
pub struct Choices {
    /// Values of the event column that mean the event, where these are not 1 or true; may be given several
    /// times
    #[arg(long, value_name = "VALUES")]
    #[serde(deserialize_with = "texts")]
    pub event_value: Vec<String>,
    /// Values of the event column that mean that it did not come; any other value is then refused
    #[arg(long, value_name = "VALUES")]
    #[serde(deserialize_with = "texts")]
    pub no_event: Vec<String>,
    /// How the interval of the pooled proportion is made
    #[arg(long, value_parser = word(PooledInterval::ALL, PooledInterval::name))]
    pub interval: Option<PooledInterval>,
    /// Distribution behind the prediction interval
    #[arg(long, value_parser = word(PredictionMethod::ALL, PredictionMethod::name))]
    pub prediction: Option<PredictionMethod>,
    /// Prior of subgroup rates as a,b of a beta distribution [default: estimated from the data]
    #[arg(long, value_name = "A,B", value_delimiter = ',', value_parser = finite)]
    #[serde(deserialize_with = "numbers")]
    pub prior: Vec<f64>,
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
    const GROUPS: &'static [&'static str] = &["by", "report"];

    fn is_needed(&self, key: &str) -> bool {
        // A case of unknown subgroup is still a case of the pooled proportion.
        key != "by"
    }

    fn event(&self) -> Option<(&str, Coding, &'static str)> {
        let of_cases = self.count.is_none();
        of_cases.then(|| (self.event.as_str(), self.coding(), "without it"))
    }

    fn estimate(&self, frame: &Frame, kept: &[u32]) -> Result<Estimate, AnalysisError> {
        estimate(self, frame, kept)
    }
}

impl Settings {
    /// How the column of the event is coded.
    fn coding(&self) -> Coding {
        let Options { common, own, .. } = &self.options;
        settings::coding(&own.event_value, &own.no_event, common.package)
    }
}

impl StatisticResult for PooledResult {
    fn json(&self) -> Value {
        serde_json::json!(self)
    }

    fn tables(&self, words: &Words<'_>) -> Vec<document::Table> {
        tables::pooled(self, words.level)
    }

    fn summary(&self, _words: &Words<'_>) -> String {
        tables::summary(self)
    }

    fn references(&self) -> Vec<Reference> {
        let mut found = vec![references::CLOPPER];
        if self.random.is_some() {
            found.push(references::STIJNEN);
        }
        found
    }
}

/// The proportion of a report, or of all single cases together.
#[derive(Debug, Clone, Serialize)]
pub struct ReportProportion {
    /// The report, or how many single cases.
    pub label: String,
    /// Events among cases of the report, with intervals.
    pub proportion: ProportionEstimate,
}

/// A proportion pooled over reports.
#[derive(Debug, Clone, Serialize)]
pub struct PooledResult {
    /// Reports of several cases, the largest first, then all single cases together.
    pub reports: Vec<ReportProportion>,
    /// The crude proportion: no variation between reports.
    pub common: CommonEffect,
    /// With variation between reports.
    pub random: Option<RandomEffects>,
    /// Why there is no estimate with variation.
    pub no_random: Option<String>,
    /// What leaving out each report does to the crude proportion.
    pub influence: Influence,
    /// What it does to the estimate with variation.
    pub random_influence: Option<Influence>,
    /// Rates of subgroups, shrunk.
    pub subgroups: Option<Shrunk>,
    /// Why there are none.
    pub no_subgroups: Option<String>,
}

fn estimate(settings: &Settings, frame: &Frame, kept: &[u32]) -> Result<Estimate, AnalysisError> {
    let (common, choices) = (settings.options.common, settings.options.own.clone());
    let (events, cases) = match &settings.count {
        Some(count) => (
            frame.counts(&settings.event, kept)?,
            frame.counts(count, kept)?,
        ),
        None => {
            let events = frame.events(&settings.event, &settings.coding(), kept)?;
            (
                events.came.into_iter().map(u64::from).collect(),
                vec![1; kept.len()],
            )
        }
    };
    if settings.count.is_some() {
        frame.not_more((&settings.event, &events), &cases, kept)?;
    }
    if settings.by.is_none() && !choices.prior.as_slice().is_empty() {
        return Err(AnalysisError::Option {
            kind: "pooled",
            reason: "prior: it is that of subgroups; say by which column (by)".to_owned(),
        });
    }
    let studies = studies(&frame.factor(&settings.report, kept)?, &events, &cases)?;
    let options = RandomEffectsOptions {
        level: common.level,
        interval: choices.interval.unwrap_or_default(),
        prediction: choices.prediction.unwrap_or_default(),
    };
    let crude = CommonEffectOptions {
        level: common.level,
    };
    let pooled = if studies.reports().len() > 1 {
        random_effects(&studies, options).map_err(|error| error.to_string())
    } else {
        Err("one report says nothing about how reports differ".to_owned())
    };
    let influence = leave_one_out(&studies, |reports| {
        Ok::<_, std::convert::Infallible>(common_effect(reports, crude).estimate)
    });
    let random_influence = pooled.is_ok().then(|| {
        leave_one_out(&studies, |reports| {
            random_effects(reports, options).map(|pooled| pooled.estimate)
        })
    });
    let subgroups = match &settings.by {
        Some(by) => {
            let prior = prior(&choices.prior)?;
            let groups = self::studies(
                &frame.factor_with_unknown(by, NOT_KNOWN, kept)?,
                &events,
                &cases,
            )?;
            let options = ShrinkageOptions {
                level: common.level,
                prior,
            };
            Some(shrink(&groups, options).map_err(|error| error.to_string()))
        }
        None => None,
    };
    let Ok(influence) = influence;
    let result = PooledResult {
        reports: reports(&studies, common.level),
        common: common_effect(&studies, crude),
        no_random: pooled.as_ref().err().cloned(),
        random: pooled.ok(),
        influence,
        random_influence: random_influence.and_then(Result::ok),
        no_subgroups: subgroups.as_ref().and_then(|s| s.as_ref().err().cloned()),
        subgroups: subgroups.and_then(Result::ok),
    };
    let mut cautions = cautions(&result);
    if let Some(by) = &settings.by {
        let unknown = frame
            .known(by, kept)?
            .iter()
            .filter(|known| !**known)
            .count();
        if unknown > 0 {
            cautions.push(format!(
                "{unknown} rows have no value of {by} and stand under {NOT_KNOWN:?}."
            ));
        }
    }
    Ok(Estimate {
        level: common.level,
        cautions,
        method: "Crude proportion with its exact (Clopper-Pearson) interval; pooled by a binomial-normal model: a random intercept per report on the logit scale, maximum likelihood, the integral by adaptive quadrature. Single cases enter by their own likelihood, never by inverse variance. Subgroup rates by a beta-binomial model.".to_owned(),
        found: Arc::new(result),
        conventions: common.conventions(),
        areas: &[Area::Pooling],
    })
}

/// Events and cases summed over the rows of each label.
fn studies(labels: &Factor, events: &[u64], cases: &[u64]) -> Result<Studies, AnalysisError> {
    let mut sums = vec![(0_u64, 0_u64); labels.labels().len()];
    for ((code, events), cases) in labels.codes().iter().zip(events).zip(cases) {
        let sum = &mut sums[*code as usize];
        sum.0 = sum.0.saturating_add(*events);
        sum.1 = sum.1.saturating_add(*cases);
    }
    let reports = labels
        .labels()
        .iter()
        .zip(sums)
        .map(|(label, (events, n))| Report::new(label.clone(), events, n));
    Studies::new(reports).map_err(|error| AnalysisError::Refused(error.to_string()))
}

fn reports(studies: &Studies, level: Level) -> Vec<ReportProportion> {
    let estimate = |label: String, events: u64, n: u64| {
        let proportion = Proportion::new(events, n).ok()?.estimate(level);
        Some(ReportProportion { label, proportion })
    };
    let (mut series, single): (Vec<&Report>, Vec<&Report>) =
        studies.reports().iter().partition(|report| report.n() > 1);
    series.sort_by_key(|report| std::cmp::Reverse(report.n()));
    let mut found: Vec<ReportProportion> = series
        .into_iter()
        .filter_map(|report| estimate(report.label().to_owned(), report.events(), report.n()))
        .collect();
    let events = single.iter().map(|report| report.events()).sum();
    let label = format!("{} single cases", single.len());
    found.extend(estimate(label, events, single.len() as u64));
    found
}

fn prior(given: &[f64]) -> Result<Prior, AnalysisError> {
    let wrong = |reason: String| AnalysisError::Option {
        kind: "pooled",
        reason,
    };
    match given {
        [] => Ok(Prior::Estimated),
        [a, b] => BetaParameters::new(*a, *b)
            .map(Prior::Stated)
            .map_err(|error| wrong(error.to_string())),
        other => Err(wrong(format!(
            "prior: a beta distribution has two parameters, a and b; got {}",
            other.len()
        ))),
    }
}

fn cautions(result: &PooledResult) -> Vec<String> {
    let mut cautions = Vec::new();
    if let Some(why) = &result.no_random {
        cautions.push(format!(
            "No estimate with variation between reports: {why}."
        ));
    }
    if let Some(why) = &result.no_subgroups {
        cautions.push(format!("No shrunken rates: {why}."));
    }
    if let Some(pooled) = &result.random
        && (pooled.estimate - pooled.mean_proportion).abs() > MEDIAN_IS_NOT_MEAN
    {
        cautions.push(format!(
            "Reports vary much: half of them are expected above {} %, the report in the middle, but their mean is {} %. For cases of any report read the mean.",
            percent(pooled.estimate),
            percent(pooled.mean_proportion)
        ));
    }
    let counts = &result.common.counts;
    if counts.single_case_reports > 0 {
        cautions.push(format!(
            "{} of {} reports are single cases and carry {:.0} % of the cases; a case is likelier to be published when it did well, or oddly.",
            counts.single_case_reports,
            counts.reports,
            counts.single_case_share * 100.0
        ));
    }
    cautions
}
