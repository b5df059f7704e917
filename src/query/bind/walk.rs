//! The walk over the algebra of a query that rebuilds it with the values in place.

use std::collections::BTreeSet;

use crate::graph::model::{NamedNode, Variable};
use spargebra::Query;
use spargebra::algebra::{
    AggregateExpression, Expression, Function, GraphPattern, OrderExpression,
    PropertyPathExpression,
};
use spargebra::term::GroundTerm;

use super::{BindError, Position};
use crate::query::parameters::same_value;

/// Whether the parameters of a `SELECT` list come out as columns.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Columns {
    Shown,
    Hidden,
}

/// The one walk over the algebra: rebuilds it with the values in place and notes which variables it met.
pub(super) struct Walk<'q> {
    source: &'q Query,
    pub(super) values: Vec<(&'q Variable, GroundTerm)>,
    pub(super) used: BTreeSet<Variable>,
    /// Variables that stand for the address of a service.
    pub(super) services: BTreeSet<Variable>,
    /// What stands in patterns and paths where a property does.
    pub(super) properties: BTreeSet<NamedNode>,
    fresh: usize,
}

pub(super) type Step<T> = Result<T, BindError>;

impl<'q> Walk<'q> {
    pub(super) fn new(source: &'q Query) -> Self {
        Self {
            source,
            values: Vec::new(),
            used: BTreeSet::new(),
            services: BTreeSet::new(),
            properties: BTreeSet::new(),
            fresh: 0,
        }
    }

    fn value(&self, variable: &Variable) -> Option<&GroundTerm> {
        self.values
            .iter()
            .find(|(name, _)| *name == variable)
            .map(|(_, value)| value)
    }

    pub(super) fn meet(&mut self, variable: &Variable) -> Option<&GroundTerm> {
        self.used.insert(variable.clone());
        self.value(variable)
    }

    fn assigned(&mut self, variable: &Variable) -> Step<Variable> {
        match self.meet(variable) {
            Some(_) => Err(BindError::Assigned {
                parameter: variable.clone(),
            }),
            None => Ok(variable.clone()),
        }
    }

    /// A variable that the query does not have, different at each call so that no two patterns come to share it.
    fn fresh(&mut self, stem: &Variable) -> Variable {
        let text = self.source.to_string();
        loop {
            self.fresh += 1;
            let name = format!("{}_constant_{}", stem.as_str(), self.fresh);
            if !text.contains(&name) {
                return Variable::new_unchecked(name);
            }
        }
    }

    pub(super) fn query(&mut self, query: &Query) -> Step<Query> {
        Ok(match query {
            Query::Select {
                dataset,
                pattern,
                base_iri,
            } => Query::Select {
                dataset: dataset.clone(),
                pattern: self.pattern(pattern, Columns::Shown)?,
                base_iri: base_iri.clone(),
            },
            Query::Construct {
                template,
                dataset,
                pattern,
                base_iri,
            } => Query::Construct {
                template: self.template(template)?,
                dataset: dataset.clone(),
                pattern: self.pattern(pattern, Columns::Hidden)?,
                base_iri: base_iri.clone(),
            },
            Query::Describe {
                dataset,
                pattern,
                base_iri,
            } => {
                if let GraphPattern::Project { variables, .. } = pattern {
                    self.used.extend(variables.iter().cloned());
                }
                Query::Describe {
                    dataset: dataset.clone(),
                    pattern: self.pattern(pattern, Columns::Shown)?,
                    base_iri: base_iri.clone(),
                }
            }
            Query::Ask {
                dataset,
                pattern,
                base_iri,
            } => Query::Ask {
                dataset: dataset.clone(),
                pattern: self.pattern(pattern, Columns::Hidden)?,
                base_iri: base_iri.clone(),
            },
        })
    }

    fn boxed(&mut self, pattern: &GraphPattern) -> Step<Box<GraphPattern>> {
        self.pattern(pattern, Columns::Hidden).map(Box::new)
    }

