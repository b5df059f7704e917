//! Scans a row: cells with and without quotation marks, and what is wrong with their form.

use std::borrow::Cow;

use super::Reader;
use crate::delimited::Fault;
use crate::delimited::text::{delimiter_name, shown};

/// A row as it was scanned, before its cells are texts.
pub(super) struct Scanned<'a> {
    pub(super) cells: Vec<Cow<'a, [u8]>>,
    /// Where it ends, line end included.
    pub(super) end: usize,
    pub(super) lines: usize,
    /// The first cell that goes over several lines: its column, and where it begins.
    pub(super) stretched: Option<(usize, usize)>,
}

impl<'a> Reader<'a> {
    /// Number of line ends in a part of the file.
    fn breaks(&self, part: &[u8]) -> usize {
        part.split(|byte| *byte == self.line_end).count() - 1
    }

    /// The length of the line end at a byte, 0 if there is none, and whether what stands there is a
    /// carriage return that ends nothing.
    fn line_end_at(&self, at: usize) -> Result<usize, ()> {
        match (self.bytes.get(at), self.bytes.get(at + 1)) {
            (Some(b'\r'), Some(b'\n')) => Ok(2),
            (Some(b'\n'), _) | (Some(b'\r'), None) => Ok(1),
            (Some(b'\r'), _) if self.line_end == b'\r' => Ok(1),
            (Some(b'\r'), _) => Err(()),
            _ => Ok(0),
        }
    }

