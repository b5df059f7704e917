//! A sheet as bytes, of which one row is changed and everything else stays as it is: byte order mark, line ends, quotation
//! marks and order.

use std::collections::BTreeMap;
use std::ops::Range;

use thiserror::Error;

use crate::delimited::{Fault, Reader, Refused};

/// The filled cells of a row by heading.
pub type Cells = BTreeMap<String, String>;

/// Why no row of a sheet can be changed: what is wrong with its form stops all reading of it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{sheet}.csv cannot be changed before its form is mended: {fault}")]
pub struct Unreadable {
    /// The sheet, without `.csv`.
    pub sheet: String,
    /// What is wrong, with its place.
    pub fault: String,
}

/// A row of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// As a spreadsheet counts, headings being row 1.
    pub number: usize,
    /// Its filled cells by heading.
    pub cells: Cells,
    /// Where it stands in the bytes, its line end included.
    pub(super) bytes: Range<usize>,
}

/// The headings of a sheet, and where they end in its bytes.
pub(super) struct Sheet {
    pub headings: Vec<String>,
    pub rows: Vec<Row>,
    /// Where the line of headings ends, its line end included.
    pub head: usize,
    line_end: &'static str,
}

/// The rows of a sheet that hold anything.
///
/// # Errors
/// The form of the sheet is wrong.
pub fn rows(sheet: &str, bytes: &[u8]) -> Result<Vec<Row>, Unreadable> {
    Ok(Sheet::read(sheet, bytes)?.rows)
}

/// Gives each row of a sheet that holds anything, and keeps none, for rows are many times larger in memory than in their
/// file. It tells the headings, and where their line ends.
///
/// # Errors
/// The form of the sheet is wrong, which may be seen after its last row.
pub fn each(
    sheet: &str,
    bytes: &[u8],
    mut take: impl FnMut(Row),
) -> Result<(Vec<String>, usize), Unreadable> {
    let unreadable = |fault: String| Unreadable {
        sheet: sheet.to_owned(),
        fault,
    };
    let broken = |fault: &Fault| unreadable(fault.to_string());
    let mut reader = Reader::new(bytes, b',').map_err(|refused| match refused {
        Refused::Separated(other) => unreadable(format!("its cells are separated by {other:?}")),
        Refused::Form(fault) => broken(&fault),
    })?;
    let headings = reader.headings().to_vec();
    let head = reader.headings_end();
    for record in reader.by_ref() {
        let record = record.map_err(|fault| broken(&fault))?;
        let named = headings.iter().zip(&record.cells);
        let cells = named.filter(|(_, cell)| !cell.is_empty());
        let cells: Cells = cells
            .map(|(heading, cell)| (heading.clone(), cell.clone().into_owned()))
            .collect();
        if !cells.is_empty() {
            take(Row {
                number: record.row,
                cells,
                bytes: record.bytes,
            });
        }
    }
    match reader.swallowed().first() {
        Some(fault) => Err(broken(fault)),
        None => Ok((headings, head)),
    }
}

impl Sheet {
    pub fn read(sheet: &str, bytes: &[u8]) -> Result<Self, Unreadable> {
        let mut rows = Vec::new();
        let (headings, head) = each(sheet, bytes, |row| rows.push(row))?;
        let line_end = match &bytes[..head] {
            [.., b'\r', b'\n'] => "\r\n",
            [.., b'\r'] => "\r",
            _ => "\n",
        };
        Ok(Self {
            headings,
            rows,
            head,
            line_end,
        })
    }

    /// A row of these cells, without its line end. Whoever puts every heading in quotation marks gets every cell so.
    pub fn line(&self, cells: &Cells, bytes: &[u8]) -> String {
        let text = std::str::from_utf8(&bytes[..self.head]).unwrap_or_default();
        let head = raw_cells(
            text.trim_start_matches('\u{FEFF}')
                .trim_end_matches(['\r', '\n']),
        );
        let all = head.iter().all(|cell| cell.starts_with('"'));
        let cell = |heading: &String| {
            let text = cells.get(heading).map_or("", String::as_str);
            written(text, all)
        };
        self.headings.iter().map(cell).collect::<Vec<_>>().join(",")
    }

