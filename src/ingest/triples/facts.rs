//! What is taken of one thing, column by column.

use crate::case::{Consensus, Settled, Thing, Value};

/// What is taken of one thing.
#[derive(Clone, Copy)]
pub(super) struct Facts<'a> {
    pub(super) thing: &'a Thing,
    pub(super) columns: &'a [Settled],
}

impl<'a> Facts<'a> {
    pub(super) fn of(consensus: &'a Consensus) -> Vec<Self> {
        let things = consensus.things.iter();
        let facts = things.map(|(thing, columns)| Self { thing, columns });
        facts.collect()
    }

    pub(super) fn settled(&self, heading: &str) -> Option<&'a Settled> {
        self.columns.get(self.thing.sheet.column(heading)?)
    }

    /// The values of a column; none if they are missing.
    pub(super) fn values(&self, heading: &str) -> &'a [Value] {
        match self.settled(heading) {
            Some(Settled::Known { values, .. }) => values,
            _ => &[],
        }
    }

    /// Whether a column has this word.
    pub(super) fn says(&self, heading: &str, word: &str) -> bool {
        let mut values = self.values(heading).iter();
        values.any(|value| value.to_string() == word)
    }

    /// Whether the value of a column rests on derived reports alone.
    pub(super) fn is_derived(&self, heading: &str) -> bool {
        matches!(
            self.settled(heading),
            Some(Settled::Known { derived: true, .. })
        )
    }
}
