//! A file of another source, read line by line: plain or gzip, hashed on the way.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::MultiGzDecoder;
use sha2::{Digest, Sha256};

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
    /// Bytes so far.
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
    /// Opens a file; gzip is told by its first bytes.
    ///
    /// # Errors
    /// The file cannot be opened.
    pub fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
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
            Box::new(BufReader::with_capacity(1 << 17, MultiGzDecoder::new(raw)))
        } else {
            Box::new(raw)
        };
        Ok(Self {
            path: path.to_owned(),
            reader,
            hash,
            passed,
            line: 0,
            buffer: Vec::new(),
        })
    }

    /// The file's path.
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

    fn file(bytes: &[u8]) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        file.write_all(bytes).expect("written");
        file
    }

    fn lines(bytes: &[u8]) -> Vec<String> {
        let file = file(bytes);
        let mut input = Input::open(file.path()).expect("opens");
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
        let file = file(&packed[..packed.len() / 2]);
        let mut input = Input::open(file.path()).expect("opens");
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
        let file = file(b"abc");
        let hash = Input::open(file.path())
            .expect("opens")
            .finish()
            .expect("reads");
        assert!(hash.starts_with("ba7816bf8f01cfea"), "{hash}");
    }
}
