//! Courses that reports follow for different lengths of time.

use super::*;

const FIRST_DOSE: &str = "counted_from=first dose";

/// Status and months that are taken of follow-up reports, and how these differ.
fn follow_up(rows: &[(&str, &[&str])]) -> (String, String) {
    let reports: Vec<Report> = rows
        .iter()
        .map(|(source, cells)| {
            let (source, certainty) = source.split_once(' ').unwrap_or((source, "stated"));
            row(FactSheet::follow_up(), source, "text", certainty, cells)
        })
        .collect();
    let found = weighed(&reports, &[]);
    let of = |name| taken(&found, FactSheet::follow_up(), name);
    let differ = difference(&found, FactSheet::follow_up(), "status");
    let differ = if differ.is_empty() {
        difference(&found, FactSheet::follow_up(), "months")
    } else {
        differ
    };
    (format!("{} at {}", of("status"), of("months")), differ)
}

#[test]
fn a_later_report_follows_the_same_course() {
    let latest = "fit: the latest of one course";
    let alive: (&str, &[&str]) = ("full", &["status=alive-disease", "months=12", FIRST_DOSE]);
    let dead: (&str, &[&str]) = ("review", &["status=dead-disease", "months=30", FIRST_DOSE]);
    assert_eq!(
        follow_up(&[alive, dead]),
        words("dead-disease at 30", latest)
    );
    assert_eq!(
        follow_up(&[dead, alive]),
        words("dead-disease at 30", latest)
    );
    assert_eq!(
        follow_up(&[
            alive,
            ("review", &["status=alive-ned", "months=24", FIRST_DOSE])
        ]),
        words("alive-ned at 24", latest)
    );
    // Twice in one source, and with its own certainty.
    assert_eq!(
        follow_up(&[
            alive,
            (
                "full derived",
                &["status=dead-disease", "months=30", FIRST_DOSE]
            )
        ]),
        words("dead-disease (derived) at 30 (derived)", latest)
    );
    // Weak never.
    let (taken, _) = follow_up(&[
        alive,
        (
            "full weak",
            &["status=dead-disease", "months=30", FIRST_DOSE],
        ),
    ]);
    assert_eq!(taken, "alive-disease at 12");
}

#[test]
fn alive_after_death_is_a_contradiction() {
    let dead: (&str, &[&str]) = ("full", &["status=dead", "months=9", FIRST_DOSE]);
    let alive =
        |source| -> (&str, &[&str]) { (source, &["status=alive", "months=24", FIRST_DOSE]) };
    assert_eq!(
        follow_up(&[dead, alive("review")]),
        words("dead at 9", "conflict: better-read, closer source")
    );
    assert_eq!(
        follow_up(&[dead, alive("full-2")]),
        words(
            "none: conflicting reports at none: conflicting reports",
            "conflict: unresolved"
        )
    );
    // A third report of an earlier time is not the last status.
    let (taken, _) = follow_up(&[
        dead,
        alive("full-2"),
        ("full-3", &["status=alive", "months=3", FIRST_DOSE]),
    ]);
    assert_eq!(
        taken,
        "none: conflicting reports at none: conflicting reports"
    );
    // Of one time there is one status.
    assert_eq!(
        follow_up(&[
            ("full", &["status=alive-ned", "months=12", FIRST_DOSE]),
            ("full-2", &["status=alive-disease", "months=12", FIRST_DOSE]),
        ])
        .1,
        "conflict: unresolved"
    );
}

#[test]
fn death_comes_once() {
    let dead = |source, cells: &'static [&'static str]| -> (&str, &[&str]) { (source, cells) };
    let at_9 = dead("full", &["status=dead", "months=9", FIRST_DOSE]);
    // Cause and time of one event, each where it is told.
    assert_eq!(
        follow_up(&[at_9, dead("review", &["status=dead-disease"])]).0,
        "dead-disease at 9"
    );
    assert_eq!(
        follow_up(&[
            at_9,
            dead("review", &["status=dead-disease", "months=9.4", FIRST_DOSE])
        ])
        .0,
        "dead-disease at 9.4"
    );
    let (taken, _) = follow_up(&[
        at_9,
        dead("full-2", &["status=dead-disease", "months=12", FIRST_DOSE]),
    ]);
    assert_eq!(taken, "dead-disease at none: conflicting reports");
    assert_eq!(
        follow_up(&[
            at_9,
            dead("review", &["status=dead", "months=12", FIRST_DOSE])
        ]),
        words("dead at 9", "conflict: better-read, closer source")
    );
    // All say that the patient died: that is kept.
    assert_eq!(
        follow_up(&[
            dead("full", &["status=dead-disease"]),
            dead("full-2", &["status=dead-toxicity"]),
            dead("review", &["status=dead"]),
        ]),
        words("dead at none: not reported", "conflict: unresolved")
    );
}

#[test]
fn months_of_one_report_never_go_with_the_status_of_another() {
    let no_time = "none: no time stated for what is taken";
    // Alive at 12, and dead at an unknown time: never dead at 12.
    assert_eq!(
        follow_up(&[
            ("full", &["status=alive", "months=12", FIRST_DOSE]),
            ("review", &["status=dead"]),
        ])
        .0,
        format!("dead at {no_time}")
    );
    // A follow-up of 24 months without a status says nothing of the time of another's status.
    assert_eq!(
        follow_up(&[
            ("full", &["status=alive-ned"]),
            ("review", &["months=24", FIRST_DOSE])
        ])
        .0,
        format!("alive-ned at {no_time}")
    );
    assert_eq!(
        follow_up(&[("review", &["months=24", FIRST_DOSE])]).0,
        "none: source not read in full at 24"
    );
    // The same status at a time says more than without one.
    assert_eq!(
        follow_up(&[
            ("full", &["status=alive"]),
            ("review", &["status=alive", "months=24"])
        ])
        .0,
        "alive at 24"
    );
}

