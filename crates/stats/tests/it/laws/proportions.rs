//! Laws of one and two proportions.

use casegraph_stats::contingency::{Cells, Continuity, Table2x2};
use casegraph_stats::estimate::{Alternative, Interval, IntervalMethod, Level, ObservedShare};
use casegraph_stats::proportion::{BinomialTestOptions, Comparison, NullProportion, Proportion};
use proptest::prelude::*;

use super::{both_close, close, levels, proportions};

/// The test statistic must be so far from its quantile before a limit on one side of no effect is asked
/// for.
const CLEAR: f64 = 1e-6;

/// Proportions of any size.
fn any_proportions() -> impl Strategy<Value = Proportion> {
    prop_oneof![1_u64..30, 1_u64..3_000, 1_u64..=1_000_000_000]
        .prop_flat_map(|n| (prop_oneof![0..=n, Just(0), Just(n), Just(1)], Just(n)))
        .prop_map(|(k, n)| Proportion::new(k, n).expect("valid"))
}

fn test(
    proportion: Proportion,
    null: f64,
    alternative: Alternative,
    observed: ObservedShare,
) -> f64 {
    let options = BinomialTestOptions {
        alternative,
        observed,
    };
    proportion
        .test(NullProportion::new(null).expect("valid"), options)
        .p_value
}

fn mirrored(proportion: Proportion) -> Proportion {
    Proportion::new(proportion.n() - proportion.successes(), proportion.n()).expect("valid")
}

fn within(inner: Interval, outer: Interval) -> bool {
    outer.lower <= inner.lower + 1e-12 && inner.upper <= outer.upper + 1e-12
}

