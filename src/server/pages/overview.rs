//! The first page: what the study has, how complete it is, and its main results.

use maud::html;

use super::{Page, RESULTS_TIME, ROWS, changes, is_late, left_out};
use crate::analysis::Analysis;
use crate::graph::namespaces::local_name;
use crate::query::{Part, Prepared, SavedQuery, rows};
use crate::report::{Shown, result_html, summary};
use crate::server::Site;
use crate::server::problem::Problem;
use crate::server::response::Response;

/// Analyses whose figures stand on the first page, where the study has them.
const MAIN: [&str; 2] = ["response/by-partner", "survival/overall"];

/// Answers `/`.
pub fn page(site: &Site) -> Result<Response, Problem> {
    let about = site.rows(&Prepared::new(include_str!("queries/study.rq")))?;
    let about = |column: &str| rows(&about).next().map_or("", |row| row.text(column));
    let counts = site.rows(&Prepared::new(include_str!("queries/counts.rq")))?;
    let count = |column: &str| {
        rows(&counts)
            .next()
            .and_then(|row| row.get(column))
            .unwrap_or("0")
    };
    let counts = [
        (count("cases"), "cases", "/cases"),
        (
            count("counted_cases"),
            "counted cases",
            "/analyses/cohort/flow",
        ),
        (
            count("publications"),
            "publications",
            "/analyses/evidence/publications",
        ),
        (count("treatments"), "treatment episodes", "/drugs"),
        (
            count("counted_episodes"),
            "of them in counted cases",
            "/analyses/treatment/episodes",
        ),
        (count("events"), "adverse events", "/events"),
        (
            count("absences"),
            "times their absence is stated",
            "/events/none",
        ),
    ];
    let link = site.case_link()?;
    let shown = Shown {
        prefixes: &site.session.prefixes,
        data: &site.note,
        link: &link,
        brief: true,
        figure: true,
        rows: ROWS,
    };
    // The answers that a report's front has; the flow and the patients stand above as counts.
    let at_a_glance = |saved: &SavedQuery| match saved.header.report {
        Some(Part::Response | Part::Survival | Part::Next | Part::Harms) => true,
        Some(Part::Flow | Part::Patients | Part::Certainty) | None => false,
    };
    let is_main = |saved: &SavedQuery| MAIN.iter().position(|slug| *slug == saved.slug);
    // What stands on the page, each computed once.
    let options = site.sharing(RESULTS_TIME);
    let mut results: Vec<(&SavedQuery, Analysis)> = Vec::new();
    let mut late = 0;
    for saved in site.catalogue.queries() {
        if at_a_glance(saved) || is_main(saved).is_some() {
            let result = site.session.compute(saved, &[], &options());
            late += usize::from(is_late(&result));
            // What cannot be computed says why on its own page.
            results.extend(result.ok().map(|analysis| (saved, analysis)));
        }
    }
    let mut glance: Vec<_> = results
        .iter()
        .filter(|(saved, analysis)| at_a_glance(saved) && analysis.finding.ledger.eligible() > 0)
        .collect();
    glance.sort_by_key(|(saved, _)| saved.header.report);
    // A study of one's own need not have them.
    let mut main: Vec<_> = results
        .iter()
        .filter(|(saved, _)| is_main(saved).is_some())
        .collect();
    main.sort_by_key(|(saved, _)| is_main(saved));
    let page = Page {
        site,
        title: "Overview",
        part: "/",
        scripts: &[],
    };
    Ok(page.response(&html! {
        h1 { (site.session.manifest.title) }
        p { (about("description")) }
        @if !about("day").is_empty() { p.method { "As of " (about("day")) "." } }
        ul.counts {
            @for (number, what, path) in &counts {
                li { a href=(path) { strong { (number) } " " (what) } }
            }
        }
        p.doors {
            a href=(super::patient::PATH) { "A patient like mine" }
            @for (slug, what) in [("cohort/characteristics", "Who the patients are"), ("cohort/prisma", "From publications to cases")] {
                @if site.catalogue.find(slug).is_ok() { " · " a href={ "/analyses/" (slug) } { (what) } }
            }
            " · " a href="/analyses" { "All analyses" }
        }
        section id="results" {
            h2 { "What is known" }
            div.table-wrap tabindex="0" {
                table.num {
                    thead { tr { th scope="col" { "question" } th scope="col" { "result" } th.num scope="col" { "counted" } } }
                    tbody {
                        @for (saved, analysis) in &glance {
                            tr {
                                td {
                                    a href={ "/analyses/" (saved.slug) } { (saved.header.summary) }
                                    @for (_, value) in &analysis.parameters { " (" (local_name(value)) ")" }
                                }
                                td { (summary(analysis)) }
                                td.num { (analysis.finding.ledger.counted().len()) " of " (analysis.finding.ledger.eligible()) }
                            }
                        }
                    }
                }
            }
        }
        (changes::section(site)?)
        (left_out(late))
        @for (saved, analysis) in &main {
            section.analysis {
                h2 { a href={ "/analyses/" (saved.slug) } { (saved.header.summary) } }
                (result_html(analysis, &shown))
            }
        }
        section id="evidence" {
            h2 { "Evidence" }
            ul {
                @for (slug, what) in [
                    ("cohort/completeness", "How complete the cases are"),
                    ("evidence/conflicts", "Where reports differ, and what was taken"),
                    ("cohort/exclusions", "Who is left out, and why"),
                    ("evidence/reading-depth", "How the publications were read"),
                    ("evidence/licences", "Whose data this is, and under which licence"),
                ] {
                    @if site.catalogue.find(slug).is_ok() {
                        li { a href={ "/analyses/" (slug) } { (what) } }
                    }
                }
                li { a href="/claims" { "What reviews say against what the cases say" } }
            }
        }
        @if !about("licence").is_empty() {
            p.method { "Licence of the data: " a href=(about("licence")) { (about("licence")) } }
        }
    }))
}
