//! The Kaplan-Meier (product-limit) estimate.

use std::sync::Arc;

use super::curve::{Curve, CurveOptions};
use super::outcome::Outcome;
use super::sample::Sample;
use super::timeline::Timeline;

/// The Kaplan-Meier curve of the whole sample, groups and strata taken together.
///
/// Survival is the product over the event times up to t of 1 − d/n, with d events among n at risk;
/// cases censored at an event time count as at risk there. Its standard error (Greenwood) is
/// survival × the square root of the sum of `d / (n (n − d))`. Assumes that censoring tells nothing
/// about the event and that survival is the same for cases recruited early and late. Not for an
/// event that another outcome can forestall: with competing risks 1 − survival is too large. The
/// tail rests on the few still at risk: show their numbers.
///
/// With left truncation a case counts as at risk after its entry; survival is then that of cases
/// who were event-free at the earliest entry, provided that entry tells nothing about the event.
/// Few at risk early on can bring the curve down to 0 while most have yet to enter: look at the
/// numbers at risk.
///
/// Kaplan EL, Meier P. J Am Stat Assoc 1958;53:457-81. Greenwood M. Reports on Public Health and
/// Medical Subjects 1926;33. Tsai WY, Jewell NP, Wang MC. Biometrika 1987;74:883-6 (truncation).
#[must_use]
pub fn kaplan_meier(sample: &Sample, options: CurveOptions) -> Curve {
    whole(sample, Outcome::Event, options)
}

/// One [`kaplan_meier`] curve for each group, in the order of [`Sample::groups`]; empty for a
/// sample without groups.
///
/// Near-tied times were merged over all groups, so equal times are equal in every curve. The curve
/// of a group without a case has no steps.
#[must_use]
pub fn kaplan_meier_by_group(sample: &Sample, options: CurveOptions) -> Vec<Curve> {
    by_group(sample, Outcome::Event, options)
}

/// The reverse Kaplan-Meier curve: that of the time to censoring, which the event cuts short.
///
/// Its median is the median potential follow-up: how long cases would have been watched had none
/// had the event. Each event counts as censored and each censored case as an event; at tied times
/// cases with the event count as at risk of being censored, as when the outcome is recoded for any
/// Kaplan-Meier program.
///
/// Schemper M, Smith TL. Control Clin Trials 1996;17:343-6.
#[must_use]
pub fn reverse_kaplan_meier(sample: &Sample, options: CurveOptions) -> Curve {
    whole(sample, Outcome::Censored, options)
}

/// One [`reverse_kaplan_meier`] curve for each group, as [`kaplan_meier_by_group`] has them.
#[must_use]
pub fn reverse_kaplan_meier_by_group(sample: &Sample, options: CurveOptions) -> Vec<Curve> {
    by_group(sample, Outcome::Censored, options)
}

fn whole(sample: &Sample, falls_at: Outcome, options: CurveOptions) -> Curve {
    let timeline = sample.shared_timeline();
    Curve::new(None, timeline, falls_at, sample.tolerance(), options)
}

fn by_group(sample: &Sample, falls_at: Outcome, options: CurveOptions) -> Vec<Curve> {
    let curve = |(label, timeline): (&String, Timeline)| {
        let timeline = Arc::new(timeline);
        let group = Some(label.clone());
        Curve::new(group, timeline, falls_at, sample.tolerance(), options)
    };
    let timelines = group_timelines(sample);
    sample.groups().iter().zip(timelines).map(curve).collect()
}

