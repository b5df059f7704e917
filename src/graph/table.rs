//! Rows of a query's answer.

use std::borrow::Cow;

use super::Cells;
use super::model::{NamedOrBlankNode, Term, xsd};
use super::namespaces::Prefixes;

/// Columns and rows; a cell without a value is unbound.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// Names of the columns.
    pub columns: Vec<String>,
    /// Rows, each as wide as `columns`.
    pub cells: Cells,
}

impl Table {
    /// A table without rows yet.
    pub fn of_columns<N: Into<String>>(columns: impl IntoIterator<Item = N>) -> Self {
        let columns: Vec<String> = columns.into_iter().map(Into::into).collect();
        let cells = Cells::of_width(columns.len());
        Self { columns, cells }
    }

    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.cells.rows()
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows() == 0
    }

    /// The cells of a row.
    pub fn row(&self, row: usize) -> impl Iterator<Item = Option<&Term>> {
        (0..self.columns.len()).map(move |column| self.cells.get(row, column))
    }

    /// The index of a column.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }

    /// A cell as plain text; `None` if unbound, and of a triple term, which is no column of an analysis.
    #[must_use]
    pub fn text(&self, row: usize, column: usize) -> Option<&str> {
        self.cells.get(row, column).and_then(own_text)
    }

    /// All rows as people read them: IRIs as prefixed names, unbound cells empty.
    #[must_use]
    pub fn shown(&self, prefixes: &Prefixes) -> Vec<Vec<String>> {
        let show = |cell: Option<&Term>| cell.map(|t| shown(t, prefixes)).unwrap_or_default();
        let row = |row: usize| self.row(row).map(show).collect();
        (0..self.rows()).map(row).collect()
    }
}

/// The text of a term: a literal's value, an IRI, a blank node's name; of a triple term how it is written.
#[must_use]
pub fn plain(term: &Term) -> Cow<'_, str> {
    own_text(term).map_or_else(|| term.to_string().into(), Cow::Borrowed)
}

fn own_text(term: &Term) -> Option<&str> {
    match term {
        Term::NamedNode(node) => Some(node.as_str()),
        Term::BlankNode(node) => Some(node.as_str()),
        Term::Literal(literal) => Some(literal.value()),
        Term::Triple(_) => None,
    }
}

/// A term as a person reads it: an IRI as a prefixed name, a decimal without trailing zeros, a triple term
/// as `<<( subject predicate object )>>`, in which a literal stands as SPARQL has it.
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
        Term::Triple(triple) => {
            let subject = match &triple.subject {
                NamedOrBlankNode::NamedNode(node) => prefixes.shorten(node.as_str()),
                NamedOrBlankNode::BlankNode(node) => node.to_string(),
            };
            let predicate = prefixes.shorten(triple.predicate.as_str());
            let object = match &triple.object {
                Term::Literal(literal) => literal.to_string(),
                other => shown(other, prefixes),
            };
            format!("<<( {subject} {predicate} {object} )>>")
        }
    }
}
