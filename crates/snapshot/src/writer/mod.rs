//! Makes a snapshot from quads in any order.
//!
//! Terms get numbers as they come, are sorted and renumbered; then the quads are sorted three ways.
//! What does not fit into memory is an external merge sort: sorted runs are written to files and
//! merged at the end. The file has the same bytes either way.

mod out;
mod rows;
mod runs;
mod sets;
mod texts;

use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::mem::take;
use std::path::{Path, PathBuf};

use oxrdf::vocab::xsd;
use oxrdf::{GraphNameRef, Literal, NamedNode, NamedOrBlankNodeRef, QuadRef, TermRef};

use super::Snapshot;
use super::dictionary::FrontCoder;
use super::file::SnapshotError;
use super::format::{Counts, Section};
use super::scan::{Graphs, Pattern};
use super::terms::{canonical, decode, encode, kind, value_of};
use out::Out;
use rows::{Room, Row, Spool, merge, sort};
use runs::{Run, merge_terms};
use sets::Gathering;
use texts::Texts;

/// The graph that has no name, among numbers of terms.
const UNNAMED: u32 = 0;

/// Memory that a writer takes if nothing else is said, in bytes.
pub const MEMORY: usize = 1 << 30;
/// What is gathered takes this part of the memory before it becomes a run; later steps take the rest.
const RUNS_SHARE: usize = 4;
/// Rows of one order take this part of it; two orders are held at once.
const ROWS_SHARE: usize = 3;

/// What marks a default graph.
fn yes() -> Literal {
    Literal::from(true)
}

/// How much was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// Length of the file in bytes.
    pub bytes: u64,
    /// Number of quads, each once.
    pub quads: u64,
}

/// Gathers quads and writes a snapshot of them. What a query sees as its default graph is the one without a name,
/// unless [`Self::default_graphs_by`] finds others.
pub struct Writer {
    /// Where runs are put.
    folder: PathBuf,
    /// Bytes of memory that may be taken, about.
    memory: usize,
    texts: Texts,
    quads: Vec<Row>,
    runs: Vec<Run>,
    /// The property that marks the default graphs.
    marks: Option<NamedNode>,
    /// Keys of the default graphs.
    defaults: BTreeSet<Vec<u8>>,
    key: Vec<u8>,
}

impl Writer {
    /// A writer that takes about this much memory, in bytes, and puts what does not fit into files in a folder. They
    /// have no names, so that nothing is left of them whatever happens to the process.
    #[must_use]
    pub fn new(folder: &Path, memory: usize) -> Self {
        Self {
            folder: folder.to_owned(),
            memory,
            texts: Texts::default(),
            quads: Vec::new(),
            runs: Vec::new(),
            marks: None,
            defaults: BTreeSet::new(),
            key: Vec::new(),
        }
    }

    /// Has the graphs of which a quad says that this property is `true` make up the default graph together, unless
    /// there are none. Quads that were added before are not looked at.
    #[must_use]
    pub fn default_graphs_by(self, property: NamedNode) -> Self {
        Self {
            marks: Some(property),
            ..self
        }
    }

    /// Adds a quad; the same one twice is one.
    ///
    /// # Errors
    /// A file in the folder cannot be written.
    pub fn add(&mut self, quad: QuadRef<'_>) -> Result<(), SnapshotError> {
        let subject = match quad.subject {
            NamedOrBlankNodeRef::NamedNode(node) => self.term(node.into()),
            NamedOrBlankNodeRef::BlankNode(node) => self.term(node.into()),
        };
        let predicate = self.term(quad.predicate.into());
        let has_value = match quad.object {
            TermRef::Literal(literal) => {
                literal.datatype() != xsd::STRING && literal.language().is_none()
            }
            TermRef::Triple(_) => true,
            TermRef::NamedNode(_) | TermRef::BlankNode(_) => false,
        };
        let object = if has_value {
            let term = canonical(quad.object.into_owned());
            self.term(term.as_ref())
        } else {
            self.term(quad.object)
        };
        let graph = match quad.graph_name {
            GraphNameRef::NamedNode(node) => self.term(node.into()),
            GraphNameRef::BlankNode(node) => self.term(node.into()),
            GraphNameRef::DefaultGraph => UNNAMED,
        };
        let marks = self.marks.as_ref();
        let marks = marks.is_some_and(|marks| quad.predicate == marks.as_ref());
        if marks && matches!(quad.object, TermRef::Literal(literal) if literal == yes().as_ref()) {
            self.defaults.insert(self.texts.get(subject).to_vec());
        }
        self.quads.push([subject, predicate, object, graph]);
        self.spill()
    }

