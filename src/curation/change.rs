//! One row that is added, changed or removed.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::text::{Cells, Row, Sheet, Unreadable};

/// A row that is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placed {
    /// Where it was seen, as a spreadsheet counts.
    pub row: usize,
    /// What it held then.
    pub cells: Cells,
}

/// What is to become of one row of a sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The sheet, without `.csv`.
    pub sheet: String,
    /// The row as it was seen; `None` if it is new.
    pub before: Option<Placed>,
    /// The row as it shall be; `None` if it goes.
    pub after: Option<Cells>,
    /// Where a new row goes; `None` for below all others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<usize>,
}

/// Why a change cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Conflict {
    /// The form of the sheet is wrong.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// The row is not there as it was seen.
    #[error(
        "row {row} of {sheet}.csv was changed by somebody else since it was shown: open it again, and look at what it holds now"
    )]
    Changed {
        /// Name of the sheet, without `.csv`.
        sheet: String,
        /// Where it was seen.
        row: usize,
        /// What is there now; `None` if there is no such row.
        now: Option<Cells>,
    },
    /// A cell is filled for which the sheet has no column.
    #[error(
        "{sheet}.csv has no column {column:?}, which would hold {value:?}: add the column, or leave the cell empty"
    )]
    NoColumn {
        /// Name of the sheet, without `.csv`.
        sheet: String,
        /// The heading that it lacks.
        column: String,
        /// What would stand there.
        value: String,
    },
    /// Neither a row that was there nor one that shall be.
    #[error("the change of {0}.csv names no row")]
    Nothing(String),
}

impl Change {
    /// A row below all others of a sheet.
    #[must_use]
    pub fn add(sheet: &str, cells: Cells) -> Self {
        Self {
            sheet: sheet.to_owned(),
            before: None,
            after: Some(cells),
            place: None,
        }
    }

