//! One CSV file as a table whose cells know their address.

use std::collections::BTreeMap;

use super::problems::{Place, Problems};
use crate::delimited::{Fault, LOST, Reader, Record, Refused, address, delimiter_name, trimmed};

/// The largest cell that is taken. A paragraph of a paper has about a kilobyte; more than this is
/// a quotation mark that nobody closed, or a file that is no sheet.
const LARGEST_CELL: usize = 64 * 1024;
/// The most columns that are looked at: no sheet has a tenth of them.
const MOST_COLUMNS: usize = 1000;
/// Rows of a wrong form that are reported one by one.
const MOST_FAULTS: usize = 20;

/// The sheets of a study, by name.
pub(super) type Tables<'a> = BTreeMap<&'a str, Table>;

/// A sheet as read: headings and rows of text, close together in memory.
#[derive(Debug, Clone)]
pub(super) struct Table {
    pub file: String,
    pub headings: Vec<String>,
    pub rows: Vec<Row>,
    /// Whether rows are lacking because of their form.
    pub damaged: bool,
    /// The text of all cells, each followed by [`END`].
    text: String,
    /// Where each cell begins in it; one more at the end.
    starts: Vec<u32>,
}

/// Stands after each cell; none holds it.
const END: char = '\0';

/// One row; `number` counts as a spreadsheet does, headings being row 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Row {
    pub number: usize,
    /// Which of all cells is its first.
    first: usize,
}

impl Table {
    pub fn column(&self, heading: &str) -> Option<usize> {
        self.headings.iter().position(|h| h == heading)
    }

    /// The text of a cell.
    pub fn cell(&self, row: &Row, column: usize) -> &str {
        let at = row.first + column;
        &self.text[self.starts[at] as usize..self.starts[at + 1] as usize - END.len_utf8()]
    }

    /// The text of a cell; empty if the sheet has no such column.
    pub fn get(&self, row: &Row, heading: &str) -> &str {
        self.column(heading)
            .map_or("", |column| self.cell(row, column))
    }

    /// The text of all cells of a row: two rows have the same one if they have the same cells.
    pub fn whole(&self, row: &Row) -> &str {
        let end = row.first + self.headings.len();
        &self.text[self.starts[row.first] as usize..self.starts[end] as usize]
    }

    /// The row with a number.
    pub fn numbered(&self, number: usize) -> Option<&Row> {
        let found = self.rows.binary_search_by_key(&number, |row| row.number);
        found.ok().map(|at| &self.rows[at])
    }

    /// The place of a cell for a problem.
    pub fn place<'a>(&'a self, row: &Row, heading: &str) -> Place<'a> {
        let column = self.column(heading);
        Place {
            file: &self.file,
            cell: address(column.unwrap_or(0), row.number),
            value: column.map_or("", |column| self.cell(row, column)),
        }
    }

    /// Adds a record as a row; what is wrong with a cell goes to `problems`, and the row is left out then.
    fn add(&mut self, record: &Record<'_>, problems: &mut Problems) -> bool {
        let (file, number) = (&self.file, record.row);
        let mut whole = true;
        let before = (self.text.len(), self.starts.len());
        for (column, cell) in record.cells.iter().enumerate() {
            let mut wrong = |value: &str, rule: String| {
                let cell = address(column, number);
                problems.cell(&Place { file, cell, value }, rule);
                whole = false;
            };
            let mut text = trimmed(cell);
            if text.len() > LARGEST_CELL {
                let bytes = text.len();
                wrong(
                    "",
                    format!(
                        "the cell holds {bytes} bytes and may hold {LARGEST_CELL}: look for a quotation mark that is not closed"
                    ),
                );
                // Not kept, however long it is.
                text = "";
            } else if text.contains(LOST) {
                wrong(text, "has a character (\u{FFFD}) that stands where another one was lost when the sheet was converted: write the lost one".to_owned());
            }
            self.text.push_str(text);
            self.text.push(END);
            self.starts.push(self.text.len() as u32);
        }
        if whole {
            self.rows.push(Row {
                number,
                first: before.1 - 1,
            });
        } else {
            self.text.truncate(before.0);
            self.starts.truncate(before.1);
        }
        whole
    }
}

