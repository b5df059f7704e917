//! Intervals of one proportion.

use thiserror::Error;

use super::Proportion;
use super::beta::{beta_lower, beta_upper};
use super::binomial::{at_least, at_most, exactly};
use crate::distribution::root_of_increasing;
use crate::estimate::{Interval, IntervalMethod, Level};

/// What a continuity correction takes off the count.
const HALF_A_CASE: f64 = 0.5;

/// A method that does not make the interval asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error(
    "{method} is not a method for this interval; use one of {}",
    suitable.iter().map(|method| method.name()).collect::<Vec<_>>().join(", ")
)]
pub struct UnsuitableMethod {
    /// What was asked for.
    pub method: IntervalMethod,
    /// What may be asked for.
    pub suitable: &'static [IntervalMethod],
}

impl Proportion {
    /// The methods that make an interval of a proportion.
    pub const METHODS: &'static [IntervalMethod] = &[
        IntervalMethod::ClopperPearson,
        IntervalMethod::MidP,
        IntervalMethod::Wilson,
        IntervalMethod::WilsonContinuity,
        IntervalMethod::AgrestiCoull,
        IntervalMethod::Jeffreys,
    ];

    /// The interval made by one of [`Self::METHODS`].
    ///
    /// # Errors
    ///
    /// [`UnsuitableMethod`] for a method of something else.
    ///
    /// ```
    /// use casegraph_stats::estimate::{IntervalMethod, Level};
    /// use casegraph_stats::proportion::Proportion;
    ///
    /// let rate = Proportion::new(13, 16)?;
    /// let interval = rate.interval(IntervalMethod::MidP, Level::P95)?;
    /// assert!((interval.lower - 0.5699).abs() < 1e-4);
    /// assert!(rate.interval(IntervalMethod::LogLog, Level::P95).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn interval(
        self,
        method: IntervalMethod,
        level: Level,
    ) -> Result<Interval, UnsuitableMethod> {
        Ok(match method {
            IntervalMethod::ClopperPearson => self.clopper_pearson(level),
            IntervalMethod::MidP => self.mid_p(level),
            IntervalMethod::Wilson => self.wilson(level),
            IntervalMethod::WilsonContinuity => self.wilson_with_continuity(level),
            IntervalMethod::AgrestiCoull => self.agresti_coull(level),
            IntervalMethod::Jeffreys => self.jeffreys(level),
            method => {
                return Err(UnsuitableMethod {
                    method,
                    suitable: Self::METHODS,
                });
            }
        })
    }

    /// The intervals of all [`Self::METHODS`], in that order.
    #[must_use]
    pub fn intervals(self, level: Level) -> Vec<Interval> {
        vec![
            self.clopper_pearson(level),
            self.mid_p(level),
            self.wilson(level),
            self.wilson_with_continuity(level),
            self.agresti_coull(level),
            self.jeffreys(level),
        ]
    }

    /// Estimate ± z √(p (1 − p) / n), cut off at 0 and 1. Covers far too seldom for small n and near 0
    /// and 1, where it has no width at all: not one of [`Self::METHODS`], and here to follow others.
    ///
    /// Brown LD, Cai TT, Das Gupta A. Stat Sci 2001;16:101-33.
    #[must_use]
    pub fn wald(self, level: Level) -> Interval {
        let p = self.value();
        let margin = level.z() * (p * (1.0 - p) / self.n as f64).sqrt();
        Interval {
            lower: (p - margin).max(0.0),
            upper: (p + margin).min(1.0),
            level,
            method: IntervalMethod::Wald,
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

    /// The score interval with continuity correction: the proportions p with
    /// (|p̂ − p| − 1/2n)² ≤ z² p (1 − p) / n.
    ///
    /// Nearly as wide as Clopper-Pearson. It is the interval of R's `prop.test`, except that R leaves
    /// the correction out where the observed count lies within a half of what its null hypothesis
    /// expects (by default n/2), which has no bearing on an interval.
    ///
    /// Newcombe RG. Two-sided confidence intervals for the single proportion. Stat Med
    /// 1998;17:857-72, method 4.
    #[must_use]
    pub fn wilson_with_continuity(self, level: Level) -> Interval {
        let (n, z) = (self.n as f64, level.z());
        let limit = |proportion: f64, z: f64| {
            let half = z * z / (2.0 * n);
            let spread = proportion * (1.0 - proportion) / n + half / (2.0 * n);
            (proportion + half + z * spread.sqrt()) / (1.0 + 2.0 * half)
        };
        let (below, above) = (
            (self.successes as f64 - HALF_A_CASE) / n,
            (self.successes as f64 + HALF_A_CASE) / n,
        );
        Interval {
            lower: if self.successes == 0 {
                0.0
            } else {
                limit(below, -z).clamp(0.0, self.value())
            },
            upper: if self.successes == self.n {
                1.0
            } else {
                limit(above, z).clamp(self.value(), 1.0)
            },
            level,
            method: IntervalMethod::WilsonContinuity,
        }
    }

    /// Wald's interval as if z²/2 more successes and z²/2 more failures had been seen; at 95 % that is
    /// about two of each. Cut off at 0 and 1.
    ///
    /// Has Wilson's centre and is never narrower. Simple enough for a pocket calculator, its only
    /// advantage over Wilson's.
    ///
    /// Agresti A, Coull BA. Approximate is better than "exact" for interval estimation of binomial
    /// proportions. Am Stat 1998;52:119-26.
    #[must_use]
    pub fn agresti_coull(self, level: Level) -> Interval {
        let z = level.z();
        let n = self.n as f64 + z * z;
        let centre = (self.successes as f64 + z * z / 2.0) / n;
        let half = z * (centre * (1.0 - centre) / n).sqrt();
        Interval {
            lower: (centre - half).max(0.0),
            upper: (centre + half).min(1.0),
            level,
            method: IntervalMethod::AgrestiCoull,
        }
    }

    /// The equal-tailed posterior interval under Jeffreys's prior: quantiles of
    /// Beta(k + 1/2, n − k + 1/2), except that the lower limit is 0 when there is no success and the
    /// upper limit 1 when there is no failure.
    ///
    /// Without that adjustment an interval would exclude a proportion of 0 when none was seen. Close
    /// to mid-P; covers at its level on average.
    ///
    /// Brown LD, Cai TT, Das Gupta A. Interval estimation for a binomial proportion. Stat Sci
    /// 2001;16:101-33.
    #[must_use]
    pub fn jeffreys(self, level: Level) -> Interval {
        let (k, failures, tail) = (self.successes, self.n - self.successes, level.tail());
        Interval {
            lower: if self.successes == 0 {
                0.0
            } else {
                root_of_increasing(0.0, 1.0, |p| beta_lower(k, failures, p) - tail)
            },
            upper: if self.successes == self.n {
                1.0
            } else {
                root_of_increasing(0.0, 1.0, |p| tail - beta_upper(k, failures, p))
            },
            level,
            method: IntervalMethod::Jeffreys,
        }
    }

    /// The proportions under which neither "more" nor "fewer" successes, half of the observed number
    /// counted with each, has a probability below half of 1 − level.
    ///
    /// Narrower than Clopper-Pearson, as it does not insist on covering always. At levels far below
    /// the usual ones it need not contain the estimate.
    ///
    /// Lancaster HO. Significance tests in discrete distributions. J Am Stat Assoc 1961;56:223-34.
    /// Berry G, Armitage P. Mid-P confidence intervals: a brief review. Statistician 1995;44:417-23.
    #[must_use]
    pub fn mid_p(self, level: Level) -> Interval {
        let (k, n, tail) = (self.successes, self.n, level.tail());
        // With no success all of the probability that counts is half of (1 − p)ⁿ, and the same for
        // no failure.
        let of_all = || ((2.0 * tail).ln() / n as f64).exp();
        Interval {
            lower: if k == 0 {
                0.0
            } else if k == n {
                of_all()
            } else {
                root_of_increasing(0.0, 1.0, |p| more(k, n, p) - tail)
            },
            upper: if k == n {
                1.0
            } else if k == 0 {
                -((2.0 * tail).ln() / n as f64).exp_m1()
            } else {
                root_of_increasing(0.0, 1.0, |p| tail - fewer(k, n, p))
            },
            level,
            method: IntervalMethod::MidP,
        }
    }
}

/// The probability of more than `k` successes plus half of that of `k`, for `0 < p < 1`.
fn more(k: u64, n: u64, p: f64) -> f64 {
    if p * n as f64 <= k as f64 {
        at_least(k, n, p) - exactly(k, n, p) / 2.0
    } else {
        1.0 - fewer(k, n, p)
    }
}

/// The probability of fewer than `k` successes plus half of that of `k`.
fn fewer(k: u64, n: u64, p: f64) -> f64 {
    if p * n as f64 > k as f64 {
        at_most(k, n, p) - exactly(k, n, p) / 2.0
    } else {
        1.0 - more(k, n, p)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proportion(k: u64, n: u64) -> Proportion {
        Proportion::new(k, n).expect("valid")
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

    /// 13 of 16, the example of Fagerland MW, Lydersen S, Laake P. Statistical Analysis of Contingency
    /// Tables, 2017, chapter 2, to the four digits printed there.
    #[test]
    fn published_intervals_of_13_of_16() {
        for (method, lower, upper) in [
            (IntervalMethod::ClopperPearson, 0.5435, 0.9595),
            (IntervalMethod::MidP, 0.5699, 0.9500),
            (IntervalMethod::Wilson, 0.5699, 0.9341),
            (IntervalMethod::WilsonContinuity, 0.5369, 0.9503),
            (IntervalMethod::Jeffreys, 0.5792, 0.9442),
        ] {
            let found = proportion(13, 16)
                .interval(method, Level::P95)
                .expect("suitable");
            assert_eq!(found.method, method);
            assert!((found.lower - lower).abs() < 5.1e-5, "{found:?}");
            assert!((found.upper - upper).abs() < 5.1e-5, "{found:?}");
        }
    }

    /// Half of p² is 0.025 where p² = 0.05, and half of (1 − p)² likewise.
    #[test]
    fn mid_p_of_all_and_none_by_hand() {
        let all = proportion(2, 2).mid_p(Level::P95);
        assert!((all.lower - 0.05_f64.sqrt()).abs() < 1e-15 && all.upper == 1.0);
        let none = proportion(0, 2).mid_p(Level::P95);
        assert!((none.upper - (1.0 - 0.05_f64.sqrt())).abs() < 1e-15 && none.lower == 0.0);
    }

    /// One of two: p² + p (1 − p) = p = 0.025.
    #[test]
    fn mid_p_of_one_of_two_by_hand() {
        let one = proportion(1, 2).mid_p(Level::P95);
        assert!((one.lower - 0.025).abs() < 1e-15 && (one.upper - 0.975).abs() < 1e-15);
    }

    /// One of one is Beta(3/2, 1/2), and none of one has its mirror image; the far limits are adjusted.
    #[test]
    fn jeffreys_of_one_case() {
        let (one, none) = (proportion(1, 1), proportion(0, 1));
        let (one, none) = (one.jeffreys(Level::P95), none.jeffreys(Level::P95));
        assert_eq!((one.upper, none.lower), (1.0, 0.0));
        assert!((one.lower - (1.0 - none.upper)).abs() < 1e-15);
        // P(X ≤ sin² t) = (2t − sin 2t) / π for Beta(3/2, 1/2).
        let t = one.lower.sqrt().asin();
        assert!(((2.0 * t - (2.0 * t).sin()) / std::f64::consts::PI - 0.025).abs() < 1e-15);
    }

    /// Five of ten: the centre stays 1/2, and the half width is z / (2 √(10 + z²)).
    #[test]
    fn agresti_coull_by_hand() {
        let interval = proportion(5, 10).agresti_coull(Level::P95);
        let z = Level::P95.z();
        let half = z / (2.0 * (10.0 + z * z).sqrt());
        assert!((interval.lower - (0.5 - half)).abs() < 1e-15);
        assert!((interval.upper - (0.5 + half)).abs() < 1e-15);
    }

    #[test]
    fn methods_of_other_things_are_refused() {
        let error = proportion(1, 2)
            .interval(IntervalMethod::LogLog, Level::P95)
            .expect_err("not of a proportion");
        assert_eq!(error.method, IntervalMethod::LogLog);
        assert!(
            error
                .to_string()
                .starts_with("log-log is not a method for this interval; use one")
        );
        let all: Vec<_> = proportion(1, 2)
            .intervals(Level::P95)
            .iter()
            .map(|interval| interval.method)
            .collect();
        assert_eq!(all, Proportion::METHODS);
    }
}
