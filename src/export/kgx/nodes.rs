//! Nodes of a Biolink graph: terms by the identifiers that Biolink prefers, cases and publications.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::export::{ExportCase, ExportStudy, Identifier, WithoutIdentifier};
use crate::graph::namespaces::{STUDIES, VOCABULARY};
use crate::report::ListedPublication;

/// What a term is to the Biolink model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Category {
    Disease,
    Gene,
    Drug,
    Event,
    Site,
}

impl Category {
    fn name(self) -> &'static str {
        match self {
            Self::Disease => "biolink:Disease",
            Self::Gene => "biolink:Gene",
            Self::Drug => "biolink:ChemicalEntity",
            Self::Event => "biolink:PhenotypicFeature",
            Self::Site => "biolink:GrossAnatomicalStructure",
        }
    }

    /// Prefixes that Biolink takes for it, the preferred one first.
    fn prefixes(self) -> &'static [&'static str] {
        match self {
            Self::Disease => &["MONDO", "DOID", "NCIT"],
            Self::Gene => &["NCBIGene", "ENSEMBL", "HGNC"],
            Self::Drug => &["CHEBI", "CHEMBL.COMPOUND"],
            Self::Event => &["HP", "NCIT"],
            Self::Site => &["UBERON", "NCIT"],
        }
    }
}

/// What the prefixes of our own identifiers begin with.
const OWN: &str = "casegraph";

/// The nodes that edges have named.
pub(super) struct Nodes<'a> {
    study: &'a ExportStudy<'a>,
    found: BTreeMap<String, Map<String, Value>>,
    without_identifier: BTreeSet<WithoutIdentifier>,
    /// Namespaces of identifiers of our own, by prefix.
    prefixes: BTreeMap<String, String>,
}

impl<'a> Nodes<'a> {
    pub(super) fn new(study: &'a ExportStudy<'a>) -> Self {
        Self {
            study,
            found: BTreeMap::new(),
            without_identifier: BTreeSet::new(),
            prefixes: BTreeMap::new(),
        }
    }

    pub(super) fn without_identifier(&self) -> BTreeSet<WithoutIdentifier> {
        self.without_identifier.clone()
    }

    /// What the prefixes stand for that nobody else has.
    pub(super) fn prefixes(&self) -> &BTreeMap<String, String> {
        &self.prefixes
    }

    pub(super) fn records(self) -> Vec<Map<String, Value>> {
        self.found.into_values().collect()
    }

    /// The identifier of a term's node.
    pub(super) fn term(&mut self, name: &str, category: Category) -> String {
        let study = self.study;
        let term = study.terms.get(name);
        let known = term.and_then(|term| term.identifier(category.prefixes()));
        let id = match known {
            Some(known) => known.curie(),
            None => {
                self.without_identifier.insert(WithoutIdentifier {
                    term: name.to_owned(),
                    label: study.terms.label(name).to_owned(),
                    wanted: category.prefixes().join(", "),
                });
                let (scheme, local) = name.split_once(':').unwrap_or(("term", name));
                self.own(
                    format!("{OWN}.{scheme}"),
                    format!("{VOCABULARY}{scheme}/"),
                    local,
                )
            }
        };
        let mut node = json!({
            "id": id,
            "category": [category.name()],
            "name": study.terms.label(name),
        });
        if let Some(term) = term {
            if !term.synonyms.is_empty() {
                node["synonym"] = json!(term.synonyms);
            }
            let known = term.exact.iter().filter_map(|iri| Identifier::of_iri(iri));
            let others: Vec<String> = known
                .map(Identifier::curie)
                .filter(|other| *other != id)
                .collect();
            if !others.is_empty() {
                node["xref"] = json!(others);
            }
        }
        self.add(&id, node);
        id
    }

    pub(super) fn case(&mut self, case: &ExportCase) -> String {
        let id = self.of_study("case", case.key());
        let mut node = json!({ "id": id, "category": ["biolink:Case"], "name": case.key() });
        let profile = &case.profile;
        node["description"] = json!(match &profile.excluded {
            Some(reason) if !profile.counted => format!("published case; not counted: {reason}"),
            _ if profile.counted => "published case; counted".to_owned(),
            _ => "published case; not counted".to_owned(),
        });
        self.add(&id, node);
        id
    }

    pub(super) fn publication(&mut self, listed: &ListedPublication) -> String {
        let publication = &listed.publication;
        let id = match (publication.pmid.as_str(), publication.doi.as_str()) {
            ("", "") => format!(
                "{OWN}:{}/publication/{}",
                self.study.name(),
                publication.key
            ),
            ("", doi) => format!("doi:{doi}"),
            (pmid, _) => format!("PMID:{pmid}"),
        };
        let title = if publication.title.is_empty() {
            &publication.key
        } else {
            &publication.title
        };
        let node = json!({
            "id": id,
            "category": ["biolink:Publication"],
            "name": title,
            "publication_type": [publication.kind.word()],
        });
        self.add(&id, node);
        id
    }

    /// The identifier of a thing of the study.
    fn of_study(&mut self, folder: &str, key: &str) -> String {
        let study = self.study.name();
        let namespace = format!("{STUDIES}{study}/{folder}/");
        self.own(format!("{OWN}.{study}.{folder}"), namespace, key)
    }

    /// An identifier of our own: no colon and no slash stand behind its prefix.
    fn own(&mut self, prefix: String, namespace: String, local: &str) -> String {
        let id = format!("{prefix}:{local}");
        self.prefixes.insert(prefix, namespace);
        id
    }

    fn add(&mut self, id: &str, node: Value) {
        if let Value::Object(node) = node {
            self.found.entry(id.to_owned()).or_insert(node);
        }
    }
}
