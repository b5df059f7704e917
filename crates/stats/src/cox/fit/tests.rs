use super::super::{Columns, Covariate};
use super::*;
use crate::factor::Factor;
use crate::survival::Outcome::{self, Censored, Event};

const ALLOW: CoxOptions = CoxOptions {
    ties: Ties::Efron,
    level: Level::P95,
    few_events: FewEvents::Allow,
};

fn sample(outcomes: Vec<Outcome>, covariates: Vec<Covariate>) -> Sample {
    let times = (1..=outcomes.len()).map(|time| time as f64).collect();
    Sample::new(Columns::new(times, outcomes, covariates)).expect("valid")
}

fn numeric(name: &str, values: &[f64]) -> Covariate {
    Covariate::numeric(name, values.to_vec())
}

/// x = 0, 1, 1, 0; events at 1, 2 and 4, the third censored. With h the hazard ratio the likelihood
/// is 1/(2 + 2h) · h/(2h + 1) · 1, largest where 1 = h/(1 + h) + 2h/(2h + 1), at h = 1/√2. At h = 1
/// the slope in ln h is 1 − 1/2 − 2/3 = −1/6 and the information 1/4 + 2/9 = 17/36.
#[test]
fn four_cases_by_hand() {
    let sample = sample(
        vec![Event, Event, Censored, Event],
        vec![numeric("x", &[0.0, 1.0, 1.0, 0.0])],
    );
    let fit = cox(&sample, ALLOW).expect("a fit");
    let found = &fit.coefficients[0];
    assert!((found.hazard_ratio - 0.5_f64.sqrt()).abs() < 1e-12);
    assert!((fit.score.statistic - 1.0 / 17.0).abs() < 1e-14);
    assert!((fit.log_likelihood.null + 12_f64.ln()).abs() < 1e-14);
    // Variances of x at the estimate: h/(1 + h)² and 2h/(2h + 1)².
    let h = 0.5_f64.sqrt();
    let information = h / (1.0 + h).powi(2) + 2.0 * h / (2.0 * h + 1.0).powi(2);
    assert!((found.std_error - information.sqrt().recip()).abs() < 1e-11);
    assert!(found.interval.contains(found.hazard_ratio));
}

#[test]
fn few_events_are_refused_unless_allowed() {
    let sample = sample(
        vec![Event, Event, Censored, Event],
        vec![numeric("x", &[0.0, 1.0, 1.0, 0.0])],
    );
    assert_eq!(
        cox(&sample, CoxOptions::default()),
        Err(CoxError::FewEvents { events: 3 })
    );
}

#[test]
fn a_combination_of_columns_is_named() {
    let (a, b) = (
        [1.0, 4.0, 2.0, 8.0, 5.0, 7.0],
        [3.0, 1.0, 4.0, 1.0, 5.0, 9.0],
    );
    let sum: Vec<f64> = a.iter().zip(&b).map(|(a, b)| 2.0 * a - b + 7.0).collect();
    let sample = sample(
        vec![Event; 6],
        vec![numeric("a", &a), numeric("b", &b), numeric("sum", &sum)],
    );
    let Err(CoxError::Collinear {
        column,
        combination,
    }) = cox(&sample, ALLOW)
    else {
        panic!("not refused");
    };
    assert_eq!(column, "sum");
    let names: Vec<&str> = combination
        .iter()
        .map(|share| share.column.as_str())
        .collect();
    assert_eq!(names, ["a", "b"]);
    assert!((combination[0].factor - 2.0).abs() < 1e-9);
    assert!((combination[1].factor + 1.0).abs() < 1e-9);
}

#[test]
fn a_column_that_varies_only_when_nothing_happens_is_named() {
    // Only the event at 1 has company, and there all but the one censored have 0.
    let strata = Factor::new(["a", "a", "b", "b"]);
    let sample = Sample::new(Columns {
        strata: Some(strata),
        entries: Some(vec![0.0, 0.0, 0.0, 2.0]),
        ..Columns::new(
            vec![1.0, 2.0, 1.0, 3.0],
            vec![Event, Censored, Event, Event],
            vec![
                numeric("x", &[0.0, 1.0, 0.0, 0.0]),
                numeric("y", &[0.0, 0.0, 1.0, 2.0]),
            ],
        )
    })
    .expect("valid");
    assert_eq!(
        cox(&sample, ALLOW),
        Err(CoxError::NoInformation { column: "y".into() })
    );
}

#[test]
fn separation_is_refused_and_named() {
    let outcomes = vec![
        Event, Event, Event, Event, Event, Censored, Censored, Censored,
    ];
    let sample = sample(
        outcomes,
        vec![
            numeric("noise", &[2.0, 1.0, 4.0, 3.0, 2.0, 5.0, 1.0, 3.0]),
            numeric("marker", &[1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0]),
        ],
    );
    for ties in Ties::ALL {
        let options = CoxOptions {
            ties: *ties,
            ..CoxOptions::default()
        };
        assert_eq!(
            cox(&sample, options),
            Err(CoxError::Separation {
                column: "marker".into()
            })
        );
    }
}

#[test]
fn choices_that_do_not_go_together_are_refused() {
    let columns = Columns {
        clusters: Some(Factor::new(["a", "a", "a", "a"])),
        ..Columns::new(
            vec![1.0, 2.0, 3.0, 4.0],
            vec![Event; 4],
            vec![numeric("x", &[0.0, 1.0, 1.0, 0.0])],
        )
    };
    let sample = Sample::new(columns).expect("valid");
    let exact = CoxOptions {
        ties: Ties::Exact,
        ..ALLOW
    };
    assert_eq!(cox(&sample, exact), Err(CoxError::ClustersWithExactTies));
    assert!(matches!(
        cox(&sample, ALLOW),
        Err(CoxError::FewClusters { clusters: 1, .. })
    ));
}

#[test]
fn a_unit_too_small_for_hazard_ratios_is_refused() {
    let sample = sample(
        vec![Event, Event, Censored, Event],
        vec![numeric("x", &[0.0, 1e-9, 1e-9, 0.0])],
    );
    assert_eq!(
        cox(&sample, ALLOW),
        Err(CoxError::OutOfRange { column: "x".into() })
    );
}

#[test]
fn more_covariates_than_are_unrolled() {
    let covariate = |j: usize| {
        let value = |i: usize| ((i * (j + 3) + i * i * (j + 1)) % 17) as f64;
        Covariate::numeric(format!("x{j}"), (0..60).map(value).collect())
    };
    let sample = sample(vec![Event; 60], (0..10).map(covariate).collect());
    let fit = cox(&sample, CoxOptions::default()).expect("a fit");
    assert_eq!(fit.coefficients.len(), 10);
    assert_eq!(fit.likelihood_ratio.degrees_of_freedom, 10);
}
