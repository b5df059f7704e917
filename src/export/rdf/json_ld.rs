//! JSON-LD 1.1: one document a case, its events framed within it.
//!
//! Only what is taken as true stands in it, each property of ours by its local name.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::export::ExportStudy;
use crate::graph::model::{Literal, NamedOrBlankNode, Quad, Term, rdf, xsd};
use crate::graph::namespaces::{StudyThing, TERMS};

/// The properties that lead from a case to its events; those of sheets of the study's own lead back alone.
const EVENTS: &[&str] = &[
    "hasFusion",
    "hasAlteration",
    "hasTreatment",
    "hasAdverseEvent",
    "hasFollowUp",
];
/// From an event to its case.
const OF_CASE: &str = "ofCase";

type Statements<'a> = BTreeMap<String, Vec<&'a Quad>>;

/// A document for each case by its key.
pub(super) fn documents(study: &ExportStudy, quads: &[Quad]) -> BTreeMap<String, Value> {
    let mut cases: BTreeMap<String, Statements> = BTreeMap::new();
    for quad in quads {
        if let NamedOrBlankNode::NamedNode(node) = &quad.subject
            && let Some(thing) = StudyThing::of_case(node.as_str())
        {
            let of = cases.entry(thing.key().to_owned()).or_default();
            of.entry(node.as_str().to_owned()).or_default().push(quad);
        }
    }
    let wanted = study.cases.iter().map(|case| case.key().to_owned());
    let documents = wanted.filter_map(|key| {
        let statements = cases.get(&key)?;
        Some((key.clone(), document(statements)?))
    });
    documents.collect()
}

fn document(statements: &Statements) -> Option<Value> {
    let is_case =
        |iri: &&String| StudyThing::of_case(iri).is_some_and(|thing| thing.event().is_empty());
    let case = statements.keys().find(is_case)?;
    let mut document = node(case, statements);
    // Events that no property of the case leads to hang on the one that leads back.
    let framed: Vec<String> = EVENTS
        .iter()
        .filter_map(|name| document.get(*name)?.as_array())
        .flatten()
        .filter_map(|event| event["@id"].as_str().map(str::to_owned))
        .collect();
    let others = statements
        .keys()
        .filter(|iri| *iri != case && !framed.contains(iri));
    let others: Vec<Value> = others
        .map(|iri| Value::Object(node(iri, statements)))
        .collect();
    if !others.is_empty() {
        document.insert("@reverse".to_owned(), json!({ OF_CASE: others }));
    }
    let mut whole = Map::new();
    // No prefixes: one would take the place of a property of the same name, as `histology`.
    whole.insert("@context".to_owned(), json!({ "@vocab": TERMS }));
    whole.extend(document);
    Some(Value::Object(whole))
}

fn node(iri: &str, statements: &Statements) -> Map<String, Value> {
    let mut node = Map::new();
    node.insert("@id".to_owned(), json!(iri));
    let mut properties: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for quad in statements.get(iri).into_iter().flatten() {
        if quad.predicate == rdf::TYPE {
            if let Term::NamedNode(class) = &quad.object {
                let class = json!(name(class.as_str()));
                properties
                    .entry("@type".to_owned())
                    .or_default()
                    .push(class);
            }
            continue;
        }
        let property = name(quad.predicate.as_str());
        let value = match &quad.object {
            Term::NamedNode(to) if EVENTS.contains(&property.as_str()) => {
                Value::Object(self::node(to.as_str(), statements))
            }
            // The event stands within its case, which says so.
            Term::NamedNode(to) => json!({ "@id": to.as_str() }),
            Term::Literal(literal) => literal_value(literal),
            _ => continue,
        };
        properties.entry(property).or_default().push(value);
    }
    // Events are always a list; another single value stands alone.
    node.extend(properties.into_iter().map(|(property, mut values)| {
        let value = match values.pop() {
            Some(only) if values.is_empty() && !EVENTS.contains(&property.as_str()) => only,
            last => values.into_iter().chain(last).collect(),
        };
        (property, value)
    }));
    node
}

/// The local name of a property of ours, which `@vocab` makes whole; else the whole IRI.
fn name(iri: &str) -> String {
    iri.strip_prefix(TERMS).unwrap_or(iri).to_owned()
}

fn literal_value(literal: &Literal) -> Value {
    let text = literal.value();
    if let Some(language) = literal.language() {
        return json!({ "@value": text, "@language": language });
    }
    let kind = literal.datatype();
    if kind == xsd::STRING {
        return json!(text);
    }
    match text {
        "true" | "false" if kind == xsd::BOOLEAN => json!(text == "true"),
        _ if kind == xsd::INTEGER && is_canonical(text) => text
            .parse::<i64>()
            .map_or_else(|_| typed(text, kind.as_str()), |number| json!(number)),
        _ => typed(text, kind.as_str()),
    }
}

/// Whether a whole number is written as JSON writes it.
fn is_canonical(text: &str) -> bool {
    text.parse::<i64>()
        .is_ok_and(|number| number.to_string() == text)
}

fn typed(text: &str, kind: &str) -> Value {
    json!({ "@value": text, "@type": kind })
}
