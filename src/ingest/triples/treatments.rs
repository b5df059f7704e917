//! What is said of the treatments of a case as a whole: their order, which are stated not to have
//! been given, and whether a source that lists them was read in full.

use std::collections::BTreeMap;

use super::{Names, Writer};
use crate::case::order::before;
use crate::case::{Certainty, Consensus, FactSheet, Placed, Report, Settled, Thing, Value};
use crate::graph::model::Literal;
use crate::graph::vocab::casegraph as cg;
use crate::ingest::study::Study;

/// The agent of a surgery, radiation or other procedure that was not done, as a source states.
const NONE: &str = "none";

/// The value taken of a column of an episode.
fn taken<'a>(columns: &'a [Settled], heading: &str) -> Option<&'a Value> {
    let column = FactSheet::Treatments.column(heading)?;
    match columns.get(column)? {
        Settled::Known { values, .. } => values.first(),
        Settled::Missing(_) => None,
    }
}

/// The kind of treatment that an episode states was not given.
pub(super) fn not_given<'a>(thing: &Thing, columns: &'a [Settled]) -> Option<&'a str> {
    if thing.sheet != FactSheet::Treatments {
        return None;
    }
    match (taken(columns, "agent")?, taken(columns, "kind")?) {
        (Value::Text(agent), Value::Code(kind)) if agent.eq_ignore_ascii_case(NONE) => {
            Some(kind.as_str())
        }
        _ => None,
    }
}

/// Writes which episode came before which, where it is stated.
pub(super) fn order(consensus: &Consensus, names: &Names, out: &mut Writer) {
    let mut cases: BTreeMap<&str, Vec<(&Thing, Placed)>> = BTreeMap::new();
    for (thing, columns) in &consensus.things {
        if thing.sheet == FactSheet::Treatments && not_given(thing, columns).is_none() {
            let number = |heading| taken(columns, heading).and_then(Value::as_number);
            let placed = Placed {
                order: number("order"),
                line: number("line"),
                start: number("start_months"),
            };
            cases.entry(&thing.case).or_default().push((thing, placed));
        }
    }
    for episodes in cases.values() {
        let placed: Vec<Placed> = episodes.iter().map(|(_, placed)| *placed).collect();
        for (first, second) in before(&placed) {
            let [first, second] = [first, second].map(|at| names.thing(episodes[at].0));
            out.add(&first, cg::BEFORE, second);
        }
    }
}

/// Marks a case of which a primary source that tells of treatments was read in full: what it does not mention was
/// not given.
pub(super) fn read_in_full(study: &Study, reports: &[Report], names: &Names, out: &mut Writer) {
    let tells = |report: &&Report| {
        report.sheet == FactSheet::Treatments
            && report.certainty != Certainty::Weak
            && study
                .publications
                .get(&report.source)
                .is_some_and(|source| source.is_primary() && source.read == "full-text")
    };
    if let Some(report) = reports.iter().find(tells) {
        let case = names.named("case", &report.case);
        out.add(&case, cg::TREATMENTS_READ_IN_FULL, Literal::from(true));
    }
}
