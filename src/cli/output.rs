//! Files and folders that a command writes where the user says.

use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::disk::{self, Unfinished};
use crate::graph::Location;

/// Writes a file that the user named, all at once: the old one stays where the new one cannot be written.
///
/// # Errors
/// It cannot be written, is a link, or lies in a release.
pub(super) fn write_output(path: &Path, bytes: &[u8]) -> Result<()> {
    outside_of_releases(path)?;
    disk::output(path, bytes).with_context(|| format!("cannot write {}", path.display()))
}

/// Begins a folder that the user named, which is there when it is whole.
///
/// # Errors
/// It is not empty, cannot be written, or lies in a release.
pub(super) fn begin_folder(path: &Path) -> Result<Unfinished> {
    outside_of_releases(path)?;
    match Unfinished::begin(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            anyhow::bail!("{} is not empty: name a new folder", path.display())
        }
        begun => begun.with_context(|| format!("cannot write {}", path.display())),
    }
}

/// Begins to write over the files of a folder that the user named.
///
/// # Errors
/// It cannot be written, or lies in a release.
pub(super) fn write_over(path: &Path) -> Result<Unfinished> {
    outside_of_releases(path)?;
    Unfinished::begin_over(path).with_context(|| format!("cannot write {}", path.display()))
}

fn outside_of_releases(path: &Path) -> Result<()> {
    let release = Location::release_around(path);
    ensure!(
        release.is_none(),
        "{} lies in the release {}, and a release is never changed: name another place",
        path.display(),
        release.unwrap_or_default().display()
    );
    Ok(())
}
