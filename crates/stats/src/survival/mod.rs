//! Time to an event with censoring: samples, Kaplan-Meier curves, restricted means, tests between
//! groups.
//!
//! Times are in whatever single unit the caller uses throughout, and results are in that unit.
//! Censoring is assumed to say nothing about the event to come; published cases, censored when the
//! report was written, may not obey that.

mod band;
mod compare;
mod curve;
mod kaplan_meier;
pub(crate) mod near_ties;
mod order;
mod outcome;
mod quantile;
mod restricted_mean;
mod sample;
pub(crate) mod timeline;

pub use band::{Band, BandEnds};
pub use compare::{
    CompareOptions, IdleGroups, LogRank, LogRankError, LogRankGroup, MOST_ASSIGNMENTS,
    MOST_SPLIT_CASES, PermutationGroup, PermutationMethod, PermutationOptions, PermutationTest,
    Trend, Weights, cases_dealt, compare, logrank, permutation_test, trend_test,
};
pub use curve::{Curve, CurveError, CurveOptions, Step, Steps, SurvivalAt};
pub use kaplan_meier::{
    kaplan_meier, kaplan_meier_by_group, reverse_kaplan_meier, reverse_kaplan_meier_by_group,
};
pub(crate) use near_ties::tolerance as near_tie_tolerance;
pub use near_ties::{NEAR_TIE, NearTies};
pub use outcome::Outcome;
pub use quantile::{Quantile, QuantileRule};
pub use restricted_mean::{
    Contrast, RestrictedMean, RestrictedMeanComparison, RestrictedMeanError, RestrictedMeanOptions,
    compare_restricted_means, restricted_mean, restricted_mean_by_group,
};
pub use sample::{Columns, Sample, SampleError};
