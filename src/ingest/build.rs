//! The build: sheets and ontology in, a published store out, or nothing at all.

use std::collections::HashSet;

use sha2::{Digest, Sha256};
use thiserror::Error;

use super::problems::Problems;
use super::study::{self, Study};
use super::triples;
use crate::case::Scheme;
use crate::case::consensus::{Concepts, Consensus, Rules, consensus};
use crate::external::{self, ImportError, graph_of};
use crate::graph::location::Build;
use crate::graph::model::GraphName;
use crate::graph::snapshot::MEMORY;
use crate::graph::{Location, LocationError, Manifest};
use crate::ontology::{Ontology, OntologyError};
use crate::project::{FileError, Project};

/// Why there was no build.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The sheets have errors; nothing was written.
    #[error("the sheets have {} error{}; nothing was written", .0.errors(), if .0.errors() == 1 { "" } else { "s" })]
    Problems(Box<Problems>),
    /// The ontology cannot be used.
    #[error(transparent)]
    Ontology(#[from] OntologyError),
    /// A file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// A slice of another source cannot be taken.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// The store cannot be written.
    #[error(transparent)]
    Location(#[from] LocationError),
}

/// The steps of a build, for those who show progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Reading the ontology.
    Ontology,
    /// Reading and checking the sheets.
    Sheets,
    /// Weighing the reports against each other.
    Consensus,
    /// Writing this many quads.
    Writing(usize),
    /// Making the new store the current one.
    Publishing,
}

/// A study that was read, weighed and written.
pub struct Built {
    /// What was published.
    pub manifest: Manifest,
    /// Warnings of the sheets.
    pub problems: Problems,
}

/// Builds the store of a project's study at a location, replacing the one there all at once.
///
/// # Errors
/// The sheets have errors, or a file cannot be read or written. The old store stays as it was.
pub fn build(
    project: &Project,
    location: &Location,
    mut progress: impl FnMut(Progress),
) -> Result<Built, BuildError> {
    // Taken before anything is read: a file that changes meanwhile leaves a store that is stale, not one
    // that says it holds what it has not read.
    let inputs_sha256 = fingerprint(project)?;
    progress(Progress::Ontology);
    let ontology = Ontology::read(project.ontology())?;
    progress(Progress::Sheets);
    let (study, problems) = study::read(project.study(), &ontology)?;
    if problems.errors() > 0 {
        return Err(BuildError::Problems(Box::new(problems)));
    }
    progress(Progress::Consensus);
    let consensus = weigh(&study, &ontology);
    let mut quads = triples::quads(&study, &consensus, &ontology);
    quads.extend(ontology.quads().iter().cloned());
    quads.extend(external::imports(project.study())?);
    progress(Progress::Writing(quads.len()));
    let (mut build, whole) = begin(location, &study.meta.name)?;
    let kept: HashSet<GraphName> = whole.iter().map(|name| graph_of(name).into()).collect();
    quads.retain(|quad| !kept.contains(&quad.graph_name));
    build.load(quads)?;
    progress(Progress::Publishing);
    let manifest = Manifest {
        format: 0,
        store: String::new(),
        software: env!("CARGO_PKG_VERSION").to_owned(),
        study: study.meta.name.clone(),
        title: study.meta.title.clone(),
        inputs_sha256,
        quads: 0,
        cases: study.cases.len() as u64,
        parameters: study.meta.parameters.clone(),
        synthetic: study.meta.synthetic,
        whole,
        before: None,
    };
    let manifest = build.publish(manifest)?;
    Ok(Built { manifest, problems })
}

/// Begins a new store with the whole sources of the current one, which take long to read. Gives the names of
/// these too.
fn begin(location: &Location, study: &str) -> Result<(Build, Vec<String>), LocationError> {
    let mut build = location.begin(MEMORY)?;
    let current = location.manifest().ok().flatten();
    let whole = match current {
        Some(manifest) if manifest.study == study => manifest.whole,
        _ => Vec::new(),
    };
    if !whole.is_empty() {
        let (current, _) = location.open()?;
        let mut others = current.named_graphs()?;
        others.retain(|graph| !whole.iter().any(|name| graph_of(name) == *graph));
        build.keep(&current, &others)?;
    }
    Ok((build, whole))
}

/// Weighs a study's reports against each other.
fn weigh(study: &Study, ontology: &Ontology) -> Consensus {
    let rules = Rules {
        publications: &study.publications,
        concepts: &Vocabularies(ontology),
    };
    consensus(&study.reports, &study.decisions, &rules)
}

/// What the vocabularies of the ontology say to the rules of consensus.
struct Vocabularies<'a>(&'a Ontology);

impl Concepts for Vocabularies<'_> {
    fn covers(&self, scheme: Scheme, above: &str, below: &str) -> bool {
        self.0.vocabulary(scheme.name()).leaves_open(above, below)
    }

    fn overlap(&self, scheme: Scheme, one: &str, other: &str) -> bool {
        self.0.vocabulary(scheme.name()).overlap(one, other)
    }

    fn is_death(&self, status: &str) -> bool {
        let statuses = self.0.vocabulary(Scheme::Status.name());
        statuses.means_death(status) == Some(true)
    }
}

/// SHA-256 over the names and bytes of everything that a build reads, and over the version of
/// casegraph, so that a store made by another version or from other sheets is known to be stale.
///
/// # Errors
/// A file cannot be read.
pub fn fingerprint(project: &Project) -> Result<String, FileError> {
    let mut hash = Sha256::new();
    hash.update(env!("CARGO_PKG_VERSION").as_bytes());
    hash.update(project.study_name().as_bytes());
    let sheets = [".csv", ".toml", ".ttl"].map(|ending| (project.study(), ending));
    let terms = [".ttl", ".sssom.tsv"].map(|ending| (project.ontology(), ending));
    for (folder, ending) in sheets.into_iter().chain(terms) {
        for name in folder.names(ending)? {
            let bytes = folder.bytes(&name)?.unwrap_or_default();
            hash.update((name.len() as u64).to_le_bytes());
            hash.update(name.as_bytes());
            hash.update((bytes.len() as u64).to_le_bytes());
            hash.update(&bytes);
        }
    }
    Ok(hexadecimal(&hash.finalize()))
}

/// SHA-256 of bytes, in hexadecimal digits.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// SHA-256 of each file that results depend on: sheets, vocabularies and analyses, as `sha256sum`
/// writes them.
///
/// # Errors
/// A file cannot be read.
pub fn input_sums(project: &Project) -> Result<String, FileError> {
    let folders = [
        ("study", project.study(), &[".csv", ".toml", ".ttl"][..]),
        ("ontology", project.ontology(), &[".ttl", ".tsv"][..]),
        ("queries", project.queries(), &[".rq", ".tsv"][..]),
    ];
    let mut sums = std::collections::BTreeMap::new();
    for (place, folder, endings) in folders {
        for ending in endings {
            for name in folder.names(ending)? {
                let bytes = folder.bytes(&name)?.unwrap_or_default();
                sums.insert(format!("{place}/{name}"), sha256(&bytes));
            }
        }
    }
    let lines = sums.iter().map(|(name, sum)| format!("{sum}  {name}\n"));
    Ok(lines.collect())
}
