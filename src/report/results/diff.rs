//! What changed between two builds, as tables.

use super::super::grid::Grid;
use crate::analysis::diff::{Change, Moved};

/// Cases named for one result before the list is cut.
const NAMED: usize = 12;

/// Changed facts, results that moved, and the cases that moved them.
#[must_use]
pub fn diff_grids(changes: &[Change], results: &[Moved]) -> Vec<Grid> {
    let mut facts = Grid::new(
        "Facts of the consensus",
        &["case", "thing", "property", "what", "old", "new"],
    );
    for change in changes {
        facts.push([
            change.case.clone(),
            change.thing.clone(),
            change.property.clone(),
            change.kind().to_owned(),
            change.old.join("; "),
            change.new.join("; "),
        ]);
    }
    let mut moved = Grid::new(
        "Results that moved",
        &["analysis", "old", "new", "cases that moved it"],
    );
    let mut cases = Grid::new(
        "Cases whose standing changed",
        &["analysis", "case", "old", "new"],
    );
    for result in results.iter().filter(|result| result.old != result.new) {
        let mut names: Vec<&str> = result.cases.iter().map(|case| case.case.as_str()).collect();
        let more = names.len().saturating_sub(NAMED);
        names.truncate(NAMED);
        let mut named = names.join(", ");
        if more > 0 {
            named.push_str(&format!(" and {more} more"));
        }
        moved.push([
            result.analysis.clone(),
            result.old.clone(),
            result.new.clone(),
            named,
        ]);
        for case in result.cases.iter().filter(|case| case.old != case.new) {
            cases.push([
                result.analysis.clone(),
                case.case.clone(),
                case.old.clone(),
                case.new.clone(),
            ]);
        }
    }
    [facts, moved, cases]
        .into_iter()
        .filter(|grid| !grid.rows.is_empty())
        .collect()
}
