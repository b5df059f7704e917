//! Pooled proportions, heterogeneity, influence and shrunken rates.

use super::PooledResult;
use crate::document::Grid;
use crate::document::numbers::{decimal, p_value, percent, percent_interval, points};
use crate::stats::digits::number;

/// Reports listed by what leaving them out changes.
const INFLUENTIAL: usize = 10;

pub(super) fn summary(result: &PooledResult) -> String {
    let crude = &result.common;
    match &result.random {
        Some(pooled) if percent(pooled.estimate) == percent(pooled.mean_proportion) => format!(
            "{} % ({}) of {} cases in {} reports",
            percent(pooled.estimate),
            percent_interval(&pooled.interval),
            crude.counts.n,
            crude.counts.reports
        ),
        Some(pooled) => format!(
            "{} % ({}) in the report in the middle, {} % in the mean of all, of {} cases in {} reports",
            percent(pooled.estimate),
            percent_interval(&pooled.interval),
            percent(pooled.mean_proportion),
            crude.counts.n,
            crude.counts.reports
        ),
        None => format!(
            "crude {}/{} = {} % in {} reports",
            crude.counts.events,
            crude.counts.n,
            percent(crude.estimate),
            crude.counts.reports
        ),
    }
}

pub(super) fn pooled(result: &PooledResult) -> Vec<Grid> {
    let mut grids = vec![estimates(result)];
    grids.extend(heterogeneity(result));
    grids.push(influence(result));
    if let Some(shrunk) = &result.subgroups {
        let caption = format!(
            "Rates of subgroups, shrunk by the prior Beta({}, {}), worth {} cases ({})",
            number(shrunk.prior.a, 3),
            number(shrunk.prior.b, 3),
            number(shrunk.prior.equivalent_cases, 1),
            shrunk.prior.origin
        );
        let mut grid = Grid::new(
            &caption,
            &[
                "subgroup",
                "events",
                "cases",
                "crude, %",
                "shrunken, %",
                "interval",
                "share of the prior, %",
            ],
        );
        for rate in &shrunk.rates {
            grid.push([
                rate.label.clone(),
                rate.events.to_string(),
                rate.n.to_string(),
                percent(rate.crude),
                percent(rate.estimate),
                percent_interval(&rate.interval),
                percent(rate.prior_weight),
            ]);
        }
        grids.push(grid);
    }
    grids
}

fn estimates(result: &PooledResult) -> Grid {
    let crude = &result.common;
    let mut grid = Grid::new(
        "Pooled proportion",
        &[
            "model",
            "reports",
            "cases",
            "events",
            "proportion, %",
            "CI",
            "prediction interval",
        ],
    )
    .with_intervals(&["CI"]);
    let counts = |model: &str| {
        [
            model.to_owned(),
            crude.counts.reports.to_string(),
            crude.counts.n.to_string(),
            crude.counts.events.to_string(),
        ]
    };
    let mut row = |model: &str, rest: [String; 3]| {
        grid.rows
            .push(counts(model).into_iter().chain(rest).collect());
    };
    row(
        "crude, one proportion",
        [
            percent(crude.estimate),
            percent_interval(&crude.interval),
            String::new(),
        ],
    );
    if let Some(pooled) = &result.random {
        let prediction = pooled.prediction.as_ref().map_or_else(String::new, |p| {
            format!("{}–{}", percent(p.lower), percent(p.upper))
        });
        row(
            "random effects: the report in the middle",
            [
                percent(pooled.estimate),
                percent_interval(&pooled.interval),
                prediction,
            ],
        );
        row(
            "random effects: mean of all reports",
            [
                percent(pooled.mean_proportion),
                String::new(),
                String::new(),
            ],
        );
    }
    grid
}

fn heterogeneity(result: &PooledResult) -> Option<Grid> {
    let pooled = result.random.as_ref()?;
    let between = &pooled.between_reports;
    let mut grid = Grid::new(
        "Variation between reports",
        &["measure", "value", "CI or P"],
    )
    .with_intervals(&["CI or P"]);
    let upper = between
        .tau_squared_interval
        .upper
        .map_or_else(|| "∞".to_owned(), |upper| number(upper, 3));
    let lower = between.tau_squared_interval.lower.unwrap_or(0.0);
    grid.push([
        "tau-squared".to_owned(),
        number(between.tau_squared, 3),
        format!("{}–{upper}", number(lower, 3)),
    ]);
    if let Some(i_squared) = between.i_squared {
        grid.push(["I-squared, %".to_owned(), percent(i_squared), String::new()]);
    }
    grid.push([
        "likelihood ratio of no variation".to_owned(),
        decimal(pooled.no_variation.statistic),
        p_value(pooled.no_variation.p_value),
    ]);
    let test = &pooled.heterogeneity.likelihood_ratio;
    grid.push([
        "likelihood ratio of one proportion".to_owned(),
        decimal(test.statistic),
        p_value(test.p_value),
    ]);
    Some(grid)
}

fn influence(result: &PooledResult) -> Grid {
    let influence = result
        .random_influence
        .as_ref()
        .unwrap_or(&result.influence);
    let mut grid = Grid::new(
        "Estimate without one report, the most influential first",
        &[
            "report",
            "events",
            "cases",
            "estimate without it, %",
            "without it minus with it, points",
        ],
    );
    let mut reports: Vec<_> = influence.without.iter().collect();
    reports.sort_by(|a, b| {
        let size = |change: Option<f64>| change.unwrap_or(0.0).abs();
        size(b.change).total_cmp(&size(a.change))
    });
    for report in reports.into_iter().take(INFLUENTIAL) {
        grid.push([
            report.label.clone(),
            report.events.to_string(),
            report.n.to_string(),
            report.estimate.map_or_else(|| "none".to_owned(), percent),
            report.change.map_or_else(String::new, points),
        ]);
    }
    if let (Some(estimate), Some(change)) = (
        influence.estimate_without_single_cases,
        influence.change_without_single_cases,
    ) {
        grid.push([
            "all single cases".to_owned(),
            String::new(),
            String::new(),
            percent(estimate),
            points(change),
        ]);
    }
    grid
}
