//! The table of cases.

use std::collections::BTreeMap;

use maud::html;
use serde_json::json;

use super::{Page, encoded};
use crate::query::{Prepared, Row, rows};
use crate::server::Site;
use crate::server::problem::Problem;
use crate::server::request::Request;
use crate::server::response::Response;

/// One row a case, those that count first. What several sources or episodes say stands with semicolons between.
const CASES: &str = include_str!("queries/cases.rq");

/// The columns: the parameter of an address, the column of the query, and the heading.
const COLUMNS: [(&str, &str, &str); 12] = [
    ("case", "case", "case"),
    ("cohort", "cohorts", "cohorts"),
    ("age", "age", "age, years"),
    ("sex", "sex", "sex"),
    ("histology", "histology", "histology"),
    ("partner", "partners", "fusion partners"),
    ("drug", "drugs", "drugs"),
    ("response", "responses", "best overall responses"),
    ("status", "status", "last status"),
    ("months", "months", "months"),
    ("publication", "publication", "main publication"),
    ("counted", "counted", "counted"),
];
/// Columns of which one value can be chosen.
const CHOSEN: [usize; 6] = [1, 4, 5, 6, 7, 11];
/// Columns of numbers.
const NUMBERS: [usize; 2] = [2, 9];

/// The names of the classes above a name, by column and name.
type Classes = BTreeMap<usize, BTreeMap<String, Vec<String>>>;

fn classes(site: &Site) -> Result<Classes, Problem> {
    let mut classes = Classes::new();
    for (column, query) in [
        ("histology", include_str!("queries/histology_classes.rq")),
        ("drugs", include_str!("queries/drug_classes.rq")),
    ] {
        let column = COLUMNS.iter().position(|(_, name, _)| *name == column);
        let names: &mut BTreeMap<String, Vec<String>> =
            classes.entry(column.unwrap_or_default()).or_default();
        for row in rows(&site.rows(&Prepared::new(query))?) {
            let above = names.entry(row.text("name").to_owned()).or_default();
            above.push(row.text("class").to_owned());
        }
    }
    Ok(classes)
}

/// The names of the classes above a name.
fn above<'c>(classes: &'c Classes, column: usize, name: &str) -> &'c [String] {
    let names = classes.get(&column).and_then(|names| names.get(name));
    names.map_or(&[], Vec::as_slice)
}

/// Rows that are shown at once.
const ROWS: usize = 100;

/// All cases as JSON: headings and rows of texts.
pub fn data(site: &Site) -> Result<Response, Problem> {
    let found = site.rows(&Prepared::new(CASES))?;
    let rows: Vec<Vec<&str>> = rows(&found).map(cells).collect();
    let columns = COLUMNS.map(|(.., heading)| heading);
    let text = json!({"columns": columns, "rows": rows, "classes": classes(site)?}).to_string();
    Ok(Response::text("application/json", text))
}

fn cells(row: Row<'_>) -> Vec<&str> {
    COLUMNS.map(|(_, column, _)| row.text(column)).to_vec()
}

/// The values of a cell that may have several.
fn values(cell: &str) -> impl Iterator<Item = &str> {
    cell.split("; ").filter(|value| !value.is_empty())
}

