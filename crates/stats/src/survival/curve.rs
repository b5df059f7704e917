//! An estimated survival curve and what can be read off it.

use std::sync::Arc;

use serde::Serialize;
use thiserror::Error;

use super::band::{Band, BandEnds};
use super::outcome::Outcome;
use super::quantile::{Crossing, Quantile, QuantileRule};
use super::timeline::Timeline;
use crate::estimate::{Interval, Level, OpenInterval};

/// The estimate is kept at every so manieth step; from there the next ones are found again. A curve
/// so takes little more room than its times.
const STRIDE: usize = 64;

/// How a curve is shown and read: its confidence level and band, and the rule for its quantiles.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct CurveOptions {
    /// Confidence level; 0.95 unless told.
    pub level: Level,
    /// Band; log-log unless told.
    pub band: Band,
    /// What the band has where survival is 0 or 1; nothing unless told.
    pub band_ends: BandEnds,
    /// Rule for quantiles; the midpoint unless told.
    pub quantile_rule: QuantileRule,
}

/// A reading that cannot be taken off a curve.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
#[non_exhaustive]
pub enum CurveError {
    /// A quantile outside the open interval from 0 to 1.
    #[error("a quantile is a fraction between 0 and 1; got {value}")]
    Probability {
        /// Fraction that was asked for.
        value: f64,
    },
    /// A time that is negative or not a finite number.
    #[error("a time on a survival curve is a finite number from 0 upwards; got {value}")]
    Time {
        /// Time that was asked for.
        value: f64,
    },
}

/// One distinct time of a curve: what happened, and the estimate from this time until the next.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Step {
    /// Time of the step, in the sample's unit.
    pub time: f64,
    /// Cases at risk just before it.
    pub at_risk: usize,
    /// Number of events at this time.
    pub events: usize,
    /// Cases censored at it; they count as at risk at this time.
    pub censored: usize,
    /// Estimated probability to live beyond it without the event.
    pub survival: f64,
    /// Greenwood's standard error of `survival`; `None` once survival is 0, where the formula has
    /// no value.
    pub std_error: Option<f64>,
    /// Confidence interval of `survival`; `None` where the band does not exist (see [`Band`]).
    pub interval: Option<Interval>,
}

/// Survival read at a time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct SurvivalAt {
    /// The time asked for.
    pub time: f64,
    /// Cases at risk just before it.
    pub at_risk: usize,
    /// Probability of no event until then, from 0 to 1.
    pub survival: f64,
    /// Greenwood's standard error; `None` once survival is 0.
    pub std_error: Option<f64>,
    /// Confidence interval; `None` where the band does not exist.
    pub interval: Option<Interval>,
}

/// The product and the sum that a curve is made of, up to some step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Estimate {
    /// Probability of no event until then, from 0 to 1.
    pub survival: f64,
    /// Greenwood's sum of `d / (n (n − d))`: the square of the standard error divided by survival.
    pub greenwood: f64,
}

impl Estimate {
    const START: Self = Self {
        survival: 1.0,
        greenwood: 0.0,
    };

    fn after(self, at_risk: usize, events: usize) -> Self {
        if events == 0 {
            return self;
        }
        let (all, left) = (at_risk as f64, (at_risk - events) as f64);
        Self {
            survival: self.survival * (left / all),
            // Once nobody is left survival is 0 and the sum is not read any more.
            greenwood: self.greenwood
                + if left > 0.0 {
                    events as f64 / (all * left)
                } else {
                    0.0
                },
        }
    }

    fn std_error(self) -> Option<f64> {
        (self.survival > 0.0).then(|| self.survival * self.greenwood.sqrt())
    }
}

/// A survival curve with pointwise confidence limits.
///
/// It is 1 from time 0 until the first step with an event, and keeps the value of a step until the
/// next. Standard errors and limits are worked out as they are read.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    group: Option<String>,
    timeline: Arc<Timeline>,
    /// The outcome at which the curve falls.
    falls_at: Outcome,
    events: usize,
    /// Before every [`STRIDE`]th step.
    marks: Vec<Estimate>,
    options: CurveOptions,
    z: f64,
    tolerance: f64,
}

impl Curve {
    /// The product-limit estimate of a timeline, with `falls_at` as the event.
    pub(super) fn new(
        group: Option<String>,
        timeline: Arc<Timeline>,
        falls_at: Outcome,
        tolerance: f64,
        options: CurveOptions,
    ) -> Self {
        let mut curve = Self {
            group,
            falls_at,
            events: 0,
            marks: Vec::with_capacity(timeline.len() / STRIDE + 1),
            timeline,
            options,
            z: options.level.z(),
            tolerance,
        };
        let mut estimate = Estimate::START;
        for j in 0..curve.len() {
            if j % STRIDE == 0 {
                curve.marks.push(estimate);
            }
            let events = curve.events_at(j);
            curve.events += events;
            estimate = estimate.after(curve.timeline.at_risk(j), events);
        }
        if curve.len().is_multiple_of(STRIDE) {
            curve.marks.push(estimate);
        }
        curve
    }

