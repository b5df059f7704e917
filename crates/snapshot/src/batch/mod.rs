//! A vectorised executor: joins, filters and groups over batches of rows, for the part of SPARQL
//! that questions about many cases use.
//!
//! It computes a group over triple patterns and filters and puts the result into the query as a
//! table (`VALUES`); the SPARQL engine does the rest: what stands around the group, its order, its
//! `HAVING`. A query of patterns and filters alone is answered here. The engine evaluates
//! everything else. Both give the same solutions, in another order where the query asks for none.

mod arrange;
mod columns;
mod compute;
mod computed_terms;
mod core;
mod end;
mod explain;
mod filter;
mod gather;
mod group;
mod join;
mod look;
mod order;
mod plan;
mod read;
mod rows;
mod sound;
mod step;
mod table;

use std::sync::Arc;

use oxrdf::{NamedNode, Term, Variable};
use spareval::{CancellationToken, QueryEvaluationError};
use spargebra::Query;
use spargebra::algebra::GraphPattern;
use spargebra::term::GroundTerm;

use super::Snapshot;
use super::file::SnapshotError;
use super::scan::Graphs;
use super::view::default_graph;
use columns::Batch;
use join::Batches;
use plan::Plan;
use rows::BoxedBatches;

pub use explain::Explanation;
pub use rows::Rows;

/// Why batches give no answer.
pub(super) enum Stop {
    /// The executor cannot do this; the engine has to.
    Unfit,
    /// The query was stopped.
    Cancelled,
    /// More would have to be held in memory than may be.
    TooMany,
    /// The file is damaged.
    Snapshot(SnapshotError),
}

/// More rows would have to be sorted, grouped or told apart than may be held in memory.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error(
    "too many rows to sort, group or tell apart in memory: narrow the query, or give it a LIMIT"
)]
pub struct TooManyRows;

/// The most numbers of four bytes that a part of a query holds of its rows: a gigabyte.
const MOST_HELD: usize = 1 << 28;

/// Says whether so many rows of so many numbers may be held.
fn may_hold(rows: usize, numbers: usize) -> Result<(), Stop> {
    if rows.saturating_mul(numbers) > MOST_HELD {
        return Err(Stop::TooMany);
    }
    Ok(())
}

impl From<SnapshotError> for Stop {
    fn from(error: SnapshotError) -> Self {
        Self::Snapshot(error)
    }
}

impl From<QueryEvaluationError> for Stop {
    /// What the engine may meet in the terms of an expression. What else it says, it says again when it does
    /// it all.
    fn from(error: QueryEvaluationError) -> Self {
        match error {
            QueryEvaluationError::Cancelled => Self::Cancelled,
            QueryEvaluationError::Dataset(error) => match error.downcast() {
                Ok(error) => Self::Snapshot(*error),
                Err(_) => Self::Unfit,
            },
            _ => Self::Unfit,
        }
    }
}

impl Stop {
    fn error(self) -> Option<QueryEvaluationError> {
        match self {
            Self::Unfit => None,
            Self::Cancelled => Some(QueryEvaluationError::Cancelled),
            Self::TooMany => Some(QueryEvaluationError::Unexpected(Box::new(TooManyRows))),
            Self::Snapshot(error) => Some(QueryEvaluationError::Dataset(Box::new(error))),
        }
    }
}

/// The most cells of a table that is put into a query: the engine looks each of its terms up.
const LARGEST_TABLE: usize = 20_000;

/// The most cells of a table that batches join with.
const LARGEST_OF_ROWS: usize = 4_000_000;

/// What batches computed of a query.
pub enum Computed {
    /// Batches answer the whole query.
    Rows(Rows),
    /// Parts of it, which are tables now; or nothing, and it is as it was.
    Query(Box<Query>),
}

/// Computes what can be of a query on the default graph of a snapshot, or on these graphs together; what the query
/// itself says of its dataset is not looked at.
///
/// # Errors
/// The query was stopped, or the file is damaged.
pub fn compute(
    snapshot: &Snapshot,
    graphs: Option<&[NamedNode]>,
    query: Query,
    token: &CancellationToken,
) -> Result<Computed, QueryEvaluationError> {
    let graphs = match default_graph(snapshot, graphs) {
        Ok(graphs) => graphs,
        Err(error) => return Err(QueryEvaluationError::Dataset(Box::new(error))),
    };
    let context = Context {
        snapshot,
        graphs,
        token,
    };
    match query {
        Query::Select {
            dataset,
            mut pattern,
            base_iri,
        } => {
            if let Some(rows) = fit(context.rows(&pattern))? {
                return Ok(Computed::Rows(rows));
            }
            for most in [LARGEST_OF_ROWS, LARGEST_TABLE] {
                let mut tried = pattern.clone();
                let Some(largest) = context.rewrite(&mut tried, most)? else {
                    break;
                };
                // Beside tables in the place of its groups the rest may be patterns and filters alone.
                if let Some(rows) = fit(context.rows(&tried))? {
                    return Ok(Computed::Rows(rows));
                }
                if largest <= LARGEST_TABLE {
                    pattern = tried;
                    break;
                }
            }
            Ok(Computed::Query(Box::new(Query::Select {
                dataset,
                pattern,
                base_iri,
            })))
        }
        other => Ok(Computed::Query(Box::new(other))),
    }
}

