//! Namespaces and prefixes: where each kind of IRI lives.

use super::model::NamedNode;

/// Our own terms.
pub const TERMS: &str = "https://w3id.org/casegraph/ontology#";
/// Vocabularies; a scheme's name and a slug follow.
pub const VOCABULARY: &str = "https://w3id.org/casegraph/vocabulary/";
/// Studies; a study's name and `/` follow.
pub const STUDIES: &str = "https://w3id.org/casegraph/";
/// The named graph of the ontology and its vocabularies.
pub const ONTOLOGY_GRAPH: &str = "https://w3id.org/casegraph/ontology";
/// The named graph of links to other ontologies.
pub const MAPPINGS_GRAPH: &str = "https://w3id.org/casegraph/mappings";

/// Named graphs of sources that were linked; the name of one follows.
pub const EXTERNAL: &str = "https://w3id.org/casegraph/external/";

/// Prefixes that every query knows, whatever the study.
const FIXED: &[(&str, &str)] = &[
    ("cg", TERMS),
    (
        "histology",
        "https://w3id.org/casegraph/vocabulary/histology/",
    ),
    ("drug", "https://w3id.org/casegraph/vocabulary/drug/"),
    ("site", "https://w3id.org/casegraph/vocabulary/site/"),
    (
        "response",
        "https://w3id.org/casegraph/vocabulary/response/",
    ),
    ("event", "https://w3id.org/casegraph/vocabulary/event/"),
    ("method", "https://w3id.org/casegraph/vocabulary/method/"),
    ("status", "https://w3id.org/casegraph/vocabulary/status/"),
    ("gene", "https://w3id.org/casegraph/vocabulary/gene/"),
    ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
    ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"),
    ("owl", "http://www.w3.org/2002/07/owl#"),
    ("xsd", "http://www.w3.org/2001/XMLSchema#"),
    ("skos", "http://www.w3.org/2004/02/skos/core#"),
    ("dcterms", "http://purl.org/dc/terms/"),
    ("prov", "http://www.w3.org/ns/prov#"),
    ("obo", "http://purl.obolibrary.org/obo/"),
    ("hgnc", "http://identifiers.org/hgnc/"),
    ("ncbigene", "http://identifiers.org/ncbigene/"),
    ("ensembl", "http://identifiers.org/ensembl/"),
    ("pubmed", "http://identifiers.org/pubmed/"),
    ("uniprot", "http://purl.uniprot.org/uniprot/"),
    ("external", EXTERNAL),
    ("oio", "http://www.geneontology.org/formats/oboInOwl#"),
    ("go", "http://purl.obolibrary.org/obo/GO_"),
];

/// The folders of a study's things that have a prefix of their own.
const STUDY: &[&str] = &["case", "cohort", "publication", "claim", "series", "graph"];

/// Prefix names with their namespaces, in the order in which they are listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prefixes(Vec<(String, String)>);

impl Prefixes {
    /// The prefixes known while the study of this name is asked.
    #[must_use]
    pub fn of_study(study: &str) -> Self {
        let fixed = FIXED
            .iter()
            .map(|(name, iri)| ((*name).to_owned(), (*iri).to_owned()));
        let own = STUDY
            .iter()
            .map(|name| ((*name).to_owned(), format!("{STUDIES}{study}/{name}/")));
        Self(fixed.chain(own).collect())
    }

    /// Name and namespace of each prefix.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, iri)| (name.as_str(), iri.as_str()))
    }

    /// The IRI that a prefixed name stands for, if its prefix is known.
    #[must_use]
    pub fn expand(&self, name: &str) -> Option<NamedNode> {
        let (prefix, local) = name.split_once(':')?;
        let (_, namespace) = self.0.iter().find(|(known, _)| known == prefix)?;
        NamedNode::new(format!("{namespace}{local}")).ok()
    }

    /// An IRI in its shortest form: a prefixed name where one fits, else in angle brackets.
    #[must_use]
    pub fn shorten(&self, iri: &str) -> String {
        let best = self
            .0
            .iter()
            .filter_map(|(name, namespace)| Some((name, iri.strip_prefix(namespace.as_str())?)))
            .filter(|(_, local)| {
                !local.is_empty() && !local.contains(['/', '#', '?', ' ', '(', ')'])
            })
            .min_by_key(|(_, local)| local.len());
        best.map_or_else(
            || format!("<{iri}>"),
            |(name, local)| format!("{name}:{local}"),
        )
    }
}

/// The slug of a label: lower case, every run of other characters one hyphen.
#[must_use]
pub fn slug(label: &str) -> String {
    let mut slug = String::new();
    for character in label.chars() {
        if character.is_ascii_alphanumeric() {
            slug.push(character.to_ascii_lowercase());
        } else if !slug.ends_with('-') && !slug.is_empty() {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_owned()
}

/// The IRI of a concept of a vocabulary. `slug` must be fit for an IRI, as checked slugs and gene
/// symbols are.
#[must_use]
pub fn concept(scheme: &str, slug: &str) -> NamedNode {
    NamedNode::new_unchecked(format!("{VOCABULARY}{scheme}/{slug}"))
}

/// The IRI of one of our own properties or classes, by its local name.
#[must_use]
pub fn term(local: &str) -> NamedNode {
    NamedNode::new_unchecked(format!("{TERMS}{local}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shortening_and_expanding_are_inverse() {
        let prefixes = Prefixes::of_study("alk-sarcoma");
        for name in [
            "cg:Case",
            "drug:crizotinib",
            "case:zhang-2020-1",
            "response:CR",
        ] {
            let iri = prefixes.expand(name).expect("a known prefix");
            assert_eq!(prefixes.shorten(iri.as_str()), name);
        }
        assert_eq!(
            prefixes.shorten("http://example.org/x"),
            "<http://example.org/x>"
        );
        assert_eq!(prefixes.expand("nobody:x"), None);
    }

    #[test]
    fn slugs_are_fit_for_iris() {
        assert_eq!(
            slug("Infant-type hemispheric glioma, ALK-altered"),
            "infant-type-hemispheric-glioma-alk-altered"
        );
        assert_eq!(slug(" 5'-RACE "), "5-race");
    }
}
