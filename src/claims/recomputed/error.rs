//! Why an analysis has no number for a claim.

use thiserror::Error;

use crate::query::NotANumber;

/// Why an analysis has no number for a claim.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum NoFigure {
    /// The claim does not say which figure it states.
    #[error(
        "which figure of {analysis} is meant cannot be told from the claim; name it in parameters, as figure=…"
    )]
    NotNamed {
        /// Slug of the analysis that the claim names.
        analysis: String,
    },
    /// The analysis has no group of that name.
    #[error("{analysis} has no group {name:?}; it has {known}")]
    NoGroup {
        /// Slug of the analysis that the claim names.
        analysis: String,
        /// What the claim names.
        name: String,
        /// The groups that there are.
        known: String,
    },
    /// Its rows have no column of that name.
    #[error("{analysis} has no column {name:?}; it has {known}")]
    NoColumn {
        /// Slug of the analysis that the claim names.
        analysis: String,
        /// What the claim names.
        name: String,
        /// The columns that there are.
        known: String,
    },
    /// Its groups begin after time zero.
    #[error("{analysis}: its groups begin after time zero, so a median from time zero is refused")]
    LateGroups {
        /// Slug of the analysis that the claim names.
        analysis: String,
    },
    /// It has none of what the figure is read from.
    #[error("{analysis} has no {what}")]
    Lacks {
        /// Slug of the analysis that the claim names.
        analysis: String,
        /// What is read: responses, groups or a proportion.
        what: &'static str,
    },
    /// Its statistic is another one.
    #[error("{analysis} is a {kind} and has no figure {figure}")]
    Other {
        /// Slug of the analysis that the claim names.
        analysis: String,
        /// Kind of statistic of the analysis.
        kind: &'static str,
        /// Figure that the claim names.
        figure: String,
    },
    /// A cell that should be a number is none.
    #[error(transparent)]
    NotANumber(#[from] NotANumber),
}
