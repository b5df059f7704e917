//! A common effect over strata of 2×2 tables.

use serde::Serialize;
use thiserror::Error;

use super::chi_squared::{Continuity, YATES};
use super::fisher::{ExposedEvents, FisherExact, FisherOptions};
use super::strata::{Selection, Strata, Stratum};
use super::two_by_two::Table2x2;
use crate::choice::choices;
use crate::distribution::chi_squared_upper_tail;
use crate::estimate::{Alternative, Interval, IntervalMethod, Level, OpenInterval};

/// Mantel and Fleiss's limit: nearer to its bounds than this, the sum of exposed events is too far
/// from normal.
const MANTEL_FLEISS: f64 = 5.0;

/// A variance below this share of its parts is rounding left over from 0.
const ROUNDING: f64 = 1e-14;

/// The number of products of probabilities beyond which the exact test gives up.
const MAX_PRODUCTS: u64 = 100_000_000;

/// Why strata give no common effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum MantelHaenszelError {
    /// Every stratum is one that carries nothing.
    #[error(
        "none of the {strata} strata compares anything: each has only exposed or only unexposed cases, \
         or only cases with or without the event"
    )]
    NothingToCompare {
        /// Strata given.
        strata: usize,
    },
    /// The margins allow too many values of the sum of exposed events.
    #[error("the strata are too large for the exact test; use the Mantel-Haenszel test")]
    OutOfReach,
}

choices! {
    /// Why a part of a common ratio does not exist.
    pub enum CommonUndefined {
        /// The estimate is 0 and its logarithm does not exist: no interval.
        Zero = "the common ratio is 0",
        /// The estimate has no upper bound: no estimate, no interval.
        Unbounded = "the common ratio has no upper bound",
        /// The standard error on the log scale is 0: no interval.
        AllEvents = "all cases of the strata used have the event",
    }
}

choices! {
    /// Whether a sum is far enough from its bounds to be taken as normal.
    pub enum Normality {
        /// The counts are large enough.
        Adequate = "adequate",
        /// It is not; use the exact test.
        Doubtful = "doubtful",
    }
}

/// The common odds ratio of strata, Σ ad/n over Σ bc/n.
///
/// The interval is estimate × exp(±z × standard error), with the standard error of Robins J, Breslow N,
/// Greenland S. Biometrics 1986;42:311-23, which holds for few large and for many small strata. Assumes
/// that the odds ratio is the same in all strata; see [`Strata::breslow_day`]. Mantel N, Haenszel W. J
/// Natl Cancer Inst 1959;22:719-48.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CommonOddsRatio {
    /// The estimate; `None` when it has no upper bound.
    pub estimate: Option<f64>,
    /// Standard error of its logarithm.
    pub log_std_error: Option<f64>,
    /// Both limits, or none.
    pub interval: OpenInterval,
    /// What is `None`, why.
    pub undefined: Option<CommonUndefined>,
    /// Strata used.
    pub strata: usize,
    /// Numbers, from 0, of strata left out: those with an empty margin.
    pub skipped: Vec<usize>,
    /// Cases in the strata used.
    pub n: u64,
    /// Those with the event.
    pub events: u64,
}

/// The common risk ratio of strata, Σ a n₂/n over Σ c n₁/n, n₁ being the exposed and n₂ the unexposed.
///
/// Interval on the log scale, standard error of Greenland S, Robins JM. Biometrics 1985;41:55-68.
/// Assumes that the risk ratio is the same in all strata.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CommonRiskRatio {
    /// The estimate; `None` when it has no upper bound.
    pub estimate: Option<f64>,
    /// Standard error of its logarithm.
    pub log_std_error: Option<f64>,
    /// Both limits, or none.
    pub interval: OpenInterval,
    /// What is `None`, why.
    pub undefined: Option<CommonUndefined>,
    /// Strata used.
    pub strata: usize,
    /// Numbers, from 0, of strata left out: those with no event, no exposed or no unexposed case.
    pub skipped: Vec<usize>,
    /// Cases in the strata used.
    pub n: u64,
    /// Those with the event.
    pub events: u64,
}

