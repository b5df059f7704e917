//! Cumulative incidences and Gray's test.

use casegraph_stats::competing_risks::{
    Causes, CumulativeIncidence, GrayOptions, IncidenceAt, IncidenceOptions, Sample, Variance,
    cumulative_incidence, cumulative_incidence_by_group, gray_test,
};
use casegraph_stats::factor::Factor;
use casegraph_stats::survival::Band;
use serde_json::Value;

use super::{
    CLOSED_FORM, SPECIAL_FUNCTION, count, fields, list, number, read, same, same_all, text,
};

/// Relative difference allowed to standard errors, which R sums over cases and here are carried
/// from time to time.
const SUMMED: f64 = 1e-11;

/// Relative difference allowed to Gray's statistic, whose covariance R sums in another order.
const SCORES: f64 = 1e-10;

fn sample(case: &Value, stratified: bool) -> Sample {
    let times: Vec<f64> = list(&case["time"]).iter().map(number).collect();
    let causes = list(&case["cause"]).iter().map(text);
    let causes = Causes::new(causes.map(|cause| (!cause.is_empty()).then_some(cause)));
    let factor = |name: &str| {
        let labels = case[name].as_array()?;
        Some(Factor::new(labels.iter().map(text)))
    };
    let strata = stratified.then(|| factor("stratum").expect("strata"));
    Sample::new(&times, &causes, factor("group").as_ref(), strata.as_ref()).expect("valid")
}

fn options(band: Band, variance: Variance) -> IncidenceOptions {
    IncidenceOptions {
        band,
        variance,
        ..Default::default()
    }
}

fn band(name: &str) -> Band {
    if name == "arcsin" {
        return Band::ArcSine;
    }
    name.parse().expect("a band")
}

/// The steps at the times of the reference, which leaves some out.
fn steps_at(curves: &CumulativeIncidence, times: &Value) -> Vec<IncidenceAt> {
    let steps: Vec<IncidenceAt> = curves.steps().collect();
    list(times)
        .iter()
        .map(|time| {
            let time = number(time);
            let near = |at: &&IncidenceAt| (at.time - time).abs() <= CLOSED_FORM * time;
            steps.iter().find(near).expect("a time of R").clone()
        })
        .collect()
}

fn same_curves(
    what: &str,
    estimate: impl Fn(IncidenceOptions) -> CumulativeIncidence,
    wanted: &Value,
) {
    let greenwood = estimate(IncidenceOptions::default());
    assert_eq!(greenwood.n() as u64, count(&wanted["n"]), "{what}");
    let steps = steps_at(&greenwood, &wanted["time"]);
    let each = |of: fn(&IncidenceAt) -> Option<f64>| steps.iter().map(of);
    same_all(
        (what, "at risk"),
        each(|at| Some(at.at_risk as f64)),
        &wanted["n_risk"],
        0.0,
    );
    same_all(
        (what, "event-free"),
        each(|at| Some(at.event_free_survival)),
        &wanted["event_free"],
        CLOSED_FORM,
    );
    for (at, error) in steps.iter().zip(list(&wanted["event_free_std_error"])) {
        if let Some(found) = at.event_free_std_error {
            same((what, "event-free error"), found, error, SUMMED);
        }
    }
    for (k, cause) in list(&wanted["causes"]).iter().enumerate() {
        let what = (what, text(&cause["cause"]));
        assert_eq!(greenwood.causes()[k].cause, what.1);
        same_all(
            what,
            steps.iter().map(|at| Some(at.causes[k].events as f64)),
            &cause["events"],
            0.0,
        );
        same_all(
            what,
            steps.iter().map(|at| Some(at.causes[k].estimate)),
            &cause["estimate"],
            CLOSED_FORM,
        );
        same_all(
            what,
            steps.iter().map(|at| Some(at.causes[k].std_error)),
            &cause["std_error"],
            SUMMED,
        );
        for (name, limits) in fields(&cause["bands"]) {
            let curves = estimate(options(band(name), Variance::Greenwood));
            for (i, at) in steps_at(&curves, &wanted["time"]).iter().enumerate() {
                let found = &at.causes[k];
                // R gives flat bands at 0, and arcsine and logit ones, without width, at 1.
                if found.estimate == 0.0 || found.estimate == 1.0 {
                    continue;
                }
                let interval = found.interval.expect("inside 0 and 1");
                same(
                    (what, name, i, "lower"),
                    interval.lower,
                    &limits["lower"][i],
                    SUMMED,
                );
                same(
                    (what, name, i, "upper"),
                    interval.upper,
                    &limits["upper"][i],
                    SUMMED,
                );
            }
        }
        if !cause["aalen_std_error"].is_null() {
            let aalen = estimate(options(Band::LogLog, Variance::Aalen));
            let aalen = steps_at(&aalen, &wanted["time"]);
            same_all(
                (what, "Aalen"),
                aalen.iter().map(|at| Some(at.causes[k].estimate)),
                &cause["aalen_estimate"],
                CLOSED_FORM,
            );
            same_all(
                (what, "Aalen"),
                aalen.iter().map(|at| Some(at.causes[k].std_error)),
                &cause["aalen_std_error"],
                SUMMED,
            );
        }
    }
}

#[test]
fn cumulative_incidences() {
    let reference = read(include_str!("../../reference/competing_risks.json"));
    assert!(fields(&reference["samples"]).count() >= 10);
    for (name, case) in fields(&reference["samples"]) {
        let sample = sample(case, false);
        same_curves(
            name,
            |options| cumulative_incidence(&sample, options),
            &case["whole"],
        );
        for (group, label) in sample.groups().iter().enumerate() {
            let estimate = |options| {
                let curves = cumulative_incidence_by_group(&sample, options).swap_remove(group);
                assert_eq!(curves.group(), Some(label.as_str()));
                curves
            };
            same_curves(name, estimate, &case["groups"][label]);
        }
    }
}

#[test]
fn gray_tests() {
    let reference = read(include_str!("../../reference/competing_risks.json"));
    let mut compared = 0;
    for (name, case) in fields(&reference["samples"]) {
        for wanted in case["gray"].as_array().into_iter().flatten() {
            let sample = sample(case, count(&wanted["stratified"]) == 1);
            let options = GrayOptions {
                rho: number(&wanted["rho"]),
            };
            let cause = text(&wanted["cause"]);
            let what = (name, cause, options.rho);
            let found = gray_test(&sample, cause, options)
                .unwrap_or_else(|error| panic!("{what:?}: {error}"));
            same(what, found.chi_squared, &wanted["chi_squared"], SCORES);
            // A relative error of the statistic weighs half of it times more in a small P value.
            let tolerance = SPECIAL_FUNCTION.max(SCORES * found.chi_squared);
            same(what, found.p_value, &wanted["p"], tolerance);
            assert_eq!(
                found.degrees_of_freedom as u64,
                count(&wanted["df"]),
                "{what:?}"
            );
            compared += 1;
        }
    }
    assert!(compared >= 50, "only {compared} tests compared");
}
