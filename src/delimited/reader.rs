//! Reads the rows of a table one after the other.

mod scan;
mod swallowed;

use std::ops::Range;

use super::text::{delimiter_name, shown, trimmed};
use super::{Fault, Place, Record, Refused, signature};
use scan::Scanned;

/// Reads the rows of a table one after the other. A row whose form is wrong is an `Err`; the next one
/// begins on the line below.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    pub(super) bytes: &'a [u8],
    /// Bytes of the byte order mark before them.
    pub(super) mark: usize,
    pub(super) delimiter: u8,
    /// What ends a line: `\n`, or `\r` where a file has no other.
    pub(super) line_end: u8,
    pub(super) headings: Vec<String>,
    /// Where the next row begins.
    pub(super) at: usize,
    pub(super) row: usize,
    pub(super) line: usize,
    /// Where rows begin that go over several lines, with the first cell that does.
    pub(super) stretched: Vec<Stretched>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Stretched {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) place: Place,
    /// Where the first cell begins that does.
    pub(super) cell: usize,
}

impl<'a> Reader<'a> {
    /// Reads the headings of a table whose cells are separated by an ASCII character.
    ///
    /// # Errors
    /// The bytes are no such table.
    pub fn new(bytes: &'a [u8], delimiter: u8) -> Result<Self, Refused> {
        signature::check(bytes).map_err(Refused::Form)?;
        let whole = bytes.len();
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let line_end = if bytes.contains(&b'\r') && !bytes.contains(&b'\n') {
            b'\r'
        } else {
            b'\n'
        };
        let mut reader = Self {
            bytes,
            mark: whole - bytes.len(),
            delimiter,
            line_end,
            headings: Vec::new(),
            at: 0,
            row: 1,
            line: 1,
            stretched: Vec::new(),
        };
        reader.pass_blank_lines();
        if reader.at == bytes.len() {
            let rule = "is empty: it needs at least its row of headings";
            return Err(Refused::Form(Fault::file(rule)));
        }
        if let Some(other) = reader.other_delimiter() {
            return Err(Refused::Separated(other));
        }
        if reader
            .first_line()
            .to_ascii_lowercase()
            .starts_with(b"sep=")
        {
            let rule =
                "begins with a line for Excel (sep=) where the headings should be: delete it";
            return Err(Refused::Form(Fault::file(rule)));
        }
        let first = reader.scan_row().and_then(|scanned| {
            let (row, line) = (reader.row, reader.line);
            let (record, bytes) = (reader.texts(&scanned), reader.range(&scanned));
            reader.note_stretched(&scanned);
            reader.pass(scanned.end, scanned.lines);
            reader.row = row + 1;
            record.map(|cells| Record {
                row,
                line,
                cells,
                bytes,
            })
        });
        let first = first.map_err(Refused::Form)?;
        let lines = |cell: &str| {
            cell.as_bytes().contains(&line_end) && cell.as_bytes().contains(&delimiter)
        };
        if let Some(column) = first.cells.iter().position(|cell| lines(cell)) {
            let (row, line) = (first.row, first.line);
            let rule = format!(
                "begins a heading that goes over several lines and holds {}s: remove the quotation mark that opens it",
                delimiter_name(char::from(delimiter))
            );
            return Err(Refused::Form(Fault {
                place: Some(Place { row, line, column }),
                value: shown(first.cells[column].lines().next().unwrap_or_default()),
                rule,
            }));
        }
        let texts = first.cells.iter().map(|cell| trimmed(cell).to_owned());
        reader.headings = texts.collect();
        Ok(reader)
    }

    /// Headings without the blanks around them, from left to right.
    #[must_use]
    pub fn headings(&self) -> &[String] {
        &self.headings
    }

    /// Where the row of headings ends in the bytes, its line end included; as long as no row was read.
    #[must_use]
    pub fn headings_end(&self) -> usize {
        self.at + self.mark
    }

    /// What of this table, read to its end, looks like rows inside a cell.
    #[must_use]
    pub fn swallowed(&self) -> Vec<Fault> {
        swallowed::find(self)
    }

    fn place(&self, column: usize) -> Place {
        Place {
            row: self.row,
            line: self.line,
            column,
        }
    }

    /// A wrong cell of the row that is being read.
    pub(super) fn wrong(&self, column: usize, value: &[u8], rule: impl Into<String>) -> Fault {
        let end = value.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
        let value = String::from_utf8_lossy(&value[..end.unwrap_or(value.len())]);
        Fault {
            place: Some(self.place(column)),
            value: shown(&value),
            rule: rule.into(),
        }
    }

    /// The line on which the next row begins, without its end.
    fn first_line(&self) -> &'a [u8] {
        let rest = &self.bytes[self.at..];
        let end = rest.iter().position(|byte| *byte == self.line_end);
        let line = &rest[..end.unwrap_or(rest.len())];
        line.strip_suffix(b"\r").unwrap_or(line)
    }

    /// Goes to the row that begins at `end`, this many lines below.
    fn pass(&mut self, end: usize, lines: usize) {
        self.at = end;
        self.line += lines;
    }

    fn pass_line(&mut self) {
        let rest = &self.bytes[self.at..];
        let end = rest.iter().position(|byte| *byte == self.line_end);
        self.pass(self.at + end.map_or(rest.len(), |end| end + 1), 1);
        self.row += 1;
    }

    /// Goes over lines without anything on them. In a table of one column such a line is a cell
    /// without a value, unless nothing comes after it.
    fn pass_blank_lines(&mut self) {
        let blank = |line: &[u8]| line.iter().all(|b| matches!(b, b' ' | b'\r' | b'\n'));
        while self.at < self.bytes.len() && blank(self.first_line()) {
            if self.headings.len() == 1 && !blank(&self.bytes[self.at..]) {
                return;
            }
            self.pass_line();
        }
    }

    /// Another character that separates the cells, where the headings are one cell with this one.
    fn other_delimiter(&self) -> Option<char> {
        let first = self.first_line();
        if first.contains(&self.delimiter) {
            return None;
        }
        let mut below = self.clone();
        below.pass_line();
        below.pass_blank_lines();
        let second = below.first_line();
        let also =
            |other: &u8| first.contains(other) && (second.is_empty() || second.contains(other));
        [b';', b'\t', b'|', b',']
            .into_iter()
            .find(also)
            .map(char::from)
    }

    /// Where a row stands in all bytes.
    fn range(&self, scanned: &Scanned<'_>) -> Range<usize> {
        self.at + self.mark..scanned.end + self.mark
    }

    fn note_stretched(&mut self, scanned: &Scanned<'_>) {
        if let Some((column, cell)) = scanned.stretched {
            self.stretched.push(Stretched {
                from: self.at,
                to: scanned.end,
                place: self.place(column),
                cell,
            });
        }
    }
}

impl<'a> Iterator for Reader<'a> {
    type Item = Result<Record<'a>, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        self.pass_blank_lines();
        if self.at == self.bytes.len() {
            return None;
        }
        let (row, line) = (self.row, self.line);
        let scanned = match self.scan_row() {
            Ok(scanned) => scanned,
            Err(fault) => {
                self.pass_line();
                return Some(Err(fault));
            }
        };
        let found = match self.width(&scanned) {
            Some(fault) => Err(fault),
            None => self.texts(&scanned).map(|cells| Record {
                row,
                line,
                cells,
                bytes: self.range(&scanned),
            }),
        };
        self.note_stretched(&scanned);
        self.pass(scanned.end, scanned.lines);
        self.row += 1;
        Some(found)
    }
}
