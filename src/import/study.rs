//! The study as it would be, read and checked before anything is written.

use std::collections::HashSet;
use std::fs;
use std::io;

use thiserror::Error;

use super::sheet::Sheet;
use super::tab::At;
use crate::case::Schema;
use crate::delimited::place_of;
use crate::ingest::{Problem, read_study};
use crate::ontology::Ontology;
use crate::project::{FileError, Folder};

/// Why the study cannot be checked.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CheckError {
    /// A file of the study cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// A temporary copy cannot be written.
    #[error("cannot write a temporary copy of the study")]
    Copy(#[from] io::Error),
}

/// Says all that is wrong with a study of this name that has these sheets and otherwise what the folder holds, each
/// problem with the cell of the file that the value comes from.
///
/// # Errors
/// What is there cannot be read, or no temporary copy be written.
pub fn check(
    sheets: &[Sheet],
    (name, old): (&str, Option<&Folder>),
    meta: &str,
    ontology: &Ontology,
) -> Result<Vec<Problem>, CheckError> {
    let folder = tempfile::tempdir()?;
    let study = folder.path().join(name);
    fs::create_dir_all(study.join("imports"))?;
    fs::write(study.join("study.toml"), meta)?;
    for sheet in super::schema::SHEETS {
        fs::write(
            study.join(format!("{sheet}.csv")),
            format!("{}\n", Schema::shipped().headings(sheet).join(",")),
        )?;
    }
    if let Some(old) = old {
        let mut files = old.names_in("", ".csv")?;
        files.extend(old.names_in("", ".toml")?);
        files.extend(old.names_in("imports/", ".ttl")?);
        for file in files {
            if let Some(bytes) = old.bytes(&file)? {
                fs::write(study.join(&file), bytes)?;
            }
        }
    }
    for sheet in sheets {
        fs::write(study.join(format!("{}.csv", sheet.name)), sheet.csv())?;
    }
    let copy = Folder::disk(&study);
    let (_, problems) = read_study(&copy, ontology)?;
    let mut all = Vec::new();
    // What the import adds is the same in each row, and said once.
    let mut added = HashSet::new();
    for problem in problems.iter() {
        let file = |sheet: &&Sheet| problem.file == copy.display(&format!("{}.csv", sheet.name));
        let Some(sheet) = sheets.iter().find(file) else {
            all.push(Problem {
                file: problem.file.replace(&copy.display(""), ""),
                ..problem.clone()
            });
            continue;
        };
        match place_in_file(problem, sheet) {
            Some(from) => all.push(Problem {
                file: sheet.from.clone(),
                cell: Some(from.address()),
                ..problem.clone()
            }),
            None if added.insert((&sheet.name, &problem.rule)) => all.push(Problem {
                file: format!("{}, as {}.csv", sheet.from, sheet.name),
                ..problem.clone()
            }),
            None => {}
        }
    }
    Ok(all)
}

/// The cell of the file that a problem of a sheet is of; `None` for what the import adds.
fn place_in_file(problem: &Problem, sheet: &Sheet) -> Option<At> {
    match place_of(problem.cell.as_deref()?)? {
        (_, 1) => None,
        (column, row) => *sheet.rows.get(row.checked_sub(2)?)?.from.get(column)?,
    }
}
