//! What is said of the treatments of a case as a whole: their order, which are stated not to have
//! been given, and whether a source that lists them was read in full.

use std::collections::{BTreeMap, BTreeSet};

use super::shown::shown;
use super::{Facts, Names, Writer};
use crate::case::order::{Next, Order};
use crate::case::{Certainty, FactSheet, Placed, Property, ReadingDepth, Report, Settled, Value};
use crate::graph::model::{Literal, NamedNode, rdf, rdfs};
use crate::graph::namespaces::concept;
use crate::graph::vocab::casegraph as cg;
use crate::ingest::record::Study;
use crate::ontology::Ontology;

/// The agent of a surgery, radiation or other procedure that was not done, as a source states.
const NONE: &str = "none";

/// Why something is not known of episodes whose order is not stated.
const NO_ORDER: &str = "order not known";

const NEXT: Property = Property::Term("next");
const BEST_RESPONSE: Property = Property::Term("bestResponse");

/// The kind of treatment that an episode states was not given.
pub(super) fn not_given<'a>(facts: &Facts<'a>) -> Option<&'a str> {
    if facts.thing.sheet != FactSheet::treatments() {
        return None;
    }
    match (
        facts.values("agent").first()?,
        facts.values("kind").first()?,
    ) {
        (Value::Text(agent), Value::Code(kind)) if agent.eq_ignore_ascii_case(NONE) => {
            Some(kind.as_str())
        }
        _ => None,
    }
}

/// Writes how the episodes of one case follow each other, as far as that is stated, and which was the first
/// with each drug and class of drugs.
pub(super) fn course(episodes: &[Facts], ontology: &Ontology, names: &Names, out: &mut Writer) {
    let episodes: Vec<&Facts> = episodes
        .iter()
        .filter(|facts| not_given(facts).is_none())
        .collect();
    let nodes: Vec<NamedNode> = episodes
        .iter()
        .map(|facts| names.thing(facts.thing))
        .collect();
    let number = |facts: &Facts, heading| facts.values(heading).first().and_then(Value::as_number);
    let placed: Vec<Placed> = episodes
        .iter()
        .map(|facts| Placed {
            order: number(facts, "order"),
            line: number(facts, "line"),
            start: number(facts, "start_months"),
        })
        .collect();
    let order = Order::of(&placed);
    let systemic: Vec<usize> = (0..episodes.len())
        .filter(|&at| {
            episodes[at].says("kind", "drug") || episodes[at].says("kind", "chemotherapy")
        })
        .collect();
    for (at, node) in nodes.iter().enumerate() {
        out.text(node, rdfs::LABEL, &name(episodes[at], ontology));
        for (other, other_node) in nodes.iter().enumerate() {
            if order.is_before(at, other) {
                out.add(node, cg::BEFORE, other_node.clone());
            } else if order.is_open(at, other) {
                out.add(node, cg::UNORDERED_WITH, other_node.clone());
            }
        }
        if let Some(position) = order.position(at) {
            out.add(node, cg::POSITION, Literal::from(position as u64));
        }
        match order.next(at, &systemic) {
            Next::Nothing => {}
            Next::One(next) => out.add(node, cg::NEXT, nodes[next].clone()),
            Next::NotKnown => out.missing(node, NEXT, NO_ORDER, names),
        }
    }
    for (number, (firsts, classes)) in firsts(&episodes, &order, ontology).into_iter().enumerate() {
        let first = match *firsts {
            [one] => nodes[one].clone(),
            _ => {
                let case = &episodes[firsts[0]].thing.case;
                let node = names.named("first-treatment", &format!("{case}/{}", number + 1));
                out.add(&node, rdf::TYPE, cg::UNORDERED_TREATMENTS);
                out.add(&node, cg::OF_CASE, names.named("case", case));
                for other in &nodes {
                    out.add(&node, cg::UNORDERED_WITH, other.clone());
                }
                let several: Vec<&Facts> = firsts.iter().map(|&at| episodes[at]).collect();
                agreed(&node, &several, names, out);
                node
            }
        };
        for class in classes {
            out.add(&first, cg::FIRST_OF, concept("drug", class));
        }
    }
}

/// The episodes that may have been the first with a drug or class of drugs, each set of them with the slugs
/// of those for which it is so.
fn firsts<'a>(
    episodes: &[&Facts<'a>],
    order: &Order,
    ontology: &'a Ontology,
) -> BTreeMap<Vec<usize>, BTreeSet<&'a str>> {
    let drugs = ontology.vocabulary("drug");
    let mut of_class: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, facts) in episodes.iter().enumerate() {
        let slugs = facts
            .values("agent")
            .iter()
            .filter_map(|agent| match agent {
                Value::Concept(_, slug) => Some(slug.as_str()),
                _ => None,
            });
        let classes: BTreeSet<&str> = slugs.flat_map(|slug| drugs.above(slug)).collect();
        for class in classes {
            of_class.entry(class).or_default().push(at);
        }
    }
    let mut firsts: BTreeMap<Vec<usize>, BTreeSet<&str>> = BTreeMap::new();
    for (class, members) in of_class {
        firsts
            .entry(order.firsts(&members))
            .or_default()
            .insert(class);
    }
    firsts
}

/// Writes what several episodes, of which any may have been the first, have in common: the best response if
/// they agree in it. Nothing else is known of the first.
fn agreed(node: &NamedNode, episodes: &[&Facts], names: &Names, out: &mut Writer) {
    for column in episodes[0].thing.sheet.columns() {
        if column.property != BEST_RESPONSE {
            out.missing(node, column.property, NO_ORDER, names);
        }
    }
    out.missing(node, NEXT, NO_ORDER, names);
    let response = |facts: &Facts| facts.values("best_response").to_vec();
    let known = response(episodes[0]);
    if episodes.iter().any(|facts| response(facts) != known) {
        out.missing(node, BEST_RESPONSE, NO_ORDER, names);
    } else if let Some(Settled::Missing(reason)) = episodes[0].settled("best_response") {
        out.missing(node, BEST_RESPONSE, reason.words(), names);
    } else {
        for value in &known {
            out.value(node, BEST_RESPONSE, value, names);
        }
        if episodes
            .iter()
            .any(|facts| facts.is_derived("best_response"))
        {
            out.add(node, cg::DERIVED_VALUE, names.property(BEST_RESPONSE));
        }
    }
}

/// The drugs, or the procedure, of an episode: `crizotinib + nivolumab`; empty where none is named.
fn name(facts: &Facts, ontology: &Ontology) -> String {
    let what = ["agent", "with"]
        .into_iter()
        .flat_map(|heading| facts.values(heading));
    let names: BTreeSet<String> = what
        .map(|value| shown(std::slice::from_ref(value), ontology))
        .collect();
    names.into_iter().collect::<Vec<_>>().join(" + ")
}

/// Marks a case of which a primary source that tells of treatments was read in full: what it does not mention was
/// not given.
pub(super) fn read_in_full(study: &Study, reports: &[Report], names: &Names, out: &mut Writer) {
    let tells = |report: &&Report| {
        report.sheet == FactSheet::treatments()
            && report.certainty != Certainty::Weak
            && study
                .publications
                .get(&report.source)
                .is_some_and(|source| {
                    source.is_primary() && source.read == Some(ReadingDepth::FullText)
                })
    };
    if let Some(report) = reports.iter().find(tells) {
        let case = names.named("case", &report.case);
        out.add(&case, cg::TREATMENTS_READ_IN_FULL, Literal::from(true));
    }
}
