//! What a saved query finds: its rows, computed as its header asks.

mod codes;
mod multiplicity;

use crate::kinds::{AnalysisError, Finding};
use crate::query::{Header, SavedQuery, Table};

pub use codes::{UnknownCode, unknown_codes};
pub use multiplicity::tests_together;

/// A result, with everything that belongs to it.
#[derive(Debug, Clone)]
pub struct Analysis {
    /// `theme/slug` of the saved query.
    pub slug: String,
    /// Header of the saved query.
    pub header: Header,
    /// The query with its parameters bound.
    pub sparql: String,
    /// The parameters in force, as name and value.
    pub parameters: Vec<(String, String)>,
    /// Rows of the query's answer.
    pub table: Table,
    /// What was computed from them.
    pub finding: Finding,
    /// Cases of the study whose fusion partner is inferred, not observed; sorted.
    pub inferred: Vec<String>,
}

impl Analysis {
    /// Whether the graph has no row for it, and no caution says why.
    #[must_use]
    pub fn has_no_rows(&self) -> bool {
        self.table.is_empty() && !self.finding.refused
    }

    /// Says why the graph has no row for it.
    pub fn no_rows_because(&mut self, why: &str) {
        self.finding.refuse(why);
    }
}

/// Computes the statistic that a saved query asks for.
///
/// # Errors
/// A cell is of the wrong kind, or the sample is impossible.
pub fn analyse(
    saved: &SavedQuery,
    parameters: Vec<(String, String)>,
    table: Table,
) -> Result<Analysis, AnalysisError> {
    let header = &saved.header;
    let mut finding = header.statistic.of_rows(&header.unit, &table)?;
    Ok(Analysis {
        slug: saved.slug.clone(),
        header: header.clone(),
        sparql: saved.text.clone(),
        parameters,
        table: finding.rows.take().unwrap_or(table),
        finding,
        inferred: Vec::new(),
    })
}
