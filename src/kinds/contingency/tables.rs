//! Counts with their tests.

use super::{Contingency, Stratified};
use crate::document::cells::row;
use crate::document::cells::{
    decimal, exact_interval, p_value, percent, percent_interval, rate, ratio, ratio_interval,
    wilson_interval,
};
use crate::document::{Cell, Role, Table};
use crate::kinds::proportion::{Shown, TwoByTwo};
use crate::kinds::sides::{Sides, group_scores, sides, table_of_tests};
use crate::stats::contingency::{Approximation, ChiSquared, Independence, Trend};
use crate::stats::conventions::{ChiSquaredReport, OddsRatioEstimate};
use crate::stats::digits::number;
use crate::stats::estimate::Level;

fn chi_squared(name: &str, test: &ChiSquared) -> [Cell; 4] {
    let doubt = match test.approximation {
        Approximation::Adequate => String::new(),
        Approximation::Doubtful { smallest_expected } => {
            format!(
                " (doubtful: smallest expected count {})",
                number(smallest_expected, 1)
            )
        }
    };
    row![
        format!("{name}{doubt}"),
        decimal(test.statistic),
        Cell::default(),
        p_value(test.p_value),
    ]
}

/// The rows of tests and odds ratios of a two-by-two table: what, value, interval, P.
pub(in crate::kinds) fn two_by_two(tests: &TwoByTwo, exposed: &str, other: &str) -> Vec<[Cell; 4]> {
    let odds = &tests.fisher.odds_ratio;
    let sample = &tests.sample_odds_ratio;
    let Shown {
        chi_squared: reported,
        odds_ratio,
    } = tests.shown;
    let p = p_value(tests.fisher.p_value);
    let none = Cell::default;
    let mut rows = Vec::new();
    if odds_ratio == OddsRatioEstimate::Sample {
        rows.push(row!["Fisher's exact".to_owned(), none(), none(), p]);
    } else {
        rows.push(row![
            format!("Fisher's exact, conditional odds ratio, {exposed} over {other}"),
            ratio(odds.estimate, "infinite"),
            ratio_interval(&odds.interval),
            p,
        ]);
    }
    rows.push(row![
        "mid-P".to_owned(),
        none(),
        none(),
        p_value(tests.fisher_mid_p.p_value),
    ]);
    if odds_ratio != OddsRatioEstimate::Conditional {
        rows.push(row![
            format!("cross-product odds ratio, {exposed} over {other}"),
            ratio(sample.estimate, "undefined"),
            ratio_interval(&sample.interval),
            none(),
        ]);
    }
    if reported == ChiSquaredReport::Both {
        rows.push(chi_squared("Pearson chi-squared", &tests.pearson));
    }
    rows.push(chi_squared(
        "Pearson chi-squared with Yates's correction",
        &tests.yates,
    ));
    rows
}