proptest! {
    #[test]
    fn every_interval_is_within_the_unit_and_contains_the_estimate(
        proportion in any_proportions(),
        level in levels(),
    ) {
        let intervals = proportion.intervals(level);
        prop_assert_eq!(intervals.len(), Proportion::METHODS.len());
        for interval in intervals {
            prop_assert!(0.0 <= interval.lower && interval.upper <= 1.0, "{interval:?}");
            prop_assert!(interval.contains(proportion.value()), "{interval:?}");
            prop_assert_eq!(proportion.interval(interval.method, level), Ok(interval));
        }
    }

    #[test]
    fn every_interval_mirrors_and_nests(
        proportion in proportions(),
        level in 0.5..0.99,
        wider in 1e-6..0.009,
    ) {
        let [low, high] = [level, level + wider].map(|value| Level::new(value).expect("valid"));
        for method in Proportion::METHODS {
            let interval = |proportion: Proportion, level| {
                proportion.interval(*method, level).expect("suitable")
            };
            let (found, mirror) = (interval(proportion, low), interval(mirrored(proportion), low));
            prop_assert!(close(found.lower, 1.0 - mirror.upper), "{found:?} {mirror:?}");
            prop_assert!(within(found, interval(proportion, high)), "{found:?}");
        }
    }

    #[test]
    fn intervals_are_ordered_by_caution(proportion in proportions(), level in levels()) {
        let interval = |method| proportion.interval(method, level).expect("suitable");
        let wilson = interval(IntervalMethod::Wilson);
        prop_assert!(within(wilson, interval(IntervalMethod::WilsonContinuity)));
        prop_assert!(within(wilson, interval(IntervalMethod::AgrestiCoull)));
        let exact = interval(IntervalMethod::ClopperPearson);
        prop_assert!(within(interval(IntervalMethod::MidP), exact));
        prop_assert!(within(interval(IntervalMethod::Jeffreys), exact));
    }

    #[test]
    fn limits_are_where_one_sided_tests_reach_the_tail(proportion in proportions(), level in levels()) {
        let tail = (1.0 - level.value()) / 2.0;
        for (method, observed) in [
            (IntervalMethod::ClopperPearson, ObservedShare::Whole),
            (IntervalMethod::MidP, ObservedShare::Half),
        ] {
            let interval = proportion.interval(method, level).expect("suitable");
            if interval.lower > 0.0 {
                let found = test(proportion, interval.lower, Alternative::Greater, observed);
                prop_assert!((found / tail - 1.0).abs() < 1e-8, "{interval:?} {found}");
            }
            if interval.upper < 1.0 {
                let found = test(proportion, interval.upper, Alternative::Less, observed);
                prop_assert!((found / tail - 1.0).abs() < 1e-8, "{interval:?} {found}");
            }
        }
    }

    #[test]
    fn binomial_tests_are_probabilities_that_mirror(
        proportion in any_proportions(),
        null in 0.001..0.999,
    ) {
        use Alternative::{Greater, Less, TwoSided};
        use ObservedShare::{Half, Whole};
        for observed in [Whole, Half] {
            for alternative in [TwoSided, Less, Greater] {
                let found = test(proportion, null, alternative, observed);
                prop_assert!((0.0..=1.0).contains(&found), "{found}");
            }
            let found = test(proportion, null, Less, observed);
            let mirror = test(mirrored(proportion), 1.0 - null, Greater, observed);
            if proportion.n() < 3_000 {
                prop_assert!(close(found, mirror), "{found} {mirror}");
            }
        }
        let halves = test(proportion, null, Less, Half) + test(proportion, null, Greater, Half);
        prop_assert!((halves - 1.0).abs() < 1e-6, "{halves}");
        let smaller = f64::min(test(proportion, null, Less, Whole), test(proportion, null, Greater, Whole));
        prop_assert!(test(proportion, null, TwoSided, Whole) >= smaller - 1e-12);
    }

    #[test]
    fn comparisons_hold_for_groups_of_any_size(
        first in any_proportions(),
        second in any_proportions(),
        level in levels(),
    ) {
        let comparison = Comparison::new(first, second);
        let difference = comparison.difference(level);
        prop_assert!(difference.std_error.is_finite());
        for interval in [difference.miettinen_nurminen, difference.newcombe, difference.wald] {
            prop_assert!(-1.0 <= interval.lower && interval.upper <= 1.0, "{interval:?}");
            prop_assert!(interval.contains(difference.estimate), "{difference:?}");
            prop_assert_eq!(comparison.difference_interval(interval.method, level), Ok(interval));
        }
        let ratio = comparison.ratio(level);
        let score = ratio.miettinen_nurminen;
        let lower = score.lower.expect("always there");
        prop_assert!(lower.is_finite() && score.upper.is_none_or(f64::is_finite), "{score:?}");
        if let (Some(estimate), Some(upper)) = (ratio.estimate, score.upper) {
            prop_assert!(lower <= estimate && estimate <= upper, "{ratio:?}");
        }
        let missing = [ratio.estimate, ratio.log_std_error, ratio.wald_log.lower, score.upper];
        prop_assert_eq!(missing.iter().any(Option::is_none), ratio.undefined.is_some());
    }

    #[test]
    fn swapping_the_groups_turns_the_comparison_around(
        first in proportions(),
        second in proportions(),
        level in levels(),
    ) {
        let [one, other] = [Comparison::new(first, second), Comparison::new(second, first)];
        let (here, there) = (one.difference(level), other.difference(level));
        prop_assert_eq!(here.estimate, -there.estimate);
        prop_assert!(close(here.miettinen_nurminen.lower, -there.miettinen_nurminen.upper));
        prop_assert!(close(here.newcombe.lower, -there.newcombe.upper));
        prop_assert!(close(here.wald.lower, -there.wald.upper));
        let (here, there) = (one.ratio(level), other.ratio(level));
        let inverse = |value: Option<f64>| value.filter(|value| *value > 0.0).map(f64::recip);
        let positive = |value: Option<f64>| value.filter(|value| *value > 0.0);
        prop_assert!(both_close(
            inverse(here.miettinen_nurminen.lower),
            there.miettinen_nurminen.upper
        ));
        prop_assert!(both_close(inverse(here.wald_log.upper), positive(there.wald_log.lower)));
    }

    /// At no effect the score statistic is Pearson's with N − 1 for N.
    #[test]
    fn score_intervals_agree_with_pearsons_test(
        first in proportions(),
        second in proportions(),
        level in levels(),
    ) {
        let cells = Cells {
            exposed_event: first.successes(),
            exposed_no_event: first.n() - first.successes(),
            unexposed_event: second.successes(),
            unexposed_no_event: second.n() - second.successes(),
        };
        let Ok(table) = Table2x2::new(cells) else {
            return Ok(());
        };
        let n = table.total() as f64;
        let statistic = table.chi_squared(Continuity::Uncorrected).statistic * (n - 1.0) / n;
        // The same by way of the interval of a proportion: z² is where Wilson's limit of 0 in 1 is.
        let upper = Proportion::new(0, 1).expect("valid").wilson(level).upper;
        let quantile = upper / (1.0 - upper);
        prop_assume!((statistic / quantile - 1.0).abs() > CLEAR);
        let difference = Comparison::new(first, second).difference(level).miettinen_nurminen;
        prop_assert_eq!(difference.contains(0.0), statistic < quantile);
        let ratio = Comparison::new(first, second).ratio(level).miettinen_nurminen;
        let contains = ratio.lower.is_some_and(|lower| lower <= 1.0)
            && ratio.upper.is_none_or(|upper| 1.0 <= upper);
        prop_assert_eq!(contains, statistic < quantile);
    }
}
