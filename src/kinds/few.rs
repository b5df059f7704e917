//! When a group is too small for a test that holds for large samples only.

use crate::document::numbers::counted;
use crate::stats::digits::number;

/// Below this many cases a group is small.
pub(super) const FEW_CASES: usize = 10;
/// Below this many events, had or expected, a group is small (Cochran WG. Biometrics 1954;10:417-51).
pub(super) const FEW_EVENTS: f64 = 5.0;
/// Cases dealt in all draws together up to which a test by permutation is made without being asked for: it takes a fifth of a second.
pub(super) const MOST_DEALT: u64 = 50_000_000;

/// A group of a test.
pub(super) struct Size<'a> {
    pub label: &'a str,
    pub cases: usize,
    pub events: usize,
    /// Events expected were there no difference.
    pub expected: f64,
}

/// The small groups, each in words.
pub(super) fn small<'a>(groups: impl IntoIterator<Item = Size<'a>>) -> Vec<String> {
    let few_events = |events: f64| events < FEW_EVENTS;
    groups
        .into_iter()
        .filter(|group| {
            group.cases < FEW_CASES || few_events(group.events as f64) || few_events(group.expected)
        })
        .map(|group| {
            let expected = if few_events(group.events as f64) || group.cases < FEW_CASES {
                String::new()
            } else {
                format!(", {} expected", number(group.expected, 1))
            };
            format!(
                "{} ({}, {}{expected})",
                group.label,
                counted(group.cases as u64, "case"),
                counted(group.events as u64, "event")
            )
        })
        .collect()
}

/// The groups of a comparison by ranks that are small.
pub(super) fn small_samples<'a>(groups: impl IntoIterator<Item = (&'a str, usize)>) -> Vec<String> {
    groups
        .into_iter()
        .filter(|(_, cases)| *cases < FEW_CASES)
        .map(|(label, cases)| format!("{label} ({})", counted(cases as u64, "case")))
        .collect()
}

/// That the P value of a large-sample test is not to be trusted, and what to read instead.
pub(super) fn caution(small: &[String], p: &str, instead: &str) -> String {
    format!(
        "Few in {}: {p} holds for large groups only; {instead}.",
        small.join(", ")
    )
}
