//! Medians, survival at given times, restricted means and tests between groups.

use super::{ImmortalTime, SurvivalGroup, SurvivalResult, Switching};
use crate::document::cells::row;
use crate::document::cells::{
    decimal, exactly, interval, months, open_interval, p_value, percent, percent_interval,
    significant, significant_interval,
};
use crate::document::{Cell, Role, Table};
use crate::kinds::Words;
use crate::kinds::sides::{Sides, group_scores, sides};
use crate::stats::digits::plain;
use crate::stats::estimate::Level;

pub(super) fn survival(result: &SurvivalResult, words: &Words<'_>) -> Vec<Table> {
    let level = words.level;
    let groups: Vec<&SurvivalGroup> = result.groups.iter().chain([&result.overall]).collect();
    let mut grids = vec![medians(&groups, words)];
    grids.extend(quantiles(&groups, level));
    grids.extend(at_times(&groups, level));
    grids.extend(restricted_means(&groups, result, level));
    grids.extend(tests(result));
    let guard = result.immortal_time.iter();
    grids.extend(guard.flat_map(|found| immortal_time(found, level)));
    grids
}

/// Survival from landmarks on, and the hazard with the exposure switching on.
fn immortal_time(found: &ImmortalTime, level: Level) -> Vec<Table> {
    let mut landmarks = Table::new(
        format!(
            "Survival from a landmark on, by {} until then",
            found.exposure
        ),
        &[
            ("landmark", Role::Number),
            ("group", Role::Group),
            ("cases", Role::Count),
            ("events", Role::Count),
            ("median from there", Role::Estimate),
            ("CI", Role::Interval(Some(level))),
            ("log-rank P", Role::P),
            ("by permutation", Role::P),
            ("gone before", Role::Count),
        ],
    );
    for landmark in &found.landmarks {
        let test = match &landmark.test {
            Ok(test) => p_value(test.p_value),
            Err(why) => format!("none: {why}").into(),
        };
        let permuted = match &landmark.permutation {
            Some(Ok(test)) => p_value(test.p_value),
            _ => Cell::default(),
        };
        for curve in &landmark.curves {
            let median = curve.median();
            landmarks.push(row![
                plain(landmark.time),
                curve.group().unwrap_or("all").to_owned(),
                curve.n(),
                curve.events(),
                months(median.time),
                open_interval(&median.interval),
                test.clone(),
                permuted.clone(),
                landmark.gone,
            ]);
        }
        if landmark.curves.is_empty() {
            let none = Cell::default;
            let (time, gone) = (plain(landmark.time), landmark.gone.to_string());
            landmarks.push(row![
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
    let mut hazard = Table::new(
        format!(
            "Hazard with {0}, from when it began, over that without {0}",
            found.exposure
        ),
        &[
            ("method", Role::Text),
            ("hazard ratio", Role::Estimate),
            ("CI", Role::Interval(Some(level))),
            ("P", Role::P),
        ],
    );
    match &found.switching {
        Switching::Fit(fit) => {
            for c in &fit.coefficients {
                hazard.push(row![
                    "Cox regression, start-stop".to_owned(),
                    significant(c.hazard_ratio),
                    significant_interval(Some(c.interval.lower), Some(c.interval.upper)),
                    p_value(c.p_value),
                ]);
            }
        }
        Switching::Penalised(fit) => {
            for c in &fit.coefficients {
                hazard.push(row![
                    "Firth's Cox regression, start-stop".to_owned(),
                    significant(c.hazard_ratio),
                    significant_interval(c.interval.lower, c.interval.upper),
                    p_value(c.likelihood_ratio.p_value),
                ]);
            }
        }
        Switching::Refused(why) => {
            hazard.push(row![
                format!("none: {why}"),
                Cell::default(),
                Cell::default(),
                Cell::default(),
            ]);
        }
    }
    let landmarks = Some(landmarks).filter(|grid| !grid.rows.is_empty());
    landmarks.into_iter().chain([hazard]).collect()
}

fn medians(groups: &[&SurvivalGroup], words: &Words<'_>) -> Table {
    let level = words.level;
    let median = words
        .time
        .map_or_else(|| "median".to_owned(), |unit| format!("median, {unit}"));
    let mut grid = Table::new(
        "Median",
        &[
            ("group", Role::Group),
            ("cases", Role::Count),
            ("events", Role::Count),
            ("censored", Role::Count),
            (&median, Role::Estimate),
            ("CI", Role::Interval(Some(level))),
            ("median follow-up", Role::Estimate),
        ],
    );
    for group in groups {
        let (n, events) = (group.curve.n(), group.curve.events());
        grid.push(row![
            group.label.clone(),
            n,
            events,
            n - events,
            months(group.median.time),
            open_interval(&group.median.interval),
            months(group.follow_up.time),
        ]);
    }
    grid
}

fn quantiles(groups: &[&SurvivalGroup], level: Level) -> Option<Table> {
    let mut grid = Table::new(
        "Quantiles",
        &[
            ("group", Role::Group),
            ("fraction with the event", Role::Number),
            ("time", Role::Number),
            ("CI", Role::Interval(Some(level))),
        ],
    );
    for group in groups {
        for quantile in &group.quantiles {
            grid.push(row![
                group.label.clone(),
                exactly(quantile.probability),
                months(quantile.time),
                open_interval(&quantile.interval),
            ]);
        }
    }
    (!grid.rows.is_empty()).then_some(grid)
}

fn at_times(groups: &[&SurvivalGroup], level: Level) -> Option<Table> {
    let mut grid = Table::new(
        "Survival at given times",
        &[
            ("group", Role::Group),
            ("time", Role::Number),
            ("at risk", Role::Count),
            ("survival, %", Role::Estimate),
            ("CI", Role::Interval(Some(level))),
        ],
    );
    for group in groups {
        for (time, found) in &group.at {
            grid.push(match found {
                Some(found) => row![
                    &group.label,
                    Cell::number(*time, plain(*time)),
                    found.at_risk,
                    percent(found.survival),
                    found
                        .interval
                        .as_ref()
                        .map_or_else(Cell::default, percent_interval),
                ],
                None => row![
                    &group.label,
                    Cell::number(*time, plain(*time)),
                    Cell::count(0),
                    "beyond the follow-up",
                    Cell::default(),
                ],
            });
        }
    }
    (!grid.rows.is_empty()).then_some(grid)
}

fn restricted_means(
    groups: &[&SurvivalGroup],
    result: &SurvivalResult,
    level: Level,
) -> Vec<Table> {
    let mut grid = Table::new(
        "Restricted mean",
        &[
            ("group", Role::Group),
            ("up to", Role::Number),
            ("mean", Role::Estimate),
            ("standard error", Role::Number),
            ("CI", Role::Interval(Some(level))),
        ],
    );
    for group in groups {
        if let Ok(mean) = &group.restricted_mean {
            grid.push(row![
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
        let mut grid = Table::new(
            &caption,
            &[
                ("", Role::Text),
                ("estimate", Role::Estimate),
                ("CI", Role::Interval(Some(level))),
                ("P", Role::P),
            ],
        );
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
            grid.push(row![
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

fn tests(result: &SurvivalResult) -> Option<Table> {
    let mut tests = Table::new(
        "Comparison of groups",
        &[
            ("test", Role::Text),
            ("chi-squared", Role::Number),
            ("df", Role::Number),
            ("P", Role::P),
        ],
    );
    if let Some(Ok(test)) = &result.logrank {
        tests.push(row![
            test.weights.to_string(),
            decimal(test.statistic),
            test.degrees_of_freedom,
            p_value(test.p_value),
        ]);
    }
    if let Some(Ok(test)) = &result.permutation {
        tests.push(row![
            format!("{}, {}", test.weights.to_string(), test.method),
            decimal(test.statistic),
            Cell::default(),
            p_value(test.p_value),
        ]);
    }
    if let Some(Ok(trend)) = &result.trend {
        let test = &trend.test;
        tests.push(row![
            format!(
                "{}, trend, {}",
                test.weights.to_string(),
                group_scores(&trend.group_scores)
            ),
            decimal(test.statistic),
            test.degrees_of_freedom,
            p_value(test.p_value),
        ]);
        if let Some(test) = &trend.permutation {
            tests.push(row![
                format!("trend, {} permutations", test.draws),
                decimal(test.statistic),
                Cell::default(),
                p_value(test.p_value),
            ]);
        }
    }
    (!tests.rows.is_empty()).then_some(tests)
}
