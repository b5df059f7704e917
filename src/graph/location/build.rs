//! A new store beside the current one.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use casegraph_snapshot::{MAGIC, SnapshotError, Writer};

use super::manifest::{Updated, number};
use super::{LOCK, Location, LocationError, Manifest, SNAPSHOT, failed};
use crate::disk;
use crate::graph::error::GraphError;
use crate::graph::model::{NamedNode, Quad, Update};
use crate::graph::snapshot;
use crate::graph::store::Graph;

/// How long a build waits for the lock: those who wait for a build take it for a moment.
const MOMENT: Duration = Duration::from_millis(200);
/// How often the lock is tried meanwhile.
const LOOK: Duration = Duration::from_millis(20);

/// A build, invisible to readers until it is published.
pub struct Build {
    location: Location,
    previous: Option<Manifest>,
    name: String,
    writer: Writer,
    _lock: File,
}

impl Location {
    /// Begins a build: takes the lock, and clears what an interrupted build left. The build takes about as many
    /// bytes of memory as are said, and puts what does not fit into the folder.
    ///
    /// # Errors
    /// Another build runs, the folder cannot be written, is a link or a release, or holds a store that cannot be read.
    pub fn begin(&self, memory: usize) -> Result<Build, LocationError> {
        let lock = self.lock()?;
        let current = self.manifest()?;
        self.remove_stores_except(&kept(current.as_ref()))?;
        self.begin_after(current, memory, lock)
    }

    /// The same in place of any store that is there, also one that cannot be read, which stays until then.
    ///
    /// # Errors
    /// Those of [`Location::begin`], but for the last.
    pub fn begin_anew(&self, memory: usize) -> Result<Build, LocationError> {
        let lock = self.lock()?;
        let current = self.manifest().ok().flatten();
        self.begin_after(current, memory, lock)
    }

    fn begin_after(
        &self,
        current: Option<Manifest>,
        memory: usize,
        lock: File,
    ) -> Result<Build, LocationError> {
        let taken = self.stores()?.into_iter().map(|(number, _)| number);
        let name = format!("store-{}", taken.max().map_or(1, |number| number + 1));
        Ok(Build {
            location: self.clone(),
            previous: current,
            name,
            writer: snapshot::writer(self.path(), memory),
            _lock: lock,
        })
    }

    /// Waits while a build runs here, for so long at most, and says whether none does any more.
    #[must_use]
    pub fn wait(&self, limit: Duration) -> bool {
        let end = Instant::now() + limit;
        loop {
            let free = disk::open(&self.path().join(LOCK)).map_or(true, |lock| {
                !matches!(lock.try_lock_shared(), Err(fs::TryLockError::WouldBlock))
            });
            if free || Instant::now() >= end {
                return free;
            }
            sleep(LOOK);
        }
    }

    /// Whether stores may be made here.
    ///
    /// # Errors
    /// It is a link or a release, or lies in one.
    pub fn may_be_written(&self) -> Result<(), LocationError> {
        if disk::is_link(self.path()) {
            return Err(LocationError::Link(self.path().to_owned()));
        }
        if let Some(release) = Self::release_around(self.path()) {
            return Err(LocationError::Release(release));
        }
        Ok(())
    }

    /// Takes the lock of builds.
    fn lock(&self) -> Result<File, LocationError> {
        self.may_be_written()?;
        fs::create_dir_all(self.path()).map_err(failed("create", self.path()))?;
        let path = self.path().join(LOCK);
        let lock = disk::lock_file(&path).map_err(failed("lock", &path))?;
        let end = Instant::now() + MOMENT;
        loop {
            match lock.try_lock() {
                Ok(()) => return Ok(lock),
                Err(fs::TryLockError::WouldBlock) if Instant::now() < end => sleep(LOOK),
                Err(fs::TryLockError::WouldBlock) => {
                    return Err(LocationError::Busy(self.path().to_owned()));
                }
                Err(fs::TryLockError::Error(error)) => return Err(failed("lock", &path)(error)),
            }
        }
    }

    /// Whatever has the name of a snapshot, by the number of its store.
    fn stores(&self) -> Result<Vec<(u64, PathBuf)>, LocationError> {
        let mut found = Vec::new();
        for entry in fs::read_dir(self.path()).map_err(failed("read", self.path()))? {
            let entry = entry.map_err(failed("read", self.path()))?;
            let name = entry.file_name();
            let number = name
                .to_str()
                .and_then(|name| number(name.strip_suffix(SNAPSHOT)?));
            found.extend(number.map(|number| (number, entry.path())));
        }
        Ok(found)
    }

