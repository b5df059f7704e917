//! Sorted runs: what was gathered so far, put into files where memory is short, and merged at the end.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};

use super::rows::{Part, Room, Row};
use super::texts::Texts;
use super::{UNNAMED, sorted};

/// The terms of a run and its quads, both sorted; a quad names its terms by their places in the run.
pub(super) struct Run {
    terms: File,
    quads: Part,
}

impl Run {
    /// Writes what was gathered.
    pub fn write(room: &Room<'_>, texts: &mut Texts, quads: Vec<Row>) -> io::Result<Self> {
        let order = texts.sorted();
        let mut terms = BufWriter::with_capacity(1 << 20, room.file()?);
        let mut new = vec![UNNAMED; order.len() + 1];
        let mut last: &[u8] = &[];
        for (number, old) in (1..).zip(&order) {
            let key = texts.get(*old);
            let shared = last.iter().zip(key).take_while(|(a, b)| a == b).count();
            terms.write_all(&(shared as u32).to_le_bytes())?;
            terms.write_all(&((key.len() - shared) as u32).to_le_bytes())?;
            terms.write_all(&key[shared..])?;
            new[*old as usize] = number;
            last = key;
        }
        let quads = sorted(quads, &new);
        let terms = terms.into_inner().map_err(io::IntoInnerError::into_error)?;
        let quads = Part::write(room, &quads)?;
        Ok(Self { terms, quads })
    }
}

/// Merges the terms of runs: gives each one once, in order. The quads of the runs then name them by their places
/// among all.
pub(super) fn merge_terms(
    runs: Vec<Run>,
    mut take: impl FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<Vec<Part>> {
    let mut sources = Vec::new();
    let mut quads = Vec::new();
    for run in runs {
        sources.push(Terms::of(run.terms)?);
        quads.push(run.quads);
    }
    let mut numbers = vec![vec![UNNAMED]; sources.len()];
    let mut heads = BinaryHeap::new();
    for (at, source) in sources.iter_mut().enumerate() {
        if let Some(key) = source.next(Vec::new())? {
            heads.push(Reverse((key, at)));
        }
    }
    let (mut last, mut count) = (Vec::new(), 0);
    while let Some(Reverse((key, at))) = heads.pop() {
        if key != last || count == 0 {
            take(&key)?;
            count += 1;
            last.clone_from(&key);
        }
        numbers[at].push(count);
        if let Some(next) = sources[at].next(key)? {
            heads.push(Reverse((next, at)));
        }
    }
    let parts = quads.into_iter().zip(numbers);
    Ok(parts.map(|(part, new)| part.renumbered(new)).collect())
}

/// Reads the terms of a run.
struct Terms {
    file: BufReader<File>,
    last: Vec<u8>,
}

impl Terms {
    fn of(mut file: File) -> io::Result<Self> {
        file.seek(SeekFrom::Start(0))?;
        Ok(Self {
            file: BufReader::with_capacity(1 << 18, file),
            last: Vec::new(),
        })
    }

    /// The next term, in the memory of one that is needed no more.
    fn next(&mut self, mut key: Vec<u8>) -> io::Result<Option<Vec<u8>>> {
        let mut lengths = [0; 8];
        match self.file.read_exact(&mut lengths) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            read => read?,
        }
        let [shared, own]: [u32; 2] = bytemuck::cast(lengths);
        let shared = shared as usize;
        self.last.resize(shared + own as usize, 0);
        self.file.read_exact(&mut self.last[shared..])?;
        key.clone_from(&self.last);
        Ok(Some(key))
    }
}
