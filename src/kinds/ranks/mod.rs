//! A measurement compared between groups by ranks.

mod tables;

use std::sync::Arc;

use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::columns::{self, Estimate, Estimator};
use super::few::{self, MOST_DEALT};
use super::frame::Frame;
use super::references::{self, Reference};
use super::settings::defaults::value;
use super::settings::{Common, finite, numbers, settings};
use super::{AnalysisError, Finding, Kind, StatisticResult, Undefined, Unit, Words};
use crate::document;
use crate::graph::Table;
use crate::stats::conventions::{
    Area, Conventions, RankContinuity as Continuity, RankDistribution,
};
use crate::stats::ranks::{
    GroupedValues, KruskalWallis, KruskalWallisPermutation, PermutationOptions, QuantileEstimate,
    RankContinuity, RankSum, RankSumMethod, RankSumOptions, TwoSamples, Values, ValuesError,
    kruskal_wallis, kruskal_wallis_permutation, quantile, rank_sum,
};

/// The fraction below a median.
const HALF: f64 = 0.5;
/// Up to this many cases the Kruskal-Wallis test is also done by permutation.
const SMALL: usize = 60;

/// The word after `kind:`.
pub const NAME: &str = "ranks";

settings! {
    /// Compare a measurement between groups by ranks
    ///
    /// Medians with exact intervals; of two groups the Mann-Whitney test with the Hodges-Lehmann
    /// shift, of more the Kruskal-Wallis test.
    #[command(after_help = "Examples:
  casegraph stats ranks --input cases.csv --value age --by partner")]
    columns {
        /// Column of the measurement
        value: String = "value",
        /// Column of the groups
        by: Option<String>,
        /// Column of the number of cases in a row, where a row is not one case
        count: Option<String>,
    }
    options: Choices,
}

/// Choices of a comparison by ranks.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Args)]
#[serde(default, deny_unknown_fields)]
pub struct Choices {
    /// Fractions below the quantiles that are given, beside the median
    #[arg(long, value_name = "FRACTIONS", value_delimiter = ',', value_parser = finite)]
    #[serde(deserialize_with = "numbers")]
    pub quantiles: Vec<f64>,
}

impl Kind for Settings {
    fn of_rows(&self, _unit: &Unit, rows: &Table) -> Result<Finding, AnalysisError> {
        columns::of_rows(self, rows)
    }
}

impl Estimator for Settings {
    fn repeats(&self) -> Option<&str> {
        self.count.as_deref()
    }

    fn estimate(&self, frame: &Frame, kept: &[u32]) -> Result<Estimate, AnalysisError> {
        estimate(self, frame, kept)
    }
}

impl StatisticResult for RanksResult {
    fn json(&self) -> Value {
        serde_json::json!(self)
    }

    fn tables(&self, words: &Words<'_>) -> Vec<document::Table> {
        tables::ranks(self, words.level)
    }

    fn summary(&self, _words: &Words<'_>) -> String {
        tables::summary(self)
    }

    fn tests(&self) -> Vec<(String, f64)> {
        let one = |name: &str, p| vec![(name.to_owned(), p)];
        match (&self.rank_sum, &self.kruskal_wallis) {
            (Some(test), _) => {
                let test = self.exact.as_ref().unwrap_or(test);
                one("Mann-Whitney", test.p_value)
            }
            (None, Some(test)) => match &self.permutation {
                Some(test) => one("Kruskal-Wallis by permutation", test.p_value),
                None => one("Kruskal-Wallis", test.p_value),
            },
            (None, None) => Vec::new(),
        }
    }

    fn references(&self) -> Vec<Reference> {
        match (&self.rank_sum, &self.kruskal_wallis) {
            (Some(_), _) => vec![references::MANN],
            (None, Some(_)) => vec![references::KRUSKAL],
            (None, None) => Vec::new(),
        }
    }
}

/// Medians and the test between groups.
#[derive(Debug, Clone, Serialize)]
pub struct RanksResult {
    /// All groups taken as one.
    pub overall: GroupQuantiles,
    /// Each group; empty without grouping.
    pub groups: Vec<GroupQuantiles>,
    /// The Mann-Whitney test of two groups, the first against the second.
    pub rank_sum: Option<RankSum>,
    /// The exact one, where that is by the normal distribution though a group is small.
    pub exact: Option<RankSum>,
    /// The Kruskal-Wallis test of two or more groups.
    pub kruskal_wallis: Option<KruskalWallis>,
    /// The same by permutation, where cases are few.
    pub permutation: Option<KruskalWallisPermutation>,
    /// Why there is no test.
    pub no_test: Option<Undefined>,
}

/// The median of a group, and other quantiles that were asked for.
#[derive(Debug, Clone, Serialize)]
pub struct GroupQuantiles {
    /// The group; `all` for everyone.
    pub group: String,
    /// The median first, then the quartiles.
    pub quantiles: Vec<QuantileEstimate>,
}

