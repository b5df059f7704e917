//! Medians, survival at given times, restricted means and tests between groups.

use super::super::grid::Grid;
use super::super::numbers::{months, open_interval, p_value, percent, percent_interval};
use crate::analysis::{SurvivalGroup, SurvivalResult};

pub(super) fn survival(result: &SurvivalResult, time_unit: Option<&str>) -> Vec<Grid> {
    let groups: Vec<&SurvivalGroup> = result.groups.iter().chain([&result.overall]).collect();
    let mut grids = vec![medians(&groups, time_unit)];
    grids.extend(quantiles(&groups));
    grids.extend(at_times(&groups));
    grids.extend(restricted_means(&groups, result));
    grids.extend(tests(result));
    grids
}

fn medians(groups: &[&SurvivalGroup], time_unit: Option<&str>) -> Grid {
    let median = time_unit.map_or_else(|| "median".to_owned(), |unit| format!("median, {unit}"));
    let mut grid = Grid::new(
        "Median",
        &[
            "group",
            "cases",
            "events",
            "censored",
            &median,
            "CI",
            "median follow-up",
        ],
    );
    for group in groups {
        let (n, events) = (group.curve.n(), group.curve.events());
        grid.push([
            group.label.clone(),
            n.to_string(),
            events.to_string(),
            (n - events).to_string(),
            months(group.median.time),
            open_interval(&group.median.interval),
            months(group.follow_up.time),
        ]);
    }
    grid
}

fn quantiles(groups: &[&SurvivalGroup]) -> Option<Grid> {
    let mut grid = Grid::new(
        "Quantiles",
        &["group", "fraction with the event", "time", "CI"],
    );
    for group in groups {
        for quantile in &group.quantiles {
            grid.push([
                group.label.clone(),
                quantile.probability.to_string(),
                months(quantile.time),
                open_interval(&quantile.interval),
            ]);
        }
    }
    (!grid.rows.is_empty()).then_some(grid)
}

fn at_times(groups: &[&SurvivalGroup]) -> Option<Grid> {
    let mut grid = Grid::new(
        "Survival at given times",
        &["group", "time", "at risk", "survival, %", "CI"],
    );
    for group in groups {
        for (time, found) in &group.at {
            grid.push(match found {
                Some(found) => [
                    group.label.clone(),
                    time.to_string(),
                    found.at_risk.to_string(),
                    percent(found.survival),
                    found
                        .interval
                        .as_ref()
                        .map_or_else(String::new, percent_interval),
                ],
                None => [
                    group.label.clone(),
                    time.to_string(),
                    "0".to_owned(),
                    "beyond the follow-up".to_owned(),
                    String::new(),
                ],
            });
        }
    }
    (!grid.rows.is_empty()).then_some(grid)
}

fn restricted_means(groups: &[&SurvivalGroup], result: &SurvivalResult) -> Vec<Grid> {
    let mut grid = Grid::new(
        "Restricted mean",
        &["group", "up to", "mean", "standard error", "CI"],
    );
    for group in groups {
        if let Ok(mean) = &group.restricted_mean {
            grid.push([
                group.label.clone(),
                format!("{:.1}", mean.tau),
                format!("{:.2}", mean.estimate),
                format!("{:.2}", mean.std_error),
                format!("{:.2}–{:.2}", mean.interval.lower, mean.interval.upper),
            ]);
        }
    }
    let mut grids = Vec::new();
    if !grid.rows.is_empty() {
        grids.push(grid);
    }
    if let Some(Ok(comparison)) = &result.restricted_means {
        let name = |group: &Option<String>| group.clone().unwrap_or_default();
        let caption = format!(
            "Restricted means: {} against {}",
            name(&comparison.group.group),
            name(&comparison.reference.group)
        );
        let mut grid = Grid::new(&caption, &["", "estimate", "CI", "P"]);
        let contrasts = [
            ("difference", Some(&comparison.difference)),
            ("ratio", comparison.ratio.as_ref()),
            ("ratio of time lost", comparison.time_lost_ratio.as_ref()),
        ];
        for (label, contrast) in contrasts {
            let Some(contrast) = contrast else { continue };
            grid.push([
                label.to_owned(),
                format!("{:.2}", contrast.estimate),
                format!(
                    "{:.2}–{:.2}",
                    contrast.interval.lower, contrast.interval.upper
                ),
                p_value(contrast.p_value),
            ]);
        }
        grids.push(grid);
    }
    grids
}

fn tests(result: &SurvivalResult) -> Option<Grid> {
    let mut tests = Grid::new("Comparison of groups", &["test", "chi-squared", "df", "P"]);
    if let Some(Ok(test)) = &result.logrank {
        tests.push([
            test.weights.to_string(),
            format!("{:.2}", test.statistic),
            test.degrees_of_freedom.to_string(),
            p_value(test.p_value),
        ]);
    }
    if let Some(Ok(test)) = &result.permutation {
        tests.push([
            format!("{}, {}", test.weights, test.method),
            format!("{:.2}", test.statistic),
            String::new(),
            p_value(test.p_value),
        ]);
    }
    if let Some(Ok(test)) = &result.trend {
        tests.push([
            format!("{}, trend", test.weights),
            format!("{:.2}", test.statistic),
            test.degrees_of_freedom.to_string(),
            p_value(test.p_value),
        ]);
    }
    (!tests.rows.is_empty()).then_some(tests)
}
