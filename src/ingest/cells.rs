//! Checks of single cells that several sheets share.

use super::problems::Problems;
use super::sheet::{Row, Table};
use crate::ontology::nearest;

/// Checks a cell against a closed list and returns its word.
pub(super) fn code(
    table: &Table,
    row: &Row,
    heading: &str,
    words: &[&'static str],
    problems: &mut Problems,
) -> String {
    let value = table.get(row, heading);
    if !value.is_empty() && !words.contains(&value) {
        let near = nearest(&value.to_lowercase(), words.iter().copied());
        let near = near.into_iter().map(str::to_owned).collect();
        let rule = format!("is not one of: {}", words.join(", "));
        problems.cell_near(&table.place(row, heading), rule, near);
    }
    value.to_owned()
}

/// What is wrong with a key that is another one but for capitals: file systems and readers take the two for one.
pub(super) fn in_other_letters(other: &str) -> String {
    format!("is the key {other:?} in other letters: rename one of the two, or write both alike")
}

/// A date is one of the calendar, as ISO 8601 writes it.
pub(super) fn check_date(table: &Table, row: &Row, problems: &mut Problems) {
    let date = table.get(row, "date");
    if !date.is_empty() && date.parse::<jiff::civil::Date>().is_err() {
        problems.cell(&table.place(row, "date"), "is no date: write YYYY-MM-DD");
    }
}

/// A ruling names its case, value and reason, and its date is one.
pub(super) fn complete_ruling(table: &Table, row: &Row, problems: &mut Problems) {
    for heading in ["case", "value", "reason"] {
        if table.get(row, heading).is_empty() {
            problems.cell(
                &table.place(row, heading),
                format!("the ruling has no {heading}"),
            );
        }
    }
    check_date(table, row, problems);
}