/// The common risk difference of strata, Σ (a n₂ − c n₁)/n over Σ n₁ n₂/n.
///
/// Interval estimate ± z × standard error, cut off at −1 and 1, with the standard error of Sato T. Biometrics
/// 1989;45:1323-4, which holds for few large and for many small strata. Assumes that the risk
/// difference is the same in all strata.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CommonRiskDifference {
    /// Common risk difference, from −1 to 1.
    pub estimate: f64,
    /// Its standard error.
    pub std_error: f64,
    /// Estimate ± z × standard error.
    pub interval: Interval,
    /// Strata used.
    pub strata: usize,
    /// Numbers, from 0, of strata left out: those with no exposed or no unexposed case. Strata without
    /// events do take part.
    pub skipped: Vec<usize>,
    /// Cases in the strata used.
    pub n: u64,
    /// Those with the event.
    pub events: u64,
}

/// What the Mantel-Haenszel test counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct MantelHaenszelOptions {
    /// Direction of evidence, for exposed against unexposed.
    pub alternative: Alternative,
    /// Whether the difference is lessened by a half.
    pub continuity: Continuity,
}

/// The Mantel-Haenszel test of independence within strata.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MantelHaenszel {
    /// (|observed − expected| − correction)² / variance.
    pub statistic: f64,
    /// Degrees of freedom, always 1.
    pub degrees_of_freedom: usize,
    /// Probability of what counts as evidence if exposure and event are independent in each stratum.
    pub p_value: f64,
    /// Direction in which departures count as evidence.
    pub alternative: Alternative,
    /// The correction applied.
    pub continuity: Continuity,
    /// Exposed events in all strata.
    pub observed: u64,
    /// Those expected under independence.
    pub expected: f64,
    /// How far the expected number is from the nearer of the smallest and largest that the margins allow.
    pub mantel_fleiss: f64,
    /// Whether that is far enough, at least 5 (Mantel N, Fleiss JL. Am J Epidemiol 1980;112:129-34).
    pub approximation: Normality,
    /// Strata used.
    pub strata: usize,
    /// Numbers, from 0, of strata left out: those with an empty margin.
    pub skipped: Vec<usize>,
    /// Cases in the strata used.
    pub n: u64,
    /// Those with the event.
    pub events: u64,
}

/// The exact test of independence within strata.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StratifiedExact {
    /// Test and common conditional odds ratio.
    pub test: FisherExact,
    /// Strata used.
    pub strata: usize,
    /// Numbers, from 0, of strata left out: those with an empty margin.
    pub skipped: Vec<usize>,
}

/// A ratio of two sums with an interval on the log scale.
struct Ratio {
    estimate: Option<f64>,
    log_std_error: Option<f64>,
    interval: OpenInterval,
    undefined: Option<CommonUndefined>,
}

impl Ratio {
    /// `variance` is that of the logarithm, asked for only if both sums are positive.
    fn of(above: f64, below: f64, variance: impl Fn() -> f64, level: Level) -> Self {
        let estimate = (below > 0.0).then(|| above / below);
        let error = (above > 0.0 && below > 0.0).then(|| variance().max(0.0).sqrt());
        let undefined = match (estimate, error) {
            (None, _) => Some(CommonUndefined::Unbounded),
            (Some(_), None) => Some(CommonUndefined::Zero),
            (Some(_), Some(0.0)) => Some(CommonUndefined::AllEvents),
            _ => None,
        };
        let limits =
            estimate
                .zip(error)
                .filter(|_| undefined.is_none())
                .map(|(estimate, error)| {
                    let factor = (level.z() * error).exp();
                    (estimate / factor, estimate * factor)
                });
        Self {
            estimate,
            log_std_error: error,
            interval: OpenInterval {
                lower: limits.map(|limits| limits.0),
                upper: limits.map(|limits| limits.1),
                level,
                method: IntervalMethod::WaldLog,
            },
            undefined,
        }
    }
}

impl Strata {
    /// The strata that `carries` selects, at least one.
    pub(super) fn used(
        &self,
        carries: impl Fn(&Stratum) -> bool,
    ) -> Result<Selection, MantelHaenszelError> {
        let selection = self.select(carries);
        if selection.used.is_empty() {
            return Err(MantelHaenszelError::NothingToCompare {
                strata: self.tables().len(),
            });
        }
        Ok(selection)
    }

