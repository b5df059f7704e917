//! The study as it would be: a copy with the changes in it, read and checked.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

use thiserror::Error;

use super::change::{Change, Conflict};
use super::wrong::Wrong;
use crate::delimited::place_of;
use crate::ingest::{Problem, Severity, read_study, study_files};
use crate::ontology::Ontology;
use crate::project::{FileError, Folder, Project};

/// Why the changes cannot be tried.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TrialError {
    /// A row is not as it was seen, or has no place.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// A file of the study cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// The copy cannot be written.
    #[error("cannot write a temporary copy of the study: {0}")]
    Copy(#[from] io::Error),
}

/// What is wrong with a row that would be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    /// Which of the changes it is of.
    pub change: usize,
    /// Heading of the column.
    pub column: String,
    /// What the check of the study says of the cell.
    pub problem: Problem,
}

/// Changes, tried on a copy of the study that goes with this.
pub struct Trial {
    /// Copy of the study, removed at the end.
    folder: tempfile::TempDir,
    /// The project with the copy in place of its study.
    pub project: Project,
    /// What is wrong with the rows of the changes.
    pub fields: Vec<FieldProblem>,
    /// What is wrong elsewhere and was not before.
    pub elsewhere: Vec<Problem>,
    /// Errors that were there before and are not of these rows.
    pub old_errors: usize,
    /// The number of each row in its sheet.
    pub rows: Vec<usize>,
}

impl Trial {
    /// Tries changes, one after the other. `wrong` keeps what is wrong with the sheets without them.
    ///
    /// # Errors
    /// A row is not as it was seen, or files cannot be read or copied.
    pub fn of(
        project: &Project,
        ontology: &Ontology,
        changes: &[Change],
        wrong: &Wrong,
    ) -> Result<Self, TrialError> {
        let study = project.study();
        forget_old(&std::env::temp_dir(), OLD);
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir()?;
        let copy = folder.path().join(project.study_name());
        copied(study, &copy)?;
        let mut rows = Vec::new();
        for change in changes {
            let path = copy.join(format!("{}.csv", change.sheet));
            let old = match fs::read(&path) {
                Ok(bytes) => bytes,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    let schema = crate::ingest::sheets_of(study)?;
                    format!("{}\n", schema.headings(&change.sheet).join(",")).into_bytes()
                }
                Err(error) => return Err(error.into()),
            };
            let (new, row) = change.apply(&old)?;
            fs::write(&path, new)?;
            rows.push(row);
        }
        let copy = Folder::disk(&copy);
        let mut trial = Self {
            project: project.with_study(copy.clone()),
            folder,
            fields: formulas(changes),
            elsewhere: Vec::new(),
            old_errors: 0,
            rows,
        };
        let before = wrong.of(project, ontology)?;
        let mut before = occurrences(before.iter(), study);
        let (_, problems) = read_study(&copy, ontology)?;
        for problem in problems.iter() {
            let file = problem.file.replace(&copy.display(""), "");
            let problem = Problem {
                file: file.clone(),
                ..problem.clone()
            };
            if let Some((change, column)) = trial.field(&problem, &copy, changes)? {
                trial.fields.push(FieldProblem {
                    change,
                    column,
                    problem,
                });
                continue;
            }
            let known = before.get_mut(&key(&problem)).filter(|many| **many > 0);
            if let Some(many) = known {
                *many -= 1;
                trial.old_errors += usize::from(problem.severity == Severity::Error);
            } else {
                trial.elsewhere.push(problem);
            }
        }
        Ok(trial)
    }

    /// Whether the changes may be written: they make no error.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        let fields = self.fields.iter().map(|field| &field.problem);
        let mut all = fields.chain(&self.elsewhere);
        all.all(|problem| problem.severity == Severity::Warning)
    }

    /// Whether nothing is wrong with the fields of a row, whatever is wrong elsewhere while others are missing.
    #[must_use]
    pub fn is_clean_but_for(&self, own: usize) -> bool {
        let of_row = self.fields.iter().filter(|field| field.change == own);
        of_row
            .map(|field| &field.problem)
            .all(|problem| problem.severity == Severity::Warning)
    }

    /// A folder that goes with the copy, for a store that is built from it.
    #[must_use]
    pub fn store(&self) -> std::path::PathBuf {
        self.folder.path().join("store")
    }

    /// The change and the column that a problem is of.
    fn field(
        &self,
        problem: &Problem,
        copy: &Folder,
        changes: &[Change],
    ) -> Result<Option<(usize, String)>, TrialError> {
        let Some((column, row)) = problem.cell.as_deref().and_then(place_of) else {
            return Ok(None);
        };
        let is_of = |(change, number): (&Change, &usize)| {
            change.after.is_some()
                && *number == row
                && format!("{}.csv", change.sheet) == problem.file
        };
        let Some(change) = changes.iter().zip(&self.rows).position(is_of) else {
            return Ok(None);
        };
        let bytes = copy.bytes(&problem.file)?.unwrap_or_default();
        let sheet = super::text::Sheet::read(&changes[change].sheet, &bytes);
        let sheet = sheet.map_err(Conflict::from)?;
        Ok(sheet
            .headings
            .get(column)
            .map(|heading| (change, heading.clone())))
    }
}

