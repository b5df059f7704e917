//! Time to the first of several kinds of event, each of which rules the others out: cumulative
//! incidence by cause and Gray's test.
//!
//! One minus the Kaplan-Meier curve of one cause, the others taken as censored, overstates its
//! probability: it asks how often the cause would strike if nothing else did. The cumulative
//! incidence asks how often it strikes with the others at work, and the incidences of all causes
//! and the event-free survival sum to 1. Censoring is assumed to say nothing about the event to
//! come.

mod curve;
mod estimate;
mod gray;
mod permutation;
mod sample;

pub use curve::{
    CauseCount, CauseIncidence, CumulativeIncidence, IncidenceAt, IncidenceOptions,
    IncidenceSummary, Variance,
};
pub use estimate::{cumulative_incidence, cumulative_incidence_by_group};
pub use gray::{GrayError, GrayGroup, GrayOptions, GrayTest, gray_test};
pub use permutation::{GrayPermutation, gray_permutation};
pub use sample::{Causes, Sample, SampleError};
