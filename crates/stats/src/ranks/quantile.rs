//! Quantiles of a sample with exact intervals.

use serde::Serialize;
use thiserror::Error;

use super::sample::Values;
use crate::estimate::{IntervalMethod, Level, OpenInterval};

/// Tails that differ by no more than this share are equal.
const TAIL_ROUNDING: f64 = 64.0 * f64::EPSILON;

/// A quantile outside the open interval from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
#[error("a quantile is a fraction between 0 and 1; got {value}")]
pub struct QuantileError {
    /// Fraction that was asked for.
    pub value: f64,
}

/// A quantile with its interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct QuantileEstimate {
    /// The fraction of values below it: 0.5 for the median.
    pub probability: f64,
    /// Values counted.
    pub n: usize,
    /// The quantile of the sample, linear between the values at ranks around 1 + (n − 1) ×
    /// probability, unless another rule was asked for.
    pub estimate: f64,
    /// From one value of the sample to another. An end is `None` when no value is extreme enough for
    /// the level: there are too few.
    pub interval: OpenInterval,
    /// The rank of the lower end, from 1.
    pub lower_rank: Option<usize>,
    /// The rank of the upper end, from 1.
    pub upper_rank: Option<usize>,
    /// The coverage that the interval has for continuous values, at least the level; higher for
    /// values that tie.
    pub coverage: f64,
}

/// The median with an exact interval: [`quantile`] at 0.5.
#[must_use]
pub fn median(values: &Values, level: Level) -> QuantileEstimate {
    estimate(values, 0.5, level)
}

/// A quantile with an exact interval, whatever the distribution.
///
/// The number B of values below the true quantile is binomial, so the k-th value lies above it with
/// probability P(B < k). The ends are the innermost values that are beyond it on their side with a
/// probability of at most half of 1 − level. Assumes independent values; not for censored ones: see
/// [`Curve::quantile`](crate::survival::Curve::quantile).
///
/// Thompson WR. Ann Math Stat 1936;7:122-8. Conover WJ. Practical Nonparametric Statistics, 3rd ed.
/// 1999, section 3.2. Estimate: type 7 of Hyndman RJ, Fan Y. Am Stat 1996;50:361-5.
///
/// # Errors
///
/// [`QuantileError`] unless `0 < probability < 1`.
///
/// ```
/// use casegraph_stats::estimate::Level;
/// use casegraph_stats::ranks::{Values, median};
///
/// let months = Values::new(&[2.0, 3.0, 5.0, 8.0, 13.0, 21.0])?;
/// let found = median(&months, Level::P95);
/// assert_eq!((found.estimate, found.interval.lower), (6.5, Some(2.0)));
/// assert_eq!(found.coverage, 1.0 - 2.0 / 64.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn quantile(
    values: &Values,
    probability: f64,
    level: Level,
) -> Result<QuantileEstimate, QuantileError> {
    if probability > 0.0 && probability < 1.0 {
        Ok(estimate(values, probability, level))
    } else {
        Err(QuantileError { value: probability })
    }
}

fn estimate(values: &Values, probability: f64, level: Level) -> QuantileEstimate {
    let (n, sorted) = (values.n(), values.sorted());
    let below = binomial(n, probability);
    let tail = level.tail() * (1.0 - TAIL_ROUNDING);
    // A count reached only beyond the tail is the rank: P(B < rank) is still within it.
    let reached = |counts: &mut dyn Iterator<Item = &f64>| {
        let (mut outside, mut rank) = (0.0, 0);
        for count in counts {
            if outside + count >= tail {
                break;
            }
            outside += count;
            rank += 1;
        }
        (outside, rank)
    };
    let (below_lower, from_start) = reached(&mut below.iter());
    let (above_upper, from_end) = reached(&mut below.iter().rev());
    let lower_rank = (from_start > 0).then_some(from_start);
    let upper_rank = (from_end > 0).then(|| n + 1 - from_end);
    let place = (n - 1) as f64 * probability;
    let (low, part) = (whole(place), place.fract());
    let (before, after) = (sorted[low], sorted[(low + 1).min(n - 1)]);
    QuantileEstimate {
        probability,
        n,
        estimate: before + part * (after - before),
        interval: OpenInterval {
            lower: lower_rank.map(|rank| sorted[rank - 1]),
            upper: upper_rank.map(|rank| sorted[rank - 1]),
            level,
            method: IntervalMethod::OrderStatistic,
        },
        lower_rank,
        upper_rank,
        coverage: 1.0 - below_lower - above_upper,
    }
}

/// The whole part of a number that is not negative.
#[expect(clippy::cast_sign_loss, reason = "not negative")]
fn whole(value: f64) -> usize {
    value as usize
}

/// The probabilities of 0 to n successes, each from its neighbour outwards from the most probable,
/// so that none is lost to underflow that matters.
fn binomial(n: usize, probability: f64) -> Vec<f64> {
    let mode = whole((n + 1) as f64 * probability).min(n);
    let odds = probability / (1.0 - probability);
    let mut weights = vec![0.0; n + 1];
    weights[mode] = 1.0;
    for k in mode..n {
        weights[k + 1] = weights[k] * (n - k) as f64 / (k + 1) as f64 * odds;
    }
    for k in (0..mode).rev() {
        weights[k] = weights[k + 1] * (k + 1) as f64 / (n - k) as f64 / odds;
    }
    let sum: f64 = weights.iter().sum();
    for weight in &mut weights {
        *weight /= sum;
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(n: usize) -> Values {
        let values: Vec<f64> = (1..=n).map(|i| i as f64).collect();
        Values::new(&values).expect("valid")
    }

    /// Of 5 values the smallest is above the median with probability 1/32 > 0.025; of 6 with 1/64.
    #[test]
    fn too_few_values_leave_the_interval_open() {
        let five = median(&values(5), Level::P95);
        assert_eq!((five.estimate, five.coverage), (3.0, 1.0));
        assert_eq!((five.interval.lower, five.interval.upper), (None, None));
        let six = median(&values(6), Level::P95);
        assert_eq!(
            (six.interval.lower, six.interval.upper),
            (Some(1.0), Some(6.0))
        );
        assert!((six.coverage - 62.0 / 64.0).abs() < 1e-15);
    }

    /// Of 10: P(B ≤ 1) = 11/1024 = 0.0107 and P(B ≤ 2) = 56/1024, so the ends are the second and the
    /// ninth value.
    #[test]
    fn ten_values_by_hand() {
        let ten = median(&values(10), Level::P95);
        assert_eq!((ten.lower_rank, ten.upper_rank), (Some(2), Some(9)));
        assert!((ten.coverage - (1.0 - 22.0 / 1024.0)).abs() < 1e-15);
        assert_eq!(ten.estimate, 5.5);
    }

    /// The 0.9 quantile of 10: P(B = 10) = 0.35, so there is no upper end; P(B ≤ 6) = 0.0128 and P(B
    /// ≤ 7) = 0.07, so the lower one is the seventh value.
    #[test]
    fn an_extreme_quantile_has_one_end() {
        let found = quantile(&values(10), 0.9, Level::P95).expect("a fraction");
        assert_eq!((found.lower_rank, found.upper_rank), (Some(7), None));
        assert!((found.estimate - 9.1).abs() < 1e-14);
    }

    #[test]
    fn what_is_no_fraction_is_refused() {
        for value in [0.0, 1.0, -1.0, f64::INFINITY] {
            assert_eq!(
                quantile(&values(3), value, Level::P95),
                Err(QuantileError { value })
            );
        }
        assert!(quantile(&values(3), f64::NAN, Level::P95).is_err());
    }
}
