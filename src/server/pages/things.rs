//! Fusion partners, histologies, drugs and adverse events: a list of each, and a page for each one.

use std::borrow::Cow;

use maud::{Markup, html};

use super::by_drug;
use super::kind::Kind;
use super::neighbourhood::of_thing;
use super::{Page, RESULTS_TIME, ROWS, encoded, is_late, left_out};
use crate::dossier::{LinkedGene, linked_gene};
use crate::graph::model::{NamedNode, NamedNodeRef, Term};
use crate::graph::namespaces::Prefixes;
use crate::graph::namespaces::local_name;
use crate::graph::vocab::skos;
use crate::query::{Prepared, Row, Table, rows};
use crate::report::{Shown, result_html};
use crate::server::Site;
use crate::server::problem::Problem;
use crate::server::response::Response;

/// Cases that the page of a thing lists.
const LISTED: usize = 200;
/// What is told of each.
const OF_CASE: [&str; 4] = ["histology", "fusion", "drugs", "counted"];

/// All things of a kind, with how many cases each has.
pub fn page(site: &Site, kind: Kind) -> Result<Response, Problem> {
    let query = Prepared::new(include_str!("queries/things.rq"));
    let found = site.rows(&query.with("kind", kind.term()))?;
    let page = Page {
        site,
        title: kind.title(),
        part: &format!("/{}", kind.path()),
        scripts: &["filter.js"],
    };
    Ok(page.response(&html! {
        h1 { (kind.title()) }
        form.filter role="search" {
            label for="find" { "Search" }
            input type="search" id="find" data-filter="tbody tr";
            output for="find" {}
        }
        div.table-wrap tabindex="0" {
            table.num {
                thead { tr { th scope="col" { "name" } th.num scope="col" { "cases" } } }
                tbody {
                    @for row in rows(&found) {
                        tr {
                            td { (link(kind, row)) }
                            td.num { (row.text("cases")) }
                        }
                    }
                }
            }
        }
        p.method { "All cases of the study, also those that no analysis counts; a case counts once for each, and once for each class that lies above what is stated of it." }
    }))
}

/// A thing as a link to its page.
fn link(kind: Kind, row: Row<'_>) -> Markup {
    let name = local_name(row.text("thing"));
    let label = row.get("label").unwrap_or(name);
    html! { a href={ "/" (kind.path()) "/" (encoded(name)) } { (label) } }
}

