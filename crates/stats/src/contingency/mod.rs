//! Counts cross-classified: 2×2 and larger tables, chi-squared and exact tests, the odds ratio, trends
//! over ordered groups, and 2×2 tables in strata.

mod association;
mod chi_squared;
mod fisher;
mod freeman_halton;
mod homogeneity;
mod mantel_haenszel;
mod margins;
mod network;
mod simulate;
mod strata;
mod table;
mod tipping;
mod trend;
mod two_by_two;
mod woolf;

pub use association::Association;
pub use chi_squared::{Approximation, ChiSquared, Continuity, SMALL_EXPECTED};
pub use fisher::{FisherExact, FisherOptions, OddsRatio, PROBABILITY_TIE, TwoSided};
pub use freeman_halton::{FreemanHalton, FreemanHaltonError, Independence};
pub use homogeneity::{BreslowDay, HomogeneityError};
pub use mantel_haenszel::{
    CommonOddsRatio, CommonRiskDifference, CommonRiskRatio, CommonUndefined, MantelHaenszel,
    MantelHaenszelError, MantelHaenszelOptions, Normality, StratifiedExact,
};
pub use margins::{ExactP, ExactTests, SameMargins};
pub use network::MAX_STEPS;
pub use simulate::{Simulated, Simulation};
pub use strata::{Strata, StrataError};
pub use table::Table;
pub use tipping::{
    Arm, Revealed, TippingPoint, Ungrouped, fisher_p, tipping_point, tipping_point_with,
};
pub use trend::{Trend, TrendComputation, TrendError, TrendGroups};
pub use two_by_two::{Cells, ExpectedCells, Table2x2};
pub use woolf::{SampleOddsRatio, SampleOddsRatioUndefined};

use thiserror::Error;

/// The largest total count of a table; exact tests walk through every possible value of a cell.
pub const MAX_TOTAL: u64 = 10_000_000;

/// A margin of a 2×2 table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Margin {
    /// All exposed.
    Exposed,
    /// All unexposed.
    Unexposed,
    /// All with the event.
    Event,
    /// All without the event.
    NoEvent,
}

/// Why counts do not make a table that can be tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TableError {
    /// A margin of a 2×2 table is empty: nothing can be compared, and no odds ratio exists.
    #[error("a 2×2 table with an empty margin compares nothing: {margin:?} is 0")]
    EmptyMargin {
        /// The first margin found empty.
        margin: Margin,
    },
    /// A row of a larger table is empty.
    #[error("row {row} of the table is empty")]
    EmptyRow {
        /// Its number, from 0.
        row: usize,
    },
    /// A column of a larger table is empty.
    #[error("column {column} of the table is empty")]
    EmptyColumn {
        /// Its number, from 0.
        column: usize,
    },
    /// Fewer than two rows or two columns.
    #[error("a table of {rows} by {columns} compares nothing; at least 2 by 2 are needed")]
    TooSmall {
        /// Rows given.
        rows: usize,
        /// Columns in the first row.
        columns: usize,
    },
    /// Rows of different lengths.
    #[error("row {row} of the table has {found} columns, the first row has {expected}")]
    Ragged {
        /// Its number, from 0.
        row: usize,
        /// Its columns.
        found: usize,
        /// Columns of the first row.
        expected: usize,
    },
    /// The counts sum to more than [`MAX_TOTAL`].
    #[error("the counts of the table sum to more than {MAX_TOTAL}")]
    TooLarge,
}

/// The sum of `counts`, if it stays within [`MAX_TOTAL`].
fn total_of(counts: impl IntoIterator<Item = u64>) -> Result<u64, TableError> {
    counts
        .into_iter()
        .try_fold(0_u64, u64::checked_add)
        .filter(|total| *total <= MAX_TOTAL)
        .ok_or(TableError::TooLarge)
}
