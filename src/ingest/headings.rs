//! The check of a sheet's headings.

use super::problems::{Place, Problems};
use super::sheet::Table;
use crate::delimited::address;
use crate::ontology::nearest;

/// Checks headings: unknown ones are errors with the nearest known, and those needed must be there.
/// Returns whether the rows can be read.
pub(super) fn check_headings(
    table: &Table,
    known: &[&'static str],
    needed: &[&str],
    problems: &mut Problems,
) -> bool {
    for (column, heading) in table.headings.iter().enumerate() {
        if heading.is_empty() {
            let filled = table
                .rows
                .iter()
                .find(|row| !table.cell(row, column).is_empty());
            if let Some(row) = filled {
                let place = Place {
                    file: &table.file,
                    cell: address(column, row.number),
                    value: table.cell(row, column),
                };
                problems.cell(
                    &place,
                    "stands in a column without a heading: name the column or empty it",
                );
            }
        } else if !known.contains(&heading.as_str()) {
            let place = Place {
                file: &table.file,
                cell: address(column, 1),
                value: heading,
            };
            let near = nearest(&heading.to_lowercase(), known.iter().copied());
            let near = near.into_iter().map(str::to_owned).collect();
            problems.cell_near(&place, "is not a column of this sheet", near);
        }
    }
    let mut whole = true;
    for heading in needed {
        if table.column(heading).is_none() {
            problems.file(&table.file, format!("has no column {heading:?}: add it"));
            whole = false;
        }
    }
    whole
}
