//! The exact test of one proportion.

use serde::Serialize;
use thiserror::Error;

use super::Proportion;
use super::binomial::{at_least, at_most, exactly, ln_exactly};
use crate::contingency::PROBABILITY_TIE;
use crate::estimate::{Alternative, ObservedShare};

/// A null proportion that cannot be tested exactly.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
#[error("a null proportion lies strictly between 0 and 1, such as 0.2; got {value}")]
pub struct NullProportionError {
    /// Proportion that was given.
    pub value: f64,
}

/// The proportion under the null hypothesis, strictly between 0 and 1: under 0 or 1 nothing is left to
/// chance.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct NullProportion(f64);

impl NullProportion {
    /// Takes a proportion.
    ///
    /// # Errors
    ///
    /// [`NullProportionError`] unless `0 < value < 1`.
    pub fn new(value: f64) -> Result<Self, NullProportionError> {
        // Below the smallest normal number logarithms and odds lose their digits.
        if (f64::MIN_POSITIVE..1.0).contains(&value) {
            Ok(Self(value))
        } else {
            Err(NullProportionError { value })
        }
    }

    /// The proportion as a fraction of 1.
    #[must_use]
    pub fn value(self) -> f64 {
        self.0
    }
}

/// What the exact binomial test counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct BinomialTestOptions {
    /// Direction in which departures count as evidence.
    pub alternative: Alternative,
    /// Whether the observed outcome counts whole or half.
    pub observed: ObservedShare,
}

/// An exact binomial test.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct BinomialTest {
    /// Number of successes, the numerator.
    pub successes: u64,
    /// Number of cases, the denominator.
    pub n: u64,
    /// Numerator divided by denominator.
    pub estimate: f64,
    /// The proportion tested.
    pub null_proportion: NullProportion,
    /// Direction in which departures count as evidence.
    pub alternative: Alternative,
    /// Whether the observed outcome counts whole or half.
    pub observed: ObservedShare,
    /// Probability, under the null proportion, of what counts as evidence.
    pub p_value: f64,
}

impl Proportion {
    /// Tests whether the true proportion is `null`, by summing binomial probabilities.
    ///
    /// One-sided, the p-value is the probability of so many or more (fewer) successes; two-sided, that
    /// of all counts no more probable than the observed one, as in R's `binom.test`. With
    /// [`ObservedShare::Half`] the observed count, and two-sided the counts as probable as it, enter
    /// by half. Assumes independent cases with one common probability of success.
    #[must_use]
    pub fn test(self, null: NullProportion, options: BinomialTestOptions) -> BinomialTest {
        let (k, n, p) = (self.successes, self.n, null.0);
        let (sum, tied) = match options.alternative {
            Alternative::Greater => (upper_tail(k, n, p), exactly(k, n, p)),
            Alternative::Less => (lower_tail(k, n, p), exactly(k, n, p)),
            Alternative::TwoSided => two_sided(k, n, p),
        };
        let p_value = match options.observed {
            ObservedShare::Whole => sum,
            ObservedShare::Half => sum - tied / 2.0,
        };
        BinomialTest {
            successes: k,
            n,
            estimate: self.value(),
            null_proportion: null,
            alternative: options.alternative,
            observed: options.observed,
            p_value: p_value.clamp(0.0, 1.0),
        }
    }
}

/// The probability of `k` or more, for any p.
fn upper_tail(k: u64, n: u64, p: f64) -> f64 {
    if n as f64 * p <= k as f64 {
        at_least(k, n, p)
    } else if k == 0 {
        1.0
    } else {
        1.0 - at_most(k - 1, n, p)
    }
}

/// The probability of `k` or fewer, for any p.
fn lower_tail(k: u64, n: u64, p: f64) -> f64 {
    if n as f64 * p >= k as f64 {
        at_most(k, n, p)
    } else if k == n {
        1.0
    } else {
        1.0 - at_least(k + 1, n, p)
    }
}

