//! What is said of a fusion in words, as an export of ours writes it.

use super::draft::{Cells, Draft};

/// Takes the words beside a fusion, parted by `; `; what is none of ours stays in the source's words.
pub(super) fn said_of_fusion(words: &str, cells: &mut Cells, draft: &Draft) {
    for part in words.split("; ").filter(|part| !part.is_empty()) {
        match part.split_once(": ") {
            Some(("partner status", status @ ("known" | "unknown" | "multiple"))) => {
                cells.set("partner_status", status);
            }
            Some(("breakpoint", breakpoint)) => cells.set("breakpoint", breakpoint),
            Some(("method", methods)) => draft.words(cells, ("method", "method"), methods, ", "),
            _ => match part {
                "partner observed" => cells.set("observed_or_inferred", "observed"),
                "partner inferred, not observed" => cells.set("observed_or_inferred", "inferred"),
                _ => cells.in_words("fusion", part),
            },
        }
    }
}
