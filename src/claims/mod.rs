//! Whether what a review prints holds: its own arithmetic, and the cases of the graph.
//!
//! Every claim is a row of `claims.csv`, as printed. [`check`] sets the numbers of one source against
//! each other, which needs no case at all. [`Figure`] reads from an analysis of the cases the number
//! that a claim states, with how many of the cases it is known for, and [`compare`] sets the two
//! against each other. A number that the known cases cannot settle cannot be decided, and says who is
//! missing; it is never called wrong for that. What disagrees says what was tried before.

mod checked;
mod claim;
mod dates;
mod figure;
mod intervals;
mod lists;
mod p_values;
mod printed;
mod rates;
mod recomputed;
mod repeats;
mod scale;
mod statements;
mod sums;
mod within;

use serde::Serialize;

pub use checked::Checked;
pub use claim::Claim;
pub use figure::{Condition, Figure, FigureError, Parameters};
pub use printed::Printed;
pub use recomputed::{Broader, Doubt, NoFigure, Recomputed, compare};

use crate::stats::choice::choices;

choices! {
    /// What a check says.
    pub enum Verdict {
        /// The cases give the number that is printed.
        Agrees = "agrees",
        /// They do not, by any of the readings tried.
        Disagrees = "disagrees",
        /// What is known does not settle it.
        Undecided = "cannot be decided",
    }
}

/// What one check found of one or several claims of a source.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// What was checked, in a word or two.
    pub check: &'static str,
    /// Key of the source.
    pub source: String,
    /// The claims that it concerns.
    pub claims: Vec<String>,
    /// What they say, and where; claims of one sentence say it once.
    pub words: Vec<String>,
    /// Whether the claim holds, fails, or cannot be decided.
    pub verdict: Verdict,
    /// The sum, in numbers.
    pub reason: String,
    /// Counts that the source does not print and that its numbers hold only with.
    pub implies: Option<String>,
}

impl Finding {
    fn new<'a>(
        check: &'static str,
        claims: impl IntoIterator<Item = &'a Claim>,
        holds: bool,
        reason: String,
    ) -> Self {
        let verdict = if holds {
            Verdict::Agrees
        } else {
            Verdict::Disagrees
        };
        Self::with(check, claims, verdict, reason)
    }

    fn with<'a>(
        check: &'static str,
        claims: impl IntoIterator<Item = &'a Claim>,
        verdict: Verdict,
        reason: String,
    ) -> Self {
        let claims: Vec<&Claim> = claims.into_iter().collect();
        let mut words: Vec<String> = Vec::new();
        for said in claims.iter().map(|claim| claim.said()) {
            if !words.contains(&said) {
                words.push(said);
            }
        }
        Self {
            check,
            words,
            source: claims
                .first()
                .map_or_else(String::new, |claim| claim.source.clone()),
            claims: claims.iter().map(|claim| claim.id.clone()).collect(),
            verdict,
            reason,
            implies: None,
        }
    }
}

