//! Index scans: the rows of a triple pattern, from the index that has its constants first.

use std::ops::Range;
use std::sync::Arc;

use super::Snapshot;
use super::file::{Mapped, SnapshotError};
use super::format::Section;

/// Which graphs a pattern asks.
#[derive(Debug, Clone)]
pub(super) enum Graphs {
    /// The default graph: each triple once, whatever graphs hold it.
    Default,
    /// The graphs of these sets as the default graph, each triple once.
    Chosen(Arc<[bool]>),
    /// Quads of one named graph.
    One(u32),
    /// Each named graph by itself.
    Named,
    /// Each graph by itself, also the one without a name.
    All,
}

/// Terms that are given, as numbers, and the graphs.
#[derive(Debug, Clone)]
pub(super) struct Pattern {
    /// Subject, predicate, object.
    pub terms: [Option<u32>; 3],
    pub graphs: Graphs,
}

/// A sort order: its columns after the first term, and which term each is.
#[derive(Debug, Clone, Copy)]
struct Order {
    second: Section,
    third: Section,
    sets: Section,
    /// Places of the first, second and third term in subject, predicate, object.
    places: [usize; 3],
}

const SPO: Order = Order {
    second: Section::SpoP,
    third: Section::SpoO,
    sets: Section::SpoG,
    places: [0, 1, 2],
};
const POS: Order = Order {
    second: Section::PosO,
    third: Section::PosS,
    sets: Section::PosG,
    places: [1, 2, 0],
};
impl Mapped {
    /// The rows of a term in an order whose starts stand one after the other.
    fn rows_from(&self, starts: Section, id: u32) -> Result<Range<usize>, SnapshotError> {
        let at = (id as usize).wrapping_sub(1);
        // A literal is no subject, and a term that a query computed is in no order.
        if at >= self.len::<u32>(starts).saturating_sub(1) {
            return Ok(0..0);
        }
        let ends = self.slice::<u32>(starts, at..at + 2)?;
        Ok(ends[0] as usize..ends[1] as usize)
    }

    /// The rows of a subject in the order SPO.
    pub fn rows_of_subject(&self, id: u32) -> Result<Range<usize>, SnapshotError> {
        self.rows_from(Section::SpoStarts, id)
    }

    /// The rows of a predicate in the order POS.
    pub fn rows_of_predicate(&self, id: u32) -> Result<Range<usize>, SnapshotError> {
        match self.all::<u32>(Section::Predicates)?.binary_search(&id) {
            Ok(at) => self.rows_from(Section::PosStarts, at as u32 + 1),
            Err(_) => Ok(0..0),
        }
    }

    /// The part of sorted rows that has a term in a column.
    pub fn narrow(
        &self,
        column: Section,
        rows: Range<usize>,
        id: u32,
    ) -> Result<Range<usize>, SnapshotError> {
        let from = self.first_from(column, rows.clone(), id)?;
        let to = self.first_from(column, from..rows.end, id.saturating_add(1))?;
        Ok(from..to)
    }

    /// The first of sorted rows whose number in a column is not below one; the end if all are.
    fn first_from(
        &self,
        column: Section,
        rows: Range<usize>,
        least: u32,
    ) -> Result<usize, SnapshotError> {
        let cells = self.unchecked::<u32>(column);
        let (mut low, mut high) = (rows.start, rows.end);
        while low < high {
            let middle = usize::midpoint(low, high);
            self.check_one(self.chunk_of(column, middle * size_of::<u32>()))?;
            match cells.get(middle) {
                Some(cell) if *cell < least => low = middle + 1,
                Some(_) => high = middle,
                None => return Err(self.damaged("a reference beyond the end")),
            }
        }
        Ok(low)
    }
}

/// Where the rows of a scan come from.
enum Rows {
    /// A part of an order.
    Part(Order, Range<usize>),
    /// The rows of one graph, which are rows of SPO.
    OfGraph(Range<usize>),
    /// The rows of one object in POS, with their predicates, the last ones first.
    OfObject(Vec<(u32, Range<usize>)>),
}

/// Reads the rows of a pattern: subject, predicate, object and graph, which is 0 in a default graph.
pub(super) struct Scan {
    mapped: Arc<Mapped>,
    pattern: Pattern,
    rows: Rows,
    /// The first term of the row at hand, where it is not given.
    first: u32,
    /// Where the rows of the next first term begin.
    next_first: usize,
    /// A row whose graphs are given one by one, and which of them remain.
    pending: Option<([u32; 3], Range<usize>)>,
    failed: bool,
}

