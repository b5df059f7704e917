//! Delimited text by RFC 4180, read strictly: each row is read whole, or the file is refused with the
//! place of what is wrong.
//!
//! A lenient reader takes a stray quotation mark for the beginning of a cell that holds the rows below
//! it, and nobody sees that they are gone. Here a mark stands around a whole cell or is doubled inside
//! one, every row is as wide as the headings, and a cell whose lines look like rows of the same table is
//! refused (see [`Reader::swallowed`]).

mod address;
mod reader;
mod signature;
#[cfg(test)]
mod tests;
mod text;

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

pub use address::{address, place_of};
pub use reader::Reader;
pub use text::{delimiter_name, trimmed};

/// Stands where a character was lost when a text was converted.
pub const LOST: char = char::REPLACEMENT_CHARACTER;

/// Where a cell stands; columns count from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The row as a spreadsheet counts, headings being row 1.
    pub row: usize,
    /// The line as an editor counts.
    pub line: usize,
    /// Position of the cell in its row, from 0.
    pub column: usize,
}

/// What is wrong with the form of a file or of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where; `None` for the whole file.
    pub place: Option<Place>,
    /// The value that is wrong, cut; empty where the place says enough.
    pub value: String,
    /// The rule and the next step.
    pub rule: String,
}

impl Fault {
    fn file(rule: impl Into<String>) -> Self {
        Self {
            place: None,
            value: String::new(),
            rule: rule.into(),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(Place { row, line, column }) = self.place {
            write!(f, "line {line} ({}): ", address(column, row))?;
        }
        if !self.value.is_empty() {
            write!(f, "{:?} ", self.value)?;
        }
        f.write_str(&self.rule)
    }
}

/// Why a file cannot be read as a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// Its cells seem to be separated by this character.
    Separated(char),
    /// Its form is wrong.
    Form(Fault),
}

/// A row of cells, as they are written.
#[derive(Debug, Clone)]
pub struct Record<'a> {
    /// Row as a spreadsheet counts, headings being row 1.
    pub row: usize,
    /// Line on which it begins, as an editor counts.
    pub line: usize,
    /// The text of its cells, as many as there are headings.
    pub cells: Vec<Cow<'a, str>>,
    /// Where it stands in the bytes, its line end included.
    pub bytes: Range<usize>,
}
