//! What a form asks for is done: tried, kept for later, or written.

use http::StatusCode;

use super::draft::{Draft, Wish};
use super::form::{Shown, Tried, html_of, sheet};
use super::moves::{Moves, opened};
use super::{Desk, given};
use crate::curation::{Conflict, Trial, TrialError, WriteError, undo as undo_change, write};
use crate::server::problem::Problem;
use crate::server::request::Request;
use crate::server::response::Response;
use crate::server::signed::PATH;

/// Answers a form of a sheet.
pub(super) fn post(desk: &Desk<'_>, request: &Request, name: &str) -> Result<Response, Problem> {
    let sheet = sheet(desk, name)?;
    let form = request.form()?;
    let draft = Draft::of(desk, sheet, &form)?;
    let changes = draft.changes();
    if changes.is_empty() {
        let told = "Nothing is filled in or changed yet.".to_owned();
        return html_of(desk, sheet, &Shown::again(draft, None, Some(told)));
    }
    let project = &desk.site.session.project;
    let trial = match Trial::of(project, desk.ontology()?, &changes, &desk.site.wrong) {
        Ok(trial) => trial,
        Err(TrialError::Conflict(conflict)) => return conflicting(desk, sheet, draft, &conflict),
        Err(error) => return Err(Problem::internal(error.to_string())),
    };
    let own = draft.waiting.len();
    let wish = draft.wish.clone();
    match wish {
        Wish::More(next) if trial.is_clean_but_for(own) => {
            let next = super::form::sheet(desk, &next)?;
            let carried = changes.last().and_then(|change| change.after.as_ref());
            let carried = carried.into_iter().flatten();
            let carried =
                carried.filter(|(column, _)| super::fields::CARRIED.contains(&column.as_str()));
            let shown = Shown {
                cells: carried.map(|(k, v)| (k.clone(), v.clone())).collect(),
                told: Some(format!(
                    "{} rows wait. They are written with this one, or by themselves if you leave it empty.",
                    changes.len()
                )),
                waiting: changes,
                ..Shown::default()
            };
            html_of(desk, next, &shown)
        }
        Wish::Write if trial.is_clean() => {
            if let Err(problem) = hold_pen(desk) {
                return html_of(
                    desk,
                    sheet,
                    &Shown::again(draft, None, Some(problem.detail)),
                );
            }
            drop(trial);
            let place = (desk.folder()?, desk.site.session.schema);
            match write(place, &changes, &desk.signed()) {
                Ok(number) => Ok(written_page(desk, number)),
                Err(WriteError::Conflict(conflict)) => conflicting(desk, sheet, draft, &conflict),
                Err(error) => Err(refused(&error)),
            }
        }
        _ => {
            let moves = if trial.is_clean() {
                Moves::of(desk, &trial)?
            } else {
                None
            };
            let tried = Tried {
                changes,
                trial,
                moves,
            };
            html_of(desk, sheet, &Shown::again(draft, Some(tried), None))
        }
    }
}

/// The form again, with what somebody else did to its row.
fn conflicting(
    desk: &Desk<'_>,
    sheet: &'static crate::case::Sheet,
    draft: Draft,
    conflict: &Conflict,
) -> Result<Response, Problem> {
    let mut told = format!("Nothing was written: {conflict}.");
    if let Conflict::Changed { now, .. } = conflict {
        told.push_str(&match now {
            Some(now) => {
                let cells: Vec<String> = now.iter().map(|(k, v)| format!("{k}: {v}")).collect();
                format!(" It holds now: {}.", cells.join("; "))
            }
            None => " There is no such row any more.".to_owned(),
        });
    }
    let mut response = html_of(desk, sheet, &Shown::again(draft, None, Some(told)))?;
    response.status = StatusCode::CONFLICT;
    Ok(response)
}

/// Takes back the change of a number, as a change of its own.
pub(super) fn undo(desk: &Desk<'_>, request: &Request) -> Result<Response, Problem> {
    let form = request.form()?;
    let number = given(&form, "number").parse().unwrap_or(0);
    hold_pen(desk)?;
    let place = (desk.folder()?, desk.site.session.schema);
    let number = undo_change(place, number, &desk.signed()).map_err(|error| refused(&error))?;
    Ok(written_page(desk, number))
}

/// Leads to the page that shows what was written.
fn written_page(desk: &Desk<'_>, number: u64) -> Response {
    let outcome = if rebuilt(desk) {
        number.to_string()
    } else {
        "stale".to_owned()
    };
    Response::redirect(&format!("{PATH}?told={outcome}"))
}

/// Sees that this curator writes and nobody else.
pub(super) fn hold_pen(desk: &Desk<'_>) -> Result<(), Problem> {
    let taken = desk.pen().take(&desk.curator, false);
    let holder = taken.map_err(|error| Problem::internal(error.to_string()))?;
    if holder.curator == desk.curator {
        return Ok(());
    }
    let detail = format!(
        "Nothing was written: {} is writing. Wait, or take over on the page Edit.",
        holder.curator
    );
    Err(Problem::new(StatusCode::CONFLICT, "conflict", detail))
}

/// Builds a store of the sheets as they are now; false if they have errors.
pub(super) fn rebuilt(desk: &Desk<'_>) -> bool {
    let site = desk.site;
    opened(&site.session.project, &site.settings.location).is_ok_and(|session| session.is_some())
}

/// Why nothing was written.
pub(super) fn refused(error: &WriteError) -> Problem {
    let status = match error {
        WriteError::Conflict(_) | WriteError::NoChange(_) => StatusCode::CONFLICT,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    };
    let kind = if status == StatusCode::CONFLICT {
        "conflict"
    } else {
        "internal"
    };
    Problem::new(status, kind, format!("Nothing was written: {error}"))
}
