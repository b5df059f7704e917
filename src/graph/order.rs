//! Makes `ORDER BY` a total order.
//!
//! The engine compares a number with a number by value, and with anything else by text: 9 is less than
//! 10, 10 less than "5", and "5" less than 9; it does the same with dates, and cannot order two times of
//! which one has no time zone. A sort that meets such a circle gives any order, or panics. So each key of
//! an order is made a text first, and texts are sorted: see [`key`]. SPARQL leaves open how values of
//! different kinds stand to each other.

use casegraph_snapshot::rewrite::{for_each, fresh_variable};
use oxsdatatypes::{Date, Decimal, Double};
use spareval::ExpressionTerm;
use spargebra::algebra::{Expression, Function, GraphPattern, OrderExpression};

use super::model::{Literal, NamedNode, Term};

/// The function of the engine that gives [`key`]; no query can write its name.
pub(super) fn function() -> NamedNode {
    NamedNode::new_unchecked("the key of an order")
}

/// The function behind [`function`]: the sort key of its argument.
pub(super) fn call(arguments: &[Term]) -> Option<Term> {
    let [term] = arguments else { return None };
    Some(Literal::new_simple_literal(key(term)).into())
}

/// Makes every `ORDER BY` sort by the texts of its keys. What `SERVICE` sends stays as it is.
pub(super) fn sort_by_text(pattern: &mut GraphPattern) {
    let mut keys = 0;
    for_each(pattern, &mut |pattern| {
        let GraphPattern::OrderBy { inner, expression } = pattern else {
            return;
        };
        for order in expression {
            let (OrderExpression::Asc(by) | OrderExpression::Desc(by)) = order;
            let variable = fresh_variable("key", keys);
            keys += 1;
            let by = std::mem::replace(by, Expression::Variable(variable.clone()));
            **inner = GraphPattern::Extend {
                inner: Box::new(std::mem::take(inner)),
                variable,
                expression: Expression::FunctionCall(Function::Custom(function()), vec![by]),
            };
        }
    });
}

/// A text for a term: texts stand to each other as terms do. Blank nodes come first, then IRIs, both by
/// their text; then texts and literals of unknown types; durations; moments on the calendar, each with
/// those without a time zone taken as UTC; hours, days and months of any year; numbers by their value; and
/// triple terms by their parts.
fn key(term: &Term) -> String {
    use ExpressionTerm as E;
    if let Term::Triple(triple) = term {
        let (subject, object) = (key(&triple.subject.clone().into()), key(&triple.object));
        return format!("A{subject}\0{}\0{object}", triple.predicate.as_str());
    }
    match ExpressionTerm::from(term.clone()) {
        E::BlankNode(node) => format!("0{}", node.as_str()),
        E::NamedNode(node) => format!("1{}", node.as_str()),
        // A month is as long as on average: this keeps the order where XML Schema has one.
        E::DurationLiteral(value) => {
            let bytes = value.to_be_bytes();
            let months = i64::from_be_bytes(first(&bytes));
            let seconds = i128::from_be_bytes(std::array::from_fn(|at| bytes[at + 8]));
            duration(months, seconds)
        }
        E::YearMonthDurationLiteral(value) => {
            duration(i64::from_be_bytes(first(&value.to_be_bytes())), 0)
        }
        E::DayTimeDurationLiteral(value) => {
            duration(0, i128::from_be_bytes(first(&value.to_be_bytes())))
        }
        E::DateTimeLiteral(value) => moment('4', &value.to_be_bytes()),
        E::DateLiteral(value) => moment('4', &value.to_be_bytes()),
        // A year and a month begin with their first day.
        E::GYearLiteral(value) => {
            let begin = first_day(&value.to_string(), "-01-01");
            moment('4', &begin.map_or(value.to_be_bytes(), Date::to_be_bytes))
        }
        E::GYearMonthLiteral(value) => {
            let begin = first_day(&value.to_string(), "-01");
            moment('4', &begin.map_or(value.to_be_bytes(), Date::to_be_bytes))
        }
        E::TimeLiteral(value) => moment('5', &value.to_be_bytes()),
        E::GMonthLiteral(value) => moment('6', &value.to_be_bytes()),
        E::GMonthDayLiteral(value) => moment('7', &value.to_be_bytes()),
        E::GDayLiteral(value) => moment('8', &value.to_be_bytes()),
        E::IntegerLiteral(value) => number(Double::from(value), Some(Decimal::from(value))),
        E::DecimalLiteral(value) => number(Double::from(value), Some(value)),
        E::FloatLiteral(value) => number(Double::from(value), Decimal::try_from(value).ok()),
        E::DoubleLiteral(value) => number(value, Decimal::try_from(value).ok()),
        other => {
            let Term::Literal(literal) = Term::from(other) else {
                return String::new();
            };
            let (value, datatype) = (literal.value(), literal.datatype());
            let language = literal.language().unwrap_or_default();
            let direction = literal.direction();
            let direction = direction.map_or(String::new(), |known| known.to_string());
            format!("2{value}\0{}\0{language}\0{direction}", datatype.as_str())
        }
    }
}

/// The first day of a year or a month: its text with the rest of a date before the time zone, which is
/// `Z` or has a colon.
fn first_day(text: &str, rest: &str) -> Option<Date> {
    let at = match text.len().checked_sub(6) {
        Some(at) if text[at..].contains(':') => at,
        _ => text.trim_end_matches('Z').len(),
    };
    format!("{}{rest}{}", &text[..at], &text[at..]).parse().ok()
}

fn first<const N: usize>(bytes: &[u8]) -> [u8; N] {
    std::array::from_fn(|at| bytes[at])
}

