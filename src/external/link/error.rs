//! Why files cannot be linked.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::external::format::{Format, Unreadable};
use crate::external::trouble::Troubles;
use crate::project::FileError;

/// Why files were not linked.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LinkError {
    /// A file cannot be read to its end.
    #[error("{path} cannot be read: {}", reading(source))]
    Io {
        /// File that cannot be read to its end.
        path: PathBuf,
        /// What reading it failed with.
        source: io::Error,
    },
    /// A file cannot be opened.
    #[error("{0}")]
    File(#[from] FileError),
    /// A source has no name that it can be kept under.
    #[error(
        "{path}: its source is called {called:?}, under which it cannot be kept: give it a name of letters and digits, at most 120 bytes"
    )]
    Name {
        /// File whose source has no usable name.
        path: PathBuf,
        /// What it is called.
        called: String,
    },
    /// A pipe has no name, and what came out of it says none.
    #[error("{path} does not say of what source it is, and a pipe has no name")]
    Nameless {
        /// Path of the pipe, as given.
        path: PathBuf,
    },
    /// A file is of no known format.
    #[error("{path}: {what}")]
    Format {
        /// File of no known format.
        path: PathBuf,
        /// What it looks like.
        what: Unreadable,
    },
    /// Lines cannot be taken.
    #[error("{} line{} cannot be taken; nothing was linked", .0.count(), if .0.count() == 1 { "" } else { "s" })]
    Troubles(Box<Troubles>),
    /// Nothing in a file is of its format.
    #[error("{path} holds nothing to link: it was read as {format}")]
    Empty {
        /// File that holds nothing.
        path: PathBuf,
        /// Format it was read as.
        format: Format,
    },
    /// Two files are one source.
    #[error(
        "{first} and {second} are both the source {name:?}: link one of them, or give one another name"
    )]
    Twice {
        /// Name that both sources would be kept under.
        name: String,
        /// The file named first.
        first: PathBuf,
        /// The file named after it.
        second: PathBuf,
    },
}

fn reading(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => {
            "the file ends in the middle: it was cut off, fetch it again".to_owned()
        }
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
            format!("the packed data are damaged, fetch it again ({error})")
        }
        _ => error.to_string(),
    }
}
