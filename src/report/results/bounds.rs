//! What a result can be, whatever the unknown are.

use super::super::grid::Grid;
use super::super::numbers::{months, p_value, percent};
use crate::analysis::{Bounds, DifferenceBounds, GroupBounds, SurvivalBounds, Tipping};

pub(super) fn bounds(bounds: &Bounds) -> Vec<Grid> {
    match bounds {
        Bounds::Proportions(found) => {
            let difference = found.difference.iter().map(difference);
            [groups(&found.groups)]
                .into_iter()
                .chain(difference)
                .collect()
        }
        Bounds::Survival(found) => vec![survival(found)],
    }
}

fn groups(groups: &[GroupBounds]) -> Grid {
    let mut grid = Grid::new(
        "Bounds: whatever is true of the unknown",
        &[
            "group",
            "known",
            "unknown",
            "complete case, %",
            "if none had it, %",
            "if all had it, %",
            "on which side of 50 %",
        ],
    );
    for group in groups {
        let settled = "the exact interval leaves it open";
        grid.push([
            group.group.clone(),
            format!("{}/{}", group.events, group.known),
            group.unknown.to_string(),
            group.complete_case.map_or_else(String::new, percent),
            percent(group.lowest),
            percent(group.highest),
            tipping(group.half, settled),
        ]);
    }
    grid
}

fn difference(found: &DifferenceBounds) -> Grid {
    let mut grid = Grid::new(
        &format!(
            "Bounds of the difference, {} less {}",
            found.first, found.second
        ),
        &[
            "complete case, points",
            "lowest",
            "highest",
            "Fisher P, known",
            "what changes the test",
        ],
    );
    grid.push([
        percent(found.complete_case),
        percent(found.lowest),
        percent(found.highest),
        p_value(found.p_value),
        tipping(found.test, ""),
    ]);
    grid
}

fn tipping(tipping: Tipping, open: &str) -> String {
    match tipping {
        Tipping::NoConclusion => open.to_owned(),
        Tipping::After { unknown: 1 } => "changes if 1 unknown goes the other way".to_owned(),
        Tipping::After { unknown } => format!("changes if {unknown} unknown go the other way"),
        Tipping::Never => "holds whatever the unknown are".to_owned(),
        Tipping::NotTried => "too many ways to try".to_owned(),
    }
}

fn survival(found: &SurvivalBounds) -> Grid {
    let mut grid = Grid::new(
        "Bounds of the median: those of unknown status dead, or alive, at their last known time",
        &["taken as", "cases", "median"],
    );
    let all = found.known + found.unknown_status;
    for (taken, cases, median) in [
        ("unknown dead", all, found.lowest_median),
        ("known only", found.known, found.median),
        ("unknown alive", all, found.highest_median),
    ] {
        grid.push([taken.to_owned(), cases.to_string(), months(median)]);
    }
    if found.no_time > 0 {
        grid.push([
            "no time: in none of these".to_owned(),
            found.no_time.to_string(),
            String::new(),
        ]);
    }
    grid
}
