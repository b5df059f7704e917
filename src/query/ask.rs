//! Evaluates a parsed query.

use super::error::AskError;
use crate::graph::Table;
use crate::graph::model::{Query, Triple};
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
