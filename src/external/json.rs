//! Looks through JSON before a parser sees it, and stops what lies so deep in each other that reading it would overflow
//! the stack: the reader of JSON-LD calls itself for each `@graph` in another one.

use std::io::{self, Read};

use thiserror::Error;

/// How deep arrays and objects may lie in each other.
const DEEPEST: usize = 256;

/// Why JSON is not given to the parser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error(
    "line {line}: arrays and objects lie more than {DEEPEST} deep in each other: write them one beside the other"
)]
struct Deep {
    /// The line, from 1.
    line: u64,
}

/// Passes on what it reads, as long as it is not too deep.
pub(super) struct Guard<R> {
    inner: R,
    line: u64,
    depth: usize,
    in_text: bool,
    escaped: bool,
}

impl<R> Guard<R> {
    pub fn new(inner: R) -> Self {
        Self {
            inner,
            line: 1,
            depth: 0,
            in_text: false,
            escaped: false,
        }
    }

    fn see(&mut self, byte: u8) -> Result<(), Deep> {
        self.line += u64::from(byte == b'\n');
        if self.in_text {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.in_text = false,
                _ => {}
            }
            return Ok(());
        }
        match byte {
            b'"' => self.in_text = true,
            b'[' | b'{' => self.depth += 1,
            b']' | b'}' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        if self.depth > DEEPEST {
            return Err(Deep { line: self.line });
        }
        Ok(())
    }
}

impl<R: Read> Read for Guard<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        for byte in &buffer[..read] {
            self.see(*byte).map_err(io::Error::other)?;
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<String, String> {
        let read = io::read_to_string(Guard::new(text.as_bytes()));
        read.map_err(|error| error.to_string())
    }

    #[test]
    fn depth_is_counted_outside_of_texts() {
        let deep = |n: usize| format!("{}1{}", "{\"a\":[".repeat(n), "]}".repeat(n));
        for good in [
            deep(DEEPEST / 2),
            format!("[\"{}\\\"{}\"]", "[".repeat(1_000), "{".repeat(1_000)),
            format!("[{}]", "[],{},".repeat(1_000)),
        ] {
            assert_eq!(read(&good), Ok(good.clone()));
        }
        let said = read(&format!("\n{}", deep(DEEPEST))).expect_err("too deep");
        assert!(said.starts_with("line 2: ") && said.contains("more than 256 deep"));
        assert!(read(&format!("[\"\\\\\",{}", deep(DEEPEST))).is_err());
    }
}
