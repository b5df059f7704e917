//! What the columns of sheets mean, said in the graph: of every study in `ontology/columns.ttl`, and
//! of a study's own with its statements.

use std::collections::BTreeSet;

use super::names::class_of;
use super::{Names, Writer};
use crate::case::{Column, FactSheet, Kind, Property, Schema};
use crate::graph::model::{GraphName, Literal, NamedNode, Quad, Term, rdf, rdfs, xsd};
use crate::graph::namespaces::{ONTOLOGY_GRAPH, concept};
use crate::graph::vocab::{casegraph as cg, owl, schema_org, skos};
use crate::ingest::record::Study;

/// Declares the properties of the columns that every study has; `ontology/columns.ttl` is made of it.
#[must_use]
pub fn shipped_columns() -> Vec<Quad> {
    let study = Study::default();
    let names = Names::new(&study);
    let mut out = Writer::new(&names);
    out.graph = NamedNode::new_unchecked(ONTOLOGY_GRAPH);
    let mut declared = BTreeSet::new();
    for sheet in Schema::shipped().facts() {
        for column in sheet.columns() {
            let node = names.property(column.property);
            if declared.insert(column.property) {
                declare(&node, column, &mut out);
                out.add(&node, rdfs::IS_DEFINED_BY, out.graph.clone());
            }
            out.add(
                &node,
                schema_org::DOMAIN_INCLUDES,
                class_of(&names.study, sheet),
            );
        }
    }
    let mut quads = out.quads;
    for quad in &mut quads {
        quad.graph_name = GraphName::DefaultGraph;
    }
    quads
}

/// Declares the columns and sheets that a study adds.
pub(super) fn of_study(study: &Study, names: &Names, out: &mut Writer) {
    for sheet in study.schema.facts() {
        let own = |column: &&Column| matches!(column.property, Property::OfStudy(_));
        for column in sheet.columns().iter().filter(own) {
            let node = names.property(column.property);
            declare(&node, column, out);
            out.add(
                &node,
                schema_org::DOMAIN_INCLUDES,
                class_of(&names.study, sheet),
            );
            out.add(&node, rdfs::IS_DEFINED_BY, names.study());
            out.text(&node, cg::IN_SHEET, sheet.name());
            out.text(&node, cg::COLUMN, column.name);
        }
        if sheet.known().is_none() {
            own_sheet(sheet, names, out);
        }
    }
}

fn own_sheet(sheet: FactSheet, names: &Names, out: &mut Writer) {
    let class = class_of(&names.study, sheet);
    out.add(&class, rdf::TYPE, owl::CLASS);
    out.text(&class, rdfs::LABEL, sheet.noun());
    out.text(&class, skos::DEFINITION, sheet.describes());
    out.add(&class, rdfs::IS_DEFINED_BY, names.study());
    out.text(&class, cg::IN_SHEET, sheet.name());
}

fn declare(node: &NamedNode, column: &Column, out: &mut Writer) {
    let range = range(column.kind);
    let is_concept = range == skos::CONCEPT;
    let class = if is_concept {
        owl::OBJECT_PROPERTY
    } else {
        owl::DATATYPE_PROPERTY
    };
    out.add(node, rdf::TYPE, class);
    let english = |text| Literal::new_language_tagged_literal_unchecked(text, "en");
    out.add(node, rdfs::LABEL, english(column.label));
    if let Some(short) = column.short {
        out.add(node, skos::ALT_LABEL, english(short));
    }
    out.add(node, skos::DEFINITION, english(column.describes));
    out.add(node, schema_org::DOMAIN_INCLUDES, cg::REPORT);
    if !column.example.is_empty() {
        out.add(
            node,
            skos::EXAMPLE,
            example(column.kind, column.example, &range),
        );
    }
    out.text(node, cg::UNIT, column.unit);
    out.add(node, rdfs::RANGE, range);
}

fn range(kind: Kind) -> NamedNode {
    match kind {
        Kind::Text | Kind::Code(_) | Kind::Words(_) => xsd::STRING.into(),
        Kind::Integer(..) => xsd::INTEGER.into(),
        Kind::Decimal(..) => xsd::DECIMAL.into(),
        Kind::YesNo => xsd::BOOLEAN.into(),
        Kind::Date => xsd::DATE.into(),
        Kind::Concept(_) | Kind::Agents | Kind::Gene => skos::CONCEPT.into(),
    }
}

fn example(kind: Kind, text: &str, range: &NamedNode) -> Term {
    match kind {
        Kind::Concept(scheme) => concept(scheme.name(), text).into(),
        Kind::Agents => concept("drug", text).into(),
        Kind::Gene => concept("gene", text).into(),
        Kind::YesNo => Literal::from(text == "yes").into(),
        _ => Literal::new_typed_literal(text, range.clone()).into(),
    }
}
