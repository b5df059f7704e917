//! Proportions: so many successes among so many cases, their intervals and tests, and two compared.

mod beta;
mod binomial;
mod compare;
mod interval;
mod test;

pub use compare::{Comparison, RiskDifference, RiskRatio, RiskRatioUndefined};
pub use interval::UnsuitableMethod;
pub use test::{BinomialTest, BinomialTestOptions, NullProportion, NullProportionError};

use serde::Serialize;
use thiserror::Error;

use super::estimate::{Interval, Level};

/// The largest number of cases accepted; beyond it the logarithms of factorials lose the digits the
/// interval needs.
pub const MAX_CASES: u64 = 1_000_000_000;

/// Why counts are not a proportion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ProportionError {
    /// Nobody was counted, so the proportion is undefined.
    #[error("a proportion of no cases is undefined")]
    NoCases,
    /// More successes than cases.
    #[error("{successes} successes among {n} cases")]
    TooManySuccesses {
        /// Successes given.
        successes: u64,
        /// Cases given.
        n: u64,
    },
    /// More cases than [`MAX_CASES`].
    #[error("{n} cases are more than the {MAX_CASES} this estimator handles")]
    TooManyCases {
        /// Cases given.
        n: u64,
    },
}

/// Successes among cases, such as responders among evaluated patients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Proportion {
    successes: u64,
    n: u64,
}

impl Proportion {
    /// Takes the counts of a proportion.
    ///
    /// # Errors
    ///
    /// [`ProportionError`] when `n` is 0 or too large, or `successes` exceed `n`.
    ///
    /// ```
    /// use casegraph_stats::estimate::Level;
    /// use casegraph_stats::proportion::Proportion;
    ///
    /// let rate = Proportion::new(8, 10)?.estimate(Level::P95);
    /// assert_eq!(rate.estimate, 0.8);
    /// assert!(rate.clopper_pearson.contains(0.5) && !rate.wilson.contains(0.45));
    /// # Ok::<(), casegraph_stats::proportion::ProportionError>(())
    /// ```
    pub fn new(successes: u64, n: u64) -> Result<Self, ProportionError> {
        if n == 0 {
            Err(ProportionError::NoCases)
        } else if successes > n {
            Err(ProportionError::TooManySuccesses { successes, n })
        } else if n > MAX_CASES {
            Err(ProportionError::TooManyCases { n })
        } else {
            Ok(Self { successes, n })
        }
    }

    /// The number of successes.
    #[must_use]
    pub fn successes(self) -> u64 {
        self.successes
    }

    /// The number of cases, the denominator.
    #[must_use]
    pub fn n(self) -> u64 {
        self.n
    }

    /// Successes divided by cases.
    #[must_use]
    pub fn value(self) -> f64 {
        self.successes as f64 / self.n as f64
    }

    /// The proportion with the two intervals usually reported, at `level`. For the others see
    /// [`Self::interval`].
    #[must_use]
    pub fn estimate(self, level: Level) -> ProportionEstimate {
        ProportionEstimate {
            successes: self.successes,
            n: self.n,
            estimate: self.value(),
            clopper_pearson: self.clopper_pearson(level),
            wilson: self.wilson(level),
        }
    }
}

/// A proportion with its counts and intervals.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ProportionEstimate {
    /// Number of successes, the numerator.
    pub successes: u64,
    /// Number of cases, the denominator.
    pub n: u64,
    /// Numerator divided by denominator.
    pub estimate: f64,
    /// Exact interval, the one to report; see [`Proportion::clopper_pearson`].
    pub clopper_pearson: Interval,
    /// Score interval; see [`Proportion::wilson`].
    pub wilson: Interval,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_that_are_no_proportion_are_refused() {
        assert_eq!(Proportion::new(0, 0), Err(ProportionError::NoCases));
        assert_eq!(
            Proportion::new(3, 2),
            Err(ProportionError::TooManySuccesses { successes: 3, n: 2 })
        );
        assert_eq!(
            Proportion::new(0, MAX_CASES + 1),
            Err(ProportionError::TooManyCases { n: MAX_CASES + 1 })
        );
    }
}
