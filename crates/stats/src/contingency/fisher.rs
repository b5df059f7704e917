//! Fisher's exact test of a 2×2 table, and the odds ratio that goes with it.

use std::cmp::Ordering;

use super::two_by_two::Table2x2;
use crate::choice::choices;
use crate::distribution::root_of_increasing;
use crate::estimate::{Alternative, IntervalMethod, Level, ObservedShare, OpenInterval};
use serde::Serialize;

/// Tables whose probability exceeds that of the observed one by no more than this share count as
/// equally probable, so that rounding does not decide which tables enter the two-sided p-value. The
/// value is R's.
pub const PROBABILITY_TIE: f64 = 1e-7;

/// The logarithm of a share that does not change a sum, even many times over.
const NEGLIGIBLE: f64 = -60.0;

choices! {
    /// How a two-sided exact p-value of a 2×2 table is made.
    #[derive(Default)]
    pub enum TwoSided {
        /// The probability of all tables no more probable than the observed one, as R's `fisher.test`.
        #[default]
        MinimumLikelihood = "minimum likelihood",
        /// Twice the smaller one-sided p-value, at most 1. It agrees with the interval of the odds
        /// ratio: below 1 − level exactly when the interval excludes 1.
        Central = "central",
    }
}

/// What Fisher's exact test counts, and the level of the interval.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct FisherOptions {
    /// Level of the interval of the odds ratio.
    pub level: Level,
    /// Direction of evidence, for the odds ratio of exposed against unexposed. One-sided, the interval
    /// has one finite limit.
    pub alternative: Alternative,
    /// Whether the observed table counts whole or half, in the p-value and the interval.
    pub observed: ObservedShare,
    /// How the two-sided p-value is made; without effect on the others.
    pub two_sided: TwoSided,
}

/// Fisher's exact test.
///
/// Assumes independent cases; conditions on all margins, which makes it conservative for small
/// tables. Fisher RA. Statistical Methods for Research Workers, 5th ed. 1934.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct FisherExact {
    /// Probability, given the margins and independence, of what counts as evidence.
    pub p_value: f64,
    /// Direction in which departures count as evidence.
    pub alternative: Alternative,
    /// Whether the observed table counts whole or half.
    pub observed: ObservedShare,
    /// How the p-value is made where it is two-sided.
    pub two_sided: TwoSided,
    /// The odds ratio with its exact interval.
    pub odds_ratio: OddsRatio,
    /// Cases counted.
    pub n: u64,
}

/// The odds of the event among exposed divided by those among unexposed, given the margins.
///
/// The estimate is the value under which the expected count of exposed events equals the observed
/// one (conditional maximum likelihood); it lies nearer to 1 than the cross product. The interval
/// holds the values under which neither tail of the observed count has a probability below half of
/// 1 − level (Cornfield J. Proc Third Berkeley Symp 1956;4:135-48). It inverts two one-sided tests,
/// so it may include 1 although the two-sided p-value of minimum likelihood is below 1 − level, and the
/// reverse.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct OddsRatio {
    /// Conditional maximum likelihood estimate; `None` when it has no upper bound, which is so when
    /// no exposed case lacks the event or no unexposed case has it.
    pub estimate: Option<f64>,
    /// Exact interval; the upper limit is `None` exactly when `estimate` is.
    pub interval: OpenInterval,
}

impl Table2x2 {
    /// Fisher's exact test, two-sided, with the conditional odds ratio at `level`.
    #[must_use]
    pub fn fisher_exact(&self, level: Level) -> FisherExact {
        self.fisher_exact_with(FisherOptions {
            level,
            ..FisherOptions::default()
        })
    }

    /// Fisher's exact test in any of its forms.
    ///
    /// One-sided, the p-value is the probability of so many exposed events or more (greater), or of so
    /// many or fewer (less). With [`ObservedShare::Half`] it is the mid-P value: half the probability
    /// of the observed count is taken off, and of the counts as probable as it where the p-value is
    /// two-sided by minimum likelihood. The interval inverts the same one-sided tails.
    ///
    /// Lancaster HO. J Am Stat Assoc 1961;56:223-34. Hirji KF, Tan SJ, Elashoff RM. A quasi-exact test
    /// for comparing two binomial proportions. Stat Med 1991;10:1137-53.
    ///
    /// ```
    /// use casegraph_stats::contingency::{Cells, FisherOptions, Table2x2};
    /// use casegraph_stats::estimate::{Alternative, ObservedShare};
    ///
    /// let table = Table2x2::new(Cells {
    ///     exposed_event: 8,
    ///     exposed_no_event: 2,
    ///     unexposed_event: 1,
    ///     unexposed_no_event: 18,
    /// })?;
    /// let options = FisherOptions {
    ///     alternative: Alternative::Greater,
    ///     observed: ObservedShare::Half,
    ///     ..FisherOptions::default()
    /// };
    /// assert!(table.fisher_exact_with(options).p_value < table.fisher_exact(options.level).p_value);
    /// # Ok::<(), casegraph_stats::contingency::TableError>(())
    /// ```
    #[must_use]
    pub fn fisher_exact_with(&self, options: FisherOptions) -> FisherExact {
        ExposedEvents::of(self).test(options, self.total())
    }
}

