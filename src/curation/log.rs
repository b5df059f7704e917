//! Who changed which row and when: `curation.csv`, a sheet that only grows.

use std::collections::HashSet;

use super::change::{Change, Placed};
use super::text::{Cells, Unreadable, each};

/// The sheet, without `.csv`.
pub const LOG: &str = "curation";

/// One row that was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Number of the change; rows that were written together have the same.
    pub number: u64,
    /// When, as ISO 8601 in UTC.
    pub time: String,
    /// Name of the curator.
    pub curator: String,
    /// What became of the row.
    pub change: Change,
    /// Where the row stood after it, or before it if it went.
    pub row: usize,
    /// The number of the change that it undoes.
    pub undoes: Option<u64>,
}

impl Entry {
    /// What a row of the sheet says; `None` if it is no such row.
    fn of(cells: &Cells) -> Option<Self> {
        let text = |name: &str| cells.get(name).map_or("", String::as_str);
        let row = text("row").parse().ok()?;
        let of = |name: &str| match text(name) {
            "" => Some(None),
            json => serde_json::from_str::<Cells>(json).ok().map(Some),
        };
        let (before, after) = (of("before")?, of("after")?);
        Some(Self {
            number: text("change").parse().ok()?,
            time: text("time").to_owned(),
            curator: text("curator").to_owned(),
            change: Change {
                sheet: text("sheet").to_owned(),
                before: before.map(|cells| Placed { row, cells }),
                after,
                place: None,
            },
            row,
            undoes: text("undoes").parse().ok(),
        })
    }

    /// The row of the sheet.
    pub(super) fn cells(&self) -> Cells {
        let json = |cells: Option<&Cells>| {
            let text = cells.map(serde_json::to_string);
            text.and_then(Result::ok).unwrap_or_default()
        };
        let change = &self.change;
        let undoes = self
            .undoes
            .map_or(String::new(), |number| number.to_string());
        let row = [
            ("change", self.number.to_string()),
            ("time", self.time.clone()),
            ("curator", self.curator.clone()),
            ("action", change.action().to_owned()),
            ("sheet", change.sheet.clone()),
            ("row", self.row.to_string()),
            (
                "before",
                json(change.before.as_ref().map(|placed| &placed.cells)),
            ),
            ("after", json(change.after.as_ref())),
            ("undoes", undoes),
        ];
        let filled = row.into_iter().filter(|(_, text)| !text.is_empty());
        filled.map(|(name, text)| (name.to_owned(), text)).collect()
    }
}

/// What was done, in order; rows that somebody wrote otherwise are passed over.
///
/// # Errors
/// The form of the sheet is wrong.
pub fn entries(bytes: &[u8]) -> Result<Vec<Entry>, Unreadable> {
    let mut entries = Vec::new();
    each(LOG, bytes, |row| entries.extend(Entry::of(&row.cells)))?;
    Ok(entries)
}

/// The last change that nothing has undone and that undoes nothing itself.
#[must_use]
pub fn undoable(entries: &[Entry]) -> Option<u64> {
    let gone: HashSet<u64> = entries.iter().filter_map(|entry| entry.undoes).collect();
    let mut latest = entries.iter().rev();
    let last = latest.find(|entry| entry.undoes.is_none() && !gone.contains(&entry.number));
    last.map(|entry| entry.number)
}
