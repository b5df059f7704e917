//! The study as typed columns: a file a class of things in Parquet, and views in SQL that any engine runs.
//!
//! A thing is named by `case_key`, `sheet` and `item`; terms are prefixed names, which `concept` explains and `within` places
//! under all that lie above them. Statistics need counts, and an engine of columns counts cases by the million.

mod sheet;
mod vocabulary;

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json, json};

use super::{ExportCase, ExportError, ExportFormat, ExportStudy, Exported};
use crate::case::Event;
use crate::columnar::{ColumnarError, ColumnsWriter, Field, Value};
use crate::document::Datatype;
use crate::graph::QueryOptions;
use crate::graph::namespaces::StudyThing;
use crate::query::{Prepared, rows};

pub(super) const FORMAT: ExportFormat = ExportFormat {
    name: "parquet",
    describes: "typed columns for DuckDB, DataFusion, Spark, pandas and R, with views in SQL",
    of_cases: true,
    write: |study| {
        let mut exported = Exported::default();
        let schema = study.session.schema;
        for facts in schema.facts() {
            sheet::write(study, facts, &mut exported)?;
        }
        sheet::write_several(study, &mut exported)?;
        sheet::write_missing(study, &mut exported)?;
        sheet::write_derived(study, &mut exported)?;
        first_of(study, &mut exported)?;
        vocabulary::write(study, &mut exported)?;
        exported.add("views.sql", include_str!("views.sql"));
        Ok(exported)
    },
};

/// A column of a file: its name, its type, what it means and its unit, if it has one.
struct Described<'d> {
    name: &'d str,
    datatype: Datatype,
    means: &'d str,
    unit: &'d str,
}

/// A column of text.
fn text<'d>(name: &'d str, means: &'d str) -> Described<'d> {
    column(name, Datatype::Text, means)
}

fn column<'d>(name: &'d str, datatype: Datatype, means: &'d str) -> Described<'d> {
    Described {
        name,
        datatype,
        means,
        unit: "",
    }
}

const CASE: &str = "key of the case";
const SHEET: &str = "sheet of the thing, such as treatments";
const ITEM: &str = "number of the thing within its case and sheet; 1 where there is one";
const FIELD: &str = "column of the sheet";

/// A file in the making.
struct File {
    name: String,
    writer: ColumnsWriter<Vec<u8>>,
}

impl File {
    fn begin(
        study: &ExportStudy,
        name: &str,
        columns: &[Described<'_>],
    ) -> Result<Self, ColumnarError> {
        let fields: Vec<Field> = columns
            .iter()
            .map(|column| Field {
                name: column.name.to_owned(),
                datatype: column.datatype,
            })
            .collect();
        let told: Map<String, Json> = columns
            .iter()
            .map(|column| {
                let mut means = json!({"means": column.means});
                if !column.unit.is_empty() {
                    means["unit"] = json!(column.unit);
                }
                (column.name.to_owned(), means)
            })
            .collect();
        let metadata = [
            ("study", study.name().to_owned()),
            ("snapshot", study.session.made_from()),
            ("columns", Json::Object(told).to_string()),
        ];
        let metadata = metadata.map(|(key, value)| (format!("casegraph:{key}"), value));
        Ok(Self {
            name: format!("{name}.parquet"),
            writer: ColumnsWriter::begin(Vec::new(), &fields, metadata.into())?,
        })
    }

    fn push<'v>(
        &mut self,
        row: impl IntoIterator<Item = Option<Value<'v>>>,
    ) -> Result<(), ColumnarError> {
        self.writer.push(row)
    }

    fn finish(self, exported: &mut Exported) -> Result<(), ColumnarError> {
        exported.add(self.name, self.writer.finish()?);
        Ok(())
    }
}

/// The treatments that are the first of their case with a drug, or with a drug of a class, in stated order.
fn first_of(study: &ExportStudy, exported: &mut Exported) -> Result<(), ExportError> {
    let columns = [
        text("case_key", CASE),
        column("item", Datatype::Integer, "number of the treatment"),
        text("drug", "the drug or class of which it is the first"),
    ];
    let mut file = File::begin(study, "first_of", &columns)?;
    let query = Prepared::new(include_str!("../queries/first_of.rq"));
    let session = study.session;
    let table = session.rows(&query, &QueryOptions::default())?;
    let cases: BTreeSet<&str> = study.cases.iter().map(ExportCase::key).collect();
    for row in rows(&table) {
        let thing = row.get("episode").and_then(StudyThing::of_case);
        let Some(thing) = thing.filter(|thing| cases.contains(thing.key())) else {
            continue;
        };
        let event = Event::of_path(thing.event(), session.schema);
        if let (Some(event), Some(drug)) = (event, row.get("drug")) {
            file.push([
                Some(Value::Text(thing.key())),
                Some(Value::Integer(event.item.into())),
                Some(Value::Text(&session.prefixes.shorten(drug))),
            ])?;
        }
    }
    Ok(file.finish(exported)?)
}
