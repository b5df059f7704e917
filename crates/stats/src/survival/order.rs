//! Sorting of times.

use super::outcome::Outcome;

/// From this many cases on, sorting digit by digit is faster than by comparison.
const MANY: usize = 2_048;

/// Bits of a digit: its counts then stay in the fastest memory.
const DIGIT_BITS: usize = 11;
const DIGITS: usize = 64_usize.div_ceil(DIGIT_BITS);
const VALUES: usize = 1 << DIGIT_BITS;

/// A number that is greater the later the time, and greater for a censored case than for one with
/// the event at the same time. Non-negative numbers are in the order of their bits, of which the
/// first is then free.
pub(super) fn key(time: f64, outcome: Outcome) -> u64 {
    // Adding zero turns a negative zero into zero.
    (time + 0.0).to_bits() << 1 | u64::from(outcome == Outcome::Censored)
}

/// The time of a [`key`].
pub(super) fn time(key: u64) -> f64 {
    f64::from_bits(key >> 1)
}

/// Whether a [`key`] is that of a case with the event.
pub(super) fn is_event(key: u64) -> bool {
    key.is_multiple_of(2)
}

/// Puts keys in ascending order and tags with them, those of equal keys in their own order; without
/// tags it needs less room. Tags must ascend as given when there are [`MANY`] or more.
///
/// Takes time in proportion to the number of cases, and fewer rounds the fewer digits differ.
pub(super) fn sort(mut keys: Vec<u64>, tags: Vec<u32>) -> (Vec<u64>, Vec<u32>) {
    if keys.len() >= MANY {
        return by_digits(keys, tags);
    }
    if tags.is_empty() {
        keys.sort_unstable();
        return (keys, tags);
    }
    let mut pairs: Vec<(u64, u32)> = keys.into_iter().zip(tags).collect();
    pairs.sort_unstable();
    pairs.into_iter().unzip()
}

/// Least significant digit first; each round keeps the order of the round before within a digit.
fn by_digits(mut keys: Vec<u64>, mut tags: Vec<u32>) -> (Vec<u64>, Vec<u32>) {
    let mut counts = vec![[0_u32; VALUES]; DIGITS];
    for key in &keys {
        for (digit, counts) in counts.iter_mut().enumerate() {
            counts[value(*key, digit)] += 1;
        }
    }
    let n = keys.len();
    let (mut other_keys, mut other_tags) = (vec![0; n], vec![0; tags.len()]);
    for (digit, counts) in counts.iter_mut().enumerate() {
        if counts[value(keys[0], digit)] as usize == n {
            continue;
        }
        let mut next = 0;
        for count in counts.iter_mut() {
            next += std::mem::replace(count, next);
        }
        let mut place = |key: u64| {
            let place = &mut counts[value(key, digit)];
            *place += 1;
            *place as usize - 1
        };
        if tags.is_empty() {
            for key in &keys {
                other_keys[place(*key)] = *key;
            }
        } else {
            for (key, tag) in keys.iter().zip(&tags) {
                let place = place(*key);
                other_keys[place] = *key;
                other_tags[place] = *tag;
            }
        }
        std::mem::swap(&mut keys, &mut other_keys);
        std::mem::swap(&mut tags, &mut other_tags);
    }
    (keys, tags)
}

fn value(key: u64, digit: usize) -> usize {
    (key >> (digit * DIGIT_BITS)) as usize % VALUES
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Random, SEED};

    #[test]
    fn both_ways_of_sorting_agree() {
        let mut random = Random::new(SEED);
        for scale in [1.0, 0.125, 1e-300, 1e300, std::f64::consts::PI] {
            let keys: Vec<u64> = (0..5_000)
                .map(|_| key(random.below(700) as f64 * scale, Outcome::Event))
                .collect();
            let tags: Vec<u32> = (0..5_000).collect();
            let mut wanted: Vec<(u64, u32)> = keys.iter().copied().zip(tags.clone()).collect();
            wanted.sort_unstable();
            let (wanted_keys, wanted_tags): (Vec<u64>, Vec<u32>) = wanted.into_iter().unzip();
            assert_eq!(sort(keys.clone(), Vec::new()).0, wanted_keys);
            assert_eq!(sort(keys, tags), (wanted_keys, wanted_tags));
        }
    }

    #[test]
    fn equal_keys_of_a_few_are_in_order_of_their_tags() {
        assert_eq!(
            sort(vec![2, 1, 1], vec![0, 9, 4]),
            (vec![1, 1, 2], vec![4, 9, 0])
        );
    }

    #[test]
    fn keys_ascend_with_time_and_events_come_first() {
        let times = [0.0, f64::MIN_POSITIVE, 0.1, 1.0, 7.5, f64::MAX];
        let keys: Vec<u64> = times
            .iter()
            .flat_map(|time| [key(*time, Outcome::Event), key(*time, Outcome::Censored)])
            .collect();
        assert!(keys.is_sorted());
        assert!(keys.iter().zip(0..).all(|(key, place)| {
            time(*key) == times[place / 2] && is_event(*key) == (place % 2 == 0)
        }));
        assert_eq!(key(-0.0, Outcome::Event), key(0.0, Outcome::Event));
    }
}
