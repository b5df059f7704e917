//! Writes changes: the sheets one after the other, each at once, and what was done.
//!
//! What is going to be written stands in a file beside the sheets first. Who finds it there finishes what a killed
//! process began, before anything else is written.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::change::{Change, Conflict};
use super::log::{Entry, LOG, entries};
use super::text::{Sheet, Unreadable};
use crate::case::{CURATION, Schema};
use crate::disk;

/// What is going to be written.
const BEGUN: &str = ".curation-begun.json";

/// Who writes, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signed {
    /// Name of the curator.
    pub curator: String,
    /// When, as ISO 8601 in UTC.
    pub time: String,
}

impl Signed {
    /// This curator, at the present time.
    #[must_use]
    pub fn now(curator: &str) -> Self {
        let now = jiff::Timestamp::now();
        let second = now.round(jiff::Unit::Second).unwrap_or(now);
        Self {
            curator: curator.to_owned(),
            time: second.to_string(),
        }
    }

    /// The day, as an ISO 8601 date.
    #[must_use]
    pub fn day(&self) -> &str {
        self.time.split('T').next().unwrap_or_default()
    }
}

/// Why nothing was written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum WriteError {
    /// A row is not as it was seen, or has no place.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// A file cannot be read or written.
    #[error("{}: {error}", .path.display())]
    File {
        /// File that cannot be written.
        path: PathBuf,
        /// What the operating system says.
        error: io::Error,
    },
    /// There is no such change, or it was undone.
    #[error("there is no change {0} that could be undone")]
    NoChange(u64),
}

impl From<Unreadable> for WriteError {
    fn from(error: Unreadable) -> Self {
        Self::Conflict(error.into())
    }
}

/// A change that is being written.
#[derive(Serialize, Deserialize)]
struct Begun {
    number: u64,
    signed: Signed,
    changes: Vec<Change>,
    undoes: Option<u64>,
}

