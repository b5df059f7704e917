//! Limits on the text of a query, before and after it is parsed: a text that would overflow the
//! stack or take too long is refused.

use super::chain::longest_chain;
use super::tokens::{Kind, Token, tokens};
use crate::graph::model::{GraphUpdateOperation, Query, Update};

/// How deep brackets, the signs of reified triples and negations may stand in each other: to read them
/// takes stack for each level.
const DEEPEST: usize = 2000;
/// How many parts may stand in each other once a text is parsed, as those of `1 + 1 + 1`: to evaluate them
/// takes up to 50 kilobytes of stack for each, and there is a gigabyte.
const LONGEST: usize = 10_000;
/// How many signs and words of a text may join its parts: what is longer is not even parsed.
const JOINTS: usize = 1_000_000;
/// Bytes that a text may have.
const BYTES: usize = 16 << 20;
/// How often a token may be read without being counted.
const OFTEN: u32 = 3;
/// How often tokens may be read that are read often.
const READINGS: u64 = 1 << 18;
/// Negations from which on they are left out to see whether a text is SPARQL at all.
const NEGATIONS: usize = 8;

/// What is too deep or too long in a query or update.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TooDeep {
    /// Brackets in brackets, this many deep.
    #[error("line {0}: brackets or negations stand more than {DEEPEST} deep in each other")]
    Brackets(usize),
    /// What the parser reads again and again.
    #[error(
        "line {0}: negations or calls of functions (as of SUBSTR, REGEX, REPLACE or GROUP_CONCAT) stand so deep in each other that \
         reading them takes too long: write the condition with fewer of them, or compute parts of it by BIND"
    )]
    Again(usize),
    /// More tokens than are parsed.
    #[error("it has more than {} MB, which no query needs", BYTES >> 20)]
    Long,
    /// One part joined to the other.
    #[error(
        "more than {LONGEST} parts are joined one to the other (as by UNION, OPTIONAL, || or +): ask for less at once, or list values \
         with VALUES or IN"
    )]
    Chain,
}

/// Checks that a text can be parsed within the stack that there is, and soon.
///
/// # Errors
/// It cannot.
pub(super) fn check_text(text: &str) -> Result<(), TooDeep> {
    if text.len() > BYTES {
        return Err(TooDeep::Long);
    }
    let line = |token: &Token<'_>| text[..token.at].matches('\n').count() + 1;
    // How often the parser reads each open bracket once more, and what comes next.
    let mut open: Vec<u32> = Vec::new();
    let (mut again, mut next) = (0, 0);
    let (mut in_a_row, mut joints, mut readings) = (0, 0, 0_u64);
    let mut before: Option<Token<'_>> = None;
    for (token, negates) in tokens_and_negations(text) {
        in_a_row = match token.kind {
            Kind::Sign('!') => in_a_row + 1,
            _ => 0,
        };
        joints += usize::from(is_joint(&token, before.as_ref()));
        match token.kind {
            Kind::Sign('!') => next += u32::from(!negates),
            Kind::Sign('(' | '{' | '[') | Kind::Opening => {
                open.push(next);
                again += next;
                next = 0;
            }
            Kind::Sign(')' | '}' | ']') | Kind::Closing => {
                again -= open.pop().unwrap_or_default();
                next = 0;
            }
            // The name of a function, or EXISTS: its brackets are negated.
            Kind::Word | Kind::Name | Kind::Iri => {
                next += u32::from(is_read_again(&token, before.as_ref()));
            }
            _ => next = 0,
        }
        if open.len() + in_a_row > DEEPEST {
            return Err(TooDeep::Brackets(line(&token)));
        }
        if again + next > OFTEN {
            readings = readings.saturating_add(1 << (again + next).min(READINGS.ilog2()));
        }
        if readings > READINGS {
            return Err(TooDeep::Again(line(&token)));
        }
        if joints > JOINTS {
            return Err(TooDeep::Chain);
        }
        before = Some(token);
    }
    Ok(())
}

