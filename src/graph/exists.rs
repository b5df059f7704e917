//! Has `EXISTS` be asked once for all rows, where it would be asked anew for each.
//!
//! The engine evaluates an `EXISTS` row by row, and within it a path of any length to a term
//! (`?drug skos:broader* drug:crizotinib`) from that term on: everything that leads there, for each row.
//! Where what is asked depends on nothing but variables that every row has, it is a join with the
//! different solutions (`FILTER EXISTS`), their difference (`FILTER NOT EXISTS`), or a mark on rows that
//! have one (`BIND(EXISTS …)`), and the path is followed once.

use std::collections::BTreeSet;

use spargebra::algebra::{Expression, GraphPattern, PropertyPathExpression};
use spargebra::term::{Literal, TermPattern, Variable};

use super::model::Query;
use super::rewrite::made;

type Variables = BTreeSet<Variable>;

/// Rewrites what can be of a query.
pub(super) fn ask_once(query: &mut Query) {
    let (Query::Select { pattern, .. }
    | Query::Construct { pattern, .. }
    | Query::Describe { pattern, .. }
    | Query::Ask { pattern, .. }) = query;
    walk(pattern, &mut Seen::default());
}

/// What is around a pattern.
#[derive(Default)]
struct Seen {
    /// Variables of the rows of which a pattern within `EXISTS` is asked.
    outside: Variables,
    /// How many marks of rows there are.
    marks: usize,
}

fn walk(pattern: &mut GraphPattern, seen: &mut Seen) {
    match pattern {
        // Within GRAPH it is asked of another graph, within SERVICE of another endpoint.
        GraphPattern::Bgp { .. }
        | GraphPattern::Path { .. }
        | GraphPattern::Values { .. }
        | GraphPattern::Graph { .. }
        | GraphPattern::Service { .. } => {}
        GraphPattern::Join { left, right }
        | GraphPattern::LeftJoin { left, right, .. }
        | GraphPattern::Union { left, right }
        | GraphPattern::Minus { left, right } => {
            walk(left, seen);
            walk(right, seen);
        }
        GraphPattern::Lateral { left, right } => {
            walk(left, seen);
            // What stands on the right is asked of each row of the left.
            let mut outside = seen.outside.clone();
            outside.extend(in_scope(left));
            let before = std::mem::replace(&mut seen.outside, outside);
            walk(right, seen);
            seen.outside = before;
        }
        GraphPattern::Filter { .. } => filter(pattern, seen),
        GraphPattern::Extend { .. } => extend(pattern, seen),
        GraphPattern::OrderBy { inner, .. }
        | GraphPattern::Project { inner, .. }
        | GraphPattern::Distinct { inner }
        | GraphPattern::Reduced { inner }
        | GraphPattern::Slice { inner, .. }
        | GraphPattern::Group { inner, .. } => walk(inner, seen),
    }
}

fn filter(pattern: &mut GraphPattern, seen: &mut Seen) {
    let GraphPattern::Filter { expr, inner } = std::mem::take(pattern) else {
        return;
    };
    let mut inner = *inner;
    walk(&mut inner, seen);
    let mut rest = Vec::new();
    for condition in conjuncts(expr) {
        let (asked, wanted) = match &condition {
            Expression::Exists(asked) => (Some(asked), true),
            Expression::Not(not) => match not.as_ref() {
                Expression::Exists(asked) => (Some(asked), false),
                _ => (None, true),
            },
            _ => (None, true),
        };
        match asked.and_then(|asked| solutions(asked, &inner, seen)) {
            Some(solutions) => narrow(&mut inner, solutions, wanted),
            None => rest.push(condition),
        }
    }
    let rest = rest
        .into_iter()
        .reduce(|a, b| Expression::And(Box::new(a), Box::new(b)));
    *pattern = match rest {
        Some(expr) => GraphPattern::Filter {
            expr,
            inner: Box::new(inner),
        },
        None => inner,
    };
}

