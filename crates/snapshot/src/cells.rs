//! Rows with their terms interned: each different term is held once.

use oxrdf::Term;

/// Rows of interned terms. Many cells share one term, so that what is known of a term is looked up
/// once.
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
    pub fn push_places(&mut self, row: impl IntoIterator<Item = u32>) {
        self.places.extend(row);
        self.rows += 1;
    }

    /// Adds a term that cells may have, and gives its place.
    pub fn add(&mut self, term: Term) -> u32 {
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
