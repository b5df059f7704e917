//! Sends a batch of rows through one step of a plan.

use std::ops::Range;

use oxrdf::Literal;
use spareval::CancellationToken;

use super::Stop;
use super::columns::{Batch, NOTHING, clear, keep};
use super::end::End;
use super::look::{backward, forward, lead, value};
use super::plan::{Optional, Plan, Reach, Step};
use super::read::Columns;
use crate::Snapshot;

/// Rows that a part makes for one row.
const MOST_OF_ONE: usize = 1 << 25;

/// Terms that a path has reached, with the number of the path: no path has to clear it.
#[derive(Default)]
pub(super) struct Seen {
    by: Vec<u32>,
    path: u32,
}

/// What steps are run with.
pub(super) struct Run<'a> {
    pub snapshot: &'a Snapshot,
    pub plan: &'a Plan,
    pub columns: Columns<'a>,
    pub seen: &'a mut Seen,
    pub token: &'a CancellationToken,
    /// Rows that a step makes at once.
    pub most: usize,
}

impl Run<'_> {
    /// Sends a batch through a step, with the columns that are needed after it; `rows` are those that a
    /// first step reads. Gives the rows that it left, because it made enough of the others.
    pub fn step(
        &mut self,
        (step, live): (&Step, &[bool]),
        rows: &Range<usize>,
        batch: &mut Batch,
    ) -> Result<Option<Batch>, Stop> {
        let columns = &self.columns;
        match step {
            Step::Lead {
                subject, object, ..
            } => {
                lead(columns, rows.clone(), *subject, *object, live, batch)?;
                Ok(None)
            }
            Step::Forward {
                subject,
                predicate,
                object,
                known,
            } => {
                let ends = (*subject, *predicate, *object);
                Ok(forward(columns, ends, *known, (live, self.most), batch)?)
            }
            Step::Backward {
                object,
                predicate,
                subject,
            } => {
                let ends = (*object, *predicate, *subject);
                Ok(backward(columns, ends, (live, self.most), batch)?)
            }
            Step::Subjects { ids, subject } => {
                batch.columns[*subject] = ids[rows.clone()].to_vec();
                Ok(None)
            }
            Step::Reach(reach) => self.reach_all(reach, live, batch),
            Step::Keep(filter) => {
                let cells = &batch.columns[filter.slot];
                let kept = filter.kept(self.snapshot, &self.plan.computed_terms, cells)?;
                keep(batch, &kept, None, live);
                Ok(None)
            }
            Step::Optional(optional) => self.optional(optional, live, batch),
            Step::Mark(part, to) => self.mark(part, *to, live, batch),
            Step::Table(table) => Ok(table.join((live, self.most), batch)),
            Step::Compute(compute) => {
                let cells = compute.of(self.snapshot, &self.plan.computed_terms, batch)?;
                match compute.to {
                    Some(to) => {
                        batch.columns[to] = cells;
                        clear(batch, live);
                    }
                    None => {
                        let kept = (0..).zip(&cells).filter(|(_, cell)| **cell != NOTHING);
                        let kept: Vec<u32> = kept.map(|(row, _)| row).collect();
                        keep(batch, &kept, None, live);
                    }
                }
                Ok(None)
            }
        }
    }

    /// The matches of an inner side for the rows of a batch, which is halved as often as they are
    /// too many at once.
    fn found_of_all(
        &mut self,
        part: &Optional,
        batch: &mut Batch,
    ) -> Result<(Batch, Option<Batch>), Stop> {
        let mut rest: Option<Batch> = None;
        loop {
            if let Some(found) = self.found(part, batch)? {
                return Ok((found, rest));
            }
            let mut half = batch.split_off(batch.rows / 2);
            if let Some(later) = &rest {
                half.append(later);
            }
            rest = Some(half);
        }
    }

    /// The mark join.
    fn mark(
        &mut self,
        part: &Optional,
        to: usize,
        live: &[bool],
        batch: &mut Batch,
    ) -> Result<Option<Batch>, Stop> {
        let (found, rest) = self.found_of_all(part, batch)?;
        let number = |yes: bool| {
            let term = Literal::from(yes).into();
            self.plan.computed_terms.number(self.snapshot, term)
        };
        let (yes, no) = (number(true)?, number(false)?);
        let mut marks = vec![no; batch.rows];
        if found.rows > 0 {
            for row in &found.columns[part.row] {
                marks[*row as usize] = yes;
            }
        }
        batch.columns[to] = marks;
        clear(batch, live);
        Ok(rest)
    }

    /// The left join: a row without a match stays, with [`NOTHING`] for the new variables.
    fn optional(
        &mut self,
        optional: &Optional,
        live: &[bool],
        batch: &mut Batch,
    ) -> Result<Option<Batch>, Stop> {
        let (found, rest) = self.found_of_all(optional, batch)?;
        // Each step keeps the order of rows, so those that were found for a row follow each other.
        let mut of_row = found.columns[optional.row].iter().copied().peekable();
        let mut kept = Vec::with_capacity(batch.rows.max(found.rows));
        let mut places = Vec::with_capacity(batch.rows.max(found.rows));
        let mut next = 0;
        for row in 0..batch.rows as u32 {
            let before = kept.len();
            while found.rows > 0 && of_row.next_if_eq(&row).is_some() {
                kept.push(row);
                places.push(Some(next));
                next += 1;
            }
            if kept.len() == before {
                kept.push(row);
                places.push(None);
            }
        }
        keep(batch, &kept, None, live);
        for slot in optional.new.iter().copied().filter(|slot| live[*slot]) {
            let column = &found.columns[slot];
            let cell = |place: &Option<usize>| place.map_or(NOTHING, |place| column[place]);
            batch.columns[slot] = places.iter().map(cell).collect();
        }
        Ok(rest)
    }

    /// The matches of an inner side for the rows of a batch; `None` if they are too many at once
    /// for several rows.
    fn found(&mut self, optional: &Optional, batch: &Batch) -> Result<Option<Batch>, Stop> {
        let mut found = Batch {
            rows: batch.rows,
            columns: batch.columns.clone(),
        };
        if optional.empty {
            found.rows = 0;
            return Ok(Some(found));
        }
        found.columns[optional.row] = (0..batch.rows as u32).collect();
        let most = self.most;
        if batch.rows == 1 {
            self.most = MOST_OF_ONE;
        }
        let mut whole = true;
        for (step, live) in optional.steps.iter().zip(&optional.live) {
            if found.rows == 0 || !whole {
                break;
            }
            if self.token.is_cancelled() {
                return Err(Stop::Cancelled);
            }
            whole = self.step((step, live), &(0..0), &mut found)?.is_none();
        }
        self.most = most;
        if !whole && batch.rows == 1 {
            return Err(Stop::TooMany);
        }
        Ok(whole.then_some(found))
    }

    /// Follows paths from each row; each term is reached once.
    fn reach_all(
        &mut self,
        reach: &Reach,
        live: &[bool],
        batch: &mut Batch,
    ) -> Result<Option<Batch>, Stop> {
        let (columns, seen) = (&self.columns, &mut *self.seen);
        let (mut kept, mut found) = (Vec::new(), Vec::new());
        let mut reached = Vec::new();
        let of_predicate = columns.mapped.rows_of_predicate(reach.predicate)?;
        if seen.by.is_empty() {
            // Zeroed by the system page by page as they are touched, which a short path does few of.
            seen.by = vec![0; columns.mapped.counts().terms as usize + 1];
        }
        let mut done = 0;
        while done < batch.rows && kept.len() < self.most {
            let at = done;
            done += 1;
            if self.token.is_cancelled() {
                return Err(Stop::Cancelled);
            }
            if seen.path == u32::MAX {
                seen.by.fill(0);
                seen.path = 0;
            }
            seen.path += 1;
            reached.clear();
            let from = value(batch, reach.from, at);
            let mut visit = |id: u32, reached: &mut Vec<u32>| match seen.by.get_mut(id as usize) {
                Some(by) if *by != seen.path => {
                    *by = seen.path;
                    reached.push(id);
                }
                _ => {}
            };
            if reach.zero {
                visit(from, &mut reached);
            } else {
                columns.neighbours(reach, &of_predicate, from, |id| visit(id, &mut reached))?;
            }
            let mut next = 0;
            while let Some(id) = reached.get(next).copied() {
                next += 1;
                columns.neighbours(reach, &of_predicate, id, |id| visit(id, &mut reached))?;
            }
            if reach.known {
                let wanted = value(batch, reach.to, at);
                if reached.contains(&wanted) {
                    kept.push(at as u32);
                }
            } else {
                kept.extend(std::iter::repeat_n(at as u32, reached.len()));
                found.extend_from_slice(&reached);
            }
        }
        let new = match reach.to {
            End::Slot(slot) if !reach.known => Some((slot, found)),
            _ => None,
        };
        let rest = batch.rest(done);
        keep(batch, &kept, new, live);
        Ok(rest)
    }
}
