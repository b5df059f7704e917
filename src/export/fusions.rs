//! How a fusion is named.

use super::study::ExportEvent;

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