#[test]
fn rows_of_one_source_are_laid_together() {
    // Months that are derived from dates stand in a row of their own.
    assert_eq!(
        follow_up(&[
            ("review", &["status=dead-toxicity"]),
            ("review derived", &["months=4", FIRST_DOSE]),
        ])
        .0,
        "dead-toxicity at 4 (derived)"
    );
    let found = weighed(
        &[
            row(
                FactSheet::follow_up(),
                "full",
                "text",
                "stated",
                &["status=alive-ned", "months=24"],
            ),
            row(
                FactSheet::follow_up(),
                "full",
                "text",
                "derived",
                &["counted_from=restart"],
            ),
        ],
        &[],
    );
    assert_eq!(
        taken(&found, FactSheet::follow_up(), "counted_from"),
        "restart (derived)"
    );
}

#[test]
fn times_from_different_moments_do_not_compare() {
    let first: (&str, &[&str]) = ("full", &["status=alive-ned", "months=12", FIRST_DOSE]);
    let other = |source| -> (&str, &[&str]) {
        (
            source,
            &[
                "status=alive-disease",
                "months=30",
                "counted_from=diagnosis",
            ],
        )
    };
    assert_eq!(
        follow_up(&[first, other("review")]),
        words("alive-ned at 12", "fit: better-read, closer source")
    );
    let unknown = "none: times of different reports do not compare";
    assert_eq!(
        follow_up(&[first, other("full-2")]),
        words(&format!("{unknown} at {unknown}"), "fit: unresolved")
    );
    // The status that both give is kept.
    assert_eq!(
        follow_up(&[
            first,
            (
                "full-2",
                &["status=alive-ned", "months=30", "counted_from=diagnosis"]
            )
        ])
        .0,
        format!("alive-ned at {unknown}")
    );
    // Death is final, from wherever the months are counted, unless it is only inferred.
    let dead = |source| -> (&str, &[&str]) { (source, &["status=dead", "months=30"]) };
    assert_eq!(
        follow_up(&[first, dead("review")]),
        words(
            "dead at 30",
            "fit: an end is final, though the times do not compare"
        )
    );
    assert_eq!(
        follow_up(&[first, dead("review derived")]).0,
        "alive-ned at 12"
    );
}

/// State and time that are taken of a course of treatment rows, and how the times differ.
fn treatment(columns: [&str; 2], rows: &[(&str, &str, &str)]) -> (String, String) {
    let sheet = FactSheet::treatments();
    let reports: Vec<Report> = rows
        .iter()
        .map(|(source, state, time)| {
            let cells: Vec<String> = columns
                .iter()
                .zip([state, time])
                .filter(|(_, text)| !text.is_empty())
                .map(|(name, text)| format!("{name}={text}"))
                .collect();
            let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
            row(sheet, source, "text", "stated", &cells)
        })
        .collect();
    let found = weighed(&reports, &[]);
    let [state, time] = columns.map(|name| taken(&found, sheet, name));
    let [one, other] = columns.map(|name| difference(&found, sheet, name));
    (
        format!("{state} at {time}"),
        if one.is_empty() { other } else { one },
    )
}

#[test]
fn progression_grows_too() {
    let found = |rows| treatment(["progressed", "pfs_months"], rows);
    let latest = "fit: the latest of one course";
    assert_eq!(
        found(&[("full", "no", "6"), ("review", "yes", "12")]),
        words("yes at 12", latest)
    );
    assert_eq!(
        found(&[("full", "no", "6"), ("review", "no", "12")]),
        words("no at 12", latest)
    );
    assert_eq!(
        found(&[("full", "yes", "6"), ("review", "no", "12")]),
        words("yes at 6", "conflict: better-read, closer source")
    );
    assert_eq!(
        found(&[("full", "yes", "6"), ("full-2", "yes", "12")]),
        words("yes at none: conflicting reports", "conflict: unresolved")
    );
    assert_eq!(
        found(&[("full", "no", "6"), ("review", "yes", "")]).0,
        "yes at none: no time stated for what is taken"
    );
}

#[test]
fn treatment_goes_on() {
    let found = |rows| treatment(["stop_reason", "duration_months"], rows);
    assert_eq!(
        found(&[("full", "ongoing", "12"), ("review", "toxicity", "30")]).0,
        "toxicity at 30"
    );
    assert_eq!(
        found(&[("full", "ongoing", "12"), ("review", "toxicity", "")]).0,
        "toxicity at none: no time stated for what is taken"
    );
    // A length of treatment says nothing of whether it goes on.
    assert_eq!(
        found(&[("full", "toxicity", ""), ("review", "", "8")]).0,
        "toxicity at 8"
    );
    assert_eq!(
        found(&[("full", "toxicity", "8"), ("full-2", "", "10")]),
        words(
            "toxicity at none: conflicting reports",
            "conflict: unresolved"
        )
    );
}
