//! The page with the editor.

use maud::html;

use super::Page;
use crate::server::Site;
use crate::server::problem::Problem;
use crate::server::protocol;
use crate::server::request::Request;
use crate::server::response::Response;

/// What the editor shows when nothing is asked yet.
const FIRST: &str = "# Cases with their fusion partner
SELECT ?case ?partner WHERE {
  ?patient a cg:Case ; cg:caseKey ?case ;
           cg:hasFusion/cg:fivePrimeGene/skos:prefLabel ?partner .
}
ORDER BY ?partner ?case
LIMIT 100";

/// A program that asks here is answered as by the endpoint; a browser gets the page.
pub fn or_endpoint(site: &Site, request: &Request) -> Result<Response, Problem> {
    let browser = request.accept().contains("text/html");
    let asks = request.parameters().iter().any(|(name, _)| name == "query");
    if asks && !browser {
        return protocol::endpoint(site, request);
    }
    Ok(page(site, request))
}

fn page(site: &Site, request: &Request) -> Response {
    let parameters = request.parameters();
    let asked = parameters.iter().find(|(name, _)| name == "query");
    let text = asked.map_or(FIRST, |(_, text)| text.as_str());
    let page = Page {
        site,
        title: "Query",
        part: "/query",
        scripts: &["editor.js", "graph.js", "chart.js", "query.js"],
    };
    page.response(&html! {
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
    })
}
