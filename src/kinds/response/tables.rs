//! Response rates.

use super::{Comparison, ResponseGroup, ResponseRates};
use crate::document::Grid;
use crate::document::numbers::{both_intervals, p_value, rate};

pub(super) fn response(rates: &ResponseRates, unit: &str) -> Vec<Grid> {
    let units = format!("{unit}s");
    let interval = "95 % CI, exact (Wilson)";
    let mut grid = Grid::new(
        "Response rates",
        &[
            "group",
            &units,
            "objective response",
            interval,
            "disease control",
            interval,
            "objective response, words as they stand",
            "disease control, words as they stand",
        ],
    );
    let mut row = |group: &ResponseGroup| {
        grid.push([
            group.label.clone(),
            group.units.to_string(),
            rate(group.objective.as_ref()),
            both_intervals(group.objective.as_ref()),
            rate(group.control.as_ref()),
            both_intervals(group.control.as_ref()),
            rate(group.objective_with_words.as_ref()),
            rate(group.control_with_words.as_ref()),
        ]);
    };
    rates.groups.iter().for_each(&mut row);
    row(&rates.overall);
    let mut counts = Grid::new("Best overall response", &["category or word"]);
    let groups: Vec<&ResponseGroup> = rates.groups.iter().chain([&rates.overall]).collect();
    counts
        .headings
        .extend(groups.iter().map(|group| group.label.clone()));
    for code in rates.overall.counts.keys() {
        let cells = groups
            .iter()
            .map(|g| g.counts.get(code).copied().unwrap_or(0).to_string());
        counts
            .rows
            .push([code.clone()].into_iter().chain(cells).collect());
    }
    let mut grids = vec![grid, counts];
    if let Some(comparison) = &rates.comparison {
        let mut test = Grid::new("Comparison of groups", &["test", "P"]);
        match comparison {
            Comparison::Exact { p_value: p, groups } => {
                let name = if *groups == 2 {
                    "Fisher's exact"
                } else {
                    "Fisher-Freeman-Halton exact"
                };
                test.push([name.to_owned(), p_value(*p)]);
            }
            Comparison::None(why) => test.push([format!("none: {why}"), String::new()]),
        }
        grids.push(test);
    }
    grids
}
