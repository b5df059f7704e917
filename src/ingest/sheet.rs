//! One CSV file as a table whose cells know their address.

use super::problems::{Place, Problems};

/// The largest cell that is taken. A paragraph of a paper has about a kilobyte; more than this is
/// a quotation mark that nobody closed, or a file that is no sheet.
const LARGEST_CELL: usize = 64 * 1024;

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

/// The address of a cell in A1 style; columns count from 0, rows from 1.
pub(super) fn address(column: usize, row: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or(0)));
        rest /= 26;
    }
    letters
        .iter()
        .rev()
        .chain(row.to_string().chars().collect::<Vec<_>>().iter())
        .collect()
}

/// Reads a file's bytes; everything wrong with its form goes to `problems`. `None` if nothing of
/// it can be used.
pub(super) fn read(file: &str, bytes: &[u8], problems: &mut Problems) -> Option<Table> {
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        problems.file(file, "is UTF-16: save it as CSV UTF-8");
        return None;
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let starts = row_starts(bytes);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(bytes);
    let mut records = reader.byte_records();
    let Some(Ok(first)) = records.next() else {
        problems.file(file, "is empty: it needs at least its row of headings");
        return None;
    };
    if let Some(column) = first.iter().position(|cell| cell.len() > LARGEST_CELL) {
        let place = Place {
            file,
            cell: address(column, 1),
            value: "",
        };
        problems.cell(
            &place,
            format!(
                "the heading holds {} bytes: the file is no sheet",
                first[column].len()
            ),
        );
        return None;
    }
    let headings: Vec<String> = first
        .iter()
        .map(|cell| String::from_utf8_lossy(cell).trim().to_owned())
        .collect();
    if headings.len() == 1 && headings[0].contains([';', '\t']) {
        problems.file(
            file,
            "is not separated by commas: save it as CSV with commas (RFC 4180)",
        );
        return None;
    }
    for (column, heading) in headings.iter().enumerate() {
        let place = Place {
            file,
            cell: address(column, 1),
            value: heading,
        };
        if headings[..column].contains(heading) && !heading.is_empty() {
            problems.cell(&place, "is a heading twice: keep one");
        }
    }
    let mut table = Table {
        file: file.to_owned(),
        headings,
        rows: Vec::new(),
        damaged: false,
    };
    for record in records {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                problems.file(file, format!("cannot be read on: {error}"));
                break;
            }
        };
        // The reader's position lies before the blank lines that it passes over.
        let start = record.position().map_or(0, csv::Position::byte);
        let blank = bytes.iter().skip(usize::try_from(start).unwrap_or(0));
        let blank = blank
            .take_while(|byte| matches!(byte, b'\r' | b'\n'))
            .count();
        let at = start + blank as u64;
        let number = starts.partition_point(|&start| start <= at).max(1);
        if record.iter().all(<[u8]>::is_empty) {
            continue;
        }
        match checked_row(&table, number, &record, problems) {
            Some(row) => table.rows.push(row),
            None => table.damaged = true,
        }
    }
    Some(table)
}

/// A record as a row of text as wide as the headings.
fn checked_row(
    table: &Table,
    number: usize,
    record: &csv::ByteRecord,
    problems: &mut Problems,
) -> Option<Row> {
    let file = table.file.as_str();
    let width = table.headings.len();
    if record.len() != width {
        let place = Place {
            file,
            cell: address(record.len().min(width), number),
            value: "",
        };
        let found = record.len();
        problems.cell(
            &place,
            format!("the row has {found} cells and the headings have {width}: a comma inside a value needs quotation marks around it"),
        );
        return None;
    }
    let mut whole = true;
    let mut cells = Vec::with_capacity(width);
    for (column, cell) in record.iter().enumerate() {
        let cell_address = address(column, number);
        if cell.len() > LARGEST_CELL {
            let place = Place {
                file,
                cell: cell_address,
                value: "",
            };
            problems.cell(
                &place,
                format!("the cell holds {} bytes and may hold {LARGEST_CELL}: look for a quotation mark that is not closed", cell.len()),
            );
            whole = false;
            continue;
        }
        match std::str::from_utf8(cell) {
            Ok(text) if text.contains('\0') => {
                let place = Place {
                    file,
                    cell: cell_address,
                    value: "",
                };
                problems.cell(
                    &place,
                    "the cell holds a NUL byte: the file is not plain text",
                );
                whole = false;
            }
            Ok(text) => cells.push(text.trim().to_owned()),
            Err(error) => {
                let text = String::from_utf8_lossy(cell);
                let place = Place {
                    file,
                    cell: cell_address,
                    value: &text,
                };
                let byte = cell[error.valid_up_to()];
                problems.cell(
                    &place,
                    format!("is not UTF-8 (byte 0x{byte:02X}, perhaps Windows-1252 or Latin-1): save the sheet as CSV UTF-8"),
                );
                whole = false;
            }
        }
    }
    whole.then_some(Row { number, cells })
}

/// Where each spreadsheet row starts: line ends inside quotation marks do not end a row, and blank
/// lines, which the CSV reader passes over, are rows.
fn row_starts(bytes: &[u8]) -> Vec<u64> {
    let mut starts = vec![0];
    let mut quoted = false;
    for (index, byte) in bytes.iter().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => starts.push(index as u64 + 1),
            _ => {}
        }
    }
    starts
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
    fn addresses_are_those_of_a_spreadsheet() {
        assert_eq!(address(0, 1), "A1");
        assert_eq!(address(25, 10), "Z10");
        assert_eq!(address(26, 3), "AA3");
        assert_eq!(address(701, 3), "ZZ3");
        assert_eq!(address(702, 3), "AAA3");
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
            (b"a;b\n1;2\n", "commas"),
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
