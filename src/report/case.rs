//! The dossier of one case: each value, who reported it, where, and what was chosen why.

use std::fmt::Write as _;

use crate::dossier::Dossier;

/// The dossier as text for a terminal.
#[must_use]
pub fn dossier_text(dossier: &Dossier) -> String {
    let mut out = format!("{}\n", dossier.case);
    // Writing to a string cannot fail.
    for cohort in &dossier.cohorts {
        let _ = writeln!(out, "  cohort {cohort}");
    }
    for other in &dossier.suspected {
        let _ = writeln!(out, "  {} {}", other.case, other.words());
    }
    for thing in &dossier.things {
        let _ = writeln!(out, "\n{}", thing.title);
        for value in &thing.values {
            let taken = value.taken.as_deref().unwrap_or("no consensus value");
            let _ = writeln!(out, "  {}: {taken}  [{}]", value.name, value.why);
            for report in &value.reports {
                let _ = write!(
                    out,
                    "      {}: {}, {}, {}",
                    report.value, report.source, report.locator, report.certainty
                );
                let _ = match report.note.as_str() {
                    "" => writeln!(out),
                    note => writeln!(out, " ({note})"),
                };
            }
        }
        for (reason, names) in &thing.missing {
            let _ = writeln!(out, "  {reason}: {}", names.join("; "));
        }
    }
    if !dossier.genes.is_empty() {
        let _ = writeln!(out, "\ngenes of the fusions, as linked sources have them");
    }
    for gene in &dossier.genes {
        let _ = writeln!(out, "  {}: {}, {}", gene.symbol, gene.name, gene.location);
        for (what, list) in [
            ("is in", &gene.places),
            ("does", &gene.functions),
            ("elsewhere", &gene.identifiers),
        ] {
            if !list.is_empty() {
                let _ = writeln!(out, "      {what}: {}", list.join("; "));
            }
        }
    }
    out
}
