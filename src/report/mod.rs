//! Showing: tables, figures and the report, as text that others write where they like.
//!
//! Knows results and nothing of the store, of files or of HTTP.

mod analysis;
mod case;
mod cells;
mod classes;
mod duplicates;
mod figure;
mod figure_options;
mod format;
mod formats;
mod front;
mod html;
mod ledger;
mod letter;
mod markdown;
mod methods;
mod publication;
mod publications;
mod results;
mod rows;
mod sheets;
mod similar;
mod style;

pub use crate::kinds::references::Reference;
pub use analysis::{AnalysisDocument, ComputedDocument, tables};
pub use case::DossierDocument;
pub use casegraph_plot::{self as plot, Drawing, LookError, PrintError, SvgOptions, png};
pub use cells::Cells;
pub use classes::{DeclaredTerm, classes_figure};
pub use duplicates::{DuplicatesDocument, matching_document};
pub(crate) use figure::plot_html;
pub use figure::{DataNote, course_figure, figure, figure_as, pdf};
pub use figure_options::{FigureOptions, PaletteName};
pub use format::{
    FORMATS, Format, FormatError, Holds, Reader, Setting, block_html, line_markdown, records_csv,
    table_html, table_markdown, table_text,
};
pub use formats::{analysis_json, comparable};
pub(crate) use html::result_html;
pub use html::{Shown, html};
pub use ledger::LedgerDocument;
pub use letter::{CompletenessDocument, LetterDocument};
pub use markdown::markdown;
pub use methods::{bibliography, bibtex, methods, references};
pub use publication::publication_line;
pub use publications::{ListedPublication, PublicationRole, PublicationsDocument};
pub use results::{
    CLAIM_VERDICTS, ClaimsDocument, DiffDocument, claims_tables, diff_tables, result_tables,
    summary,
};
pub use rows::{records, rows_table};
pub use sheets::{ANY_CELL, dictionary, holds, json_schema};
pub use similar::SimilarPage;
pub(crate) use style::style;

use crate::analysis::Analysis;
use crate::case::Publication;
use crate::claims::Checked;
use crate::graph::namespaces::Prefixes;
use crate::likeness::Duplicates;

/// Everything a report shows.
pub struct Report<'a> {
    /// Title of the study, as `study.toml` has it.
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
    /// The publications of the counted cases that report patients of their own, by key.
    pub included: Vec<Publication>,
    /// Pairs of cases that may be one patient; `None` where the report does not ask for them.
    pub duplicates: Option<Duplicates>,
    /// Prefixes for IRIs in tables.
    pub prefixes: &'a Prefixes,
}

impl Report<'_> {
    /// Whether it is about all analyses: one about a few has no front.
    fn is_whole(&self) -> bool {
        self.duplicates.is_some()
    }
}
