//! What a text is before it is parsed: refused, if parsing it would not end, or not well.

use super::tokens::{Kind, Token, tokens};

/// How deep brackets, the signs of reified triples and negations may stand in each other: to read them
/// takes stack for each level.
const DEEPEST: usize = 2000;
/// How deep negations may stand in each other that cannot be left out: where the parser meets an error, it
/// has read what is negated twice, so each level takes twice as long.
const NEGATIONS: usize = 8;

/// What is too deep in a query or update.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TooDeep {
    /// Brackets in brackets.
    #[error("brackets or negations stand more than {DEEPEST} deep in each other")]
    Brackets,
    /// Negations in negations.
    #[error(
        "negations (`!`) in calls of functions stand more than {NEGATIONS} deep in each other: write the condition with fewer of them"
    )]
    Negations,
}

/// Checks that neither brackets nor negations stand too deep in each other.
///
/// # Errors
/// One of them does.
pub(super) fn check_depth(text: &str) -> Result<(), TooDeep> {
    // The negations before each open bracket, and those of what comes next.
    let mut open: Vec<usize> = Vec::new();
    let (mut negations, mut next) = (0, 0);
    let mut in_a_row = 0;
    for (token, negates) in tokens_and_negations(text) {
        in_a_row = match token.kind {
            Kind::Sign('!') => in_a_row + 1,
            _ => 0,
        };
        match token.kind {
            Kind::Sign('!') => next += usize::from(!negates),
            Kind::Sign('(' | '{' | '[') | Kind::Opening => {
                open.push(next);
                negations += next;
                next = 0;
            }
            Kind::Sign(')' | '}' | ']') | Kind::Closing => {
                negations -= open.pop().unwrap_or_default();
                next = 0;
            }
            // The name of a function, or EXISTS: its brackets are negated.
            Kind::Word | Kind::Name | Kind::Iri => {}
            _ => next = 0,
        }
        if open.len() + in_a_row > DEEPEST {
            return Err(TooDeep::Brackets);
        }
        if negations + next > NEGATIONS {
            return Err(TooDeep::Negations);
        }
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

    #[test]
    fn brackets_of_texts_and_comments_stand_in_nothing() {
        let data: String = (0..3000)
            .map(|n| format!(":s :p \"grade {n} (CTCAE\" . # {{[(\n"))
            .collect();
        assert_eq!(check_depth(&format!("INSERT DATA {{ {data} }}")), Ok(()));
        assert_eq!(check_depth(&"(".repeat(2001)), Err(TooDeep::Brackets));
    }

    #[test]
    fn what_stands_deep_in_itself_without_brackets_is_too_deep() {
        for open in ["!", "<<"] {
            let deep = format!("ASK {{ FILTER({}", open.repeat(2001));
            assert_eq!(check_depth(&deep), Err(TooDeep::Brackets), "{open}");
        }
        let flat = "<< :a :b :c >> :p :o . ".repeat(3000);
        assert_eq!(check_depth(&flat), Ok(()));
    }

    #[test]
    fn negations_are_counted_where_they_cannot_be_left_out() {
        let within = |open: &str, n: usize, close: &str| {
            format!("ASK {{ FILTER({}?a{}) }}", open.repeat(n), close.repeat(n))
        };
        assert_eq!(check_depth(&within("!f:g(1 + ", 8, ")")), Ok(()));
        let text = within("!f:g(1 + ", 9 + 1, ")");
        assert_eq!(check_depth(&text), Err(TooDeep::Negations), "{text}");
        for (open, close) in [
            ("!(", ")"),
            ("!EXISTS { FILTER(", ")}"),
            ("!!", ""),
            ("!(?a && !", ")"),
        ] {
            let text = within(open, 100, close);
            assert_eq!(check_depth(&text), Ok(()), "{text}");
            let without = without_negations(&text).expect("many");
            assert!(!without.contains('!') && without.len() == text.len());
        }
        for flat in ["!(?a) && ", "?a != (?b) && ", "!?a || "] {
            assert_eq!(check_depth(&within(flat, 50, "")), Ok(()), "{flat}");
        }
        // What is no condition keeps its signs.
        let path = "ASK { ?s !a/(!a|^!(a|^a)) ?o FILTER(?a != ?b) }".repeat(20);
        assert_eq!(without_negations(&path), None);
    }
}
