//! What a study loses where a source is linked again from a file that has less.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::slice::Wanted;
use super::statements::OWL_CLASS;
use crate::graph::model::{NamedOrBlankNode, Quad, Term, rdf, rdfs};
use crate::graph::namespaces::{Prefixes, concept};
use crate::graph::vocab::{casegraph as cg, skos};

/// Names that are told before the list is cut.
const NAMED: usize = 12;

/// What the study uses, an earlier file had, and the new one has not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// What they are, such as `genes`.
    pub what: &'static str,
    /// How many of those that the study uses the earlier file had.
    pub had: usize,
    /// Their names, sorted.
    pub names: Vec<String>,
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = &self.names[..self.names.len().min(NAMED)];
        write!(
            f,
            "lacks {} of the {} {} that the study uses and an earlier file had: {}",
            self.names.len(),
            self.had,
            self.what,
            names.join(", ")
        )?;
        match self.names.len() - names.len() {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}

/// Of what a source says something: the IRIs of its genes and terms, of what it annotates, and of the
/// ends of its mappings.
#[derive(Debug, Clone, Default)]
pub struct Said {
    genes: BTreeSet<String>,
    terms: BTreeSet<String>,
    annotated: BTreeSet<String>,
    mapped: BTreeSet<String>,
    labels: BTreeMap<String, String>,
    /// Identifiers of terms as they write them, and those that were merged into others.
    ids: BTreeMap<String, String>,
    merged: BTreeSet<String>,
}

impl Said {
    /// What these statements are about.
    pub fn of<'a>(quads: impl IntoIterator<Item = &'a Quad>) -> Self {
        let mut said = Self::default();
        for quad in quads {
            said.add(quad);
        }
        said
    }

    /// Learns from a statement.
    pub fn add(&mut self, quad: &Quad) {
        let NamedOrBlankNode::NamedNode(subject) = &quad.subject else {
            return;
        };
        let subject = || subject.as_str().to_owned();
        let predicate = quad.predicate.as_ref();
        match &quad.object {
            Term::NamedNode(object) if predicate == rdf::TYPE => {
                if *object == cg::GENE_RECORD {
                    self.genes.insert(subject());
                } else if object.as_str() == OWL_CLASS {
                    self.terms.insert(subject());
                }
            }
            Term::NamedNode(object) if predicate == cg::ANNOTATED_GENE => {
                self.annotated.insert(object.as_str().to_owned());
            }
            Term::NamedNode(object) if skos::MATCHES.contains(&predicate) => {
                self.mapped.insert(subject());
                self.mapped.insert(object.as_str().to_owned());
            }
            Term::Literal(text) if predicate == rdfs::LABEL => {
                self.labels.insert(subject(), text.value().to_owned());
            }
            Term::Literal(text) => match predicate.as_str() {
                "http://www.geneontology.org/formats/oboInOwl#id" => {
                    self.ids.insert(subject(), text.value().to_owned());
                }
                "http://www.geneontology.org/formats/oboInOwl#hasAlternativeId" => {
                    self.merged.insert(text.value().to_owned());
                }
                _ => {}
            },
            _ => {}
        }
    }

    /// What of it the study wants and a newer file of the same source says nothing of.
    #[must_use]
    pub fn lost(&self, new: &Self, wanted: &Wanted) -> Vec<Lost> {
        let concepts: BTreeSet<String> = wanted
            .symbols
            .iter()
            .map(|symbol| concept("gene", symbol).into_string())
            .collect();
        let is_wanted = |iri: &&String| {
            let label = self.labels.get(*iri);
            wanted.iris.contains(*iri)
                || concepts.contains(*iri)
                || (self.genes.contains(*iri)
                    && label.is_some_and(|label| wanted.symbols.contains(label)))
        };
        let prefixes = Prefixes::of_study("");
        let name = |iri: &String| {
            let short = prefixes.shorten(iri);
            match self.labels.get(iri) {
                Some(label) => format!("{label} ({short})"),
                None => short,
            }
        };
        // A term that was merged into another is found under its new identifier.
        let merged = |iri: &String| self.ids.get(iri).is_some_and(|id| new.merged.contains(id));
        // The identifiers that a table of genes gives are no mappings of their own.
        let mapped = |said: &Self| -> BTreeSet<String> {
            if said.genes.is_empty() {
                said.mapped.clone()
            } else {
                BTreeSet::new()
            }
        };
        let kinds = [
            ("genes", self.genes.clone(), &new.genes),
            ("terms", self.terms.clone(), &new.terms),
            ("annotated genes", self.annotated.clone(), &new.annotated),
            ("mapped terms", mapped(self), &new.mapped),
        ];
        kinds
            .into_iter()
            .filter_map(|(what, old, new)| {
                let had: Vec<&String> = old.iter().filter(is_wanted).collect();
                let gone = had
                    .iter()
                    .filter(|iri| !new.contains(**iri) && !merged(iri));
                let mut names: Vec<String> = gone.map(|iri| name(iri)).collect();
                names.sort();
                (!names.is_empty()).then_some(Lost {
                    what,
                    had: had.len(),
                    names,
                })
            })
            .collect()
    }
}
