//! Tables against R's `fisher.test`, `chisq.test`, `prop.trend.test` and `mantelhaen.test`, and metafor's
//! `rma.mh`.

use casegraph_stats::contingency::{
    Cells, Continuity, FisherOptions, MantelHaenszelOptions, Simulation, Strata, Table, Table2x2,
    TrendComputation, TrendGroups, TwoSided,
};
use casegraph_stats::estimate::{Alternative, ObservedShare};
use casegraph_stats::proportion::Proportion;
use serde_json::Value;

use super::{
    CLOSED_FORM, SPECIAL_FUNCTION, count, level, limits, list, number, open_limits, read, same,
    same_all,
};

/// Relative difference allowed to the odds ratio of `fisher.test` itself, which stops looking after
/// about four digits of a number between 0 and 1, and so is worst for large ratios: 3 % off at
/// 3358.
pub(super) const FISHER_TEST: f64 = 0.05;

/// Relative difference allowed to p-values of `fisher.test` for larger tables. Its network algorithm
/// takes partial sums together that differ in the seventh digit: 1e-6 at p = 7e-20.
const NETWORK: f64 = 1e-9;

/// Relative difference allowed to statistics that are a least-squares fit in R.
const LEAST_SQUARES: f64 = 1e-11;

fn reference() -> Value {
    read(include_str!("../../reference/contingency.json"))
}

fn cells(value: &Value) -> Cells {
    let [a, b, c, d] = [0, 1, 2, 3].map(|cell| count(&value[cell]));
    Cells {
        exposed_event: a,
        exposed_no_event: b,
        unexposed_event: c,
        unexposed_no_event: d,
    }
}

fn table(rows: &Value) -> Table {
    let rows = list(rows)
        .iter()
        .map(|row| list(row).iter().map(count).collect());
    Table::new(rows.collect()).expect("valid")
}

#[test]
fn two_by_two_tables() {
    for case in list(&reference()["two_by_two"]) {
        let what = &case["cells"];
        let table = Table2x2::new(cells(what)).expect("valid");

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
        let [lower, upper] = open_limits(fisher.odds_ratio.interval);
        for (source, tolerance) in [
            ("odds_ratio", SPECIAL_FUNCTION),
            ("fisher_test", FISHER_TEST),
        ] {
            let wanted = &case[source];
            same(
                (what, source),
                fisher.odds_ratio.estimate,
                &wanted["estimate"],
                tolerance,
            );
            same((what, source), lower, &wanted["lower"], tolerance);
            same((what, source), upper, &wanted["upper"], tolerance);
        }
        let woolf = table.woolf(level(&case["level"]));
        same_all(
            (what, "Woolf"),
            open_limits(woolf.interval),
            &case["woolf"],
            CLOSED_FORM,
        );
    }
}

#[test]
fn other_forms_of_fishers_test() {
    use Alternative::{Greater, Less, TwoSided as Both};
    use ObservedShare::{Half, Whole};
    use TwoSided::{Central, MinimumLikelihood};
    for case in list(&reference()["two_by_two"]) {
        let (what, wanted) = (&case["cells"], &case["forms"]);
        let table = Table2x2::new(cells(what)).expect("valid");
        let found = |alternative, observed, two_sided| {
            table.fisher_exact_with(FisherOptions {
                level: level(&case["level"]),
                alternative,
                observed,
                two_sided,
            })
        };
        for (name, alternative, observed, two_sided) in [
            ("less", Less, Whole, MinimumLikelihood),
            ("greater", Greater, Whole, MinimumLikelihood),
            ("central", Both, Whole, Central),
            ("mid_less", Less, Half, MinimumLikelihood),
            ("mid_greater", Greater, Half, MinimumLikelihood),
            ("mid_central", Both, Half, Central),
            ("mid_two_sided", Both, Half, MinimumLikelihood),
        ] {
            let found = found(alternative, observed, two_sided).p_value;
            same((what, name), found, &wanted[name], SPECIAL_FUNCTION);
        }
        let interval = |alternative, observed| {
            open_limits(found(alternative, observed, Central).odds_ratio.interval)
        };
        same_all(
            (what, "mid-P"),
            interval(Both, Half),
            &wanted["mid_interval"],
            SPECIAL_FUNCTION,
        );
        let [lower, none] = interval(Greater, Whole);
        same(
            (what, "lower"),
            lower,
            &wanted["lower_alone"],
            SPECIAL_FUNCTION,
        );
        let [zero, upper] = interval(Less, Whole);
        same(
            (what, "upper"),
            upper,
            &wanted["upper_alone"],
            SPECIAL_FUNCTION,
        );
        assert_eq!((zero, none), (Some(0.0), None));
    }
}

#[test]
fn larger_tables() {
    for case in list(&reference()["rectangular"]) {
        let what = &case["rows"];
        let table = table(what);
        for (found, wanted) in table.expected().iter().zip(list(&case["expected"])) {
            same_all(what, found.iter().copied().map(Some), wanted, CLOSED_FORM);
        }
        let pearson = table.chi_squared();
        same(what, pearson.statistic, &case["chi_squared"], CLOSED_FORM);
        same(what, pearson.p_value, &case["p"], SPECIAL_FUNCTION);
        assert_eq!(pearson.degrees_of_freedom as u64, count(&case["df"]));
        let exact = table.freeman_halton().expect("few enough tables");
        same(what, exact.p_value, &case["fisher_p"], NETWORK);
        // Four standard errors, and the observed table that is counted in.
        let simulated = table.freeman_halton_simulated(Simulation::default());
        let distance = (simulated.p_value - exact.p_value).abs();
        assert!(
            distance <= 4.0 * simulated.std_error + 1.1e-5,
            "{what}: {simulated:?} {exact:?}"
        );
    }
}

