//! Estimated cumulative incidences and what can be read off them.

use serde::Serialize;

use crate::choice::choices;
use crate::estimate::{Interval, Level};
use crate::survival::{Band, CurveError};

choices! {
    /// The formula of the standard error of a cumulative incidence.
    #[derive(Default)]
    #[non_exhaustive]
    pub enum Variance {
        /// The events of all causes at a time share the cases at risk as in a multinomial
        /// distribution. Without censoring it gives the binomial √(F (1 − F) / n); with one cause it
        /// is Greenwood's formula of the Kaplan-Meier curve. For cases that weigh the same it equals
        /// the infinitesimal jackknife, the sum of the squared influences of the cases. Andersen PK,
        /// Borgan Ø, Gill RD, Keiding N. Statistical Models Based on Counting Processes. 1993,
        /// section IV.4. The standard error of R's survival.
        #[default]
        Greenwood = "greenwood",
        /// Events of the cause and of all others vary as independent hypergeometric counts. Slightly
        /// larger; larger by much only where few are at risk. Aalen OO. Ann Stat 1978;6:534-45. The
        /// variance of R's cmprsk.
        Aalen = "aalen",
    }
}

impl Variance {
    /// Whose formula it is.
    #[must_use]
    pub fn author(self) -> &'static str {
        match self {
            Self::Greenwood => "Greenwood",
            Self::Aalen => "Aalen",
        }
    }
}

/// How cumulative incidences are shown.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct IncidenceOptions {
    /// Confidence level; 0.95 unless told.
    pub level: Level,
    /// Interval, by the formulas of [`Band`] with the incidence in the place of survival; log-log
    /// unless told.
    pub band: Band,
    /// Formula of the standard error; Greenwood's unless told.
    pub variance: Variance,
}

/// The events of one cause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CauseCount {
    /// Name of the cause.
    pub cause: String,
    /// Number of its events.
    pub events: usize,
}

/// The cumulative incidence of one cause at a time.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CauseIncidence {
    /// Name of the cause.
    pub cause: String,
    /// Its events up to and including the time.
    pub events: usize,
    /// Estimated probability of an event of this cause up to the time.
    pub estimate: f64,
    /// Standard error of `estimate`.
    pub std_error: f64,
    /// Confidence interval; `None` while the estimate is 0 and where the band has none (see
    /// [`Band`]).
    pub interval: Option<Interval>,
}

/// What is estimated at one time. The incidences and the event-free survival sum to 1.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct IncidenceAt {
    /// Time of the estimates, in the sample's unit.
    pub time: f64,
    /// Cases at risk just before it.
    pub at_risk: usize,
    /// Cases censored up to and including it.
    pub censored: usize,
    /// Estimated probability to live beyond it without an event of any cause.
    pub event_free_survival: f64,
    /// Greenwood's standard error of the event-free survival; `None` once that is 0.
    pub event_free_std_error: Option<f64>,
    /// The causes, in the order of [`CumulativeIncidence::causes`].
    pub causes: Vec<CauseIncidence>,
}

/// Cumulative incidences at chosen times, with the counts behind them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct IncidenceSummary {
    /// The group; `None` for a whole sample.
    pub group: Option<String>,
    /// Cases counted.
    pub n: usize,
    /// Cases censored.
    pub censored: usize,
    /// Number of events of each cause.
    pub causes: Vec<CauseCount>,
    /// The longest follow-up, with or without an event.
    pub last_time: f64,
    /// Level, interval and formula of the standard error.
    pub options: IncidenceOptions,
    /// The times asked for.
    pub times: Vec<f64>,
    /// What is estimated at each of them; `None` beyond what is known.
    pub at: Vec<Option<IncidenceAt>>,
}

/// The counts and event-free survival at one distinct time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct TimePoint {
    pub time: f64,
    pub at_risk: usize,
    pub censored: usize,
    pub event_free: f64,
    pub std_error: f64,
}

/// One cause at one distinct time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Value {
    pub events: usize,
    pub estimate: f64,
    pub std_error: f64,
}

/// The cumulative incidence of every cause over time.
///
/// Incidences are 0 from time 0 until the first event of their cause, and keep the value of a step
/// until the next.
#[derive(Debug, Clone, PartialEq)]
pub struct CumulativeIncidence {
    pub(super) group: Option<String>,
    pub(super) n: usize,
    pub(super) censored: usize,
    pub(super) causes: Vec<CauseCount>,
    pub(super) points: Vec<TimePoint>,
    /// The causes of the first point, then those of the second, and so on.
    pub(super) values: Vec<Value>,
    pub(super) options: IncidenceOptions,
    pub(super) tolerance: f64,
}

impl CumulativeIncidence {
    /// The group whose curves they are; `None` for a whole sample.
    #[must_use]
    pub fn group(&self) -> Option<&str> {
        self.group.as_deref()
    }

    /// Cases counted.
    #[must_use]
    pub fn n(&self) -> usize {
        self.n
    }

    /// Cases censored.
    #[must_use]
    pub fn censored(&self) -> usize {
        self.censored
    }

    /// Events by cause, in the order of [`super::Sample::causes`].
    #[must_use]
    pub fn causes(&self) -> &[CauseCount] {
        &self.causes
    }

    /// Level, interval and formula of the standard error.
    #[must_use]
    pub fn options(&self) -> IncidenceOptions {
        self.options
    }

    /// The longest follow-up, with or without an event.
    #[must_use]
    pub fn last_time(&self) -> f64 {
        self.points.last().map_or(0.0, |point| point.time)
    }

