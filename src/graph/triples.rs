//! The triples of an answer, read one by one.

use casegraph_snapshot::Guard;

use super::model::{QueryEvaluationError, QueryTripleIter, Triple};

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
