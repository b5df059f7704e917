//! Adjusted P values.

use super::Adjusted;
use crate::document::Grid;
use crate::document::numbers::p_value;

/// The tests with their P values before and after.
pub fn adjusted(result: &Adjusted) -> Grid {
    let mut grid = Grid::new(
        "P values adjusted for the number of tests",
        &["test", "P", "Holm", "Benjamini-Hochberg", "Bonferroni"],
    );
    for test in &result.tests {
        grid.push([
            test.name.clone(),
            p_value(test.p_value),
            p_value(test.holm),
            p_value(test.benjamini_hochberg),
            p_value(test.bonferroni),
        ]);
    }
    grid
}
