//! The one bridge from rows to statistics: who is counted, who is left out and why.
//!
//! A saved query gives rows; its header names a statistic; [`analyse`] makes the sample, keeps a
//! [`Ledger`] of every unit, and calls the statistics room, which knows nothing of cases.
//! Nothing here knows how results are shown.

mod bounds;
mod codes;
mod competing_risks;
mod completeness;
mod computed;
mod contingency;
mod counts;
mod cox;
mod enrichment;
mod few;
pub mod frame;
mod immortal_time;
mod incidence;
mod ledger;
pub(crate) mod multiplicity;
mod options;
mod pooled;
mod proportion;
mod ranks;
pub(crate) mod response;
pub(crate) mod rows;
mod sequence;
mod survival;
mod swimmer;
mod time_zero;
mod trend;
mod waterfall;

use thiserror::Error;

use crate::query::{Header, SavedQuery, Statistic, Table};
use crate::stats::estimate::Level;
use frame::Frame;

pub use bounds::{Bounds, DifferenceBounds, GroupBounds, Half, ProportionBounds, SurvivalBounds};
pub use codes::{UnknownCode, unknown_codes};
pub use competing_risks::{
    CauseColumns, CauseTest, CompetingRisksResult, GroupIncidence, IncidenceColumns,
};
pub use completeness::{Completeness, FieldCompleteness};
pub use computed::{Coded, Computed, estimate};
pub use contingency::{Contingency, RowTrend, Stratified};
pub use counts::CrossCounts;
pub use cox::{CoxResult, Penalty};
pub use enrichment::{EnrichedTerm, Enrichment};
pub use immortal_time::{ImmortalTime, Landmark, Switching};
pub use incidence::{Exposure, Incidence, TermIncidence};
pub use ledger::{Entry, Exclusion, Ledger, Standing};
pub use multiplicity::{
    Adjusted, AdjustedTest, WORDS as ADJUSTMENT_WORDS, adjust, adjusted, tests_together,
};
pub use pooled::{PooledResult, ReportProportion};
pub use proportion::{
    GroupComparison, GroupProportion, Proportions, Shown, TwoByTwo, proportion_of_counts,
};
pub use ranks::{GroupQuantiles, RanksResult};
pub use response::{Comparison, Rate, ResponseGroup, ResponseRates};
pub use sequence::{Path, Sequence};
pub use survival::{CurveTrend, Extent, SurvivalGroup, SurvivalResult, WILCOXON};
pub use swimmer::{Episode, Lane, Swimmer};
pub use trend::GroupScore;
pub use waterfall::{SizeChange, Waterfall};

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
    /// A cell is not what its column should hold.
    #[error("{row}, column {column}: {value:?} {rule}")]
    Cell {
        /// The row: a line of a file, or a unit.
        row: String,
        /// The column.
        column: String,
        /// The value.
        value: String,
        /// What is wrong with it.
        rule: String,
    },
    /// There is no column of that name.
    #[error("there is no column {column:?}; the columns are {known}")]
    NoColumn {
        /// What was asked for.
        column: String,
        /// The columns there are.
        known: String,
    },
    /// No row has that value.
    #[error("no row has {value:?} in column {column}; it holds {known}{advice}")]
    NoSuchValue {
        /// The column.
        column: String,
        /// What was asked for.
        value: String,
        /// Some of its values.
        known: String,
        /// What to do where nobody has it.
        advice: String,
    },
    /// A choice of method is none that the statistic knows, or has no such value.
    #[error("option of {kind}: {reason}")]
    Option {
        /// The kind of statistic.
        kind: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// The data cannot carry the statistic.
    #[error("{0}")]
    Refused(String),
    /// Choices or data that do not go together.
    #[error("{0}")]
    Impossible(String),
    /// The times cannot form a sample.
    #[error("the times cannot be analysed")]
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
    /// What it can be, whatever is true of those not known; `None` where nothing is unknown, or
    /// bounds mean nothing for it.
    pub bounds: Option<Bounds>,
    /// Who was counted and who was not.
    pub ledger: Ledger,
    /// How it was computed, in a sentence.
    pub method: String,
    /// Confidence level of its intervals.
    pub level: Level,
    /// What a reader must know beside the number.
    pub cautions: Vec<String>,
}

/// How a caution begins that says why there is no result.
const NO_RESULT: &str = "No result: ";

impl Analysis {
    /// Whether the graph has no row for it, and no caution says why.
    #[must_use]
    pub fn asks_in_vain(&self) -> bool {
        let refused = |caution: &String| caution.starts_with(NO_RESULT);
        self.table.is_empty() && !self.cautions.iter().any(refused)
    }

    /// Says why the graph has no row for it.
    pub fn no_rows_because(&mut self, why: &str) {
        self.cautions.push(format!("{NO_RESULT}{why}"));
    }
}

