//! The first page: what the study has, how complete it is, and its main results.

use maud::html;

use super::kind::local;
use super::{Page, RESULTS_TIME, ROWS, changes, is_late, left_out};
use crate::analysis::Analysis;
use crate::query::SavedQuery;
use crate::report::{Shown, result_html, summary};
use crate::server::Site;
use crate::server::problem::Problem;
use crate::server::response::Response;

/// Analyses whose figures stand on the first page, where the study has them.
const MAIN: [&str; 3] = ["partner/counts", "response/by-partner", "survival/overall"];

/// How many there are of what.
const COUNTS: &str = "SELECT
  (COUNT(DISTINCT ?case) AS ?cases) (COUNT(DISTINCT ?counted) AS ?counted_cases)
  (COUNT(DISTINCT ?source) AS ?publications) (COUNT(DISTINCT ?episode) AS ?treatments)
  (COUNT(DISTINCT ?event) AS ?events) (COUNT(DISTINCT ?counted_episode) AS ?counted_episodes) (COUNT(DISTINCT ?absence) AS ?absences)
WHERE {
  { ?case a cg:Case OPTIONAL { ?case cg:inCohort/cg:counted true BIND(?case AS ?counted) } }
  UNION { ?source a cg:Publication }
  UNION { ?episode a cg:Treatment }
  UNION { ?counted_episode a cg:Treatment ; cg:ofCase/cg:inCohort/cg:counted true }
  UNION { ?event a cg:AdverseEvent FILTER NOT EXISTS { ?event cg:term event:none } }
  UNION { ?absence a cg:AdverseEvent ; cg:term event:none }
}";
/// What the study says of itself.
const ABOUT: &str = "SELECT ?description ?day ?licence WHERE {
  ?study a cg:Study OPTIONAL { ?study dcterms:description ?description }
  OPTIONAL { ?study dcterms:date ?day } OPTIONAL { ?study dcterms:license ?licence } }";

/// The page.
pub fn page(site: &Site) -> Result<Response, Problem> {
    let about = site.table(ABOUT)?;
    let about = |column| about.text(0, column).unwrap_or_default().to_owned();
    let counts = site.table(COUNTS)?;
    let count = |column| counts.text(0, column).unwrap_or("0").to_owned();
    let counts = [
        (count(0), "cases", "/cases"),
        (count(1), "counted cases", "/analyses/cohort/flow"),
        (count(2), "publications", "/analyses/evidence/publications"),
        (count(3), "treatment episodes", "/drugs"),
        (
            count(5),
            "of them in counted cases",
            "/analyses/treatment/episodes",
        ),
        (count(4), "adverse events", "/events"),
        (count(6), "times their absence is stated", "/events/none"),
    ];
    let link = site.case_link()?;
    let shown = Shown {
        prefixes: &site.session.prefixes,
        data: &site.note,
        link: &link,
        brief: true,
        rows: ROWS,
    };
    let at_a_glance = |saved: &SavedQuery| saved.theme == "response" || saved.theme == "survival";
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
    let glance = results
        .iter()
        .filter(|(saved, analysis)| at_a_glance(saved) && analysis.finding.ledger.eligible() > 0);
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
        p { (about(0)) }
        @if !about(1).is_empty() { p.method { "As of " (about(1)) "." } }
        ul.counts {
            @for (number, what, path) in &counts {
                li { a href=(path) { strong { (number) } " " (what) } }
            }
        }
        section id="results" {
            h2 { "Results at a glance" }
            div.table-wrap tabindex="0" {
                table.num {
                    thead { tr { th scope="col" { "analysis" } th scope="col" { "result" } th.num scope="col" { "counted" } } }
                    tbody {
                        @for (saved, analysis) in glance {
                            tr {
                                td {
                                    a href={ "/analyses/" (saved.slug) } { (saved.header.summary) }
                                    @for (_, value) in &analysis.parameters { " (" (local(value)) ")" }
                                }
                                td { (summary(analysis)) }
                                td.num { (analysis.finding.ledger.counted().len()) " of " (analysis.finding.ledger.eligible()) }
                            }
                        }
                    }
                }
            }
        }
        (left_out(late))
        @for (saved, analysis) in &main {
            section.analysis {
                h2 { a href={ "/analyses/" (saved.slug) } { (saved.header.summary) } }
                (result_html(analysis, &shown))
            }
        }
        (changes::section(site)?)
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
        @if !about(2).is_empty() {
            p.method { "Licence of the data: " a href=(about(2)) { (about(2)) } }
        }
    }))
}
