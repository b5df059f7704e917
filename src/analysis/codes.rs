//! Whether the values that a header names are ones that the columns can hold: a misspelt one is found
//! nowhere, and makes a clean zero.

use std::collections::BTreeSet;
use std::fmt;

use crate::case::{FactSheet, Kind, Schema, Scheme};
use crate::graph::model::{Literal, NamedNode};
use crate::graph::namespaces::{self, COLUMN, Prefixes, StudyThing, TERMS, VOCABULARY};
use crate::graph::vocab::skos;
use crate::graph::{Graph, QueryOptions};
use crate::query::{AskError, ColumnType, Prepared, SavedQuery, nearest, parts, rows};

/// A value of a header that its column cannot hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownCode {
    /// The key of the header that names it.
    pub key: &'static str,
    /// The column that is to hold it.
    pub column: String,
    /// The value that is named.
    pub code: String,
    /// The value nearest to it that the column can hold.
    pub nearest: Option<String>,
}

impl fmt::Display for UnknownCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            key,
            column,
            code,
            nearest,
        } = self;
        write!(f, "{key}: the column {column} cannot hold {code:?}")?;
        match nearest {
            Some(near) => write!(f, "; nearest: {near}"),
            None => Ok(()),
        }
    }
}

/// The values of the header that no vocabulary, no closed list and no text of the query has. Those of
/// response rates are codes of the vocabulary of responses or texts of the query; another value is told
/// only where one that is known is near, since a column may hold any text.
///
/// # Errors
/// The store cannot be read.
pub fn unknown_codes(
    graph: &Graph,
    saved: &SavedQuery,
    prefixes: &Prefixes,
) -> Result<Vec<UnknownCode>, AskError> {
    let mut unknown = Vec::new();
    let mut known: Option<Known> = None;
    let of_responses = saved.header.statistic.has_response_codes();
    for (key, column, code) in saved.header.statistic.codes() {
        let declared = saved
            .header
            .columns
            .iter()
            .find(|known| known.name == column);
        let worded = declared.is_none_or(|column| {
            matches!(
                column.kind,
                ColumnType::Code | ColumnType::Text | ColumnType::Iri
            )
        });
        if !worded || (of_responses && is_response(graph, code)?) {
            continue;
        }
        let known = match &mut known {
            Some(known) => known,
            none => none.insert(Known::of(graph, saved, of_responses, prefixes)?),
        };
        if known.words.contains(code) || holds(graph, code, known, prefixes)? {
            continue;
        }
        let near = nearest(code, known.words.iter().map(String::as_str));
        if of_responses || (near.is_some() && !known.open) {
            unknown.push(UnknownCode {
                key,
                column: column.to_owned(),
                code: code.to_owned(),
                nearest: near,
            });
        }
    }
    Ok(unknown)
}

/// Whether a code or label is one of the vocabulary of responses, looked up without reading all of it.
fn is_response(graph: &Graph, code: &str) -> Result<bool, AskError> {
    let scheme = format!("{VOCABULARY}{}/", Scheme::RESPONSE.name());
    for (property, literal) in [
        (skos::NOTATION, Literal::new_simple_literal(code)),
        (
            skos::PREF_LABEL,
            Literal::new_language_tagged_literal_unchecked(code, "en"),
        ),
    ] {
        let things = graph.things_with(property, &literal.into())?;
        if things
            .iter()
            .any(|thing| thing.as_str().starts_with(&scheme))
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What the columns of a query can hold.
struct Known {
    words: BTreeSet<String>,
    /// Whether a property is read that takes any text.
    open: bool,
    /// The properties that are read.
    properties: Vec<NamedNode>,
}

impl Known {
    fn of(
        graph: &Graph,
        saved: &SavedQuery,
        of_responses: bool,
        prefixes: &Prefixes,
    ) -> Result<Self, AskError> {
        let parts = parts(&saved.query);
        let mut known = Self {
            words: parts.literals,
            open: false,
            properties: Vec::new(),
        };
        let mut schemes: BTreeSet<Scheme> = BTreeSet::new();
        if of_responses {
            schemes.insert(Scheme::RESPONSE);
        }
        for iri in parts.iris {
            // A column of the study's own may hold any word that the data have.
            let own = StudyThing::of(&iri).is_some_and(|thing| thing.folder == COLUMN);
            known.open |= own;
            let Some(local) = iri.strip_prefix(TERMS).map(str::to_owned) else {
                continue;
            };
            known.properties.push(NamedNode::new_unchecked(iri));
            let columns = Schema::shipped().facts().flat_map(FactSheet::columns);
            for column in columns.filter(|column| column.property.local() == local) {
                match column.kind {
                    Kind::Concept(scheme) => drop(schemes.insert(scheme)),
                    Kind::Agents => drop(schemes.insert(Scheme::DRUG)),
                    Kind::Code(words) => known
                        .words
                        .extend(words.iter().map(|word| (*word).to_owned())),
                    Kind::Words(words) => {
                        known
                            .words
                            .extend(words.iter().map(|word| (*word).to_owned()));
                        known.open = true;
                    }
                    Kind::Text | Kind::Gene => known.open = true,
                    Kind::Integer(..) | Kind::Decimal(..) | Kind::YesNo | Kind::Date => {}
                }
            }
        }
        // Responses are told apart by their codes, and any other word beside them is a mistake.
        if of_responses {
            schemes.retain(|scheme| *scheme == Scheme::RESPONSE);
        }
        for scheme in schemes {
            let query = Prepared::new(include_str!("queries/words.rq"));
            let query = query.with("scheme", namespaces::scheme(scheme.name()));
            let table = query.rows(graph, prefixes, &QueryOptions::default())?;
            let words = rows(&table).filter_map(|row| row.get("word"));
            known.words.extend(words.map(str::to_owned));
        }
        Ok(known)
    }
}

/// Whether one of the properties that a query reads has the text as a value.
fn holds(graph: &Graph, code: &str, known: &Known, prefixes: &Prefixes) -> Result<bool, AskError> {
    if known.properties.is_empty() {
        return Ok(false);
    }
    Prepared::new(include_str!("queries/holds.rq"))
        .with_each("property", known.properties.iter().cloned())
        .with("text", Literal::new_simple_literal(code))
        .holds(graph, prefixes)
}
