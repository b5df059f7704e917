//! Rows of a query as a table for people, and as records for programs.

use crate::document::{CASE, Cell, CellValue, Column, Datatype, Records, Role, Table};
use crate::graph::model::{Term, xsd};
use crate::graph::namespaces::Prefixes;
use crate::query::{self, ColumnType, plain, shown};

/// The rows as people read them: IRIs as prefixed names, cells without a value empty.
#[must_use]
pub fn rows_table(caption: &str, rows: &query::Table, prefixes: &Prefixes) -> Table {
    let cell = |term: Option<&Term>| of_term(term, |term| shown(term, prefixes));
    Table {
        caption: caption.to_owned(),
        columns: columns(rows),
        rows: (0..rows.rows())
            .map(|row| rows.row(row).map(cell).collect())
            .collect(),
        faint: false,
    }
}

/// The rows as programs read them: plain values and full IRIs.
#[must_use]
pub fn records(rows: &query::Table) -> Records<'_> {
    let cell = |term: Option<&Term>| of_term(term, |term| plain(term).into_owned());
    Records {
        columns: columns(rows),
        rows: Box::new((0..rows.rows()).map(move |row| rows.row(row).map(cell).collect())),
    }
}

/// The roles of the columns follow from the datatypes of their cells.
fn columns(rows: &query::Table) -> Vec<Column> {
    let role = |(at, name): (usize, &String)| {
        let mut cells = (0..rows.rows()).filter_map(|row| rows.cells.get(row, at));
        if name == CASE {
            Role::Case
        } else if !rows.is_empty() && is_filled(rows, at) && cells.all(is_number) {
            Role::Number
        } else {
            Role::Text
        }
    };
    let names = rows.columns.iter().enumerate();
    names
        .map(|(at, name)| Column::new(name, role((at, name))))
        .collect()
}

/// Whether any cell of a column has a value.
fn is_filled(rows: &query::Table, column: usize) -> bool {
    (0..rows.rows()).any(|row| rows.cells.get(row, column).is_some())
}

fn of_term(term: Option<&Term>, text: impl Fn(&Term) -> String) -> Cell {
    let Some(term) = term else {
        return Cell::default();
    };
    Cell::of(text(term), value(term))
}

/// What a term is as the value of a cell.
fn value(term: &Term) -> CellValue {
    let Term::Literal(literal) = term else {
        return CellValue::Text;
    };
    let text = literal.value();
    let value = match literal.datatype() {
        xsd::BOOLEAN => Some(CellValue::Boolean(is_true(text))),
        xsd::INTEGER => text.parse().ok().map(CellValue::Count),
        _ if is_number(term) => text.parse().ok().map(CellValue::Number),
        _ => None,
    };
    // A whole number below zero counts nothing.
    value
        .or_else(|| {
            let number = is_number(term).then(|| text.parse().ok()).flatten();
            number.map(CellValue::Number)
        })
        .unwrap_or_default()
}

/// Whether an `xsd:boolean` is true.
pub(super) fn is_true(text: &str) -> bool {
    text == "true" || text == "1"
}

/// The type that a header gives a column, as that of its values.
#[must_use]
pub(super) fn datatype(kind: ColumnType) -> Datatype {
    match kind {
        ColumnType::Iri | ColumnType::Text | ColumnType::Code => Datatype::Text,
        ColumnType::Integer => Datatype::Integer,
        ColumnType::Decimal | ColumnType::Number => Datatype::Decimal,
        ColumnType::Boolean => Datatype::Boolean,
        ColumnType::Date => Datatype::Date,
    }
}

fn is_number(term: &Term) -> bool {
    let Term::Literal(literal) = term else {
        return false;
    };
    [xsd::INTEGER, xsd::DECIMAL, xsd::DOUBLE, xsd::FLOAT].contains(&literal.datatype())
}
