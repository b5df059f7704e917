//! Terms that a query computes.

use std::sync::{Mutex, PoisonError};

use oxrdf::Term;
use rustc_hash::FxHashMap;

use crate::terms::canonical;
use crate::{Snapshot, SnapshotError};

/// Terms that were computed. Their numbers are above those of the dictionary, and only where it has not got them.
#[derive(Default)]
pub(super) struct ComputedTerms(Mutex<Terms>);

#[derive(Default)]
struct Terms {
    terms: Vec<Term>,
    numbers: FxHashMap<Term, u32>,
}

impl ComputedTerms {
    /// The number of a term.
    pub fn number(&self, snapshot: &Snapshot, term: Term) -> Result<u32, SnapshotError> {
        let term = canonical(term);
        let mut terms = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = terms.numbers.get(&term) {
            return Ok(*known);
        }
        let number = match snapshot.find(&term)? {
            Some(id) => id,
            None => {
                terms.terms.push(term.clone());
                let above = snapshot.0.counts().terms + terms.terms.len() as u64;
                u32::try_from(above).map_err(|_| SnapshotError::TooLarge)?
            }
        };
        terms.numbers.insert(term, number);
        Ok(number)
    }

    /// The term of a number.
    pub fn term(&self, snapshot: &Snapshot, id: u32) -> Result<Term, SnapshotError> {
        let Some(at) = Self::place(snapshot, id) else {
            return snapshot.dictionary().term(id);
        };
        let terms = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let term = terms.terms.get(at).cloned();
        term.ok_or_else(|| snapshot.0.damaged("a term of another query"))
    }

    /// Where a computed term stands; `None` for one of the dictionary.
    fn place(snapshot: &Snapshot, id: u32) -> Option<usize> {
        let above = u64::from(id).checked_sub(snapshot.0.counts().terms + 1)?;
        Some(above as usize)
    }

    /// Whether a number is that of a computed term.
    pub fn has(snapshot: &Snapshot, id: u32) -> bool {
        Self::place(snapshot, id).is_some()
    }
}
