//! Files of a folder on disk or of the copy that the binary carries, read alike.
//!
//! A folder may be a stranger's: nothing is read but regular files that lie in it, or in the project that it belongs
//! to, and nothing is walked that no name leads to.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::error::{DEEPEST, FileError, Limits, as_text, failed};
use super::given;
use include_dir::{Dir, DirEntry, include_dir};
use sha2::{Digest, Sha256};

/// The folders that the binary carries, by name.
static SHIPPED: [(&str, &Dir<'static>); 3] = [
    ("ontology", &ONTOLOGY),
    ("data", &DATA),
    ("queries", &QUERIES),
];

static ONTOLOGY: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/ontology");
static DATA: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/data");
static QUERIES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/queries");

/// A text file with the path that errors name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextFile {
    /// Path relative to the folder it was asked of, with `/`.
    pub name: String,
    /// Path as a person can find it.
    pub path: String,
    /// All of the text, as UTF-8.
    pub text: String,
}

#[derive(Debug, Clone)]
enum Source {
    /// A folder, and the one that links may not lead out of.
    Disk {
        path: PathBuf,
        within: PathBuf,
        limits: Limits,
    },
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
        Self::part_of(path, path)
    }

    /// A folder on disk that belongs to a project: links may lead from one to another place of it.
    #[must_use]
    pub fn part_of(path: &Path, project: &Path) -> Self {
        let within = project.canonicalize();
        Self {
            source: Source::Disk {
                path: path.to_owned(),
                within: within.unwrap_or_else(|_| project.to_owned()),
                limits: Limits::default(),
            },
            reads: None,
        }
    }

    /// The same folder with limits on how much of it is read.
    #[must_use]
    pub fn with_limits(mut self, allowed: Limits) -> Self {
        if let Source::Disk { limits, .. } = &mut self.source {
            *limits = allowed;
        }
        self
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
            Source::Disk { path, .. } => {
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
            Source::Disk { path, .. } => Some(path),
            Source::Shipped(_) => None,
        }
    }

    /// The path of one of its files as a person can find it.
    #[must_use]
    pub fn display(&self, name: &str) -> String {
        match &self.source {
            Source::Disk { path, .. } => {
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
            Source::Disk {
                path: folder,
                within,
                limits,
            } => {
                let path = folder.join(name);
                let Some(real) = real(&path, within)? else {
                    return Ok(None);
                };
                let found = fs::metadata(&real).map_err(failed(&path))?;
                if !found.is_file() {
                    return Err(given::no_file(&path, &found));
                }
                let mut file = given::unwaiting().open(&real).map_err(failed(&path))?;
                given::within(&path, &mut file, *limits).map(Some)
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
        as_text(self.display(name).as_ref(), bytes).map(Some)
    }

    /// The names of its folders, sorted.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn folders(&self) -> Result<Vec<String>, FileError> {
        let mut names: Vec<String> = match &self.source {
            Source::Disk { path, .. } => {
                let mut names = Vec::new();
                for entry in fs::read_dir(path).map_err(failed(path))? {
                    let entry = entry.map_err(failed(path))?;
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
            Source::Disk {
                path,
                within,
                limits,
            } => {
                if real(path, within)?.is_some() {
                    let mut walk = Walk {
                        ending,
                        left: limits.files,
                        names: &mut names,
                    };
                    walk.walk(path, "", 0).map_err(|error| match error {
                        FileError::Many { .. } => FileError::Many {
                            path: path.clone(),
                            limit: limits.files,
                        },
                        other => other,
                    })?;
                }
            }
            Source::Shipped(path) => {
                if let Some(dir) = shipped(path) {
                    names_shipped(dir, dir.path(), ending, &mut names);
                }
            }
        }
        names.sort();
        Ok(names)
    }

    /// The names of the files with this ending in a folder of it, such as `imports/`, or right in it, where the folder
    /// is named by an empty text; sorted. Folders in it are passed over, however much they hold.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn names_in(&self, folder: &str, ending: &str) -> Result<Vec<String>, FileError> {
        if let Source::Shipped(_) = self.source {
            let mut names = self.names(ending)?;
            names.retain(|name| {
                name.strip_prefix(folder)
                    .is_some_and(|rest| !rest.contains('/'))
            });
            return Ok(names);
        }
        self.held(folder, ending, false)
    }

    /// The names of the folders in a folder of it; sorted.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn folders_in(&self, folder: &str) -> Result<Vec<String>, FileError> {
        self.held(folder, "", true)
    }

    /// What a folder on disk holds: files, or folders.
    fn held(&self, folder: &str, ending: &str, folders: bool) -> Result<Vec<String>, FileError> {
        let Source::Disk { path, within, .. } = &self.source else {
            return Ok(Vec::new());
        };
        let path = path.join(folder);
        let mut names = Vec::new();
        if real(&path, within)?.is_none() {
            return Ok(names);
        }
        for entry in fs::read_dir(&path).map_err(failed(&path))? {
            let entry = entry.map_err(failed(&path))?;
            if let Some(name) = name_of(&entry, ending)?
                && entry.path().is_dir() == folders
            {
                names.push(format!("{folder}{name}"));
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

/// The path without links; `None` if nothing is there.
fn real(path: &Path, within: &Path) -> Result<Option<PathBuf>, FileError> {
    match path.canonicalize() {
        Ok(real) if real.starts_with(within) => Ok(Some(real)),
        Ok(target) => Err(FileError::Outside {
            path: path.to_owned(),
            target,
            within: within.to_owned(),
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => match fs::read_link(path) {
            Ok(target) => Err(FileError::Nowhere {
                path: path.to_owned(),
                target,
            }),
            Err(_) => Ok(None),
        },
        Err(source) => Err(failed(path)(source)),
    }
}

/// The name of what a folder holds, if it ends so and is not hidden.
fn name_of(entry: &fs::DirEntry, ending: &str) -> Result<Option<String>, FileError> {
    let name = entry.file_name();
    let lossy = name.to_string_lossy();
    if lossy.starts_with('.') || !lossy.ends_with(ending) {
        return Ok(None);
    }
    match name.to_str() {
        Some(name) => Ok(Some(name.to_owned())),
        None => Err(FileError::Name { path: entry.path() }),
    }
}

/// Looks through folders for files with this ending.
struct Walk<'a> {
    ending: &'a str,
    /// How many files and folders may still come.
    left: usize,
    names: &'a mut Vec<String>,
}

impl Walk<'_> {
    fn walk(&mut self, folder: &Path, before: &str, depth: usize) -> Result<(), FileError> {
        if depth > DEEPEST {
            let path = folder.to_owned();
            return Err(FileError::Deep { path });
        }
        for entry in fs::read_dir(folder).map_err(failed(folder))? {
            let entry = entry.map_err(failed(folder))?;
            let Some(name) = name_of(&entry, "")? else {
                continue;
            };
            self.left = self.left.checked_sub(1).ok_or_else(|| FileError::Many {
                path: folder.to_owned(),
                limit: 0,
            })?;
            let kind = entry.file_type().map_err(failed(&entry.path()))?;
            if kind.is_dir() {
                self.walk(&entry.path(), &format!("{before}{name}/"), depth + 1)?;
            } else if kind.is_symlink() && entry.path().is_dir() {
                let target = fs::read_link(entry.path()).map_err(failed(&entry.path()))?;
                return Err(FileError::LinkedFolder {
                    path: entry.path(),
                    target,
                });
            } else if name.ends_with(self.ending) {
                self.names.push(format!("{before}{name}"));
            }
        }
        Ok(())
    }
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
