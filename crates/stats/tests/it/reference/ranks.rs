//! Rank sum and Kruskal-Wallis tests, quantiles with order-statistic intervals, and adjusted P
//! values.

use casegraph_stats::estimate::OpenInterval;
use casegraph_stats::factor::Factor;
use casegraph_stats::multiplicity::{Adjustment, adjust};
use casegraph_stats::ranks::{
    GroupedValues, RankContinuity, RankError, RankSumMethod, RankSumOptions, TwoSamples, Values,
    kruskal_wallis, quantile, rank_sum,
};
use serde_json::Value;

use super::{
    CLOSED_FORM, SPECIAL_FUNCTION, count, fields, level, list, number, read, same, same_all, text,
};

/// Relative difference allowed to the limits that R finds by a search.
const SEARCHED: f64 = 1e-9;

/// Relative difference allowed to exact P values, which R sums in another order.
const EXACT: f64 = 1e-10;

fn numbers(value: &Value) -> Vec<f64> {
    list(value).iter().map(number).collect()
}

fn values(value: &Value) -> Values {
    Values::new(&numbers(value)).expect("valid")
}

fn ends(interval: OpenInterval) -> [Option<f64>; 2] {
    [interval.lower, interval.upper]
}

#[test]
fn rank_sum_tests() {
    let reference = read(include_str!("../../reference/ranks.json"));
    assert!(fields(&reference["rank_sums"]).count() >= 14);
    for (name, case) in fields(&reference["rank_sums"]) {
        let samples = TwoSamples {
            first: values(&case["x"]),
            second: values(&case["y"]),
        };
        for wanted in case["exact"].as_array().into_iter().flatten() {
            let options = RankSumOptions {
                level: level(&wanted["level"]),
                ..Default::default()
            };
            let found = rank_sum(&samples, options).expect("exact");
            assert_eq!(found.method, RankSumMethod::Exact);
            same(name, found.statistic, &case["statistic"], 0.0);
            same(name, found.p_value, &case["exact_p"], EXACT);
            same(name, found.shift.estimate, &case["shift"], CLOSED_FORM);
            same_all(
                name,
                ends(found.shift.interval),
                &wanted["limits"],
                CLOSED_FORM,
            );
            same(name, found.shift.coverage, &wanted["coverage"], CLOSED_FORM);
        }
        for (key, continuity, percent) in [
            ("corrected", RankContinuity::Corrected, 0.95),
            ("uncorrected", RankContinuity::Uncorrected, 0.95),
            ("corrected_90", RankContinuity::Corrected, 0.9),
        ] {
            let wanted = &case[key];
            let options = RankSumOptions {
                level: level(&Value::from(percent)),
                method: RankSumMethod::Normal,
                continuity,
            };
            let found = rank_sum(&samples, options).expect("varied");
            same((name, key), found.statistic, &case["statistic"], 0.0);
            same((name, key), found.p_value, &wanted["p"], SPECIAL_FUNCTION);
            same(
                (name, key),
                found.shift.estimate,
                &case["shift"],
                CLOSED_FORM,
            );
            // Where no difference is extreme enough R gives the smallest or largest of them.
            let limits = &wanted["limits"];
            for (end, limit) in ends(found.shift.interval).into_iter().zip([0, 1]) {
                if let (Some(end), false) = (end, limits.is_null()) {
                    let spread = SEARCHED * number(&limits[limit]).abs().max(1.0);
                    assert!(
                        (end - number(&limits[limit])).abs() <= spread,
                        "{name} {key} {limit}: {end} here, {limits} in R"
                    );
                }
            }
        }
    }
}

#[test]
fn kruskal_wallis_tests() {
    let reference = read(include_str!("../../reference/ranks.json"));
    for (name, case) in fields(&reference["kruskal_wallis"]) {
        let groups = Factor::new(list(&case["group"]).iter().map(text));
        let sample = GroupedValues::new(&numbers(&case["value"]), &groups).expect("valid");
        let found = kruskal_wallis(&sample).expect("comparable");
        same(name, found.statistic, &case["statistic"], CLOSED_FORM);
        same(name, found.p_value, &case["p"], SPECIAL_FUNCTION);
        assert_eq!(
            found.degrees_of_freedom as u64,
            count(&case["df"]),
            "{name}"
        );
        same_all(
            name,
            found.groups.iter().map(|g| g.mean_rank),
            &case["mean_rank"],
            CLOSED_FORM,
        );
        same_all(
            name,
            found.groups.iter().map(|g| g.median),
            &case["median"],
            CLOSED_FORM,
        );
    }
}

#[test]
fn quantiles_with_order_statistics() {
    let reference = read(include_str!("../../reference/ranks.json"));
    assert!(list(&reference["quantiles"]).len() >= 150);
    for case in list(&reference["quantiles"]) {
        let n = count(&case["n"]);
        let sample: Vec<f64> = (1..=n).map(|i| (i * i) as f64 / 7.0).collect();
        let sample = Values::new(&sample).expect("valid");
        let found = quantile(&sample, number(&case["probability"]), level(&case["level"]))
            .expect("a fraction");
        same(case, found.estimate, &case["estimate"], CLOSED_FORM);
        same(case, found.interval.lower, &case["lower"], CLOSED_FORM);
        same(case, found.interval.upper, &case["upper"], CLOSED_FORM);
        same(case, found.coverage, &case["coverage"], CLOSED_FORM);
    }
}

#[test]
fn adjusted_p_values() {
    let reference = read(include_str!("../../reference/ranks.json"));
    for case in list(&reference["adjusted"]) {
        for method in Adjustment::ALL {
            let tests = numbers(&case["p"]).into_iter().map(|p| ("test", p));
            let found = adjust(tests, *method).expect("probabilities");
            let found = found.tests.iter().map(|test| Some(test.adjusted_p_value));
            same_all(method, found, &case[method.name()], CLOSED_FORM);
        }
    }
}

#[test]
fn without_variance_the_approximation_is_refused() {
    let samples = TwoSamples {
        first: Values::new(&[1.0]).expect("valid"),
        second: Values::new(&[1.0; 3]).expect("valid"),
    };
    let options = RankSumOptions {
        method: RankSumMethod::Normal,
        ..Default::default()
    };
    assert_eq!(rank_sum(&samples, options), Err(RankError::AllTied));
}
