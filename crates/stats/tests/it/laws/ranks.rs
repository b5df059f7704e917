//! Laws of rank tests, order-statistic intervals and adjusted P values.

use casegraph_stats::estimate::Level;
use casegraph_stats::factor::Factor;
use casegraph_stats::multiplicity::{Adjustment, adjust};
use casegraph_stats::ranks::{
    GroupedValues, RankContinuity, RankSumMethod, RankSumOptions, TwoSamples, Values,
    kruskal_wallis, median, quantile, rank_sum,
};
use proptest::prelude::*;

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-10 * a.abs().max(b.abs()).max(1.0)
}

/// Few distinct values, so that ties abound, or many. Quarters, so that differences are exact.
fn values(most: usize) -> impl Strategy<Value = Vec<f64>> {
    let value = prop_oneof![
        (-4_i32..5).prop_map(f64::from),
        (-4_000_i32..4_000).prop_map(|value| f64::from(value) / 4.0)
    ];
    prop::collection::vec(value, 1..most)
}

fn two(first: &[f64], second: &[f64]) -> TwoSamples {
    TwoSamples {
        first: Values::new(first).expect("valid"),
        second: Values::new(second).expect("valid"),
    }
}

fn options() -> impl Strategy<Value = RankSumOptions> {
    (
        0.001..0.999,
        prop::sample::select(RankSumMethod::ALL),
        prop::sample::select(RankContinuity::ALL),
    )
        .prop_map(|(level, method, continuity)| RankSumOptions {
            level: Level::new(level).expect("a fraction"),
            method,
            continuity,
        })
}

