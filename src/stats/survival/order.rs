//! Sorting of times.

/// From this many cases on, sorting digit by digit is faster than by comparison.
const MANY: usize = 2_048;

/// Bits of a digit: its counts then stay in the fastest memory.
const DIGIT_BITS: usize = 11;
const DIGITS: usize = 64_usize.div_ceil(DIGIT_BITS);
const VALUES: usize = 1 << DIGIT_BITS;

/// Puts non-negative finite times and what belongs to them in ascending order; equal times in the
/// order of `tags`, which must ascend as given when there are [`MANY`] or more.
///
/// Non-negative numbers are in the order of their bits. Takes time in proportion to the number of
/// cases, and fewer rounds the fewer digits differ: two or three for whole months.
pub(super) fn sort(times: Vec<f64>, tags: Vec<u32>) -> (Vec<f64>, Vec<u32>) {
    if times.len() < MANY {
        let mut pairs: Vec<(u64, u32)> =
            times.iter().map(|time| time.to_bits()).zip(tags).collect();
        pairs.sort_unstable();
        return pairs
            .into_iter()
            .map(|(bits, tag)| (f64::from_bits(bits), tag))
            .unzip();
    }
    by_digits(times, tags)
}

/// Least significant digit first; each round keeps the order of the round before within a digit.
fn by_digits(mut times: Vec<f64>, mut tags: Vec<u32>) -> (Vec<f64>, Vec<u32>) {
    let mut counts = vec![[0_u32; VALUES]; DIGITS];
    for time in &times {
        for (digit, counts) in counts.iter_mut().enumerate() {
            counts[value(*time, digit)] += 1;
        }
    }
    let n = times.len();
    let (mut other_times, mut other_tags) = (vec![0.0; n], vec![0; n]);
    for (digit, counts) in counts.iter_mut().enumerate() {
        if counts[value(times[0], digit)] as usize == n {
            continue;
        }
        let mut next = 0;
        for count in counts.iter_mut() {
            next += std::mem::replace(count, next);
        }
        for (time, tag) in times.iter().zip(&tags) {
            let place = &mut counts[value(*time, digit)];
            other_times[*place as usize] = *time;
            other_tags[*place as usize] = *tag;
            *place += 1;
        }
        std::mem::swap(&mut times, &mut other_times);
        std::mem::swap(&mut tags, &mut other_tags);
    }
    (times, tags)
}

fn value(time: f64, digit: usize) -> usize {
    (time.to_bits() >> (digit * DIGIT_BITS)) as usize % VALUES
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::random::{Random, SEED};

    #[test]
    fn both_ways_of_sorting_agree() {
        let mut random = Random::new(SEED);
        for scale in [1.0, 0.125, 1e-300, 1e300, std::f64::consts::PI] {
            let times: Vec<f64> = (0..5_000)
                .map(|_| random.below(700) as f64 * scale)
                .collect();
            let tags: Vec<u32> = (0..5_000).collect();
            let mut wanted: Vec<(f64, u32)> = times.iter().copied().zip(tags.clone()).collect();
            wanted.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            let (times, tags) = sort(times, tags);
            assert_eq!(times.into_iter().zip(tags).collect::<Vec<_>>(), wanted);
        }
    }

    #[test]
    fn equal_times_of_a_few_are_in_order_of_their_tags() {
        assert_eq!(
            sort(vec![2.0, 1.0, 1.0], vec![0, 9, 4]),
            (vec![1.0, 1.0, 2.0], vec![4, 9, 0])
        );
    }
}