pub(super) fn contingency(found: &Contingency, level: Level) -> Vec<Table> {
    let mut grids = vec![found.counts.table("Number of cases")];
    if !found.proportions.is_empty() {
        let mut grid = Table::new(
            "Proportion with the event",
            &[
                ("group", Role::Group),
                ("rate", Role::Estimate),
                ("CI (exact)", Role::Interval(Some(level))),
                ("CI (Wilson)", Role::Interval(Some(level))),
            ],
        );
        for (label, estimate) in &found.proportions {
            let e = estimate.as_ref();
            grid.push(row![
                label.clone(),
                rate(e),
                exact_interval(e),
                wilson_interval(e),
            ]);
        }
        grids.push(grid);
    }
    let names = sides(
        found.exposed.as_deref().unwrap_or_default(),
        other_row(found),
    );
    let (exposed, other) = (&*names.first, &*names.second);
    let caption = format!("Tests{}", names.key);
    let mut tests = table_of_tests(&caption, level);
    if let Some(two) = &found.two_by_two {
        for row in two_by_two(two, exposed, other) {
            tests.push(row);
        }
    }
    if let Some(difference) = &found.risk_difference {
        let interval = &difference.miettinen_nurminen;
        tests.push(row![
            format!("risk difference, {exposed} minus {other}, points"),
            percent(difference.estimate),
            percent_interval(interval),
            Cell::default(),
        ]);
    }
    if let Some(risk) = &found.risk_ratio {
        tests.push(row![
            format!("risk ratio, {exposed} over {other}"),
            ratio(risk.estimate, "undefined"),
            ratio_interval(&risk.miettinen_nurminen),
            Cell::default(),
        ]);
    }
    match &found.exact {
        Some(Independence::Exact(test)) => tests.push(row![
            "Fisher-Freeman-Halton exact".to_owned(),
            Cell::default(),
            Cell::default(),
            p_value(test.p_value),
        ]),
        Some(Independence::MonteCarlo(test)) => tests.push(row![
            format!("Fisher-Freeman-Halton, {} random tables", test.draws),
            Cell::default(),
            Cell::default(),
            p_value(test.p_value),
        ]),
        None => {}
    }
    if let Some(test) = &found.pearson {
        tests.push(chi_squared("Pearson chi-squared", test));
    }
    if let Some(trend) = &found.trend {
        let scores = group_scores(&trend.groups);
        let mut row = |name: &str, test: &Trend| {
            tests.push(row![
                format!("{name}, {scores}"),
                decimal(test.statistic),
                Cell::default(),
                p_value(test.p_value),
            ]);
        };
        row("Cochran-Armitage trend", &trend.test);
        if let Some(exact) = &trend.exact {
            row("exact trend", exact);
        }
    }
    if !tests.rows.is_empty() {
        grids.push(tests);
    }
    let strata = found.stratified.as_ref();
    grids.extend(strata.map(|strata| stratified(strata, &names, level)));
    grids
}

/// The row that the exposed is compared with.
fn other_row(found: &Contingency) -> &str {
    let rows = found.counts.rows.iter();
    let mut others = rows.filter(|row| Some(*row) != found.exposed.as_ref());
    others.next().map_or("", String::as_str)
}

fn stratified(found: &Stratified, names: &Sides, level: Level) -> Table {
    let (exposed, other) = (&names.first, &names.second);
    let caption = format!("{} strata taken together{}", found.strata.len(), names.key);
    let mut grid = Table::new(
        &caption,
        &[
            ("measure", Role::Text),
            ("value", Role::Estimate),
            ("CI", Role::Interval(Some(level))),
            ("P", Role::P),
        ],
    );
    if let Some(odds) = &found.odds_ratio {
        grid.push(row![
            format!("Mantel-Haenszel odds ratio, {exposed} over {other}"),
            ratio(odds.estimate, "undefined"),
            ratio_interval(&odds.interval),
            Cell::default(),
        ]);
    }
    if let Some(risk) = &found.risk_ratio {
        grid.push(row![
            format!("common risk ratio, {exposed} over {other}"),
            ratio(risk.estimate, "undefined"),
            ratio_interval(&risk.interval),
            Cell::default(),
        ]);
    }
    if let Some(risk) = &found.risk_difference {
        grid.push(row![
            format!("common risk difference, {exposed} minus {other}, points"),
            percent(risk.estimate),
            percent_interval(&risk.interval),
            Cell::default(),
        ]);
    }
    let tests = [
        ("Mantel-Haenszel test", &found.test),
        ("with continuity correction", &found.corrected_test),
    ];
    for (name, test) in tests {
        if let Some(test) = test {
            grid.push(row![
                name.to_owned(),
                decimal(test.statistic),
                Cell::default(),
                p_value(test.p_value),
            ]);
        }
    }
    if let Some(exact) = &found.exact_test {
        let odds = &exact.test.odds_ratio;
        grid.push(row![
            format!("exact test, conditional odds ratio, {exposed} over {other}"),
            ratio(odds.estimate, "infinite"),
            ratio_interval(&odds.interval),
            p_value(exact.test.p_value),
        ]);
    }
    if let Some(test) = &found.homogeneity {
        for (name, statistic, p) in [
            ("Breslow-Day homogeneity", test.statistic, test.p_value),
            (
                "with Tarone's correction",
                test.tarone_statistic,
                test.tarone_p_value,
            ),
        ] {
            grid.push(row![
                name.to_owned(),
                decimal(statistic),
                Cell::default(),
                p_value(p),
            ]);
        }
    }
    for why in &found.undefined {
        grid.push(row![
            format!("none: {why}"),
            Cell::default(),
            Cell::default(),
            Cell::default(),
        ]);
    }
    grid
}
