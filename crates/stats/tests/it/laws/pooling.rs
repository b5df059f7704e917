//! Laws of pooled proportions.

use casegraph_stats::estimate::{Level, OpenInterval};
use casegraph_stats::pooling::{
    BetaParameters, CommonEffectOptions, PooledInterval, PoolingError, PredictionMethod, Prior,
    PriorOrigin, RandomEffectsOptions, Report, ShrinkageOptions, Studies, common_effect,
    heterogeneity, leave_one_out, random_effects, shrink,
};
use proptest::prelude::*;

use super::{close, levels};

/// Many single cases, some series, a few trials.
fn counts() -> impl Strategy<Value = Vec<(u64, u64)>> {
    let size = prop_oneof![
        4 => Just(1_u64),
        4 => 2_u64..15,
        1 => 15_u64..300,
        1 => 1_000_u64..2_000_000,
    ];
    let report = size.prop_flat_map(|n| {
        prop_oneof![
            6 => 0..=n,
            1 => Just(0),
            1 => Just(n),
        ]
        .prop_map(move |x| (x, n))
    });
    prop::collection::vec(report, 1..14)
}

fn studies(counts: &[(u64, u64)]) -> Studies {
    let reports = counts.iter().enumerate();
    Studies::new(reports.map(|(i, (x, n))| Report::new(format!("report {i}"), *x, *n)))
        .expect("valid")
}

fn options() -> impl Strategy<Value = RandomEffectsOptions> {
    let intervals = prop::sample::select(PooledInterval::ALL);
    let predictions = prop::sample::select(PredictionMethod::ALL);
    (levels(), intervals, predictions).prop_map(|(level, interval, prediction)| {
        RandomEffectsOptions {
            level,
            interval,
            prediction,
        }
    })
}

