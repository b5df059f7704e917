//! Runs a plan: batches of rows go through its steps, column by column.

use std::cell::Cell;
use std::ops::Range;
use std::sync::Arc;

use rustc_hash::FxHashSet;
use spareval::CancellationToken;

use super::plan::{End, Optional, Plan, Reach, Step};
use super::rows::BoxedBatches;
use super::{Stop, may_hold};
use crate::graph::model::Literal;
use crate::graph::snapshot::Snapshot;
use crate::graph::snapshot::file::{Mapped, SnapshotError};
use crate::graph::snapshot::format::Section;
use crate::graph::snapshot::scan::Graphs;

/// The number that stands for no term, where an optional part has nothing.
pub(super) const NOTHING: u32 = 0;
/// Rows that a batch begins with.
const ROWS: usize = 4096;
/// Rows that a step makes at once: what is left of its rows waits.
const MOST: usize = 1 << 18;
/// Rows that a part makes for one row.
const MOST_OF_ONE: usize = 1 << 25;
/// Predicates of a subject that are looked through one by one; among more the place is halved.
const FEW: usize = 16;

/// Rows as columns, one a slot; a column that is not read any more is empty.
#[derive(Default)]
pub(super) struct Batch {
    pub rows: usize,
    pub columns: Vec<Vec<u32>>,
}

impl Batch {
    /// Takes the rows from a place on.
    fn split_off(&mut self, at: usize) -> Self {
        let of = |column: &mut Vec<u32>| column.split_off(at.min(column.len()));
        let rest = Self {
            rows: self.rows - at,
            columns: self.columns.iter_mut().map(of).collect(),
        };
        self.rows = at;
        rest
    }

    /// What is left of its rows, if it is not done with all of them.
    pub fn rest(&mut self, done: usize) -> Option<Self> {
        (done < self.rows).then(|| self.split_off(done))
    }

    /// Adds the rows of another one.
    pub fn append(&mut self, other: &Self) {
        for (column, more) in self.columns.iter_mut().zip(&other.columns) {
            column.extend_from_slice(more);
        }
        self.rows += other.rows;
    }
}

/// A column of numbers that is read one by one; its chunks are checked as they are reached.
struct Column<'a> {
    mapped: &'a Mapped,
    section: Section,
    cells: Cells<'a>,
    checked: Cell<usize>,
}

/// Numbers of two bytes or of four.
enum Cells<'a> {
    Narrow(&'a [u16]),
    Wide(&'a [u32]),
}

impl<'a> Column<'a> {
    fn new(mapped: &'a Mapped, section: Section) -> Self {
        Self::of(mapped, section, Cells::Wide(mapped.unchecked(section)))
    }

    /// A column of sets of graphs.
    fn of_sets(mapped: &'a Mapped, section: Section) -> Self {
        let cells = if mapped.counts().narrow_sets() {
            Cells::Narrow(mapped.unchecked(section))
        } else {
            Cells::Wide(mapped.unchecked(section))
        };
        Self::of(mapped, section, cells)
    }

    fn of(mapped: &'a Mapped, section: Section, cells: Cells<'a>) -> Self {
        Self {
            mapped,
            section,
            cells,
            checked: Cell::new(usize::MAX),
        }
    }

    fn len(&self) -> usize {
        match self.cells {
            Cells::Narrow(cells) => cells.len(),
            Cells::Wide(cells) => cells.len(),
        }
    }

    #[inline]
    fn get(&self, at: usize) -> Result<u32, SnapshotError> {
        let (cell, width) = match self.cells {
            Cells::Narrow(cells) => (cells.get(at).copied().map(u32::from), size_of::<u16>()),
            Cells::Wide(cells) => (cells.get(at).copied(), size_of::<u32>()),
        };
        let chunk = self.mapped.chunk_of(self.section, at * width);
        if chunk != self.checked.get() {
            self.mapped.check_one(chunk)?;
            self.checked.set(chunk);
        }
        cell.ok_or_else(|| self.mapped.damaged("a reference beyond the end"))
    }
}

/// The columns that joins read.
struct Columns<'a> {
    mapped: &'a Mapped,
    spo_starts: Column<'a>,
    spo_p: Column<'a>,
    spo_o: Column<'a>,
    spo_g: Column<'a>,
    pos_o: Column<'a>,
    pos_s: Column<'a>,
    pos_g: Column<'a>,
    all_default: bool,
    graphs: &'a Graphs,
    default_sets: u64,
}

