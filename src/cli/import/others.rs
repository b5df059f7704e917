//! Files of another format, found and read.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

use super::super::session::Place;
use crate::import::{Files, Others, are_references};

/// Most files of a folder that are read.
const MOST: usize = 200_000;

/// What files of another format are.
pub(super) enum Found {
    /// Cases.
    Cases(Others, Files),
    /// What searches found.
    References(Files),
}

/// Endings of files that a search gives.
const REFERENCES: [&str; 5] = ["ris", "bib", "nbib", "xml", "enw"];

/// The format and the files, if they are such: a folder, several files, or one that ends so.
pub(super) fn of(paths: &[PathBuf], place: &Place) -> Result<Option<Found>> {
    let ends = |path: &PathBuf, endings: &[&str]| {
        let ending = path.extension().and_then(|ending| ending.to_str());
        ending.is_some_and(|ending| endings.contains(&ending.to_lowercase().as_str()))
    };
    if paths
        .iter()
        .all(|path| ends(path, &REFERENCES) || ends(path, &["json"]))
    {
        let mut files = Files::new();
        for path in paths {
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            files.insert(name, place.bytes_of(path)?);
        }
        if are_references(&files) {
            return Ok(Some(Found::References(files)));
        }
        if let Some(path) = paths.iter().find(|path| ends(path, &REFERENCES)) {
            anyhow::bail!(
                "{} is neither RIS nor BibTeX, CSL-JSON or what PubMed gives as text or XML",
                path.display()
            );
        }
    }
    let one = &paths[0];
    let is_json = one.extension().is_some_and(|ending| ending == "json");
    if !(one.is_dir() || paths.len() > 1 || is_json) {
        return Ok(None);
    }
    let mut named: Vec<PathBuf> = Vec::new();
    for path in paths {
        if path.is_dir() {
            let entries =
                fs::read_dir(path).with_context(|| format!("cannot read {}", path.display()))?;
            for entry in entries {
                let entry = entry?;
                // A link may lead anywhere: only files that stand here are read.
                if entry.file_type()?.is_file() {
                    named.push(entry.path());
                }
            }
        } else {
            named.push(path.clone());
        }
        ensure!(
            named.len() <= MOST,
            "more than {MOST} files: import them in parts"
        );
    }
    named.sort();
    let mut files = Files::new();
    for path in named {
        let ending = path.extension().and_then(|ending| ending.to_str());
        if !matches!(ending, Some("json" | "txt" | "csv")) {
            continue;
        }
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        files.insert(name, place.bytes_of(&path)?);
    }
    let format = Others::of(&files);
    let is_dir = one.is_dir();
    match format {
        Some(format) => Ok(Some(Found::Cases(format, files))),
        None if is_dir || is_json => anyhow::bail!(
            "{} holds no phenopackets (JSON with a subject), no study of cBioPortal (meta_study.txt) and no list of works",
            one.display()
        ),
        None => Ok(None),
    }
}
