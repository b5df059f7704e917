//! The build: sheets and ontology in, a published store out, or nothing at all.

use std::collections::{BTreeMap, HashSet};
use std::sync::mpsc::sync_channel;

use sha2::{Digest, Sha256};
use thiserror::Error;

use super::problems::Problems;
use super::record::Study;
use super::study;
use super::triples;
use crate::case::Scheme;
use crate::case::consensus::{Concepts, Rules, consensus};
use crate::external::{self, ImportError, graph_of};
use crate::graph::location::Build;
use crate::graph::model::{GraphName, Quad};
use crate::graph::{Location, LocationError, Manifest};
use crate::ontology::{Ontology, OntologyError};
use crate::project::{FileError, Folder, Project, VOCABULARIES};

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
    #[error("{0}")]
    Ontology(#[from] OntologyError),
    /// A file cannot be read.
    #[error("{0}")]
    File(#[from] FileError),
    /// A slice of another source cannot be taken.
    #[error("{0}")]
    Import(#[from] ImportError),
    /// The store cannot be written.
    #[error("{0}")]
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
    /// What the new build holds.
    pub manifest: Manifest,
    /// Warnings of the sheets.
    pub problems: Problems,
}

/// Builds the store of a project's study at a location, replacing the one there all at once. It takes about as many
/// bytes of memory as are said, besides the text of the sheets. Sources that were loaded whole stay.
///
/// # Errors
/// The sheets have errors, or a file cannot be read or written, or the store there has what is not in the sheets and
/// would be lost. The old store stays as it was.
pub fn build(
    project: &Project,
    location: &Location,
    memory: usize,
    progress: impl FnMut(Progress),
) -> Result<Built, BuildError> {
    build_after(project, location, progress, |study| {
        begin(location, study, memory)
    })
}

/// Builds a store from the sheets alone, in place of whatever store is there.
///
/// # Errors
/// Those of [`build`], but for the last.
pub fn build_anew(
    project: &Project,
    location: &Location,
    memory: usize,
    progress: impl FnMut(Progress),
) -> Result<Built, BuildError> {
    build_after(project, location, progress, |_| {
        Ok((location.begin_anew(memory)?, Vec::new()))
    })
}

fn build_after(
    project: &Project,
    location: &Location,
    mut progress: impl FnMut(Progress),
    begin: impl FnOnce(&str) -> Result<(Build, Vec<String>), LocationError>,
) -> Result<Built, BuildError> {
    location.may_be_written()?;
    // The bytes that are read are what the store is made of: a file that changes meanwhile leaves a store that is
    // stale, and so does one that is new since this list was made.
    let inputs = inputs(project)?;
    let project = &project.recording();
    progress(Progress::Ontology);
    let ontology = Ontology::read(project.vocabularies())?;
    progress(Progress::Sheets);
    let (study, problems) = study::read(project.study(), &ontology)?;
    if problems.errors() > 0 {
        return Err(BuildError::Problems(Box::new(problems)));
    }
    let (mut build, whole) = begin(&study.meta.name)?;
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
        columns: study.schema.of_study_text().to_owned(),
        synthetic: study.meta.synthetic,
        whole,
        updated: None,
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
    let Some(current) = build.previous().cloned() else {
        return Ok((build, Vec::new()));
    };
    let Some(lost) = current.beyond_sheets() else {
        return Ok((build, Vec::new()));
    };
    if current.updated.is_some() || current.study != study {
        let path = location.path().to_owned();
        return Err(LocationError::WouldLose { path, lost });
    }
    build.keep_graphs(|graph| current.whole.iter().any(|name| graph_of(name) == *graph))?;
    Ok((build, current.whole))
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
            for (key, mut sheets) in study.each_case(ontology) {
                let weighed = sheets.weighed_first(study.meta.weighed);
                let weighed = &sheets.reports[..weighed];
                let consensus = consensus(weighed, &sheets.decisions, &rules);
                let quads = cases.quads(&triples::Case {
                    key,
                    reports: &sheets.reports,
                    weighed: weighed.len(),
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
        let statuses = self.0.vocabulary(Scheme::STATUS.name());
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

/// A file that a build reads.
struct Input {
    /// Its name, with what its folder is called in a list of inputs.
    listed: String,
    part: Part,
    name: String,
}

/// The files that a build reads, in the order of their names in a list.
fn inputs(project: &Project) -> Result<Vec<Input>, FileError> {
    let mut inputs = Vec::new();
    let mut add = |place: &str, part: Part, names: Vec<String>| {
        inputs.extend(names.into_iter().map(|name| Input {
            listed: format!("{place}{name}"),
            part,
            name,
        }));
    };
    add(STUDY, Project::study, study::files(project.study())?);
    let own = format!("{STUDY}{VOCABULARIES}/");
    for ending in [".ttl", ".sssom.tsv"] {
        add(
            ONTOLOGY,
            Project::ontology,
            project.ontology().names(ending)?,
        );
        let names = project.own_vocabularies().names(ending)?;
        add(&own, Project::own_vocabularies, names);
    }
    inputs.sort_by(|a, b| a.listed.cmp(&b.listed));
    Ok(inputs)
}

/// What the study's folder is called in a list of inputs.
const STUDY: &str = "study/";
/// What the ontology's is called.
const ONTOLOGY: &str = "ontology/";

fn fingerprint_of(inputs: &[Input], project: &Project) -> Result<String, FileError> {
    let mut hash = begin_fingerprint(env!("CARGO_PKG_VERSION"), &project.study_name());
    for input in inputs {
        let folder = (input.part)(project);
        let sum = folder.sha256(&input.name)?.unwrap_or_default();
        add_to_fingerprint(&mut hash, &input.listed, &sum);
    }
    Ok(hexadecimal(&hash.finalize()))
}

fn begin_fingerprint(software: &str, study: &str) -> Sha256 {
    Sha256::new().chain_update(software).chain_update(study)
}

fn add_to_fingerprint(hash: &mut Sha256, listed: &str, sum: &[u8; 32]) {
    hash.update((listed.len() as u64).to_le_bytes());
    hash.update(listed);
    hash.update(sum);
}

/// The fingerprint of the files that [`input_sums`] lists, as a version of casegraph makes it of a study of this name;
/// `None` if a line is not as that writes it.
#[must_use]
pub fn fingerprint_of_sums(
    sums: &BTreeMap<String, String>,
    software: &str,
    study: &str,
) -> Option<String> {
    let mut hash = begin_fingerprint(software, study);
    let is_input = |listed: &str| listed.starts_with(STUDY) || listed.starts_with(ONTOLOGY);
    for (listed, sum) in sums.iter().filter(|(listed, _)| is_input(listed)) {
        add_to_fingerprint(&mut hash, listed, &digest(sum)?);
    }
    Some(hexadecimal(&hash.finalize()))
}

/// Of 64 hexadecimal digits.
fn digest(sum: &str) -> Option<[u8; 32]> {
    let byte = |at| u8::from_str_radix(sum.get(at..at + 2)?, 16).ok();
    let bytes: Option<Vec<u8>> = (0..sum.len()).step_by(2).map(byte).collect();
    bytes?.try_into().ok()
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
/// A sheet or vocabulary cannot be read.
pub fn input_sums(project: &Project) -> Result<String, FileError> {
    let mut sums = BTreeMap::new();
    let mut add = |listed: String, folder: &Folder, name: &str| {
        let bytes = folder.bytes(name)?.unwrap_or_default();
        sums.insert(listed, sha256(&bytes));
        Ok::<_, FileError>(())
    };
    for input in inputs(project)? {
        add(input.listed, (input.part)(project), &input.name)?;
    }
    for ending in [".rq", ".tsv"] {
        for name in project.queries().names(ending)? {
            // One that cannot be read was told, and no result depends on it.
            let _ = add(format!("queries/{name}"), project.queries(), &name);
        }
    }
    let lines = sums.iter().map(|(name, sum)| format!("{sum}  {name}\n"));
    Ok(lines.collect())
}
