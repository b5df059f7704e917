//! Score residuals: how much each row pulls at the estimate.

use super::risk_set::{Order, walk};
use super::sample::Sample;
use super::ties::Ties;

/// Sums over event times, from the last to one of them, of the hazard and of the hazard times the
/// mean covariates at risk.
struct Accumulated {
    time: f64,
    hazard: f64,
}

/// What a tied event counts for itself at its own time.
struct Own {
    hazard: f64,
    /// Hazard times mean.
    first: Vec<f64>,
    /// The mean covariates from which it differs.
    mean: Vec<f64>,
}

/// The score residuals of the rows at `b`, the coefficients of the standardised columns, summed over
/// each cluster: cluster by cluster.
///
/// A row has its covariates minus their mean at risk if it had the event, minus what was expected of
/// it: its risk times that difference summed over the hazard of all event times in its interval.
/// With Efron's method a tied event is at risk in part of its own terms only.
pub(super) fn score_residuals(
    sample: &Sample,
    b: &[f64],
    ties: Ties,
    clusters: &[u32],
    count: usize,
) -> Vec<f64> {
    let width = sample.width();
    let mut strata: Vec<(Vec<Accumulated>, Vec<f64>, Vec<Own>)> = sample
        .active()
        .map(|_| (Vec::new(), Vec::new(), Vec::new()))
        .collect();
    walk::<0>(sample, b, Order::First, |at| {
        let (times, means, own) = &mut strata[at.stratum];
        let (mut hazard, mut first) = match times.last() {
            None => (0.0, vec![0.0; width]),
            Some(last) => (last.hazard, means[means.len() - width..].to_vec()),
        };
        let mut mine = Own {
            hazard: 0.0,
            first: vec![0.0; width],
            mean: vec![0.0; width],
        };
        let (time, tied) = (at.time, at.events as f64);
        at.terms(ties, |events, share, sums| {
            let part = events / sums.s0;
            hazard += part;
            mine.hazard += share * part;
            for (i, sum) in sums.s1.iter().enumerate() {
                let mean = sum / sums.s0;
                first[i] += part * mean;
                mine.first[i] += share * part * mean;
                mine.mean[i] += events / tied * mean;
            }
        });
        times.push(Accumulated { time, hazard });
        means.extend(first);
        own.push(mine);
    });

    let mut residuals = vec![0.0; count * width];
    for (rows, (times, means, own)) in sample.active().zip(&strata) {
        let mut from = 0;
        for row in rows {
            let time = sample.arrangement.times[row];
            while times[from].time > time {
                from += 1;
            }
            let to = match &sample.arrangement.entries {
                None => times.len(),
                Some(entries) => times.partition_point(|at| at.time > entries.times[row]),
            };
            let residual = &mut residuals[clusters[row] as usize * width..][..width];
            let risk = sample.linear_predictor(row, b).exp();
            let event = sample.arrangement.events[row];
            // Its own time is left out of the sums for an event.
            let before = if event { from + 1 } else { from };
            let upto = |index: usize| {
                if index == 0 {
                    0.0
                } else {
                    times[index - 1].hazard
                }
            };
            let hazard = upto(to) - upto(before);
            for (i, x) in sample.row(row).iter().enumerate() {
                let upto = |index: usize| {
                    if index == 0 {
                        0.0
                    } else {
                        means[(index - 1) * width + i]
                    }
                };
                residual[i] -= risk * (x * hazard - (upto(to) - upto(before)));
                if event {
                    let own = &own[from];
                    residual[i] += x - own.mean[i] - risk * (x * own.hazard - own.first[i]);
                }
            }
        }
    }
    residuals
}

/// The sum over clusters of r rᵀ, row by row.
pub(super) fn squares(residuals: &[f64], width: usize) -> Vec<f64> {
    let mut sum = vec![0.0; width * width];
    for residual in residuals.chunks_exact(width) {
        for i in 0..width {
            for j in 0..width {
                sum[i * width + j] += residual[i] * residual[j];
            }
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::super::{Columns, Covariate};
    use super::*;
    use crate::survival::Outcome::Event;

    /// Three events, x = 0, 1, 2 at times 1, 2, 3; without effects the hazards are 1/3, 1/2, 1 and the
    /// means at risk 1, 3/2, 2. Residuals: (0 − 1) − (0 − 1)/3 = −2/3; (1 − 3/2) − (1 − 1)/3 − (1 −
    /// 3/2)/2 = −1/4; (2 − 2) − (2 − 1)/3 − (2 − 3/2)/2 − 0 = −7/12. Their sum, −3/2, is the slope.
    #[test]
    fn residuals_by_hand() {
        let x = Covariate::numeric("x", vec![0.0, 1.0, 2.0]);
        let columns = Columns::new(vec![1.0, 2.0, 3.0], vec![Event; 3], vec![x]);
        let sample = Sample::new(columns).expect("valid");
        // Rows fall in time.
        let found = score_residuals(&sample, &[0.0], Ties::Efron, &[2, 1, 0], 3);
        let scale = sample.columns[0].scale;
        for (found, wanted) in found.iter().zip([-2.0 / 3.0, -0.25, -7.0 / 12.0]) {
            assert!((found * scale - wanted).abs() < 1e-14, "{found} {wanted}");
        }
    }
}