/// Reads a file's bytes; everything wrong with its form goes to `problems`. `None` if nothing of
/// it can be used.
pub(super) fn read(file: &str, bytes: &[u8], problems: &mut Problems) -> Option<Table> {
    let mut reader = match Reader::new(bytes, b',') {
        Ok(reader) => reader,
        Err(Refused::Separated(other)) => {
            let other = delimiter_name(other);
            problems.file(
                file,
                format!("is not separated by commas but, it seems, by {other}s: save it as CSV with commas (RFC 4180), or move it elsewhere and `casegraph import` it"),
            );
            return None;
        }
        Err(Refused::Form(mut fault)) => {
            if fault.place.is_none() && is_importable(bytes) {
                fault
                    .rule
                    .push_str(", or move it elsewhere and `casegraph import` it");
            }
            tell(file, &fault, problems);
            return None;
        }
    };
    let mut table = Table {
        file: file.to_owned(),
        headings: reader.headings().to_vec(),
        rows: Vec::new(),
        damaged: false,
        text: String::with_capacity(bytes.len()),
        starts: vec![0],
    };
    if u32::try_from(bytes.len()).is_err() {
        problems.file(
            file,
            "has 4 GB or more: split the study, a sheet may have less",
        );
        return None;
    }
    if table.headings.len() > MOST_COLUMNS {
        let columns = table.headings.len();
        problems.file(
            file,
            format!(
                "has {columns} columns, and no sheet has more than {MOST_COLUMNS}: this is none"
            ),
        );
        return None;
    }
    for (column, heading) in table.headings.iter().enumerate() {
        let mut wrong = |value: &str, rule: String| {
            let cell = address(column, 1);
            problems.cell(&Place { file, cell, value }, rule);
        };
        if table.headings[..column].contains(heading) && !heading.is_empty() {
            wrong(heading, "is a heading twice: keep one".to_owned());
        }
        if heading.len() > LARGEST_CELL {
            let bytes = heading.len();
            wrong(
                "",
                format!("the heading holds {bytes} bytes: the file is no sheet"),
            );
            return None;
        }
    }
    let mut faults = 0;
    let mut complain = |fault: &Fault, problems: &mut Problems| {
        faults += 1;
        if faults <= MOST_FAULTS {
            tell(file, fault, problems);
        }
    };
    for record in reader.by_ref() {
        let whole = match record {
            Ok(record) if record.cells.iter().all(|cell| cell.is_empty()) => continue,
            Ok(record) => table.add(&record, problems),
            Err(fault) => {
                complain(&fault, problems);
                false
            }
        };
        table.damaged |= !whole;
    }
    for fault in reader.swallowed() {
        table.damaged = true;
        complain(&fault, problems);
    }
    if faults > MOST_FAULTS {
        let more = faults - MOST_FAULTS;
        problems.file(file, format!("has {more} more rows of a wrong form: look at the first ones, the file may be no CSV"));
    }
    Some(table)
}

/// Whether a file that is no CSV seems to be a workbook or UTF-16, which an import reads.
fn is_importable(bytes: &[u8]) -> bool {
    let begins = [&b"PK\x03\x04"[..], b"\xFF\xFE", b"\xFE\xFF"];
    begins.iter().any(|begin| bytes.starts_with(begin))
}

fn tell(file: &str, fault: &Fault, problems: &mut Problems) {
    match fault.place {
        None => problems.file(file, fault.rule.as_str()),
        Some(place) => {
            let cell = address(place.column, place.row);
            let value = fault.value.as_str();
            problems.cell(&Place { file, cell, value }, fault.rule.as_str());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems_of(bytes: &[u8]) -> Vec<String> {
        let mut problems = Problems::default();
        read("x.csv", bytes, &mut problems);
        problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn rows_count_as_in_a_spreadsheet() {
        let mut problems = Problems::default();
        let bytes = b"a,b\n\"two\nlines\",1\n\nx,2\n";
        let table = read("x.csv", bytes, &mut problems).expect("a table");
        let numbers: Vec<usize> = table.rows.iter().map(|row| row.number).collect();
        assert_eq!(numbers, [2, 4]);
        let bytes = b"a,b\r\n\"two\r\nlines\",1\r\n\r\nx,2\r\n";
        let table = read("x.csv", bytes, &mut problems).expect("a table");
        let numbers: Vec<usize> = table.rows.iter().map(|row| row.number).collect();
        assert_eq!(numbers, [2, 4], "with the line ends of RFC 4180");
    }

    #[test]
    fn each_broken_form_has_its_message() {
        for (bytes, words) in [
            (b"\xFF\xFEa".as_slice(), "UTF-16"),
            (b"", "is empty"),
            (b"a;b\n1;2\n", "by semicolons: save it as CSV with commas"),
            (
                b"a,b\n1,x\xEF\xBF\xBDy\n",
                "B2: \"x\u{FFFD}y\" has a character",
            ),
            (b"a,a\n1,2\n", "B1: \"a\" is a heading twice"),
            (b"a,b\n1,2,3\n", "C2: the row has 3 cells"),
            (b"a,b\n1\n", "B2: the row has 1 cells"),
            (
                b"a,b\n1,M\xFCller\n",
                "B2: \"M\u{FFFD}ller\" is not UTF-8 (byte 0xFC",
            ),
            (b"a,b\n1,x\0y\n", "B2: the cell holds a NUL byte"),
        ] {
            let found = problems_of(bytes).join("\n");
            assert!(found.contains(words), "{words}: {found}");
        }
        let mut large = b"a,b\n1,".to_vec();
        large.resize(large.len() + 100_000, b'x');
        assert!(
            problems_of(&large)
                .join("")
                .contains("B2: the cell holds 100000 bytes")
        );
    }
}
