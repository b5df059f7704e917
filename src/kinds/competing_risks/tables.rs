//! Cumulative incidences and the tests between groups.

use super::CompetingRisksResult;
use crate::document::cells::row;
use crate::document::cells::{decimal, p_value, percent, percent_interval};
use crate::document::{Cell, Column, Role, Table};
use crate::stats::digits::plain;
use crate::stats::estimate::Level;

pub(super) fn summary(result: &CompetingRisksResult) -> String {
    let causes: Vec<String> = result
        .overall
        .summary
        .causes
        .iter()
        .map(|cause| format!("{} {}", cause.events, cause.cause))
        .collect();
    format!("{} cases: {}", result.overall.summary.n, causes.join(", "))
}

pub(super) fn competing_risks(result: &CompetingRisksResult, level: Level) -> Vec<Table> {
    let mut counts = Table::new(
        "Events",
        &[
            ("group", Role::Group),
            ("cases", Role::Count),
            ("censored", Role::Count),
        ],
    );
    let causes = &result.overall.summary.causes;
    let of_causes = causes
        .iter()
        .map(|cause| Column::new(&cause.cause, Role::Count));
    counts.columns.extend(of_causes);
    let mut incidences = Table::new(
        "Cumulative incidence",
        &[
            ("group", Role::Group),
            ("time", Role::Number),
            ("at risk", Role::Count),
            ("cause", Role::Text),
            ("incidence, %", Role::Estimate),
            ("standard error", Role::Number),
            ("CI", Role::Interval(Some(level))),
        ],
    );
    for group in result.groups.iter().chain([&result.overall]) {
        let summary = &group.summary;
        let start = row![group.group.clone(), summary.n, summary.censored,];
        let events = summary.causes.iter().map(|cause| Cell::from(cause.events));
        counts.rows.push(start.into_iter().chain(events).collect());
        for (time, at) in summary.times.iter().zip(&summary.at) {
            let Some(at) = at else {
                let beyond = "beyond the follow-up".to_owned();
                let none = Cell::default;
                let (group, time) = (group.group.clone(), Cell::number(*time, plain(*time)));
                incidences.push(row![
                    group,
                    time,
                    Cell::count(0),
                    none(),
                    beyond,
                    none(),
                    none()
                ]);
                continue;
            };
            for cause in &at.causes {
                incidences.push(row![
                    group.group.clone(),
                    Cell::number(at.time, plain(at.time)),
                    at.at_risk,
                    cause.cause.clone(),
                    percent(cause.estimate),
                    percent(cause.std_error),
                    cause
                        .interval
                        .as_ref()
                        .map_or_else(Cell::default, percent_interval),
                ]);
            }
        }
    }
    let mut grids = vec![counts, incidences];
    let mut tests = Table::new(
        "Gray's test",
        &[
            ("cause", Role::Text),
            ("chi-squared", Role::Number),
            ("df", Role::Number),
            ("P", Role::P),
        ],
    );
    for cause in &result.tests {
        if let Some(test) = &cause.test {
            tests.push(row![
                cause.cause.clone(),
                decimal(test.chi_squared),
                test.degrees_of_freedom,
                p_value(test.p_value),
            ]);
        }
        if let Some(test) = &cause.permutation {
            tests.push(row![
                format!("{}, {} permutations", cause.cause, test.draws),
                decimal(test.chi_squared),
                Cell::default(),
                p_value(test.p_value),
            ]);
        }
    }
    if !tests.rows.is_empty() {
        grids.push(tests);
    }
    grids
}
