//! Counts with their tests.

use super::super::grid::Grid;
use super::super::numbers::{
    exact_interval, p_value, percent_interval, rate, ratio, ratio_interval, wilson_interval,
};
use super::counts::crossed;
use crate::analysis::{Contingency, Stratified, TwoByTwo};
use crate::stats::contingency::{Approximation, ChiSquared, Independence};

fn chi_squared(name: &str, test: &ChiSquared) -> [String; 4] {
    let doubt = match test.approximation {
        Approximation::Adequate => String::new(),
        Approximation::Doubtful { smallest_expected } => {
            format!(" (doubtful: smallest expected count {smallest_expected:.1})")
        }
    };
    [
        format!("{name}{doubt}"),
        format!("{:.2}", test.statistic),
        String::new(),
        p_value(test.p_value),
    ]
}

/// The rows of tests and odds ratios of a two-by-two table: what, value, interval, P.
pub(super) fn two_by_two(tests: &TwoByTwo) -> Vec<Vec<String>> {
    let odds = &tests.fisher.odds_ratio;
    let sample = &tests.sample_odds_ratio;
    let rows = [
        [
            "Fisher's exact, conditional odds ratio".to_owned(),
            ratio(odds.estimate, "infinite"),
            ratio_interval(&odds.interval),
            p_value(tests.fisher.p_value),
        ],
        [
            "mid-P".to_owned(),
            String::new(),
            String::new(),
            p_value(tests.fisher_mid_p.p_value),
        ],
        [
            "cross-product odds ratio".to_owned(),
            ratio(sample.estimate, "undefined"),
            ratio_interval(&sample.interval),
            String::new(),
        ],
        chi_squared("Pearson chi-squared", &tests.pearson),
        chi_squared("with Yates's correction", &tests.yates),
    ];
    rows.into_iter().map(Into::into).collect()
}

pub(super) fn contingency(found: &Contingency) -> Vec<Grid> {
    let mut grids = vec![crossed(&found.counts, "Number of cases")];
    if !found.proportions.is_empty() {
        let mut grid = Grid::new(
            "Proportion with the event",
            &["group", "rate", "CI (exact)", "CI (Wilson)"],
        )
        .with_intervals(&["CI (exact)", "CI (Wilson)"]);
        for (label, estimate) in &found.proportions {
            let e = estimate.as_ref();
            grid.push([
                label.clone(),
                rate(e),
                exact_interval(e),
                wilson_interval(e),
            ]);
        }
        grids.push(grid);
    }
    let mut tests = Grid::new("Tests", &["test", "value", "CI", "P"]).with_intervals(&["CI"]);
    if let Some(two) = &found.two_by_two {
        tests.rows.extend(two_by_two(two));
    }
    if let Some(difference) = &found.risk_difference {
        let interval = &difference.miettinen_nurminen;
        tests.push([
            "risk difference, points".to_owned(),
            format!("{:.1}", difference.estimate * 100.0),
            percent_interval(interval),
            String::new(),
        ]);
    }
    if let Some(risk) = &found.risk_ratio {
        tests.push([
            "risk ratio".to_owned(),
            ratio(risk.estimate, "undefined"),
            ratio_interval(&risk.miettinen_nurminen),
            String::new(),
        ]);
    }
    match &found.exact {
        Some(Independence::Exact(test)) => tests.push([
            "Fisher-Freeman-Halton exact".to_owned(),
            String::new(),
            String::new(),
            p_value(test.p_value),
        ]),
        Some(Independence::MonteCarlo(test)) => tests.push([
            format!("Fisher-Freeman-Halton, {} random tables", test.draws),
            String::new(),
            String::new(),
            p_value(test.p_value),
        ]),
        None => {}
    }
    if let Some(test) = &found.pearson {
        tests.push(chi_squared("Pearson chi-squared", test));
    }
    if let Some(trend) = &found.trend {
        tests.push([
            format!(
                "Cochran-Armitage trend, scores {}",
                trend
                    .scores
                    .iter()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
            format!("{:.2}", trend.statistic),
            String::new(),
            p_value(trend.p_value),
        ]);
    }
    if !tests.rows.is_empty() {
        grids.push(tests);
    }
    grids.extend(found.stratified.as_ref().map(stratified));
    grids
}

fn stratified(found: &Stratified) -> Grid {
    let caption = format!("{} strata taken together", found.strata.len());
    let mut grid = Grid::new(&caption, &["measure", "value", "CI", "P"]).with_intervals(&["CI"]);
    if let Some(odds) = &found.odds_ratio {
        grid.push([
            "Mantel-Haenszel odds ratio".to_owned(),
            ratio(odds.estimate, "undefined"),
            ratio_interval(&odds.interval),
            String::new(),
        ]);
    }
    if let Some(risk) = &found.risk_ratio {
        grid.push([
            "common risk ratio".to_owned(),
            ratio(risk.estimate, "undefined"),
            ratio_interval(&risk.interval),
            String::new(),
        ]);
    }
    if let Some(risk) = &found.risk_difference {
        grid.push([
            "common risk difference, points".to_owned(),
            format!("{:.1}", risk.estimate * 100.0),
            percent_interval(&risk.interval),
            String::new(),
        ]);
    }
    let tests = [
        ("Mantel-Haenszel test", &found.test),
        ("with continuity correction", &found.corrected_test),
    ];
    for (name, test) in tests {
        if let Some(test) = test {
            grid.push([
                name.to_owned(),
                format!("{:.2}", test.statistic),
                String::new(),
                p_value(test.p_value),
            ]);
        }
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
            grid.push([
                name.to_owned(),
                format!("{statistic:.2}"),
                String::new(),
                p_value(p),
            ]);
        }
    }
    for why in &found.undefined {
        grid.push([
            format!("none: {why}"),
            String::new(),
            String::new(),
            String::new(),
        ]);
    }
    grid
}
