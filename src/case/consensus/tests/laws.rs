//! Laws of the consensus, on random reports of one episode and one follow-up.

use proptest::prelude::*;

use super::*;

const SOURCES: [&str; 9] = [
    "full", "full-2", "full-3", "abstract", "excerpt", "title", "review", "review-2", "database",
];
const RESPONSES: [&str; 7] = [
    "CR",
    "PR",
    "SD",
    "PD",
    "responded",
    "no-response",
    "disease-control",
];
const STATUSES: [&str; 6] = [
    "alive",
    "alive-ned",
    "alive-disease",
    "dead",
    "dead-disease",
    "dead-toxicity",
];

fn of_response() -> impl Strategy<Value = Report> {
    let certainty = prop::sample::select(vec!["stated", "stated", "derived", "weak"]);
    let locator = prop::sample::select(vec!["title", "abstract", "text"]);
    let source = prop::sample::select(SOURCES.to_vec());
    let response = prop::sample::select(RESPONSES.to_vec());
    (source, locator, certainty, response).prop_map(|(source, locator, certainty, response)| {
        let cell = format!("best_response={response}");
        row(
            FactSheet::treatments(),
            source,
            locator,
            certainty,
            &[&cell],
        )
    })
}

fn of_follow_up() -> impl Strategy<Value = Report> {
    let certainty = prop::sample::select(vec!["stated", "stated", "derived", "weak"]);
    let source = prop::sample::select(SOURCES.to_vec());
    let status = prop::option::weighted(0.9, prop::sample::select(STATUSES.to_vec()));
    let months = prop::option::of(prop::sample::select(vec!["6", "12", "12.4", "30"]));
    let moment = prop::option::of(prop::sample::select(vec!["diagnosis", "first dose"]));
    (source, certainty, status, months, moment).prop_map(
        |(source, certainty, status, months, moment)| {
            let cells = [
                status.map(|text| format!("status={text}")),
                months.map(|text| format!("months={text}")),
                moment.map(|text| format!("counted_from={text}")),
            ];
            let cells: Vec<&str> = cells.iter().flatten().map(String::as_str).collect();
            row(FactSheet::follow_up(), source, "text", certainty, &cells)
        },
    )
}

