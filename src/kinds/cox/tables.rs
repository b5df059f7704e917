//! Hazard ratios and the tests of a Cox regression.

use super::CoxResult;
use crate::document::cells::row;
use crate::document::cells::{decimal, p_value, significant, significant_interval};
use crate::document::numbers;
use crate::document::{Cell, Role, Table};
use crate::stats::cox::ChiSquaredTest;
use crate::stats::estimate::Level;

pub(super) fn summary(result: &CoxResult) -> String {
    let test = match (&result.fit, &result.penalised) {
        (Some(fit), _) => &fit.likelihood_ratio,
        (None, Some(fit)) => &fit.likelihood_ratio,
        (None, None) => return "no fit".to_owned(),
    };
    format!("likelihood-ratio P {}", numbers::p_value(test.p_value))
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

pub(super) fn cox(result: &CoxResult, level: Level) -> Vec<Table> {
    let mut grid = Table::new(
        "Hazard ratios",
        &[
            ("covariate", Role::Text),
            ("coefficient", Role::Estimate),
            ("standard error", Role::Number),
            ("hazard ratio", Role::Estimate),
            ("CI", Role::Interval(Some(level))),
            ("P", Role::P),
        ],
    );
    let mut tests = Table::new(
        "Tests",
        &[
            ("test", Role::Text),
            ("statistic", Role::Number),
            ("df", Role::Number),
            ("P", Role::P),
        ],
    );
    let mut test = |name: &str, test: &ChiSquaredTest| {
        tests.push(row![
            name.to_owned(),
            decimal(test.statistic),
            test.degrees_of_freedom,
            p_value(test.p_value),
        ]);
    };
    if let Some(fit) = &result.fit {
        for c in &fit.coefficients {
            grid.push(row![
                compared(result, &c.covariate, c.level.as_deref()),
                significant(c.estimate),
                significant(c.robust_std_error.unwrap_or(c.std_error)),
                significant(c.hazard_ratio),
                significant_interval(Some(c.interval.lower), Some(c.interval.upper)),
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
            grid.push(row![
                compared(result, &c.covariate, c.level.as_deref()),
                significant(c.estimate),
                significant(c.std_error),
                significant(c.hazard_ratio),
                significant_interval(c.interval.lower, c.interval.upper),
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
        tests.push(row![
            format!("score, {} permutations", found.draws),
            decimal(found.statistic),
            Cell::default(),
            p_value(found.p_value),
        ]);
    }
    let mut grids = vec![grid, tests];
    let (n, events, concordance) = match (&result.fit, &result.penalised) {
        (Some(fit), _) => (fit.n, fit.events, fit.concordance.as_ref()),
        (None, Some(fit)) => (fit.n, fit.events, None),
        (None, None) => return grids,
    };
    let mut fit = Table::new(
        "Fit",
        &[
            ("rows", Role::Count),
            ("events", Role::Count),
            ("concordance", Role::Estimate),
            ("standard error", Role::Number),
        ],
    );
    fit.push(row![
        n,
        events,
        concordance.map_or_else(Cell::default, |c| thousandths(c.estimate)),
        concordance.map_or_else(Cell::default, |c| thousandths(c.std_error)),
    ]);
    grids.push(fit);
    if !result.references.is_empty() {
        let mut grid = Table::new(
            "References",
            &[("covariate", Role::Text), ("category", Role::Text)],
        );
        for reference in &result.references {
            grid.push(row![
                reference.covariate.clone(),
                reference.category.clone()
            ]);
        }
        grids.push(grid);
    }
    grids
}

/// A number with three decimals.
fn thousandths(number: f64) -> Cell {
    Cell::number(number, format!("{number:.3}"))
}
