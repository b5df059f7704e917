//! The form of a row.

use maud::{Markup, html};

use super::draft::{Draft, waiting};
use super::fields::{CARRIED, field, groups};
use super::moves::Moves;
use super::{Desk, given, lists};
use crate::case::{Rows, Sheet};
use crate::curation::{Cells, Change, FieldProblem, Placed, Trial, lacking, rows};
use crate::ingest::Severity;
use crate::server::pages::encoded;
use crate::server::problem::Problem;
use crate::server::request::Request;
use crate::server::response::Response;
use crate::server::signed::PATH;

/// A sheet that is edited.
pub(super) fn sheet(desk: &Desk<'_>, name: &str) -> Result<&'static Sheet, Problem> {
    let found = desk.site.session.schema.sheet(name);
    found
        .filter(|sheet| !sheet.kept)
        .ok_or_else(|| Problem::not_found(format!("the study has no sheet {name:?}")))
}

/// The form of a new row, or of one that is there.
pub(super) fn page(desk: &Desk<'_>, request: &Request, name: &str) -> Result<Response, Problem> {
    let sheet = sheet(desk, name)?;
    let parameters = request.parameters();
    let mut shown = Shown::default();
    if let Ok(number) = given(&parameters, "row").parse::<usize>() {
        let bytes = desk.bytes(name)?.unwrap_or_default();
        let all = rows(name, &bytes).map_err(|error| Problem::bad_request(error.to_string()))?;
        let row = all.into_iter().find(|row| row.number == number);
        let row =
            row.ok_or_else(|| Problem::not_found(format!("{name}.csv has no row {number}")))?;
        shown.seen = Some(Placed {
            row: number,
            cells: row.cells.clone(),
        });
        shown.cells = row.cells;
    } else {
        for (column, text) in &parameters {
            if !text.is_empty() && column != "waiting" {
                shown.cells.insert(column.clone(), text.clone());
            }
        }
    }
    shown.waiting = waiting(&parameters)?;
    html_of(desk, sheet, &shown)
}

/// What a form shows.
#[derive(Default)]
pub(super) struct Shown {
    pub cells: Cells,
    /// The row as it was when it was opened.
    pub seen: Option<Placed>,
    /// Whether the row shall go.
    pub goes: bool,
    pub waiting: Vec<Change>,
    /// What trying the rows found.
    pub tried: Option<Tried>,
    /// Messages above the form.
    pub told: Option<String>,
}

/// What trying the rows of a form found.
pub(super) struct Tried {
    pub changes: Vec<Change>,
    pub trial: Trial,
    pub moves: Option<Moves>,
}

impl Shown {
    /// What a form had, with what became of it.
    pub fn again(draft: Draft, tried: Option<Tried>, told: Option<String>) -> Self {
        let seen = draft.change.before.clone();
        let kept = seen.as_ref().map(|placed| placed.cells.clone());
        Self {
            goes: draft.change.after.is_none() && seen.is_some(),
            cells: draft.change.after.or(kept).unwrap_or_default(),
            seen,
            waiting: draft.waiting,
            tried,
            told,
        }
    }
}

/// The page of a form.
pub(super) fn html_of(
    desk: &Desk<'_>,
    sheet: &'static Sheet,
    shown: &Shown,
) -> Result<Response, Problem> {
    let bytes = desk.bytes(sheet.name)?.unwrap_or_default();
    let lacking = lacking(sheet.name, &bytes).unwrap_or_default();
    let mut groups = groups(desk.site.session.schema, sheet);
    groups.retain(|group| {
        group
            .columns
            .iter()
            .all(|column| !lacking.contains(&column.name))
    });
    let own = shown.waiting.len();
    let problems: Vec<&FieldProblem> = shown
        .tried
        .iter()
        .flat_map(|tried| &tried.trial.fields)
        .filter(|found| found.change == own)
        .collect();
    let known: Vec<&str> = groups
        .iter()
        .flat_map(|g| &g.columns)
        .map(|c| c.name)
        .collect();
    let title = match &shown.seen {
        Some(seen) => format!("{} row {}", sheet.name, seen.row),
        None => format!("A row of {}", sheet.name),
    };
    let case = shown.cells.get("case").map(String::as_str);
    let clean = shown
        .tried
        .as_ref()
        .is_some_and(|tried| tried.trial.is_clean());
    Ok(desk.page(&title, &html! {
        h1 { (title) }
        p.method { (sheet.describes) }
        @if let Some(told) = &shown.told { p.callout.warn role="alert" { (told) } }
        p.callout hidden role="status" #kept {
            "What you typed here before is still there and was not written. "
            button type="button" #take-back { "Take it back into the form" } " "
            button type="button" #let-go { "Forget it" }
        }
        @if let Some(tried) = &shown.tried { (tried_html(desk, tried)?) }
        form #row method="post" action={ (PATH) "/sheet/" (sheet.name) }
            data-draft={ (sheet.name) "/" (shown.seen.as_ref().map_or(0, |seen| seen.row)) } {
            @if let Some(seen) = &shown.seen { input type="hidden" name="seen" value=(json(seen)); }
            @if !shown.waiting.is_empty() { input type="hidden" name="waiting" value=(json(&shown.waiting)); }
            @for group in &groups {
                fieldset {
                    legend { (group.title) }
                    @for column in &group.columns { (field((sheet, column), &shown.cells, &problems)) }
                }
            }
            @if shown.seen.is_some() {
                p { label { input type="checkbox" name="goes" value="yes" checked[shown.goes]; " Remove this row from the sheet" } }
            }
            @for found in problems.iter().filter(|found| !known.contains(&found.column.as_str())) {
                p.callout.warn { (found.column) ": " (found.problem.rule) }
            }
            p.actions {
                button type="submit" name="do" value="try" { "Show what it would do" }
                @if clean { button type="submit" name="do" value="write" { "Write" } }
                span {
                    label for="next" { "or keep it and add a row of " }
                    select id="next" name="next" {
                        @for other in desk.site.session.schema.sheets().filter(|other| !other.kept) {
                            option value=(other.name) selected[other.name == sheet.name] { (other.name) }
                        }
                    }
                    button type="submit" name="do" value="more" { "Go on" }
                }
            }
        }
        @if let Some(case) = case.filter(|_| sheet.rows != Rows::Study) { (there(desk, sheet, case)?) }
        (lists::of_form(desk, groups.iter().flat_map(|group| group.columns.iter().copied()), sheet)?)
    }))
}