/// Writes changes into the sheets of a folder, all or none of them, and what was done into `curation.csv`. Gives the
/// number of the change.
///
/// # Errors
/// A row is not as it was seen any more, a sheet has no column for a cell, or a file cannot be written.
pub fn write(
    (folder, schema): (&Path, &'static Schema),
    changes: &[Change],
    signed: &Signed,
) -> Result<u64, WriteError> {
    let _held = hold(folder)?;
    finish((folder, schema))?;
    begin((folder, schema), changes.to_vec(), signed, None)
}

/// Undoes a change: every row of it that is still as it was left.
///
/// # Errors
/// There is no such change, one of its rows was changed since, or a file cannot be written.
pub fn undo(
    (folder, schema): (&Path, &'static Schema),
    number: u64,
    signed: &Signed,
) -> Result<u64, WriteError> {
    let _held = hold(folder)?;
    finish((folder, schema))?;
    let known = known(folder)?;
    let rows = known.iter().filter(|entry| entry.number == number);
    // The last row first, so that the rows above it are where they were.
    let changes: Vec<Change> = rows
        .rev()
        .map(|entry| entry.change.inverse(entry.row))
        .collect();
    if changes.is_empty() || known.iter().any(|entry| entry.undoes == Some(number)) {
        return Err(WriteError::NoChange(number));
    }
    begin((folder, schema), changes, signed, Some(number))
}

/// Puts the columns of curation at the end of sheets that lack them, empty in each row.
///
/// # Errors
/// A sheet cannot be read or written; those before it are written then.
pub fn add_columns(folder: &Path, sheets: &[&str]) -> Result<(), WriteError> {
    let _held = hold(folder)?;
    for sheet in sheets {
        let path = path(folder, sheet);
        let old = bytes(&path)?.unwrap_or_default();
        let lacking = lacking(sheet, &old)?;
        if !lacking.is_empty() {
            let new = Sheet::read(sheet, &old)?.with_columns(&old, &lacking);
            disk::replace(&path, &new).map_err(failed(&path))?;
        }
    }
    Ok(())
}

/// The columns of curation that a sheet lacks.
///
/// # Errors
/// The form of the sheet is wrong.
pub fn lacking(sheet: &str, bytes: &[u8]) -> Result<Vec<&'static str>, Unreadable> {
    let read = Sheet::read(sheet, bytes)?;
    let there = |column: &&str| read.headings.iter().any(|heading| heading == column);
    Ok(CURATION
        .into_iter()
        .filter(|column| !there(column))
        .collect())
}

/// Sees that the changes can be made, and makes them.
fn begin(
    (folder, schema): (&Path, &'static Schema),
    changes: Vec<Change>,
    signed: &Signed,
    undoes: Option<u64>,
) -> Result<u64, WriteError> {
    let known = known(folder)?;
    let begun = Begun {
        number: known.iter().map(|entry| entry.number).max().unwrap_or(0) + 1,
        signed: signed.clone(),
        changes,
        undoes,
    };
    let sheets = after((folder, schema), &begun, Change::apply)?;
    let path = folder.join(BEGUN);
    let text = serde_json::to_vec(&begun).map_err(|error| failed(&path)(error.into()))?;
    disk::replace(&path, &text).map_err(failed(&path))?;
    put(folder, &sheets)?;
    Ok(begun.number)
}

/// Finishes what a killed process began: what it wrote stays, and the rest is written.
fn finish((folder, schema): (&Path, &'static Schema)) -> Result<(), WriteError> {
    let path = folder.join(BEGUN);
    let Some(text) = bytes(&path)? else {
        return Ok(());
    };
    let begun: Begun =
        serde_json::from_slice(&text).map_err(|error| failed(&path)(error.into()))?;
    if !known(folder)?
        .iter()
        .any(|entry| entry.number == begun.number)
    {
        match after((folder, schema), &begun, Change::apply_once) {
            Ok(sheets) => return put(folder, &sheets),
            // A row that was changed by hand since is left to whoever did.
            Err(WriteError::Conflict(_)) => {}
            Err(error) => return Err(error),
        }
    }
    fs::remove_file(&path).map_err(failed(&path))
}

type Apply = fn(&Change, &[u8]) -> Result<(Vec<u8>, usize), Conflict>;

/// The sheets as they will be, `curation.csv` last.
fn after(
    (folder, schema): (&Path, &'static Schema),
    begun: &Begun,
    apply: Apply,
) -> Result<Vec<(String, Vec<u8>)>, WriteError> {
    let there = |sheet: &str| {
        let none = || format!("{}\n", schema.headings(sheet).join(",")).into_bytes();
        Ok::<_, WriteError>(bytes(&path(folder, sheet))?.unwrap_or_else(none))
    };
    let mut sheets: Vec<(String, Vec<u8>)> = Vec::new();
    let mut log = there(LOG)?;
    for change in &begun.changes {
        let known = sheets.iter().position(|(sheet, _)| *sheet == change.sheet);
        let at = match known {
            Some(at) => at,
            None => {
                sheets.push((change.sheet.clone(), there(&change.sheet)?));
                sheets.len() - 1
            }
        };
        let (new, row) = apply(change, &sheets[at].1)?;
        sheets[at].1 = new;
        let entry = Entry {
            number: begun.number,
            time: begun.signed.time.clone(),
            curator: begun.signed.curator.clone(),
            change: change.clone(),
            row,
            undoes: begun.undoes,
        };
        log = Change::add(LOG, entry.cells()).apply(&log)?.0;
    }
    sheets.push((LOG.to_owned(), log));
    Ok(sheets)
}

/// Puts the sheets in place of what is there.
fn put(folder: &Path, sheets: &[(String, Vec<u8>)]) -> Result<(), WriteError> {
    for (sheet, bytes) in sheets {
        let path = path(folder, sheet);
        disk::replace(&path, bytes).map_err(failed(&path))?;
    }
    let begun = folder.join(BEGUN);
    fs::remove_file(&begun).map_err(failed(&begun))
}

/// What `curation.csv` says was done.
fn known(folder: &Path) -> Result<Vec<Entry>, WriteError> {
    match bytes(&path(folder, LOG))? {
        Some(log) => Ok(entries(&log)?),
        None => Ok(Vec::new()),
    }
}

fn path(folder: &Path, sheet: &str) -> PathBuf {
    folder.join(format!("{sheet}.csv"))
}

/// The bytes of a file; `None` if there is none.
fn bytes(path: &Path) -> Result<Option<Vec<u8>>, WriteError> {
    let mut bytes = Vec::new();
    match disk::open(path).and_then(|mut file| file.read_to_end(&mut bytes)) {
        Ok(_) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed(path)(error)),
    }
}

/// Holds the folder, so that one process writes at a time; nothing of it stays behind.
fn hold(folder: &Path) -> Result<File, WriteError> {
    let held = File::open(folder).and_then(|file| file.lock().map(|()| file));
    held.map_err(failed(folder))
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> WriteError {
    let path = path.to_owned();
    move |error| WriteError::File { path, error }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curation::{Cells, Placed};

    const SHEET: &str = "case,source\na,p\n";

    fn cells(of: &[(&str, &str)]) -> Cells {
        of.iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect()
    }

    fn signed() -> Signed {
        Signed {
            curator: "A. Berg".into(),
            time: "2026-11-30T10:00:00Z".into(),
        }
    }

    fn study() -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("cases.csv"), SHEET).expect("written");
        folder
    }

    fn cases(folder: &Path) -> String {
        fs::read_to_string(folder.join("cases.csv")).expect("a sheet")
    }

    #[test]
    fn what_is_written_is_logged_and_undone() {
        let folder = study();
        let at = (folder.path(), Schema::shipped());
        let add = Change::add("cases", cells(&[("case", "b"), ("source", "p")]));
        let change = Change {
            before: Some(Placed {
                row: 2,
                cells: cells(&[("case", "a"), ("source", "p")]),
            }),
            ..Change::add("cases", cells(&[("case", "a"), ("source", "q")]))
        };
        assert_eq!(write(at, &[add, change], &signed()).expect("written"), 1);
        assert_eq!(cases(at.0), "case,source\na,q\nb,p\n");
        assert_eq!(undo(at, 1, &signed()).expect("undone"), 2);
        assert_eq!(cases(at.0), SHEET);
        assert!(matches!(
            undo(at, 1, &signed()),
            Err(WriteError::NoChange(1))
        ));
        let log = known(at.0).expect("a log");
        assert_eq!(
            log.iter()
                .map(|e| (e.number, e.undoes, e.change.action()))
                .collect::<Vec<_>>(),
            [
                (1, None, "add"),
                (1, None, "change"),
                (2, Some(1), "change"),
                (2, Some(1), "remove"),
            ]
        );
        assert_eq!(super::super::undoable(&log), None);
    }

    #[test]
    fn what_a_killed_process_began_is_finished_once() {
        let folder = study();
        let at = (folder.path(), Schema::shipped());
        fs::write(at.0.join("publications.csv"), "key\np\n").expect("written");
        let begun = Begun {
            number: 1,
            signed: signed(),
            changes: vec![
                Change::add("publications", cells(&[("key", "q")])),
                Change::add("cases", cells(&[("case", "b"), ("source", "q")])),
            ],
            undoes: None,
        };
        let text = serde_json::to_vec(&begun).expect("json");
        // Killed before the first sheet, between the two, and before the file of what was begun went.
        for killed in 0..3 {
            fs::write(at.0.join("cases.csv"), SHEET).expect("written");
            fs::write(at.0.join("publications.csv"), "key\np\n").expect("written");
            fs::remove_file(at.0.join("curation.csv")).ok();
            let sheets = after(at, &begun, Change::apply).expect("sheets");
            let done = [0, 1, sheets.len()][killed];
            for (sheet, bytes) in &sheets[..done] {
                fs::write(path(at.0, sheet), bytes).expect("written");
            }
            fs::write(at.0.join(BEGUN), &text).expect("written");
            finish(at).expect("finished");
            assert_eq!(cases(at.0), "case,source\na,p\nb,q\n", "{killed}");
            assert_eq!(
                fs::read_to_string(at.0.join("publications.csv")).expect("a sheet"),
                "key\np\nq\n"
            );
            assert_eq!(known(at.0).expect("a log").len(), 2);
            assert!(!at.0.join(BEGUN).exists());
        }
    }

    #[test]
    fn of_several_changes_all_are_written_or_none() {
        let folder = study();
        let at = (folder.path(), Schema::shipped());
        let good = Change::add("cases", cells(&[("case", "b")]));
        let bad = Change::add("cases", cells(&[("ecog", "1")]));
        assert!(write(at, &[good, bad], &signed()).is_err());
        assert_eq!(cases(at.0), SHEET);
        assert!(!at.0.join("curation.csv").exists());
    }
}
