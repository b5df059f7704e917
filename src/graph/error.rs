//! What can go wrong with a store.

use std::time::Duration;

use casegraph_snapshot::{SnapshotError, TooManyRows};
use oxigraph::sparql::UpdateEvaluationError;
use oxigraph::store::StorageError;
use thiserror::Error;

use super::model::{QueryEvaluationError, Variable};

/// The most statements of a store that SPARQL Update changes: it holds them in memory, at about
/// half a kilobyte each.
pub(super) const MOST_TO_UPDATE: u64 = 4_000_000;

/// What can go wrong with a store.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum GraphError {
    /// The engine's store in memory refuses.
    #[error("the quads cannot be held in memory")]
    Storage(#[from] StorageError),
    /// A query could not be evaluated.
    #[error("the query could not be evaluated")]
    Evaluation(#[source] QueryEvaluationError),
    /// A query asks another endpoint, and that one was not allowed.
    #[error("SERVICE <{0}> was not asked: only endpoints that the user names are")]
    ServiceNotAllowed(String),
    /// An update could not be done.
    #[error("the update could not be done, and nothing is changed")]
    Update(#[source] UpdateEvaluationError),
    /// A variable stands for an endpoint.
    #[error("SERVICE {0}: the endpoint is named in the query, as SERVICE <https://…>")]
    ServiceVariable(Variable),
    /// A pattern would have to be evaluated in too many graphs.
    #[error(
        "GRAPH {0} {{ … }} with a SELECT, VALUES, SERVICE, MINUS or another GRAPH in it is asked of each of {1} graphs, \
         which are too many: have triples alone within GRAPH, and the rest around it (as GROUP BY {0}), or name the graph"
    )]
    TooManyGraphs(Variable, usize),
    /// A snapshot was to be changed.
    #[error("a snapshot does not change: `casegraph build` and `casegraph link` make a new one")]
    Immutable,
    /// An update would have to hold more in memory than it may.
    #[error(
        "an update holds the whole store in memory, of {MOST_TO_UPDATE} statements at most, and this one has {0}: change the \
         sheets and run `casegraph build`, or link sources as slices instead of whole"
    )]
    TooLargeToUpdate(u64),
    /// The snapshot of the store is damaged, or of another version.
    #[error("{0}{again}", again = made_again(.0))]
    Snapshot(#[from] SnapshotError),
    /// Another endpoint was asked and gave nothing that can be used.
    #[error("SERVICE: {0}; SERVICE SILENT goes on without it")]
    Service(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A query would have to hold more in memory than it may.
    #[error("{0}")]
    TooManyRows(#[from] TooManyRows),
    /// A query took longer than it was allowed to.
    #[error("stopped after {0:?}: narrow the query")]
    Timeout(Duration),
}

/// How a store gets a snapshot that can be read, as the end of a message.
fn made_again(error: &SnapshotError) -> &'static str {
    match error {
        SnapshotError::Foreign(_) => ": `casegraph build` makes one",
        SnapshotError::Version { .. } => ": `casegraph build` makes it anew",
        SnapshotError::Damaged { .. } => "; `casegraph build` makes it anew",
        _ => "",
    }
}

impl GraphError {
    /// Whether the evaluation was stopped by its time limit.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        matches!(self, Self::Timeout(_))
    }

    /// Whether the query asks for something that is not supported, such as another endpoint.
    #[must_use]
    pub fn is_unsupported(&self) -> bool {
        matches!(self, Self::ServiceNotAllowed(_))
    }
}

impl From<QueryEvaluationError> for GraphError {
    fn from(error: QueryEvaluationError) -> Self {
        match error {
            QueryEvaluationError::UnsupportedService(endpoint) => {
                Self::ServiceNotAllowed(endpoint.into_string())
            }
            QueryEvaluationError::Service(error) => Self::Service(error),
            QueryEvaluationError::Dataset(error) => match error.downcast::<SnapshotError>() {
                Ok(error) => Self::Snapshot(*error),
                Err(error) => Self::Evaluation(QueryEvaluationError::Dataset(error)),
            },
            QueryEvaluationError::Unexpected(error) => match error.downcast::<TooManyRows>() {
                Ok(error) => Self::TooManyRows(*error),
                Err(error) => Self::Evaluation(QueryEvaluationError::Unexpected(error)),
            },
            other => Self::Evaluation(other),
        }
    }
}