/// Sets the claims of each source against each other.
///
/// - rate: a numerator over a denominator is the percentage printed, to its last digit, and not above 1;
/// - whole number: a percentage of a known number of patients is that of a whole number of them (the
///   GRIM test; Brown NJL, Heathers JAJ. Soc Psychol Personal Sci 2017;8:363-9);
/// - parts: subgroups of one measure do not add to more than their denominator, nor to less where one
///   of them is of those not known;
/// - total: counts of parts add to the count of the whole;
/// - flow: records found less those excluded are those selected;
/// - arms: the arms of a comparison add to a number of patients that the source prints, and their events
///   to those of all;
/// - order: those who responded are not more than those whose disease was controlled, nor complete
///   responses more than responses;
/// - interval: a printed interval holds its value, and is one that a known method gives at the level
///   stated, or at a usual one where none is;
/// - P value: the P of the cells printed is the P printed, and a P without cells is that of some cells
///   that the numbers printed allow;
/// - list: the numbers in brackets are as many as the cases counted;
/// - within: patients that are part of others are no more, and stand in their list;
/// - statement: what is said of all is counted for all, and what excludes each other is not said of the
///   same patients;
/// - repeats: a number printed twice is the same number;
/// - dates: a search is not later than the article.
///
/// A check disagrees when no honest reading is left; where one is, the finding cannot be decided and says
/// which.
#[must_use]
pub fn check(claims: &[Claim]) -> Vec<Finding> {
    let mut sources: Vec<&str> = claims.iter().map(|claim| claim.source.as_str()).collect();
    sources.sort_unstable();
    sources.dedup();
    let of = |source: &str| -> Vec<&Claim> {
        claims
            .iter()
            .filter(|claim| claim.source == source)
            .collect()
    };
    sources
        .into_iter()
        .flat_map(|source| {
            let claims = of(source);
            let checks = [
                rates::check,
                sums::parts,
                sums::totals,
                sums::flow,
                sums::arms,
                sums::events,
                sums::order,
                intervals::check,
                p_values::of_cells,
                p_values::of_some_cells,
                lists::check,
                within::check,
                statements::check,
                repeats::check,
                dates::check,
            ];
            checks
                .into_iter()
                .flat_map(|check| check(&claims))
                .collect::<Vec<Finding>>()
        })
        .collect()
}

/// Groups claims by what `key` makes of them, in order of first appearance; those without a key are
/// left out.
fn grouped<'a, K: PartialEq>(
    claims: &[&'a Claim],
    key: impl Fn(&'a Claim) -> Option<K>,
) -> Vec<(K, Vec<&'a Claim>)> {
    let mut groups: Vec<(K, Vec<&Claim>)> = Vec::new();
    for claim in claims {
        let Some(key) = key(claim) else { continue };
        match groups.iter_mut().find(|(known, _)| *known == key) {
            Some((_, members)) => members.push(claim),
            None => groups.push((key, vec![claim])),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Claims from lines `id | locator | kind | measure | group | subgroup | k/n | value unit | comparison | test | P`.
    pub(super) fn claims(lines: &str) -> Vec<Claim> {
        lines
            .lines()
            .filter(|line| !line.trim().is_empty())
            .map(claim)
            .collect()
    }

    fn claim(line: &str) -> Claim {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let cell = |at: usize| cells.get(at).copied().unwrap_or_default().to_owned();
        let fraction = cell(6);
        let (numerator, denominator) = fraction.split_once('/').unwrap_or((&fraction, ""));
        let value = cell(7);
        let (value, unit) = value.split_once(' ').unwrap_or((&value, ""));
        let p = cell(10);
        let (p_operator, p) = p.split_once(' ').unwrap_or(("", &p));
        Claim {
            id: cell(0),
            source: "review".to_owned(),
            locator: cell(1),
            kind: cell(2),
            measure: cell(3),
            group: cell(4),
            subgroup: cell(5),
            numerator: numerator.parse().ok(),
            denominator: denominator.parse().ok(),
            value: Printed::new(value),
            unit: unit.to_owned(),
            comparison: cell(8),
            test: cell(9),
            p_operator: p_operator.to_owned(),
            p: Printed::new(p),
            ..Claim::default()
        }
    }

    /// What the checks say of claims, one line a finding that does not hold.
    pub(super) fn faults(lines: &str) -> Vec<String> {
        check(&claims(lines))
            .into_iter()
            .filter(|finding| finding.verdict == Verdict::Disagrees)
            .map(|finding| format!("{}: {}", finding.check, finding.reason))
            .collect()
    }

    #[test]
    fn numbers_that_hold_raise_nothing() {
        let found = check(&claims(
            "a | r | proportion | ORR | response | CR or PR | 26/30 | 86.7 %
             b | r | count | adults | age | adult | 19/33 | 19 patients
             c | r | count | children | age | child | 14/33 | 14 patients",
        ));
        assert_eq!(found.len(), 4);
        assert!(
            found
                .iter()
                .all(|finding| finding.verdict == Verdict::Agrees),
            "{found:?}"
        );
    }
}
