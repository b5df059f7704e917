//! Cumulative incidences and the tests between groups.

use super::CompetingRisksResult;
use crate::document::Grid;
use crate::document::numbers::{decimal, p_value, percent, percent_interval};
use crate::stats::digits::plain;

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

pub(super) fn competing_risks(result: &CompetingRisksResult) -> Vec<Grid> {
    let mut counts = Grid::new("Events", &["group", "cases", "censored"]);
    let causes = &result.overall.summary.causes;
    counts
        .headings
        .extend(causes.iter().map(|cause| cause.cause.clone()));
    let mut incidences = Grid::new(
        "Cumulative incidence",
        &[
            "group",
            "time",
            "at risk",
            "cause",
            "incidence, %",
            "standard error",
            "CI",
        ],
    )
    .with_intervals(&["CI"]);
    for group in result.groups.iter().chain([&result.overall]) {
        let summary = &group.summary;
        let start = [
            group.group.clone(),
            summary.n.to_string(),
            summary.censored.to_string(),
        ];
        let events = summary.causes.iter().map(|cause| cause.events.to_string());
        counts.rows.push(start.into_iter().chain(events).collect());
        for (time, at) in summary.times.iter().zip(&summary.at) {
            let Some(at) = at else {
                let beyond = "beyond the follow-up".to_owned();
                let none = String::new;
                let (group, time) = (group.group.clone(), plain(*time));
                incidences.push([group, time, "0".to_owned(), none(), beyond, none(), none()]);
                continue;
            };
            for cause in &at.causes {
                incidences.push([
                    group.group.clone(),
                    plain(at.time),
                    at.at_risk.to_string(),
                    cause.cause.clone(),
                    percent(cause.estimate),
                    percent(cause.std_error),
                    cause
                        .interval
                        .as_ref()
                        .map_or_else(String::new, percent_interval),
                ]);
            }
        }
    }
    let mut grids = vec![counts, incidences];
    let mut tests = Grid::new("Gray's test", &["cause", "chi-squared", "df", "P"]);
    for cause in &result.tests {
        if let Some(test) = &cause.test {
            tests.push([
                cause.cause.clone(),
                decimal(test.chi_squared),
                test.degrees_of_freedom.to_string(),
                p_value(test.p_value),
            ]);
        }
        if let Some(test) = &cause.permutation {
            tests.push([
                format!("{}, {} permutations", cause.cause, test.draws),
                decimal(test.chi_squared),
                String::new(),
                p_value(test.p_value),
            ]);
        }
    }
    if !tests.rows.is_empty() {
        grids.push(tests);
    }
    grids
}
