//! Laws of cumulative incidence and Gray's test.

use casegraph_stats::competing_risks::{
    Causes, GrayOptions, IncidenceOptions, Sample, Variance, cumulative_incidence,
    cumulative_incidence_by_group, gray_test,
};
use casegraph_stats::factor::Factor;
use casegraph_stats::survival::{self, Band, CurveOptions, Outcome, kaplan_meier, logrank};
use proptest::prelude::*;

const CAUSES: [&str; 3] = ["relapse", "death", "other"];
const GROUPS: [&str; 3] = ["a", "b", "c"];

/// A time, the number of a cause unless censored, and the number of a group.
type Case = (f64, Option<usize>, usize);

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0)
}

/// Times on a grid far coarser than near-ties, with many ties.
fn cases() -> impl Strategy<Value = Vec<Case>> {
    let time = prop_oneof![
        (0_u32..12).prop_map(f64::from),
        (0_u32..6_400).prop_map(|time| f64::from(time) / 64.0)
    ];
    let cause = prop::option::weighted(0.7, 0_usize..3);
    prop::collection::vec((time, cause, 0_usize..3), 1..60)
}

fn sample(cases: &[Case], causes: [&str; 3], groups: [&str; 3]) -> Sample {
    let times: Vec<f64> = cases.iter().map(|case| case.0).collect();
    let causes = Causes::new(cases.iter().map(|case| case.1.map(|cause| causes[cause])));
    let groups = Factor::new(cases.iter().map(|case| groups[case.2]));
    Sample::new(&times, &causes, Some(&groups), None).expect("valid")
}

fn options() -> impl Strategy<Value = IncidenceOptions> {
    (
        prop::sample::select(Band::ALL),
        prop::sample::select(Variance::ALL),
    )
        .prop_map(|(band, variance)| IncidenceOptions {
            band,
            variance,
            ..Default::default()
        })
}

