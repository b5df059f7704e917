//! Reading the files of other sources: what the study reaches, or everything.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use thiserror::Error;

use super::absent::Absent;
use super::format::{Format, Unreadable};
use super::input::Input;
use super::loss::{Lost, Said};
use super::record::{Gene, Header, Record, other_species};
use super::shared::{Sameness, Shared};
use super::slice::{Obsolete, Ontology, Wanted};
use super::source::{Source, Stated, is_name};
use super::statements::{Statements, graph_of};
use super::trouble::Troubles;
use super::{obo, rdf, sssom, tables};
use crate::graph::model::{GraphName, Quad};
use crate::project::{FileError, Given};

/// How files are read.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Leave out lines that cannot be taken, and count them, instead of taking nothing.
    pub lenient: bool,
    /// Take a file that lacks what the study uses and an earlier file had, instead of nothing.
    pub force: bool,
    /// The format, where the content does not tell it.
    pub format: Option<Format>,
    /// What the user says of the source.
    pub stated: Stated,
    /// To how many bytes a packed file may unpack; in proportion to its size where nobody says.
    pub unpacked: Option<u64>,
}

/// Why files were not linked.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LinkError {
    /// A file cannot be read to its end.
    #[error("{path} cannot be read: {}", reading(source))]
    Io {
        /// File that cannot be read to its end.
        path: PathBuf,
        /// What reading it failed with.
        source: io::Error,
    },
    /// A file cannot be opened.
    #[error("{0}")]
    File(#[from] FileError),
    /// A source has no name that it can be kept under.
    #[error(
        "{path}: its source is called {called:?}, under which it cannot be kept: give it a name of letters and digits, at most 120 bytes"
    )]
    Name {
        /// File whose source has no usable name.
        path: PathBuf,
        /// What it is called.
        called: String,
    },
    /// A pipe has no name, and what came out of it says none.
    #[error("{path} does not say of what source it is, and a pipe has no name")]
    Nameless {
        /// Path of the pipe, as given.
        path: PathBuf,
    },
    /// A file is of no known format.
    #[error("{path}: {what}")]
    Format {
        /// File of no known format.
        path: PathBuf,
        /// What it looks like.
        what: Unreadable,
    },
    /// Lines cannot be taken.
    #[error("{} line{} cannot be taken; nothing was linked", .0.count(), if .0.count() == 1 { "" } else { "s" })]
    Troubles(Box<Troubles>),
    /// Nothing in a file is of its format.
    #[error("{path} holds nothing to link: it was read as {format}")]
    Empty {
        /// File that holds nothing.
        path: PathBuf,
        /// Format it was read as.
        format: Format,
    },
    /// Two files are one source.
    #[error(
        "{first} and {second} are both the source {name:?}: link one of them, or give one another name"
    )]
    Twice {
        /// Name that both sources would be kept under.
        name: String,
        /// One file.
        first: PathBuf,
        /// The other.
        second: PathBuf,
    },
}

fn reading(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => {
            "the file ends in the middle: it was cut off, fetch it again".to_owned()
        }
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
            format!("the packed data are damaged, fetch it again ({error})")
        }
        _ => error.to_string(),
    }
}

/// How many records of each kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Terms.
    pub terms: u64,
    /// Genes.
    pub genes: u64,
    /// Annotations.
    pub annotations: u64,
    /// Mappings.
    pub mappings: u64,
}

impl Counts {
    fn add(&mut self, record: &Record) {
        match record {
            Record::Term(_) => self.terms += 1,
            Record::Gene(_) => self.genes += 1,
            Record::Annotation(_) => self.annotations += 1,
            Record::Mapping(_) => self.mappings += 1,
        }
    }

    /// All together.
    #[must_use]
    pub fn sum(&self) -> u64 {
        self.terms + self.genes + self.annotations + self.mappings
    }
}

/// A file that was recognised, before it is read.
#[derive(Debug, Clone)]
pub struct Read {
    /// Path of the file, as given.
    pub path: PathBuf,
    /// Its format.
    pub format: Format,
    /// The name of its source, under which it is kept.
    pub name: String,
    /// What its source is called.
    pub called: String,
    /// Its size, bytes.
    pub size: u64,
    given: Arc<Given>,
    unpacked: Option<u64>,
}

impl Read {
    /// The name of the file; a pipe has none.
    fn own_name(&self) -> String {
        match self.path.file_name() {
            Some(name) if !self.given.is_pipe() => name.to_string_lossy().into_owned(),
            _ => String::new(),
        }
    }

