//! Prefixed names in the text of a query: undeclared prefixes, and names that nothing in the store has.

use std::collections::BTreeSet;

use super::bind::properties;
use super::error::AskError;
use super::misused::no_property;
use super::tokens::{Kind, Token, tokens};
use crate::graph::Graph;
use crate::graph::model::{Literal, NamedNode, Query};
use crate::graph::namespaces::{COLUMN, NOTHING, Prefixes, SHEET, STUDIES, TERMS};
use crate::graph::vocab::{casegraph, skos};

/// A prefix that a text uses and nobody declares.
pub(super) fn undeclared_prefix<'t>(text: &'t str, prefixes: &Prefixes) -> Option<&'t str> {
    let all: Vec<Token<'_>> = tokens(text).collect();
    let declared: Vec<&str> = all
        .windows(2)
        .filter(|pair| pair[0].is("PREFIX"))
        .filter_map(|pair| Some(pair[1].name()?.0))
        .collect();
    let mut used = all.iter().filter_map(Token::name).map(|(prefix, _)| prefix);
    used.find(|prefix| {
        !declared.contains(prefix) && !prefixes.iter().any(|(known, _)| known == *prefix)
    })
}

/// A name that a query uses and the store does not have: most likely it is misspelt.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unknown {
    /// A name of the project's own namespaces, or of a vocabulary that queries are written in, that stands
    /// nowhere.
    #[error("nothing in the store has {name}{}", near(nearest))]
    Name {
        /// The name, with its prefix where one fits.
        name: String,
        /// The names nearest to it, best first.
        nearest: Vec<String>,
        /// Whether it is a property or class of casegraph's own or one that the study adds, of which the store
        /// knows all: then the query cannot be right, while a thing may be missing from this study alone.
        term: bool,
    },
    /// A graph that is asked and is none.
    #[error("the store has no graph {name}{}", near(nearest))]
    Graph {
        /// The name, with its prefix where one fits.
        name: String,
        /// The graphs with names nearest to it.
        nearest: Vec<String>,
    },
    /// A prefixed name in angle brackets, which make it another IRI.
    #[error("nothing in the store has <{0}>: the prefixed name {0} stands without brackets")]
    Brackets(String),
    /// A class or a thing where a property stands: nothing has a value for it.
    #[error("{name} is {} and no property, so that nothing has a value for it{}", if *class { "a class" } else { "a thing" }, instead(name, *class, properties))]
    NoProperty {
        /// The name.
        name: String,
        /// Whether it is a class.
        class: bool,
        /// Properties that lead to it, those that do so most often first.
        properties: Vec<String>,
    },
}

impl Unknown {
    /// Whether the query cannot be right, whatever the study has.
    #[must_use]
    pub fn is_certain(&self) -> bool {
        matches!(
            self,
            Self::Name { term: true, .. } | Self::NoProperty { .. }
        )
    }
}

fn near(nearest: &[String]) -> String {
    if nearest.is_empty() {
        String::new()
    } else {
        format!("; nearest: {}", nearest.join(", "))
    }
}

/// What to write in the place of a name that is no property.
fn instead(name: &str, class: bool, properties: &[String]) -> String {
    let mut ways: Vec<String> = class.then(|| format!("?x a {name}")).into_iter().collect();
    match properties {
        [] => {}
        all if class => ways.push(format!("a property that leads to one: {}", all.join(", "))),
        [first, ..] => ways.push(format!("?x {first} {name}")),
    }
    if ways.is_empty() {
        String::new()
    } else {
        format!("; write {}", ways.join(", or "))
    }
}

/// Unknown names that are reported, at most: to find what is near takes a moment for each.
const MOST_UNKNOWN: usize = 10;

/// Names of the project's own namespaces that a query uses and nothing in the store has, or that stand where a property
/// does and are none; misspelt ones of the vocabularies that queries are written in, and graphs that it asks and the
/// store has not.
///
/// # Errors
/// The store cannot be read.
pub fn unknown_names(
    graph: &Graph,
    query: &Query,
    prefixes: &Prefixes,
) -> Result<Vec<Unknown>, AskError> {
    let mut unknown = Vec::new();
    let (Query::Select { dataset, .. }
    | Query::Construct { dataset, .. }
    | Query::Describe { dataset, .. }
    | Query::Ask { dataset, .. }) = query;
    let graphs: BTreeSet<&str> = dataset
        .iter()
        .flat_map(|dataset| dataset.default.iter().chain(dataset.named.iter().flatten()))
        .map(NamedNode::as_str)
        .collect();
    let properties = properties(query);
    for iri in parts(query).iris {
        if unknown.len() == MOST_UNKNOWN {
            break;
        }
        let node = NamedNode::new_unchecked(iri);
        if let Some(found) = unknown_name(graph, &node, &graphs, prefixes)? {
            unknown.push(found);
        } else if properties.contains(&node)
            && let Some(found) = no_property(graph, &node, prefixes)?
        {
            unknown.push(Unknown::NoProperty {
                name: prefixes.shorten(node.as_str()),
                class: found.class,
                properties: found.properties,
            });
        }
    }
    Ok(unknown)
}

