//! An open snapshot file: its sections as numbers in place, each chunk checked when it is first read.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use memmap2::Mmap;
use thiserror::Error;

use super::format::{BadHeader, CHUNK, Counts, HEADER, Header, Section, number};
use super::mapped::map;

/// Why a snapshot cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SnapshotError {
    /// The file cannot be opened, read or written.
    #[error("the snapshot {path} cannot be read or written")]
    Io {
        /// Snapshot that cannot be read or written.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// The file is no snapshot.
    #[error("{0} is no snapshot")]
    Foreign(PathBuf),
    /// The file was made by another version.
    #[error("the snapshot {path} has layout {found}, and this version reads another")]
    Version {
        /// Snapshot of the other version.
        path: PathBuf,
        /// Layout version that its header states.
        found: u32,
    },
    /// Bytes are not those that were written.
    #[error("the snapshot {path} is damaged ({what}): nothing was answered from it")]
    Damaged {
        /// Snapshot that is damaged.
        path: PathBuf,
        /// What does not fit.
        what: &'static str,
    },
    /// There is more than a snapshot can hold.
    #[error(
        "a snapshot holds fewer than 4,294,967,295 terms and as many triples: this graph has more"
    )]
    TooLarge,
}

impl Clone for SnapshotError {
    fn clone(&self) -> Self {
        match self {
            Self::Io { path, source } => Self::Io {
                path: path.clone(),
                source: io::Error::new(source.kind(), source.to_string()),
            },
            Self::Foreign(path) => Self::Foreign(path.clone()),
            Self::Version { path, found } => Self::Version {
                path: path.clone(),
                found: *found,
            },
            Self::Damaged { path, what } => Self::Damaged {
                path: path.clone(),
                what,
            },
            Self::TooLarge => Self::TooLarge,
        }
    }
}

/// A mapped file with its header.
pub(super) struct Mapped {
    path: PathBuf,
    bytes: Mmap,
    header: Header,
    checked: Vec<AtomicBool>,
}

impl Mapped {
    /// Maps a snapshot. Takes as long for a small file as for a large one.
    pub fn of(file: &File, path: &Path) -> Result<Self, SnapshotError> {
        let bytes = map(file).map_err(|source| SnapshotError::Io {
            path: path.to_owned(),
            source,
        })?;
        let damaged = |what| SnapshotError::Damaged {
            path: path.to_owned(),
            what,
        };
        let header = Header::read(&bytes).map_err(|bad| match bad {
            BadHeader::Foreign => SnapshotError::Foreign(path.to_owned()),
            BadHeader::Version(found) => SnapshotError::Version {
                path: path.to_owned(),
                found,
            },
            BadHeader::Damaged => damaged("its header"),
        })?;
        if header.length != bytes.len() as u64 {
            return Err(damaged("its length"));
        }
        let checksums = bytes
            .get(header.checksums as usize..)
            .ok_or_else(|| damaged("its length"))?;
        if crc32fast::hash(checksums) != header.checksums_crc {
            return Err(damaged("its checksums"));
        }
        let chunks = checksums.len() / 4;
        Ok(Self {
            path: path.to_owned(),
            checked: (0..chunks).map(|_| AtomicBool::new(false)).collect(),
            header,
            bytes,
        })
    }

    /// The bytes of the header.
    pub fn header_page(&self) -> &[u8] {
        &self.bytes[..HEADER]
    }

    pub fn counts(&self) -> &Counts {
        &self.header.counts
    }

    /// Length of the file in bytes.
    pub fn length(&self) -> u64 {
        self.header.length
    }

    pub fn damaged(&self, what: &'static str) -> SnapshotError {
        SnapshotError::Damaged {
            path: self.path.clone(),
            what,
        }
    }

    /// How many numbers of a type a section holds.
    pub fn len<T>(&self, section: Section) -> usize {
        let range = &self.header.sections[section as usize];
        (range.end - range.start) as usize / size_of::<T>()
    }

