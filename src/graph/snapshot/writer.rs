//! Makes a snapshot from quads in any order.
//!
//! All of it happens in memory, at about 70 bytes a quad and the text of each term once: terms get
//! numbers as they come, are sorted and renumbered; then the quads are sorted three ways.

use std::fs::File;
use std::hash::BuildHasher;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::Path;

use hashbrown::{DefaultHashBuilder, HashTable};

use super::Snapshot;
use super::dictionary::Speller;
use super::file::SnapshotError;
use super::format::{ALIGNMENT, CHUNK, Counts, HEADER, Header, SECTIONS, Section};
use super::scan::{Graphs, Pattern};
use super::terms::{canonical, decode, encode, kind, value_of};
use crate::graph::model::{
    GraphNameRef, Literal, NamedNode, NamedOrBlankNodeRef, QuadRef, Term, TermRef, xsd,
};
use crate::graph::vocab::casegraph;

/// The graph that has no name, among numbers of terms.
const UNNAMED: u32 = 0;

/// Texts of terms, each once, with numbers from 1 in the order in which they came.
#[derive(Default)]
struct Texts {
    bytes: Vec<u8>,
    /// Where each text ends.
    ends: Vec<u64>,
    numbers: HashTable<u32>,
    hasher: DefaultHashBuilder,
}

impl Texts {
    fn get(&self, number: u32) -> &[u8] {
        text(&self.bytes, &self.ends, number)
    }

    fn number(&mut self, key: &[u8]) -> u32 {
        let hash = self.hasher.hash_one(key);
        let (bytes, ends) = (&self.bytes, &self.ends);
        if let Some(known) = self.numbers.find(hash, |&n| text(bytes, ends, n) == key) {
            return *known;
        }
        self.bytes.extend_from_slice(key);
        self.ends.push(self.bytes.len() as u64);
        // More than fit are refused at the end.
        let number = u32::try_from(self.ends.len()).unwrap_or(u32::MAX);
        let (bytes, ends, hasher) = (&self.bytes, &self.ends, &self.hasher);
        self.numbers
            .insert_unique(hash, number, |&n| hasher.hash_one(text(bytes, ends, n)));
        number
    }
}

fn text<'a>(bytes: &'a [u8], ends: &[u64], number: u32) -> &'a [u8] {
    let at = number as usize - 1;
    let start = if at == 0 { 0 } else { ends[at - 1] as usize };
    &bytes[start..ends[at] as usize]
}

/// What marks a default graph.
fn yes() -> Literal {
    Literal::from(true)
}

/// A triple and the number of its set of graphs.
type Row = [u32; 4];

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// Length of the file in bytes.
    pub bytes: u64,
    /// Number of quads, each once.
    pub quads: u64,
}

/// Gathers quads and writes a snapshot of them. The graphs of which they say `cg:inDefaultGraph true` are what a
/// query sees as its default graph; if there are none, that is the one without a name.
#[derive(Default)]
pub struct Writer {
    texts: Texts,
    quads: Vec<Row>,
    /// Numbers of the default graphs.
    defaults: Vec<u32>,
    key: Vec<u8>,
}

impl Writer {
    /// Adds a quad; the same one twice is one.
    pub fn add(&mut self, quad: QuadRef<'_>) {
        let subject = match quad.subject {
            NamedOrBlankNodeRef::NamedNode(node) => self.term(node.into()),
            NamedOrBlankNodeRef::BlankNode(node) => self.term(node.into()),
        };
        let predicate = self.term(quad.predicate.into());
        let object = match quad.object {
            TermRef::Literal(literal)
                if literal.datatype() != xsd::STRING && literal.language().is_none() =>
            {
                let term = canonical(Term::from(literal.into_owned()));
                self.term(term.as_ref())
            }
            other => self.term(other),
        };
        let graph = match quad.graph_name {
            GraphNameRef::NamedNode(node) => self.term(node.into()),
            GraphNameRef::BlankNode(node) => self.term(node.into()),
            GraphNameRef::DefaultGraph => UNNAMED,
        };
        let marks = quad.predicate == casegraph::IN_DEFAULT_GRAPH;
        if marks && matches!(quad.object, TermRef::Literal(literal) if literal == yes().as_ref()) {
            self.defaults.push(subject);
        }
        self.quads.push([subject, predicate, object, graph]);
    }