fn unknown_name(
    graph: &Graph,
    node: &NamedNode,
    graphs: &BTreeSet<&str>,
    prefixes: &Prefixes,
) -> Result<Option<Unknown>, AskError> {
    let name = prefixes.shorten(node.as_str());
    let is_graph = graphs.contains(node.as_str());
    if is_graph && graph.named_graphs()?.contains(node) {
        return Ok(None);
    }
    let beside = namespace(node);
    let standard = STANDARD.iter().find(|(namespace, _)| *namespace == beside);
    // A name without its local part stands for a namespace.
    let own = node.as_str().starts_with(STUDIES) && !node.as_str().ends_with(['/', '#']);
    let bracketed = prefixes.expand(node.as_str()).is_some();
    if !is_graph && ((!own && !bracketed && standard.is_none()) || is_known(graph, node)?) {
        return Ok(None);
    }
    if bracketed {
        return Ok(Some(Unknown::Brackets(node.as_str().to_owned())));
    }
    if is_graph {
        let known = graph.named_graphs()?;
        let known = known.iter().map(|known| prefixes.shorten(known.as_str()));
        let nearest = nearest_names(&name, known);
        return Ok(Some(Unknown::Graph { name, nearest }));
    }
    let nearest = match standard {
        Some((namespace, terms)) => {
            let names = terms
                .iter()
                .map(|term| prefixes.shorten(&format!("{namespace}{term}")));
            nearest_names(&name, names)
        }
        None => nearest_things(graph, node, prefixes)?,
    };
    let term = is_term(node, prefixes);
    // Of a standard, only what is near to one of its terms is misspelt.
    Ok((own || !nearest.is_empty()).then_some(Unknown::Name {
        name,
        nearest,
        term,
    }))
}

/// Whether a name is that of a property or class that the store declares: one of casegraph's own, or a column or
/// sheet that the study adds.
fn is_term(node: &NamedNode, prefixes: &Prefixes) -> bool {
    let of_study = [COLUMN, SHEET].map(|folder| prefixes.expand(&format!("{folder}:")));
    let mut of_study = of_study.iter().flatten();
    node.as_str().starts_with(TERMS)
        || of_study.any(|namespace| node.as_str().starts_with(namespace.as_str()))
}

/// The terms of other vocabularies that queries are written in, by namespace.
const STANDARD: [(&str, &[&str]); 4] = [
    (
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        &[
            "type",
            "first",
            "rest",
            "nil",
            "value",
            "subject",
            "predicate",
            "object",
            "Statement",
            "Property",
            "List",
        ],
    ),
    (
        "http://www.w3.org/2000/01/rdf-schema#",
        &[
            "label",
            "comment",
            "seeAlso",
            "subClassOf",
            "subPropertyOf",
            "domain",
            "range",
            "isDefinedBy",
            "member",
            "Class",
            "Resource",
            "Literal",
            "Datatype",
            "Container",
        ],
    ),
    (
        "http://www.w3.org/2004/02/skos/core#",
        &[
            "Concept",
            "ConceptScheme",
            "Collection",
            "OrderedCollection",
            "inScheme",
            "hasTopConcept",
            "topConceptOf",
            "prefLabel",
            "altLabel",
            "hiddenLabel",
            "notation",
            "note",
            "changeNote",
            "definition",
            "editorialNote",
            "example",
            "historyNote",
            "scopeNote",
            "broader",
            "broaderTransitive",
            "narrower",
            "narrowerTransitive",
            "related",
            "semanticRelation",
            "member",
            "memberList",
            "mappingRelation",
            "broadMatch",
            "closeMatch",
            "exactMatch",
            "narrowMatch",
            "relatedMatch",
        ],
    ),
    (
        "http://purl.org/dc/terms/",
        &[
            "abstract",
            "bibliographicCitation",
            "contributor",
            "created",
            "creator",
            "date",
            "description",
            "extent",
            "format",
            "hasPart",
            "hasVersion",
            "identifier",
            "isPartOf",
            "issued",
            "isVersionOf",
            "language",
            "license",
            "modified",
            "provenance",
            "publisher",
            "references",
            "rights",
            "source",
            "spatial",
            "subject",
            "temporal",
            "title",
            "type",
        ],
    ),
];

/// Whether the store has a name, the program itself writes it, or it is one of a standard.
fn is_known(graph: &Graph, node: &NamedNode) -> Result<bool, AskError> {
    let iri = node.as_str();
    let standard = STANDARD.iter().any(|(namespace, terms)| {
        iri.strip_prefix(namespace)
            .is_some_and(|term| terms.contains(&term))
    });
    let written = casegraph::ALL.iter().any(|term| term.as_str() == iri);
    Ok(standard || written || iri == NOTHING || graph.mentions(node)?)
}

/// The IRIs and the texts of literals in a query.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parts {
    /// Every IRI, as patterns, expressions and the dataset have them; sorted.
    pub iris: BTreeSet<String>,
    /// The text of every literal, as it is escaped; sorted.
    pub literals: BTreeSet<String>,
}