    /// The group whose curve it is; `None` for a whole sample.
    #[must_use]
    pub fn group(&self) -> Option<&str> {
        self.group.as_deref()
    }

    /// Cases counted.
    #[must_use]
    pub fn n(&self) -> usize {
        self.timeline.n()
    }

    /// Events counted; in a reverse curve these are the censored cases.
    #[must_use]
    pub fn events(&self) -> usize {
        self.events
    }

    /// Level and band of the intervals, and the rule for quantiles.
    #[must_use]
    pub fn options(&self) -> CurveOptions {
        self.options
    }

    /// The number of steps. Only the curve of a group without a case has none.
    #[must_use]
    pub fn len(&self) -> usize {
        self.timeline.len()
    }

    /// Whether there is no step.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The curve: every distinct time, with an event or only censored cases, in order.
    #[must_use]
    pub fn steps(&self) -> Steps<'_> {
        Steps {
            curve: self,
            next: 0,
            estimate: Estimate::START,
            interval: self.interval(Estimate::START),
        }
    }

    /// Step `number`, counted from 0.
    #[must_use]
    pub fn step(&self, number: usize) -> Option<Step> {
        (number < self.len()).then(|| {
            let estimate = self.estimate_after(number + 1);
            self.show(number, estimate, self.interval(estimate))
        })
    }

    /// The longest follow-up, with or without the event; 0 without a case.
    #[must_use]
    pub fn last_time(&self) -> f64 {
        self.timeline.times.last().copied().unwrap_or_default()
    }

    /// The median survival: the 0.5 quantile.
    #[must_use]
    pub fn median(&self) -> Quantile {
        self.quantile_of(0.5)
    }

    /// The time by which a fraction `probability` has had the event: where the curve crosses 1 −
    /// `probability`, by the [`QuantileRule`] of the options. Whether the curve is level at that
    /// height is judged to within rounding. The limits are where the limits of the band cross
    /// (Brookmeyer R, Crowley J. Biometrics 1982;38:29-41).
    ///
    /// # Errors
    ///
    /// [`CurveError::Probability`] unless `0 < probability < 1`.
    pub fn quantile(&self, probability: f64) -> Result<Quantile, CurveError> {
        if probability > 0.0 && probability < 1.0 {
            Ok(self.quantile_of(probability))
        } else {
            Err(CurveError::Probability { value: probability })
        }
    }

    /// Cases at risk just before each of `times`, for the table under a plot. Left-truncated cases
    /// count after their entry, those who entered at 0 from the start.
    ///
    /// # Errors
    ///
    /// [`CurveError::Time`] for a time that is negative or not finite.
    pub fn at_risk(&self, times: &[f64]) -> Result<Vec<usize>, CurveError> {
        times
            .iter()
            .map(|time| Ok(self.at_risk_before(checked(*time)?)))
            .collect()
    }

    /// Survival at `time`; `None` beyond the longest follow-up, unless survival has already come to
    /// 0: nothing is known there, and carrying the last value on would claim otherwise.
    ///
    /// # Errors
    ///
    /// [`CurveError::Time`] for a time that is negative or not finite.
    pub fn survival_at(&self, time: f64) -> Result<Option<SurvivalAt>, CurveError> {
        let time = checked(time)?;
        let latest = time + self.tolerance;
        let past = self.timeline.times.partition_point(|step| *step <= latest);
        let estimate = self.estimate_after(past);
        let known = past < self.len()
            || time <= self.last_time() + self.tolerance
            || estimate.survival <= 0.0;
        Ok(known.then(|| SurvivalAt {
            time,
            at_risk: self.at_risk_before(time),
            survival: estimate.survival,
            std_error: estimate.std_error(),
            interval: self.interval(estimate),
        }))
    }

    /// Each step's time, and the estimate from then on.
    pub(super) fn estimates(&self) -> impl Iterator<Item = (f64, Estimate)> {
        let times = self.timeline.times.iter().copied().enumerate();
        times.scan(Estimate::START, |estimate, (j, time)| {
            *estimate = estimate.after(self.timeline.at_risk(j), self.events_at(j));
            Some((time, *estimate))
        })
    }

    /// Whether `time` is within the follow-up, to within rounding.
    pub(super) fn reaches(&self, time: f64) -> bool {
        time <= self.last_time() + self.tolerance
    }

    /// Survival at the end.
    pub(super) fn last_survival(&self) -> f64 {
        self.estimate_after(self.len()).survival
    }

    fn events_at(&self, j: usize) -> usize {
        let events = self.timeline.events[j] as usize;
        match self.falls_at {
            Outcome::Event => events,
            Outcome::Censored => self.timeline.leaving(j).len() - events,
        }
    }

    /// The estimate once the first `steps` steps are done.
    fn estimate_after(&self, steps: usize) -> Estimate {
        let mark = steps / STRIDE;
        (mark * STRIDE..steps).fold(self.marks[mark], |estimate, j| {
            estimate.after(self.timeline.at_risk(j), self.events_at(j))
        })
    }

    fn interval(&self, estimate: Estimate) -> Option<Interval> {
        let CurveOptions {
            level,
            band,
            band_ends,
            ..
        } = self.options;
        let relative_error = estimate.greenwood.sqrt();
        let interval = band.interval(estimate.survival, relative_error, level, self.z);
        band_ends.interval(estimate.survival, interval, level, band.method())
    }

    fn show(&self, j: usize, estimate: Estimate, interval: Option<Interval>) -> Step {
        let events = self.events_at(j);
        Step {
            time: self.timeline.times[j],
            at_risk: self.timeline.at_risk(j),
            events,
            censored: self.timeline.leaving(j).len() - events,
            survival: estimate.survival,
            std_error: estimate.std_error(),
            interval,
        }
    }

    fn at_risk_before(&self, time: f64) -> usize {
        let earliest = time - self.tolerance;
        let gone = self.timeline.times.partition_point(|step| *step < earliest);
        let gone = self.timeline.starts[gone] as usize;
        let entered = self.timeline.entries.as_ref().map_or(self.n(), |entries| {
            entries.partition_point(|entry| *entry < earliest || *entry <= 0.0)
        });
        entered - gone
    }

    fn quantile_of(&self, probability: f64) -> Quantile {
        let [mut middle, mut lower, mut upper] = [Crossing::new(1.0 - probability); 3];
        for step in self.steps() {
            middle.see(step.time, Some(step.survival));
            lower.see(step.time, step.interval.map(|interval| interval.lower));
            upper.see(step.time, step.interval.map(|interval| interval.upper));
            if upper.is_known() && middle.is_known() && lower.is_known() {
                break;
            }
        }
        let rule = self.options.quantile_rule;
        let [time, lower, upper] =
            [middle, lower, upper].map(|crossing| crossing.time(self.last_time(), rule));
        Quantile {
            probability,
            time,
            interval: OpenInterval {
                lower,
                upper,
                level: self.options.level,
                method: self.options.band.method(),
            },
            rule,
        }
    }
}

