//! Constant folding once the parameters are bound: evaluates conditions on them, and drops branches
//! of a `UNION` that cannot have rows.

use crate::graph::model::xsd;
use spargebra::algebra::{Expression, GraphPattern};

/// Takes out conditions that always hold, and branches of a `UNION` whose condition never does. So a query can have one
/// branch for each value of a parameter, and is evaluated as if only that of its value were written.
pub fn fold(pattern: &mut GraphPattern) {
    use GraphPattern as P;
    match pattern {
        P::Union { left, right } => {
            fold(left);
            fold(right);
            if is_empty(left) {
                *pattern = std::mem::take(right);
            } else if is_empty(right) {
                *pattern = std::mem::take(left);
            }
        }
        P::Filter { expr, inner } => {
            fold(inner);
            settle(expr);
            if settled(expr) == Some(true) {
                *pattern = std::mem::take(inner);
            }
        }
        P::Join { left, right } => {
            fold(left);
            fold(right);
            // As they would be read if they stood in one group.
            if let (P::Bgp { patterns }, P::Bgp { patterns: more }) = (&mut **left, &mut **right) {
                patterns.append(more);
                *pattern = std::mem::take(left);
            }
        }
        P::Lateral { left, right } | P::Minus { left, right } | P::LeftJoin { left, right, .. } => {
            fold(left);
            fold(right);
        }
        P::Extend { inner, .. }
        | P::Graph { inner, .. }
        | P::OrderBy { inner, .. }
        | P::Project { inner, .. }
        | P::Distinct { inner }
        | P::Reduced { inner }
        | P::Slice { inner, .. }
        | P::Group { inner, .. } => fold(inner),
        P::Bgp { .. } | P::Path { .. } | P::Values { .. } | P::Service { .. } => {}
    }
}

fn is_empty(pattern: &GraphPattern) -> bool {
    matches!(pattern, GraphPattern::Filter { expr, .. } if settled(expr) == Some(false))
}

/// Leaves of two conditions the one that is not settled.
fn settle(expression: &mut Expression) {
    if let Expression::And(left, right) = expression {
        settle(left);
        settle(right);
        match (settled(left), settled(right)) {
            (Some(false), _) | (_, Some(true)) => *expression = std::mem::replace(left, unset()),
            (_, Some(false)) | (Some(true), _) => *expression = std::mem::replace(right, unset()),
            (None, None) => {}
        }
    }
}

/// What stands for a moment where an expression was taken from.
fn unset() -> Expression {
    Expression::Coalesce(Vec::new())
}

/// Whether a comparison of two constants holds; `None` if it is none, or takes more than a look to tell.
fn settled(expression: &Expression) -> Option<bool> {
    match expression {
        Expression::Equal(left, right) => match (&**left, &**right) {
            (Expression::NamedNode(left), Expression::NamedNode(right)) => Some(left == right),
            (Expression::Literal(left), Expression::Literal(right))
                if left.datatype() == xsd::STRING && right.datatype() == xsd::STRING =>
            {
                Some(left == right)
            }
            _ => None,
        },
        _ => None,
    }
}
