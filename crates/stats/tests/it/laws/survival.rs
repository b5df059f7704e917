//! Laws of survival curves, restricted means and tests between groups.

use casegraph_stats::factor::Factor;
use casegraph_stats::survival::{
    Band, Columns, CompareOptions, CurveOptions, LogRankError, NearTies, Outcome,
    PermutationMethod, PermutationOptions, QuantileRule, RestrictedMeanOptions, Sample, Weights,
    compare, compare_restricted_means, kaplan_meier, kaplan_meier_by_group, logrank,
    permutation_test, restricted_mean, restricted_mean_by_group, reverse_kaplan_meier, trend_test,
};
use proptest::prelude::*;

use super::{close, levels};

/// Time, outcome, group.
type Case = (f64, Outcome, usize);

fn bands() -> impl Strategy<Value = Band> {
    prop::sample::select(vec![
        Band::LogLog,
        Band::Log,
        Band::Plain,
        Band::Logit,
        Band::ArcSine,
    ])
}

/// Cases with whole times, so that ties abound, or fractional ones. All lie on a grid far coarser than
/// near-ties: how near counts as tied depends on the whole sample, so laws that compare two samples
/// hold only where nothing is merged.
fn cases() -> impl Strategy<Value = Vec<Case>> {
    let time = prop_oneof![
        (0_u32..12).prop_map(f64::from),
        (0_u32..6_400).prop_map(|time| f64::from(time) / 64.0)
    ];
    let outcome = prop::sample::select(vec![Outcome::Event, Outcome::Censored]);
    prop::collection::vec((time, outcome, 0_usize..4), 1..60)
}

/// The columns of cases, to borrow from.
struct Owned {
    times: Vec<f64>,
    outcomes: Vec<Outcome>,
    groups: Factor,
}

impl Owned {
    fn new(cases: &[Case], labels: [&str; 4]) -> Self {
        Self {
            times: cases.iter().map(|case| case.0).collect(),
            outcomes: cases.iter().map(|case| case.1).collect(),
            groups: Factor::new(cases.iter().map(|case| labels[case.2])),
        }
    }

    fn columns(&self) -> Columns<'_> {
        Columns::new(&self.times, &self.outcomes)
    }
}

fn ungrouped(cases: &[Case]) -> Sample {
    Owned::new(cases, LABELS).columns().sample().expect("valid")
}

fn grouped(cases: &[Case], labels: [&str; 4]) -> Sample {
    let owned = Owned::new(cases, labels);
    owned
        .columns()
        .grouped(&owned.groups)
        .sample()
        .expect("valid")
}

fn all_events(times: &[f64]) -> Sample {
    Sample::new(times, &vec![Outcome::Event; times.len()]).expect("valid")
}

/// A few cases, of which all assignments to the groups are soon gone through.
fn few_cases() -> impl Strategy<Value = Vec<Case>> {
    let outcome = prop::sample::select(vec![Outcome::Event, Outcome::Event, Outcome::Censored]);
    prop::collection::vec(((0_u32..6).prop_map(f64::from), outcome, 0_usize..3), 2..8)
}

fn compare_options() -> impl Strategy<Value = CompareOptions> {
    let exponent = || prop::sample::select(vec![0.0, 0.5, 1.0, 2.0]);
    (prop::sample::select(Weights::ALL), exponent(), exponent()).prop_map(
        |(weights, rho, gamma)| CompareOptions {
            weights,
            rho,
            gamma,
            ..CompareOptions::default()
        },
    )
}

/// Numbers of every kind, those that upset arithmetic among them.
fn any_number() -> impl Strategy<Value = f64> {
    prop_oneof![
        0.0..10.0,
        (0_u32..5).prop_map(f64::from),
        any::<f64>(),
        prop::sample::select(vec![
            0.0,
            -0.0,
            f64::MIN_POSITIVE,
            5e-324,
            1e-160,
            1e160,
            f64::MAX,
            f64::INFINITY
        ]),
    ]
}

/// Closeness of statistics, which small variances make large.
fn close_tests(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-8 * a.abs().max(b.abs()).max(1.0)
}

