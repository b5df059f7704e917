//! What of a case a format has said, so that the rest is told and not forgotten.

use std::collections::BTreeSet;

use super::ledger::Ledger;
use super::study::{Datum, ExportCase};
use super::terms::Terms;
use crate::case::{Event, FactSheet};

/// The values of a case that a format has not said yet.
pub(super) struct Unsaid<'a> {
    case: &'a ExportCase,
    left: BTreeSet<(Event, &'static str)>,
}

impl<'a> Unsaid<'a> {
    /// All values of a case.
    pub(super) fn of(case: &'a ExportCase) -> Self {
        let left = case.events.iter().flat_map(|(event, values)| {
            let columns = values.values.keys();
            columns.map(move |column| (*event, *column))
        });
        Self {
            case,
            left: left.collect(),
        }
    }

    /// Columns of an event that are said now.
    pub(super) fn say(&mut self, sheet: FactSheet, item: u32, columns: &[&str]) {
        self.left.retain(|(event, column)| {
            *event != (Event { sheet, item }) || !columns.contains(column)
        });
    }

    /// Whether a column of an event is not said yet.
    pub(super) fn is_left(&self, sheet: FactSheet, item: u32, column: &str) -> bool {
        let mut left = self.left.iter();
        left.any(|(event, of)| *event == (Event { sheet, item }) && *of == column)
    }

    /// Puts what is left into the ledger, and what was said without the mark that it is derived. `reason` tells why a
    /// column of a sheet is left.
    pub(super) fn lose(
        self,
        terms: &Terms,
        ledger: &mut Ledger,
        reason: impl Fn(FactSheet, &str) -> &'static str,
    ) {
        for (event, values) in &self.case.events {
            for (column, data) in &values.values {
                let left = self.left.contains(&(*event, *column));
                let derived = values.derived.contains(column);
                if !left && !derived {
                    continue;
                }
                let why = if left {
                    reason(event.sheet, column)
                } else {
                    "given without its mark: no source states it, it was derived"
                };
                let value: Vec<&str> = data.iter().map(|datum| shown(datum, terms)).collect();
                ledger.lose(
                    self.case.key(),
                    &field(*event, column),
                    value.join("; "),
                    why,
                );
            }
        }
    }
}

/// A field as the ledger names it: `treatments.2.line`.
pub(super) fn field(event: Event, column: &str) -> String {
    if event.sheet.numbered() {
        format!("{}.{}.{column}", event.sheet.name(), event.item)
    } else {
        format!("{}.{column}", event.sheet.name())
    }
}

/// A value as people read it: of a term its label.
pub(super) fn shown<'a>(datum: &'a Datum, terms: &'a Terms) -> &'a str {
    match datum {
        Datum::Term(name) => terms.label(name),
        other => other.text(),
    }
}
