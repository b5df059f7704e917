//! The table of cases.

mod own;
mod table;

use maud::{Markup, html};
use serde_json::json;

use super::{Page, encoded};
use crate::server::Site;
use crate::server::problem::Problem;
use crate::server::request::Request;
use crate::server::response::Response;
use table::{COUNTED, Cases, is_counted, sort_by};

/// Rows that are shown at once.
const ROWS: usize = 100;

/// All cases as JSON: headings and rows of texts, the column that says whether a case counts, and classes.
pub fn data(site: &Site) -> Result<Response, Problem> {
    let cases = Cases::of(site)?;
    let headings: Vec<&str> = cases
        .columns
        .iter()
        .map(|column| &*column.heading)
        .collect();
    let text = json!({
        "columns": headings,
        "rows": cases.rows,
        "counted": COUNTED,
        "classes": cases.classes,
    });
    Ok(Response::text("application/json", text.to_string()))
}

/// The table, filtered and sorted as the address says.
pub fn page(site: &Site, request: &Request) -> Result<Response, Problem> {
    let parameters = request.parameters();
    let given = |name: &str| {
        let found = parameters.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value.trim())
    };
    let cases = Cases::of(site)?;
    let mut rows = cases.asked(given);
    let sort = given("sort");
    if let Some(column) = cases.columns.iter().position(|column| column.name == sort) {
        sort_by(&mut rows, column, given("order") == "descending");
    }
    let pages = rows.len().div_ceil(ROWS).max(1);
    let at = given("page").parse::<usize>().unwrap_or(1).clamp(1, pages);
    let shown: Vec<&Vec<String>> = rows
        .iter()
        .copied()
        .skip((at - 1) * ROWS)
        .take(ROWS)
        .collect();
    let to = |changes: &[(&str, &str)]| address(&parameters, changes);
    let page = Page {
        site,
        title: "Cases",
        part: "/cases",
        scripts: &["cases.js"],
    };
    Ok(page.response(&html! {
        h1 { "Cases" }
        form.parameters #filter method="get" action="/cases" role="search" aria-label="Cases" {
            div.field {
                label for="search" { "Search" }
                input type="search" id="search" name="search" value=(given("search")) placeholder="words in any column";
            }
            @for (at, column) in cases.chosen() {
                div.field {
                    label for=(column.name) { (column.heading) }
                    select id=(column.name) name=(column.name) data-column=(at) {
                        option value="" { "any" }
                        @for value in cases.choices(at) {
                            option value=(value) selected[value == given(&column.name)] { (value) }
                        }
                    }
                }
            }
            button type="submit" { "Filter" }
            a href="/cases" { "all" }
        }
        p role="status" #told {
            (rows.len()) " of " (cases.rows.len()) " cases"
            @if rows.is_empty() { ": none has all of this" }
            @else { ", of which " (rows.iter().filter(|row| is_counted(row)).count()) " count" }
            @if rows.len() > ROWS { "; " (ROWS) " on a page" }
        }
        div.table-wrap tabindex="0" {
            table #cases {
                thead { tr {
                    @for (column, known) in cases.shown() {
                        @let sorted = known.name == sort;
                        @let descending = sorted && given("order") == "descending";
                        @let order = if sorted && !descending { "descending" } else { "ascending" };
                        th.num[known.number] scope="col" data-column=(column)
                            aria-sort=[sorted.then_some(if descending { "descending" } else { "ascending" })] {
                            a href=(to(&[("sort", &known.name), ("order", order), ("page", "")])) { (known.heading) }
                        }
                    }
                } }
                tbody { @for row in shown { (line(&cases, row)) } }
            }
        }
        @if pages > 1 {
            nav #pages aria-label="Pages" {
                @if at > 1 { a href=(to(&[("page", &(at - 1).to_string())])) rel="prev" { "previous" } }
                " page " (at) " of " (pages) " "
                @if at < pages { a href=(to(&[("page", &(at + 1).to_string())])) rel="next" { "next" } }
            }
        }
        p.method {
            "Cases that count stand first. A case that does not count is in no analysis, for the reason that stands in its row, such as being another report of a patient who counts. "
            "An empty cell is a value that is not known here: nothing that was read of the case states it, or its sources differ. The page of the case says which. "
            "A class of histologies or of drugs finds all that lie below it. "
            "Responses stand as their sources give them: a category, or a word such as “responded” where no category is stated. A value that no source states is marked as derived, a fusion partner that nobody observed as inferred."
        }
    }))
}

/// One case.
fn line(cases: &Cases, row: &[String]) -> Markup {
    html! {
        tr.uncounted[!is_counted(row)] {
            @for (column, known) in cases.shown() {
                @let cell = row[column].as_str();
                td.num[known.number].missing[cell.is_empty()] {
                    @if column == 0 { a href={ "/cases/" (encoded(cell)) } { (cell) } }
                    @else { (cell) }
                }
            }
        }
    }
}

/// The address of this page with other values of some parameters.
fn address(parameters: &[(String, String)], changes: &[(&str, &str)]) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    for (name, value) in parameters {
        if !changes.iter().any(|(changed, _)| changed == name) && !value.is_empty() {
            form.append_pair(name, value);
        }
    }
    for (name, value) in changes.iter().filter(|(_, value)| !value.is_empty()) {
        form.append_pair(name, value);
    }
    format!("/cases?{}", form.finish())
}
