//! What followed what: the ways that cases took from one step to the next.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::rows::rows;
use super::settings::defaults::{from, to};
use super::settings::settings;
use super::{AnalysisError, Finding, Kind, Ledger, StatisticResult, Unit, Words};
use crate::document::cells::row;
use crate::document::{self, Cell, Column, Role};
use crate::graph::Table;

/// The word after `kind:`.
pub const NAME: &str = "sequence";

settings! {
    /// What followed what
    ///
    /// One row a case.
    columns {
        /// Column of what came first
        from: String = "from",
        /// Column of what was found between the two
        through: Option<String>,
        /// Column of what came next
        to: String = "to",
    }
}

/// Stands for a step between two others that no source reports.
const NOT_REPORTED: &str = "not reported";

/// One way, and who took it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Path {
    /// What came at each step.
    pub steps: Vec<String>,
    /// Keys of the cases that went this way, sorted.
    pub cases: Vec<String>,
}

/// The ways that cases went from line to line of treatment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Sequence {
    /// What the steps are, in words: two, or three with one between.
    pub steps: Vec<String>,
    /// The ways, the most frequent first.
    pub paths: Vec<Path>,
    /// Number of different cases.
    pub units: usize,
}

fn sequence(settings: &Settings, table: &Table) -> Finding {
    let mut ledger = Ledger::default();
    let mut ways: BTreeMap<Vec<String>, Vec<String>> = BTreeMap::new();
    for row in rows(table) {
        let case = row.unit(&settings.case);
        let (Some(from), Some(to)) = (row.get(&settings.from), row.get(&settings.to)) else {
            ledger.exclude(&case, row.missing());
            continue;
        };
        ledger.count(&case);
        let through = settings.through.as_ref();
        let between = through.map(|column| row.get(column).unwrap_or(NOT_REPORTED));
        let steps = [Some(from), between, Some(to)];
        let steps = steps.into_iter().flatten().map(str::to_owned).collect();
        let cases = ways.entry(steps).or_default();
        if !cases.contains(&case) {
            cases.push(case);
        }
    }
    let mut paths: Vec<Path> = ways
        .into_iter()
        .map(|(steps, mut cases)| {
            cases.sort_unstable();
            Path { steps, cases }
        })
        .collect();
    // Ways of equal frequency stay in the order of their names.
    paths.sort_by_key(|path| std::cmp::Reverse(path.cases.len()));
    let units = ledger.counted().len();
    let mut cautions = Vec::new();
    if ledger.excluded() > 0 {
        cautions.push(format!(
            "The steps are known for {units} of {}.",
            ledger.eligible()
        ));
    }
    let entries: usize = paths.iter().map(|path| path.cases.len()).sum();
    if entries > units {
        cautions.push(format!(
            "{entries} ways of {units} different cases: a case with several stands in each."
        ));
    }
    let names = [
        Some(&settings.from),
        settings.through.as_ref(),
        Some(&settings.to),
    ];
    let steps = names.into_iter().flatten();
    let found = Sequence {
        steps: steps.map(|name| name.replace('_', " ")).collect(),
        paths,
        units,
    };
    let method = "Counts of what followed what, once a case.";
    Finding::new(found, ledger, method, cautions)
}

impl Kind for Settings {
    fn of_rows(&self, _unit: &Unit, rows: &Table) -> Result<Finding, AnalysisError> {
        Ok(sequence(self, rows))
    }
}

impl StatisticResult for Sequence {
    fn json(&self) -> Value {
        json!(self)
    }

    fn tables(&self, _words: &Words<'_>) -> Vec<document::Table> {
        let mut table = document::Table::new("What followed what", &[]);
        let steps = self.steps.iter().map(|step| Column::new(step, Role::Text));
        table.columns.extend(steps);
        table.columns.push(Column::new("cases", Role::Count));
        table.columns.push(Column::new("which", Role::Text));
        for path in &self.paths {
            let steps = path.steps.iter().map(Cell::from);
            let counted = row![path.cases.len(), path.cases.join(", ")];
            table.rows.push(steps.chain(counted).collect());
        }
        vec![table]
    }

    fn summary(&self, words: &Words<'_>) -> String {
        format!("{} {}s", self.units, words.unit)
    }
}
