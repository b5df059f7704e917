//! What is known and what is not, field by field.

use std::collections::BTreeMap;

use super::ledger::Ledger;
use super::rows::rows;
use super::{Found, Outcome};
use crate::query::Table;
use crate::query::header::statistic::Completeness as Settings;
use crate::stats::estimate::Level;

/// How many units have a value of one field, and why the others have none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldCompleteness {
    /// The field.
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
    /// The fields.
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

pub(super) fn completeness(settings: &Settings, table: &Table) -> Found {
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
            let reason = reason.unwrap_or(super::rows::NOT_KNOWN).to_owned();
            field.missing.entry(reason).or_default().push(unit);
        }
    }
    let method = "A value counts as known if the consensus has one.".to_owned();
    Found {
        level: Level::P95,
        bounds: None,
        outcome: Outcome::Completeness(result),
        ledger,
        method,
        cautions: Vec::new(),
    }
}
