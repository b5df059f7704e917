//! What is timed: each task ends in a number that the peers must find too.

use casegraph::stats::cox::{self, Covariate, CoxOptions, cox};
use casegraph::stats::survival::{
    Columns, CurveOptions, kaplan_meier, kaplan_meier_by_group, logrank,
};

use crate::cohort::Cohort;

pub struct Task {
    pub name: &'static str,
    /// Bytes a subject in the columns it reads.
    pub bytes: usize,
    pub run: fn(&Cohort) -> f64,
}

const TIME: usize = size_of::<f64>();
const OUTCOME: usize = 1;
const GROUP: usize = size_of::<u32>();

pub const TASKS: &[Task] = &[
    Task {
        name: "kaplan-meier",
        bytes: TIME + OUTCOME,
        run: curve,
    },
    Task {
        name: "log-rank",
        bytes: TIME + OUTCOME + GROUP,
        run: test,
    },
    Task {
        name: "cox",
        bytes: 6 * TIME + OUTCOME,
        run: regression,
    },
];

/// The curve with its log-log band at every step; the sum of the lower limits.
fn curve(cohort: &Cohort) -> f64 {
    let sample = Columns::new(&cohort.times, &cohort.outcomes).sample();
    let sample = sample.expect("a cohort is a sample");
    kaplan_meier(&sample, CurveOptions::default())
        .steps()
        .filter_map(|step| step.interval)
        .map(|interval| interval.lower)
        .sum()
}

/// The log-rank statistic of the two groups.
fn test(cohort: &Cohort) -> f64 {
    let columns = Columns::new(&cohort.times, &cohort.outcomes).grouped(&cohort.groups);
    let sample = columns.sample().expect("a cohort is a sample");
    logrank(&sample).expect("two groups").statistic
}

/// Efron's fit of the five covariates; the log hazard ratio of the first.
fn regression(cohort: &Cohort) -> f64 {
    let covariates = (1..).zip(&cohort.covariates);
    let covariates = covariates
        .map(|(number, values)| Covariate::numeric(format!("x{number}"), values.clone()))
        .collect();
    let columns = cox::Columns::new(cohort.times.clone(), cohort.outcomes.clone(), covariates);
    let sample = cox::Sample::new(columns).expect("a cohort is a sample");
    let fit = cox(&sample, CoxOptions::default()).expect("it converges");
    fit.coefficients[0].estimate
}

/// What a figure of two curves needs: both with their bands and medians, and the test between them.
pub fn curves_and_test(cohort: &Cohort) -> f64 {
    let columns = Columns::new(&cohort.times, &cohort.outcomes).grouped(&cohort.groups);
    let sample = columns.sample().expect("a cohort is a sample");
    let curves = kaplan_meier_by_group(&sample, CurveOptions::default());
    let medians = curves.iter().filter_map(|curve| curve.median().time);
    let bands = curves.iter().flat_map(|curve| curve.steps());
    let limits = bands.filter_map(|step| step.interval);
    let sum: f64 = medians.chain(limits.map(|limit| limit.lower)).sum();
    sum + logrank(&sample).expect("two groups").statistic
}