/// What a statistic found.
#[derive(Debug, Clone)]
#[non_exhaustive]
#[expect(clippy::large_enum_variant, reason = "an analysis has one")]
pub enum Outcome {
    /// The rows speak for themselves.
    Table,
    /// Response rates.
    Response(ResponseRates),
    /// Counts of two columns and their tests.
    Contingency(Box<Contingency>),
    /// Survival curves.
    Survival(Box<SurvivalResult>),
    /// Proportions by group.
    Proportion(Box<Proportions>),
    /// A regression of the hazard.
    Cox(Box<CoxResult>),
    /// Cumulative incidences.
    CompetingRisks(Box<CompetingRisksResult>),
    /// A proportion pooled over reports.
    Pooled(Box<PooledResult>),
    /// A comparison by ranks.
    Ranks(Box<RanksResult>),
    /// P values adjusted for how many there are.
    Adjusted(Adjusted),
    /// Adverse events.
    Incidence(Incidence),
    /// What followed what.
    Sequence(Sequence),
    /// Counts of two columns.
    Matrix(CrossCounts),
    /// What is known, field by field.
    Completeness(Completeness),
    /// Episodes of each case.
    Swimmer(Swimmer),
    /// Terms that a set of genes has more often than chance.
    Enrichment(Enrichment),
    /// Best change of tumor size in each case.
    Waterfall(Waterfall),
}

/// The outcome with its ledger, method and cautions, as each kind of statistic makes it.
pub(crate) struct Found {
    pub(crate) outcome: Outcome,
    bounds: Option<Bounds>,
    pub(crate) ledger: Ledger,
    method: String,
    level: Level,
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
            bounds: None,
            ledger: Ledger::default(),
            method: String::new(),
            level: Level::P95,
            cautions: Vec::new(),
        },
        Statistic::Response(settings) => response::response(settings, unit, &table),
        Statistic::Incidence(settings) => incidence::incidence(settings, &table)?,
        Statistic::Sequence(settings) => sequence::sequence(settings, &table),
        Statistic::Matrix(settings) => counts::matrix(settings, &table)?,
        Statistic::Completeness(settings) => completeness::completeness(settings, &table),
        Statistic::Swimmer(settings) => swimmer::swimmer(settings, &table)?,
        Statistic::Waterfall(settings) => waterfall::waterfall(settings, &table)?,
        Statistic::Enrichment(settings) => match enrichment::enrichment(settings, &table) {
            Err(AnalysisError::Refused(why)) => {
                nothing(Ledger::default(), Vec::new(), format!("{NO_RESULT}{why}."))
            }
            found => found?,
        },
        statistic => of_columns(statistic, &table)?,
    };
    let table = match (&saved.header.statistic, &found.outcome) {
        (_, Outcome::Enrichment(found)) => found.table(),
        (Statistic::Enrichment(_), _) => Table::default(),
        _ => table,
    };
    Ok(Analysis {
        slug: saved.slug.clone(),
        header: saved.header.clone(),
        sparql: saved.text.clone(),
        parameters,
        table,
        bounds: found.bounds,
        outcome: found.outcome,
        ledger: found.ledger,
        method: found.method,
        level: found.level,
        cautions: found.cautions,
    })
}

/// What is found where the data cannot carry the statistic: its ledger, and why.
fn nothing(ledger: Ledger, mut cautions: Vec<String>, why: String) -> Found {
    cautions.push(why);
    Found {
        outcome: Outcome::Table,
        bounds: None,
        ledger,
        method: String::new(),
        level: Level::P95,
        cautions,
    }
}

/// Computes a statistic that reads columns. Where the cases cannot carry it, that is the result.
fn of_columns(statistic: &Statistic, table: &Table) -> Result<Found, AnalysisError> {
    let case = statistic.case().unwrap_or("case");
    let frame = Frame::of_table(table, case);
    let selection = computed::select(statistic, &frame)?;
    let ledger = frame.ledger(&selection);
    let mut cautions = computed::repeated(&selection, &frame);
    if ledger.counted().len() < ledger.eligible() {
        cautions.insert(
            0,
            format!(
                "{} known for {} of {}.",
                computed::needs(statistic),
                ledger.counted().len(),
                ledger.eligible()
            ),
        );
    }
    if selection.kept.is_empty() {
        let why = "No one has all that is needed: there is no result.".to_owned();
        return Ok(nothing(ledger, cautions, why));
    }
    let made = match computed::make(statistic, &frame, &selection) {
        Ok(made) => made,
        Err(AnalysisError::Refused(why)) => {
            return Ok(nothing(ledger, cautions, format!("{NO_RESULT}{why}.")));
        }
        Err(error) => return Err(error),
    };
    cautions.extend(made.cautions.iter().cloned());
    cautions.extend(time_zero::mixed_time_zero(table, &ledger, case));
    let open = made.open_questions();
    let method = std::iter::once(made.method.clone())
        .chain(made.differences().iter().map(ToString::to_string))
        .chain(open.iter().map(|question| format!("Not known: {question}")))
        .collect::<Vec<_>>()
        .join(" ");
    let bounds = bounds::of_frame(statistic, &frame, &selection, &made.outcome, made.level)?;
    let mut ledger = ledger;
    let numerator = computed::numerator(statistic, &frame, &selection.kept)?;
    ledger.succeed_all(
        numerator
            .into_iter()
            .map(|row| frame.row_name(row as usize)),
    );
    Ok(Found {
        outcome: made.outcome,
        bounds,
        ledger,
        method,
        level: made.level,
        cautions,
    })
}
