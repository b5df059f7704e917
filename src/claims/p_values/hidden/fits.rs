//! The tables that have a printed P value, by test.

use std::collections::BTreeMap;

use crate::claims::p_values::battery::{Fit, Tested};
use crate::claims::p_values::{beside_the_name, number, shown};
use crate::claims::{Claim, Finding};

/// So many sets of counts are named.
const NAMED: usize = 4;

/// Tables that have the P value printed.
#[derive(Default)]
pub(super) struct Fits {
    /// By rank and name of the test: how it fits, its P value, and the sets of column totals with how many
    /// tables each, and one of them.
    pub(super) by_test: BTreeMap<(bool, Fit, &'static str), OfTest>,
}

pub(super) struct OfTest {
    p: f64,
    totals: BTreeMap<Vec<(String, u64)>, (usize, String)>,
}

impl Fits {
    pub(super) fn add(
        &mut self,
        tested: Tested,
        fit: Fit,
        totals: &[(String, u64)],
        words: impl Fn() -> String,
    ) {
        let found = self
            .by_test
            .entry((!tested.usual, fit, tested.test))
            .or_insert_with(|| OfTest {
                p: tested.p,
                totals: BTreeMap::new(),
            });
        let (tables, _) = found
            .totals
            .entry(totals.to_vec())
            .or_insert_with(|| (0, words()));
        *tables += 1;
    }

    /// What the tables found say: only the best kind of fit counts, usual tests before others, rounded
    /// numbers before those cut.
    pub(super) fn finding<'a>(
        &self,
        claim: &'a Claim,
        concerned: impl Iterator<Item = &'a Claim>,
        missing: u64,
        elsewhere: Option<&(String, u64, String)>,
    ) -> Finding {
        let best = self
            .by_test
            .keys()
            .next()
            .map(|(unusual, fit, _)| (*unusual, *fit));
        let fits_elsewhere = |set: &Vec<(String, u64)>| {
            elsewhere.is_some_and(|(category, count, _)| set.contains(&(category.clone(), *count)))
        };
        let mut found: Vec<(&str, Fit, &OfTest)> = self
            .by_test
            .iter()
            .filter(|((unusual, fit, _), _)| Some((*unusual, *fit)) == best)
            .map(|((_, fit, test), found)| (*test, *fit, found))
            .collect();
        // Those that other numbers of the source bear out stand first.
        found.sort_by_key(|(.., found)| !found.totals.keys().any(fits_elsewhere));
        let words: Vec<String> = found
            .iter()
            .map(|(test, fit, found)| found.words(test, *fit))
            .collect();
        let beside = found
            .first()
            .map_or_else(String::new, |(test, ..)| beside_the_name(claim, test));
        let mut sets: Vec<&Vec<(String, u64)>> = found
            .iter()
            .flat_map(|(.., found)| found.totals.keys())
            .collect();
        sets.sort_unstable();
        sets.dedup();
        let fitting: Vec<&&Vec<(String, u64)>> =
            sets.iter().filter(|set| fits_elsewhere(set)).collect();
        let implied = match (&sets[..], &fitting[..]) {
            ([only], _) => Some(counts(only)),
            (_, [only]) => Some(counts(only)),
            _ => None,
        };
        let with = match (elsewhere, fitting.is_empty()) {
            (Some((category, count, printed)), false) => {
                format!("; {category} {count} is also {printed}")
            }
            _ => String::new(),
        };
        let left_out = if missing > 0 {
            " where one patient is left out,"
        } else {
            ""
        };
        let reason = format!(
            "possible:{left_out} {} is that of {}{with}{beside}",
            shown(claim),
            words.join(", or of ")
        );
        let mut finding = Finding::new("possible P", concerned, true, reason);
        finding.implies = implied;
        finding
    }
}

impl OfTest {
    fn words(&self, test: &str, fit: Fit) -> String {
        let tables: usize = self.totals.values().map(|(tables, _)| tables).sum();
        let cut = if fit == Fit::Cut {
            " with further digits cut off"
        } else {
            ""
        };
        let example = self
            .totals
            .values()
            .next()
            .map_or("", |(_, example)| example);
        let sets: Vec<String> = self.totals.keys().map(|set| counts(set)).collect();
        let only = if sets.len() <= NAMED {
            format!("only if {}", sets.join(" or if "))
        } else {
            format!("with {} different sets of counts", sets.len())
        };
        let tables = if tables == 1 {
            format!("the table {example}")
        } else {
            format!("{tables} tables such as {example}")
        };
        format!("{test} ({}{cut}), {only}: {tables}", number(self.p))
    }
}

fn counts(set: &[(String, u64)]) -> String {
    let counts: Vec<String> = set
        .iter()
        .map(|(label, count)| format!("{label} {count}"))
        .collect();
    counts.join(", ")
}
