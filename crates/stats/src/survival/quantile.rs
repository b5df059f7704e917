//! The time by which a fraction of the cases has had the event.

use serde::Serialize;

use super::near_ties::NEAR_TIE;
use crate::choice::choices;
use crate::estimate::OpenInterval;

choices! {
    /// Which time is the quantile when the curve is level at just its height.
    #[derive(Default)]
    pub enum QuantileRule {
        /// The middle of the level stretch, as the median of an even number is; a level stretch at
        /// the end of the curve reaches to the longest follow-up. R's survival.
        #[default]
        Midpoint = "midpoint",
        /// The middle of the stretch from one event time to the next; none when no event follows,
        /// for then the curve does not fall below the height. SAS.
        MidpointBetweenEvents = "midpoint-between-events",
        /// The smallest time at which the curve is at or below the height: the start of the level
        /// stretch. lifelines.
        FirstBelow = "first-below",
    }
}

/// The time by which a fraction of the cases has had the event.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Quantile {
    /// The fraction with the event: 0.5 for the median.
    pub probability: f64,
    /// The time; `None` when the curve does not fall so low: not reached.
    pub time: Option<f64>,
    /// Interval found by reading the limits of the band as curves; `None` limits are not reached.
    /// When a limit of the band goes up and down again, its first crossing is taken.
    pub interval: OpenInterval,
    /// What was done where the curve or a limit is level at the height.
    pub rule: QuantileRule,
}

/// Where a line over the steps of a curve crosses a height for the first time, found step by step.
#[derive(Debug, Clone, Copy)]
pub(super) struct Crossing {
    height: f64,
    reached: Option<f64>,
    passed: Option<f64>,
    /// The last time at which the line had a value.
    last: Option<f64>,
}

impl Crossing {
    pub fn new(height: f64) -> Self {
        Self {
            height,
            reached: None,
            passed: None,
            last: None,
        }
    }

    /// Takes the value from `time` on, where there is one.
    pub fn see(&mut self, time: f64, value: Option<f64>) {
        let Some(value) = value else {
            return;
        };
        self.last = Some(time);
        if self.reached.is_none() && value <= self.height + NEAR_TIE {
            self.reached = Some(time);
        }
        if self.passed.is_none() && value <= self.height - NEAR_TIE {
            self.passed = Some(time);
        }
    }

    /// Whether nothing that comes later matters.
    pub fn is_known(&self) -> bool {
        self.passed.is_some()
    }

    /// The time of the crossing on a curve that ends at `end`.
    pub fn time(&self, end: f64, rule: QuantileRule) -> Option<f64> {
        let reached = self.reached?;
        match rule {
            QuantileRule::FirstBelow => return Some(reached),
            QuantileRule::MidpointBetweenEvents => {
                return Some(reached + (self.passed? - reached) / 2.0);
            }
            QuantileRule::Midpoint => {}
        }
        // A line that ends level at the height ends with the curve; if it stops existing before,
        // where it ends is unknown.
        let end_of_level = match self.passed {
            Some(time) => time,
            None => self.last.filter(|last| *last == end)?,
        };
        Some(reached + (end_of_level - reached) / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crossing(line: &[(f64, Option<f64>)], rule: QuantileRule) -> Option<f64> {
        let mut crossing = Crossing::new(0.5);
        for (time, value) in line {
            crossing.see(*time, *value);
        }
        crossing.time(line.last().map_or(0.0, |(time, _)| *time), rule)
    }

    #[test]
    fn a_level_stretch_has_a_start_and_a_middle() {
        let line = [(1.0, Some(0.8)), (2.0, Some(0.5)), (6.0, Some(0.3))];
        assert_eq!(crossing(&line, QuantileRule::Midpoint), Some(4.0));
        assert_eq!(
            crossing(&line, QuantileRule::MidpointBetweenEvents),
            Some(4.0)
        );
        assert_eq!(crossing(&line, QuantileRule::FirstBelow), Some(2.0));
    }

    /// The curve never falls below the height, so that SAS has no quantile.
    #[test]
    fn a_stretch_at_the_end_reaches_to_the_longest_follow_up_or_nowhere() {
        let line = [(1.0, Some(0.8)), (2.0, Some(0.5)), (6.0, Some(0.5))];
        assert_eq!(crossing(&line, QuantileRule::Midpoint), Some(4.0));
        assert_eq!(crossing(&line, QuantileRule::MidpointBetweenEvents), None);
        assert_eq!(crossing(&line, QuantileRule::FirstBelow), Some(2.0));
    }

    #[test]
    fn a_line_that_rises_again_crosses_where_it_first_did() {
        let line = [(1.0, Some(0.4)), (2.0, Some(0.6)), (3.0, Some(0.2))];
        for rule in QuantileRule::ALL {
            assert_eq!(crossing(&line, *rule), Some(1.0));
        }
    }

    #[test]
    fn a_line_that_stops_while_level_has_no_middle() {
        let line = [(1.0, Some(0.5)), (2.0, None)];
        assert_eq!(crossing(&line, QuantileRule::Midpoint), None);
        assert_eq!(crossing(&line, QuantileRule::FirstBelow), Some(1.0));
    }
}
