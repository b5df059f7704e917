//! Statistics on bare numbers: proportions, contingency tables, survival, regression of hazards,
//! competing risks, pooling over reports and ranks.
//!
//! Data enter through one validating constructor per kind ([`proportion::Proportion`],
//! [`contingency::Table2x2`], [`contingency::Table`], [`survival::Sample`], [`cox::Sample`],
//! [`pooling::Studies`] and so on); the estimators behind them check nothing again. Results are
//! named structs that carry their counts, level and method. What is not defined is an error or
//! `None`, never NaN or infinity. Tests are two-sided unless told. [`conventions`] knows where other
//! packages do otherwise.
//!
//! This room knows nothing of graphs, cases, files or printing. Every estimator is compared with R
//! in `tests/it/reference.rs`; the scripts and their output are in `tests/reference/`.

pub mod choice;
pub mod competing_risks;
pub mod contingency;
pub mod conventions;
pub mod cox;
pub mod digits;
mod distribution;
pub mod enrichment;
pub mod estimate;
pub mod factor;
mod linear;
pub mod multiplicity;
pub mod pooling;
pub mod proportion;
pub mod random;
pub mod ranks;
pub mod survival;