/// The share and number of the different ways to deal the cases that give at least `statistic`,
/// each found as the statistic of a sample of its own.
fn by_recounting(cases: &[Case], options: CompareOptions, statistic: f64) -> (f64, u64) {
    fn deal(
        left: &mut [usize; 4],
        dealt: &mut Vec<usize>,
        n: usize,
        visit: &mut impl FnMut(&[usize]),
    ) {
        if dealt.len() == n {
            visit(dealt);
            return;
        }
        for group in 0..4 {
            if left[group] > 0 {
                left[group] -= 1;
                dealt.push(group);
                deal(left, dealt, n, visit);
                dealt.pop();
                left[group] += 1;
            }
        }
    }
    let mut left = [0; 4];
    for case in cases {
        left[case.2] += 1;
    }
    let (mut all, mut as_large) = (0, 0);
    deal(&mut left, &mut Vec::new(), cases.len(), &mut |dealt| {
        let cases: Vec<Case> = cases
            .iter()
            .zip(dealt)
            .map(|(case, group)| (case.0, case.1, *group))
            .collect();
        // The statistic alone is wanted; one draw is soon made.
        let options = PermutationOptions {
            compare: options,
            method: PermutationMethod::MonteCarlo,
            draws: 1,
            ..Default::default()
        };
        let found =
            permutation_test(&grouped(&cases, LABELS), options).expect("as comparable as before");
        all += 1;
        as_large += u64::from(found.statistic.sqrt() >= statistic.sqrt() - 1e-9);
    });
    (as_large as f64 / all as f64, all)
}

const LABELS: [&str; 4] = ["a", "b", "c", "d"];

