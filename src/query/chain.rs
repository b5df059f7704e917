//! The nesting depth of a parsed query.

use spargebra::algebra::{
    AggregateExpression, Expression, GraphPattern, OrderExpression, PropertyPathExpression,
};

use crate::graph::rewrite::operands;

/// A part of a query.
enum Part<'q> {
    Pattern(&'q GraphPattern),
    Expression(&'q Expression),
    Path(&'q PropertyPathExpression),
}

/// The length of the longest chain of parts of which each stands in the one before. Takes no stack, however
/// long it is.
pub(super) fn longest_chain(pattern: &GraphPattern) -> usize {
    let mut longest = 0;
    let mut open = vec![(Part::Pattern(pattern), 1)];
    while let Some((part, depth)) = open.pop() {
        longest = longest.max(depth);
        let mut found = Vec::new();
        // What the evaluation makes a chain of.
        let own = match part {
            Part::Pattern(pattern) => in_pattern(pattern, &mut found),
            Part::Expression(expression) => in_expression(expression, &mut found),
            Part::Path(path) => in_path(path, &mut found),
        };
        longest = longest.max(depth + own);
        open.extend(found.into_iter().map(|part| (part, depth + own + 1)));
    }
    longest
}

fn in_pattern<'q>(pattern: &'q GraphPattern, found: &mut Vec<Part<'q>>) -> usize {
    use GraphPattern as P;
    match pattern {
        P::Bgp { patterns } => return patterns.len(),
        P::Path { path, .. } => found.push(Part::Path(path)),
        P::Values { .. } => {}
        P::Join { left, right }
        | P::Lateral { left, right }
        | P::Union { left, right }
        | P::Minus { left, right } => found.extend([left, right].map(|part| Part::Pattern(part))),
        P::LeftJoin {
            left,
            right,
            expression,
        } => {
            found.extend([left, right].map(|part| Part::Pattern(part)));
            found.extend(expression.iter().map(Part::Expression));
        }
        P::Filter { expr, inner } => found.extend([Part::Pattern(inner), Part::Expression(expr)]),
        P::Extend {
            inner, expression, ..
        } => found.extend([Part::Pattern(inner), Part::Expression(expression)]),
        P::OrderBy { inner, expression } => {
            found.push(Part::Pattern(inner));
            found.extend(expression.iter().map(|order| {
                let (OrderExpression::Asc(by) | OrderExpression::Desc(by)) = order;
                Part::Expression(by)
            }));
            return expression.len();
        }
        P::Group {
            inner, aggregates, ..
        } => {
            found.push(Part::Pattern(inner));
            found.extend(
                aggregates
                    .iter()
                    .filter_map(|(_, aggregate)| match aggregate {
                        AggregateExpression::FunctionCall { expr, .. } => {
                            Some(Part::Expression(expr))
                        }
                        AggregateExpression::CountSolutions { .. } => None,
                    }),
            );
        }
        P::Graph { inner, .. }
        | P::Service { inner, .. }
        | P::Project { inner, .. }
        | P::Distinct { inner }
        | P::Reduced { inner }
        | P::Slice { inner, .. } => found.push(Part::Pattern(inner)),
    }
    0
}

fn in_expression<'q>(expression: &'q Expression, found: &mut Vec<Part<'q>>) -> usize {
    if let Expression::Exists(pattern) = expression {
        found.push(Part::Pattern(pattern));
    }
    found.extend(operands(expression).into_iter().map(Part::Expression));
    0
}

fn in_path<'q>(path: &'q PropertyPathExpression, found: &mut Vec<Part<'q>>) -> usize {
    use PropertyPathExpression as P;
    match path {
        P::NamedNode(_) | P::NegatedPropertySet(_) => {}
        P::Sequence(a, b) | P::Alternative(a, b) => {
            found.extend([a, b].map(|part| Part::Path(part)));
        }
        P::Reverse(a) | P::ZeroOrMore(a) | P::OneOrMore(a) | P::ZeroOrOne(a) => {
            found.push(Part::Path(a));
        }
    }
    0
}
