//! What a result can be, whatever the unknown are.

use super::{Bounds, DifferenceBounds, GroupBounds, Half, SurvivalBounds};
use crate::document::cells::row;
use crate::document::cells::{months, p_value, percent};
use crate::document::{Cell, Role, Table};
use crate::stats::contingency::{Revealed, TippingPoint};

pub(super) fn bounds(bounds: &Bounds) -> Vec<Table> {
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

/// The column of units that may be in any group; left out where there are none.
const GROUP_NOT_KNOWN: usize = 3;

fn groups(groups: &[GroupBounds]) -> Table {
    let loose = groups.iter().any(|group| group.group_unknown > 0);
    let mut grid = Table::new(
        "Bounds: whatever is true of the unknown",
        &[
            ("group", Role::Group),
            ("known", Role::Number),
            ("unknown", Role::Count),
            ("group not known", Role::Count),
            ("complete case, %", Role::Estimate),
            ("if none had it, %", Role::Estimate),
            ("if all had it, %", Role::Estimate),
            ("on which side of 50 %", Role::Text),
        ],
    );
    for group in groups {
        grid.push(row![
            group.group.clone(),
            format!("{}/{}", group.events, group.known),
            group.unknown,
            group.group_unknown,
            group.complete_case.map_or_else(Cell::default, percent),
            percent(group.lowest),
            percent(group.highest),
            half(group.half),
        ]);
    }
    if !loose {
        grid.columns.remove(GROUP_NOT_KNOWN);
        for row in &mut grid.rows {
            row.remove(GROUP_NOT_KNOWN);
        }
    }
    grid
}

fn difference(found: &DifferenceBounds) -> Table {
    let mut grid = Table::new(
        format!(
            "Bounds of the difference, {} less {}",
            found.first, found.second
        ),
        &[
            ("complete case, points", Role::Estimate),
            ("lowest", Role::Estimate),
            ("highest", Role::Estimate),
            ("Fisher P, known", Role::P),
            ("what changes the test", Role::Text),
        ],
    );
    grid.push(row![
        percent(found.complete_case),
        percent(found.lowest),
        percent(found.highest),
        p_value(found.p_value),
        tipping(found),
    ]);
    grid
}

fn half(half: Half) -> String {
    match half {
        Half::NoConclusion => "the exact interval leaves it open".to_owned(),
        Half::After { unknown: 1 } => "open if 1 unknown goes the other way".to_owned(),
        Half::After { unknown } => format!("open if {unknown} unknown go the other way"),
        Half::Never => "holds whatever the unknown are".to_owned(),
    }
}

fn tipping(found: &DifferenceBounds) -> String {
    match found.test {
        TippingPoint::After {
            unknown,
            first,
            second,
        } => {
            let group = |name: &str, revealed: Revealed| match revealed {
                Revealed {
                    events: 0,
                    others: 0,
                } => None,
                Revealed { events, others: 0 } => {
                    Some(format!("{events} of {name} with the event"))
                }
                Revealed { events: 0, others } => Some(format!("{others} of {name} without it")),
                Revealed { events, others } => Some(format!(
                    "{events} of {name} with the event, {others} without"
                )),
            };
            let groups = [group(&found.first, first), group(&found.second, second)];
            let groups: Vec<String> = groups.into_iter().flatten().collect();
            format!("{unknown} unknown: {}", groups.join(", "))
        }
        TippingPoint::Never => "nothing: it holds whatever the unknown are".to_owned(),
        TippingPoint::NotWithin { unknown: 0 } => "too many ways to try".to_owned(),
        TippingPoint::NotWithin { unknown } => {
            format!("more than {unknown} unknown; too many ways to try more")
        }
    }
}

fn survival(found: &SurvivalBounds) -> Table {
    let mut grid = Table::new(
        "Bounds of the median: those of unknown status dead, or alive, at their last known time",
        &[
            ("taken as", Role::Text),
            ("cases", Role::Count),
            ("median", Role::Estimate),
        ],
    );
    let all = found.known + found.unknown_status;
    for (taken, cases, median) in [
        ("unknown dead", all, found.lowest_median),
        ("known only", found.known, found.median),
        ("unknown alive", all, found.highest_median),
    ] {
        grid.push(row![taken.to_owned(), cases.to_string(), months(median)]);
    }
    if found.no_time > 0 {
        grid.push(row![
            "no time: in none of these".to_owned(),
            found.no_time,
            Cell::default(),
        ]);
    }
    grid
}
