//! Response rates.

use super::{Comparison, ResponseGroup, ResponseRates};
use crate::document::cells::row;
use crate::document::cells::{both_intervals, p_value, rate};
use crate::document::{Cell, Column, Role, Table};

pub(super) fn response(rates: &ResponseRates, unit: &str) -> Vec<Table> {
    let units = format!("{unit}s");
    let interval = "95 % CI, exact (Wilson)";
    let mut grid = Table::new(
        "Response rates",
        &[
            ("group", Role::Group),
            (&units, Role::Count),
            ("objective response", Role::Estimate),
            (interval, Role::Interval(None)),
            ("disease control", Role::Estimate),
            (interval, Role::Interval(None)),
            ("objective response, words as they stand", Role::Estimate),
            ("disease control, words as they stand", Role::Estimate),
        ],
    );
    let mut row = |group: &ResponseGroup| {
        grid.push(row![
            group.label.clone(),
            group.units,
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
    let mut counts = Table::new("Best overall response", &[("category or word", Role::Text)]);
    let groups: Vec<&ResponseGroup> = rates.groups.iter().chain([&rates.overall]).collect();
    let of_groups = groups
        .iter()
        .map(|group| Column::new(&group.label, Role::Count));
    counts.columns.extend(of_groups);
    for code in rates.overall.counts.keys() {
        let cells = groups
            .iter()
            .map(|g| Cell::from(g.counts.get(code).copied().unwrap_or(0)));
        counts
            .rows
            .push(row![code.clone()].into_iter().chain(cells).collect());
    }
    let mut grids = vec![grid, counts];
    if let Some(comparison) = &rates.comparison {
        let mut test = Table::new(
            "Comparison of groups",
            &[("test", Role::Text), ("P", Role::P)],
        );
        match comparison {
            Comparison::Exact { p_value: p, groups } => {
                let name = if *groups == 2 {
                    "Fisher's exact"
                } else {
                    "Fisher-Freeman-Halton exact"
                };
                test.push(row![name.to_owned(), p_value(*p)]);
            }
            Comparison::None(why) => test.push(row![format!("none: {why}"), Cell::default()]),
        }
        grids.push(test);
    }
    grids
}
