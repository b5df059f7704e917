//! Files of another format, found and read.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use super::super::session::Place;
use crate::import::{Files, Others, are_references};

/// Most files of a folder that are read.
const MOST: usize = 200_000;

/// As what files of another format are recognised.
pub(super) enum Recognised {
    /// Cases.
    Cases(Others, Files),
    /// What searches found.
    References(Files),
}

/// Endings of files that a search gives.
const REFERENCES: [&str; 5] = ["ris", "bib", "nbib", "xml", "enw"];

/// The format and the files, if they are such: a folder, several files, or one that ends so.
pub(super) fn of(paths: &[PathBuf], place: &Place) -> Result<Option<Recognised>> {
    let one = &paths[0];
    // A table with tabs may be evidence of CIViC.
    let of_tabs = ends(one, &["tsv"]) && paths.len() == 1;
    let is_known =
        |path: &PathBuf| ends(path, &REFERENCES) || ends(path, &["json"]) || ends(path, &["tsv"]);
    if !(one.is_dir() || paths.len() > 1 || is_known(one)) {
        return Ok(None);
    }
    let mut files = Files::new();
    for path in within(paths)? {
        if !is_known(&path) && !ends(&path, &["txt", "csv"]) {
            continue;
        }
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let bytes = place.bytes_of(&path)?;
        ensure!(
            files.insert(name, bytes).is_none(),
            "{} has the name of another file, and rows say by its name where they come from: give one another name",
            path.display()
        );
    }
    let format = Others::of(&files);
    if format.is_none() && paths.iter().all(is_known) && are_references(&files) {
        return Ok(Some(Recognised::References(files)));
    }
    if let Some(path) = paths.iter().find(|path| ends(path, &REFERENCES)) {
        anyhow::bail!(
            "{} is neither RIS nor BibTeX, CSL-JSON or what PubMed gives as text or XML",
            path.display()
        );
    }
    match format {
        Some(format) => Ok(Some(Recognised::Cases(format, files))),
        None if of_tabs => Ok(None),
        None if one.is_dir() || is_known(one) => anyhow::bail!(
            "{} holds no phenopackets (JSON with a subject), no study of cBioPortal (meta_study.txt), no fusions of FUSOR and no list of works",
            one.display()
        ),
        None => Ok(None),
    }
}

/// Whether a file ends so.
fn ends(path: &Path, endings: &[&str]) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| endings.contains(&ending.to_lowercase().as_str()))
}

/// The files, and those that lie in the folders, sorted.
fn within(paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut found: Vec<PathBuf> = Vec::new();
    for path in paths {
        if !path.is_dir() {
            found.push(path.clone());
            continue;
        }
        let entries =
            fs::read_dir(path).with_context(|| format!("cannot read {}", path.display()))?;
        for entry in entries {
            let entry = entry?;
            // A link may lead anywhere: only files that stand here are read.
            if entry.file_type()?.is_file() {
                found.push(entry.path());
            }
        }
        ensure!(
            found.len() <= MOST,
            "more than {MOST} files: import them in parts"
        );
    }
    found.sort();
    Ok(found)
}