/// Keeps the rows that have one of the solutions, or those that have none. Their variables are bound in the
/// core of the pattern, and there the engine joins them best: around optional parts it may take each
/// solution anew for a start.
fn narrow(rows: &mut GraphPattern, solutions: GraphPattern, wanted: bool) {
    match rows {
        GraphPattern::LeftJoin { left: core, .. }
        | GraphPattern::Extend { inner: core, .. }
        | GraphPattern::Filter { inner: core, .. } => narrow(core, solutions, wanted),
        core => {
            let (left, right) = (Box::new(std::mem::take(core)), Box::new(solutions));
            *core = if wanted {
                GraphPattern::Join { left, right }
            } else {
                GraphPattern::Minus { left, right }
            };
        }
    }
}

fn extend(pattern: &mut GraphPattern, seen: &mut Seen) {
    let GraphPattern::Extend {
        inner, expression, ..
    } = pattern
    else {
        return;
    };
    walk(inner, seen);
    let Expression::Exists(asked) = expression else {
        return;
    };
    let Some(solutions) = solutions(asked, inner, seen) else {
        return;
    };
    seen.marks += 1;
    let mark = made("exists", seen.marks);
    let marked = GraphPattern::Extend {
        inner: Box::new(solutions),
        variable: mark.clone(),
        expression: Literal::from(true).into(),
    };
    **inner = GraphPattern::LeftJoin {
        left: Box::new(std::mem::take(inner)),
        right: Box::new(marked),
        expression: None,
    };
    *expression = Expression::Bound(mark);
}

fn conjuncts(expression: Expression) -> Vec<Expression> {
    match expression {
        Expression::And(a, b) => {
            let mut all = conjuncts(*a);
            all.extend(conjuncts(*b));
            all
        }
        other => vec![other],
    }
}

/// The different solutions of what is asked of each row of `rows`, in the variables that both have; `None`
/// if asking each row is not the same, or not slower.
fn solutions(asked: &GraphPattern, rows: &GraphPattern, seen: &mut Seen) -> Option<GraphPattern> {
    if !follows_a_path_to_a_term(asked) {
        return None;
    }
    let mut known = seen.outside.clone();
    known.extend(in_scope(rows));
    let shared: Variables = in_scope(asked).intersection(&known).cloned().collect();
    if shared.is_empty() || !shared.is_subset(&certain(rows)) || !is_closed(asked, &known) {
        return None;
    }
    let mut asked = asked.clone();
    let outside = std::mem::replace(&mut seen.outside, known);
    walk(&mut asked, seen);
    seen.outside = outside;
    Some(GraphPattern::Distinct {
        inner: Box::new(GraphPattern::Project {
            inner: Box::new(asked),
            variables: shared.into_iter().collect(),
        }),
    })
}

/// Whether a pattern has a path of any length of which one end is a term.
fn follows_a_path_to_a_term(pattern: &GraphPattern) -> bool {
    match pattern {
        GraphPattern::Path {
            subject,
            path,
            object,
        } => {
            let is_term = |end: &TermPattern| {
                matches!(end, TermPattern::NamedNode(_) | TermPattern::Literal(_))
            };
            let is_long = matches!(
                path,
                PropertyPathExpression::ZeroOrMore(_) | PropertyPathExpression::OneOrMore(_)
            );
            is_long && (is_term(subject) || is_term(object))
        }
        GraphPattern::Join { left, right } => {
            follows_a_path_to_a_term(left) || follows_a_path_to_a_term(right)
        }
        GraphPattern::Filter { inner, .. } => follows_a_path_to_a_term(inner),
        _ => false,
    }
}

fn in_scope(pattern: &GraphPattern) -> Variables {
    let mut found = Variables::new();
    pattern.on_in_scope_variable(|variable| {
        found.insert(variable.clone());
    });
    found
}

/// Whether a pattern is made of triples, paths and conditions alone, and none of its conditions looks at a
/// variable of the `known` ones that comes from outside of it.
fn is_closed(pattern: &GraphPattern, known: &Variables) -> bool {
    match pattern {
        GraphPattern::Bgp { .. } | GraphPattern::Path { .. } => true,
        GraphPattern::Join { left, right } => is_closed(left, known) && is_closed(right, known),
        GraphPattern::Filter { expr, inner } => {
            let mut looked_at = Variables::new();
            let own = in_scope(inner);
            is_closed(inner, known)
                && gather(expr, &mut looked_at)
                && looked_at
                    .iter()
                    .all(|variable| own.contains(variable) || !known.contains(variable))
        }
        _ => false,
    }
}

