//! Why rows cannot become a result.

use thiserror::Error;

use crate::graph::NotANumber;

/// Why rows cannot become a result.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AnalysisError {
    /// A cell that should be a number is none.
    #[error(transparent)]
    NotANumber(#[from] NotANumber),
    /// A cell is not what its column should hold.
    #[error("{row}, column {column}: {value:?} {rule}")]
    Cell {
        /// The row: a line of a file, or a unit.
        row: String,
        /// Name of the column.
        column: String,
        /// Value of the cell.
        value: String,
        /// What is wrong with it.
        rule: String,
    },
    /// There is no column of that name.
    #[error("there is no column {column:?}; the columns are {known}")]
    NoColumn {
        /// What was asked for.
        column: String,
        /// The columns there are.
        known: String,
    },
    /// No row has that value.
    #[error("no row has {value:?} in column {column}; it holds {known}{advice}")]
    NoSuchValue {
        /// Name of the column.
        column: String,
        /// What was asked for.
        value: String,
        /// Some of its values.
        known: String,
        /// What to do where nobody has it.
        advice: String,
    },
    /// A choice of method is none that the statistic knows, or has no such value.
    #[error("option of {kind}: {reason}")]
    Option {
        /// The kind of statistic.
        kind: &'static str,
        /// What is wrong with the option or its value.
        reason: String,
    },
    /// The data cannot carry the statistic.
    #[error("{0}")]
    Refused(String),
    /// Choices or data that do not go together.
    #[error("{0}")]
    Impossible(String),
    /// The times cannot form a sample.
    #[error("the times cannot be analysed")]
    Sample(#[from] crate::stats::survival::SampleError),
}

/// The error as words, for a result that says why one of its parts could not be computed.
pub(super) fn in_words<T, E: ToString>(result: Result<T, E>) -> Result<T, String> {
    result.map_err(|error| error.to_string())
}