impl<'a> Columns<'a> {
    fn new(mapped: &'a Mapped, plan: &'a Plan) -> Self {
        let column = |section| Column::new(mapped, section);
        Self {
            mapped,
            spo_starts: column(Section::SpoStarts),
            spo_p: column(Section::SpoP),
            spo_o: column(Section::SpoO),
            spo_g: Column::of_sets(mapped, Section::SpoG),
            pos_o: column(Section::PosO),
            pos_s: column(Section::PosS),
            pos_g: Column::of_sets(mapped, Section::PosG),
            all_default: plan.all_default,
            graphs: &plan.graphs,
            default_sets: mapped.counts().default_sets,
        }
    }

    /// Whether a row is part of the graph that is asked.
    #[inline]
    fn is_in(&self, sets: &Column<'_>, row: usize) -> Result<bool, SnapshotError> {
        if self.all_default {
            return Ok(true);
        }
        let set = sets.get(row)?;
        Ok(match self.graphs {
            Graphs::Chosen(chosen) => chosen.get(set as usize).copied().unwrap_or(false),
            _ => u64::from(set) < self.default_sets,
        })
    }

    /// The rows of a term in an order; a literal has none as a subject.
    #[inline]
    fn rows(&self, starts: &Column<'_>, id: u32) -> Result<Range<usize>, SnapshotError> {
        let at = id as usize;
        if at == 0 || at >= starts.len() {
            return Ok(0..0);
        }
        Ok(starts.get(at - 1)? as usize..starts.get(at)? as usize)
    }

    /// The rows of a subject that have a predicate.
    #[inline]
    fn of_subject(&self, subject: u32, predicate: u32) -> Result<Range<usize>, SnapshotError> {
        let rows = self.rows(&self.spo_starts, subject)?;
        if rows.len() > FEW {
            return self.mapped.narrow(Section::SpoP, rows, predicate);
        }
        let mut from = rows.start;
        while from < rows.end && self.spo_p.get(from)? < predicate {
            from += 1;
        }
        let mut to = from;
        while to < rows.end && self.spo_p.get(to)? == predicate {
            to += 1;
        }
        Ok(from..to)
    }

    /// What one step along a path leads to.
    fn neighbours(
        &self,
        reach: &Reach,
        of_predicate: &Range<usize>,
        id: u32,
        mut visit: impl FnMut(u32),
    ) -> Result<(), SnapshotError> {
        if reach.forward {
            for row in self.of_subject(id, reach.predicate)? {
                if self.is_in(&self.spo_g, row)? {
                    visit(self.spo_o.get(row)?);
                }
            }
            return Ok(());
        }
        self.subjects_of(id, of_predicate, visit)
    }

    /// The subjects that have an object for a predicate, of which these are the rows in POS.
    #[inline]
    fn subjects_of(
        &self,
        object: u32,
        of_predicate: &Range<usize>,
        mut visit: impl FnMut(u32),
    ) -> Result<(), SnapshotError> {
        let rows = self
            .mapped
            .narrow(Section::PosO, of_predicate.clone(), object)?;
        for row in rows {
            if self.is_in(&self.pos_g, row)? {
                visit(self.pos_s.get(row)?);
            }
        }
        Ok(())
    }
}

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

/// Terms that a path has reached, with the number of the path: no path has to clear it.
#[derive(Default)]
struct Seen {
    by: Vec<u32>,
    path: u32,
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

/// What steps are run with.
struct Run<'a> {
    snapshot: &'a Snapshot,
    plan: &'a Plan,
    columns: Columns<'a>,
    seen: &'a mut Seen,
    token: &'a CancellationToken,
    most: usize,
}

