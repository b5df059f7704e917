//! Medians and tests by ranks.

use super::RanksResult;
use crate::document::cells::row;
use crate::document::cells::{between, decimal, exactly, p_value};
use crate::document::numbers;
use crate::document::{Cell, Role, Table};
use crate::kinds::sides::{sides, table_of_tests};
use crate::stats::estimate::{Level, OpenInterval};

fn limits(interval: &OpenInterval) -> Cell {
    let limit = |value: Option<f64>| value.map_or_else(|| "none".to_owned(), numbers::decimal);
    let text = format!("{}–{}", limit(interval.lower), limit(interval.upper));
    between(interval.lower, interval.upper, text)
}

pub(super) fn summary(result: &RanksResult) -> String {
    match (&result.rank_sum, &result.kruskal_wallis) {
        (Some(test), _) => format!("Mann-Whitney P {}", numbers::p_value(test.p_value)),
        (None, Some(test)) => format!("Kruskal-Wallis P {}", numbers::p_value(test.p_value)),
        (None, None) => format!("{} groups, no test", result.groups.len()),
    }
}

pub(super) fn ranks(result: &RanksResult, level: Level) -> Vec<Table> {
    let mut medians = Table::new(
        "Quantiles",
        &[
            ("group", Role::Group),
            ("cases", Role::Count),
            ("fraction below", Role::Number),
            ("value", Role::Estimate),
            ("CI", Role::Interval(Some(level))),
        ],
    );
    for group in result.groups.iter().chain([&result.overall]) {
        for found in &group.quantiles {
            medians.push(row![
                group.group.clone(),
                found.n,
                exactly(found.probability),
                decimal(found.estimate),
                limits(&found.interval),
            ]);
        }
    }
    let names = match result.groups.as_slice() {
        [first, second] => sides(&first.group, &second.group),
        _ => sides("", ""),
    };
    let caption = format!("Comparison of groups{}", names.key);
    let mut tests = table_of_tests(&caption, level);
    if let Some(test) = &result.rank_sum {
        tests.push(row![
            format!("Mann-Whitney W, {}", test.method),
            exactly(test.statistic),
            Cell::default(),
            p_value(test.p_value),
        ]);
        if let Some(exact) = &result.exact {
            tests.push(row![
                format!("Mann-Whitney W, {}", exact.method),
                exactly(exact.statistic),
                Cell::default(),
                p_value(exact.p_value),
            ]);
        }
        tests.push(row![
            format!(
                "Hodges-Lehmann shift, {} minus {}",
                names.first, names.second
            ),
            decimal(test.shift.estimate),
            limits(&test.shift.interval),
            Cell::default(),
        ]);
    }
    if let (Some(test), None) = (&result.kruskal_wallis, &result.rank_sum) {
        tests.push(row![
            "Kruskal-Wallis".to_owned(),
            decimal(test.statistic),
            Cell::default(),
            p_value(test.p_value),
        ]);
    }
    if let Some(test) = &result.permutation {
        tests.push(row![
            format!("Kruskal-Wallis, {} permutations", test.draws),
            decimal(test.statistic),
            Cell::default(),
            p_value(test.p_value),
        ]);
    }
    let mut grids = vec![medians];
    if !tests.rows.is_empty() {
        grids.push(tests);
    }
    grids
}
