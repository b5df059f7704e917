//! What a sample for regression cannot be.

use thiserror::Error;

/// Why columns are not a sample. Cases (rows) are numbered from 0 in the order given.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum SampleError {
    /// No case was given.
    #[error("a regression needs at least one case")]
    Empty,
    /// There are 2³¹ cases or more.
    #[error("{cases} cases are too many; fit a part of them")]
    TooMany {
        /// Number of cases.
        cases: usize,
    },
    /// No covariate was given.
    #[error("a regression needs at least one covariate")]
    NoCovariates,
    /// A column is shorter or longer than the times.
    #[error("column {column} has {found} values for {expected} cases")]
    Length {
        /// Name of the column.
        column: String,
        /// Number of times.
        expected: usize,
        /// Number of values of the column.
        found: usize,
    },
    /// Two covariates have one name.
    #[error("two covariates are called {name}; rename one")]
    SameName {
        /// Name that both have.
        name: String,
    },
    /// A time or entry is not a finite number.
    #[error("the {what} of case {case} is not a finite number")]
    NotFinite {
        /// Number of the case.
        case: usize,
        /// `"time"` or `"entry"`.
        what: &'static str,
    },
    /// A time or entry is negative.
    #[error("the {what} of case {case} is negative: {value}")]
    Negative {
        /// Number of the case.
        case: usize,
        /// `"time"` or `"entry"`.
        what: &'static str,
        /// Time or entry of the case.
        value: f64,
    },
    /// A case entered when its follow-up was over, or (but for rounding) at that time.
    #[error("case {case} entered at {entry}, not before its time {time}; correct or remove it")]
    EntryNotBeforeTime {
        /// Number of the case.
        case: usize,
        /// Time at which the case entered.
        entry: f64,
        /// Time at which the case's follow-up ended.
        time: f64,
    },
    /// The value of a covariate is missing, infinite, or beyond ±10¹⁰⁰.
    #[error("case {case} has no usable value of {column}; leave the case or the covariate out")]
    MissingValue {
        /// Name of the covariate.
        column: String,
        /// Number of the case.
        case: usize,
    },
    /// Nobody had the event.
    #[error("no case had the event, so no hazard can be estimated")]
    NoEvents,
    /// A column has one value in all cases that are at risk at an event, or in each stratum.
    #[error(
        "{column} does not vary among the cases at risk when an event occurred (within strata, if \
         any), so it has no estimable effect; leave it out"
    )]
    Constant {
        /// Name of the column.
        column: String,
    },
}
