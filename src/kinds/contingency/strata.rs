//! The two-by-two tables of several strata, and what they have in common.

use serde::Serialize;

use super::Settings;
use super::square::Square;
use crate::kinds::AnalysisError;
use crate::kinds::frame::Frame;
use crate::kinds::matrix::CrossCounts;
use crate::kinds::settings::Common;
use crate::stats::contingency::{
    BreslowDay, Cells, CommonOddsRatio, CommonRiskDifference, CommonRiskRatio, Continuity,
    FisherOptions, MantelHaenszel, MantelHaenszelOptions, Normality, Strata, StratifiedExact,
};

/// Two-by-two tables of several strata, with what they have in common.
#[derive(Debug, Clone, Serialize)]
pub struct Stratified {
    /// The strata, in the order of the tables.
    pub strata: Vec<String>,
    /// The counts of each.
    pub tables: Vec<Cells>,
    /// Mantel-Haenszel's common odds ratio.
    pub odds_ratio: Option<CommonOddsRatio>,
    /// The common risk ratio.
    pub risk_ratio: Option<CommonRiskRatio>,
    /// The common risk difference.
    pub risk_difference: Option<CommonRiskDifference>,
    /// The test of a common odds ratio of 1, without continuity correction.
    pub test: Option<MantelHaenszel>,
    /// The same with it.
    pub corrected_test: Option<MantelHaenszel>,
    /// The exact test of a common odds ratio of 1, where cases are few.
    pub exact_test: Option<StratifiedExact>,
    /// Breslow and Day's test that the strata have one odds ratio, with Tarone's correction beside.
    pub homogeneity: Option<BreslowDay>,
    /// What could not be computed, and why.
    pub undefined: Vec<String>,
}

/// The two-by-two table of each stratum, and what they have in common.
pub(super) fn stratified(
    settings: &Settings,
    column: &str,
    (all, square): (&CrossCounts, Square),
    frame: &Frame,
    kept: &[u32],
    weights: Option<&[u64]>,
    common: &Common,
) -> Result<Stratified, AnalysisError> {
    let strata = frame.factor(column, kept)?;
    let rows = frame.factor(&settings.rows, kept)?;
    let columns = frame.factor(&settings.columns, kept)?;
    // An empty column has no label here.
    let place = |label: &String| all.columns.iter().position(|column| column == label);
    let places: Vec<usize> = columns.labels().iter().filter_map(place).collect();
    let mut counts = vec![vec![vec![0_usize; 2]; 2]; strata.labels().len()];
    for at in 0..kept.len() {
        let (stratum, row, column) = (strata.codes()[at], rows.codes()[at], columns.codes()[at]);
        let weight = weights.map_or(1, |weights| weights[at]);
        counts[stratum as usize][row as usize][places[column as usize]] +=
            usize::try_from(weight).unwrap_or(usize::MAX);
    }
    let tables: Vec<Cells> = counts.iter().map(|counts| square.cells(counts)).collect();
    let mut found = Stratified {
        strata: strata.labels().to_vec(),
        tables: tables.clone(),
        odds_ratio: None,
        risk_ratio: None,
        risk_difference: None,
        test: None,
        corrected_test: None,
        exact_test: None,
        homogeneity: None,
        undefined: Vec::new(),
    };
    let strata = Strata::new(tables).map_err(|error| AnalysisError::Refused(error.to_string()))?;
    let mut why = Vec::new();
    let mut note =
        |what: &str, error: &dyn ToString| why.push(format!("{what}: {}", error.to_string()));
    let level = common.level;
    let corrected = MantelHaenszelOptions {
        continuity: Continuity::Yates,
        ..MantelHaenszelOptions::default()
    };
    found.odds_ratio = strata
        .odds_ratio(level)
        .map_err(|e| note("common odds ratio", &e))
        .ok();
    found.risk_ratio = strata
        .risk_ratio(level)
        .map_err(|e| note("common risk ratio", &e))
        .ok();
    found.risk_difference = strata
        .risk_difference(level)
        .map_err(|e| note("common risk difference", &e))
        .ok();
    let plain = MantelHaenszelOptions {
        continuity: Continuity::Uncorrected,
        ..MantelHaenszelOptions::default()
    };
    found.test = strata
        .mantel_haenszel(plain)
        .map_err(|e| note("Mantel-Haenszel test", &e))
        .ok();
    found.corrected_test = strata.mantel_haenszel(corrected).ok();
    let doubtful = |test: &MantelHaenszel| test.approximation == Normality::Doubtful;
    if found.test.as_ref().is_some_and(doubtful) {
        let options = FisherOptions {
            level,
            ..FisherOptions::default()
        };
        found.exact_test = strata.exact(options).ok();
    }
    found.homogeneity = strata
        .breslow_day()
        .map_err(|e| note("Breslow-Day test", &e))
        .ok();
    found.undefined = why;
    Ok(found)
}
