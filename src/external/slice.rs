//! What of other sources a study reaches: its genes and terms, what is said of them, and what lies
//! above them.

use std::collections::{BTreeMap, BTreeSet};

use super::identifiers::iri;
use super::record::{
    Annotation, Gene, HGNC, Mapping, Record, Term, UPWARD, other_species, registry,
};
use super::resolve::name_key;
use crate::graph::model::{Quad, Term as Object};
use crate::graph::vocab::{casegraph as cg, skos};

/// The seeds of a slice: symbols of genes, and IRIs of genes and terms. They grow while files are read.
#[derive(Debug, Clone, Default)]
pub struct Seeds {
    /// Symbols of the study's genes.
    pub symbols: BTreeSet<String>,
    /// Symbols of those of them that the ontology's mappings link to a record already.
    pub mapped: BTreeSet<String>,
    /// Keys of those of them that no vocabulary of the study has: a gene that is called so in another
    /// spelling, or by an older or other name, is wanted too.
    pub undeclared: BTreeSet<String>,
    /// IRIs that the study or its mappings name, and those that are reached from them.
    pub iris: BTreeSet<String>,
}

impl Seeds {
    /// Wants what statements reach that were linked before: the terms of annotations, and the
    /// identifiers of genes.
    pub fn reach(&mut self, quads: &[Quad]) {
        for quad in quads {
            let reaches = quad.predicate == cg::ANNOTATED_WITH
                || quad.predicate == cg::NOT_ANNOTATED_WITH
                || quad.predicate == skos::EXACT_MATCH;
            if let (true, Object::NamedNode(node)) = (reaches, &quad.object) {
                self.iris.insert(node.as_str().to_owned());
            }
        }
    }

    pub(super) fn has(&self, id: &str) -> bool {
        iri(id).is_some_and(|iri| self.iris.contains(iri.as_str()))
    }

    fn want(&mut self, id: &str) {
        if let Some(iri) = iri(id) {
            self.iris.insert(iri.into_string());
        }
    }

    /// Whether a gene is one of the study's. Its identifiers are wanted from then on.
    pub fn gene(&mut self, gene: &Gene) -> bool {
        if other_species(gene.taxon.as_deref()).is_some() || !self.names(gene) {
            return false;
        }
        for id in gene.same_as.iter().chain([&gene.id]) {
            self.want(id);
        }
        true
    }

    /// Whether a gene has an identifier that is wanted, or the symbol of a gene of the study, or a name of
    /// one that no vocabulary has.
    fn names(&self, gene: &Gene) -> bool {
        // Other tables say which gene of the committee theirs is. What else two genes share, such as a
        // protein or a name elsewhere, does not make them one.
        let committee = gene
            .same_as
            .iter()
            .filter(|id| registry(id) == HGNC && registry(&gene.id) != HGNC);
        let known = [&gene.id]
            .into_iter()
            .chain(committee)
            .any(|id| self.has(id));
        let called = || {
            let others = gene.previous.iter().chain(&gene.aliases);
            let mut names = others.chain([&gene.symbol]);
            !self.undeclared.is_empty()
                && names.any(|name| self.undeclared.contains(&name_key(name)))
        };
        known || (!gene.withdrawn && (self.symbols.contains(&gene.symbol) || called()))
    }

    /// Whether a record would be one of the study's, were it not of another species.
    #[must_use]
    pub fn is_of_other_species(&self, record: &Record) -> bool {
        match record {
            Record::Gene(gene) => {
                other_species(gene.taxon.as_deref()).is_some() && self.names(gene)
            }
            Record::Annotation(annotation) => {
                other_species(annotation.taxon.as_deref()).is_some() && self.has(&annotation.gene)
            }
            Record::Term(_) | Record::Mapping(_) => false,
        }
    }

    /// Whether an annotation is of one of the study's genes. Its term is wanted from then on.
    pub fn annotation(&mut self, annotation: &Annotation) -> bool {
        if other_species(annotation.taxon.as_deref()).is_some() {
            return false;
        }
        let known = self.has(&annotation.gene);
        if !known && !self.symbols.contains(&annotation.symbol) {
            return false;
        }
        self.want(&annotation.term);
        true
    }

    /// Whether a mapping begins or ends at something wanted. Its other end is wanted from then on,
    /// if the two are the same.
    pub fn mapping(&mut self, mapping: &Mapping) -> bool {
        let ends = [&mapping.subject, &mapping.object];
        if !ends.iter().any(|end| self.iris.contains(*end)) {
            return false;
        }
        if mapping.is_exact() {
            for end in ends {
                self.iris.insert(end.clone());
            }
        }
        true
    }
}

/// An ontology in memory, of which the wanted terms and all above them are taken.
#[derive(Debug, Default)]
pub struct Ontology {
    terms: BTreeMap<String, Term>,
    alternative: BTreeMap<String, String>,
}

