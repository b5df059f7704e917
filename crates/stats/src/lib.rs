//! Statistics for small clinical data, on bare numbers: proportions, contingency tables, survival,
//! regression of hazards, competing risks, pooling over reports and ranks.
//!
//! Data enter through one validating constructor per kind ([`proportion::Proportion`],
//! [`contingency::Table2x2`], [`contingency::Table`], [`survival::Sample`], [`cox::Sample`],
//! [`pooling::Studies`] and so on); the estimators behind them check nothing again. Results are
//! named structs that carry their counts, level and method. What is not defined is an error or
//! `None`, never NaN or infinity. Tests are two-sided unless told. [`conventions`] knows where other
//! packages do otherwise.
//!
//! ```
//! use casegraph_stats::survival::Outcome::{Censored, Event};
//! use casegraph_stats::survival::{CurveOptions, Sample, kaplan_meier};
//!
//! // Five patients, of whom two were alive when last seen.
//! let months = [3.0, 7.0, 8.0, 12.0, 20.0];
//! let sample = Sample::new(&months, &[Event, Event, Censored, Event, Censored])?;
//! let curve = kaplan_meier(&sample, CurveOptions::default());
//! assert_eq!((curve.n(), curve.events()), (5, 3));
//! assert_eq!(curve.median().time, Some(12.0));
//! # Ok::<(), casegraph_stats::survival::SampleError>(())
//! ```
//!
//! The crate knows nothing of graphs, cases, files or printing. Every estimator is compared with R
//! in `tests/it/reference.rs`; the scripts and their output are in `tests/reference/`.

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

pub mod agreement;
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
