//! Whether coefficients stay the same over time.

use serde::Serialize;
use thiserror::Error;

use super::baseline::standardised;
use super::fit::{ChiSquaredTest, CoxFit};
use super::risk_set::{Order, walk};
use super::sample::Sample;
use super::ties::Ties;
use crate::choice::choices;
use crate::linear::Cholesky;

/// A pivot below this share of its variance counts as zero.
const SINGULAR: f64 = 1e-10;

choices! {
    /// On which scale of time coefficients are tested for a slope.
    #[derive(Default)]
    pub enum TimeScale {
        /// 1 minus the Kaplan-Meier curve of all cases just before a time, on which events are spread
        /// evenly, so that no outlying time rules.
        #[default]
        KaplanMeier = "km",
        /// The rank of the time among all times.
        Rank = "rank",
        /// Time itself.
        Identity = "identity",
        /// The logarithm of time.
        Log = "log",
    }
}

/// The test of one covariate.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TermTest {
    /// Name of the covariate; the columns of a categorical one are tested together.
    pub covariate: String,
    /// The test; `None` if the event times are too few to tell a slope.
    pub test: Option<ChiSquaredTest>,
}

/// Tests of proportional hazards.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProportionalHazards {
    /// Number of events.
    pub events: usize,
    /// The scale of time.
    pub time_scale: TimeScale,
    /// The test of each covariate.
    pub covariates: Vec<TermTest>,
    /// The test of all together; `None` if the event times are too few.
    pub global: Option<ChiSquaredTest>,
}

/// Why proportional hazards cannot be tested.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ProportionalHazardsError {
    /// The fit is that of another sample.
    #[error("the fit has other cases or columns than the sample; fit this sample")]
    OtherSample,
    /// With exact ties there is no test.
    #[error("with exact ties there is no test of proportional hazards; fit with Efron's")]
    ExactTies,
    /// All events are at one time.
    #[error("all events are at one time, so nothing can change over time")]
    OneEventTime,
    /// An event is at time zero, which has no logarithm.
    #[error("an event is at time 0, which has no logarithm; choose another scale of time")]
    TimeZero,
    /// The fit is too extreme to evaluate.
    #[error("the fit is too extreme to test; look for extreme values of covariates")]
    OutOfRange,
}

