//! How a fusion is named, and what is said of it in words.

use super::study::ExportEvent;
use super::terms::Terms;
use super::unsaid::shown;

/// The name of a fusion by the VICC gene fusion specification, `RANBP2::ALK`: a partner that is not known is `?`, and
/// one of several in the same tumor `v`. `gene` says how a gene is written.
pub(super) fn fusion_name(fusion: &ExportEvent, gene: impl Fn(&str) -> String) -> String {
    let open = match fusion.text("partner_status") {
        Some("multiple") => "v",
        _ => "?",
    };
    let end = |column| match fusion.term(column) {
        Some(known) => gene(known),
        None => open.to_owned(),
    };
    format!("{}::{}", end("five_prime"), end("three_prime"))
}

/// What a format says of a fusion in words, where it has no field for it: whether the partner was observed, its status,
/// the breakpoint and the methods. An import reads the same words.
pub(super) fn fusion_words(fusion: &ExportEvent, terms: &Terms) -> String {
    let observation = match fusion.text("observed_or_inferred") {
        Some("inferred") => Some("partner inferred, not observed".to_owned()),
        Some("observed") => Some("partner observed".to_owned()),
        _ => None,
    };
    let said = ["partner_status", "breakpoint", "method"].map(|column| {
        let values: Vec<&str> = fusion
            .all(column)
            .iter()
            .map(|datum| shown(datum, terms))
            .collect();
        let name = column.replace('_', " ");
        (!values.is_empty()).then(|| format!("{name}: {}", values.join(", ")))
    });
    let said: Vec<String> = observation
        .into_iter()
        .chain(said.into_iter().flatten())
        .collect();
    said.join("; ")
}

/// Columns of a fusion that a name and the words beside it say.
pub(super) const FUSION: [&str; 6] = [
    "five_prime",
    "three_prime",
    "partner_status",
    "breakpoint",
    "method",
    "observed_or_inferred",
];
