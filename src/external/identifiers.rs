//! Identifiers of other sources: compact ones, and their IRIs.

use crate::graph::model::NamedNode;

/// Namespaces of prefixes that are not those of the OBO library.
const NAMESPACES: [(&str, &str); 8] = [
    ("NCBIGene", "http://identifiers.org/ncbigene/"),
    ("HGNC", "http://identifiers.org/hgnc/"),
    ("ENSEMBL", "http://identifiers.org/ensembl/"),
    ("UniProtKB", "http://purl.uniprot.org/uniprot/"),
    ("PMID", "http://identifiers.org/pubmed/"),
    ("DOI", "https://doi.org/"),
    ("ONCOTREE", "http://identifiers.org/oncotree/"),
    ("oboInOwl", "http://www.geneontology.org/formats/oboInOwl#"),
];

pub(super) const OBO: &str = "http://purl.obolibrary.org/obo/";

/// The IRI of a compact one; `None` if it cannot be one.
#[must_use]
pub fn iri(id: &str) -> Option<NamedNode> {
    if id.starts_with("http://") || id.starts_with("https://") {
        return NamedNode::new(id).ok();
    }
    let (prefix, local) = id.split_once(':')?;
    if prefix.is_empty() || local.is_empty() {
        return None;
    }
    let text = match NAMESPACES.iter().find(|(known, _)| *known == prefix) {
        Some((_, namespace)) => format!("{namespace}{local}"),
        None => format!("{OBO}{prefix}_{local}"),
    };
    NamedNode::new(text).ok()
}

/// A compact identifier with its registry spelt as it is known: `hgnc:427` is `HGNC:427`.
#[must_use]
pub fn canonical(id: &str) -> String {
    let known = id.split_once(':').and_then(|(prefix, local)| {
        let known = NAMESPACES.iter().map(|(known, _)| *known);
        let mut same = known.filter(|known| known.eq_ignore_ascii_case(prefix));
        Some(format!("{}:{local}", same.next()?))
    });
    known.unwrap_or_else(|| id.to_owned())
}

/// The compact form of an IRI in one of the namespaces that are known here; another IRI stays as it is.
#[must_use]
pub fn compact(iri: &str) -> String {
    let known = NAMESPACES
        .iter()
        .find_map(|(prefix, namespace)| Some((prefix, iri.strip_prefix(namespace)?)));
    known.map_or_else(
        || iri.to_owned(),
        |(prefix, local)| format!("{prefix}:{local}"),
    )
}
