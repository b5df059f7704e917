//! What changed since the last build from other sheets: facts, and the results that they moved.

use maud::{Markup, html};

use super::{COMPARED, Page, encoded};
use crate::diff::Change;
use crate::graph::LocationError;
use crate::graph::namespaces::StudyThing;
use crate::query::{Prepared, Row, Table, rows};
use crate::report::{diff_tables, table_html};
use crate::server::Site;
use crate::server::problem::Problem;
use crate::server::response::Response;
use crate::study::{Session, changed_facts, moved_results};

/// Facts that are listed.
const LISTED: usize = 500;
/// Publications and decisions that the overview lists.
const LATEST: usize = 5;

/// The facts that changed; `None` without an earlier build to compare with.
fn changed(site: &Site) -> Result<Option<(Session, Vec<Change>)>, Problem> {
    let session = &site.session;
    if session.manifest.cases > COMPARED {
        return Ok(None);
    }
    let unusable = |error: LocationError| Problem::internal(error.to_string());
    let Some(before) = session.before(&site.settings.location).map_err(unusable)? else {
        return Ok(None);
    };
    let facts = changed_facts(&before, session)?;
    Ok(Some((before, facts)))
}

/// How many facts were added, removed and changed, in words.
fn counted(facts: &[Change]) -> String {
    let of = |kind: &str| facts.iter().filter(|fact| fact.kind() == kind).count();
    let mut cases: Vec<&str> = facts.iter().map(|fact| fact.case.as_str()).collect();
    cases.dedup();
    format!(
        "{} facts added, {} removed, {} changed, of {} cases",
        of("added"),
        of("removed"),
        of("changed"),
        cases.len()
    )
}

/// What the overview says of it.
pub fn section(site: &Site) -> Result<Markup, Problem> {
    let publications = Prepared::new(include_str!("queries/latest_publications.rq"));
    let publications = site.rows(&publications)?;
    let decisions = Prepared::new(include_str!("queries/latest_decisions.rq"));
    let decisions = site.rows(&decisions)?;
    let changed = changed(site)?;
    Ok(html! {
        section #changes {
            h2 { "What changed" }
            ul {
                @match &changed {
                    None => li { "There is no earlier build here to compare with." },
                    Some((before, facts)) if facts.is_empty() => {
                        li { "The facts are those of the build before (" (sheets(before)) ")." }
                    }
                    Some((before, facts)) => {
                        li { a href="/changes" { (counted(facts)) } ", since the build before (" (sheets(before)) ")." }
                    }
                }
                @if !publications.is_empty() {
                    li { "Latest publications: " (latest(&publications)) }
                }
                @for row in rows(&decisions).take(LATEST) {
                    li { (decision(site, row)) }
                }
            }
        }
    })
}

fn sheets(before: &Session) -> String {
    let sum: String = before.manifest.inputs_sha256.chars().take(16).collect();
    format!("inputs sha256 {sum}")
}

fn latest(publications: &Table) -> Markup {
    html! {
        @for (at, row) in rows(publications).take(LATEST).enumerate() {
            @let (key, cases) = (row.text("key"), row.text("cases"));
            @if at > 0 { "; " }
            a href={ "/cases?search=" (encoded(key)) } title=(row.text("title")) { (key) }
            " (" (cases) @if cases == "1" { " case)" } @else { " cases)" }
        }
        "."
    }
}

fn decision(site: &Site, row: Row<'_>) -> Markup {
    let thing = StudyThing::of_case(row.text("thing"));
    let (path, case) = thing.map_or(("", ""), |thing| (thing.path, thing.key()));
    html! {
        (row.text("day")) ": curators decided on " (site.session.prefixes.shorten(row.text("property")).trim_start_matches("cg:")) " of "
        a href={ "/cases/" (encoded(case)) } { (path) } ": " (row.text("reason")) "."
    }
}

/// Answers `/changes`.
pub fn page(site: &Site) -> Result<Response, Problem> {
    let page = Page {
        site,
        title: "What changed",
        part: "/",
        scripts: &[],
    };
    let Some((before, facts)) = changed(site)? else {
        return Ok(page.response(&html! {
            h1 { "What changed" }
            p { "There is no earlier build here to compare with. " code { "casegraph diff" } " compares any two builds, studies or releases." }
        }));
    };
    let results = moved_results(
        &before,
        &site.session,
        &site.catalogue,
        &facts,
        &site.options(),
        |_| {},
    )?;
    let listed = &facts[..facts.len().min(LISTED)];
    let link = site.case_link()?;
    Ok(page.response(&html! {
        h1 { "What changed" }
        p { "Since the build before: " (before.made_from()) }
        p { (counted(&facts)) "; " (results.iter().filter(|result| result.is_moved()).count()) " results moved." }
        @for table in diff_tables(listed, &results) { (table_html(&table, &link)) }
        @if listed.len() < facts.len() {
            p.method { "The first " (LISTED) " facts; " code { "casegraph diff" } " lists all." }
        }
    }))
}