    /// What is done to the row: `add`, `change` or `remove`.
    #[must_use]
    pub fn action(&self) -> &'static str {
        match (&self.before, &self.after) {
            (None, _) => "add",
            (Some(_), Some(_)) => "change",
            (Some(_), None) => "remove",
        }
    }

    /// What undoes it, if the row has the number it got.
    #[must_use]
    pub fn inverse(&self, row: usize) -> Self {
        let before = self.after.clone().map(|cells| Placed { row, cells });
        Self {
            sheet: self.sheet.clone(),
            place: before.is_none().then_some(row),
            before,
            after: self.before.clone().map(|placed| placed.cells),
        }
    }

    /// The bytes of the sheet after it, and the number of the row there, or where it was.
    ///
    /// # Errors
    /// The sheet cannot be read, lacks a column, or the row is not there as it was seen.
    pub fn apply(&self, bytes: &[u8]) -> Result<(Vec<u8>, usize), Conflict> {
        let sheet = Sheet::read(&self.sheet, bytes)?;
        for (column, value) in self.after.iter().flatten() {
            if !sheet.headings.contains(column) {
                return Err(Conflict::NoColumn {
                    sheet: self.sheet.clone(),
                    column: column.clone(),
                    value: value.clone(),
                });
            }
        }
        match (&self.before, &self.after) {
            (None, None) => Err(Conflict::Nothing(self.sheet.clone())),
            (None, Some(cells)) => {
                let follows = self
                    .place
                    .and_then(|place| sheet.rows.iter().find(|row| row.number >= place));
                let line = sheet.line(cells, bytes);
                let new = sheet.with_row(bytes, &line, follows);
                let at = follows.map(|row| row.bytes.start);
                let number = self.number_at(&new, at)?;
                Ok((new, number))
            }
            (Some(before), after) => {
                let row = self.find(&sheet, before)?;
                let new = match after {
                    Some(cells) => sheet.with_cells(bytes, row, cells),
                    None => Sheet::without_row(bytes, row),
                };
                Ok((new, row.number))
            }
        }
    }

    /// The same, for a change that may have been made already: then nothing is done.
    pub(super) fn apply_once(&self, bytes: &[u8]) -> Result<(Vec<u8>, usize), Conflict> {
        let sheet = Sheet::read(&self.sheet, bytes)?;
        let row_of = |cells: &Cells| sheet.rows.iter().find(|row| row.cells == *cells);
        let before = self.before.as_ref();
        let gone = before.is_none_or(|placed| row_of(&placed.cells).is_none());
        let there = self.after.as_ref().map(row_of);
        match there {
            Some(Some(row)) if gone => Ok((bytes.to_vec(), row.number)),
            None if gone => Ok((bytes.to_vec(), before.map_or(0, |placed| placed.row))),
            _ => self.apply(bytes),
        }
    }

    /// The row that was seen: where it was, or wherever it has moved to.
    fn find<'s>(&self, sheet: &'s Sheet, before: &Placed) -> Result<&'s Row, Conflict> {
        let there = sheet.rows.iter().find(|row| row.number == before.row);
        if let Some(row) = there.filter(|row| row.cells == before.cells) {
            return Ok(row);
        }
        let moved = sheet.rows.iter().find(|row| row.cells == before.cells);
        moved.ok_or_else(|| Conflict::Changed {
            sheet: self.sheet.clone(),
            row: before.row,
            now: there.map(|row| row.cells.clone()),
        })
    }

    /// The number of the new row, which begins at a byte or is the last.
    fn number_at(&self, bytes: &[u8], at: Option<usize>) -> Result<usize, Conflict> {
        let rows = Sheet::read(&self.sheet, bytes)?.rows;
        let found = match at {
            Some(at) => rows.iter().find(|row| row.bytes.start == at),
            None => rows.last(),
        };
        Ok(found.map_or(0, |row| row.number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHEET: &[u8] = b"case,sex,note\na,female,\nb,male,\"x, y\"\n";

    fn cells(of: &[(&str, &str)]) -> Cells {
        of.iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect()
    }

    fn seen(row: usize, of: &[(&str, &str)]) -> Placed {
        Placed {
            row,
            cells: cells(of),
        }
    }

    #[test]
    fn every_change_is_undone_to_the_byte() {
        let b = seen(3, &[("case", "b"), ("sex", "male"), ("note", "x, y")]);
        let a = seen(2, &[("case", "a"), ("sex", "female")]);
        for change in [
            Change::add("cases", cells(&[("case", "c"), ("note", "new")])),
            Change {
                before: Some(b.clone()),
                ..Change::add(
                    "cases",
                    cells(&[("case", "b"), ("sex", "female"), ("note", "x, y")]),
                )
            },
            Change {
                sheet: "cases".into(),
                before: Some(a),
                after: None,
                place: None,
            },
            Change {
                sheet: "cases".into(),
                before: Some(b),
                after: None,
                place: None,
            },
        ] {
            let (after, row) = change.apply(SHEET).expect("applied");
            assert_ne!(after, SHEET);
            let (back, _) = change.inverse(row).apply(&after).expect("undone");
            assert_eq!(
                String::from_utf8_lossy(&back),
                String::from_utf8_lossy(SHEET),
                "{change:?}"
            );
        }
    }

    #[test]
    fn a_row_that_somebody_else_changed_is_not_written_over() {
        let change = Change {
            before: Some(seen(2, &[("case", "a"), ("sex", "male")])),
            ..Change::add("cases", cells(&[("case", "a"), ("sex", "intersex")]))
        };
        let now = Some(cells(&[("case", "a"), ("sex", "female")]));
        assert!(
            matches!(change.apply(SHEET), Err(Conflict::Changed { row: 2, now: found, .. }) if found == now)
        );
    }

    #[test]
    fn a_row_that_moved_is_found() {
        let change = Change {
            before: Some(seen(7, &[("case", "a"), ("sex", "female")])),
            ..Change::add("cases", cells(&[("case", "a"), ("sex", "male")]))
        };
        let (after, row) = change.apply(SHEET).expect("applied");
        assert_eq!(
            (row, String::from_utf8_lossy(&after).into_owned()),
            (2, "case,sex,note\na,male,\nb,male,\"x, y\"\n".into())
        );
    }

    #[test]
    fn a_cell_without_a_column_is_told() {
        let change = Change::add("cases", cells(&[("case", "c"), ("ecog", "1")]));
        assert!(
            matches!(change.apply(SHEET), Err(Conflict::NoColumn { column, .. }) if column == "ecog")
        );
    }
}