    /// Adds the quads of a snapshot but those of these graphs: each of its terms is looked up once.
    ///
    /// # Errors
    /// The snapshot is damaged.
    pub fn add_all(
        &mut self,
        snapshot: &Snapshot,
        except: &[NamedNode],
    ) -> Result<(), SnapshotError> {
        let mut left_out = Vec::new();
        for graph in except {
            left_out.extend(snapshot.find(&graph.clone().into())?);
        }
        let marks = snapshot.find(&casegraph::IN_DEFAULT_GRAPH.into_owned().into())?;
        let yes = snapshot.find(&yes().into())?;
        let mut numbers = vec![UNNAMED; snapshot.0.counts().terms as usize + 1];
        let mut key = Vec::with_capacity(96);
        let everything = Pattern {
            terms: [None; 3],
            graphs: Graphs::All,
        };
        for row in snapshot.clone().scan(everything) {
            let row = row?;
            if left_out.contains(&row[3]) {
                continue;
            }
            let mut quad = [UNNAMED; 4];
            for (number, id) in quad.iter_mut().zip(row) {
                if id == UNNAMED {
                    continue;
                }
                let known = numbers
                    .get_mut(id as usize)
                    .ok_or_else(|| snapshot.0.damaged("a term beyond the dictionary"))?;
                if *known == UNNAMED {
                    snapshot.dictionary().key(id, &mut key)?;
                    *known = self.texts.number(&key);
                }
                *number = *known;
            }
            if Some(row[1]) == marks && Some(row[2]) == yes {
                self.defaults.push(quad[0]);
            }
            self.quads.push(quad);
        }
        Ok(())
    }

    fn term(&mut self, term: TermRef<'_>) -> u32 {
        let mut key = std::mem::take(&mut self.key);
        encode(term, &mut key);
        let number = self.texts.number(&key);
        self.key = key;
        number
    }

    /// Writes the snapshot.
    ///
    /// # Errors
    /// There is too much for the format, or the file cannot be written.
    pub fn write(mut self, path: &Path) -> Result<Written, SnapshotError> {
        let too_large =
            self.texts.ends.len() >= u32::MAX as usize - 1 || self.quads.len() >= u32::MAX as usize;
        if too_large {
            return Err(SnapshotError::TooLarge);
        }
        let mut defaults = std::mem::take(&mut self.defaults);
        if defaults.is_empty() {
            defaults.push(UNNAMED);
        }
        let (counts, spelled, values, new) = self.dictionary();
        let renumber = |old: u32| {
            if old == UNNAMED {
                UNNAMED
            } else {
                new[old as usize - 1]
            }
        };
        for quad in &mut self.quads {
            *quad = quad.map(renumber);
        }
        let defaults: Vec<u32> = defaults.into_iter().map(renumber).collect();
        drop(new);
        let mut out = Out::create(path)?;
        out.section(Section::Text, &spelled.text)?;
        out.section(Section::Blocks, &spelled.blocks)?;
        out.section(Section::Values, &values)?;
        drop((spelled, values));
        let Self { mut quads, .. } = self;
        quads.sort_unstable();
        quads.dedup();
        let counts = Counts {
            quads: quads.len() as u64,
            ..counts
        };
        let (sets, mut rows, default_sets) = Sets::of(quads, &defaults);
        let counts = Counts {
            triples: rows.len() as u64,
            default_sets,
            ..counts
        };
        out.section(Section::Graphs, &sets.graphs)?;
        out.section(Section::Sets, &sets.starts)?;
        out.section(Section::Members, &sets.members)?;
        let (graph_starts, graph_rows) = sets.rows_by_graph(&rows);
        let terms = counts.terms as usize;
        out.section(Section::SpoStarts, &starts(&rows, counts.nodes as usize))?;
        out.columns([Section::SpoP, Section::SpoO, Section::SpoG], &rows)?;
        // Each order from the one before, so that one copy of the rows is enough.
        for row in &mut rows {
            *row = [row[1], row[2], row[0], row[3]];
        }
        rows.sort_unstable();
        let (predicates, bounds, statistics) = by_predicate(&rows);
        out.section(Section::Predicates, &predicates)?;
        out.section(Section::PosStarts, &bounds)?;
        out.columns([Section::PosO, Section::PosS, Section::PosG], &rows)?;
        for row in &mut rows {
            *row = [row[1], row[2], row[0], row[3]];
        }
        rows.sort_unstable();
        out.section(Section::OspStarts, &starts(&rows, terms))?;
        out.columns([Section::OspS, Section::OspP, Section::OspG], &rows)?;
        out.section(Section::GraphStarts, &graph_starts)?;
        out.section(Section::GraphRows, &graph_rows)?;
        out.section(Section::Statistics, &statistics)?;
        let quads = counts.quads;
        let bytes = out.finish(counts)?;
        Ok(Written { bytes, quads })
    }