impl Snapshot {
    pub(super) fn scan(
        self,
        pattern: Pattern,
    ) -> impl Iterator<Item = Result<[u32; 4], SnapshotError>> {
        let (rows, failed) = match self.0.rows(&pattern) {
            Ok(rows) => (rows, None),
            Err(error) => (Rows::Part(SPO, 0..0), Some(error)),
        };
        let scan = Scan {
            mapped: self.0,
            pattern,
            rows,
            first: 0,
            next_first: 0,
            pending: None,
            failed: false,
        };
        failed.into_iter().map(Err).chain(scan)
    }
}

impl Mapped {
    fn rows(&self, pattern: &Pattern) -> Result<Rows, SnapshotError> {
        let [s, p, o] = pattern.terms;
        let (order, mut rows) = match (s, p, o) {
            (Some(s), _, _) => (SPO, self.rows_of_subject(s)?),
            (None, None, Some(o)) => return Ok(Rows::OfObject(self.rows_of_object(o)?)),
            (None, Some(p), _) => (POS, self.rows_of_predicate(p)?),
            (None, None, None) => (SPO, 0..self.len::<u32>(Section::SpoP)),
        };
        let given = |place: usize| pattern.terms[order.places[place]];
        if given(0).is_some()
            && let Some(second) = given(1)
        {
            rows = self.narrow(order.second, rows, second)?;
            if let Some(third) = given(2) {
                rows = self.narrow(order.third, rows, third)?;
            }
        }
        if let Graphs::One(graph) = pattern.graphs {
            match self.rows_of_graph(graph)? {
                Some(of_graph) if of_graph.len() < rows.len() => {
                    return Ok(Rows::OfGraph(of_graph));
                }
                _ => {}
            }
        }
        Ok(Rows::Part(order, rows))
    }

    /// The rows of a graph in `GraphRows`; `None` if they are too many to be listed.
    fn rows_of_graph(&self, graph: u32) -> Result<Option<Range<usize>>, SnapshotError> {
        match self.all::<u32>(Section::Graphs)?.binary_search(&graph) {
            Ok(at) => {
                let rows = self.rows_from(Section::GraphStarts, at as u32 + 1)?;
                Ok(Some(rows).filter(|rows| !rows.is_empty()))
            }
            Err(_) => Ok(Some(0..0)),
        }
    }

    /// The rows of an object in POS, predicate by predicate.
    fn rows_of_object(&self, object: u32) -> Result<Vec<(u32, Range<usize>)>, SnapshotError> {
        let predicates = self.all::<u32>(Section::Predicates)?;
        let mut parts = Vec::new();
        for (at, predicate) in predicates.iter().enumerate().rev() {
            let at = at as u32 + 1;
            let rows = self.rows_from(Section::PosStarts, at)?;
            let rows = self.narrow(Section::PosO, rows, object)?;
            if !rows.is_empty() {
                parts.push((*predicate, rows));
            }
        }
        Ok(parts)
    }

    /// The graphs of a set, as a range of `Members`.
    fn members(&self, set: u32) -> Result<Range<usize>, SnapshotError> {
        let set = set as usize;
        let ends = self.slice::<u32>(Section::Sets, set..set + 2)?;
        Ok(ends[0] as usize..ends[1] as usize)
    }

    pub fn set_has(&self, set: u32, graph_at: u32) -> Result<bool, SnapshotError> {
        let members = self.members(set)?;
        Ok(self
            .slice::<u32>(Section::Members, members)?
            .binary_search(&graph_at)
            .is_ok())
    }

    /// Which sets have one of these graphs.
    pub fn sets_with(&self, graphs: &[u32]) -> Result<Vec<bool>, SnapshotError> {
        let all = self.all::<u32>(Section::Graphs)?;
        let wanted: Vec<u32> = graphs
            .iter()
            .filter_map(|graph| all.binary_search(graph).ok())
            .map(|at| at as u32)
            .collect();
        let sets = self.len::<u32>(Section::Sets).saturating_sub(1);
        let mut with = vec![false; sets];
        for (set, with) in with.iter_mut().enumerate() {
            let members = self.members(set as u32)?;
            let members = self.slice::<u32>(Section::Members, members)?;
            *with = members.iter().any(|graph| wanted.contains(graph));
        }
        Ok(with)
    }
}

