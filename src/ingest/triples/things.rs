//! Cases and their events as quads: class, label, links, and a value or a reason for each column.

use super::facts::Facts;
use super::names::{Names, class_of};
use super::shown::shown;
use super::treatments;
use super::writer::{Missing, Writer};
use crate::case::{FactSheet, KnownSheet, Settled};
use crate::graph::model::{Literal, NamedNode, rdf, rdfs};
use crate::graph::vocab::{casegraph as cg, skos};
use crate::ontology::Ontology;

/// The label of an adverse event that no source names.
const NO_TERM: &str = "term not reported";

/// What leads from a case to its events of a sheet; to those of a sheet that a study adds, [`cg::OF_CASE`] leads back
/// alone.
fn link_to(sheet: FactSheet) -> Option<NamedNode> {
    let link = match sheet.known()? {
        KnownSheet::Cases => return None,
        KnownSheet::Fusions => cg::HAS_FUSION,
        KnownSheet::Alterations => cg::HAS_ALTERATION,
        KnownSheet::Treatments => cg::HAS_TREATMENT,
        KnownSheet::AdverseEvents => cg::HAS_ADVERSE_EVENT,
        KnownSheet::FollowUp => cg::HAS_FOLLOW_UP,
    };
    Some(link.into())
}

/// Writes what is taken of a case and its events, column by column.
pub(super) fn things(of_case: &[Facts], ontology: &Ontology, names: &Names, out: &mut Writer) {
    for facts in of_case {
        let thing = facts.thing;
        let node = names.thing(thing);
        // The case itself is told of elsewhere.
        if thing.sheet.known() != Some(KnownSheet::Cases) {
            let case = names.case(thing);
            out.add(&node, cg::OF_CASE, case.clone());
            match treatments::not_given(facts) {
                Some(kind) => out.text(&case, cg::TREATMENT_NOT_GIVEN, kind),
                None => {
                    out.add(&node, rdf::TYPE, class_of(&names.study, thing.sheet));
                    if let Some(link) = link_to(thing.sheet) {
                        out.add(&case, link, node.clone());
                    }
                }
            }
        }
        if thing.sheet.numbered() {
            out.add(&node, cg::ITEM, Literal::from(i64::from(thing.item)));
        }
        match thing.sheet.known() {
            Some(KnownSheet::Fusions) => out.text(&node, rdfs::LABEL, &fusion_label(facts)),
            Some(KnownSheet::AdverseEvents) => {
                let term = shown(facts.values("term"), ontology);
                let label = if term.is_empty() { NO_TERM } else { &term };
                out.text(&node, rdfs::LABEL, label);
            }
            _ => {}
        }
        for (column, settled) in thing.sheet.columns().iter().zip(facts.columns) {
            match settled {
                Settled::Known {
                    values, derived, ..
                } => {
                    for value in values {
                        out.value(&node, column.property, value, names);
                    }
                    if *derived {
                        out.add(&node, cg::DERIVED_VALUE, names.property(column.property));
                    }
                }
                Settled::Missing(reason) => {
                    out.missing(&node, column.property, reason.words(), names);
                }
            }
        }
    }
}

/// Writes what a value is that things lack.
pub(super) fn missing_value(
    (property, reason): Missing,
    ontology: &Ontology,
    names: &Names,
    out: &mut Writer,
) {
    let node = names.missing(property, reason);
    let of = names.property(property);
    let column = names.schema.of_property(property);
    let known = [skos::ALT_LABEL, rdfs::LABEL]
        .iter()
        .find_map(|label| ontology.literal(of.as_str(), label.as_str()));
    let name = match column {
        Some(column) => column.short.unwrap_or(column.label),
        None => known.unwrap_or(property.local()),
    };
    out.add(&node, rdf::TYPE, cg::MISSING_VALUE);
    out.text(&node, cg::DISPLAY, &format!("{name}: {reason}"));
    out.add(&node, cg::OF_PROPERTY, of);
    out.text(&node, cg::MISSING_REASON, reason);
}

/// The fusion in the nomenclature of the VICC gene fusion specification: `RANBP2::ALK`; a partner
/// that is not known is `?`, a fusion with any partner `v`.
fn fusion_label(facts: &Facts) -> String {
    let known = |heading: &str| facts.values(heading).first().map(ToString::to_string);
    let (five, three) = (known("five_prime"), known("three_prime"));
    match (five, three) {
        (Some(five), Some(three)) => format!("{five}::{three}"),
        (None, Some(three)) if known("partner_status").as_deref() == Some("multiple") => {
            format!("v::{three}")
        }
        (None, Some(three)) => format!("?(::){three}"),
        (Some(five), None) => format!("{five}(::)?"),
        (None, None) => "?(::)?".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::{Basis, Thing, Value};

    #[test]
    fn fusions_are_named_by_the_vicc_specification() {
        let known = |text: &str| Settled::Known {
            values: vec![Value::Gene(text.into())],
            derived: false,
            basis: Basis::Agreement,
        };
        let unknown = || Settled::Missing(crate::case::MissingReason::NotRead);
        let label = |five: Settled, three: Settled, status: Settled| {
            let thing = Thing {
                case: "a".into(),
                sheet: FactSheet::fusions(),
                item: 1,
            };
            fusion_label(&Facts {
                thing: &thing,
                columns: &[five, three, status, unknown(), unknown(), unknown()],
            })
        };
        assert_eq!(
            label(known("RANBP2"), known("ALK"), known("known")),
            "RANBP2::ALK"
        );
        assert_eq!(label(unknown(), known("ALK"), known("unknown")), "?(::)ALK");
        assert_eq!(label(unknown(), known("ALK"), known("multiple")), "v::ALK");
    }
}
