//! The layout of a snapshot file; `docs/snapshot.md` describes it for other programs.
//!
//! A page of header with the table of sections, then the sections, each aligned, then one checksum
//! for each chunk of the sections. Everything is little-endian.

use std::ops::Range;

/// What a snapshot file begins with.
pub const MAGIC: [u8; 8] = *b"CASEGSNP";
/// Version of the layout: a file of another version is refused and made anew.
pub(super) const VERSION: u32 = 3;
/// The header is one page.
pub(super) const HEADER: usize = 4096;
/// Sections begin at multiples of this, so that their numbers can be read in place.
pub(super) const ALIGNMENT: usize = 64;
/// Bytes under one checksum. A chunk is checked when it is first touched.
pub(super) const CHUNK: usize = 1 << 18;
/// Terms in a front-coded block; only the first is stored whole.
pub(super) const BLOCK: usize = 8;
/// Bytes of a decoded value: its kind, a zero, and the value.
pub(super) const VALUE: usize = 20;

/// The sections, in the order of the file. Columns of one order stand in the order of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub(super) enum Section {
    /// Front-coded keys of all terms, in blocks, sorted.
    Text,
    /// Where each block begins in `Text`; one more at the end.
    Blocks,
    /// Decoded values of the typed literals.
    Values,
    /// Terms that are graph names, ascending.
    Graphs,
    /// Where the members of each set of graphs begin in `Members`; one more at the end.
    Sets,
    /// Graphs of each set, as positions in `Graphs`.
    Members,
    /// Where the rows of each subject begin; one more at the end.
    SpoStarts,
    /// Predicates by subject.
    SpoP,
    /// Objects by subject and predicate.
    SpoO,
    /// Sets of graphs, two bytes each if [`Counts::narrow_sets`].
    SpoG,
    /// The predicates, ascending.
    Predicates,
    /// Where the rows of each predicate begin; one more at the end.
    PosStarts,
    /// Objects by predicate.
    PosO,
    /// Subjects by predicate and object.
    PosS,
    /// Sets of graphs, as in `SpoG`.
    PosG,
    /// Where the rows of each graph begin in `GraphRows`; one more at the end. A graph that has none here has more
    /// than one in [`WIDE`] of all rows.
    GraphStarts,
    /// Rows of the order SPO by graph, ascending.
    GraphRows,
    /// Of each predicate: rows, different subjects, different objects.
    Statistics,
}

pub(super) const SECTIONS: usize = Section::Statistics as usize + 1;

/// The rows of a graph that holds more than one in so many of all are not listed: it is as well to read all.
pub(super) const WIDE: u64 = 8;

/// Counts that the header holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// Terms; identifiers are 1 to this.
    pub terms: u64,
    /// Blank nodes and IRIs, which come first.
    pub nodes: u64,
    /// Terms before the first typed literal.
    pub untyped: u64,
    /// Different triples: rows of each order.
    pub triples: u64,
    /// Number of quads.
    pub quads: u64,
    /// Number of distinct sets of graphs.
    pub sets: u64,
    /// Sets of graphs of which a member is part of the default graph; they come first.
    pub default_sets: u64,
}

impl Counts {
    /// Whether the number of a set of graphs has two bytes.
    pub fn narrow_sets(&self) -> bool {
        self.sets <= 1 << 16
    }
}

/// The header of a snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    /// Length of the whole file.
    pub length: u64,
    /// Where the checksums begin, and the sections end.
    pub checksums: u64,
    /// Checksum of the checksums.
    pub checksums_crc: u32,
    pub counts: Counts,
    /// Where each section lies in the file.
    pub sections: [Range<u64>; SECTIONS],
}

/// Why bytes are no header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BadHeader {
    /// The file is none of ours, or cut before its header ends.
    Foreign,
    /// It is of another version of the layout.
    Version(u32),
    /// Its checksum or its lengths are wrong.
    Damaged,
}

impl Header {
    pub fn write(&self) -> Vec<u8> {
        let mut page = Vec::with_capacity(HEADER);
        page.extend(MAGIC);
        page.extend(VERSION.to_le_bytes());
        page.extend(self.checksums_crc.to_le_bytes());
        let counts = &self.counts;
        for number in [
            self.length,
            self.checksums,
            counts.terms,
            counts.nodes,
            counts.untyped,
            counts.triples,
            counts.quads,
            counts.sets,
            counts.default_sets,
        ] {
            page.extend(number.to_le_bytes());
        }
        for section in &self.sections {
            page.extend(section.start.to_le_bytes());
            page.extend(section.end.to_le_bytes());
        }
        page.resize(HEADER - 4, 0);
        page.extend(crc32fast::hash(&page).to_le_bytes());
        page
    }