fn holds(interval: OpenInterval, value: f64) -> bool {
    interval
        .lower
        .is_none_or(|lower| lower.is_finite() && lower <= value)
        && interval
            .upper
            .is_none_or(|upper| upper.is_finite() && value <= upper)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn random_effects_are_sound_or_refused(counts in counts(), options in options()) {
        let studies = studies(&counts);
        let mixed = counts.iter().any(|(x, n)| 0 < *x && x < n);
        match random_effects(&studies, options) {
            Ok(found) => {
                prop_assert!(mixed);
                prop_assert!(0.0 <= found.estimate && found.estimate <= 1.0);
                prop_assert!(found.interval.contains(found.estimate), "{found:?}");
                prop_assert!(holds(found.logit.interval, found.logit.estimate), "{found:?}");
                prop_assert!(found.logit.std_error.is_finite() && found.logit.std_error > 0.0);
                let between = found.between_reports;
                prop_assert!(holds(between.tau_squared_interval, between.tau_squared), "{found:?}");
                prop_assert!(between.tau_squared >= 0.0 && between.tau_squared.is_finite());
                prop_assert!(between.i_squared.is_none_or(|i| (0.0..=1.0).contains(&i)));
                prop_assert!(found.log_likelihood >= found.common_effect_log_likelihood - 1e-9);
                prop_assert!((0.0..=1.0).contains(&found.no_variation.p_value));
                prop_assert!((0.0..=1.0).contains(&found.single_case_information));
                // The mean of logistic-normal proportions is drawn towards a half.
                let (mean, middle) = (found.mean_proportion - 0.5, found.estimate - 0.5);
                prop_assert!(mean.abs() <= middle.abs() + 1e-9, "{found:?}");
                if let Some(range) = found.prediction {
                    prop_assert!(range.lower <= found.estimate && found.estimate <= range.upper);
                    if options.interval == PooledInterval::Wald {
                        prop_assert!(range.lower <= found.interval.lower + 1e-12);
                        prop_assert!(range.upper >= found.interval.upper - 1e-12);
                    }
                }
            }
            Err(PoolingError::VarianceTooLarge) => prop_assert!(mixed),
            Err(PoolingError::OneReport) => prop_assert_eq!(counts.len(), 1),
            Err(_) => prop_assert!(!mixed),
        }
    }

    #[test]
    fn random_effects_without_variance_are_the_common_effect(counts in counts()) {
        let studies = studies(&counts);
        let common = common_effect(&studies, CommonEffectOptions::default());
        if let Ok(found) = random_effects(&studies, RandomEffectsOptions::default())
            && found.between_reports.tau_squared == 0.0
        {
            let logit = common.logit.expect("neither all nor none");
            prop_assert!(close(found.estimate, common.estimate));
            prop_assert!(close(found.logit.estimate, logit.estimate));
            prop_assert!(close(found.logit.std_error, logit.std_error));
            prop_assert!(close(found.mean_proportion, common.estimate));
            prop_assert!(close(found.log_likelihood, common.log_likelihood));
            prop_assert_eq!(found.no_variation.p_value, 1.0);
            prop_assert!(close(found.single_case_information, found.counts.single_case_share));
        }
    }

    #[test]
    fn one_report_pooled_is_itself(x in 1_u64..3_000, failures in 1_u64..3_000) {
        let n = x + failures;
        let found = random_effects(&studies(&[(x, n)]), RandomEffectsOptions::default());
        let found = found.expect("a mixed report");
        prop_assert!(close(found.estimate, x as f64 / n as f64));
        prop_assert_eq!(found.between_reports.tau_squared, 0.0);
        prop_assert_eq!((found.between_reports.i_squared, found.prediction), (None, None));
    }

    #[test]
    fn the_order_of_reports_does_not_matter(
        counts in counts().prop_flat_map(|counts| (Just(counts.clone()), Just(counts).prop_shuffle())),
    ) {
        let [one, other] = [&counts.0, &counts.1].map(|counts| studies(counts));
        let options = RandomEffectsOptions::default();
        match (random_effects(&one, options), random_effects(&other, options)) {
            (Ok(one), Ok(other)) => {
                prop_assert_eq!(one.logit, other.logit);
                prop_assert_eq!(one.between_reports.tau_squared, other.between_reports.tau_squared);
            }
            (one, other) => prop_assert_eq!(one.err(), other.err()),
        }
    }

    /// Counting the cases without the event instead turns every proportion round.
    #[test]
    fn events_and_their_absence_mirror_each_other(counts in counts()) {
        let turned: Vec<_> = counts.iter().map(|(x, n)| (n - x, *n)).collect();
        let options = RandomEffectsOptions::default();
        if let (Ok(one), Ok(other)) = (
            random_effects(&studies(&counts), options),
            random_effects(&studies(&turned), options),
        ) {
            let near = |a: f64, b: f64| (a - b).abs() <= 1e-6 * a.abs().max(1.0);
            prop_assert!(near(one.logit.estimate, -other.logit.estimate));
            prop_assert!(near(one.between_reports.tau, other.between_reports.tau));
            prop_assert!(near(one.log_likelihood, other.log_likelihood));
        }
    }

    #[test]
    fn reports_do_not_differ_from_copies_of_themselves(x in 0_u64..30, m in 0_u64..30, k in 1_usize..9) {
        prop_assume!(x + m > 0);
        let found = heterogeneity(&studies(&vec![(x, x + m); k]));
        prop_assert!(found.likelihood_ratio.statistic < 1e-9);
        prop_assert!(found.likelihood_ratio.p_value > 0.999);
    }

    #[test]
    fn common_effect_is_the_crude_proportion(counts in counts(), level in levels()) {
        let found = common_effect(&studies(&counts), CommonEffectOptions { level });
        let (x, n) = counts.iter().fold((0, 0), |(x, n), report| (x + report.0, n + report.1));
        prop_assert_eq!((found.counts.events, found.counts.n), (x, n));
        prop_assert_eq!(found.estimate, x as f64 / n as f64);
        prop_assert!(found.interval.contains(found.estimate));
        prop_assert!(found.log_likelihood.is_finite() && found.log_likelihood <= 1e-9);
    }

    #[test]
    fn shrunk_rates_lie_between_the_crude_rate_and_the_prior(
        counts in counts(),
        level in levels(),
        stated in prop::option::of((0.01_f64..50.0, 0.01_f64..50.0)),
    ) {
        let small: Vec<_> = counts.into_iter().filter(|(_, n)| *n < 5_000).collect();
        prop_assume!(!small.is_empty());
        let prior = stated.map_or(Prior::Estimated, |(a, b)| {
            Prior::Stated(BetaParameters::new(a, b).expect("valid"))
        });
        let found = shrink(&studies(&small), ShrinkageOptions { level, prior });
        let Ok(found) = found else {
            prop_assert!(stated.is_none());
            return Ok(());
        };
        for rate in &found.rates {
            let (low, high) = (rate.crude.min(found.prior.mean), rate.crude.max(found.prior.mean));
            prop_assert!(low - 1e-12 <= rate.estimate && rate.estimate <= high + 1e-12, "{rate:?}");
            prop_assert!((0.0..=1.0).contains(&rate.interval.lower));
            prop_assert!(rate.interval.lower < rate.interval.upper && rate.interval.upper <= 1.0);
            let weighed = rate.prior_weight * found.prior.mean + (1.0 - rate.prior_weight) * rate.crude;
            prop_assert!(close(rate.estimate, weighed));
        }
        if found.prior.origin == PriorOrigin::NoOverdispersion {
            prop_assert_eq!(found.prior.equivalent_cases, found.counts.n as f64);
        }
    }

    #[test]
    fn leaving_out_a_report_is_pooling_the_others(counts in counts(), which in any::<prop::sample::Index>()) {
        let all = studies(&counts);
        let options = RandomEffectsOptions::default();
        let pool = |studies: &Studies| random_effects(studies, options).map(|pooled| pooled.estimate);
        let Ok(found) = leave_one_out(&all, pool) else { return Ok(()) };
        prop_assert_eq!(found.without.len(), counts.len());
        let left_out = which.index(counts.len());
        let others: Vec<_> = counts.iter().enumerate().filter(|(i, _)| *i != left_out).map(|(_, c)| *c).collect();
        let wanted = if others.is_empty() { None } else { pool(&studies(&others)).ok() };
        prop_assert_eq!(found.without[left_out].estimate, wanted);
        let largest = found.without.iter().filter_map(|report| report.change).map(f64::abs).fold(0.0, f64::max);
        for report in &found.without {
            if Some(&report.label) == found.most_influential.as_ref() {
                prop_assert_eq!(report.change.map(f64::abs), Some(largest));
            }
        }
    }
}