/// The probability of all counts no more probable than `k`, and of those as probable.
fn two_sided(k: u64, n: u64, p: f64) -> (f64, f64) {
    let mean = n as f64 * p;
    let observed = ln_exactly(k, n, p);
    let tie = PROBABILITY_TIE.ln_1p();
    // On each side of the mean the probabilities fall, so the counts on the other side that are no
    // more probable are found by bisection.
    let above = |log_limit: f64| {
        let from = partition(0, n + 1, |x| (x as f64) < mean);
        partition(from, n + 1, |x| ln_exactly(x, n, p) > log_limit)
    };
    let below = |log_limit: f64| {
        let reach = partition(0, n + 1, |x| x as f64 <= mean);
        reach - partition(0, reach, |x| ln_exactly(reach - 1 - x, n, p) > log_limit)
    };
    let (near, far, farther) = if k as f64 >= mean {
        let tail = |count: u64| {
            if count == 0 {
                0.0
            } else {
                lower_tail(count - 1, n, p)
            }
        };
        // `below` gives how many counts there are, from 0 on.
        (
            upper_tail(k, n, p),
            tail(below(observed + tie)),
            tail(below(observed - tie)),
        )
    } else {
        let tail = |from: u64| {
            if from > n {
                0.0
            } else {
                upper_tail(from, n, p)
            }
        };
        (
            lower_tail(k, n, p),
            tail(above(observed + tie)),
            tail(above(observed - tie)),
        )
    };
    if k as f64 == mean {
        // The most probable count: all are no more probable.
        return (1.0, exactly(k, n, p));
    }
    (near + far, exactly(k, n, p) + (far - farther).max(0.0))
}

/// The first number from `low` to below `high` for which `holds` is false, or `high`; it must be true up
/// to some number and false from there.
fn partition(mut low: u64, mut high: u64, holds: impl Fn(u64) -> bool) -> u64 {
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    fn p_value(
        k: u64,
        n: u64,
        null: f64,
        alternative: Alternative,
        observed: ObservedShare,
    ) -> f64 {
        let options = BinomialTestOptions {
            alternative,
            observed,
        };
        let null = NullProportion::new(null).expect("valid");
        Proportion::new(k, n)
            .expect("valid")
            .test(null, options)
            .p_value
    }

    #[test]
    fn null_proportions_that_leave_nothing_to_chance_are_refused() {
        for value in [0.0, 1.0, -0.1, 2.0, f64::NAN, 1e-320] {
            assert!(NullProportion::new(value).is_err(), "{value}");
        }
    }

    /// Two of two at 1/3: 1/9 above; two-sided the same, as none (4/9) and one (4/9) are likelier.
    /// None of two: 4/9 below; two-sided 1.
    #[test]
    fn two_cases_by_hand() {
        use Alternative::{Greater, Less, TwoSided};
        use ObservedShare::{Half, Whole};
        let third = 1.0 / 3.0;
        for (k, alternative, observed, wanted) in [
            (2, Greater, Whole, 1.0 / 9.0),
            (2, Greater, Half, 1.0 / 18.0),
            (2, TwoSided, Whole, 1.0 / 9.0),
            (2, TwoSided, Half, 1.0 / 18.0),
            (2, Less, Whole, 1.0),
            (0, Less, Whole, 4.0 / 9.0),
            (0, TwoSided, Whole, 1.0),
            // One is as probable: 1/9 + half of 8/9.
            (0, TwoSided, Half, 5.0 / 9.0),
            (0, Greater, Whole, 1.0),
        ] {
            let found = p_value(k, 2, third, alternative, observed);
            assert!(
                (found - wanted).abs() < 1e-15,
                "{k} {alternative} {observed}: {found}"
            );
        }
    }

    /// 13 of 16 at 1/2: 0.02127, mid-P 0.01273 (Fagerland, Lydersen and Laake 2017, chapter 2).
    #[test]
    fn published_test_of_13_of_16() {
        let found = |observed| p_value(13, 16, 0.5, Alternative::TwoSided, observed);
        assert!((found(ObservedShare::Whole) - 0.02127).abs() < 5.1e-6);
        assert!((found(ObservedShare::Half) - 0.01273).abs() < 5.1e-6);
    }
}