    /// The common odds ratio.
    ///
    /// # Errors
    ///
    /// [`MantelHaenszelError::NothingToCompare`] when every stratum has an empty margin.
    pub fn odds_ratio(&self, level: Level) -> Result<CommonOddsRatio, MantelHaenszelError> {
        let used = self.used(Stratum::is_full)?;
        let above = used.sum(|s| s.a * s.d / s.n);
        let below = used.sum(|s| s.b * s.c / s.n);
        let variance = || {
            let like = used.sum(|s| (s.a + s.d) / s.n * (s.a * s.d / s.n));
            let mixed = used.sum(|s| {
                (s.a + s.d) / s.n * (s.b * s.c / s.n) + (s.b + s.c) / s.n * (s.a * s.d / s.n)
            });
            let unlike = used.sum(|s| (s.b + s.c) / s.n * (s.b * s.c / s.n));
            like / (2.0 * above * above)
                + mixed / (2.0 * above * below)
                + unlike / (2.0 * below * below)
        };
        let ratio = Ratio::of(above, below, variance, level);
        Ok(CommonOddsRatio {
            estimate: ratio.estimate,
            log_std_error: ratio.log_std_error,
            interval: ratio.interval,
            undefined: ratio.undefined,
            strata: used.used.len(),
            skipped: used.skipped,
            n: used.n,
            events: used.events,
        })
    }

    /// The common risk ratio.
    ///
    /// # Errors
    ///
    /// [`MantelHaenszelError::NothingToCompare`] when every stratum lacks events, exposed or unexposed
    /// cases.
    pub fn risk_ratio(&self, level: Level) -> Result<CommonRiskRatio, MantelHaenszelError> {
        let used = self.used(|s| s.has_both_groups() && s.event > 0.0)?;
        let above = used.sum(|s| s.a * s.unexposed / s.n);
        let below = used.sum(|s| s.c * s.exposed / s.n);
        let variance = || {
            // Where all have the event this is exactly 0, rounding aside.
            let part = |s: &Stratum| {
                if s.no_event == 0.0 {
                    0.0
                } else {
                    s.exposed / s.n * (s.unexposed / s.n) * s.event - s.a / s.n * s.c
                }
            };
            used.sum(part) / (above * below)
        };
        let ratio = Ratio::of(above, below, variance, level);
        Ok(CommonRiskRatio {
            estimate: ratio.estimate,
            log_std_error: ratio.log_std_error,
            interval: ratio.interval,
            undefined: ratio.undefined,
            strata: used.used.len(),
            skipped: used.skipped,
            n: used.n,
            events: used.events,
        })
    }

    /// The common risk difference.
    ///
    /// # Errors
    ///
    /// [`MantelHaenszelError::NothingToCompare`] when every stratum lacks exposed or unexposed cases.
    pub fn risk_difference(
        &self,
        level: Level,
    ) -> Result<CommonRiskDifference, MantelHaenszelError> {
        let used = self.used(Stratum::has_both_groups)?;
        let weight = used.sum(|s| s.exposed * s.unexposed / s.n);
        let estimate = used.sum(|s| (s.a * s.unexposed - s.c * s.exposed) / s.n) / weight;
        let tilt = used.sum(|s| {
            let (first, second) = (s.exposed / s.n, s.unexposed / s.n);
            s.c * first * first - s.a * second * second
                + first * second * (s.unexposed - s.exposed) / 2.0
        });
        let base = used.sum(|s| (s.a * s.d + s.b * s.c) / s.n) / 2.0;
        let variance = estimate * tilt + base;
        // All exposed against no unexposed cases, or the reverse, leave a difference of equal numbers.
        let variance = if variance > ROUNDING * base {
            variance
        } else {
            0.0
        };
        let std_error = variance.sqrt() / weight;
        let half = level.z() * std_error;
        Ok(CommonRiskDifference {
            estimate,
            std_error,
            interval: Interval {
                lower: (estimate - half).max(-1.0),
                upper: (estimate + half).min(1.0),
                level,
                method: IntervalMethod::Wald,
            },
            strata: used.used.len(),
            skipped: used.skipped,
            n: used.n,
            events: used.events,
        })
    }

