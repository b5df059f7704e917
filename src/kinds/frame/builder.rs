//! Makes a frame cell by cell.

use super::words::{Missing, is_minus, is_plus};
use super::{Cells, Column, Frame, RowNames};
use crate::graph;
use crate::graph::plain;
use crate::stats::factor::Factor;

/// The cells of a column as text; its kind is not settled before the last cell.
#[derive(Debug, Default)]
pub(super) struct Texts {
    /// All texts, one after the other; exact, so that `007` stays a word like `007a`.
    text: String,
    ends: Vec<usize>,
    /// The text of each row; `None` if each row has the next one.
    rows: Option<Vec<u32>>,
    /// Whether a text is no number.
    words: bool,
    /// Whether numbers do not tell all texts apart.
    odd: bool,
}

/// A term that has no text yet.
const NONE: u32 = u32::MAX;

impl Texts {
    /// The cells of a column of an answer, each different term once.
    pub(super) fn of_column(cells: &graph::Cells, column: usize) -> Self {
        let mut texts = Self::default();
        // The text without a term is that of unbound cells.
        texts.push("");
        let mut known = vec![NONE; cells.terms().len()];
        let rows = cells.column(column).map(|place| {
            let Some(place) = place else { return 0 };
            if known[place] == NONE {
                known[place] = texts.ends.len() as u32;
                texts.push(plain(&cells.terms()[place]).trim());
            }
            known[place]
        });
        let rows = rows.collect();
        texts.rows = Some(rows);
        texts
    }

    /// Adds a text; an empty one is a missing value.
    fn push(&mut self, text: &str) {
        if !text.is_empty() {
            self.text.push_str(text);
            self.words = self.words || text.parse::<f64>().is_err();
            self.odd = self.odd || !is_plain(text);
        }
        self.ends.push(self.text.len());
    }

    fn texts(&self) -> impl Iterator<Item = &str> + Clone {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts
            .zip(&self.ends)
            .map(|(start, end)| &self.text[start..*end])
    }

    /// What holds for the text of each row.
    fn of_rows<T: Copy>(&self, of_text: impl FnMut(&str) -> T) -> Vec<T> {
        let values: Vec<T> = self.texts().map(of_text).collect();
        match &self.rows {
            None => values,
            Some(rows) => rows.iter().map(|text| values[*text as usize]).collect(),
        }
    }

    /// Rows without a value, in order.
    pub(super) fn missing(&self) -> Vec<u32> {
        let empty = self.of_rows(str::is_empty);
        let rows = (0..).zip(empty).filter(|(_, empty)| *empty);
        rows.map(|(row, _)| row).collect()
    }

    fn factor(&self) -> Factor {
        match &self.rows {
            None => Factor::new(self.texts()),
            Some(rows) => {
                let texts: Vec<&str> = self.texts().collect();
                Factor::new(rows.iter().map(|text| texts[*text as usize]))
            }
        }
    }

    pub(super) fn into_cells(self) -> Cells {
        if self.words {
            return Cells::Words(self.factor());
        }
        let labels = self.odd.then(|| self.factor());
        Cells::Numbers(self.of_rows(|text| text.parse().unwrap_or(0.0)), labels)
    }
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
    columns: Vec<Building>,
    rows: usize,
    missing: Missing,
}

/// A column that is not at its end.
struct Building {
    name: String,
    texts: Texts,
    noted: Vec<(u32, usize)>,
    words: Vec<String>,
    /// Whether a cell is the plus or the minus of a test.
    signs: (bool, bool),
}

impl FrameBuilder {
    /// A frame with these columns, in which some words stand for no value.
    pub fn new<N: Into<String>>(names: impl IntoIterator<Item = N>, missing: Missing) -> Self {
        let column = |name: N| Building {
            name: name.into(),
            texts: Texts::default(),
            noted: Vec::new(),
            words: Vec::new(),
            signs: (false, false),
        };
        Self {
            columns: names.into_iter().map(column).collect(),
            rows: 0,
            missing,
        }
    }

    /// Takes the cells of one row, in the order of the columns.
    pub fn push<'a>(&mut self, cells: impl IntoIterator<Item = &'a str>) {
        for (at, (column, cell)) in self.columns.iter_mut().zip(cells).enumerate() {
            let cell = cell.trim();
            column.signs.0 |= is_plus(cell);
            column.signs.1 |= is_minus(cell);
            if !self.missing.is(at, cell) {
                column.texts.push(cell);
                continue;
            }
            column.texts.push("");
            if !cell.is_empty() {
                let place = column.words.iter().position(|word| word == cell);
                let place = place.unwrap_or_else(|| {
                    column.words.push(cell.to_owned());
                    column.words.len() - 1
                });
                column.noted.push((self.rows as u32, place));
            }
        }
        self.rows += 1;
    }

    /// Number of rows taken so far.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.rows as u64
    }

    /// Columns in which `-` is the opposite of `+`, and no lack of a value.
    #[must_use]
    pub fn signed(&self) -> Vec<usize> {
        let columns = self.columns.iter().enumerate();
        let signed = columns.filter(|(_, column)| column.signs == (true, true));
        signed.map(|(at, _)| at).collect()
    }

    /// Ends the reading: no row is added any more.
    #[must_use]
    pub fn finish(self, names: RowNames) -> Frame {
        let columns = self.columns.into_iter().map(|column| Column {
            noted: column.noted,
            words: column.words,
            ..Column::new(column.name, column.texts)
        });
        Frame {
            rows: self.rows,
            columns: columns.collect(),
            names,
            answer: false,
        }
    }
}
