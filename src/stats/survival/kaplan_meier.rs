//! The Kaplan-Meier (product-limit) estimate.

use super::curve::{Curve, CurveOptions, Step};
use super::sample::{Sample, Tally, TimeRow};

/// The Kaplan-Meier curve of the whole sample, groups taken together.
///
/// Survival is the product over the event times up to t of 1 − d/n, with d events among n at risk;
/// cases censored at an event time count as at risk there. Its standard error (Greenwood) is
/// survival × the square root of the sum of `d / (n (n − d))`. Assumes that censoring tells nothing about the event and that survival
/// is the same for cases recruited early and late. Not for an event that another outcome can
/// forestall: with competing risks 1 − survival is too large. The tail rests on the few still at
/// risk: show their numbers.
///
/// Kaplan EL, Meier P. J Am Stat Assoc 1958;53:457-81. Greenwood M. Reports on Public Health and
/// Medical Subjects 1926;33.
#[must_use]
pub fn kaplan_meier(sample: &Sample, options: CurveOptions) -> Curve {
    let together = |row: &TimeRow| {
        row.groups
            .iter()
            .fold(Tally::default(), |sum, tally| Tally {
                at_risk: sum.at_risk + tally.at_risk,
                events: sum.events + tally.events,
                censored: sum.censored + tally.censored,
            })
    };
    let rows: Vec<_> = sample
        .tally()
        .iter()
        .map(|row| (row.time, together(row)))
        .collect();
    curve_of(&rows, None, sample.tolerance(), options)
}

/// One [`kaplan_meier`] curve for each group, in the order of [`Sample::groups`]; empty for a
/// sample without groups.
///
/// Near-tied times were merged over all groups, so equal times are equal in every curve.
#[must_use]
pub fn kaplan_meier_by_group(sample: &Sample, options: CurveOptions) -> Vec<Curve> {
    let tally = sample.tally();
    let group_curve = |(group, label): (usize, &String)| {
        let rows: Vec<_> = tally
            .iter()
            .map(|row| (row.time, row.groups[group]))
            .filter(|(_, tally)| tally.events + tally.censored > 0)
            .collect();
        curve_of(&rows, Some(label.clone()), sample.tolerance(), options)
    };
    sample
        .groups()
        .iter()
        .enumerate()
        .map(group_curve)
        .collect()
}

fn curve_of(
    rows: &[(f64, Tally)],
    group: Option<String>,
    tolerance: f64,
    options: CurveOptions,
) -> Curve {
    let mut survival = 1.0;
    let mut greenwood = 0.0;
    let step = |&(
        time,
        Tally {
            at_risk,
            events,
            censored,
        },
    ): &(f64, Tally)| {
        let left = (at_risk - events) as f64;
        survival *= left / at_risk as f64;
        greenwood += if left > 0.0 {
            events as f64 / (at_risk as f64 * left)
        } else {
            0.0
        };
        let relative_error = f64::sqrt(greenwood);
        Step {
            time,
            at_risk,
            events,
            censored,
            survival,
            std_error: (survival > 0.0).then_some(survival * relative_error),
            interval: options
                .band
                .interval(survival, relative_error, options.level),
        }
    };
    let steps: Vec<Step> = rows.iter().map(step).collect();
    Curve {
        group,
        n: steps.first().map_or(0, |step| step.at_risk),
        events: steps.iter().map(|step| step.events).sum(),
        steps,
        options,
        tolerance,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Observation;
    use super::*;

    /// Five cases: event at 1, censored at 2, two events at 3, one censored at 4.
    #[test]
    fn five_cases_by_hand() {
        let sample = Sample::new([
            Observation::event(1.0),
            Observation::censored(2.0),
            Observation::event(3.0),
            Observation::event(3.0),
            Observation::censored(4.0),
        ])
        .expect("valid");
        let curve = kaplan_meier(&sample, CurveOptions::default());
        assert_eq!((curve.n(), curve.events(), curve.group()), (5, 3, None));
        let counts: Vec<_> = curve
            .steps()
            .iter()
            .map(|s| (s.time, s.at_risk, s.events, s.censored))
            .collect();
        assert_eq!(
            counts,
            [
                (1.0, 5, 1, 0),
                (2.0, 4, 0, 1),
                (3.0, 3, 2, 0),
                (4.0, 1, 0, 1)
            ]
        );
        let wanted = [4.0 / 5.0, 4.0 / 5.0, 4.0 / 15.0, 4.0 / 15.0];
        let errors = [
            1.0 / 20.0,
            1.0 / 20.0,
            1.0 / 20.0 + 2.0 / 3.0,
            1.0 / 20.0 + 2.0 / 3.0,
        ];
        for ((step, survival), variance) in curve.steps().iter().zip(wanted).zip(errors) {
            assert!((step.survival - survival).abs() < 1e-15);
            let error = step.std_error.expect("survival above 0");
            assert!((error - survival * f64::sqrt(variance)).abs() < 1e-15);
        }
    }

    #[test]
    fn all_censored_stays_at_one() {
        let sample =
            Sample::new([Observation::censored(1.0), Observation::censored(2.0)]).expect("valid");
        let curve = kaplan_meier(&sample, CurveOptions::default());
        assert!(
            curve
                .steps()
                .iter()
                .all(|step| step.survival == 1.0 && step.std_error == Some(0.0))
        );
        assert_eq!(
            (curve.median().time, curve.median().interval.lower),
            (None, None)
        );
    }

    #[test]
    fn one_case_falls_to_zero() {
        let curve = kaplan_meier(
            &Sample::new([Observation::event(2.0)]).expect("valid"),
            CurveOptions::default(),
        );
        let step = curve.steps()[0];
        assert_eq!(
            (step.survival, step.std_error, step.interval),
            (0.0, None, None)
        );
        assert_eq!(
            (curve.median().time, curve.median().interval.upper),
            (Some(2.0), None)
        );
    }

    #[test]
    fn groups_have_their_own_curves() {
        let sample = Sample::new([
            Observation::event(1.0).in_group("x"),
            Observation::event(2.0).in_group("y"),
            Observation::censored(3.0).in_group("x"),
        ])
        .expect("valid");
        let curves = kaplan_meier_by_group(&sample, CurveOptions::default());
        assert_eq!(
            curves
                .iter()
                .map(|curve| (curve.group(), curve.n()))
                .collect::<Vec<_>>(),
            [(Some("x"), 2), (Some("y"), 1)]
        );
        assert_eq!(curves[0].steps()[0].survival, 0.5);
        assert_eq!(kaplan_meier(&sample, CurveOptions::default()).n(), 3);
    }
}
