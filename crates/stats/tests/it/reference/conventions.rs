//! The conventions of R and lifelines against what they computed, and those of SAS against published
//! runs.

use casegraph_stats::contingency::{Cells, Continuity, Table2x2};
use casegraph_stats::conventions::{
    ChiSquaredReport, Conventions, Package, PlainQuantile, RankDistribution,
};
use casegraph_stats::cox::Ties;
use casegraph_stats::estimate::{Interval, IntervalMethod, Level};
use casegraph_stats::proportion::Proportion;
use casegraph_stats::survival::{
    CompareOptions, Curve, LogRankError, NearTies, compare, kaplan_meier, logrank,
};
use serde_json::Value;

use super::contingency::FISHER_TEST;
use super::survival::sample;
use super::{
    CLOSED_FORM, SPECIAL_FUNCTION, count, fields, list, number, read, same, same_all, text,
};

/// Relative difference between two programs that fit the same Cox model, each until its own
/// criterion is met.
const ITERATIVE_FIT: f64 = 1e-6;

/// lifelines multiplies by adding logarithms, which costs it a few digits over many steps.
const SUM_OF_LOGARITHMS: f64 = 1e-11;

fn lifelines() -> Value {
    read(include_str!("../../reference/lifelines.json"))
}

fn r() -> Value {
    read(include_str!("../../reference/conventions.json"))
}

fn curve(case: &Value, conventions: Conventions) -> Curve {
    kaplan_meier(&sample(case), conventions.curve_options(Level::P95))
}

/// Compares survival and its limits at each step; `wanted` may have the time 0 first.
fn same_steps(name: &str, found: &Curve, wanted: &Value, tolerance: f64) {
    let times = list(&wanted["time"]);
    let skipped = times.len() - found.steps().len();
    assert!(skipped <= 1, "{name}: {skipped} more times than here");
    for (i, step) in found.steps().enumerate() {
        let (at, what) = (i + skipped, (name, step.time));
        same(what, step.time, &times[at], 0.0);
        same(what, step.survival, &wanted["survival"][at], tolerance);
        let limit = |of: fn(Interval) -> f64| step.interval.map(of);
        same(what, limit(|i| i.lower), &wanted["lower"][at], tolerance);
        same(what, limit(|i| i.upper), &wanted["upper"][at], tolerance);
    }
}

#[test]
fn curves_as_lifelines_has_them() {
    let (reference, conventions) = (lifelines(), Conventions::of(Package::Lifelines));
    for (name, case) in fields(&reference["samples"]) {
        if name == "near_ties" {
            continue;
        }
        let (found, wanted) = (curve(case, conventions), &case["curve"]);
        same_steps(name, &found, wanted, SUM_OF_LOGARITHMS);
        for (i, probability) in list(&reference["probabilities"]).iter().enumerate() {
            let height = 1.0 - number(probability);
            let quantile = found.quantile(number(probability)).expect("a fraction");
            let what = (name, height);
            same(
                what,
                quantile.interval.lower,
                &wanted["quantile_lower"][i],
                0.0,
            );
            same(
                what,
                quantile.interval.upper,
                &wanted["quantile_upper"][i],
                0.0,
            );
            // The difference that is named and not followed.
            let just_missed = list(&wanted["survival"])
                .iter()
                .map(|survival| number(survival) - height)
                .any(|above| above > 0.0 && above < 1e-12);
            if just_missed {
                assert!(quantile.time < wanted["quantiles"][i].as_f64(), "{what:?}");
            } else {
                same(what, quantile.time, &wanted["quantiles"][i], 0.0);
            }
        }
    }
}

#[test]
fn curves_as_r_has_them() {
    let (reference, conventions) = (r(), Conventions::of(Package::R));
    for (name, case) in fields(&reference["samples"]) {
        let (found, wanted) = (curve(case, conventions), &case["curve"]);
        assert_eq!(conventions.survival_band.name(), text(&wanted["band"]));
        assert_eq!(Level::P95.value(), number(&wanted["level"]));
        same_steps(name, &found, wanted, CLOSED_FORM);
        let quantiles = [0.25, 0.5, 0.75].map(|probability| {
            let quantile = found.quantile(probability);
            quantile.expect("a fraction").time
        });
        same_all(name, quantiles, &wanted["quantiles"], CLOSED_FORM);
    }
    // The difference that is named and not followed: printing a curve that ends level at a half.
    let ends_level = &reference["samples"]["half_then_censored"]["curve"];
    same("printed", 87.0, &ends_level["median"], 0.0);
    same("quantile()", 102.5, &ends_level["quantiles"][1], 0.0);
}

/// 0.1 + 0.2 is not 0.3, and 0.1 × 7 is not 0.7: R has four times, lifelines six after time 0.
#[test]
fn only_r_merges_times_that_differ_by_rounding() {
    let times = |reference: &Value| {
        list(&reference["samples"]["near_ties"]["curve"]["time"])
            .iter()
            .filter(|time| number(time) > 0.0)
            .count()
    };
    assert_eq!(Conventions::of(Package::R).near_ties, NearTies::Merge);
    assert_eq!(times(&r()), 4);
    assert_eq!(
        Conventions::of(Package::Lifelines).near_ties,
        NearTies::Keep
    );
    assert_eq!(times(&lifelines()), 6);
}

