//! Random numbers that are the same on every machine and in every release, from a stated seed.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// The seed where none is given.
pub const SEED: u64 = 20_211_123;

/// A stream of random numbers, by `ChaCha8`.
///
/// ```
/// use casegraph_stats::random::{Random, SEED};
///
/// let mut items = [1, 2, 3, 4, 5];
/// Random::new(SEED).shuffle(&mut items);
/// let mut again = [1, 2, 3, 4, 5];
/// Random::new(SEED).shuffle(&mut again);
/// assert_eq!(items, again);
/// ```
#[derive(Debug, Clone)]
pub struct Random(ChaCha8Rng);

impl Random {
    /// The stream of a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// One of the 2⁶⁴ streams of a seed: any can be drawn without the others.
    #[must_use]
    pub fn stream(seed: u64, number: u64) -> Self {
        let mut generator = ChaCha8Rng::seed_from_u64(seed);
        generator.set_stream(number);
        Self(generator)
    }

    /// A whole number from 0 to below `bound`, each as likely (Lemire D. ACM Trans Model Comput
    /// Simul 2019;29:3). `bound` is not 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        loop {
            let wide = u128::from(self.0.next_u64()) * u128::from(bound);
            let (high, low) = ((wide >> 64) as u64, wide as u64);
            if low >= bound.wrapping_neg() % bound {
                return high;
            }
        }
    }

    /// A number from 0 to below 1, one of 2⁵³ equally spaced ones.
    pub fn unit(&mut self) -> f64 {
        const STEPS: u64 = 1 << 53;
        (self.0.next_u64() >> 11) as f64 / STEPS as f64
    }

    /// Puts `items` in an order of which each is as likely (Fisher-Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last as u64 + 1) as usize);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_one_order() {
        let order = |seed| {
            let mut items: Vec<u8> = (0..20).collect();
            Random::new(seed).shuffle(&mut items);
            items
        };
        assert_eq!(order(1), order(1));
        assert_ne!(order(1), order(2));
    }

    #[test]
    fn unit_numbers_fill_the_unit() {
        let mut random = Random::new(SEED);
        let numbers: Vec<f64> = (0..10_000).map(|_| random.unit()).collect();
        assert!(numbers.iter().all(|number| (0.0..1.0).contains(number)));
        assert!((numbers.iter().sum::<f64>() / 10_000.0 - 0.5).abs() < 0.01);
    }

    #[test]
    fn all_orders_of_three_are_as_likely() {
        let mut random = Random::new(SEED);
        let mut counts = std::collections::BTreeMap::new();
        for _ in 0..6_000 {
            let mut items = [0, 1, 2];
            random.shuffle(&mut items);
            *counts.entry(items).or_insert(0) += 1;
        }
        assert_eq!(counts.len(), 6);
        assert!(
            counts.values().all(|count| (900..1_100).contains(count)),
            "{counts:?}"
        );
    }
}
