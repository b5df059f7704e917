//! The rows of an answer: read one by one, or taken together with each different term standing once.

use std::hash::BuildHasher;

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;
use spareval::QuerySolution;

use super::guard::Guard;
use super::model::{QueryEvaluationError, QuerySolutionIter, Term, Variable};
use super::snapshot::batch;

/// Rows that are made while they are read.
pub struct Rows(Source);

enum Source {
    /// The SPARQL engine makes them.
    Engine(QuerySolutionIter<'static>, Guard),
    /// They are numbers of terms of a snapshot.
    Batches(batch::Rows),
}

/// The next row of the engine.
fn next(
    rows: &mut QuerySolutionIter<'static>,
    guard: &Guard,
) -> Option<Result<QuerySolution, QueryEvaluationError>> {
    guard.next(rows.next())
}

impl From<batch::Rows> for Rows {
    fn from(rows: batch::Rows) -> Self {
        Self(Source::Batches(rows))
    }
}

impl Rows {
    pub(super) fn of_engine(rows: QuerySolutionIter<'static>, guard: Guard) -> Self {
        Self(Source::Engine(rows, guard))
    }

    /// The variables, in the order of the cells.
    #[must_use]
    pub fn variables(&self) -> &[Variable] {
        match &self.0 {
            Source::Engine(rows, _) => rows.variables(),
            Source::Batches(rows) => rows.variables(),
        }
    }

    /// Takes at most `most` rows together.
    ///
    /// # Errors
    /// The query was stopped, or could not be evaluated to its end.
    pub fn collect(self, most: usize) -> Result<Cells, QueryEvaluationError> {
        let mut cells = Cells::of_width(self.variables().len());
        match self.0 {
            Source::Batches(rows) => rows.collect(most, &mut cells)?,
            Source::Engine(mut rows, guard) => {
                let mut known = Known::default();
                while cells.rows < most {
                    let Some(row) = next(&mut rows, &guard) else {
                        return Ok(cells);
                    };
                    for cell in row?.values() {
                        let place = cell
                            .as_ref()
                            .map_or(0, |term| known.place(term, &mut cells));
                        cells.places.push(place);
                    }
                    cells.rows += 1;
                }
                cells.cut = next(&mut rows, &guard).transpose()?.is_some();
            }
        }
        Ok(cells)
    }
}

impl Iterator for Rows {
    type Item = Result<QuerySolution, QueryEvaluationError>;

    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.0 {
            Source::Engine(rows, guard) => next(rows, guard),
            Source::Batches(rows) => rows.next(),
        }
    }
}

/// The places of terms, found by the terms themselves: each stands once in memory.
#[derive(Default)]
struct Known {
    places: HashTable<u32>,
    hasher: FxBuildHasher,
}

impl Known {
    fn place(&mut self, term: &Term, cells: &mut Cells) -> u32 {
        let hasher = &self.hasher;
        let hash = hasher.hash_one(term);
        let is_term = |place: &u32| cells.terms[*place as usize - 1] == *term;
        if let Some(place) = self.places.find(hash, is_term) {
            return *place;
        }
        let place = cells.add(term.clone());
        let terms = &cells.terms;
        self.places.insert_unique(hash, place, |place| {
            hasher.hash_one(&terms[*place as usize - 1])
        });
        place
    }
}

/// Rows of terms. A term may stand once for many cells, so that what is said of a term need not be
/// found out again for each of them.
#[derive(Debug, Clone, Default)]
pub struct Cells {
    width: usize,
    rows: usize,
    terms: Vec<Term>,
    /// Row after row: 0 where a cell is unbound, else one more than the place of its term.
    places: Vec<u32>,
    /// Whether there were more rows than were asked for.
    pub cut: bool,
}

impl Cells {
    /// No rows yet, of so many cells.
    #[must_use]
    pub fn of_width(width: usize) -> Self {
        Self {
            width,
            ..Self::default()
        }
    }

    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The terms that cells have; some of them may be in no cell.
    #[must_use]
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// Adds a row.
    pub fn push(&mut self, row: impl IntoIterator<Item = Option<Term>>) {
        for cell in row {
            let place = cell.map_or(0, |term| self.add(term));
            self.places.push(place);
        }
        self.rows += 1;
        debug_assert_eq!(self.places.len(), self.rows * self.width);
    }

    /// Adds a row of places that [`Self::add`] gave.
    pub(super) fn push_places(&mut self, row: impl IntoIterator<Item = u32>) {
        self.places.extend(row);
        self.rows += 1;
    }

    /// Adds a term that cells may have, and gives its place.
    pub(super) fn add(&mut self, term: Term) -> u32 {
        self.terms.push(term);
        self.terms.len() as u32
    }

    /// The term of a cell; `None` if it is unbound or there is none.
    #[must_use]
    pub fn get(&self, row: usize, column: usize) -> Option<&Term> {
        if column >= self.width {
            return None;
        }
        let place = *self.places.get(row * self.width + column)?;
        self.terms.get((place as usize).checked_sub(1)?)
    }

    /// The cells of a column from top to bottom, as places in [`Self::terms`].
    pub fn column(&self, column: usize) -> impl Iterator<Item = Option<usize>> {
        let places = self.places.iter().skip(column).step_by(self.width.max(1));
        places.map(|place| (*place as usize).checked_sub(1))
    }

    /// Puts other terms into a column: each different term is asked about once, and stays where there
    /// is no other.
    ///
    /// # Errors
    /// The first that `other` gives.
    pub fn replace<E>(
        &mut self,
        column: usize,
        mut other: impl FnMut(&Term) -> Result<Option<Term>, E>,
    ) -> Result<(), E> {
        let mut known: Vec<u32> = vec![0; self.terms.len() + 1];
        for row in 0..self.rows {
            let at = row * self.width + column;
            let old = self.places[at] as usize;
            if old > 0 && known[old] == 0 {
                known[old] = match other(&self.terms[old - 1])? {
                    Some(term) => self.add(term),
                    None => old as u32,
                };
            }
            self.places[at] = known[old];
        }
        Ok(())
    }
}