    /// What is estimated at every distinct time, with an event or only censored cases, in order.
    #[must_use]
    pub fn steps(&self) -> impl ExactSizeIterator<Item = IncidenceAt> {
        (0..self.points.len()).map(|step| self.step(step))
    }

    /// What is estimated at `time`; `None` beyond the longest follow-up, unless all cases have had
    /// an event by then.
    ///
    /// # Errors
    ///
    /// [`CurveError::Time`] for a time that is negative or not finite.
    pub fn at(&self, time: f64) -> Result<Option<IncidenceAt>, CurveError> {
        if !time.is_finite() || time < 0.0 {
            return Err(CurveError::Time { value: time });
        }
        let known = time <= self.last_time() + self.tolerance
            || self
                .points
                .last()
                .is_some_and(|last| last.event_free <= 0.0);
        if !known {
            return Ok(None);
        }
        let past = self
            .points
            .partition_point(|point| point.time <= time + self.tolerance);
        let gone = self
            .points
            .partition_point(|point| point.time < time - self.tolerance);
        let mut at = match past.checked_sub(1) {
            Some(step) => self.step(step),
            None => self.start(),
        };
        at.time = time;
        at.at_risk = self.points.get(gone).map_or(0, |point| point.at_risk);
        Ok(Some(at))
    }

    /// What is estimated at each of `times`, with the counts.
    ///
    /// # Errors
    ///
    /// [`CurveError::Time`] for a time that is negative or not finite.
    pub fn summary(&self, times: &[f64]) -> Result<IncidenceSummary, CurveError> {
        Ok(IncidenceSummary {
            group: self.group.clone(),
            n: self.n,
            censored: self.censored,
            causes: self.causes.clone(),
            last_time: self.last_time(),
            options: self.options,
            times: times.to_vec(),
            at: times
                .iter()
                .map(|time| self.at(*time))
                .collect::<Result<_, _>>()?,
        })
    }

    fn step(&self, step: usize) -> IncidenceAt {
        let TimePoint {
            time,
            at_risk,
            censored,
            event_free,
            std_error,
        } = self.points[step];
        let count = self.causes.len();
        IncidenceAt {
            time,
            at_risk,
            censored,
            event_free_survival: event_free,
            event_free_std_error: (event_free > 0.0).then_some(std_error),
            causes: self.named(&self.values[step * count..(step + 1) * count]),
        }
    }

    /// The estimates before anything happened.
    fn start(&self) -> IncidenceAt {
        let none = Value {
            events: 0,
            estimate: 0.0,
            std_error: 0.0,
        };
        IncidenceAt {
            time: 0.0,
            at_risk: self.n,
            censored: 0,
            event_free_survival: 1.0,
            event_free_std_error: Some(0.0),
            causes: self.named(&vec![none; self.causes.len()]),
        }
    }

    fn named(&self, values: &[Value]) -> Vec<CauseIncidence> {
        let IncidenceOptions { level, band, .. } = self.options;
        self.causes
            .iter()
            .zip(values)
            .map(|(count, value)| CauseIncidence {
                cause: count.cause.clone(),
                events: value.events,
                estimate: value.estimate,
                std_error: value.std_error,
                interval: band.interval(
                    value.estimate,
                    value.std_error / value.estimate,
                    level,
                    level.z(),
                ),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Causes, Sample, cumulative_incidence};
    use super::*;

    fn curves(options: IncidenceOptions) -> CumulativeIncidence {
        let causes = Causes::new([Some("a"), Some("b"), None, Some("a"), None]);
        let sample = Sample::new(&[1.0, 2.0, 3.0, 4.0, 5.0], &causes, None, None).expect("valid");
        cumulative_incidence(&sample, options)
    }

    #[test]
    fn readings_keep_the_last_step_and_end_with_follow_up() {
        let curves = curves(IncidenceOptions::default());
        let at = |time| curves.at(time).expect("valid");
        let before = at(0.5).expect("known");
        assert_eq!((before.event_free_survival, before.at_risk), (1.0, 5));
        assert_eq!(before.causes[0].interval, None);
        let between = at(2.5).expect("known");
        assert_eq!((between.causes[0].events, between.at_risk), (1, 3));
        assert!((between.causes[1].estimate - 0.2).abs() < 1e-15);
        assert_eq!(at(5.5), None);
        assert_eq!(curves.at(-1.0), Err(CurveError::Time { value: -1.0 }));
        let summary = curves.summary(&[2.5, 9.0]).expect("valid");
        assert_eq!(summary.at, [Some(between), None]);
        assert_eq!(
            (summary.n, summary.censored, summary.last_time),
            (5, 2, 5.0)
        );
    }

    /// At 1: F = 1/5 with standard error √(1/5 · 4/5 / 5).
    #[test]
    fn plain_interval_by_hand() {
        let options = IncidenceOptions {
            band: Band::Plain,
            ..Default::default()
        };
        let first = curves(options).steps().next().expect("five steps");
        let interval = first.causes[0].interval.expect("above 0");
        let reach = Level::P95.z() * (0.032_f64).sqrt();
        assert!((interval.upper - (0.2 + reach)).abs() < 1e-15);
        assert_eq!(interval.lower, 0.0);
    }

    #[test]
    fn the_summary_is_plain_json() {
        let summary = curves(IncidenceOptions::default())
            .summary(&[1.0])
            .expect("valid");
        let json = serde_json::to_value(&summary).expect("no map keys");
        assert_eq!(json["options"]["variance"], "greenwood");
        assert_eq!(json["at"][0]["causes"][0]["interval"]["method"], "log-log");
    }
}
