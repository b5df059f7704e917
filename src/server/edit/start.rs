//! Where a curator begins: who writes, which sheets there are, what was done last.

use maud::{Markup, html};

use super::lists::{self, List};
use super::{Desk, given, written};
use crate::curation::{Entry, LOG, add_columns, entries, lacking, undoable};
use crate::server::pages::encoded;
use crate::server::problem::Problem;
use crate::server::request::Request;
use crate::server::response::Response;
use crate::server::signed::PATH;

/// Changes that are listed.
const LISTED: usize = 20;

pub(super) fn page(desk: &Desk<'_>, request: &Request) -> Result<Response, Problem> {
    let parameters = request.parameters();
    let log = desk.bytes(LOG)?.unwrap_or_default();
    let done = entries(&log).unwrap_or_default();
    let told = given(&parameters, "told");
    let last = undoable(&done);
    let without: Vec<String> = lacking_sheets(desk)?;
    Ok(desk.page("Start", &html! {
        h1 { "Edit the sheets" }
        @if let Some(entry) = done.iter().rev().find(|entry| entry.number.to_string() == told) {
            p.callout role="status" #written {
                "Written as change " (entry.number) ". "
                @if let Some(case) = case_of(entry) {
                    a href={ "/cases/" (encoded(case)) } { "Page of " (case) } " · "
                    a href={ (PATH) "/case/" (encoded(case)) } { "its rows" } " · "
                }
                a href={ (PATH) "/sheet/" (entry.change.sheet) "?" (again(entry)) } { "another row like it" }
            }
        }
        @if told == "stale" {
            p.callout.warn role="alert" { "It was written. The sheets have errors elsewhere, so that no new store was built: " code { "casegraph check" } " lists them." }
        }
        (pen_html(desk))
        section #sheets {
            h2 { "Add a row" }
            ul.gallery {
                @for sheet in desk.site.session.schema.sheets().filter(|sheet| !sheet.kept) {
                    li { a href={ (PATH) "/sheet/" (sheet.name) } { (sheet.name) } p { (sheet.describes) } }
                }
            }
        }
        section #look {
            h2 { "Change a row" }
            (look(desk, "case", "cases")?)
            (look(desk, "source", "publications")?)
        }
        @if !without.is_empty() {
            section #columns {
                h2 { "Who extracted what" }
                p {
                    (without.join(", ")) @if without.len() == 1 { " has" } @else { " have" }
                    " no columns curator, curated_on and curation_state. With them each row says whose it is and whether it is a draft, extracted, checked or disputed, "
                    "and two curators’ rows of one source are compared. Adding them puts empty cells at the end of every row of these sheets, once."
                }
                form method="post" action={ (PATH) "/columns" } { button type="submit" { "Add the columns" } }
            }
        }
        section #done {
            h2 { "What was done last" }
            @if done.is_empty() { p { "Nothing yet. Every change is kept in " code { "curation.csv" } " beside the sheets." } }
            @else { (list(&done, last)) }
        }
    }))
}

/// A field to find a case or a source with.
fn look(desk: &Desk<'_>, what: &str, sheet: &str) -> Result<Markup, Problem> {
    let keys = lists::html_of(desk, List::Keys(sheet))?;
    Ok(html! {
        form.parameters method="get" action={ (PATH) "/" (what) } data-goes-to={ (PATH) "/" (what) "/" } {
            div.field {
                label for={ "look-" (what) } { (what) }
                input id={ "look-" (what) } list={ "keys-" (sheet) } required autocomplete="off";
                (keys)
            }
            button type="submit" { "Show its rows" }
        }
    })
}

fn pen_html(desk: &Desk<'_>) -> Markup {
    let holder = desk.pen().holder();
    html! {
        @match holder {
            Some(holder) if holder.curator == desk.curator => {
                form method="post" action={ (PATH) "/pen" } {
                    p { "You are writing; others see it and wait. "
                        button type="submit" name="do" value="lay-down" { "Finish" } }
                }
            }
            Some(holder) => {
                form.callout.warn method="post" action={ (PATH) "/pen" } {
                    p { strong { (holder.curator) } " is writing, last seen " (ago(holder.last)) ". You can fill forms and see what they would do; to write, wait, or take over. "
                        button type="submit" name="do" value="take" { "Take over" } }
                }
            }
            None => p { "Nobody is writing." }
        }
    }
}

/// How long ago a moment was, in words.
fn ago(then: u64) -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let seconds = now.map_or(0, |now| now.as_secs()).saturating_sub(then);
    match seconds {
        0..60 => "a moment ago".to_owned(),
        _ => format!("{} min ago", seconds / 60),
    }
}

fn case_of(entry: &Entry) -> Option<&str> {
    let cells = entry.change.after.as_ref()?;
    cells.get("case").map(String::as_str)
}

/// The address of a form that begins with what the next row has, too.
fn again(entry: &Entry) -> String {
    let cells = entry.change.after.iter().flatten();
    let carried = cells.filter(|(name, _)| super::fields::CARRIED.contains(&name.as_str()));
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(carried).finish()
}

fn list(done: &[Entry], last: Option<u64>) -> Markup {
    html! {
        div.table-wrap tabindex="0" { table {
            thead { tr { th { "change" } th { "when" } th { "who" } th { "what" } th { "row" } th { "back" } } }
            tbody {
                @for entry in done.iter().rev().take(LISTED) {
                    tr {
                        td { (entry.number) }
                        td { (entry.time.replace('T', " ").trim_end_matches('Z')) }
                        td { bdi { (entry.curator) } }
                        td { (entry.change.action()) @if let Some(number) = entry.undoes { ", undoes " (number) } }
                        td { (entry.change.sheet) " " (entry.row)
                            @if let Some(case) = case_of(entry) { ", " a href={ (PATH) "/history/" (encoded(case)) } { (case) } } }
                        td { @if last == Some(entry.number) {
                            form method="post" action={ (PATH) "/undo" } {
                                button type="submit" name="number" value=(entry.number) { "Undo" }
                            }
                        } }
                    }
                }
            }
        } }
    }
}

/// Takes the pen or lays it down.
pub(super) fn pen(desk: &Desk<'_>, request: &Request) -> Result<Response, Problem> {
    let form = request.form()?;
    match given(&form, "do") {
        "take" => {
            let taken = desk.pen().take(&desk.curator, true);
            taken.map_err(|error| Problem::internal(error.to_string()))?;
        }
        _ => desk.pen().lay_down(&desk.curator),
    }
    Ok(Response::redirect(PATH))
}

/// The sheets of facts that there are and that lack a column of curation.
fn lacking_sheets(desk: &Desk<'_>) -> Result<Vec<String>, Problem> {
    let mut found = Vec::new();
    for sheet in desk.site.session.schema.facts() {
        if let Some(bytes) = desk.bytes(sheet.name())?
            && lacking(sheet.name(), &bytes).is_ok_and(|lacking| !lacking.is_empty())
        {
            found.push(sheet.name().to_owned());
        }
    }
    Ok(found)
}

/// Adds the columns of curation to the sheets that lack them.
pub(super) fn columns(desk: &Desk<'_>) -> Result<Response, Problem> {
    written::hold_pen(desk)?;
    let sheets = lacking_sheets(desk)?;
    let names: Vec<&str> = sheets.iter().map(String::as_str).collect();
    add_columns(desk.folder()?, &names).map_err(|error| written::refused(&error))?;
    let told = if written::rebuilt(desk) {
        ""
    } else {
        "?told=stale"
    };
    Ok(Response::redirect(&format!("{PATH}{told}")))
}
