//! Survival, time on treatment and adverse events, worked out by hand.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{left_out, map, reason, result, rows};

/// Months, at risk, events and survival of each step with an event.
fn steps(result: &Value) -> Vec<(f64, u64, u64, f64)> {
    let curve = &result["result"]["overall"]["curve"];
    let column = |name: &str| curve[name].as_array().expect("a column");
    let (times, at_risk) = (column("time"), column("at_risk"));
    let (events, survival) = (column("events"), column("survival"));
    (0..times.len())
        .map(|step| {
            (
                times[step].as_f64().expect("a time"),
                at_risk[step].as_u64().expect("a number at risk"),
                events[step].as_u64().expect("events"),
                survival[step].as_f64().expect("survival"),
            )
        })
        .filter(|step| step.2 > 0)
        .collect()
}

#[track_caller]
fn same(found: &[(f64, u64, u64, f64)], expected: &[(f64, u64, u64, f64)]) {
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for (found, expected) in found.iter().zip(expected) {
        assert_eq!(
            (found.0, found.1, found.2),
            (expected.0, expected.1, expected.2)
        );
        assert!(
            (found.3 - expected.3).abs() < 1e-12,
            "{found:?} {expected:?}"
        );
    }
}

#[test]
fn overall_survival() {
    let found = result("survival/overall", &[]);
    same(
        &steps(&found),
        &[
            (2.0, 6, 1, 5.0 / 6.0),
            (6.0, 5, 1, 4.0 / 6.0),
            (9.0, 3, 1, 4.0 / 9.0),
        ],
    );
    assert_eq!(found["result"]["overall"]["median"]["time"], json!(9.0));
    assert_eq!(left_out(&found), ["case-5", "case-8"]);
    assert!(reason(&found, "case-5").contains("not reported"));
    let from_drug = result(
        "survival/overall",
        &[("counted_from", "first dose of crizotinib")],
    );
    same(
        &steps(&from_drug),
        &[(2.0, 5, 1, 0.8), (6.0, 4, 1, 0.6), (9.0, 2, 1, 0.3)],
    );
    assert_eq!(from_drug["result"]["overall"]["median"]["time"], json!(9.0));
}

#[test]
fn progression_free_survival_and_time_on_treatment() {
    let found = result("survival/progression-free", &[]);
    same(
        &steps(&found),
        &[
            (2.0, 7, 1, 6.0 / 7.0),
            (3.0, 6, 1, 5.0 / 7.0),
            (4.0, 5, 1, 4.0 / 7.0),
            (5.0, 4, 1, 3.0 / 7.0),
            (8.0, 2, 1, 3.0 / 14.0),
        ],
    );
    assert_eq!(found["result"]["overall"]["median"]["time"], json!(5.0));
    assert_eq!(left_out(&found), ["case-8"]);
    let found = result("survival/time-on-treatment", &[]);
    same(
        &steps(&found),
        &[
            (2.0, 5, 1, 0.8),
            (3.0, 4, 1, 0.6),
            (8.0, 2, 1, 0.3),
            (12.0, 1, 1, 0.0),
        ],
    );
    assert_eq!(found["result"]["overall"]["median"]["time"], json!(8.0));
    assert_eq!(left_out(&found), ["case-2", "case-5", "case-8"]);
}

fn terms(result: &Value) -> BTreeMap<String, String> {
    let terms = result["result"]["terms"].as_array().expect("terms");
    terms
        .iter()
        .map(|term| {
            let cases: Vec<String> = serde_json::from_value(term["cases"].clone()).expect("cases");
            (
                term["term"].as_str().expect("a term").to_owned(),
                cases.join(" "),
            )
        })
        .collect()
}

#[test]
fn adverse_events() {
    let events = result("safety/events", &[]);
    assert_eq!(
        (&events["result"]["exposed"], &events["result"]["informed"]),
        (&json!(8), &json!(4))
    );
    assert_eq!(
        events["counted"],
        json!(["case-1", "case-3", "case-4", "case-6"])
    );
    assert_eq!(
        terms(&events),
        map([
            ("nausea", "case-1"),
            ("transaminase increased", "case-1"),
            ("visual disturbance", "case-4"),
            ("pneumonitis", "case-6"),
        ])
    );
    assert_eq!(events["result"]["without_event"], json!(["case-3"]));
    let changes = result("safety/leading-to-change", &[]);
    assert_eq!(
        terms(&changes),
        map([
            ("transaminase increased", "case-1"),
            ("pneumonitis", "case-6")
        ])
    );
    assert_eq!(
        changes["result"]["without_event"],
        json!(["case-3", "case-4"])
    );
    assert_eq!(left_out(&changes).len(), 4);
    let fatal = result("safety/fatal", &[]);
    assert_eq!(terms(&fatal), map([("pneumonitis", "case-6")]));
    let without = json!(["case-1", "case-2", "case-3", "case-4", "case-5", "case-7"]);
    assert_eq!(fatal["result"]["without_event"], without);
    assert_eq!(left_out(&fatal), ["case-8"]);
    let grades = rows("safety/by-grade");
    assert!(!grades.is_empty());
}
