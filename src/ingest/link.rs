//! Linking a study to sources of others: slices as files of the study, whole sources in its store.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;

use thiserror::Error;

use super::build::BuildError;
use super::study;
use crate::case::{Reported, Value};
use crate::external::{
    self, Coverage, ImportError, LinkError, Linked, Lost, Options, Read, Seeds, Stream, graph_of,
};
use crate::graph::model::{GraphName, NamedNode, NamedOrBlankNode, Quad, Term};
use crate::graph::namespaces::{MAPPINGS_GRAPH, concept};
use crate::graph::vocab::{dcterms, skos};
use crate::graph::{Location, LocationError, Manifest};
use crate::ontology::Ontology;
use crate::project::Project;

/// Why a study was not linked.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LinkingError {
    /// The files cannot be taken.
    #[error("{0}")]
    Link(#[from] LinkError),
    /// The study cannot be read.
    #[error("{0}")]
    Study(#[from] BuildError),
    /// A slice cannot be written.
    #[error("{0}")]
    Import(#[from] ImportError),
    /// The store cannot be written.
    #[error("{0}")]
    Location(#[from] LocationError),
    /// Files lack what the study uses.
    #[error("{}; nothing was linked (a file that was cut, or is of another table?)", losses(.0))]
    Loses(Vec<(String, Vec<Lost>)>),
    /// A source would take the place of another one, whose name is kept in the same letters.
    #[error("{new:?} would take the place of {old:?}, for both are kept as {name}")]
    Replaces {
        /// What the new source is called.
        new: String,
        /// What the one is called that is there.
        old: String,
        /// The name of both.
        name: String,
    },
    /// The study lies outside of the project.
    #[error(
        "{0} leads out of the project through a symbolic link, and nothing is written there: name the study's folder itself"
    )]
    Elsewhere(PathBuf),
    /// The study is the copy that the program carries.
    #[error("the study {0}, which the program carries, cannot be linked")]
    Shipped(String),
}

fn losses(losses: &[(String, Vec<Lost>)]) -> String {
    let each = losses
        .iter()
        .flat_map(|(source, lost)| lost.iter().map(move |lost| format!("{source} {lost}")));
    each.collect::<Vec<_>>().join("; ")
}

/// Refuses what the study would lose, unless the user accepts that.
fn refuse_losses(linked: &[Linked], options: &Options) -> Result<(), LinkingError> {
    let losses: Vec<(String, Vec<Lost>)> = linked
        .iter()
        .filter(|one| !one.lost.is_empty())
        .map(|one| (one.source.name.clone(), one.lost.clone()))
        .collect();
    if losses.is_empty() || options.force {
        return Ok(());
    }
    Err(LinkingError::Loses(losses))
}

/// Refuses a source that would take the place of one that is called otherwise, unless the user accepts that. What was
/// linked before sources told what they are called may be the same.
fn refuse_other(file: &Read, old: Option<&str>, options: &Options) -> Result<(), LinkingError> {
    match old {
        Some(old) if old != file.called && !options.force => Err(LinkingError::Replaces {
            new: file.called.clone(),
            old: old.to_owned(),
            name: file.name.clone(),
        }),
        _ => Ok(()),
    }
}

/// What the study names of other sources: symbols of its genes, and the IRIs to which the mappings
/// link its genes and terms.
///
/// # Errors
/// The study cannot be read.
pub fn wanted(project: &Project) -> Result<Seeds, LinkingError> {
    let ontology = Ontology::read(project.vocabularies()).map_err(BuildError::from)?;
    let read = study::read_to_link(project.study(), &ontology);
    let (study, problems) = read.map_err(BuildError::from)?;
    if problems.errors() > 0 {
        return Err(BuildError::Problems(Box::new(problems)).into());
    }
    let mut wanted = Seeds::default();
    let mut used: BTreeSet<String> = BTreeSet::new();
    let mut genes: HashMap<String, String> = HashMap::new();
    for (_, sheets) in study.each_case(&ontology) {
        let cells = sheets.reports.iter().flat_map(|report| &report.cells);
        let values = cells.flat_map(|(_, said)| match said {
            Reported::Values(values) => values.as_slice(),
            Reported::NotReported | Reported::NotApplicable => &[],
        });
        for value in values {
            match value {
                Value::Gene(symbol) => {
                    let gene = concept("gene", symbol).into_string();
                    wanted.symbols.insert(symbol.clone());
                    if !ontology.declares(&gene) {
                        wanted.undeclared.insert(external::name_key(symbol));
                    }
                    used.insert(gene.clone());
                    genes.insert(gene, symbol.clone());
                }
                Value::Concept(scheme, slug) => {
                    used.insert(concept(scheme.name(), slug).into_string());
                }
                _ => {}
            }
        }
    }
    let mappings = GraphName::from(NamedNode::new_unchecked(MAPPINGS_GRAPH));
    for quad in ontology.quads() {
        let mapped =
            quad.graph_name == mappings && skos::MATCHES.contains(&quad.predicate.as_ref());
        if let (true, NamedOrBlankNode::NamedNode(from), Term::NamedNode(to)) =
            (mapped, &quad.subject, &quad.object)
            && used.contains(from.as_str())
        {
            wanted.iris.insert(to.as_str().to_owned());
            let exact = quad.predicate == skos::EXACT_MATCH;
            if let Some(symbol) = genes.get(from.as_str()).filter(|_| exact) {
                wanted.mapped.insert(symbol.clone());
            }
        }
    }
    Ok(wanted)
}

/// A slice that was written.
#[derive(Debug)]
pub struct Written {
    /// What became of the source.
    pub linked: Linked,
    /// Path of the slice in `imports/`.
    pub path: PathBuf,
    /// Statements that the slice before did not have; `None` if there was none before.
    pub added: Option<usize>,
    /// Statements that only the slice before had.
    pub removed: Option<usize>,
}

/// Writes what the study reaches of each file into its folder `imports/`. Nothing is written unless
/// everything can be taken.
///
/// # Errors
/// A file cannot be taken, or a slice cannot be written.
pub fn link_slices(
    project: &Project,
    files: &[Read],
    options: &Options,
    progress: &mut dyn FnMut(usize, u64),
) -> Result<Vec<Written>, LinkingError> {
    let shipped = || LinkingError::Shipped(project.study_name());
    let folder = project.study().path().ok_or_else(shipped)?;
    if !project.keeps_study_within() {
        return Err(LinkingError::Elsewhere(folder.to_owned()));
    }
    let before = external::imports(project.study())?;
    let replaced: Vec<GraphName> = files
        .iter()
        .map(|file| graph_of(&file.name).into())
        .collect();
    let (old, stays): (Vec<Quad>, Vec<Quad>) = before
        .iter()
        .cloned()
        .partition(|quad| replaced.contains(&quad.graph_name));
    for file in files {
        let graph = graph_of(&file.name);
        let called = old.iter().find_map(|quad| match &quad.object {
            Term::Literal(text)
                if quad.predicate == dcterms::IDENTIFIER
                    && quad.subject == graph.clone().into() =>
            {
                Some(text.value())
            }
            _ => None,
        });
        refuse_other(file, called, options)?;
    }
    let linked = external::slice(files, &wanted(project)?, (&stays, &old), options, progress)?;
    refuse_losses(&linked, options)?;
    let mut written = Vec::new();
    for one in linked {
        written.push(write(folder, one, &before)?);
    }
    Ok(written)
}

fn write(folder: &Path, linked: Linked, before: &[Quad]) -> Result<Written, LinkingError> {
    let graph = graph_of(&linked.source.name);
    let old: BTreeSet<String> = before
        .iter()
        .filter(|quad| quad.graph_name == graph.clone().into())
        .map(ToString::to_string)
        .collect();
    let new: BTreeSet<String> = linked.quads.iter().map(ToString::to_string).collect();
    let path = external::write_import(folder, &linked.source.name, &linked.quads)?;
    let changed = |a: &BTreeSet<String>, b| (!old.is_empty()).then(|| a.difference(b).count());
    Ok(Written {
        added: changed(&new, &old),
        removed: changed(&old, &new),
        linked,
        path,
    })
}

/// Loads whole files into the store of a study, each as one named graph, and replaces what was there
/// of the same source. The old store answers until everything is loaded. It takes about as many bytes of memory as
/// are said beside the location.
///
/// # Errors
/// A file cannot be taken, or the store cannot be written. The old store stays as it was.
pub fn link_whole(
    project: &Project,
    (location, memory): (&Location, usize),
    files: &[Read],
    options: &Options,
    progress: &mut (dyn FnMut(usize, u64) + Send),
) -> Result<(Vec<Linked>, Manifest), LinkingError> {
    let wanted = wanted(project)?;
    // From here on nobody else changes the store.
    let mut build = location.begin(memory)?;
    let (current, manifest) = location.open()?;
    let graphs: Vec<_> = files.iter().map(|file| graph_of(&file.name)).collect();
    let there = current.named_graphs().map_err(LocationError::from)?;
    for (file, graph) in files.iter().zip(&graphs) {
        let called = current
            .literal(graph, dcterms::IDENTIFIER)
            .map_err(LocationError::from)?;
        refuse_other(file, called.as_deref(), options)?;
    }
    build.keep(&current, &graphs)?;
    let mut fresh: HashMap<GraphName, Coverage> = HashMap::new();
    // One thread reads while another loads, which takes a batch only when it has done the last few, so that memory
    // does not grow with the files.
    let (sender, receiver) = sync_channel::<Vec<Quad>>(8);
    let mut said: HashMap<GraphName, Coverage> = HashMap::new();
    for graph in graphs.iter().filter(|graph| there.contains(graph)) {
        let mut old = Coverage::default();
        for quad in current.quads_of(graph) {
            old.add(&quad.map_err(LocationError::from)?);
        }
        said.insert(graph.clone().into(), old);
    }
    let mut linked = std::thread::scope(|scope| {
        let wanted = &wanted;
        let reader = scope.spawn(move || {
            external::stream(
                files,
                wanted,
                options,
                &mut Stream {
                    // Who loads may have stopped with an error, which is told there.
                    batch: &mut |batch| drop(sender.send(batch)),
                    progress,
                },
            )
        });
        let new = receiver.into_iter().flatten().inspect(|quad| {
            if said.contains_key(&quad.graph_name) {
                fresh.entry(quad.graph_name.clone()).or_default().add(quad);
            }
        });
        build.load(new)?;
        match reader.join() {
            Ok(linked) => Ok::<_, LinkingError>(linked?),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })?;
    for one in &mut linked {
        let graph = GraphName::from(graph_of(&one.source.name));
        if let Some(old) = said.get(&graph) {
            let new = fresh.remove(&graph).unwrap_or_default();
            one.lost = old.lost(&new, &wanted);
            one.fewer = old.fewer(&new, &wanted);
        }
    }
    refuse_losses(&linked, options)?;
    let mut whole = manifest.whole.clone();
    whole.extend(linked.iter().map(|one| one.source.name.clone()));
    whole.sort();
    whole.dedup();
    let manifest = build.publish(Manifest { whole, ..manifest })?;
    Ok((linked, manifest))
}