/// The number of exposed events as a random variable, given the margins: hypergeometric when the
/// odds ratio is 1, a sum of such numbers over several tables.
pub(super) struct ExposedEvents {
    /// The count observed.
    pub observed: u64,
    /// The smallest count that the margins allow.
    pub smallest: u64,
    /// For each count from the smallest upwards, the logarithm of its probability at odds ratio 1,
    /// up to a constant.
    pub log_weights: Vec<f64>,
}

impl ExposedEvents {
    pub fn of(table: &Table2x2) -> Self {
        let (exposed, event, no_event) = (table.exposed(), table.event(), table.no_event());
        let smallest = exposed.saturating_sub(no_event);
        let largest = exposed.min(event);
        let mut log_weight = 0.0;
        let mut log_weights = vec![log_weight];
        for x in smallest..largest {
            let up = (event - x) as f64 * (exposed - x) as f64;
            let down = (x + 1) as f64 * (no_event + x + 1 - exposed) as f64;
            log_weight += (up / down).ln();
            log_weights.push(log_weight);
        }
        Self {
            observed: table.cells().exposed_event,
            smallest,
            log_weights,
        }
    }

    pub fn test(&self, options: FisherOptions, n: u64) -> FisherExact {
        FisherExact {
            p_value: self.p_value(options),
            alternative: options.alternative,
            observed: options.observed,
            two_sided: options.two_sided,
            odds_ratio: self.odds_ratio(options),
            n,
        }
    }

    /// The sum of two independent numbers.
    pub fn plus(&self, other: &Self) -> Self {
        // In logarithms throughout: at an extreme odds ratio the counts far from the middle, whose
        // probability at odds ratio 1 may be too small for a number, are the ones that matter.
        let (these, those) = (&self.log_weights, &other.log_weights);
        let of_sum = |sum: usize| {
            let from = sum.saturating_sub(those.len() - 1);
            let to = sum.min(these.len() - 1);
            let parts = || (from..=to).map(|i| these[i] + those[sum - i]);
            let highest = parts().fold(f64::NEG_INFINITY, f64::max);
            let shares = parts()
                .map(|part| part - highest)
                .filter(|share| *share > NEGLIGIBLE);
            highest + shares.map(f64::exp).sum::<f64>().ln()
        };
        Self {
            observed: self.observed + other.observed,
            smallest: self.smallest + other.smallest,
            log_weights: (0..these.len() + those.len() - 1).map(of_sum).collect(),
        }
    }

    fn largest(&self) -> u64 {
        self.smallest + self.log_weights.len() as u64 - 1
    }

    fn log_weight(&self, count: u64) -> f64 {
        self.log_weights[(count - self.smallest) as usize]
    }

    /// The mean of `value` over the counts, at the odds ratio exp(`log_odds`).
    fn mean(&self, log_odds: f64, value: impl Fn(u64) -> f64) -> f64 {
        let tilted = || {
            self.log_weights
                .iter()
                .enumerate()
                .map(|(i, weight)| weight + log_odds * i as f64)
        };
        let highest = tilted().fold(f64::NEG_INFINITY, f64::max);
        let (mut sum, mut weighted) = (0.0, 0.0);
        for (x, log_weight) in (self.smallest..).zip(tilted()) {
            let weight = (log_weight - highest).exp();
            sum += weight;
            weighted += weight * value(x);
        }
        weighted / sum
    }

    /// The probability of the observed count and of what lies beyond it.
    fn tail(&self, log_odds: f64, side: Side, share: ObservedShare) -> f64 {
        let x = self.observed;
        let at_observed = match share {
            ObservedShare::Whole => 1.0,
            ObservedShare::Half => 0.5,
        };
        self.mean(log_odds, |count| match (count.cmp(&x), side) {
            (Ordering::Equal, _) => at_observed,
            (Ordering::Greater, Side::Upper) | (Ordering::Less, Side::Lower) => 1.0,
            _ => 0.0,
        })
    }

