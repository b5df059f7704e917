//! Proportions against R's `binom.test`, `prop.test` and, where R has no function, the formulas.

use casegraph_stats::estimate::{Alternative, IntervalMethod, ObservedShare};
use casegraph_stats::proportion::{BinomialTestOptions, Comparison, NullProportion, Proportion};
use serde_json::Value;

use super::{
    CLOSED_FORM, SPECIAL_FUNCTION, count, level, limits, list, number, open_limits, read, same,
    same_all,
};

/// Relative difference allowed to limits of a score interval near 0, which are a small difference of
/// numbers near 1.
const SMALL_DIFFERENCE: f64 = 1e-10;

fn reference() -> Value {
    read(include_str!("../../reference/proportions.json"))
}

fn proportion(successes: &Value, n: &Value) -> Proportion {
    Proportion::new(count(successes), count(n)).expect("valid")
}

#[test]
fn intervals_of_one_proportion() {
    let reference = reference();
    assert!(list(&reference["cases"]).len() > 150);
    let mut corrected = 0;
    for case in list(&reference["cases"]) {
        let what = (
            count(&case["successes"]),
            count(&case["n"]),
            number(&case["level"]),
        );
        let level = level(&case["level"]);
        let proportion = proportion(&case["successes"], &case["n"]);
        let found = proportion.estimate(level);
        same(what, found.estimate, &case["estimate"], CLOSED_FORM);
        assert_eq!(found.clopper_pearson, proportion.clopper_pearson(level));
        assert_eq!(found.wilson, proportion.wilson(level));
        for (name, method, tolerance) in [
            (
                "clopper_pearson",
                IntervalMethod::ClopperPearson,
                SPECIAL_FUNCTION,
            ),
            ("wilson", IntervalMethod::Wilson, CLOSED_FORM),
            (
                "wilson_continuity",
                IntervalMethod::WilsonContinuity,
                CLOSED_FORM,
            ),
            ("agresti_coull", IntervalMethod::AgrestiCoull, CLOSED_FORM),
            ("jeffreys", IntervalMethod::Jeffreys, SPECIAL_FUNCTION),
            ("mid_p", IntervalMethod::MidP, SPECIAL_FUNCTION),
        ] {
            if case[name].as_array().is_some_and(Vec::is_empty) || case[name].is_null() {
                continue;
            }
            corrected += u32::from(method == IntervalMethod::WilsonContinuity);
            let interval = proportion.interval(method, level).expect("suitable");
            same_all((what, name), limits(interval), &case[name], tolerance);
        }
    }
    assert!(
        corrected > 150,
        "only {corrected} corrected intervals compared"
    );
}

#[test]
fn exact_tests_of_one_proportion() {
    let reference = reference();
    assert!(list(&reference["tests"]).len() > 30);
    for case in list(&reference["tests"]) {
        let proportion = proportion(&case["successes"], &case["n"]);
        let null = NullProportion::new(number(&case["null"])).expect("valid");
        for (name, alternative, observed) in [
            ("two_sided", Alternative::TwoSided, ObservedShare::Whole),
            ("less", Alternative::Less, ObservedShare::Whole),
            ("greater", Alternative::Greater, ObservedShare::Whole),
            ("mid_two_sided", Alternative::TwoSided, ObservedShare::Half),
            ("mid_less", Alternative::Less, ObservedShare::Half),
            ("mid_greater", Alternative::Greater, ObservedShare::Half),
        ] {
            let options = BinomialTestOptions {
                alternative,
                observed,
            };
            let found = proportion.test(null, options);
            let what = (found.successes, found.n, null, name);
            same(what, found.p_value, &case[name], SPECIAL_FUNCTION);
        }
    }
}

#[test]
fn two_proportions() {
    let reference = reference();
    assert!(list(&reference["pairs"]).len() > 30);
    for case in list(&reference["pairs"]) {
        let counts = &case["counts"];
        let (what, level) = ((counts, number(&case["level"])), level(&case["level"]));
        let comparison = Comparison::new(
            proportion(&counts[0], &counts[1]),
            proportion(&counts[2], &counts[3]),
        );
        let found = comparison.difference(level);
        same(what, found.estimate, &case["difference"], CLOSED_FORM);
        same(what, found.std_error, &case["std_error"], CLOSED_FORM);
        same_all(
            (what, "Wald"),
            limits(found.wald),
            &case["wald"],
            SMALL_DIFFERENCE,
        );
        same_all(
            (what, "Newcombe"),
            limits(found.newcombe),
            &case["newcombe"],
            SMALL_DIFFERENCE,
        );
        same_all(
            (what, "score"),
            limits(found.miettinen_nurminen),
            &case["miettinen_nurminen"],
            SMALL_DIFFERENCE,
        );
        let found = comparison.ratio(level);
        same(what, found.estimate, &case["ratio"], CLOSED_FORM);
        same(
            what,
            found.log_std_error,
            &case["ratio_log_std_error"],
            CLOSED_FORM,
        );
        same_all(
            (what, "Katz"),
            open_limits(found.wald_log),
            &case["katz"],
            CLOSED_FORM,
        );
        same_all(
            (what, "ratio score"),
            open_limits(found.miettinen_nurminen),
            &case["ratio_score"],
            SMALL_DIFFERENCE,
        );
    }
}
