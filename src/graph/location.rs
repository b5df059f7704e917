//! A folder of snapshots of which one is current: the store.
//!
//! A build writes a new snapshot beside the old one and then replaces `manifest.json` by renaming,
//! which the file system does at once or not at all. Killed at any point, the old manifest still
//! names the old store. One build at a time: a lock that the operating system gives back when its
//! holder ends, however it ends.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::model::{NamedNode, Quad, Update};
use super::snapshot::{Snapshot, Writer};
use super::store::{Graph, GraphError};

/// Version of the layout of a location; another version is refused and rebuilt.
const FORMAT: u32 = 2;
const MANIFEST: &str = "manifest.json";
const LOCK: &str = "build.lock";
/// How the name of a snapshot ends, after that of its store.
const SNAPSHOT: &str = ".snapshot";
/// The name that the snapshot of a release has instead of its store's.
const RELEASE: &str = "release";
/// How the name of a manifest begins that is not yet the manifest.
const UNFINISHED: &str = "manifest-";

/// What the current store is and what it was made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of the layout.
    pub format: u32,
    /// Name of the snapshot within the location, without its ending.
    pub store: String,
    /// Version of casegraph that made it.
    pub software: String,
    /// The study's short name.
    pub study: String,
    /// The study's title.
    pub title: String,
    /// SHA-256 over the names and bytes of all sheets and ontology files.
    pub inputs_sha256: String,
    /// Number of quads.
    pub quads: u64,
    /// Number of cases.
    pub cases: u64,
    /// The study's own defaults for parameters of saved analyses.
    #[serde(default)]
    pub parameters: std::collections::BTreeMap<String, String>,
    /// Whether the cases are invented.
    #[serde(default)]
    pub synthetic: bool,
    /// Names of sources of others that were loaded whole: they stay when the study is built again.
    #[serde(default)]
    pub whole: Vec<String>,
    /// The last build from other inputs, or the one that this one replaced: what changed is told against
    /// it. Without its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Box<Manifest>>,
}

/// What can go wrong with a location.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LocationError {
    /// A file or folder could not be read or written.
    #[error("cannot {action} {path}: check that the folder exists and that you may write to it")]
    Io {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// Another build holds the lock.
    #[error(
        "another build is writing to {0}: wait until it ends, or use another folder with --location"
    )]
    Busy(PathBuf),
    /// The manifest is damaged.
    #[error("{path} is not a manifest of a store: delete the folder and run `casegraph build`")]
    Manifest {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// No store has been built here.
    #[error("there is no store in {0}: run `casegraph build` first")]
    Empty(PathBuf),
    /// The store could not be opened or written.
    #[error(transparent)]
    Graph(#[from] GraphError),
}

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

    /// The folder's path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The manifest of the current store; `None` if nothing of this layout was built here.
    ///
    /// # Errors
    /// The manifest exists and cannot be read.
    pub fn manifest(&self) -> Result<Option<Manifest>, LocationError> {
        let mut before = None;
        loop {
            let manifest = self.read_manifest()?;
            let Some(read) = manifest.as_ref().filter(|read| read.format == FORMAT) else {
                return Ok(None);
            };
            if self.snapshot_path(&read.store).is_file() {
                return Ok(manifest);
            }
            // Builds may have ended since it was read, and removed what it names.
            if before == manifest {
                return Ok(None);
            }
            before = manifest;
        }
    }

    /// The file that each build replaces by another.
    #[must_use]
    pub fn manifest_path(&self) -> PathBuf {
        self.0.join(MANIFEST)
    }

    /// The manifest as it stands, whatever it names.
    fn read_manifest(&self) -> Result<Option<Manifest>, LocationError> {
        let path = self.manifest_path();
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed("read", &path)(error)),
        };
        serde_json::from_str(&text)
            .map(Some)
            .map_err(|source| LocationError::Manifest { path, source })
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
            match self.open_as(&manifest) {
                Ok(graph) => return Ok((graph, manifest)),
                // Builds may have ended since the manifest was read, and removed what it names.
                Err(error) if self.manifest()?.as_ref() == Some(&manifest) => return Err(error),
                Err(_) => {}
            }
        }
    }

    /// The snapshot that a manifest names.
    fn open_as(&self, manifest: &Manifest) -> Result<Graph, LocationError> {
        let path = self.snapshot_path(&manifest.store);
        let snapshot = Snapshot::open(&path).map_err(GraphError::from)?;
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
        let Some(before) = &manifest.before else {
            return Ok(None);
        };
        if !self.snapshot_path(&before.store).is_file() {
            return Ok(None);
        }
        let snapshot =
            Snapshot::open(&self.snapshot_path(&before.store)).map_err(GraphError::from)?;
        Ok(Some((Graph::of_snapshot(snapshot)?, (**before).clone())))
    }

    /// Where the snapshot of a store is.
    fn snapshot_path(&self, store: &str) -> PathBuf {
        self.0.join(format!("{store}{SNAPSHOT}"))
    }

    /// Begins a build: takes the lock, and clears what an interrupted build left. The build takes about as many
    /// bytes of memory as are said, and puts what does not fit into the folder.
    ///
    /// # Errors
    /// Another build runs, or the folder cannot be written.
    pub fn begin(&self, memory: usize) -> Result<Build, LocationError> {
        fs::create_dir_all(&self.0).map_err(failed("create", &self.0))?;
        let path = self.0.join(LOCK);
        let lock = File::create(&path).map_err(failed("create", &path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => return Err(LocationError::Busy(self.0.clone())),
            Err(fs::TryLockError::Error(error)) => return Err(failed("lock", &path)(error)),
        }
        let current = self.manifest().ok().flatten();
        let before = current.as_ref().and_then(|current| current.before.as_ref());
        // Of the build before the current one, the snapshot stays for those who compare the two.
        self.remove_stores_except(
            current.as_ref().map(|current| current.store.as_str()),
            before.map(|before| before.store.as_str()),
        )?;
        let number = current
            .as_ref()
            .and_then(|current| current.store.strip_prefix("store-")?.parse::<u64>().ok())
            .map_or(1, |number| number + 1);
        let name = format!("store-{number}");
        Ok(Build {
            location: self.clone(),
            previous: current,
            name,
            writer: Writer::new(&self.0, memory),
            _lock: lock,
        })
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
            format: FORMAT,
            ..manifest
        };
        let folder = self.path();
        let path = self.manifest_path();
        let mut file = tempfile::Builder::new()
            .prefix(UNFINISHED)
            .tempfile_in(folder)
            .map_err(failed("write in", folder))?;
        let text =
            serde_json::to_string_pretty(&manifest).map_err(|source| LocationError::Manifest {
                path: path.clone(),
                source,
            })?;
        file.write_all(text.as_bytes())
            .map_err(failed("write", &path))?;
        file.as_file().sync_all().map_err(failed("write", &path))?;
        file.persist(&path)
            .map_err(|error| failed("replace", &path)(error.error))?;
        Ok(manifest)
    }

    /// Removes what earlier builds left, but for what is named: a store with its snapshot, and a snapshot.
    fn remove_stores_except<'a>(
        &self,
        store: impl IntoIterator<Item = &'a str>,
        snapshot: Option<&str>,
    ) -> Result<(), LocationError> {
        let keep: Vec<&str> = store.into_iter().collect();
        for entry in fs::read_dir(&self.0).map_err(failed("read", &self.0))? {
            let entry = entry.map_err(failed("read", &self.0))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            // A manifest that a killed build had not yet renamed.
            if name.starts_with(UNFINISHED) {
                fs::remove_file(entry.path()).map_err(failed("remove", &entry.path()))?;
            }
            let store = name.strip_suffix(SNAPSHOT).unwrap_or(&name);
            let kept = keep.contains(&store) || (store != name && snapshot == Some(store));
            if store.starts_with("store-") && !kept {
                let removed = if entry.path().is_dir() {
                    fs::remove_dir_all(entry.path())
                } else {
                    fs::remove_file(entry.path())
                };
                removed.map_err(failed("remove", &entry.path()))?;
            }
        }
        Ok(())
    }
}

