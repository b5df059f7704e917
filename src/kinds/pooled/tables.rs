//! Pooled proportions, heterogeneity, influence and shrunken rates.

use super::PooledResult;
use crate::document::cells::row;
use crate::document::cells::{between, decimal, p_value, percent, percent_interval, points};
use crate::document::numbers;
use crate::document::{Cell, Role, Table};
use crate::stats::digits::number;
use crate::stats::estimate::Level;

/// Reports listed by what leaving them out changes.
const INFLUENTIAL: usize = 10;

pub(super) fn summary(result: &PooledResult) -> String {
    let crude = &result.common;
    match &result.random {
        Some(pooled)
            if numbers::percent(pooled.estimate) == numbers::percent(pooled.mean_proportion) =>
        {
            format!(
                "{} % ({}) of {} cases in {} reports",
                numbers::percent(pooled.estimate),
                numbers::percent_interval(&pooled.interval),
                crude.counts.n,
                crude.counts.reports
            )
        }
        Some(pooled) => format!(
            "{} % ({}) in the report in the middle, {} % in the mean of all, of {} cases in {} reports",
            numbers::percent(pooled.estimate),
            numbers::percent_interval(&pooled.interval),
            numbers::percent(pooled.mean_proportion),
            crude.counts.n,
            crude.counts.reports
        ),
        None => format!(
            "crude {}/{} = {} % in {} reports",
            crude.counts.events,
            crude.counts.n,
            numbers::percent(crude.estimate),
            crude.counts.reports
        ),
    }
}

pub(super) fn pooled(result: &PooledResult, level: Level) -> Vec<Table> {
    let mut grids = vec![estimates(result, level)];
    grids.extend(heterogeneity(result, level));
    grids.push(influence(result));
    if let Some(shrunk) = &result.subgroups {
        let caption = format!(
            "Rates of subgroups, shrunk by the prior Beta({}, {}), worth {} cases ({})",
            number(shrunk.prior.a, 3),
            number(shrunk.prior.b, 3),
            number(shrunk.prior.equivalent_cases, 1),
            shrunk.prior.origin
        );
        let mut grid = Table::new(
            &caption,
            &[
                ("subgroup", Role::Group),
                ("events", Role::Count),
                ("cases", Role::Count),
                ("crude, %", Role::Estimate),
                ("shrunken, %", Role::Estimate),
                ("interval", Role::Interval(None)),
                ("share of the prior, %", Role::Number),
            ],
        );
        for rate in &shrunk.rates {
            grid.push(row![
                rate.label.clone(),
                rate.events,
                rate.n,
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

fn estimates(result: &PooledResult, level: Level) -> Table {
    let crude = &result.common;
    let mut grid = Table::new(
        "Pooled proportion",
        &[
            ("model", Role::Text),
            ("reports", Role::Count),
            ("cases", Role::Count),
            ("events", Role::Count),
            ("proportion, %", Role::Estimate),
            ("CI", Role::Interval(Some(level))),
            ("prediction interval", Role::Interval(None)),
        ],
    );
    let counts = |model: &str| {
        row![
            model,
            crude.counts.reports,
            crude.counts.n,
            crude.counts.events,
        ]
    };
    let mut add = |model: &str, rest: [Cell; 3]| {
        grid.rows
            .push(counts(model).into_iter().chain(rest).collect());
    };
    add(
        "crude, one proportion",
        row![
            percent(crude.estimate),
            percent_interval(&crude.interval),
            Cell::default(),
        ],
    );
    if let Some(pooled) = &result.random {
        let prediction = pooled.prediction.as_ref().map_or_else(Cell::default, |p| {
            let text = format!(
                "{}–{}",
                numbers::percent(p.lower),
                numbers::percent(p.upper)
            );
            between(Some(p.lower), Some(p.upper), text)
        });
        add(
            "random effects: the report in the middle",
            row![
                percent(pooled.estimate),
                percent_interval(&pooled.interval),
                prediction,
            ],
        );
        add(
            "random effects: mean of all reports",
            row![
                percent(pooled.mean_proportion),
                Cell::default(),
                Cell::default(),
            ],
        );
    }
    grid
}

fn heterogeneity(result: &PooledResult, level: Level) -> Option<Table> {
    let pooled = result.random.as_ref()?;
    let between = &pooled.between_reports;
    let mut grid = Table::new(
        "Variation between reports",
        &[
            ("measure", Role::Text),
            ("value", Role::Estimate),
            ("CI or P", Role::Interval(Some(level))),
        ],
    );
    let upper = between
        .tau_squared_interval
        .upper
        .map_or_else(|| "∞".to_owned(), |upper| number(upper, 3));
    let lower = between.tau_squared_interval.lower.unwrap_or(0.0);
    grid.push(row![
        "tau-squared",
        Cell::number(between.tau_squared, number(between.tau_squared, 3)),
        format!("{}–{upper}", number(lower, 3)),
    ]);
    if let Some(i_squared) = between.i_squared {
        grid.push(row![
            "I-squared, %".to_owned(),
            percent(i_squared),
            Cell::default()
        ]);
    }
    grid.push(row![
        "likelihood ratio of no variation".to_owned(),
        decimal(pooled.no_variation.statistic),
        p_value(pooled.no_variation.p_value),
    ]);
    let test = &pooled.heterogeneity.likelihood_ratio;
    grid.push(row![
        "likelihood ratio of one proportion".to_owned(),
        decimal(test.statistic),
        p_value(test.p_value),
    ]);
    Some(grid)
}

fn influence(result: &PooledResult) -> Table {
    let influence = result
        .random_influence
        .as_ref()
        .unwrap_or(&result.influence);
    let mut grid = Table::new(
        "Estimate without one report, the most influential first",
        &[
            ("report", Role::Group),
            ("events", Role::Count),
            ("cases", Role::Count),
            ("estimate without it, %", Role::Estimate),
            ("without it minus with it, points", Role::Number),
        ],
    );
    let mut reports: Vec<_> = influence.without.iter().collect();
    reports.sort_by(|a, b| {
        let size = |change: Option<f64>| change.unwrap_or(0.0).abs();
        size(b.change).total_cmp(&size(a.change))
    });
    for report in reports.into_iter().take(INFLUENTIAL) {
        grid.push(row![
            report.label.clone(),
            report.events,
            report.n,
            report.estimate.map_or_else(|| "none".into(), percent),
            report.change.map_or_else(Cell::default, points),
        ]);
    }
    if let (Some(estimate), Some(change)) = (
        influence.estimate_without_single_cases,
        influence.change_without_single_cases,
    ) {
        grid.push(row![
            "all single cases".to_owned(),
            Cell::default(),
            Cell::default(),
            percent(estimate),
            points(change),
        ]);
    }
    grid
}
