//! Rows of numbers that are written once and read in order, in memory or, where they are many, in a file.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

/// Four numbers: the terms of a triple in some order, and a graph or a set of graphs.
pub(super) type Row = [u32; 4];

/// Rows that are read from a file or written to one at once.
const BATCH: usize = 1 << 16;

/// Where rows are kept: in memory up to a number of them, then in files without a name in a folder, of which
/// nothing stays whatever happens to the process.
#[derive(Clone, Copy)]
pub(super) struct Room<'a> {
    pub folder: &'a Path,
    /// Rows that are held in memory.
    pub rows: usize,
}

impl Room<'_> {
    pub fn file(&self) -> io::Result<File> {
        tempfile::tempfile_in(self.folder)
    }
}

/// Rows in the order in which they were added.
pub(super) struct Spool<'a> {
    room: Room<'a>,
    /// Those that are not in the file: all, if there is none.
    memory: Vec<Row>,
    file: Option<File>,
    rows: u64,
}

impl<'a> Spool<'a> {
    pub fn new(room: Room<'a>) -> Self {
        Self {
            room,
            memory: Vec::new(),
            file: None,
            rows: 0,
        }
    }

    pub fn len(&self) -> u64 {
        self.rows
    }

    pub fn push(&mut self, row: Row) -> io::Result<()> {
        let most = if self.file.is_some() {
            BATCH
        } else {
            self.room.rows
        };
        if self.memory.len() >= most {
            self.flush()?;
        }
        self.memory.push(row);
        self.rows += 1;
        Ok(())
    }

    /// Puts the rows of the memory into the file.
    fn flush(&mut self) -> io::Result<()> {
        if self.file.is_none() {
            self.file = Some(self.room.file()?);
        }
        if let Some(file) = &mut self.file {
            file.write_all(bytemuck::cast_slice(&self.memory))?;
        }
        self.memory = Vec::with_capacity(BATCH);
        Ok(())
    }

    /// Changes each row, and then gives them in their order, some at a time.
    pub fn change(&mut self, change: impl Fn(&mut Row)) -> io::Result<()> {
        if self.file.is_none() {
            self.memory.iter_mut().for_each(change);
            return Ok(());
        }
        let mut changed = Self::new(self.room);
        self.read(|rows| {
            rows.iter().try_for_each(|row| {
                let mut row = *row;
                change(&mut row);
                changed.push(row)
            })
        })?;
        *self = changed;
        Ok(())
    }

    /// Gives the rows in their order, some at a time.
    pub fn read(&mut self, mut take: impl FnMut(&[Row]) -> io::Result<()>) -> io::Result<()> {
        if self.file.is_some() {
            self.flush()?;
        }
        let Some(file) = &mut self.file else {
            return self.memory.chunks(BATCH).try_for_each(take);
        };
        let mut rows = Rows::of(file, self.rows, &[])?;
        while rows.fill()? {
            take(&rows.batch)?;
        }
        file.seek(SeekFrom::End(0))?;
        Ok(())
    }

    /// The same rows with their terms in another order, sorted by it. The rows must be sorted by the order in
    /// which they are; `most` is the largest number of a term.
    pub fn sorted_by(mut self, places: [usize; 3], most: usize) -> io::Result<Self> {
        let turned = |row: &Row| [row[places[0]], row[places[1]], row[places[2]], row[3]];
        if self.file.is_none() {
            self.memory.iter_mut().for_each(|row| *row = turned(row));
            self.memory = by_first(std::mem::take(&mut self.memory), most);
            return Ok(self);
        }
        let room = self.room;
        let mut parts = Vec::new();
        let mut part: Vec<Row> = Vec::with_capacity(room.rows);
        let mut spill = |part: &mut Vec<Row>| -> io::Result<()> {
            part.sort_unstable();
            parts.push(Part::write(&room, part)?);
            part.clear();
            Ok(())
        };
        self.read(|rows| {
            for row in rows {
                part.push(turned(row));
                if part.len() >= room.rows {
                    spill(&mut part)?;
                }
            }
            Ok(())
        })?;
        spill(&mut part)?;
        drop(part);
        drop(self);
        let mut sorted = Self::new(room);
        merge(parts, |row| sorted.push(row))?;
        Ok(sorted)
    }
}