/// What the property tests cannot be expected to draw.
#[test]
fn extreme_counts_are_pooled_or_refused() {
    let options = RandomEffectsOptions::default();
    let profile = RandomEffectsOptions {
        level: Level::new(0.999).expect("valid"),
        interval: PooledInterval::ProfileLikelihood,
        ..options
    };
    let mut many = vec![(0, 400); 200];
    many.extend([(700, 700); 150]);
    many.push((1, 2));
    for counts in [
        vec![(1, 900_000_000), (3, 5)],
        vec![(450_000_000, 900_000_000), (1, 1), (0, 1)],
        vec![(1, 2), (100_000_000, 100_000_000)],
        vec![(1, 2), (0, 100_000_000), (100_000_000, 100_000_000)],
        vec![(1, 2); 500],
        many,
    ] {
        let studies = studies(&counts);
        for options in [options, profile] {
            if let Ok(found) = random_effects(&studies, options) {
                assert!(found.interval.contains(found.estimate), "{found:?}");
                assert!(found.log_likelihood.is_finite() && found.logit.std_error.is_finite());
            }
        }
        let shrunk = shrink(&studies, ShrinkageOptions::default());
        if let Ok(shrunk) = shrunk {
            assert!(
                shrunk
                    .rates
                    .iter()
                    .all(|rate| rate.interval.lower <= rate.interval.upper)
            );
        }
    }
}
