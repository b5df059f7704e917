//! The hazard that covariates multiply.

use serde::Serialize;
use thiserror::Error;

use super::fit::CoxFit;
use super::risk_set::{Order, walk};
use super::sample::Sample;
use super::ties::Ties;

/// The baseline hazard of one stratum.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Baseline {
    /// The stratum, if there are strata. Strata without events have no baseline.
    pub stratum: Option<String>,
    /// Its event times, in order.
    pub steps: Vec<BaselineStep>,
}

/// The baseline hazard at an event time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct BaselineStep {
    /// Time of the event, in the sample's unit.
    pub time: f64,
    /// Number of events at this time.
    pub events: usize,
    /// By how much the cumulative hazard rises at it.
    pub hazard: f64,
    /// The cumulative hazard from the start to it, included.
    pub cumulative_hazard: f64,
}

/// Why there is no baseline hazard.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum BaselineError {
    /// The fit is that of another sample.
    #[error("the fit has other cases or columns than the sample; fit this sample")]
    OtherSample,
    /// With exact ties there is none.
    #[error("with exact ties there is no baseline hazard; fit with Efron's")]
    ExactTies,
    /// The hazard with all covariates at zero is beyond the range of numbers.
    #[error(
        "the hazard with all covariates at zero is too large or small for a number; shift the \
         covariates so that zero is a usual value"
    )]
    OutOfRange,
}

/// The coefficients of a fit for the standardised columns, if it is a fit of the sample.
pub(super) fn standardised(sample: &Sample, fit: &CoxFit) -> Option<Vec<f64>> {
    let names = fit.coefficients.iter().map(|found| found.name.as_str());
    let same = fit.n == sample.n() && fit.events == sample.events();
    (same && names.eq(sample.column_names())).then(|| {
        fit.coefficients
            .iter()
            .zip(&sample.columns)
            .map(|(found, column)| found.estimate * column.scale)
            .collect()
    })
}

/// The cumulative hazard of a case with all numeric covariates zero and all categorical ones at their
/// reference: at each event time it rises by the sum over events of 1 / Σ exp(xᵀb) over those at
/// risk, the tied leaving by shares if the fit used Efron's method.
///
/// With covariates x it is multiplied by exp(xᵀb), and survival is exp(−cumulative hazard). Where zero
/// is no sensible value of a covariate, shift it before the fit. Breslow N. Biometrics 1974;30:89-99.
///
/// # Errors
///
/// [`BaselineError`] if the fit is of another sample, used exact ties, or has no finite hazard there.
pub fn baseline_hazard(sample: &Sample, fit: &CoxFit) -> Result<Vec<Baseline>, BaselineError> {
    if fit.ties == Ties::Exact {
        return Err(BaselineError::ExactTies);
    }
    let b = standardised(sample, fit).ok_or(BaselineError::OtherSample)?;
    let mut baselines: Vec<Baseline> = sample
        .arrangement
        .strata
        .iter()
        .map(|stratum| Baseline {
            stratum: sample
                .strata_labels
                .as_ref()
                .map(|labels| labels[stratum.code].clone()),
            steps: Vec::new(),
        })
        .collect();
    walk::<0>(sample, &b, Order::First, |at| {
        let mut hazard = 0.0;
        at.terms(fit.ties, |events, _, sums| hazard += events / sums.s0);
        baselines[at.stratum].steps.push(BaselineStep {
            time: at.time,
            events: at.events,
            hazard,
            cumulative_hazard: 0.0,
        });
    })
    .ok_or(BaselineError::OutOfRange)?;
    for (stratum, baseline) in baselines.iter_mut().enumerate() {
        // The sums are of deviations from the means of the stratum.
        let at_mean: f64 = fit
            .coefficients
            .iter()
            .zip(&sample.columns)
            .map(|(found, column)| found.estimate * column.means[stratum])
            .sum();
        let at_zero = (-at_mean).exp();
        let mut cumulative = 0.0;
        baseline.steps.reverse();
        for step in &mut baseline.steps {
            step.hazard *= at_zero;
            cumulative += step.hazard;
            step.cumulative_hazard = cumulative;
            if !(cumulative.is_finite() && step.hazard > 0.0) {
                return Err(BaselineError::OutOfRange);
            }
        }
    }
    Ok(baselines)
}

#[cfg(test)]
mod tests {
    use super::super::{Columns, Covariate, CoxOptions, FewEvents, cox};
    use super::*;
    use crate::survival::Outcome::{Censored, Event};

    fn sample(x: [f64; 4]) -> Sample {
        Sample::new(Columns::new(
            vec![1.0, 2.0, 3.0, 4.0],
            vec![Event, Event, Censored, Event],
            vec![Covariate::numeric("x", x.to_vec())],
        ))
        .expect("valid")
    }

    /// x = 0, 1, 1, 0 has the hazard ratio h = 1/√2. The hazards at x = 0 are 1/(2 + 2h), 1/(1 + 2h)
    /// and 1.
    #[test]
    fn hazards_by_hand() {
        let sample = sample([0.0, 1.0, 1.0, 0.0]);
        let options = CoxOptions {
            few_events: FewEvents::Allow,
            ..CoxOptions::default()
        };
        let fit = cox(&sample, options).expect("a fit");
        let found = baseline_hazard(&sample, &fit).expect("finite");
        let h = 0.5_f64.sqrt();
        let wanted = [1.0 / (2.0 + 2.0 * h), 1.0 / (1.0 + 2.0 * h), 1.0];
        assert_eq!(found[0].stratum, None);
        assert_eq!(found[0].steps.len(), 3);
        for (step, wanted) in found[0].steps.iter().zip(wanted) {
            assert!((step.hazard - wanted).abs() < 1e-12);
        }
        let total: f64 = wanted.iter().sum();
        assert!((found[0].steps[2].cumulative_hazard - total).abs() < 1e-12);
    }

    #[test]
    fn a_fit_of_another_sample_is_refused() {
        let one = sample([0.0, 1.0, 1.0, 0.0]);
        let options = CoxOptions {
            few_events: FewEvents::Allow,
            ..CoxOptions::default()
        };
        let fit = cox(&one, options).expect("a fit");
        let other = Sample::new(Columns::new(
            vec![1.0, 2.0],
            vec![Event, Event],
            vec![Covariate::numeric("x", vec![1.0, 2.0])],
        ))
        .expect("valid");
        assert_eq!(
            baseline_hazard(&other, &fit),
            Err(BaselineError::OtherSample)
        );
    }
}
