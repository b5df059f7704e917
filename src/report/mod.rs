//! Showing: tables, figures and the report, as text that others write where they like.
//!
//! Knows results and nothing of the store, of files or of HTTP.

mod case;
mod cells;
mod duplicates;
mod figure;
mod formats;
mod grid;
mod html;
mod ledger;
mod letter;
mod markdown;
mod methods;
mod results;
mod similar;

pub use crate::document::Grid;
pub use crate::kinds::references::Reference;
pub use case::dossier_text;
pub use casegraph_plot::{self as plot, Drawing, PrintError, SvgOptions, png};
pub use cells::Cells;
pub use duplicates::{
    duplicates_csv, duplicates_grids, duplicates_json, duplicates_next_step, duplicates_notes,
    matching_grid,
};
pub use figure::{DataNote, course_figure, figure, pdf};
pub use formats::{comparable, computed_json, csv, json, tsv};
pub use grid::{grid_csv, text};
pub(crate) use html::{CASE, plot_html, result_html, style, table_linked};
pub use html::{Shown, html};
pub use ledger::{ledger_csv, ledger_grid, ledger_rdf};
pub use letter::{completeness_grid, completeness_words, letter};
pub use markdown::{analysis_markdown, grid_markdown, line_markdown, markdown};
pub use methods::{bibliography, bibtex, methods, references};
pub use results::{
    CLAIM_VERDICTS, claims_csv, claims_grids, claims_json, claims_missing, computed_grids,
    diff_grids, grids, result_grids, summary,
};
pub use similar::SimilarPage;

use crate::analysis::Analysis;
use crate::claims::Checked;
use crate::graph::namespaces::Prefixes;
use crate::likeness::Duplicates;

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
    /// What figures say of the data; whether the cases are invented.
    pub data: DataNote,
    /// What the answers come from: study, version, number of statements and fingerprint.
    pub made_from: String,
    /// The analyses, in the order shown.
    pub analyses: Vec<Analysis>,
    /// The claims of reviews with their verdicts; none where the study has no claims.
    pub claims: Option<Checked>,
    /// Analyses that could not be run, with the reason.
    pub failed: Vec<(String, String)>,
    /// Pairs of cases that may be one patient; `None` where the report does not ask for them.
    pub duplicates: Option<Duplicates>,
    /// Prefixes for IRIs in tables.
    pub prefixes: &'a Prefixes,
}
