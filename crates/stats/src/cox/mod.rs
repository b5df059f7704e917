//! Cox's proportional hazards regression: how covariates multiply the hazard of an event.
//!
//! A [`Sample`] holds times, outcomes and covariates, checked and in order of time. [`cox`] fits it
//! by partial likelihood, [`firth`] by penalised partial likelihood where events are few or a
//! covariate separates them. [`proportional_hazards`] tests the assumption both rest on, and
//! [`baseline_hazard`] gives the hazard that the covariates multiply.

mod arrange;
mod baseline;
mod concordance;
mod covariate;
mod design;
mod error;
mod exact;
mod firth;
mod fit;
mod likelihood;
mod maximise;
mod permutation;
mod proportional_hazards;
mod risk_set;
mod robust;
mod sample;
mod ties;

pub use baseline::{Baseline, BaselineError, BaselineStep, baseline_hazard};
pub use concordance::Concordance;
pub use covariate::{Covariate, Values};
pub use error::SampleError;
pub use firth::{FirthCoefficient, FirthFit, FirthOptions, firth};
pub use fit::{
    ChiSquaredTest, Coefficient, CoxError, CoxFit, CoxOptions, FEW_EVENTS, FewEvents,
    LogLikelihood, Share, cox,
};
pub use permutation::{ScorePermutation, score_permutation};
pub use proportional_hazards::{
    ProportionalHazards, ProportionalHazardsError, TermTest, TimeScale, proportional_hazards,
};
pub use sample::{Columns, Sample};
pub use ties::Ties;
