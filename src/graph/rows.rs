//! The rows of an answer: read one by one, or collected with their terms interned.

use std::hash::BuildHasher;

use casegraph_snapshot::{Cells, Guard, Place, batch};
use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;
use spareval::QuerySolution;

use super::model::{QueryEvaluationError, QuerySolutionIter, Term, Variable};

/// Rows, computed while they are read.
pub struct Rows(Source);

enum Source {
    /// The SPARQL engine makes them.
    Engine(QuerySolutionIter<'static>, Guard),
    /// Batches of term numbers of a snapshot.
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
                while cells.rows() < most {
                    let Some(row) = next(&mut rows, &guard) else {
                        return Ok(cells);
                    };
                    let row = row?;
                    let place = |cell: &Option<Term>| {
                        let term = cell.as_ref()?;
                        Some(known.place(term, &mut cells))
                    };
                    let places: Vec<Option<Place>> = row.values().iter().map(place).collect();
                    cells.push_places(places);
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

/// An interner: the place of each term, found by the term, which is held once.
#[derive(Default)]
struct Known {
    places: HashTable<Place>,
    hasher: FxBuildHasher,
}

impl Known {
    fn place(&mut self, term: &Term, cells: &mut Cells) -> Place {
        let hasher = &self.hasher;
        let hash = hasher.hash_one(term);
        let is_term = |place: &Place| cells.term(*place) == Some(term);
        if let Some(place) = self.places.find(hash, is_term) {
            return *place;
        }
        let place = cells.add(term.clone());
        let hash_of = |place: &Place| {
            cells
                .term(*place)
                .map_or(hash, |term| hasher.hash_one(term))
        };
        self.places.insert_unique(hash, place, hash_of);
        place
    }
}
