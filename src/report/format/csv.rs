//! CSV as of RFC 4180: plain values, full IRIs, empty where there is none.

use super::{Format, Holds, Reader};
use crate::document::Records;
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
        write(&mut row.iter().map(|cell| text(&cell.joined(LINES))));
    }
    let bytes = writer.into_inner().unwrap_or_default();
    drop(written);
    bytes
}
