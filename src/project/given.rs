//! Files that a user names: regular ones, and what a pipe gives. Nothing is waited for that nobody writes to.

use std::fs::{self, File, OpenOptions};
use std::io::{self, IsTerminal, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::error::{FileError, Limits, as_text, failed};

/// How long a pipe may have nobody at its other end.
const PATIENCE: Duration = Duration::from_millis(800);
/// How often a pipe that holds nothing is looked at.
const PAUSE: Duration = Duration::from_millis(5);

/// A file that a user named, open. What came out of a pipe is kept, so that it can be read more than once.
#[derive(Debug)]
pub struct Given {
    path: PathBuf,
    file: File,
    is_pipe: bool,
}

impl Given {
    /// Opens a file, or reads a pipe to its end; `-` is standard input. Of a pipe at most so many bytes are taken.
    ///
    /// # Errors
    /// It cannot be read, is a folder, a device or a socket, or a pipe that nobody writes to or that gives more.
    pub fn open(path: &Path, most: u64) -> Result<Self, FileError> {
        let failed = failed(path);
        let given = |file, is_pipe| Self {
            path: path.to_owned(),
            file,
            is_pipe,
        };
        if path.as_os_str() == "-" {
            let input = io::stdin();
            if input.is_terminal() {
                return Err(special(path, "a terminal", "give a file or a pipe"));
            }
            return Ok(given(
                keep(path, &mut input.lock(), most, Duration::ZERO)?,
                true,
            ));
        }
        let found = fs::metadata(path).map_err(&failed)?;
        if found.is_file() {
            return Ok(given(File::open(path).map_err(&failed)?, false));
        }
        if !is_pipe(&found) {
            return Err(no_file(path, &found));
        }
        let mut pipe = unwaiting().open(path).map_err(&failed)?;
        Ok(given(keep(path, &mut pipe, most, PATIENCE)?, true))
    }

    /// The path that the user named.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether it came out of a pipe, and so has no name of its own.
    #[must_use]
    pub fn is_pipe(&self) -> bool {
        self.is_pipe
    }

    /// Size in bytes; 0 for a pipe.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.file.metadata().map_or(0, |file| file.len())
    }

    /// The file at its beginning. One reader ends before the next begins.
    ///
    /// # Errors
    /// It cannot be gone back in.
    pub fn reader(&self) -> io::Result<File> {
        let mut file = self.file.try_clone()?;
        file.rewind()?;
        Ok(file)
    }

    /// All of it.
    ///
    /// # Errors
    /// It cannot be read, or is larger than the limit of a file.
    pub fn bytes(&self, limits: Limits) -> Result<Vec<u8>, FileError> {
        let mut file = self.reader().map_err(failed(&self.path))?;
        within(&self.path, &mut file, limits)
    }

    /// All of it, as text.
    ///
    /// # Errors
    /// As for [`bytes`](Self::bytes), or it is not UTF-8.
    pub fn text(&self, limits: Limits) -> Result<String, FileError> {
        as_text(&self.path, self.bytes(limits)?)
    }
}

/// Reads a regular file whole, unless it is larger than files may be.
pub(super) fn within(path: &Path, file: &mut File, limits: Limits) -> Result<Vec<u8>, FileError> {
    let size = file.metadata().map_err(failed(path))?.len();
    let large = || FileError::Large {
        path: path.to_owned(),
        limit: limits.file >> 20,
    };
    if size > limits.file {
        return Err(large());
    }
    let mut bytes = Vec::with_capacity(size as usize);
    let mut file = file.take(limits.file + 1);
    file.read_to_end(&mut bytes).map_err(failed(path))?;
    if bytes.len() as u64 > limits.file {
        return Err(large());
    }
    Ok(bytes)
}

/// How files are opened: a pipe that is put in the place of a file meanwhile is not waited for.
pub(super) fn unwaiting() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, libc::O_NONBLOCK);
    options
}

/// Keeps what a pipe gives in a temporary file; so long nobody need be at its other end.
fn keep(
    path: &Path,
    pipe: &mut dyn Read,
    most: u64,
    patience: Duration,
) -> Result<File, FileError> {
    let failed = failed(path);
    let mut file = tempfile::tempfile().map_err(&failed)?;
    let mut buffer = vec![0; 1 << 16];
    let (begun, mut size) = (Instant::now(), 0_u64);
    loop {
        match pipe.read(&mut buffer) {
            // Who writes may be about to open its end.
            Ok(0) if size == 0 && begun.elapsed() < patience => std::thread::sleep(PAUSE),
            Ok(0) => break,
            Ok(read) => {
                size += read as u64;
                if size > most {
                    let limit = most >> 20;
                    return Err(FileError::Pours {
                        path: path.to_owned(),
                        limit,
                    });
                }
                file.write_all(&buffer[..read]).map_err(&failed)?;
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => std::thread::sleep(PAUSE),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(failed(error)),
        }
    }
    if size == 0 && !patience.is_zero() {
        return Err(special(
            path,
            "a pipe that gives nothing",
            "start what writes to it, or name a file",
        ));
    }
    Ok(file)
}

fn special(path: &Path, what: &'static str, next: &'static str) -> FileError {
    FileError::Special {
        path: path.to_owned(),
        what,
        next,
    }
}

/// Why what stands at a path cannot be read as a file.
pub(super) fn no_file(path: &Path, found: &fs::Metadata) -> FileError {
    let what = if found.is_dir() {
        return special(path, "a folder", "name a file in it");
    } else if is_pipe(found) {
        "a pipe"
    } else if is_socket(found) {
        "a socket"
    } else {
        "a device"
    };
    special(path, what, "put a file in its place")
}

#[cfg(unix)]
fn is_pipe(found: &fs::Metadata) -> bool {
    std::os::unix::fs::FileTypeExt::is_fifo(&found.file_type())
}

#[cfg(unix)]
fn is_socket(found: &fs::Metadata) -> bool {
    std::os::unix::fs::FileTypeExt::is_socket(&found.file_type())
}

#[cfg(not(unix))]
fn is_pipe(_: &fs::Metadata) -> bool {
    false
}

#[cfg(not(unix))]
fn is_socket(_: &fs::Metadata) -> bool {
    false
}
