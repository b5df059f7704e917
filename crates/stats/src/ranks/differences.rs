//! The ordered differences between the values of two samples, without writing them all down.

use super::sample::TwoSamples;

/// How many differences there are.
pub(super) fn count(samples: &TwoSamples) -> u64 {
    samples.first.n() as u64 * samples.second.n() as u64
}

/// The differences on both sides of a limit.
struct Split {
    /// How many are at most the limit.
    counted: u64,
    /// The largest of them.
    last: f64,
    /// The smallest of the others.
    next: f64,
}

/// Splits the differences in one walk along both samples.
fn split(samples: &TwoSamples, limit: f64) -> Split {
    let (first, second) = (samples.first.sorted(), samples.second.sorted());
    let (mut last, mut next) = (f64::NEG_INFINITY, f64::INFINITY);
    let mut above = 0;
    let mut counted = 0;
    for value in first {
        while above < second.len() && value - second[above] > limit {
            above += 1;
        }
        counted += (second.len() - above) as u64;
        if let Some(other) = second.get(above) {
            last = last.max(value - other);
        }
        if above > 0 {
            next = next.min(value - second[above - 1]);
        }
    }
    Split {
        counted,
        last,
        next,
    }
}

/// The differences from `low` to `high`, both included, in no order.
fn within(samples: &TwoSamples, low: f64, high: f64) -> Vec<f64> {
    let (first, second) = (samples.first.sorted(), samples.second.sorted());
    let mut found = Vec::new();
    let mut start = 0;
    for value in first {
        while start < second.len() && value - second[start] > high {
            start += 1;
        }
        let differences = second[start..].iter().map(|other| value - other);
        found.extend(differences.take_while(|difference| *difference >= low));
    }
    found
}

/// The difference, first minus second, that is the `rank`-th smallest, from 1.
///
/// A bracket of differences around it is narrowed by walks that count, until so few are left in it
/// that they can be written down, or only equal ones. Limits are guessed in turn from the counts at
/// the ends, a little to either side so that both ends move, and by halving the floating-point
/// numbers between, so that it ends soon for any values.
pub(super) fn ordered(samples: &TwoSamples, rank: u64) -> f64 {
    let (first, second) = (samples.first.sorted(), samples.second.sorted());
    let few = (first.len() + second.len()) as u64;
    let mut low = first[0] - second[second.len() - 1];
    let mut high = first[first.len() - 1] - second[0];
    // How many differences are below `low`, and how many at most `high`.
    let (mut below, mut up_to) = (0, count(samples));
    let mut turn = 0_u32;
    while low < high && up_to - below > few {
        let target = match turn % 3 {
            0 => Some(rank.saturating_sub(few / 3)),
            1 => Some(rank + few / 3),
            _ => None,
        };
        turn += 1;
        let guess = target.map_or_else(
            || value(place(low) + (place(high) - place(low)) / 2),
            |target| {
                let part = target.saturating_sub(below) as f64 / (up_to - below) as f64;
                low + (high - low) * part.min(1.0)
            },
        );
        // Below the upper end, so that every walk takes something off the bracket.
        let limit = if guess < high {
            guess.max(low)
        } else {
            value(place(high) - 1)
        };
        let found = split(samples, limit);
        if found.counted >= rank {
            (high, up_to) = (found.last, found.counted);
        } else {
            (low, below) = (found.next, found.counted);
        }
    }
    let result = if low < high {
        let mut left = within(samples, low, high);
        *left
            .select_nth_unstable_by((rank - below) as usize - 1, f64::total_cmp)
            .1
    } else {
        low
    };
    // Adding zero turns a negative zero into zero.
    result + 0.0
}

/// The median of all differences.
pub(super) fn median(samples: &TwoSamples) -> f64 {
    let count = count(samples);
    let low = ordered(samples, count.div_ceil(2));
    if count % 2 == 1 {
        return low;
    }
    let upper = split(samples, low);
    let high = if upper.counted > count / 2 {
        low
    } else {
        upper.next
    };
    f64::midpoint(low, high)
}

const SIGN: u64 = 1 << 63;

/// The place of a number among all floating-point numbers in order.
fn place(value: f64) -> u64 {
    let bits = value.to_bits();
    if bits & SIGN == 0 { bits | SIGN } else { !bits }
}

/// The number at a place.
fn value(place: u64) -> f64 {
    f64::from_bits(if place & SIGN == 0 {
        !place
    } else {
        place ^ SIGN
    })
}

#[cfg(test)]
mod tests {
    use super::super::Values;
    use super::*;
    use crate::random::Random;

    fn samples(first: &[f64], second: &[f64]) -> TwoSamples {
        TwoSamples {
            first: Values::new(first).expect("valid"),
            second: Values::new(second).expect("valid"),
        }
    }

    fn agrees_with_sorting(first: &[f64], second: &[f64]) {
        let two = samples(first, second);
        let mut all: Vec<f64> = first
            .iter()
            .flat_map(|a| second.iter().map(move |b| a - b))
            .collect();
        all.sort_by(f64::total_cmp);
        for rank in (1..=all.len()).step_by(all.len() / 40 + 1) {
            assert_eq!(ordered(&two, rank as u64), all[rank - 1], "{rank}");
        }
        let last = all.len();
        assert_eq!(ordered(&two, last as u64), all[last - 1]);
        let middle = f64::midpoint(all[(last - 1) / 2], all[last / 2]);
        assert_eq!(median(&two), middle);
    }

    /// 1, 4, 9 minus 2, 4: −3, −1, 0, 2, 5, 7.
    #[test]
    fn six_differences_by_hand() {
        let two = samples(&[9.0, 1.0, 4.0], &[2.0, 4.0]);
        let found: Vec<f64> = (1..=6).map(|rank| ordered(&two, rank)).collect();
        assert_eq!(found, [-3.0, -1.0, 0.0, 2.0, 5.0, 7.0]);
        assert!(found[2].is_sign_positive());
        assert_eq!(median(&two), 1.0);
    }

    #[test]
    fn a_bracket_of_many_differences_is_narrowed() {
        let mut random = Random::new(1);
        for (bound, power) in [(5, 1), (40, 1), (1 << 40, 1), (1 << 40, 7), (1 << 20, 25)] {
            let [first, second] = [150, 180].map(|n| {
                let mut draw = || (random.below(bound) as f64 - 2.0).powi(power) / 7.0;
                (0..n).map(|_| draw()).collect::<Vec<f64>>()
            });
            agrees_with_sorting(&first, &second);
        }
    }
}
