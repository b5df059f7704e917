//! Rows with their terms interned: each different term is held once.

use std::num::NonZeroU32;

use oxrdf::Term;

/// Where a term stands in [`Cells`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place(NonZeroU32);

impl Place {
    fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// Rows of interned terms. Many cells share one term, so that what is known of a term is looked up
/// once.
#[derive(Debug, Clone, Default)]
pub struct Cells {
    width: usize,
    rows: usize,
    terms: Vec<Term>,
    /// Row after row, `None` where a cell is unbound.
    places: Vec<Option<Place>>,
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

    /// Adds a row, as wide as the others.
    pub fn push(&mut self, row: impl IntoIterator<Item = Option<Term>>) {
        for cell in row {
            let place = cell.map(|term| self.add(term));
            self.places.push(place);
        }
        self.rows += 1;
        debug_assert_eq!(self.places.len(), self.rows * self.width);
    }

    /// Adds a row of terms that [`Self::add`] gave a place; `None` where a cell is unbound.
    pub fn push_places(&mut self, row: impl IntoIterator<Item = Option<Place>>) {
        self.places.extend(row);
        self.rows += 1;
    }

    /// Adds a term that cells may have, and gives its place.
    pub fn add(&mut self, term: Term) -> Place {
        let before = self.terms.len() as u32;
        self.terms.push(term);
        Place(NonZeroU32::MIN.saturating_add(before))
    }

    /// The term of a place that [`Self::add`] gave; `None` if others gave it, and there is none.
    #[must_use]
    pub fn term(&self, place: Place) -> Option<&Term> {
        self.terms.get(place.index())
    }

    /// The term of a cell; `None` if it is unbound or there is none.
    #[must_use]
    pub fn get(&self, row: usize, column: usize) -> Option<&Term> {
        if column >= self.width {
            return None;
        }
        let place = *self.places.get(row * self.width + column)?;
        self.term(place?)
    }

    /// The cells of a column from top to bottom, as indices of [`Self::terms`].
    pub fn column(&self, column: usize) -> impl Iterator<Item = Option<usize>> {
        let places = self.places.iter().skip(column).step_by(self.width.max(1));
        places.map(|place| place.map(Place::index))
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
        let mut known: Vec<Option<Place>> = vec![None; self.terms.len()];
        for row in 0..self.rows {
            let at = row * self.width + column;
            let Some(old) = self.places[at] else {
                continue;
            };
            let new = match known[old.index()] {
                Some(new) => new,
                None => other(&self.terms[old.index()])?.map_or(old, |term| self.add(term)),
            };
            known[old.index()] = Some(new);
            self.places[at] = Some(new);
        }
        Ok(())
    }
}
