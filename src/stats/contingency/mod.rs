//! Counts cross-classified: 2×2 and larger tables, chi-squared and exact tests, the odds ratio.

mod chi_squared;
mod enumerate;
mod fisher;
mod table;
mod two_by_two;

pub use chi_squared::{Approximation, ChiSquared, Continuity, SMALL_EXPECTED};
pub use enumerate::{FreemanHalton, FreemanHaltonError, MAX_CELLS, MAX_TABLES};
pub use fisher::{FisherExact, OddsRatio, PROBABILITY_TIE};
pub use table::Table;
pub use two_by_two::{Cells, ExpectedCells, Table2x2};

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
