//! The ontology: our own terms, the vocabularies of the sheets, and their links to others.
//!
//! Everything is read from `ontology/` when a store is built; the code itself knows no histology
//! and no drug.

mod addition;
mod hierarchy;
mod mappings;
mod nearest;
mod vocabulary;

use std::collections::{BTreeMap, BTreeSet};
use std::iter;

use thiserror::Error;

use crate::graph::model::{
    GraphName, Literal, NamedNode, NamedOrBlankNode, Quad, RdfFormat, Term, rdf, rdfs,
};
use crate::graph::namespaces::{MAPPINGS_GRAPH, ONTOLOGY_GRAPH, VOCABULARY, concept};
use crate::graph::readback::{ReadbackError, verified_quads};
use crate::graph::vocab::{casegraph as cg, skos};
use crate::project::{FileError, Folder, TextFile};

pub use addition::{Addition, AdditionError, Change, NewTerm, addition};
pub use hierarchy::Misplaced;
pub use mappings::MappingError;
pub use nearest::nearest;
pub use vocabulary::{Concept, Vocabulary};

/// What is wrong with a file of the ontology.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OntologyError {
    /// A file could not be read.
    #[error("{0}")]
    File(#[from] FileError),
    /// A Turtle file is broken.
    #[error("{path} cannot be taken: mend the Turtle")]
    Turtle {
        /// Turtle file that is broken.
        path: String,
        /// Where and why the Turtle cannot be read.
        source: ReadbackError,
    },
    /// A mapping file is broken.
    #[error("{path} cannot be taken")]
    Mapping {
        /// Mapping file that is broken.
        path: String,
        /// Which row cannot be taken, and why.
        source: MappingError,
    },
    /// A word stands for two concepts of one vocabulary.
    #[error("{path}: {word:?} stands for {first} and for {second}: keep one")]
    Ambiguous {
        /// Turtle file that has the word.
        path: String,
        /// Label, synonym or notation that both have.
        word: String,
        /// Slug of one concept.
        first: String,
        /// Slug of the other.
        second: String,
    },
    /// Concepts stand below or are linked to what is not there, or lie below themselves.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Misplaced(Vec<Misplaced>),
}

/// The files of an ontology.
#[derive(Debug, Clone, Default)]
struct Files {
    turtle: Vec<TextFile>,
    mappings: Vec<TextFile>,
}

impl Files {
    fn of<'a>(folders: impl IntoIterator<Item = &'a Folder>) -> Result<Self, FileError> {
        let mut files = Self::default();
        for folder in folders {
            files.turtle.extend(folder.files(".ttl")?);
            files.mappings.extend(folder.files(".sssom.tsv")?);
        }
        Ok(files)
    }
}

/// The ontology of a project, read and checked.
#[derive(Debug, Clone, Default)]
pub struct Ontology {
    vocabularies: BTreeMap<String, Vocabulary>,
    quads: Vec<Quad>,
    declared: BTreeSet<String>,
}

