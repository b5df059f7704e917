//! Laws that the estimators obey for any data.

use casegraph::stats::contingency::{Cells, Continuity, FisherExact, Table, Table2x2};
use casegraph::stats::estimate::Level;
use casegraph::stats::proportion::Proportion;
use casegraph::stats::survival::{
    Band, CurveOptions, LogRankError, Observation, Outcome, Sample, kaplan_meier,
    kaplan_meier_by_group, logrank,
};
use proptest::prelude::*;

/// Two ways to one number may differ by this much from the order of operations.
const ROUNDING: f64 = 1e-10;

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= ROUNDING * a.abs().max(b.abs()).max(1.0)
}

/// Closeness of values that may not exist.
fn both_close(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => close(a, b),
        (None, None) => true,
        _ => false,
    }
}

fn levels() -> impl Strategy<Value = Level> {
    (0.5..0.999).prop_map(|value| Level::new(value).expect("between 0 and 1"))
}

fn proportions() -> impl Strategy<Value = Proportion> {
    (1_u64..3_000)
        .prop_flat_map(|n| (0..=n, Just(n)))
        .prop_map(|(k, n)| Proportion::new(k, n).expect("valid"))
}

fn tables() -> impl Strategy<Value = Cells> {
    let cell = || prop_oneof![0_u64..6, 0_u64..60];
    (cell(), cell(), cell(), cell())
        .prop_map(|(a, b, c, d)| Cells {
            exposed_event: a,
            exposed_no_event: b,
            unexposed_event: c,
            unexposed_no_event: d,
        })
        .prop_filter("an empty margin", |cells| Table2x2::new(*cells).is_ok())
}

fn fisher(cells: Cells) -> FisherExact {
    Table2x2::new(cells)
        .expect("valid")
        .fisher_exact(Level::P95)
}

fn transposed(cells: Cells) -> Cells {
    Cells {
        exposed_no_event: cells.unexposed_event,
        unexposed_event: cells.exposed_no_event,
        ..cells
    }
}

fn groups_swapped(cells: Cells) -> Cells {
    Cells {
        exposed_event: cells.unexposed_event,
        exposed_no_event: cells.unexposed_no_event,
        unexposed_event: cells.exposed_event,
        unexposed_no_event: cells.exposed_no_event,
    }
}

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
fn cases() -> impl Strategy<Value = Vec<(f64, Outcome, usize)>> {
    let time = prop_oneof![
        (0_u32..12).prop_map(f64::from),
        (0_u32..6_400).prop_map(|time| f64::from(time) / 64.0)
    ];
    let outcome = prop::sample::select(vec![Outcome::Event, Outcome::Censored]);
    prop::collection::vec((time, outcome, 0_usize..4), 1..60)
}

fn ungrouped(cases: &[(f64, Outcome, usize)]) -> Sample {
    Sample::new(cases.iter().map(|case| Observation::new(case.0, case.1))).expect("valid")
}

fn grouped(cases: &[(f64, Outcome, usize)], labels: [&str; 4]) -> Sample {
    Sample::new(
        cases
            .iter()
            .map(|case| Observation::new(case.0, case.1).in_group(labels[case.2])),
    )
    .expect("valid")
}

const LABELS: [&str; 4] = ["a", "b", "c", "d"];

