//! The rows as typed columns, with what belongs to them: for R, pandas and databases, without guessing.

use serde_json::Value as Json;

use super::{Format, FormatError, Holds, Reader};
use crate::columnar::{ColumnarError, ColumnsWriter, Field, Value};
use crate::document::{Cell, CellValue, Datatype, Document, datatypes};

pub(super) static FORMAT: Format = Format {
    name: "parquet",
    aliases: &[],
    ending: "parquet",
    content_type: "application/vnd.apache.parquet",
    about: "The rows as typed columns, for R, pandas and DuckDB",
    holds: Holds::Words,
    reader: Reader::Bytes,
    write: |document, _| {
        columns(document).map_err(|error| FormatError::Columns(document.name(), error))
    },
};

/// What the keys of metadata begin with.
const KEY: &str = "casegraph:";

fn columns(document: &dyn Document) -> Result<Vec<u8>, ColumnarError> {
    let records = document.records();
    let rows: Vec<Vec<Cell>> = records.rows.collect();
    let types = datatypes(&records.columns, &rows);
    let mut fields: Vec<Field> = Vec::new();
    for (column, datatype) in records.columns.iter().zip(&types) {
        let name = free(&fields, &column.shown());
        let datatype = *datatype;
        fields.push(Field { name, datatype });
    }
    let mut known = document.provenance();
    if !known.iter().any(|(name, _)| *name == "title") {
        known.push(("title", document.title().into()));
    }
    let metadata = known.into_iter().map(|(name, value)| {
        let text = match value {
            Json::String(text) => text,
            other => other.to_string(),
        };
        (format!("{KEY}{}", name.replace(' ', "_")), text)
    });
    let metadata = metadata.collect();
    let mut writer = ColumnsWriter::begin(Vec::new(), &fields, metadata)?;
    for row in &rows {
        writer.push(
            row.iter()
                .zip(&types)
                .map(|(cell, datatype)| value(cell, *datatype)),
        )?;
    }
    writer.finish()
}

/// A name that no column has yet.
fn free(fields: &[Field], name: &str) -> String {
    let is_taken = |name: &str| fields.iter().any(|field| field.name == name);
    let mut free = name.to_owned();
    for number in 2.. {
        if !is_taken(&free) {
            break;
        }
        free = format!("{name} {number}");
    }
    free
}

/// The value of a cell as this type; a cell without text has none.
fn value(cell: &Cell, datatype: Datatype) -> Option<Value<'_>> {
    if cell.text.is_empty() {
        return None;
    }
    Some(match (&cell.value, datatype) {
        (CellValue::Count(count), Datatype::Integer) => {
            Value::Integer(i64::try_from(*count).unwrap_or(i64::MAX))
        }
        // As its heading says: in percent.
        (CellValue::Share(share), Datatype::Decimal) => Value::Decimal(100.0 * share),
        (_, Datatype::Decimal) => Value::Decimal(cell.only_number()?),
        (CellValue::Boolean(yes), Datatype::Boolean) => Value::Boolean(*yes),
        _ => Value::Text(&cell.text),
    })
}
