//! Parses queries and updates; the project's prefixes need no declaration.

use std::collections::HashSet;

use crate::graph::model::{Query, SparqlParser, Update};
use crate::graph::namespaces::Prefixes;
use crate::query::catalogue::{self, ParseError, PrefixError, parser};
use crate::query::error::AskError;
use crate::query::names::undeclared_prefix;
use crate::query::tokens::tokens;

/// Those of the project's prefixes that a query may use: to make a parser know all of them takes longer
/// than most queries do.
fn used(text: &str, prefixes: &Prefixes) -> Vec<(String, String)> {
    let names = tokens(text).filter_map(|token| token.name());
    let used: HashSet<&str> = names.map(|(prefix, _)| prefix).collect();
    prefixes
        .iter()
        .filter(|(name, _)| used.contains(name))
        .map(|(name, iri)| (name.to_owned(), iri.to_owned()))
        .collect()
}

/// Parses a query; the project's prefixes need no declaration.
///
/// # Errors
/// The text is no query; an update is told apart, for it is refused and not misspelt.
pub fn parse(text: &str, prefixes: &Prefixes) -> Result<Query, AskError> {
    parse_query(parser(&used(text, prefixes))?, text, prefixes)
}

/// The same for a query from elsewhere, whose relative IRIs begin at `base`.
///
/// # Errors
/// The text is no query, or `base` is no IRI.
pub fn parse_from(text: &str, prefixes: &Prefixes, base: &str) -> Result<Query, AskError> {
    parse_query(parser_at(&used(text, prefixes), base)?, text, prefixes)
}

fn parser_at(prefixes: &[(String, String)], base: &str) -> Result<SparqlParser, AskError> {
    let parser = parser(prefixes)?;
    Ok(parser.with_base_iri(base).map_err(|_| PrefixError {
        prefix: "BASE".to_owned(),
        iri: base.to_owned(),
    })?)
}

fn parse_query(parser: SparqlParser, text: &str, prefixes: &Prefixes) -> Result<Query, AskError> {
    catalogue::parse(&parser, "query", text).map_err(|error| {
        let mut error = match error {
            ParseError::Syntax(error) => error,
            ParseError::TooDeep(error) => return error.into(),
        };
        let update = parser.parse_update(text);
        if update.is_ok_and(|update| !update.operations.is_empty()) {
            return AskError::Update;
        }
        if text.trim().is_empty() {
            error.reason = Some("the query is empty".to_owned());
        } else if let Some(prefix) = undeclared_prefix(text, prefixes) {
            let known: Vec<&str> = prefixes.iter().map(|(name, _)| name).collect();
            error.reason = Some(format!(
                "the prefix {prefix}: is not declared; known without declaring: {}",
                known.join(", ")
            ));
        }
        AskError::Syntax(error)
    })
}

/// Parses an update, whose relative IRIs begin at `base`; the project's prefixes need no declaration.
///
/// # Errors
/// The text is no update, or `base` is no IRI.
pub fn parse_update(text: &str, prefixes: &Prefixes, base: &str) -> Result<Update, AskError> {
    let parser = parser_at(&used(text, prefixes), base)?;
    catalogue::parse_update(&parser, "update", text).map_err(|error| match error {
        ParseError::Syntax(error) => error.into(),
        ParseError::TooDeep(error) => error.into(),
    })
}
