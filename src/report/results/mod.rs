//! Results as tables, and as one line for a summary.

mod claims;
mod diff;

pub(super) use claims::claims_section;
pub use claims::{CLAIM_VERDICTS, ClaimsDocument, claims_tables};
pub use diff::{DiffDocument, diff_tables};

use crate::analysis::{Analysis, tests_together};
use crate::document::Table;
use crate::kinds::adjusted::WORDS as ADJUSTMENT_WORDS;
use crate::kinds::bounds::Bounds;
use crate::kinds::{Computed, Finding, Words};

/// The tables of a result without its rows; none where the rows are the result.
#[must_use]
pub fn result_tables(analysis: &Analysis) -> Vec<Table> {
    tables(&analysis.finding, &words(analysis))
}

/// The tables of a statistic of columns.
#[must_use]
pub fn computed_tables(computed: &Computed) -> Vec<Table> {
    let words = Words {
        unit: "case",
        time: None,
        level: computed.finding.level,
    };
    tables(&computed.finding, &words)
}

/// The tables of a result, then what it can be.
fn tables(finding: &Finding, words: &Words<'_>) -> Vec<Table> {
    let found = finding.found.iter();
    let mut tables: Vec<Table> = found.flat_map(|found| found.tables(words)).collect();
    tables.extend(finding.bounds.iter().flat_map(Bounds::tables));
    tables
}

/// What units and times of a saved analysis are called.
fn words(analysis: &Analysis) -> Words<'_> {
    Words {
        unit: analysis.header.unit.word(),
        time: Some("months"),
        level: analysis.finding.level,
    }
}

/// The tests of several analyses, adjusted for how many there are, with a sentence on what that
/// holds; `None` where nothing is tested.
#[must_use]
pub fn tests_table(analyses: &[Analysis]) -> Option<(Table, String)> {
    let found = tests_together(analyses)?;
    let words = format!(
        "This report has {} tests; of so many, some fall below 0.05 though nothing differs. {ADJUSTMENT_WORDS}",
        found.tests.len()
    );
    Some((found.table(), words))
}

/// The result in one line.
#[must_use]
pub fn summary(analysis: &Analysis) -> String {
    let ledger = &analysis.finding.ledger;
    match &analysis.finding.found {
        Some(found) => found.summary(&words(analysis)),
        None if ledger.eligible() > 0 => match ledger.counted().len() {
            0 => "no one can be counted".to_owned(),
            counted => format!("no result: {counted} cases cannot carry it"),
        },
        None => format!("{} rows", analysis.table.rows()),
    }
}