/// Tests whether the coefficients of a fit change over time.
///
/// If the coefficient of covariate j were bⱼ + cⱼ g(t), with g a centred scale of time, the slope of
/// the partial likelihood at c = 0 would be Σ g(t) (x − mean x at risk), the Schoenfeld residuals
/// weighted by g. This is its score test with the full information of b and c: for each covariate with
/// all of b, and for all together. Large values say that the hazard ratio is not the same at all
/// times, which with many events may be true and yet not matter: look at the curves.
///
/// Grambsch P, Therneau T. Biometrika 1994;81:515-26, without their approximation that the covariance
/// at risk stays the same (as in R's survival since 3.0).
///
/// # Errors
///
/// [`ProportionalHazardsError`] if the fit is of another sample, used exact ties, or the event times
/// do not suit the scale.
pub fn proportional_hazards(
    sample: &Sample,
    fit: &CoxFit,
    time_scale: TimeScale,
) -> Result<ProportionalHazards, ProportionalHazardsError> {
    if fit.ties == Ties::Exact {
        return Err(ProportionalHazardsError::ExactTies);
    }
    let b = standardised(sample, fit).ok_or(ProportionalHazardsError::OtherSample)?;
    let scale = Scale::new(sample, time_scale)?;
    let width = sample.width();
    let mut slope = vec![0.0; width];
    // The information about b, about b and c, and about c.
    let mut plain = vec![0.0; width * width];
    let mut mixed = plain.clone();
    let mut squared = plain.clone();
    walk::<0>(sample, &b, Order::Second, |at| {
        let g = scale.at(at.time);
        for row in at
            .rows
            .clone()
            .filter(|row| sample.arrangement.events[*row])
        {
            for (sum, x) in slope.iter_mut().zip(sample.row(row)) {
                *sum += g * x;
            }
        }
        at.terms(fit.ties, |events, _, sums| {
            for i in 0..width {
                let mean = sums.s1[i] / sums.s0;
                slope[i] -= g * events * mean;
                for j in 0..=i {
                    let part = events * (sums.s2[i * width + j] - mean * sums.s1[j]) / sums.s0;
                    plain[i * width + j] += part;
                    mixed[i * width + j] += g * part;
                    squared[i * width + j] += g * g * part;
                }
            }
        });
    })
    .ok_or(ProportionalHazardsError::OutOfRange)?;
    let Ok(root) = Cholesky::new(&plain, width, 0.0) else {
        return Err(ProportionalHazardsError::OutOfRange);
    };
    for i in 0..width {
        for j in 0..i {
            mixed[j * width + i] = mixed[i * width + j];
        }
    }
    let whitened: Vec<Vec<f64>> = mixed
        .chunks_exact(width)
        .map(|row| root.whiten(row))
        .collect();
    let left = |i: usize, j: usize| -> f64 {
        let known: f64 = whitened[i]
            .iter()
            .zip(&whitened[j])
            .map(|(a, b)| a * b)
            .sum();
        squared[i.max(j) * width + i.min(j)] - known
    };
    let test = |columns: std::ops::Range<usize>| {
        let size = columns.len();
        let matrix: Vec<f64> = columns
            .clone()
            .flat_map(|i| columns.clone().map(move |j| (i, j)))
            .map(|(i, j)| left(i, j))
            .collect();
        // What is left must not be the rounding of what was taken away.
        let told = columns
            .clone()
            .all(|i| left(i, i) > SINGULAR * squared[i * width + i]);
        Cholesky::new(&matrix, size, SINGULAR)
            .ok()
            .filter(|_| told)
            .map(|root| ChiSquaredTest::new(root.quadratic_form(&slope[columns]), size))
    };
    Ok(ProportionalHazards {
        events: sample.events(),
        time_scale,
        covariates: sample
            .terms
            .iter()
            .map(|term| TermTest {
                covariate: term.name.clone(),
                test: test(term.columns.clone()),
            })
            .collect(),
        global: test(0..width),
    })
}

/// The distinct event times in order, with their place on a scale, standardised.
struct Scale(Vec<(f64, f64)>);

impl Scale {
    fn new(sample: &Sample, time_scale: TimeScale) -> Result<Self, ProportionalHazardsError> {
        let arrangement = &sample.arrangement;
        let mut times = arrangement.times.clone();
        times.sort_unstable_by(f64::total_cmp);
        let mut event_times: Vec<f64> = (0..sample.n())
            .filter(|row| arrangement.events[*row])
            .map(|row| arrangement.times[row])
            .collect();
        event_times.sort_unstable_by(f64::total_cmp);
        let entries = arrangement.entries.as_ref().map(|entries| {
            let mut entries = entries.times.clone();
            entries.sort_unstable_by(f64::total_cmp);
            entries
        });
        let mut survival = 1.0;
        let mut places: Vec<(f64, f64, f64)> = Vec::new();
        for tied in event_times.chunk_by(|a, b| a == b) {
            let time = tied[0];
            let events = tied.len() as f64;
            let before = times.partition_point(|other| *other < time);
            let place = match time_scale {
                TimeScale::Identity => time,
                TimeScale::Log if time > 0.0 => time.ln(),
                TimeScale::Log => return Err(ProportionalHazardsError::TimeZero),
                TimeScale::Rank => {
                    let upto = times.partition_point(|other| *other <= time);
                    f64::midpoint(before as f64 + 1.0, upto as f64)
                }
                TimeScale::KaplanMeier => {
                    let not_in = entries.as_ref().map_or(0, |entries| {
                        entries.len() - entries.partition_point(|entry| *entry < time)
                    });
                    let at_risk = times.len() - before - not_in;
                    let place = 1.0 - survival;
                    survival *= 1.0 - events / at_risk as f64;
                    place
                }
            };
            places.push((time, place, events));
        }
        let count = sample.events() as f64;
        // Divided first, lest the largest times overflow.
        let mean: f64 = places
            .iter()
            .map(|(_, place, events)| place / count * events)
            .sum();
        let farthest = places
            .iter()
            .map(|(_, place, _)| (place - mean).abs())
            .fold(0.0, f64::max);
        if places.len() < 2 || farthest == 0.0 {
            return Err(ProportionalHazardsError::OneEventTime);
        }
        Ok(Self(
            places
                .iter()
                .map(|(time, place, _)| (*time, (place - mean) / farthest))
                .collect(),
        ))
    }

