//! A snapshot file as it is written: sections one after the other, with checksums.

use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};

use super::rows::{Row, Spool};
use crate::format::{ALIGNMENT, CHUNK, Counts, HEADER, Header, MAGIC, SECTIONS, Section};

/// A snapshot file that is being written.
pub(super) struct Out {
    file: BufWriter<File>,
    at: u64,
    sections: [std::ops::Range<u64>; SECTIONS],
    crc: crc32fast::Hasher,
    checksums: Vec<u8>,
}

impl Out {
    pub fn create(file: File) -> io::Result<Self> {
        let mut file = BufWriter::with_capacity(1 << 20, file);
        // So that what a killed build leaves is known for ours.
        file.write_all(&MAGIC)?;
        file.write_all(&[0; HEADER - MAGIC.len()])?;
        file.flush()?;
        Ok(Self {
            file,
            at: HEADER as u64,
            sections: std::array::from_fn(|_| 0..0),
            crc: crc32fast::Hasher::new(),
            checksums: Vec::new(),
        })
    }

    /// Adds to the section at hand.
    pub fn bytes(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let left = CHUNK - (self.at as usize - HEADER) % CHUNK;
            let (now, later) = bytes.split_at(left.min(bytes.len()));
            self.file.write_all(now)?;
            self.crc.update(now);
            self.at += now.len() as u64;
            if now.len() == left {
                self.end_chunk();
            }
            bytes = later;
        }
        Ok(())
    }

    fn end_chunk(&mut self) {
        let crc = std::mem::take(&mut self.crc).finalize();
        self.checksums.extend(crc.to_le_bytes());
    }

    pub fn begin(&mut self, section: Section) -> io::Result<()> {
        let over = self.at as usize % ALIGNMENT;
        if over > 0 {
            self.bytes(&[0; ALIGNMENT][over..])?;
        }
        self.sections[section as usize].start = self.at;
        Ok(())
    }

    pub fn end(&mut self, section: Section) {
        self.sections[section as usize].end = self.at;
    }

    pub fn section<T: bytemuck::Pod>(&mut self, section: Section, numbers: &[T]) -> io::Result<()> {
        self.begin(section)?;
        self.bytes(bytemuck::cast_slice(numbers))?;
        self.end(section);
        Ok(())
    }

    /// The second and third numbers of rows, each a section.
    pub fn columns(&mut self, sections: [Section; 2], rows: &mut Spool<'_>) -> io::Result<()> {
        for (section, column) in sections.into_iter().zip(1..) {
            self.column(section, rows, |row| row[column])?;
        }
        Ok(())
    }

    /// The sets of rows, in two bytes each or in four.
    pub fn sets(&mut self, section: Section, narrow: bool, rows: &mut Spool<'_>) -> io::Result<()> {
        if narrow {
            self.column(section, rows, |row| row[3] as u16)
        } else {
            self.column(section, rows, |row| row[3])
        }
    }

    fn column<T: bytemuck::Pod>(
        &mut self,
        section: Section,
        rows: &mut Spool<'_>,
        cell: impl Fn(&Row) -> T,
    ) -> io::Result<()> {
        self.begin(section)?;
        let mut part: Vec<T> = Vec::new();
        rows.read(|rows| {
            part.clear();
            part.extend(rows.iter().map(&cell));
            self.bytes(bytemuck::cast_slice(&part))
        })?;
        self.end(section);
        Ok(())
    }

    pub fn finish(mut self, counts: Counts) -> io::Result<u64> {
        if !(self.at as usize - HEADER).is_multiple_of(CHUNK) {
            self.end_chunk();
        }
        let header = Header {
            length: self.at + self.checksums.len() as u64,
            checksums: self.at,
            checksums_crc: crc32fast::hash(&self.checksums),
            counts,
            sections: self.sections.clone(),
        };
        self.file.write_all(&self.checksums)?;
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(&header.write())?;
        self.file.flush()?;
        self.file.get_ref().sync_all()?;
        Ok(header.length)
    }
}
