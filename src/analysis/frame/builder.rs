//! Makes a frame cell by cell.

use super::{Cells, Column, Frame, RowNames};
use crate::stats::factor::Factor;

/// A column whose kind is not settled before its last cell.
struct Growing {
    name: String,
    /// The text of all cells, one after the other; exact, so that `007` stays a word like `007a`.
    text: String,
    ends: Vec<usize>,
    numeric: bool,
    /// Whether numbers tell all cells apart that their text does.
    plain: bool,
}

/// More digits than these do not all fit into a number.
const DIGITS: usize = 15;

/// Whether the text of a number says no more than the number.
fn is_plain(number: &str) -> bool {
    let digits = number.trim_start_matches(['-', '+']).as_bytes();
    let leading_zero = digits.len() > 1 && digits[0] == b'0' && digits[1].is_ascii_digit();
    !leading_zero && digits.len() <= DIGITS
}

/// Takes rows of text and makes a [`Frame`].
pub struct FrameBuilder {
    columns: Vec<Growing>,
    rows: usize,
    missing: &'static [&'static str],
}

impl FrameBuilder {
    /// A frame with these columns, in which the cells written as `missing` have no value.
    pub fn new<N: Into<String>>(
        names: impl IntoIterator<Item = N>,
        missing: &'static [&'static str],
    ) -> Self {
        let column = |name: N| Growing {
            name: name.into(),
            text: String::new(),
            ends: Vec::new(),
            numeric: true,
            plain: true,
        };
        Self {
            columns: names.into_iter().map(column).collect(),
            rows: 0,
            missing,
        }
    }

    /// Takes the cells of one row, in the order of the columns.
    pub fn push<'a>(&mut self, cells: impl IntoIterator<Item = &'a str>) {
        for (column, cell) in self.columns.iter_mut().zip(cells) {
            let cell = cell.trim();
            if !self.missing.contains(&cell) {
                column.text.push_str(cell);
                column.numeric = column.numeric && cell.parse::<f64>().is_ok();
                column.plain = column.plain && is_plain(cell);
            }
            column.ends.push(column.text.len());
        }
        self.rows += 1;
    }

    /// Number of rows taken so far.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.rows as u64
    }

    /// The frame.
    #[must_use]
    pub fn finish(self, names: RowNames) -> Frame {
        let finished = |column: Growing| {
            let starts = std::iter::once(0).chain(column.ends.iter().copied());
            let cells = starts
                .zip(&column.ends)
                .map(|(start, end)| &column.text[start..*end]);
            let missing: Vec<u32> = (0..)
                .zip(cells.clone())
                .filter(|(_, cell)| cell.is_empty())
                .map(|(row, _)| row)
                .collect();
            let cells = if column.numeric {
                let labels = (!column.plain).then(|| Factor::new(cells.clone()));
                let numbers = cells.map(|cell| cell.parse().unwrap_or(0.0));
                Cells::Numbers(numbers.collect(), labels)
            } else {
                Cells::Words(Factor::new(cells))
            };
            Column {
                name: column.name,
                cells,
                missing,
            }
        };
        Frame {
            rows: self.rows,
            columns: self.columns.into_iter().map(finished).collect(),
            names,
            answer: false,
        }
    }
}
