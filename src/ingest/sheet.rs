//! One CSV file as a table whose cells know their address.

use super::problems::{Place, Problems};
use crate::delimited::{Fault, LOST, Reader, Record, Refused, address, delimiter_name, trimmed};

/// The largest cell that is taken. A paragraph of a paper has about a kilobyte; more than this is
/// a quotation mark that nobody closed, or a file that is no sheet.
const LARGEST_CELL: usize = 64 * 1024;
/// Rows of a wrong form that are told one by one.
const MOST_FAULTS: usize = 20;

/// A sheet as read: headings and rows of text.
#[derive(Debug, Clone)]
pub(super) struct Table {
    pub file: String,
    pub headings: Vec<String>,
    pub rows: Vec<Row>,
    /// Whether rows are lacking because of their form.
    pub damaged: bool,
}

/// One row; `number` counts as a spreadsheet does, headings being row 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub number: usize,
    pub cells: Vec<String>,
}

impl Table {
    pub fn column(&self, heading: &str) -> Option<usize> {
        self.headings.iter().position(|h| h == heading)
    }

    /// The text of a cell; empty if the sheet has no such column.
    pub fn get<'a>(&self, row: &'a Row, heading: &str) -> &'a str {
        self.column(heading)
            .map_or("", |column| row.cells[column].as_str())
    }

    /// The place of a cell for a problem.
    pub fn place<'a>(&'a self, row: &'a Row, heading: &str) -> Place<'a> {
        let column = self.column(heading);
        Place {
            file: &self.file,
            cell: address(column.unwrap_or(0), row.number),
            value: column.map_or("", |column| row.cells[column].as_str()),
        }
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
                format!("is not separated by commas but, it seems, by {other}s: save it as CSV with commas (RFC 4180)"),
            );
            return None;
        }
        Err(Refused::Form(fault)) => {
            tell(file, &fault, problems);
            return None;
        }
    };
    let mut table = Table {
        file: file.to_owned(),
        headings: reader.headings().to_vec(),
        rows: Vec::new(),
        damaged: false,
    };
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
    let mut told = |fault: &Fault, problems: &mut Problems| {
        faults += 1;
        if faults <= MOST_FAULTS {
            tell(file, fault, problems);
        }
    };
    for record in reader.by_ref() {
        let row = match record {
            Ok(record) if record.cells.iter().all(|cell| cell.is_empty()) => continue,
            Ok(record) => checked_row(file, &record, problems),
            Err(fault) => {
                told(&fault, problems);
                None
            }
        };
        match row {
            Some(row) => table.rows.push(row),
            None => table.damaged = true,
        }
    }
    for fault in reader.swallowed() {
        table.damaged = true;
        told(&fault, problems);
    }
    if faults > MOST_FAULTS {
        let more = faults - MOST_FAULTS;
        problems.file(file, format!("has {more} more rows of a wrong form: look at the first ones, the file may be no CSV"));
    }
    Some(table)
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

/// A record as a row of text.
fn checked_row(file: &str, record: &Record<'_>, problems: &mut Problems) -> Option<Row> {
    let number = record.row;
    let mut whole = true;
    let mut cells = Vec::with_capacity(record.cells.len());
    for (column, cell) in record.cells.iter().enumerate() {
        let mut wrong = |value: &str, rule: String| {
            let cell = address(column, number);
            problems.cell(&Place { file, cell, value }, rule);
            whole = false;
        };
        let text = trimmed(cell);
        if text.len() > LARGEST_CELL {
            let bytes = text.len();
            wrong(
                "",
                format!(
                    "the cell holds {bytes} bytes and may hold {LARGEST_CELL}: look for a quotation mark that is not closed"
                ),
            );
        } else if text.contains(LOST) {
            wrong(text, "has a character (\u{FFFD}) that stands where another one was lost when the sheet was converted: write the lost one".to_owned());
        }
        cells.push(text.to_owned());
    }
    whole.then_some(Row { number, cells })
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
