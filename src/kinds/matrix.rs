//! Counts of units in each cell of two columns.

use std::collections::HashSet;

use serde::Serialize;
use serde_json::{Value, json};

use super::frame::{Frame, Units};
use super::rows::NOT_KNOWN;
use super::settings::settings;
use super::{AnalysisError, Finding, Kind, Ledger, StatisticResult, Unit, Words};
use crate::document::{self, Cell, Column, Role};
use crate::graph::Table;

/// The word after `kind:`.
pub const NAME: &str = "matrix";

settings! {
    /// Cases counted in each cell of two columns
    ///
    /// One row a case.
    columns {
        /// Column whose values are the rows
        rows: String,
        /// Column whose values are the columns
        columns: String,
    }
}

/// Counts of units by two columns.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
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
    /// Number of different units in each row: fewer than its cells add up to where a unit stands in
    /// several.
    #[serde(skip)]
    pub row_units: Vec<usize>,
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
        self.row_units = rows.iter().map(|&row| self.row_units[row]).collect();
        self.rows = rows.iter().map(|&row| self.rows[row].clone()).collect();
        self.columns = columns
            .iter()
            .map(|&column| self.columns[column].clone())
            .collect();
        self
    }
}

/// Of the rows `kept` those that count: of several rows of a unit in one cell of two columns the first.
pub(super) fn once_a_cell(
    frame: &Frame,
    kept: &[u32],
    (row_column, column_column): (&str, &str),
) -> Result<Vec<u32>, AnalysisError> {
    let first = frame.factor(row_column, kept)?;
    let second = frame.factor(column_column, kept)?;
    let mut seen = HashSet::new();
    let cells = first.codes().iter().zip(second.codes());
    Ok(kept
        .iter()
        .zip(cells)
        .filter(|(row, cell)| {
            frame
                .unit(**row)
                .is_none_or(|unit| unit.is_empty() || seen.insert((unit, *cell)))
        })
        .map(|(row, _)| *row)
        .collect())
}

/// Counts units by two columns over the rows `kept`; a unit counts once in each cell. Where rows
/// are not units, each counts as often as `weights` says, or once.
pub(super) fn cross(
    frame: &Frame,
    kept: &[u32],
    (row_column, column_column): (&str, &str),
    weights: Option<&[u64]>,
) -> Result<CrossCounts, AnalysisError> {
    let kept = &once_a_cell(frame, kept, (row_column, column_column))?;
    let first = frame.factor(row_column, kept)?;
    let second = frame.factor(column_column, kept)?;
    let mut counts = vec![vec![0_usize; second.labels().len()]; first.labels().len()];
    let mut row_units = vec![0_usize; first.labels().len()];
    let mut seen_in_row = HashSet::new();
    let mut units = HashSet::new();
    let mut total = 0;
    for (at, row) in kept.iter().enumerate() {
        let (i, j) = (first.codes()[at], second.codes()[at]);
        let mut new_in_row = true;
        if let Some(unit) = frame.unit(*row) {
            units.insert(unit);
            new_in_row = seen_in_row.insert((unit, i));
        }
        let weight = weights.map_or(1, |weights| weights[at]);
        let weight = usize::try_from(weight).unwrap_or(usize::MAX);
        counts[i as usize][j as usize] += weight;
        if new_in_row {
            row_units[i as usize] += weight;
        }
        total += weight;
    }
    Ok(CrossCounts {
        row_title: row_column.replace('_', " "),
        column_title: column_column.replace('_', " "),
        rows: first.labels().to_vec(),
        columns: second.labels().to_vec(),
        counts,
        row_units,
        units: if units.is_empty() { total } else { units.len() },
    })
}

impl CrossCounts {
    /// Adds an empty column in its place by name, and returns that place.
    pub(super) fn with_empty_column(&mut self, name: &str) -> usize {
        let at = self
            .columns
            .partition_point(|column| column.as_str() < name);
        self.columns.insert(at, name.to_owned());
        for row in &mut self.counts {
            row.insert(at, 0);
        }
        at
    }

    /// What a reader must know if units stand in several cells.
    pub(super) fn caution(&self) -> Option<String> {
        let total: usize = self.counts.iter().flatten().sum();
        (total > self.units).then(|| {
            format!(
                "{total} entries of {} different units: a unit with several values stands in several cells.",
                self.units
            )
        })
    }
}

/// Counts the rows of a query by two of its columns.
fn listed(
    table: &Table,
    case: &str,
    columns: (&str, &str),
) -> Result<(CrossCounts, Ledger, Vec<String>), AnalysisError> {
    let frame = Frame::of_table(table, case);
    let selection = frame.complete(&[columns.0, columns.1], Units::Repeated)?;
    let ledger = frame.ledger(&selection);
    let counts = cross(&frame, &selection.kept, columns, None)?;
    let mut cautions = Vec::new();
    if ledger.excluded() > 0 {
        cautions.push(format!(
            "Both are known for {} of {}.",
            counts.units,
            ledger.eligible()
        ));
    }
    cautions.extend(counts.caution());
    Ok((counts, ledger, cautions))
}

impl Kind for Settings {
    fn of_rows(&self, _unit: &Unit, rows: &Table) -> Result<Finding, AnalysisError> {
        let columns = (self.rows.as_str(), self.columns.as_str());
        let (counts, ledger, cautions) = listed(rows, &self.case, columns)?;
        let method = "Counts of units in each cell.";
        Ok(Finding::new(
            counts.by_frequency(),
            ledger,
            method,
            cautions,
        ))
    }
}

impl CrossCounts {
    /// The counts as a table.
    #[must_use]
    pub fn table(&self, caption: &str) -> document::Table {
        let corner = format!("{} \\ {}", self.row_title, self.column_title);
        let corner = corner.trim_matches([' ', '\\']);
        let mut table = document::Table::new(caption, &[(corner, Role::Group)]);
        let columns = self.columns.iter().map(String::as_str).chain(["total"]);
        let columns = columns.map(|heading| Column::new(heading, Role::Count));
        table.columns.extend(columns);
        let rows = self.rows.iter().zip(&self.counts);
        for ((label, row), total) in rows.zip(&self.row_units) {
            let cells = row.iter().chain([total]).map(|count| Cell::from(*count));
            table
                .rows
                .push([Cell::from(label)].into_iter().chain(cells).collect());
        }
        table
    }
}

impl StatisticResult for CrossCounts {
    fn json(&self) -> Value {
        json!({
            "rows": self.rows,
            "columns": self.columns,
            "counts": self.counts,
            "row_units": self.row_units,
            "units": self.units,
        })
    }

    fn tables(&self, words: &Words<'_>) -> Vec<document::Table> {
        vec![self.table(&format!("Number of {}s", words.unit))]
    }

    fn summary(&self, words: &Words<'_>) -> String {
        format!("{} {}s", self.units, words.unit)
    }
}