proptest! {
    #[test]
    fn survival_starts_at_one_stays_within_bounds_and_never_rises(
        cases in cases(),
        band in bands(),
        level in levels(),
    ) {
        let curve = kaplan_meier(&ungrouped(&cases), CurveOptions { level, band, ..CurveOptions::default() });
        let mut previous = 1.0;
        let mut left = curve.n();
        for step in curve.steps() {
            prop_assert!((0.0..=previous).contains(&step.survival));
            prop_assert_eq!(step.at_risk, left);
            prop_assert!(step.events + step.censored >= 1);
            prop_assert!(step.std_error.is_none_or(f64::is_finite));
            if let Some(interval) = step.interval {
                prop_assert!(interval.contains(step.survival), "{step:?}");
                prop_assert!(0.0 <= interval.lower && interval.upper <= 1.0, "{step:?}");
            }
            previous = step.survival;
            left -= step.events + step.censored;
        }
        prop_assert_eq!(left, 0);
    }

    #[test]
    fn without_censoring_survival_is_the_empirical_curve(
        times in prop::collection::vec(0_u32..40, 1..80),
    ) {
        let sample = all_events(&times.iter().map(|time| f64::from(*time)).collect::<Vec<_>>());
        let n = times.len() as f64;
        for step in kaplan_meier(&sample, CurveOptions::default()).steps() {
            let beyond = times.iter().filter(|time| f64::from(**time) > step.time).count() as f64;
            prop_assert!(close(step.survival, beyond / n));
            if let Some(error) = step.std_error {
                let binomial = step.survival * (1.0 - step.survival) / n;
                prop_assert!(close(error, binomial.max(0.0).sqrt()));
            }
        }
    }

    #[test]
    fn median_without_censoring_is_the_median(mut times in prop::collection::vec(0.0..1e3, 1..80)) {
        let sample = all_events(&times);
        times.sort_by(f64::total_cmp);
        let wanted = f64::midpoint(times[(times.len() - 1) / 2], times[times.len() / 2]);
        let found = kaplan_meier(&sample, CurveOptions::default()).median().time;
        prop_assert!(found.is_some_and(|found| (found - wanted).abs() < 1e-4), "{found:?} {wanted}");
    }

    #[test]
    fn quantiles_rise_with_the_probability(cases in cases(), a in 0.01..0.99, b in 0.01..0.99) {
        let curve = kaplan_meier(&ungrouped(&cases), CurveOptions::default());
        let probabilities = [f64::min(a, b), f64::max(a, b)];
        let [early, late] = probabilities.map(|p| curve.quantile(p).expect("valid").time);
        if let Some(late) = late {
            prop_assert!(early.is_some_and(|early| early <= late));
        }
    }

    #[test]
    fn median_lies_within_its_interval(cases in cases()) {
        let median = kaplan_meier(&ungrouped(&cases), CurveOptions::default()).median();
        if let Some(time) = median.time {
            prop_assert!(median.interval.lower.is_none_or(|lower| lower <= time));
            prop_assert!(median.interval.upper.is_none_or(|upper| time <= upper));
        }
    }

    #[test]
    fn readings_agree_with_the_steps(cases in cases()) {
        let curve = kaplan_meier(&ungrouped(&cases), CurveOptions::default());
        for step in curve.steps() {
            let at = curve.survival_at(step.time).expect("valid").expect("within follow-up");
            prop_assert_eq!((at.survival, at.at_risk), (step.survival, step.at_risk));
            prop_assert_eq!((at.std_error, at.interval), (step.std_error, step.interval));
        }
        let beyond = curve.survival_at(curve.last_time() + 1.0).expect("valid");
        let ends_at_zero = curve.steps().last().is_some_and(|step| step.survival == 0.0);
        prop_assert_eq!(beyond.is_some(), ends_at_zero);
    }

    #[test]
    fn the_order_of_cases_does_not_matter(
        cases in cases().prop_flat_map(|cases| (Just(cases.clone()), Just(cases).prop_shuffle())),
    ) {
        let options = CurveOptions::default();
        let [one, other] = [cases.0, cases.1].map(|cases| kaplan_meier(&ungrouped(&cases), options));
        prop_assert_eq!(one, other);
    }

    /// Days and months give the same curve: rounding of the conversion breaks no tie.
    #[test]
    fn the_unit_of_time_does_not_matter(
        cases in cases(),
        two_ways in prop::collection::vec(any::<bool>(), 60),
    ) {
        let convert = |(i, case): (usize, &Case)| {
            (if two_ways[i] { case.0 / 30.4375 } else { case.0 * (1.0 / 30.4375) }, case.1, case.2)
        };
        let converted: Vec<_> = cases.iter().enumerate().map(convert).collect();
        let options = CurveOptions::default();
        let days = kaplan_meier(&ungrouped(&cases), options);
        let months = kaplan_meier(&ungrouped(&converted), options);
        prop_assert_eq!(days.steps().len(), months.steps().len());
        for (day, month) in days.steps().zip(months.steps()) {
            prop_assert_eq!(day.survival, month.survival);
            prop_assert_eq!((day.at_risk, day.interval), (month.at_risk, month.interval));
            prop_assert!(close(day.time, month.time * 30.4375));
        }
    }

    #[test]
    fn a_group_has_the_curve_it_has_alone(cases in cases()) {
        let sample = grouped(&cases, LABELS);
        for curve in kaplan_meier_by_group(&sample, CurveOptions::default()) {
            let label = curve.group().expect("a group's curve");
            let alone: Vec<_> = cases.iter().copied().filter(|case| LABELS[case.2] == label).collect();
            let alone = kaplan_meier(&ungrouped(&alone), CurveOptions::default());
            prop_assert!(curve.steps().eq(alone.steps()));
        }
    }

    #[test]
    fn logrank_is_the_same_under_relabelling(cases in cases(), labels in Just(LABELS).prop_shuffle()) {
        match (logrank(&grouped(&cases, LABELS)), logrank(&grouped(&cases, labels))) {
            (Ok(one), Ok(other)) => {
                prop_assert!(close(one.statistic, other.statistic));
                prop_assert_eq!(one.degrees_of_freedom, other.degrees_of_freedom);
                for (before, after) in one.groups.iter().zip(&other.groups) {
                    prop_assert_eq!((before.n, before.observed), (after.n, after.observed));
                    prop_assert_eq!(before.expected, after.expected);
                }
            }
            (one, other) => prop_assert_eq!(one, other),
        }
    }

    /// The group left out of the covariance matrix is the first; which one that is must not matter.
    #[test]
    fn logrank_is_the_same_whichever_group_comes_first(cases in cases()) {
        let backwards: Vec<_> = cases.iter().rev().copied().collect();
        match (logrank(&grouped(&cases, LABELS)), logrank(&grouped(&backwards, LABELS))) {
            (Ok(one), Ok(other)) => prop_assert!(close(one.statistic, other.statistic)),
            (one, other) => prop_assert_eq!(one.err(), other.err()),
        }
    }

    #[test]
    fn expected_events_sum_to_the_observed(cases in cases()) {
        if let Ok(test) = logrank(&grouped(&cases, LABELS)) {
            let expected: f64 = test.groups.iter().map(|group| group.expected).sum();
            let observed: usize = test.groups.iter().map(|group| group.observed).sum();
            prop_assert!(close(expected, observed as f64));
            prop_assert!(test.statistic >= 0.0 && (0.0..=1.0).contains(&test.p_value));
        }
    }

    #[test]
    fn one_group_cannot_be_compared(cases in cases()) {
        let sample = grouped(&cases, ["a"; 4]);
        prop_assert_eq!(logrank(&sample), Err(LogRankError::TooFewGroups { groups: 1 }));
    }

    #[test]
    fn two_groups_that_are_alike_do_not_differ(cases in cases()) {
        let double = |case: &Case| [0, 1].map(|group| (case.0, case.1, group));
        let twice: Vec<_> = cases.iter().flat_map(double).collect();
        if let Ok(test) = logrank(&grouped(&twice, LABELS)) {
            prop_assert!(test.statistic < 1e-20 && close(test.p_value, 1.0));
        }
    }

    /// Only the order of times and entries matters to tests between groups.
    #[test]
    fn tests_between_groups_are_the_same_on_another_scale_of_time(
        cases in cases(),
        options in compare_options(),
    ) {
        let stretched: Vec<Case> =
            cases.iter().map(|case| (case.0 * (case.0 + 3.0), case.1, case.2)).collect();
        let [one, other] = [cases, stretched].map(|cases| {
            let owned = Owned::new(&cases, LABELS);
            let kept = owned.columns().grouped(&owned.groups).near_ties(NearTies::Keep);
            compare(&kept.sample().expect("valid"), options)
        });
        prop_assert_eq!(one, other);
    }

    #[test]
    fn weighted_tests_are_the_same_under_relabelling(
        cases in cases(),
        options in compare_options(),
    ) {
        let backwards: Vec<_> = cases.iter().rev().copied().collect();
        let [one, other] = [cases, backwards].map(|cases| compare(&grouped(&cases, LABELS), options));
        match (one, other) {
            (Ok(one), Ok(other)) => {
                prop_assert!(close_tests(one.statistic, other.statistic), "{one:?} {other:?}");
                prop_assert_eq!(one.degrees_of_freedom, other.degrees_of_freedom);
                prop_assert!((0.0..=1.0).contains(&one.p_value));
                for row in &one.covariance {
                    prop_assert!(row.iter().sum::<f64>().abs() < 1e-9 * one.covariance[0][0].max(1.0));
                }
            }
            (one, other) => prop_assert_eq!(one.err(), other.err()),
        }
    }

    #[test]
    fn one_stratum_is_no_stratum(cases in cases(), options in compare_options()) {
        let owned = Owned::new(&cases, LABELS);
        let strata = Factor::new(vec!["all"; cases.len()]);
        let columns = owned.columns().grouped(&owned.groups);
        let [one, other] = [columns, columns.stratified(&strata)]
            .map(|columns| compare(&columns.sample().expect("valid"), options));
        prop_assert_eq!(one, other);
    }

    /// A sample once more beside itself, in another stratum, doubles everything.
    #[test]
    fn strata_add_up(cases in cases(), options in compare_options()) {
        let twice: Vec<Case> = cases.iter().chain(&cases).copied().collect();
        let owned = Owned::new(&twice, LABELS);
        let strata = Factor::new((0..twice.len()).map(|i| if i < cases.len() { "x" } else { "y" }));
        let columns = owned.columns().grouped(&owned.groups).stratified(&strata);
        let both = compare(&columns.sample().expect("valid"), options);
        match (compare(&grouped(&cases, LABELS), options), both) {
            (Ok(one), Ok(both)) => {
                prop_assert!(close_tests(2.0 * one.statistic, both.statistic));
                prop_assert_eq!(one.degrees_of_freedom, both.degrees_of_freedom);
            }
            (one, both) => prop_assert_eq!(one.err(), both.err()),
        }
    }

    #[test]
    fn a_trend_is_never_more_than_the_difference(cases in cases(), options in compare_options()) {
        let sample = grouped(&cases, LABELS);
        if let (Ok(test), Ok(trend)) = (compare(&sample, options), trend_test(&sample, None, options)) {
            prop_assert!(trend.statistic <= test.statistic * (1.0 + 1e-6) + 1e-9);
            prop_assert!(trend.p_value.is_finite());
        }
    }

    /// Cases that enter at 0 are not truncated.
    #[test]
    fn entry_at_zero_changes_nothing(cases in cases(), options in compare_options()) {
        let cases: Vec<Case> = cases.iter().map(|case| (case.0 + 1.0, case.1, case.2)).collect();
        let owned = Owned::new(&cases, LABELS);
        let entries = vec![0.0; cases.len()];
        let columns = owned.columns().grouped(&owned.groups);
        let [plain, entered] =
            [columns, columns.entered(&entries)].map(|columns| columns.sample().expect("valid"));
        prop_assert_eq!(compare(&plain, options), compare(&entered, options));
        let shown = CurveOptions::default();
        let [one, other] = [&plain, &entered].map(|sample| kaplan_meier(sample, shown));
        prop_assert!(one.steps().eq(other.steps()));
        let times = [0.0, 0.5, 1.0, 3.0, 7.25, 50.0];
        prop_assert_eq!(one.at_risk(&times), other.at_risk(&times));
        for (one, other) in kaplan_meier_by_group(&plain, shown)
            .iter()
            .zip(&kaplan_meier_by_group(&entered, shown))
        {
            prop_assert!(one.steps().eq(other.steps()));
        }
    }

    /// With truncation those at risk are those who entered before and have not left, in all and in
    /// each group.
    #[test]
    fn truncated_cases_are_at_risk_between_entry_and_exit(
        cases in cases(),
        spans in prop::collection::vec(1_u32..400, 60),
    ) {
        let entries: Vec<f64> = cases.iter().map(|case| case.0).collect();
        let later: Vec<Case> = cases
            .iter()
            .zip(&spans)
            .map(|(case, span)| (case.0 + f64::from(*span) / 64.0, case.1, case.2))
            .collect();
        let owned = Owned::new(&later, LABELS);
        let sample =
            owned.columns().entered(&entries).grouped(&owned.groups).sample().expect("valid");
        let options = CurveOptions::default();
        let whole = [kaplan_meier(&sample, options)];
        for curve in whole.iter().chain(&kaplan_meier_by_group(&sample, options)) {
            let at_risk = |time: f64| {
                let its = |case: &Case| curve.group().is_none_or(|group| LABELS[case.2] == group);
                later
                    .iter()
                    .zip(&entries)
                    .filter(|(case, entry)| its(case) && **entry < time && time <= case.0)
                    .count()
            };
            let mut survival = 1.0;
            for step in curve.steps() {
                prop_assert_eq!(step.at_risk, at_risk(step.time));
                survival *= 1.0 - step.events as f64 / step.at_risk as f64;
                prop_assert!(close(step.survival, survival));
            }
            for time in [0.25, 1.0, 3.5, 11.0, 64.0] {
                prop_assert_eq!(curve.at_risk(&[time]), Ok(vec![at_risk(time)]));
            }
        }
        if let Ok(test) = compare(&sample, CompareOptions::default()) {
            let expected: f64 = test.groups.iter().map(|group| group.expected).sum();
            prop_assert!(close(expected, test.events as f64));
        }
    }

    #[test]
    fn quantile_rules_agree_but_on_a_level(cases in cases(), p in 0.01..0.99) {
        let sample = ungrouped(&cases);
        let by = |quantile_rule| {
            let options = CurveOptions { quantile_rule, ..CurveOptions::default() };
            kaplan_meier(&sample, options).quantile(p).expect("valid").time
        };
        let (middle, first) = (by(QuantileRule::Midpoint), by(QuantileRule::FirstBelow));
        prop_assert_eq!(middle.is_some(), first.is_some());
        if let (Some(middle), Some(first)) = (middle, first) {
            prop_assert!(first <= middle);
            let curve = kaplan_meier(&sample, CurveOptions::default());
            let at = |time| curve.survival_at(time).expect("valid").expect("known").survival;
            prop_assert!(at(first) <= 1.0 - p + 1e-7);
        }
    }

    /// Where no event and no censoring share a time, both curves multiply to the share still
    /// followed.
    #[test]
    fn the_curve_and_its_reverse_multiply_to_those_followed(cases in cases()) {
        let apart: Vec<Case> = cases
            .iter()
            .map(|case| (case.0 + if case.1 == Outcome::Event { 0.0 } else { 0.001 }, case.1, 0))
            .collect();
        let sample = ungrouped(&apart);
        let options = CurveOptions::default();
        let (curve, reverse) = (kaplan_meier(&sample, options), reverse_kaplan_meier(&sample, options));
        let n = apart.len() as f64;
        for (step, back) in curve.steps().zip(reverse.steps()) {
            let followed = (step.at_risk - step.events - step.censored) as f64 / n;
            prop_assert!(close(step.survival * back.survival, followed));
            prop_assert_eq!((step.events, step.censored), (back.censored, back.events));
        }
    }

    #[test]
    fn restricted_mean_without_censoring_is_the_mean_of_the_shorter(
        times in prop::collection::vec(0.001..1e3, 1..80),
        tau in 0.01..1e4,
    ) {
        let options = RestrictedMeanOptions { tau: Some(tau), ..Default::default() };
        let found = restricted_mean(&all_events(&times), options).expect("all died");
        let n = times.len() as f64;
        let shorter: Vec<f64> = times.iter().map(|time| time.min(tau)).collect();
        let mean = shorter.iter().sum::<f64>() / n;
        // Near ties are merged, which shifts times by up to 1e-5.
        prop_assert!((found.estimate - mean).abs() < 1e-4);
        let variance = shorter.iter().map(|time| (time - mean).powi(2)).sum::<f64>() / n / n;
        prop_assert!((found.std_error - variance.sqrt()).abs() < 1e-4 * tau.min(1e3));
        prop_assert!(close(found.time_lost, tau - found.estimate));
        prop_assert!(found.interval.contains(found.estimate));
    }

    #[test]
    fn restricted_mean_grows_with_tau_but_no_faster(cases in cases(), a in 0.01..1.0, b in 0.01..1.0) {
        let sample = ungrouped(&cases);
        let end = kaplan_meier(&sample, CurveOptions::default()).last_time();
        let to = |share: f64| {
            let options = RestrictedMeanOptions { tau: Some(share * end), ..Default::default() };
            restricted_mean(&sample, options)
        };
        if let (Ok(short), Ok(long)) = (to(f64::min(a, b)), to(f64::max(a, b))) {
            let more = long.estimate - short.estimate;
            prop_assert!(more >= -1e-9 && more <= long.tau - short.tau + 1e-9);
            prop_assert!(long.std_error >= short.std_error - 1e-9);
        } else {
            prop_assert_eq!(end, 0.0);
        }
    }

    #[test]
    fn swapping_the_groups_turns_the_contrast_of_restricted_means(cases in cases()) {
        let options = RestrictedMeanOptions::default();
        let backwards: Vec<_> = cases.iter().rev().copied().collect();
        let [one, other] = [cases, backwards]
            .map(|cases| compare_restricted_means(&grouped(&cases, ["a", "b", "a", "b"]), options));
        if let (Ok(one), Ok(other)) = (one, other) {
            let turned = one.reference.group != other.reference.group;
            let (sign, power) = if turned { (-1.0, -1) } else { (1.0, 1) };
            prop_assert!(close(one.difference.estimate, sign * other.difference.estimate));
            prop_assert!(close(one.difference.p_value, other.difference.p_value));
            prop_assert!(one.difference.interval.contains(one.difference.estimate));
            if let (Some(one), Some(other)) = (one.ratio, other.ratio) {
                prop_assert!(close(one.estimate, other.estimate.powi(power)));
                prop_assert!(one.interval.contains(one.estimate));
            }
        }
    }

    /// Two ways to the exact distribution, and to one with strata that change nothing.
    #[test]
    fn permutation_p_values_are_shares_of_all_assignments(cases in few_cases(), options in compare_options()) {
        let sample = grouped(&cases, LABELS);
        let exact = PermutationOptions { compare: options, ..Default::default() };
        let Ok(found) = permutation_test(&sample, exact) else {
            return Ok(());
        };
        let (p, wanted) = by_recounting(&cases, options, found.statistic);
        prop_assert_eq!((found.assignments, found.method), (Some(wanted), PermutationMethod::Exact));
        prop_assert!(close(found.p_value, p), "{} {p}", found.p_value);
        prop_assert!(found.p_value > 0.0 && found.p_value <= 1.0);
        if let Ok(test) = compare(&sample, options) {
            for (one, other) in test.groups.iter().zip(&found.groups) {
                prop_assert!(close(one.weighted_observed - one.weighted_expected, other.difference));
            }
        }
    }

    #[test]
    fn any_numbers_give_a_result_or_an_error(
        times in prop::collection::vec(any_number(), 1..9),
        entries in prop::collection::vec(any_number(), 9),
        outcomes in prop::collection::vec(any::<bool>(), 9),
        rho in any_number(),
        gamma in any_number(),
        tau in any_number(),
        truncated in any::<bool>(),
    ) {
        let n = times.len();
        let outcomes: Vec<Outcome> = outcomes[..n].iter().map(|event| (*event).into()).collect();
        let groups = Factor::new((0..n).map(|i| LABELS[i % 3]));
        let columns = Columns::new(&times, &outcomes).grouped(&groups);
        let columns = if truncated { columns.entered(&entries[..n]) } else { columns };
        let Ok(sample) = columns.sample() else {
            return Ok(());
        };
        for weights in Weights::ALL.iter().copied() {
            let options = CompareOptions { weights, rho, gamma, ..CompareOptions::default() };
            if let Ok(test) = compare(&sample, options) {
                prop_assert!(test.statistic.is_finite() && (0.0..=1.0).contains(&test.p_value));
            }
            if let Ok(test) = trend_test(&sample, Some(&[tau, rho, gamma][..sample.groups().len().min(3)]), options) {
                prop_assert!(test.statistic.is_finite() && test.variance.is_finite(), "{test:?}");
            }
            let options = PermutationOptions { compare: options, draws: 9, ..Default::default() };
            if let Ok(test) = permutation_test(&sample, options) {
                prop_assert!(test.statistic.is_finite() && test.p_value.is_finite());
            }
        }
        for tau in [None, Some(tau)] {
            let options = RestrictedMeanOptions { tau, ..Default::default() };
            for mean in restricted_mean(&sample, options).into_iter().chain(
                restricted_mean_by_group(&sample, options).unwrap_or_default()
            ) {
                prop_assert!(mean.estimate.is_finite() && mean.std_error.is_finite());
                prop_assert!(mean.interval.lower.is_finite() && mean.interval.upper.is_finite());
            }
            if let Ok(found) = compare_restricted_means(&sample, options) {
                for contrast in [Some(found.difference), found.ratio, found.time_lost_ratio].into_iter().flatten() {
                    prop_assert!(contrast.estimate.is_finite() && contrast.statistic.is_finite());
                    prop_assert!(contrast.interval.upper.is_finite() && contrast.p_value.is_finite());
                }
            }
        }
        let curve = reverse_kaplan_meier(&sample, CurveOptions::default());
        for step in curve.steps() {
            prop_assert!((0.0..=1.0).contains(&step.survival));
        }
        let median = curve.median();
        prop_assert!(median.time.is_none_or(f64::is_finite));
    }
}