/// The table, filtered and sorted as the address says.
pub fn page(site: &Site, request: &Request) -> Result<Response, Problem> {
    let parameters = request.parameters();
    let given = |name: &str| {
        let found = parameters.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value.trim())
    };
    let found = site.rows(&Prepared::new(CASES))?;
    let all: Vec<Vec<&str>> = rows(&found).map(cells).collect();
    let classes = classes(site)?;
    let search = given("search").to_lowercase();
    let mut rows: Vec<&Vec<&str>> = all
        .iter()
        .filter(|row| {
            let fits = CHOSEN.iter().all(|column| {
                let wanted = given(COLUMNS[*column].0);
                wanted.is_empty()
                    || values(row[*column]).any(|value| {
                        value == wanted
                            || above(&classes, *column, value)
                                .iter()
                                .any(|class| class == wanted)
                    })
            });
            let words = row.join(" ").to_lowercase();
            fits && (search.is_empty()
                || search.split_whitespace().all(|word| words.contains(word)))
        })
        .collect();
    let sort = given("sort");
    if let Some(column) = COLUMNS.iter().position(|(name, ..)| *name == sort) {
        sort_by(&mut rows, column, given("order") == "descending");
    }
    let pages = rows.len().div_ceil(ROWS).max(1);
    let at = given("page").parse::<usize>().unwrap_or(1).clamp(1, pages);
    let shown = rows.iter().skip((at - 1) * ROWS).take(ROWS);
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
            @for column in CHOSEN {
                @let (name, _, heading) = COLUMNS[column];
                div.field {
                    label for=(name) { (heading) }
                    select id=(name) name=(name) data-column=(column) {
                        option value="" { "any" }
                        @for value in choices(&all, column, &classes) {
                            option value=(value) selected[value == given(name)] { (value) }
                        }
                    }
                }
            }
            button type="submit" { "Filter" }
            a href="/cases" { "all" }
        }
        p role="status" #told {
            (rows.len()) " of " (all.len()) " cases"
            @if rows.is_empty() { ": none has all of this" }
            @else if rows.len() > ROWS { ", " (ROWS) " on a page" }
        }
        div.table-wrap tabindex="0" {
            table #cases {
                thead { tr {
                    @for (column, (name, _, heading)) in COLUMNS.iter().enumerate() {
                        @let sorted = *name == sort;
                        @let descending = sorted && given("order") == "descending";
                        @let order = if sorted && !descending { "descending" } else { "ascending" };
                        th.num[NUMBERS.contains(&column)] scope="col"
                            aria-sort=[sorted.then_some(if descending { "descending" } else { "ascending" })] {
                            a href=(to(&[("sort", name), ("order", order), ("page", "")])) data-sort=(column) { (heading) }
                        }
                    }
                } }
                tbody {
                    @for row in shown {
                        tr {
                            @for (column, cell) in row.iter().enumerate() {
                                td.num[NUMBERS.contains(&column)].missing[cell.is_empty()] {
                                    @if column == 0 { a href={ "/cases/" (encoded(cell)) } { (cell) } }
                                    @else { (cell) }
                                }
                            }
                        }
                    }
                }
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
            "A case that does not count is in no analysis: it is excluded, as its page says why, such as for being another report of a patient who counts. "
            "An empty cell is a value that is not known here: nothing that was read of the case states it, or its sources differ. The page of the case says which. "
            "A class of histologies or of drugs finds all that lie below it. "
            "Responses stand as their sources give them: a category, or a word such as “responded” where no category is stated; a response that no source states is marked as derived."
        }
    }))
}

/// Sorts rows by a column, those without a value last.
fn sort_by(rows: &mut [&Vec<&str>], column: usize, descending: bool) {
    let number = |row: &Vec<&str>| row[column].parse::<f64>().ok();
    rows.sort_by(|a, b| {
        let empty = a[column].is_empty().cmp(&b[column].is_empty());
        let mut order = match (number(a), number(b)) {
            (Some(a), Some(b)) => a.total_cmp(&b),
            _ => a[column].to_lowercase().cmp(&b[column].to_lowercase()),
        };
        if descending {
            order = order.reverse();
        }
        empty.then(order)
    });
}

/// The values that a column has, and the classes above them.
fn choices<'a>(all: &[Vec<&'a str>], column: usize, classes: &'a Classes) -> Vec<&'a str> {
    let mut found: Vec<&str> = all.iter().flat_map(|row| values(row[column])).collect();
    let names = classes.get(&column).into_iter().flat_map(BTreeMap::values);
    found.extend(names.flatten().map(String::as_str));
    found.sort_unstable();
    found.dedup();
    found
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
