//! Proportions with their intervals and differences.

use super::{GroupComparison, Proportions};
use crate::document::Grid;
use crate::document::numbers::{percent, percent_interval, ratio, ratio_interval};
use crate::kinds::sides::{Sides, sides};

pub(super) fn proportion(result: &Proportions) -> Vec<Grid> {
    let methods = &result.overall.intervals;
    let mut grid = Grid::new("Proportions", &["group", "events", "cases", "%"]);
    grid.headings
        .extend(methods.iter().map(|interval| interval.method.to_string()));
    for group in result.groups.iter().chain([&result.overall]) {
        let start = [
            group.group.clone(),
            group.events.to_string(),
            group.n.to_string(),
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
    grids.extend(result.comparisons.iter().map(comparison));
    grids
}

fn comparison(comparison: &GroupComparison) -> Grid {
    let Sides { first, second, key } = sides(&comparison.group, &comparison.reference);
    let caption = match key.as_str() {
        "" => format!("{} against {}", comparison.group, comparison.reference),
        key => format!("Comparison{key}"),
    };
    let mut grid = Grid::new(&caption, &["measure", "estimate", "CI", "P"]).with_intervals(&["CI"]);
    let none = String::new;
    let difference = &comparison.risk_difference;
    for interval in [&difference.miettinen_nurminen, &difference.newcombe] {
        grid.push([
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
        grid.push([
            format!("risk ratio, {first} over {second}, {}", interval.method),
            ratio(risk.estimate, "undefined"),
            ratio_interval(interval),
            none(),
        ]);
    }
    match &comparison.tests {
        Some(tests) => grid.rows.extend(crate::kinds::contingency::two_by_two(
            tests, &first, &second,
        )),
        None => grid.push([
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
