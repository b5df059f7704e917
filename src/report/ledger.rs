//! Who stands where in a result: in the numerator, in the denominator, or left out and why.

use super::cells::Cells;
use super::formats::records;
use crate::analysis::Analysis;
use crate::document::Grid;
use crate::graph::model::{Literal, NamedNode, Triple, rdf};
use crate::graph::namespaces::{term, thing_of_study};
use crate::graph::vocab::casegraph as cg;

/// The ledger of an analysis as a table.
#[must_use]
pub fn ledger_grid(analysis: &Analysis) -> Grid {
    let unit = analysis.header.unit.word();
    let mut grid = Grid::new("Ledger", &[unit, "standing", "reason"]);
    for entry in analysis.finding.ledger.entries() {
        grid.push([
            entry.unit.to_owned(),
            entry.standing.word().to_owned(),
            entry.reason.to_owned(),
        ]);
    }
    grid
}

/// The ledger as CSV: one row a unit.
#[must_use]
pub fn ledger_csv(analysis: &Analysis, cells: Cells) -> String {
    let parameters: Vec<String> = analysis
        .parameters
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let parameters = parameters.join("; ");
    let entries = analysis.finding.ledger.entries();
    let rows = entries.iter().map(|entry| {
        [
            analysis.slug.as_str(),
            &parameters,
            entry.unit,
            entry.standing.word(),
            entry.reason,
        ]
    });
    let headings = ["analysis", "parameters", "unit", "standing", "reason"];
    records(headings, rows, b',', cells)
}

/// The ledger as N-Triples, which is Turtle too: one `cg:LedgerEntry` a unit.
#[must_use]
pub fn ledger_rdf(analysis: &Analysis, study: &str) -> String {
    let mut out = String::new();
    let place = thing_of_study(study, "ledger", &analysis.slug).into_string();
    for (number, entry) in (1..).zip(analysis.finding.ledger.entries()) {
        let node = NamedNode::new_unchecked(format!("{place}/{number}"));
        let mut say = |predicate: NamedNode, object: crate::graph::model::Term| {
            let triple = Triple::new(node.clone(), predicate, object);
            out.push_str(&format!("{triple} .\n"));
        };
        let text = |text: &str| Literal::new_simple_literal(text).into();
        say(rdf::TYPE.into_owned(), cg::LEDGER_ENTRY.into());
        say(cg::OF_ANALYSIS.into(), text(&analysis.slug));
        for (name, value) in &analysis.parameters {
            say(term("parameters"), text(&format!("{name}={value}")));
        }
        let case = thing_of_study(study, "case", entry.unit);
        if let Ok(case) = NamedNode::new(case.into_string()) {
            say(term("onCase"), case.into());
        }
        say(cg::STANDING.into(), text(entry.standing.word()));
        if !entry.reason.is_empty() {
            say(term("reason"), text(entry.reason));
        }
    }
    out
}
