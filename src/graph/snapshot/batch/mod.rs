//! Joins, filters and groups over whole batches of rows, for the part of SPARQL that questions about
//! many cases are made of.
//!
//! A group over triple patterns and filters of one variable is computed here and put into the query
//! as a table (`VALUES`), and the SPARQL engine does the rest: what stands around the group, its
//! order, its `HAVING`. Rows of patterns and filters alone are computed here and given as they come.
//! Everything else is the engine's from the start. Both ways give the same solutions, only in
//! another order where the query asks for none.

mod compute;
mod explain;
mod filter;
mod gather;
mod group;
mod join;
mod order;
mod plan;
mod rows;

use std::sync::Arc;

use spareval::{CancellationToken, QueryEvaluationError};
use spargebra::algebra::GraphPattern;
use spargebra::term::GroundTerm;

use super::Snapshot;
use super::file::SnapshotError;
use super::scan::Graphs;
use super::view::default_graph;
use crate::graph::model::{NamedNode, Query, Term, Variable};
use join::{Batch, Batches};
use plan::Plan;
use rows::BoxedBatches;

pub use explain::Explanation;
pub use rows::Rows;

/// Why batches give no answer.
pub(super) enum Stop {
    /// The engine has to do it.
    Unfit,
    /// The query was stopped.
    Cancelled,
    /// The file is damaged.
    Snapshot(SnapshotError),
}

impl From<SnapshotError> for Stop {
    fn from(error: SnapshotError) -> Self {
        Self::Snapshot(error)
    }
}

impl Stop {
    fn error(self) -> Option<QueryEvaluationError> {
        match self {
            Self::Unfit => None,
            Self::Cancelled => Some(QueryEvaluationError::Cancelled),
            Self::Snapshot(error) => Some(QueryEvaluationError::Dataset(Box::new(error))),
        }
    }
}

/// The largest table that is put into a query: the engine looks each of its terms up.
const LARGEST_TABLE: usize = 20_000;

/// What was computed of a query.
pub(crate) enum Computed {
    /// All of it.
    Rows(Rows),
    /// Parts of it, which are tables now; or nothing, and it is as it was.
    Query(Box<Query>),
}

/// Computes what can be of a query on the default graph of a snapshot, or on these graphs together.
///
/// # Errors
/// The query was stopped, or the file is damaged.
pub(crate) fn compute(
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
            match context.rows(&pattern) {
                Ok(rows) => return Ok(Computed::Rows(rows)),
                Err(stop) => {
                    if let Some(error) = stop.error() {
                        return Err(error);
                    }
                }
            }
            context.rewrite(&mut pattern)?;
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
        let batches: BoxedBatches = if keys.is_empty() {
            let read = length.map_or(usize::MAX, |length| length.saturating_add(start));
            Box::new(batches.for_rows(read))
        } else {
            let sorted = order::sorted((self.snapshot, &plan), batches, &keys)?;
            Box::new(std::iter::once(Ok(sorted)))
        };
        let batches = if distinct {
            join::distinct(batches, slots.iter().flatten().copied().collect())
        } else {
            batches
        };
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

    /// Puts a table in the place of each group that can be computed.
    fn rewrite(&self, pattern: &mut GraphPattern) -> Result<(), QueryEvaluationError> {
        match pattern {
            GraphPattern::Group {
                inner,
                variables,
                aggregates,
            } => {
                match group::table(self, inner, variables, aggregates) {
                    Ok(table) => {
                        *pattern = table;
                        return Ok(());
                    }
                    Err(stop) => {
                        if let Some(error) = stop.error() {
                            return Err(error);
                        }
                    }
                }
                if let GraphPattern::Group { inner, .. } = pattern {
                    self.rewrite(inner)?;
                }
                Ok(())
            }
            GraphPattern::Join { left, right }
            | GraphPattern::LeftJoin { left, right, .. }
            | GraphPattern::Union { left, right }
            | GraphPattern::Minus { left, right } => {
                self.rewrite(left)?;
                self.rewrite(right)
            }
            GraphPattern::Filter { inner, .. }
            | GraphPattern::Extend { inner, .. }
            | GraphPattern::OrderBy { inner, .. }
            | GraphPattern::Project { inner, .. }
            | GraphPattern::Distinct { inner }
            | GraphPattern::Reduced { inner }
            | GraphPattern::Slice { inner, .. } => self.rewrite(inner),
            // Within GRAPH it is another graph, within SERVICE another endpoint.
            _ => Ok(()),
        }
    }
}

/// A term as a table may hold it; a blank node may not stand in one.
fn ground(term: Term) -> Option<GroundTerm> {
    GroundTerm::try_from(term).ok()
}
