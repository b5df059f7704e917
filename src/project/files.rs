//! Files of a folder on disk or of the copy that the binary carries, read alike.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use include_dir::{Dir, DirEntry, include_dir};
use sha2::{Digest, Sha256};
use thiserror::Error;

/// The folders that the binary carries, by name.
static SHIPPED: [(&str, &Dir<'static>); 3] = [
    ("ontology", &ONTOLOGY),
    ("data", &DATA),
    ("queries", &QUERIES),
];

static ONTOLOGY: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/ontology");
static DATA: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/data");
static QUERIES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/queries");

/// A file or folder that could not be read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FileError {
    /// The operating system refuses it.
    #[error("cannot read {path}")]
    Io {
        /// What was to be read.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// It should be text and is not.
    #[error("{path} is not UTF-8 text (first at byte {offset}): save it as UTF-8")]
    NotText {
        /// The file.
        path: PathBuf,
        /// Where the first bad byte stands.
        offset: usize,
    },
}

/// A text file with the path that errors name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextFile {
    /// Path relative to the folder it was asked of, with `/`.
    pub name: String,
    /// Path as a person can find it.
    pub path: String,
    /// Content.
    pub text: String,
}

#[derive(Debug, Clone)]
enum Source {
    Disk(PathBuf),
    Shipped(String),
}

/// SHA-256 of each file that was read, by the path that errors name.
type Reads = Arc<Mutex<BTreeMap<String, [u8; 32]>>>;

/// A folder to read from.
#[derive(Debug, Clone)]
pub struct Folder {
    source: Source,
    /// What was read, if that is kept.
    reads: Option<Reads>,
}

impl Folder {
    /// A folder on disk.
    #[must_use]
    pub fn disk(path: &Path) -> Self {
        Self {
            source: Source::Disk(path.to_owned()),
            reads: None,
        }
    }

    /// A folder of the shipped copy, such as `data/alk-sarcoma`.
    #[must_use]
    pub fn shipped(path: &str) -> Self {
        Self {
            source: Source::Shipped(path.to_owned()),
            reads: None,
        }
    }

    /// The same folder, which keeps from now on what it read: see [`Folder::sha256`].
    #[must_use]
    pub fn recording(&self) -> Self {
        Self {
            source: self.source.clone(),
            reads: Some(Reads::default()),
        }
    }

    /// SHA-256 of the bytes of a file as they were read, or as they are if they were not. Bytes that were read twice and
    /// had changed in between have one that no file has.
    ///
    /// # Errors
    /// The file exists and cannot be read.
    pub fn sha256(&self, name: &str) -> Result<Option<[u8; 32]>, FileError> {
        let read = self.reads.as_ref().and_then(|reads| {
            let reads = reads.lock().unwrap_or_else(PoisonError::into_inner);
            reads.get(&self.display(name)).copied()
        });
        match read {
            Some(read) => Ok(Some(read)),
            None => Ok(self.read(name)?.map(|bytes| Sha256::digest(&bytes).into())),
        }
    }

    /// The folder's own name.
    #[must_use]
    pub fn name(&self) -> String {
        match &self.source {
            Source::Disk(path) => {
                let path = path.canonicalize().unwrap_or_else(|_| path.clone());
                path.file_name()
                    .map_or_else(|| "study".to_owned(), |n| n.to_string_lossy().into())
            }
            Source::Shipped(path) => path.rsplit('/').next().unwrap_or(path).to_owned(),
        }
    }