    fn p_value(&self, options: FisherOptions) -> f64 {
        let tail = |side| self.tail(0.0, side, options.observed);
        let p_value = match (options.alternative, options.two_sided) {
            (Alternative::Greater, _) => tail(Side::Upper),
            (Alternative::Less, _) => tail(Side::Lower),
            (Alternative::TwoSided, TwoSided::Central) => {
                2.0 * f64::min(tail(Side::Upper), tail(Side::Lower))
            }
            (Alternative::TwoSided, TwoSided::MinimumLikelihood) => {
                let at_tie = match options.observed {
                    ObservedShare::Whole => 1.0,
                    ObservedShare::Half => 0.5,
                };
                let (observed, tie) = (self.log_weight(self.observed), PROBABILITY_TIE.ln_1p());
                self.mean(0.0, |count| {
                    let excess = self.log_weight(count) - observed;
                    if excess > tie {
                        0.0
                    } else if excess < -tie {
                        1.0
                    } else {
                        at_tie
                    }
                })
            }
        };
        p_value.min(1.0)
    }

    fn odds_ratio(&self, options: FisherOptions) -> OddsRatio {
        let x = self.observed;
        let at_lower_end = x == self.smallest;
        let at_upper_end = x == self.largest();
        let estimate = if at_lower_end {
            Some(0.0)
        } else if at_upper_end {
            None
        } else {
            Some(odds_where(|log_odds| {
                self.mean(log_odds, |count| count as f64) - x as f64
            }))
        };
        let tail = match options.alternative {
            Alternative::TwoSided => options.level.tail(),
            Alternative::Less | Alternative::Greater => 2.0 * options.level.tail(),
        };
        let probability = |log_odds, side| self.tail(log_odds, side, options.observed);
        // Half of the observed count can be more than the tail that a low level leaves; there is then no
        // odds ratio to exclude at an end, nor one to stop at.
        let half = options.observed == ObservedShare::Half && tail >= 0.5;
        let lower = if at_lower_end || options.alternative == Alternative::Less {
            Some(0.0)
        } else if at_upper_end && half {
            None
        } else {
            Some(odds_where(|log_odds| {
                probability(log_odds, Side::Upper) - tail
            }))
        };
        let upper = if at_upper_end || options.alternative == Alternative::Greater {
            None
        } else if at_lower_end && half {
            Some(0.0)
        } else {
            Some(odds_where(|log_odds| {
                tail - probability(log_odds, Side::Lower)
            }))
        };
        OddsRatio {
            estimate,
            interval: OpenInterval {
                lower,
                upper,
                level: options.level,
                method: match options.observed {
                    ObservedShare::Whole => IntervalMethod::ConditionalExact,
                    ObservedShare::Half => IntervalMethod::MidP,
                },
            },
        }
    }
}

/// A side of the observed count.
#[derive(Clone, Copy)]
enum Side {
    Lower,
    Upper,
}

/// The odds ratio at whose logarithm the increasing function `f` passes zero.
fn odds_where(f: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (-1.0, 1.0);
    while f(low) > 0.0 {
        low *= 2.0;
    }
    while f(high) < 0.0 {
        high *= 2.0;
    }
    root_of_increasing(low, high, f).exp()
}

#[cfg(test)]
mod tests {
    use super::super::Cells;
    use super::*;

    fn fisher(a: u64, b: u64, c: u64, d: u64) -> FisherExact {
        Table2x2::new(Cells {
            exposed_event: a,
            exposed_no_event: b,
            unexposed_event: c,
            unexposed_no_event: d,
        })
        .expect("valid table")
        .fisher_exact(Level::P95)
    }

    /// The lady tasting tea, 3 of 4 right: (1 + 16 + 16 + 1) of 70 tables are no more probable than
    /// hers.
    #[test]
    fn tea_by_hand() {
        assert!((fisher(3, 1, 1, 3).p_value - 34.0 / 70.0).abs() < 1e-14);
        assert!((fisher(4, 0, 0, 4).p_value - 2.0 / 70.0).abs() < 1e-14);
        assert!((fisher(2, 2, 2, 2).p_value - 1.0).abs() < 1e-14);
    }

    /// One exposed and one unexposed with one event: P(x = 1) = ψ / (1 + ψ), so the interval is
    /// 0.025/0.975 and up.
    #[test]
    fn smallest_table_by_hand() {
        let odds = fisher(1, 0, 0, 1).odds_ratio;
        assert_eq!((odds.estimate, odds.interval.upper), (None, None));
        let lower = odds.interval.lower.expect("a lower limit always exists");
        assert!((lower - 0.025 / 0.975).abs() < 1e-15);
        let mirrored = fisher(0, 1, 1, 0).odds_ratio;
        assert_eq!(
            (mirrored.estimate, mirrored.interval.lower),
            (Some(0.0), Some(0.0))
        );
        let upper = mirrored.interval.upper.expect("bounded above");
        assert!((upper - 0.975 / 0.025).abs() < 1e-12);
    }

