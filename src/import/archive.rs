//! The packed file that a workbook is: what it unpacks to is counted before anything reads it.

use std::io::{self, Cursor, Read};

use zip::ZipArchive;

use super::trouble::{Limits, Trouble};

/// How many times its size a workbook may unpack to.
const RATIO: u64 = 200;
/// So much a small one may in any case: an empty workbook is mostly repeated words.
const SMALL: u64 = 16 << 20;
/// The most parts; a tab is one.
const PARTS: usize = 4096;

/// A workbook, unpacked part by part.
pub(super) struct Archive<'a>(ZipArchive<Cursor<&'a [u8]>>);

impl<'a> Archive<'a> {
    /// Opens a packed file, of which no more is unpacked than the limits say.
    ///
    /// # Errors
    /// It is damaged, locked, or unpacks to too much.
    pub(super) fn open(bytes: &'a [u8], limits: Limits) -> Result<Self, Trouble> {
        let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(Trouble::damaged)?;
        let packed = bytes.len() as u64;
        let most = limits.unpacked.min(SMALL.max(packed.saturating_mul(RATIO)));
        let unpacks = || Trouble::Unpacks {
            most: most >> 20,
            packed: packed >> 10,
        };
        if zip.len() > PARTS {
            return Err(Trouble::Much {
                place: String::new(),
                most: PARTS as u64,
                what: "parts",
            });
        }
        // What the directory says, which is quick.
        let mut said = 0_u64;
        for part in 0..zip.len() {
            let part = zip.by_index_raw(part).map_err(Trouble::damaged)?;
            if part.encrypted() {
                let what = "locked with a password: save it without";
                return Err(Trouble::Kind(what.to_owned()));
            }
            said = said.saturating_add(part.size());
        }
        if said > most {
            return Err(unpacks());
        }
        // A directory may lie.
        let mut left = most;
        for part in 0..zip.len() {
            let part = zip.by_index(part).map_err(Trouble::damaged)?;
            let size = io::copy(&mut part.take(left + 1), &mut io::sink());
            let size = size.map_err(Trouble::damaged)?;
            left = left.checked_sub(size).ok_or_else(unpacks)?;
        }
        Ok(Self(zip))
    }

    /// The text of a part; `None` if there is none of that name.
    ///
    /// # Errors
    /// It is damaged, or no UTF-8.
    pub(super) fn text(&mut self, name: &str) -> Result<Option<String>, Trouble> {
        if self.0.index_for_name(name).is_none() {
            return Ok(None);
        }
        let mut part = self.0.by_name(name).map_err(Trouble::damaged)?;
        let mut text = String::new();
        part.read_to_string(&mut text).map_err(Trouble::damaged)?;
        Ok(Some(text))
    }
}