    /// Adds the quads of a snapshot but those of these graphs: each of its terms is looked up once.
    ///
    /// # Errors
    /// The snapshot is damaged, or a file in the folder cannot be written.
    pub fn add_all(
        &mut self,
        snapshot: &Snapshot,
        except: &[NamedNode],
    ) -> Result<(), SnapshotError> {
        let mut left_out = Vec::new();
        for graph in except {
            left_out.extend(snapshot.find(&graph.clone().into())?);
        }
        let marks = match &self.marks {
            Some(marks) => snapshot.find(&marks.clone().into())?,
            None => None,
        };
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
                self.defaults.insert(self.texts.get(quad[0]).to_vec());
            }
            self.quads.push(quad);
            let runs = self.runs.len();
            self.spill()?;
            if self.runs.len() > runs {
                numbers.fill(UNNAMED);
            }
        }
        Ok(())
    }

    fn term(&mut self, term: TermRef<'_>) -> u32 {
        let mut key = take(&mut self.key);
        encode(term, &mut key);
        let number = self.texts.number(&key);
        self.key = key;
        number
    }

    /// Puts what was gathered into a sorted run, if it takes more than its share of the memory.
    fn spill(&mut self) -> Result<(), SnapshotError> {
        let memory = self.texts.memory() + self.quads.len() * 2 * size_of::<Row>();
        if memory > self.memory / RUNS_SHARE {
            let (mut texts, quads) = (take(&mut self.texts), take(&mut self.quads));
            let run = Run::write(&self.room(), &mut texts, quads);
            self.runs.push(run.map_err(|error| self.failed(error))?);
        }
        Ok(())
    }

    fn room(&self) -> Room<'_> {
        Room {
            folder: &self.folder,
            rows: self.memory / ROWS_SHARE / size_of::<Row>(),
        }
    }

    fn failed(&self, source: io::Error) -> SnapshotError {
        SnapshotError::Io {
            path: self.folder.clone(),
            source,
        }
    }

    /// Writes the snapshot into an empty file, and puts it on the disk. Until that is done the file is none that can be
    /// opened: give it the name that readers know afterwards.
    ///
    /// # Errors
    /// There is too much for the format, or a file cannot be written.
    pub fn write(mut self, file: File) -> Result<Written, SnapshotError> {
        let runs = take(&mut self.runs);
        let (texts, quads) = (take(&mut self.texts), take(&mut self.quads));
        let written = self.write_all(file, (texts, quads), runs);
        written.map_err(|error| self.failed(error))?
    }

    fn write_all(
        &self,
        file: File,
        (mut texts, quads): (Texts, Vec<Row>),
        mut runs: Vec<Run>,
    ) -> io::Result<Result<Written, SnapshotError>> {
        let room = self.room();
        let mut out = Out::create(file)?;
        let mut terms = Terms::new(&self.defaults);
        let mut triples = Gathering::new(Spool::new(room));
        out.begin(Section::Text)?;
        if runs.is_empty() {
            let order = texts.sorted();
            let mut new = vec![UNNAMED; order.len() + 1];
            for (number, old) in (1..).zip(order) {
                new[old as usize] = number;
                terms.add(texts.get(old), &mut out)?;
            }
            drop(texts);
            sorted(quads, &new)
                .into_iter()
                .try_for_each(|quad| triples.add(quad))?;
        } else {
            runs.push(Run::write(&room, &mut texts, quads)?);
            drop(texts);
            let parts = merge_terms(runs, |key| terms.add(key, &mut out))?;
            merge(parts, |quad| triples.add(quad))?;
        }
        terms.finish(&mut out)?;
        let counts = terms.counts;
        let (sets, mut rows, quads) = triples.finish(&terms.defaults)?;
        if counts.terms >= u64::from(u32::MAX) || rows.len() >= u64::from(u32::MAX) {
            return Ok(Err(SnapshotError::TooLarge));
        }
        let counts = Counts {
            quads,
            triples: rows.len(),
            sets: sets.starts.len() as u64 - 1,
            default_sets: sets.defaults,
            ..counts
        };
        drop(terms);
        out.section(Section::Graphs, &sets.graphs)?;
        out.section(Section::Sets, &sets.starts)?;
        out.section(Section::Members, &sets.members)?;
        let most = counts.terms as usize;
        let begins = starts(&mut rows, counts.nodes as usize)?;
        out.section(Section::SpoStarts, &begins)?;
        let narrow = counts.narrow_sets();
        out.columns([Section::SpoP, Section::SpoO], &mut rows)?;
        out.sets(Section::SpoG, narrow, &mut rows)?;
        let (graph_starts, graph_rows) = sets.rows_by_graph(&mut rows)?;
        // By objects first and then by predicates: sorted rows stay so within each first term.
        let rows = rows.sorted_by([2, 0, 1], most)?;
        let mut rows = rows.sorted_by([2, 0, 1], most)?;
        let predicates = Predicates::of(&mut rows)?;
        out.section(Section::Predicates, &predicates.terms)?;
        out.section(Section::PosStarts, &predicates.bounds)?;
        out.columns([Section::PosO, Section::PosS], &mut rows)?;
        out.sets(Section::PosG, narrow, &mut rows)?;
        drop(rows);
        out.section(Section::GraphStarts, &graph_starts)?;
        out.section(Section::GraphRows, &graph_rows)?;
        out.section(Section::Statistics, &predicates.statistics)?;
        let bytes = out.finish(counts)?;
        Ok(Ok(Written { bytes, quads }))
    }
}

