//! Why rows cannot become a result.

use serde::{Serialize, Serializer};
use thiserror::Error;

use crate::graph::NotANumber;
use crate::stats::contingency::{FreemanHaltonError, TableError, TrendError};
use crate::stats::cox::{self, CoxError, ProportionalHazardsError};
use crate::stats::proportion::ProportionError;
use crate::stats::ranks::{RankError, ValuesError};
use crate::stats::survival::LogRankError;

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
        /// Options that can say what the value means.
        options: &'static [&'static str],
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
        advice: &'static str,
        /// Options that can say so.
        options: &'static [&'static str],
    },
    /// A choice of method is none that the statistic knows, or has no such value.
    #[error("option of {kind}: {reason}")]
    Option {
        /// The kind of statistic.
        kind: &'static str,
        /// What is wrong with the option or its value.
        reason: String,
    },
    /// A test for trend was asked for, and nothing says in which order the groups are.
    #[error(
        "option of {kind}: {option}: the groups {} have no order of their own, and the alphabet is none; name the groups in their order, or each with its score",
        .groups.join(", ")
    )]
    NoOrder {
        /// The kind of statistic.
        kind: &'static str,
        /// Name of its option that takes scores, as a header writes it.
        option: &'static str,
        /// The groups, in the order of the alphabet.
        groups: Vec<String>,
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

impl AnalysisError {
    /// Names of the options that can say what a refused value means, as a header writes them.
    #[must_use]
    pub fn options(&self) -> &'static [&'static str] {
        match self {
            Self::Cell { options, .. } | Self::NoSuchValue { options, .. } => options,
            _ => &[],
        }
    }
}

/// Why a part of a result is not defined for these data; the rest of the result stands.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum Undefined {
    /// The values of a group cannot be ranked.
    #[error(transparent)]
    Values(#[from] ValuesError),
    /// There is no test by ranks.
    #[error(transparent)]
    Ranks(#[from] RankError),
    /// There is no test between the curves.
    #[error(transparent)]
    Curves(#[from] LogRankError),
    /// The rows cannot be made into a sample for a regression.
    #[error(transparent)]
    Regressors(#[from] cox::SampleError),
    /// There is no fit of the regression.
    #[error(transparent)]
    Fit(#[from] CoxError),
    /// A group has no proportion.
    #[error(transparent)]
    Proportion(#[from] ProportionError),
    /// There is no test for trend over the rows.
    #[error(transparent)]
    Trend(#[from] TrendError),
    /// The counts are no table that can be tested.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The table has no exact test.
    #[error(transparent)]
    Exact(#[from] FreemanHaltonError),
    /// Every case left the study before the landmark.
    #[error("no one was followed so long")]
    NobodyFollowed,
    /// There is no test of proportional hazards of this fit.
    #[error(transparent)]
    Hazards(#[from] ProportionalHazardsError),
    /// The fit has a penalty, and the test of proportional hazards is for one without.
    #[error("it is made for the fit without a penalty")]
    Penalised,
    /// A unit may be in several groups, and the tests between groups assume that none is.
    #[error("a case can stand in several groups, so they are not independent")]
    Dependent,
    /// All cases have the event, or none has it.
    #[error("every known outcome is the same")]
    OneOutcome,
    /// At most one group has a case of which the outcome is known.
    #[error("fewer than two groups have a response category")]
    OneGroup,
}

/// As its words: a result as JSON says why a part of it is undefined.
impl Serialize for Undefined {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
