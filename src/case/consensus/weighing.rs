//! Which of several statements stand against each other, whatever they are about.

use crate::case::value::Certainty;

/// What makes one statement better than another that contradicts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Standing<'a> {
    /// How the value came to stand in its row.
    pub certainty: Certainty,
    /// Rank of the source: lower is better.
    pub source_rank: u8,
    /// Key of the source.
    pub source: &'a str,
    /// Rank of the place within its source: lower is better.
    pub part_rank: u8,
}

impl Standing<'_> {
    /// A stated value outranks a derived one, then a better source a lesser one, then the text of a
    /// source its own abstract. Places in different sources of one rank do not compare.
    pub fn outranks(&self, other: &Self) -> bool {
        if self.certainty != other.certainty {
            return self.certainty < other.certainty;
        }
        self.source_rank < other.source_rank
            || (self.source == other.source && self.part_rank < other.part_rank)
    }

    /// An order in which whatever outranks another comes before it.
    pub fn key(&self) -> (Certainty, u8, u8) {
        (self.certainty, self.source_rank, self.part_rank)
    }
}

/// How a statement fares against those that contradict it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// Nothing that stands contradicts it.
    Stands,
    /// Another one contradicts it, and neither outranks the other.
    Disputed,
    /// One that outranks it contradicts it.
    Beaten,
}

/// The fate of each statement. What is beaten beats nothing; what is disputed still does, so that a
/// lesser source never decides between better ones.
pub(super) fn weigh(standings: &[Standing], apart: impl Fn(usize, usize) -> bool) -> Vec<Fate> {
    let mut order: Vec<usize> = (0..standings.len()).collect();
    order.sort_by_key(|&i| standings[i].key());
    let mut fates = vec![Fate::Stands; standings.len()];
    for (place, &i) in order.iter().enumerate() {
        let beaten = order[..place].iter().any(|&j| {
            fates[j] != Fate::Beaten && standings[j].outranks(&standings[i]) && apart(i, j)
        });
        if beaten {
            fates[i] = Fate::Beaten;
        }
    }
    let unbeaten: Vec<usize> = order
        .into_iter()
        .filter(|&i| fates[i] != Fate::Beaten)
        .collect();
    for &i in &unbeaten {
        if unbeaten.iter().any(|&j| i != j && apart(i, j)) {
            fates[i] = Fate::Disputed;
        }
    }
    fates
}