/// The timeline of each group: the times at which one of its cases leaves.
fn group_timelines(sample: &Sample) -> Vec<Timeline> {
    let codes = sample.group_codes();
    let mut sizes = vec![0; sample.groups().len()];
    for code in codes {
        sizes[*code as usize] += 1;
    }
    let whole = sample.timeline();
    let mut groups: Vec<Timeline> = sizes
        .iter()
        .map(|size| {
            let distinct = whole.len().min(*size);
            Timeline {
                times: Vec::with_capacity(distinct),
                starts: Vec::with_capacity(distinct + 1),
                events: Vec::with_capacity(distinct),
                at_risk: sample.entry().map(|_| Vec::with_capacity(distinct)),
                entries: None,
            }
        })
        .collect();
    let mut left = vec![0_u32; groups.len()];
    let mut entered = vec![0_u32; groups.len()];
    let mut coming = sample
        .entry()
        .map(|entry| {
            entry
                .by_from
                .iter()
                .map(|place| (*place as usize, entry.from[*place as usize]))
        })
        .into_iter()
        .flatten()
        .peekable();
    for (j, time) in whole.times.iter().enumerate() {
        while let Some((place, _)) = coming.next_if(|(_, from)| *from as usize <= j) {
            entered[codes[place] as usize] += 1;
        }
        let events = whole.having_event(j).end;
        for place in whole.leaving(j) {
            let code = codes[place] as usize;
            let group = &mut groups[code];
            if group.times.last() != Some(time) {
                group.times.push(*time);
                group.starts.push(left[code]);
                group.events.push(0);
                if let Some(at_risk) = &mut group.at_risk {
                    at_risk.push(entered[code] - left[code]);
                }
            }
            if let Some(count) = group.events.last_mut() {
                *count += u32::from(place < events);
            }
            left[code] += 1;
        }
    }
    for (group, left) in groups.iter_mut().zip(left) {
        group.starts.push(left);
    }
    if let (Some(entry), Some(entries)) = (sample.entry(), &whole.entries) {
        for (code, group) in groups.iter_mut().enumerate() {
            let its = |(place, _): &(&u32, &f64)| codes[**place as usize] as usize == code;
            let times = entry.by_from.iter().zip(entries).filter(its);
            group.entries = Some(times.map(|(_, time)| *time).collect());
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::super::{Columns, Step};
    use super::*;
    use crate::factor::Factor;

    fn sample(cases: &[(f64, bool)]) -> Sample {
        let (times, outcomes): (Vec<f64>, Vec<Outcome>) = cases
            .iter()
            .map(|(time, event)| (*time, Outcome::from(*event)))
            .unzip();
        Sample::new(&times, &outcomes).expect("valid")
    }

    fn steps(curve: &Curve) -> Vec<Step> {
        curve.steps().collect()
    }

    /// Five cases: event at 1, censored at 2, two events at 3, one censored at 4.
    #[test]
    fn five_cases_by_hand() {
        let sample = sample(&[
            (1.0, true),
            (2.0, false),
            (3.0, true),
            (3.0, true),
            (4.0, false),
        ]);
        let curve = kaplan_meier(&sample, CurveOptions::default());
        assert_eq!((curve.n(), curve.events(), curve.group()), (5, 3, None));
        let counts: Vec<_> = curve
            .steps()
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
        for ((step, survival), variance) in curve.steps().zip(wanted).zip(errors) {
            assert!((step.survival - survival).abs() < 1e-15);
            let error = step.std_error.expect("survival above 0");
            assert!((error - survival * f64::sqrt(variance)).abs() < 1e-15);
        }
    }

    #[test]
    fn all_censored_stays_at_one() {
        let curve = kaplan_meier(
            &sample(&[(1.0, false), (2.0, false)]),
            CurveOptions::default(),
        );
        assert!(
            curve
                .steps()
                .all(|step| step.survival == 1.0 && step.std_error == Some(0.0))
        );
        assert_eq!(
            (curve.median().time, curve.median().interval.lower),
            (None, None)
        );
    }

    #[test]
    fn one_case_falls_to_zero() {
        let curve = kaplan_meier(&sample(&[(2.0, true)]), CurveOptions::default());
        let step = steps(&curve)[0];
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
        let groups = Factor::new(["x", "y", "x"]);
        let outcomes = [true, true, false].map(Outcome::from);
        let sample = Columns::new(&[1.0, 2.0, 3.0], &outcomes)
            .grouped(&groups)
            .sample()
            .expect("valid");
        let curves = kaplan_meier_by_group(&sample, CurveOptions::default());
        assert_eq!(
            curves
                .iter()
                .map(|curve| (curve.group(), curve.n()))
                .collect::<Vec<_>>(),
            [(Some("x"), 2), (Some("y"), 1)]
        );
        assert_eq!(steps(&curves[0])[0].survival, 0.5);
        assert_eq!(kaplan_meier(&sample, CurveOptions::default()).n(), 3);
    }

    /// Follow-up of 2 (died), 3, 4 (died), 5 and 5: of the censored, one of four leaves at 3, two
    /// of two at 5.
    #[test]
    fn follow_up_falls_where_cases_are_censored() {
        let cases = [
            (2.0, true),
            (3.0, false),
            (4.0, true),
            (5.0, false),
            (5.0, false),
        ];
        let curve = reverse_kaplan_meier(&sample(&cases), CurveOptions::default());
        let found: Vec<_> = curve
            .steps()
            .map(|s| (s.at_risk, s.events, s.censored, s.survival))
            .collect();
        assert_eq!(
            found,
            [
                (5, 0, 1, 1.0),
                (4, 1, 0, 0.75),
                (3, 0, 1, 0.75),
                (2, 2, 0, 0.0)
            ]
        );
        assert_eq!((curve.events(), curve.median().time), (3, Some(5.0)));
    }

    #[test]
    fn a_label_without_a_case_has_an_empty_curve() {
        let all = Factor::new(["a", "b"]).with_first("b").expect("a label");
        let outcomes = [Outcome::Event; 2];
        let sample = Columns::new(&[1.0, 2.0], &outcomes)
            .grouped(&all)
            .sample()
            .expect("valid");
        assert!(
            kaplan_meier_by_group(&sample, CurveOptions::default())
                .iter()
                .all(|c| c.n() == 1)
        );
        let empty = Timeline {
            times: Vec::new(),
            starts: vec![0],
            events: Vec::new(),
            at_risk: None,
            entries: None,
        };
        let options = CurveOptions::default();
        let curve = Curve::new(None, Arc::new(empty), Outcome::Event, 0.0, options);
        assert!(curve.is_empty() && curve.steps().next().is_none() && curve.step(0).is_none());
        assert_eq!(
            (curve.median().time, curve.at_risk(&[0.0, 1.0])),
            (None, Ok(vec![0, 0]))
        );
        assert_eq!(curve.survival_at(1.0), Ok(None));
    }
}