    /// The bytes with a row at a place, below those that are there unless one follows.
    pub fn with_row(&self, bytes: &[u8], line: &str, before: Option<&Row>) -> Vec<u8> {
        let at = before.map_or(bytes.len(), |row| row.bytes.start);
        let mut new = bytes[..at].to_vec();
        if before.is_none() && !new.ends_with(b"\n") && !new.ends_with(b"\r") {
            new.extend_from_slice(self.line_end.as_bytes());
        }
        new.extend_from_slice(line.as_bytes());
        new.extend_from_slice(self.line_end.as_bytes());
        new.extend_from_slice(&bytes[at..]);
        new
    }

    /// The bytes with other cells in a row. A cell that says the same keeps its quotation marks.
    pub fn with_cells(&self, bytes: &[u8], row: &Row, cells: &Cells) -> Vec<u8> {
        let whole = std::str::from_utf8(&bytes[row.bytes.clone()]).unwrap_or_default();
        let line = whole.trim_end_matches(['\r', '\n']);
        let end = &whole[line.len()..];
        let old = raw_cells(line);
        let mut parts: Vec<String> = Vec::with_capacity(old.len());
        for (heading, old) in self.headings.iter().zip(old) {
            let (was, is) = (row.cells.get(heading), cells.get(heading));
            parts.push(if was == is {
                old.to_owned()
            } else {
                let text = is.map_or("", String::as_str);
                written(
                    text,
                    was.is_some() && old.starts_with('"') && !text.is_empty(),
                )
            });
        }
        let mut new = bytes[..row.bytes.start].to_vec();
        new.extend_from_slice(parts.join(",").as_bytes());
        new.extend_from_slice(end.as_bytes());
        new.extend_from_slice(&bytes[row.bytes.end..]);
        new
    }

    /// The bytes without a row.
    pub fn without_row(bytes: &[u8], row: &Row) -> Vec<u8> {
        let (before, after) = (&bytes[..row.bytes.start], &bytes[row.bytes.end..]);
        [before, after].concat()
    }

    /// The bytes with more columns, empty in every row.
    pub fn with_columns(&self, bytes: &[u8], columns: &[&str]) -> Vec<u8> {
        let mut new = Vec::with_capacity(bytes.len() + bytes.len() / 50);
        let mut at = 0;
        let mut widened = |end: usize, more: &str| {
            let part = &bytes[at..end];
            let cells = part.len()
                - part
                    .iter()
                    .rev()
                    .take_while(|b| matches!(b, b'\r' | b'\n'))
                    .count();
            new.extend_from_slice(&part[..cells]);
            new.extend_from_slice(more.as_bytes());
            new.extend_from_slice(&part[cells..]);
            at = end;
        };
        widened(self.head, &format!(",{}", columns.join(",")));
        for row in &self.rows {
            widened(row.bytes.end, &",".repeat(columns.len()));
        }
        new.extend_from_slice(&bytes[at..]);
        new
    }
}

