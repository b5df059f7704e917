//! Rows of the batch executor: numbers that become terms when they are read (late materialisation).

use std::sync::Arc;

use oxrdf::{Term, Variable};
use rustc_hash::FxHashMap;
use spareval::{QueryEvaluationError, QuerySolution};

use super::Stop;
use super::columns::{Batch, NOTHING};
use super::plan::Plan;
use crate::cells::{Cells, Place};
use crate::{Snapshot, SnapshotError};

pub(super) type BoxedBatches = Box<dyn Iterator<Item = Result<Batch, Stop>>>;

/// Rows of a query that batches answer alone.
pub struct Rows {
    pub(super) snapshot: Snapshot,
    pub(super) plan: Arc<Plan>,
    pub(super) variables: Arc<[Variable]>,
    /// The column of each variable; one that is never bound has none.
    pub(super) slots: Vec<Option<usize>>,
    pub(super) batches: BoxedBatches,
    /// Rows that are passed over before the first.
    pub(super) skip: usize,
    /// Rows that may still come.
    pub(super) left: usize,
    pub(super) batch: Batch,
    /// The next row of the batch.
    pub(super) at: usize,
}

fn damaged(error: SnapshotError) -> QueryEvaluationError {
    QueryEvaluationError::Dataset(Box::new(error))
}

/// A plan that was fit when it was made cannot become unfit while it runs.
fn broken() -> QueryEvaluationError {
    QueryEvaluationError::Unexpected("a filter could not be judged".into())
}

impl Rows {
    /// The variables of the `SELECT`, in the order of the cells.
    #[must_use]
    pub fn variables(&self) -> &[Variable] {
        &self.variables
    }

    /// The next row of the batch, which is the next batch if this one is read.
    pub(super) fn advance(&mut self) -> Option<Result<usize, QueryEvaluationError>> {
        if self.left == 0 {
            return None;
        }
        while self.at + self.skip >= self.batch.rows {
            self.skip -= self.batch.rows - self.at;
            self.at = 0;
            match self.batches.next()? {
                Ok(batch) => self.batch = batch,
                Err(stop) => {
                    self.left = 0;
                    // Rows were given already: it is too late for the engine.
                    return Some(Err(stop.error().unwrap_or_else(broken)));
                }
            }
        }
        self.at += self.skip + 1;
        self.skip = 0;
        self.left -= 1;
        Some(Ok(self.at - 1))
    }

    /// Adds at most `most` rows to others, each different term once.
    ///
    /// # Errors
    /// The query was stopped, or the file is damaged.
    pub fn collect(mut self, most: usize, cells: &mut Cells) -> Result<(), QueryEvaluationError> {
        let mut places: FxHashMap<u32, Place> = FxHashMap::default();
        while cells.rows() < most {
            let Some(row) = self.advance() else {
                return Ok(());
            };
            let row = row?;
            let place = |slot: &Option<usize>| {
                let Some(slot) = slot else { return Ok(None) };
                let number = self.batch.columns[*slot][row];
                if number == NOTHING {
                    return Ok(None);
                }
                if let Some(place) = places.get(&number) {
                    return Ok(Some(*place));
                }
                let place = cells.add(self.plan.term(&self.snapshot, number)?);
                places.insert(number, place);
                Ok(Some(place))
            };
            let found: Result<Vec<Option<Place>>, SnapshotError> =
                self.slots.iter().map(place).collect();
            cells.push_places(found.map_err(damaged)?);
        }
        cells.cut = self.advance().transpose()?.is_some();
        Ok(())
    }
}

impl Iterator for Rows {
    type Item = Result<QuerySolution, QueryEvaluationError>;

    fn next(&mut self) -> Option<Self::Item> {
        let row = match self.advance()? {
            Ok(row) => row,
            Err(error) => return Some(Err(error)),
        };
        let term = |slot: &Option<usize>| match slot {
            Some(slot) => match self.batch.columns[*slot][row] {
                NOTHING => Ok(None),
                number => self.plan.term(&self.snapshot, number).map(Some),
            },
            None => Ok(None),
        };
        let cells: Result<Vec<Option<Term>>, _> = self.slots.iter().map(term).collect();
        let row = cells.map(|cells| QuerySolution::from((Arc::clone(&self.variables), cells)));
        Some(row.map_err(damaged))
    }
}
