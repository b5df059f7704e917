//! Ontology classes of a packet, and the resources that they are from.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::export::{Authority, ExportStudy, WithoutIdentifier};
use crate::graph::namespaces::VOCABULARY;

/// Vocabularies that diagnoses are looked up in, the first that has one.
const DISEASE: &[&str] = &["NCIT", "MONDO", "DOID", "ONCOTREE"];
const SITE: &[&str] = &["UBERON", "NCIT"];
const DRUG: &[&str] = &["NCIT", "RXCUI", "CHEBI", "CHEMBL.COMPOUND"];
const RESPONSE: &[&str] = &["NCIT"];
const EVENT: &[&str] = &["HP", "NCIT", "MONDO"];

/// The words that a packet has used.
pub(super) struct Words<'a> {
    pub(super) study: &'a ExportStudy<'a>,
    used: BTreeMap<String, Value>,
    /// Terms that have no identifier of others.
    pub(super) without_identifier: BTreeSet<WithoutIdentifier>,
}

impl<'a> Words<'a> {
    pub(super) fn new(study: &'a ExportStudy<'a>) -> Self {
        Self {
            study,
            used: BTreeMap::new(),
            without_identifier: BTreeSet::new(),
        }
    }

    /// The resources of the words used.
    pub(super) fn resources(&self) -> Vec<&Value> {
        self.used.values().collect()
    }

    pub(super) fn human(&mut self) -> Value {
        self.class("NCBITaxon", "NCBITaxon:9606", "Homo sapiens")
    }

    pub(super) fn disease(&mut self, term: &str) -> Value {
        self.known(term, DISEASE).unwrap_or_else(|| self.own(term))
    }

    pub(super) fn site(&mut self, term: &str) -> Option<Value> {
        self.known(term, SITE)
    }

    pub(super) fn drug(&mut self, term: &str) -> Value {
        self.known(term, DRUG).unwrap_or_else(|| self.own(term))
    }

    pub(super) fn response(&mut self, term: &str) -> Option<Value> {
        self.known(term, RESPONSE)
    }

    pub(super) fn event(&mut self, term: &str) -> Option<Value> {
        self.known(term, EVENT)
    }

    /// Identifier and symbol of a gene, if HGNC has it.
    pub(super) fn gene(&mut self, term: &str) -> Option<(String, String)> {
        let class = self.known(term, &["HGNC"])?;
        let text = |key: &str| class[key].as_str().unwrap_or_default().to_owned();
        Some((text("id"), text("label")))
    }

    /// A class of an authority, whose release the study names.
    pub(super) fn class(&mut self, prefix: &str, id: &str, label: &str) -> Value {
        if let Some(authority) = Authority::of(prefix) {
            let version = self.study.ontologies.get(prefix);
            let version = version.map_or("release not recorded", String::as_str);
            let resource = json!({
                "id": prefix.to_lowercase(),
                "name": authority.name,
                "url": authority.url,
                "version": version,
                "namespacePrefix": prefix,
                "iriPrefix": authority.namespace,
            });
            self.used.insert(prefix.to_owned(), resource);
        }
        json!({ "id": id, "label": label })
    }

    /// The class of a term in the first of some vocabularies that has it; its lack is noted.
    fn known(&mut self, term: &str, wanted: &[&str]) -> Option<Value> {
        let study = self.study;
        let known = study
            .terms
            .get(term)
            .and_then(|known| known.identifier(wanted));
        match known {
            Some(identifier) => {
                let prefix = identifier.authority.prefix;
                Some(self.class(prefix, &identifier.curie(), study.terms.label(term)))
            }
            None => {
                self.without_identifier.insert(WithoutIdentifier {
                    term: term.to_owned(),
                    label: study.terms.label(term).to_owned(),
                    wanted: wanted.join(", "),
                });
                None
            }
        }
    }

    /// A term by our own identifier, where nobody else has one.
    fn own(&mut self, term: &str) -> Value {
        let (scheme, local) = term.split_once(':').unwrap_or(("term", term));
        let prefix = format!("casegraph.{scheme}");
        let resource = json!({
            "id": prefix,
            "name": format!("casegraph vocabulary {scheme}"),
            "url": format!("{VOCABULARY}{scheme}"),
            "version": self.study.session.manifest.software,
            "namespacePrefix": prefix,
            "iriPrefix": format!("{VOCABULARY}{scheme}/"),
        });
        self.used.insert(prefix.clone(), resource);
        json!({ "id": format!("{prefix}:{local}"), "label": self.study.terms.label(term) })
    }
}
