//! What rows would move, before they are written: the facts and results that a build with them has otherwise.

use std::time::Duration;

use maud::{Markup, html};

use super::Desk;
use crate::curation::Trial;
use crate::diff::{Change, Moved};
use crate::graph::Location;
use crate::report::{diff_tables, table_html};
use crate::server::problem::Problem;
use crate::study::{FreshError, Session, changed_facts, moved_results};

/// The largest study whose results are computed twice while somebody waits.
const COMPARED: u64 = 5_000;
/// Facts that are listed.
const LISTED: usize = 200;
/// For all results together.
const RESULTS_TIME: Duration = Duration::from_secs(30);

/// What would move.
pub(super) struct Moves {
    facts: Vec<Change>,
    /// The results; `None` if the study is too large to compute them here.
    results: Option<Vec<Moved>>,
}

impl Moves {
    /// Builds the study as it is and as it would be, and compares; `None` if one of the two has errors.
    pub fn of(desk: &Desk<'_>, trial: &Trial) -> Result<Option<Self>, Problem> {
        let site = desk.site;
        let before = opened(&site.session.project, &site.settings.location)?;
        let after = opened(&trial.project, &Location::new(trial.store()))?;
        let (Some(before), Some(after)) = (before, after) else {
            return Ok(None);
        };
        let facts = changed_facts(&before, &after)?;
        let options = site.sharing(RESULTS_TIME);
        let results = if before.manifest.cases > COMPARED {
            None
        } else {
            let catalogue = &site.catalogue;
            Some(moved_results(
                &before,
                &after,
                catalogue,
                &facts,
                &options(),
                |_| {},
            )?)
        };
        Ok(Some(Self { facts, results }))
    }

    pub fn html(&self, desk: &Desk<'_>) -> Result<Markup, Problem> {
        let link = desk.site.case_link()?;
        let listed = &self.facts[..self.facts.len().min(LISTED)];
        let results = self.results.as_deref().unwrap_or_default();
        let moved = results.iter().filter(|result| result.is_moved()).count();
        Ok(html! {
            h3 { "What would move" }
            p {
                (self.facts.len()) @if self.facts.len() == 1 { " fact" } @else { " facts" } " of the consensus, "
                @match &self.results {
                    Some(_) => { (moved) @if moved == 1 { " result." } @else { " results." } }
                    None => { "results are not computed here for a study of this size: " code { "casegraph diff" } " does." }
                }
            }
            @for table in diff_tables(listed, results) { (table_html(&table, &link)) }
            @if listed.len() < self.facts.len() { p.method { "The first " (LISTED) " facts." } }
        })
    }
}

/// The store of a project's sheets as they are now; `None` if these have errors.
pub(super) fn opened(
    project: &crate::project::Project,
    location: &Location,
) -> Result<Option<Session>, Problem> {
    match Session::open_or_build(project.clone(), location, &mut |_| {}) {
        Ok(session) => Ok(Some(session)),
        Err(FreshError::Build(crate::ingest::BuildError::Problems(_))) => Ok(None),
        Err(error) => Err(Problem::internal(error.to_string())),
    }
}
