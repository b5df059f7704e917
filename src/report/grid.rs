//! A table ready to be shown: headings, cells, and which columns are numbers.

use super::cells::Cells;
use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{CellAlignment, ContentArrangement, LineStyle, Table as TextTable};

/// A table of text with a caption.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grid {
    /// What it shows.
    pub caption: String,
    /// Headings.
    pub headings: Vec<String>,
    /// Rows, each as wide as the headings.
    pub rows: Vec<Vec<String>>,
    /// Columns that hold confidence intervals; their headings say at which level.
    pub intervals: Vec<usize>,
}

impl Grid {
    pub(super) fn new(caption: &str, headings: &[&str]) -> Self {
        let headings = headings.iter().map(|&heading| heading.to_owned()).collect();
        Self {
            caption: caption.to_owned(),
            headings,
            rows: Vec::new(),
            intervals: Vec::new(),
        }
    }

    /// Says that the columns under these headings hold confidence intervals.
    pub(super) fn with_intervals(mut self, headings: &[&str]) -> Self {
        let columns = self.headings.iter().enumerate();
        let columns = columns.filter(|(_, heading)| headings.contains(&heading.as_str()));
        self.intervals = columns.map(|(column, _)| column).collect();
        self
    }

    pub(super) fn push<const N: usize>(&mut self, row: [String; N]) {
        self.rows.push(row.into());
    }

    /// Whether every filled cell of a column starts as a number does.
    #[must_use]
    pub fn is_numeric(&self, column: usize) -> bool {
        let mut cells = self
            .rows
            .iter()
            .map(|row| row[column].as_str())
            .filter(|c| !c.is_empty());
        let number = |cell: &str| {
            cell == "not evaluable"
                || cell == "NR"
                || cell
                    .trim_start_matches(['<', ' ', '-'])
                    .starts_with(|c: char| c.is_ascii_digit())
        };
        let mut any = false;
        cells.all(|cell| {
            any = true;
            number(cell)
        }) && any
    }
}

/// A grid as CSV, with its headings.
#[must_use]
pub fn grid_csv(grid: &Grid, cells: Cells) -> String {
    super::formats::records(&grid.headings, &grid.rows, b',', cells)
}

/// A grid as text for a terminal of this width; `None` does not fold.
#[must_use]
pub fn text(grid: &Grid, width: Option<u16>) -> String {
    let mut table = TextTable::new();
    table.load_style(UTF8_HORIZONTAL_ONLY.row_separator(LineStyle::none()));
    // A control character in a value must not reach the terminal as one.
    let plain = |text: &String| text.replace(|c: char| c.is_control() && c != '\n', "\u{FFFD}");
    table.set_header(grid.headings.iter().map(plain));
    table.add_rows(grid.rows.iter().map(|row| row.iter().map(plain)));
    match width {
        Some(width) => {
            table
                .set_content_arrangement(ContentArrangement::Dynamic)
                .set_width(width);
        }
        None => {
            table.set_content_arrangement(ContentArrangement::Disabled);
        }
    }
    for column in 0..grid.headings.len() {
        if grid.is_numeric(column)
            && let Some(column) = table.column_mut(column)
        {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let body = table.trim_fmt();
    if grid.caption.is_empty() {
        format!("{body}\n")
    } else {
        format!("{}\n{body}\n", grid.caption)
    }
}
