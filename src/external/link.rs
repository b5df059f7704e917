//! Reading the files of other sources: what the study reaches, or everything.

mod error;
mod files;
mod stream;

use std::path::PathBuf;

use super::absent::Absent;
use super::format::Format;
use super::loss::{Coverage, Lost};
use super::record::{Gene, Header, Record};
use super::shared::{Sameness, Shared};
use super::slice::{Obsolete, Ontology, Seeds};
use super::source::{Source, Stated};
use super::statements::{Statements, graph_of};
use super::trouble::Troubles;
use super::{obo, oncotree, rdf, sssom, tables};
use crate::graph::model::{GraphName, Quad};
pub use error::LinkError;
pub use files::{Read, read_sources};
pub use stream::{Stream, stream};

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

/// How many records of each kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Terms of ontologies.
    pub terms: u64,
    /// Records of genes.
    pub genes: u64,
    /// Annotations of genes with terms.
    pub annotations: u64,
    /// Mappings between two identifiers.
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

    /// Records of all kinds together.
    #[must_use]
    pub fn sum(&self) -> u64 {
        self.terms + self.genes + self.annotations + self.mappings
    }
}

/// What became of one source.
#[derive(Debug, Clone)]
pub struct Linked {
    /// The source, with its version, licence and checksum.
    pub source: Source,
    /// Path of the file, as it was given.
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
        Format::OncoTree => oncotree::read(&mut input, troubles, &mut pass),
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

/// Faults of one kind that are reported, at most.
const FAULTS: usize = 10;

/// Takes of each file what the study reaches, by itself or through what was linked before. `replaced`
/// is what earlier files of the same sources gave. `progress` gets the number of the file and its bytes read so far.
///
/// # Errors
/// A file cannot be read, or holds lines that cannot be taken.
pub fn slice(
    files: &[Read],
    wanted: &Seeds,
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
        let (old, new) = (Coverage::of(old), Coverage::of(&done.quads));
        done.lost = old.lost(&new, &wanted);
        done.fewer = old.fewer(&new, &wanted);
        linked.push(done);
    }
    Ok(linked)
}
