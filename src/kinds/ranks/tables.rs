//! Medians and tests by ranks.

use super::RanksResult;
use crate::document::Grid;
use crate::document::numbers::{decimal, p_value};
use crate::kinds::sides::sides;
use crate::stats::estimate::OpenInterval;

fn limits(interval: &OpenInterval) -> String {
    let limit = |value: Option<f64>| value.map_or_else(|| "none".to_owned(), decimal);
    format!("{}–{}", limit(interval.lower), limit(interval.upper))
}

pub(super) fn summary(result: &RanksResult) -> String {
    match (&result.rank_sum, &result.kruskal_wallis) {
        (Some(test), _) => format!("Mann-Whitney P {}", p_value(test.p_value)),
        (None, Some(test)) => format!("Kruskal-Wallis P {}", p_value(test.p_value)),
        (None, None) => format!("{} groups, no test", result.groups.len()),
    }
}

pub(super) fn ranks(result: &RanksResult) -> Vec<Grid> {
    let mut medians = Grid::new(
        "Quantiles",
        &["group", "cases", "fraction below", "value", "CI"],
    )
    .with_intervals(&["CI"]);
    for group in result.groups.iter().chain([&result.overall]) {
        for found in &group.quantiles {
            medians.push([
                group.group.clone(),
                found.n.to_string(),
                found.probability.to_string(),
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
    let mut tests = Grid::new(&caption, &["test", "value", "CI", "P"]).with_intervals(&["CI"]);
    if let Some(test) = &result.rank_sum {
        tests.push([
            format!("Mann-Whitney W, {}", test.method),
            test.statistic.to_string(),
            String::new(),
            p_value(test.p_value),
        ]);
        if let Some(exact) = &result.exact {
            tests.push([
                format!("Mann-Whitney W, {}", exact.method),
                exact.statistic.to_string(),
                String::new(),
                p_value(exact.p_value),
            ]);
        }
        tests.push([
            format!(
                "Hodges-Lehmann shift, {} minus {}",
                names.first, names.second
            ),
            decimal(test.shift.estimate),
            limits(&test.shift.interval),
            String::new(),
        ]);
    }
    if let (Some(test), None) = (&result.kruskal_wallis, &result.rank_sum) {
        tests.push([
            "Kruskal-Wallis".to_owned(),
            decimal(test.statistic),
            String::new(),
            p_value(test.p_value),
        ]);
    }
    if let Some(test) = &result.permutation {
        tests.push([
            format!("Kruskal-Wallis, {} permutations", test.draws),
            decimal(test.statistic),
            String::new(),
            p_value(test.p_value),
        ]);
    }
    let mut grids = vec![medians];
    if !tests.rows.is_empty() {
        grids.push(tests);
    }
    grids
}