proptest! {
    #[test]
    fn proportion_intervals_contain_the_estimate(proportion in proportions(), level in levels()) {
        let found = proportion.estimate(level);
        for interval in [found.clopper_pearson, found.wilson] {
            prop_assert!(interval.contains(found.estimate), "{interval:?}");
            prop_assert!(0.0 <= interval.lower && interval.upper <= 1.0, "{interval:?}");
        }
    }

    #[test]
    fn proportion_intervals_mirror(proportion in proportions(), level in levels()) {
        let (k, n) = (proportion.successes(), proportion.n());
        let found = proportion.estimate(level);
        let mirror = Proportion::new(n - k, n).expect("valid").estimate(level);
        prop_assert!(close(found.clopper_pearson.lower, 1.0 - mirror.clopper_pearson.upper));
        prop_assert!(close(found.clopper_pearson.upper, 1.0 - mirror.clopper_pearson.lower));
        prop_assert!(close(found.wilson.lower, 1.0 - mirror.wilson.upper));
    }

    #[test]
    fn proportion_intervals_narrow_with_more_cases(
        proportion in proportions(),
        level in levels(),
        factor in 2_u64..50,
    ) {
        let (successes, n) = (proportion.successes() * factor, proportion.n() * factor);
        let more = Proportion::new(successes, n).expect("valid");
        let (few, many) = (proportion.estimate(level), more.estimate(level));
        prop_assert!(many.clopper_pearson.width() < few.clopper_pearson.width());
        prop_assert!(many.wilson.width() < few.wilson.width());
    }

    #[test]
    fn proportion_intervals_widen_with_the_level(
        proportion in proportions(),
        level in 0.5..0.99,
        wider in 1e-6..0.009,
    ) {
        let [low, high] = [level, level + wider].map(|value| Level::new(value).expect("valid"));
        let width = |level| proportion.clopper_pearson(level).width();
        prop_assert!(width(low) < width(high));
        let width = |level| proportion.wilson(level).width();
        prop_assert!(width(low) < width(high));
    }

    #[test]
    fn fisher_is_the_same_under_transposition(cells in tables()) {
        let (one, other) = (fisher(cells), fisher(transposed(cells)));
        prop_assert!(close(one.p_value, other.p_value));
        prop_assert!(both_close(one.odds_ratio.estimate, other.odds_ratio.estimate));
        prop_assert!(both_close(one.odds_ratio.interval.upper, other.odds_ratio.interval.upper));
    }

    #[test]
    fn swapping_the_groups_inverts_the_odds_ratio(cells in tables()) {
        let (one, other) = (fisher(cells), fisher(groups_swapped(cells)));
        prop_assert!(close(one.p_value, other.p_value));
        // Unbounded is the inverse of zero.
        let inverse = |value: Option<f64>| match value {
            None => Some(0.0),
            Some(value) => (value > 0.0).then(|| value.recip()),
        };
        let (one, other) = (one.odds_ratio, other.odds_ratio);
        prop_assert!(both_close(inverse(other.estimate), one.estimate));
        prop_assert!(both_close(inverse(other.interval.upper), one.interval.lower));
        prop_assert!(both_close(inverse(other.interval.lower), one.interval.upper));
    }

    #[test]
    fn fisher_is_a_probability_and_its_interval_contains_the_estimate(cells in tables()) {
        let found = fisher(cells);
        prop_assert!(found.p_value > 0.0 && found.p_value <= 1.0);
        let interval = found.odds_ratio.interval;
        let lower = interval.lower.expect("odds ratios have a lower limit");
        prop_assert_eq!(found.odds_ratio.estimate.is_none(), interval.upper.is_none());
        if let (Some(estimate), Some(upper)) = (found.odds_ratio.estimate, interval.upper) {
            prop_assert!(lower <= estimate && estimate < upper);
        }
    }

    #[test]
    fn the_walk_over_tables_agrees_with_fisher(cells in tables()) {
        let rows = vec![
            vec![cells.exposed_event, cells.exposed_no_event],
            vec![cells.unexposed_event, cells.unexposed_no_event],
        ];
        let table = Table::new(rows).expect("valid");
        prop_assert!(close(table.freeman_halton().expect("small").p_value, fisher(cells).p_value));
        let pearson = Table2x2::new(cells).expect("valid").chi_squared(Continuity::Uncorrected);
        prop_assert_eq!(table.chi_squared(), pearson);
    }

    #[test]
    fn freeman_halton_is_the_same_under_transposition(
        rows in prop::collection::vec(prop::collection::vec(0_u64..4, 3), 2..4),
    ) {
        let columns = (0..3).map(|column| rows.iter().map(|row| row[column]).collect()).collect();
        if let (Ok(table), Ok(turned)) = (Table::new(rows), Table::new(columns)) {
            let [one, other] = [&table, &turned].map(|table| table.freeman_halton().expect("small"));
            prop_assert_eq!(one.tables, other.tables);
            prop_assert!(close(one.p_value, other.p_value));
            prop_assert!(close(table.chi_squared().statistic, turned.chi_squared().statistic));
        }
    }

    #[test]
    fn yates_is_never_larger(cells in tables()) {
        let table = Table2x2::new(cells).expect("valid");
        prop_assert!(
            table.chi_squared(Continuity::Yates).statistic
                <= table.chi_squared(Continuity::Uncorrected).statistic
        );
    }

    #[test]
    fn survival_starts_at_one_stays_within_bounds_and_never_rises(
        cases in cases(),
        band in bands(),
        level in levels(),
    ) {
        let curve = kaplan_meier(&ungrouped(&cases), CurveOptions { level, band });
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
        let events = times.iter().map(|time| Observation::event(f64::from(*time)));
        let sample = Sample::new(events).expect("valid");
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
        let sample = Sample::new(times.iter().map(|time| Observation::event(*time))).expect("valid");
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
        let convert = |(i, case): (usize, &(f64, Outcome, usize))| {
            (if two_ways[i] { case.0 / 30.4375 } else { case.0 * (1.0 / 30.4375) }, case.1, case.2)
        };
        let converted: Vec<_> = cases.iter().enumerate().map(convert).collect();
        let options = CurveOptions::default();
        let days = kaplan_meier(&ungrouped(&cases), options);
        let months = kaplan_meier(&ungrouped(&converted), options);
        prop_assert_eq!(days.steps().len(), months.steps().len());
        for (day, month) in days.steps().iter().zip(months.steps()) {
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
            prop_assert_eq!(curve.steps(), alone.steps());
        }
    }

    #[test]
    fn logrank_is_the_same_under_relabelling(cases in cases(), labels in Just(LABELS).prop_shuffle()) {
        match (logrank(&grouped(&cases, LABELS)), logrank(&grouped(&cases, labels))) {
            (Ok(one), Ok(other)) => {
                prop_assert!(close(one.chi_squared, other.chi_squared));
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
            (Ok(one), Ok(other)) => prop_assert!(close(one.chi_squared, other.chi_squared)),
            (one, other) => prop_assert_eq!(one.err(), other.err()),
        }
    }

    #[test]
    fn expected_events_sum_to_the_observed(cases in cases()) {
        if let Ok(test) = logrank(&grouped(&cases, LABELS)) {
            let expected: f64 = test.groups.iter().map(|group| group.expected).sum();
            let observed: usize = test.groups.iter().map(|group| group.observed).sum();
            prop_assert!(close(expected, observed as f64));
            prop_assert!(test.chi_squared >= 0.0 && (0.0..=1.0).contains(&test.p_value));
        }
    }

    #[test]
    fn one_group_cannot_be_compared(cases in cases()) {
        let sample = grouped(&cases, ["a"; 4]);
        prop_assert_eq!(logrank(&sample), Err(LogRankError::TooFewGroups { groups: 1 }));
    }

    #[test]
    fn two_groups_that_are_alike_do_not_differ(cases in cases()) {
        let double = |case: &(f64, Outcome, usize)| [0, 1].map(|group| (case.0, case.1, group));
        let twice: Vec<_> = cases.iter().flat_map(double).collect();
        if let Ok(test) = logrank(&grouped(&twice, LABELS)) {
            prop_assert!(test.chi_squared < 1e-20 && close(test.p_value, 1.0));
        }
    }
}
