//! The one bridge from rows to statistics: who is counted, who is left out and why.
//!
//! A saved query gives rows; its header names a statistic; [`analyse`] makes the sample, keeps a
//! [`Ledger`] of every unit, and calls the statistics room, which knows nothing of cases.
//! Nothing here knows how results are shown.

mod completeness;
mod contingency;
mod counts;
mod dossier;
mod incidence;
mod ledger;
mod response;
mod rows;
mod survival;
mod swimmer;

use thiserror::Error;

use crate::query::{Header, SavedQuery, Statistic, Table};

pub use completeness::{Completeness, FieldCompleteness};
pub use contingency::{Contingency, TwoByTwo};
pub use counts::CrossCounts;
pub use dossier::{Dossier, DossierReport, DossierThing, DossierValue, case_keys, dossier};
pub use incidence::{Incidence, TermIncidence};
pub use ledger::{Exclusion, Ledger};
pub use response::{Comparison, Rate, ResponseGroup, ResponseRates};
pub use survival::{SurvivalGroup, SurvivalResult};
pub use swimmer::{Episode, Lane, Swimmer};

/// Why rows cannot become a result.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AnalysisError {
    /// A cell that should be a number is none.
    #[error("row {row}, column {column}: {value:?} is no number")]
    NotANumber {
        /// The row, counted from 1.
        row: usize,
        /// The column.
        column: String,
        /// The value.
        value: String,
    },
    /// The times cannot form a sample.
    #[error("the times of the query cannot be analysed")]
    Sample(#[from] crate::stats::survival::SampleError),
}

/// A result, with everything that belongs to it.
#[derive(Debug, Clone)]
pub struct Analysis {
    /// `theme/slug` of the saved query.
    pub slug: String,
    /// Its header.
    pub header: Header,
    /// Its SPARQL.
    pub sparql: String,
    /// The parameters in force, as name and value.
    pub parameters: Vec<(String, String)>,
    /// The rows.
    pub table: Table,
    /// What was computed from them.
    pub outcome: Outcome,
    /// Who was counted and who was not.
    pub ledger: Ledger,
    /// How it was computed, in a sentence.
    pub method: String,
    /// What a reader must know beside the number.
    pub cautions: Vec<String>,
}

/// What a statistic found.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Outcome {
    /// The rows speak for themselves.
    Table,
    /// Response rates.
    Response(ResponseRates),
    /// Counts of two columns and their tests.
    Contingency(Contingency),
    /// Survival curves.
    Survival(SurvivalResult),
    /// Adverse events.
    Incidence(Incidence),
    /// What followed what.
    Sequence(CrossCounts),
    /// Counts of two columns.
    Matrix(CrossCounts),
    /// What is known, field by field.
    Completeness(Completeness),
    /// Episodes of each case.
    Swimmer(Swimmer),
}

/// The outcome with its ledger, method and cautions, as each kind of statistic makes it.
struct Found {
    outcome: Outcome,
    ledger: Ledger,
    method: String,
    cautions: Vec<String>,
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
    let unit = &saved.header.unit;
    let found = match &saved.header.statistic {
        Statistic::Table(_) => Found {
            outcome: Outcome::Table,
            ledger: Ledger::default(),
            method: String::new(),
            cautions: Vec::new(),
        },
        Statistic::Response(settings) => response::response(settings, unit, &table),
        Statistic::Contingency(settings) => contingency::contingency(settings, &table),
        Statistic::Survival(settings) => survival::survival(settings, &table)?,
        Statistic::Incidence(settings) => incidence::incidence(settings, &table),
        Statistic::Sequence(settings) => counts::sequence(settings, &table),
        Statistic::Matrix(settings) => counts::matrix(settings, &table),
        Statistic::Completeness(settings) => completeness::completeness(settings, &table),
        Statistic::Swimmer(settings) => swimmer::swimmer(settings, &table)?,
    };
    Ok(Analysis {
        slug: saved.slug.clone(),
        header: saved.header.clone(),
        sparql: saved.text.clone(),
        parameters,
        table,
        outcome: found.outcome,
        ledger: found.ledger,
        method: found.method,
        cautions: found.cautions,
    })
}