#[test]
fn trends() {
    for case in list(&reference()["trends"]) {
        let groups = list(&case["events"]).iter().zip(list(&case["n"]));
        let groups = groups.map(|(k, n)| Proportion::new(count(k), count(n)).expect("valid"));
        let scores = list(&case["scores"]).iter().map(number).collect();
        let groups = TrendGroups::with_scores(groups.collect(), scores).expect("valid");
        let found = groups.test(Alternative::TwoSided);
        same(case, found.statistic, &case["statistic"], LEAST_SQUARES);
        same(case, found.p_value, &case["p"], LEAST_SQUARES);
        let (rise, fall) = (
            groups.test(Alternative::Greater),
            groups.test(Alternative::Less),
        );
        assert!((rise.p_value + fall.p_value - 1.0).abs() < 1e-14);
        if case["exact"].is_null() {
            continue;
        }
        for (name, alternative) in [
            ("two_sided", Alternative::TwoSided),
            ("greater", Alternative::Greater),
            ("less", Alternative::Less),
        ] {
            let found = groups.exact_test(alternative).expect("small");
            assert_eq!(found.computation, TrendComputation::Exact);
            same(
                (case, name),
                found.p_value,
                &case["exact"][name],
                SPECIAL_FUNCTION,
            );
        }
    }
}

#[test]
fn strata() {
    for case in list(&reference()["strata"]) {
        let what = &case["tables"];
        let strata = Strata::new(list(what).iter().map(cells)).expect("valid");
        let level = level(&case["level"]);

        let odds = strata.odds_ratio(level).expect("some are full");
        same(what, odds.estimate, &case["odds_ratio"], CLOSED_FORM);
        same_all(
            what,
            open_limits(odds.interval),
            &case["odds_ratio_interval"],
            CLOSED_FORM,
        );
        let skipped: Vec<u64> = odds.skipped.iter().map(|stratum| *stratum as u64).collect();
        assert_eq!(
            skipped,
            list(&case["skipped"]).iter().map(count).collect::<Vec<_>>()
        );
        assert_eq!(odds.strata + skipped.len(), list(what).len());

        let test = |alternative, continuity| {
            let options = MantelHaenszelOptions {
                alternative,
                continuity,
            };
            strata.mantel_haenszel(options).expect("some are full")
        };
        let plain = test(Alternative::TwoSided, Continuity::Uncorrected);
        same(what, plain.statistic, &case["statistic"], CLOSED_FORM);
        same(what, plain.p_value, &case["p"], SPECIAL_FUNCTION);
        let greater = test(Alternative::Greater, Continuity::Uncorrected);
        same(what, greater.p_value, &case["greater"], SPECIAL_FUNCTION);
        let corrected = test(Alternative::TwoSided, Continuity::Yates);
        same(
            what,
            corrected.statistic,
            &case["corrected_statistic"],
            CLOSED_FORM,
        );
        same(
            what,
            corrected.p_value,
            &case["corrected_p"],
            SPECIAL_FUNCTION,
        );

        match strata.breslow_day() {
            Ok(found) => {
                let found = [
                    found.statistic,
                    found.p_value,
                    found.tarone_statistic,
                    found.tarone_p_value,
                ];
                same_all(
                    what,
                    found.map(Some),
                    &case["breslow_day"],
                    SPECIAL_FUNCTION,
                );
            }
            Err(_) => assert!(case["breslow_day"].is_null(), "{what}"),
        }

        let risk = strata.risk_ratio(level).expect("some have events");
        if case["risk_ratio"].is_null() {
            assert!(risk.undefined.is_some(), "{what}");
        } else {
            same(what, risk.estimate, &case["risk_ratio"], CLOSED_FORM);
            same_all(
                what,
                open_limits(risk.interval),
                &case["risk_ratio_interval"],
                CLOSED_FORM,
            );
        }
        let difference = strata
            .risk_difference(level)
            .expect("some have both groups");
        same(
            what,
            difference.estimate,
            &case["risk_difference"],
            CLOSED_FORM,
        );
        same(
            what,
            difference.std_error,
            &case["risk_difference_std_error"],
            CLOSED_FORM,
        );
        let [lower, upper] = limits(difference.interval).map(|limit| limit.expect("exists"));
        assert!(lower <= difference.estimate && difference.estimate <= upper);

        let exact = |alternative| {
            let options = FisherOptions {
                level,
                alternative,
                ..FisherOptions::default()
            };
            strata.exact(options).expect("small").test
        };
        let both = exact(Alternative::TwoSided);
        same(what, both.p_value, &case["exact_p"], NETWORK);
        same(
            what,
            exact(Alternative::Less).p_value,
            &case["exact_less"],
            NETWORK,
        );
        let wanted = &case["exact"];
        let [lower, upper] = open_limits(both.odds_ratio.interval);
        same(
            (what, "exact"),
            both.odds_ratio.estimate,
            &wanted["estimate"],
            SPECIAL_FUNCTION,
        );
        same((what, "exact"), lower, &wanted["lower"], SPECIAL_FUNCTION);
        same((what, "exact"), upper, &wanted["upper"], SPECIAL_FUNCTION);
    }
}
