//! Draws from the distributions of the model, from streams that a seed and a number name.

use crate::stats::random::Random;

/// A time in tenths of months, the unit of all times here: nothing is rounded later, so that what
/// is in order stays in order. Times before the first dose are negative.
pub(super) type Tenths = i32;

/// What a stream of random numbers is for; cases and blocks do not share streams.
#[derive(Debug, Clone, Copy)]
pub(super) enum Stream {
    /// The patient of a case.
    Patient = 0,
    /// What reports make of a case.
    Report = 1,
    /// Publications and pairs of a block of cases.
    Block = 2,
    /// What scans of a case measured.
    Size = 3,
}

/// A stream of draws.
pub(super) struct Draw(Random);

impl Draw {
    pub fn new(seed: u64, stream: Stream, number: usize) -> Self {
        Self(Random::stream(seed, 4 * number as u64 + stream as u64))
    }

    pub fn unit(&mut self) -> f64 {
        self.0.unit()
    }

    pub fn chance(&mut self, probability: f64) -> bool {
        self.0.unit() < probability
    }

    /// A whole number from `from` to `to`, both included.
    pub fn between(&mut self, from: i32, to: i32) -> i32 {
        let span = u64::try_from(to - from).unwrap_or(0);
        from + i32::try_from(self.0.below(span + 1)).unwrap_or(0)
    }

    pub fn index(&mut self, length: usize) -> usize {
        self.0.below(length as u64) as usize
    }

    /// An index, each as likely as its weight.
    pub fn weighted(&mut self, weights: impl Iterator<Item = f64> + Clone) -> usize {
        let mut left = self.0.unit() * weights.clone().sum::<f64>();
        let mut last = 0;
        for (index, weight) in weights.enumerate() {
            last = index;
            if left < weight {
                break;
            }
            left -= weight;
        }
        last
    }

    /// A time to an event of constant hazard per month, in months.
    pub fn exponential(&mut self, hazard: f64) -> f64 {
        -(1.0 - self.0.unit()).ln() / hazard
    }

    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        self.0.shuffle(items);
    }
}

/// Months as tenths; at least one, for nothing is reported to happen on the first day.
pub(super) fn tenths(months: f64) -> Tenths {
    // A million months is far beyond what a sheet takes, and far within the type.
    ((months.min(1e6) * 10.0).round() as Tenths).max(1)
}

/// Tenths of months as a sheet writes them.
pub(super) fn months(time: Tenths) -> String {
    let sign = if time < 0 { "-" } else { "" };
    match (time.abs() / 10, time.abs() % 10) {
        (whole, 0) => format!("{sign}{whole}"),
        (whole, tenth) => format!("{sign}{whole}.{tenth}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_written_as_the_sheets_want_them() {
        let written: Vec<String> = [1, 10, 123, -5, -120].map(months).into();
        assert_eq!(written, ["0.1", "1", "12.3", "-0.5", "-12"]);
        assert_eq!(
            (tenths(0.0), tenths(0.26), tenths(f64::INFINITY)),
            (1, 3, 10_000_000)
        );
    }

    #[test]
    fn draws_have_their_probabilities() {
        let mut draw = Draw::new(1, Stream::Patient, 0);
        let n = 20_000;
        let heavy = (0..n)
            .filter(|_| draw.weighted([1.0, 3.0].into_iter()) == 1)
            .count();
        let mean = (0..n).map(|_| draw.exponential(0.1)).sum::<f64>() / f64::from(n);
        // Four standard errors.
        assert!(
            (heavy as f64 / f64::from(n) - 0.75).abs() < 0.0123,
            "{heavy}"
        );
        assert!((mean - 10.0).abs() < 0.29, "{mean}");
    }
}
