//! Puts the values of parameters into a parsed query.
//!
//! Each parameter is replaced as a term at every depth of the algebra: patterns, paths, expressions, `EXISTS`, inner
//! `SELECT`s that hide or show the variable, templates. Nothing is pasted into text, and nothing is left unreplaced: a
//! parameter that the query does not use, or that stands where its value cannot, is an error.
//!
//! After binding, the parameter has gone from the query's inside. Only the outermost `SELECT` (or `DESCRIBE`) gives it
//! back, as a column that holds its value. The match over the algebra has no wildcard arm, so that a new kind of node in
//! the parser's algebra fails to compile instead of being passed over.

use std::collections::BTreeSet;
use std::fmt;

use crate::graph::model::{NamedNode, Term, Variable};
use spargebra::Query;
use spargebra::algebra::GraphPattern;
use spargebra::term::GroundTerm;

use self::walk::Walk;
use super::parameters::{Parameter, nearest, suggestion};

mod expression;
mod fold;
mod term;
#[cfg(test)]
mod tests;
mod unset;
mod walk;

pub use fold::fold;
pub use unset::needs_value;

/// A place of a query that only an IRI can fill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Position {
    /// The subject of a triple pattern.
    Subject,
    /// The predicate of a triple pattern.
    Predicate,
    /// The name after `GRAPH`.
    Graph,
    /// The name after `SERVICE`.
    Service,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Subject => "the subject of a triple",
            Self::Predicate => "the predicate of a triple",
            Self::Graph => "the name of a graph",
            Self::Service => "the address of a service",
        })
    }
}

/// Why the values could not be put into the query.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BindError {
    /// The query nowhere depends on the parameter.
    #[error(
        "parameter {parameter} is not used by the query{}; use it in the query or take it out of the header",
        suggestion(nearest.as_deref())
    )]
    Unused {
        /// Parameter that nothing depends on.
        parameter: Variable,
        /// The variable of the query whose name is closest.
        nearest: Option<String>,
    },
    /// The query gives the parameter a value itself.
    #[error(
        "parameter {parameter} is assigned inside the query (AS {parameter}); rename one of the two"
    )]
    Assigned {
        /// Parameter that the query assigns.
        parameter: Variable,
    },
    /// A literal or triple term would stand where only an IRI can.
    #[error("parameter {parameter} is {position}, which cannot be {value}; give it the type iri")]
    NotAnIri {
        /// Parameter that must be an IRI.
        parameter: Variable,
        /// Value that it was given.
        value: GroundTerm,
        /// Place in the query that takes only an IRI.
        position: Position,
    },
    /// A blank node names nothing outside the file it was read from.
    #[error("parameter {parameter} cannot be a blank node; give an IRI or a literal")]
    BlankNode {
        /// Parameter that was given a blank node.
        parameter: Variable,
    },
    /// `MINUS` compares nothing once the parameter is a constant, and would remove no row.
    #[error(
        "MINUS shares only parameter {parameter} with what stands before it, so it would remove nothing; \
         write FILTER NOT EXISTS instead"
    )]
    MinusOnParameter {
        /// Parameter that `MINUS` shares.
        parameter: Variable,
    },
    /// A condition that no row fulfils while an optional parameter has no value.
    #[error(
        "parameter {parameter} is optional, and a FILTER needs its value, so that no row is left where it has \
         none; write FILTER(!BOUND({parameter}) || …), or give it a default"
    )]
    NeedsValue {
        /// Parameter that the condition needs.
        parameter: Variable,
    },
}

/// Replaces each parameter by its value at every depth of `query`.
///
/// # Errors
/// [`BindError`] when a parameter is unused, assigned by the query, or stands where its value cannot.
pub fn bind(query: &Query, values: &[(Variable, Term)]) -> Result<Query, BindError> {
    let mut walk = Walk::new(query);
    for (parameter, term) in values {
        let value = GroundTerm::try_from(term.clone()).map_err(|()| BindError::BlankNode {
            parameter: parameter.clone(),
        })?;
        walk.values.push((parameter, value));
    }
    let bound = walk.query(query)?;
    match values
        .iter()
        .find(|(parameter, _)| !walk.used.contains(parameter))
    {
        Some((parameter, _)) => Err(unused(parameter, &walk.used)),
        None => Ok(bound),
    }
}

/// The variables that the answer of `query` depends on, at any depth.
///
/// A variable that is only listed after `SELECT` or `GROUP BY`, and nowhere matched or computed with, is not one.
#[must_use]
pub fn used_variables(query: &Query) -> BTreeSet<Variable> {
    let mut walk = Walk::new(query);
    // Without values to place no step can fail.
    let _unchanged = walk.query(query);
    walk.used
}

/// Whether `query` uses `variable` at any depth.
#[must_use]
pub fn uses(query: &Query, variable: &Variable) -> bool {
    used_variables(query).contains(variable)
}

/// The variables that stand for the address of a service: an IRI that no store has to know.
#[must_use]
pub fn service_variables(query: &Query) -> BTreeSet<Variable> {
    let mut walk = Walk::new(query);
    let _unchanged = walk.query(query);
    walk.services
}

/// What stands where a property does in the patterns and paths of `query`, at any depth; not in what it makes.
#[must_use]
pub fn properties(query: &Query) -> BTreeSet<NamedNode> {
    let mut walk = Walk::new(query);
    let _unchanged = walk.query(query);
    walk.properties
}

/// Checks that the query uses each declared parameter.
///
/// # Errors
/// One [`BindError::Unused`] for each that it does not use.
pub fn check_declared(query: &Query, declared: &[Parameter]) -> Result<(), Vec<BindError>> {
    let used = used_variables(query);
    let errors: Vec<_> = declared
        .iter()
        .map(Parameter::variable)
        .filter(|variable| !used.contains(variable))
        .map(|variable| unused(&variable, &used))
        .collect();
    if errors.is_empty() {
        Ok(())
    } else {
        Err(errors)
    }
}

/// The columns that a `SELECT` gives, in order; none for the other query forms.
#[must_use]
pub fn projections(query: &Query) -> Vec<Variable> {
    let Query::Select { pattern, .. } = query else {
        return Vec::new();
    };
    let mut pattern = pattern;
    loop {
        match pattern {
            GraphPattern::Slice { inner, .. }
            | GraphPattern::Distinct { inner }
            | GraphPattern::Reduced { inner } => pattern = inner,
            GraphPattern::Project { variables, .. } => return variables.clone(),
            _ => return Vec::new(),
        }
    }
}

fn unused(parameter: &Variable, used: &BTreeSet<Variable>) -> BindError {
    let nearest = nearest(parameter.as_str(), used.iter().map(Variable::as_str));
    BindError::Unused {
        parameter: parameter.clone(),
        nearest: nearest.map(|name| format!("?{name}")),
    }
}
