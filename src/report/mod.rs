//! Showing: tables, figures and the report, as text that others write where they like.
//!
//! Knows results and nothing of the store, of files or of HTTP.

mod case;
mod duplicates;
mod figure;
mod formats;
mod grid;
mod html;
mod markdown;
mod numbers;
pub mod plot;
mod results;
mod similar;

pub use case::dossier_text;
pub use duplicates::{
    duplicates_csv, duplicates_grids, duplicates_json, duplicates_next_step, duplicates_notes,
    matching_grid,
};
pub use figure::figure;
pub use formats::{computed_json, csv, json, tsv};
pub use grid::{Grid, text};
pub use html::html;
pub use markdown::{grid_markdown, markdown};
pub use results::{computed_grids, grids, summary};
pub use similar::SimilarPage;

use crate::analysis::Analysis;
use crate::analysis::likeness::Duplicates;
use crate::graph::namespaces::Prefixes;

/// Everything a report shows.
pub struct Report<'a> {
    /// The study's title.
    pub title: String,
    /// What the study is about.
    pub description: String,
    /// How to cite it.
    pub citations: Vec<String>,
    /// SPDX identifier of the licence of its data.
    pub licence: String,
    /// Whether the cases are invented.
    pub synthetic: bool,
    /// What the answers come from: study, version, number of statements and fingerprint.
    pub made_from: String,
    /// The analyses, in the order shown.
    pub analyses: Vec<Analysis>,
    /// Analyses that could not be run, with the reason.
    pub failed: Vec<(String, String)>,
    /// Pairs of cases that may be one patient; `None` where the report does not ask for them.
    pub duplicates: Option<Duplicates>,
    /// Prefixes for IRIs in tables.
    pub prefixes: &'a Prefixes,
}
