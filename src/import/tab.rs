//! A table as a file holds it, before anything is made of it.

use crate::delimited::address;

/// What a program took the value of a cell for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Form {
    /// Text, as it was typed.
    #[default]
    Text,
    /// A number of the spreadsheet, whatever its format.
    Number,
    /// A number that is shown as a percentage: 0.3 as 30 %.
    Percentage,
    /// A truth value of the spreadsheet.
    Truth,
    /// A date, with or without a time of day; its text is of ISO 8601.
    Date,
    /// A time of day or a length of time.
    Time,
    /// An error of a formula, such as `#REF!`.
    Fault,
}

/// A cell: its text as people see it, and its form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cell {
    /// Its value as text.
    pub text: String,
    /// What the program took it for.
    pub form: Form,
    /// Whether a formula computes it, and this is what the program kept of the result.
    pub formula: bool,
}

/// One row that holds something.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row {
    /// Its number, from 1, as a spreadsheet counts.
    pub number: usize,
    /// Its cells from the first column on, to the last that holds something.
    pub cells: Vec<Cell>,
}

impl Row {
    /// The text of a cell without blanks around it; empty where the row is shorter.
    #[must_use]
    pub fn text(&self, column: usize) -> &str {
        self.cells
            .get(column)
            .map_or("", |cell| crate::delimited::trimmed(&cell.text))
    }
}

/// One table: a tab of a workbook, or the whole of a text file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tab {
    /// The name of the tab; empty for a text file.
    pub name: String,
    /// Whether the tab is hidden.
    pub hidden: bool,
    /// The rows that hold something; the first has the headings.
    pub rows: Vec<Row>,
    /// Numbers of rows that are hidden, from 1.
    pub hidden_rows: Vec<usize>,
    /// Columns that are hidden, from 0.
    pub hidden_columns: Vec<usize>,
    /// Ranges that are merged, such as `A2:A4`.
    pub merged: Vec<String>,
}

/// Where a value stands in a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct At {
    /// Number of the row, from 1.
    pub row: usize,
    /// Position of the column, from 0.
    pub column: usize,
}

impl At {
    /// As a spreadsheet writes it, such as `C4`.
    #[must_use]
    pub fn address(self) -> String {
        address(self.column, self.row)
    }
}

impl Tab {
    /// The headings, and the rows below them; `None` for an empty table.
    #[must_use]
    pub fn parts(&self) -> Option<(&Row, &[Row])> {
        self.rows.split_first()
    }

    /// The same with the headings in the row at this place, from 0.
    pub(super) fn parts_at(&self, at: usize) -> Option<(&Row, &[Row])> {
        self.rows.get(at..)?.split_first()
    }

    /// How many columns its longest row has.
    #[must_use]
    pub fn width(&self) -> usize {
        let cells = self.rows.iter().map(|row| row.cells.len());
        cells.max().unwrap_or(0)
    }
}
