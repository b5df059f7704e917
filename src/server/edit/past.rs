//! What became of the rows of a case.

use maud::{Markup, html};

use super::{Desk, given};
use crate::case::FactSheet;
use crate::curation::{Event, history};
use crate::server::problem::Problem;
use crate::server::request::Request;
use crate::server::response::Response;

pub(super) fn page(desk: &Desk<'_>, request: &Request, case: &str) -> Result<Response, Problem> {
    let parameters = request.parameters();
    let column = Some(given(&parameters, "column")).filter(|column| !column.is_empty());
    let facts = desk.site.session.schema.facts().map(FactSheet::name);
    let sheets: Vec<&str> = facts.chain(["decisions", "cohorts"]).collect();
    let past = history(desk.study(), &sheets, case, column);
    let past = past.map_err(|error| Problem::internal(error.to_string()))?;
    Ok(desk.page(case, &html! {
        h1 { "What became of the rows of " (case) }
        section { h2 { "Written in the browser" } (table(&past.log, "nothing")) }
        section {
            h2 { "Kept by git" }
            @if past.no_git.is_empty() { (table(&past.commits, "no commit has changed a row of it")) }
            @else { p { "Not known: " (past.no_git) } }
            @if !past.older.is_empty() { p { "Older commits were not looked at: " (past.older.join(", ")) } }
        }
    }))
}

fn table(events: &[Event], none: &str) -> Markup {
    html! {
        @if events.is_empty() { p { (none) } }
        @else { div.table-wrap tabindex="0" { table {
            thead { tr { th { "when" } th { "who" } th { "of" } th { "row" } th { "column" } th { "before" } th { "after" } } }
            tbody {
                @for event in events {
                    @for (at, (column, before, after)) in event.cells.iter().enumerate() {
                        tr {
                            @if at == 0 {
                                td rowspan=(event.cells.len()) { (event.time) }
                                td rowspan=(event.cells.len()) { bdi { (event.who) } }
                                td rowspan=(event.cells.len()) { bdi { (event.of) } }
                                td rowspan=(event.cells.len()) { (event.sheet) " " (event.row) }
                            }
                            td { (column) } td { bdi { (before) } } td { bdi { (after) } }
                        }
                    }
                }
            }
        } } }
    }
}
