//! Checks a term and its identifiers against the vocabularies that are there.

use std::collections::{BTreeMap, BTreeSet};

use super::{AdditionError, NewTerm};
use crate::graph::model::{NamedOrBlankNode, Quad, Term};
use crate::graph::namespaces::{VOCABULARY, slug};
use crate::graph::vocab::skos;
use crate::ontology::{Files, Ontology, OntologyError, mappings};

/// Checks a term against what is there, and gives it its name in IRIs.
pub(super) fn check(term: &NewTerm, ontology: &Ontology) -> Result<String, AdditionError> {
    let scheme = &term.scheme;
    let vocabulary = ontology.vocabulary(scheme);
    let known: Vec<String> = ontology.schemes().map(str::to_owned).collect();
    if !known.contains(scheme) && !term.begins {
        let scheme = scheme.clone();
        return Err(AdditionError::Scheme { scheme, known });
    }
    if known.contains(scheme) && term.begins {
        return Err(AdditionError::Begun(scheme.clone()));
    }
    let wrong = |text: &str, rule| {
        Err(AdditionError::Text {
            text: text.to_owned(),
            rule,
        })
    };
    let named = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if !scheme.bytes().all(named) || !scheme.starts_with(|c: char| c.is_ascii_lowercase()) {
        return wrong(
            scheme,
            "cannot name a vocabulary: use small letters, digits and hyphens",
        );
    }
    let words = || {
        let first = std::iter::once(&term.label);
        first.chain(&term.code).chain(&term.synonyms)
    };
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for word in words() {
        if word.trim() != word || word.is_empty() || word.chars().any(char::is_control) {
            return wrong(
                word,
                "is no word: it is empty, or has a blank at an end or a line break in it",
            );
        }
        if word.contains(';') {
            return wrong(
                word,
                "has a semicolon, which separates the parts of a list in a cell",
            );
        }
        if ["NR", "NA"].contains(&word.as_str()) {
            return wrong(
                word,
                "says in a cell that something is not reported or does not apply",
            );
        }
        if let Some(slug) = vocabulary.slug(word) {
            let concept = vocabulary.concept(slug);
            return Err(AdditionError::Known {
                word: word.clone(),
                scheme: scheme.clone(),
                label: concept.map_or(slug, |concept| &concept.label).to_owned(),
                name: format!("{scheme}:{slug}"),
            });
        }
        if !seen.insert(word.to_lowercase()) {
            return Err(AdditionError::Twice(word.clone()));
        }
    }
    for word in &term.broader {
        if vocabulary.slug(word).is_none() {
            return Err(AdditionError::Broader {
                word: word.clone(),
                scheme: scheme.clone(),
                nearest: owned(vocabulary.nearest(word)),
            });
        }
    }
    // A gene keeps its symbol, and what has a code that.
    let kept = match &term.code {
        Some(code) => Some(code),
        None => (scheme == "gene").then_some(&term.label),
    };
    let slug = kept.map_or_else(|| slug(&term.label), Clone::clone);
    let fit = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    if slug.is_empty() || !slug.bytes().all(fit) || slug.starts_with('-') {
        return wrong(
            kept.unwrap_or(&term.label),
            "makes no name for IRIs: use letters a to z, digits and hyphens (a gene has its symbol, and a term with a code that)",
        );
    }
    if vocabulary.concept(&slug).is_some() {
        let label = vocabulary
            .concept(&slug)
            .map_or("", |concept| &concept.label);
        return Err(AdditionError::Known {
            word: slug.clone(),
            scheme: scheme.clone(),
            label: label.to_owned(),
            name: format!("{scheme}:{slug}"),
        });
    }
    Ok(slug)
}

fn owned(words: Vec<&str>) -> Vec<String> {
    words.into_iter().map(str::to_owned).collect()
}

/// The namespaces of the prefixes that the term's identifiers have.
pub(super) fn prefixes(
    files: &Files,
    ontology: &Ontology,
    term: &NewTerm,
) -> Result<BTreeMap<String, String>, AdditionError> {
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    for file in &files.mappings {
        let map = mappings::curie_map(&file.text).map_err(|source| OntologyError::Mapping {
            path: file.path.clone(),
            source,
        })?;
        // Those that name our own concepts are no identifiers of others.
        known.extend(
            map.into_iter()
                .filter(|(_, iri)| !iri.starts_with(VOCABULARY)),
        );
    }
    let mut used = BTreeMap::new();
    for curie in &term.exact {
        let found = curie.split_once(':').and_then(|(prefix, local)| {
            let fit = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
            let namespace = known.get(prefix)?;
            (!local.is_empty() && local.bytes().all(fit)).then_some((prefix, namespace, local))
        });
        let Some((prefix, namespace, local)) = found else {
            return Err(AdditionError::Prefix {
                curie: curie.clone(),
                known: known.into_keys().collect(),
            });
        };
        let iri = format!("{namespace}{local}");
        if let Some(other) = linked(ontology.quads(), &iri, &term.scheme) {
            return Err(AdditionError::Taken {
                curie: curie.clone(),
                name: other,
            });
        }
        used.insert(prefix.to_owned(), namespace.clone());
    }
    Ok(used)
}

/// The concept of a vocabulary that is the same as an IRI.
fn linked(quads: &[Quad], iri: &str, scheme: &str) -> Option<String> {
    quads
        .iter()
        .find_map(|quad| match (&quad.subject, &quad.object) {
            (NamedOrBlankNode::NamedNode(subject), Term::NamedNode(object))
                if quad.predicate == skos::EXACT_MATCH && object.as_str() == iri =>
            {
                let rest = subject.as_str().strip_prefix(VOCABULARY)?;
                let (own, slug) = rest.split_once('/')?;
                (own == scheme).then(|| format!("{own}:{slug}"))
            }
            _ => None,
        })
}
