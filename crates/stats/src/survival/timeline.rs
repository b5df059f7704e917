//! The distinct times of a sample and who leaves at each.

use std::ops::Range;

/// Distinct times, ascending, and the cases that leave at each, with or without the event.
///
/// Cases have places: their position in order of time, at one time those with the event first.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Timeline {
    /// Distinct times, ascending.
    pub times: Vec<f64>,
    /// One more than `times`: the cases that leave at time `j` have the places from `starts[j]` to
    /// below `starts[j + 1]`.
    pub starts: Vec<u32>,
    /// The events at each time.
    pub events: Vec<u32>,
    /// With left truncation, the cases at risk just before each time.
    pub at_risk: Option<Vec<u32>>,
    /// With left truncation, the times of entry, ascending.
    pub entries: Option<Vec<f64>>,
}

impl Timeline {
    /// The number of distinct times.
    pub fn len(&self) -> usize {
        self.times.len()
    }

    /// The number of cases.
    pub fn n(&self) -> usize {
        self.starts[self.len()] as usize
    }

    /// The cases at risk just before time `j`.
    pub fn at_risk(&self, j: usize) -> usize {
        match &self.at_risk {
            Some(at_risk) => at_risk[j] as usize,
            None => self.n() - self.starts[j] as usize,
        }
    }

    /// The places of all who leave at time `j`.
    pub fn leaving(&self, j: usize) -> Range<usize> {
        self.starts[j] as usize..self.starts[j + 1] as usize
    }

    /// The places of those who have the event at time `j`.
    pub fn having_event(&self, j: usize) -> Range<usize> {
        let start = self.starts[j] as usize;
        start..start + self.events[j] as usize
    }
}

/// Left truncation: from which distinct time on each case is at risk.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    /// By place: the case is at risk at each distinct time from this one to its own.
    pub from: Vec<u32>,
    /// The places in ascending order of `from`.
    pub by_from: Vec<u32>,
}