/// The page of one thing.
pub fn thing(site: &Site, kind: Kind, name: &str) -> Result<Response, Problem> {
    let unknown = || Problem::not_found(format!("there is no {} called {name:?}", kind.prefix()));
    let prefixes = &site.session.prefixes;
    let namespace = prefixes
        .iter()
        .find(|(prefix, _)| *prefix == kind.prefix())
        .map(|(_, iri)| iri)
        .ok_or_else(unknown)?;
    if name.contains(|c: char| c.is_whitespace() || "<>\"{}|^`\\".contains(c)) {
        return Err(unknown());
    }
    let thing = NamedNode::new_unchecked(format!("{namespace}{name}"));
    if !site.session.graph.mentions(&thing)? {
        return Err(unknown());
    }
    let about = Prepared::new(include_str!("queries/thing.rq"));
    let about = site.rows(&about.with("thing", thing.clone()))?;
    let label = values(&about, skos::PREF_LABEL).into_iter().next();
    let label = label.map_or_else(|| name.to_owned(), |term| plain(&term).into_owned());
    let cases = Prepared::new(include_str!("queries/thing_cases.rq"));
    let cases = cases.with("kind", kind.term()).with("thing", thing.clone());
    let cases = site.rows(&cases)?;
    let counted = rows(&cases)
        .filter(|row| row.text("counted") == "yes")
        .count();
    let links = elsewhere(&about, prefixes);
    let gene = match kind {
        Kind::Partner => linked_gene(&site.session.graph, &thing, prefixes)?,
        _ => None,
    };
    let by_drug = by_drug::section(site, kind, &thing, &label)?;
    let near = of_thing(site, kind, &thing, cases.rows())?;
    let case_link = site.case_link()?;
    let shown = Shown {
        prefixes,
        data: &site.note,
        link: &case_link,
        brief: true,
        figure: true,
        rows: ROWS,
    };
    let options = site.sharing(RESULTS_TIME);
    let mut results = Vec::new();
    let mut late = 0;
    for (slug, parameter) in kind.analyses() {
        if let Ok(saved) = site.catalogue.find(slug) {
            let set = vec![((*parameter).to_owned(), format!("{}:{name}", kind.prefix()))];
            let result = site.session.compute(saved, &set, &options());
            late += usize::from(is_late(&result));
            // What cannot be computed for this one is left to the page of the analysis.
            if let Ok(analysis) = result {
                let query = format!("?{parameter}={}", encoded(&set[0].1));
                results.push((saved, analysis, query));
            }
        }
    }
    let page = Page {
        site,
        title: &label,
        part: &format!("/{}", kind.path()),
        scripts: &["graph.js"],
    };
    Ok(page.response(&html! {
        p.path { a href={ "/" (kind.path()) } { (kind.title()) } " / " (name) }
        h1 { (label) }
        @for definition in values(&about, skos::DEFINITION) { p { (plain(&definition)) } }
        @let others: Vec<Term> = values(&about, skos::ALT_LABEL);
        @if !others.is_empty() {
            p.method { "Also called: " (others.iter().map(plain).collect::<Vec<_>>().join("; ")) }
        }
        @if !links.is_empty() {
            p { "Elsewhere: " @for (at, (name, iri)) in links.iter().enumerate() {
                @if at > 0 { ", " }
                a href=(iri) rel="noreferrer" { (name) }
            } }
        }
        @if let Some(gene) = &gene {
            section #gene {
                h2 { "The gene, as linked sources have it" }
                (gene_html(gene))
            }
        }
        section id="cases" {
            h2 { "Cases (" (cases.rows()) @if counted < cases.rows() { ", of which " (counted) " count" } ")" }
            div.table-wrap tabindex="0" {
                table {
                    thead { tr { th scope="col" { "case" } @for column in OF_CASE { th scope="col" { (column) } } } }
                    tbody {
                        @for row in rows(&cases).take(LISTED) {
                            @let key = row.text("key");
                            tr.uncounted[row.text("counted") != "yes"] {
                                td { a href={ "/cases/" (encoded(key)) } { (key) } }
                                @for column in OF_CASE { td { (row.text(column)) } }
                            }
                        }
                    }
                }
            }
        }
        @if cases.rows() > LISTED {
            p { "The first " (LISTED) " of " (cases.rows()) "; all are in " a href={ "/cases?" (kind.parameter()) "=" (encoded(&label)) } { "the table of cases" } "." }
        }
        (by_drug)
        (near.section())
        (left_out(late))
        @for (saved, analysis, query) in &results {
            section.analysis {
                h2 { a href={ "/analyses/" (saved.slug) (query) } { (saved.header.summary) } }
                (result_html(analysis, &shown))
            }
        }
    }))
}

/// Where a gene lies, where its product is in the cell, and what it does.
pub fn gene_html(gene: &LinkedGene) -> Markup {
    html! {
        dl {
            @for (what, list) in [
                ("chromosomal location", std::slice::from_ref(&gene.location)),
                ("cell location", gene.places.as_slice()),
                ("function", &gene.functions),
            ] {
                @if list.iter().any(|text| !text.is_empty()) { dt { (what) } dd { (list.join("; ")) } }
            }
        }
    }
}

fn plain(term: &Term) -> Cow<'_, str> {
    crate::query::plain(term)
}

/// The values of a property.
fn values(about: &Table, property: NamedNodeRef<'_>) -> Vec<Term> {
    rows(about)
        .filter(|row| row.text("property") == property.as_str())
        .filter_map(|row| row.term("value").cloned())
        .collect()
}

/// Where others have the same thing, by name and address.
fn elsewhere(about: &Table, prefixes: &Prefixes) -> Vec<(String, String)> {
    let mut links: Vec<(String, String)> = [skos::EXACT_MATCH, skos::CLOSE_MATCH]
        .into_iter()
        .flat_map(|property| values(about, property))
        .filter_map(|term| match term {
            Term::NamedNode(node) => Some(node.into_string()),
            _ => None,
        })
        .filter(|iri| iri.starts_with("http://") || iri.starts_with("https://"))
        .map(|iri| (prefixes.shorten(&iri), iri))
        .collect();
    links.sort();
    links.dedup();
    links
}