/// Takes the IRIs and literals out of a query. It is read as the parser writes it, in which every name is a
/// whole IRI and there is no comment.
#[must_use]
pub fn parts(query: &Query) -> Parts {
    let mut parts = Parts::default();
    for token in tokens(&query.to_string()) {
        match token.kind {
            Kind::Iri => drop(parts.iris.insert(inner(token.text))),
            Kind::Text => drop(parts.literals.insert(inner(token.text))),
            _ => {}
        }
    }
    parts
}

/// What stands between the first and the last character.
fn inner(text: &str) -> String {
    let mut letters = text.chars();
    letters.next();
    letters.next_back();
    letters.as_str().to_owned()
}

fn namespace_of(iri: &str) -> &str {
    iri.rfind(['/', '#']).map_or("", |at| &iri[..=at])
}

fn namespace(node: &NamedNode) -> &str {
    namespace_of(node.as_str())
}

/// The things of the same namespace that have a name as label, synonym or code, and else those with names
/// like it, that the store knows.
pub(super) fn nearest_things(
    graph: &Graph,
    node: &NamedNode,
    prefixes: &Prefixes,
) -> Result<Vec<String>, AskError> {
    let beside = namespace(node);
    let mut named = called(graph, &node.as_str()[beside.len()..])?;
    named.retain(|thing| namespace(thing) == beside);
    if !named.is_empty() {
        return Ok(named
            .iter()
            .map(|thing| prefixes.shorten(thing.as_str()))
            .collect());
    }
    let things = graph.things_in(beside)?;
    let names = things.iter().map(|thing| prefixes.shorten(thing.as_str()));
    Ok(nearest_names(&prefixes.shorten(node.as_str()), names))
}

/// The things that have a word as label, synonym or code; at most three.
pub(super) fn called(graph: &Graph, word: &str) -> Result<Vec<NamedNode>, AskError> {
    let spaced = word.replace(['-', '_'], " ");
    let mut found = Vec::new();
    for spelling in [
        word,
        &spaced,
        &word.to_uppercase(),
        &word.to_lowercase(),
        &capitalised(word),
    ] {
        for literal in [
            Literal::new_simple_literal(spelling),
            Literal::new_language_tagged_literal_unchecked(spelling, "en"),
        ] {
            for property in [
                skos::PREF_LABEL,
                skos::ALT_LABEL,
                skos::HIDDEN_LABEL,
                skos::NOTATION,
            ] {
                found.extend(graph.things_with(property, &literal.clone().into())?);
            }
        }
    }
    found.sort();
    found.dedup();
    found.truncate(3);
    Ok(found)
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or(String::new(), |first| {
        first
            .to_uppercase()
            .chain(letters.flat_map(char::to_lowercase))
            .collect()
    })
}

/// The names whose local part is most like that of one of the same prefix, best first; at most three.
fn nearest_names(wanted: &str, names: impl Iterator<Item = String>) -> Vec<String> {
    let local = |name: &str| {
        name.rsplit([':', '/'])
            .next()
            .unwrap_or(name)
            .to_lowercase()
    };
    let own = local(wanted);
    let mut scored: Vec<(f64, String)> = names
        .map(|known| (strsim::jaro_winkler(&own, &local(&known)), known))
        // A code of two or three letters is meant by a word of about its length only.
        .filter(|(score, known)| {
            *score > 0.85 && (local(known).len() > 3 || own.len() <= local(known).len() + 1)
        })
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    scored.into_iter().take(3).map(|(_, known)| known).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_taken_apart_however_it_is_written() {
        let text = "PREFIX c: <https://w3id.org/casegraph/ontology#> # c:comment
            SELECT ?a FROM <urn:g> { ?a c:sex/^<urn:p> \"fe<male> \\\"x\\\"\" ; a c:Case . FILTER(?a < 3 && ?a > 1) FILTER NOT EXISTS { ?a c:order 'one' } }";
        let found = parts(&crate::query::parse(text, &Prefixes::of_study("x")).expect("a query"));
        let term = |local: &str| format!("{TERMS}{local}");
        for iri in [
            term("sex"),
            term("Case"),
            term("order"),
            "urn:p".into(),
            "urn:g".into(),
        ] {
            assert!(found.iris.contains(&iri), "{iri}: {found:?}");
        }
        assert!(!found.iris.contains(&term("comment")));
        assert!(
            found.literals.contains("one") && found.literals.len() >= 2,
            "{found:?}"
        );
    }

    #[test]
    fn undeclared_prefixes_are_found_outside_strings_iris_and_comments() {
        let text = "SELECT ?a { # no:comment\n ?a cg:sex \"x:y\" ; <http://a.b/c:d> drug:crizotinib . FILTER(?a < 3) ?b wd:Q1 ?c }";
        let prefixes = Prefixes::of_study("x");
        assert_eq!(undeclared_prefix(text, &prefixes), Some("wd"));
        assert_eq!(
            undeclared_prefix(&format!("PREFIX wd: <http://w/> {text}"), &prefixes),
            None
        );
    }
}
