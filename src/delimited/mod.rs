//! Delimited text by RFC 4180, read strictly: each row is read whole, or the file is refused with the
//! place of what is wrong.
//!
//! A lenient reader takes a stray quotation mark for the beginning of a cell that holds the rows below
//! it, and nobody sees that they are gone. Here a mark stands around a whole cell or is doubled inside
//! one, every row is as wide as the headings, and a cell whose lines look like rows of the same table is
//! refused (see [`Reader::swallowed`]).

mod signature;
mod swallowed;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

/// Stands where a character was lost when a text was converted.
pub const LOST: char = char::REPLACEMENT_CHARACTER;

/// Characters of a wrong value that a message repeats.
const SHOWN: usize = 40;

/// Where a cell stands; columns count from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The row as a spreadsheet counts, headings being row 1.
    pub row: usize,
    /// The line as an editor counts.
    pub line: usize,
    /// Position of the cell in its row, from 0.
    pub column: usize,
}

/// What is wrong with the form of a file or of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where; `None` for the whole file.
    pub place: Option<Place>,
    /// The value that is wrong, cut; empty where the place says enough.
    pub value: String,
    /// The rule and the next step.
    pub rule: String,
}

impl Fault {
    fn file(rule: impl Into<String>) -> Self {
        Self {
            place: None,
            value: String::new(),
            rule: rule.into(),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(Place { row, line, column }) = self.place {
            write!(f, "line {line} ({}): ", address(column, row))?;
        }
        if !self.value.is_empty() {
            write!(f, "{:?} ", self.value)?;
        }
        f.write_str(&self.rule)
    }
}

/// Why a file cannot be read as a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// Its cells seem to be separated by this character.
    Separated(char),
    /// Its form is wrong.
    Form(Fault),
}

/// A row of cells, as they are written.
#[derive(Debug, Clone)]
pub struct Record<'a> {
    /// Row as a spreadsheet counts, headings being row 1.
    pub row: usize,
    /// Line on which it begins, as an editor counts.
    pub line: usize,
    /// The text of its cells, as many as there are headings.
    pub cells: Vec<Cow<'a, str>>,
    /// Where it stands in the bytes, its line end included.
    pub bytes: Range<usize>,
}

/// The address of a cell in A1 style; columns count from 0, rows from 1.
#[must_use]
pub fn address(column: usize, row: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or(0)));
        rest /= 26;
    }
    let letters: String = letters.iter().rev().collect();
    format!("{letters}{row}")
}

/// The column, counted from 0, and the row of an [`address`] such as `C4`; `None` if the text is none.
#[must_use]
pub fn place_of(address: &str) -> Option<(usize, usize)> {
    let digits = address.find(|c: char| c.is_ascii_digit())?;
    let (letters, row) = address.split_at(digits);
    let column = letters.bytes().try_fold(0_usize, |column, byte| {
        let letter = byte.checked_sub(b'A').filter(|letter| *letter < 26)?;
        column.checked_mul(26)?.checked_add(usize::from(letter) + 1)
    })?;
    Some((column.checked_sub(1)?, row.parse().ok()?))
}

/// A text without the blanks and invisible characters around it, such as non-breaking spaces.
#[must_use]
pub fn trimmed(text: &str) -> &str {
    text.trim_matches(is_blank)
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{FEFF}' | '\u{200B}'..='\u{200F}' | '\u{2060}')
}

/// How a character between cells is called.
#[must_use]
pub fn delimiter_name(delimiter: char) -> String {
    match delimiter {
        ',' => "comma".to_owned(),
        ';' => "semicolon".to_owned(),
        '\t' => "tab".to_owned(),
        other => format!("{other:?}"),
    }
}

fn shown(text: &str) -> String {
    let text = text.trim();
    match text.char_indices().nth(SHOWN) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

/// Reads the rows of a table one after the other. A row whose form is wrong is an `Err`; the next one
/// begins on the line below.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    bytes: &'a [u8],
    /// Bytes of the byte order mark before them.
    mark: usize,
    delimiter: u8,
    /// What ends a line: `\n`, or `\r` where a file has no other.
    line_end: u8,
    headings: Vec<String>,
    /// Where the next row begins.
    at: usize,
    row: usize,
    line: usize,
    /// Where rows begin that go over several lines, with the first cell that does.
    stretched: Vec<Stretched>,
}

#[derive(Debug, Clone, Copy)]
struct Stretched {
    from: usize,
    to: usize,
    place: Place,
    /// Where the first cell begins that does.
    cell: usize,
}

/// A row as it was scanned, before its cells are texts.
struct Scanned<'a> {
    cells: Vec<Cow<'a, [u8]>>,
    /// Where it ends, line end included.
    end: usize,
    lines: usize,
    /// The first cell that goes over several lines: its column, and where it begins.
    stretched: Option<(usize, usize)>,
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

    /// The headings, trimmed.
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
    fn wrong(&self, column: usize, value: &[u8], rule: impl Into<String>) -> Fault {
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
    fn scan_row(&self) -> Result<Scanned<'a>, Fault> {
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
    fn texts(&self, scanned: &Scanned<'a>) -> Result<Vec<Cow<'a, str>>, Fault> {
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

    /// What is wrong with the width of a row.
    fn width(&self, scanned: &Scanned<'_>) -> Option<Fault> {
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
