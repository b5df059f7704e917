//! Comparisons that use only the order of values: the Wilcoxon rank sum test with the
//! Hodges-Lehmann shift, the Kruskal-Wallis test, and quantiles with exact intervals.
//!
//! Values tie only when they are equal.

mod differences;
mod kruskal_wallis;
mod null_distribution;
mod quantile;
mod rank_sum;
mod sample;

pub use kruskal_wallis::{
    KruskalWallis, KruskalWallisPermutation, PermutationOptions, RankedGroup, kruskal_wallis,
    kruskal_wallis_permutation,
};
pub use quantile::{QuantileError, QuantileEstimate, median, quantile};
pub use rank_sum::{RankContinuity, RankSum, RankSumMethod, RankSumOptions, Shift, rank_sum};
pub use sample::{
    GroupedValues, MAX_EXACT_PAIRS, MAX_MAGNITUDE, RankError, TwoSamples, Values, ValuesError,
};
