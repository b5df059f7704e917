//! With which gene the fusions of a case were made, said once of the case.

use std::collections::BTreeMap;

use super::writer::object;
use super::{Facts, Names, Writer};
use crate::case::{Property, Settled, Value};
use crate::graph::model::NamedNode;
use crate::graph::vocab::casegraph as cg;

const PROPERTY: Property = Property::Term("fusionPartner");

/// Why a case without a fusion has no partner.
const NO_FUSION: &str = "no fusion in the consensus";

/// Writes the partner of a case: the 5' gene of its fusions, or that these have several, or that it was
/// looked for and not identified, or why nothing is known of it.
pub(super) fn partner(case: &NamedNode, fusions: &[Facts], names: &Names, out: &mut Writer) {
    let says = |word: &str| {
        fusions
            .iter()
            .any(|fusion| fusion.says("partner_status", word))
    };
    let five_prime = fusions
        .iter()
        .flat_map(|fusion| fusion.values("five_prime"));
    let genes: BTreeMap<String, &Value> = five_prime.map(|gene| (gene.to_string(), gene)).collect();
    if says("multiple") || genes.len() > 1 {
        out.add(case, cg::FUSION_PARTNER, cg::SEVERAL_PARTNERS);
    } else if let Some(gene) = genes.into_values().next() {
        out.add(case, cg::FUSION_PARTNER, object(gene));
        let named = |fusion: &&Facts| !fusion.values("five_prime").is_empty();
        let all = |holds: fn(&Facts) -> bool| fusions.iter().filter(named).all(holds);
        if all(|fusion| fusion.is_derived("five_prime")) {
            out.add(case, cg::DERIVED_VALUE, names.property(PROPERTY));
        }
        if all(|fusion| fusion.says("observed_or_inferred", "inferred")) {
            out.add(case, cg::INFERRED_VALUE, names.property(PROPERTY));
        }
    } else if says("unknown") {
        out.add(case, cg::FUSION_PARTNER, cg::PARTNER_NOT_IDENTIFIED);
    } else {
        let reasons = fusions
            .iter()
            .filter_map(|fusion| match fusion.settled("five_prime")? {
                Settled::Missing(reason) => Some(reason.words()),
                Settled::Known { .. } => None,
            });
        out.missing(case, PROPERTY, reasons.min().unwrap_or(NO_FUSION), names);
    }
}