    /// The cells of the next row.
    pub(super) fn scan_row(&self) -> Result<Scanned<'a>, Fault> {
        let bytes = self.bytes;
        let mut found = Scanned {
            cells: Vec::with_capacity(self.headings.len()),
            end: self.at,
            lines: 1,
            stretched: None,
        };
        let mut at = self.at;
        loop {
            let column = found.cells.len();
            let (cell, end) = if bytes.get(at) == Some(&b'"') {
                let (cell, end) = self.quoted(column, at)?;
                let breaks = self.breaks(&bytes[at..end]);
                if breaks > 0 {
                    found.lines += breaks;
                    found.stretched.get_or_insert((column, at));
                }
                (cell, end)
            } else {
                let end = self.unquoted(column, at)?;
                (Cow::Borrowed(&bytes[at..end]), end)
            };
            found.cells.push(cell);
            at = end;
            match self.line_end_at(at) {
                Ok(0) if at < bytes.len() => at += 1,
                Ok(length) => {
                    found.end = at + length;
                    return Ok(found);
                }
                Err(()) => return Err(self.lone_return(column, at)),
            }
        }
    }

    fn lone_return(&self, column: usize, at: usize) -> Fault {
        let before = &self.bytes[self.at..at];
        let start = before.iter().rposition(|b| *b == self.delimiter);
        let value = &before[start.map_or(0, |start| start + 1)..];
        let rule = "is followed by a carriage return that ends no line: remove it, or save the file with one kind of line end";
        self.wrong(column, value, rule)
    }

    /// Where the cell without quotation marks that begins at a byte ends.
    fn unquoted(&self, column: usize, from: usize) -> Result<usize, Fault> {
        let rest = &self.bytes[from..];
        let stops = |byte: &u8| *byte == self.delimiter || matches!(byte, b'\n' | b'\r' | b'"');
        let end = from + rest.iter().position(stops).unwrap_or(rest.len());
        if self.bytes.get(end) != Some(&b'"') {
            return Ok(end);
        }
        let stops = |byte: &u8| *byte == self.delimiter || matches!(byte, b'\n' | b'\r');
        let whole = rest.iter().position(stops).unwrap_or(rest.len());
        let rule = if self.bytes[from..end].iter().all(u8::is_ascii_whitespace) {
            "has a blank before its quotation mark: remove the blank".to_owned()
        } else {
            "has a quotation mark inside: remove it, or put the cell in quotation marks and double the one inside (as in \"a 3\"\" nail\")".to_owned()
        };
        Err(self.wrong(column, &rest[..whole], rule))
    }

    /// The text of the cell in quotation marks that begins at a byte, and where it ends.
    fn quoted(&self, column: usize, from: usize) -> Result<(Cow<'a, [u8]>, usize), Fault> {
        let bytes = self.bytes;
        let mut doubled = false;
        let mut at = from + 1;
        let close = loop {
            let Some(next) = bytes[at..].iter().position(|byte| *byte == b'"') else {
                let rule =
                    "begins with a quotation mark that nothing closes: close it, or remove it";
                return Err(self.wrong(column, &bytes[from..], rule));
            };
            at += next;
            if bytes.get(at + 1) != Some(&b'"') {
                break at;
            }
            doubled = true;
            at += 2;
        };
        let text = &bytes[from + 1..close];
        let end = close + 1;
        let ends = end == bytes.len()
            || bytes[end] == self.delimiter
            || self.line_end_at(end).is_ok_and(|length| length > 0);
        if !ends {
            return Err(self.behind(column, from, end));
        }
        let text = if doubled {
            let mut out = Vec::with_capacity(text.len());
            let mut rest = text.iter();
            while let Some(byte) = rest.next() {
                out.push(*byte);
                if *byte == b'"' {
                    rest.next();
                }
            }
            Cow::Owned(out)
        } else {
            Cow::Borrowed(text)
        };
        Ok((text, end))
    }

    /// Text behind the mark that closes a cell.
    fn behind(&self, column: usize, from: usize, end: usize) -> Fault {
        let bytes = self.bytes;
        let lines = self.breaks(&bytes[from..end]);
        let stops = |byte: &u8| *byte == self.delimiter || matches!(byte, b'\n' | b'\r');
        let rest = &bytes[end..];
        let behind = &rest[..rest.iter().position(stops).unwrap_or(rest.len())];
        let rule = if lines > 0 {
            let opened = self.line + self.breaks(&bytes[self.at..from]);
            format!(
                "begins with a quotation mark, and the next mark that could close it, on line {}, has text behind it ({:?}): remove or close the one on line {opened}",
                opened + lines,
                shown(&String::from_utf8_lossy(behind)),
            )
        } else {
            "has text behind the quotation mark that closes it: double a mark that belongs to the value (as in \"a 3\"\" nail\")".to_owned()
        };
        let whole = &bytes[from..end + behind.len()];
        self.wrong(column, whole, rule)
    }

    /// The cells of a row as texts.
    pub(super) fn texts(&self, scanned: &Scanned<'a>) -> Result<Vec<Cow<'a, str>>, Fault> {
        let text = |(column, cell): (usize, &Cow<'a, [u8]>)| {
            let wrong = |error: std::str::Utf8Error| {
                let byte = cell[error.valid_up_to()];
                let rule = format!(
                    "is not UTF-8 (byte 0x{byte:02X}, perhaps Windows-1252 or Latin-1): save the sheet as CSV UTF-8"
                );
                self.wrong(column, cell, rule)
            };
            let text = match cell {
                Cow::Borrowed(bytes) => std::str::from_utf8(bytes).map(Cow::Borrowed),
                Cow::Owned(bytes) => std::str::from_utf8(bytes).map(|text| text.to_owned().into()),
            };
            let text: Cow<'a, str> = text.map_err(wrong)?;
            if text.contains('\0') {
                let rule = "the cell holds a NUL byte: the file is not plain text";
                return Err(self.wrong(column, b"", rule));
            }
            Ok(text)
        };
        scanned.cells.iter().enumerate().map(text).collect()
    }

    /// What is wrong with the width of a row.
    pub(super) fn width(&self, scanned: &Scanned<'_>) -> Option<Fault> {
        let (found, width) = (scanned.cells.len(), self.headings.len());
        if found == width {
            return None;
        }
        let name = delimiter_name(char::from(self.delimiter));
        let advice = match scanned.stretched {
            Some(_) => format!(
                "it goes from line {} to line {}: look for a quotation mark that does not belong there",
                self.line,
                self.line + scanned.lines - 1
            ),
            None if found > width => {
                format!("a {name} inside a value needs quotation marks around it")
            }
            None => format!(
                "an empty cell needs its {name}, and a line break inside a value quotation marks around it"
            ),
        };
        let rule = format!("the row has {found} cells and the headings have {width}: {advice}");
        Some(self.wrong(found.min(width), b"", rule))
    }
}
