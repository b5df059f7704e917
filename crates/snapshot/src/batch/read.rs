//! The columns of a snapshot, read one by one.

use std::cell::Cell;
use std::ops::Range;

use super::plan::{Plan, Reach};
use crate::file::{Mapped, SnapshotError};
use crate::format::Section;
use crate::scan::Graphs;

/// Predicates of a subject that are looked through one by one; among more the place is halved.
const FEW: usize = 16;

/// A column of numbers that is read one by one; its chunks are checked as they are reached.
pub(super) struct Column<'a> {
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
    pub fn get(&self, at: usize) -> Result<u32, SnapshotError> {
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
pub(super) struct Columns<'a> {
    pub mapped: &'a Mapped,
    spo_starts: Column<'a>,
    spo_p: Column<'a>,
    pub spo_o: Column<'a>,
    pub spo_g: Column<'a>,
    pub pos_o: Column<'a>,
    pub pos_s: Column<'a>,
    pub pos_g: Column<'a>,
    all_default: bool,
    graphs: &'a Graphs,
    default_sets: u64,
}

impl<'a> Columns<'a> {
    pub fn new(mapped: &'a Mapped, plan: &'a Plan) -> Self {
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
    pub fn is_in(&self, sets: &Column<'_>, row: usize) -> Result<bool, SnapshotError> {
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
    pub fn of_subject(&self, subject: u32, predicate: u32) -> Result<Range<usize>, SnapshotError> {
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
    pub fn neighbours(
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
    pub fn subjects_of(
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
