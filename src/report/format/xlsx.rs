//! A workbook: a tab a table, its ledger, and a tab that says how it came about.
//!
//! Numbers are numbers; text is formatted as text, so that a spreadsheet program turns neither a gene nor `2:2` into a date
//! when somebody edits the cell.

use std::collections::BTreeSet;

use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format as Style, FormatAlign, IgnoreError, Workbook, Worksheet,
    XlsxError,
};
use serde_json::Value;

use super::{Format, FormatError, Holds, Reader};
use crate::document::{Block, Cell, CellValue, Document, Medium, Table};

pub(super) static FORMAT: Format = Format {
    name: "xlsx",
    aliases: &["excel"],
    ending: "xlsx",
    content_type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    about: "A workbook: a tab a table, and one with method, cautions and source",
    holds: Holds::Words,
    reader: Reader::Bytes,
    write: |document, _| {
        workbook(document).map_err(|error| FormatError::Workbook(document.name(), error))
    },
};

/// The tab that says how the tables came about.
const ABOUT: &str = "about";
/// Most characters of the name of a tab.
const LONGEST_NAME: usize = 31;
/// Most characters of a cell.
const LONGEST_CELL: usize = 32_767;
/// What stands at the end of a cell that cannot hold all of its text.
const CUT: &str = " … (cut here: a cell holds no more)";
/// Widths of columns, in characters.
const WIDTHS: std::ops::RangeInclusive<usize> = 8..=60;

fn workbook(document: &dyn Document) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // Always the same, so that the same result is the same file.
    let made = ExcelDateTime::from_ymd(2000, 1, 1)?;
    let properties = DocProperties::new()
        .set_title(document.title())
        .set_creation_datetime(&made);
    book.set_properties(&properties);
    let blocks = document.blocks(Medium::Page);
    let shown = blocks.iter().filter_map(|block| match block {
        Block::Table(table) => Some(table.clone()),
        _ => None,
    });
    let mut names = Names::default();
    let mut tabs = Vec::new();
    for table in shown.chain(document.appendix()) {
        let name = names.of(&table.caption);
        fill(book.add_worksheet().set_name(&name)?, &table)?;
        tabs.push((name, table.caption));
    }
    let about = book.add_worksheet().set_name(ABOUT)?;
    tell(about, document, &blocks, &tabs)?;
    book.save_to_buffer()
}

/// The names of tabs, each once whatever its case.
struct Names(BTreeSet<String>);

impl Default for Names {
    fn default() -> Self {
        Self(BTreeSet::from([ABOUT.to_owned(), "history".to_owned()]))
    }
}

impl Names {
    fn of(&mut self, caption: &str) -> String {
        let forbidden =
            |c: char| c.is_control() || ['[', ']', ':', '*', '?', '/', '\\', '\''].contains(&c);
        let words = caption.replace(forbidden, " ");
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        let words = if words.is_empty() { "table" } else { &words };
        for number in 1.. {
            let end = if number == 1 {
                String::new()
            } else {
                format!(" {number}")
            };
            let name = format!("{}{end}", cut(words, LONGEST_NAME - end.len()));
            if self.0.insert(name.to_lowercase()) {
                return name;
            }
        }
        ABOUT.to_owned()
    }
}

/// The first so many units of UTF-16, in which workbooks count.
fn cut(text: &str, most: usize) -> &str {
    let mut units = 0;
    let end = text.char_indices().find(|(_, c)| {
        units += c.len_utf16();
        units > most
    });
    text[..end.map_or(text.len(), |(at, _)| at)].trim_end()
}

fn bold() -> Style {
    Style::new().set_bold().set_num_format("@")
}

fn text() -> Style {
    Style::new().set_num_format("@").set_align(FormatAlign::Top)
}