impl Ontology {
    /// Adds a term. A second one of the same identifier is told by the return value and left out.
    pub fn add(&mut self, term: Term) -> bool {
        if self.terms.contains_key(&term.id) {
            return false;
        }
        for other in &term.alternative_ids {
            self.alternative.insert(other.clone(), term.id.clone());
        }
        self.terms.insert(term.id.clone(), term);
        true
    }

    /// The wanted terms and all that they are, are part of, or were replaced by. Relationships to
    /// terms that are not taken are left out, so that nothing points nowhere.
    #[must_use]
    pub fn reached(&self, wanted: &Seeds) -> Vec<Record> {
        let mut open: Vec<&str> = Vec::new();
        for id in self.terms.keys().chain(self.alternative.keys()) {
            if wanted.has(id) {
                open.push(self.current(id));
            }
        }
        let mut taken: BTreeSet<&str> = BTreeSet::new();
        // A cycle ends here: what was taken is not opened again.
        while let Some(id) = open.pop() {
            let Some(term) = self.terms.get(id).filter(|_| taken.insert(id)) else {
                continue;
            };
            open.extend(above(term).map(|id| self.current(id)));
        }
        let keep = |id: &String| taken.contains(self.current(id));
        let terms = taken.iter().filter_map(|id| self.terms.get(*id));
        terms
            .map(|term| {
                let mut term = term.clone();
                term.relationships.retain(|(_, target)| keep(target));
                Record::Term(term)
            })
            .collect()
    }

    /// The identifier that an identifier was merged into, or itself.
    fn current<'a>(&'a self, id: &'a str) -> &'a str {
        if self.terms.contains_key(id) {
            id
        } else {
            self.alternative.get(id).map_or(id, String::as_str)
        }
    }

    /// Terms that lie above themselves, each with one way round, at most `most` of them; parents that
    /// no term is; each sorted.
    #[must_use]
    pub fn faults(&self, most: usize) -> (Vec<Vec<String>>, Vec<(String, String)>) {
        let mut missing = Vec::new();
        for term in self.terms.values() {
            for parent in &term.parents {
                let foreign = prefix(parent) != prefix(&term.id);
                if !foreign && !self.terms.contains_key(self.current(parent)) {
                    missing.push((term.id.clone(), parent.clone()));
                }
            }
        }
        (self.cycles(most), missing)
    }

    /// Finds cycles of `is_a` by a walk that keeps its way.
    fn cycles(&self, most: usize) -> Vec<Vec<String>> {
        #[derive(Clone, Copy, PartialEq)]
        enum Mark {
            Open,
            Done,
        }
        let mut marks: BTreeMap<&str, Mark> = BTreeMap::new();
        let mut cycles = Vec::new();
        for start in self.terms.keys() {
            if marks.contains_key(start.as_str()) {
                continue;
            }
            let mut way: Vec<(&str, usize)> = vec![(start, 0)];
            marks.insert(start, Mark::Open);
            while let Some((id, next)) = way.last_mut() {
                let parents = self.terms.get(*id).map_or(&[][..], |term| &term.parents);
                let Some(parent) = parents.get(*next) else {
                    marks.insert(id, Mark::Done);
                    way.pop();
                    continue;
                };
                *next += 1;
                let parent = self.current(parent);
                match marks.get(parent) {
                    Some(Mark::Done) => {}
                    Some(Mark::Open) => {
                        let from = way.iter().position(|(id, _)| *id == parent).unwrap_or(0);
                        let mut cycle: Vec<String> =
                            way[from..].iter().map(|(id, _)| (*id).to_owned()).collect();
                        cycle.push(parent.to_owned());
                        cycles.push(cycle);
                        if cycles.len() == most {
                            return cycles;
                        }
                    }
                    None => {
                        marks.insert(parent, Mark::Open);
                        way.push((parent, 0));
                    }
                }
            }
        }
        cycles
    }

    /// The obsolete ones among the wanted terms: identifier, name, and what replaces them.
    #[must_use]
    pub fn obsolete(&self, wanted: &BTreeSet<String>) -> Vec<Obsolete> {
        let is_wanted = |id: &str| iri(id).is_some_and(|iri| wanted.contains(iri.as_str()));
        let mut found: Vec<Obsolete> = self
            .terms
            .values()
            .filter(|term| term.obsolete && is_wanted(&term.id))
            .map(|term| Obsolete {
                id: term.id.clone(),
                name: term.name.clone(),
                replaced_by: term.replaced_by.clone(),
                consider: term.consider.clone(),
            })
            .collect();
        for (old, new) in &self.alternative {
            if !self.terms.contains_key(old) && is_wanted(old) {
                found.push(Obsolete {
                    id: old.clone(),
                    name: "merged".to_owned(),
                    replaced_by: vec![new.clone()],
                    consider: Vec::new(),
                });
            }
        }
        found
    }
}

/// A term that the study uses and its ontology no longer does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obsolete {
    /// Identifier of the obsolete term.
    pub id: String,
    /// Name of the obsolete term.
    pub name: String,
    /// Identifiers of the terms to use in its place.
    pub replaced_by: Vec<String>,
    /// What might replace it.
    pub consider: Vec<String>,
}