    /// 1, 1 / 1, 2: counts 0, 1, 2 weigh 3, 6, 1, so the mean (6ψ + 2ψ²) / (3 + 6ψ + ψ²) is 1 at ψ
    /// = √3.
    #[test]
    fn conditional_estimate_by_hand() {
        let estimate = fisher(1, 1, 1, 2).odds_ratio.estimate.expect("bounded");
        assert!((estimate - 3_f64.sqrt()).abs() < 1e-13);
    }

    /// 3, 1 / 1, 3: counts 0 to 4 weigh 1, 16, 36, 16, 1 of 70.
    #[test]
    fn other_p_values_of_tea_by_hand() {
        use Alternative::{Greater, Less, TwoSided};
        use ObservedShare::{Half, Whole};
        let table = Table2x2::new(Cells {
            exposed_event: 3,
            exposed_no_event: 1,
            unexposed_event: 1,
            unexposed_no_event: 3,
        })
        .expect("valid");
        for (alternative, observed, two_sided, wanted) in [
            (Greater, Whole, super::TwoSided::Central, 17.0),
            (Less, Whole, super::TwoSided::Central, 69.0),
            (TwoSided, Whole, super::TwoSided::Central, 34.0),
            (Greater, Half, super::TwoSided::Central, 9.0),
            (Less, Half, super::TwoSided::Central, 61.0),
            (TwoSided, Half, super::TwoSided::Central, 18.0),
            (TwoSided, Half, super::TwoSided::MinimumLikelihood, 18.0),
            (TwoSided, Whole, super::TwoSided::MinimumLikelihood, 34.0),
        ] {
            let found = table.fisher_exact_with(FisherOptions {
                alternative,
                observed,
                two_sided,
                ..FisherOptions::default()
            });
            assert!((found.p_value - wanted / 70.0).abs() < 1e-14, "{found:?}");
        }
    }

    /// Fagerland MW, Lydersen S, Laake P. Statistical Analysis of Contingency Tables, 2017, chapter 4:
    /// Fisher's test and its mid-P value, and Cornfield's mid-P interval of the odds ratio.
    #[test]
    fn published_mid_p() {
        let found = |a, b, c, d, observed| {
            Table2x2::new(Cells {
                exposed_event: a,
                exposed_no_event: b,
                unexposed_event: c,
                unexposed_no_event: d,
            })
            .expect("valid")
            .fisher_exact_with(FisherOptions {
                observed,
                ..FisherOptions::default()
            })
        };
        assert!((found(0, 16, 15, 57, ObservedShare::Whole).p_value - 0.06287).abs() < 5.1e-6);
        assert!((found(0, 16, 15, 57, ObservedShare::Half).p_value - 0.04466).abs() < 5.1e-6);
        let interval = found(3, 1, 1, 3, ObservedShare::Half).odds_ratio.interval;
        assert!(
            interval
                .lower
                .is_some_and(|lower| (lower - 0.3101).abs() < 5.1e-5)
        );
        assert!(
            interval
                .upper
                .is_some_and(|upper| (upper - 308.5568).abs() < 5.1e-5)
        );
        assert_eq!(interval.method, IntervalMethod::MidP);
    }

    /// 1, 0 / 0, 1: P(x = 1) = ψ / (1 + ψ), half of it is 0.025 at ψ = 1/19; one-sided and whole, it is
    /// 0.05 there.
    #[test]
    fn other_intervals_by_hand() {
        let table = Table2x2::new(Cells {
            exposed_event: 1,
            exposed_no_event: 0,
            unexposed_event: 0,
            unexposed_no_event: 1,
        })
        .expect("valid");
        for (alternative, observed) in [
            (Alternative::TwoSided, ObservedShare::Half),
            (Alternative::Greater, ObservedShare::Whole),
        ] {
            let interval = table
                .fisher_exact_with(FisherOptions {
                    alternative,
                    observed,
                    ..FisherOptions::default()
                })
                .odds_ratio
                .interval;
            assert!(
                interval
                    .lower
                    .is_some_and(|lower| (lower - 1.0 / 19.0).abs() < 1e-15)
            );
            assert_eq!(interval.upper, None);
        }
    }
}
