//! What a text is before it is parsed: refused, if parsing it would not end, or not well.

use super::tokens::{Kind, tokens};

/// How deep brackets may stand in each other: to read them takes stack for each level.
const DEEPEST: usize = 2000;
/// How deep negations may stand in each other: the parser reads what is negated twice, so each level
/// takes twice as long.
const NEGATIONS: usize = 8;

/// What is too deep in a query or update.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TooDeep {
    /// Brackets in brackets.
    #[error("brackets stand more than {DEEPEST} deep in each other")]
    Brackets,
    /// Negations in negations.
    #[error(
        "negations (`!`) stand more than {NEGATIONS} deep in each other: write the condition with fewer of them"
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
    for token in tokens(text) {
        match token.kind {
            Kind::Sign('!') => next += 1,
            Kind::Sign('(' | '{' | '[') => {
                open.push(next);
                negations += next;
                next = 0;
            }
            Kind::Sign(')' | '}' | ']') => {
                negations -= open.pop().unwrap_or_default();
                next = 0;
            }
            // The name of a function, or EXISTS: its brackets are negated.
            Kind::Word | Kind::Name | Kind::Iri => {}
            _ => next = 0,
        }
        if open.len() > DEEPEST {
            return Err(TooDeep::Brackets);
        }
        if negations + next > NEGATIONS {
            return Err(TooDeep::Negations);
        }
    }
    Ok(())
}

/// A text in which blank nodes within `EXISTS` are variables of new names, which is the same. The parser
/// reads what is negated twice, and takes a blank node for used already the second time.
pub(super) fn without_blank_nodes(text: &str) -> Option<String> {
    let stem = (0..=text.len())
        .map(|n| format!("blank_{n}_"))
        .find(|stem| !text.contains(stem.as_str()))?;
    let mut labels: Vec<&str> = Vec::new();
    let mut changed = String::with_capacity(text.len());
    let mut copied = 0;
    // Whether each open brace is one of EXISTS, or within one.
    let mut open: Vec<bool> = Vec::new();
    let mut exists = false;
    for token in tokens(text) {
        match token.kind {
            Kind::Sign('{') => {
                let within = open.last().copied().unwrap_or_default();
                open.push(exists || within);
            }
            Kind::Sign('}') => {
                open.pop();
            }
            Kind::Blank if open.last() == Some(&true) => {
                let known = labels.iter().position(|label| *label == token.text);
                let number = known.unwrap_or_else(|| {
                    labels.push(token.text);
                    labels.len() - 1
                });
                changed.push_str(&text[copied..token.at]);
                changed.push_str(&format!("?{stem}{number}"));
                copied = token.at + token.text.len();
            }
            _ => {}
        }
        exists = token.is("EXISTS");
    }
    changed.push_str(&text[copied..]);
    (!labels.is_empty()).then_some(changed)
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
    fn negations_are_counted_where_they_stand_in_each_other() {
        let within = |open: &str, n: usize, close: &str| {
            format!("ASK {{ FILTER({}?a{}) }}", open.repeat(n), close.repeat(n))
        };
        assert_eq!(check_depth(&within("!(", 8, ")")), Ok(()));
        for (open, close) in [("!(", ")"), ("!f:g(1 + ", ")"), ("!EXISTS { FILTER(", ")}")] {
            let text = within(open, 9, close);
            assert_eq!(check_depth(&text), Err(TooDeep::Negations), "{text}");
        }
        for flat in ["!(?a) && ", "?a != (?b) && ", "!?a || "] {
            assert_eq!(check_depth(&within(flat, 50, "")), Ok(()), "{flat}");
        }
        assert_eq!(check_depth("ASK { ?s !a/(!a|^!(a|^a)) ?o }"), Ok(()));
    }

    #[test]
    fn blank_nodes_of_exists_become_variables() {
        assert_eq!(
            without_blank_nodes(
                r#"{ _:a :p _:a FILTER(!EXISTS { ?s :q _:x . _:x :r "_:x" { _:y :p 1 } }) }"#
            )
            .as_deref(),
            Some(
                r#"{ _:a :p _:a FILTER(!EXISTS { ?s :q ?blank_0_0 . ?blank_0_0 :r "_:x" { ?blank_0_1 :p 1 } }) }"#
            )
        );
        assert_eq!(without_blank_nodes("{ _:a :p 1 }"), None);
    }
}
