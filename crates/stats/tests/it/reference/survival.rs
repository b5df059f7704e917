//! Survival curves, what is read off them, and log-rank tests.

use casegraph_stats::factor::Factor;
use casegraph_stats::survival::{
    Band, Columns, Curve, CurveOptions, LogRankError, Outcome, Sample, Step, kaplan_meier,
    kaplan_meier_by_group, logrank,
};
use serde_json::Value;

use super::{
    CLOSED_FORM, SPECIAL_FUNCTION, count, fields, level, list, number, read, same, same_all, text,
};

pub(super) fn sample(case: &Value) -> Sample {
    let times: Vec<f64> = list(&case["time"]).iter().map(number).collect();
    let outcomes: Vec<Outcome> = list(&case["event"])
        .iter()
        .map(|event| (count(event) == 1).into())
        .collect();
    let groups = case["group"]
        .as_array()
        .map(|groups| Factor::new(groups.iter().map(text)));
    let columns = Columns::new(&times, &outcomes);
    groups
        .as_ref()
        .map_or(columns, |groups| columns.grouped(groups))
        .sample()
        .expect("valid")
}

fn band(name: &str) -> Band {
    match name {
        "plain" => Band::Plain,
        "log" => Band::Log,
        "log-log" => Band::LogLog,
        "logit" => Band::Logit,
        "arcsin" => Band::ArcSine,
        _ => panic!("unknown band {name}"),
    }
}

/// Compares everything about a curve; `estimate` makes it for given options.
fn same_curve(
    what: &str,
    estimate: impl Fn(CurveOptions) -> Curve,
    wanted: &Value,
    probabilities: &[Value],
) {
    for (name, limits) in fields(&wanted["bands"]) {
        let what = (what, name);
        let curve = estimate(CurveOptions {
            level: level(&wanted["level"]),
            band: band(name),
            ..CurveOptions::default()
        });
        let steps: Vec<Step> = curve.steps().collect();
        assert_eq!(curve.n() as u64, count(&wanted["n"]), "{what:?}");
        let counts = |of: fn(&Step) -> usize| {
            steps
                .iter()
                .map(move |s| Some(of(s) as f64))
                .collect::<Vec<_>>()
        };
        same_all(
            (what, "time"),
            steps.iter().map(|s| Some(s.time)),
            &wanted["time"],
            CLOSED_FORM,
        );
        same_all(
            (what, "at risk"),
            counts(|s| s.at_risk),
            &wanted["n_risk"],
            0.0,
        );
        same_all(
            (what, "events"),
            counts(|s| s.events),
            &wanted["n_event"],
            0.0,
        );
        same_all(
            (what, "censored"),
            counts(|s| s.censored),
            &wanted["n_censor"],
            0.0,
        );
        same_all(
            (what, "survival"),
            steps.iter().map(|s| Some(s.survival)),
            &wanted["survival"],
            CLOSED_FORM,
        );
        same_all(
            (what, "error"),
            steps.iter().map(|s| s.std_error),
            &wanted["std_error"],
            CLOSED_FORM,
        );
        same_all(
            (what, "lower"),
            steps.iter().map(|s| s.interval.map(|i| i.lower)),
            &limits["lower"],
            CLOSED_FORM,
        );
        same_all(
            (what, "upper"),
            steps.iter().map(|s| s.interval.map(|i| i.upper)),
            &limits["upper"],
            CLOSED_FORM,
        );
        let median = curve.median().interval;
        same_all(
            (what, "median"),
            [median.lower, median.upper],
            &limits["printed_median_limits"],
            CLOSED_FORM,
        );
        for (i, probability) in probabilities.iter().enumerate() {
            let found = curve.quantile(number(probability)).expect("valid");
            let what = (what, "quantile", probability);
            same(what, found.time, &wanted["quantile"][i], CLOSED_FORM);
            same(
                (what, "lower"),
                found.interval.lower,
                &limits["quantile_lower"][i],
                CLOSED_FORM,
            );
            same(
                (what, "upper"),
                found.interval.upper,
                &limits["quantile_upper"][i],
                CLOSED_FORM,
            );
        }
    }
}

#[test]
fn survival_curves() {
    let reference = read(include_str!("../../reference/survival.json"));
    let probabilities = list(&reference["probabilities"]);
    assert!(fields(&reference["samples"]).count() >= 14);
    for (name, case) in fields(&reference["samples"]) {
        let sample = sample(case);
        for wanted in list(&case["curves"]) {
            same_curve(
                name,
                |options| kaplan_meier(&sample, options),
                wanted,
                probabilities,
            );
        }
        for (group, label) in sample.groups().iter().enumerate() {
            let estimate = |options| {
                let curve = kaplan_meier_by_group(&sample, options).swap_remove(group);
                assert_eq!(curve.group(), Some(label.as_str()));
                curve
            };
            same_curve(name, estimate, &case["group_curves"][label], probabilities);
        }
    }
}

#[test]
fn readings_off_a_curve() {
    let reference = read(include_str!("../../reference/survival.json"));
    for (name, case) in fields(&reference["samples"]) {
        let curve = kaplan_meier(&sample(case), CurveOptions::default());
        let times: Vec<f64> = list(&case["read"]["times"]).iter().map(number).collect();
        let at_risk = curve.at_risk(&times).expect("valid times");
        same_all(
            name,
            at_risk.iter().map(|n| Some(*n as f64)),
            &case["read"]["n_risk"],
            0.0,
        );
        let survival = times.iter().map(|time| {
            curve
                .survival_at(*time)
                .expect("valid time")
                .map(|at| at.survival)
        });
        same_all(name, survival, &case["read"]["survival"], CLOSED_FORM);
    }
}

#[test]
fn logrank_tests() {
    let reference = read(include_str!("../../reference/survival.json"));
    let mut compared = 0;
    for (name, case) in fields(&reference["samples"]).filter(|(_, case)| !case["group"].is_null()) {
        let found = logrank(&sample(case));
        let wanted = &case["logrank"];
        if wanted.is_null() {
            assert_eq!(found, Err(LogRankError::NoVariance), "{name}");
            continue;
        }
        let found = found.unwrap_or_else(|error| panic!("{name}: {error}"));
        let labels: Vec<&str> = found
            .groups
            .iter()
            .map(|group| group.label.as_str())
            .collect();
        assert_eq!(
            labels,
            list(&wanted["groups"]).iter().map(text).collect::<Vec<_>>(),
            "{name}"
        );
        same_all(
            name,
            found.groups.iter().map(|g| Some(g.n as f64)),
            &wanted["n"],
            0.0,
        );
        same_all(
            name,
            found.groups.iter().map(|g| Some(g.observed as f64)),
            &wanted["observed"],
            0.0,
        );
        same_all(
            name,
            found.groups.iter().map(|g| Some(g.expected)),
            &wanted["expected"],
            CLOSED_FORM,
        );
        same(
            name,
            found.statistic,
            &wanted["chi_squared"],
            SPECIAL_FUNCTION,
        );
        same(name, found.p_value, &wanted["p"], SPECIAL_FUNCTION);
        assert_eq!(
            found.degrees_of_freedom as u64,
            count(&wanted["df"]),
            "{name}"
        );
        compared += 1;
    }
    assert!(compared >= 8, "only {compared} log-rank tests compared");
}
