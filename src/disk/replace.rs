//! One file in place of another, at once.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use super::{beside, hold, linked, sweep};

/// Writes a file that the user named, in place of what is there. What is no file, such as a pipe or a terminal, is
/// written to as it is.
///
/// # Errors
/// It is a link, or cannot be written; the old file stays as it was.
pub fn output(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // /dev/stdout, and what a shell gives for `>(…)`, are links that the system made.
    let of_system = ["/dev/", "/proc/"].iter().any(|at| path.starts_with(at));
    let is_stream = match path.symlink_metadata() {
        Ok(found) if found.is_symlink() && !of_system => return Err(linked()),
        Ok(found) => !found.is_file() && !found.is_dir(),
        Err(_) => false,
    };
    if is_stream {
        return stream(path)?.write_all(bytes);
    }
    replace(path, bytes)
}

/// Opens what is no file. A pipe that nobody reads is waited for a moment only: who reads may be about to open it.
#[cfg(unix)]
fn stream(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
    use std::time::{Duration, Instant};
    const PATIENCE: Duration = Duration::from_secs(1);
    let mut writing = OpenOptions::new();
    writing.write(true);
    if !path.metadata()?.file_type().is_fifo() {
        return writing.open(path);
    }
    let begun = Instant::now();
    let mut asking = writing.clone();
    asking.custom_flags(libc::O_NONBLOCK);
    // While this end is open, somebody reads, and opening the other does not wait.
    let _read = loop {
        match asking.open(path) {
            Err(error) if error.raw_os_error() == Some(libc::ENXIO) => {
                if begun.elapsed() > PATIENCE {
                    let what =
                        "it is a pipe that nobody reads: start what reads it, or name a file";
                    return Err(io::Error::new(ErrorKind::NotConnected, what));
                }
                std::thread::sleep(Duration::from_millis(10));
            }
            opened => break opened?,
        }
    };
    writing.open(path)
}

#[cfg(not(unix))]
fn stream(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).open(path)
}

/// Writes a file in place of what is there: the bytes are written beside it, and take its name when they are on the
/// disk. It can be read by those whom the user's mask allows, or who could read the old one.
///
/// # Errors
/// What is there is no regular file, or may not be written to, or the new one cannot be written; the old one stays as
/// it was.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let old = match path.symlink_metadata() {
        Ok(found) if found.is_symlink() => return Err(linked()),
        Ok(found) if !found.is_file() => {
            let what = "what is there is no regular file";
            return Err(io::Error::new(ErrorKind::InvalidInput, what));
        }
        Ok(found) if found.permissions().readonly() => {
            return Err(ErrorKind::PermissionDenied.into());
        }
        Ok(found) => Some(found.permissions()),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    // An error of what is made in it would name that.
    folder.metadata()?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    sweep(folder, &name);
    let (mut new, _held) = loop {
        let new = beside(&format!(".{name}."), 0o666).tempfile_in(folder)?;
        if let Some(held) = hold(new.path())? {
            break (new, held);
        }
    };
    if let Some(old) = old {
        new.as_file().set_permissions(old)?;
    }
    new.write_all(bytes)?;
    new.as_file().sync_all()?;
    new.persist(path).map_err(|error| error.error)?;
    sync(folder);
    Ok(())
}

/// Puts the names of a folder on the disk. Not every system can.
fn sync(folder: &Path) {
    File::open(folder).and_then(|folder| folder.sync_all()).ok();
}

/// Writes a new file of a folder that nobody sees yet, and puts it on the disk.
pub(super) fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, bytes)
}
