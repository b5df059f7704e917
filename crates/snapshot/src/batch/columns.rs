//! Rows as columns of numbers.

/// The number that stands for no term, where an optional part has nothing.
pub(super) const NOTHING: u32 = 0;

/// Rows as columns, one a slot; a column that is not read any more is empty.
#[derive(Default)]
pub(super) struct Batch {
    pub rows: usize,
    pub columns: Vec<Vec<u32>>,
}

impl Batch {
    /// Takes the rows from a place on.
    pub fn split_off(&mut self, at: usize) -> Self {
        let of = |column: &mut Vec<u32>| column.split_off(at.min(column.len()));
        let rest = Self {
            rows: self.rows - at,
            columns: self.columns.iter_mut().map(of).collect(),
        };
        self.rows = at;
        rest
    }

    /// What is left of its rows, if it is not done with all of them.
    pub fn rest(&mut self, done: usize) -> Option<Self> {
        (done < self.rows).then(|| self.split_off(done))
    }

    /// Adds the rows of another one.
    pub fn append(&mut self, other: &Self) {
        for (column, more) in self.columns.iter_mut().zip(&other.columns) {
            column.extend_from_slice(more);
        }
        self.rows += other.rows;
    }
}

/// Forgets the columns that are not read any more.
pub(super) fn clear(batch: &mut Batch, live: &[bool]) {
    for (column, live) in batch.columns.iter_mut().zip(live) {
        if !live {
            *column = Vec::new();
        }
    }
}

/// Takes of each column the places that are kept, and drops columns that nothing reads any more.
pub(super) fn keep(
    batch: &mut Batch,
    kept: &[u32],
    new: impl IntoIterator<Item = (usize, Vec<u32>)>,
    live: &[bool],
) {
    // Often each row has one match.
    let same = kept.len() == batch.rows && kept.iter().zip(0..).all(|(at, place)| *at == place);
    for (column, live) in batch.columns.iter_mut().zip(live) {
        if column.is_empty() {
            continue;
        }
        if !live {
            *column = Vec::new();
        } else if !same {
            *column = kept.iter().map(|at| column[*at as usize]).collect();
        }
    }
    batch.rows = kept.len();
    for (slot, found) in new {
        batch.columns[slot] = found;
    }
}
