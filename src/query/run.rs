//! Evaluates queries: those typed by hand, and saved ones with their parameters bound.

use super::answer::{check_types, name_concepts};
use super::bind::{bind, service_variables};
use super::catalogue::SavedQuery;
use super::error::AskError;
use super::given::{check_known, check_one, terms, with_prefix};
use crate::graph::Table;
use crate::graph::model::{Query, Triple};
use crate::graph::namespaces::Prefixes;
use crate::graph::{Graph, QueryOptions, Results};

/// What a query answers.
pub enum Answer {
    /// Rows of a `SELECT`.
    Table(Table),
    /// Yes or no, of an `ASK`.
    Boolean(bool),
    /// Triples of a `CONSTRUCT` or `DESCRIBE`.
    Triples {
        /// The triples, each once.
        triples: Vec<Triple>,
        /// Whether there were more than were asked for.
        cut: bool,
    },
}

/// Whether a query gives triples, not rows or a truth value.
#[must_use]
pub fn gives_triples(query: &Query) -> bool {
    matches!(query, Query::Construct { .. } | Query::Describe { .. })
}

/// Evaluates a parsed query and reads at most `most` rows or triples.
///
/// # Errors
/// The query cannot be evaluated, or not in the time allowed.
pub fn ask(
    graph: &Graph,
    query: &Query,
    options: &QueryOptions,
    most: Option<usize>,
) -> Result<Answer, AskError> {
    let (results, limit) = graph.query(query, options)?.into_parts();
    let most = most.unwrap_or(usize::MAX);
    match results {
        Results::Boolean(yes) => Ok(Answer::Boolean(yes)),
        Results::Rows(rows) => {
            let columns = rows.variables().iter();
            let columns = columns.map(|variable| variable.as_str().to_owned());
            let columns: Vec<String> = columns.collect();
            let cells = rows.collect(most).map_err(|error| limit.error(error))?;
            Ok(Answer::Table(Table { columns, cells }))
        }
        Results::Triples(mut all) => {
            let mut triples = Vec::new();
            while triples.len() < most {
                match all.next() {
                    Some(triple) => triples.push(triple.map_err(|error| limit.error(error))?),
                    None => {
                        return Ok(Answer::Triples {
                            triples,
                            cut: false,
                        });
                    }
                }
            }
            Ok(Answer::Triples {
                triples,
                cut: all.next().is_some(),
            })
        }
    }
}

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
