//! Prefixed names in the text of a query: undeclared prefixes, and names that nothing in the store has.

use super::run::AskError;
use crate::graph::Graph;
use crate::graph::model::NamedNode;
use crate::graph::namespaces::{Prefixes, STUDIES};

/// The prefixed names of a text, strings, IRIs and comments left out: prefix and local name.
fn prefixed_names(text: &str) -> Vec<(&str, &str)> {
    let mut names = Vec::new();
    let mut rest = text;
    while let Some(start) =
        rest.find(|c: char| c.is_alphabetic() || matches!(c, '"' | '\'' | '<' | '#'))
    {
        rest = &rest[start..];
        let Some(first) = rest.chars().next() else {
            break;
        };
        let skip = match first {
            '"' | '\'' => rest[1..].find(first).map(|at| at + 2),
            '<' => rest
                .find('>')
                .map(|at| at + 1)
                .filter(|&at| !rest[..at].contains(char::is_whitespace))
                .or(Some(1)),
            '#' => rest.find('\n').map(|at| at + 1),
            _ => {
                let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
                let end = rest.find(|c| !word(c)).unwrap_or(rest.len());
                let after = &rest[end..];
                if let Some(local) = after.strip_prefix(':') {
                    let local_end = local.find(|c| !word(c)).unwrap_or(local.len());
                    names.push((&rest[..end], local[..local_end].trim_end_matches('.')));
                    Some(end + 1 + local_end)
                } else {
                    Some(end)
                }
            }
        };
        let Some(skip) = skip else { break };
        rest = &rest[skip.min(rest.len())..];
    }
    names
}

/// A prefix that a text uses and nobody declares.
pub(super) fn undeclared_prefix<'t>(text: &'t str, prefixes: &Prefixes) -> Option<&'t str> {
    let declared = |prefix: &str| {
        let lower = text.to_lowercase();
        let name = prefix.to_lowercase();
        lower.contains(&format!("prefix {name}:"))
            || prefixes.iter().any(|(known, _)| known == prefix)
    };
    prefixed_names(text)
        .into_iter()
        .map(|(prefix, _)| prefix)
        .find(|prefix| !declared(prefix))
}

/// Names of the project's own namespaces that a query uses and nothing in the store has, each with
/// the names nearest to it: most likely they are misspelt.
///
/// # Errors
/// The store cannot be read.
pub fn unknown_names(
    graph: &Graph,
    text: &str,
    prefixes: &Prefixes,
) -> Result<Vec<(String, Vec<String>)>, AskError> {
    let mut unknown = Vec::new();
    for (prefix, local) in prefixed_names(text) {
        let name = format!("{prefix}:{local}");
        let Some(node) = prefixes.expand(&name) else {
            continue;
        };
        let own = node.as_str().starts_with(STUDIES) && !local.is_empty();
        if own && !graph.mentions(&node)? && !unknown.iter().any(|(known, _)| *known == name) {
            let nearest = nearest_things(graph, &node, prefixes)?;
            unknown.push((name, nearest));
        }
    }
    Ok(unknown)
}

/// The things of the same namespace with names like one that the store does not know.
pub(super) fn nearest_things(
    graph: &Graph,
    node: &NamedNode,
    prefixes: &Prefixes,
) -> Result<Vec<String>, AskError> {
    let namespace = node
        .as_str()
        .rfind(['/', '#'])
        .map_or("", |at| &node.as_str()[..=at]);
    let wanted = prefixes.shorten(node.as_str());
    let mut scored: Vec<(f64, String)> = graph
        .things_in(namespace)?
        .iter()
        .map(|thing| prefixes.shorten(thing.as_str()))
        .map(|known| (strsim::jaro_winkler(&wanted, &known), known))
        .filter(|(score, _)| *score > 0.85)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    Ok(scored.into_iter().take(3).map(|(_, known)| known).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixed_names_are_found_outside_strings_iris_and_comments() {
        let text = "SELECT ?a { # no:comment\n ?a cg:sex \"x:y\" ; <http://a.b/c:d> drug:crizotinib . FILTER(?a < 3) ?b wd:Q1 ?c }";
        assert_eq!(
            prefixed_names(text),
            [("cg", "sex"), ("drug", "crizotinib"), ("wd", "Q1")]
        );
        let prefixes = Prefixes::of_study("x");
        assert_eq!(undeclared_prefix(text, &prefixes), Some("wd"));
        assert_eq!(
            undeclared_prefix(&format!("PREFIX wd: <http://w/> {text}"), &prefixes),
            None
        );
    }
}
