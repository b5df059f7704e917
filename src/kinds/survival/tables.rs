//! Medians, survival at given times, restricted means and tests between groups.

use super::{ImmortalTime, SurvivalGroup, SurvivalResult, Switching};
use crate::document::Grid;
use crate::document::numbers::{
    decimal, interval, months, open_interval, p_value, percent, percent_interval, significant,
};
use crate::kinds::sides::{Sides, group_scores, sides};
use crate::stats::digits::plain;

pub(super) fn survival(result: &SurvivalResult, time_unit: Option<&str>) -> Vec<Grid> {
    let groups: Vec<&SurvivalGroup> = result.groups.iter().chain([&result.overall]).collect();
    let mut grids = vec![medians(&groups, time_unit)];
    grids.extend(quantiles(&groups));
    grids.extend(at_times(&groups));
    grids.extend(restricted_means(&groups, result));
    grids.extend(tests(result));
    grids.extend(result.immortal_time.iter().flat_map(immortal_time));
    grids
}

/// Survival from landmarks on, and the hazard with the exposure switching on.
fn immortal_time(found: &ImmortalTime) -> Vec<Grid> {
    let mut landmarks = Grid::new(
        &format!(
            "Survival from a landmark on, by {} until then",
            found.exposure
        ),
        &[
            "landmark",
            "group",
            "cases",
            "events",
            "median from there",
            "CI",
            "log-rank P",
            "by permutation",
            "gone before",
        ],
    )
    .with_intervals(&["CI"]);
    for landmark in &found.landmarks {
        let test = match &landmark.test {
            Ok(test) => p_value(test.p_value),
            Err(why) => format!("none: {why}"),
        };
        let permuted = match &landmark.permutation {
            Some(Ok(test)) => p_value(test.p_value),
            _ => String::new(),
        };
        for curve in &landmark.curves {
            let median = curve.median();
            landmarks.push([
                plain(landmark.time),
                curve.group().unwrap_or("all").to_owned(),
                curve.n().to_string(),
                curve.events().to_string(),
                months(median.time),
                open_interval(&median.interval),
                test.clone(),
                permuted.clone(),
                landmark.gone.to_string(),
            ]);
        }
        if landmark.curves.is_empty() {
            let none = String::new;
            let (time, gone) = (plain(landmark.time), landmark.gone.to_string());
            landmarks.push([
                time,
                none(),
                "0".to_owned(),
                none(),
                none(),
                none(),
                test,
                none(),
                gone,
            ]);
        }
    }
    let mut hazard = Grid::new(
        &format!(
            "Hazard with {0}, from when it began, over that without {0}",
            found.exposure
        ),
        &["method", "hazard ratio", "CI", "P"],
    )
    .with_intervals(&["CI"]);
    let ends = |lower: Option<f64>, upper: Option<f64>| {
        let end = |value: Option<f64>, none: &str| value.map_or(none.to_owned(), significant);
        format!("{}–{}", end(lower, "0"), end(upper, "∞"))
    };
    match &found.switching {
        Switching::Fit(fit) => {
            for c in &fit.coefficients {
                hazard.push([
                    "Cox regression, start-stop".to_owned(),
                    significant(c.hazard_ratio),
                    ends(Some(c.interval.lower), Some(c.interval.upper)),
                    p_value(c.p_value),
                ]);
            }
        }
        Switching::Penalised(fit) => {
            for c in &fit.coefficients {
                hazard.push([
                    "Firth's Cox regression, start-stop".to_owned(),
                    significant(c.hazard_ratio),
                    ends(c.interval.lower, c.interval.upper),
                    p_value(c.likelihood_ratio.p_value),
                ]);
            }
        }
        Switching::Refused(why) => {
            hazard.push([
                format!("none: {why}"),
                String::new(),
                String::new(),
                String::new(),
            ]);
        }
    }
    let landmarks = Some(landmarks).filter(|grid| !grid.rows.is_empty());
    landmarks.into_iter().chain([hazard]).collect()
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
    )
    .with_intervals(&["CI"]);
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
    )
    .with_intervals(&["CI"]);
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
    )
    .with_intervals(&["CI"]);
    for group in groups {
        for (time, found) in &group.at {
            grid.push(match found {
                Some(found) => [
                    group.label.clone(),
                    plain(*time),
                    found.at_risk.to_string(),
                    percent(found.survival),
                    found
                        .interval
                        .as_ref()
                        .map_or_else(String::new, percent_interval),
                ],
                None => [
                    group.label.clone(),
                    plain(*time),
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
    )
    .with_intervals(&["CI"]);
    for group in groups {
        if let Ok(mean) = &group.restricted_mean {
            grid.push([
                group.label.clone(),
                months(Some(mean.tau)),
                decimal(mean.estimate),
                decimal(mean.std_error),
                interval(&mean.interval),
            ]);
        }
    }
    let mut grids = Vec::new();
    if !grid.rows.is_empty() {
        grids.push(grid);
    }
    if let Some(Ok(comparison)) = &result.restricted_means {
        let name = |group: &Option<String>| group.clone().unwrap_or_default();
        let group = name(&comparison.group.group);
        let reference = name(&comparison.reference.group);
        let Sides { first, second, key } = sides(&group, &reference);
        let caption = match key.as_str() {
            "" => format!("Restricted means: {group} against {reference}"),
            key => format!("Restricted means{key}"),
        };
        let mut grid = Grid::new(&caption, &["", "estimate", "CI", "P"]).with_intervals(&["CI"]);
        let contrasts = [
            ("difference", "minus", Some(&comparison.difference)),
            ("ratio", "over", comparison.ratio.as_ref()),
            (
                "ratio of time lost",
                "over",
                comparison.time_lost_ratio.as_ref(),
            ),
        ];
        for (label, by, contrast) in contrasts {
            let Some(contrast) = contrast else { continue };
            grid.push([
                format!("{label}, {first} {by} {second}"),
                decimal(contrast.estimate),
                interval(&contrast.interval),
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
            decimal(test.statistic),
            test.degrees_of_freedom.to_string(),
            p_value(test.p_value),
        ]);
    }
    if let Some(Ok(test)) = &result.permutation {
        tests.push([
            format!("{}, {}", test.weights, test.method),
            decimal(test.statistic),
            String::new(),
            p_value(test.p_value),
        ]);
    }
    if let Some(Ok(trend)) = &result.trend {
        let test = &trend.test;
        tests.push([
            format!(
                "{}, trend, {}",
                test.weights,
                group_scores(&trend.group_scores)
            ),
            decimal(test.statistic),
            test.degrees_of_freedom.to_string(),
            p_value(test.p_value),
        ]);
        if let Some(test) = &trend.permutation {
            tests.push([
                format!("trend, {} permutations", test.draws),
                decimal(test.statistic),
                String::new(),
                p_value(test.p_value),
            ]);
        }
    }
    (!tests.rows.is_empty()).then_some(tests)
}
