//! What all rewriters share: a walk over the patterns of a query, and fresh variables.

use std::collections::HashSet;

use oxrdf::{Term, Variable};
use spargebra::algebra::{AggregateExpression, Expression, GraphPattern, OrderExpression};
use spargebra::term::{GroundTerm, TermPattern};

/// A fresh variable. Its name has a space, so that no query can have the same.
#[must_use]
pub fn fresh_variable(what: &str, number: usize) -> Variable {
    Variable::new_unchecked(format!("{what} {number}"))
}

/// The variables that solutions of a pattern may have.
#[must_use]
pub fn in_scope(pattern: &GraphPattern) -> HashSet<Variable> {
    let mut variables = HashSet::new();
    pattern.on_in_scope_variable(|variable| {
        variables.insert(variable.clone());
    });
    variables
}

/// The term that a pattern is, without variables and blank nodes.
#[must_use]
pub fn constant(end: &TermPattern) -> Option<GroundTerm> {
    Term::try_from(end.clone()).ok()?.try_into().ok()
}

/// Visits the patterns bottom-up, those within `EXISTS` too. Patterns within `SERVICE` belong to
/// another endpoint and are not visited.
pub fn for_each(pattern: &mut GraphPattern, visit: &mut dyn FnMut(&mut GraphPattern)) {
    for part in parts(pattern) {
        for_each(part, visit);
    }
    visit(pattern);
}

/// The patterns that a pattern is made of, those of `EXISTS` in its expressions last; `SERVICE` has none.
pub fn parts(pattern: &mut GraphPattern) -> Vec<&mut GraphPattern> {
    use GraphPattern as P;
    match pattern {
        P::Bgp { .. } | P::Path { .. } | P::Values { .. } | P::Service { .. } => Vec::new(),
        P::Join { left, right }
        | P::Lateral { left, right }
        | P::Union { left, right }
        | P::Minus { left, right } => vec![left, right],
        P::LeftJoin {
            left,
            right,
            expression,
        } => {
            let mut found: Vec<&mut GraphPattern> = vec![left, right];
            if let Some(expression) = expression {
                asked(expression, &mut found);
            }
            found
        }
        P::Filter { expr, inner } => {
            let mut found: Vec<&mut GraphPattern> = vec![inner];
            asked(expr, &mut found);
            found
        }
        P::Extend {
            inner, expression, ..
        } => {
            let mut found: Vec<&mut GraphPattern> = vec![inner];
            asked(expression, &mut found);
            found
        }
        P::OrderBy { inner, expression } => {
            let mut found: Vec<&mut GraphPattern> = vec![inner];
            for order in expression {
                let (OrderExpression::Asc(by) | OrderExpression::Desc(by)) = order;
                asked(by, &mut found);
            }
            found
        }
        P::Group {
            inner, aggregates, ..
        } => {
            let mut found: Vec<&mut GraphPattern> = vec![inner];
            for (_, aggregate) in aggregates {
                if let AggregateExpression::FunctionCall { expr, .. } = aggregate {
                    asked(expr, &mut found);
                }
            }
            found
        }
        P::Graph { inner, .. }
        | P::Project { inner, .. }
        | P::Distinct { inner }
        | P::Reduced { inner }
        | P::Slice { inner, .. } => vec![inner],
    }
}

/// What an expression is made of: its operands and arguments, in order. The pattern of `EXISTS` is none.
#[must_use]
pub fn operands(expression: &Expression) -> Vec<&Expression> {
    use Expression as E;
    match expression {
        E::NamedNode(_) | E::Literal(_) | E::Variable(_) | E::Bound(_) | E::Exists(_) => Vec::new(),
        E::Or(a, b)
        | E::And(a, b)
        | E::Equal(a, b)
        | E::SameTerm(a, b)
        | E::Greater(a, b)
        | E::GreaterOrEqual(a, b)
        | E::Less(a, b)
        | E::LessOrEqual(a, b)
        | E::Add(a, b)
        | E::Subtract(a, b)
        | E::Multiply(a, b)
        | E::Divide(a, b) => vec![a, b],
        E::UnaryPlus(a) | E::UnaryMinus(a) | E::Not(a) => vec![a],
        E::If(a, b, c) => vec![a, b, c],
        E::In(a, all) => std::iter::once(a.as_ref()).chain(all).collect(),
        E::Coalesce(all) | E::FunctionCall(_, all) => all.iter().collect(),
    }
}

/// Collects the patterns of `EXISTS` in an expression.
fn asked<'e>(expression: &'e mut Expression, found: &mut Vec<&'e mut GraphPattern>) {
    let mut places = Vec::new();
    exists(expression, &mut places);
    for place in places {
        if let Expression::Exists(pattern) = place {
            found.push(pattern);
        }
    }
}

/// Gathers the places of `EXISTS` in an expression.
pub(crate) fn exists<'e>(expression: &'e mut Expression, found: &mut Vec<&'e mut Expression>) {
    use Expression as E;
    match expression {
        E::Exists(_) => found.push(expression),
        E::NamedNode(_) | E::Literal(_) | E::Variable(_) | E::Bound(_) => {}
        E::Or(a, b)
        | E::And(a, b)
        | E::Equal(a, b)
        | E::SameTerm(a, b)
        | E::Greater(a, b)
        | E::GreaterOrEqual(a, b)
        | E::Less(a, b)
        | E::LessOrEqual(a, b)
        | E::Add(a, b)
        | E::Subtract(a, b)
        | E::Multiply(a, b)
        | E::Divide(a, b) => {
            exists(a, found);
            exists(b, found);
        }
        E::UnaryPlus(a) | E::UnaryMinus(a) | E::Not(a) => exists(a, found),
        E::If(a, b, c) => {
            exists(a, found);
            exists(b, found);
            exists(c, found);
        }
        E::In(a, all) => {
            exists(a, found);
            for part in all {
                exists(part, found);
            }
        }
        E::Coalesce(all) | E::FunctionCall(_, all) => {
            for part in all {
                exists(part, found);
            }
        }
    }
}
