//! Rewrites `GRAPH` and paths of length zero, which the engine does not evaluate as SPARQL says.
//!
//! `GRAPH ?g { P }` evaluates P in each named graph and binds `?g` to the graph's name. The engine
//! binds `?g` by the triple patterns of P, and loses it where P has something else than triple
//! patterns and joins (a `SELECT`, `VALUES`, `SERVICE`, another `GRAPH`). The rewriting then
//! repeats P for each graph. A path of length zero leads from any term to itself; the engine finds
//! it only for terms of the graph.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeSet, HashSet};

use casegraph_snapshot::rewrite::{constant, for_each, fresh_variable, in_scope, parts};
use spargebra::algebra::{GraphPattern, PropertyPathExpression};
use spargebra::term::{GroundTerm, NamedNodePattern, TermPattern};

use super::error::GraphError;
use super::model::{BlankNode, NamedNode, Term, Variable};

/// The most copies of patterns that one query may need.
pub(super) const MOST: usize = 1000;

/// What a query is asked of.
pub(super) trait Named {
    /// The names of the graphs that `GRAPH ?g` goes through.
    fn names(&self) -> Result<Vec<NamedNode>, GraphError>;

    /// Whether a term is a subject or object in a named graph, or in the default graph.
    fn is_node(&self, term: &Term, graph: Option<&NamedNode>) -> Result<bool, GraphError>;
}

/// Rewrites what the engine does not evaluate as SPARQL says.
///
/// # Errors
/// There are too many graphs, or the store cannot be read.
pub(super) fn spell_out(pattern: &mut GraphPattern, named: &dyn Named) -> Result<(), GraphError> {
    let walk = Walk {
        named,
        written: Cell::new(0),
        blank: RefCell::default(),
    };
    walk.pattern(pattern, &Within::Default)?;
    let blank = walk.blank.into_inner();
    if !blank.is_empty() {
        for_each(pattern, &mut |pattern| name_blank_nodes(pattern, &blank));
    }
    Ok(())
}

/// The variable that takes the place of a blank node: in a pattern both mean the same.
fn variable_of(node: &BlankNode) -> Variable {
    fresh_variable(node.as_str(), 0)
}

fn name_blank_nodes(pattern: &mut GraphPattern, which: &BTreeSet<String>) {
    fn name(end: &mut TermPattern, which: &BTreeSet<String>) {
        match end {
            TermPattern::BlankNode(node) if which.contains(node.as_str()) => {
                *end = variable_of(node).into();
            }
            TermPattern::Triple(triple) => {
                name(&mut triple.subject, which);
                name(&mut triple.object, which);
            }
            _ => {}
        }
    }
    match pattern {
        GraphPattern::Bgp { patterns } => {
            for triple in patterns {
                name(&mut triple.subject, which);
                name(&mut triple.object, which);
            }
        }
        GraphPattern::Path {
            subject, object, ..
        } => {
            name(subject, which);
            name(object, which);
        }
        _ => {}
    }
}

/// The graph that a pattern is asked of.
enum Within {
    Default,
    Named(NamedNode),
    /// The one that a variable stands for.
    Any,
}

struct Walk<'a> {
    named: &'a dyn Named,
    /// How often a pattern was written for a graph.
    written: Cell<usize>,
    /// Blank nodes that became variables.
    blank: RefCell<BTreeSet<String>>,
}

impl Walk<'_> {
    fn pattern(&self, pattern: &mut GraphPattern, within: &Within) -> Result<(), GraphError> {
        match pattern {
            GraphPattern::Graph {
                name: NamedNodePattern::NamedNode(name),
                inner,
            } => {
                *pattern = self.of_one(name.clone(), std::mem::take(inner))?;
                Ok(())
            }
            GraphPattern::Graph {
                name: NamedNodePattern::Variable(name),
                inner,
            } => {
                if is_bound_by(inner) {
                    return self.pattern(inner, &Within::Any);
                }
                *pattern = self.of_each(&name.clone(), inner)?;
                Ok(())
            }
            GraphPattern::Path {
                subject,
                path,
                object,
            } => {
                let graph = match within {
                    Within::Default => None,
                    Within::Named(name) => Some(name),
                    Within::Any => return Ok(()),
                };
                if let Some(zero) = self.zero_length(subject, path, object, graph)? {
                    *pattern = zero;
                }
                Ok(())
            }
            _ => parts(pattern)
                .into_iter()
                .try_for_each(|part| self.pattern(part, within)),
        }
    }

    /// A pattern in one graph. `SERVICE` asks elsewhere, whatever graph stands around it.
    fn of_one(
        &self,
        name: NamedNode,
        mut inner: Box<GraphPattern>,
    ) -> Result<GraphPattern, GraphError> {
        self.pattern(&mut inner, &Within::Named(name.clone()))?;
        let mut asks_elsewhere = false;
        for_each(&mut inner, &mut |part| {
            asks_elsewhere |= matches!(part, GraphPattern::Service { .. });
        });
        if asks_elsewhere {
            push(&mut inner, &name);
            return Ok(*inner);
        }
        Ok(GraphPattern::Graph {
            name: name.into(),
            inner,
        })
    }

    /// A pattern in each graph, with the graph's name.
    fn of_each(&self, name: &Variable, inner: &GraphPattern) -> Result<GraphPattern, GraphError> {
        let graphs = self.named.names()?;
        self.written.set(self.written.get() + graphs.len());
        if self.written.get() > MOST {
            return Err(GraphError::TooManyGraphs(name.clone(), graphs.len()));
        }
        let mut all: Option<GraphPattern> = None;
        for graph in graphs {
            let one = GraphPattern::Join {
                left: Box::new(value(name.clone(), graph.clone().into())),
                right: Box::new(self.of_one(graph, Box::new(inner.clone()))?),
            };
            all = Some(match all {
                None => one,
                Some(before) => GraphPattern::Union {
                    left: Box::new(before),
                    right: Box::new(one),
                },
            });
        }
        Ok(all.unwrap_or(GraphPattern::Values {
            variables: vec![name.clone()],
            bindings: Vec::new(),
        }))
    }

    /// The solutions of length zero of a path, one of whose ends is in no triple of the graph.
    fn zero_length(
        &self,
        subject: &TermPattern,
        path: &PropertyPathExpression,
        object: &TermPattern,
        graph: Option<&NamedNode>,
    ) -> Result<Option<GraphPattern>, GraphError> {
        if !may_be_empty(path) {
            return Ok(None);
        }
        let (term, other) = match (constant(subject), constant(object)) {
            (Some(term), _) => (term, object),
            (None, Some(term)) => (term, subject),
            (None, None) => return Ok(None),
        };
        let to = match other {
            TermPattern::Variable(variable) => Some(variable.clone()),
            TermPattern::BlankNode(node) => Some(variable_of(node)),
            other if constant(other).as_ref() == Some(&term) => None,
            _ => return Ok(None),
        };
        if self.named.is_node(&Term::from(term.clone()), graph)? {
            return Ok(None);
        }
        if let TermPattern::BlankNode(node) = other {
            self.blank.borrow_mut().insert(node.as_str().to_owned());
        }
        Ok(Some(match to {
            Some(variable) => value(variable, term),
            None => GraphPattern::default(),
        }))
    }
}

