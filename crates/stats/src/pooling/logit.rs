//! What a pooled logit is reported with.

use serde::Serialize;

use super::normal_logit::expit;
use crate::estimate::{Interval, OpenInterval};

/// A pooled log odds of the event.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LogitEstimate {
    /// The log odds, ln(p / (1 − p)).
    pub estimate: f64,
    /// Its standard error, from the curvature of the log-likelihood.
    pub std_error: f64,
    /// Its interval; an end is missing only where a profile likelihood falls too slowly to have
    /// one within computable proportions.
    pub interval: OpenInterval,
}

impl LogitEstimate {
    /// The interval turned into proportions; a missing end is 0 or 1.
    pub(super) fn proportions(&self) -> Interval {
        let OpenInterval {
            lower,
            upper,
            level,
            method,
        } = self.interval;
        Interval {
            lower: lower.map_or(0.0, expit),
            upper: upper.map_or(1.0, expit),
            level,
            method,
        }
    }
}