    fn open(&self) -> Result<Input, LinkError> {
        Input::open(&self.given, self.unpacked).map_err(|source| LinkError::Io {
            path: self.path.clone(),
            source,
        })
    }
}

/// What became of one source.
#[derive(Debug, Clone)]
pub struct Linked {
    /// The source, with its version, licence and checksum.
    pub source: Source,
    /// The file's path.
    pub path: PathBuf,
    /// What the file holds.
    pub held: Counts,
    /// What of it was taken.
    pub taken: Counts,
    /// Its statements, if they are not streamed.
    pub quads: Vec<Quad>,
    /// Terms that the study uses and that are obsolete.
    pub obsolete: Vec<Obsolete>,
    /// Terms that lie above themselves.
    pub cycles: Vec<Vec<String>>,
    /// Parents that no term of the file is.
    pub missing_parents: Vec<(String, String)>,
    /// Identifiers that stand twice; the first is taken.
    pub duplicates: Vec<String>,
    /// The lines that were left out.
    pub troubles: Troubles,
    /// Genes of the study of which a table of genes has no record, sorted, with what they may be.
    pub absent: Vec<String>,
    /// Records that would be the study's, were they not of another species; of whole sources, the
    /// annotations of other species.
    pub other_species: u64,
    /// Identifiers that stand for several things of one source.
    pub shared: Vec<Shared>,
    /// What is said both to match and not to, as subject and object.
    pub contradicted: Vec<(String, String)>,
    /// What the study loses against an earlier file of the same source.
    pub lost: Vec<Lost>,
    /// Of what it says less than the earlier file, in words.
    pub fewer: Vec<String>,
}

/// Recognises files and puts them in the order in which they are read: genes before their
/// annotations, and ontologies last.
///
/// # Errors
/// A file cannot be opened, is of no known format, or is the same source as another.
pub fn read_sources(files: &[PathBuf], options: &Options) -> Result<Vec<Read>, LinkError> {
    let mut read: Vec<Read> = Vec::new();
    for path in files {
        let given = Given::open(path, options.unpacked.unwrap_or(PIPED))?;
        let mut file = Read {
            path: path.clone(),
            format: Format::Turtle,
            name: String::new(),
            called: String::new(),
            size: given.size(),
            given: Arc::new(given),
            unpacked: options.unpacked,
        };
        file.format = match options.format {
            Some(format) => format,
            None => {
                let mut input = file.open()?;
                let start = input.peek().map_err(|source| LinkError::Io {
                    path: path.clone(),
                    source,
                })?;
                Format::recognise(start).map_err(|what| LinkError::Format {
                    path: path.clone(),
                    what,
                })?
            }
        };
        name(&mut file, options)?;
        // The second would replace the first.
        if let Some(known) = read.iter().find(|known| known.name == file.name) {
            return Err(LinkError::Twice {
                name: file.name,
                first: known.path.clone(),
                second: path.clone(),
            });
        }
        read.push(file);
    }
    read.sort_by_key(|read| read.format);
    Ok(read)
}

/// Reads one file; each record goes to `sink`. `progress` gets the bytes of the file read so far.
fn records(
    file: &Read,
    troubles: &mut Troubles,
    progress: &mut dyn FnMut(u64),
    sink: &mut dyn FnMut(Record),
) -> Result<(Header, String), LinkError> {
    let failed = |source| LinkError::Io {
        path: file.path.clone(),
        source,
    };
    let mut input = file.open()?;
    let counter = input.counter();
    let mut since = 0_u32;
    let mut pass = |record: Record| {
        since += 1;
        if since == 1 << 12 {
            since = 0;
            progress(counter.get());
        }
        sink(record);
    };
    let header = match file.format {
        Format::GeneInfo => tables::gene_info(&mut input, troubles, &mut pass),
        Format::Hgnc => tables::hgnc(&mut input, troubles, &mut pass),
        Format::Gene2Go => tables::gene2go(&mut input, troubles, &mut pass),
        Format::Gaf => tables::gaf(&mut input, troubles, &mut pass),
        Format::Sssom => sssom::read(&mut input, troubles, &mut pass),
        Format::Obo => obo::read(&mut input, troubles, &mut pass),
        format => rdf::read(&mut input, format, troubles, &mut pass),
    };
    let header = header.map_err(failed)?;
    let sha256 = input.finish().map_err(failed)?;
    progress(counter.get());
    Ok((header, sha256))
}

