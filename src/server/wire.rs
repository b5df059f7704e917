//! The protocol between the gate and a worker, over the worker's standard input and output.
//!
//! A message is a length of four bytes, little-endian, and JSON; a request's body follows its head.
//! A response's body follows as chunks, each with its length, and ends with a length of 0, or with
//! [`CUT`] if it could not be made to its end.

use std::io::{self, Read, Write};

use http::{HeaderMap, HeaderName, HeaderValue};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The length that stands for the end of a body that is not whole.
pub const CUT: u32 = u32::MAX;
/// A head longer than this is none.
const LONGEST_HEAD: u32 = 1 << 20;

/// What a request says before its body.
#[derive(Debug, Serialize, Deserialize)]
pub struct RequestHead {
    /// HTTP method.
    pub method: String,
    /// Path and query string, as they were sent.
    pub target: String,
    /// Name and value of each request header.
    pub headers: Vec<(String, String)>,
    /// Length of the body in bytes.
    pub body: u64,
    /// Whether it is an update of who may change the study.
    pub may_update: bool,
}

/// What a response says before its body.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ResponseHead {
    /// HTTP status code.
    pub status: u16,
    /// Name and value of each response header.
    pub headers: Vec<(String, String)>,
}

/// Headers as pairs; those that are not text are left out.
#[must_use]
pub fn pairs(headers: &HeaderMap) -> Vec<(String, String)> {
    let pair = |(name, value): (&HeaderName, &HeaderValue)| {
        Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
    };
    headers.iter().filter_map(pair).collect()
}

/// Headers from pairs; what can be none is left out.
#[must_use]
pub fn headers(pairs: &[(String, String)]) -> HeaderMap {
    let header = |(name, value): &(String, String)| {
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        Some((name, HeaderValue::from_str(value).ok()?))
    };
    pairs.iter().filter_map(header).collect()
}

/// A head as bytes, with its length before it.
///
/// # Errors
/// It is too long.
pub fn framed(head: &impl Serialize) -> io::Result<Vec<u8>> {
    let json = serde_json::to_vec(head)?;
    let length = u32::try_from(json.len())
        .ok()
        .filter(|length| *length <= LONGEST_HEAD)
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "a head is too long"))?;
    Ok([length.to_le_bytes().as_slice(), &json].concat())
}

/// Reads a head; `None` at the end of the input.
///
/// # Errors
/// The input breaks off, or is none.
pub fn read_head<T: DeserializeOwned>(input: &mut impl Read) -> io::Result<Option<T>> {
    let mut length = [0; 4];
    match input.read_exact(&mut length) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let mut json = vec![0; head_length(length)?];
    input.read_exact(&mut json)?;
    Ok(Some(serde_json::from_slice(&json)?))
}

/// The length of a head.
///
/// # Errors
/// No head is so long.
pub fn head_length(bytes: [u8; 4]) -> io::Result<usize> {
    let length = u32::from_le_bytes(bytes);
    if length > LONGEST_HEAD {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "no head"));
    }
    Ok(length as usize)
}

/// Writes a chunk of a body.
///
/// # Errors
/// The other side is gone.
pub fn write_chunk(output: &mut impl Write, chunk: &[u8]) -> io::Result<()> {
    for part in chunk.chunks(1 << 20) {
        output.write_all(&(part.len() as u32).to_le_bytes())?;
        output.write_all(part)?;
    }
    Ok(())
}
