//! The page with the editor.

use maud::{Markup, html};

use super::{Page, encoded};
use crate::query::{Prepared, Table, rows};
use crate::server::Site;
use crate::server::problem::Problem;
use crate::server::protocol;
use crate::server::request::Request;
use crate::server::response::Response;

/// Questions to begin with, each with its title as the first comment; the first one stands in the editor when
/// nothing is asked yet.
const STARTERS: [&str; 10] = [
    include_str!("starters/partners.rq"),
    include_str!("starters/histologies.rq"),
    include_str!("starters/below.rq"),
    include_str!("starters/responses.rq"),
    include_str!("starters/next-drug.rq"),
    include_str!("starters/alterations.rq"),
    include_str!("starters/follow-up.rq"),
    include_str!("starters/sources.rq"),
    include_str!("starters/not-counted.rq"),
    include_str!("starters/not-known.rq"),
];

/// The title of a question: its first comment.
fn title(question: &str) -> &str {
    let first = question.lines().next().unwrap_or_default();
    first.trim_start_matches(['#', ' '])
}

/// A program that asks here is answered as by the endpoint; a browser gets the page.
pub fn or_endpoint(site: &Site, request: &Request) -> Result<Response, Problem> {
    let browser = request.accept().contains("text/html");
    let asks = request.parameters().iter().any(|(name, _)| name == "query");
    if asks && !browser {
        return protocol::endpoint(site, request);
    }
    page(site, request)
}

/// The columns and sheets that the study adds, as terms.
fn own_terms(site: &Site, own: &Table) -> Markup {
    html! {
        @if !own.is_empty() {
            details #own-terms {
                summary { "Columns and sheets of this study" }
                div.table-wrap tabindex="0" {
                    table {
                        thead { tr { th scope="col" { "term" } th scope="col" { "what it is" } th scope="col" { "meaning" } } }
                        tbody {
                            @for row in rows(own) {
                                tr {
                                    td { code { (site.session.prefixes.shorten(row.text("term"))) } }
                                    td { (row.text("label")) @if let Some(unit) = row.get("unit") { ", " (unit) } }
                                    td { (row.text("definition")) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn page(site: &Site, request: &Request) -> Result<Response, Problem> {
    let own = site.rows(&Prepared::new(include_str!("queries/own_terms.rq")))?;
    let parameters = request.parameters();
    let asked = parameters.iter().find(|(name, _)| name == "query");
    let text = asked.map_or(STARTERS[0], |(_, text)| text.as_str());
    let page = Page {
        site,
        title: "Query",
        part: "/query",
        scripts: &["editor.js", "graph.js", "chart.js", "query.js"],
    };
    Ok(page.response(&html! {
        h1 { "Query" }
        p { "SPARQL 1.1 on this study, for reading. The prefixes of the study need no declaration." }
        form #ask method="get" action="/sparql" {
            div.field {
                label for="query" { "SPARQL" }
                textarea #query name="query" rows="14" spellcheck="false" autocapitalize="off" { (text) }
            }
            p.actions {
                button type="submit" { "Ask" }
                noscript {
                    label for="format" { "Without scripts, the answer is a file:" }
                    select #format name="format" {
                        @for format in ["csv", "tsv", "json", "xml", "ttl"] { option value=(format) { (format) } }
                    }
                }
                span #examples-field hidden {
                    label for="examples" { "Example" }
                    select #examples {
                        option value="" { "choose …" }
                    }
                }
                span #downloads hidden { "Download: " }
            }
        }
        details open[asked.is_none()] {
            summary { "Questions to begin with" }
            ul.starters {
                @for question in STARTERS {
                    li { a href={ "/query?query=" (encoded(question)) } { (title(question)) } }
                }
            }
        }
        (own_terms(site, &own))
        p #told role="status" aria-live="polite" {}
        div #result {}
        details {
            summary { "Prefixes" }
            div.table-wrap tabindex="0" {
                table {
                    thead { tr { th scope="col" { "prefix" } th scope="col" { "namespace" } } }
                    tbody #prefixes {
                        @for (name, iri) in site.session.prefixes.iter() {
                            tr { td { code { (name) ":" } } td { code { (iri) } } }
                        }
                    }
                }
            }
        }
        p.method {
            "The editor is CodeMirror (" a href="/assets/editor.LICENSE.txt" { "MIT" } "); graphs are placed by d3-force ("
            a href="/assets/graph.LICENSE.txt" { "ISC" } ")."
        }
    }))
}
