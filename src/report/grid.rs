//! A grid as CSV, and as text for a terminal.

use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{CellAlignment, ContentArrangement, LineStyle, Table as TextTable};

use super::cells::Cells;
use crate::document::Grid;

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