fn estimate(settings: &Settings, frame: &Frame, kept: &[u32]) -> Result<Estimate, AnalysisError> {
    let (common, choices) = (settings.options.common, settings.options.own.clone());
    let conventions = common.conventions();
    let values = frame.numbers(&settings.value, kept)?;
    let mut probabilities = vec![HALF];
    probabilities.extend(choices.quantiles);
    let mut result = RanksResult {
        overall: quantiles("all", &values, &probabilities, &common, &conventions)?,
        groups: Vec::new(),
        rank_sum: None,
        exact: None,
        kruskal_wallis: None,
        permutation: None,
        no_test: None,
    };
    let mut cautions = Vec::new();
    if let Some(by) = &settings.by {
        let factor = frame.factor(by, kept)?;
        let mut members = vec![Vec::new(); factor.labels().len()];
        for (code, value) in factor.codes().iter().zip(&values) {
            members[*code as usize].push(*value);
        }
        for (label, members) in factor.labels().iter().zip(&members) {
            result.groups.push(quantiles(
                label,
                members,
                &probabilities,
                &common,
                &conventions,
            )?);
        }
        if let [first, second] = members.as_slice() {
            match two_samples(first, second, &common, &conventions) {
                Ok(test) => result.rank_sum = Some(test),
                Err(why) => result.no_test = Some(why),
            }
        }
        let grouped = GroupedValues::new(&values, &factor)
            .map_err(|error| AnalysisError::Refused(error.to_string()))?;
        match kruskal_wallis(&grouped) {
            Ok(test) => result.kruskal_wallis = Some(test),
            // Two groups of equal values have a rank-sum test all the same.
            Err(error) if result.rank_sum.is_none() => result.no_test = Some(error.into()),
            Err(_) => {}
        }
        let small = few::small_samples(
            factor
                .labels()
                .iter()
                .map(String::as_str)
                .zip(factor.counts()),
        );
        let few = values.len() <= SMALL || !small.is_empty();
        let dealt = values.len() as u64 * u64::from(common.draws);
        if members.len() > 2 && few && dealt <= MOST_DEALT {
            let options = PermutationOptions {
                draws: common.draws,
                seed: common.seed,
            };
            result.permutation = kruskal_wallis_permutation(&grouped, options).ok();
        }
        if let ([first, second], Some(test)) = (members.as_slice(), &result.rank_sum)
            && test.method == RankSumMethod::Normal
            && !small.is_empty()
        {
            let options = RankSumOptions {
                level: common.level,
                method: RankSumMethod::Exact,
                ..RankSumOptions::default()
            };
            let samples = samples(first, second).ok();
            result.exact = samples.and_then(|samples| rank_sum(&samples, options).ok());
        }
        cautions.extend(caution(&small, &result));
    }
    Ok(Estimate {
        level: common.level,
        method: method(&result),
        cautions: result
            .no_test
            .iter()
            .map(|why| format!("No test: {why}."))
            .chain(cautions)
            .collect(),
        found: Arc::new(result),
        conventions,
        areas: &[Area::Ranks, Area::Summaries],
    })
}

fn quantiles(
    group: &str,
    values: &[f64],
    probabilities: &[f64],
    common: &Common,
    conventions: &Conventions,
) -> Result<GroupQuantiles, AnalysisError> {
    let refused = |error: &dyn ToString| AnalysisError::Refused(error.to_string());
    let sample = Values::new(values).map_err(|error| refused(&error))?;
    let of = |probability: &f64| {
        let found = quantile(&sample, *probability, common.level);
        let mut found = found.map_err(|error| refused(&error))?;
        let rule = conventions.plain_quantile;
        found.estimate = rule.of(values, *probability).unwrap_or(found.estimate);
        Ok::<_, AnalysisError>(found)
    };
    Ok(GroupQuantiles {
        group: group.to_owned(),
        quantiles: probabilities.iter().map(of).collect::<Result<_, _>>()?,
    })
}

fn two_samples(
    first: &[f64],
    second: &[f64],
    common: &Common,
    conventions: &Conventions,
) -> Result<RankSum, Undefined> {
    let samples = samples(first, second)?;
    let mut all: Vec<f64> = first.iter().chain(second).copied().collect();
    all.sort_by(f64::total_cmp);
    let tied = all
        .chunk_by(|a, b| a == b)
        .filter(|same| same.len() > 1)
        .map(<[f64]>::len)
        .sum();
    let sizes = [first.len(), second.len()];
    let options = RankSumOptions {
        level: common.level,
        method: match conventions.rank_method.distribution(sizes, tied) {
            None => RankSumMethod::Automatic,
            Some(RankDistribution::Exact) => RankSumMethod::Exact,
            Some(RankDistribution::Normal) => RankSumMethod::Normal,
        },
        continuity: match conventions.rank_continuity {
            Continuity::Half => RankContinuity::Corrected,
            Continuity::Uncorrected => RankContinuity::Uncorrected,
        },
    };
    Ok(rank_sum(&samples, options)?)
}

fn samples(first: &[f64], second: &[f64]) -> Result<TwoSamples, ValuesError> {
    Ok(TwoSamples {
        first: Values::new(first)?,
        second: Values::new(second)?,
    })
}

/// What a reader must know where groups are small and the test is one for large ones.
fn caution(small: &[String], result: &RanksResult) -> Option<String> {
    if small.is_empty() {
        return None;
    }
    match (&result.rank_sum, &result.kruskal_wallis) {
        (Some(test), _) if test.method == RankSumMethod::Normal => {
            let instead = match &result.exact {
                Some(_) => "read the exact one beside it",
                None => "there are too many cases for the exact one",
            };
            Some(few::caution(
                small,
                "the normal P of the Mann-Whitney test",
                instead,
            ))
        }
        (None, Some(_)) => {
            let instead = match &result.permutation {
                Some(_) => "read the one by permutation beside it",
                None => "there are too many cases for one by permutation",
            };
            let p = "the chi-squared P of the Kruskal-Wallis test";
            Some(few::caution(small, p, instead))
        }
        _ => None,
    }
}

fn method(result: &RanksResult) -> String {
    let mut method =
        "Medians with intervals between order statistics, exact by the binomial distribution."
            .to_owned();
    if let Some(test) = &result.rank_sum {
        method.push_str(&format!(
            " Mann-Whitney (Wilcoxon rank sum) test, {} distribution, with the Hodges-Lehmann shift.",
            test.method
        ));
    }
    if result.kruskal_wallis.is_some() && result.groups.len() > 2 {
        method.push_str(" Kruskal-Wallis test with correction for ties.");
    }
    method
}