    /// Part of a section as numbers. What is outside of it, or does not have its checksum, is damage.
    pub fn slice<T: bytemuck::Pod>(
        &self,
        section: Section,
        range: Range<usize>,
    ) -> Result<&[T], SnapshotError> {
        let whole = &self.header.sections[section as usize];
        let size = size_of::<T>();
        if range.start > range.end || range.end > self.len::<T>(section) {
            return Err(self.damaged("a reference beyond the end"));
        }
        let start = whole.start as usize + range.start * size;
        let end = whole.start as usize + range.end * size;
        self.check(start..end)?;
        let bytes = self
            .bytes
            .get(start..end)
            .ok_or_else(|| self.damaged("its length"))?;
        bytemuck::try_cast_slice(bytes).map_err(|_| self.damaged("its alignment"))
    }

    /// One number of a section.
    #[inline]
    pub fn one<T: bytemuck::Pod>(&self, section: Section, at: usize) -> Result<T, SnapshotError> {
        Ok(self.slice::<T>(section, at..at + 1)?[0])
    }

    /// All values of a section, without a copy.
    pub fn all<T: bytemuck::Pod>(&self, section: Section) -> Result<&[T], SnapshotError> {
        self.slice(section, 0..self.len::<T>(section))
    }

    /// A section of numbers that are checked one by one, with [`Self::check_one`].
    pub fn unchecked<T: bytemuck::Pod>(&self, section: Section) -> &[T] {
        let range = &self.header.sections[section as usize];
        let bytes = self.bytes.get(range.start as usize..range.end as usize);
        // A header that says otherwise has been refused.
        bytemuck::try_cast_slice(bytes.unwrap_or_default()).unwrap_or_default()
    }

    /// The chunk that holds a byte of a section.
    #[inline]
    pub fn chunk_of(&self, section: Section, byte: usize) -> usize {
        (self.header.sections[section as usize].start as usize - HEADER + byte) / CHUNK
    }

    /// The set of graphs of a row, in one of the columns that hold them.
    #[inline]
    pub fn set(&self, column: Section, row: usize) -> Result<u32, SnapshotError> {
        if self.counts().narrow_sets() {
            Ok(self.one::<u16>(column, row)?.into())
        } else {
            self.one(column, row)
        }
    }

    /// Checks a chunk, if that was not done before.
    #[inline]
    pub fn check_one(&self, chunk: usize) -> Result<(), SnapshotError> {
        match self.checked.get(chunk) {
            Some(done) if done.load(Ordering::Relaxed) => Ok(()),
            Some(done) => {
                self.check_chunk(chunk)?;
                done.store(true, Ordering::Relaxed);
                Ok(())
            }
            None => Err(self.damaged("its length")),
        }
    }

    /// Checks the chunks that hold these bytes, each once.
    #[inline]
    fn check(&self, range: Range<usize>) -> Result<(), SnapshotError> {
        if range.is_empty() {
            return Ok(());
        }
        let (first, last) = (
            (range.start - HEADER) / CHUNK,
            (range.end - 1 - HEADER) / CHUNK,
        );
        (first..=last).try_for_each(|chunk| self.check_one(chunk))
    }

    #[cold]
    fn check_chunk(&self, chunk: usize) -> Result<(), SnapshotError> {
        let end = self.header.checksums as usize;
        let start = HEADER + chunk * CHUNK;
        let bytes = self.bytes.get(start..(start + CHUNK).min(end));
        let wanted = self.bytes.get(end + chunk * 4..end + chunk * 4 + 4);
        match (bytes, wanted) {
            (Some(bytes), Some(wanted)) if u64::from(crc32fast::hash(bytes)) == number(wanted) => {
                Ok(())
            }
            _ => Err(self.damaged("a checksum")),
        }
    }

    /// Reads the whole file and checks all of it.
    pub fn check_all(&self) -> Result<(), SnapshotError> {
        (0..self.checked.len()).try_for_each(|chunk| self.check_chunk(chunk))
    }
}