/// How the names of copies begin.
const PREFIX: &str = "casegraph-trial-";
/// After this time nobody looks at a copy any more: its process was ended before it could remove it.
const OLD: Duration = Duration::from_mins(15);

/// Removes copies that were left behind. One that cannot be removed, such as that of another user, stays.
fn forget_old(among: &Path, old: Duration) {
    let entries = among.read_dir().into_iter().flatten().flatten();
    for entry in entries {
        let is_copy = entry.file_name().to_string_lossy().starts_with(PREFIX);
        let made = entry
            .metadata()
            .ok()
            .filter(fs::Metadata::is_dir)
            .and_then(|metadata| metadata.modified().ok());
        let is_old = made.is_some_and(|made| made.elapsed().is_ok_and(|age| age > old));
        if is_copy && is_old {
            drop(fs::remove_dir_all(entry.path()));
        }
    }
}

/// Copies what a build reads of a study.
fn copied(study: &Folder, copy: &Path) -> Result<(), TrialError> {
    for file in study_files(study)? {
        let Some(bytes) = study.bytes(&file)? else {
            continue;
        };
        let path = copy.join(&file);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(path, bytes)?;
    }
    Ok(())
}

/// What a problem is, wherever its row has moved to.
fn key(problem: &Problem) -> (String, Option<String>, String) {
    let (file, value) = (problem.file.clone(), problem.value.clone());
    (file, value, problem.rule.clone())
}

/// How often each problem was there before.
fn occurrences<'p>(
    problems: impl Iterator<Item = &'p Problem>,
    study: &Folder,
) -> HashMap<(String, Option<String>, String), usize> {
    let mut occurrences = HashMap::new();
    for problem in problems {
        let file = problem.file.replace(&study.display(""), "");
        let problem = Problem {
            file,
            ..problem.clone()
        };
        *occurrences.entry(key(&problem)).or_default() += 1;
    }
    occurrences
}

/// Cells that a spreadsheet program would compute, or a terminal obey, instead of showing them.
fn formulas(changes: &[Change]) -> Vec<FieldProblem> {
    let mut found = Vec::new();
    for (at, change) in changes.iter().enumerate() {
        for (column, text) in change.after.iter().flatten() {
            let rule = if text.starts_with(['=', '@', '\t']) {
                "begins as a formula does, which a spreadsheet program would compute: put a word before it"
            } else if text.contains(|c: char| c.is_control() && !matches!(c, '\n' | '\t')) {
                "holds a control character, which a terminal would obey: type it anew"
            } else {
                continue;
            };
            found.push(FieldProblem {
                change: at,
                column: column.clone(),
                problem: Problem {
                    severity: Severity::Error,
                    file: format!("{}.csv", change.sheet),
                    cell: None,
                    value: Some(text.chars().take(40).collect()),
                    rule: rule.to_owned(),
                    nearest: Vec::new(),
                },
            });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_that_were_left_behind_go_and_others_stay() {
        let among = tempfile::tempdir().expect("a folder");
        let copy = among.path().join(format!("{PREFIX}left"));
        let other = among.path().join("other");
        for folder in [&copy, &other] {
            fs::create_dir_all(folder.join("study")).expect("a folder");
        }
        forget_old(among.path(), Duration::from_mins(10));
        assert!(copy.exists(), "one that may be in use stays");
        std::thread::sleep(Duration::from_millis(20));
        forget_old(among.path(), Duration::from_millis(1));
        assert!(!copy.exists() && other.exists());
    }
}
