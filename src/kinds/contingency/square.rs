//! The four cells of a two-by-two table.

use crate::stats::contingency::Cells;

/// Which row and column of a two-by-two table come first.
#[derive(Clone, Copy)]
pub(super) struct Square {
    pub(super) exposed: usize,
    pub(super) event: usize,
}

impl Square {
    pub(super) fn cells(self, counts: &[Vec<usize>]) -> Cells {
        let cell = |row: usize, column: usize| counts[row][column] as u64;
        let (other, no_event) = (1 - self.exposed, 1 - self.event);
        Cells {
            exposed_event: cell(self.exposed, self.event),
            exposed_no_event: cell(self.exposed, no_event),
            unexposed_event: cell(other, self.event),
            unexposed_no_event: cell(other, no_event),
        }
    }
}