/// A cell as CSV has it (RFC 4180), in quotation marks where it needs them or all have them.
fn written(text: &str, quoted: bool) -> String {
    let needs = |c: char| matches!(c, ',' | '"' | '\n' | '\r');
    let blank = text.starts_with(' ') || text.ends_with(' ');
    if quoted || blank || text.contains(needs) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

/// The cells of a row whose form is right, with their quotation marks.
fn raw_cells(line: &str) -> Vec<&str> {
    let (mut cells, mut from, mut inside) = (Vec::new(), 0, false);
    for (at, byte) in line.bytes().enumerate() {
        match byte {
            b'"' => inside = !inside,
            b',' if !inside => {
                cells.push(&line[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    cells.push(&line[from..]);
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(of: &[(&str, &str)]) -> Cells {
        of.iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect()
    }

    /// Forms in which sheets come: line ends, byte order mark, quotation marks, no end of the last line.
    const FORMS: [&[u8]; 6] = [
        b"a,b\n1,x\n2,\"y, \"\"z\"\"\"\n",
        b"a,b\r\n1,x\r\n2,\"y, \"\"z\"\"\"\r\n",
        b"\xEF\xBB\xBFa,b\n1,x\n\n2,\"y, \"\"z\"\"\"",
        b"\"a\",\"b\"\n\"1\",\"x\"\n\"2\",\"y, \"\"z\"\"\"\n",
        b"a,b\r1,x\r2,\"y, \"\"z\"\"\"\r",
        b"a,b\n1,\"x\"\n2,\"y, \"\"z\"\"\"\n\n\n",
    ];

    #[test]
    fn a_row_more_leaves_every_byte_that_was_there() {
        for bytes in FORMS {
            let sheet = Sheet::read("s", bytes).expect("a sheet");
            let new = cells(&[("a", "3"), ("b", "w\"x")]);
            let with = sheet.with_row(bytes, &sheet.line(&new, bytes), None);
            assert!(
                with.starts_with(bytes),
                "{}",
                String::from_utf8_lossy(&with)
            );
            let again = Sheet::read("s", &with).expect("a sheet");
            assert_eq!(again.rows.len(), 3);
            assert_eq!(again.rows[2].cells, new);
            assert_eq!(
                again.rows[..2].iter().map(|r| &r.cells).collect::<Vec<_>>(),
                sheet.rows.iter().map(|r| &r.cells).collect::<Vec<_>>()
            );
        }
    }

    #[test]
    fn another_cell_leaves_the_other_cells_and_rows() {
        for bytes in FORMS {
            let sheet = Sheet::read("s", bytes).expect("a sheet");
            let new = cells(&[("a", "1"), ("b", "changed")]);
            let with = sheet.with_cells(bytes, &sheet.rows[0], &new);
            let again = Sheet::read("s", &with).expect("a sheet");
            assert_eq!(again.rows[0].cells, new);
            assert_eq!(again.rows[1].cells, sheet.rows[1].cells);
            // And back, to the byte.
            let back = again.with_cells(&with, &again.rows[0], &sheet.rows[0].cells);
            assert_eq!(back, bytes, "{}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn a_row_that_goes_and_comes_back_is_where_it_was() {
        for bytes in FORMS {
            let sheet = Sheet::read("s", bytes).expect("a sheet");
            let first = &sheet.rows[0];
            let less = Sheet::without_row(bytes, first);
            let rest = Sheet::read("s", &less).expect("a sheet");
            assert_eq!(rest.rows.len(), 1);
            let line = sheet.line(&first.cells, bytes);
            let back = rest.with_row(&less, &line, Some(&rest.rows[0]));
            assert_eq!(
                Sheet::read("s", &back).expect("a sheet").rows[0].cells,
                first.cells
            );
        }
    }

    #[test]
    fn columns_more_are_empty_in_every_row() {
        for bytes in FORMS {
            let sheet = Sheet::read("s", bytes).expect("a sheet");
            let with = sheet.with_columns(bytes, &["curator", "state"]);
            let again = Sheet::read("s", &with).expect("a sheet");
            assert_eq!(again.headings, ["a", "b", "curator", "state"]);
            assert_eq!(
                again.rows.iter().map(|r| &r.cells).collect::<Vec<_>>(),
                sheet.rows.iter().map(|r| &r.cells).collect::<Vec<_>>()
            );
        }
    }

    #[test]
    fn a_sheet_whose_form_is_wrong_is_not_touched() {
        for wrong in [
            b"a,b\n1\n".as_slice(),
            b"a;b\n1;2\n",
            b"a,b\n1,\"x\n",
            b"a,b\n1,\xFF\n",
        ] {
            assert!(Sheet::read("s", wrong).is_err());
        }
    }
}
