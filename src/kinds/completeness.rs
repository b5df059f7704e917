//! What is known and what is not, field by field.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::rows::{NOT_KNOWN, rows};
use super::settings::defaults::{field, known};
use super::settings::settings;
use super::{AnalysisError, Finding, Kind, Ledger, StatisticResult, Unit, Words};
use crate::document::cells::{percent, row};
use crate::document::{self, Cell, Column, Role};
use crate::graph::Table;

/// The word after `kind:`.
pub const NAME: &str = "completeness";

settings! {
    /// How much of what could be known is known
    ///
    /// One row a case and item.
    columns {
        /// Column that names the item
        field: String = "field",
        /// Column that says whether it is known
        known: String = "known",
        /// Column that says why it is not
        reason: Option<String>,
    }
}

/// How many units have a value of one field, and why the others have none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldCompleteness {
    /// Name of the field.
    pub field: String,
    /// Number of units with a value.
    pub known: usize,
    /// Units without one, by reason.
    pub missing: BTreeMap<String, Vec<String>>,
}

impl FieldCompleteness {
    /// Number of units that could have a value.
    #[must_use]
    pub fn units(&self) -> usize {
        self.known + self.missing.values().map(Vec::len).sum::<usize>()
    }
}

/// The completeness of every field, in the order of the query.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Completeness {
    /// One entry a field, in the order of the query.
    pub fields: Vec<FieldCompleteness>,
}

impl Completeness {
    /// Every reason that occurs, sorted.
    #[must_use]
    pub fn reasons(&self) -> Vec<String> {
        let all = self.fields.iter().flat_map(|field| field.missing.keys());
        let mut reasons: Vec<String> = all.cloned().collect();
        reasons.sort();
        reasons.dedup();
        reasons
    }
}

fn completeness(settings: &Settings, table: &Table) -> Finding {
    let mut ledger = Ledger::default();
    let mut result = Completeness::default();
    for row in rows(table) {
        let unit = row.unit(&settings.case);
        let name = row.get(&settings.field).unwrap_or_default().to_owned();
        let at = match result.fields.iter().position(|field| field.field == name) {
            Some(at) => at,
            None => {
                result.fields.push(FieldCompleteness {
                    field: name,
                    ..Default::default()
                });
                result.fields.len() - 1
            }
        };
        let field = &mut result.fields[at];
        ledger.count(&unit);
        if row.boolean(&settings.known) == Some(true) {
            field.known += 1;
        } else {
            let reason = settings.reason.as_ref().and_then(|column| row.get(column));
            let reason = reason.unwrap_or(NOT_KNOWN).to_owned();
            field.missing.entry(reason).or_default().push(unit);
        }
    }
    let method = "A value counts as known if the consensus has one.";
    Finding::new(result, ledger, method, Vec::new())
}

impl Kind for Settings {
    fn of_rows(&self, _unit: &Unit, rows: &Table) -> Result<Finding, AnalysisError> {
        Ok(completeness(self, rows))
    }
}

impl StatisticResult for Completeness {
    fn json(&self) -> Value {
        let field = |field: &FieldCompleteness| {
            json!({
                "field": field.field,
                "known": field.known,
                "of": field.units(),
                "missing": field.missing,
            })
        };
        json!(self.fields.iter().map(field).collect::<Vec<_>>())
    }

    fn tables(&self, _words: &Words<'_>) -> Vec<document::Table> {
        let reasons = self.reasons();
        let columns = [
            ("field", Role::Group),
            ("known", Role::Count),
            ("of", Role::Count),
            ("percent", Role::Estimate),
        ];
        let mut table = document::Table::new("Known values", &columns);
        let of_reasons = reasons
            .iter()
            .map(|reason| Column::new(reason, Role::Count));
        table.columns.extend(of_reasons);
        for field in &self.fields {
            let units = field.units();
            #[expect(clippy::cast_precision_loss, reason = "counts of cases are small")]
            let share = field.known as f64 / units.max(1) as f64;
            let start = row![&field.field, field.known, units, percent(share)];
            let missing = reasons
                .iter()
                .map(|reason| Cell::from(field.missing.get(reason).map_or(0, Vec::len)));
            table.rows.push(start.into_iter().chain(missing).collect());
        }
        vec![table]
    }

    fn summary(&self, _words: &Words<'_>) -> String {
        format!("{} fields", self.fields.len())
    }
}