/// Ends the reading of a file: what it is, or why it is not linked.
fn ended(
    file: &Read,
    (header, sha256): (Header, String),
    (held, taken): (Counts, Counts),
    troubles: Troubles,
    options: &Options,
) -> Result<Linked, LinkError> {
    if troubles.count() > 0 && !options.lenient {
        return Err(LinkError::Troubles(Box::new(troubles)));
    }
    if held.sum() == 0 {
        return Err(LinkError::Empty {
            path: file.path.clone(),
            format: file.format,
        });
    }
    let mut source = Source::new(&header, file.format, &file.own_name(), &options.stated);
    source.name.clone_from(&file.name);
    source.called.clone_from(&file.called);
    source.sha256 = sha256;
    source.skipped = troubles.count();
    Ok(Linked {
        source,
        path: file.path.clone(),
        held,
        taken,
        quads: Vec::new(),
        obsolete: Vec::new(),
        cycles: Vec::new(),
        missing_parents: Vec::new(),
        duplicates: Vec::new(),
        troubles,
        absent: Vec::new(),
        other_species: 0,
        shared: Vec::new(),
        contradicted: Vec::new(),
        lost: Vec::new(),
        fewer: Vec::new(),
    })
}

/// The genes of tables.
///
/// # Errors
/// A file cannot be read, or holds lines that cannot be taken.
pub fn genes_of(files: &[Read]) -> Result<Vec<Gene>, LinkError> {
    let mut genes = Vec::new();
    for file in files {
        let mut troubles = Troubles::default();
        records(file, &mut troubles, &mut |_| {}, &mut |record| {
            if let Record::Gene(gene) = record {
                genes.push(gene);
            }
        })?;
        if troubles.count() > 0 {
            return Err(LinkError::Troubles(Box::new(troubles)));
        }
    }
    Ok(genes)
}

/// How many faults of one kind are told.
const FAULTS: usize = 10;

/// Takes of each file what the study reaches, by itself or through what was linked before. `replaced`
/// is what earlier files of the same sources gave. `progress` gets the number of the file and its bytes read so far.
///
/// # Errors
/// A file cannot be read, or holds lines that cannot be taken.
pub fn slice(
    files: &[Read],
    wanted: &Wanted,
    (linked_before, replaced): (&[Quad], &[Quad]),
    options: &Options,
    progress: &mut dyn FnMut(usize, u64),
) -> Result<Vec<Linked>, LinkError> {
    // What the study itself names: obsolete terms are told of these alone.
    let named = wanted.iris.clone();
    let mut wanted = wanted.clone();
    wanted.reach(linked_before);
    let mut linked: Vec<Linked> = Vec::new();
    for (number, file) in files.iter().enumerate() {
        let (mut held, mut taken) = (Counts::default(), Counts::default());
        let mut troubles = Troubles::default();
        let mut kept: Vec<Record> = Vec::new();
        let mut ontology = Ontology::default();
        let mut duplicates = Vec::new();
        let mut other_species = 0;
        let mut absent = Absent::new(file.format, &wanted);
        let mut tell = |bytes| progress(number, bytes);
        let read = records(file, &mut troubles, &mut tell, &mut |record| {
            held.add(&record);
            other_species += u64::from(wanted.is_of_other_species(&record));
            if let Record::Gene(gene) = &record {
                absent.see(gene, wanted.has(&gene.id));
            }
            let keep = match &record {
                Record::Gene(gene) => wanted.gene(gene),
                Record::Annotation(annotation) => wanted.annotation(annotation),
                Record::Mapping(mapping) => wanted.mapping(mapping),
                Record::Term(_) => false,
            };
            match record {
                Record::Term(term) => {
                    let id = term.id.clone();
                    if !ontology.add(term) {
                        duplicates.push(id);
                    }
                }
                record if keep => kept.push(record),
                _ => {}
            }
        })?;
        kept.extend(ontology.reached(&wanted));
        let mut sameness = Sameness::default();
        for record in &kept {
            taken.add(record);
            sameness.add(record);
        }
        let mut done = ended(file, read, (held, taken), troubles, options)?;
        done.other_species = other_species;
        done.contradicted = sameness.contradicted();
        done.shared = sameness.shared();
        let statements = Statements::new(&done.source.name, &wanted);
        statements.describe(&done.source, &mut done.quads);
        for record in &kept {
            statements.of(record, &mut done.quads);
        }
        (done.absent, done.obsolete) = absent.found();
        done.obsolete.extend(ontology.obsolete(&named));
        (done.cycles, done.missing_parents) = ontology.faults(FAULTS);
        done.duplicates = duplicates;
        let graph: GraphName = graph_of(&done.source.name).into();
        let old = replaced.iter().filter(|quad| quad.graph_name == graph);
        let (old, new) = (Said::of(old), Said::of(&done.quads));
        done.lost = old.lost(&new, &wanted);
        done.fewer = old.fewer(&new, &wanted);
        linked.push(done);
    }
    Ok(linked)
}

