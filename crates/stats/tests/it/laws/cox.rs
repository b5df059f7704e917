//! Cox regressions.

use casegraph_stats::cox::{
    Columns, Covariate, CoxError, CoxFit, CoxOptions, FewEvents, FirthOptions, Sample, SampleError,
    Ties, TimeScale, baseline_hazard, cox, firth, proportional_hazards,
};
use casegraph_stats::factor::Factor;
use casegraph_stats::survival::{self, Outcome, logrank};
use proptest::prelude::*;

/// Two ways to one estimate may differ by this much, both having iterated until rounding.
const ROUNDING: f64 = 1e-7;

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= ROUNDING * a.abs().max(b.abs()).max(1.0)
}

#[derive(Debug, Clone)]
struct Case {
    time: f64,
    outcome: Outcome,
    x: f64,
    y: f64,
    group: usize,
}

const LABELS: [&str; 3] = ["a", "b", "c"];

/// Covariates lie on a grid, so that they are collinear or clearly not.
fn a_case(times: impl Strategy<Value = f64>) -> impl Strategy<Value = Case> {
    let outcome = prop::sample::select(vec![Outcome::Event, Outcome::Event, Outcome::Censored]);
    (times, outcome, -8_i32..9, -30_i32..31, 0_usize..3).prop_map(|(time, outcome, x, y, group)| {
        Case {
            time,
            outcome,
            x: f64::from(x) / 4.0,
            y: f64::from(y) / 7.0,
            group,
        }
    })
}

/// Cases with many ties, or few.
fn cases() -> impl Strategy<Value = Vec<Case>> {
    let time = prop_oneof![
        (1_u32..12).prop_map(f64::from),
        (1_u32..6_400).prop_map(|time| f64::from(time) / 64.0)
    ];
    prop::collection::vec(a_case(time), 1..40)
}

/// Cases all at times of their own.
fn untied() -> impl Strategy<Value = Vec<Case>> {
    (
        prop::collection::vec(a_case(Just(0.0)), 2..40),
        any::<prop::sample::Index>(),
    )
        .prop_map(|(mut cases, start)| {
            let n = cases.len();
            for (i, case) in cases.iter_mut().enumerate() {
                case.time = ((i + start.index(n)) % n + 1) as f64;
            }
            cases
        })
}

fn columns(cases: &[Case]) -> Columns {
    let of = |value: fn(&Case) -> f64| cases.iter().map(value).collect::<Vec<f64>>();
    Columns::new(
        of(|case| case.time),
        cases.iter().map(|case| case.outcome).collect(),
        vec![
            Covariate::numeric("x", of(|case| case.x)),
            Covariate::numeric("y", of(|case| case.y)),
        ],
    )
}

fn groups(cases: &[Case]) -> Factor {
    Factor::new(cases.iter().map(|case| LABELS[case.group]))
}

fn ways() -> impl Strategy<Value = Ties> {
    prop::sample::select(Ties::ALL.to_vec())
}

fn fit(columns: Columns, ties: Ties) -> Option<CoxFit> {
    let options = CoxOptions {
        ties,
        few_events: FewEvents::Allow,
        ..CoxOptions::default()
    };
    cox(&Sample::new(columns).ok()?, options).ok()
}

/// Closeness of two fits: of all that does not depend on what a case is.
fn same(one: &CoxFit, other: &CoxFit) -> bool {
    let coefficients = one.coefficients.iter().zip(&other.coefficients);
    coefficients.into_iter().all(|(a, b)| {
        close(a.estimate / a.std_error, b.estimate / b.std_error)
            && close(a.std_error / b.std_error, 1.0)
    }) && close(one.log_likelihood.null, other.log_likelihood.null)
        && close(one.log_likelihood.fitted, other.log_likelihood.fitted)
        && close(one.score.statistic, other.score.statistic)
}