/// What identifiers of one ontology begin with: the prefix, or the IRI up to its last underscore.
fn prefix(id: &str) -> &str {
    let end = if id.starts_with("http") {
        id.rfind(['_', '#', '/'])
    } else {
        id.find(':')
    };
    end.map_or(id, |end| &id[..end])
}

/// What a term is, is part of, or was replaced by.
fn above(term: &Term) -> impl Iterator<Item = &str> {
    let wholes = term
        .relationships
        .iter()
        .filter(|(relation, _)| UPWARD.contains(&relation.as_str()))
        .map(|(_, target)| target);
    let all = term.parents.iter().chain(wholes).chain(&term.replaced_by);
    all.map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn term(id: &str, parents: &[&str]) -> Term {
        Term {
            id: id.to_owned(),
            parents: parents.iter().map(|id| (*id).to_owned()).collect(),
            ..Term::default()
        }
    }

    fn ontology(terms: &[(&str, &[&str])]) -> Ontology {
        let mut ontology = Ontology::default();
        for (id, parents) in terms {
            assert!(ontology.add(term(id, parents)));
        }
        ontology
    }

    fn wanted(ids: &[&str]) -> Seeds {
        let mut wanted = Seeds::default();
        for id in ids {
            wanted.want(id);
        }
        wanted
    }

    fn taken(ontology: &Ontology, wanted: &Seeds) -> Vec<String> {
        let records = ontology.reached(wanted);
        records
            .into_iter()
            .map(|record| match record {
                Record::Term(term) => term.id,
                other => panic!("{other:?}"),
            })
            .collect()
    }

    #[test]
    fn what_is_wanted_comes_with_all_above_it_and_nothing_below() {
        let mut found = ontology(&[
            ("X:1", &[]),
            ("X:2", &["X:1"]),
            ("X:4", &["X:2"]),
            ("X:5", &[]),
        ]);
        let mut part = term("X:3", &["X:2"]);
        part.relationships = vec![
            ("part_of".into(), "X:5".into()),
            ("regulates".into(), "X:9".into()),
            ("regulates".into(), "X:1".into()),
        ];
        part.alternative_ids.push("X:33".into());
        found.add(part);
        found.add(term("X:9", &[]));
        assert_eq!(
            taken(&found, &wanted(&["X:3"])),
            ["X:1", "X:2", "X:3", "X:5"]
        );
        // What was merged is found under its new identifier.
        assert_eq!(taken(&found, &wanted(&["X:33"])).len(), 4);
        let records = found.reached(&wanted(&["X:3"]));
        let Some(Record::Term(part)) = records.into_iter().nth(2) else {
            panic!()
        };
        // A relationship is kept only if its target is.
        assert_eq!(part.relationships.len(), 2);
    }

    #[test]
    fn cycles_end_and_are_found_with_their_way() {
        let found = ontology(&[
            ("X:1", &["X:3"]),
            ("X:2", &["X:1"]),
            ("X:3", &["X:2"]),
            ("X:4", &["X:4", "X:7", "Y:1"]),
        ]);
        assert_eq!(taken(&found, &wanted(&["X:2", "X:4"])).len(), 4);
        let (cycles, missing) = found.faults(10);
        assert_eq!(
            cycles,
            [
                vec!["X:1".to_owned(), "X:3".into(), "X:2".into(), "X:1".into()],
                vec!["X:4".to_owned(), "X:4".into()]
            ]
        );
        // A parent of another ontology is not expected in this one.
        assert_eq!(missing, [("X:4".to_owned(), "X:7".to_owned())]);
        let mut found = found;
        assert!(
            !found.add(term("X:1", &[])),
            "a second term of one identifier"
        );
    }

    #[test]
    fn genes_are_found_by_identifier_or_by_their_human_symbol() {
        let mut wanted = Seeds::default();
        wanted.symbols.insert("ALK".into());
        let mut gene = Gene {
            id: "NCBIGene:238".into(),
            taxon: Some("9606".into()),
            symbol: "ALK".into(),
            same_as: vec!["HGNC:427".into()],
            ..Gene::default()
        };
        let mouse = Gene {
            id: "NCBIGene:11682".into(),
            taxon: Some("10090".into()),
            ..gene.clone()
        };
        assert!(!wanted.gene(&mouse));
        assert!(wanted.gene(&gene));
        gene.id = "HGNC:427".into();
        gene.symbol = "OTHER".into();
        gene.same_as.clear();
        assert!(
            wanted.gene(&gene),
            "by an identifier that another table gave"
        );
        let mut annotation = Annotation {
            gene: "NCBIGene:238".into(),
            term: "GO:1".into(),
            ..Annotation::default()
        };
        assert!(wanted.annotation(&annotation) && wanted.has("GO:1"));
        annotation.gene = "NCBIGene:1".into();
        assert!(!wanted.annotation(&annotation));
    }
}
