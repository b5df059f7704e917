//! A sheet of the study as it will be written, each value with the cell that it comes from.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::tab::At;
use crate::delimited::Reader;

/// A sheet that an import makes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sheet {
    /// Its name, without `.csv`.
    pub name: String,
    /// Headings of the sheet, from left to right.
    pub headings: Vec<String>,
    /// Rows of the sheet, each as wide as the headings.
    pub rows: Vec<Line>,
    /// The file, and the tab, that it comes from, as messages name them.
    pub from: String,
}

/// A row of a sheet, and where its values come from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// A text a heading.
    pub cells: Vec<String>,
    /// Where each stands in the file; `None` for what the import adds.
    pub from: Vec<Option<At>>,
}

/// What a sheet would do to the one that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// There was none, or one without rows.
    New,
    /// Both say the same: nothing is written.
    Same,
    /// Rows are added or headings change, and no row goes.
    More {
        /// Rows that were not there.
        added: usize,
    },
    /// Rows that are there are not in the new sheet.
    Replaces {
        /// Rows that were not there.
        added: usize,
        /// Rows that would go.
        gone: usize,
    },
}

impl Sheet {
    /// The sheet as CSV (RFC 4180, line feeds).
    #[must_use]
    pub fn csv(&self) -> String {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let rows = std::iter::once(&self.headings).chain(self.rows.iter().map(|row| &row.cells));
        for row in rows {
            // A vector takes every row, and all have one width.
            let _ = writer.write_record(row);
        }
        let bytes = writer.into_inner().unwrap_or_default();
        String::from_utf8(bytes).unwrap_or_default()
    }

    /// The same behind the rows that a sheet with these bytes has, each once.
    #[must_use]
    pub fn behind(mut self, old: Option<&[u8]>) -> Self {
        let Some((headings, rows)) = old.and_then(rows_of) else {
            return self;
        };
        // A heading that the old sheet lacks stands behind its own.
        let mut all = headings;
        let lacking: Vec<String> = self
            .headings
            .iter()
            .filter(|heading| !all.contains(heading))
            .cloned()
            .collect();
        let needed = |heading: &String| {
            let at = self.headings.iter().position(|one| one == heading);
            at.is_some_and(|at| self.rows.iter().any(|row| !row.cells[at].is_empty()))
        };
        all.extend(lacking.into_iter().filter(needed));
        let old = rows.into_iter().map(|mut cells| {
            cells.resize(all.len(), String::new());
            Line {
                from: vec![None; all.len()],
                cells,
            }
        });
        let mut lines: Vec<Line> = old.collect();
        let mut there: HashSet<Vec<String>> = lines.iter().map(|line| line.cells.clone()).collect();
        for row in std::mem::take(&mut self.rows) {
            let place = |heading: &String| self.headings.iter().position(|one| one == heading);
            let from = all
                .iter()
                .map(|heading| place(heading).and_then(|at| row.from[at]))
                .collect();
            let cells: Vec<String> = all
                .iter()
                .map(|heading| place(heading).map_or(String::new(), |at| row.cells[at].clone()))
                .collect();
            if there.insert(cells.clone()) {
                lines.push(Line { cells, from });
            }
        }
        Self {
            headings: all,
            rows: lines,
            ..self
        }
    }

    /// The cases of which a sheet with these bytes has rows of other sources alone: rows of both become one patient.
    #[must_use]
    pub fn met(&self, old: Option<&[u8]>) -> Vec<String> {
        let Some((headings, rows)) = old.and_then(rows_of) else {
            return Vec::new();
        };
        let of = |headings: &[String], cells: &[String]| {
            let cell = |name: &str| {
                let at = headings.iter().position(|heading| heading == name)?;
                cells.get(at).cloned()
            };
            Some((cell("case")?, cell("source")?))
        };
        let old: BTreeSet<(String, String)> =
            rows.iter().filter_map(|row| of(&headings, row)).collect();
        let there: BTreeSet<&String> = old.iter().map(|(case, _)| case).collect();
        let mine: BTreeSet<(String, String)> = self
            .rows
            .iter()
            .filter_map(|row| of(&self.headings, &row.cells))
            .collect();
        let known: BTreeSet<&String> = mine.intersection(&old).map(|(case, _)| case).collect();
        let met = mine
            .iter()
            .map(|(case, _)| case)
            .filter(|case| there.contains(case) && !known.contains(case));
        met.cloned().collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// What it would do to a sheet with these bytes.
    #[must_use]
    pub fn change(&self, old: Option<&[u8]>) -> Change {
        let Some((headings, rows)) = old.and_then(rows_of) else {
            // A sheet without rows says nothing that a missing one does not.
            return if self.rows.is_empty() {
                Change::Same
            } else {
                Change::New
            };
        };
        if self.rows.is_empty() && rows.is_empty() {
            return Change::Same;
        }
        let mine = self
            .rows
            .iter()
            .map(|row| in_order(&self.headings, &headings, &row.cells));
        let mine: Vec<Option<Vec<String>>> = mine.collect();
        let all: Option<Vec<&Vec<String>>> = mine.iter().map(Option::as_ref).collect();
        let same = self.headings.len() == headings.len()
            && all.is_some_and(|all| all.iter().copied().eq(&rows));
        if same {
            return Change::Same;
        }
        if rows.is_empty() {
            return Change::New;
        }
        let mut left: HashMap<Vec<String>, usize> = HashMap::new();
        for row in rows {
            *left.entry(row).or_default() += 1;
        }
        let mut added = 0;
        for row in &mine {
            match row.as_ref().and_then(|row| left.get_mut(row)) {
                Some(many) if *many > 0 => *many -= 1,
                _ => added += 1,
            }
        }
        match left.into_values().sum() {
            0 => Change::More { added },
            gone => Change::Replaces { added, gone },
        }
    }
}

/// Cells in the order of other headings, which lack none that is filled.
fn in_order(mine: &[String], other: &[String], cells: &[String]) -> Option<Vec<String>> {
    let lacking = mine
        .iter()
        .zip(cells)
        .any(|(heading, cell)| !cell.is_empty() && !other.contains(heading));
    let place = |heading: &String| mine.iter().position(|one| one == heading);
    let cell = |heading| place(heading).map_or(String::new(), |at| cells[at].clone());
    (!lacking).then(|| other.iter().map(cell).collect())
}

/// The headings and rows of a sheet that can be read, without rows that hold nothing.
pub(super) fn rows_of(bytes: &[u8]) -> Option<(Vec<String>, Vec<Vec<String>>)> {
    let mut reader = Reader::new(bytes, b',').ok()?;
    let headings = reader.headings().to_vec();
    let mut rows = Vec::new();
    for record in reader.by_ref() {
        let cells: Vec<String> = record.ok()?.cells.into_iter().map(Into::into).collect();
        if cells.iter().any(|cell| !cell.is_empty()) {
            rows.push(cells);
        }
    }
    Some((headings, rows))
}
