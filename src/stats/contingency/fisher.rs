//! Fisher's exact test of a 2×2 table, and the odds ratio that goes with it.

use super::two_by_two::Table2x2;
use crate::stats::distribution::root_of_increasing;
use crate::stats::estimate::{IntervalMethod, Level, OpenInterval};

/// Tables whose probability exceeds that of the observed one by no more than this share count as
/// equally probable, so that rounding does not decide which tables enter the two-sided p-value. The
/// value is R's.
pub const PROBABILITY_TIE: f64 = 1e-7;

/// Fisher's exact test, two-sided.
///
/// Assumes independent cases; conditions on all margins, which makes it conservative for small
/// tables. Fisher RA. Statistical Methods for Research Workers, 5th ed. 1934.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FisherExact {
    /// The summed probability of all tables with these margins that are no more probable than the
    /// observed one.
    pub p_value: f64,
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
/// so it may include 1 although the two-sided p-value is below 1 − level, and the reverse.
#[derive(Debug, Clone, Copy, PartialEq)]
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
        let counts = ExposedEvents::of(self);
        FisherExact {
            p_value: counts.p_value(),
            odds_ratio: counts.odds_ratio(level),
            n: self.total(),
        }
    }
}

/// The number of exposed events as a random variable, given the margins: hypergeometric when the
/// odds ratio is 1.
struct ExposedEvents {
    /// The count observed.
    observed: u64,
    /// The smallest count that the margins allow.
    smallest: u64,
    /// For each count from the smallest upwards, the logarithm of its probability at odds ratio 1,
    /// up to a constant.
    log_weights: Vec<f64>,
}

impl ExposedEvents {
    fn of(table: &Table2x2) -> Self {
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

    fn largest(&self) -> u64 {
        self.smallest + self.log_weights.len() as u64 - 1
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

    fn p_value(&self) -> f64 {
        let limit =
            self.log_weights[(self.observed - self.smallest) as usize] + PROBABILITY_TIE.ln_1p();
        let counted = |x: u64| indicator(self.log_weights[(x - self.smallest) as usize] <= limit);
        self.mean(0.0, counted).min(1.0)
    }

    fn odds_ratio(&self, level: Level) -> OddsRatio {
        let (x, tail) = (self.observed, level.tail());
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
        let lower = if at_lower_end {
            0.0
        } else {
            odds_where(|log_odds| self.mean(log_odds, |count| indicator(count >= x)) - tail)
        };
        let upper = (!at_upper_end).then(|| {
            odds_where(|log_odds| tail - self.mean(log_odds, |count| indicator(count <= x)))
        });
        OddsRatio {
            estimate,
            interval: OpenInterval {
                lower: Some(lower),
                upper,
                level,
                method: IntervalMethod::ConditionalExact,
            },
        }
    }
}

fn indicator(holds: bool) -> f64 {
    if holds { 1.0 } else { 0.0 }
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
}
