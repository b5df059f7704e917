//! P values of several tests, adjusted for their number.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Analysis, AnalysisError, Comparison, Computed, Outcome};
use crate::stats::estimate::Level;
use crate::stats::multiplicity::{Adjustment, adjust as adjust_by};

/// P values adjusted in several ways.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Adjusted {
    /// The tests, in the order given.
    pub tests: Vec<AdjustedTest>,
}

/// One test with its P value and what it becomes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AdjustedTest {
    /// Its name.
    pub name: String,
    /// The P value given.
    pub p_value: f64,
    /// By Holm.
    pub holm: f64,
    /// By Benjamini and Hochberg.
    pub benjamini_hochberg: f64,
    /// By Bonferroni.
    pub bonferroni: f64,
}

/// Adjusts the P values of named tests for their number.
///
/// # Errors
/// There is no test, or a P value lies outside 0 to 1.
pub fn adjusted(tests: &[(String, f64)]) -> Result<Adjusted, AnalysisError> {
    let by = |method| {
        adjust_by(tests.iter().cloned(), method)
            .map(|found| found.tests)
            .map_err(|error| AnalysisError::Refused(error.to_string()))
    };
    let holm = by(Adjustment::Holm)?;
    let hochberg = by(Adjustment::BenjaminiHochberg)?;
    let bonferroni = by(Adjustment::Bonferroni)?;
    let tests = holm.into_iter().zip(hochberg).zip(bonferroni);
    Ok(Adjusted {
        tests: tests
            .map(|((holm, hochberg), bonferroni)| AdjustedTest {
                name: holm.name,
                p_value: holm.p_value,
                holm: holm.adjusted_p_value,
                benjamini_hochberg: hochberg.adjusted_p_value,
                bonferroni: bonferroni.adjusted_p_value,
            })
            .collect(),
    })
}

/// The same from P values as they are written.
///
/// # Errors
/// As [`adjusted`], and a P value is no number.
pub fn adjust(tests: impl Iterator<Item = (String, String)>) -> Result<Computed, AnalysisError> {
    let number = |(name, text): (String, String)| match text.trim().parse::<f64>() {
        Ok(p) => Ok((name, p)),
        Err(_) => Err(AnalysisError::Refused(format!(
            "the P value of {name} is {text:?}; a P value is a number from 0 to 1"
        ))),
    };
    let tests: Vec<(String, f64)> = tests.map(number).collect::<Result<_, _>>()?;
    Ok(Computed {
        kind: "adjust",
        counted: tests.len(),
        level: Level::P95,
        bounds: None,
        left_out: BTreeMap::new(),
        coded: None,
        method: format!("{} tests adjusted together. {WORDS}", tests.len()),
        cautions: Vec::new(),
        differences: Vec::new(),
        open_questions: Vec::new(),
        outcome: Outcome::Adjusted(adjusted(&tests)?),
    })
}

/// The tests of all the analyses of one report, adjusted together; `None` where none tests anything.
///
/// One test of each comparison counts, the one that the report puts first: the exact one of a table,
/// the permutation test of curves where it was done, each coefficient of a regression.
#[must_use]
pub fn tests_together<'a>(analyses: impl IntoIterator<Item = &'a Analysis>) -> Option<Adjusted> {
    let tests: Vec<(String, f64)> = analyses
        .into_iter()
        .flat_map(|analysis| {
            let named = |(name, p)| (format!("{}: {name}", analysis.slug), p);
            tests(&analysis.outcome).into_iter().map(named)
        })
        .collect();
    adjusted(&tests).ok()
}

/// The tests of a result, by name.
pub(crate) fn tests(outcome: &Outcome) -> Vec<(String, f64)> {
    let one = |name: &str, p| vec![(name.to_owned(), p)];
    match outcome {
        Outcome::Response(rates) => match &rates.comparison {
            Some(Comparison::Exact { p_value, .. }) => {
                one("exact test of objective response", *p_value)
            }
            Some(Comparison::None(_)) | None => Vec::new(),
        },
        Outcome::Contingency(found) => match (&found.two_by_two, &found.exact) {
            (Some(tests), _) => one("Fisher's exact test", tests.fisher.p_value),
            (None, Some(test)) => one("exact test of independence", test.p_value()),
            (None, None) => Vec::new(),
        },
        Outcome::Survival(result) => match (&result.permutation, &result.logrank) {
            (Some(Ok(test)), _) => one("log-rank by permutation", test.p_value),
            (_, Some(Ok(test))) => one("log-rank", test.p_value),
            _ => Vec::new(),
        },
        Outcome::Proportion(result) => result
            .comparisons
            .iter()
            .filter_map(|comparison| {
                let tests = comparison.tests.as_ref()?;
                let name = format!(
                    "Fisher's exact test of {} against {}",
                    comparison.group, comparison.reference
                );
                Some((name, tests.fisher.p_value))
            })
            .collect(),
        Outcome::Cox(result) => {
            let plain = result.fit.iter().flat_map(|fit| &fit.coefficients);
            let penalised = result.penalised.iter().flat_map(|fit| &fit.coefficients);
            plain
                .map(|c| (c.name.clone(), c.p_value))
                .chain(penalised.map(|c| (c.name.clone(), c.likelihood_ratio.p_value)))
                .map(|(name, p)| (format!("hazard by {name}"), p))
                .collect()
        }
        Outcome::CompetingRisks(result) => result
            .tests
            .iter()
            .filter_map(|cause| {
                let name = format!("Gray's test of {}", cause.cause);
                match (&cause.permutation, &cause.test) {
                    (Some(test), _) => Some((format!("{name} by permutation"), test.p_value)),
                    (None, Some(test)) => Some((name, test.p_value)),
                    (None, None) => None,
                }
            })
            .collect(),
        Outcome::Ranks(result) => match (&result.rank_sum, &result.kruskal_wallis) {
            (Some(test), _) => {
                let test = result.exact.as_ref().unwrap_or(test);
                one("Mann-Whitney", test.p_value)
            }
            (None, Some(test)) => match &result.permutation {
                Some(test) => one("Kruskal-Wallis by permutation", test.p_value),
                None => one("Kruskal-Wallis", test.p_value),
            },
            (None, None) => Vec::new(),
        },
        Outcome::Table
        | Outcome::Pooled(_)
        | Outcome::Adjusted(_)
        | Outcome::Incidence(_)
        | Outcome::Sequence(_)
        | Outcome::Matrix(_)
        | Outcome::Completeness(_)
        | Outcome::Enrichment(_)
        | Outcome::Waterfall(_)
        | Outcome::Swimmer(_) => Vec::new(),
    }
}

/// What the adjustments hold.
pub const WORDS: &str = "Holm and Bonferroni hold the probability of any false finding, Benjamini and Hochberg the expected share of false findings among the findings.";