/// What is sent along with a form as it is.
fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// What the sheet has of a case already.
fn there(desk: &Desk<'_>, sheet: &Sheet, case: &str) -> Result<Markup, Problem> {
    let bytes = desk.bytes(sheet.name)?.unwrap_or_default();
    let all = rows(sheet.name, &bytes).unwrap_or_default();
    let of_case: Vec<_> = all
        .iter()
        .filter(|row| row.cells.get("case").is_some_and(|key| key == case))
        .collect();
    Ok(html! {
        @if !of_case.is_empty() {
            section #there {
                h2 { "What the sheet has of " (case) }
                (super::rows::table(sheet, &of_case))
                p { a href={ (PATH) "/case/" (encoded(case)) } { "All rows of the case" } }
            }
        }
    })
}

/// What the rows would do.
fn tried_html(desk: &Desk<'_>, tried: &Tried) -> Result<Markup, Problem> {
    let trial = &tried.trial;
    let clean = trial.is_clean();
    let wrong = trial
        .fields
        .iter()
        .filter(|found| found.problem.severity == Severity::Error)
        .count();
    Ok(html! {
        section #tried role="status" {
            h2 { @if clean { "What it would do" } @else { "Not yet right" } }
            @if wrong > 0 { p { "What is wrong stands at its field below." } }
            @for problem in &trial.elsewhere { p.callout.warn[problem.severity == Severity::Error] { (problem) } }
            @if trial.old_errors > 0 {
                p.callout { "The sheets have " (trial.old_errors) " errors of their own that are not of these rows; " code { "casegraph check" } " lists them. Until they are mended no store can be built." }
            }
            @if clean {
                p { button type="submit" form="row" name="do" value="write" { "Write" } " as it stands here, or change the form below first." }
            }
            h3 { "Rows" }
            div.table-wrap tabindex="0" { table {
                thead { tr { th { "sheet" } th { "row" } th { "what" } th { "cells" } } }
                tbody {
                    @for (at, (change, row)) in tried.changes.iter().zip(&trial.rows).enumerate() {
                        tr.open[trial.fields.iter().any(|found| found.change == at && found.problem.severity == Severity::Error)] {
                            td { (change.sheet) ".csv" } td.num { (row) } td { (change.action()) }
                            td { (cells_html(change)) }
                        }
                    }
                }
            } }
            @match &tried.moves {
                Some(moves) => (moves.html(desk)?),
                None => @if clean { p.method { "What would move is not shown: no store can be built of the sheets as they are." } }
            }
        }
    })
}

/// The cells that differ, with what they held.
fn cells_html(change: &Change) -> Markup {
    let empty = Cells::new();
    let before = change
        .before
        .as_ref()
        .map_or(&empty, |placed| &placed.cells);
    let after = change.after.as_ref().unwrap_or(&empty);
    let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
    names.sort_by_key(|name| (!CARRIED.contains(&name.as_str()), *name));
    names.dedup();
    let differing = names
        .into_iter()
        .filter(|name| before.get(*name) != after.get(*name));
    html! {
        ul.reports {
            @for name in differing {
                li { (name) ": "
                    @if let Some(old) = before.get(name) { del { bdi { (old) } } " " }
                    @if let Some(new) = after.get(name) { ins { bdi { (new) } } }
                }
            }
        }
    }
}
