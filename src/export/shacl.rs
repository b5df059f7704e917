//! SHACL shapes of the graph, made from the sheets' schema: what a case and its events may carry.

use std::fmt::Write;

use super::{ExportFormat, ExportStudy, Exported};
use crate::case::{Column, FactSheet, Kind, KnownSheet};
use crate::graph::model::{Literal, NamedNode};
use crate::graph::namespaces::{STUDIES, TERMS, VOCABULARY};
use crate::ingest::{class_of, property_of};

pub(super) const FORMAT: ExportFormat = ExportFormat {
    name: "shacl",
    describes: "SHACL shapes of cases and their events",
    of_cases: false,
    write: |study| Ok(write(study)),
};

fn write(study: &ExportStudy) -> Exported {
    let mut exported = Exported::default();
    exported.add("shapes.ttl", shapes(study));
    exported.ledger.lose(
        "",
        "cases",
        "",
        "the format is of the graph's form, and not of what stands in it: `casegraph export rdf`",
    );
    exported
}

/// The shapes as Turtle.
fn shapes(study: &ExportStudy) -> String {
    let mut text = format!(
        "@prefix cg: <{TERMS}> .\n@prefix sh: <http://www.w3.org/ns/shacl#> .\n@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n\
         @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n@prefix shape: <{STUDIES}{}/shape/> .\n",
        study.name()
    );
    for sheet in study.session.schema.facts() {
        shape(study, sheet, &mut text);
    }
    text
}

fn shape(study: &ExportStudy, sheet: FactSheet, text: &mut String) {
    let mut add = |line: std::fmt::Arguments| {
        let _ = text.write_fmt(line);
    };
    add(format_args!(
        "\nshape:{} a sh:NodeShape ;\n    sh:targetClass {} ;\n    sh:name {} ;\n    sh:description {}",
        sheet.name(),
        named(&class_of(study.name(), sheet)),
        quoted(sheet.noun()),
        quoted(sheet.describes())
    ));
    if sheet.known() == Some(KnownSheet::Cases) {
        add(format_args!(
            " ;\n    sh:property [ sh:path cg:caseKey ; sh:datatype xsd:string ; sh:minCount 1 ; sh:maxCount 1 ]"
        ));
    } else {
        add(format_args!(
            " ;\n    sh:property [ sh:path cg:ofCase ; sh:class cg:Case ; sh:minCount 1 ; sh:maxCount 1 ]"
        ));
    }
    for column in sheet.columns() {
        let path = named(&property_of(study.name(), column.property));
        add(format_args!(
            " ;\n    sh:property [\n        sh:path {path} ;\n        sh:name {} ;\n        sh:description {}",
            quoted(column.label),
            quoted(column.describes)
        ));
        if !column.list && !matches!(column.kind, Kind::Agents) {
            add(format_args!(" ;\n        sh:maxCount 1"));
        }
        add(format_args!(
            " ;
        {} ]",
            holds(column)
        ));
    }
    add(format_args!(" .\n"));
}

/// What a value of a column is, in SHACL.
fn holds(column: &Column) -> String {
    let number = |kind: &str, least: String, most: String| {
        format!("sh:datatype xsd:{kind} ; sh:minInclusive {least} ; sh:maxInclusive {most}")
    };
    match column.kind {
        Kind::Text | Kind::Words(_) => "sh:datatype xsd:string".to_owned(),
        Kind::Code(words) => {
            let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
            format!("sh:in ( {} )", words.join(" "))
        }
        Kind::Integer(least, most) => number("integer", least.to_string(), most.to_string()),
        // A range such as 12-15 is text.
        Kind::Decimal(least, most) => format!(
            "sh:or ( [ {} ] [ sh:datatype xsd:string ; sh:pattern \"^-?[0-9.]+-[0-9.]+$\" ] )",
            number("decimal", least.to_string(), most.to_string())
        ),
        Kind::YesNo => "sh:datatype xsd:boolean".to_owned(),
        Kind::Date => "sh:datatype xsd:date".to_owned(),
        Kind::Concept(scheme) => concept(scheme.name()),
        // What was done in plain words stands as cg:procedure.
        Kind::Agents => concept("drug"),
        Kind::Gene => concept("gene"),
    }
}

/// A concept of a vocabulary: its IRI begins with that of the vocabulary, and it has a label.
fn concept(scheme: &str) -> String {
    format!(
        "sh:nodeKind sh:IRI ; sh:pattern {} ; sh:node [ sh:property [ sh:path skos:prefLabel ; sh:minCount 1 ] ]",
        quoted(&format!("^{VOCABULARY}{scheme}/"))
    )
}

/// An IRI in Turtle: one of ours by its prefix.
fn named(iri: &NamedNode) -> String {
    match iri.as_str().strip_prefix(TERMS) {
        Some(local) => format!("cg:{local}"),
        None => iri.to_string(),
    }
}

/// A literal of Turtle.
fn quoted(text: &str) -> String {
    Literal::new_simple_literal(text).to_string()
}
