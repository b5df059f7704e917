//! Columns of cases, from the rows of a query or from a CSV file: numbers or words, and what is
//! missing.
//!
//! Here every cell that an estimator will read is checked once, so that an error can name the row,
//! the column and the value.

mod builder;
mod categories;
mod events;
mod numbers;
mod selection;
mod times;
pub(super) mod words;

use std::sync::{Mutex, OnceLock, PoisonError};

use rustc_hash::FxHashSet;

use super::AnalysisError;
use super::rows::rows;
use crate::graph::Table;
use crate::stats::factor::Factor;
pub use builder::FrameBuilder;
use builder::Texts;
pub use events::{Coding, Events, ValueCount};
pub(super) use events::{is_same, parted};
pub use selection::{Selection, Units};
pub use words::Missing;

/// The cells of a column.
#[derive(Debug, Clone)]
enum Cells {
    /// Every cell that is not missing is a number; a missing one stands as 0. Where a number would
    /// not tell two cells apart, such as `007` and `7`, they have labels too.
    Numbers(Vec<f64>, Option<Factor>),
    /// At least one cell is something else; a missing one has the empty label.
    Words(Factor),
}

#[derive(Debug)]
struct Column {
    name: String,
    /// The text of the cells, until somebody asks for the cells: most columns of a wide file are never
    /// read, and to tell the words of a column apart takes longer than to read it.
    text: Mutex<Texts>,
    cells: OnceLock<Cells>,
    /// Rows without a value, in order.
    missing: Vec<u32>,
    /// Those of them in which a word stands for that, in order, with the place of the word.
    noted: Vec<(u32, usize)>,
    /// Words that stand for no value.
    words: Vec<String>,
}

impl Column {
    fn new(name: String, texts: Texts) -> Self {
        Self {
            name,
            missing: texts.missing(),
            text: Mutex::new(texts),
            cells: OnceLock::new(),
            noted: Vec::new(),
            words: Vec::new(),
        }
    }

    /// The word that stands for no value in a row.
    fn no_value(&self, row: u32) -> Option<&str> {
        let at = self
            .noted
            .binary_search_by_key(&row, |(row, _)| *row)
            .ok()?;
        Some(&self.words[self.noted[at].1])
    }

    fn cells(&self) -> &Cells {
        self.cells.get_or_init(|| {
            let mut text = self.text.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *text).into_cells()
        })
    }
}

/// Columns of equal length, with a name for each row.
#[derive(Debug)]
pub struct Frame {
    rows: usize,
    columns: Vec<Column>,
    names: RowNames,
    /// Whether the rows are the answer of a saved query.
    answer: bool,
}

/// What rows are called in messages and ledgers.
#[derive(Debug, Clone)]
pub enum RowNames {
    /// Lines of a file on which rows begin; where there are none, the first row stands on line 2,
    /// below the headings, and each other on the next.
    Lines(Vec<u64>),
    /// The unit that each row is about; where the rows are from a file, their lines likewise.
    Units(Vec<String>, Option<Vec<u64>>),
}