fn value(variable: Variable, term: GroundTerm) -> GraphPattern {
    GraphPattern::Values {
        variables: vec![variable],
        bindings: vec![vec![Some(term)]],
    }
}

/// Puts each triple pattern and path into a `GRAPH` of that name.
fn push(pattern: &mut GraphPattern, name: &NamedNode) {
    match pattern {
        GraphPattern::Bgp { .. } | GraphPattern::Path { .. } => {
            *pattern = GraphPattern::Graph {
                name: name.clone().into(),
                inner: Box::new(std::mem::take(pattern)),
            };
        }
        GraphPattern::Graph { .. } => {}
        _ => parts(pattern).into_iter().for_each(|part| push(part, name)),
    }
}

/// Whether a path may have the length zero.
fn may_be_empty(path: &PropertyPathExpression) -> bool {
    use PropertyPathExpression as P;
    match path {
        P::NamedNode(_) | P::NegatedPropertySet(_) => false,
        P::ZeroOrMore(_) | P::ZeroOrOne(_) => true,
        P::Reverse(inner) | P::OneOrMore(inner) => may_be_empty(inner),
        P::Sequence(a, b) => may_be_empty(a) && may_be_empty(b),
        P::Alternative(a, b) => may_be_empty(a) || may_be_empty(b),
    }
}

/// Whether the triples of each part of a pattern bind the variable of the `GRAPH` around it, so that the
/// engine is right.
fn is_bound_by(pattern: &mut GraphPattern) -> bool {
    match pattern {
        GraphPattern::Bgp { patterns } => !patterns.is_empty(),
        GraphPattern::Path {
            subject,
            path,
            object,
        } => !may_be_empty(path) || constant(subject).is_none() && constant(object).is_none(),
        GraphPattern::Minus { left, right } => {
            !certain(left).is_disjoint(&certain(right)) && is_bound_by(left) && is_bound_by(right)
        }
        GraphPattern::Join { left, right } => match (is_nothing(left), is_nothing(right)) {
            (true, _) => is_bound_by(right),
            (_, true) => is_bound_by(left),
            _ => is_bound_by(left) && is_bound_by(right),
        },
        GraphPattern::Union { .. }
        | GraphPattern::LeftJoin { .. }
        | GraphPattern::Filter { .. }
        | GraphPattern::Extend { .. } => parts(pattern).into_iter().all(is_bound_by),
        GraphPattern::Values { .. }
        | GraphPattern::Service { .. }
        | GraphPattern::Graph { .. }
        | GraphPattern::Lateral { .. }
        | GraphPattern::OrderBy { .. }
        | GraphPattern::Project { .. }
        | GraphPattern::Distinct { .. }
        | GraphPattern::Reduced { .. }
        | GraphPattern::Slice { .. }
        | GraphPattern::Group { .. } => false,
    }
}

fn is_nothing(pattern: &GraphPattern) -> bool {
    matches!(pattern, GraphPattern::Bgp { patterns } if patterns.is_empty())
}

/// Variables that every solution of a pattern binds; there may be more.
fn certain(pattern: &GraphPattern) -> HashSet<Variable> {
    match pattern {
        GraphPattern::Bgp { .. } | GraphPattern::Path { .. } => in_scope(pattern),
        GraphPattern::Join { left, right } => {
            let mut found = certain(left);
            found.extend(certain(right));
            found
        }
        GraphPattern::LeftJoin { left, .. } | GraphPattern::Minus { left, .. } => certain(left),
        GraphPattern::Filter { inner, .. }
        | GraphPattern::Extend { inner, .. }
        | GraphPattern::Distinct { inner } => certain(inner),
        GraphPattern::Project { inner, variables }
        | GraphPattern::Group {
            inner, variables, ..
        } => {
            let mut found = certain(inner);
            found.retain(|variable| variables.contains(variable));
            found
        }
        _ => HashSet::new(),
    }
}
