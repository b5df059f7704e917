//! Proportions with their intervals and differences.

use super::{GroupComparison, Proportions};
use crate::document::cells::row;
use crate::document::cells::{percent, percent_interval, ratio, ratio_interval};
use crate::document::{Cell, Column, Role, Table};
use crate::kinds::contingency::two_by_two;
use crate::kinds::sides::{Sides, sides};
use crate::stats::estimate::Level;

pub(super) fn proportion(result: &Proportions, level: Level) -> Vec<Table> {
    let methods = &result.overall.intervals;
    let mut grid = Table::new(
        "Proportions",
        &[
            ("group", Role::Group),
            ("events", Role::Count),
            ("cases", Role::Count),
            ("%", Role::Estimate),
        ],
    );
    let intervals = methods.iter().map(|interval| interval.method.to_string());
    let intervals = intervals.map(|method| Column::new(method, Role::Interval(None)));
    grid.columns.extend(intervals);
    for group in result.groups.iter().chain([&result.overall]) {
        let start = row![
            group.group.clone(),
            group.events,
            group.n,
            percent(group.estimate),
        ];
        grid.rows.push(
            start
                .into_iter()
                .chain(group.intervals.iter().map(percent_interval))
                .collect(),
        );
    }
    let mut grids = vec![grid];
    let comparisons = result.comparisons.iter();
    grids.extend(comparisons.map(|found| comparison(found, level)));
    grids
}

fn comparison(comparison: &GroupComparison, level: Level) -> Table {
    let Sides { first, second, key } = sides(&comparison.group, &comparison.reference);
    let caption = match key.as_str() {
        "" => format!("{} against {}", comparison.group, comparison.reference),
        key => format!("Comparison{key}"),
    };
    let mut grid = Table::new(
        &caption,
        &[
            ("measure", Role::Text),
            ("estimate", Role::Estimate),
            ("CI", Role::Interval(Some(level))),
            ("P", Role::P),
        ],
    );
    let none = Cell::default;
    let difference = &comparison.risk_difference;
    for interval in [&difference.miettinen_nurminen, &difference.newcombe] {
        grid.push(row![
            format!(
                "risk difference, {first} minus {second}, points, {}",
                interval.method
            ),
            percent(difference.estimate),
            percent_interval(interval),
            none(),
        ]);
    }
    let risk = &comparison.risk_ratio;
    for interval in [&risk.miettinen_nurminen, &risk.wald_log] {
        grid.push(row![
            format!("risk ratio, {first} over {second}, {}", interval.method),
            ratio(risk.estimate, "undefined"),
            ratio_interval(interval),
            none(),
        ]);
    }
    match &comparison.tests {
        Some(tests) => {
            for row in two_by_two(tests, &first, &second) {
                grid.push(row);
            }
        }
        None => grid.push(row![
            format!(
                "no test: {}",
                comparison.no_tests.as_deref().unwrap_or_default()
            ),
            none(),
            none(),
            none(),
        ]),
    }
    grid
}
