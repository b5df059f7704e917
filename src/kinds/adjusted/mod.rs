//! P values of several tests, adjusted for their number.

mod tables;

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::references::{self, Reference};
use super::{AnalysisError, Computed, Finding, Ledger, StatisticResult, Words};
use crate::document;
use crate::stats::multiplicity::{Adjustment, adjust as adjust_by};

/// P values adjusted in several ways.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Adjusted {
    /// The tests, in the order given.
    pub tests: Vec<AdjustedTest>,
}

/// One test with its P value and what it becomes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AdjustedTest {
    /// Name of the test.
    pub name: String,
    /// The P value given.
    pub p_value: f64,
    /// P value adjusted by Holm.
    pub holm: f64,
    /// By Benjamini and Hochberg.
    pub benjamini_hochberg: f64,
    /// P value adjusted by Bonferroni.
    pub bonferroni: f64,
}

/// Adjusts the P values of named tests for their number.
///
/// # Errors
/// There is no test, or a P value lies outside 0 to 1.
pub fn adjusted(tests: &[(String, f64)]) -> Result<Adjusted, AnalysisError> {
    let by = |method| {
        adjust_by(tests.iter().cloned(), method)
            .map(|found| found.tests)
            .map_err(|error| AnalysisError::Refused(error.to_string()))
    };
    let holm = by(Adjustment::Holm)?;
    let hochberg = by(Adjustment::BenjaminiHochberg)?;
    let bonferroni = by(Adjustment::Bonferroni)?;
    let tests = holm.into_iter().zip(hochberg).zip(bonferroni);
    Ok(Adjusted {
        tests: tests
            .map(|((holm, hochberg), bonferroni)| AdjustedTest {
                name: holm.name,
                p_value: holm.p_value,
                holm: holm.adjusted_p_value,
                benjamini_hochberg: hochberg.adjusted_p_value,
                bonferroni: bonferroni.adjusted_p_value,
            })
            .collect(),
    })
}

/// The same from P values as they are written.
///
/// # Errors
/// As [`adjusted`], and a P value is no number.
pub fn adjust(tests: impl Iterator<Item = (String, String)>) -> Result<Computed, AnalysisError> {
    let number = |(name, text): (String, String)| match text.trim().parse::<f64>() {
        Ok(p) => Ok((name, p)),
        Err(_) => Err(AnalysisError::Refused(format!(
            "the P value of {name} is {text:?}; a P value is a number from 0 to 1"
        ))),
    };
    let tests: Vec<(String, f64)> = tests.map(number).collect::<Result<_, _>>()?;
    let method = format!("{} tests adjusted together. {WORDS}", tests.len());
    let found = adjusted(&tests)?;
    Ok(Computed {
        kind: "adjust",
        counted: tests.len(),
        left_out: BTreeMap::new(),
        coded: None,
        finding: Finding::new(found, Ledger::default(), &method, Vec::new()),
    })
}

impl StatisticResult for Adjusted {
    fn json(&self) -> Value {
        serde_json::json!(self)
    }

    fn tables(&self, _words: &Words<'_>) -> Vec<document::Table> {
        vec![self.table()]
    }

    fn summary(&self, _words: &Words<'_>) -> String {
        format!("{} tests", self.tests.len())
    }

    fn references(&self) -> Vec<Reference> {
        vec![references::HOLM, references::BENJAMINI]
    }
}

impl Adjusted {
    /// The tests as a table.
    #[must_use]
    pub fn table(&self) -> document::Table {
        tables::adjusted(self)
    }
}

/// What the adjustments hold.
pub const WORDS: &str = "Holm and Bonferroni hold the probability of any false finding, Benjamini and Hochberg the expected share of false findings among the findings.";
