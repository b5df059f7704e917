//! The test for trend over ordered groups.

use serde::Serialize;

use super::{CompareOptions, LogRankError, Weights, comparable};
use crate::distribution::chi_squared_upper_tail;
use crate::survival::sample::Sample;

/// Scores beyond this are refused: their squares would overflow.
const LARGEST_SCORE: f64 = 1e100;

/// A test for trend.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Trend {
    /// The weights of the event times.
    pub weights: Weights,
    /// Exponent of survival in Fleming-Harrington weights.
    pub rho: Option<f64>,
    /// Exponent of 1 − survival in Fleming-Harrington weights.
    pub gamma: Option<f64>,
    /// Number of cases.
    pub n: usize,
    /// Number of events.
    pub events: usize,
    /// Strata; 1 when the sample has none.
    pub strata: usize,
    /// The score of each group, in the order of [`Sample::groups`].
    pub scores: Vec<f64>,
    /// Observed − expected events, weighted, times scores, summed: above 0 when hazards rise with
    /// the scores.
    pub difference: f64,
    /// Variance of the difference.
    pub variance: f64,
    /// Difference² ÷ variance.
    pub statistic: f64,
    /// Degrees of freedom, always 1.
    pub degrees_of_freedom: usize,
    /// Probability of a statistic at least as large if all groups share one hazard.
    pub p_value: f64,
}

/// Tests whether hazards rise or fall with the scores of the groups, within strata if the sample
/// has any.
///
/// With scores a, and O, E and V as in [`super::compare`]: (Σ aᵢ (Oᵢ − Eᵢ))² / ΣΣ aᵢ aⱼ Vᵢⱼ,
/// chi-squared with 1 degree of freedom. Scores count only by the ratio of their distances; 1, 2, 3
/// … unless given. For groups with a natural order fixed in advance; it sees nothing where hazards
/// rise and fall again.
///
/// Tarone RE. Biometrika 1975;62:679-82. Klein JP, Moeschberger ML. Survival Analysis. 2nd ed.
/// 2003, section 7.4.
///
/// # Errors
///
/// [`LogRankError`] when there are not two groups to compare, no events to compare them by, or not
/// one finite score for each group.
pub fn trend_test(
    sample: &Sample,
    scores: Option<&[f64]>,
    options: CompareOptions,
) -> Result<Trend, LogRankError> {
    let groups = sample.groups().len();
    let scores = match scores {
        Some(scores) if scores.len() != groups => {
            let scores = scores.len();
            return Err(LogRankError::Scores { groups, scores });
        }
        Some(scores) => scores.to_vec(),
        None => (1..=groups).map(|score| score as f64).collect(),
    };
    if let Some(group) = scores
        .iter()
        .position(|score| !(-LARGEST_SCORE..=LARGEST_SCORE).contains(score))
    {
        return Err(LogRankError::Score { group });
    }
    let sums = comparable(sample, options)?;
    // Only distances between scores matter; from one of them, nothing large cancels.
    let taking_part = || (0..groups).filter(|group| sums.weighted_expected[*group] > 0.0);
    let origin = taking_part().next().map_or(0.0, |group| scores[group]);
    let unit = taking_part()
        .map(|group| (scores[group] - origin).abs())
        .fold(0.0, f64::max);
    if unit <= 0.0 {
        return Err(LogRankError::NoVariance);
    }
    let scaled = |group: usize| (scores[group] - origin) / unit;
    let difference: f64 = taking_part()
        .map(|g| scaled(g) * (sums.weighted_observed[g] - sums.weighted_expected[g]))
        .sum();
    // ΣΣ aᵢ aⱼ Vᵢⱼ, the rows of V summing to zero; no term is negative.
    let pairs = (0..groups).flat_map(|i| (0..i).map(move |j| (i, j)));
    let variance: f64 = pairs
        .map(|(i, j)| match -sums.covariance(i, j) {
            shared if shared > 0.0 => shared * (scaled(i) - scaled(j)).powi(2),
            _ => 0.0,
        })
        .sum();
    if variance <= 0.0 {
        return Err(LogRankError::NoVariance);
    }
    let statistic = difference * difference / variance;
    let (rho, gamma) = options.exponents();
    Ok(Trend {
        weights: options.weights,
        rho,
        gamma,
        n: sample.n(),
        events: sample.events(),
        strata: sample.strata().len().max(1),
        scores,
        difference: difference * unit,
        variance: variance * unit * unit,
        statistic,
        degrees_of_freedom: 1,
        p_value: chi_squared_upper_tail(statistic, 1),
    })
}

#[cfg(test)]
mod tests {
    use super::super::compare;
    use super::*;
    use crate::factor::Factor;
    use crate::survival::{Columns, Outcome};

    fn sample(groups: [&str; 6]) -> Sample {
        let groups = Factor::new(groups);
        Columns::new(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], &[Outcome::Event; 6])
            .grouped(&groups)
            .sample()
            .expect("valid")
    }

    const NONE: CompareOptions = CompareOptions {
        weights: Weights::LogRank,
        rho: 0.0,
        gamma: 0.0,
        idle_groups: super::super::IdleGroups::LeftOut,
    };

    #[test]
    fn a_trend_over_two_groups_is_the_logrank_test() {
        let sample = sample(["a", "b", "a", "a", "b", "b"]);
        let test = compare(&sample, NONE).expect("two groups");
        for scores in [None, Some(&[-3.0, 1e99][..]), Some(&[5.0, 4.0])] {
            let trend = trend_test(&sample, scores, NONE).map(|trend| trend.statistic);
            assert!((trend.expect("two groups") - test.statistic).abs() < 1e-12);
        }
    }

    /// Scores 0, 1, 2 of a, b, c, each 2 of 6 in turn. Of the score of those at risk, a uniform draw
    /// at each time, the mean and variance are 1, 2/3; 6/5, 14/25; 5/4, 11/16; 1, 2/3; 3/2, 1/4; 2, 0.
    /// The observed scores sum to 6; the means to 7.95, the variances to 2.83083…
    #[test]
    fn three_groups_by_hand() {
        let sample = sample(["a", "b", "c", "a", "b", "c"]);
        let found = trend_test(&sample, Some(&[0.0, 1.0, 2.0]), NONE).expect("three groups");
        let variance = 2.0 / 3.0 + 14.0 / 25.0 + 11.0 / 16.0 + 2.0 / 3.0 + 1.0 / 4.0;
        assert!((found.difference - (6.0 - 7.95)).abs() < 1e-14, "{found:?}");
        assert!((found.variance - variance).abs() < 1e-14, "{found:?}");
        assert!((found.statistic - 1.95 * 1.95 / variance).abs() < 1e-14);
    }

    #[test]
    fn scores_must_fit_and_differ() {
        let sample = sample(["a", "b", "c", "a", "b", "c"]);
        let refused = |scores: &[f64]| trend_test(&sample, Some(scores), NONE).err();
        let short = LogRankError::Scores {
            groups: 3,
            scores: 1,
        };
        assert_eq!(refused(&[1.0]), Some(short));
        let infinite = LogRankError::Score { group: 1 };
        assert_eq!(refused(&[1.0, f64::INFINITY, 2.0]), Some(infinite));
        assert_eq!(refused(&[7.0, 7.0, 7.0]), Some(LogRankError::NoVariance));
    }
}
