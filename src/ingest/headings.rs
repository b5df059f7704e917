//! Headings of the sheets that are not of facts, and the check of any sheet's headings.

use super::problems::{Place, Problems};
use super::sheet::Table;
use crate::delimited::address;
use crate::ontology::nearest;

pub(super) const PUBLICATIONS: &[&str] = &[
    "key",
    "review_ref",
    "first_author",
    "year",
    "title",
    "journal",
    "volume_pages",
    "doi",
    "pmid",
    "pmcid",
    "kind",
    "read",
    "note",
];
pub(super) const COHORTS: &[&str] = &[
    "cohort",
    "case",
    "publication",
    "number_in_source",
    "basis",
    "reason",
];
pub(super) const CLAIMS: &[&str] = &[
    "id",
    "source",
    "locator",
    "kind",
    "measure",
    "group",
    "subgroup",
    "numerator",
    "denominator",
    "value",
    "unit",
    "ci_low",
    "ci_high",
    "ci_level",
    "comparison",
    "test",
    "p_operator",
    "p",
    "refs",
    "refs_are",
    "part_of",
    "excludes",
    "cases",
    "software",
    "verbatim",
    "analysis",
    "parameters",
    "note",
];
pub(super) const SERIES: &[&str] = &[
    "id",
    "source",
    "about",
    "locator",
    "kind",
    "measure",
    "group",
    "numerator",
    "denominator",
    "value",
    "unit",
    "low",
    "high",
    "interval",
    "note",
];
pub(super) const DECISIONS: &[&str] = &[
    "case", "sheet", "item", "column", "value", "reason", "curator", "date",
];
pub(super) const APPRAISALS: &[&str] = &[
    "publication",
    "appraiser",
    "date",
    "selection",
    "exposure",
    "outcome",
    "alternative_causes",
    "rechallenge",
    "dose_response",
    "follow_up",
    "reporting",
    "overall",
    "note",
];

/// The headings of a sheet that is not one of facts.
pub(super) fn headings(name: &str) -> &'static [&'static str] {
    match name {
        "publications" => PUBLICATIONS,
        "cohorts" => COHORTS,
        "claims" => CLAIMS,
        "series" => SERIES,
        "decisions" => DECISIONS,
        "appraisals" => APPRAISALS,
        _ => &[],
    }
}

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
