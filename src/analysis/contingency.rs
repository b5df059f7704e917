//! Two columns against each other, with exact and asymptotic tests.

use super::counts::{CrossCounts, cross};
use super::{Found, Outcome};
use crate::query::Table;
use crate::query::header::statistic::Contingency as Settings;
use crate::stats::contingency::{
    Cells, ChiSquared, Continuity, FisherExact, Table as CountTable, Table2x2,
};
use crate::stats::estimate::Level;
use crate::stats::proportion::{Proportion, ProportionEstimate};

/// A table of counts with its tests.
#[derive(Debug, Clone, PartialEq)]
pub struct Contingency {
    /// The counts.
    pub counts: CrossCounts,
    /// Proportion with the event in each row, where the header names one.
    pub proportions: Vec<(String, Option<ProportionEstimate>)>,
    /// Tests of a two-by-two table.
    pub two_by_two: Option<TwoByTwo>,
    /// P of the exact test of a larger table.
    pub exact_p: Option<f64>,
    /// Why there is no test.
    pub no_test: Option<String>,
}

/// Tests of a two-by-two table.
#[derive(Debug, Clone, PartialEq)]
pub struct TwoByTwo {
    /// Fisher's exact test with the conditional odds ratio.
    pub fisher: FisherExact,
    /// Pearson's chi-squared test without continuity correction.
    pub pearson: ChiSquared,
    /// The same with Yates's correction.
    pub yates: ChiSquared,
}

pub(super) fn contingency(settings: &Settings, table: &Table) -> Found {
    let (counts, ledger, mut cautions) =
        cross(table, &settings.case, &settings.rows, &settings.columns);
    let event = settings
        .event
        .as_ref()
        .and_then(|event| counts.columns.iter().position(|column| column == event));
    let proportions = event.map_or_else(Vec::new, |event| {
        let of = |row: usize| {
            let n: usize = counts.counts[row].iter().sum();
            let hits = counts.counts[row][event];
            Proportion::new(hits as u64, n as u64)
                .ok()
                .map(|p| p.estimate(Level::P95))
        };
        counts
            .rows
            .iter()
            .enumerate()
            .map(|(row, label)| (label.clone(), of(row)))
            .collect()
    });
    let mut found = Contingency {
        counts,
        proportions,
        two_by_two: None,
        exact_p: None,
        no_test: None,
    };
    let n = &found.counts.counts;
    let cell = |row: usize, column: usize| n[row][column] as u64;
    if found.counts.rows.len() == 2 && found.counts.columns.len() == 2 {
        // The event's column first, so that the odds ratio is that of the event.
        let (yes, no) = if event == Some(1) { (1, 0) } else { (0, 1) };
        let cells = Cells {
            exposed_event: cell(1, yes),
            exposed_no_event: cell(1, no),
            unexposed_event: cell(0, yes),
            unexposed_no_event: cell(0, no),
        };
        match Table2x2::new(cells) {
            Ok(table) => {
                found.two_by_two = Some(TwoByTwo {
                    fisher: table.fisher_exact(Level::P95),
                    pearson: table.chi_squared(Continuity::Uncorrected),
                    yates: table.chi_squared(Continuity::Yates),
                });
            }
            Err(error) => found.no_test = Some(error.to_string()),
        }
    } else {
        let counts = n
            .iter()
            .map(|row| row.iter().map(|&count| count as u64).collect())
            .collect();
        match CountTable::new(counts).map(|table| table.freeman_halton()) {
            Ok(Ok(test)) => found.exact_p = Some(test.p_value),
            Ok(Err(error)) => found.no_test = Some(error.to_string()),
            Err(error) => found.no_test = Some(error.to_string()),
        }
    }
    if let Some(why) = &found.no_test {
        cautions.push(format!("No test: {why}."));
    }
    let method = match (&found.two_by_two, found.exact_p) {
        (Some(_), _) => format!(
            "Fisher's exact test, two-sided, with the conditional maximum-likelihood odds ratio ({} against {}) and its exact 95 % interval; Pearson's chi-squared without and with Yates's correction beside it.",
            found.counts.rows[1], found.counts.rows[0]
        ),
        (None, Some(_)) => "Fisher-Freeman-Halton exact test.".to_owned(),
        _ => "Counts only.".to_owned(),
    };
    Found {
        outcome: Outcome::Contingency(found),
        ledger,
        method,
        cautions,
    }
}