    /// The Mantel-Haenszel test of independence of exposure and event within strata.
    ///
    /// The exposed events of a stratum have, given its margins, the hypergeometric mean and variance
    /// n₁ n₂ m₁ m₂ / (n² (n − 1)). Sensitive to odds ratios on the same side of 1 in all strata. With
    /// [`Continuity::Yates`] |observed − expected| is lessened by a half, or by itself where it is
    /// smaller; R's `mantelhaen.test` corrects by default, and leaves the correction out where the
    /// difference is below a half. Mantel N, Haenszel W. J Natl Cancer Inst 1959;22:719-48.
    ///
    /// # Errors
    ///
    /// [`MantelHaenszelError::NothingToCompare`] when every stratum has an empty margin.
    pub fn mantel_haenszel(
        &self,
        options: MantelHaenszelOptions,
    ) -> Result<MantelHaenszel, MantelHaenszelError> {
        let used = self.used(Stratum::is_full)?;
        let observed: u64 = used.used.iter().map(|s| s.cells.exposed_event).sum();
        let expected = used.sum(|s| s.exposed * s.event / s.n);
        let variance = used
            .sum(|s| s.exposed / s.n * s.unexposed * (s.event / s.n) * s.no_event / (s.n - 1.0));
        let difference = observed as f64 - expected;
        let correction = match options.continuity {
            Continuity::Uncorrected => 0.0,
            Continuity::Yates => YATES.min(difference.abs()),
        };
        let statistic = (difference.abs() - correction).powi(2) / variance;
        let both = chi_squared_upper_tail(statistic, 1);
        let p_value = match options.alternative {
            Alternative::TwoSided => both,
            Alternative::Greater if difference > 0.0 => both / 2.0,
            Alternative::Less if difference < 0.0 => both / 2.0,
            Alternative::Greater | Alternative::Less => 1.0 - both / 2.0,
        };
        let smallest = used.sum(|s| (s.exposed - s.no_event).max(0.0));
        let largest = used.sum(|s| s.exposed.min(s.event));
        let mantel_fleiss = (expected - smallest).min(largest - expected);
        Ok(MantelHaenszel {
            statistic,
            degrees_of_freedom: 1,
            p_value,
            alternative: options.alternative,
            continuity: options.continuity,
            observed,
            expected,
            mantel_fleiss,
            approximation: if mantel_fleiss < MANTEL_FLEISS {
                Normality::Doubtful
            } else {
                Normality::Adequate
            },
            strata: used.used.len(),
            skipped: used.skipped,
            n: used.n,
            events: used.events,
        })
    }

