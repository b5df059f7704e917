//! Parses SPARQL and says where it is wrong.

use spargebra::{Query, SparqlParser, SparqlSyntaxError, Update};

use crate::query::limits::{TooDeep, check_query, check_text, check_update, without_negations};
use crate::query::parameters::Prefix;

/// A prefix of the project that does not stand for an IRI.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("prefix {prefix}: <{iri}> is not an IRI; correct the project's prefixes")]
pub struct PrefixError {
    /// The prefix, without its colon.
    pub prefix: String,
    /// What it stands for.
    pub iri: String,
}

/// Text that is not SPARQL, and where.
#[derive(Debug, thiserror::Error)]
#[error("{file}:{line}:{column}: not SPARQL at '{excerpt}'{}; correct the query there", because(reason.as_deref()))]
pub struct SyntaxError {
    /// Path of the query file, or what stands for it.
    pub file: String,
    /// The line in it, from 1.
    pub line: usize,
    /// The column in it, in characters from 1.
    pub column: usize,
    /// What stands there, to the end of the line.
    pub excerpt: String,
    /// What rule is broken, when the parser says more than what it expected.
    pub reason: Option<String>,
    /// The parser's own error. No `source`, since the place in its message is corrected here.
    pub cause: Box<SparqlSyntaxError>,
}

/// Why a text is not parsed.
#[derive(Debug, thiserror::Error)]
pub enum ParseError {
    /// It is not SPARQL.
    #[error(transparent)]
    Syntax(#[from] SyntaxError),
    /// Something stands too deep in itself.
    #[error(transparent)]
    TooDeep(#[from] TooDeep),
}

/// A parser that knows the project's prefixes.
///
/// # Errors
/// [`PrefixError`] when one of them does not stand for an IRI.
pub fn parser(prefixes: &[Prefix]) -> Result<SparqlParser, PrefixError> {
    prefixes
        .iter()
        .try_fold(SparqlParser::new(), |parser, (prefix, iri)| {
            parser.with_prefix(prefix, iri).map_err(|_| PrefixError {
                prefix: prefix.clone(),
                iri: iri.clone(),
            })
        })
}

/// Parses `text`; `file` names it in errors.
///
/// # Errors
/// [`ParseError`] with the place.
pub fn parse(parser: &SparqlParser, file: &str, text: &str) -> Result<Query, ParseError> {
    check_text(text)?;
    let query = located(file, text, |text| parser.clone().parse_query(text))?;
    check_query(&query)?;
    Ok(query)
}

/// Parses an update; `file` names it in errors.
///
/// # Errors
/// [`ParseError`] with the place.
pub fn parse_update(parser: &SparqlParser, file: &str, text: &str) -> Result<Update, ParseError> {
    check_text(text)?;
    let update = located(file, text, |text| parser.clone().parse_update(text))?;
    check_update(&update)?;
    Ok(update)
}

fn located<T>(
    file: &str,
    text: &str,
    parse: impl Fn(&str) -> Result<T, SparqlSyntaxError>,
) -> Result<T, SyntaxError> {
    let parse = |text: &str| {
        if let Some(without) = without_negations(text) {
            parse(&without)?;
        }
        parse(text)
    };
    parse(text).or_else(|_| {
        // Once more with room after the end, or a keyword tried there would hide the place where it was tried.
        let padded = format!("{text}{}", " ".repeat(LONGEST_KEYWORD));
        parse(&padded).map_err(|cause| locate(file, text, &padded, cause))
    })
}

/// `GROUP_CONCAT` and `ENCODE_FOR_URI` are the longest words of SPARQL 1.1.
const LONGEST_KEYWORD: usize = 16;

/// Characters of a text that an error shows.
const EXCERPT: usize = 200;

/// The parser tells the place only in its message, as `error at 3:14: expected one of GRAPH, MINUS`, and when keywords
/// are what it expected, the place is as far behind the error as the longest of them is long.
fn locate(file: &str, text: &str, padded: &str, cause: SparqlSyntaxError) -> SyntaxError {
    let message = cause.to_string();
    let mut parts = message
        .strip_prefix("error at ")
        .unwrap_or_default()
        .splitn(3, ':')
        .map(str::trim);
    let mut number = || {
        parts
            .next()
            .and_then(|part| part.parse::<usize>().ok())
            .unwrap_or(1)
    };
    let (line, column) = (number().max(1), number().max(1));
    let expected = parts
        .next()
        .unwrap_or_default()
        .trim_start_matches("expected ")
        .trim_start_matches("one of ");
    let words: Vec<_> = expected.split(", ").collect();
    let is_keyword = |word: &&str| {
        word.bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte == b'_')
    };
    let overshoot = if words.iter().all(is_keyword) {
        words.iter().map(|w| w.len()).max()
    } else {
        None
    };
    let is_sentence =
        |word: &&&str| word.contains(' ') && word.chars().all(|c| c.is_alphabetic() || c == ' ');
    let reason = words
        .iter()
        .find(is_sentence)
        .map(|word| (*word).to_owned());

    let before: usize = padded
        .split('\n')
        .take(line - 1)
        .map(|line| line.chars().count() + 1)
        .sum();
    let mut place = (before + column - 1)
        .saturating_sub(overshoot.unwrap_or(0))
        .min(text.chars().count());
    let characters: Vec<_> = text.chars().collect();
    if reason.is_some() {
        // A rule is broken by the word that was just read.
        while place > 0 && !characters[place - 1].is_whitespace() {
            place -= 1;
        }
    }
    let (read, rest) = characters.split_at(place);
    SyntaxError {
        file: file.to_owned(),
        line: read.iter().filter(|c| **c == '\n').count() + 1,
        column: read.iter().rev().take_while(|c| **c != '\n').count() + 1,
        excerpt: rest
            .iter()
            .take_while(|c| **c != '\n')
            .take(EXCERPT)
            .collect::<String>()
            .trim()
            .to_owned(),
        reason,
        cause: Box::new(cause),
    }
}

fn because(reason: Option<&str>) -> String {
    reason
        .map(|reason| format!(" ({reason})"))
        .unwrap_or_default()
}