    fn at(&self, time: f64) -> f64 {
        let after = self.0.partition_point(|(other, _)| *other <= time);
        self.0[after.saturating_sub(1)].1
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Columns, Covariate, CoxOptions, FewEvents, cox};
    use super::*;
    use crate::survival::Outcome::{Censored, Event};

    const ALLOW: FewEvents = FewEvents::Allow;

    fn fitted(times: [f64; 4]) -> (Sample, CoxFit) {
        let sample = Sample::new(Columns::new(
            times.to_vec(),
            vec![Event, Event, Censored, Event],
            vec![Covariate::numeric("x", vec![0.0, 1.0, 1.0, 0.0])],
        ))
        .expect("valid");
        let options = CoxOptions {
            few_events: ALLOW,
            ..CoxOptions::default()
        };
        let fit = cox(&sample, options).expect("a fit");
        (sample, fit)
    }

    /// The hazard ratio is h = 1/√2. At the events at 1, 2 and 4 the mean of x at risk is p = h/(1 + h), q
    /// = 2h/(1 + 2h) and 0, the residual −p, 1 − q and 0 (their sum is zero), the variance v = p(1 − p),
    /// w = q(1 − q) and 0. Only the first two times count. With g = 1 at the one and 0 at the other the
    /// slope is −p and its variance, given b, v − v²/(v + w); other scales give the same statistic.
    #[test]
    fn three_events_by_hand() {
        let (sample, fit) = fitted([1.0, 2.0, 3.0, 4.0]);
        let h = 0.5_f64.sqrt();
        let means @ [p, _] = [h / (1.0 + h), 2.0 * h / (1.0 + 2.0 * h)];
        let [v, w] = means.map(|mean| mean * (1.0 - mean));
        let wanted = p * p / (v - v * v / (v + w));
        for scale in TimeScale::ALL {
            let found = proportional_hazards(&sample, &fit, *scale).expect("a test");
            let test = found.global.expect("two event times");
            assert!((test.statistic - wanted).abs() < 1e-10, "{scale}: {test:?}");
            assert_eq!(found.covariates[0].test, found.global);
        }
    }

    #[test]
    fn scales_that_do_not_suit_the_times_are_refused() {
        let (sample, fit) = fitted([0.0, 2.0, 3.0, 4.0]);
        assert_eq!(
            proportional_hazards(&sample, &fit, TimeScale::Log),
            Err(ProportionalHazardsError::TimeZero)
        );
        let sample = Sample::new(Columns::new(
            vec![1.0; 4],
            vec![Event, Event, Censored, Censored],
            vec![Covariate::numeric("x", vec![0.0, 3.0, 1.0, 2.0])],
        ))
        .expect("valid");
        let options = CoxOptions {
            few_events: ALLOW,
            ..CoxOptions::default()
        };
        let fit = cox(&sample, options).expect("a fit");
        assert_eq!(
            proportional_hazards(&sample, &fit, TimeScale::Identity),
            Err(ProportionalHazardsError::OneEventTime)
        );
    }
}