/// Whether the parser reads the brackets behind a word or name twice: first as what has one argument more, or
/// as an aggregate, then as what it is.
fn is_read_again(token: &Token<'_>, before: Option<&Token<'_>>) -> bool {
    if token.kind == Kind::Word {
        return ["SUBSTR", "REGEX", "REPLACE", "GROUP_CONCAT"]
            .iter()
            .any(|function| token.is(function));
    }
    // A function of its own is a condition, or something to order or group by.
    before.is_some_and(|before| {
        ["FILTER", "HAVING", "BY"]
            .iter()
            .any(|word| before.is(word))
            || matches!(before.kind, Kind::Sign(')') | Kind::Variable)
    })
}

/// Whether what comes with a token may be joined to all that stands before it.
fn is_joint(token: &Token<'_>, before: Option<&Token<'_>>) -> bool {
    match token.kind {
        Kind::Sign('{' | '|' | '&' | '+' | '-' | '*' | '/' | '!' | '^') => true,
        Kind::Sign('(') => before.is_some_and(|before| before.kind == Kind::Sign(')')),
        Kind::Word => ["FILTER", "AS"].iter().any(|word| token.is(word)),
        _ => false,
    }
}

/// Checks that a parsed query can be evaluated within the stack that there is.
///
/// # Errors
/// It cannot.
pub(super) fn check_query(query: &Query) -> Result<(), TooDeep> {
    let (Query::Select { pattern, .. }
    | Query::Construct { pattern, .. }
    | Query::Describe { pattern, .. }
    | Query::Ask { pattern, .. }) = query;
    check_chain(longest_chain(pattern))
}

/// Checks that a parsed update can be evaluated within the stack that there is.
///
/// # Errors
/// It cannot.
pub(super) fn check_update(update: &Update) -> Result<(), TooDeep> {
    update
        .operations
        .iter()
        .try_for_each(|operation| match operation {
            GraphUpdateOperation::DeleteInsert { pattern, .. } => {
                check_chain(longest_chain(pattern))
            }
            _ => Ok(()),
        })
}

fn check_chain(length: usize) -> Result<(), TooDeep> {
    if length > LONGEST {
        return Err(TooDeep::Chain);
    }
    Ok(())
}

/// A text without the negations that can be left out, if it has many. It is SPARQL if and only if the text
/// is: one that is not is told so without the time that its negations take.
pub(super) fn without_negations(text: &str) -> Option<String> {
    let all = tokens_and_negations(text).filter(|(_, negates)| *negates);
    let places: Vec<usize> = all.map(|(token, _)| token.at).collect();
    (places.len() > NEGATIONS).then(|| {
        let mut without = text.to_owned();
        for place in places {
            without.replace_range(place..=place, " ");
        }
        without
    })
}

