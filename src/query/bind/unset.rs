//! Rewrites a query for an optional parameter without a value.

use spargebra::Query;
use spargebra::algebra::{Expression, GraphPattern};

use crate::graph::model::Variable;

/// Whether `query` can have no row while `parameter` has no value, because a condition needs it.
#[must_use]
pub fn needs_value(query: &Query, parameter: &Variable) -> bool {
    let (Query::Select { pattern, .. }
    | Query::Construct { pattern, .. }
    | Query::Describe { pattern, .. }
    | Query::Ask { pattern, .. }) = query;
    has_no_row(pattern, parameter)
}

fn has_no_row(pattern: &GraphPattern, unset: &Variable) -> bool {
    use GraphPattern as P;
    match pattern {
        P::Filter { expr, inner } => {
            let mut bound = false;
            inner.on_in_scope_variable(|variable| bound |= variable == unset);
            (!bound && fails(expr, unset)) || has_no_row(inner, unset)
        }
        P::Join { left, right } | P::Lateral { left, right } => {
            has_no_row(left, unset) || has_no_row(right, unset)
        }
        P::Union { left, right } => has_no_row(left, unset) && has_no_row(right, unset),
        P::LeftJoin { left, .. } | P::Minus { left, .. } => has_no_row(left, unset),
        P::Extend { inner, .. }
        | P::Graph { inner, .. }
        | P::OrderBy { inner, .. }
        | P::Project { inner, .. }
        | P::Distinct { inner }
        | P::Reduced { inner }
        | P::Slice { inner, .. }
        | P::Group { inner, .. } => has_no_row(inner, unset),
        P::Bgp { .. } | P::Path { .. } | P::Values { .. } | P::Service { .. } => false,
    }
}

/// Whether an expression is an error, or false, whatever the other variables are.
fn fails(expression: &Expression, unset: &Variable) -> bool {
    use Expression as E;
    let fails = |expression: &Expression| fails(expression, unset);
    match expression {
        E::Variable(variable) => variable == unset,
        E::NamedNode(_) | E::Literal(_) | E::Bound(_) | E::Exists(_) => false,
        E::Or(a, b) => fails(a) && fails(b),
        E::Coalesce(list) => list.iter().all(fails),
        E::In(a, list) => fails(a) || (!list.is_empty() && list.iter().all(fails)),
        E::If(condition, yes, no) => fails(condition) || (fails(yes) && fails(no)),
        E::And(a, b)
        | E::Equal(a, b)
        | E::SameTerm(a, b)
        | E::Greater(a, b)
        | E::GreaterOrEqual(a, b)
        | E::Less(a, b)
        | E::LessOrEqual(a, b)
        | E::Add(a, b)
        | E::Subtract(a, b)
        | E::Multiply(a, b)
        | E::Divide(a, b) => fails(a) || fails(b),
        E::UnaryPlus(a) | E::UnaryMinus(a) | E::Not(a) => fails(a),
        E::FunctionCall(_, list) => list.iter().any(fails),
    }
}

#[cfg(test)]
mod tests {
    use spargebra::SparqlParser;

    use super::*;

    fn needs(condition: &str) -> bool {
        let text = format!("SELECT ?c {{ ?c <urn:p> ?x . {condition} }}");
        let query = SparqlParser::new().parse_query(&text).expect("a query");
        needs_value(&query, &Variable::new_unchecked("t"))
    }

    #[test]
    fn a_condition_that_allows_for_no_value_is_none() {
        for condition in [
            "FILTER(?x > ?t)",
            "FILTER(?x > 1 && ?x < ?t)",
            "FILTER(!(?x > ?t))",
            "FILTER(CONTAINS(STR(?x), ?t))",
            "{ SELECT ?c { ?c <urn:q> ?y FILTER(?y = ?t) } }",
        ] {
            assert!(needs(condition), "{condition}");
        }
        for condition in [
            "FILTER(!BOUND(?t) || ?x > ?t)",
            "FILTER(?x > COALESCE(?t, 0))",
            "FILTER(IF(BOUND(?t), ?x > ?t, true))",
            "?c <urn:q> ?t FILTER(?x > ?t)",
            "OPTIONAL { ?c <urn:q> ?y FILTER(?y > ?t) }",
            "FILTER NOT EXISTS { ?c <urn:q> ?y FILTER(?y > ?t) }",
            "FILTER(?x = 1 || ?x = ?t)",
        ] {
            assert!(!needs(condition), "{condition}");
        }
    }
}
