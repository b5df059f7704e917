//! A folder that takes its place when it is whole.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::replace::write_new;
use super::{beside, hold, linked, sweep};

/// A folder that is made beside its place, and removed again unless it is finished.
#[derive(Debug)]
pub struct Unfinished {
    folder: TempDir,
    place: PathBuf,
    /// Whether the place has to stay the same folder, as the one has that we are in: then it is written within, and
    /// what it holds takes its place one by one.
    within: bool,
    _held: File,
}

impl Unfinished {
    /// Begins a folder, and removes what killed ones of the same name left.
    ///
    /// # Errors
    /// The place is taken by a file, a link or a folder that is not empty, or the folder beside it cannot be written.
    pub fn begin(place: &Path) -> io::Result<Self> {
        let place = resolved(place)?;
        let here = std::env::current_dir().and_then(|here| here.canonicalize());
        let within = here.is_ok_and(|here| here == place);
        let begun = Self::begin_in(&place, within)?;
        let mut entries = fs::read_dir(&begun.place).into_iter().flatten().flatten();
        if entries.any(|entry| entry.path() != begun.path()) || begun.place.is_file() {
            return Err(ErrorKind::AlreadyExists.into());
        }
        Ok(begun)
    }

    /// Begins to write files over those of a folder.
    ///
    /// # Errors
    /// The place is taken by a file or a link, or cannot be written.
    pub fn begin_over(place: &Path) -> io::Result<Self> {
        Self::begin_in(&resolved(place)?, true)
    }

    fn begin_in(place: &Path, within: bool) -> io::Result<Self> {
        let name = place.file_name().unwrap_or_default().to_string_lossy();
        let parent = match place.parent() {
            _ if within => place,
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        fs::create_dir_all(parent)?;
        sweep(parent, &name);
        let (folder, held) = loop {
            let folder = beside(&format!(".{name}."), 0o777).tempdir_in(parent)?;
            if let Some(held) = hold(folder.path())? {
                break (folder, held);
            }
        };
        Ok(Self {
            folder,
            within,
            _held: held,
            place: place.to_owned(),
        })
    }

    /// Where it is written meanwhile.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes one of its files, by its path in the folder.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn write(&self, name: impl AsRef<Path>, bytes: &[u8]) -> io::Result<()> {
        write_new(&self.path().join(name), bytes)
    }

    /// Gives it its place, which is empty or not there.
    ///
    /// # Errors
    /// Something else took the place.
    pub fn finish(self) -> io::Result<()> {
        if self.within {
            for entry in fs::read_dir(self.path())? {
                let entry = entry?;
                fs::rename(entry.path(), self.place.join(entry.file_name()))?;
            }
            return self.folder.close();
        }
        if cfg!(not(unix)) {
            // Elsewhere a folder does not replace an empty one.
            fs::remove_dir(&self.place).ok();
        }
        fs::rename(self.path(), &self.place)?;
        let _ = self.folder.keep();
        Ok(())
    }
}

/// A place with a name, which `.` has not.
fn resolved(place: &Path) -> io::Result<PathBuf> {
    match place.symlink_metadata() {
        Ok(found) if found.is_symlink() => Err(linked()),
        Ok(_) => place.canonicalize(),
        Err(_) => Ok(place.to_owned()),
    }
}
