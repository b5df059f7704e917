//! Catches errors that the engine swallows.
//!
//! Within `EXISTS` the engine takes an error for a solution, and within `MINUS` for none. A failing
//! endpoint, a damaged file or a timeout would then change the answer silently. Whoever meets such
//! an error notes it here, and the answer ends with it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::model::{CancellationToken, QueryEvaluationError, QueryTripleIter, Triple};

/// The first error of one query.
#[derive(Clone, Default)]
pub struct Guard {
    token: CancellationToken,
    failed: Arc<AtomicBool>,
    error: Arc<Mutex<Option<QueryEvaluationError>>>,
}

impl Guard {
    /// A guard of a query that this token stops.
    pub(super) fn new(token: &CancellationToken) -> Self {
        Self {
            token: token.clone(),
            ..Self::default()
        }
    }

    /// Notes an error; the first is kept.
    pub(super) fn note(&self, error: QueryEvaluationError) {
        let mut kept = self.error.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.failed.swap(true, Ordering::Relaxed) {
            *kept = Some(error);
        }
    }

    /// Whether nothing went wrong so far.
    ///
    /// # Errors
    /// What did.
    pub(in crate::graph) fn check(&self) -> Result<(), QueryEvaluationError> {
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

    /// The next item of the engine, or the error that was noted before it.
    pub(super) fn next<T>(
        &self,
        next: Option<Result<T, QueryEvaluationError>>,
    ) -> Option<Result<T, QueryEvaluationError>> {
        match (self.check(), next) {
            (Err(error), Some(Ok(_)) | None) => Some(Err(error)),
            (_, next) => next,
        }
    }
}

/// Triples that are made while they are read.
pub struct Triples {
    all: QueryTripleIter<'static>,
    guard: Guard,
    ended: bool,
}

impl Triples {
    pub(super) fn new(all: QueryTripleIter<'static>, guard: Guard) -> Self {
        Self {
            all,
            guard,
            ended: false,
        }
    }
}

impl Iterator for Triples {
    type Item = Result<Triple, QueryEvaluationError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let next = self.guard.next(self.all.next());
        self.ended = !matches!(next, Some(Ok(_)));
        next
    }
}
