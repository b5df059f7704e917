//! A file of another source, read line by line: plain or gzip, hashed on the way.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::MultiGzDecoder;
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::project::Given;

/// A packed file may unpack to so many times its size: ontologies and tables of genes do to 5 to 30 times.
const RATIO: u64 = 200;
/// Less than this may unpack from anything, bytes.
const SMALL: u64 = 64 << 20;

/// A packed file that grows beyond measure.
#[derive(Debug, Error)]
pub(crate) enum Unpacks {
    /// Out of proportion to its size.
    #[error("it unpacks to more than {RATIO} times its size")]
    OutOfProportion,
    /// To more than was said.
    #[error("it unpacks to more than {0} MB")]
    ToMore(u64),
}

/// Unpacks, and stops where that gives too much.
struct Unpack<R: BufRead> {
    unpacked: MultiGzDecoder<R>,
    /// Bytes of the packed file so far.
    packed: Arc<AtomicU64>,
    given: u64,
    /// The most bytes, where somebody says.
    most: Option<u64>,
}

impl<R: BufRead> Read for Unpack<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.unpacked.read(buffer)?;
        self.given += read as u64;
        let packed = self.packed.load(Ordering::Relaxed);
        let too_much = match self.most {
            Some(most) if self.given > most => Unpacks::ToMore(most >> 20),
            None if self.given > SMALL.max(packed.saturating_mul(RATIO)) => {
                Unpacks::OutOfProportion
            }
            _ => return Ok(read),
        };
        Err(io::Error::other(too_much))
    }
}

/// The longest line that is taken. The longest of the whole Gene Ontology has 30 kB.
pub(super) const LONGEST_LINE: usize = 4 * 1024 * 1024;

/// Bytes of the file as it lies on disk, counted and hashed.
struct Tap {
    file: File,
    hash: Arc<Mutex<Sha256>>,
    passed: Arc<AtomicU64>,
}

impl Read for Tap {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        if let Ok(mut hash) = self.hash.lock() {
            hash.update(&buffer[..read]);
        }
        self.passed.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// A file that is being read.
pub struct Input {
    path: PathBuf,
    reader: Box<dyn BufRead>,
    hash: Arc<Mutex<Sha256>>,
    passed: Arc<AtomicU64>,
    line: u64,
    buffer: Vec<u8>,
}

/// Counts the bytes of a file on disk while it is read.
#[derive(Debug, Clone)]
pub(super) struct Counter(Arc<AtomicU64>);

impl Counter {
    /// Bytes read so far.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A line, or why it is none.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line<'a> {
    /// Its text, without the end of line.
    Text(&'a str),
    /// It cannot be read as text, and why.
    Broken(String),
}

impl Input {
    /// Opens a file at its beginning; gzip is told by its first bytes. A packed file may unpack to so many bytes, or to
    /// what is in proportion to its size where nobody says.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn open(given: &Given, most: Option<u64>) -> io::Result<Self> {
        let file = given.reader()?;
        let hash = Arc::new(Mutex::new(Sha256::new()));
        let passed = Arc::new(AtomicU64::new(0));
        let tap = Tap {
            file,
            hash: Arc::clone(&hash),
            passed: Arc::clone(&passed),
        };
        let mut raw = BufReader::with_capacity(1 << 17, tap);
        let gzip = raw.fill_buf()?.starts_with(&[0x1F, 0x8B]);
        let reader: Box<dyn BufRead> = if gzip {
            let unpack = Unpack {
                unpacked: MultiGzDecoder::new(raw),
                packed: Arc::clone(&passed),
                given: 0,
                most,
            };
            Box::new(BufReader::with_capacity(1 << 17, unpack))
        } else {
            Box::new(raw)
        };
        Ok(Self {
            path: given.path().to_owned(),
            reader,
            hash,
            passed,
            line: 0,
            buffer: Vec::new(),
        })
    }

    /// Path of the file, as it was given.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The number of the line read last, from 1.
    #[must_use]
    pub fn line(&self) -> u64 {
        self.line
    }

    /// How many bytes of the file on disk have been read, now and while it is read on.
    #[must_use]
    pub(super) fn counter(&self) -> Counter {
        Counter(Arc::clone(&self.passed))
    }

    /// The beginning of the content, without reading past it.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn peek(&mut self) -> io::Result<&[u8]> {
        self.reader.fill_buf()
    }

    /// The content as bytes, for readers of their own.
    pub(super) fn bytes(&mut self) -> &mut dyn BufRead {
        &mut *self.reader
    }