    /// Sorts the terms: the dictionary, and the new number of each old one.
    fn dictionary(&mut self) -> (Counts, Speller, Vec<u8>, Vec<u32>) {
        let texts = std::mem::take(&mut self.texts);
        let mut order: Vec<u32> = (1..=texts.ends.len() as u32).collect();
        // Most comparisons are decided by the kind and the first letters after what all IRIs share.
        order.sort_unstable_by(|a, b| texts.get(*a).cmp(texts.get(*b)));
        let mut new = vec![0; order.len()];
        let (mut speller, mut values) = (Speller::default(), Vec::new());
        let mut counts = Counts::default();
        for (at, old) in order.iter().enumerate() {
            let key = texts.get(*old);
            new[*old as usize - 1] = at as u32 + 1;
            speller.add(key);
            counts.terms += 1;
            match key[0] {
                kind::BLANK | kind::IRI => {
                    counts.nodes += 1;
                    counts.untyped += 1;
                }
                kind::TYPED => {
                    let term = decode(key).unwrap_or_else(|| unreachable!("a key of our own"));
                    values.extend(value_of(term));
                }
                _ => counts.untyped += 1,
            }
        }
        speller.finish();
        (counts, speller, values, new)
    }
}

/// Where the rows of each first number begin, for 1 to `most`; one more at the end.
fn starts(rows: &[Row], most: usize) -> Vec<u32> {
    let mut starts = vec![0_u32; most + 2];
    for row in rows {
        starts[row[0] as usize + 1] += 1;
    }
    let mut sum = 0;
    for start in &mut starts {
        sum += *start;
        *start = sum;
    }
    // Nothing has the number 0.
    starts.remove(0);
    starts
}

/// The first numbers, where their rows begin, and how many rows and different others each has.
fn by_predicate(rows: &[Row]) -> (Vec<u32>, Vec<u32>, Vec<u32>) {
    let (mut predicates, mut bounds, mut statistics) = (Vec::new(), Vec::new(), Vec::new());
    let mut at = 0;
    let mut subjects: Vec<u32> = Vec::new();
    for run in rows.chunk_by(|a, b| a[0] == b[0]) {
        predicates.push(run[0][0]);
        bounds.push(at);
        at += run.len() as u32;
        subjects.clear();
        subjects.extend(run.iter().map(|row| row[2]));
        subjects.sort_unstable();
        subjects.dedup();
        let objects = run.chunk_by(|a, b| a[1] == b[1]).count();
        statistics.extend([run.len() as u32, subjects.len() as u32, objects as u32]);
    }
    bounds.push(at);
    (predicates, bounds, statistics)
}

/// Sets of graphs, numbered so that those with a default graph come first.
struct Sets {
    graphs: Vec<u32>,
    starts: Vec<u32>,
    members: Vec<u32>,
}

impl Sets {
    /// Puts the graphs of each triple together: the sets, the triples with their sets, and how many
    /// of the sets have a default graph.
    fn of(quads: Vec<Row>, defaults: &[u32]) -> (Self, Vec<Row>, u64) {
        let mut graphs: Vec<u32> = quads.iter().map(|quad| quad[3]).collect();
        graphs.sort_unstable();
        graphs.dedup();
        graphs.retain(|graph| *graph != UNNAMED);
        let position = |graph: u32| match graphs.binary_search(&graph) {
            Ok(at) => at as u32,
            // The graph without a name has none.
            Err(_) => u32::MAX,
        };
        let mut numbers: std::collections::HashMap<Vec<u32>, u32> =
            std::collections::HashMap::new();
        let mut sets: Vec<Vec<u32>> = Vec::new();
        let mut rows = quads;
        let (mut read, mut written) = (0, 0);
        let mut members = Vec::new();
        while read < rows.len() {
            let [s, p, o, _] = rows[read];
            members.clear();
            while read < rows.len() && rows[read][..3] == [s, p, o] {
                members.push(rows[read][3]);
                read += 1;
            }
            let number = match numbers.get(&members) {
                Some(number) => *number,
                None => {
                    sets.push(members.clone());
                    let number = sets.len() as u32 - 1;
                    numbers.insert(members.clone(), number);
                    number
                }
            };
            rows[written] = [s, p, o, number];
            written += 1;
        }
        rows.truncate(written);
        rows.shrink_to_fit();
        let is_default = |set: &Vec<u32>| set.iter().any(|graph| defaults.contains(graph));
        let mut order: Vec<u32> = (0..sets.len() as u32).collect();
        order.sort_by_key(|at| {
            let set = &sets[*at as usize];
            (!is_default(set), set.clone())
        });
        let mut new = vec![0; sets.len()];
        let (mut starts, mut members, mut default_sets) = (vec![0], Vec::new(), 0);
        for (number, at) in order.iter().enumerate() {
            let set = &sets[*at as usize];
            new[*at as usize] = number as u32;
            default_sets += u64::from(is_default(set));
            let named = set.iter().filter(|graph| **graph != UNNAMED);
            members.extend(named.map(|graph| position(*graph)));
            starts.push(members.len() as u32);
        }
        for row in &mut rows {
            row[3] = new[row[3] as usize];
        }
        let sets = Self {
            graphs,
            starts,
            members,
        };
        (sets, rows, default_sets)
    }