/// Gathers the variables of an expression; `false` if they cannot be told.
fn gather(expression: &Expression, found: &mut Variables) -> bool {
    use Expression as E;
    match expression {
        E::NamedNode(_) | E::Literal(_) => true,
        E::Variable(variable) | E::Bound(variable) => {
            found.insert(variable.clone());
            true
        }
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
        | E::Divide(a, b) => gather(a, found) && gather(b, found),
        E::UnaryPlus(a) | E::UnaryMinus(a) | E::Not(a) => gather(a, found),
        E::If(a, b, c) => [a, b, c].into_iter().all(|part| gather(part, found)),
        E::In(a, all) => gather(a, found) && all.iter().all(|part| gather(part, found)),
        E::Coalesce(all) | E::FunctionCall(_, all) => all.iter().all(|part| gather(part, found)),
        E::Exists(pattern) => gather_pattern(pattern, found),
    }
}

fn gather_pattern(pattern: &GraphPattern, found: &mut Variables) -> bool {
    found.extend(in_scope(pattern));
    match pattern {
        GraphPattern::Bgp { .. } | GraphPattern::Path { .. } => true,
        GraphPattern::Join { left, right } => {
            gather_pattern(left, found) && gather_pattern(right, found)
        }
        GraphPattern::Filter { expr, inner } => gather(expr, found) && gather_pattern(inner, found),
        _ => false,
    }
}

/// Variables that every solution of a pattern binds; there may be more.
pub(super) fn certain(pattern: &GraphPattern) -> Variables {
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
        _ => Variables::new(),
    }
}

#[cfg(test)]
mod tests {
    use oxigraph::sparql::{QueryResults, SparqlEvaluator};
    use oxigraph::store::Store;
    use proptest::prelude::*;

    use super::*;
    use crate::graph::model::{GraphName, NamedNode, Quad, SparqlParser};

    /// A query after rewriting, and whether anything was rewritten.
    fn rewritten(pattern: &str) -> (String, bool) {
        let text = format!("PREFIX : <http://example.org/> SELECT ?c {{ {pattern} }}");
        let mut query = SparqlParser::new().parse_query(&text).expect("a query");
        let before = query.to_string();
        ask_once(&mut query);
        let after = query.to_string();
        let changed = before != after;
        (after, changed)
    }

    #[test]
    fn what_does_not_depend_on_the_row_is_asked_once() {
        for (pattern, sign) in [
            (
                "?c a :Case FILTER EXISTS { ?c :drug/:broader* :x }",
                "DISTINCT",
            ),
            (
                "?c a :Case FILTER NOT EXISTS { ?c :drug/:broader* :x }",
                "MINUS",
            ),
            (
                "?c a :Case BIND(EXISTS { ?c :drug/:broader* :x } AS ?had)",
                "BOUND",
            ),
            (
                "?c a :Case OPTIONAL { ?c :age ?age } FILTER(EXISTS { ?c :drug ?d . ?d :broader+ :x } && ?age > 3)",
                "DISTINCT",
            ),
        ] {
            let (after, changed) = rewritten(pattern);
            assert!(changed && after.contains(sign), "{pattern}: {after}");
            assert!(!after.contains("EXISTS {"), "{pattern}: {after}");
        }
        // What is asked within, and is asked once too, stays asked within.
        let nested = "?c a :Case BIND(EXISTS { ?c :event ?e . ?e :drug/:broader* :x FILTER NOT EXISTS { ?e :fatal ?f } } AS ?open)";
        let (after, changed) = rewritten(nested);
        assert!(changed && after.contains("EXISTS"), "{after}");
    }

