//! What a saved query answers, held to the columns of its header.

use crate::graph::Table;
use crate::graph::model::{Literal, Term, rdfs, xsd};
use crate::graph::vocab::skos;
use crate::graph::{Graph, GraphError};
use crate::query::catalogue::SavedQuery;
use crate::query::error::AskError;
use crate::query::header::ColumnType;

/// Where a header says `code` or `text` and the query gives a concept, its notation or label is
/// what is meant.
pub(super) fn name_concepts(
    graph: &Graph,
    saved: &SavedQuery,
    table: &mut Table,
) -> Result<(), AskError> {
    for declared in &saved.header.columns {
        if !matches!(declared.kind, ColumnType::Code | ColumnType::Text) {
            continue;
        }
        let Some(column) = table.column(&declared.name) else {
            continue;
        };
        table.cells.replace(column, |term| {
            let Term::NamedNode(node) = term else {
                return Ok(None);
            };
            let notation = graph.literal(node, skos::NOTATION)?;
            let name = match notation {
                Some(notation) => Some(notation),
                None => graph.literal(node, rdfs::LABEL)?,
            };
            Ok::<_, GraphError>(name.map(|name| Literal::new_simple_literal(name).into()))
        })?;
    }
    Ok(())
}

pub(super) fn check_types(saved: &SavedQuery, table: &Table) -> Result<(), AskError> {
    for declared in &saved.header.columns {
        let Some(column) = table.column(&declared.name) else {
            continue;
        };
        let mut fitting = vec![false; table.cells.terms().len()];
        for (index, place) in table.cells.column(column).enumerate() {
            let Some(place) = place.filter(|place| !fitting[*place]) else {
                continue;
            };
            let term = &table.cells.terms()[place];
            fitting[place] = fits(term, declared.kind);
            if !fitting[place] {
                return Err(AskError::WrongType {
                    slug: saved.slug.clone(),
                    column: declared.name.clone(),
                    row: index + 1,
                    value: term.to_string(),
                    kind: declared.kind.word(),
                });
            }
        }
    }
    Ok(())
}

fn fits(term: &Term, kind: ColumnType) -> bool {
    let Term::Literal(literal) = term else {
        return kind == ColumnType::Iri && matches!(term, Term::NamedNode(_));
    };
    let number = || literal.value().parse::<f64>().is_ok_and(f64::is_finite);
    let datatype = literal.datatype();
    match kind {
        ColumnType::Iri => false,
        ColumnType::Text | ColumnType::Code => true,
        ColumnType::Integer => literal.value().parse::<i64>().is_ok(),
        ColumnType::Decimal | ColumnType::Number => number(),
        ColumnType::Boolean => datatype == xsd::BOOLEAN,
        ColumnType::Date => datatype == xsd::DATE,
    }
}
