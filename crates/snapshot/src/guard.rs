//! Catches errors that the engine swallows.
//!
//! Within `EXISTS` the engine takes an error for a solution, and within `MINUS` for none. A failing
//! endpoint, a damaged file or a timeout would then change the answer silently. Whoever meets such
//! an error notes it here, and the answer ends with it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use spareval::{CancellationToken, QueryEvaluationError};

/// The first error of one query.
#[derive(Clone, Default)]
pub struct Guard {
    token: CancellationToken,
    failed: Arc<AtomicBool>,
    error: Arc<Mutex<Option<QueryEvaluationError>>>,
}

impl Guard {
    /// A guard of a query that this token stops.
    #[must_use]
    pub fn new(token: &CancellationToken) -> Self {
        Self {
            token: token.clone(),
            ..Self::default()
        }
    }

    /// Notes an error; the first is kept.
    pub fn note(&self, error: QueryEvaluationError) {
        let mut kept = self.error.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.failed.swap(true, Ordering::Relaxed) {
            *kept = Some(error);
        }
    }

    /// Whether nothing went wrong so far.
    ///
    /// # Errors
    /// What did.
    pub fn check(&self) -> Result<(), QueryEvaluationError> {
        if self.failed.load(Ordering::Relaxed) {
            let mut kept = self.error.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(error) = kept.take() {
                return Err(error);
            }
        }
        if self.token.is_cancelled() {
            return Err(QueryEvaluationError::Cancelled);
        }
        Ok(())
    }

    /// What the engine gave next, or the error that was noted before it.
    pub fn next<T>(
        &self,
        next: Option<Result<T, QueryEvaluationError>>,
    ) -> Option<Result<T, QueryEvaluationError>> {
        match (self.check(), next) {
            (Err(error), Some(Ok(_)) | None) => Some(Err(error)),
            (_, next) => next,
        }
    }
}