fn checked(time: f64) -> Result<f64, CurveError> {
    if time.is_finite() && time >= 0.0 {
        Ok(time)
    } else {
        Err(CurveError::Time { value: time })
    }
}

/// The steps of a curve in order, each worked out as it comes.
#[derive(Debug, Clone)]
pub struct Steps<'a> {
    curve: &'a Curve,
    next: usize,
    estimate: Estimate,
    interval: Option<Interval>,
}

impl Iterator for Steps<'_> {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        let (j, curve) = (self.next, self.curve);
        if j >= curve.len() {
            return None;
        }
        self.next += 1;
        let events = curve.events_at(j);
        if events > 0 {
            self.estimate = self.estimate.after(curve.timeline.at_risk(j), events);
            self.interval = curve.interval(self.estimate);
        }
        Some(curve.show(j, self.estimate, self.interval))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.curve.len() - self.next;
        (left, Some(left))
    }
}

impl ExactSizeIterator for Steps<'_> {}

#[cfg(test)]
mod tests {
    use super::super::{Columns, Sample, kaplan_meier};
    use super::*;

    fn curve(events: &[f64], censored: &[f64]) -> Curve {
        let times = [events, censored].concat();
        let outcomes: Vec<Outcome> = (0..times.len())
            .map(|i| (i < events.len()).into())
            .collect();
        let sample = Sample::new(&times, &outcomes).expect("valid");
        kaplan_meier(&sample, CurveOptions::default())
    }

    #[test]
    fn median_is_where_the_curve_crosses_a_half() {
        assert_eq!(curve(&[1.0, 2.0, 3.0], &[]).median().time, Some(2.0));
    }

    #[test]
    fn median_of_a_level_half_is_its_middle() {
        assert_eq!(curve(&[1.0, 2.0, 4.0, 5.0], &[]).median().time, Some(3.0));
        assert_eq!(curve(&[1.0, 2.0], &[3.0, 6.0]).median().time, Some(4.0));
    }

