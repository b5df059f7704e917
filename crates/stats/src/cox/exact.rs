//! The partial likelihood of tied events in discrete time: which of the cases at risk had the event,
//! given how many.

use super::likelihood::Evaluation;
use super::risk_set::{Order, walk};
use super::sample::Sample;

/// More events at one time than this would overflow the sums over subsets, and take very long.
pub(super) const MOST_TIED: usize = 500;

/// Sums over all subsets of each size of the cases seen: of the product of their risks, of that times
/// the sum of their covariates, and of that times the square of the sum.
///
/// A further case doubles the subsets: those without it, and those with it, one larger (Gail,
/// Lubin, Rubinstein. Biometrika 1981;68:703-7).
struct Subsets {
    width: usize,
    products: Vec<f64>,
    first: Vec<f64>,
    second: Vec<f64>,
}

impl Subsets {
    fn new(width: usize, largest: usize) -> Self {
        let mut products = vec![0.0; largest + 1];
        products[0] = 1.0;
        Self {
            width,
            products,
            first: vec![0.0; (largest + 1) * width],
            second: vec![0.0; (largest + 1) * width * width],
        }
    }

    fn add(&mut self, x: &[f64], risk: f64, seen: usize) {
        let width = self.width;
        let largest = self.products.len() - 1;
        for size in (1..=largest.min(seen + 1)).rev() {
            let product = self.products[size - 1];
            let (below, here) = self.first.split_at_mut(size * width);
            let below = &below[(size - 1) * width..];
            let (squares_below, squares) = self.second.split_at_mut(size * width * width);
            let squares_below = &squares_below[(size - 1) * width * width..];
            for i in 0..width {
                for j in 0..=i {
                    squares[i * width + j] += risk
                        * (squares_below[i * width + j]
                            + x[i] * below[j]
                            + x[j] * below[i]
                            + x[i] * x[j] * product);
                }
            }
            for i in 0..width {
                here[i] += risk * (below[i] + x[i] * product);
            }
            self.products[size] += risk * product;
        }
    }
}

/// The largest number of events at one time of a stratum.
pub(super) fn most_tied(sample: &Sample) -> usize {
    let mut most = 0;
    let zero = vec![0.0; sample.width()];
    walk::<0>(sample, &zero, Order::First, |at| most = most.max(at.events));
    most
}

/// The log-likelihood at `b`, the coefficients of the standardised columns; `None` if `b` is too
/// large to say.
pub(super) fn evaluate(sample: &Sample, b: &[f64]) -> Option<Evaluation> {
    let width = sample.width();
    let entries = sample.arrangement.entries.as_ref();
    let mut log_likelihood: f64 = sample.event_sums.iter().zip(b).map(|(x, b)| x * b).sum();
    let mut score = sample.event_sums.clone();
    let mut information = vec![0.0; width * width];
    walk::<0>(sample, b, Order::Second, |at| {
        let sums = at.at_risk;
        let mean: Vec<f64> = sums.s1.iter().map(|sum| sum / sums.s0).collect();
        if at.events == 1 {
            log_likelihood -= sums.s0.ln();
            for i in 0..width {
                score[i] -= mean[i];
                for j in 0..=i {
                    information[i * width + j] +=
                        sums.s2[i * width + j] / sums.s0 - mean[i] * mean[j];
                }
            }
            return;
        }
        let events = at.events as f64;
        // Scaled so that the sums over subsets stay near 1, centred so that little cancels.
        let scale = sums.s0 / events;
        let mut subsets = Subsets::new(width, at.events);
        let mut x = vec![0.0; width];
        let at_risk = (at.first_row..at.rows.end)
            .filter(|row| entries.is_none_or(|entries| entries.times[*row] < at.time));
        for (seen, row) in at_risk.enumerate() {
            for (place, (value, mean)) in x.iter_mut().zip(sample.row(row).iter().zip(&mean)) {
                *place = value - mean;
            }
            let risk = sample.linear_predictor(row, b).exp() / scale;
            subsets.add(&x, risk, seen);
        }
        let all = subsets.products[at.events];
        let first = &subsets.first[at.events * width..];
        let second = &subsets.second[at.events * width * width..];
        log_likelihood -= all.ln() + events * scale.ln();
        for i in 0..width {
            score[i] -= first[i] / all + events * mean[i];
            for j in 0..=i {
                information[i * width + j] +=
                    second[i * width + j] / all - first[i] / all * (first[j] / all);
            }
        }
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

    /// Two events among x = 1, 2, 3, all at one time. Without effects the three pairs are as likely;
    /// their sums 3, 4, 5 have mean 4, as observed, and variance 2/3, which is that of x.
    #[test]
    fn two_of_three_by_hand() {
        let x = Covariate::numeric("x", vec![1.0, 3.0, 2.0]);
        let columns = Columns::new(vec![1.0; 3], vec![Event, Event, Censored], vec![x]);
        let sample = Sample::new(columns).expect("valid");
        let found = evaluate(&sample, &[0.0]).expect("finite");
        assert!((found.log_likelihood + 3_f64.ln()).abs() < 1e-14);
        assert!(found.score[0].abs() < 1e-14);
        assert!((found.information[0] - 1.0).abs() < 1e-14);
        assert_eq!(most_tied(&sample), 2);
    }

    /// 400 events among 800 cases: the number of subsets, C(800, 400), is about 10^239.
    #[test]
    fn many_subsets_do_not_overflow() {
        let x: Vec<f64> = (0..800).map(f64::from).collect();
        let outcomes = (0..800).map(|i| if i % 2 == 0 { Event } else { Censored });
        let columns = Columns::new(
            vec![1.0; 800],
            outcomes.collect(),
            vec![Covariate::numeric("x", x)],
        );
        let sample = Sample::new(columns).expect("valid");
        let found = evaluate(&sample, &[0.0]).expect("finite");
        let choose = crate::distribution::ln_choose(800, 400);
        assert!((found.log_likelihood + choose).abs() < 1e-9);
    }
}
