//! An estimated survival curve and what can be read off it.

use thiserror::Error;

use super::band::Band;
use super::sample::NEAR_TIE;
use crate::stats::estimate::{Interval, Level, OpenInterval};

/// How a curve is shown: its confidence level and band.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct CurveOptions {
    /// Confidence level; 0.95 unless told.
    pub level: Level,
    /// Band; log-log unless told.
    pub band: Band,
}

/// A reading that cannot be taken off a curve.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
#[non_exhaustive]
pub enum CurveError {
    /// A quantile outside the open interval from 0 to 1.
    #[error("a quantile is a fraction between 0 and 1; got {value}")]
    Probability {
        /// What was given.
        value: f64,
    },
    /// A time that is negative or not a finite number.
    #[error("a time on a survival curve is a finite number from 0 upwards; got {value}")]
    Time {
        /// What was given.
        value: f64,
    },
}

/// One distinct time of a curve: what happened, and the estimate from this time until the next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// The time.
    pub time: f64,
    /// Cases at risk just before it.
    pub at_risk: usize,
    /// Events at it.
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
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SurvivalAt {
    /// The time asked for.
    pub time: f64,
    /// Cases at risk just before it.
    pub at_risk: usize,
    /// Estimated survival.
    pub survival: f64,
    /// Greenwood's standard error; `None` once survival is 0.
    pub std_error: Option<f64>,
    /// Confidence interval; `None` where the band does not exist.
    pub interval: Option<Interval>,
}

/// The time by which a fraction of the cases has had the event.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quantile {
    /// The fraction with the event: 0.5 for the median.
    pub probability: f64,
    /// The time; `None` when the curve does not fall so low: not reached.
    pub time: Option<f64>,
    /// Interval found by reading the limits of the band as curves; `None` limits are not reached.
    /// When a limit of the band goes up and down again, its first crossing is taken.
    pub interval: OpenInterval,
}

/// A survival curve with pointwise confidence limits.
///
/// It is 1 from time 0 until the first step with an event, and keeps the value of a step until the
/// next.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    pub(super) group: Option<String>,
    pub(super) n: usize,
    pub(super) events: usize,
    pub(super) steps: Vec<Step>,
    pub(super) options: CurveOptions,
    pub(super) tolerance: f64,
}

impl Curve {
    /// The group whose curve it is; `None` for a whole sample.
    #[must_use]
    pub fn group(&self) -> Option<&str> {
        self.group.as_deref()
    }

    /// Cases counted.
    #[must_use]
    pub fn n(&self) -> usize {
        self.n
    }

    /// Events counted.
    #[must_use]
    pub fn events(&self) -> usize {
        self.events
    }

    /// Level and band of the intervals.
    #[must_use]
    pub fn options(&self) -> CurveOptions {
        self.options
    }

    /// The curve: every distinct time, with an event or only censored cases, in order.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The longest follow-up, with or without the event.
    #[must_use]
    pub fn last_time(&self) -> f64 {
        self.steps.last().map_or(0.0, |step| step.time)
    }

    /// The median survival: the 0.5 quantile.
    #[must_use]
    pub fn median(&self) -> Quantile {
        self.quantile_of(0.5)
    }

    /// The time by which a fraction `probability` has had the event: where the curve crosses 1 −
    /// `probability`. When the curve is level at that height, to within rounding, the middle of the
    /// level stretch is taken, as the median of an even number is; a level stretch at the end of
    /// the curve reaches to the longest follow-up.
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

    /// Cases at risk just before each of `times`, for the table under a plot.
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
        let past = self
            .steps
            .partition_point(|step| step.time <= time + self.tolerance);
        let at_risk = self.at_risk_before(time);
        if past == 0 {
            let interval = self.options.band.interval(1.0, 0.0, self.options.level);
            return Ok(Some(SurvivalAt {
                time,
                at_risk,
                survival: 1.0,
                std_error: Some(0.0),
                interval,
            }));
        }
        let Step {
            survival,
            std_error,
            interval,
            ..
        } = self.steps[past - 1];
        let known = time <= self.last_time() + self.tolerance || survival <= 0.0;
        Ok(known.then_some(SurvivalAt {
            time,
            at_risk,
            survival,
            std_error,
            interval,
        }))
    }

    fn at_risk_before(&self, time: f64) -> usize {
        let gone = self
            .steps
            .partition_point(|step| step.time < time - self.tolerance);
        self.steps.get(gone).map_or(0, |step| step.at_risk)
    }

    fn quantile_of(&self, probability: f64) -> Quantile {
        let height = 1.0 - probability;
        Quantile {
            probability,
            time: self.crossing(height, |step| Some(step.survival)),
            interval: OpenInterval {
                lower: self.crossing(height, |step| step.interval.map(|interval| interval.lower)),
                upper: self.crossing(height, |step| step.interval.map(|interval| interval.upper)),
                level: self.options.level,
                method: self.options.band.method(),
            },
        }
    }

    /// Where a falling line over the steps, given by `value` where it exists, crosses `height`.
    fn crossing(&self, height: f64, value: impl Fn(&Step) -> Option<f64>) -> Option<f64> {
        let first_at_or_below = |limit: f64| {
            self.steps
                .iter()
                .find(|step| value(step).is_some_and(|value| value <= limit))
                .map(|step| step.time)
        };
        let reached = first_at_or_below(height + NEAR_TIE)?;
        let end_of_level = match first_at_or_below(height - NEAR_TIE) {
            Some(time) => time,
            // The line ends level at the height; if it stops existing before the last time, where
            // it ends is unknown.
            None => self
                .steps
                .last()
                .filter(|step| value(step).is_some())
                .map(|step| step.time)?,
        };
        Some(reached + (end_of_level - reached) / 2.0)
    }
}

fn checked(time: f64) -> Result<f64, CurveError> {
    if time.is_finite() && time >= 0.0 {
        Ok(time)
    } else {
        Err(CurveError::Time { value: time })
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Observation, Sample, kaplan_meier};
    use super::*;

    fn curve(events: &[f64], censored: &[f64]) -> Curve {
        let events = events.iter().map(|time| Observation::event(*time));
        let censored = censored.iter().map(|time| Observation::censored(*time));
        kaplan_meier(
            &Sample::new(events.chain(censored)).expect("valid"),
            CurveOptions::default(),
        )
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
}