    pub(super) fn pattern(
        &mut self,
        pattern: &GraphPattern,
        columns: Columns,
    ) -> Step<GraphPattern> {
        use GraphPattern as P;
        Ok(match pattern {
            P::Bgp { patterns } => P::Bgp {
                patterns: self.triples(patterns)?,
            },
            P::Path {
                subject,
                path,
                object,
            } => P::Path {
                path: self.path(path),
                // The far end of a reversed step may be a literal.
                subject: if reverses(path) {
                    self.object(subject)?
                } else {
                    self.subject(subject)?
                },
                object: self.object(object)?,
            },
            P::Join { left, right } => P::Join {
                left: self.boxed(left)?,
                right: self.boxed(right)?,
            },
            P::LeftJoin {
                left,
                right,
                expression,
            } => P::LeftJoin {
                left: self.boxed(left)?,
                right: self.boxed(right)?,
                expression: expression
                    .as_ref()
                    .map(|e| self.expression(e))
                    .transpose()?,
            },
            P::Lateral { left, right } => P::Lateral {
                left: self.boxed(left)?,
                right: self.boxed(right)?,
            },
            P::Filter { expr, inner } => P::Filter {
                expr: self.expression(expr)?,
                inner: self.boxed(inner)?,
            },
            P::Union { left, right } => P::Union {
                left: self.boxed(left)?,
                right: self.boxed(right)?,
            },
            P::Graph { name, inner } => P::Graph {
                name: self.name(name, Position::Graph)?,
                inner: self.boxed(inner)?,
            },
            P::Extend {
                inner,
                variable,
                expression,
            } => P::Extend {
                inner: self.boxed(inner)?,
                variable: self.assigned(variable)?,
                expression: self.expression(expression)?,
            },
            P::Minus { left, right } => {
                self.check_minus(left, right)?;
                P::Minus {
                    left: self.boxed(left)?,
                    right: self.boxed(right)?,
                }
            }
            P::Values {
                variables,
                bindings,
            } => self.table(variables, bindings),
            P::OrderBy { inner, expression } => P::OrderBy {
                inner: self.boxed(inner)?,
                expression: expression
                    .iter()
                    .map(|e| self.order(e))
                    .collect::<Step<_>>()?,
            },
            P::Project { inner, variables } => {
                let inner = self.pattern(inner, Columns::Hidden)?;
                self.project(inner, variables, columns)
            }
            P::Distinct { inner } => P::Distinct {
                inner: Box::new(self.pattern(inner, columns)?),
            },
            P::Reduced { inner } => P::Reduced {
                inner: Box::new(self.pattern(inner, columns)?),
            },
            P::Slice {
                inner,
                start,
                length,
            } => P::Slice {
                inner: Box::new(self.pattern(inner, columns)?),
                start: *start,
                length: *length,
            },
            P::Group {
                inner,
                variables,
                aggregates,
            } => self.group(inner, variables, aggregates)?,
            P::Service {
                name,
                inner,
                silent,
            } => P::Service {
                name: self.name(name, Position::Service)?,
                inner: self.boxed(inner)?,
                silent: *silent,
            },
        })
    }

    /// Only the outermost list gives parameters back; an inner one has no need of a column that never varies.
    fn project(
        &mut self,
        mut inner: GraphPattern,
        listed: &[Variable],
        columns: Columns,
    ) -> GraphPattern {
        let mut variables = Vec::with_capacity(listed.len());
        for variable in listed {
            let value = self.value(variable).cloned();
            if let (Some(value), Columns::Shown) = (&value, columns) {
                inner = extend(inner, variable.clone(), value.clone());
            }
            if value.is_none() || columns == Columns::Shown {
                variables.push(variable.clone());
            }
        }
        if let ([], Some((constant, value))) = (variables.as_slice(), self.constant(listed)) {
            inner = extend(inner, constant.clone(), value);
            variables.push(constant);
        }
        GraphPattern::Project {
            inner: Box::new(inner),
            variables,
        }
    }

    /// Without any key a group of no rows is still a group, so a lone parameter leaves a constant key behind.
    fn group(
        &mut self,
        inner: &GraphPattern,
        listed: &[Variable],
        aggregates: &[(Variable, AggregateExpression)],
    ) -> Step<GraphPattern> {
        let mut inner = self.pattern(inner, Columns::Hidden)?;
        let mut variables: Vec<_> = listed
            .iter()
            .filter(|key| self.value(key).is_none())
            .cloned()
            .collect();
        if let ([], Some((constant, value))) = (variables.as_slice(), self.constant(listed)) {
            inner = extend(inner, constant.clone(), value);
            variables.push(constant);
        }
        let aggregates = aggregates
            .iter()
            .map(|(variable, aggregate)| Ok((self.assigned(variable)?, self.aggregate(aggregate)?)))
            .collect::<Step<_>>()?;
        Ok(GraphPattern::Group {
            inner: Box::new(inner),
            variables,
            aggregates,
        })
    }

