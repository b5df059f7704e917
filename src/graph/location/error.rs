use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::graph::error::GraphError;

fn doing(action: &str) -> &'static str {
    if action == "read" { "read" } else { "write to" }
}

/// What can go wrong with a location.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LocationError {
    /// A file or folder could not be read or written.
    #[error(
        "cannot {action} {path}: check that the folder exists and that you may {} it",
        doing(.action)
    )]
    Io {
        /// What was tried, as a verb, such as `read`.
        action: &'static str,
        /// File or folder it was tried on.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// Another build holds the lock.
    #[error("another build is writing to {0}: wait until it ends")]
    Busy(PathBuf),
    /// The folder is a link.
    #[error(
        "{0} is a symbolic link, and nothing is written through a link: name the folder that it leads to"
    )]
    Link(PathBuf),
    /// The folder is a release, or within one.
    #[error("{0} is a release, and a release is never changed")]
    Release(PathBuf),
    /// The manifest is damaged.
    #[error("{path} is not a manifest of a store ({what})")]
    Manifest {
        /// Manifest that is damaged.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// The store has another layout, and may hold what is not in the sheets.
    #[error(
        "{path} is of a store with layout {format}, which this version does not read: ask it with the casegraph that made it"
    )]
    Version {
        /// Manifest or snapshot of the other layout.
        path: PathBuf,
        /// Layout version that it states.
        format: u64,
    },
    /// The store had more than the sheets have, and is gone or damaged.
    #[error("{snapshot} is gone or damaged, which had {lost}: put it back from a copy")]
    Gone {
        /// Snapshot that the manifest names.
        snapshot: PathBuf,
        /// What it had beyond the sheets.
        lost: String,
    },
    /// A build would lose what is not in the sheets.
    #[error("the store in {path} has {lost}, which a build from the sheets would lose")]
    WouldLose {
        /// Folder of the store.
        path: PathBuf,
        /// What it has beyond the sheets.
        lost: String,
    },
    /// No store has been built here.
    #[error("there is no store in {0}: run `casegraph build` first")]
    Empty(PathBuf),
    /// The store could not be opened or written.
    #[error("{0}")]
    Graph(#[from] GraphError),
}
