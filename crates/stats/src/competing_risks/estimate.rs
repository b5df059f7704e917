//! The Aalen-Johansen estimator of cumulative incidence.

use super::curve::{CauseCount, CumulativeIncidence, IncidenceOptions, TimePoint, Value, Variance};
use super::sample::{Case, Sample};

/// A variance that falls at one time to less than this share of itself is zero.
const ROUNDING: f64 = 1e-13;

/// Estimates the cumulative incidence of each cause in a whole sample.
///
/// With n at risk just before a time, d events at it, dₖ of them of cause k, and S the Kaplan-Meier
/// probability of no event of any kind, the incidence of cause k rises at it by S(before) dₖ / n.
/// Aalen OO, Johansen S. Scand J Stat 1978;5:141-50. Standard errors: see [`Variance`]. Assumes
/// independent cases, and censoring that says nothing about the event to come.
#[must_use]
pub fn cumulative_incidence(sample: &Sample, options: IncidenceOptions) -> CumulativeIncidence {
    estimate(sample, sample.cases(), None, options)
}

/// The same for each group of a sample by itself, in the order of [`Sample::groups`]; nothing when
/// the sample has no groups. A group without a case has no curve.
#[must_use]
pub fn cumulative_incidence_by_group(
    sample: &Sample,
    options: IncidenceOptions,
) -> Vec<CumulativeIncidence> {
    sample
        .groups()
        .iter()
        .zip(sample.cases_by_group())
        .filter(|(_, cases)| !cases.is_empty())
        .map(|(label, cases)| estimate(sample, &cases, Some(label.clone()), options))
        .collect()
}

/// The variances of event-free survival and of the incidence of one cause, and their covariance.
///
/// An error in either made at one time is carried on to the next as the curves themselves are:
/// survival by the factor 1 − d/n, and from it into the incidence by dₖ/n. So the three need only
/// be carried on and added to, without a sum over all earlier times.
#[derive(Debug, Clone, Copy, Default)]
struct Moments {
    survival: f64,
    both: f64,
    incidence: f64,
}

/// What happened at one time: survival before it, numbers at risk and of events.
#[derive(Debug, Clone, Copy)]
struct Jump {
    survival: f64,
    at_risk: f64,
    events: f64,
}

impl Jump {
    fn carry(self, moments: &mut Moments, of_cause: f64, variance: Variance) {
        let Self {
            survival,
            at_risk: n,
            events: d,
        } = self;
        let (left, hazard) = ((n - d) / n, of_cause / n);
        let (surviving, both, incident) = (moments.survival, moments.both, moments.incidence);
        moments.survival = left * left * surviving;
        moments.both = left * (both + hazard * surviving);
        moments.incidence += 2.0 * hazard * both + hazard * hazard * surviving;
        let scale = survival * survival / (n * n);
        let (of_survival, covariance, of_incidence) = match variance {
            Variance::Greenwood => (
                d * (n - d) / n,
                -of_cause * (n - d) / n,
                of_cause * (n - of_cause) / n,
            ),
            Variance::Aalen => {
                // One event among n varies as a Poisson count does, also when n is 1.
                let alone = |count: f64| {
                    if count > 1.0 {
                        count * (n - count) / (n - 1.0)
                    } else {
                        count
                    }
                };
                let (cause, others) = (alone(of_cause), alone(d - of_cause));
                (cause + others, -cause, cause)
            }
        };
        moments.survival += scale * of_survival;
        moments.both += scale * covariance;
        moments.incidence += scale * of_incidence;
        // When all cases end with this cause nothing is left to vary but rounding.
        if moments.incidence < ROUNDING * incident {
            moments.incidence = 0.0;
        }
    }
}

