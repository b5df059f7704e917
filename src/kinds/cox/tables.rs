//! Hazard ratios and the tests of a Cox regression.

use super::CoxResult;
use crate::document::Grid;
use crate::document::numbers::{decimal, p_value, significant};
use crate::stats::cox::ChiSquaredTest;

pub(super) fn summary(result: &CoxResult) -> String {
    let test = match (&result.fit, &result.penalised) {
        (Some(fit), _) => &fit.likelihood_ratio,
        (None, Some(fit)) => &fit.likelihood_ratio,
        (None, None) => return "no fit".to_owned(),
    };
    format!("likelihood-ratio P {}", p_value(test.p_value))
}

/// Whose hazard is over whose.
fn compared(result: &CoxResult, covariate: &str, level: Option<&str>) -> String {
    let mut references = result.references.iter();
    let reference = references.find(|reference| reference.covariate == covariate);
    match (level, reference) {
        (Some(level), Some(reference)) => {
            format!("{covariate}: {level} over {}", reference.category)
        }
        _ => format!("{covariate}, per unit"),
    }
}

pub(super) fn cox(result: &CoxResult) -> Vec<Grid> {
    let mut grid = Grid::new(
        "Hazard ratios",
        &[
            "covariate",
            "coefficient",
            "standard error",
            "hazard ratio",
            "CI",
            "P",
        ],
    )
    .with_intervals(&["CI"]);
    let mut tests = Grid::new("Tests", &["test", "statistic", "df", "P"]);
    let mut test = |name: &str, test: &ChiSquaredTest| {
        tests.push([
            name.to_owned(),
            decimal(test.statistic),
            test.degrees_of_freedom.to_string(),
            p_value(test.p_value),
        ]);
    };
    let ratio = significant;
    if let Some(fit) = &result.fit {
        for c in &fit.coefficients {
            grid.push([
                compared(result, &c.covariate, c.level.as_deref()),
                significant(c.estimate),
                significant(c.robust_std_error.unwrap_or(c.std_error)),
                ratio(c.hazard_ratio),
                format!("{}–{}", ratio(c.interval.lower), ratio(c.interval.upper)),
                p_value(c.p_value),
            ]);
        }
        test("likelihood ratio", &fit.likelihood_ratio);
        if let Some(wald) = &fit.wald {
            test("Wald", wald);
        }
        test("score (log-rank)", &fit.score);
        if let Some(robust) = &fit.robust_score {
            test("robust score", robust);
        }
    }
    if let Some(fit) = &result.penalised {
        for c in &fit.coefficients {
            let limit = |value: Option<f64>, none: &str| value.map_or(none.to_owned(), ratio);
            grid.push([
                compared(result, &c.covariate, c.level.as_deref()),
                significant(c.estimate),
                significant(c.std_error),
                ratio(c.hazard_ratio),
                format!(
                    "{}–{}",
                    limit(c.interval.lower, "0"),
                    limit(c.interval.upper, "∞")
                ),
                p_value(c.likelihood_ratio.p_value),
            ]);
        }
        test("penalised likelihood ratio", &fit.likelihood_ratio);
    }
    if let Some(found) = &result.proportional_hazards {
        for term in &found.covariates {
            if let Some(found) = &term.test {
                test(&format!("proportional hazards, {}", term.covariate), found);
            }
        }
        if let Some(global) = &found.global {
            test("proportional hazards, all", global);
        }
    }
    if let Some(found) = &result.permutation {
        tests.push([
            format!("score, {} permutations", found.draws),
            decimal(found.statistic),
            String::new(),
            p_value(found.p_value),
        ]);
    }
    let mut grids = vec![grid, tests];
    let (n, events, concordance) = match (&result.fit, &result.penalised) {
        (Some(fit), _) => (fit.n, fit.events, fit.concordance.as_ref()),
        (None, Some(fit)) => (fit.n, fit.events, None),
        (None, None) => return grids,
    };
    let mut fit = Grid::new("Fit", &["rows", "events", "concordance", "standard error"]);
    fit.push([
        n.to_string(),
        events.to_string(),
        concordance.map_or_else(String::new, |c| format!("{:.3}", c.estimate)),
        concordance.map_or_else(String::new, |c| format!("{:.3}", c.std_error)),
    ]);
    grids.push(fit);
    if !result.references.is_empty() {
        let mut grid = Grid::new("References", &["covariate", "category"]);
        for reference in &result.references {
            grid.push([reference.covariate.clone(), reference.category.clone()]);
        }
        grids.push(grid);
    }
    grids
}
