//! What a study loses where a source is linked again from a file that has less.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::slice::Seeds;
use super::statements::OWL_CLASS;
use crate::graph::model::{NamedOrBlankNode, Quad, Term, rdf, rdfs};
use crate::graph::namespaces::{Prefixes, concept};
use crate::graph::vocab::{casegraph as cg, skos};

/// Names that are listed before the list is cut.
const NAMED: usize = 12;

/// What the study uses, an earlier file had, and the new one has not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// What they are, such as `genes`.
    pub what: &'static str,
    /// How many of those that the study uses the earlier file had.
    pub had: usize,
    /// Names of what is lost, sorted.
    pub names: Vec<String>,
}

impl Lost {
    /// Whether more than half is gone: no release changes so much.
    fn is_most(&self) -> bool {
        2 * self.names.len() > self.had
    }
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
pub struct Coverage {
    genes: BTreeSet<String>,
    terms: BTreeSet<String>,
    /// How many annotations each gene or product has.
    annotated: BTreeMap<String, usize>,
    /// What is linked to what.
    links: BTreeSet<(String, String)>,
    mapped: BTreeSet<String>,
    labels: BTreeMap<String, String>,
    /// Identifiers of terms as they write them, and those that were merged into others.
    ids: BTreeMap<String, String>,
    merged: BTreeSet<String>,
}

impl Coverage {
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
                let count = self.annotated.entry(object.as_str().to_owned());
                *count.or_default() += 1;
            }
            Term::NamedNode(object) if skos::MATCHES.contains(&predicate) => {
                self.mapped.insert(subject());
                self.mapped.insert(object.as_str().to_owned());
                self.links.insert((subject(), object.as_str().to_owned()));
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
    pub fn lost(&self, new: &Self, wanted: &Seeds) -> Vec<Lost> {
        let names = Namer::new(self, wanted);
        // A term that was merged into another is found under its new identifier.
        let merged = |iri: &String| self.ids.get(iri).is_some_and(|id| new.merged.contains(id));
        let annotated =
            |said: &Self| -> BTreeSet<String> { said.annotated.keys().cloned().collect() };
        // The identifiers that a table of genes gives are no mappings of their own.
        let mapped = if self.genes.is_empty() {
            self.mapped.clone()
        } else {
            BTreeSet::new()
        };
        let kinds = [
            ("genes", self.genes.clone(), new.genes.clone()),
            ("terms", self.terms.clone(), new.terms.clone()),
            ("annotated genes", annotated(self), annotated(new)),
            ("mapped terms", mapped, new.mapped.clone()),
        ];
        let mut lost: Vec<Lost> = kinds
            .into_iter()
            .filter_map(|(what, old, new)| {
                let had: Vec<&String> = old.iter().filter(|iri| names.is_wanted(iri)).collect();
                let gone = had
                    .iter()
                    .filter(|iri| !new.contains(**iri) && !merged(iri));
                let mut names: Vec<String> = gone.map(|iri| names.name(iri)).collect();
                names.sort();
                (!names.is_empty()).then_some(Lost {
                    what,
                    had: had.len(),
                    names,
                })
            })
            .collect();
        lost.extend(self.lost_links(new, &names).filter(Lost::is_most));
        lost
    }

    /// What the study wants of which a newer file says less, in words. Releases differ in this.
    #[must_use]
    pub fn fewer(&self, new: &Self, wanted: &Seeds) -> Vec<String> {
        let names = Namer::new(self, wanted);
        let mut messages: Vec<String> = self
            .annotated
            .iter()
            .filter(|(gene, _)| names.is_wanted(gene))
            .filter_map(|(gene, before)| {
                let now = *new.annotated.get(gene)?;
                (2 * now < *before).then(|| {
                    let name = names.name(gene);
                    format!("has {now} annotations of {name}, where an earlier file had {before}")
                })
            })
            .collect();
        let links = self.lost_links(new, &names);
        messages.extend(
            links
                .filter(|lost| !lost.is_most())
                .map(|lost| lost.to_string()),
        );
        messages
    }

    /// Links of what the newer file still has.
    fn lost_links(&self, new: &Self, names: &Namer<'_>) -> impl Iterator<Item = Lost> {
        let stays = |iri: &String| new.genes.contains(iri) || new.mapped.contains(iri);
        let had = self
            .links
            .iter()
            .filter(|(from, to)| names.is_wanted(from) || names.is_wanted(to))
            .filter(|(from, _)| stays(from));
        let had: Vec<&(String, String)> = had.collect();
        let gone = had.iter().filter(|link| !new.links.contains(**link));
        let gone: Vec<String> = gone
            .map(|(from, to)| format!("{} to {}", names.name(from), names.name(to)))
            .collect();
        let lost = (!gone.is_empty()).then_some(Lost {
            what: "links",
            had: had.len(),
            names: gone,
        });
        lost.into_iter()
    }
}

/// Which things the study wants, and what they are called.
struct Namer<'a> {
    said: &'a Coverage,
    wanted: &'a Seeds,
    /// The study's own genes.
    concepts: BTreeSet<String>,
    prefixes: Prefixes,
}

impl<'a> Namer<'a> {
    fn new(said: &'a Coverage, wanted: &'a Seeds) -> Self {
        let concepts = wanted.symbols.iter();
        Self {
            said,
            wanted,
            concepts: concepts
                .map(|symbol| concept("gene", symbol).into_string())
                .collect(),
            prefixes: Prefixes::of_study(""),
        }
    }

    fn is_wanted(&self, iri: &String) -> bool {
        let label = self.said.labels.get(iri);
        let is_gene = self.said.genes.contains(iri);
        self.wanted.iris.contains(iri)
            || self.concepts.contains(iri)
            || (is_gene && label.is_some_and(|label| self.wanted.symbols.contains(label)))
    }

    fn name(&self, iri: &String) -> String {
        let short = self.prefixes.shorten(iri);
        match self.said.labels.get(iri) {
            Some(label) => format!("{label} ({short})"),
            None => short,
        }
    }
}
