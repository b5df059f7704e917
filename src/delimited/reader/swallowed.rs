//! Rows inside a cell: a quotation mark too many makes one cell of them, by the rules a legal one.
//!
//! A line break within quotation marks is legal, and free text has some. What tells the two apart: a
//! line of a cell that has as many fields as the table has columns, of the kinds that these have
//! elsewhere.

use super::{Reader, Stretched};
use crate::delimited::text::shown;
use crate::delimited::{Fault, trimmed};

/// Below this many rows, words are not told from sentences.
const FEW: usize = 5;

/// What all cells of a column have in common, in the rows that stand on one line.
#[derive(Debug, Clone, Copy)]
struct Kind {
    /// Each is a number or has no value.
    numbers: bool,
    /// None has a blank inside.
    words: bool,
    /// None begins with a blank.
    flush: bool,
}

impl Kind {
    const ANY: Self = Self {
        numbers: true,
        words: true,
        flush: true,
    };

    fn narrow(&mut self, cell: &str) {
        self.numbers &= is_number(cell);
        self.words &= is_word(cell);
        self.flush &= is_flush(cell);
    }

    fn fits(self, cell: &str) -> bool {
        (!self.numbers || is_number(cell))
            && (!self.words || is_word(cell))
            && (!self.flush || is_flush(cell))
    }
}

fn is_number(cell: &str) -> bool {
    let cell = trimmed(cell);
    let without = ["", "NA", "N/A", "NAN", "NULL", ".", "-", "--", "?"];
    cell.parse::<f64>().is_ok() || without.contains(&cell.to_uppercase().as_str())
}

fn is_word(cell: &str) -> bool {
    !trimmed(cell).contains(char::is_whitespace)
}

fn is_flush(cell: &str) -> bool {
    !cell.starts_with(' ')
}

/// The cells of a table that hold what looks like rows of it.
pub(super) fn find(reader: &Reader<'_>) -> Vec<Fault> {
    if reader.stretched.is_empty() {
        return Vec::new();
    }
    let width = reader.headings.len();
    let mut kinds = vec![Kind::ANY; width];
    let mut rows = 0;
    let mut again = reader.clone();
    (again.at, again.row, again.line) = (0, 1, 1);
    // The headings are no row of their columns' kind.
    let _ = again.next();
    again.stretched.clear();
    while let Some(record) = again.next() {
        let on_one_line = again.stretched.is_empty();
        again.stretched.clear();
        if let (Ok(record), true) = (record, on_one_line) {
            rows += 1;
            for (kind, cell) in kinds.iter_mut().zip(&record.cells) {
                kind.narrow(cell);
            }
        }
    }
    if rows == 0 {
        // Nothing is known of the columns but that cells do not begin with a blank.
        kinds.fill(Kind {
            numbers: false,
            words: false,
            flush: true,
        });
    }
    if rows < FEW && width > 1 {
        // Of so few rows each may have a word where others have a sentence.
        for kind in &mut kinds {
            kind.words = false;
        }
    }
    let tells = width > 1 || kinds.iter().any(|kind| kind.numbers || kind.words);
    let found = reader.stretched.iter().filter_map(|one| {
        let lines = rows_inside(reader, one, &kinds).filter(|_| tells)?;
        Some(fault(reader, one, lines))
    });
    found.collect()
}

/// Lines of a row that look like rows themselves, as numbers from 0.
fn rows_inside(
    reader: &Reader<'_>,
    one: &Stretched,
    kinds: &[Kind],
) -> Option<std::ops::RangeInclusive<usize>> {
    let text = String::from_utf8_lossy(&reader.bytes[one.from..one.to]);
    let ends = char::from(reader.line_end);
    let text = text.trim_end_matches(['\r', '\n']);
    let lines: Vec<&str> = text.split(ends).collect();
    let is_row = |line: &str| {
        let cells: Vec<&str> = line
            .trim_end_matches('\r')
            .split(char::from(reader.delimiter))
            .collect();
        let fits = |(cell, kind): (&&str, &Kind)| kind.fits(cell.trim_matches('"'));
        let odd = cells.iter().zip(kinds).filter(|pair| !fits(*pair)).count();
        // In a wide table the number of cells says enough, and a cell may be odd.
        let width = kinds.len();
        // More cells are a row in whose free text the character stands too.
        (cells.len() == width || (width > 2 && cells.len() > width)) && odd * 4 < width
    };
    let last = lines.len().checked_sub(1)?;
    let inner: Vec<usize> = (1..last).filter(|line| is_row(lines[*line])).collect();
    if let (Some(first), Some(end)) = (inner.first(), inner.last()) {
        return Some(*first..=*end);
    }
    (last > 0 && is_row(lines[last])).then_some(last..=last)
}

fn fault(reader: &Reader<'_>, one: &Stretched, lines: std::ops::RangeInclusive<usize>) -> Fault {
    let line = one.place.line;
    let (first, last) = (line + lines.start(), line + lines.end());
    let look = if first == last {
        format!("line {first} looks like a row")
    } else {
        format!("lines {first} to {last} look like rows")
    };
    let value = String::from_utf8_lossy(&reader.bytes[one.cell..one.to]);
    Fault {
        place: Some(one.place),
        value: shown(value.lines().next().unwrap_or_default()),
        rule: format!(
            "begins a cell that goes over several lines, of which {look} of this table: a quotation mark opens it that belongs to the value; remove that mark, or double it within quotation marks"
        ),
    }
}
