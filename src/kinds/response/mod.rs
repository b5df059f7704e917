//! Objective response and disease control rates.
//!
//! Stated categories (CR, PR, SD, PD) are counted strictly. A source's word without a category is
//! never read as one: the strict rates leave it out by name, and beside them stand the rates that
//! take such words as they stand: `responded` is an objective response, `no-response` is none, and
//! `disease-control` is disease control; what a word leaves open stays out. A category that a
//! curator derived, and no source states, counts beside the words, as what it is.

mod compute;
mod tables;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::references::{self, Reference};
use super::settings::defaults::response;
use super::settings::{self, settings};
use super::{AnalysisError, Finding, Kind, StatisticResult, Undefined, Unit, Words};
use crate::document;
use crate::document::numbers::rate;
use crate::graph::Table;
use crate::stats::proportion::ProportionEstimate;
pub use compute::{is_category, rates};

/// The word after `kind:`.
pub const NAME: &str = "response";

settings! {
    /// Objective response and disease control rates
    ///
    /// One row a case.
    columns {
        /// Column of the best overall response
        response: String = "response",
        /// Column that says whether that response is derived, not stated
        derived: Option<String>,
        /// Column to group by
        by: Option<String>,
    }
    values {
        /// Codes that count as objective response
        #[arg(value_name = "CODES", value_delimiter = ',', required = true)]
        success: Vec<String>,
        /// Codes that count as disease control
        #[arg(value_name = "CODES", value_delimiter = ',', required = true)]
        control: Vec<String>,
    }
}

impl Kind for Settings {
    fn codes(&self) -> Vec<(&'static str, &str, &str)> {
        let success = settings::codes("success", &self.response, &self.success);
        let control = settings::codes("control", &self.response, &self.control);
        success.chain(control).collect()
    }

    fn has_response_codes(&self) -> bool {
        true
    }

    fn of_rows(&self, unit: &Unit, rows: &Table) -> Result<Finding, AnalysisError> {
        Ok(rates(self, unit, rows))
    }
}

/// A rate, or no one to compute it from.
pub type Rate = Option<ProportionEstimate>;

/// The rates of one group.
#[derive(Debug, Clone, PartialEq)]
pub struct ResponseGroup {
    /// The group; `all` for everyone.
    pub label: String,
    /// Number of units, whatever is known of them.
    pub units: usize,
    /// Number of units by category or word; derived categories by themselves.
    pub counts: BTreeMap<String, usize>,
    /// Objective response rate among units with a stated category.
    pub objective: Rate,
    /// Disease control rate among units with a stated category.
    pub control: Rate,
    /// Objective response rate with words and derived categories taken as they stand.
    pub objective_with_words: Rate,
    /// Disease control rate with words and derived categories taken as they stand.
    pub control_with_words: Rate,
    /// Identifiers of the objective responses of a stated category.
    pub responders: Vec<String>,
    /// Identifiers of those whose category or word is derived, not stated.
    pub derived: Vec<String>,
}

/// A test of difference between groups.
#[derive(Debug, Clone, PartialEq)]
pub enum Comparison {
    /// Fisher's exact test, or its extension to more than two groups.
    Exact {
        /// P value, two-sided.
        p_value: f64,
        /// Number of groups compared.
        groups: usize,
    },
    /// There is nothing to test, and why.
    None(Undefined),
}

/// Response rates of all units and of each group.
#[derive(Debug, Clone, PartialEq)]
pub struct ResponseRates {
    /// The codes that count as objective response.
    pub success: Vec<String>,
    /// The codes that count as disease control.
    pub control: Vec<String>,
    /// All groups taken as one.
    pub overall: ResponseGroup,
    /// Each group, the largest first; empty without grouping.
    pub groups: Vec<ResponseGroup>,
    /// Whether the strict objective response rate differs between the groups.
    pub comparison: Option<Comparison>,
}

impl StatisticResult for ResponseRates {
    fn json(&self) -> Value {
        let exact_p = match &self.comparison {
            Some(Comparison::Exact { p_value, .. }) => json!(p_value),
            _ => Value::Null,
        };
        json!({
            "overall": group_json(&self.overall),
            "groups": self.groups.iter().map(group_json).collect::<Vec<_>>(),
            "exact_p": exact_p,
        })
    }

    fn tables(&self, words: &Words<'_>) -> Vec<document::Table> {
        tables::response(self, words.unit)
    }

    fn summary(&self, _words: &Words<'_>) -> String {
        format!(
            "objective response {}, with words as they stand {}",
            rate(self.overall.objective.as_ref()),
            rate(self.overall.objective_with_words.as_ref())
        )
    }

    fn tests(&self) -> Vec<(String, f64)> {
        match &self.comparison {
            Some(Comparison::Exact { p_value, .. }) => {
                vec![("exact test of objective response".to_owned(), *p_value)]
            }
            Some(Comparison::None(_)) | None => Vec::new(),
        }
    }

    fn references(&self) -> Vec<Reference> {
        let mut found = vec![references::CLOPPER, references::WILSON];
        if let Some(Comparison::Exact { groups, .. }) = &self.comparison {
            found.push(if *groups == 2 {
                references::FISHER
            } else {
                references::FREEMAN
            });
        }
        found
    }
}

fn rate_json(rate: &Rate) -> Value {
    rate.as_ref().map_or(Value::Null, |e| {
        json!({
            "successes": e.successes,
            "n": e.n,
            "estimate": e.estimate,
            "clopper_pearson": [e.clopper_pearson.lower, e.clopper_pearson.upper],
            "wilson": [e.wilson.lower, e.wilson.upper],
            "level": e.clopper_pearson.level.value(),
        })
    })
}

fn group_json(group: &ResponseGroup) -> Value {
    json!({
        "group": group.label,
        "units": group.units,
        "counts": group.counts,
        "objective_response": rate_json(&group.objective),
        "disease_control": rate_json(&group.control),
        "objective_response_with_words": rate_json(&group.objective_with_words),
        "disease_control_with_words": rate_json(&group.control_with_words),
        "responders": group.responders,
        "derived": group.derived,
    })
}
