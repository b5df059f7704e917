//! Back-pressure without a waiting worker: buffers answers for slow readers.
//!
//! A worker writes its answer at full speed and is free again. What the reader has not taken is
//! buffered in memory, and beyond a few megabytes in an unnamed temporary file. So a slow reader
//! holds no worker.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::StatusCode;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;

use super::clients::Shares;
use crate::server::problem::Problem;

/// Bytes that each answer may hold in memory, whatever others do.
const SMALL: usize = 64 << 10;
/// Bytes that an answer holds in memory at most.
const HELD: usize = 4 << 20;
/// Bytes that all answers hold in memory at most, but for the small ones.
pub const HELD_FOR_ALL: usize = 256 << 20;

/// A part of an answer, with its share of what may be held.
pub enum Part {
    /// Held in memory, with the share of it that is reserved.
    Held(Bytes, Option<[OwnedSemaphorePermit; 2]>),
    /// Moved to a temporary file, because it is long.
    Filed {
        /// Temporary file that holds the part.
        file: Arc<Spooled>,
        /// Where it begins there.
        at: u64,
        /// How many bytes it has.
        length: usize,
    },
}

impl Part {
    /// The part, read back if need be. Blocks meanwhile.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn read(self) -> io::Result<Bytes> {
        match self {
            Self::Held(bytes, _share) => Ok(bytes),
            Self::Filed { file, at, length } => {
                let mut bytes = vec![0; length];
                let mut file = file.file();
                file.seek(SeekFrom::Start(at))?;
                file.read_exact(&mut bytes)?;
                Ok(bytes.into())
            }
        }
    }
}

/// A file with parts of an answer. It has no name, and is gone with who has it open.
pub struct Spooled {
    file: Mutex<File>,
    shares: Mutex<Vec<OwnedSemaphorePermit>>,
}

impl Spooled {
    fn file(&self) -> std::sync::MutexGuard<'_, File> {
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, new: [OwnedSemaphorePermit; 2]) {
        let mut shares = self.shares.lock().unwrap_or_else(PoisonError::into_inner);
        for (at, new) in new.into_iter().enumerate() {
            match shares.get_mut(at) {
                Some(shares) => shares.merge(new),
                None => shares.push(new),
            }
        }
    }

    fn write(&self, at: u64, bytes: &[u8]) -> io::Result<()> {
        let mut file = self.file();
        file.seek(SeekFrom::Start(at))?;
        file.write_all(bytes)
    }
}

/// Where an answer waits for its reader.
pub struct Spool {
    small: usize,
    memory: [Arc<Semaphore>; 2],
    disk: [Arc<Semaphore>; 2],
    file: Option<(Arc<Spooled>, u64)>,
}

impl Spool {
    /// Room for one answer to a client.
    #[must_use]
    pub fn new(memory: &Arc<Semaphore>, all: &Shares, own: &Shares) -> Self {
        Self {
            small: SMALL,
            memory: [Arc::new(Semaphore::new(HELD)), Arc::clone(memory)],
            disk: [Arc::clone(&own.spool), Arc::clone(&all.spool)],
            file: None,
        }
    }

    /// Takes a part of the answer.
    ///
    /// # Errors
    /// There is no room for it, or the file cannot be written.
    pub async fn put(&mut self, bytes: Bytes) -> Result<Part, Problem> {
        if bytes.len() <= self.small {
            self.small -= bytes.len();
            return Ok(Part::Held(bytes, None));
        }
        // Once a part is in the file, those behind it would wait for it all the same.
        if let Some(shares) = take(&self.memory, bytes.len()) {
            return Ok(Part::Held(bytes, Some(shares)));
        }
        // What was read to its end is given up, so that a file is no longer than what waits.
        let is_read = |(file, _): &(Arc<Spooled>, u64)| Arc::strong_count(file) == 1;
        self.file.take_if(|file| is_read(file));
        let shares = take(&self.disk, bytes.len()).ok_or_else(no_room)?;
        self.write(bytes, shares).await.map_err(|error| {
            let folder = folder();
            let folder = folder.display();
            Problem::internal(format!("an answer cannot be put into {folder}: {error}"))
        })
    }

    async fn write(&mut self, bytes: Bytes, shares: [OwnedSemaphorePermit; 2]) -> io::Result<Part> {
        let (file, at) = match self.file.take() {
            Some(there) => there,
            None => {
                let file = spawn_blocking(|| tempfile::tempfile_in(folder())).await??;
                let file = Spooled {
                    file: Mutex::new(file),
                    shares: Mutex::default(),
                };
                (Arc::new(file), 0)
            }
        };
        let length = bytes.len();
        file.keep(shares);
        let writing = Arc::clone(&file);
        spawn_blocking(move || writing.write(at, &bytes)).await??;
        self.file = Some((Arc::clone(&file), at + length as u64));
        Ok(Part::Filed { file, at, length })
    }
}

/// So many of both, if they are there.
fn take(rooms: &[Arc<Semaphore>; 2], number: usize) -> Option<[OwnedSemaphorePermit; 2]> {
    let number = u32::try_from(number).ok()?;
    let of = |room: &Arc<Semaphore>| Arc::clone(room).try_acquire_many_owned(number).ok();
    Some([of(&rooms[0])?, of(&rooms[1])?])
}

/// Where temporary files are that may be large: the folder for short-lived ones is in memory on many
/// machines.
fn folder() -> PathBuf {
    let on_disk = PathBuf::from("/var/tmp");
    if cfg!(unix) && std::env::var_os("TMPDIR").is_none() && on_disk.is_dir() {
        return on_disk;
    }
    std::env::temp_dir()
}

fn no_room() -> Problem {
    let detail = "too much of the answers is not yet read by who asked for them: read faster, ask for less, or have \
        the server started with a larger --spool";
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "busy", detail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::gate::clients::Limits;

    fn shares(spool: usize) -> Shares {
        Shares::new(Limits {
            connections: 1,
            bodies: 1,
            spool,
            working: 1,
            room: 1,
        })
    }

    #[test]
    fn an_answer_goes_from_memory_into_a_file_and_comes_back_whole() {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        runtime.expect("a runtime").block_on(async {
            let memory = Arc::new(Semaphore::new(HELD_FOR_ALL));
            let (all, own) = (shares(64 << 20), shares(16 << 20));
            let mut spool = Spool::new(&memory, &all, &own);
            let piece = |number: u8| Bytes::from(vec![number; 1 << 20]);
            let mut parts = Vec::new();
            for number in 0..20 {
                parts.push(spool.put(piece(number)).await.expect("room"));
            }
            let filed = |part: &&Part| matches!(part, Part::Filed { .. });
            assert_eq!(parts.iter().filter(filed).count(), 16);
            // The client has its share; another has room.
            assert!(spool.put(piece(20)).await.is_err());
            assert!(spool.put(Bytes::from_static(b"small")).await.is_ok());
            let mut other = Spool::new(&memory, &all, &shares(16 << 20));
            for number in 0..8 {
                other.put(piece(number)).await.expect("room");
            }
            for (number, part) in parts.drain(..).enumerate() {
                assert_eq!(part.read().expect("read"), piece(number as u8));
            }
            // What was read makes room.
            for number in 0..20 {
                parts.push(spool.put(piece(number)).await.expect("room"));
            }
            drop((parts, spool, other));
            assert_eq!(all.spool.available_permits(), 64 << 20);
            assert_eq!(own.spool.available_permits(), 16 << 20);
            assert_eq!(memory.available_permits(), HELD_FOR_ALL);
        });
    }
}
