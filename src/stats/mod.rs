//! Statistics on bare numbers: proportions, contingency tables and survival.
//!
//! Data enter through one validating constructor per kind ([`proportion::Proportion`],
//! [`contingency::Table2x2`], [`contingency::Table`], [`survival::Sample`]); the estimators behind
//! them check nothing again. Results are named structs that carry their counts, level and method.
//! What is not defined is an error or `None`, never NaN or infinity. All tests are two-sided.
//!
//! This room knows nothing of graphs, cases, files or printing. Every estimator is compared with R
//! in `tests/it/reference.rs`; the scripts and their output are in `tests/reference/`.

pub mod contingency;
mod distribution;
pub mod estimate;
pub mod proportion;
pub mod survival;
