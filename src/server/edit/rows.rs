//! The rows of a case, and those of a source with what two curators read in it.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::Desk;
use crate::case::{Rows, Sheet};
use crate::curation::{Cells, Row, rows};
use crate::server::pages::encoded;
use crate::server::problem::Problem;
use crate::server::response::Response;
use crate::server::signed::PATH;

/// The rows of a sheet for which something holds, as a table with a way to each.
pub(super) fn table(sheet: &Sheet, of: &[&Row]) -> Markup {
    let filled = |name: &str| of.iter().any(|row| row.cells.contains_key(name));
    let order = ["case", "item", "source", "locator", "certainty"];
    let own = sheet.columns.iter().map(|column| column.name);
    let last = [
        "verbatim",
        "note",
        "curator",
        "curated_on",
        "curation_state",
    ];
    let mut names: Vec<&str> = order.into_iter().chain(own).chain(last).collect();
    let mut seen = Vec::new();
    names.retain(|name| {
        filled(name) && !seen.contains(name) && {
            seen.push(*name);
            true
        }
    });
    html! {
        div.table-wrap tabindex="0" { table {
            thead { tr { th { "row" } @for name in &names { th { (name) } } } }
            tbody {
                @for row in of {
                    tr {
                        th scope="row" { a href={ (PATH) "/sheet/" (sheet.name) "?row=" (row.number) } { (row.number) } }
                        @for name in &names { td { bdi { (row.cells.get(*name).map_or("", String::as_str)) } } }
                    }
                }
            }
        } }
    }
}

/// The rows of a sheet that say this in a column.
fn with(desk: &Desk<'_>, sheet: &Sheet, column: &str, text: &str) -> Result<Vec<Row>, Problem> {
    let bytes = desk.bytes(sheet.name)?.unwrap_or_default();
    let mut all = rows(sheet.name, &bytes).unwrap_or_default();
    all.retain(|row| row.cells.get(column).is_some_and(|cell| cell == text));
    Ok(all)
}

pub(super) fn of_case(desk: &Desk<'_>, case: &str) -> Result<Response, Problem> {
    let mut sections = Vec::new();
    for sheet in desk.site.session.schema.sheets() {
        let found = with(desk, sheet, "case", case)?;
        let found: Vec<&Row> = found.iter().collect();
        let is_of_cases = sheet.columns.iter().any(|column| column.name == "case");
        if !found.is_empty() || sheet.rows != Rows::Study || is_of_cases {
            sections.push(html! {
                section {
                    h2 { (sheet.name) }
                    @if found.is_empty() { p.method { "none" } } @else { (table(sheet, &found)) }
                    p { a href={ (PATH) "/sheet/" (sheet.name) "?case=" (encoded(case)) } { "Add a row" } }
                }
            });
        }
    }
    Ok(desk.page(
        case,
        &html! {
            h1 { "The rows of " (case) }
            p {
                a href={ "/cases/" (encoded(case)) } { "Page of the case" } " · "
                a href={ (PATH) "/history/" (encoded(case)) } { "What became of its rows" }
            }
            @for section in &sections { (section) }
        },
    ))
}

pub(super) fn of_source(desk: &Desk<'_>, source: &str) -> Result<Response, Problem> {
    let mut sections = Vec::new();
    for sheet in desk.site.session.schema.sheets() {
        let column = if sheet.name == "publications" {
            "key"
        } else {
            "source"
        };
        let found = with(desk, sheet, column, source)?;
        if found.is_empty() {
            continue;
        }
        let all: Vec<&Row> = found.iter().collect();
        sections.push(html! {
            section {
                h2 { (sheet.name) }
                @if sheet.rows != Rows::Study { (side_by_side(sheet, &all)) }
                (table(sheet, &all))
            }
        });
    }
    Ok(desk.page(source, &html! {
        h1 { "The rows of " (source) }
        p { "Where two curators extracted the same, what they read stands side by side; a difference goes to a third, who rules. "
            a href="/analyses/curation/agreement" { "How well they agree" } }
        @if sections.is_empty() { p { "No sheet has a row of this source." } }
        @for section in &sections { (section) }
    }))
}

/// The rows on one thing of a case, by curator.
type ByCurator<'r> = BTreeMap<&'r str, &'r Cells>;

/// What two curators or more read of one thing, column by column, and where they differ.
fn side_by_side(sheet: &Sheet, of: &[&Row]) -> Markup {
    let mut things: BTreeMap<(&str, &str), ByCurator<'_>> = BTreeMap::new();
    for row in of {
        let cell = |name: &str| row.cells.get(name).map_or("", String::as_str);
        let curator = cell("curator");
        if !curator.is_empty() {
            let thing = things.entry((cell("case"), cell("item"))).or_default();
            thing.entry(curator).or_insert(&row.cells);
        }
    }
    let twice: Vec<_> = things.into_iter().filter(|(_, by)| by.len() > 1).collect();
    html! {
        @for ((case, item), by) in &twice {
            h3 { (case) @if !item.is_empty() { ", " (sheet.noun) " " (item) } }
            div.table-wrap tabindex="0" { table {
                thead { tr { th { "column" } @for curator in by.keys() { th { bdi { (curator) } } } th { "alike" } } }
                tbody {
                    @for column in sheet.columns.iter().filter(|column| by.values().any(|cells| cells.contains_key(column.name))) {
                        @let values: Vec<Option<&String>> = by.values().map(|cells| cells.get(column.name)).collect();
                        @let agree = values.windows(2).all(|pair| pair[0] == pair[1]);
                        tr.open[!agree] {
                            th scope="row" { (column.name) }
                            @for value in &values { td { bdi { (value.map_or("", String::as_str)) } } }
                            td { @if agree { "agree" } @else { a href=(ruling(sheet, case, item, column.name)) { "rule" } } }
                        }
                    }
                }
            } }
        }
    }
}

/// The address of the form of a ruling.
fn ruling(sheet: &Sheet, case: &str, item: &str, column: &str) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    for (name, value) in [
        ("case", case),
        ("sheet", sheet.name),
        ("item", item),
        ("column", column),
    ] {
        form.append_pair(name, value);
    }
    format!("{PATH}/sheet/decisions?{}", form.finish())
}
