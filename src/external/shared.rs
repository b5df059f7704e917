//! Identifiers that a source has for several things of another. Such things stay apart: what two
//! genes or terms share does not make them one.

use std::collections::{BTreeMap, BTreeSet};

use crate::graph::vocab::skos;

use super::record::{Gene, HGNC, Mapping, Record, other_species, registry};

/// An identifier that is said to be the same as several of one source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shared {
    /// The identifier that is said to be several things.
    pub id: String,
    /// Identifiers of these things, sorted.
    pub others: Vec<String>,
}

/// Collects what is said to be the same.
#[derive(Debug, Default)]
pub struct Sameness {
    /// An identifier and another source to what it has there.
    found: BTreeMap<(String, String), BTreeSet<String>>,
    /// What is said to match and what not to, as subject and object.
    matches: [BTreeSet<(String, String)>; 2],
}

impl Sameness {
    /// Learns from a record.
    pub fn add(&mut self, record: &Record) {
        match record {
            Record::Gene(gene) if other_species(gene.taxon.as_deref()).is_none() => self.gene(gene),
            Record::Mapping(mapping) => self.mapping(mapping),
            _ => {}
        }
    }

    fn same(&mut self, id: &str, source: &str, other: &str) {
        let key = (id.to_owned(), source.to_owned());
        self.found.entry(key).or_default().insert(other.to_owned());
    }

    fn gene(&mut self, gene: &Gene) {
        for other in &gene.same_as {
            self.same(other, registry(&gene.id), &gene.id);
            // A gene has many products, and one entry in a registry of genes.
            if [HGNC, "NCBIGene"].contains(&registry(other)) {
                self.same(&gene.id, registry(other), other);
            }
        }
    }

    fn mapping(&mut self, mapping: &Mapping) {
        if mapping.predicate == skos::EXACT_MATCH.as_str() && !mapping.is_absence() {
            let pair = (mapping.subject.clone(), mapping.object.clone());
            self.matches[usize::from(mapping.negated)].insert(pair);
        }
        if !mapping.is_exact() || mapping.subject == mapping.object {
            return;
        }
        // Two of one source are two.
        if mapping.subject_source == mapping.object_source {
            self.same(&mapping.subject, &mapping.object_source, &mapping.subject);
        }
        self.same(&mapping.subject, &mapping.object_source, &mapping.object);
        self.same(&mapping.object, &mapping.subject_source, &mapping.subject);
    }

    /// What is said both to match and not to, as subject and object, sorted.
    #[must_use]
    pub fn contradicted(&self) -> Vec<(String, String)> {
        let [yes, no] = &self.matches;
        yes.intersection(no).cloned().collect()
    }

    /// What has several of one source, sorted.
    #[must_use]
    pub fn shared(self) -> Vec<Shared> {
        let several = self
            .found
            .into_iter()
            .filter(|(_, others)| others.len() > 1);
        several
            .map(|((id, _), others)| Shared {
                id,
                others: others.into_iter().collect(),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::vocab::sssom;

    #[test]
    fn two_of_one_source_are_two_and_a_match_that_is_denied_is_told() {
        let mut sameness = Sameness::default();
        for (object, negated) in [("r:2", false), ("r:3", false), ("r:3", true)] {
            sameness.add(&Record::Mapping(Mapping {
                subject: "r:1".to_owned(),
                predicate: skos::EXACT_MATCH.as_str().to_owned(),
                object: object.to_owned(),
                subject_source: "R".to_owned(),
                object_source: "R".to_owned(),
                negated,
                ..Mapping::default()
            }));
        }
        assert_eq!(
            sameness.contradicted(),
            [("r:1".to_owned(), "r:3".to_owned())]
        );
        assert_eq!(sameness.shared()[0].others, ["r:1", "r:2", "r:3"]);
    }

    #[test]
    fn one_to_many_is_told_on_both_sides_and_absence_is_none() {
        let mut sameness = Sameness::default();
        let mut map = |subject: &str, object: &str| {
            sameness.add(&Record::Mapping(Mapping {
                subject: subject.to_owned(),
                predicate: skos::EXACT_MATCH.as_str().to_owned(),
                object: object.to_owned(),
                object_source: "B".to_owned(),
                subject_source: "A".to_owned(),
                ..Mapping::default()
            }));
        };
        map("a:1", "b:1");
        map("a:1", "b:2");
        map("a:2", "b:2");
        map("a:3", sssom::NO_TERM_FOUND.as_str());
        map("a:4", sssom::NO_TERM_FOUND.as_str());
        sameness.add(&Record::Gene(Gene {
            id: "HGNC:1".to_owned(),
            same_as: vec!["UniProtKB:P1".to_owned(), "UniProtKB:P2".to_owned()],
            ..Gene::default()
        }));
        let found: Vec<String> = sameness
            .shared()
            .iter()
            .map(|shared| format!("{}: {}", shared.id, shared.others.join(" ")))
            .collect();
        assert_eq!(found, ["a:1: b:1 b:2", "b:2: a:1 a:2"]);
    }
}