#[test]
fn logrank_tests_as_each_has_them() {
    for (package, reference) in [(Package::R, r()), (Package::Lifelines, lifelines())] {
        let conventions = Conventions::of(package);
        for (name, case) in fields(&reference["samples"]) {
            if name == "near_ties" && conventions.near_ties == NearTies::Keep {
                continue;
            }
            let what = (package, name);
            let options = CompareOptions {
                idle_groups: conventions.idle_groups,
                ..CompareOptions::default()
            };
            let found =
                compare(&sample(case), options).unwrap_or_else(|error| panic!("{what:?}: {error}"));
            let wanted = &case["logrank"];
            same(
                what,
                found.statistic,
                &wanted["chi_squared"],
                SPECIAL_FUNCTION,
            );
            let df = found.degrees_of_freedom;
            assert_eq!(df as u64, count(&wanted["df"]), "{what:?}");
            same(what, found.p_value, &wanted["p"], SPECIAL_FUNCTION);
            if df > 1 {
                // A chi-squared variable with 2 degrees of freedom is exponential.
                assert_eq!(df, 2, "{what:?}");
                let p = (-found.statistic / 2.0).exp();
                same(what, p, &wanted["p"], SPECIAL_FUNCTION);
            }
        }
    }
}

/// lifelines fits what R fits by the method that the conventions name, and not what R fits by
/// Breslow's; what R fits by default is that method too.
#[test]
fn cox_models_have_the_ties_that_the_conventions_say() {
    let (r, lifelines) = (r(), lifelines());
    let ties = Conventions::of(Package::Lifelines).cox_ties;
    assert_eq!(ties, Ties::Efron);
    for (name, theirs) in fields(&lifelines["cox"]) {
        let fits = &r["cox"][name];
        let default = Conventions::of(Package::R).cox_ties;
        assert_eq!(default.name(), text(&fits["default"]["ties"]));
        let values = |of: &str| {
            list(&theirs[of])
                .iter()
                .map(Value::as_f64)
                .collect::<Vec<_>>()
        };
        for of in ["coefficients", "std_errors"] {
            same_all(
                (name, of),
                values(of),
                &fits[ties.name()][of],
                ITERATIVE_FIT,
            );
            let other = &fits[Ties::Breslow.name()][of];
            let apart = values(of)
                .into_iter()
                .zip(list(other))
                .any(|(found, breslow)| {
                    let breslow = number(breslow);
                    found.is_some_and(|found| (found - breslow).abs() > 1e-4 * breslow.abs())
                });
            assert!(apart, "{name} has no ties that matter");
        }
        same(
            name,
            theirs["concordance"].as_f64(),
            &fits["concordance"],
            1e-12,
        );
        // The difference that is named and not followed: ranks of events at one time.
        let by_ranks = &fits["hazards_test"]["scaled_residuals"];
        let statistic = &theirs["hazards_test"]["statistic"];
        let found = list(&by_ranks["ranks_in_order"]).iter().map(Value::as_f64);
        same_all((name, "in order"), found, statistic, ITERATIVE_FIT);
        for (shared, statistic) in list(&by_ranks["shared_ranks"]).iter().zip(list(statistic)) {
            let difference = number(shared) - number(statistic);
            assert!(difference.abs() > 1e-4 * number(statistic), "{name}");
        }
        for (package, test) in [
            (Package::R, &fits["hazards_test"]),
            (Package::Lifelines, &theirs["hazards_test"]),
        ] {
            let transform = Conventions::of(package).hazards_transform;
            assert_eq!(transform.name(), text(&test["transform"]));
        }
    }
}

#[test]
fn rank_tests_are_exact_where_r_is() {
    let reference = r();
    let rule = Conventions::of(Package::R).rank_method;
    for case in list(&reference["rank_tests"]["methods"]) {
        let sizes = [0, 1].map(|i| count(&case["sizes"][i]) as usize);
        let tied = 2 * count(&case["tied"]) as usize;
        let exact = text(&case["method"]).contains("exact");
        let found = rule.distribution(sizes, tied);
        assert_eq!(found == Some(RankDistribution::Exact), exact, "{case}");
        assert_eq!(found == Some(RankDistribution::Normal), !exact, "{case}");
    }
}

