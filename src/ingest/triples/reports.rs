//! Each row of a sheet in the graph of its source, untouched by any rule.

use super::names::Names;
use super::writer::{Writer, date};
use crate::case::{Curation, Report, Reported, Thing};
use crate::graph::model::{NamedNode, rdf};
use crate::graph::vocab::casegraph as cg;

/// Each row in the graph of its source, untouched by any rule.
pub(super) fn reports(reports: &[Report], nodes: &[NamedNode], names: &Names, out: &mut Writer) {
    for (report, node) in reports.iter().zip(nodes) {
        out.graph = names.named("publication", &report.source);
        let thing = Thing {
            case: report.case.clone(),
            sheet: report.sheet,
            item: report.item,
        };
        out.add(node, rdf::TYPE, cg::REPORT);
        out.add(node, cg::ABOUT, names.thing(&thing));
        out.add(node, cg::ON_CASE, names.named("case", &report.case));
        out.text(node, cg::IN_SHEET, report.sheet.name());
        out.text(node, cg::LOCATOR, &report.locator);
        out.text(node, cg::CERTAINTY, report.certainty.word());
        out.text(node, cg::VERBATIM, &report.verbatim);
        out.text(node, cg::NOTE, &report.note);
        curation(node, &report.curation, out);
        for (index, cell) in &report.cells {
            let property = report.sheet.columns()[*index].property;
            match cell {
                Reported::Values(values) => {
                    for value in values {
                        out.value(node, property, value, names);
                    }
                }
                Reported::NotReported => out.add(node, cg::NOT_REPORTED, names.property(property)),
                Reported::NotApplicable => {
                    out.add(node, cg::NOT_APPLICABLE, names.property(property));
                }
            }
        }
    }
}

/// Who made a row, when, and how far it is, where anything of it is said.
fn curation(node: &NamedNode, of: &Curation, out: &mut Writer) {
    if *of == Curation::default() {
        return;
    }
    out.text(node, cg::CURATOR, &of.curator);
    date(node, &of.date, out);
    out.text(node, cg::CURATION_STATE, of.state.word());
}