    /// Where it lies, if it is on disk.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match &self.source {
            Source::Disk(path) => Some(path),
            Source::Shipped(_) => None,
        }
    }

    /// The path of one of its files as a person can find it.
    #[must_use]
    pub fn display(&self, name: &str) -> String {
        match &self.source {
            Source::Disk(path) => {
                let path = path.join(name).display().to_string();
                path.strip_prefix("./").map_or(path.clone(), str::to_owned)
            }
            Source::Shipped(path) => format!("{path}/{name}"),
        }
    }

    /// The bytes of a file; `None` if there is none of that name.
    ///
    /// # Errors
    /// It exists and cannot be read.
    pub fn bytes(&self, name: &str) -> Result<Option<Vec<u8>>, FileError> {
        let bytes = self.read(name)?;
        if let (Some(reads), Some(bytes)) = (&self.reads, &bytes) {
            let digest: [u8; 32] = Sha256::digest(bytes).into();
            let mut reads = reads.lock().unwrap_or_else(PoisonError::into_inner);
            let kept = reads.entry(self.display(name)).or_insert(digest);
            if *kept != digest {
                *kept = [0; 32];
            }
        }
        Ok(bytes)
    }

    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, FileError> {
        match &self.source {
            Source::Disk(folder) => {
                let path = folder.join(name);
                match fs::read(&path) {
                    Ok(bytes) => Ok(Some(bytes)),
                    Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
                    Err(source) => Err(FileError::Io { path, source }),
                }
            }
            Source::Shipped(folder) => Ok(shipped(folder).and_then(|dir| {
                dir.get_file(dir.path().join(name))
                    .map(|file| file.contents().to_vec())
            })),
        }
    }

    /// The text of a file; `None` if there is none of that name.
    ///
    /// # Errors
    /// It exists and cannot be read, or is not UTF-8.
    pub fn text(&self, name: &str) -> Result<Option<String>, FileError> {
        let Some(bytes) = self.bytes(name)? else {
            return Ok(None);
        };
        String::from_utf8(bytes)
            .map(Some)
            .map_err(|error| FileError::NotText {
                path: self.display(name).into(),
                offset: error.utf8_error().valid_up_to(),
            })
    }

    /// The names of its folders, sorted.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn folders(&self) -> Result<Vec<String>, FileError> {
        let mut names: Vec<String> = match &self.source {
            Source::Disk(path) => {
                let failed = |source| FileError::Io {
                    path: path.clone(),
                    source,
                };
                let mut names = Vec::new();
                for entry in fs::read_dir(path).map_err(failed)? {
                    let entry = entry.map_err(failed)?;
                    if entry.path().is_dir() {
                        names.push(entry.file_name().to_string_lossy().into_owned());
                    }
                }
                names
            }
            Source::Shipped(path) => shipped(path)
                .into_iter()
                .flat_map(Dir::dirs)
                .filter_map(|dir| Some(dir.path().file_name()?.to_string_lossy().into_owned()))
                .collect(),
        };
        names.sort();
        Ok(names)
    }

    /// The names of all files below it with this ending, sorted.
    ///
    /// # Errors
    /// A folder cannot be read.
    pub fn names(&self, ending: &str) -> Result<Vec<String>, FileError> {
        let mut names = Vec::new();
        match &self.source {
            Source::Disk(path) => names_on_disk(path, "", ending, &mut names)?,
            Source::Shipped(path) => {
                if let Some(dir) = shipped(path) {
                    names_shipped(dir, dir.path(), ending, &mut names);
                }
            }
        }
        names.sort();
        Ok(names)
    }

    /// All text files below it with this ending, sorted by name.
    ///
    /// # Errors
    /// A file or folder cannot be read.
    pub fn files(&self, ending: &str) -> Result<Vec<TextFile>, FileError> {
        let mut files = Vec::new();
        for name in self.names(ending)? {
            if let Some(text) = self.text(&name)? {
                files.push(TextFile {
                    path: self.display(&name),
                    name,
                    text,
                });
            }
        }
        Ok(files)
    }
}

/// The shipped folder at a path such as `data/alk-sarcoma`.
fn shipped(path: &str) -> Option<&'static Dir<'static>> {
    let (top, below) = path.split_once('/').unwrap_or((path, ""));
    let (_, dir) = SHIPPED.iter().find(|(name, _)| *name == top)?;
    if below.is_empty() {
        Some(dir)
    } else {
        dir.get_dir(below)
    }
}

fn names_on_disk(
    folder: &Path,
    before: &str,
    ending: &str,
    names: &mut Vec<String>,
) -> Result<(), FileError> {
    let failed = |source| FileError::Io {
        path: folder.to_owned(),
        source,
    };
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        if entry.path().is_dir() {
            names_on_disk(&entry.path(), &format!("{before}{name}/"), ending, names)?;
        } else if name.ends_with(ending) {
            names.push(format!("{before}{name}"));
        }
    }
    Ok(())
}

fn names_shipped(dir: &Dir<'static>, base: &Path, ending: &str, names: &mut Vec<String>) {
    for entry in dir.entries() {
        match entry {
            DirEntry::Dir(dir) => names_shipped(dir, base, ending, names),
            DirEntry::File(file) => {
                let path = file.path().strip_prefix(base).unwrap_or(file.path());
                let name = path.to_string_lossy().replace('\\', "/");
                if name.ends_with(ending) {
                    names.push(name);
                }
            }
        }
    }
}