    #[test]
    fn median_of_a_level_half_may_be_its_start() {
        let outcomes = [Outcome::Event; 4];
        let options = CurveOptions {
            quantile_rule: QuantileRule::FirstBelow,
            ..CurveOptions::default()
        };
        let sample = Sample::new(&[1.0, 2.0, 4.0, 5.0], &outcomes).expect("valid");
        let median = kaplan_meier(&sample, options).median();
        assert_eq!(
            (median.time, median.rule),
            (Some(2.0), QuantileRule::FirstBelow)
        );
    }

    /// Products such as 5/6 × 4/5 × 3/4 miss a half by rounding; the level stretch must still be
    /// seen.
    #[test]
    fn level_half_is_seen_through_rounding() {
        for n in (2..200).step_by(2) {
            let times: Vec<f64> = (1..=n).map(f64::from).collect();
            assert_eq!(
                curve(&times, &[]).median().time,
                Some(f64::from(n) / 2.0 + 0.5),
                "{n}"
            );
        }
    }

    #[test]
    fn a_quantile_may_not_be_reached() {
        let curve = curve(&[1.0], &[2.0, 3.0, 4.0]);
        assert_eq!(curve.median().time, None);
        assert_eq!(curve.quantile(0.2).expect("valid").time, Some(1.0));
        for bad in [0.0, 1.0, f64::NAN] {
            assert!(curve.quantile(bad).is_err());
        }
    }

    #[test]
    fn survival_is_read_as_a_step_function() {
        let curve = curve(&[2.0, 4.0], &[3.0, 5.0]);
        let read = |time| {
            curve
                .survival_at(time)
                .expect("valid")
                .map(|at| (at.at_risk, at.survival))
        };
        assert_eq!(read(0.0), Some((4, 1.0)));
        assert_eq!(read(2.0), Some((4, 0.75)));
        assert_eq!(read(3.5), Some((2, 0.75)));
        assert_eq!(read(5.0), Some((1, 0.375)));
        assert_eq!(read(5.1), None);
        assert_eq!(curve.at_risk(&[0.0, 2.0, 2.1, 6.0]), Ok(vec![4, 4, 3, 0]));
        assert!(curve.survival_at(-1.0).is_err() && curve.at_risk(&[f64::NAN]).is_err());
    }

    #[test]
    fn survival_stays_zero_once_all_had_the_event() {
        let at = curve(&[1.0, 2.0], &[])
            .survival_at(9.0)
            .expect("valid")
            .expect("known");
        assert_eq!((at.survival, at.at_risk, at.std_error), (0.0, 0, None));
    }

    #[test]
    fn a_time_equal_but_for_rounding_meets_its_step() {
        let at = curve(&[0.3, 1.0], &[])
            .survival_at(0.1 + 0.2)
            .expect("valid")
            .expect("known");
        assert_eq!((at.survival, at.at_risk), (0.5, 2));
        let before_rounding = curve(&[0.1 + 0.2, 1.0], &[])
            .survival_at(0.3)
            .expect("valid")
            .expect("known");
        assert_eq!(
            (before_rounding.survival, before_rounding.at_risk),
            (0.5, 2)
        );
    }

    /// Around the marks, and beyond the last one, a step by number is the step met on the way.
    #[test]
    fn steps_by_number_are_the_steps_in_order() {
        for n in [1, STRIDE - 1, STRIDE, STRIDE + 1, 2 * STRIDE, 200] {
            let times: Vec<f64> = (1..=n).map(|time| time as f64).collect();
            let (events, censored) = times.split_at(n - n / 3);
            let curve = curve(events, censored);
            for (number, step) in curve.steps().enumerate() {
                assert_eq!(curve.step(number), Some(step));
            }
            assert_eq!((curve.step(n), curve.steps().len()), (None, n));
        }
    }

    /// Entered at 0, 0, 2 and 3; left at 2 (event), 5, 4 (event), 6.
    #[test]
    fn truncated_cases_are_counted_between_entry_and_exit() {
        let times = [2.0, 5.0, 4.0, 6.0];
        let outcomes = [true, false, true, false].map(Outcome::from);
        let sample = Columns::new(&times, &outcomes)
            .entered(&[0.0, 0.0, 2.0, 3.0])
            .sample()
            .expect("valid");
        let curve = kaplan_meier(&sample, CurveOptions::default());
        let at_risk: Vec<usize> = curve.steps().map(|step| step.at_risk).collect();
        assert_eq!(at_risk, [2, 3, 2, 1]);
        let survival: Vec<f64> = curve.steps().map(|step| step.survival).collect();
        assert_eq!(survival[..2], [0.5, 0.5 * (2.0 / 3.0)]);
        let times = [0.0, 1.0, 2.0, 2.5, 3.0, 3.5, 6.0, 7.0];
        assert_eq!(curve.at_risk(&times), Ok(vec![2, 2, 2, 2, 2, 3, 1, 0]));
    }
}
