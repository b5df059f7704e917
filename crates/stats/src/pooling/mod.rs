//! Pooling a proportion over reports: single cases, series, single arms of trials.
//!
//! A report of one case has no variance of its own, so nothing here weighs reports by inverse
//! variance. The pooled rate comes from the binomial likelihood itself, without variation between
//! reports ([`common_effect`]) or with it ([`random_effects`]). Rates of subgroups are stabilised
//! by [`shrink`]; [`leave_one_out`] tells which report an estimate hangs on, [`heterogeneity`]
//! whether the reports differ at all.
//!
//! No model repairs selection: cases get published because they did well, or oddly.

mod beta;
mod beta_binomial;
mod common_effect;
mod heterogeneity;
mod influence;
mod logit;
mod normal_logit;
mod random_effects;
mod reports;
mod shrinkage;
mod surface;

pub use common_effect::{CommonEffect, CommonEffectOptions, common_effect};
pub use heterogeneity::{Heterogeneity, HeterogeneityTest, heterogeneity};
pub use influence::{Influence, ReportInfluence, leave_one_out};
pub use logit::LogitEstimate;
pub use random_effects::{
    BetweenReports, NoVariationTest, PooledInterval, PredictionInterval, PredictionMethod,
    RandomEffects, RandomEffectsMethod, RandomEffectsOptions, random_effects,
};
pub use reports::{Counts, PoolingError, Report, Studies, StudiesError};
pub use shrinkage::{
    BetaParameters, BetaParametersError, MAX_CASES_OF_ESTIMATED_PRIOR, Prior, PriorOrigin,
    PriorUsed, ShrinkageOptions, Shrunk, ShrunkRate, shrink,
};
