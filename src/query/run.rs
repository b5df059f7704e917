//! Evaluates saved queries with their parameters bound.

use super::ask::{Answer, ask};
use super::bind::{bind, service_variables};
use super::catalogue::SavedQuery;
use super::columns::{check_types, name_concepts};
use super::error::AskError;
use super::given::{check_known, check_one, terms, with_prefix};
use crate::graph::Table;
use crate::graph::namespaces::Prefixes;
use crate::graph::{Graph, QueryOptions};

/// Evaluates a saved query with its parameters bound, and checks the types of its columns.
///
/// `given` are the values that the user sets; `defaults` are the study's own, which stand before
/// those of the header.
///
/// # Errors
/// A parameter is wrong, the query cannot be evaluated, or a cell is not of its declared type.
pub fn run(
    graph: &Graph,
    saved: &SavedQuery,
    given: &[(String, String)],
    defaults: &std::collections::BTreeMap<String, String>,
    prefixes: &Prefixes,
    options: &QueryOptions,
) -> Result<Table, AskError> {
    let terms = match terms(saved, given, defaults, prefixes) {
        Ok(terms) => terms,
        Err(error) => return Err(with_prefix(graph, error, prefixes)?),
    };
    let services = service_variables(&saved.query);
    for (variable, term) in terms
        .iter()
        .filter(|(variable, _)| !services.contains(variable))
    {
        if given.iter().any(|(set, _)| set == variable.as_str()) {
            check_known(graph, variable.as_str(), term, prefixes)?;
            check_one(graph, variable.as_str(), term)?;
        }
    }
    let query = bind(&saved.query, &terms)?;
    match ask(graph, &query, options, None)? {
        Answer::Table(mut table) => {
            name_concepts(graph, saved, &mut table)?;
            check_types(saved, &table)?;
            Ok(table)
        }
        // The catalogue takes SELECT queries only.
        Answer::Boolean(_) | Answer::Triples { .. } => Ok(Table::default()),
    }
}

/// A saved query with its parameters bound, as SPARQL that any endpoint takes.
///
/// # Errors
/// A parameter is wrong, or has no value.
pub fn bound(
    saved: &SavedQuery,
    given: &[(String, String)],
    defaults: &std::collections::BTreeMap<String, String>,
    prefixes: &Prefixes,
) -> Result<String, AskError> {
    let terms = terms(saved, given, defaults, prefixes)?;
    if saved.header.parameters.is_empty() {
        let body = saved.text.lines().filter(|line| !line.starts_with("#+"));
        return Ok(body.collect::<Vec<_>>().join("\n").trim().to_owned());
    }
    Ok(bind(&saved.query, &terms)?.to_string())
}
