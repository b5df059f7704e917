//! The exact distribution of the sum of scores in one of two groups, counted from two halves.

use super::Counted;

/// Counts the subsets of `size` scores whose sum is at least `at_least` away from 0, the mean of
/// such sums.
///
/// The scores are cut into halves; the sums of each half's subsets, kept in order for each number
/// of scores taken, are then paired by counting, not one by one: 2²² sums for 44 scores in place of
/// 2 × 10¹² (van de Wiel MA. Comput Stat 2001;16:519-38).
pub(super) fn count(scores: &[f64], size: usize, at_least: f64) -> Counted {
    // The sum of the scores not taken is as far away from 0.
    let size = size.min(scores.len() - size);
    let (left, right) = scores.split_at(scores.len() / 2);
    let [left, right] = [left, right].map(|half| sums(half, size));
    let mut counted = Counted::default();
    for (taken, left) in left.iter().enumerate() {
        let Some(right) = right.get(size - taken) else {
            continue;
        };
        let all = left.len() as u64 * right.len() as u64;
        counted.all += all;
        if at_least <= 0.0 {
            counted.as_large += all;
            continue;
        }
        // As the left sum rises, fewer right sums stay low and more get high.
        let (mut low, mut below_high) = (right.len(), right.len());
        for left in left {
            while low > 0 && left + right[low - 1] > -at_least {
                low -= 1;
            }
            while below_high > 0 && left + right[below_high - 1] >= at_least {
                below_high -= 1;
            }
            counted.as_large += (low + right.len() - below_high) as u64;
        }
    }
    counted
}

/// For each number up to `most`, the ascending sums of all subsets of so many scores.
fn sums(scores: &[f64], most: usize) -> Vec<Vec<f64>> {
    let mut sums = vec![vec![0.0]];
    for score in scores {
        if sums.len() <= most {
            sums.push(Vec::new());
        }
        for taken in (1..sums.len()).rev() {
            sums[taken] = merged(&sums[taken], &sums[taken - 1], *score);
        }
    }
    sums
}

/// The ascending merger of `without` and of `with` + `score`.
fn merged(without: &[f64], with: &[f64], score: f64) -> Vec<f64> {
    let mut merged = Vec::with_capacity(without.len() + with.len());
    let mut without = without.iter().copied().peekable();
    for sum in with {
        let sum = sum + score;
        while let Some(smaller) = without.next_if(|other| *other < sum) {
            merged.push(smaller);
        }
        merged.push(sum);
    }
    merged.extend(without);
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every subset by its bits.
    fn one_by_one(scores: &[f64], size: usize, at_least: f64) -> Counted {
        let mut counted = Counted::default();
        for subset in (0_u32..1 << scores.len()).filter(|set| set.count_ones() as usize == size) {
            let taken = (0..scores.len()).filter(|i| subset >> i & 1 == 1);
            let sum: f64 = taken.map(|i| scores[i]).sum();
            counted.all += 1;
            counted.as_large += u64::from(sum.abs() >= at_least);
        }
        counted
    }

    #[test]
    fn halves_count_as_one_by_one() {
        let scores = [0.75, 0.5, -0.25, 0.5, -1.5, 0.125, -0.125, 1.0, -1.0];
        for size in 1..scores.len() {
            for at_least in [-1.0, 0.0, 0.125, 0.5, 1.0, 1.25, 2.0, 9.0] {
                let wanted = one_by_one(&scores, size, at_least);
                assert_eq!(count(&scores, size, at_least), wanted, "{size} {at_least}");
            }
        }
    }
}
