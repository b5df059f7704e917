//! Reads the cells of a query's rows by the names of their columns.

use thiserror::Error;

use super::model::Term;
use super::namespaces::StudyThing;
use super::table::Table;

/// What stands where a group is not known, for whatever reason.
pub const NOT_KNOWN: &str = "not known";

/// A cell that should be a number is none.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("row {row}, column {column}: {value:?} is no number")]
pub struct NotANumber {
    /// The row, counted from 1.
    pub row: usize,
    /// Name of the column.
    pub column: String,
    /// Lexical form of the cell.
    pub value: String,
}

/// One row, read by column names.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    table: &'a Table,
    index: usize,
}

/// The rows of a table.
pub fn rows(table: &Table) -> impl Iterator<Item = Row<'_>> {
    (0..table.rows()).map(move |index| Row { table, index })
}

impl<'a> Row<'a> {
    /// The value of a cell; `None` if unbound.
    #[must_use]
    pub fn term(self, column: &str) -> Option<&'a Term> {
        let column = self.table.column(column)?;
        self.table.cells.get(self.index, column)
    }

    /// The text of a cell; `None` if unbound or empty.
    #[must_use]
    pub fn get(self, column: &str) -> Option<&'a str> {
        let column = self.table.column(column)?;
        self.table
            .text(self.index, column)
            .filter(|text| !text.is_empty())
    }

    /// The text of a cell; empty if unbound.
    #[must_use]
    pub fn text(self, column: &str) -> &'a str {
        self.get(column).unwrap_or_default()
    }

    /// The identifier of the unit: of the IRI of a case or an event, its key and what follows it.
    #[must_use]
    pub fn unit(self, column: &str) -> String {
        let Some(text) = self.get(column) else {
            return format!("row {}", self.index + 1);
        };
        StudyThing::of_case(text)
            .map_or(text, |case| case.path)
            .to_owned()
    }

    /// The group of the unit.
    #[must_use]
    pub fn group(self, column: Option<&String>) -> Option<String> {
        column.map(|column| self.get(column).unwrap_or(NOT_KNOWN).to_owned())
    }

    /// Why the main value of the row is not there: the column `missing` of the query.
    #[must_use]
    pub fn missing(self) -> String {
        self.get("missing").unwrap_or(NOT_KNOWN).to_owned()
    }

    /// A number; `None` if unbound.
    ///
    /// # Errors
    /// The cell holds something else.
    pub fn number(self, column: &str) -> Result<Option<f64>, NotANumber> {
        let Some(text) = self.get(column) else {
            return Ok(None);
        };
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Some(number)),
            _ => Err(NotANumber {
                row: self.index + 1,
                column: column.to_owned(),
                value: text.to_owned(),
            }),
        }
    }

    /// The truth value in a column; `None` where it is empty or no truth value.
    #[must_use]
    pub fn boolean(self, column: &str) -> Option<bool> {
        match self.get(column)? {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        }
    }
}
