use anyhow::Result;
use clap::Args;
use clap_complete::ArgValueCompleter;
use serde_json::{Value, json};

use super::Exit;
use super::candidates;
use super::session::{Place, analyses};
use super::shown::Shown;
use crate::document::{Block, Plain, Role, Table};
use crate::graph::namespaces::Prefixes;
use crate::query::SavedQuery;
use crate::query::parameters::Parameter;

/// Show a saved analysis: parameters, statistic, columns and query
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  casegraph show response/by-partner
  casegraph show by-partner --format json
  casegraph show by-partner --query > mine.rq")]
pub struct Show {
    /// Name of the analysis, or its last part
    #[arg(value_name = "ANALYSIS", add = ArgValueCompleter::new(candidates::analyses))]
    name: String,
    /// Only the text of the query
    #[arg(long)]
    query: bool,
    #[command(flatten)]
    shown: Shown,
}

impl Show {
    pub(super) fn run(self, place: &Place) -> Result<Exit> {
        let printer = place.printer();
        let project = place.find()?;
        let prefixes = Prefixes::of_study(&project.study_name());
        let analyses = analyses(&project, &prefixes, printer)?;
        let saved = analyses.find(&self.name)?;
        if self.query {
            printer.data(&saved.text)?;
            return Ok(Exit::Done);
        }
        self.shown.show(&document(saved), printer)?;
        Ok(Exit::Done)
    }
}

fn document(saved: &SavedQuery) -> Plain {
    let header = &saved.header;
    let kind = header.statistic.kind();
    let from = header.statistic.columns();
    let from: Vec<String> = from
        .iter()
        .map(|(key, column)| format!("{key} from column {column}"))
        .collect();
    let columns = header.columns.iter();
    let columns = columns.map(|column| format!("{}: {}", column.name, column.kind.word()));
    let parameters = match header.parameters.as_slice() {
        [] => vec!["none".to_owned()],
        parameters => parameters.iter().map(described).collect(),
    };
    let about = [
        Block::Line(format!("File: {}", saved.path)),
        Block::Line(format!("Tags: {}", header.tags.join(", "))),
    ];
    let parameters = [
        Block::Blank,
        Block::List(
            "Parameters (set with --set NAME=VALUE)".to_owned(),
            parameters,
        ),
        Block::Blank,
    ];
    let statistic = [
        Block::Line(format!("Statistic: {kind}")),
        Block::List(String::new(), from),
        Block::Blank,
        Block::List("Columns".to_owned(), columns.collect()),
        Block::Blank,
        Block::Code {
            language: "sparql",
            name: String::new(),
            text: saved.text.trim().to_owned(),
        },
    ];
    let title = format!("{}: {}", saved.slug, header.summary);
    let opening = [
        Block::Title(title.clone()),
        Block::Blank,
        Block::Line(header.description.clone()),
        Block::Blank,
    ];
    let blocks = opening
        .into_iter()
        .chain(about)
        .chain(parameters)
        .chain(statistic);
    let blocks: Vec<Block> = blocks.collect();
    Plain {
        title,
        screen: blocks.clone(),
        page: blocks,
        records: parameters_table(&header.parameters),
        json: json(saved),
    }
}

fn parameters_table(parameters: &[Parameter]) -> Table {
    let names = [
        "parameter",
        "type",
        "default",
        "optional",
        "values",
        "description",
    ];
    let mut table = Table::new("", &names.map(|name| (name, Role::Text)));
    for parameter in parameters {
        table.push([
            parameter.name.clone(),
            parameter.kind.word().to_owned(),
            parameter.default.clone().unwrap_or_default(),
            parameter.optional.to_string(),
            parameter.values.join("; "),
            parameter.description.clone().unwrap_or_default(),
        ]);
    }
    table
}

fn json(saved: &SavedQuery) -> Value {
    let header = &saved.header;
    let parameters = header.parameters.iter().map(|parameter| {
        json!({
            "name": parameter.name,
            "type": parameter.kind.word(),
            "default": parameter.default,
            "optional": parameter.optional,
            "values": parameter.values,
            "description": parameter.description,
        })
    });
    let columns = header.columns.iter();
    let columns = columns.map(|column| json!({"name": column.name, "type": column.kind.word()}));
    let from = header.statistic.columns().into_iter();
    let from = from.map(|(key, column)| (key.to_owned(), Value::from(column)));
    json!({
        "analysis": saved.slug,
        "summary": header.summary,
        "description": header.description,
        "file": saved.path,
        "tags": header.tags,
        "unit": header.unit.word(),
        "parameters": parameters.collect::<Vec<_>>(),
        "statistic": {"kind": header.statistic.kind(), "columns": from.collect::<serde_json::Map<_, _>>()},
        "columns": columns.collect::<Vec<_>>(),
        "query": saved.text,
    })
}

fn described(parameter: &Parameter) -> String {
    let mut line = format!("{}: {}", parameter.name, parameter.kind.word());
    match (&parameter.default, parameter.optional) {
        (Some(default), _) => line.push_str(&format!(", default {default}")),
        (None, true) => line.push_str(", optional"),
        (None, false) => line.push_str(", required"),
    }
    if !parameter.values.is_empty() {
        line.push_str(&format!(", one of {}", parameter.values.join(", ")));
    }
    if let Some(description) = &parameter.description {
        line.push_str(&format!(": {description}"));
    }
    line
}