impl Ontology {
    /// Reads every Turtle and SSSOM file of these folders, each Turtle file with two parsers.
    ///
    /// # Errors
    /// A file is missing or broken, a word is ambiguous, or a concept stands below what is not there.
    pub fn read<'a>(folders: impl IntoIterator<Item = &'a Folder>) -> Result<Self, OntologyError> {
        Self::of(&Files::of(folders)?)
    }

    fn of(files: &Files) -> Result<Self, OntologyError> {
        let mut ontology = Self::default();
        let mut placed: Vec<(String, Quad)> = Vec::new();
        let graph = GraphName::from(NamedNode::new_unchecked(ONTOLOGY_GRAPH));
        for file in &files.turtle {
            let quads = verified_quads(&file.text, RdfFormat::Turtle).map_err(|source| {
                OntologyError::Turtle {
                    path: file.path.clone(),
                    source,
                }
            })?;
            for (scheme, vocabulary) in vocabulary::read(&quads, &file.path)? {
                ontology
                    .vocabularies
                    .entry(scheme)
                    .or_default()
                    .extend(vocabulary, &file.path)?;
            }
            for mut quad in quads {
                quad.graph_name = graph.clone();
                if quad.predicate == rdf::TYPE
                    && let NamedOrBlankNode::NamedNode(subject) = &quad.subject
                {
                    ontology.declared.insert(subject.as_str().to_owned());
                }
                if quad.predicate == skos::BROADER {
                    placed.push((file.path.clone(), quad.clone()));
                }
                if quad.predicate == skos::PREF_LABEL {
                    // SKOS: every preferred label is an rdfs:label.
                    ontology.quads.push(Quad {
                        predicate: rdfs::LABEL.into(),
                        ..quad.clone()
                    });
                }
                ontology.quads.push(quad);
            }
        }
        let graph = NamedNode::new_unchecked(MAPPINGS_GRAPH);
        for file in &files.mappings {
            let quads =
                mappings::read(&file.text, &graph).map_err(|source| OntologyError::Mapping {
                    path: file.path.clone(),
                    source,
                })?;
            let links = quads.iter().filter(|quad| is_link(quad));
            placed.extend(links.map(|quad| (file.path.clone(), quad.clone())));
            ontology.quads.extend(quads);
        }
        let statements = placed.iter().map(|(path, quad)| (path.as_str(), quad));
        let misplaced = hierarchy::misplaced(statements, &ontology.declared);
        if !misplaced.is_empty() {
            return Err(OntologyError::Misplaced(misplaced));
        }
        ontology.spell_out();
        Ok(ontology)
    }

    /// Adds what queries would have to work out of each concept anew: what people read, and everything
    /// that it lies under.
    fn spell_out(&mut self) {
        let graph = GraphName::from(NamedNode::new_unchecked(ONTOLOGY_GRAPH));
        for (scheme, vocabulary) in &self.vocabularies {
            for (slug, known) in vocabulary.concepts() {
                let node = concept(scheme, slug);
                let display = Literal::new_simple_literal(known.display());
                let above = vocabulary.above(slug).into_iter();
                let above = above.map(|above| (cg::UNDER, concept(scheme, above).into()));
                let added = iter::once((cg::DISPLAY, Term::from(display))).chain(above);
                self.quads.extend(added.map(|(property, object)| {
                    Quad::new(node.clone(), property, object, graph.clone())
                }));
            }
        }
    }

    /// The vocabulary of that name; an unknown one is empty.
    #[must_use]
    pub fn vocabulary(&self, scheme: &str) -> &Vocabulary {
        static EMPTY: Vocabulary = Vocabulary::EMPTY;
        self.vocabularies.get(scheme).unwrap_or(&EMPTY)
    }

    /// The names of all vocabularies.
    pub fn schemes(&self) -> impl Iterator<Item = &str> {
        self.vocabularies.keys().map(String::as_str)
    }

    /// Whether an IRI is declared in the ontology with a type.
    #[must_use]
    pub fn declares(&self, iri: &str) -> bool {
        self.declared.contains(iri)
    }

    /// The IRIs that are declared with a type, sorted.
    pub fn declared(&self) -> impl Iterator<Item = &str> {
        self.declared.iter().map(String::as_str)
    }

    /// The statements of all files, each in the named graph of the ontology or of the mappings.
    #[must_use]
    pub fn quads(&self) -> &[Quad] {
        &self.quads
    }

    /// Identifiers of others for the very same as a concept of a vocabulary: their IRI, the vocabulary and the slug.
    pub fn exact_matches(&self) -> impl Iterator<Item = (&str, (&str, &str))> {
        self.quads.iter().filter_map(|quad| {
            let (NamedOrBlankNode::NamedNode(of), Term::NamedNode(other)) =
                (&quad.subject, &quad.object)
            else {
                return None;
            };
            let concept = of.as_str().strip_prefix(VOCABULARY)?.split_once('/')?;
            (quad.predicate == skos::EXACT_MATCH).then_some((other.as_str(), concept))
        })
    }

    /// The text of the one literal that a subject has for a property.
    #[must_use]
    pub fn literal(&self, subject: &str, property: &str) -> Option<&str> {
        self.quads
            .iter()
            .find_map(|quad| match (&quad.subject, &quad.object) {
                (NamedOrBlankNode::NamedNode(node), Term::Literal(literal))
                    if node.as_str() == subject && quad.predicate.as_str() == property =>
                {
                    Some(literal.value())
                }
                _ => None,
            })
    }
}

/// Whether a statement of a mapping file is a link itself, and not what is said about one.
fn is_link(quad: &Quad) -> bool {
    let about = matches!(&quad.subject, NamedOrBlankNode::NamedNode(node) if node.as_str().starts_with(MAPPINGS_GRAPH));
    !about && quad.predicate != rdfs::LABEL
}
