//! The Kruskal-Wallis test of several groups.

use serde::Serialize;

use super::sample::{GroupedValues, RankError, doubled_ranks, tie_term};
use crate::distribution::chi_squared_upper_tail;
use crate::random::{Random, SEED};

/// Statistics that differ by less than this share of the total are equal but for rounding.
const STATISTIC_TIE: f64 = 1e-10;

/// One group in a comparison by ranks.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RankedGroup {
    /// Label of the group.
    pub label: String,
    /// Number of values in the group.
    pub n: usize,
    /// The median of its values; `None` when it has none, and then it takes no part.
    pub median: Option<f64>,
    /// The mean of the ranks of its values among all.
    pub mean_rank: Option<f64>,
}

/// The test with the ranks of each group.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct KruskalWallis {
    /// Values in all groups.
    pub n: usize,
    /// Values that equal another.
    pub tied: usize,
    /// One entry a group, in the order of the sample.
    pub groups: Vec<RankedGroup>,
    /// H, corrected for ties.
    pub statistic: f64,
    /// Groups with values, minus one.
    pub degrees_of_freedom: usize,
    /// Probability of a statistic at least as large if all groups come from one distribution, by
    /// the chi-squared approximation.
    pub p_value: f64,
}

/// How many permutations are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PermutationOptions {
    /// Permutations; 10 000 unless told.
    pub draws: u32,
    /// Seed of the random numbers.
    pub seed: u64,
}

impl Default for PermutationOptions {
    fn default() -> Self {
        Self {
            draws: 10_000,
            seed: SEED,
        }
    }
}

/// A Kruskal-Wallis test with a P value from random permutations.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct KruskalWallisPermutation {
    /// H, corrected for ties.
    pub statistic: f64,
    /// Permutations drawn.
    pub draws: u32,
    /// Those with a statistic at least as large.
    pub as_large: u32,
    /// (as large + 1) / (draws + 1), which never errs to the small side on average (Phipson B, Smyth
    /// GK. Stat Appl Genet Mol Biol 2010;9:39).
    pub p_value: f64,
    /// Seed of the random numbers.
    pub seed: u64,
}

/// Tests that no group tends to larger values than another.
///
/// With mean ranks R̄ of groups of nⱼ among N values, H is (N − 1) Σ nⱼ (R̄ⱼ − (N + 1)/2)² over the
/// sum of the squared deviations of all ranks, mean ranks for ties; chi-squared with groups − 1
/// degrees of freedom. With two groups it is the rank sum test without continuity correction. The
/// approximation is poor for groups of fewer than five: see [`kruskal_wallis_permutation`].
///
/// Kruskal WH, Wallis WA. J Am Stat Assoc 1952;47:583-621.
///
/// # Errors
///
/// [`RankError::TooFewGroups`]; [`RankError::AllTied`].
pub fn kruskal_wallis(sample: &GroupedValues) -> Result<KruskalWallis, RankError> {
    let ranked = Ranked::of(sample)?;
    let degrees_of_freedom = ranked.sizes.iter().filter(|size| **size > 0).count() - 1;
    let statistic = ranked.statistic(&ranked.codes);
    let mut members: Vec<Vec<f64>> = vec![Vec::new(); ranked.sizes.len()];
    for (value, group) in &sample.values {
        members[*group as usize].push(*value);
    }
    let sums = ranked.sums(&ranked.codes);
    let groups = sample
        .labels
        .iter()
        .zip(&members)
        .zip(&sums)
        .map(|((label, values), sum)| {
            let n = values.len();
            let some = n > 0;
            RankedGroup {
                label: label.clone(),
                n,
                median: some.then(|| f64::midpoint(values[(n - 1) / 2], values[n / 2])),
                mean_rank: some.then(|| *sum as f64 / (2.0 * n as f64)),
            }
        })
        .collect();
    let tied = sample
        .values
        .chunk_by(|a, b| a.0 == b.0)
        .map(<[_]>::len)
        .filter(|length| *length > 1)
        .sum();
    Ok(KruskalWallis {
        n: sample.n(),
        tied,
        groups,
        statistic,
        degrees_of_freedom,
        p_value: chi_squared_upper_tail(statistic, degrees_of_freedom),
    })
}