/// A tab with the headings, which stay in sight, and the rows.
fn fill(sheet: &mut Worksheet, table: &Table) -> Result<(), XlsxError> {
    for (column, heading) in (0..).zip(&table.columns) {
        write_text(sheet, 0, column, &heading.shown(), &bold())?;
    }
    for (row, cells) in (1..).zip(&table.rows) {
        for (column, cell) in (0..).zip(cells) {
            write(sheet, row, column, cell)?;
        }
    }
    for (at, column) in (0..).zip(&table.columns) {
        let cells = table.rows.iter().filter_map(|row| row.get(usize::from(at)));
        let longest = cells
            .flat_map(|cell| cell.text.lines())
            .chain([&*column.shown()])
            .map(|line| line.chars().count() + 1)
            .max()
            .unwrap_or(0);
        let width = longest.clamp(*WIDTHS.start(), *WIDTHS.end());
        sheet.set_column_width(at, width as f64)?;
    }
    if let (Some(last), rows @ 1..) = (table.columns.len().checked_sub(1), table.rows.len()) {
        let last = u16::try_from(last).unwrap_or(u16::MAX);
        let rows = u32::try_from(rows).unwrap_or(u32::MAX);
        sheet.autofilter(0, 0, rows, last)?;
        sheet.ignore_error_range(1, 0, rows, last, IgnoreError::NumberStoredAsText)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

/// A cell as what it is.
fn write(sheet: &mut Worksheet, row: u32, column: u16, cell: &Cell) -> Result<(), XlsxError> {
    if let Some(number) = cell.only_number() {
        let unit = match cell.value {
            CellValue::Share(_) => "%",
            _ => "",
        };
        let style = Style::new()
            .set_num_format(digits(&cell.text, unit))
            .set_align(FormatAlign::Top);
        sheet.write_number_with_format(row, column, number, &style)?;
        return Ok(());
    }
    match cell.value {
        CellValue::Boolean(yes) => {
            sheet.write_boolean(row, column, yes)?;
        }
        CellValue::Lines => {
            write_text(sheet, row, column, &cell.text, &text().set_text_wrap())?;
        }
        _ => write_text(sheet, row, column, &cell.text, &text())?,
    }
    Ok(())
}

/// How a number is shown: with the digits of its text, where that is a number.
fn digits(text: &str, unit: &str) -> String {
    let decimals = match text.split_once('.') {
        _ if text.parse::<f64>().is_err() => None,
        None => Some(0),
        Some((_, decimals)) if decimals.chars().all(|c| c.is_ascii_digit()) => Some(decimals.len()),
        Some(_) => None,
    };
    match decimals {
        None if unit.is_empty() => "General".to_owned(),
        None => format!("0.0{unit}"),
        Some(0) => format!("0{unit}"),
        Some(decimals) => format!("0.{}{unit}", "0".repeat(decimals)),
    }
}

fn write_text(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    text: &str,
    style: &Style,
) -> Result<(), XlsxError> {
    if text.is_empty() {
        return Ok(());
    }
    // What XML cannot hold.
    let text = text.replace(
        |c: char| c.is_control() && !matches!(c, '\n' | '\t'),
        "\u{FFFD}",
    );
    let kept = cut(&text, LONGEST_CELL);
    if kept.len() < text.trim_end().len() {
        let kept = format!("{}{CUT}", cut(&text, LONGEST_CELL - CUT.len()));
        sheet.write_string_with_format(row, column, kept, style)?;
    } else {
        sheet.write_string_with_format(row, column, &*text, style)?;
    }
    Ok(())
}

/// The tab about the others: what belongs to the document, or else what it says between its tables.
fn tell(
    sheet: &mut Worksheet,
    document: &dyn Document,
    blocks: &[Block],
    tabs: &[(String, String)],
) -> Result<(), XlsxError> {
    let mut lines: Vec<(String, String)> = Vec::new();
    let known = document.provenance();
    if known.is_empty() {
        lines.push(("title".to_owned(), document.title()));
        for block in blocks {
            lines.extend(said(block));
        }
    }
    for (name, value) in known {
        lines.extend(told(name, value));
    }
    let named = tabs.iter().filter(|(name, caption)| name != caption);
    lines.extend(named.map(|(name, caption)| (format!("tab {name}"), caption.clone())));
    sheet.set_column_width(0, 16)?;
    sheet.set_column_width(1, 110)?;
    write_text(sheet, 0, 0, "what", &bold())?;
    write_text(sheet, 0, 1, "as it is", &bold())?;
    let lines = lines.iter().filter(|(_, text)| !text.is_empty());
    for (row, (what, said)) in (1..).zip(lines) {
        write_text(sheet, row, 0, what, &text())?;
        write_text(sheet, row, 1, said, &text().set_text_wrap())?;
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

/// What belongs to a document as lines: a list has a line for each of its texts.
fn told(name: &str, value: Value) -> Vec<(String, String)> {
    let plain = |value: Value| match value {
        Value::String(text) => text,
        other => other.to_string(),
    };
    match value {
        Value::Array(all) => {
            let lines = all.into_iter().map(|one| (name.to_owned(), plain(one)));
            lines.collect()
        }
        Value::Object(all) => {
            let lines = all.into_iter();
            let line = |(key, one)| (name.to_owned(), format!("{key} = {}", plain(one)));
            lines.map(line).collect()
        }
        one => vec![(name.to_owned(), plain(one))],
    }
}

/// What stands between tables, as lines.
fn said(block: &Block) -> Vec<(String, String)> {
    let one = |what: &str, text: &str| vec![(what.to_owned(), text.to_owned())];
    match block {
        Block::Title(text) | Block::Heading(text) => one("section", text),
        Block::Synthetic => one("caution", "SYNTHETIC DATA: these cases are invented."),
        Block::Line(text) | Block::Note(text) => one("text", text),
        Block::Caution(text) => one("caution", text),
        Block::Fact(name, value) => one(name, value),
        Block::List(heading, points) => {
            let points = points.iter();
            points
                .map(|point| (heading.clone(), point.clone()))
                .collect()
        }
        Block::Code { name, text, .. } => one(if name.is_empty() { "text" } else { name }, text),
        Block::Source(text) => one("made from", text),
        Block::Table(_) | Block::Blank => Vec::new(),
    }
}
