//! Text for people at a terminal.

use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{CellAlignment, ContentArrangement, LineStyle, Table as TextTable};

use super::{Format, Holds, Reader};
use crate::document::{Block, Document, Medium, Table};

pub(super) static FORMAT: Format = Format {
    name: "table",
    aliases: &["text"],
    ending: "txt",
    content_type: "text/plain; charset=utf-8",
    about: "For people",
    holds: Holds::Words,
    reader: Reader::People,
    write: |document, setting| Ok(text(document, setting.width).into_bytes()),
};

fn text(document: &dyn Document, width: Option<u16>) -> String {
    let blocks = document.blocks(Medium::Screen);
    blocks
        .iter()
        .map(|block| block_text(block, width))
        .collect()
}

fn block_text(block: &Block, width: Option<u16>) -> String {
    match block {
        Block::Title(text)
        | Block::Heading(text)
        | Block::Line(text)
        | Block::Note(text)
        | Block::Source(text)
        | Block::Code { text, .. } => format!("{text}\n"),
        Block::Synthetic => "SYNTHETIC DATA: these cases are invented.\n".to_owned(),
        Block::Caution(text) => format!("Caution: {text}\n"),
        Block::Fact(name, value) => format!("{name} = {value}\n"),
        Block::List(heading, points) => {
            let mut out = String::new();
            if !heading.is_empty() {
                out.push_str(&format!("{heading}:\n"));
            }
            for point in points {
                out.push_str(&format!("  {point}\n"));
            }
            out
        }
        Block::Table(table) => table_text(table, width),
        Block::Blank => "\n".to_owned(),
    }
}

/// A table as text for a terminal of this width; `None` does not fold.
#[must_use]
pub fn table_text(table: &Table, width: Option<u16>) -> String {
    let mut shown = TextTable::new();
    shown.load_style(UTF8_HORIZONTAL_ONLY.row_separator(LineStyle::none()));
    // A control character in a value must not reach the terminal as one.
    let plain = |text: &str| text.replace(|c: char| c.is_control() && c != '\n', "\u{FFFD}");
    shown.set_header(table.columns.iter().map(|column| plain(&column.shown())));
    let rows = table.rows.iter();
    shown.add_rows(rows.map(|row| row.iter().map(|cell| plain(&cell.text))));
    match width {
        Some(width) => {
            shown
                .set_content_arrangement(ContentArrangement::Dynamic)
                .set_width(width);
        }
        None => {
            shown.set_content_arrangement(ContentArrangement::Disabled);
        }
    }
    for (at, column) in table.columns.iter().enumerate() {
        if column.role.is_numeric()
            && let Some(column) = shown.column_mut(at)
        {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let body = shown.trim_fmt();
    if table.caption.is_empty() {
        format!("{body}\n")
    } else {
        format!("{}\n{body}\n", table.caption)
    }
}
