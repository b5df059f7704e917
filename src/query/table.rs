//! Rows of a query's answer.

use crate::graph::Cells;
use crate::graph::model::{Term, xsd};
use crate::graph::namespaces::Prefixes;

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

    /// A cell as plain text; `None` if unbound.
    #[must_use]
    pub fn text(&self, row: usize, column: usize) -> Option<&str> {
        self.cells.get(row, column).map(plain)
    }

    /// All rows as people read them: IRIs as prefixed names, unbound cells empty.
    #[must_use]
    pub fn shown(&self, prefixes: &Prefixes) -> Vec<Vec<String>> {
        let show = |cell: Option<&Term>| cell.map(|t| shown(t, prefixes)).unwrap_or_default();
        let row = |row: usize| self.row(row).map(show).collect();
        (0..self.rows()).map(row).collect()
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