/// Passes on the statements of whole files, in batches, while they are read.
pub struct Stream<'a> {
    /// Takes a batch of statements.
    pub batch: &'a mut dyn FnMut(Vec<Quad>),
    /// Gets the number of the file and its bytes read so far.
    pub progress: &'a mut dyn FnMut(usize, u64),
}

/// How many statements go together.
const BATCH: usize = 1 << 14;

/// Takes everything of each file.
///
/// # Errors
/// A file cannot be read, or holds lines that cannot be taken. What was passed on until then must
/// not be published.
pub fn stream(
    files: &[Read],
    wanted: &Wanted,
    options: &Options,
    to: &mut Stream<'_>,
) -> Result<Vec<Linked>, LinkError> {
    let mut linked: Vec<Linked> = Vec::new();
    for (number, file) in files.iter().enumerate() {
        let mut held = Counts::default();
        let mut troubles = Troubles::default();
        let mut ontology = Ontology::default();
        let mut duplicates = Vec::new();
        let statements = Statements::new(&file.name, wanted);
        let mut batch = Vec::with_capacity(BATCH + 64);
        let mut sameness = Sameness::default();
        let mut absent = Absent::new(file.format, wanted);
        let mut left_out = 0;
        let (sink, progress) = (&mut *to.batch, &mut *to.progress);
        let mut tell = |bytes| progress(number, bytes);
        let read = records(file, &mut troubles, &mut tell, &mut |record| {
            held.add(&record);
            if let Record::Term(term) = &record
                && !ontology.add(term.clone())
            {
                duplicates.push(term.id.clone());
                return;
            }
            // A gene shows its species; an annotation of another species would be one more of all.
            if let Record::Annotation(annotation) = &record
                && other_species(annotation.taxon.as_deref()).is_some()
            {
                left_out += 1;
                return;
            }
            sameness.add(&record);
            if let Record::Gene(gene) = &record {
                absent.see(gene, wanted.has(&gene.id));
            }
            statements.of(&record, &mut batch);
            if batch.len() >= BATCH {
                sink(std::mem::replace(
                    &mut batch,
                    Vec::with_capacity(BATCH + 64),
                ));
            }
        })?;
        let mut taken = held;
        taken.annotations -= left_out;
        let mut done = ended(file, read, (held, taken), troubles, options)?;
        done.source.whole = true;
        done.other_species = left_out;
        done.contradicted = sameness.contradicted();
        done.shared = sameness.shared();
        statements.describe(&done.source, &mut batch);
        sink(batch);
        (done.absent, done.obsolete) = absent.found();
        done.obsolete.extend(ontology.obsolete(&wanted.iris));
        (done.cycles, done.missing_parents) = ontology.faults(FAULTS);
        done.duplicates = duplicates;
        linked.push(done);
    }
    Ok(linked)
}

/// The most that is taken of a pipe, bytes.
const PIPED: u64 = 64 << 30;

/// Names a source from the top of its file: the whole of a file is passed on under it.
fn name(file: &mut Read, options: &Options) -> Result<(), LinkError> {
    let failed = |source| LinkError::Io {
        path: file.path.clone(),
        source,
    };
    let mut input = file.open()?;
    let named = |name: &str| Header {
        name: name.to_owned(),
        ..Header::default()
    };
    let header = match file.format {
        Format::GeneInfo => named("ncbi-gene"),
        Format::Gene2Go => named("ncbi-gene2go"),
        Format::Gaf => named("goa"),
        Format::Hgnc => named(tables::hgnc_name(&mut input).map_err(failed)?),
        Format::Sssom => sssom::header(&mut input).map_err(failed)?,
        Format::Obo => obo::header(&mut input).map_err(failed)?,
        format => rdf::header(&mut input, format),
    };
    if file.given.is_pipe() && header.name.is_empty() && options.stated.name.is_none() {
        let path = file.path.clone();
        return Err(LinkError::Nameless { path });
    }
    let source = Source::new(&header, file.format, &file.own_name(), &options.stated);
    if !is_name(&source.name) {
        return Err(LinkError::Name {
            path: file.path.clone(),
            called: source.called,
        });
    }
    (file.name, file.called) = (source.name, source.called);
    Ok(())
}