    pub fn read(page: &[u8]) -> Result<Self, BadHeader> {
        let page = page.get(..HEADER).ok_or(BadHeader::Foreign)?;
        if page[..8] != MAGIC {
            return Err(BadHeader::Foreign);
        }
        let (mut at, mut failed) = (8, false);
        let mut bytes = |count: usize| {
            let found = page.get(at..at + count).unwrap_or_default();
            failed |= found.len() != count;
            at += count;
            found
        };
        let version = number(bytes(4)) as u32;
        if version != VERSION {
            return Err(BadHeader::Version(version));
        }
        let (body, crc) = page.split_at(HEADER - 4);
        if u64::from(crc32fast::hash(body)) != number(crc) {
            return Err(BadHeader::Damaged);
        }
        let checksums_crc = number(bytes(4)) as u32;
        let mut next = || number(bytes(8));
        let (length, checksums) = (next(), next());
        let counts = Counts {
            terms: next(),
            nodes: next(),
            untyped: next(),
            triples: next(),
            quads: next(),
            sets: next(),
            default_sets: next(),
        };
        let sections = std::array::from_fn(|_| next()..next());
        let header = Self {
            length,
            checksums,
            checksums_crc,
            counts,
            sections,
        };
        if failed || !header.is_sound() {
            return Err(BadHeader::Damaged);
        }
        Ok(header)
    }

    /// Whether sections lie within the file, aligned and in order.
    fn is_sound(&self) -> bool {
        let mut end = HEADER as u64;
        let in_order = self.sections.iter().all(|section| {
            let sound = section.start >= end
                && section.start % ALIGNMENT as u64 == 0
                && section.end >= section.start;
            end = section.end;
            sound
        });
        let counts = &self.counts;
        let ordered = counts.nodes <= counts.untyped && counts.untyped <= counts.terms;
        let small = counts.terms < u64::from(u32::MAX) && counts.triples < u64::from(u32::MAX);
        let holds = |section: Section, size: u64, count: u64| {
            let section = &self.sections[section as usize];
            section.end - section.start == size * count
        };
        let columns = [Section::SpoP, Section::SpoO, Section::PosO, Section::PosS];
        let sets = [Section::SpoG, Section::PosG];
        let width = if counts.narrow_sets() { 2 } else { 4 };
        let complete = || {
            columns
                .iter()
                .all(|column| holds(*column, 4, counts.triples))
                && sets
                    .iter()
                    .all(|column| holds(*column, width, counts.triples))
                && holds(Section::Sets, 4, counts.sets + 1)
                && holds(Section::SpoStarts, 4, counts.nodes + 1)
                && holds(Section::Blocks, 8, counts.terms.div_ceil(BLOCK as u64) + 1)
                && holds(Section::Values, VALUE as u64, counts.terms - counts.untyped)
        };
        let chunks = (self.checksums.saturating_sub(HEADER as u64)).div_ceil(CHUNK as u64);
        in_order
            && ordered
            && small
            && complete()
            && end <= self.checksums
            && self.checksums.checked_add(chunks * 4) == Some(self.length)
    }
}

/// A number of up to eight bytes.
pub(super) fn number(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .rev()
        .fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_read_as_written_and_refused_if_changed() {
        // Nothing but the ends of lists without rows.
        let mut at = HEADER as u64;
        let sections = std::array::from_fn(|section| {
            at += 64;
            let size = match section {
                1 => 8,
                // Blocks, Sets and SpoStarts have one number more than there are.
                4 | 6 => 4,
                _ => 0,
            };
            at - 64..at - 64 + size
        });
        let header = Header {
            checksums: at,
            length: at + 4,
            checksums_crc: 7,
            counts: Counts::default(),
            sections,
        };
        let page = header.write();
        assert_eq!(Header::read(&page), Ok(header));
        for at in 0..HEADER {
            let mut changed = page.clone();
            changed[at] ^= 0x10;
            assert!(Header::read(&changed).is_err(), "byte {at}");
        }
        let mut other = page.clone();
        other[8] = 99;
        assert_eq!(Header::read(&other), Err(BadHeader::Version(99)));
        assert_eq!(Header::read(&page[..100]), Err(BadHeader::Foreign));
    }
}