impl Frame {
    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The names of the columns.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.name.as_str())
    }

    /// What a row is called.
    #[must_use]
    pub fn row_name(&self, row: usize) -> String {
        match &self.names {
            RowNames::Lines(lines) => match lines.get(row) {
                Some(line) => format!("line {line}"),
                None => format!("line {}", row + 2),
            },
            RowNames::Units(units, _) if units[row].is_empty() => format!("row {}", row + 1),
            RowNames::Units(units, _) => units[row].clone(),
        }
    }

    /// Where a row stands, in words: its line, where rows are called by units and come from a file.
    fn place(&self, row: usize) -> String {
        match &self.names {
            RowNames::Units(_, Some(lines)) => {
                let line = lines.get(row).copied().unwrap_or(row as u64 + 2);
                format!("line {line}")
            }
            _ => format!("row {}", row + 1),
        }
    }

    /// The rows of a query's answer, called by the unit in the column `case`.
    pub(super) fn of_table(table: &Table, case: &str) -> Self {
        let columns = table.columns.iter().enumerate();
        let columns = columns.map(|(at, name)| {
            let texts = Texts::of_column(&table.cells, at);
            Column::new(name.clone(), texts)
        });
        let units = rows(table).map(|row| row.unit(case)).collect();
        Self {
            rows: table.rows(),
            columns: columns.collect(),
            names: RowNames::Units(units, None),
            answer: true,
        }
    }

    /// Whether a word, whatever its case, stands for the lack of a value somewhere.
    #[must_use]
    pub fn lacks_by(&self, word: &str) -> bool {
        let same = |other: &String| {
            other.to_lowercase() == word.trim().to_lowercase() || is_same(other, word.trim())
        };
        self.columns
            .iter()
            .any(|column| column.words.iter().any(same))
    }

    /// The units of the rows, where rows have them.
    fn units(&self) -> Option<&[String]> {
        match &self.names {
            RowNames::Lines(_) => None,
            RowNames::Units(units, _) => Some(units),
        }
    }

    /// The unit of a row, where rows have units.
    pub(super) fn unit(&self, row: u32) -> Option<&str> {
        self.units().map(|units| units[row as usize].as_str())
    }

    /// Number of different units among the rows `kept`, where rows have units.
    pub(super) fn units_of(&self, kept: &[u32]) -> Option<usize> {
        let units = self.units()?;
        let distinct: FxHashSet<&str> = kept
            .iter()
            .map(|row| units[*row as usize].as_str())
            .collect();
        Some(distinct.len())
    }

    fn column(&self, name: &str) -> Result<&Column, AnalysisError> {
        self.columns
            .iter()
            .find(|column| column.name == name)
            .ok_or_else(|| AnalysisError::NoColumn {
                column: name.to_owned(),
                known: self.names().collect::<Vec<_>>().join(", "),
            })
    }

    fn wrong(&self, row: usize, column: &str, value: &str, rule: &str) -> AnalysisError {
        self.unclear(row, column, value, rule, &[])
    }

    /// A cell that an option could say the meaning of.
    fn unclear(
        &self,
        row: usize,
        column: &str,
        value: &str,
        rule: &str,
        options: &'static [&'static str],
    ) -> AnalysisError {
        let comma = value.replacen(',', ".", 1);
        let hint = match value.split_once(',') {
            // 1,234 may be either.
            Some((_, rest)) if rest.len() == 3 && comma.parse::<f64>().is_ok() => {
                "; write a decimal comma as a point, and thousands without a comma".to_owned()
            }
            Some(_) if comma.parse::<f64>().is_ok() => format!("; write {comma}, with a point"),
            _ => String::new(),
        };
        AnalysisError::Cell {
            row: self.row_name(row),
            column: column.to_owned(),
            value: value.to_owned(),
            rule: format!("{rule}{hint}"),
            options,
        }
    }

    /// The error for the first kept row whose label is not `good`.
    fn first_wrong(
        &self,
        column: &str,
        words: &Factor,
        kept: &[u32],
        rule: &str,
        good: impl Fn(&str) -> bool,
    ) -> AnalysisError {
        let label = |row: &u32| words.labels()[words.codes()[*row as usize] as usize].as_str();
        let row = kept.iter().find(|row| !good(label(row)));
        let row = row.or(kept.first()).copied().unwrap_or(0);
        self.wrong(row as usize, column, label(&row), rule)
    }

    /// The text of a cell; `None` where it is missing or there is no such column.
    fn word(&self, column: &str, row: usize) -> Option<&str> {
        let column = self.column(column).ok()?;
        match column.cells() {
            Cells::Words(words) => {
                let label = words.labels()[words.codes()[row] as usize].as_str();
                (!label.is_empty()).then_some(label)
            }
            Cells::Numbers(..) => None,
        }
    }
}
