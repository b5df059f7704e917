//! The estimators against R. `tests/reference/` holds, for each file of numbers, the R script that
//! made it.

mod survival;

use std::fmt::Debug;

use casegraph::stats::contingency::{Cells, Continuity, Table, Table2x2};
use casegraph::stats::estimate::{Interval, Level, OpenInterval};
use casegraph::stats::proportion::Proportion;
use serde_json::Value;

/// Relative difference allowed where both sides evaluate a closed form or solve an equation to the
/// last digits.
const CLOSED_FORM: f64 = 1e-12;

/// Relative difference allowed to R's beta quantiles and hypergeometric probabilities, which rest
/// on log-gamma differences.
const SPECIAL_FUNCTION: f64 = 1e-11;

/// Relative difference allowed to the odds ratio of `fisher.test` itself, which stops looking after
/// about four digits of a number between 0 and 1, and so is worst for large ratios: 3 % off at
/// 3358.
const FISHER_TEST: f64 = 0.05;

/// Numbers smaller than this are rounding left over from a zero.
const ZERO: f64 = 1e-14;

fn read(text: &str) -> Value {
    serde_json::from_str(text).expect("reference file is JSON")
}

fn list(value: &Value) -> &[Value] {
    value
        .as_array()
        .map_or_else(|| panic!("not a list: {value}"), Vec::as_slice)
}

fn fields(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value
        .as_object()
        .unwrap_or_else(|| panic!("not an object: {value}"))
        .iter()
}

fn number(value: &Value) -> f64 {
    value
        .as_f64()
        .unwrap_or_else(|| panic!("not a number: {value}"))
}

fn count(value: &Value) -> u64 {
    value
        .as_u64()
        .unwrap_or_else(|| panic!("not a count: {value}"))
}

fn text(value: &Value) -> &str {
    value
        .as_str()
        .unwrap_or_else(|| panic!("not text: {value}"))
}

fn level(value: &Value) -> Level {
    Level::new(number(value)).expect("a valid level")
}

/// Fails unless `found` is `wanted`; a missing number must be missing in both.
#[track_caller]
fn same(what: impl Debug, found: impl Into<Option<f64>>, wanted: &Value, tolerance: f64) {
    match (found.into(), wanted.as_f64()) {
        (None, None) => {}
        (Some(found), Some(wanted)) => {
            let difference = (found - wanted).abs();
            assert!(
                difference <= tolerance * wanted.abs() + ZERO,
                "{what:?}: {found} here, {wanted} in R"
            );
        }
        (found, _) => panic!("{what:?}: {found:?} here, {wanted} in R"),
    }
}

#[track_caller]
fn same_all(
    what: impl Debug,
    found: impl IntoIterator<Item = Option<f64>>,
    wanted: &Value,
    tolerance: f64,
) {
    let found: Vec<_> = found.into_iter().collect();
    assert_eq!(
        found.len(),
        list(wanted).len(),
        "{what:?}: another number of values"
    );
    for (i, (found, wanted)) in found.into_iter().zip(list(wanted)).enumerate() {
        same((&what, i), found, wanted, tolerance);
    }
}

fn limits(interval: Interval) -> [Option<f64>; 2] {
    [Some(interval.lower), Some(interval.upper)]
}

#[test]
fn proportions() {
    let reference = read(include_str!("../reference/proportions.json"));
    assert!(list(&reference["cases"]).len() > 200);
    for case in list(&reference["cases"]) {
        let what = (
            count(&case["successes"]),
            count(&case["n"]),
            number(&case["level"]),
        );
        let found = Proportion::new(what.0, what.1)
            .expect("valid")
            .estimate(level(&case["level"]));
        same(what, found.estimate, &case["estimate"], CLOSED_FORM);
        same_all(
            what,
            limits(found.clopper_pearson),
            &case["clopper_pearson"],
            SPECIAL_FUNCTION,
        );
        same_all(what, limits(found.wilson), &case["wilson"], CLOSED_FORM);
    }
}

#[test]
fn two_by_two_tables() {
    let reference = read(include_str!("../reference/contingency.json"));
    for case in list(&reference["two_by_two"]) {
        let what = &case["cells"];
        let [a, b, c, d] = [0, 1, 2, 3].map(|cell| count(&what[cell]));
        let cells = Cells {
            exposed_event: a,
            exposed_no_event: b,
            unexposed_event: c,
            unexposed_no_event: d,
        };
        let table = Table2x2::new(cells).expect("valid");

        let expected = table.expected();
        let expected = [
            expected.exposed_event,
            expected.exposed_no_event,
            expected.unexposed_event,
            expected.unexposed_no_event,
        ];
        same_all(what, expected.map(Some), &case["expected"], CLOSED_FORM);
        let pearson = table.chi_squared(Continuity::Uncorrected);
        same(what, pearson.statistic, &case["chi_squared"], CLOSED_FORM);
        same(what, pearson.p_value, &case["p"], CLOSED_FORM);
        let yates = table.chi_squared(Continuity::Yates);
        same(
            what,
            yates.statistic,
            &case["yates_chi_squared"],
            CLOSED_FORM,
        );
        same(what, yates.p_value, &case["yates_p"], CLOSED_FORM);

        let fisher = table.fisher_exact(level(&case["level"]));
        same(what, fisher.p_value, &case["fisher_p"], SPECIAL_FUNCTION);
        let OpenInterval { lower, upper, .. } = fisher.odds_ratio.interval;
        for (source, tolerance) in [
            ("odds_ratio", SPECIAL_FUNCTION),
            ("fisher_test", FISHER_TEST),
        ] {
            same(
                (what, source),
                fisher.odds_ratio.estimate,
                &case[source]["estimate"],
                tolerance,
            );
            same((what, source), lower, &case[source]["lower"], tolerance);
            same((what, source), upper, &case[source]["upper"], tolerance);
        }
    }
}

#[test]
fn larger_tables() {
    let reference = read(include_str!("../reference/contingency.json"));
    for case in list(&reference["rectangular"]) {
        let what = &case["rows"];
        let rows = list(what)
            .iter()
            .map(|row| list(row).iter().map(count).collect())
            .collect();
        let table = Table::new(rows).expect("valid");
        for (found, wanted) in table.expected().iter().zip(list(&case["expected"])) {
            same_all(what, found.iter().copied().map(Some), wanted, CLOSED_FORM);
        }
        let pearson = table.chi_squared();
        same(what, pearson.statistic, &case["chi_squared"], CLOSED_FORM);
        same(what, pearson.p_value, &case["p"], CLOSED_FORM);
        assert_eq!(pearson.degrees_of_freedom as u64, count(&case["df"]));
        let exact = table.freeman_halton().expect("few enough tables");
        same(what, exact.p_value, &case["fisher_p"], SPECIAL_FUNCTION);
    }
}
