//! A folder of snapshots of which one is current: the store.
//!
//! A build writes a new snapshot beside the old one and then replaces `manifest.json` by renaming,
//! which the file system does at once or not at all. Killed at any point, the old manifest still
//! names the old store. One build at a time: a lock that the operating system gives back when its
//! holder ends, however it ends.
//!
//! Nothing is removed or written over but snapshots of ours, and nothing is written into a release
//! or through a link.

mod build;
mod error;
mod manifest;

use std::io;
use std::path::{Path, PathBuf};

use super::error::GraphError;
use super::snapshot;
use super::store::Graph;
use crate::disk;

pub use build::Build;
pub use error::LocationError;
pub use manifest::{Manifest, Updated};

use manifest::RELEASE;

const MANIFEST: &str = "manifest.json";
const LOCK: &str = "build.lock";
/// How the name of a snapshot ends, after that of its store.
const SNAPSHOT: &str = ".snapshot";

fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> LocationError {
    move |source| LocationError::Io {
        action,
        path: path.to_owned(),
        source,
    }
}

/// A folder that holds stores.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location(PathBuf);

impl Location {
    /// The folder at this path; it need not exist yet.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// Path of the folder that holds the builds.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The manifest of the current store; `None` if nothing was built here, or if what was is gone or of an earlier
    /// layout and had nothing but what is in the sheets.
    ///
    /// # Errors
    /// The manifest cannot be read, is of a newer casegraph, or names a store that is gone with more than the sheets
    /// have.
    pub fn manifest(&self) -> Result<Option<Manifest>, LocationError> {
        let mut before = None;
        loop {
            let manifest = manifest::read(&self.manifest_path())?;
            let Some(read) = &manifest else {
                return Ok(None);
            };
            let snapshot = self.snapshot_path(&read.store);
            if snapshot.is_file() {
                return Ok(manifest);
            }
            // Builds may have ended since it was read, and removed what it names.
            if before == manifest {
                return match read.beyond_sheets() {
                    Some(lost) => Err(LocationError::Gone { snapshot, lost }),
                    None => Ok(None),
                };
            }
            before = manifest;
        }
    }

    /// The file that each build replaces by another.
    #[must_use]
    pub fn manifest_path(&self) -> PathBuf {
        self.0.join(MANIFEST)
    }

    /// Whether it is a release, which is read and never written to.
    #[must_use]
    pub fn is_release(&self) -> bool {
        let manifest = || manifest::read(&self.manifest_path()).ok().flatten();
        self.snapshot_path(RELEASE).is_file()
            || manifest().is_some_and(|manifest| manifest.store == RELEASE)
    }

    /// The release that a path is, or lies in, whether or not the path is there.
    #[must_use]
    pub fn release_around(path: &Path) -> Option<PathBuf> {
        let path = std::path::absolute(path).ok()?;
        let there = path.ancestors().find_map(|at| at.canonicalize().ok())?;
        let release = there.ancestors().find(|at| Self::new(*at).is_release());
        release.map(Path::to_owned)
    }

    /// Opens the current store for reading.
    ///
    /// # Errors
    /// There is none, or it cannot be opened.
    pub fn open(&self) -> Result<(Graph, Manifest), LocationError> {
        loop {
            let manifest = self
                .manifest()?
                .ok_or_else(|| LocationError::Empty(self.0.clone()))?;
            match self.open_store(&manifest.store) {
                Ok(graph) => return Ok((graph, manifest)),
                // Builds may have ended since the manifest was read, and removed what it names.
                Err(error) if self.manifest()?.as_ref() == Some(&manifest) => return Err(error),
                Err(_) => {}
            }
        }
    }

    fn open_store(&self, store: &str) -> Result<Graph, LocationError> {
        let snapshot = snapshot::open(&self.snapshot_path(store)).map_err(GraphError::from)?;
        Ok(Graph::of_snapshot(snapshot)?)
    }

    /// Opens [`Manifest::before`]; `None` if there was none, or if it is not there any more.
    ///
    /// # Errors
    /// It is there and cannot be opened.
    pub fn open_before(
        &self,
        manifest: &Manifest,
    ) -> Result<Option<(Graph, Manifest)>, LocationError> {
        match &manifest.before {
            Some(before) if self.snapshot_path(&before.store).is_file() => {
                let graph = self.open_store(&before.store)?;
                Ok(Some((graph, (**before).clone())))
            }
            _ => Ok(None),
        }
    }

    /// Where the snapshot of a store is.
    fn snapshot_path(&self, store: &str) -> PathBuf {
        self.0.join(format!("{store}{SNAPSHOT}"))
    }

    /// Writes what was opened from another location as a snapshot without a store, which is read and
    /// never built in.
    ///
    /// # Errors
    /// It cannot be read, or the folder not written.
    pub fn write_snapshot(
        &self,
        graph: &Graph,
        manifest: &Manifest,
    ) -> Result<Manifest, LocationError> {
        graph.write_snapshot(&self.snapshot_path(RELEASE))?;
        self.write_manifest(Manifest {
            store: RELEASE.to_owned(),
            before: None,
            ..manifest.clone()
        })
    }

    /// Replaces the manifest, at once.
    fn write_manifest(&self, manifest: Manifest) -> Result<Manifest, LocationError> {
        let manifest = Manifest {
            format: manifest::FORMAT,
            ..manifest
        };
        let path = self.manifest_path();
        let text = serde_json::to_vec_pretty(&manifest).map_err(|error| {
            let error = io::Error::from(error);
            failed("write", &path)(error)
        })?;
        disk::replace(&path, &text).map_err(failed("replace", &path))?;
        Ok(manifest)
    }
}