fn estimate(
    sample: &Sample,
    cases: &[Case],
    group: Option<String>,
    options: IncidenceOptions,
) -> CumulativeIncidence {
    let causes = sample.causes().len();
    let mut at_risk = cases.len();
    let mut survival = 1.0;
    // Greenwood's formula throughout, as in a Kaplan-Meier curve.
    let mut survival_variance = 0.0;
    let mut censored = 0;
    let mut moments = vec![Moments::default(); causes];
    let mut current = vec![
        Value {
            events: 0,
            estimate: 0.0,
            std_error: 0.0
        };
        causes
    ];
    // Near-tied times were made equal on entry.
    let times = cases.chunk_by(|a, b| a.time == b.time);
    let count = times.clone().count();
    let mut points = Vec::with_capacity(count);
    let mut values = Vec::with_capacity(count * causes);
    let mut counts = vec![0_usize; causes + 1];
    for same_time in times {
        counts.fill(0);
        for case in same_time {
            counts[case.ending as usize] += 1;
        }
        let events = same_time.len() - counts[0];
        if events > 0 {
            let (n, d) = (at_risk as f64, events as f64);
            let jump = Jump {
                survival,
                at_risk: n,
                events: d,
            };
            for (cause, count) in counts[1..].iter().enumerate() {
                let value = &mut current[cause];
                let moments = &mut moments[cause];
                jump.carry(moments, *count as f64, options.variance);
                value.events += count;
                // Rounding must not carry it beyond a probability.
                value.estimate = (value.estimate + survival * *count as f64 / n).min(1.0);
                value.std_error = moments.incidence.sqrt();
            }
            let left = (n - d) / n;
            survival_variance =
                left * left * survival_variance + survival * survival * d * (n - d) / (n * n * n);
            survival *= left;
        }
        censored += counts[0];
        points.push(TimePoint {
            time: same_time[0].time,
            at_risk,
            censored,
            event_free: survival,
            std_error: survival_variance.sqrt(),
        });
        values.extend_from_slice(&current);
        at_risk -= same_time.len();
    }
    CumulativeIncidence {
        group,
        n: cases.len(),
        censored,
        causes: sample
            .causes()
            .iter()
            .zip(&current)
            .map(|(cause, value)| CauseCount {
                cause: cause.clone(),
                events: value.events,
            })
            .collect(),
        points,
        values,
        options,
        tolerance: sample.tolerance(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::Causes;
    use super::*;
    use crate::factor::Factor;

    fn sample(cases: &[(f64, Option<&str>)]) -> Sample {
        let times: Vec<f64> = cases.iter().map(|case| case.0).collect();
        let causes = Causes::new(cases.iter().map(|case| case.1));
        Sample::new(&times, &causes, None, None).expect("valid")
    }

    fn close(found: f64, wanted: f64) -> bool {
        (found - wanted).abs() < 1e-15
    }

    /// a at 1, censored at 2, b at 3, a at 4. Incidence of a: 1/4, then 3/4 × 0, then 3/8 × 1 more;
    /// of b: 3/4 × 1/2 = 3/8. Event-free: 3/4, 3/8, 0.
    #[test]
    fn incidence_by_hand() {
        let cases = [
            (1.0, Some("a")),
            (2.0, None),
            (3.0, Some("b")),
            (4.0, Some("a")),
        ];
        let curves = cumulative_incidence(&sample(&cases), IncidenceOptions::default());
        let found: Vec<_> = curves
            .steps()
            .map(|at| {
                let [a, b] = [0, 1].map(|cause| at.causes[cause].estimate);
                (a, b, at.event_free_survival, at.at_risk)
            })
            .collect();
        assert_eq!(
            found,
            [
                (0.25, 0.0, 0.75, 4),
                (0.25, 0.0, 0.75, 3),
                (0.25, 0.375, 0.375, 2),
                (0.625, 0.375, 0.0, 1)
            ]
        );
    }

    /// Without censoring 1 of 4 is a binomial proportion, with variance 1/4 · 3/4 / 4; and it stays
    /// so when the others follow. Aalen's formula has no binomial factor for single events: at the
    /// first event the variance is 1/4².
    #[test]
    fn variance_by_hand() {
        let cases = [
            (1.0, Some("a")),
            (2.0, Some("b")),
            (3.0, Some("b")),
            (4.0, Some("b")),
        ];
        let greenwood = cumulative_incidence(&sample(&cases), IncidenceOptions::default());
        for at in greenwood.steps() {
            assert!(close(at.causes[0].std_error, (3.0_f64 / 64.0).sqrt()));
        }
        let options = IncidenceOptions {
            variance: Variance::Aalen,
            ..Default::default()
        };
        let aalen = cumulative_incidence(&sample(&cases), options);
        let first = aalen.steps().next().expect("four steps");
        assert!(close(first.causes[0].std_error, 0.25));
    }

    /// Two of three at one time by Aalen's formula: 2 (3 − 2) / (3² (3 − 1)) = 1/9.
    #[test]
    fn tied_events_vary_less() {
        let cases = [(1.0, Some("a")), (1.0, Some("a")), (2.0, None)];
        let options = IncidenceOptions {
            variance: Variance::Aalen,
            ..Default::default()
        };
        let curves = cumulative_incidence(&sample(&cases), options);
        let first = curves.steps().next().expect("two steps");
        assert!(close(first.causes[0].std_error, 1.0 / 3.0));
    }

    #[test]
    fn a_group_has_its_own_curve() {
        let causes = Causes::new([Some("a"), None, Some("a")]);
        let groups = Factor::new(["x", "y", "x"]);
        let sample = Sample::new(&[1.0, 2.0, 3.0], &causes, Some(&groups), None).expect("valid");
        let curves = cumulative_incidence_by_group(&sample, IncidenceOptions::default());
        let found: Vec<_> = curves
            .iter()
            .map(|curve| (curve.group(), curve.n(), curve.causes()[0].events))
            .collect();
        assert_eq!(found, [(Some("x"), 2, 2), (Some("y"), 1, 0)]);
    }

    #[test]
    fn without_events_nothing_is_incident() {
        let curves = cumulative_incidence(
            &sample(&[(1.0, None), (2.0, None)]),
            IncidenceOptions::default(),
        );
        assert!(curves.causes().is_empty());
        assert_eq!((curves.censored(), curves.n()), (2, 2));
        let at = curves.at(2.0).expect("valid").expect("within follow-up");
        assert_eq!(at.event_free_survival, 1.0);
    }
}