/// Sorted rows in a file of their own.
pub(super) struct Part {
    file: File,
    rows: u64,
    /// What each number stands for, if that is another one.
    new: Vec<u32>,
}

impl Part {
    pub fn write(room: &Room<'_>, rows: &[Row]) -> io::Result<Self> {
        let mut file = room.file()?;
        file.write_all(bytemuck::cast_slice(rows))?;
        Ok(Self {
            file,
            rows: rows.len() as u64,
            new: Vec::new(),
        })
    }

    /// Has each number stand for another one, which must leave the rows sorted.
    pub fn renumbered(self, new: Vec<u32>) -> Self {
        Self { new, ..self }
    }
}

/// Gives the rows of sorted parts, sorted, each row once.
pub(super) fn merge(
    mut parts: Vec<Part>,
    mut take: impl FnMut(Row) -> io::Result<()>,
) -> io::Result<()> {
    let mut sources = Vec::new();
    for part in &mut parts {
        sources.push(Rows::of(&mut part.file, part.rows, &part.new)?);
    }
    let mut heads = std::collections::BinaryHeap::new();
    for (at, source) in sources.iter_mut().enumerate() {
        heads.extend(source.next()?.map(|row| std::cmp::Reverse((row, at))));
    }
    let mut last = None;
    while let Some(std::cmp::Reverse((row, at))) = heads.pop() {
        heads.extend(sources[at].next()?.map(|row| std::cmp::Reverse((row, at))));
        if last != Some(row) {
            take(row)?;
        }
        last = Some(row);
    }
    Ok(())
}

/// Reads the rows of a file, a batch at a time.
struct Rows<'a> {
    file: &'a mut File,
    left: u64,
    new: &'a [u32],
    batch: Vec<Row>,
    at: usize,
}

impl<'a> Rows<'a> {
    fn of(file: &'a mut File, rows: u64, new: &'a [u32]) -> io::Result<Self> {
        file.seek(SeekFrom::Start(0))?;
        Ok(Self {
            file,
            left: rows,
            new,
            batch: Vec::new(),
            at: 0,
        })
    }

    /// Reads the next batch; `false` if there is none.
    fn fill(&mut self) -> io::Result<bool> {
        let count = self.left.min(BATCH as u64);
        self.batch.resize(count as usize, [0; 4]);
        self.file
            .read_exact(bytemuck::cast_slice_mut(&mut self.batch))?;
        if !self.new.is_empty() {
            for row in &mut self.batch {
                *row = row.map(|number| self.new[number as usize]);
            }
        }
        self.left -= count;
        self.at = 0;
        Ok(count > 0)
    }

    fn next(&mut self) -> io::Result<Option<Row>> {
        if self.at == self.batch.len() && !self.fill()? {
            return Ok(None);
        }
        self.at += 1;
        Ok(Some(self.batch[self.at - 1]))
    }
}

/// Rows by their first number, those of one number in the order in which they were: counting takes a third of
/// the time of comparing.
pub(super) fn by_first(rows: Vec<Row>, most: usize) -> Vec<Row> {
    let mut next = vec![0_u32; most + 2];
    for row in &rows {
        next[row[0] as usize + 1] += 1;
    }
    let mut sum = 0;
    for place in &mut next {
        sum += *place;
        *place = sum;
    }
    let mut sorted = vec![[0; 4]; rows.len()];
    for row in rows {
        let place = &mut next[row[0] as usize];
        sorted[*place as usize] = row;
        *place += 1;
    }
    sorted
}

/// Sorts rows by all their numbers; `most` is the largest first one.
pub(super) fn sort(rows: Vec<Row>, most: usize) -> Vec<Row> {
    let mut rows = by_first(rows, most);
    for group in rows.chunk_by_mut(|a, b| a[0] == b[0]) {
        group.sort_unstable();
    }
    rows
}
