//! A result as data: what was found, of whom, how, and with which doubts.

mod agreement;

use std::any::Any;
use std::fmt::Debug;
use std::sync::Arc;

use serde_json::Value;

pub use agreement::{near, same};

use super::bounds::Bounds;
use super::ledger::Ledger;
use super::references::Reference;
use crate::document;
use crate::graph::Table;
use crate::stats::conventions::Difference;
use crate::stats::estimate::Level;

/// The result of a statistic.
pub trait StatisticResult: Any + Debug + Send + Sync {
    /// Every figure at full precision.
    fn json(&self) -> Value;

    /// Its tables, as people read them.
    fn tables(&self, words: &Words<'_>) -> Vec<document::Table>;

    /// The result in one line.
    fn summary(&self, words: &Words<'_>) -> String;

    /// The P value of each comparison, by the name of its test: the one that a report puts first.
    fn tests(&self) -> Vec<(String, f64)> {
        Vec::new()
    }

    /// The publications of its methods.
    fn references(&self) -> Vec<Reference> {
        Vec::new()
    }
}

/// What units and times are called, and at which level intervals are.
#[derive(Debug, Clone, Copy)]
pub struct Words<'a> {
    /// One of what is counted.
    pub unit: &'a str,
    /// What times are in; `None` where that is not known.
    pub time: Option<&'a str>,
    /// The confidence level of the intervals, which their headings say.
    pub level: Level,
}

/// What was found, with everything that belongs to it.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The result; `None` where the rows speak for themselves, or the data cannot carry one.
    pub found: Option<Arc<dyn StatisticResult>>,
    /// What it can be, whatever is true of those not known; `None` where nothing is unknown, or bounds
    /// mean nothing for it.
    pub bounds: Option<Bounds>,
    /// Who was counted and who was not.
    pub ledger: Ledger,
    /// How it was computed, in a sentence.
    pub method: String,
    /// What another package's conventions change.
    pub differences: Vec<Difference>,
    /// What could not be found out about that package, and is as the project has it.
    pub open_questions: Vec<&'static str>,
    /// Confidence level of its intervals.
    pub level: Level,
    /// Whether there is no result because the data cannot carry it; a caution says why.
    pub refused: bool,
    /// What a reader must know beside the number.
    pub cautions: Vec<String>,
    /// The rows to show with it; `None` for those of the query.
    pub rows: Option<Table>,
}

impl Finding {
    /// A result without unknowns, at 95 %.
    pub fn new(
        found: impl StatisticResult,
        ledger: Ledger,
        method: &str,
        cautions: Vec<String>,
    ) -> Self {
        Self {
            found: Some(Arc::new(found)),
            method: method.to_owned(),
            ..Self::without(ledger, cautions)
        }
    }

    /// No result; the rows may be one.
    #[must_use]
    pub fn without(ledger: Ledger, cautions: Vec<String>) -> Self {
        Self {
            found: None,
            bounds: None,
            ledger,
            method: String::new(),
            differences: Vec::new(),
            open_questions: Vec::new(),
            level: Level::P95,
            refused: false,
            cautions,
            rows: None,
        }
    }

    /// No result, and why: the data cannot carry the statistic.
    #[must_use]
    pub fn refused(ledger: Ledger, cautions: Vec<String>, why: &str) -> Self {
        let mut finding = Self::without(ledger, cautions);
        finding.refuse(&format!("{why}."));
        finding
    }

    /// Says why there is no result.
    pub fn refuse(&mut self, why: &str) {
        self.refused = true;
        self.cautions.push(format!("No result: {why}"));
    }

    /// The result, if it is one of this kind.
    #[must_use]
    pub fn get<T: StatisticResult>(&self) -> Option<&T> {
        let found: &dyn Any = self.found.as_deref()?;
        found.downcast_ref()
    }
}