impl Scan {
    /// The next row of the part that is read, whatever its graphs: its terms and its set.
    fn next_row(&mut self) -> Result<Option<([u32; 3], u32)>, SnapshotError> {
        let mut of_predicate = None;
        let (order, row) = match &mut self.rows {
            Rows::Part(order, rows) => match rows.next() {
                Some(row) => (*order, row),
                None => return Ok(None),
            },
            Rows::OfGraph(rows) => match rows.next() {
                Some(at) => (
                    SPO,
                    self.mapped.one::<u32>(Section::GraphRows, at)? as usize,
                ),
                None => return Ok(None),
            },
            Rows::OfObject(parts) => loop {
                let Some((predicate, rows)) = parts.last_mut() else {
                    return Ok(None);
                };
                if let Some(row) = rows.next() {
                    of_predicate = Some(*predicate);
                    break (POS, row);
                }
                parts.pop();
            },
        };
        let given = match self.rows {
            Rows::Part(..) => self.pattern.terms[order.places[0]],
            Rows::OfGraph(_) | Rows::OfObject(_) => of_predicate,
        };
        let first = match given {
            Some(first) => first,
            None => self.subject_of(row)?,
        };
        let mut terms = [0; 3];
        terms[order.places[0]] = first;
        terms[order.places[1]] = self.mapped.one(order.second, row)?;
        terms[order.places[2]] = self.mapped.one(order.third, row)?;
        Ok(Some((terms, self.mapped.set(order.sets, row)?)))
    }

    /// The subject of a row of SPO; rows come ascending.
    fn subject_of(&mut self, row: usize) -> Result<u32, SnapshotError> {
        if row < self.next_first {
            return Ok(self.first);
        }
        let most = self.mapped.len::<u32>(Section::SpoStarts).saturating_sub(1);
        // Galloping, then binary search: `low` begins at or before the row, `high` after it.
        let mut low = self.first as usize;
        let mut step = 1;
        let starts = |at: usize| -> Result<usize, SnapshotError> {
            Ok(self.mapped.one::<u32>(Section::SpoStarts, at)? as usize)
        };
        while low + step < most && starts(low + step)? <= row {
            low += step;
            step *= 2;
        }
        let mut high = (low + step).min(most);
        while high - low > 1 {
            let middle = usize::midpoint(low, high);
            if starts(middle)? <= row {
                low = middle;
            } else {
                high = middle;
            }
        }
        let next_first = starts(low + 1)?;
        if starts(low)? > row || next_first <= row {
            return Err(self.mapped.damaged("the rows of a subject"));
        }
        self.next_first = next_first;
        self.first = low as u32 + 1;
        Ok(self.first)
    }

    fn step(&mut self) -> Result<Option<[u32; 4]>, SnapshotError> {
        loop {
            if let Some((terms, members)) = &mut self.pending {
                if let Some(at) = members.next() {
                    let [s, p, o] = *terms;
                    let graph = self.mapped.one::<u32>(Section::Members, at)?;
                    let graph = self.mapped.one::<u32>(Section::Graphs, graph as usize)?;
                    return Ok(Some([s, p, o, graph]));
                }
                self.pending = None;
            }
            let Some((terms, set)) = self.next_row()? else {
                return Ok(None);
            };
            let fits = self.pattern.terms.iter().zip(terms);
            if !fits
                .clone()
                .all(|(wanted, term)| wanted.is_none_or(|wanted| wanted == term))
            {
                continue;
            }
            let [s, p, o] = terms;
            match &self.pattern.graphs {
                Graphs::Default => {
                    if u64::from(set) < self.mapped.counts().default_sets {
                        return Ok(Some([s, p, o, 0]));
                    }
                }
                Graphs::Chosen(sets) => {
                    if sets.get(set as usize).copied().unwrap_or(false) {
                        return Ok(Some([s, p, o, 0]));
                    }
                }
                Graphs::One(graph) => {
                    let at = match self.rows {
                        Rows::OfGraph(_) => return Ok(Some([s, p, o, *graph])),
                        Rows::Part(..) | Rows::OfObject(_) => self
                            .mapped
                            .all::<u32>(Section::Graphs)?
                            .binary_search(graph),
                    };
                    if let Ok(at) = at
                        && self.mapped.set_has(set, at as u32)?
                    {
                        return Ok(Some([s, p, o, *graph]));
                    }
                }
                Graphs::Named | Graphs::All => {
                    let members = self.mapped.members(set)?;
                    // A set without a name in it is that of the graph without a name.
                    if members.is_empty() && matches!(self.pattern.graphs, Graphs::All) {
                        return Ok(Some([s, p, o, 0]));
                    }
                    self.pending = Some((terms, members));
                }
            }
        }
    }
}

impl Iterator for Scan {
    type Item = Result<[u32; 4], SnapshotError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let next = self.step();
        self.failed = next.is_err();
        next.transpose()
    }
}
