//! The dictionary: term to number and number to term. Keys are sorted and front-coded in blocks:
//! the first key of a block is whole, each other one is the length of the prefix that it shares
//! with the key before, and its suffix. So terms of one kind, datatype or namespace lie together,
//! and binary search finds a term.

use oxrdf::Term;
use spareval::ExpressionTerm;

use super::file::{Mapped, SnapshotError};
use super::format::{BLOCK, Section, VALUE};
use super::terms::{decode, value};

/// The dictionary of a snapshot.
#[derive(Clone, Copy)]
pub(super) struct Dictionary<'a>(pub &'a Mapped);

impl<'a> Dictionary<'a> {
    /// The bytes of a block.
    fn block(self, block: usize) -> Result<&'a [u8], SnapshotError> {
        let ends = self.0.slice::<u64>(Section::Blocks, block..block + 2)?;
        self.0
            .slice(Section::Text, ends[0] as usize..ends[1] as usize)
    }

    /// The key of a term.
    pub fn key(self, id: u32, key: &mut Vec<u8>) -> Result<(), SnapshotError> {
        let at = (id as usize).wrapping_sub(1);
        let mut text = Reader(self.block(at / BLOCK)?);
        key.clear();
        for _ in 0..=at % BLOCK {
            self.next(&mut text, key)?;
        }
        Ok(())
    }

    /// Turns a key into the next one of its block.
    fn next(self, text: &mut Reader<'a>, key: &mut Vec<u8>) -> Result<(), SnapshotError> {
        let read = text.number().and_then(|shared| {
            let own = text.number()?;
            let own = text.bytes(own)?;
            (shared <= key.len()).then_some((shared, own))
        });
        let (shared, own) = read.ok_or_else(|| self.0.damaged("a term"))?;
        key.truncate(shared);
        key.extend_from_slice(own);
        Ok(())
    }

    /// The term of a number.
    pub fn term(self, id: u32) -> Result<Term, SnapshotError> {
        let mut key = Vec::with_capacity(96);
        self.key(id, &mut key)?;
        decode(&key).ok_or_else(|| self.0.damaged("a term"))
    }

    /// The term of a number, as expressions take it.
    pub fn expression(self, id: u32) -> Result<ExpressionTerm, SnapshotError> {
        if let Some(value) = self.value(id)? {
            return Ok(value);
        }
        Ok(self.term(id)?.into())
    }

    /// The value of a literal, if it was decoded when the snapshot was made.
    pub fn value(self, id: u32) -> Result<Option<ExpressionTerm>, SnapshotError> {
        let untyped = self.0.counts().untyped as usize;
        match (id as usize).checked_sub(untyped + 1) {
            Some(at) => Ok(value(self.0.one::<[u8; VALUE]>(Section::Values, at)?)),
            None => Ok(None),
        }
    }

    /// The number of a term, by its key.
    pub fn find(self, wanted: &[u8]) -> Result<Option<u32>, SnapshotError> {
        let blocks = self.0.len::<u64>(Section::Blocks).saturating_sub(1);
        let (mut low, mut high) = (0, blocks);
        // The last block whose head is not above the key.
        while low < high {
            let middle = usize::midpoint(low, high);
            let mut text = Reader(self.block(middle)?);
            let head = text.number().and_then(|_| {
                let own = text.number()?;
                text.bytes(own)
            });
            let head = head.ok_or_else(|| self.0.damaged("a term"))?;
            if head <= wanted {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        let Some(block) = low.checked_sub(1) else {
            return Ok(None);
        };
        let mut text = Reader(self.block(block)?);
        let mut key = Vec::with_capacity(96);
        let mut at = block * BLOCK;
        while !text.0.is_empty() {
            self.next(&mut text, &mut key)?;
            at += 1;
            match key.as_slice().cmp(wanted) {
                std::cmp::Ordering::Less => {}
                std::cmp::Ordering::Equal => return Ok(Some(at as u32)),
                std::cmp::Ordering::Greater => break,
            }
        }
        Ok(None)
    }
}

/// Takes numbers and bytes off the front of a text.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn number(&mut self) -> Option<usize> {
        let mut sum = 0_usize;
        for shift in (0..35).step_by(7) {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            sum |= usize::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(sum);
            }
        }
        None
    }

    fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(bytes)
    }
}

/// Appends a number in as few bytes as it needs.
fn push_number(mut number: usize, text: &mut Vec<u8>) {
    while number >= 0x80 {
        text.push(number as u8 | 0x80);
        number >>= 7;
    }
    text.push(number as u8);
}

/// Front-codes sorted keys in blocks.
#[derive(Default)]
pub(super) struct FrontCoder {
    pub text: Vec<u8>,
    pub blocks: Vec<u64>,
    /// Bytes of text that were taken.
    taken: u64,
    last: Vec<u8>,
    count: usize,
}

impl FrontCoder {
    /// Adds a key that is above those before it.
    pub fn add(&mut self, key: &[u8]) {
        let shared = if self.count.is_multiple_of(BLOCK) {
            self.blocks.push(self.taken + self.text.len() as u64);
            0
        } else {
            let pairs = self.last.iter().zip(key);
            pairs.take_while(|(a, b)| a == b).count()
        };
        push_number(shared, &mut self.text);
        push_number(key.len() - shared, &mut self.text);
        self.text.extend_from_slice(&key[shared..]);
        self.last.clear();
        self.last.extend_from_slice(key);
        self.count += 1;
    }

    /// Takes the text so far, for who writes it.
    pub fn take_text(&mut self) -> Vec<u8> {
        self.taken += self.text.len() as u64;
        std::mem::take(&mut self.text)
    }

    /// Ends the last block.
    pub fn finish(&mut self) {
        self.blocks.push(self.taken + self.text.len() as u64);
    }
}