    fn members(&self, set: u32) -> &[u32] {
        let set = set as usize;
        &self.members[self.starts[set] as usize..self.starts[set + 1] as usize]
    }

    /// The positions of each graph's rows.
    fn rows_by_graph(&self, rows: &[Row]) -> (Vec<u32>, Vec<u32>) {
        let mut starts = vec![0_u32; self.graphs.len() + 1];
        for row in rows {
            for graph in self.members(row[3]) {
                starts[*graph as usize + 1] += 1;
            }
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let mut positions = vec![0; starts.last().map_or(0, |all| *all as usize)];
        for (at, row) in rows.iter().enumerate() {
            for graph in self.members(row[3]) {
                let next = &mut next[*graph as usize];
                positions[*next as usize] = at as u32;
                *next += 1;
            }
        }
        (starts, positions)
    }
}

/// A snapshot file that is being written.
struct Out<'a> {
    path: &'a Path,
    file: BufWriter<File>,
    at: u64,
    sections: [std::ops::Range<u64>; SECTIONS],
    crc: crc32fast::Hasher,
    checksums: Vec<u8>,
}

impl<'a> Out<'a> {
    fn create(path: &'a Path) -> Result<Self, SnapshotError> {
        let failed = |source| SnapshotError::Io {
            path: path.to_owned(),
            source,
        };
        let mut file = BufWriter::with_capacity(1 << 20, File::create(path).map_err(failed)?);
        file.write_all(&[0; HEADER]).map_err(failed)?;
        Ok(Self {
            path,
            file,
            at: HEADER as u64,
            sections: std::array::from_fn(|_| 0..0),
            crc: crc32fast::Hasher::new(),
            checksums: Vec::new(),
        })
    }

    fn failed(&self, source: io::Error) -> SnapshotError {
        SnapshotError::Io {
            path: self.path.to_owned(),
            source,
        }
    }

    fn bytes(&mut self, mut bytes: &[u8]) -> Result<(), SnapshotError> {
        while !bytes.is_empty() {
            let left = CHUNK - (self.at as usize - HEADER) % CHUNK;
            let (now, later) = bytes.split_at(left.min(bytes.len()));
            self.file
                .write_all(now)
                .map_err(|error| self.failed(error))?;
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

    fn begin(&mut self, section: Section) -> Result<(), SnapshotError> {
        let over = self.at as usize % ALIGNMENT;
        if over > 0 {
            self.bytes(&[0; ALIGNMENT][over..])?;
        }
        self.sections[section as usize].start = self.at;
        Ok(())
    }

    fn section<T: bytemuck::Pod>(
        &mut self,
        section: Section,
        numbers: &[T],
    ) -> Result<(), SnapshotError> {
        self.begin(section)?;
        self.bytes(bytemuck::cast_slice(numbers))?;
        self.sections[section as usize].end = self.at;
        Ok(())
    }

    /// The second to fourth numbers of rows, each a section.
    fn columns(&mut self, sections: [Section; 3], rows: &[Row]) -> Result<(), SnapshotError> {
        for (section, column) in sections.into_iter().zip(1..) {
            self.begin(section)?;
            let mut part: Vec<u32> = Vec::with_capacity(1 << 16);
            for rows in rows.chunks(1 << 16) {
                part.clear();
                part.extend(rows.iter().map(|row| row[column]));
                self.bytes(bytemuck::cast_slice(&part))?;
            }
            self.sections[section as usize].end = self.at;
        }
        Ok(())
    }

    fn finish(mut self, counts: Counts) -> Result<u64, SnapshotError> {
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
        let written = (|| {
            self.file.write_all(&self.checksums)?;
            self.file.seek(SeekFrom::Start(0))?;
            self.file.write_all(&header.write())?;
            self.file.flush()?;
            self.file.get_ref().sync_all()
        })();
        written.map_err(|error| self.failed(error))?;
        Ok(header.length)
    }
}
