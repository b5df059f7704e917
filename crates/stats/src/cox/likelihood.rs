//! The partial likelihood with its first two derivatives, tied events by Breslow's or Efron's
//! approximation.

use super::risk_set::{Order, walk};
use super::sample::Sample;
use super::ties::Ties;

/// A log-likelihood with its derivatives.
#[derive(Debug, Clone)]
pub(super) struct Evaluation {
    pub log_likelihood: f64,
    pub score: Vec<f64>,
    /// The negative second derivative, row by row, of which the lower triangle counts.
    pub information: Vec<f64>,
}

impl Evaluation {
    /// The evaluation if all of it is finite.
    pub fn if_finite(self) -> Option<Self> {
        let finite = |values: &[f64]| values.iter().all(|value| value.is_finite());
        (self.log_likelihood.is_finite() && finite(&self.score) && finite(&self.information))
            .then_some(self)
    }
}

/// The log partial likelihood at `b`, the coefficients of the standardised columns; `None` if `b` is
/// too large to say.
pub(super) fn evaluate(sample: &Sample, b: &[f64], ties: Ties) -> Option<Evaluation> {
    match sample.width() {
        1 => evaluate_sized::<1>(sample, b, ties),
        2 => evaluate_sized::<2>(sample, b, ties),
        3 => evaluate_sized::<3>(sample, b, ties),
        4 => evaluate_sized::<4>(sample, b, ties),
        5 => evaluate_sized::<5>(sample, b, ties),
        6 => evaluate_sized::<6>(sample, b, ties),
        7 => evaluate_sized::<7>(sample, b, ties),
        8 => evaluate_sized::<8>(sample, b, ties),
        _ => evaluate_sized::<0>(sample, b, ties),
    }
}

fn evaluate_sized<const WIDTH: usize>(
    sample: &Sample,
    b: &[f64],
    ties: Ties,
) -> Option<Evaluation> {
    let width = if WIDTH > 0 { WIDTH } else { sample.width() };
    let mut log_likelihood: f64 = sample.event_sums.iter().zip(b).map(|(x, b)| x * b).sum();
    let mut score = sample.event_sums.clone();
    let mut information = vec![0.0; width * width];
    let mut mean = vec![0.0; width];
    let (u, j, m) = (
        &mut score[..width],
        &mut information[..width * width],
        &mut mean[..width],
    );
    walk::<WIDTH>(sample, b, Order::Second, |at| {
        at.terms(ties, |events, _, sums| {
            log_likelihood -= events * sums.s0.ln();
            let part = 1.0 / sums.s0;
            let weight = events * part;
            let (s1, s2) = (&sums.s1[..width], &sums.s2[..width * width]);
            for i in 0..width {
                m[i] = s1[i] * part;
                u[i] -= events * m[i];
                for k in 0..=i {
                    j[i * width + k] += weight * (s2[i * width + k] - s1[i] * m[k]);
                }
            }
        });
    })?;
    Evaluation {
        log_likelihood,
        score,
        information,
    }
    .if_finite()
}

#[cfg(test)]
mod tests {
    use super::super::{Columns, Covariate};
    use super::*;
    use crate::survival::Outcome::{Censored, Event};

    fn close(found: f64, wanted: f64) -> bool {
        (found - wanted).abs() < 1e-14
    }

    /// Two events among three cases at risk. Without effects Breslow's likelihood is 1/3 · 1/3, and
    /// Efron's 1/3 · 1/2.
    #[test]
    fn tied_events_by_hand() {
        let x = Covariate::numeric("x", vec![1.0, 3.0, 2.0]);
        let columns = Columns::new(vec![1.0; 3], vec![Event, Event, Censored], vec![x]);
        let sample = Sample::new(columns).expect("valid");
        let at_zero = |ties| evaluate(&sample, &[0.0], ties).expect("finite");
        let breslow = at_zero(Ties::Breslow);
        assert!(close(breslow.log_likelihood, -9_f64.ln()));
        // The variance at risk is 1, standardised, for each event.
        assert!(close(breslow.information[0], 2.0));
        assert!(close(at_zero(Ties::Efron).log_likelihood, -6_f64.ln()));
    }

    #[test]
    fn coefficients_too_large_to_say_are_none() {
        let x = Covariate::numeric("x", vec![1.0, 3.0, 2.0]);
        let columns = Columns::new(vec![1.0, 2.0, 3.0], vec![Event; 3], vec![x]);
        let sample = Sample::new(columns).expect("valid");
        assert!(evaluate(&sample, &[1e3], Ties::Efron).is_none());
    }
}
