//! CSV as of RFC 4180: plain values, full IRIs, 1 and 0 for yes and no, empty where there is no value.

use std::borrow::Cow;

use super::{Format, Holds, Reader};
use crate::document::{Cell, CellValue, Records};
use crate::report::cells::Cells;

pub(super) static FORMAT: Format = Format {
    name: "csv",
    aliases: &[],
    ending: "csv",
    content_type: "text/csv; charset=utf-8",
    about: "The rows",
    holds: Holds::Words,
    reader: Reader::Programs,
    write: |document, setting| Ok(separated(document.records(), b',', setting.cells)),
};

/// Parts the lines of a cell.
const LINES: &str = "; ";

/// Records as CSV with a row of headings.
#[must_use]
pub fn records_csv(records: Records<'_>, cells: Cells) -> String {
    String::from_utf8_lossy(&separated(records, b',', cells)).into_owned()
}

/// Headings and rows, with this character between cells.
pub(super) fn separated(records: Records<'_>, delimiter: u8, cells: Cells) -> Vec<u8> {
    let mut writer = ::csv::WriterBuilder::new()
        .delimiter(delimiter)
        .from_writer(Vec::new());
    // Writing to memory cannot fail, and every row is as wide as the headings.
    let mut written = Ok(());
    let mut write = |texts: &mut dyn Iterator<Item = String>| {
        let next = writer.write_record(&texts.collect::<::csv::StringRecord>());
        if written.is_ok() {
            written = next;
        }
    };
    let text = |cell: &str| cells.write(cell).into_owned();
    write(&mut records.columns.iter().map(|column| text(&column.shown())));
    for row in records.rows {
        write(&mut row.iter().map(|cell| text(&plain(cell))));
    }
    let bytes = writer.into_inner().unwrap_or_default();
    drop(written);
    bytes
}

/// A cell as a program reads it: R takes `true` beside an empty cell for text and pandas for an object, and both take 1 and
/// 0 for numbers.
fn plain(cell: &Cell) -> Cow<'_, str> {
    match cell.value {
        CellValue::Boolean(yes) => if yes { "1" } else { "0" }.into(),
        _ => cell.joined(LINES),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Role, Table};

    #[test]
    fn yes_is_1_and_no_is_0_and_not_known_is_empty() {
        let mut table = Table::new("", &[("event", Role::Text), ("word", Role::Text)]);
        let event = |yes: bool| Cell::of(yes.to_string(), CellValue::Boolean(yes));
        table.push([event(true), "true".into()]);
        table.push([event(false), "=1".into()]);
        table.push([Cell::default(), Cell::default()]);
        let written = records_csv(table.into(), Cells::Marked);
        assert_eq!(written, "event,word\n1,true\n0,'=1\n,\n");
    }
}
