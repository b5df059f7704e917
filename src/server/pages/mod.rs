//! The pages: HTML rendered on the server, with small scripts; nothing is loaded from elsewhere.

pub mod analysis;
mod by_drug;
mod case;
mod cases;
mod changes;
mod claims;
mod dictionary;
mod exports;
mod kind;
mod linked;
mod neighbourhood;
mod overview;
mod patient;
pub mod query;
mod schema;
mod search;
mod things;

use std::collections::HashSet;
use std::time::Duration;

use maud::{DOCTYPE, Markup, html};

use super::Site;
use super::problem::Problem;
use super::request::Request;
use super::response::Response;
use super::signed::PATH;
use crate::dossier::case_keys;
use crate::likeness::{Study, study};
use crate::query::AskError;
use crate::study::StudyError;
use kind::Kind;

/// The parts of the site, as path and name.
const PARTS: [(&str, &str); 10] = [
    ("/", "Overview"),
    ("/cases", "Cases"),
    (patient::PATH, "Patient"),
    ("/partners", "Partners"),
    ("/histologies", "Histologies"),
    ("/drugs", "Drugs"),
    ("/events", "Adverse events"),
    ("/analyses", "Analyses"),
    ("/claims", "Claims"),
    ("/query", "Query"),
];

/// Most cases of a study that are compared while somebody waits for a page.
const COMPARED: u64 = 20_000;
/// Rows of an analysis that a page has; the files have all.
const ROWS: usize = 100;
/// For all results together that stand on a page beside others.
const RESULTS_TIME: Duration = Duration::from_secs(10);

/// Says how many results a page leaves out.
fn left_out(late: usize) -> Markup {
    html! {
        @if late > 0 {
            p.callout {
                (late) @if late == 1 { " more result takes" } @else { " more results take" }
                " too long to stand here; each analysis has a page of its own."
            }
        }
    }
}

/// Whether a result is not there because it takes too long.
fn is_late<T>(result: &Result<T, StudyError>) -> bool {
    matches!(result, Err(StudyError::Ask(AskError::Graph(error))) if error.is_timeout())
}

/// Answers a request for a page.
pub fn page(site: &Site, request: &Request, path: &str) -> Result<Response, Problem> {
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    match parts.as_slice() {
        [] | [""] => overview::page(site),
        ["cases"] => cases::page(site, request),
        ["cases.json"] => cases::data(site),
        ["cases", key] => linked::case(site, request, key),
        ["analyses"] => Ok(analysis::gallery(site)),
        ["changes"] => changes::page(site),
        ["claims"] => claims::page(site),
        ["patient"] => patient::page(site, request),
        ["schema"] => schema::page(site),
        ["search"] => search::page(site, request),
        ["sheets"] => dictionary::page(site, None),
        ["sheets", sheet] => dictionary::page(site, Some(sheet)),
        ["export"] => Ok(exports::list(site)),
        ["export", format] => exports::archive(site, request, format),
        ["sheets.schema.json"] => Ok(dictionary::schema(site)),
        [file] if file.starts_with("patient.") => patient::file(site, request, file),
        [kind] => match Kind::of(kind) {
            Some(kind) => things::page(site, kind),
            None => linked::thing(site, request, path),
        },
        [kind, name] => match Kind::of(kind) {
            Some(kind) => things::thing(site, kind, name),
            None => linked::thing(site, request, path),
        },
        _ => linked::thing(site, request, path),
    }
}

fn nothing(path: &str) -> Problem {
    Problem::not_found(format!("there is no page {path}"))
}

/// A page within the frame that all have.
pub(super) struct Page<'a> {
    pub site: &'a Site,
    pub title: &'a str,
    /// The path of the part that it belongs to.
    pub part: &'a str,
    /// Scripts that it needs.
    pub scripts: &'a [&'a str],
}

impl Page<'_> {
    /// The parts that the site has.
    fn parts(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let edit = self.site.settings.editable.then_some((PATH, "Edit"));
        PARTS.into_iter().chain(edit)
    }

    pub fn response(&self, body: &Markup) -> Response {
        let manifest = &self.site.session.manifest;
        Response::html(html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    title { (self.title) " · " (manifest.title) }
                    link rel="icon" href="data:,";
                    link rel="stylesheet" href="/assets/report.css";
                    link rel="stylesheet" href="/assets/site.css";
                    @for script in self.scripts {
                        script src={ "/assets/" (script) } defer {}
                    }
                }
                body {
                    a.skip href="#main" { "Skip to the content" }
                    header.site {
                        a.name href="/" { (manifest.title) }
                        @if self.part != search::PATH {
                            form.find method="get" action=(search::PATH) role="search" aria-label="Everything" {
                                input type="search" name="q" aria-label="Search cases, genes, tumors, drugs, events, papers and analyses" placeholder="Search";
                            }
                        }
                        nav aria-label="Parts" {
                            ul {
                                @for (path, name) in self.parts() {
                                    li {
                                        a href=(path) aria-current=[(path == self.part).then_some("page")] { (name) }
                                    }
                                }
                            }
                        }
                    }
                    main.cg-report id="main" {
                        @if manifest.synthetic {
                            p.callout.warn { strong { "SYNTHETIC DATA: " } "these cases are invented." }
                        }
                        (body)
                    }
                    footer.site {
                        p { (self.site.session.made_from()) }
                        p {
                            a href="/sheets" { "Sheets" } " · "
                            a href="/export" { "Exports" } " · "
                            a href="/schema" { "Schema" } " · "
                            a href="/openapi.json" { "OpenAPI" } " · "
                            a href="/.well-known/void" { "VoID" } " · "
                            a href="/.well-known/sparql-examples" { "Example queries" } " · "
                            "SPARQL endpoint: " code { "/sparql" }
                        }
                    }
                }
            }
        })
    }
}

/// A problem as a page.
pub fn problem(site: &Site, problem: &Problem) -> Response {
    let page = Page {
        site,
        title: problem.title(),
        part: "",
        scripts: &[],
    };
    let mut response = page.response(&html! {
        h1 { (problem.title()) }
        p.callout.warn { (problem.detail) }
        p { a href="/" { "To the overview" } }
    });
    response.status = problem.status;
    response
}

/// Text as a part of an address.
pub(super) fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

impl Site {
    /// What all cases can be compared by.
    fn study(&self) -> Result<&Study, Problem> {
        if let Some(study) = self.study.get() {
            return Ok(study);
        }
        let read = study(&self.session.graph, &self.session.prefixes)?;
        Ok(self.study.get_or_init(|| read))
    }

    /// The keys of all cases.
    fn cases(&self) -> Result<&HashSet<String>, Problem> {
        if let Some(cases) = self.cases.get() {
            return Ok(cases);
        }
        let keys = case_keys(&self.session.graph, &self.session.prefixes)?;
        Ok(self.cases.get_or_init(|| keys.into_iter().collect()))
    }

    /// The page of a case, if there is one of that name.
    pub(super) fn case_link(&self) -> Result<impl Fn(&str) -> Option<String>, Problem> {
        let keys = self.cases()?;
        Ok(move |unit: &str| {
            // Episodes and events begin with the key of their case.
            let key = unit.split('/').next().unwrap_or_default();
            keys.contains(key)
                .then(|| format!("/cases/{}", encoded(key)))
        })
    }
}
