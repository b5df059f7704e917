//! A claim against the cases of the graph.

mod error;
mod figures;
mod units;
mod verdicts;

use std::collections::BTreeSet;

use serde::Serialize;

use super::figure::Condition;
use super::{Claim, Figure, Verdict};
use crate::analysis::Analysis;
use crate::kinds::Exclusion;
use crate::stats::contingency::Table;
pub use error::NoFigure;
use figures::read;
pub use units::Broader;
use units::Units;
use verdicts::{of_count, of_number, of_range, of_tests};

/// What the cases say of the number that a claim states.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Recomputed {
    /// Whether it is the number printed.
    pub verdict: Verdict,
    /// The comparison in words.
    pub reason: String,
    /// Cases of which it is known what the claim counts.
    pub known: usize,
    /// Cases that it is asked of.
    pub eligible: usize,
    /// Cases of which it is not known, by reason.
    pub missing: Vec<Missing>,
    /// On what it rests that these are the cases of the claim; empty where all of them are stated to be.
    pub basis: String,
}

/// Cases of which something is not known, for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Missing {
    /// Why it is not known, in words.
    pub reason: String,
    /// Keys of the cases.
    pub cases: Vec<String>,
}

/// What is not sure about the cases that a claim is set against.
#[derive(Debug, Clone, Default)]
pub struct Doubt {
    /// Cases whose membership of the cohort is inferred.
    pub inferred: BTreeSet<String>,
    /// Cases of the cohort.
    pub members: usize,
    /// What each value lies under in its vocabulary.
    pub broader: Broader,
    /// For each column the values that the source counts, in whichever claim.
    pub counted: Vec<Condition>,
}

impl Doubt {
    fn basis(&self) -> String {
        match self.inferred.len() {
            0 => String::new(),
            inferred => format!(
                "{inferred} of {} memberships of the cohort are inferred",
                self.members
            ),
        }
    }

    /// The values of a column that the source counts apart from these.
    fn apart(&self, column: &str, values: &[String]) -> Vec<String> {
        let others = self
            .counted
            .iter()
            .filter(|(name, _)| name == column)
            .flat_map(|(_, values)| values);
        others
            .filter(|other| !values.contains(other))
            .cloned()
            .collect()
    }
}

impl Recomputed {
    /// That a claim could not be recomputed, and why.
    #[must_use]
    pub fn failed(reason: &str) -> Self {
        Self {
            verdict: Verdict::Undecided,
            reason: format!("not recomputed: {reason}"),
            known: 0,
            eligible: 0,
            missing: Vec::new(),
            basis: String::new(),
        }
    }
}

impl From<Exclusion> for Missing {
    fn from(exclusion: Exclusion) -> Self {
        Self {
            reason: exclusion.reason,
            cases: exclusion.units,
        }
    }
}

/// A number recounted from the cases, with those it is not known of.
struct Recount {
    value: Value,
    known: usize,
    eligible: usize,
    missing: Vec<Missing>,
}

enum Value {
    /// Cases counted.
    Count(Units),
    Number(Option<f64>),
    /// P values by test, and the table that they are of, if it is one of counts.
    Tests(Vec<(String, f64)>, Option<Table>),
    /// The ends, and whether the numbers are counted from one moment.
    Range(Option<(f64, f64)>, bool),
}

/// Sets a claim against the figure of an analysis of the cases.
///
/// A claim disagrees only if no completion of what is open agrees: a case of unknown value, or of one
/// that is broader than the claim's, may be counted or not; one of which it is not known whether it is
/// asked of, may be or not; and where membership of the cohort is inferred, each such case may be another
/// patient. A claim agrees when nothing is open and the number is the same.
///
/// # Errors
/// The analysis has no such figure.
pub fn compare(
    claim: &Claim,
    figure: Option<&Figure>,
    analysis: &Analysis,
    doubt: &Doubt,
) -> Result<Recomputed, NoFigure> {
    let meant = match figure {
        Some(_) => None,
        None => Some(
            Figure::meant(claim, analysis).ok_or_else(|| NoFigure::NotNamed {
                analysis: analysis.slug.clone(),
            })?,
        ),
    };
    let Some(figure) = figure.or(meant.as_ref()) else {
        return Err(NoFigure::Other {
            analysis: analysis.slug.clone(),
            kind: analysis.header.statistic.kind(),
            figure: String::new(),
        });
    };
    let found = read(figure, analysis, doubt)?;
    let (verdict, reason) = match &found.value {
        Value::Count(units) => of_count(claim, units, doubt),
        Value::Number(value) => of_number(claim, *value, &found),
        Value::Tests(tests, table) => of_tests(claim, tests, table.as_ref(), &found),
        Value::Range(range, one_moment) => of_range(claim, *range, *one_moment, &found),
    };
    let (verdict, reason) = match (verdict, &found.value) {
        // Counts take the doubt into account; of other numbers nobody knows what others would change.
        (Verdict::Disagrees, Value::Count(_)) => (verdict, reason),
        (Verdict::Disagrees, _) if !doubt.inferred.is_empty() => (
            Verdict::Undecided,
            format!("{reason}; it disagrees only if every inferred membership holds"),
        ),
        other => (other.0, reason),
    };
    Ok(Recomputed {
        verdict,
        reason,
        known: found.known,
        eligible: found.eligible,
        missing: found.missing,
        basis: doubt.basis(),
    })
}