/// Quads by the new numbers of their terms, sorted and each once.
fn sorted(mut quads: Vec<Row>, new: &[u32]) -> Vec<Row> {
    for quad in &mut quads {
        *quad = quad.map(|old| new[old as usize]);
    }
    let mut quads = sort(quads, new.len());
    quads.dedup();
    quads
}

/// Takes the terms in their order and writes their texts; the other sections of the dictionary are small.
struct Terms<'a> {
    front_coder: FrontCoder,
    values: Vec<u8>,
    counts: Counts,
    /// The keys of default graphs that are still to come, and the numbers of the others.
    expected: std::iter::Peekable<std::collections::btree_set::Iter<'a, Vec<u8>>>,
    defaults: Vec<u32>,
}

impl<'a> Terms<'a> {
    fn new(defaults: &'a BTreeSet<Vec<u8>>) -> Self {
        Self {
            front_coder: FrontCoder::default(),
            values: Vec::new(),
            counts: Counts::default(),
            expected: defaults.iter().peekable(),
            defaults: Vec::new(),
        }
    }

    fn add(&mut self, key: &[u8], out: &mut Out) -> io::Result<()> {
        self.front_coder.add(key);
        if self.front_coder.text.len() > 1 << 20 {
            out.bytes(&self.front_coder.take_text())?;
        }
        self.counts.terms += 1;
        if self.expected.next_if(|graph| *graph == key).is_some() {
            self.defaults.push(self.counts.terms as u32);
        }
        match key[0] {
            kind::BLANK | kind::IRI => {
                self.counts.nodes += 1;
                self.counts.untyped += 1;
            }
            kind::TYPED => {
                let term = decode(key).unwrap_or_else(|| unreachable!("a key of our own"));
                self.values.extend(value_of(term));
            }
            _ => self.counts.untyped += 1,
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut Out) -> io::Result<()> {
        self.front_coder.finish();
        out.bytes(&self.front_coder.take_text())?;
        out.end(Section::Text);
        out.section(Section::Blocks, &self.front_coder.blocks)?;
        out.section(Section::Values, &self.values)?;
        if self.defaults.is_empty() {
            self.defaults.push(UNNAMED);
        }
        Ok(())
    }
}

/// Where the rows of each first number begin, for 1 to `most`; one more at the end.
fn starts(rows: &mut Spool<'_>, most: usize) -> io::Result<Vec<u32>> {
    let mut starts = vec![0_u32; most + 1];
    rows.read(|rows| {
        for row in rows {
            starts[row[0] as usize] += 1;
        }
        Ok(())
    })?;
    // Nothing has the number 0, so that what stood there is where the rows of 1 begin.
    let mut sum = 0;
    for start in &mut starts {
        sum += *start;
        *start = sum;
    }
    Ok(starts)
}

/// The predicates, where the rows of each begin, and how many rows and different subjects and objects each has.
#[derive(Default)]
struct Predicates {
    terms: Vec<u32>,
    bounds: Vec<u32>,
    statistics: Vec<u32>,
    /// Rows so far, subjects and the objects of the predicate at hand.
    rows: u32,
    subjects: Vec<u32>,
    objects: u32,
}

impl Predicates {
    fn of(rows: &mut Spool<'_>) -> io::Result<Self> {
        let mut all = Self::default();
        let mut last = [UNNAMED; 2];
        rows.read(|rows| {
            for row in rows {
                if row[0] != last[0] {
                    all.end();
                    all.terms.push(row[0]);
                    all.bounds.push(all.rows);
                }
                all.objects += u32::from(row[..2] != last);
                all.subjects.push(row[2]);
                all.rows += 1;
                last = [row[0], row[1]];
            }
            Ok(())
        })?;
        all.end();
        all.bounds.push(all.rows);
        Ok(all)
    }

    fn end(&mut self) {
        if self.terms.is_empty() {
            return;
        }
        let rows = self.subjects.len() as u32;
        self.subjects.sort_unstable();
        self.subjects.dedup();
        self.statistics
            .extend([rows, self.subjects.len() as u32, take(&mut self.objects)]);
        self.subjects.clear();
    }
}
