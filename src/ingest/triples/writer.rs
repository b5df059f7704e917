//! Collects quads of one graph at a time.

use std::collections::BTreeSet;

use super::names::Names;
use crate::case::{Property, Value};
use crate::graph::model::{GraphName, Literal, NamedNode, Quad, Term, xsd};
use crate::graph::namespaces::concept;
use crate::graph::vocab::{casegraph as cg, dcterms};

/// Quads of a study as a whole that are held at once: it may have a million sources.
const MANY: usize = 4096;

/// A property without a value, and why in words.
pub(super) type Missing = (Property, &'static str);

/// Collects quads of one graph at a time.
pub(super) struct Writer<'a> {
    pub(super) quads: Vec<Quad>,
    /// Takes the quads whenever there are [`MANY`].
    pub(super) take: Option<&'a mut dyn FnMut(Vec<Quad>)>,
    pub(super) graph: NamedNode,
    /// The values that things were said to lack.
    pub(super) missing: BTreeSet<Missing>,
}

impl Writer<'_> {
    pub(super) fn new(names: &Names) -> Self {
        Self {
            quads: Vec::new(),
            take: None,
            graph: names.graph("consensus"),
            missing: BTreeSet::new(),
        }
    }

    /// Gives the quads to who takes them.
    pub(super) fn flush(&mut self) {
        if let Some(take) = &mut self.take {
            take(std::mem::take(&mut self.quads));
        }
    }

    pub(super) fn add(
        &mut self,
        subject: &NamedNode,
        predicate: impl Into<NamedNode>,
        object: impl Into<Term>,
    ) {
        let graph = GraphName::from(self.graph.clone());
        self.quads
            .push(Quad::new(subject.clone(), predicate, object, graph));
        if self.quads.len() >= MANY {
            self.flush();
        }
    }

    pub(super) fn text(
        &mut self,
        subject: &NamedNode,
        predicate: impl Into<NamedNode>,
        text: &str,
    ) {
        if !text.is_empty() {
            self.add(subject, predicate, Literal::new_simple_literal(text));
        }
    }

    /// Says that a value is missing, and why.
    pub(super) fn missing(
        &mut self,
        subject: &NamedNode,
        property: Property,
        reason: &'static str,
        names: &Names,
    ) {
        self.add(subject, cg::MISSING, names.missing(property, reason));
        self.missing.insert((property, reason));
    }

    pub(super) fn value(
        &mut self,
        subject: &NamedNode,
        property: Property,
        value: &Value,
        names: &Names,
    ) {
        // What is done in an episode that is not one of drugs is a procedure in plain words.
        let property = match (property, value) {
            (Property::Term("drug"), Value::Text(_)) => NamedNode::from(cg::PROCEDURE),
            _ => names.property(property),
        };
        self.add(subject, property, object(value));
    }
}

pub(super) fn object(value: &Value) -> Term {
    match value {
        Value::Text(text) | Value::Code(text) => Literal::new_simple_literal(text).into(),
        Value::Integer(number) => Literal::from(*number).into(),
        Value::Range(..) => Literal::new_simple_literal(value.to_string()).into(),
        Value::Decimal(text) => Literal::new_typed_literal(text.clone(), xsd::DECIMAL).into(),
        Value::Date(text) => Literal::new_typed_literal(text.clone(), xsd::DATE).into(),
        Value::Boolean(yes) => Literal::from(*yes).into(),
        Value::Concept(scheme, slug) => concept(scheme.name(), slug).into(),
        Value::Gene(symbol) => concept("gene", symbol).into(),
    }
}

pub(super) fn date(node: &NamedNode, date: &str, out: &mut Writer) {
    if !date.is_empty() {
        out.add(
            node,
            dcterms::DATE,
            Literal::new_typed_literal(date, xsd::DATE),
        );
    }
}