/// What a query is asked of.
struct Context<'a> {
    snapshot: &'a Snapshot,
    graphs: Graphs,
    token: &'a CancellationToken,
}

impl Context<'_> {
    /// The rows of a query that is patterns and filters alone.
    fn rows(&self, pattern: &GraphPattern) -> Result<Rows, Stop> {
        let (inner, start, length) = match pattern {
            GraphPattern::Slice {
                inner,
                start,
                length,
            } => (inner.as_ref(), *start, *length),
            other => (other, 0, None),
        };
        let (inner, distinct) = match inner {
            GraphPattern::Distinct { inner } => (inner.as_ref(), true),
            other => (other, false),
        };
        let GraphPattern::Project { inner, variables } = inner else {
            return Err(Stop::Unfit);
        };
        let (inner, order) = match inner.as_ref() {
            GraphPattern::OrderBy { inner, expression } => (inner, order::keys(expression)?),
            _ => (inner, Vec::new()),
        };
        let read: Vec<Variable> = variables
            .iter()
            .chain(order.iter().map(|key| &key.variable))
            .cloned()
            .collect();
        let plan = Plan::of(self.snapshot, &self.graphs, inner, &read)?;
        let slots: Vec<Option<usize>> = variables.iter().map(|v| plan.slot(v)).collect();
        let keys: Vec<(usize, bool)> = order
            .iter()
            .map(|key| Some((plan.slot(&key.variable)?, key.descending)))
            .collect::<Option<_>>()
            .ok_or(Stop::Unfit)?;
        let plan = Arc::new(plan);
        let batches = Batches::new(self.snapshot.clone(), Arc::clone(&plan), self.token.clone());
        let read = length.map_or(usize::MAX, |length| length.saturating_add(start));
        let shown: Vec<usize> = slots.iter().flatten().copied().collect();
        // What is told apart by what it is sorted by too may be so before.
        let early = keys.iter().all(|(slot, _)| shown.contains(slot));
        let mut batches: BoxedBatches = if keys.is_empty() {
            Box::new(batches.for_rows(read))
        } else {
            Box::new(batches)
        };
        if distinct && early {
            batches = join::distinct(batches, shown.clone());
        }
        if !keys.is_empty() {
            let first = if distinct && !early { usize::MAX } else { read };
            let sorted = order::sorted((self.snapshot, &plan), batches, &keys, first)?;
            batches = Box::new(std::iter::once(Ok(sorted)));
        }
        if distinct && !early {
            batches = join::distinct(batches, shown);
        }
        Ok(Rows {
            snapshot: self.snapshot.clone(),
            plan,
            variables: variables.as_slice().into(),
            slots,
            batches,
            skip: start,
            left: length.unwrap_or(usize::MAX),
            batch: Batch::default(),
            at: 0,
        })
    }

    /// Replaces each group that can be computed by a table of at most `most` cells. Returns the
    /// cells of the largest.
    fn rewrite(
        &self,
        pattern: &mut GraphPattern,
        most: usize,
    ) -> Result<Option<usize>, QueryEvaluationError> {
        match pattern {
            GraphPattern::Group { .. } => {
                let mut largest = None;
                loop {
                    if let GraphPattern::Group {
                        inner,
                        variables,
                        aggregates,
                    } = &*pattern
                        && let Some((table, cells)) =
                            fit(group::table(self, (inner, variables, aggregates), most))?
                    {
                        *pattern = table;
                        return Ok(largest.max(Some(cells)));
                    }
                    let GraphPattern::Group { inner, .. } = pattern else {
                        return Ok(largest);
                    };
                    // With tables within it may be one that can be computed.
                    let within = self.rewrite(inner, most)?;
                    if within.is_none() || largest.is_some() {
                        return Ok(largest);
                    }
                    largest = within;
                }
            }
            GraphPattern::Join { left, right }
            | GraphPattern::LeftJoin { left, right, .. }
            | GraphPattern::Union { left, right }
            | GraphPattern::Minus { left, right } => {
                let mut largest = None;
                for part in [left, right] {
                    largest = largest.max(self.rewrite(part, most)?);
                    table::flatten(part);
                }
                Ok(largest)
            }
            GraphPattern::Filter { inner, .. }
            | GraphPattern::Extend { inner, .. }
            | GraphPattern::OrderBy { inner, .. }
            | GraphPattern::Project { inner, .. }
            | GraphPattern::Distinct { inner }
            | GraphPattern::Reduced { inner }
            | GraphPattern::Slice { inner, .. } => self.rewrite(inner, most),
            // Within GRAPH it is another graph, within SERVICE another endpoint.
            _ => Ok(None),
        }
    }
}

/// The result of the batch executor; `None` if the engine has to do it.
fn fit<T>(found: Result<T, Stop>) -> Result<Option<T>, QueryEvaluationError> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(stop) => stop.error().map_or(Ok(None), Err),
    }
}

/// A term as a table may hold it; a blank node may not stand in one.
fn ground(term: Term) -> Option<GroundTerm> {
    GroundTerm::try_from(term).ok()
}