/// A number as digits that sort.
fn digits(value: i128) -> String {
    format!("{:032x}", value.cast_unsigned() ^ (1 << 127))
}

/// Seconds of a month on average, 30.436875 days.
const MONTH: i128 = 2_629_746;

/// A duration of months and of seconds times 10^18.
fn duration(months: i64, seconds: i128) -> String {
    let months = i128::from(months).saturating_mul(MONTH * 1_000_000_000_000_000_000);
    format!("3{}", digits(months.saturating_add(seconds)))
}

/// A moment: the engine writes its time line, in UTC if it has a time zone, into the first bytes.
fn moment(kind: char, bytes: &[u8; 18]) -> String {
    let zone = if bytes[16..] == [u8::MAX; 2] {
        'a'
    } else {
        'b'
    };
    format!("{kind}{}{zone}", digits(i128::from_be_bytes(first(bytes))))
}

/// A number: by its nearest floating-point number, then by its decimals, of which that has too few.
fn number(value: Double, exact: Option<Decimal>) -> String {
    let value = f64::from(value);
    // One zero, and one thing that is no number, behind all others.
    let bits = match value {
        0.0 => 0,
        value if value.is_nan() => f64::INFINITY.to_bits() + 1,
        value => value.to_bits(),
    };
    let bits = if bits >> 63 == 1 {
        !bits
    } else {
        bits | 1 << 63
    };
    let exact = exact.map_or(0, |exact| i128::from_be_bytes(exact.to_be_bytes()));
    format!("9{bits:016x}{}", digits(exact))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::model::{SparqlParser, xsd};
    use crate::graph::{Graph, QueryOptions, Results};

    /// The values in the order that a query gives them.
    fn sorted(values: &[String], order: &str) -> Vec<String> {
        let graph = Graph::in_memory().expect("a store");
        let text = format!(
            "PREFIX xsd: <{}> SELECT ?v {{ VALUES ?v {{ {} }} }} ORDER BY {order}",
            xsd::STRING.as_str().trim_end_matches("string"),
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
        let text = |row| match cells.get(row, 0) {
            Some(Term::Literal(literal)) => literal.value().to_owned(),
            other => format!("{other:?}"),
        };
        (0..cells.rows()).map(text).collect()
    }

    #[test]
    fn numbers_and_words_in_one_column_are_sorted_without_a_circle() {
        let values: Vec<String> = (0..400)
            .map(|n| match n % 3 {
                0 => format!("\"w{}\"", n * 7 % 101),
                1 => format!("{}", n * 13 % 101 - 20),
                _ => format!("{}.5", n * 5 % 101),
            })
            .collect();
        for order in ["?v", "DESC(?v)"] {
            let mut found = sorted(&values, order);
            if order != "?v" {
                found.reverse();
            }
            let words = found.iter().position(|value| !value.starts_with('w'));
            assert_eq!(words, Some(134));
            let numbers = found[134..].iter();
            let numbers: Vec<f64> = numbers.map(|n| n.parse().expect("a number")).collect();
            assert!(numbers.is_sorted(), "{numbers:?}");
        }
    }

    #[test]
    fn numbers_are_sorted_by_all_their_digits() {
        let numbers = [
            "\"-INF\"^^xsd:double",
            "-1e300",
            "-9223372036854775808",
            "-1.5",
            "0",
            "0.000000000000000001",
            "1",
            "1.000000000000000001",
            "9007199254740992",
            "9007199254740993",
            "1e300",
            "\"INF\"^^xsd:float",
            "\"NaN\"^^xsd:double",
        ];
        let mut shuffled: Vec<String> = numbers.iter().map(|n| (*n).to_owned()).collect();
        shuffled.rotate_left(5);
        shuffled.swap(1, 8);
        let given: Vec<String> = sorted(&numbers.map(str::to_owned), "?v");
        assert_eq!(sorted(&shuffled, "?v"), given);
        assert_eq!(given[8..10], ["9007199254740992", "9007199254740993"]);
        assert_eq!(given[6..8], ["1", "1.000000000000000001"]);
    }

    #[test]
    fn moments_with_and_without_time_zones_are_sorted_and_never_panic() {
        let zones = ["", "Z", "+14:00", "-14:00", "+09:00", "+02:00"];
        let moments = |kind: &str, text: &dyn Fn(usize) -> String| -> Vec<String> {
            (0..300)
                .map(|n| format!("\"{}{}\"^^xsd:{kind}", text(n), zones[n * 7 % 6]))
                .collect()
        };
        let hour = |n: usize| format!("{:02}:{:02}:00", n * 5 % 24, n * 11 % 60);
        let day = |n: usize| format!("2020-01-{:02}", n * 13 % 28 + 1);
        let mut all = moments("dateTime", &|n| format!("{}T{}", day(n), hour(n)));
        all.extend(moments("date", &day));
        all.extend(moments("time", &hour));
        all.extend((0..50).map(|n| format!("\"{}\"", day(n))));
        all.extend((0..50).map(|n| format!("\"P{}D\"^^xsd:duration", n * 7 % 50)));
        all.extend((0..20).map(|n| format!("\"P{}M\"^^xsd:duration", n % 3)));
        let once = sorted(&all, "?v");
        all.reverse();
        let mut again = sorted(&all, "DESC(?v)");
        again.reverse();
        assert_eq!(once.len(), again.len());
        let years = [
            "\"2020\"^^xsd:gYear",
            "\"2019-12-31\"^^xsd:date",
            "\"2020-01-02\"^^xsd:date",
            "\"2020-02\"^^xsd:gYearMonth",
        ];
        assert_eq!(
            sorted(&years.map(str::to_owned), "?v"),
            ["2019-12-31", "2020", "2020-01-02", "2020-02"]
        );
    }
}