proptest! {
    #[test]
    fn swapping_the_samples_mirrors_the_test(
        first in values(20),
        second in values(20),
        options in options(),
    ) {
        let one = rank_sum(&two(&first, &second), options);
        let other = rank_sum(&two(&second, &first), options);
        let (Ok(one), Ok(other)) = (&one, &other) else {
            prop_assert_eq!(one.err(), other.err());
            return Ok(());
        };
        prop_assert!(close(one.p_value, other.p_value));
        prop_assert!(0.0 < one.p_value && one.p_value <= 1.0);
        prop_assert_eq!(one.statistic + other.statistic, (first.len() * second.len()) as f64);
        prop_assert_eq!(one.shift.estimate, -other.shift.estimate);
        let (here, there) = (one.shift.interval, other.shift.interval);
        prop_assert_eq!(here.lower, there.upper.map(|upper| -upper));
        prop_assert_eq!(here.upper, there.lower.map(|lower| -lower));
        if let (Some(lower), Some(upper)) = (here.lower, here.upper) {
            prop_assert!(lower <= one.shift.estimate && one.shift.estimate <= upper);
        }
        prop_assert!(one.shift.coverage.is_none_or(|coverage| coverage >= options.level.value() - 1e-12));
    }

    #[test]
    fn a_shift_of_one_sample_shifts_the_estimate(
        first in values(20),
        second in values(20),
        shift in -100_i32..100,
    ) {
        let shift = f64::from(shift) / 4.0;
        let moved: Vec<f64> = first.iter().map(|value| value + shift).collect();
        let [here, there] = [&first, &moved].map(|first| {
            rank_sum(&two(first, &second), RankSumOptions::default()).expect("exact").shift
        });
        prop_assert_eq!(there.estimate, here.estimate + shift);
        prop_assert_eq!(there.interval.lower, here.interval.lower.map(|lower| lower + shift));
        prop_assert_eq!(there.interval.upper, here.interval.upper.map(|upper| upper + shift));
    }

    /// W and the shift as their definitions have them, over all pairs.
    #[test]
    fn rank_sum_agrees_with_all_pairs(first in values(20), second in values(20)) {
        let found = rank_sum(&two(&first, &second), RankSumOptions::default()).expect("exact");
        let mut differences: Vec<f64> =
            first.iter().flat_map(|a| second.iter().map(move |b| a - b)).collect();
        differences.sort_by(f64::total_cmp);
        let count = |wanted: fn(&f64) -> bool| differences.iter().filter(|d| wanted(d)).count() as f64;
        prop_assert_eq!(found.statistic, count(|d| *d > 0.0) + count(|d| *d == 0.0) / 2.0);
        let middle = [(differences.len() - 1) / 2, differences.len() / 2].map(|i| differences[i]);
        prop_assert_eq!(found.shift.estimate, f64::midpoint(middle[0], middle[1]));
    }

    /// The exact P value by going through all ways to choose the first sample.
    #[test]
    fn exact_agrees_with_enumeration(first in values(6), second in values(6)) {
        let found = rank_sum(&two(&first, &second), RankSumOptions::default()).expect("exact");
        let all: Vec<f64> = first.iter().chain(&second).copied().collect();
        let larger = |chosen: u32| -> u64 {
            let side = |i: usize| chosen >> i & 1 == 1;
            let mut doubled = 0;
            for a in (0..all.len()).filter(|i| side(*i)) {
                for b in (0..all.len()).filter(|i| !side(*i)) {
                    doubled += if all[a] > all[b] { 2 } else { u64::from(all[a] == all[b]) };
                }
            }
            u64::abs_diff(doubled, (first.len() * second.len()) as u64)
        };
        let observed = larger((1 << first.len()) - 1);
        let ways: Vec<u64> = (0..1_u32 << all.len())
            .filter(|chosen| chosen.count_ones() as usize == first.len())
            .map(larger)
            .collect();
        let far = ways.iter().filter(|distance| **distance >= observed).count();
        prop_assert!(close(found.p_value, far as f64 / ways.len() as f64));
    }

    /// With two groups the Kruskal-Wallis statistic is the square of the normal rank sum test.
    #[test]
    fn two_groups_give_the_rank_sum_test(first in values(30), second in values(30)) {
        let labels = std::iter::repeat_n("a", first.len()).chain(std::iter::repeat_n("b", second.len()));
        let all: Vec<f64> = first.iter().chain(&second).copied().collect();
        let groups = GroupedValues::new(&all, &Factor::new(labels)).expect("valid");
        let normal = RankSumOptions {
            method: RankSumMethod::Normal,
            continuity: RankContinuity::Uncorrected,
            ..Default::default()
        };
        match (kruskal_wallis(&groups), rank_sum(&two(&first, &second), normal)) {
            (Ok(groups), Ok(pair)) => {
                prop_assert!(pair.z.is_some_and(|z| close(z * z, groups.statistic)));
                prop_assert!(close(pair.p_value, groups.p_value));
            }
            (groups, pair) => prop_assert_eq!(groups.err(), pair.err()),
        }
    }

    #[test]
    fn only_the_order_of_values_matters(all in values(40), codes in prop::collection::vec(0_u8..4, 40)) {
        let labels = Factor::new(codes[..all.len()].iter().map(u8::to_string));
        let stretched: Vec<f64> = all.iter().map(|value| value.powi(3) / 8.0 + 1.0).collect();
        let [one, other] = [&all, &stretched]
            .map(|values| kruskal_wallis(&GroupedValues::new(values, &labels).expect("valid")));
        match (one, other) {
            (Ok(one), Ok(other)) => {
                prop_assert_eq!(one.statistic, other.statistic);
                prop_assert!(one.statistic >= 0.0 && (0.0..=1.0).contains(&one.p_value));
            }
            (one, other) => prop_assert_eq!(one.err(), other.err()),
        }
    }

    #[test]
    fn quantile_intervals_cover_and_widen_with_the_level(
        all in values(80),
        probability in 0.001..0.999,
        low in 0.01..0.98,
        more in 0.001..0.019,
    ) {
        let sample = Values::new(&all).expect("valid");
        let [narrow, wide] = [low, low + more].map(|level| {
            quantile(&sample, probability, Level::new(level).expect("a fraction")).expect("a fraction")
        });
        for (found, level) in [(narrow, low), (wide, low + more)] {
            prop_assert!(found.coverage >= level - 1e-12 && found.coverage <= 1.0 + 1e-12);
            if let (Some(lower), Some(upper)) = (found.lower_rank, found.upper_rank) {
                prop_assert!(lower <= upper);
            }
        }
        prop_assert!(wide.lower_rank.unwrap_or(0) <= narrow.lower_rank.unwrap_or(0));
        let past_end = all.len() + 1;
        prop_assert!(wide.upper_rank.unwrap_or(past_end) >= narrow.upper_rank.unwrap_or(past_end));
    }

    #[test]
    fn the_median_mirrors(all in values(60)) {
        let mirrored: Vec<f64> = all.iter().map(|value| -value).collect();
        let [one, other] = [&all, &mirrored]
            .map(|values| median(&Values::new(values).expect("valid"), Level::P95));
        prop_assert_eq!(one.estimate, -other.estimate);
        prop_assert_eq!(one.interval.lower, other.interval.upper.map(|upper| -upper));
    }

    #[test]
    fn any_finite_values_give_a_result_or_an_error(
        first in prop::collection::vec(any::<f64>(), 1..12),
        second in prop::collection::vec(any::<f64>(), 1..12),
        options in options(),
    ) {
        let (Ok(first), Ok(second)) = (Values::new(&first), Values::new(&second)) else {
            return Ok(());
        };
        prop_assert!(median(&first, options.level).estimate.is_finite());
        if let Ok(found) = rank_sum(&TwoSamples { first, second }, options) {
            prop_assert!(found.p_value.is_finite() && found.shift.estimate.is_finite());
        }
    }

    #[test]
    fn adjusted_p_values_are_ordered_by_method_and_by_p(
        p_values in prop::collection::vec(0.0..=1.0, 1..40),
    ) {
        let adjusted = |method| {
            let tests = p_values.iter().map(|p| ("", *p));
            let found = adjust(tests, method).expect("probabilities");
            found.tests.iter().map(|test| test.adjusted_p_value).collect::<Vec<f64>>()
        };
        let [holm, rate, bonferroni] =
            [Adjustment::Holm, Adjustment::BenjaminiHochberg, Adjustment::Bonferroni].map(adjusted);
        for i in 0..p_values.len() {
            prop_assert!(p_values[i] <= rate[i] + 1e-15 && rate[i] <= holm[i] + 1e-15);
            prop_assert!(holm[i] <= bonferroni[i] && bonferroni[i] <= 1.0);
            for j in (0..p_values.len()).filter(|j| p_values[i] <= p_values[*j]) {
                prop_assert!(holm[i] <= holm[j] && rate[i] <= rate[j]);
            }
        }
    }
}