    #[test]
    fn what_depends_on_the_row_is_asked_of_each() {
        for pattern in [
            // No path, or none to a term.
            "?c a :Case FILTER EXISTS { ?c :drug ?d }",
            "?c a :Case ; :class ?x FILTER EXISTS { ?c :drug/:broader* ?x }",
            // Nothing in common, a condition on the row, a variable that may have no value.
            "?c a :Case FILTER EXISTS { ?d :broader* :x }",
            "?c a :Case ; :at ?at FILTER EXISTS { ?c :drug ?d . ?d :broader* :x ; :at ?then FILTER(?then < ?at) }",
            "?c a :Case OPTIONAL { ?c :given ?d } FILTER EXISTS { ?d :broader* :x }",
            // Within another graph it is asked of that.
            "GRAPH ?g { ?c a :Case FILTER EXISTS { ?c :drug/:broader* :x } }",
            // The inner one depends on the row that the outer one is asked of.
            "?c a :Case ; :at ?at FILTER EXISTS { ?c :drug ?d FILTER EXISTS { ?d :broader* :x ; :at ?at } }",
        ] {
            let (after, changed) = rewritten(pattern);
            assert!(!changed, "{pattern}: {after}");
        }
    }

    /// The rows of a query as the engine gives them, without their order.
    fn rows(store: &Store, query: Query) -> Vec<String> {
        let answer = SparqlEvaluator::new().for_query(query).on_store(store);
        let Ok(QueryResults::Solutions(rows)) = answer.execute() else {
            panic!("no rows");
        };
        let mut rows: Vec<String> = rows
            .map(|row| format!("{:?}", row.expect("a row").values()))
            .collect();
        rows.sort();
        rows
    }

    fn asked() -> impl Strategy<Value = String> {
        let path = prop_oneof![
            Just(":drug/:broader*"),
            Just(":drug/:broader+"),
            Just(":broader*"),
            Just("^:drug/:broader*"),
        ];
        let condition = prop_oneof![
            3 => Just(""),
            1 => Just("FILTER(?d != :n1)"),
            1 => Just("FILTER(?c != :n2)"),
            1 => Just("FILTER(?o != :n0)"),
            1 => Just("FILTER NOT EXISTS { ?d :drug ?f }"),
            1 => Just("FILTER EXISTS { ?d :broader* :n0 }"),
            1 => Just("FILTER NOT EXISTS { ?d :broader+ ?o }"),
            1 => Just("FILTER NOT EXISTS { ?c :broader+ :n3 }"),
        ];
        (path, 0..5, condition).prop_map(|(path, term, condition)| {
            format!("EXISTS {{ ?c {path} :n{term} . ?c :drug ?d {condition} }}")
        })
    }

    fn question() -> impl Strategy<Value = String> {
        (asked(), asked(), 0..8).prop_map(|(one, two, kind)| {
            let body = match kind {
                0 => format!("FILTER {one}"),
                1 => format!("FILTER NOT {one}"),
                2 => format!("BIND({one} AS ?x)"),
                3 => format!("FILTER({one} && !{two})"),
                4 => format!("OPTIONAL {{ ?c :broader ?o }} FILTER {one}"),
                5 => format!("BIND({one} AS ?x) BIND({two} AS ?y)"),
                6 => format!("FILTER({one} || {two})"),
                _ => format!("OPTIONAL {{ ?c :drug ?d FILTER {one} }}"),
            };
            format!("PREFIX : <http://example.org/> SELECT * {{ ?c :age ?age {body} }}")
        })
    }

    proptest! {
        #[test]
        fn rewritten_queries_answer_the_same(
            links in proptest::collection::vec((0..5u8, 0..3u8, 0..5u8), 0..20),
            question in question(),
        ) {
            let store = Store::new().expect("a store");
            let node = |n: u8| NamedNode::new_unchecked(format!("http://example.org/n{n}"));
            for (from, predicate, to) in links {
                let name = ["drug", "broader", "age"][usize::from(predicate)];
                let predicate = NamedNode::new_unchecked(format!("http://example.org/{name}"));
                let quad = Quad::new(node(from), predicate, node(to), GraphName::DefaultGraph);
                store.insert(&quad).expect("stored");
            }
            let query = SparqlParser::new().parse_query(&question).expect("a query");
            let mut once = query.clone();
            ask_once(&mut once);
            prop_assert_eq!(rows(&store, once), rows(&store, query), "{}", question);
        }
    }
}