    /// The exact test of independence within strata, and the common conditional odds ratio: Fisher's
    /// test with the sum of exposed events over strata, given the margins of each. As R's
    /// `mantelhaen.test(exact = TRUE)`. Gart JJ. Biometrika 1970;57:471-5.
    ///
    /// # Errors
    ///
    /// [`MantelHaenszelError`] when every stratum has an empty margin, or the strata are too large.
    pub fn exact(&self, options: FisherOptions) -> Result<StratifiedExact, MantelHaenszelError> {
        let used = self.used(Stratum::is_full)?;
        let mut sum: Option<ExposedEvents> = None;
        let mut products = 0;
        for stratum in &used.used {
            let Ok(table) = Table2x2::new(stratum.cells) else {
                continue;
            };
            let next = ExposedEvents::of(&table);
            sum = Some(match sum {
                None => next,
                Some(sum) => {
                    products += sum.log_weights.len() as u64 * next.log_weights.len() as u64;
                    if products > MAX_PRODUCTS {
                        return Err(MantelHaenszelError::OutOfReach);
                    }
                    sum.plus(&next)
                }
            });
        }
        let sum = sum.ok_or(MantelHaenszelError::NothingToCompare {
            strata: self.tables().len(),
        })?;
        Ok(StratifiedExact {
            test: sum.test(options, used.n),
            strata: used.used.len(),
            skipped: used.skipped,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::Cells;
    use super::*;

    fn strata(tables: &[[u64; 4]]) -> Strata {
        Strata::new(tables.iter().map(|[a, b, c, d]| Cells {
            exposed_event: *a,
            exposed_no_event: *b,
            unexposed_event: *c,
            unexposed_no_event: *d,
        }))
        .expect("valid")
    }

    /// 2, 1 / 1, 2 twice: 4/6 + 4/6 over 1/6 + 1/6 is 4. P = 4/6, Q = 2/6, R = 4/6, S = 1/6 in each, so
    /// the variance is 2 · 16/36 / (2 · 64/36) + 2 · 12/36 / (2 · 16/36) + 2 · 2/36 / (2 · 4/36)
    /// = 1/4 + 3/4 + 1/2 = 3/2, which is also Woolf's for the tables added up.
    #[test]
    fn two_equal_strata_by_hand() {
        let twice = strata(&[[2, 1, 1, 2], [2, 1, 1, 2]]);
        let odds = twice.odds_ratio(Level::P95).expect("full");
        assert!(odds.estimate.is_some_and(|odds| (odds - 4.0).abs() < 1e-14));
        assert!(
            odds.log_std_error
                .is_some_and(|error| (error - 1.5_f64.sqrt()).abs() < 1e-14)
        );
        // Each stratum has expectation 3/2 and variance 81/(36 · 5) = 9/20.
        let test = twice
            .mantel_haenszel(MantelHaenszelOptions::default())
            .expect("full");
        assert_eq!((test.observed, test.expected), (4, 3.0));
        assert!((test.statistic - 1.0 / 0.9).abs() < 1e-14);
        assert_eq!(
            (test.mantel_fleiss, test.approximation),
            (3.0, Normality::Doubtful)
        );
        let corrected = twice
            .mantel_haenszel(MantelHaenszelOptions {
                continuity: Continuity::Yates,
                alternative: Alternative::Greater,
            })
            .expect("full");
        assert!((corrected.statistic - 0.25 / 0.9).abs() < 1e-14);
        assert!((2.0 * corrected.p_value - chi_squared_upper_tail(0.25 / 0.9, 1)).abs() < 1e-15);
    }

    /// One stratum has the ratio and difference of its own table: 3/4 and 1/4 give 3 and 1/2.
    #[test]
    fn one_stratum_by_hand() {
        let one = strata(&[[3, 1, 1, 3]]);
        let ratio = one.risk_ratio(Level::P95).expect("full");
        assert!(
            ratio
                .estimate
                .is_some_and(|ratio| (ratio - 3.0).abs() < 1e-14)
        );
        // 1/3 − 1/4 + 1 − 1/4 = 5/6.
        assert!(
            ratio
                .log_std_error
                .is_some_and(|e| (e * e - 5.0 / 6.0).abs() < 1e-14)
        );
        let difference = one.risk_difference(Level::P95).expect("full");
        assert!((difference.estimate - 0.5).abs() < 1e-15);
        // 2 · (3/4 · 1/4) / 4.
        assert!((difference.std_error.powi(2) - 6.0 / 64.0).abs() < 1e-14);
        let exact = one.exact(FisherOptions::default()).expect("small");
        assert!((exact.test.p_value - 34.0 / 70.0).abs() < 1e-14);
    }

    #[test]
    fn strata_that_carry_nothing_are_skipped_and_named() {
        let some = strata(&[[0, 0, 1, 2], [2, 1, 1, 2], [0, 3, 0, 2], [3, 0, 2, 0]]);
        let odds = some.odds_ratio(Level::P95).expect("one is full");
        assert_eq!(
            (odds.strata, odds.skipped, odds.n, odds.events),
            (1, vec![0, 2, 3], 6, 3)
        );
        let ratio = some.risk_ratio(Level::P95).expect("two have events");
        assert_eq!((ratio.strata, ratio.skipped), (2, vec![0, 2]));
        let difference = some
            .risk_difference(Level::P95)
            .expect("three have both groups");
        assert_eq!((difference.strata, difference.skipped), (3, vec![0]));
        let exact = some.exact(FisherOptions::default()).expect("one is full");
        assert_eq!(
            (exact.strata, exact.skipped, exact.test.n),
            (1, vec![0, 2, 3], 6)
        );
        assert_eq!(
            strata(&[[0, 0, 1, 2], [0, 0, 0, 0]]).odds_ratio(Level::P95),
            Err(MantelHaenszelError::NothingToCompare { strata: 2 })
        );
    }

    #[test]
    fn what_a_common_ratio_lacks_is_said() {
        let undefined = |tables: &[[u64; 4]]| {
            let found = strata(tables).odds_ratio(Level::P95).expect("full");
            (found.estimate, found.undefined, found.interval.lower)
        };
        assert_eq!(
            undefined(&[[0, 2, 2, 2]]),
            (Some(0.0), Some(CommonUndefined::Zero), None)
        );
        assert_eq!(
            undefined(&[[2, 0, 2, 2]]),
            (None, Some(CommonUndefined::Unbounded), None)
        );
        let all = strata(&[[2, 0, 3, 0]])
            .risk_ratio(Level::P95)
            .expect("events");
        assert_eq!(
            (all.estimate, all.undefined, all.interval.upper),
            (Some(1.0), Some(CommonUndefined::AllEvents), None)
        );
    }
}