/// The same test with a P value from random permutations of the values between the groups, right
/// for any size of the groups to within the chance of the draws.
///
/// # Errors
///
/// Those of [`kruskal_wallis`], and [`RankError::NoDraws`].
pub fn kruskal_wallis_permutation(
    sample: &GroupedValues,
    options: PermutationOptions,
) -> Result<KruskalWallisPermutation, RankError> {
    let PermutationOptions { draws, seed } = options;
    if draws == 0 {
        return Err(RankError::NoDraws);
    }
    let ranked = Ranked::of(sample)?;
    let statistic = ranked.statistic(&ranked.codes);
    let limit = statistic - STATISTIC_TIE * sample.n() as f64;
    let mut random = Random::new(seed);
    let mut codes = ranked.codes.clone();
    let mut as_large = 0;
    for _ in 0..draws {
        random.shuffle(&mut codes);
        if ranked.statistic(&codes) >= limit {
            as_large += 1;
        }
    }
    Ok(KruskalWallisPermutation {
        statistic,
        draws,
        as_large,
        p_value: (f64::from(as_large) + 1.0) / (f64::from(draws) + 1.0),
        seed,
    })
}

struct Ranked {
    /// Twice the ranks.
    ranks: Vec<u64>,
    codes: Vec<u32>,
    sizes: Vec<usize>,
    /// The sum of the squared deviations of the ranks from their mean.
    spread: f64,
}

impl Ranked {
    fn of(sample: &GroupedValues) -> Result<Self, RankError> {
        let mut sizes = vec![0; sample.labels.len()];
        for (_, group) in &sample.values {
            sizes[*group as usize] += 1;
        }
        let groups = sizes.iter().filter(|size| **size > 0).count();
        if groups < 2 {
            return Err(RankError::TooFewGroups { groups });
        }
        let (ranks, ties) = doubled_ranks(&sample.values);
        let spread = (tie_term(sample.n()) - ties) / 12.0;
        if spread <= 0.0 {
            return Err(RankError::AllTied);
        }
        Ok(Self {
            ranks,
            codes: sample.values.iter().map(|value| value.1).collect(),
            sizes,
            spread,
        })
    }

    /// Twice the sum of the ranks of each group.
    fn sums(&self, codes: &[u32]) -> Vec<u64> {
        let mut sums = vec![0; self.sizes.len()];
        for (rank, group) in self.ranks.iter().zip(codes) {
            sums[*group as usize] += rank;
        }
        sums
    }

    fn statistic(&self, codes: &[u32]) -> f64 {
        let count = self.ranks.len() as f64;
        let between: f64 = self
            .sums(codes)
            .iter()
            .zip(&self.sizes)
            .filter(|(_, size)| **size > 0)
            .map(|(sum, size)| {
                let size = *size as f64;
                let away = *sum as f64 / (2.0 * size) - f64::midpoint(count, 1.0);
                size * away * away
            })
            .sum();
        (count - 1.0) * between / self.spread
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::factor::Factor;

    fn sample(groups: &[(&str, &[f64])]) -> GroupedValues {
        let labels = groups
            .iter()
            .flat_map(|(label, values)| values.iter().map(move |_| *label));
        let values: Vec<f64> = groups.iter().flat_map(|group| group.1).copied().collect();
        GroupedValues::new(&values, &Factor::new(labels)).expect("valid")
    }

    /// Ranks 1, 2 / 3, 4 / 5, 6 have means 1½, 3½, 5½: H is 5 · 2 (4 + 0 + 4) / 17½ = 32/7. Of the 90
    /// ways to share them out 6 are so extreme.
    #[test]
    fn three_pairs_by_hand() {
        let pairs = sample(&[("a", &[1.0, 2.0]), ("b", &[3.0, 4.0]), ("c", &[5.0, 6.0])]);
        let found = kruskal_wallis(&pairs).expect("three groups");
        assert!((found.statistic - 32.0 / 7.0).abs() < 1e-14);
        assert!((found.p_value - (-16.0_f64 / 7.0).exp()).abs() < 1e-15);
        assert_eq!(found.groups[2].median, Some(5.5));
        assert_eq!(found.groups[2].mean_rank, Some(5.5));
        let drawn = kruskal_wallis_permutation(&pairs, Default::default()).expect("three groups");
        assert!((drawn.p_value - 6.0 / 90.0).abs() < 0.01, "{drawn:?}");
    }

    #[test]
    fn what_cannot_be_compared_is_refused() {
        let one = sample(&[("a", &[1.0, 2.0])]);
        assert_eq!(
            kruskal_wallis(&one),
            Err(RankError::TooFewGroups { groups: 1 })
        );
        let tied = sample(&[("a", &[1.0]), ("b", &[1.0, 1.0])]);
        assert_eq!(kruskal_wallis(&tied), Err(RankError::AllTied));
        let two = sample(&[("a", &[1.0]), ("b", &[2.0])]);
        let none = PermutationOptions {
            draws: 0,
            ..Default::default()
        };
        assert_eq!(
            kruskal_wallis_permutation(&two, none),
            Err(RankError::NoDraws)
        );
    }
}