/// Tokens, each with whether it is a `!` that negates an operand of a condition: one behind a bracket that
/// holds nothing but a condition, behind `&&` or `||`, or behind another one. There what is negated may
/// stand without it.
fn tokens_and_negations(text: &str) -> impl Iterator<Item = (Token<'_>, bool)> {
    let mut before: Option<Token<'_>> = None;
    // Whether an operand may begin here.
    let mut begins = false;
    tokens(text).map(move |token| {
        let follows =
            |sign| before.is_some_and(|last| last.kind == sign && last.at + 1 == token.at);
        let holds_a_condition =
            || before.is_some_and(|last| last.is("FILTER") || last.is("HAVING"));
        let negates = begins && token.kind == Kind::Sign('!');
        begins = match token.kind {
            Kind::Sign('!') => negates,
            Kind::Sign('(') => begins || holds_a_condition(),
            Kind::Sign('&' | '|') => follows(token.kind),
            _ => false,
        };
        before = Some(token);
        (token, negates)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::model::SparqlParser;

    #[test]
    fn brackets_of_texts_and_comments_stand_in_nothing() {
        let data: String = (0..3000)
            .map(|n| format!(":s :p \"grade {n} (CTCAE\" . # {{[(\n"))
            .collect();
        assert_eq!(check_text(&format!("INSERT DATA {{ {data} }}")), Ok(()));
        assert_eq!(check_text(&"(".repeat(2001)), Err(TooDeep::Brackets(1)));
    }

    #[test]
    fn what_stands_deep_in_itself_without_brackets_is_too_deep() {
        for open in ["!", "<<"] {
            let deep = format!("ASK {{ FILTER({}", open.repeat(2001));
            assert_eq!(check_text(&deep), Err(TooDeep::Brackets(1)), "{open}");
        }
        let flat = "<< :a :b :c >> :p :o . ".repeat(3000);
        assert_eq!(check_text(&flat), Ok(()));
    }

    #[test]
    fn negations_are_counted_where_they_cannot_be_left_out() {
        let within = |open: &str, n: usize, close: &str| {
            format!("ASK {{ FILTER({}?a{}) }}", open.repeat(n), close.repeat(n))
        };
        assert_eq!(check_text(&within("!f:g(1 + ", 8, ")")), Ok(()));
        let text = within("!f:g(1 + ", 20, ")");
        assert_eq!(check_text(&text), Err(TooDeep::Again(1)), "{text}");
        for (open, close) in [
            ("!(", ")"),
            ("!EXISTS { FILTER(", ")}"),
            ("!!", ""),
            ("!(?a && !", ")"),
        ] {
            let text = within(open, 100, close);
            assert_eq!(check_text(&text), Ok(()), "{text}");
            let without = without_negations(&text).expect("many");
            assert!(!without.contains('!') && without.len() == text.len());
        }
        for flat in ["!(?a) && ", "?a != (?b) && ", "!?a || "] {
            assert_eq!(check_text(&within(flat, 50, "")), Ok(()), "{flat}");
        }
        // What is no condition keeps its signs.
        let path = "ASK { ?s !a/(!a|^!(a|^a)) ?o FILTER(?a != ?b) }".repeat(20);
        assert_eq!(without_negations(&path), None);
    }

    #[test]
    fn what_the_parser_reads_twice_is_counted() {
        for (open, close) in [
            ("SUBSTR(", ", 1)"),
            ("REGEX(", ", 'b')"),
            ("replace(", ", 'b', 'c')"),
            ("GROUP_CONCAT(", ")"),
            ("EXISTS { FILTER f:g(", ")}"),
        ] {
            let within =
                |n: usize| format!("ASK {{\nFILTER({}?a{}) }}", open.repeat(n), close.repeat(n));
            assert_eq!(check_text(&within(10)), Ok(()), "{open}");
            assert_eq!(check_text(&within(30)), Err(TooDeep::Again(2)), "{open}");
        }
        let many = "SUBSTR(?a, 1) = 'x' || ".repeat(100_000);
        assert_eq!(check_text(&many), Ok(()));
    }

    #[test]
    fn parts_in_each_other_are_counted_and_lists_are_not() {
        // What is parsed and dropped takes more stack than the thread of a test has.
        let deep = std::thread::Builder::new().stack_size(256 << 20);
        let thread = deep.spawn(|| {
            let check = |text: &str| {
                let query = SparqlParser::new().parse_query(text).expect("a query");
                check_query(&query)
            };
            let sum = |n: usize| format!("SELECT ({} AS ?x) {{}}", vec!["1"; n].join("+"));
            assert_eq!(check(&sum(LONGEST / 5)), Ok(()));
            assert_eq!(check(&sum(LONGEST + 1)), Err(TooDeep::Chain));
            let list = vec!["1"; 10 * LONGEST];
            let inside = format!("ASK {{ FILTER(1 IN ({})) }}", list.join(","));
            assert_eq!(check(&inside), Ok(()));
            let table = format!("ASK {{ VALUES ?x {{ {} }} }}", list.join(" "));
            assert_eq!(check(&table), Ok(()));
        });
        thread.expect("a thread").join().expect("no panic");
        assert_eq!(check_text(&"1+".repeat(JOINTS + 1)), Err(TooDeep::Chain));
        assert_eq!(check_text(&" ".repeat(BYTES + 1)), Err(TooDeep::Long));
    }
}
