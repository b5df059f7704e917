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
        /// What the operating system says.
        source: io::Error,
    },
    /// It is no regular file.
    #[error("{path} is {what} and is not read: {next}")]
    Special {
        /// What was to be read.
        path: PathBuf,
        /// Kind of file that it is.
        what: &'static str,
        /// Next step for the reader of the message.
        next: &'static str,
    },
    /// A link leads out of the project.
    #[error(
        "{path} leads by a link to {target}, which lies outside of {within}, and is not read: copy it into the project"
    )]
    Outside {
        /// What was to be read.
        path: PathBuf,
        /// Target outside of the project.
        target: PathBuf,
        /// Folder of the project.
        within: PathBuf,
    },
    /// A link to a folder, which may lead round in a circle.
    #[error(
        "{path} is a link to the folder {target}, and such links are not followed: copy the folder into the project"
    )]
    LinkedFolder {
        /// Path of the link.
        path: PathBuf,
        /// Folder that the link points to.
        target: PathBuf,
    },
    /// A link leads to nothing.
    #[error("{path} is a link to {target}, where nothing is: correct or remove the link")]
    Nowhere {
        /// Path of the link.
        path: PathBuf,
        /// Path that the link points to.
        target: PathBuf,
    },
    /// A file is larger than files may be.
    #[error("{path} has more than {limit} MB: no sheet and no text of a study is that large")]
    Large {
        /// File above the limit.
        path: PathBuf,
        /// Most that is read, in megabytes.
        limit: u64,
    },
    /// A pipe gives more than is taken.
    #[error("{path} gives more than {limit} MB: write it to a file, and name that")]
    Pours {
        /// Pipe that was read.
        path: PathBuf,
        /// Most that is read, in megabytes.
        limit: u64,
    },
    /// A folder holds too much.
    #[error(
        "{path} holds more than {limit} files and folders: take away what does not belong there"
    )]
    Many {
        /// Folder above the limit.
        path: PathBuf,
        /// Most files and folders that a folder may hold.
        limit: usize,
    },
    /// Folders lie too deep in each other.
    #[error("{path} lies more than {DEEPEST} folders deep: move it further up")]
    Deep {
        /// Folder that lies too deep.
        path: PathBuf,
    },
    /// A name is no text.
    #[error("{path} has a name that is not UTF-8: rename it")]
    Name {
        /// File with such a name.
        path: PathBuf,
    },
    /// It should be text and is not.
    #[error("{path} is not UTF-8 text (first at line {line}, byte {byte} of it): save it as UTF-8")]
    NotText {
        /// File that is not text.
        path: PathBuf,
        /// Line of the first bad byte, counted from 1.
        line: usize,
        /// Its place in that line, counted from 1.
        byte: usize,
    },
}

/// The bytes of a file as text.
///
/// # Errors
/// [`FileError::NotText`] with the place of the first byte that is not UTF-8.
pub(super) fn as_text(path: &Path, bytes: Vec<u8>) -> Result<String, FileError> {
    String::from_utf8(bytes).map_err(|error| {
        let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let before = String::from_utf8_lossy(valid);
        let line = before.rsplit('\n').next();
        FileError::NotText {
            path: path.to_owned(),
            line: before.matches('\n').count() + 1,
            byte: line.map_or(0, str::len) + 1,
        }
    })
}

pub(super) fn failed(path: &Path) -> impl Fn(io::Error) -> FileError {
    move |source| FileError::Io {
        path: path.to_owned(),
        source,
    }
}
