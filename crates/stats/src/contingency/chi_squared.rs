//! Pearson's chi-squared test of independence.

use crate::choice::choices;
use crate::distribution::chi_squared_upper_tail;
use serde::Serialize;

/// An expected count below this makes the chi-squared approximation doubtful (Cochran's rule, as R
/// warns).
pub const SMALL_EXPECTED: f64 = 5.0;

/// The most that Yates's correction takes off each difference.
pub(super) const YATES: f64 = 0.5;

choices! {
    /// Whether the statistic is corrected for counts being whole numbers.
    #[derive(Default)]
    pub enum Continuity {
        /// Pearson's statistic as it is.
        #[default]
        Uncorrected = "uncorrected",
        /// Each |observed − expected| is lessened by a half, or by itself where it is smaller. For
        /// 2×2 tables only; makes the test conservative. Yates F. J R Stat Soc Suppl 1934;1:217-35.
        Yates = "Yates",
    }
}

/// Whether the chi-squared distribution is a fair approximation for the table.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Approximation {
    /// Every expected count reaches [`SMALL_EXPECTED`].
    Adequate,
    /// Some expected count is smaller; use the exact test.
    Doubtful {
        /// The smallest expected count.
        smallest_expected: f64,
    },
}

/// A chi-squared test of independence of rows and columns.
///
/// Statistic: the sum over cells of (observed − expected)² / expected. Assumes independent cases,
/// and counts large enough (see [`Self::approximation`]). Pearson K. Phil Mag 1900;50:157-75.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ChiSquared {
    /// Sum over cells of (observed − expected)² / expected.
    pub statistic: f64,
    /// (rows − 1) × (columns − 1).
    pub degrees_of_freedom: usize,
    /// Probability of a statistic at least as large if rows and columns are independent.
    pub p_value: f64,
    /// The correction applied.
    pub continuity: Continuity,
    /// Whether to trust the p-value.
    pub approximation: Approximation,
    /// Cases counted.
    pub n: u64,
}

/// What independence expects in a cell.
pub(super) fn expected(row_total: u64, column_total: u64, total: u64) -> f64 {
    row_total as f64 * column_total as f64 / total as f64
}

/// The test from pairs of observed and expected counts.
pub(super) fn test(
    cells: &[(u64, f64)],
    degrees_of_freedom: usize,
    continuity: Continuity,
    n: u64,
) -> ChiSquared {
    let statistic = cells
        .iter()
        .map(|&(observed, expected)| {
            let difference = (observed as f64 - expected).abs();
            let correction = match continuity {
                Continuity::Uncorrected => 0.0,
                Continuity::Yates => YATES.min(difference),
            };
            (difference - correction).powi(2) / expected
        })
        .sum();
    let smallest_expected = cells
        .iter()
        .map(|cell| cell.1)
        .fold(f64::INFINITY, f64::min);
    ChiSquared {
        statistic,
        degrees_of_freedom,
        p_value: chi_squared_upper_tail(statistic, degrees_of_freedom),
        continuity,
        approximation: if smallest_expected < SMALL_EXPECTED {
            Approximation::Doubtful { smallest_expected }
        } else {
            Approximation::Adequate
        },
        n,
    }
}
