//! The values that parameters are set to: as terms, and checked against what the graph has.

use super::ask::{Answer, ask};
use super::parse::parse;
use crate::graph::model::{Literal, NamedNode, Term, Variable};
use crate::graph::namespaces::{Prefixes, STUDIES, slug};
use crate::graph::{Graph, QueryOptions};
use crate::query::bind::bind;
use crate::query::catalogue::SavedQuery;
use crate::query::error::AskError;
use crate::query::names::{called, nearest_things};
use crate::query::parameters::{ParameterError, ParameterType, resolve};

/// The terms of the parameters: what the user sets, else what the study sets, else the defaults.
pub(super) fn terms(
    saved: &SavedQuery,
    given: &[(String, String)],
    defaults: &std::collections::BTreeMap<String, String>,
    prefixes: &Prefixes,
) -> Result<Vec<(Variable, Term)>, AskError> {
    let declared = &saved.header.parameters;
    let own = declared.iter().filter_map(|parameter| {
        let value = defaults.get(&parameter.name)?;
        let set = given.iter().any(|(name, _)| *name == parameter.name);
        (!set).then(|| (parameter.name.clone(), value.clone()))
    });
    let values: Vec<(String, String)> = given.iter().cloned().chain(own).collect();
    Ok(resolve(declared, &values, &pairs(prefixes))?)
}

/// The values that parameters are set to, each name that stands for one thing alone as that thing: `crizotinib`, and its
/// synonyms, as `drug:crizotinib`.
///
/// # Errors
/// A value is none of its type, or a name stands for several things or for nothing.
pub fn named(
    graph: &Graph,
    saved: &SavedQuery,
    given: &[(String, String)],
    defaults: &std::collections::BTreeMap<String, String>,
    prefixes: &Prefixes,
) -> Result<Vec<(String, String)>, AskError> {
    let mut given = given.to_vec();
    loop {
        let error = match terms(saved, &given, defaults, prefixes) {
            Ok(_) => return Ok(given),
            Err(error) => with_prefix(graph, error, prefixes)?,
        };
        let AskError::NoPrefix {
            name,
            value,
            nearest,
        } = &error
        else {
            return Err(error);
        };
        let mut set = given.iter_mut();
        let set = set.find(|(known, text)| known == name && text == value);
        let ([only], Some(set)) = (nearest.as_slice(), set) else {
            return Err(error);
        };
        set.1.clone_from(only);
    }
}

/// An IRI that the user sets must stand in the store: an analysis of a misspelt drug would find no
/// one and look like an answer. Defaults may name what a study does not have.
pub(super) fn check_known(
    graph: &Graph,
    name: &str,
    term: &Term,
    prefixes: &Prefixes,
) -> Result<(), AskError> {
    let Term::NamedNode(node) = term else {
        return Ok(());
    };
    if graph.mentions(node)? {
        return Ok(());
    }
    let nearest = nearest_things(graph, node, prefixes)?;
    let value = prefixes.shorten(node.as_str());
    Err(AskError::UnknownThing {
        name: name.to_owned(),
        value,
        nearest,
    })
}

/// A text that nothing in the store is called, and whose parts between commas are names in it, is several
/// values: taken as one it would find nothing and look like an answer.
pub(super) fn check_one(graph: &Graph, name: &str, term: &Term) -> Result<(), AskError> {
    let Term::Literal(literal) = term else {
        return Ok(());
    };
    let parts = literal.value().split([',', ';', '|']).map(str::trim);
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    let is_called = |text: &str| -> Result<bool, AskError> {
        let query = parse(include_str!("called.rq"), &Prefixes::of_study(""))?;
        let text = Literal::new_simple_literal(text).into();
        let query = bind(&query, &[(Variable::new_unchecked("text"), text)])?;
        let asked = ask(graph, &query, &QueryOptions::default(), None)?;
        Ok(matches!(asked, Answer::Boolean(true)))
    };
    if parts.len() < 2 || is_called(literal.value())? {
        return Ok(());
    }
    for part in &parts {
        if is_called(part)? {
            return Err(ParameterError::Several {
                name: name.to_owned(),
                value: literal.value().to_owned(),
                parts: parts.iter().map(|part| (*part).to_owned()).collect(),
            }
            .into());
        }
    }
    Ok(())
}

/// The error of an IRI without prefix, with the things that are called so: `drug:crizotinib` for
/// `crizotinib`.
pub(super) fn with_prefix(
    graph: &Graph,
    error: AskError,
    prefixes: &Prefixes,
) -> Result<AskError, AskError> {
    let AskError::Parameter(ParameterError::Invalid {
        name,
        value,
        kind: ParameterType::Iri,
    }) = &error
    else {
        return Ok(error);
    };
    let text = value.trim();
    if text.is_empty() || text.contains([':', '<', '>']) {
        return Ok(error);
    }
    let mut nearest = Vec::new();
    for (_, namespace) in prefixes.iter().filter(|(_, iri)| iri.starts_with(STUDIES)) {
        for local in [text.to_owned(), slug(text)] {
            if let Ok(node) = NamedNode::new(format!("{namespace}{local}"))
                && graph.mentions(&node)?
            {
                nearest.push(prefixes.shorten(node.as_str()));
            }
        }
    }
    let things = called(graph, text)?;
    nearest.extend(things.iter().map(|thing| prefixes.shorten(thing.as_str())));
    nearest.sort();
    nearest.dedup();
    Ok(AskError::NoPrefix {
        name: name.clone(),
        value: value.clone(),
        nearest,
    })
}

/// The project's prefixes as name and namespace.
fn pairs(prefixes: &Prefixes) -> Vec<(String, String)> {
    prefixes
        .iter()
        .map(|(name, iri)| (name.to_owned(), iri.to_owned()))
        .collect()
}
