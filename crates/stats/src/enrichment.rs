//! Whether a set has a property more often than chance: the hypergeometric test, by many properties.
//!
//! Of `population` items `with` have the property; of `drawn` items, all of the population,
//! `drawn_with` have it. Drawn without replacement at random, their number has the hypergeometric
//! distribution. The P value is that of as many or more: the one-sided Fisher exact test of the
//! same four counts.

use serde::Serialize;
use thiserror::Error;

/// Why counts cannot be tested.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum OverlapError {
    /// More have the property, or are drawn, than there are.
    #[error(
        "{drawn_with} of {drawn} drawn and {with} of {population} in all: no such counts can be"
    )]
    Impossible {
        /// Drawn items with the property.
        drawn_with: u64,
        /// Number of items drawn.
        drawn: u64,
        /// Items with the property.
        with: u64,
        /// Number of items in all.
        population: u64,
    },
}

/// How often a set has a property, against how often all have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Overlap {
    /// Drawn items with the property.
    pub drawn_with: u64,
    /// Number of items drawn.
    pub drawn: u64,
    /// Items with the property.
    pub with: u64,
    /// Number of items in all.
    pub population: u64,
}

impl Overlap {
    /// Checks the counts.
    ///
    /// # Errors
    /// No such counts can be.
    pub fn new(
        drawn_with: u64,
        drawn: u64,
        with: u64,
        population: u64,
    ) -> Result<Self, OverlapError> {
        let fits = drawn_with <= drawn.min(with)
            && drawn.max(with) <= population
            && drawn - drawn_with <= population - with;
        if !fits {
            return Err(OverlapError::Impossible {
                drawn_with,
                drawn,
                with,
                population,
            });
        }
        Ok(Self {
            drawn_with,
            drawn,
            with,
            population,
        })
    }

    /// How many of the drawn would have the property by chance; 0 of an empty population.
    #[must_use]
    pub fn expected(&self) -> f64 {
        if self.population == 0 {
            return 0.0;
        }
        self.drawn as f64 * self.with as f64 / self.population as f64
    }

    /// How many times as often as by chance the drawn have the property; `None` if chance gives none.
    #[must_use]
    pub fn fold(&self) -> Option<f64> {
        let expected = self.expected();
        (expected > 0.0).then(|| self.drawn_with as f64 / expected)
    }

    /// Probability of as many or more with the property by chance: R's
    /// `phyper(drawn_with - 1, with, population - with, drawn, lower.tail = FALSE)`.
    #[must_use]
    pub fn p_value(&self) -> f64 {
        let least = (self.drawn + self.with).saturating_sub(self.population);
        let from = self.drawn_with;
        if from <= least {
            return 1.0;
        }
        // From the probability next to the cut outwards, on the side of the smaller tail: the terms
        // fall, so that the sum is exact and nothing overflows.
        if from as f64 > self.expected() {
            let mut term = self.probability(from);
            let mut sum = term;
            for k in from..self.drawn.min(self.with) {
                term *= self.step(k);
                sum += term;
            }
            sum.min(1.0)
        } else {
            let mut term = self.probability(from - 1);
            let mut sum = term;
            for k in (least..from - 1).rev() {
                term /= self.step(k);
                sum += term;
            }
            (1.0 - sum).max(0.0)
        }
    }

    /// How many times as likely `k + 1` of the drawn have the property as `k`.
    fn step(&self, k: u64) -> f64 {
        let (with, drawn) = ((self.with - k) as f64, (self.drawn - k) as f64);
        let without = (self.population + k + 1 - self.with - self.drawn) as f64;
        with * drawn / ((k + 1) as f64 * without)
    }

    /// The probability that `k` of the drawn have the property.
    fn probability(&self, k: u64) -> f64 {
        let ways = ln_choose(self.with, k) + ln_choose(self.population - self.with, self.drawn - k);
        (ways - ln_choose(self.population, self.drawn)).exp()
    }
}

/// Logarithm of the number of ways to choose `k` of `n`: a sum of small logarithms keeps the digits
/// that a difference of the logarithms of large factorials loses.
fn ln_choose(n: u64, k: u64) -> f64 {
    let k = k.min(n - k);
    (1..=k).map(|i| ((n - k + i) as f64 / i as f64).ln()).sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn worked_by_hand() {
        // Two of two drawn from four of which two have it: one way of six.
        let overlap = Overlap::new(2, 2, 2, 4).expect("counts");
        assert!((overlap.p_value() - 1.0 / 6.0).abs() < 1e-14);
        assert_eq!((overlap.expected(), overlap.fold()), (1.0, Some(2.0)));
        // At least one of them: one less the way of two without, one of six.
        let one = Overlap::new(1, 2, 2, 4).expect("counts");
        assert!((one.p_value() - 5.0 / 6.0).abs() < 1e-14);
        // At least none is certain; and so is what cannot be otherwise.
        assert_eq!(Overlap::new(0, 2, 2, 4).expect("counts").p_value(), 1.0);
        assert_eq!(Overlap::new(2, 3, 3, 4).expect("counts").p_value(), 1.0);
    }

    #[test]
    fn impossible_counts_are_refused() {
        assert!(Overlap::new(3, 2, 3, 4).is_err());
        assert!(Overlap::new(0, 3, 3, 4).is_err());
        assert!(Overlap::new(0, 5, 0, 4).is_err());
        assert_eq!(Overlap::new(0, 0, 0, 0).expect("none").fold(), None);
    }

    proptest! {
        #[test]
        fn the_tail_falls_and_is_a_probability(
            population in 1_u64..200, with in 0_u64..200, drawn in 0_u64..200,
        ) {
            let (with, drawn) = (with.min(population), drawn.min(population));
            let least = (drawn + with).saturating_sub(population);
            let mut before = 1.0 + 1e-12;
            for k in least..=drawn.min(with) {
                let p = Overlap::new(k, drawn, with, population).expect("counts").p_value();
                prop_assert!((0.0..=1.0).contains(&p) && p <= before + 1e-12);
                before = p;
            }
        }

        #[test]
        fn set_and_property_can_change_places(
            k in 0_u64..10, a in 0_u64..20, b in 0_u64..20, rest in 0_u64..500,
        ) {
            let (drawn, with) = (k + a, k + b);
            let population = drawn + with - k + rest;
            let one = Overlap::new(k, drawn, with, population).expect("counts").p_value();
            let other = Overlap::new(k, with, drawn, population).expect("counts").p_value();
            prop_assert!((one - other).abs() <= 1e-11 * one.max(1e-300));
        }
    }
}
