//! Adjusted P values.

use super::Adjusted;
use crate::document::cells::p_value;
use crate::document::cells::row;
use crate::document::{Role, Table};

/// The tests with their P values before and after.
pub fn adjusted(result: &Adjusted) -> Table {
    let mut grid = Table::new(
        "P values adjusted for the number of tests",
        &[
            ("test", Role::Text),
            ("P", Role::P),
            ("Holm", Role::P),
            ("Benjamini-Hochberg", Role::P),
            ("Bonferroni", Role::P),
        ],
    );
    for test in &result.tests {
        grid.push(row![
            test.name.clone(),
            p_value(test.p_value),
            p_value(test.holm),
            p_value(test.benjamini_hochberg),
            p_value(test.bonferroni),
        ]);
    }
    grid
}
