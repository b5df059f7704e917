//! What of a project cannot be read, and why.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// How much is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The largest file, bytes.
    pub file: u64,
    /// The most files and folders that a folder of the ontology or of saved analyses holds.
    pub files: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file: 1 << 30,
            files: 10_000,
        }
    }
}

/// How deep folders may lie in each other.
pub(super) const DEEPEST: usize = 32;

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
    /// It is no regular file.
    #[error("{path} is {what} and is not read: {next}")]
    Special {
        /// What was to be read.
        path: PathBuf,
        /// What it is.
        what: &'static str,
        /// What to do.
        next: &'static str,
    },
    /// A link leads out of the project.
    #[error(
        "{path} leads by a link to {target}, which lies outside of {within}, and is not read: copy it into the project, or name the project it belongs to with --project"
    )]
    Outside {
        /// What was to be read.
        path: PathBuf,
        /// Where it leads.
        target: PathBuf,
        /// The project.
        within: PathBuf,
    },
    /// A link to a folder, which may lead round in a circle.
    #[error(
        "{path} is a link to the folder {target}, and such links are not followed: copy the folder into the project"
    )]
    LinkedFolder {
        /// The link.
        path: PathBuf,
        /// Where it leads.
        target: PathBuf,
    },
    /// A link leads to nothing.
    #[error("{path} is a link to {target}, where nothing is: correct or remove the link")]
    Nowhere {
        /// The link.
        path: PathBuf,
        /// Where it leads.
        target: PathBuf,
    },
    /// A file is larger than files may be.
    #[error(
        "{path} has more than {limit} MB: no sheet and no text of a study is that large; if this one is, say so with --max-file MB"
    )]
    Large {
        /// The file.
        path: PathBuf,
        /// The limit, megabytes.
        limit: u64,
    },
    /// A pipe gives more than is taken.
    #[error("{path} gives more than {limit} MB: write it to a file, and name that")]
    Pours {
        /// The pipe.
        path: PathBuf,
        /// The limit, megabytes.
        limit: u64,
    },
    /// A folder holds too much.
    #[error(
        "{path} holds more than {limit} files and folders: take away what does not belong there, or raise --max-files"
    )]
    Many {
        /// The folder.
        path: PathBuf,
        /// The limit.
        limit: usize,
    },
    /// Folders lie too deep in each other.
    #[error("{path} lies more than {DEEPEST} folders deep: move it further up")]
    Deep {
        /// The folder.
        path: PathBuf,
    },
    /// A name is no text.
    #[error("{path} has a name that is not UTF-8: rename it")]
    Name {
        /// The file.
        path: PathBuf,
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

pub(super) fn failed(path: &Path) -> impl Fn(io::Error) -> FileError {
    move |source| FileError::Io {
        path: path.to_owned(),
        source,
    }
}