impl Run<'_> {
    /// Sends a batch through a step, with the columns that are needed after it; `rows` are those that a
    /// first step reads. Gives the rows that it left, because it made enough of the others.
    fn step(
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
                let kept = filter.kept(self.snapshot, &batch.columns[filter.slot])?;
                keep(batch, &kept, None, live);
                Ok(None)
            }
            Step::Optional(optional) => self.optional(optional, live, batch),
            Step::Mark(part, to) => self.mark(part, *to, live, batch),
            Step::Table(table) => Ok(table.join((live, self.most), batch)),
            Step::Compute(compute) => {
                let cells = compute.of(self.snapshot, &self.plan.made, batch)?;
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

    /// What a part has for the rows of a batch, of which half are put aside as often as it is too much at once.
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

    /// Says of each row whether a part has anything for it.
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
            self.plan.made.number(self.snapshot, term)
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

    /// Adds to each row what an optional part has for it; a row for which it has nothing stays, with
    /// [`NOTHING`] for its variables.
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

    /// What an optional part has for the rows of a batch; `None` if that is too much at once for several.
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

fn lead(
    columns: &Columns<'_>,
    rows: Range<usize>,
    subject: usize,
    object: End,
    live: &[bool],
    batch: &mut Batch,
) -> Result<(), SnapshotError> {
    let mut subjects = Vec::with_capacity(rows.len());
    let mut objects = Vec::new();
    for row in rows {
        if columns.is_in(&columns.pos_g, row)? {
            subjects.push(columns.pos_s.get(row)?);
            if let End::Slot(slot) = object
                && live[slot]
            {
                objects.push(columns.pos_o.get(row)?);
            }
        }
    }
    batch.rows = subjects.len();
    if let End::Slot(slot) = object {
        batch.columns[slot] = objects;
    }
    batch.columns[subject] = subjects;
    Ok(())
}

/// The term of an end in a row.
#[inline]
fn value(batch: &Batch, end: End, row: usize) -> u32 {
    match end {
        End::Term(id) => id,
        End::Slot(slot) => batch.columns[slot][row],
    }
}

fn forward(
    columns: &Columns<'_>,
    (subject, predicate, object): (End, u32, End),
    known: bool,
    (live, most): (&[bool], usize),
    batch: &mut Batch,
) -> Result<Option<Batch>, SnapshotError> {
    let mut kept = Vec::with_capacity(batch.rows);
    let mut found = Vec::new();
    let wants = match object {
        End::Slot(slot) => !known && live[slot],
        End::Term(_) => false,
    };
    let mut done = 0;
    while done < batch.rows && kept.len() < most {
        let at = done;
        done += 1;
        let wanted = known.then(|| value(batch, object, at));
        for row in columns.of_subject(value(batch, subject, at), predicate)? {
            if wanted.is_none() && !wants {
                if columns.is_in(&columns.spo_g, row)? {
                    kept.push(at as u32);
                }
                continue;
            }
            let object = columns.spo_o.get(row)?;
            if wanted.is_none_or(|wanted| wanted == object) && columns.is_in(&columns.spo_g, row)? {
                kept.push(at as u32);
                if wants {
                    found.push(object);
                }
            }
        }
    }
    let new = match object {
        End::Slot(slot) if wants => Some((slot, found)),
        _ => None,
    };
    let rest = batch.rest(done);
    keep(batch, &kept, new, live);
    Ok(rest)
}

fn backward(
    columns: &Columns<'_>,
    (object, predicate, subject): (End, u32, usize),
    (live, most): (&[bool], usize),
    batch: &mut Batch,
) -> Result<Option<Batch>, SnapshotError> {
    let mut kept = Vec::with_capacity(batch.rows);
    let mut found = Vec::with_capacity(batch.rows);
    let of_predicate = columns.mapped.rows_of_predicate(predicate)?;
    let mut done = 0;
    while done < batch.rows && kept.len() < most {
        let at = done;
        done += 1;
        let object = value(batch, object, at);
        columns.subjects_of(object, &of_predicate, |subject| {
            kept.push(at as u32);
            found.push(subject);
        })?;
    }
    let rest = batch.rest(done);
    keep(batch, &kept, Some((subject, found)), live);
    Ok(rest)
}

/// Forgets the columns that are not read any more.
fn clear(batch: &mut Batch, live: &[bool]) {
    for (column, live) in batch.columns.iter_mut().zip(live) {
        if !live {
            *column = Vec::new();
        }
    }
}

/// Takes of each column the places that are kept, and drops columns that nothing reads any more.
pub(super) fn keep(
    batch: &mut Batch,
    kept: &[u32],
    new: impl IntoIterator<Item = (usize, Vec<u32>)>,
    live: &[bool],
) {
    // Often each row has one match.
    let same = kept.len() == batch.rows && kept.iter().zip(0..).all(|(at, place)| *at == place);
    for (column, live) in batch.columns.iter_mut().zip(live) {
        if column.is_empty() {
            continue;
        }
        if !live {
            *column = Vec::new();
        } else if !same {
            *column = kept.iter().map(|at| column[*at as usize]).collect();
        }
    }
    batch.rows = kept.len();
    for (slot, found) in new {
        batch.columns[slot] = found;
    }
}
