//! What files of other sources say, in one form for all formats.

use std::collections::BTreeMap;

use crate::graph::vocab::{skos, sssom};

/// Relations along which a term belongs to another, besides `is_a`.
pub(super) const UPWARD: [&str; 2] = ["part_of", "BFO:0000050"];

/// A class of an ontology.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Term {
    /// Its identifier as a compact IRI, such as `GO:0005635`, or as a whole IRI.
    pub id: String,
    /// Its name; empty if it has none.
    pub name: String,
    /// Definition, as the ontology words it.
    pub definition: Option<String>,
    /// The part of the ontology that it belongs to, such as `cellular_component`.
    pub namespace: Option<String>,
    /// Other names of the term.
    pub synonyms: Vec<Synonym>,
    /// Identifiers that were merged into this one.
    pub alternative_ids: Vec<String>,
    /// Identifiers elsewhere, as written.
    pub xrefs: Vec<String>,
    /// Subsets that it belongs to.
    pub subsets: Vec<String>,
    /// Its parents by `is_a`.
    pub parents: Vec<String>,
    /// Its other relationships: relation and target, such as `part_of` and `GO:0005634`.
    pub relationships: Vec<(String, String)>,
    /// Whether it is obsolete.
    pub obsolete: bool,
    /// What replaces it, if it is obsolete.
    pub replaced_by: Vec<String>,
    /// What might replace it.
    pub consider: Vec<String>,
}

impl Term {
    /// Passes every identifier of a term of the same kind: its own, and those that it points to.
    pub(super) fn each_id(&mut self, change: &mut dyn FnMut(&mut String)) {
        change(&mut self.id);
        let targets = self.relationships.iter_mut().map(|(_, target)| target);
        for id in self
            .alternative_ids
            .iter_mut()
            .chain(&mut self.parents)
            .chain(targets)
            .chain(&mut self.replaced_by)
            .chain(&mut self.consider)
        {
            change(id);
        }
    }
}

/// How wide a synonym is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Means the same.
    Exact,
    /// Means more than the term.
    Broad,
    /// Means less than the term.
    Narrow,
    /// Means something near.
    Related,
}

impl Scope {
    /// Reads the word of OBO.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "EXACT" => Some(Self::Exact),
            "BROAD" => Some(Self::Broad),
            "NARROW" => Some(Self::Narrow),
            "RELATED" => Some(Self::Related),
            _ => None,
        }
    }
}

/// Another name of a term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Synonym {
    /// The name.
    pub name: String,
    /// How wide it is.
    pub scope: Scope,
}

/// A gene, as one table has it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Gene {
    /// Its identifier in the table, as a compact IRI: `NCBIGene:5903` or `HGNC:9848`.
    pub id: String,
    /// NCBI taxonomy identifier of its species, if the table says.
    pub taxon: Option<String>,
    /// Approved symbol.
    pub symbol: String,
    /// Its full name.
    pub name: String,
    /// Symbols that it had before.
    pub previous: Vec<String>,
    /// Other symbols in use.
    pub aliases: Vec<String>,
    /// Where it lies, such as `2q13`.
    pub location: String,
    /// Kind of gene, such as `protein-coding`.
    pub kind: String,
    /// The same gene elsewhere, as compact IRIs.
    pub same_as: Vec<String>,
    /// Whether the identifier was withdrawn.
    pub withdrawn: bool,
    /// What it was merged into, if it was withdrawn: identifiers or symbols.
    pub replaced_by: Vec<String>,
}

/// The registry of the nomenclature committee, which names each human gene once.
pub const HGNC: &str = "HGNC";

/// NCBI's identifier of the human species.
pub const HUMAN: &str = "9606";

/// The taxon, if it is stated and not human. Genes of other species share the symbols of human ones.
#[must_use]
pub fn other_species(taxon: Option<&str>) -> Option<&str> {
    taxon.filter(|taxon| !taxon.is_empty() && *taxon != HUMAN)
}

/// The registry of a compact identifier: what stands before its colon.
#[must_use]
pub fn registry(id: &str) -> &str {
    id.split_once(':').map_or("", |(registry, _)| registry)
}

/// That a gene product has a function, takes part in a process, or is somewhere.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Annotation {
    /// The gene or gene product, as a compact IRI.
    pub gene: String,
    /// NCBI taxonomy identifier of its species, if the file says.
    pub taxon: Option<String>,
    /// The approved symbol of the gene, if the file has it and the gene is human.
    pub symbol: String,
    /// How it relates to the term, such as `located_in`; empty if the file does not say.
    pub relation: String,
    /// Whether the file says that it does not.
    pub negated: bool,
    /// Identifier of the term.
    pub term: String,
    /// The evidence code, such as `IDA`.
    pub evidence: String,
    /// Where it was read, such as `PMID:11030612`.
    pub references: Vec<String>,
    /// What the evidence rests on.
    pub with_from: String,
    /// Conditions under which it holds.
    pub extension: String,
    /// Database or group that made the annotation.
    pub assigned_by: String,
    /// When, as an ISO 8601 date.
    pub date: String,
}

/// That two terms of different vocabularies are the same, or near.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mapping {
    /// The term that is mapped, as a whole IRI.
    pub subject: String,
    /// Its name, if the file has it.
    pub subject_label: String,
    /// How the two relate, as a whole IRI, such as that of `skos:exactMatch`.
    pub predicate: String,
    /// What it is mapped to, as a whole IRI.
    pub object: String,
    /// Its name, if the file has it.
    pub object_label: String,
    /// How the mapping was justified, as written.
    pub justification: String,
    /// Whether the file says that the two do not match.
    pub negated: bool,
    /// The vocabulary of what is mapped: its name, or the namespace of its terms.
    pub subject_source: String,
    /// The vocabulary that it is mapped to.
    pub object_source: String,
}

impl Mapping {
    /// Whether it says that no match was found: then one of its ends stands for nothing.
    #[must_use]
    pub fn is_absence(&self) -> bool {
        sssom::is_no_term(&self.subject) || sssom::is_no_term(&self.object)
    }

    /// Whether it says that its ends are related as its predicate has it.
    #[must_use]
    pub fn holds(&self) -> bool {
        !self.negated && !self.is_absence()
    }

    /// Whether it says that its ends are the same.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.holds() && self.predicate == skos::EXACT_MATCH.as_str()
    }
}

/// One thing that a file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// A class of an ontology.
    Term(Term),
    /// A gene.
    Gene(Gene),
    /// An annotation of a gene.
    Annotation(Annotation),
    /// A link between vocabularies.
    Mapping(Mapping),
}

/// What a file says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Header {
    /// The name that the source gives itself, such as `go`.
    pub name: String,
    /// Title, as the file states it; empty if it does not.
    pub title: String,
    /// Version, as the file states it; empty if it does not.
    pub version: String,
    /// Its date, as an ISO 8601 date.
    pub date: String,
    /// Its licence, as written.
    pub licence: String,
    /// Namespaces of prefixes that it declares.
    pub prefixes: BTreeMap<String, String>,
}
