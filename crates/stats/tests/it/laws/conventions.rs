//! Laws that conventions obey for any data.

use casegraph_stats::conventions::{Conventions, Package, PlainQuantile};
use casegraph_stats::estimate::Level;
use casegraph_stats::factor::Factor;
use casegraph_stats::survival::{
    Columns, CompareOptions, Outcome, QuantileRule, Sample, compare, kaplan_meier, logrank,
};
use proptest::prelude::*;

fn samples() -> impl Strategy<Value = Sample> {
    let case = (0_u32..12, prop::bool::ANY, 0_u8..3);
    prop::collection::vec(case, 1..40).prop_map(|cases| {
        let times: Vec<f64> = cases.iter().map(|case| f64::from(case.0)).collect();
        let outcomes: Vec<Outcome> = cases.iter().map(|case| case.1.into()).collect();
        let groups = Factor::new(cases.iter().map(|case| case.2.to_string()));
        Columns::new(&times, &outcomes)
            .grouped(&groups)
            .sample()
            .expect("valid")
    })
}

fn probabilities() -> impl Strategy<Value = f64> {
    prop_oneof![Just(0.25), Just(0.5), Just(0.75), 0.01..0.99]
}

fn packages() -> impl Strategy<Value = Package> {
    prop::sample::select(Package::ALL)
}

proptest! {
    /// The start of a level stretch comes first, its middle after; a middle between events is the
    /// middle wherever it exists.
    #[test]
    fn rules_for_quantiles_are_in_order(sample in samples(), probability in probabilities()) {
        let by = |rule| {
            let conventions = Conventions { quantile_rule: rule, ..Conventions::default() };
            let curve = kaplan_meier(&sample, conventions.curve_options(Level::P95));
            curve.quantile(probability).expect("a fraction").time
        };
        let (start, middle) = (by(QuantileRule::FirstBelow), by(QuantileRule::Midpoint));
        prop_assert_eq!(start.is_some(), middle.is_some());
        prop_assert!(start <= middle);
        if let Some(between) = by(QuantileRule::MidpointBetweenEvents) {
            prop_assert_eq!(Some(between), middle);
        }
    }

    /// Whatever the package, an interval of a quantile holds the quantile.
    #[test]
    fn intervals_of_quantiles_hold_them(
        sample in samples(), probability in probabilities(), package in packages(),
    ) {
        let options = Conventions::of(package).curve_options(Level::P95);
        let quantile = kaplan_meier(&sample, options).quantile(probability).expect("a fraction");
        if let (Some(time), Some(lower)) = (quantile.time, quantile.interval.lower) {
            prop_assert!(lower <= time);
        }
        if let (Some(time), Some(upper)) = (quantile.time, quantile.interval.upper) {
            prop_assert!(time <= upper);
        }
    }

    #[test]
    fn idle_groups_never_lower_the_degrees_of_freedom(sample in samples(), package in packages()) {
        if let Ok(test) = logrank(&sample) {
            let idle_groups = Conventions::of(package).idle_groups;
            let options = CompareOptions { idle_groups, ..CompareOptions::default() };
            let df = compare(&sample, options).expect("as before").degrees_of_freedom;
            prop_assert!(df >= test.degrees_of_freedom && df < sample.groups().len());
        }
    }

    /// Between the smallest and the largest, rising with the probability, and turned about with the
    /// sign of the values.
    #[test]
    fn plain_quantiles_rise_within_the_values(
        values in prop::collection::vec(-1e3_f64..1e3, 1..20),
        low in 0.0..1.0_f64,
        high in 0.0..1.0_f64,
        rule in prop::sample::select(PlainQuantile::ALL),
    ) {
        let (low, high) = (low.min(high), low.max(high));
        let at = |probability| rule.of(&values, probability).expect("finite values");
        let least = values.iter().copied().fold(f64::INFINITY, f64::min);
        let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        prop_assert!(least <= at(low) && at(low) <= at(high) + 1e-9 && at(high) <= most + 1e-9);
        let turned: Vec<f64> = values.iter().map(|value| -value).collect();
        let mirrored = rule.of(&turned, 0.5).expect("finite values");
        prop_assert!((at(0.5) + mirrored).abs() < 1e-9);
    }

    /// Any finite numbers and any probability give a finite number or none.
    #[test]
    fn plain_quantiles_are_never_infinite(
        values in prop::collection::vec(prop::num::f64::ANY, 0..6),
        probability in prop::num::f64::ANY,
        rule in prop::sample::select(PlainQuantile::ALL),
    ) {
        prop_assert!(rule.of(&values, probability).is_none_or(f64::is_finite));
    }
}