proptest! {
    #[test]
    fn incidences_and_event_free_survival_sum_to_one(cases in cases(), options in options()) {
        let curves = cumulative_incidence(&sample(&cases, CAUSES, GROUPS), options);
        let mut before = vec![0.0; curves.causes().len()];
        for at in curves.steps() {
            let sum: f64 = at.causes.iter().map(|cause| cause.estimate).sum();
            prop_assert!(close(sum + at.event_free_survival, 1.0), "{at:?}");
            for (cause, before) in at.causes.iter().zip(&mut before) {
                prop_assert!((*before..=1.0).contains(&cause.estimate));
                prop_assert!(cause.std_error.is_finite() && cause.std_error >= 0.0);
                if let Some(interval) = cause.interval {
                    prop_assert!(interval.contains(cause.estimate), "{cause:?}");
                    prop_assert!(0.0 <= interval.lower && interval.upper <= 1.0, "{cause:?}");
                }
                *before = cause.estimate;
            }
        }
        let last = curves.steps().last().expect("at least one case");
        let events: usize = last.causes.iter().map(|cause| cause.events).sum();
        prop_assert_eq!(events + last.censored, cases.len());
    }

    /// With one cause the incidence is one minus the Kaplan-Meier curve, its error Greenwood's.
    #[test]
    fn one_cause_gives_the_kaplan_meier_curve(cases in cases()) {
        let curves = cumulative_incidence(&sample(&cases, ["x"; 3], GROUPS), Default::default());
        let times: Vec<f64> = cases.iter().map(|case| case.0).collect();
        let outcomes: Vec<Outcome> = cases.iter().map(|case| case.1.is_some().into()).collect();
        let alone = survival::Sample::new(&times, &outcomes).expect("valid");
        let alone = kaplan_meier(&alone, CurveOptions::default());
        prop_assert_eq!(curves.steps().len(), alone.steps().len());
        for (at, step) in curves.steps().zip(alone.steps()) {
            prop_assert_eq!(at.at_risk, step.at_risk);
            prop_assert!(close(at.event_free_survival, step.survival));
            if let (Some(cause), Some(error)) = (at.causes.first(), step.std_error) {
                prop_assert!(close(cause.std_error, error));
                prop_assert!(at.event_free_std_error.is_some_and(|found| close(found, error)));
            }
        }
    }

    /// Without censoring the incidence is a proportion, with its binomial error.
    #[test]
    fn without_censoring_incidence_is_a_proportion(cases in cases()) {
        let all: Vec<Case> = cases.iter().map(|case| (case.0, case.1.or(Some(0)), case.2)).collect();
        let curves = cumulative_incidence(&sample(&all, CAUSES, GROUPS), Default::default());
        let n = all.len() as f64;
        for at in curves.steps() {
            for cause in &at.causes {
                let share = cause.events as f64 / n;
                prop_assert!(close(cause.estimate, share));
                let binomial = share * (1.0 - share) / n;
                prop_assert!(close(cause.std_error * cause.std_error, binomial));
            }
        }
    }

    #[test]
    fn the_order_of_cases_does_not_matter(
        both in cases().prop_flat_map(|cases| (Just(cases.clone()), Just(cases).prop_shuffle())),
        options in options(),
    ) {
        // The first cases fix the order of the causes.
        let known: Vec<Case> = (0..3).map(|i| (200.0, Some(i), i)).collect();
        let [one, other] = [both.0, both.1].map(|cases| {
            let cases = [known.clone(), cases].concat();
            cumulative_incidence_by_group(&sample(&cases, CAUSES, GROUPS), options)
        });
        prop_assert_eq!(one, other);
    }

    #[test]
    fn readings_agree_with_the_steps(cases in cases(), options in options()) {
        let curves = cumulative_incidence(&sample(&cases, CAUSES, GROUPS), options);
        for step in curves.steps() {
            let at = curves.at(step.time).expect("valid").expect("within follow-up");
            prop_assert_eq!(at, step);
        }
        let beyond = curves.at(curves.last_time() + 1.0).expect("valid");
        let last = curves.steps().last().expect("at least one case");
        prop_assert_eq!(beyond.is_some(), last.event_free_survival == 0.0);
    }

    #[test]
    fn gray_is_the_same_under_relabelling(
        cases in cases(),
        groups in Just(GROUPS).prop_shuffle(),
        rho in -1.0..2.0,
    ) {
        let backwards: Vec<Case> = cases.iter().rev().copied().collect();
        let options = GrayOptions { rho };
        let one = gray_test(&sample(&cases, CAUSES, GROUPS), "relapse", options);
        let renamed = gray_test(&sample(&cases, CAUSES, groups), "relapse", options);
        // The order of the cases decides which group is left out of the covariance.
        let other = gray_test(&sample(&backwards, CAUSES, GROUPS), "relapse", options);
        match (one, renamed, other) {
            (Ok(one), Ok(renamed), Ok(other)) => {
                let near = |a: f64, b: f64| (a - b).abs() <= 1e-6 * a.max(1.0);
                prop_assert!(near(one.chi_squared, renamed.chi_squared));
                prop_assert!(near(one.chi_squared, other.chi_squared));
                prop_assert_eq!(one.degrees_of_freedom, other.degrees_of_freedom);
                let expected: f64 = one.groups.iter().map(|group| group.expected).sum();
                prop_assert!(close(expected, one.events as f64));
                let score: f64 = one.groups.iter().map(|group| group.score).sum();
                prop_assert!(score.abs() < 1e-9);
                prop_assert!(one.chi_squared >= 0.0 && (0.0..=1.0).contains(&one.p_value));
            }
            (one, renamed, other) => {
                prop_assert!(one.is_err() && renamed.is_err() && other.is_err());
            }
        }
    }

    /// With one cause R is the number at risk, and the score is that of the log-rank test.
    #[test]
    fn with_one_cause_gray_expects_what_the_log_rank_test_does(cases in cases()) {
        let found = gray_test(&sample(&cases, ["x"; 3], GROUPS), "x", GrayOptions::default());
        let times: Vec<f64> = cases.iter().map(|case| case.0).collect();
        let outcomes: Vec<Outcome> = cases.iter().map(|case| case.1.is_some().into()).collect();
        let groups = Factor::new(cases.iter().map(|case| GROUPS[case.2]));
        let columns = survival::Columns::new(&times, &outcomes).grouped(&groups);
        let wanted = logrank(&columns.sample().expect("valid"));
        if let (Ok(found), Ok(wanted)) = (found, wanted) {
            for (found, wanted) in found.groups.iter().zip(&wanted.groups) {
                prop_assert_eq!(found.observed, wanted.observed);
                prop_assert!(close(found.expected, wanted.expected));
            }
        }
    }

    #[test]
    fn groups_that_are_alike_do_not_differ(cases in cases()) {
        let double = |case: &Case| [0, 1].map(|group| (case.0, case.1, group));
        let twice: Vec<Case> = cases.iter().flat_map(double).collect();
        if let Ok(test) = gray_test(&sample(&twice, CAUSES, GROUPS), "death", GrayOptions::default()) {
            prop_assert!(test.chi_squared < 1e-15 && close(test.p_value, 1.0));
        }
    }

    #[test]
    fn any_finite_times_give_a_result_or_an_error(
        times in prop::collection::vec(any::<f64>().prop_map(f64::abs), 1..20),
        codes in prop::collection::vec((0_usize..4, 0_usize..3, 0_usize..2), 20),
    ) {
        let codes = &codes[..times.len()];
        let causes = Causes::new(codes.iter().map(|code| CAUSES.get(code.0)));
        let groups = Factor::new(codes.iter().map(|code| GROUPS[code.1]));
        let strata = Factor::new(codes.iter().map(|code| GROUPS[code.2]));
        let Ok(sample) = Sample::new(&times, &causes, Some(&groups), Some(&strata)) else {
            return Ok(());
        };
        for at in cumulative_incidence(&sample, Default::default()).steps() {
            prop_assert!(at.causes.iter().all(|cause| cause.std_error.is_finite()));
        }
        for cause in sample.causes() {
            if let Ok(test) = gray_test(&sample, cause, GrayOptions { rho: -0.5 }) {
                prop_assert!(test.chi_squared.is_finite() && test.p_value.is_finite());
            }
        }
    }
}
