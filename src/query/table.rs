//! Rows of a query's answer.

use crate::graph::model::{Term, xsd};
use crate::graph::namespaces::Prefixes;

/// Columns and rows; a cell without a value is unbound.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    /// Names of the columns.
    pub columns: Vec<String>,
    /// Rows, each as wide as `columns`.
    pub rows: Vec<Vec<Option<Term>>>,
    /// Whether there were more rows than were asked for.
    pub cut: bool,
}

impl Table {
    /// The index of a column.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }

    /// A cell as plain text; `None` if unbound.
    #[must_use]
    pub fn text(&self, row: usize, column: usize) -> Option<&str> {
        self.rows.get(row)?.get(column)?.as_ref().map(plain)
    }

    /// All rows as people read them: IRIs as prefixed names, unbound cells empty.
    #[must_use]
    pub fn shown(&self, prefixes: &Prefixes) -> Vec<Vec<String>> {
        let show = |cell: &Option<Term>| {
            cell.as_ref()
                .map(|t| shown(t, prefixes))
                .unwrap_or_default()
        };
        self.rows
            .iter()
            .map(|row| row.iter().map(show).collect())
            .collect()
    }
}

/// The text of a term: a literal's value, an IRI, a blank node's name.
#[must_use]
pub fn plain(term: &Term) -> &str {
    match term {
        Term::NamedNode(node) => node.as_str(),
        Term::BlankNode(node) => node.as_str(),
        Term::Literal(literal) => literal.value(),
    }
}

/// A term as a person reads it: an IRI as a prefixed name, a decimal without trailing zeros.
#[must_use]
pub fn shown(term: &Term, prefixes: &Prefixes) -> String {
    match term {
        Term::NamedNode(node) => prefixes.shorten(node.as_str()),
        Term::BlankNode(node) => node.to_string(),
        Term::Literal(literal) => {
            let value = literal.value();
            if literal.datatype() == xsd::DECIMAL && value.contains('.') {
                value.trim_end_matches('0').trim_end_matches('.').to_owned()
            } else {
                value.to_owned()
            }
        }
    }
}
