//! Time to an event with censoring: samples, Kaplan-Meier curves, log-rank tests.
//!
//! Times are in whatever single unit the caller uses throughout, and results are in that unit.
//! Censoring is assumed to say nothing about the event to come; published cases, censored when the
//! report was written, may not obey that.

mod band;
mod curve;
mod kaplan_meier;
mod logrank;
mod sample;

pub use band::Band;
pub use curve::{Curve, CurveError, CurveOptions, Quantile, Step, SurvivalAt};
pub use kaplan_meier::{kaplan_meier, kaplan_meier_by_group};
pub use logrank::{LogRank, LogRankError, LogRankGroup, logrank};
pub use sample::{NEAR_TIE, Observation, Outcome, Sample, SampleError};
