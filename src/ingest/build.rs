//! The build: sheets and ontology in, a published store out, or nothing at all.

use std::collections::HashSet;
use std::sync::mpsc::sync_channel;

use sha2::{Digest, Sha256};
use thiserror::Error;

use super::problems::Problems;
use super::study::{self, Study};
use super::triples;
use crate::case::Scheme;
use crate::case::consensus::{Concepts, Rules, consensus};
use crate::external::{self, ImportError, graph_of};
use crate::graph::location::Build;
use crate::graph::model::{GraphName, Quad};
use crate::graph::{Location, LocationError, Manifest};
use crate::ontology::{Ontology, OntologyError};
use crate::project::{FileError, Folder, Project};

/// Cases that may be weighed before they are loaded.
const AHEAD: usize = 256;
/// Progress is told once in so many cases.
const TOLD: usize = 100;

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
    /// Weighing the reports of one case after the other.
    Cases {
        /// Cases that are done.
        done: usize,
        /// Cases of the study.
        of: usize,
    },
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

/// Builds the store of a project's study at a location, replacing the one there all at once. It takes about as many
/// bytes of memory as are said, besides the text of the sheets.
///
/// # Errors
/// The sheets have errors, or a file cannot be read or written. The old store stays as it was.
pub fn build(
    project: &Project,
    location: &Location,
    memory: usize,
    mut progress: impl FnMut(Progress),
) -> Result<Built, BuildError> {
    // The bytes that are read are what the store is made of: a file that changes meanwhile leaves a store that is
    // stale, and so does one that is new since this list was made.
    let inputs = inputs(project)?;
    let project = &project.recording();
    progress(Progress::Ontology);
    let ontology = Ontology::read(project.ontology())?;
    progress(Progress::Sheets);
    let (study, problems) = study::read(project.study(), &ontology)?;
    if problems.errors() > 0 {
        return Err(BuildError::Problems(Box::new(problems)));
    }
    let (mut build, whole) = begin(location, &study.meta.name, memory)?;
    let kept: HashSet<GraphName> = whole.iter().map(|name| graph_of(name).into()).collect();
    let imports = external::imports(project.study())?;
    let shared = ontology.quads().iter().cloned().chain(imports);
    build.load(shared.filter(|quad| !kept.contains(&quad.graph_name)))?;
    load_cases(&study, &ontology, &mut build, &mut progress)?;
    progress(Progress::Publishing);
    let manifest = Manifest {
        format: 0,
        store: String::new(),
        software: env!("CARGO_PKG_VERSION").to_owned(),
        study: study.meta.name.clone(),
        title: study.meta.title.clone(),
        inputs_sha256: fingerprint_of(&inputs, project)?,
        quads: 0,
        cases: study.cases.len() as u64,
        parameters: study.meta.parameters.clone(),
        synthetic: study.meta.synthetic,
        whole,
        before: None,
    };
    // The rest takes memory of its own.
    drop((study, ontology));
    let manifest = build.publish(manifest)?;
    Ok(Built { manifest, problems })
}

/// Begins a new store with the whole sources of the current one, which take long to read. Gives the names of
/// these too.
fn begin(
    location: &Location,
    study: &str,
    memory: usize,
) -> Result<(Build, Vec<String>), LocationError> {
    let mut build = location.begin(memory)?;
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

/// Loads what is said of a study, and what comes of the reports of one case after the other: one thread weighs, another
/// loads.
fn load_cases(
    study: &Study,
    ontology: &Ontology,
    build: &mut Build,
    progress: &mut impl FnMut(Progress),
) -> Result<(), LocationError> {
    let (sender, receiver) = sync_channel::<(usize, Vec<Quad>)>(AHEAD);
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let vocabularies = Vocabularies(ontology);
            let rules = Rules {
                publications: &study.publications,
                concepts: &vocabularies,
            };
            // Who loads may have stopped with an error, which is told there.
            triples::of_study(study, &mut |quads| drop(sender.send((0, quads))));
            let mut cases = triples::Cases::of(study, ontology);
            for (key, sheets) in study.each_case(ontology) {
                let consensus = consensus(&sheets.reports, &sheets.decisions, &rules);
                let quads = cases.quads(&triples::Case {
                    key,
                    reports: &sheets.reports,
                    consensus: &consensus,
                });
                if sender.send((1, quads)).is_err() {
                    break;
                }
            }
        });
        let (mut done, of) = (0, study.cases.len());
        progress(Progress::Cases { done, of });
        for (cases, quads) in receiver {
            build.load(quads)?;
            done += cases;
            if cases > 0 && done % TOLD == 0 {
                progress(Progress::Cases { done, of });
            }
        }
        Ok(())
    })
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
    fingerprint_of(&inputs(project)?, project)
}

/// A folder of a project.
type Part = fn(&Project) -> &Folder;

/// The files that a build reads.
fn inputs(project: &Project) -> Result<Vec<(Part, String)>, FileError> {
    let mut inputs: Vec<(Part, String)> = study::files(project.study())?
        .into_iter()
        .map(|name| (Project::study as Part, name))
        .collect();
    for ending in [".ttl", ".sssom.tsv"] {
        let names = project.ontology().names(ending)?;
        inputs.extend(
            names
                .into_iter()
                .map(|name| (Project::ontology as Part, name)),
        );
    }
    Ok(inputs)
}

fn fingerprint_of(inputs: &[(Part, String)], project: &Project) -> Result<String, FileError> {
    let mut hash = Sha256::new();
    hash.update(env!("CARGO_PKG_VERSION").as_bytes());
    hash.update(project.study_name().as_bytes());
    for (part, name) in inputs {
        hash.update((name.len() as u64).to_le_bytes());
        hash.update(name.as_bytes());
        hash.update(part(project).sha256(name)?.unwrap_or_default());
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
    let analyses = project.queries();
    let inputs = inputs(project)?.into_iter().map(|(part, name)| {
        let folder = part(project);
        let place = if std::ptr::eq(folder, project.study()) {
            "study"
        } else {
            "ontology"
        };
        (place, folder, name)
    });
    let mut files: Vec<(&str, &Folder, String)> = inputs.collect();
    for ending in [".rq", ".tsv"] {
        let names = analyses.names(ending)?.into_iter();
        files.extend(names.map(|name| ("queries", analyses, name)));
    }
    let mut sums = std::collections::BTreeMap::new();
    for (place, folder, name) in files {
        let bytes = folder.bytes(&name)?.unwrap_or_default();
        sums.insert(format!("{place}/{name}"), sha256(&bytes));
    }
    let lines = sums.iter().map(|(name, sum)| format!("{sum}  {name}\n"));
    Ok(lines.collect())
}
