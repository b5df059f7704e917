//! Makes the order that a query asks for a total one.
//!
//! The engine compares a number with a number by value, and with anything else by text: 9 is less than
//! 10, 10 less than "5", and "5" less than 9. A sort that meets such a circle gives any order, or
//! panics. SPARQL leaves open how numbers stand to other literals; here they come after them.

use spargebra::algebra::{Expression, Function, GraphPattern, OrderExpression};

use super::model::Query;

/// Has every `ORDER BY` compare first by whether a value is a number.
pub(super) fn separate_numbers(query: &mut Query) {
    let (Query::Select { pattern, .. }
    | Query::Construct { pattern, .. }
    | Query::Describe { pattern, .. }
    | Query::Ask { pattern, .. }) = query;
    walk(pattern);
}

fn walk(pattern: &mut GraphPattern) {
    match pattern {
        GraphPattern::Bgp { .. } | GraphPattern::Path { .. } | GraphPattern::Values { .. } => {}
        GraphPattern::Join { left, right }
        | GraphPattern::LeftJoin { left, right, .. }
        | GraphPattern::Lateral { left, right }
        | GraphPattern::Union { left, right }
        | GraphPattern::Minus { left, right } => {
            walk(left);
            walk(right);
        }
        GraphPattern::OrderBy { inner, expression } => {
            walk(inner);
            let keys = std::mem::take(expression);
            *expression = keys.into_iter().flat_map(separated).collect();
        }
        GraphPattern::Filter { inner, .. }
        | GraphPattern::Graph { inner, .. }
        | GraphPattern::Extend { inner, .. }
        | GraphPattern::Project { inner, .. }
        | GraphPattern::Distinct { inner }
        | GraphPattern::Reduced { inner }
        | GraphPattern::Slice { inner, .. }
        | GraphPattern::Group { inner, .. }
        | GraphPattern::Service { inner, .. } => walk(inner),
    }
}

fn separated(key: OrderExpression) -> Vec<OrderExpression> {
    let is_number = |value: &Expression| {
        let value = value.clone();
        Expression::FunctionCall(Function::IsNumeric, vec![value])
    };
    match &key {
        // A truth value is no number.
        OrderExpression::Asc(Expression::Bound(_))
        | OrderExpression::Desc(Expression::Bound(_)) => {
            vec![key]
        }
        OrderExpression::Asc(value) => vec![OrderExpression::Asc(is_number(value)), key],
        OrderExpression::Desc(value) => vec![OrderExpression::Desc(is_number(value)), key],
    }
}

#[cfg(test)]
mod tests {
    use crate::graph::model::{SparqlParser, Term, xsd};
    use crate::graph::{Graph, QueryOptions, Results};

    #[test]
    fn numbers_and_words_in_one_column_are_sorted_without_a_circle() {
        let values: Vec<String> = (0..400)
            .map(|n| match n % 3 {
                0 => format!("\"{}\"", n * 7 % 101),
                1 => format!("{}", n * 13 % 101),
                _ => format!("{}.5", n * 5 % 101),
            })
            .collect();
        let graph = Graph::in_memory().expect("a store");
        for order in ["?v", "DESC(?v)"] {
            let text = format!(
                "SELECT ?v {{ VALUES ?v {{ {} }} }} ORDER BY {order}",
                values.join(" ")
            );
            let query = SparqlParser::new().parse_query(&text).expect("a query");
            let answer = graph
                .query(&query, &QueryOptions::default())
                .expect("an answer");
            let Results::Rows(rows) = answer.results else {
                panic!("rows")
            };
            let cells = rows.collect(usize::MAX).expect("sorted");
            let number = |row: usize| match cells.get(row, 0) {
                Some(Term::Literal(literal)) if literal.datatype() != xsd::STRING => {
                    Some(literal.value().parse::<f64>().expect("a number"))
                }
                _ => None,
            };
            let mut numbers: Vec<f64> = (0..cells.rows()).filter_map(number).collect();
            let words = (0..cells.rows()).position(|row| number(row).is_some());
            assert_eq!(words, Some(if order == "?v" { 134 } else { 0 }));
            if order != "?v" {
                numbers.reverse();
            }
            assert!(numbers.is_sorted());
        }
    }
}