/// Birth weights of Kirkwood and Sterne 2003, Table 30.4. SAS 9.4 prints 0.0100 by default and 0.0094
/// with CORRECT=NO (CAMIS, SAS/ranksum and Comp/r-sas-wilcoxon-ranksum_hl): a normal approximation
/// with continuity correction although there are 29 cases.
#[test]
fn rank_tests_of_sas_are_normal_with_correction() {
    let reference = r();
    let four_digits = |value: &Value| (number(value) * 1e4).round() / 1e4;
    assert_eq!(four_digits(&reference["rank_tests"]["corrected"]), 0.0100);
    assert_eq!(four_digits(&reference["rank_tests"]["uncorrected"]), 0.0094);
    let rule = Conventions::of(Package::Sas).rank_method;
    let found = rule.distribution([15, 14], 4);
    assert_eq!(found, Some(RankDistribution::Normal));
}

/// Cough and bronchitis, 26, 44 / 247, 1002. SAS prints Pearson's 12.1804 and beside it the one with
/// continuity correction, which is R's default; its odds ratio is the cross product (CAMIS,
/// Comp/r-sas_chi-sq).
#[test]
fn a_two_by_two_table_as_r_and_sas_have_it() {
    let reference = r();
    let wanted = &reference["tables"];
    let [a, b, c, d] = [0, 1, 2, 3].map(|cell| count(&wanted["cells"][cell]));
    let table = Table2x2::new(Cells {
        exposed_event: a,
        exposed_no_event: b,
        unexposed_event: c,
        unexposed_no_event: d,
    })
    .expect("valid");
    let (yates, pearson) = (
        table.chi_squared(Continuity::Yates),
        table.chi_squared(Continuity::Uncorrected),
    );
    let report = Conventions::of(Package::R).chi_squared;
    assert_eq!(report, ChiSquaredReport::Yates);
    same("default", yates.statistic, &wanted["default"], CLOSED_FORM);
    same(
        "Pearson",
        pearson.statistic,
        &wanted["uncorrected"],
        CLOSED_FORM,
    );
    let report = Conventions::of(Package::Sas).chi_squared;
    assert_eq!(report, ChiSquaredReport::Both);
    assert!((pearson.statistic - 12.1804).abs() < 5e-5);
    let conditional = table.fisher_exact(Level::P95).odds_ratio.estimate;
    same(
        "odds ratio",
        conditional,
        &wanted["odds_ratio"],
        FISHER_TEST,
    );
    assert!(conditional < table.sample_odds_ratio());
}

#[test]
fn a_proportion_as_r_has_it() {
    let reference = r();
    let wanted = &reference["proportions"];
    let proportion =
        Proportion::new(count(&wanted["successes"]), count(&wanted["n"])).expect("valid");
    let intervals = Conventions::of(Package::R).proportion_intervals;
    assert_eq!(intervals, [IntervalMethod::ClopperPearson]);
    let found = proportion.clopper_pearson(Level::P95);
    let limits = [Some(found.lower), Some(found.upper)];
    same_all(
        "binom.test",
        limits,
        &wanted["binom_test"],
        SPECIAL_FUNCTION,
    );
}

#[test]
fn plain_quantiles_of_each_type() {
    let reference = r();
    let probabilities: Vec<f64> = list(&reference["quantiles"]["probabilities"])
        .iter()
        .map(number)
        .collect();
    for case in list(&reference["quantiles"]["samples"]) {
        let values: Vec<f64> = list(&case["values"]).iter().map(number).collect();
        for rule in PlainQuantile::ALL {
            let found = probabilities.iter().map(|p| rule.of(&values, *p));
            let wanted = &case["quantiles"][rule.name()];
            same_all((&values, rule), found, wanted, CLOSED_FORM);
        }
    }
    let values: Vec<f64> = list(&reference["quantiles"]["samples"][0]["values"])
        .iter()
        .map(number)
        .collect();
    let found = probabilities
        .iter()
        .map(|p| Conventions::of(Package::R).plain_quantile.of(&values, *p));
    same_all(
        "default",
        found,
        &reference["quantiles"]["default"],
        CLOSED_FORM,
    );
    // What PROC UNIVARIATE gives (CAMIS, Comp/r-sas-summary-stats).
    let of_sas = Conventions::of(Package::Sas).plain_quantile;
    assert_eq!(of_sas.of(&values, 0.25), Some(30.0));
    assert_eq!(of_sas.of(&values, 0.4), Some(95.0));
}

/// Five events among ten cases, then five censored: SAS says that the median cannot be evaluated
/// (CAMIS, Comp/r-sas_survival).
#[test]
fn a_median_that_sas_does_not_give() {
    let reference = r();
    let conventions = Conventions::of(Package::Sas);
    let found = curve(&reference["samples"]["half_then_censored"], conventions);
    let quantile = |probability| {
        let quantile = found.quantile(probability);
        quantile.expect("a fraction").time
    };
    assert_eq!(quantile(0.5), None);
    assert_eq!(quantile(0.25), Some(77.0));
}

#[test]
fn groups_that_cannot_be_compared_stay_refused() {
    let reference = lifelines();
    let mut case = reference["samples"]["all_tied"].clone();
    case["event"] = serde_json::json!([1, 1, 1, 1]);
    assert_eq!(logrank(&sample(&case)), Err(LogRankError::NoVariance));
}
