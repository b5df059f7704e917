//! Who stands where in a result: in the numerator, in the denominator, or left out and why.

use serde_json::{Value, json};

use crate::analysis::Analysis;
use crate::document::{Block, Document, Medium, Records, Role, Table};
use crate::graph::model::{Literal, NamedNode, Triple, rdf};
use crate::graph::namespaces::{term, thing_of_study};
use crate::graph::vocab::casegraph as cg;

/// The ledger of an analysis as a document.
pub struct LedgerDocument<'a> {
    /// The analysis whose cases are listed.
    pub analysis: &'a Analysis,
    /// The name of its study.
    pub study: &'a str,
}

impl Document for LedgerDocument<'_> {
    fn title(&self) -> String {
        format!("Ledger of {}", self.analysis.slug)
    }

    fn blocks(&self, medium: Medium) -> Vec<Block> {
        let ledger = &self.analysis.finding.ledger;
        let mut blocks = vec![Block::Table(ledger_table(self.analysis))];
        if medium == Medium::Screen {
            let (numerator, counted) = (ledger.numerator().len(), ledger.counted().len());
            blocks.extend([
                Block::Blank,
                Block::Line(format!(
                    "{numerator} in the numerator, {counted} in the denominator, {} left out, {} in all",
                    ledger.excluded(),
                    ledger.eligible()
                )),
            ]);
        }
        blocks
    }

    /// One row a unit.
    fn records(&self) -> Records<'_> {
        let columns = ["analysis", "parameters", "unit", "standing", "reason"];
        let mut table = Table::new("", &columns.map(|name| (name, Role::Text)));
        let parameters: Vec<String> = self
            .analysis
            .parameters
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let parameters = parameters.join("; ");
        for entry in self.analysis.finding.ledger.entries() {
            table.push([
                self.analysis.slug.as_str(),
                &parameters,
                entry.unit,
                entry.standing.word(),
                entry.reason,
            ]);
        }
        table.into()
    }

    fn json(&self) -> Value {
        let ledger = &self.analysis.finding.ledger;
        let entries: Vec<Value> = ledger
            .entries()
            .iter()
            .map(|entry| {
                json!({
                    "unit": entry.unit,
                    "standing": entry.standing.word(),
                    "reason": (!entry.reason.is_empty()).then_some(entry.reason),
                })
            })
            .collect();
        json!({
            "analysis": self.analysis.slug,
            "parameters": self.analysis.parameters.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(),
            "unit": self.analysis.header.unit.word(),
            "numerator": ledger.numerator().len(),
            "denominator": ledger.counted().len(),
            "excluded": ledger.excluded(),
            "eligible": ledger.eligible(),
            "entries": entries,
        })
    }

    fn triples(&self) -> Option<String> {
        Some(ledger_rdf(self.analysis, self.study))
    }
}

/// One row a unit, for people.
pub(super) fn ledger_table(analysis: &Analysis) -> Table {
    let unit = analysis.header.unit.word();
    let role = if unit == crate::document::CASE {
        Role::Case
    } else {
        Role::Text
    };
    let columns = [
        (unit, role),
        ("standing", Role::Text),
        ("reason", Role::Text),
    ];
    let mut table = Table::new("Ledger", &columns);
    for entry in analysis.finding.ledger.entries() {
        table.push([entry.unit, entry.standing.word(), entry.reason]);
    }
    table
}

/// The ledger as N-Triples, which is Turtle too: one `cg:LedgerEntry` a unit.
fn ledger_rdf(analysis: &Analysis, study: &str) -> String {
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