    /// A new variable that stands for the first parameter of a list.
    fn constant(&mut self, listed: &[Variable]) -> Option<(Variable, GroundTerm)> {
        let (variable, value) = listed
            .iter()
            .find_map(|v| Some((v, self.value(v)?.clone())))?;
        Some((self.fresh(variable), value))
    }

    /// Rows that hold another value than the parameter's go, and so does its column.
    fn table(&mut self, variables: &[Variable], rows: &[Vec<Option<GroundTerm>>]) -> GraphPattern {
        let wanted: Vec<_> = variables
            .iter()
            .map(|variable| self.meet(variable).cloned())
            .collect();
        let bindings = rows
            .iter()
            .filter(|row| {
                row.iter().zip(&wanted).all(|pair| match pair {
                    (Some(GroundTerm::Literal(cell)), Some(GroundTerm::Literal(value))) => {
                        same_value(cell, value)
                    }
                    (Some(cell), Some(value)) => cell == value,
                    (None, _) | (_, None) => true,
                })
            })
            .map(|row| {
                row.iter()
                    .zip(&wanted)
                    .filter(|(_, w)| w.is_none())
                    .map(|(c, _)| c.clone())
                    .collect()
            })
            .collect();
        let variables = variables
            .iter()
            .filter(|variable| self.value(variable).is_none())
            .cloned()
            .collect();
        GraphPattern::Values {
            variables,
            bindings,
        }
    }

    fn check_minus(&self, left: &GraphPattern, right: &GraphPattern) -> Step<()> {
        let (mut before, mut shared) = (BTreeSet::new(), BTreeSet::new());
        left.on_in_scope_variable(|variable| {
            before.insert(variable);
        });
        right.on_in_scope_variable(|variable| {
            if before.contains(variable) {
                shared.insert(variable);
            }
        });
        match shared.first() {
            Some(first) if shared.iter().all(|variable| self.value(variable).is_some()) => {
                Err(BindError::MinusOnParameter {
                    parameter: (*first).clone(),
                })
            }
            Some(_) | None => Ok(()),
        }
    }

    fn order(&mut self, order: &OrderExpression) -> Step<OrderExpression> {
        Ok(match order {
            OrderExpression::Asc(e) => OrderExpression::Asc(self.expression(e)?),
            OrderExpression::Desc(e) => OrderExpression::Desc(self.expression(e)?),
        })
    }

    fn aggregate(&mut self, aggregate: &AggregateExpression) -> Step<AggregateExpression> {
        Ok(match aggregate {
            AggregateExpression::CountSolutions { distinct } => {
                AggregateExpression::CountSolutions {
                    distinct: *distinct,
                }
            }
            AggregateExpression::FunctionCall {
                name,
                expr,
                distinct,
            } => AggregateExpression::FunctionCall {
                name: name.clone(),
                expr: self.expression(expr)?,
                distinct: *distinct,
            },
        })
    }
}

pub(super) fn constant(value: &GroundTerm) -> Expression {
    match value {
        GroundTerm::NamedNode(iri) => iri.clone().into(),
        GroundTerm::Literal(literal) => literal.clone().into(),
        GroundTerm::Triple(triple) => Expression::FunctionCall(
            Function::Triple,
            vec![
                triple.subject.clone().into(),
                triple.predicate.clone().into(),
                constant(&triple.object),
            ],
        ),
    }
}

/// Adds a constant column below the ordering, where a `SELECT` expression stands in parsed queries.
fn extend(pattern: GraphPattern, variable: Variable, value: GroundTerm) -> GraphPattern {
    if let GraphPattern::OrderBy { inner, expression } = pattern {
        let inner = Box::new(extend(*inner, variable, value));
        return GraphPattern::OrderBy { inner, expression };
    }
    GraphPattern::Extend {
        inner: Box::new(pattern),
        variable,
        expression: constant(&value),
    }
}

/// Whether a path goes backwards somewhere, so that its first end may be an object.
fn reverses(path: &PropertyPathExpression) -> bool {
    use PropertyPathExpression as P;
    match path {
        P::NamedNode(_) | P::NegatedPropertySet(_) => false,
        P::Reverse(_) => true,
        P::Sequence(a, b) | P::Alternative(a, b) => reverses(a) || reverses(b),
        P::ZeroOrMore(a) | P::OneOrMore(a) | P::ZeroOrOne(a) => reverses(a),
    }
}