    /// Reads a line. What is too long, or no UTF-8, is passed over and told.
    ///
    /// # Errors
    /// The file cannot be read on: a gzip file that ends early is one that was cut.
    pub(super) fn next_line(&mut self) -> io::Result<Option<Line<'_>>> {
        self.buffer.clear();
        let mut length = 0_usize;
        loop {
            let available = self.reader.fill_buf()?;
            if available.is_empty() {
                break;
            }
            let end = available.iter().position(|byte| *byte == b'\n');
            let taken = end.map_or(available.len(), |end| end + 1);
            if length <= LONGEST_LINE {
                self.buffer.extend_from_slice(&available[..taken]);
            }
            length += taken;
            self.reader.consume(taken);
            if end.is_some() {
                break;
            }
        }
        if length == 0 {
            return Ok(None);
        }
        self.line += 1;
        if length > LONGEST_LINE {
            return Ok(Some(Line::Broken(format!(
                "is {length} bytes long: no line of such a file is"
            ))));
        }
        while matches!(self.buffer.last(), Some(b'\n' | b'\r')) {
            self.buffer.pop();
        }
        let bytes = match self.line {
            1 => self
                .buffer
                .strip_prefix(b"\xEF\xBB\xBF")
                .unwrap_or(&self.buffer),
            _ => &self.buffer,
        };
        Ok(Some(match std::str::from_utf8(bytes) {
            Ok(text) => Line::Text(text),
            Err(error) => Line::Broken(format!(
                "is not UTF-8 at byte {}: convert the file, if it is Latin-1 with `iconv -f latin1 -t utf-8`",
                error.valid_up_to() + 1
            )),
        }))
    }

    /// Reads what is left and gives the SHA-256 of the file as it lies on disk.
    ///
    /// # Errors
    /// The file cannot be read on.
    pub fn finish(mut self) -> io::Result<String> {
        io::copy(&mut self.reader, &mut io::sink())?;
        drop(self.reader);
        let hash = self.hash.lock().map(|hash| hash.clone());
        let digest = hash.unwrap_or_else(|_| Sha256::new()).finalize();
        Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    impl Input {
        /// Opens a file that holds this.
        pub(in crate::external) fn of(content: &[u8]) -> Self {
            let mut file = tempfile::NamedTempFile::new().expect("a file");
            file.write_all(content).expect("written");
            let given = Given::open(file.path(), u64::MAX).expect("opens");
            Self::open(&given, None).expect("opens")
        }
    }

    fn lines(bytes: &[u8]) -> Vec<String> {
        let mut input = Input::of(bytes);
        let mut lines = Vec::new();
        while let Some(line) = input.next_line().expect("reads") {
            lines.push(match line {
                Line::Text(text) => text.to_owned(),
                Line::Broken(why) => format!("broken: {why}"),
            });
        }
        lines
    }

    #[test]
    fn plain_and_gzip_give_the_same_lines() {
        let text = b"\xEF\xBB\xBFone\r\ntwo\n\nlast";
        let mut packed = GzEncoder::new(Vec::new(), Compression::default());
        packed.write_all(text).expect("packs");
        let packed = packed.finish().expect("packs");
        let expected = ["one", "two", "", "last"];
        assert_eq!(lines(text), expected);
        assert_eq!(lines(&packed), expected);
    }

    #[test]
    fn a_cut_gzip_is_an_error_and_not_an_end() {
        let mut packed = GzEncoder::new(Vec::new(), Compression::default());
        packed.write_all(&b"line\n".repeat(10_000)).expect("packs");
        let packed = packed.finish().expect("packs");
        let mut input = Input::of(&packed[..packed.len() / 2]);
        let error = loop {
            match input.next_line() {
                Ok(Some(_)) => {}
                Ok(None) => panic!("no error"),
                Err(error) => break error,
            }
        };
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
    }

    #[test]
    fn what_unpacks_out_of_proportion_is_stopped() {
        let mut packed = GzEncoder::new(Vec::new(), Compression::best());
        for _ in 0..100 {
            packed.write_all(&vec![b'\n'; 1 << 20]).expect("packs");
        }
        let packed = packed.finish().expect("packs");
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        file.write_all(&packed).expect("written");
        let given = Given::open(file.path(), u64::MAX).expect("opens");
        let read = |most: Option<u64>| Input::open(&given, most).and_then(Input::finish);
        let told = |most| read(most).expect_err("too much").to_string();
        assert!(told(None).contains("200 times"), "{}", told(None));
        assert!(told(Some(50 << 20)).contains("50 MB"));
        assert_eq!(read(Some(100 << 20)).expect("read").len(), 64);
    }

    #[test]
    fn endless_lines_and_other_encodings_are_passed_over() {
        let mut bytes = b"a\n".to_vec();
        bytes.extend(vec![b'x'; 10 * 1024 * 1024]);
        bytes.extend(b"\ncaf\xE9\nb\n");
        let lines = lines(&bytes);
        assert_eq!(
            (lines.len(), lines[0].as_str(), lines[3].as_str()),
            (4, "a", "b")
        );
        assert!(lines[1].contains("10485761 bytes long"), "{}", lines[1]);
        assert!(lines[2].contains("not UTF-8 at byte 4"), "{}", lines[2]);
    }

    #[test]
    fn the_hash_is_that_of_the_file_on_disk() {
        let hash = Input::of(b"abc").finish().expect("reads");
        assert!(hash.starts_with("ba7816bf8f01cfea"), "{hash}");
    }
}
