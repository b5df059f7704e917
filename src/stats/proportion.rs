//! One proportion: so many successes among so many cases.

use thiserror::Error;

use super::distribution::{ln_choose, root_of_increasing};
use super::estimate::{Interval, IntervalMethod, Level};

/// The largest number of cases accepted; beyond it the logarithms of factorials lose the digits the
/// interval needs.
pub const MAX_CASES: u64 = 1_000_000_000;

/// A tail term smaller than this share of the sum no longer changes it.
const NEGLIGIBLE: f64 = f64::EPSILON / 4.0;

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
    /// use casegraph::stats::estimate::Level;
    /// use casegraph::stats::proportion::Proportion;
    ///
    /// let rate = Proportion::new(8, 10)?.estimate(Level::P95);
    /// assert_eq!(rate.estimate, 0.8);
    /// assert!(rate.clopper_pearson.contains(0.5) && !rate.wilson.contains(0.45));
    /// # Ok::<(), casegraph::stats::proportion::ProportionError>(())
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

    /// The proportion with both intervals at `level`.
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

    /// The exact interval: the proportions under which neither "so many or more" nor "so many or
    /// fewer" successes has a probability below half of 1 − level.
    ///
    /// Assumes independent cases with one common probability of success. It covers at least at its
    /// level, usually above it, so it is wide for small n. Reported cases are seldom a random
    /// sample: the interval tells chance, not the bias of what gets published.
    ///
    /// Clopper CJ, Pearson ES. The use of confidence or fiducial limits illustrated in the case of
    /// the binomial. Biometrika 1934;26:404-13.
    #[must_use]
    pub fn clopper_pearson(self, level: Level) -> Interval {
        let (k, n, tail) = (self.successes, self.n, level.tail());
        let lower = if k == 0 {
            0.0
        } else if k == n {
            (tail.ln() / n as f64).exp()
        } else {
            root_of_increasing(0.0, self.value(), |p| at_least(k, n, p) - tail)
        };
        let upper = if k == n {
            1.0
        } else if k == 0 {
            -(tail.ln() / n as f64).exp_m1()
        } else {
            root_of_increasing(self.value(), 1.0, |p| tail - at_most(k, n, p))
        };
        Interval {
            lower,
            upper,
            level,
            method: IntervalMethod::ClopperPearson,
        }
    }

    /// The score interval: the proportions p with (p̂ − p)² ≤ z² p (1 − p) / n.
    ///
    /// Covers at its level on average rather than always; narrower than Clopper-Pearson, and still
    /// sensible at 0 and n successes. Same assumptions. No continuity correction.
    ///
    /// Wilson EB. Probable inference, the law of succession, and statistical inference. J Am Stat
    /// Assoc 1927;22:209-12.
    #[must_use]
    pub fn wilson(self, level: Level) -> Interval {
        let (n, p, z) = (self.n as f64, self.value(), level.z());
        let shrink = 1.0 + z * z / n;
        let centre = (p + z * z / (2.0 * n)) / shrink;
        let half = z / shrink * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
        Interval {
            lower: if self.successes == 0 {
                0.0
            } else {
                (centre - half).clamp(0.0, p)
            },
            upper: if self.successes == self.n {
                1.0
            } else {
                (centre + half).clamp(p, 1.0)
            },
            level,
            method: IntervalMethod::Wilson,
        }
    }
}

/// A proportion with its counts and intervals.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ProportionEstimate {
    /// The numerator.
    pub successes: u64,
    /// The denominator.
    pub n: u64,
    /// Numerator divided by denominator.
    pub estimate: f64,
    /// Exact interval, the one to report; see [`Proportion::clopper_pearson`].
    pub clopper_pearson: Interval,
    /// Score interval; see [`Proportion::wilson`].
    pub wilson: Interval,
}

/// The probability of exactly `k` successes among `n`, for `0 < p < 1`.
fn exactly(k: u64, n: u64, p: f64) -> f64 {
    (ln_choose(n, k) + k as f64 * p.ln() + (n - k) as f64 * (-p).ln_1p()).exp()
}

/// The probability of `k` or more successes, for `p` at most k/n: from there the terms only fall,
/// so a sum of positive terms soon ends and keeps its relative accuracy.
fn at_least(k: u64, n: u64, p: f64) -> f64 {
    let odds = p / (1.0 - p);
    let (mut term, mut sum) = (1.0, 1.0);
    for i in k..n {
        term *= (n - i) as f64 / (i + 1) as f64 * odds;
        sum += term;
        if term < NEGLIGIBLE * sum {
            break;
        }
    }
    exactly(k, n, p) * sum
}

/// The probability of `k` or fewer successes, for `p` at least k/n.
fn at_most(k: u64, n: u64, p: f64) -> f64 {
    let odds = (1.0 - p) / p;
    let (mut term, mut sum) = (1.0, 1.0);
    for i in (0..k).rev() {
        term *= (i + 1) as f64 / (n - i) as f64 * odds;
        sum += term;
        if term < NEGLIGIBLE * sum {
            break;
        }
    }
    exactly(k, n, p) * sum
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

    /// With one case the lower limit solves p = 0.025 and the upper 1 − p = 0.025.
    #[test]
    fn one_case_by_hand() {
        let one = Proportion::new(1, 1)
            .expect("valid")
            .clopper_pearson(Level::P95);
        assert!((one.lower - 0.025).abs() < 1e-15 && one.upper == 1.0);
        let none = Proportion::new(0, 1)
            .expect("valid")
            .clopper_pearson(Level::P95);
        assert!((none.upper - 0.975).abs() < 1e-15 && none.lower == 0.0);
    }

    /// One of two: 1 − (1 − p)² = 0.025 below, 1 − p² = 0.025 above.
    #[test]
    fn one_of_two_by_hand() {
        let interval = Proportion::new(1, 2)
            .expect("valid")
            .clopper_pearson(Level::P95);
        assert!((interval.lower - (1.0 - 0.975_f64.sqrt())).abs() < 1e-15);
        assert!((interval.upper - 0.975_f64.sqrt()).abs() < 1e-15);
    }

    /// No success among n: the upper Wilson limit is z² / (n + z²).
    #[test]
    fn wilson_of_none_by_hand() {
        let interval = Proportion::new(0, 10).expect("valid").wilson(Level::P95);
        let z = Level::P95.z();
        assert_eq!(interval.lower, 0.0);
        assert!((interval.upper - z * z / (10.0 + z * z)).abs() < 1e-15);
    }

    #[test]
    fn tails_sum_to_one() {
        let p = 0.3;
        let (upper, lower) = (at_least(4, 10, p), at_most(3, 10, 1.0 - (1.0 - p)));
        assert!((upper + lower - 1.0).abs() < 1e-14);
    }
}