/// What is taken of each thing.
type TakenOfAll = Vec<Vec<Settled>>;
/// How reports of a column differ.
type Differ = (usize, bool, &'static str);

/// Everything that is taken, with how reports differ, but without the numbers of their rows.
fn outcome(reports: &[Report]) -> (TakenOfAll, Vec<Differ>) {
    let found = weighed(reports, &[]);
    let differ = found
        .differences
        .iter()
        .map(|found| (found.column, found.contradiction, found.resolution.words()));
    (found.things.values().cloned().collect(), differ.collect())
}

fn response_of(reports: &[Report]) -> Option<(String, bool)> {
    let column = FactSheet::treatments().column("best_response")?;
    match weighed(reports, &[])
        .things
        .into_values()
        .next()?
        .swap_remove(column)
    {
        Settled::Known {
            values, derived, ..
        } => Some((values[0].to_string(), derived)),
        Settled::Missing(_) => None,
    }
}

fn said(report: &Report) -> String {
    match &report.cells[0].1 {
        Reported::Values(values) => values[0].to_string(),
        _ => String::new(),
    }
}

fn covers(above: &str, below: &str) -> bool {
    Small.covers(Scheme::RESPONSE, above, below)
}

/// The months have no moment of their own; their source states one, and infers the same one.
#[test]
fn what_is_stated_and_inferred_is_stated_in_any_order() {
    let reports = [
        ("stated", ["status=alive-disease", "months=12.4"]),
        (
            "stated",
            ["status=alive-disease", "counted_from=first dose"],
        ),
        ("derived", ["status=dead", "counted_from=first dose"]),
    ]
    .map(|(certainty, cells)| {
        row(
            FactSheet::follow_up(),
            "review-2",
            "text",
            certainty,
            &cells,
        )
    });
    let [one, two, three] = reports.clone();
    let wanted = outcome(&reports).0;
    assert_eq!(outcome(&[one, three, two]).0, wanted);
    assert!(matches!(
        wanted[0][2],
        Settled::Known { derived: false, .. }
    ));
}

/// One row of a source states a time alone, the other derives it with the state.
#[test]
fn a_time_that_is_stated_and_derived_is_stated_in_any_order() {
    let reports = [
        ("stated", &["months=30"][..]),
        ("derived", &["status=alive-disease", "months=30"]),
    ]
    .map(|(certainty, cells)| row(FactSheet::follow_up(), "database", "text", certainty, cells));
    let [one, two] = reports.clone();
    let wanted = outcome(&reports).0;
    assert_eq!(outcome(&[two, one]).0, wanted);
    assert!(matches!(
        wanted[0][1],
        Settled::Known { derived: false, .. }
    ));
}

proptest! {
    #[test]
    fn the_order_of_reports_does_not_matter(
        (reports, mixed) in prop::collection::vec(of_response(), 1..7)
            .prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
    ) {
        prop_assert_eq!(outcome(&reports), outcome(&mixed));
    }

    #[test]
    fn nor_does_that_of_follow_up(
        (reports, mixed) in prop::collection::vec(of_follow_up(), 1..6)
            .prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
    ) {
        prop_assert_eq!(outcome(&reports).0, outcome(&mixed).0);
    }

    #[test]
    fn a_report_that_is_there_twice_changes_nothing(
        responses in prop::collection::vec(of_response(), 1..6),
        follow_ups in prop::collection::vec(of_follow_up(), 1..5),
        which in any::<prop::sample::Index>(),
    ) {
        for reports in [responses, follow_ups] {
            let mut twice = reports.clone();
            twice.push(reports[which.index(reports.len())].clone());
            prop_assert_eq!(outcome(&reports), outcome(&twice));
        }
    }

    #[test]
    fn what_the_least_source_says_after_others_changes_nothing(
        reports in prop::collection::vec(of_response(), 1..6),
    ) {
        if let Some((value, _)) = response_of(&reports) {
            let cell = format!("best_response={value}");
            let mut more = reports.clone();
            more.push(row(FactSheet::treatments(), "database", "row 9", "derived", &[&cell]));
            prop_assert_eq!(response_of(&reports), response_of(&more));
        }
    }

    #[test]
    fn a_value_is_taken_only_if_a_report_that_counts_gives_it(
        reports in prop::collection::vec(of_response(), 1..7),
    ) {
        if let Some((value, derived)) = response_of(&reports) {
            let mut giving = reports.iter().filter(|report| {
                said(report) == value && report.certainty != Certainty::Weak
            });
            prop_assert!(giving.clone().next().is_some());
            let stated = giving.any(|report| report.certainty == Certainty::Stated);
            prop_assert_eq!(stated, !derived);
        }
    }

    /// The best report is kept or made more precise, unless one of its own rank contradicts it.
    #[test]
    fn a_refinement_never_loses_what_the_best_report_says(
        best in prop::sample::select(RESPONSES.to_vec()),
        others in prop::collection::vec(of_response(), 0..6),
    ) {
        let others = others.into_iter().filter(|report| !report.source.starts_with("full"));
        let cell = format!("best_response={best}");
        let mut reports = vec![row(FactSheet::treatments(), "full", "text", "stated", &[&cell])];
        reports.extend(others);
        let (value, _) = response_of(&reports).expect("a value");
        prop_assert!(covers(best, &value), "{value} loses {best}");
    }

    /// A report that no other contradicts makes the value at least as precise as itself.
    #[test]
    fn what_nobody_contradicts_is_in_the_value(
        reports in prop::collection::vec(of_response(), 1..6),
    ) {
        let counts: Vec<&Report> =
            reports.iter().filter(|report| report.certainty != Certainty::Weak).collect();
        let fits = |one: &str, other: &str| covers(one, other) || covers(other, one);
        let agreed = counts.iter().all(|one| {
            counts.iter().all(|other| fits(&said(one), &said(other)))
        });
        if let (true, Some((value, _))) = (agreed, response_of(&reports)) {
            for report in counts {
                prop_assert!(covers(&said(report), &value));
            }
        }
    }

    /// The months that are taken are those of a report of the status that is taken, or of one source
    /// that has no other.
    #[test]
    fn status_and_months_come_from_one_source(
        reports in prop::collection::vec(of_follow_up(), 1..6),
    ) {
        let sheet = FactSheet::follow_up();
        let found = weighed(&reports, &[]);
        let Some(columns) = found.things.values().next() else { return Ok(()) };
        let cell = |report: &Report, column: usize| {
            let cell = report.cells.iter().find(|(index, _)| *index == column);
            cell.map(|(_, cell)| cell.clone())
        };
        let (status, months) = (sheet.column("status"), sheet.column("months"));
        let (Some(status), Some(months)) = (status, months) else { return Ok(()) };
        if let (Settled::Known { values: state, .. }, Settled::Known { values: time, .. }) =
            (&columns[status], &columns[months])
        {
            let one = reports.iter().any(|timed| {
                let at = cell(timed, months) == Some(Reported::Values(time.clone()));
                at && reports.iter().filter(|other| other.source == timed.source).any(|other| {
                    match cell(other, status) {
                        Some(Reported::Values(values)) => {
                            Small.covers(Scheme::STATUS, &values[0].to_string(), &state[0].to_string())
                        }
                        _ => false,
                    }
                })
            });
            prop_assert!(one);
        }
    }
}