/// What changes of a new build are told against, when it replaces this one: a build again from the same
/// inputs changes nothing, and must not hide what the one before it changed.
fn before(replaced: Manifest, new: &Manifest) -> Manifest {
    let same = replaced.inputs_sha256 == new.inputs_sha256;
    match replaced.before {
        Some(earlier) if same => *earlier,
        _ => Manifest {
            before: None,
            ..replaced
        },
    }
}

/// A build that nobody sees until it is published.
pub struct Build {
    location: Location,
    previous: Option<Manifest>,
    name: String,
    writer: Writer,
    _lock: File,
}

impl Build {
    /// Adds quads; the same one twice is one.
    ///
    /// # Errors
    /// What does not fit into the memory cannot be written.
    pub fn load(&mut self, quads: impl IntoIterator<Item = Quad>) -> Result<(), LocationError> {
        for quad in quads {
            self.writer.add(quad.as_ref()).map_err(GraphError::from)?;
        }
        Ok(())
    }

    /// Takes over the quads of a store but those of these graphs.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn keep(&mut self, graph: &Graph, except: &[NamedNode]) -> Result<(), LocationError> {
        Ok(graph.add_to(&mut self.writer, except)?)
    }

    /// Takes over the current store, changed by SPARQL Update.
    ///
    /// # Errors
    /// There is no store, it is too large to be held in memory, or the update cannot be evaluated, or not in
    /// this time.
    pub fn update(&mut self, update: &Update, within: Duration) -> Result<Manifest, LocationError> {
        let (current, manifest) = self.location.open()?;
        let mut graph = current.to_memory()?;
        graph.update(update, within)?;
        self.keep(&graph, &[])?;
        Ok(manifest)
    }

    /// Makes the new store the current one. The one before stays for those who still read it. The number of
    /// quads in the manifest is that of what was loaded.
    ///
    /// # Errors
    /// The snapshot or the manifest cannot be written; the old store stays current.
    pub fn publish(self, manifest: Manifest) -> Result<Manifest, LocationError> {
        let path = self.location.snapshot_path(&self.name);
        let written = self.writer.write(&path).map_err(|error| {
            // What there is of it takes room that may be what was lacking.
            fs::remove_file(&path).ok();
            GraphError::from(error)
        })?;
        let replaced = self
            .previous
            .as_ref()
            .map(|previous| previous.store.clone());
        let manifest = Manifest {
            store: self.name.clone(),
            quads: written.quads,
            before: self
                .previous
                .map(|previous| Box::new(before(previous, &manifest))),
            ..manifest
        };
        let manifest = self.location.write_manifest(manifest)?;
        let compared = manifest.before.as_ref().map(|before| before.store.as_str());
        let stores = replaced.iter().chain([&manifest.store]);
        self.location
            .remove_stores_except(stores.map(String::as_str), compared)?;
        Ok(manifest)
    }
}
