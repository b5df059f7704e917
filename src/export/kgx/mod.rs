//! A knowledge graph of the Biolink model (KGX): nodes and edges as TSV and as JSON lines.
//!
//! Formats: <https://github.com/biolink/kgx/blob/master/specification/kgx-format.md>. Edges between diagnoses, genes, drugs,
//! events and sites say in how many cases they were met, with the publications; edges of a case name its own.

mod edges;
mod nodes;

use serde_json::{Map, Value, json};

use super::unsaid::Unsaid;
use super::{ExportFormat, ExportStudy, Exported};
use crate::case::FactSheet;
use edges::Edges;
use nodes::Nodes;

pub(super) const FORMAT: ExportFormat = ExportFormat {
    name: "kgx",
    describes: "nodes and edges of the Biolink model (KGX), TSV and JSON lines",
    of_cases: true,
    write: |study| Ok(write(study)),
};

/// What separates the values of a list in a cell.
const LIST: &str = "|";

fn write(study: &ExportStudy) -> Exported {
    let mut exported = Exported::default();
    let mut nodes = Nodes::new(study);
    let mut edges = Edges::default();
    for case in &study.cases {
        let mut unsaid = Unsaid::of(case);
        edges.of_case(study, case, &mut nodes, &mut unsaid);
        unsaid.lose(&study.terms, &mut exported.ledger, |sheet, _| {
            if sheet == FactSheet::alterations() {
                "an edge to a gene would say that it was altered, and the words may say that it was not"
            } else {
                "an edge has no place for it"
            }
        });
    }
    exported.add("prefixes.json", format!("{:#}\n", json!(nodes.prefixes())));
    exported.ledger.without_identifier = nodes.without_identifier();
    for (name, records) in [("nodes", nodes.records()), ("edges", edges.records())] {
        let lines: Vec<String> = records
            .iter()
            .map(|one| format!("{}\n", Value::Object(one.clone())))
            .collect();
        exported.add(format!("{name}.jsonl"), lines.concat());
        exported.add(format!("{name}.tsv"), tsv(&records));
    }
    exported
}

/// Records as a table with every key that one has, in the order of their first place.
fn tsv(records: &[Map<String, Value>]) -> String {
    let mut keys: Vec<&str> = Vec::new();
    for key in records.iter().flat_map(Map::keys) {
        if !keys.contains(&key.as_str()) {
            keys.push(key);
        }
    }
    let mut text = format!("{}\n", keys.join("\t"));
    for record in records {
        let cells: Vec<String> = keys.iter().map(|key| cell(record.get(*key))).collect();
        text.push_str(&cells.join("\t"));
        text.push('\n');
    }
    text
}

/// A cell without what would be a new one.
fn cell(value: Option<&Value>) -> String {
    let plain = |text: &str| {
        let character = |c: char| if c.is_control() { ' ' } else { c };
        text.chars().map(character).collect::<String>()
    };
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => plain(text),
        Some(Value::Array(all)) => {
            let all: Vec<String> = all.iter().map(|one| cell(Some(one))).collect();
            all.join(LIST)
        }
        Some(other) => other.to_string(),
    }
}
