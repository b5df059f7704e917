//! The sentence that says which tests were made.

use super::Contingency;
use super::square::Square;
use crate::stats::contingency::{Approximation, ChiSquared, Independence};
use crate::stats::conventions::{ChiSquaredReport, OddsRatioEstimate};

pub(super) fn method(found: &Contingency, square: Square) -> String {
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
