//! Where reports do not say the same, and what curators ruled on it.

use super::writer::date;
use super::{Case, Names, Writer, shown};
use crate::case::{Patients, Settled, Thing};
use crate::graph::model::{NamedNode, rdf};
use crate::graph::vocab::casegraph as cg;
use crate::ingest::record::Study;
use crate::ontology::Ontology;

/// Writes each difference with the reports that give a value; `nodes` are the names of all reports of the case.
pub(super) fn differences(
    case: &Case<'_>,
    nodes: &[NamedNode],
    ontology: &Ontology,
    names: &Names,
    out: &mut Writer,
) {
    for difference in &case.consensus.differences {
        let thing = &difference.thing;
        let column = &thing.sheet.columns()[difference.column];
        let key = format!(
            "{}/{}/{}/{}",
            thing.case,
            thing.sheet.name(),
            thing.item,
            column.name
        );
        let (folder, class) = if difference.contradiction {
            ("conflict", cg::CONFLICT)
        } else {
            ("refinement", cg::REFINEMENT)
        };
        let node = names.named(folder, &key);
        out.add(&node, rdf::TYPE, class);
        out.add(&node, cg::ABOUT, names.thing(thing));
        out.add(&node, cg::ON_CASE, names.case(thing));
        out.add(&node, cg::OF_PROPERTY, names.property(column.property));
        out.text(&node, cg::RESOLUTION, difference.resolution.words());
        let settled = case
            .consensus
            .things
            .get(thing)
            .map(|columns| &columns[difference.column]);
        if let Some(Settled::Known { values, .. }) = settled {
            out.text(&node, cg::CHOSEN, &shown(values, ontology));
        }
        for &index in &difference.reports {
            let report = &case.reports[index];
            let said = shown(report.values(difference.column), ontology);
            let certainty = report.certainty.word();
            let source = format!("{}, {}, {certainty}", report.source, report.locator);
            out.add(&node, cg::HAS_REPORT, nodes[index].clone());
            out.text(&node, cg::SAID, &format!("{said} ({source})"));
        }
    }
}

/// Writes what curators ruled.
pub(super) fn decisions(study: &Study, names: &Names, out: &mut Writer) {
    for decision in &study.decisions {
        let node = names.named("decision", &decision.row.to_string());
        let thing = Thing {
            case: decision.case.clone(),
            sheet: decision.sheet,
            item: decision.item,
        };
        out.add(&node, rdf::TYPE, cg::DECISION);
        out.add(&node, cg::ABOUT, names.thing(&thing));
        out.add(
            &node,
            cg::OF_PROPERTY,
            names.property(decision.sheet.columns()[decision.column].property),
        );
        out.text(&node, cg::REASON, &decision.reason);
        out.text(&node, cg::CURATOR, &decision.curator);
        date(&node, &decision.date, out);
    }
    for ruling in &study.rulings {
        let [first, second] = [&ruling.case, &ruling.other].map(|case| names.named("case", case));
        let (about, property, other) = match ruling.patients {
            Patients::Same => (second, cg::SAME_PATIENT_AS, first),
            Patients::Different => (first, cg::DIFFERENT_PATIENT_FROM, second),
            Patients::Suspected => (second, cg::SUSPECTED_DUPLICATE_OF, first),
        };
        let node = names.named("decision", &ruling.row.to_string());
        out.add(&about, property, other.clone());
        out.add(&node, rdf::TYPE, cg::DECISION);
        out.add(&node, cg::ABOUT, about);
        out.add(&node, cg::OF_PROPERTY, NamedNode::from(property));
        out.add(&node, cg::OTHER_CASE, other);
        out.text(&node, cg::REASON, &ruling.reason);
        out.text(&node, cg::CURATOR, &ruling.curator);
        date(&node, &ruling.date, out);
    }
}
