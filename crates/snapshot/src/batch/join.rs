//! Runs a plan: pushes batches of rows, stored by column, through its steps.

use std::ops::Range;
use std::sync::Arc;

use rustc_hash::FxHashSet;
use spareval::CancellationToken;

use super::columns::{Batch, keep};
use super::end::End;
use super::plan::{Plan, Step};
use super::read::Columns;
use super::rows::BoxedBatches;
use super::step::{Run, Seen};
use super::{Stop, may_hold};
use crate::Snapshot;
use crate::SnapshotError;
use crate::format::Section;

/// Rows of the first step that one batch takes.
const ROWS: usize = 4096;
/// The most rows that a step produces at once; the rest of its input waits.
const MOST: usize = 1 << 18;

/// The rows of a plan, batch by batch.
pub(super) struct Batches {
    snapshot: Snapshot,
    plan: Arc<Plan>,
    token: CancellationToken,
    /// Rows of the first step that are still to be read.
    rest: Option<Range<usize>>,
    /// Rows that wait for a step, which is given by its number; those furthest on are last.
    waiting: Vec<(usize, Batch)>,
    /// Rows that a step makes at once.
    most: usize,
    seen: Seen,
    done: bool,
}

impl Batches {
    pub fn new(snapshot: Snapshot, plan: Arc<Plan>, token: CancellationToken) -> Self {
        Self {
            snapshot,
            plan,
            token,
            rest: None,
            waiting: Vec::new(),
            most: MOST,
            seen: Seen::default(),
            done: false,
        }
    }

    /// The same for one who reads so many rows at most.
    pub fn for_rows(self, rows: usize) -> Self {
        let most = rows.clamp(ROWS, MOST);
        Self { most, ..self }
    }

    /// The same for a part of the first step's rows.
    pub fn part(
        snapshot: Snapshot,
        plan: Arc<Plan>,
        token: CancellationToken,
        rows: Range<usize>,
    ) -> Self {
        Self {
            rest: Some(rows),
            ..Self::new(snapshot, plan, token)
        }
    }

    /// The rows that the first step reads.
    pub fn first_rows(snapshot: &Snapshot, plan: &Plan) -> Result<Range<usize>, SnapshotError> {
        match plan.steps.first() {
            Some(Step::Lead {
                predicate, object, ..
            }) => {
                let rows = snapshot.0.rows_of_predicate(*predicate)?;
                match object {
                    End::Term(object) => snapshot.0.narrow(Section::PosO, rows, *object),
                    End::Slot(_) => Ok(rows),
                }
            }
            Some(Step::Subjects { ids, .. }) => Ok(0..ids.len()),
            // One row without columns, from which the next steps go on.
            _ => Ok(0..1),
        }
    }

    fn next_batch(&mut self) -> Result<Option<Batch>, Stop> {
        loop {
            if self.token.is_cancelled() {
                return Err(Stop::Cancelled);
            }
            let (at, mut batch, rows) = match self.waiting.pop() {
                Some((at, batch)) => (at, batch, 0..0),
                None => {
                    let rest = match &mut self.rest {
                        Some(rest) => rest,
                        none => none.insert(Self::first_rows(&self.snapshot, &self.plan)?),
                    };
                    if rest.start >= rest.end {
                        return Ok(None);
                    }
                    let until = (rest.start + ROWS).min(rest.end);
                    let rows = rest.start..until;
                    rest.start = until;
                    let batch = Batch {
                        rows: rows.len(),
                        columns: vec![Vec::new(); self.plan.slots],
                    };
                    (0, batch, rows)
                }
            };
            let (Some(step), Some(live)) = (self.plan.steps.get(at), self.plan.live.get(at)) else {
                return Ok(Some(batch));
            };
            let mut run = Run {
                snapshot: &self.snapshot,
                plan: &self.plan,
                columns: Columns::new(&self.snapshot.0, &self.plan),
                seen: &mut self.seen,
                token: &self.token,
                most: self.most,
            };
            if let Some(rest) = run.step((step, live), &rows, &mut batch)? {
                self.waiting.push((at, rest));
            }
            if batch.rows > 0 {
                self.waiting.push((at + 1, batch));
            }
        }
    }
}

impl Iterator for Batches {
    type Item = Result<Batch, Stop>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let next = self.next_batch();
        self.done = !matches!(next, Ok(Some(_)));
        next.transpose()
    }
}

/// Leaves out rows that have the same numbers in some columns as one before.
pub(super) fn distinct(batches: BoxedBatches, slots: Vec<usize>) -> BoxedBatches {
    let mut seen: FxHashSet<Box<[u32]>> = FxHashSet::default();
    Box::new(batches.map(move |batch| {
        let mut batch = batch?;
        // Each with what a set needs for it.
        may_hold(seen.len(), slots.len() + 8)?;
        let mut kept = Vec::new();
        for row in 0..batch.rows {
            let key: Box<[u32]> = slots.iter().map(|slot| batch.columns[*slot][row]).collect();
            if seen.insert(key) {
                kept.push(row as u32);
            }
        }
        let live = vec![true; batch.columns.len()];
        keep(&mut batch, &kept, None, &live);
        Ok(batch)
    }))
}
