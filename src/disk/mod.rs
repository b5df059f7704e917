//! Files of the user: written beside and renamed, so that a kill or a full disk leaves the old file whole; and never
//! through a link, so that somebody else's folder cannot lead a write elsewhere.
//!
//! What a killed writer leaves is called `.NAME.XXXXXX.casegraph-unfinished`, and is locked while it is written. Who
//! writes the same NAME next removes what nobody holds the lock of.

mod replace;
#[cfg(test)]
mod tests;
mod unfinished;

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::Path;

pub use replace::{output, replace};
pub use unfinished::Unfinished;

/// How the name ends of what is not finished.
const ENDING: &str = ".casegraph-unfinished";

fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        // A pipe that nobody writes to must not hold us up before it is refused.
        options.custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK);
    }
    options
}

fn regular(file: io::Result<File>, path: &Path) -> io::Result<File> {
    let file = file.map_err(|error| if is_link(path) { linked() } else { error })?;
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(io::Error::new(
            ErrorKind::InvalidInput,
            "it is no regular file",
        ))
    }
}

fn linked() -> io::Error {
    let text = "it is a symbolic link, which is not followed: remove it, or name what it leads to";
    io::Error::new(ErrorKind::InvalidInput, text)
}

/// Whether a path is a symbolic link, wherever it leads to.
#[must_use]
pub fn is_link(path: &Path) -> bool {
    // With a slash at its end a path is that of the target.
    let path: &Path = &path.components().collect::<std::path::PathBuf>();
    path.symlink_metadata()
        .is_ok_and(|found| found.is_symlink())
}

/// Opens a regular file for reading.
///
/// # Errors
/// There is none, it is a link, a pipe or a device, or cannot be read.
pub fn open(path: &Path) -> io::Result<File> {
    regular(options().read(true).open(path), path)
}

/// Opens a regular file for writing, empty, which is made if there is none.
///
/// # Errors
/// It is a link, a pipe or a device, or cannot be written.
pub fn create(path: &Path) -> io::Result<File> {
    let file = options()
        .write(true)
        .create(true)
        .truncate(false)
        .open(path);
    let file = regular(file, path)?;
    file.set_len(0)?;
    Ok(file)
}

/// Opens a regular file to lock it, which is made if there is none. What it holds stays.
///
/// # Errors
/// It is a link, a pipe or a device, or cannot be opened.
pub fn lock_file(path: &Path) -> io::Result<File> {
    let file = options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path);
    regular(file, path)
}

/// Removes what killed writers of this name left in a folder. What cannot be removed stays.
fn sweep(folder: &Path, name: &str) {
    let begins = format!(".{name}.");
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let found = entry.file_name();
        let middle = found
            .to_str()
            .and_then(|found| found.strip_prefix(&begins)?.strip_suffix(ENDING));
        let ours =
            |middle: &str| middle.len() == 6 && middle.chars().all(|c| c.is_ascii_alphanumeric());
        if !middle.is_some_and(ours) {
            continue;
        }
        let path = entry.path();
        let Ok(kind) = entry.file_type() else {
            continue;
        };
        // Held until it is removed, so that no other process takes it for its own.
        let Ok(held) = options().read(true).open(&path) else {
            continue;
        };
        if held.try_lock().is_err() {
            continue;
        }
        if kind.is_dir() {
            std::fs::remove_dir_all(&path).ok();
        } else if kind.is_file() {
            std::fs::remove_file(&path).ok();
        }
    }
}

/// Makes unfinished files or folders of a name that begins so. They are asked for with these permissions, from which the
/// user's mask takes.
fn beside(prefix: &str, mode: u32) -> tempfile::Builder<'_, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(prefix).suffix(ENDING);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(PermissionsExt::from_mode(mode));
    }
    #[cfg(not(unix))]
    let _ = mode;
    builder
}

/// Takes the lock of what was just made; `None` if it was taken for a leftover in between.
fn hold(path: &Path) -> io::Result<Option<File>> {
    let held = match options().read(true).open(path) {
        Ok(held) => held,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    held.lock()?;
    Ok(path.exists().then_some(held))
}
