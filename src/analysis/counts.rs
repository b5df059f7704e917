//! Counts of units in each cell of two columns.

use std::collections::BTreeMap;

use super::ledger::Ledger;
use super::rows::{NOT_KNOWN, rows};
use super::{Found, Outcome};
use crate::query::Table;
use crate::query::header::statistic::{Matrix as MatrixSettings, Sequence as SequenceSettings};

/// Counts of units by two columns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CrossCounts {
    /// What the rows are, in words.
    pub row_title: String,
    /// What the columns are, in words.
    pub column_title: String,
    /// Values of the first column: by name where they are tested, the most frequent first where
    /// they are listed.
    pub rows: Vec<String>,
    /// Values of the second column, likewise.
    pub columns: Vec<String>,
    /// Number of units in each cell.
    pub counts: Vec<Vec<usize>>,
    /// Number of different units in the whole table.
    pub units: usize,
}

impl CrossCounts {
    /// Puts rows and columns in the order of their totals, the largest first.
    fn by_frequency(mut self) -> Self {
        let order = |totals: Vec<usize>, labels: &[String]| {
            let mut order: Vec<usize> = (0..totals.len()).collect();
            order.sort_by(|&a, &b| {
                let last = |i: usize| labels[i] == NOT_KNOWN;
                (last(a), totals[b], &labels[a]).cmp(&(last(b), totals[a], &labels[b]))
            });
            order
        };
        let row_totals = self.counts.iter().map(|row| row.iter().sum()).collect();
        let rows = order(row_totals, &self.rows);
        let column_totals = (0..self.columns.len())
            .map(|c| self.counts.iter().map(|row| row[c]).sum())
            .collect();
        let columns = order(column_totals, &self.columns);
        self.counts = rows
            .iter()
            .map(|&row| {
                columns
                    .iter()
                    .map(|&column| self.counts[row][column])
                    .collect()
            })
            .collect();
        self.rows = rows.iter().map(|&row| self.rows[row].clone()).collect();
        self.columns = columns
            .iter()
            .map(|&column| self.columns[column].clone())
            .collect();
        self
    }
}

/// Counts units by two columns; a unit counts once in each cell.
pub(super) fn cross(
    table: &Table,
    case: &str,
    row_column: &str,
    column_column: &str,
) -> (CrossCounts, Ledger, Vec<String>) {
    let mut ledger = Ledger::default();
    let mut cells: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for row in rows(table) {
        let unit = row.unit(case);
        match (row.get(row_column), row.get(column_column)) {
            (Some(first), Some(second)) => {
                let units = cells
                    .entry((first.to_owned(), second.to_owned()))
                    .or_default();
                if !units.contains(&unit) {
                    units.push(unit.clone());
                }
                ledger.count(&unit);
            }
            _ => ledger.exclude(&unit, row.missing()),
        }
    }
    let mut counts = CrossCounts {
        row_title: row_column.replace('_', " "),
        column_title: column_column.replace('_', " "),
        ..CrossCounts::default()
    };
    for (first, second) in cells.keys() {
        if !counts.rows.contains(first) {
            counts.rows.push(first.clone());
        }
        if !counts.columns.contains(second) {
            counts.columns.push(second.clone());
        }
    }
    counts.rows.sort();
    counts.columns.sort();
    counts.counts = counts
        .rows
        .iter()
        .map(|first| {
            let count = |second: &String| {
                cells
                    .get(&(first.clone(), second.clone()))
                    .map_or(0, Vec::len)
            };
            counts.columns.iter().map(count).collect()
        })
        .collect();
    counts.units = ledger.counted().len();
    let total: usize = counts.counts.iter().flatten().sum();
    let mut cautions = Vec::new();
    if ledger.excluded() > 0 {
        cautions.push(format!(
            "Both are known for {} of {}.",
            counts.units,
            ledger.eligible()
        ));
    }
    if total > counts.units {
        cautions.push(format!(
            "{total} entries of {} different units: a unit with several values stands in several cells.",
            counts.units
        ));
    }
    (counts, ledger, cautions)
}

pub(super) fn matrix(settings: &MatrixSettings, table: &Table) -> Found {
    let (counts, ledger, cautions) =
        cross(table, &settings.case, &settings.rows, &settings.columns);
    let outcome = Outcome::Matrix(counts.by_frequency());
    Found {
        outcome,
        ledger,
        method: "Counts of units in each cell.".to_owned(),
        cautions,
    }
}

pub(super) fn sequence(settings: &SequenceSettings, table: &Table) -> Found {
    let (counts, ledger, cautions) = cross(table, &settings.case, &settings.from, &settings.to);
    let outcome = Outcome::Sequence(counts.by_frequency());
    let method = "Counts of what followed what, once a unit.".to_owned();
    Found {
        outcome,
        ledger,
        method,
        cautions,
    }
}
