//! `run --ledger`: every unit once, in the numerator, in the denominator, or left out and why.

use std::collections::BTreeMap;

use tempfile::TempDir;

use crate::support::{Ran, program};

fn ledger(analysis: &str, format: &str) -> Ran {
    let dir = TempDir::new().expect("a folder");
    Ran::of(program(dir.path()).args(["run", analysis, "--ledger", "--format", format]))
}

/// Crizotinib in the shipped study: all 9 with a category responded, 39 in all.
#[test]
fn every_case_stands_somewhere() {
    let csv = ledger("response/overall", "csv").ok();
    let mut standings: BTreeMap<&str, usize> = BTreeMap::new();
    for line in csv.lines().skip(1) {
        let standing = ["numerator", "denominator", "excluded"]
            .into_iter()
            .find(|word| line.contains(&format!(",{word},")))
            .expect("a standing");
        *standings.entry(standing).or_default() += 1;
    }
    assert_eq!(
        standings,
        BTreeMap::from([("numerator", 9), ("excluded", 30)])
    );
    let people = ledger("response/overall", "table").ok();
    assert!(people.contains("9 in the numerator, 9 in the denominator, 30 left out, 39 in all"));
    let rdf = ledger("response/overall", "ttl").ok();
    assert_eq!(rdf.matches("ontology#LedgerEntry>").count(), 39);
    assert_eq!(rdf.matches("ontology#onCase>").count(), 39);
}

#[test]
fn deaths_are_the_numerator_of_survival() {
    let people = ledger("survival/overall", "table").ok();
    assert!(
        people.contains("3 in the numerator, 7 in the denominator, 32 left out, 39 in all"),
        "{people}"
    );
    let refused = ledger("cohort/histology", "table").fails(2);
    assert!(refused.contains("has no ledger"), "{refused}");
}
