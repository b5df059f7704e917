//! A release: a folder with a snapshot, what was computed from it, and the SHA-256 of each file.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Display, Formatter};
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use casegraph_snapshot::Snapshot;
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::location::{Location, LocationError};
use crate::disk;

/// The file with the SHA-256 of each other file, as `sha256sum` writes it, sorted by name.
pub const SUMS: &str = "SHA256SUMS";

/// Bytes that are hashed at a time.
const PART: usize = 1 << 20;
/// Bytes that the file of sums may have.
const LONGEST: u64 = 1 << 24;
/// Files that an error names.
const NAMED: usize = 3;

/// How a release is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// The file of sums is no such file.
    NoSums(String),
    /// A file has other bytes.
    Changed(String),
    /// A file is not there.
    Missing(String),
    /// A file that was not written with the others, or a link.
    Added(String),
    /// Two files do not say the same.
    Contrary(String),
}

impl Display for Difference {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSums(why) => write!(f, "{SUMS}: {why}"),
            Self::Changed(name) => write!(f, "{name}: other bytes than {SUMS} says"),
            Self::Missing(name) => write!(f, "{name}: not there"),
            Self::Added(name) => write!(f, "{name}: not in {SUMS}, or no regular file"),
            Self::Contrary(what) => f.write_str(what),
        }
    }
}

/// Why a release cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReleaseError {
    /// It is not as it was written.
    #[error(
        "the release {} is not as it was written ({}): take it again from where you have it; `casegraph release verify` lists all",
        .folder.display(), listed(.differences)
    )]
    Differs {
        /// Folder of the release.
        folder: PathBuf,
        /// Files that differ, lack or are too many.
        differences: Vec<Difference>,
    },
    /// A file or folder cannot be read.
    #[error("cannot read {path}")]
    Io {
        /// File or folder that cannot be read.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// The manifest or the snapshot cannot be read.
    #[error("{0}")]
    Location(#[from] LocationError),
}

fn listed(differences: &[Difference]) -> String {
    let mut names: Vec<String> = differences
        .iter()
        .take(NAMED)
        .map(ToString::to_string)
        .collect();
    if differences.len() > NAMED {
        names.push(format!("and {} more", differences.len() - NAMED));
    }
    names.join("; ")
}

/// The text of the file of sums.
#[must_use]
pub fn sums_text(sums: &BTreeMap<String, String>) -> String {
    let lines = sums.iter().map(|(name, sum)| format!("{sum}  {name}\n"));
    lines.collect()
}

/// The SHA-256 of each file that a text in the form of `sha256sum` lists; `None` if a line is none of that form.
#[must_use]
pub fn sums_of(text: &str) -> Option<BTreeMap<String, String>> {
    let line = |line: &str| {
        let (sum, name) = line.split_once("  ")?;
        let is_sum = sum.len() == 64 && sum.bytes().all(|b| b.is_ascii_hexdigit());
        (is_sum && !name.is_empty()).then(|| (name.to_owned(), sum.to_owned()))
    };
    text.lines().map(line).collect()
}

/// SHA-256 of a regular file, in hexadecimal digits.
///
/// # Errors
/// It cannot be read.
pub fn sha256_of(path: &Path) -> io::Result<String> {
    let mut file = disk::open(path)?;
    let mut hash = Sha256::new();
    let mut part = vec![0; PART];
    loop {
        match file.read(&mut part)? {
            0 => break,
            length => hash.update(&part[..length]),
        }
    }
    let sum = hash.finalize();
    Ok(sum.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Checks that a release has the files that it was written with, each with its bytes, and no other, and that its
/// manifest is that of its snapshot.
///
/// # Errors
/// It is not so, or something cannot be read.
pub fn verify(location: &Location) -> Result<(), ReleaseError> {
    let mut differences = differences(location.path())?;
    if differences.is_empty() {
        let (graph, manifest) = location.open()?;
        let quads = graph.snapshot().map_or(0, Snapshot::quads);
        if quads != manifest.quads {
            differences.push(Difference::Contrary(format!(
                "manifest.json says {} statements, and the snapshot has {quads}",
                manifest.quads
            )));
        }
    }
    if differences.is_empty() {
        return Ok(());
    }
    Err(ReleaseError::Differs {
        folder: location.path().to_owned(),
        differences,
    })
}

fn differences(folder: &Path) -> Result<Vec<Difference>, ReleaseError> {
    let sums = match read_sums(&folder.join(SUMS)) {
        Ok(sums) => sums,
        Err(why) => return Ok(vec![Difference::NoSums(why.to_string())]),
    };
    let mut found = FolderContents::default();
    found.walk(folder, "")?;
    let mut differences = Vec::new();
    for (name, sum) in &sums {
        if !found.files.remove(name) {
            differences.push(Difference::Missing(name.clone()));
            continue;
        }
        let path = folder.join(name);
        let now = sha256_of(&path).map_err(|source| ReleaseError::Io { path, source })?;
        if now != *sum {
            differences.push(Difference::Changed(name.clone()));
        }
    }
    found.files.remove(SUMS);
    let added = found.files.into_iter().chain(found.others);
    differences.extend(added.map(Difference::Added));
    Ok(differences)
}

/// The sums, if the file is exactly as it is written.
fn read_sums(path: &Path) -> io::Result<BTreeMap<String, String>> {
    let file = disk::open(path)?;
    let mut text = String::new();
    let mut file = file.take(LONGEST);
    file.read_to_string(&mut text)?;
    let sums = sums_of(&text).filter(|sums| sums_text(sums) == text);
    sums.ok_or_else(|| io::Error::other("not the sums of a release"))
}

/// The files of a folder and those below.
#[derive(Default)]
struct FolderContents {
    files: BTreeSet<String>,
    /// Links, pipes and devices.
    others: BTreeSet<String>,
}

impl FolderContents {
    fn walk(&mut self, folder: &Path, before: &str) -> Result<(), ReleaseError> {
        let failed = |source| ReleaseError::Io {
            path: folder.to_owned(),
            source,
        };
        for entry in fs::read_dir(folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let name = format!("{before}{}", entry.file_name().to_string_lossy());
            let kind = entry.file_type().map_err(failed)?;
            if kind.is_dir() {
                self.walk(&entry.path(), &format!("{name}/"))?;
            } else if kind.is_file() {
                self.files.insert(name);
            } else {
                self.others.insert(name);
            }
        }
        Ok(())
    }
}