    /// Removes the snapshots of other builds. What only has such a name stays.
    fn remove_stores_except(&self, keep: &[&str]) -> Result<(), LocationError> {
        let keep: Vec<u64> = keep.iter().filter_map(|store| number(store)).collect();
        for (number, path) in self.stores()? {
            if !keep.contains(&number) && is_ours(&path) {
                fs::remove_file(&path).map_err(failed("remove", &path))?;
            }
        }
        Ok(())
    }
}

/// The stores of a manifest: its own, and of the build before, which stays for those who compare the two.
fn kept(manifest: Option<&Manifest>) -> Vec<&str> {
    let before = manifest.and_then(|manifest| manifest.before.as_deref());
    let both = manifest.into_iter().chain(before);
    both.map(|manifest| manifest.store.as_str()).collect()
}

/// Whether a file is a snapshot, whole or not, or was to become one and is empty.
fn is_ours(path: &Path) -> bool {
    let mut begins = Vec::new();
    let mark = MAGIC;
    let read = disk::open(path).and_then(|file| {
        let mut file = file.take(mark.len() as u64);
        file.read_to_end(&mut begins)
    });
    read.is_ok() && (begins.is_empty() || begins == mark)
}

/// The build that a new one is compared with when it replaces this one. A rebuild from the same
/// inputs changes nothing, and must not hide what the build before it changed.
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

impl Build {
    /// The manifest of the store that is to be replaced.
    #[must_use]
    pub fn previous(&self) -> Option<&Manifest> {
        self.previous.as_ref()
    }

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

    /// Takes over these graphs of the current store.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn keep_graphs(
        &mut self,
        wanted: impl Fn(&NamedNode) -> bool,
    ) -> Result<(), LocationError> {
        let (current, _) = match self.location.open() {
            Ok(opened) => opened,
            Err(error) => return Err(self.gone(error)),
        };
        let mut others = current
            .named_graphs()
            .map_err(|error| self.gone(error.into()))?;
        others.retain(|graph| !wanted(graph));
        let kept = current.add_to(&mut self.writer, &others);
        kept.map_err(|error| self.gone(error.into()))
    }

    /// What it means that the store cannot be read which is to be replaced.
    fn gone(&self, error: LocationError) -> LocationError {
        use SnapshotError::{Damaged, Foreign, Version};
        let LocationError::Graph(GraphError::Snapshot(
            Damaged { path, .. } | Foreign(path) | Version { path, .. },
        )) = &error
        else {
            return error;
        };
        let lost = self.previous.as_ref().and_then(Manifest::beyond_sheets);
        match lost {
            Some(lost) => LocationError::Gone {
                snapshot: path.clone(),
                lost,
            },
            None => error,
        }
    }

    /// Takes over the current store, changed by SPARQL Update. The manifest says so.
    ///
    /// # Errors
    /// There is no store, it is too large to be held in memory, or the update cannot be evaluated, or not in
    /// this time.
    pub fn update(&mut self, update: &Update, within: Duration) -> Result<Manifest, LocationError> {
        let (current, manifest) = self.location.open()?;
        let mut graph = current.to_memory()?;
        graph.update(update, within)?;
        self.keep(&graph, &[])?;
        Ok(Manifest {
            updated: Some(Updated::once_more(manifest.updated.as_ref())),
            ..manifest
        })
    }

    /// Makes the new store the current one. The one before stays for those who still read it. The number of
    /// quads in the manifest is that of what was loaded.
    ///
    /// # Errors
    /// The snapshot or the manifest cannot be written; the old store stays current.
    pub fn publish(self, manifest: Manifest) -> Result<Manifest, LocationError> {
        let path = self.location.snapshot_path(&self.name);
        // The unfinished file takes up room, which may be what was lacking.
        let remove = || {
            fs::remove_file(&path).ok();
        };
        let written = snapshot::write(self.writer, &path).map_err(|error| {
            remove();
            GraphError::from(error)
        })?;
        let replaced = self.previous.as_ref();
        let replaced = replaced.map(|previous| previous.store.clone());
        let manifest = Manifest {
            store: self.name.clone(),
            quads: written.quads,
            before: self
                .previous
                .map(|previous| Box::new(before(previous, &manifest))),
            ..manifest
        };
        let manifest = self
            .location
            .write_manifest(manifest)
            .inspect_err(|_| remove())?;
        let mut keep = kept(Some(&manifest));
        keep.extend(replaced.as_deref());
        self.location.remove_stores_except(&keep)?;
        Ok(manifest)
    }
}
