//! Results as JSON: every figure at full precision.

use serde_json::{Map, Value, json};

use super::methods::references;
use super::results::result_tables;
use crate::analysis::Analysis;
use crate::document::{self, Cell, CellValue, Column};
use crate::graph::model::{Term, xsd};
use crate::kinds::references::Reference;
use crate::kinds::{Computed, Finding};
use crate::query::{ColumnType, Statistic, Table};

/// An analysis as JSON: the result, who was left out, the rows and the method.
#[must_use]
pub fn analysis_json(analysis: &Analysis, made_from: &str) -> Value {
    json!({
        "analysis": analysis.slug,
        "summary": analysis.header.summary,
        "parameters": parameters(analysis),
        "statistic": analysis.header.statistic.kind(),
        "result": result(&analysis.finding),
        "bounds": analysis.finding.bounds,
        "numerator": analysis.finding.ledger.numerator(),
        "counted": analysis.finding.ledger.counted(),
        "excluded": exclusions(analysis),
        "method": analysis.finding.method,
        "level": (!analysis.finding.method.is_empty()).then_some(analysis.finding.level),
        "cautions": analysis.finding.cautions,
        "tables": result_tables(analysis).iter().map(printed).collect::<Vec<_>>(),
        "columns": columns(analysis),
        "rows": rows(&analysis.table),
        "references": references(analysis).iter().map(reference).collect::<Vec<_>>(),
        "made_from": made_from,
    })
}

/// What an analysis found, to be compared with what it finds elsewhere: neither its words nor where
/// it comes from, and its rows only where they are the result.
#[must_use]
pub fn comparable(analysis: &Analysis) -> Value {
    let is_table = matches!(analysis.header.statistic, Statistic::Table(_));
    let rows = if is_table {
        rows(&analysis.table)
    } else {
        Vec::new()
    };
    json!({
        "parameters": parameters(analysis),
        "finding": analysis.finding.compared(),
        "rows": rows,
    })
}

fn parameters(analysis: &Analysis) -> Map<String, Value> {
    let parameters = analysis.parameters.iter();
    parameters
        .map(|(name, value)| (name.clone(), json!(value)))
        .collect()
}

fn exclusions(analysis: &Analysis) -> Vec<Value> {
    let exclusions = analysis.finding.ledger.exclusions().into_iter();
    exclusions
        .map(|exclusion| json!({"reason": exclusion.reason, "units": exclusion.units}))
        .collect()
}

/// A statistic of columns as JSON, every figure at full precision.
pub(super) fn computed_json(computed: &Computed) -> Value {
    let left_out: Vec<Value> = computed
        .left_out
        .iter()
        .map(|(reason, rows)| json!({"reason": reason, "n": rows.len(), "rows": rows}))
        .collect();
    json!({
        "statistic": computed.kind,
        "counted": computed.counted,
        "excluded": left_out,
        "coded": computed.coded,
        "result": result(&computed.finding),
        "bounds": computed.finding.bounds,
        "method": computed.finding.method,
        "level": computed.finding.level,
        "cautions": computed.finding.cautions,
        "conventions": computed.finding.differences,
        "conventions_not_known": computed.finding.open_questions,
    })
}

/// The types of the columns of the rows: those of the header, and what their values are for columns that the statistic
/// added.
fn columns(analysis: &Analysis) -> Map<String, Value> {
    let declared = &analysis.header.columns;
    let table = &analysis.table;
    let kind = |(at, name): (usize, &String)| {
        let declared = declared.iter().find(|column| column.name == *name);
        let kind = declared.map_or_else(|| kind_of(table, at), |column| column.kind);
        (name.clone(), json!(kind.word()))
    };
    table.columns.iter().enumerate().map(kind).collect()
}

/// The type of the values of a column; text where they differ.
fn kind_of(table: &Table, column: usize) -> ColumnType {
    let cells = (0..table.rows()).filter_map(|row| table.cells.get(row, column));
    let kind = |term: &Term| match term {
        Term::Literal(literal) => match literal.datatype() {
            xsd::INTEGER => ColumnType::Integer,
            xsd::DECIMAL | xsd::DOUBLE => ColumnType::Decimal,
            xsd::BOOLEAN => ColumnType::Boolean,
            xsd::DATE => ColumnType::Date,
            _ => ColumnType::Text,
        },
        Term::NamedNode(_) => ColumnType::Iri,
        Term::BlankNode(_) | Term::Triple(_) => ColumnType::Text,
    };
    let mut kinds = cells.map(kind);
    let first = kinds.next().unwrap_or(ColumnType::Text);
    if kinds.all(|kind| kind == first) {
        first
    } else {
        ColumnType::Text
    }
}

/// A table as it is printed, with the numbers behind its texts.
fn printed(table: &document::Table) -> Value {
    let column = |column: &Column| json!({"name": column.shown(), "role": column.role.word()});
    let row = |row: &Vec<Cell>| row.iter().map(cell).collect::<Vec<_>>();
    json!({
        "title": table.caption,
        "columns": table.columns.iter().map(column).collect::<Vec<_>>(),
        "rows": table.rows.iter().map(row).collect::<Vec<_>>(),
    })
}

/// A cell: its text, and what it is where that is more than the text. Shares are fractions, 1 for the whole.
fn cell(cell: &Cell) -> Value {
    let text = &cell.text;
    match &cell.value {
        CellValue::Text | CellValue::Lines => json!({"text": text}),
        CellValue::Key(key) => json!({"text": text, "key": key}),
        CellValue::Count(count) => json!({"text": text, "number": count}),
        CellValue::Number(number) | CellValue::Share(number) => {
            json!({"text": text, "number": number})
        }
        CellValue::Boolean(yes) => json!({"text": text, "boolean": yes}),
        CellValue::Rate { successes, n } => {
            let share = (*n > 0).then(|| *successes as f64 / *n as f64);
            json!({"text": text, "number": share, "successes": successes, "n": n})
        }
        CellValue::Interval { lower, upper } => {
            json!({"text": text, "lower": lower, "upper": upper})
        }
    }
}

fn reference(reference: &Reference) -> Value {
    json!({"citation": reference.citation(), "bibtex": reference.bibtex()})
}

fn rows(table: &Table) -> Vec<Value> {
    let row = |row: usize| {
        let cells = table.columns.iter().zip(table.row(row));
        let object: Map<String, Value> = cells
            .map(|(name, cell)| (name.clone(), cell.map_or(Value::Null, term)))
            .collect();
        Value::Object(object)
    };
    (0..table.rows()).map(row).collect()
}

fn term(term: &Term) -> Value {
    let Term::Literal(literal) = term else {
        return json!(crate::query::plain(term));
    };
    let (text, datatype) = (literal.value(), literal.datatype());
    match datatype {
        xsd::INTEGER => text
            .parse::<i64>()
            .map_or_else(|_| json!(text), Value::from),
        xsd::DECIMAL | xsd::DOUBLE => text
            .parse::<f64>()
            .map_or_else(|_| json!(text), Value::from),
        xsd::BOOLEAN => json!(super::rows::is_true(text)),
        _ => json!(text),
    }
}

/// The result at full precision; null where the rows speak for themselves.
fn result(finding: &Finding) -> Value {
    finding
        .found
        .as_ref()
        .map_or(Value::Null, |found| found.json())
}
