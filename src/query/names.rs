//! Prefixed names in the text of a query: undeclared prefixes, and names that nothing in the store has.

use std::collections::HashSet;

use super::run::AskError;
use super::tokens::{Kind, Token, tokens};
use crate::graph::Graph;
use crate::graph::model::NamedNode;
use crate::graph::namespaces::{Prefixes, STUDIES};

/// A prefix that a text uses and nobody declares.
pub(super) fn undeclared_prefix<'t>(text: &'t str, prefixes: &Prefixes) -> Option<&'t str> {
    let all: Vec<Token<'_>> = tokens(text).collect();
    let declared: Vec<&str> = all
        .windows(2)
        .filter(|pair| pair[0].is("PREFIX"))
        .filter_map(|pair| Some(pair[1].name()?.0))
        .collect();
    let mut used = all.iter().filter_map(Token::name).map(|(prefix, _)| prefix);
    used.find(|prefix| {
        !declared.contains(prefix) && !prefixes.iter().any(|(known, _)| known == *prefix)
    })
}

/// A name that a query uses and the store does not have: most likely it is misspelt.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unknown {
    /// A name of the project's own namespaces that stands nowhere.
    #[error("nothing in the store has {name}{}", near(nearest))]
    Name {
        /// The name as it is written.
        name: String,
        /// The names nearest to it.
        nearest: Vec<String>,
    },
    /// A graph that is asked and is none.
    #[error("the store has no graph {name}{}", near(nearest))]
    Graph {
        /// The name as it is written.
        name: String,
        /// The graphs with names nearest to it.
        nearest: Vec<String>,
    },
    /// A prefixed name in angle brackets, which make it another IRI.
    #[error("nothing in the store has <{0}>: the prefixed name {0} stands without brackets")]
    Brackets(String),
}

fn near(nearest: &[String]) -> String {
    if nearest.is_empty() {
        String::new()
    } else {
        format!("; nearest: {}", nearest.join(", "))
    }
}

/// How many unknown names are told: to find what is near takes a moment for each.
const MOST_UNKNOWN: usize = 10;

/// Names of the project's own namespaces that a query uses and nothing in the store has, and graphs that it
/// asks and the store has not.
///
/// # Errors
/// The store cannot be read.
pub fn unknown_names(
    graph: &Graph,
    text: &str,
    prefixes: &Prefixes,
) -> Result<Vec<Unknown>, AskError> {
    let all: Vec<Token<'_>> = tokens(text).collect();
    let mut unknown: Vec<Unknown> = Vec::new();
    let mut seen = HashSet::new();
    for (at, token) in all.iter().enumerate() {
        let follows = |words: &[&str]| {
            let before = at.checked_sub(words.len()).map(|from| &all[from..at]);
            before
                .is_some_and(|before| before.iter().zip(words).all(|(token, word)| token.is(word)))
        };
        let asked = follows(&["FROM"]) || follows(&["FROM", "NAMED"]);
        if !matches!(token.kind, Kind::Name | Kind::Iri) || !seen.insert((token.text, asked)) {
            continue;
        }
        let declares = follows(&["BASE"]) || at > 1 && all[at - 2].is("PREFIX");
        let bare = token.text.trim_start_matches('<').trim_end_matches('>');
        let node = match token.kind {
            Kind::Name => prefixes.expand(token.text),
            Kind::Iri if !declares => NamedNode::new(bare).ok(),
            _ => None,
        };
        let Some(node) = node else { continue };
        let name = token.text.to_owned();
        let found = if asked {
            let graphs = graph.named_graphs()?;
            if graphs.contains(&node) {
                continue;
            }
            let graphs = graphs.iter().map(|known| prefixes.shorten(known.as_str()));
            let nearest = nearest_of(&prefixes.shorten(node.as_str()), graphs);
            Unknown::Graph { name, nearest }
        } else {
            // A name without its local part stands for a namespace.
            let own = prefixes.expand(node.as_str()).is_some()
                || node.as_str().starts_with(STUDIES) && !token.text.ends_with(':');
            if !own || graph.mentions(&node)? {
                continue;
            }
            let nearest = nearest_things(graph, &node, prefixes)?;
            Unknown::Name { name, nearest }
        };
        let found = match prefixes.expand(bare) {
            Some(_) if token.kind == Kind::Iri => Unknown::Brackets(bare.to_owned()),
            _ => found,
        };
        unknown.push(found);
        if unknown.len() == MOST_UNKNOWN {
            break;
        }
    }
    Ok(unknown)
}

/// Those of some names that are like one.
fn nearest_of(wanted: &str, known: impl Iterator<Item = String>) -> Vec<String> {
    let mut scored: Vec<(f64, String)> = known
        .map(|known| (strsim::jaro_winkler(wanted, &known), known))
        .filter(|(score, _)| *score > 0.85)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    scored.into_iter().take(3).map(|(_, known)| known).collect()
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
    let things = graph.things_in(namespace)?;
    let things = things.iter().map(|thing| prefixes.shorten(thing.as_str()));
    Ok(nearest_of(&wanted, things))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn undeclared_prefixes_are_found_outside_strings_iris_and_comments() {
        let text = "SELECT ?a { # no:comment\n ?a cg:sex \"x:y\" ; <http://a.b/c:d> drug:crizotinib . FILTER(?a < 3) ?b wd:Q1 ?c }";
        let prefixes = Prefixes::of_study("x");
        assert_eq!(undeclared_prefix(text, &prefixes), Some("wd"));
        assert_eq!(
            undeclared_prefix(&format!("PREFIX wd: <http://w/> {text}"), &prefixes),
            None
        );
    }
}