proptest! {
    #[test]
    fn the_order_of_cases_does_not_matter(
        cases in cases().prop_flat_map(|cases| (Just(cases.clone()), Just(cases).prop_shuffle())),
        ties in ways(),
    ) {
        if let (Some(one), Some(other)) = (fit(columns(&cases.0), ties), fit(columns(&cases.1), ties)) {
            prop_assert!(same(&one, &other), "{one:?} {other:?}");
            prop_assert_eq!(one.concordance.map(|c| c.concordant), other.concordance.map(|c| c.concordant));
        }
    }

    #[test]
    fn the_unit_and_zero_of_a_covariate_do_not_matter(
        cases in cases(),
        ties in ways(),
        unit in 0.01..100.0,
        zero in -1e3..1e3,
    ) {
        let moved: Vec<Case> =
            cases.iter().map(|case| Case { y: (case.y - zero) / unit, ..case.clone() }).collect();
        if let (Some(one), Some(other)) = (fit(columns(&cases), ties), fit(columns(&moved), ties)) {
            let (a, b) = (&one.coefficients[1], &other.coefficients[1]);
            prop_assert!(close(a.z, b.z) && close(a.estimate, b.estimate / unit), "{a:?} {b:?}");
            prop_assert!(close(one.coefficients[0].z, other.coefficients[0].z));
            prop_assert!(close(one.likelihood_ratio.statistic, other.likelihood_ratio.statistic));
        }
    }

    #[test]
    fn the_score_test_of_two_groups_is_the_logrank_test(cases in untied()) {
        let binary = |case: &Case| f64::from(case.group == 0);
        let x = Covariate::numeric("x", cases.iter().map(binary).collect());
        let columns = Columns { covariates: vec![x], ..columns(&cases) };
        if let Some(fit) = fit(columns, Ties::Breslow) {

            let times: Vec<f64> = cases.iter().map(|case| case.time).collect();
            let outcomes: Vec<Outcome> = cases.iter().map(|case| case.outcome).collect();
            let groups = Factor::new(cases.iter().map(|case| LABELS[case.group.min(1)]));
            let sample =
                survival::Columns::new(&times, &outcomes).grouped(&groups).sample().expect("valid");let test = logrank(&sample).expect("two groups");
            prop_assert!(close(fit.score.statistic, test.statistic));
        }
    }

    #[test]
    fn without_ties_all_ways_to_treat_them_agree(cases in untied()) {
        let [efron, breslow, exact] =
            [Ties::Efron, Ties::Breslow, Ties::Exact].map(|ties| fit(columns(&cases), ties));
        prop_assert_eq!(efron.is_some(), exact.is_some());
        if let (Some(efron), Some(breslow), Some(exact)) = (efron, breslow, exact) {
            prop_assert!(same(&efron, &breslow) && same(&efron, &exact));
        }
    }

    #[test]
    fn splitting_the_follow_up_changes_nothing(
        cases in cases(),
        ties in ways(),
        share in 0.1..0.9,
    ) {
        let mut split = columns(&cases);
        let whole = fit(split.clone(), ties);
        let mut entries = vec![0.0; cases.len()];
        for (i, case) in cases.iter().enumerate().filter(|(i, _)| i % 3 != 0) {
            // Cut at a time of the same grid, so that no near-ties arise.
            let cut = f64::ceil(case.time * share * 64.0) / 64.0;
            if cut <= 0.0 || cut >= case.time {
                continue;
            }
            entries[i] = cut;
            entries.push(0.0);
            split.times.push(cut);
            split.outcomes.push(Outcome::Censored);
            for covariate in &mut split.covariates {
                if let casegraph_stats::cox::Values::Numeric(values) = &mut covariate.values {
                    values.push(values[i]);
                }
            }
        }
        split.entries = Some(entries);
        if let (Some(whole), Some(split)) = (whole, fit(split, ties)) {
            prop_assert!(same(&whole, &split), "{whole:?} {split:?}");
            let pairs = |fit: &CoxFit| fit.concordance.as_ref().map(|c| (c.concordant, c.discordant));
            prop_assert_eq!(pairs(&whole), pairs(&split));
        }
    }

    #[test]
    fn the_reference_of_a_factor_does_not_matter(cases in cases(), ties in ways()) {
        let with = |group: Factor| {
            let mut columns = columns(&cases);
            columns.covariates.push(Covariate::categorical("group", group));
            fit(columns, ties)
        };
        if let Some(other) = groups(&cases).with_first("b")
            && let (Some(one), Some(other)) = (with(groups(&cases)), with(other))
        {
            prop_assert!(close(one.likelihood_ratio.statistic, other.likelihood_ratio.statistic));
            prop_assert!(close(one.coefficients[0].estimate, other.coefficients[0].estimate));
        }
    }

    /// Two strata that are alike say the same as one, twice.
    #[test]
    fn a_stratum_that_repeats_another_halves_the_variance(cases in cases(), ties in ways()) {
        let twice: Vec<Case> = cases.iter().chain(&cases).cloned().collect();
        let labels = (0..twice.len()).map(|i| if i < cases.len() { "one" } else { "other" });
        let strata = Some(Factor::new(labels));
        let both = fit(Columns { strata, ..columns(&twice) }, ties);
        if let (Some(one), Some(both)) = (fit(columns(&cases), ties), both) {
            for (a, b) in one.coefficients.iter().zip(&both.coefficients) {
                prop_assert!(close(a.z * 2_f64.sqrt(), b.z) && close(a.std_error / b.std_error, 2_f64.sqrt()));
            }
            prop_assert!(close(2.0 * one.score.statistic, both.score.statistic));
        }
    }

    /// Each case given twice, as a cluster, is no more than the case once, by Breslow's method.
    #[test]
    fn clusters_of_copies_have_the_error_of_one(cases in cases()) {
        let numbered = |n: usize, times: usize| {
            Some(Factor::new((0..n * times).map(|i| (i % n).to_string())))
        };
        let n = cases.len();
        let twice: Vec<Case> = cases.iter().chain(&cases).cloned().collect();
        let one = fit(Columns { clusters: numbered(n, 1), ..columns(&cases) }, Ties::Breslow);
        let both = fit(Columns { clusters: numbered(n, 2), ..columns(&twice) }, Ties::Breslow);
        if let (Some(one), Some(both)) = (one, both) {
            for (a, b) in one.coefficients.iter().zip(&both.coefficients) {
                let ratio = a.robust_std_error.zip(b.robust_std_error).map(|(a, b)| a / b);
                prop_assert!(ratio.is_some_and(|ratio| close(ratio, 1.0)), "{a:?} {b:?}");
            }
        }
    }

    #[test]
    fn intervals_contain_the_estimate_and_fits_are_better_than_none(cases in cases(), ties in ways()) {
        if let Some(fit) = fit(columns(&cases), ties) {
            prop_assert!(fit.log_likelihood.fitted >= fit.log_likelihood.null - 1e-12);
            for found in &fit.coefficients {
                prop_assert!(found.interval.contains(found.hazard_ratio));
                prop_assert!((0.0..=1.0).contains(&found.p_value));
            }
            if let Some(concordance) = &fit.concordance {
                prop_assert!((0.0..=1.0).contains(&concordance.estimate));
            }
        }
        if ties != Ties::Exact && let Ok(sample) = Sample::new(columns(&cases)) {
            let fit = match firth(&sample, FirthOptions { ties, ..FirthOptions::default() }) {
                Ok(fit) => fit,
                Err(
                    CoxError::Collinear { .. }
                    | CoxError::NoInformation { .. }
                    | CoxError::TooManyCoefficients { .. },
                ) => return Ok(()),
                Err(error) => return Err(TestCaseError::fail(format!("{error}: {cases:?}"))),
            };
            for found in &fit.coefficients {
                prop_assert!(found.interval.lower.is_none_or(|lower| lower <= found.hazard_ratio));
                prop_assert!(found.interval.upper.is_none_or(|upper| upper >= found.hazard_ratio));
                // Limits of columns all but collinear may be beyond the range of numbers.
                let both = found.interval.lower.is_some() && found.interval.upper.is_some();
                prop_assert!(both || found.std_error > 50.0, "{found:?}");
                // The interval inverts the test.
                let outside = found.interval.lower.is_some_and(|lower| lower > 1.0 + 1e-9)
                    || found.interval.upper.is_some_and(|upper| upper < 1.0 - 1e-9);
                if outside {
                    prop_assert!(found.likelihood_ratio.p_value < 0.05 + 1e-6, "{found:?}");
                }
            }
        }
    }

    /// No panic, and nothing that is not a number, whatever comes in.
    #[test]
    fn any_input_gives_a_finite_result_or_an_error(
        rows in prop::collection::vec(
            (any::<f64>(), any::<bool>(), any::<f64>(), any::<f64>(), -2_i32..3, 0_usize..3),
            0..12,
        ),
        tame in any::<[bool; 3]>(),
        has in any::<[bool; 3]>(),
        ties in ways(),
    ) {
        let time = |row: &(f64, bool, f64, f64, i32, usize)| {
            if tame[0] { f64::from(row.4 + 3) } else { row.0.abs() }
        };
        let value = |tame: bool, value: f64, small: i32| if tame { f64::from(small) } else { value };
        let group = || Factor::new(rows.iter().map(|row| LABELS[row.5]));
        let columns = Columns {
            times: rows.iter().map(time).collect(),
            outcomes: rows.iter().map(|row| if row.1 { Outcome::Event } else { Outcome::Censored }).collect(),
            entries: has[0].then(|| rows.iter().map(|row| time(row) / 3.0).collect()),
            strata: has[1].then(group),
            clusters: has[2].then(group),
            covariates: vec![
                Covariate::numeric("x", rows.iter().map(|row| value(tame[1], row.2, row.4)).collect()),
                Covariate::numeric("y", rows.iter().map(|row| value(tame[2], row.3, -row.4 * row.4)).collect()),
            ],
            near_ties: survival::NearTies::Merge,
        };
        let Ok(sample) = Sample::new(columns) else { return Ok(()) };
        let options = CoxOptions { ties, few_events: FewEvents::Allow, ..CoxOptions::default() };
        // JSON has no word for what is not a finite number, and makes it null.
        let finite = |numbers: &[f64]| numbers.iter().all(|number| number.is_finite());
        if let Ok(fit) = cox(&sample, options) {
            for found in &fit.coefficients {
                let numbers = [found.estimate, found.hazard_ratio, found.std_error, found.z, found.p_value,
                    found.interval.lower, found.interval.upper, found.robust_std_error.unwrap_or(0.0)];
                prop_assert!(finite(&numbers), "{found:?}");
            }
            let tests = [Some(fit.likelihood_ratio), fit.wald, Some(fit.score), fit.robust_score];
            for test in tests.into_iter().flatten() {
                prop_assert!(finite(&[test.statistic, test.p_value]), "{test:?}");
            }
            for row in fit.covariance.iter().chain(fit.robust_covariance.iter().flatten()) {
                prop_assert!(finite(row), "{row:?}");
            }
            for scale in TimeScale::ALL {
                if let Ok(found) = proportional_hazards(&sample, &fit, *scale) {
                    for test in found.covariates.iter().filter_map(|term| term.test).chain(found.global) {
                        prop_assert!(finite(&[test.statistic, test.p_value]), "{test:?}");
                    }
                }
            }
            if let Ok(baselines) = baseline_hazard(&sample, &fit) {
                for step in baselines.iter().flat_map(|baseline| &baseline.steps) {
                    prop_assert!(finite(&[step.hazard, step.cumulative_hazard]), "{step:?}");
                }
            }
        }
        if let Ok(fit) = firth(&sample, FirthOptions { ties, ..FirthOptions::default() }) {
            for found in &fit.coefficients {
                let numbers = [found.estimate, found.hazard_ratio, found.std_error,
                    found.likelihood_ratio.statistic, found.interval.lower.unwrap_or(0.0),
                    found.interval.upper.unwrap_or(0.0)];
                prop_assert!(finite(&numbers), "{found:?}");
            }
            prop_assert!(finite(&[fit.penalised_log_likelihood.null, fit.penalised_log_likelihood.fitted]));
            for row in &fit.covariance {
                prop_assert!(finite(row), "{row:?}");
            }
        }
    }

    #[test]
    fn strata_of_one_case_say_nothing(cases in cases()) {
        let strata = Some(Factor::new((0..cases.len()).map(|i| i.to_string())));
        let found = Sample::new(Columns { strata, ..columns(&cases) });
        prop_assert!(
            matches!(found, Err(SampleError::Constant { .. } | SampleError::NoEvents)),
            "{found:?}"
        );
    }
}
