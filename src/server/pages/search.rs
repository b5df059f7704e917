//! Search: what a word stands for, and why.

use maud::{Markup, html};

use super::kind::Kind;
use super::{Page, encoded};
use crate::search::{Hit, Index, Sort};
use crate::server::Site;
use crate::server::problem::Problem;
use crate::server::request::Request;
use crate::server::response::Response;

/// Where it is.
pub const PATH: &str = "/search";
/// Things of one sort that are listed.
const LISTED: usize = 50;

/// Answers `/search?q=…`.
pub fn page(site: &Site, request: &Request) -> Result<Response, Problem> {
    let parameters = request.parameters();
    let asked = parameters.iter().find(|(name, _)| name == "q");
    let asked = asked.map_or("", |(_, text)| text.trim());
    let hits = site.index()?.find(asked);
    let near = hits.first().is_some_and(|hit| hit.near);
    let page = Page {
        site,
        title: "Search",
        part: PATH,
        scripts: &[],
    };
    Ok(page.response(&html! {
        h1 { "Search" }
        form.parameters method="get" action=(PATH) role="search" {
            div.field {
                label for="wanted" { "A case, gene, tumor, drug, event, paper or analysis" }
                input type="search" id="wanted" name="q" value=(asked);
            }
            button type="submit" { "Search" }
        }
        p role="status" #told {
            @if asked.is_empty() { "Names, synonyms, codes, keys and identifiers are searched; one slip is forgiven." }
            @else if hits.is_empty() { "Nothing is called " bdi { "“" (asked) "”" } " here, nor one slip otherwise. " a href={ "/cases?search=" (encoded(asked)) } { "Cases with these words in any column" } }
            @else { (hits.len()) @if hits.len() == 1 { " thing" } @else { " things" } @if near { ", none of which is called so: these are one slip away" } }
        }
        @for sort in Sort::ALL {
            @let of_sort: Vec<&Hit> = hits.iter().filter(|hit| hit.thing.sort == sort).collect();
            @if !of_sort.is_empty() {
                section {
                    h2 { (sort.title()) }
                    ul.found { @for hit in of_sort.iter().take(LISTED) { li { (found(hit)) } } }
                    @if of_sort.len() > LISTED { p.method { "The first " (LISTED) " of " (of_sort.len()) "." } }
                }
            }
        }
    }))
}

fn found(hit: &Hit) -> Markup {
    let thing = &hit.thing;
    let key = encoded(&thing.key);
    let of = |kind: Kind| format!("/{}/{key}", kind.path());
    let to = match thing.sort {
        Sort::Partner => of(Kind::Partner),
        Sort::Histology => of(Kind::Histology),
        Sort::Drug => of(Kind::Drug),
        Sort::Event => of(Kind::Event),
        Sort::Analysis => format!("/analyses/{}", thing.key),
        Sort::Case => format!("/cases/{key}"),
        Sort::Publication => format!("/cases?search={key}"),
    };
    let (what, word) = &hit.why;
    html! {
        a href=(to) { (thing.label) }
        @if *word != thing.label { " " small { (what) ": " bdi { (word) } } }
    }
}

impl Site {
    /// All words of the study.
    fn index(&self) -> Result<&Index, Problem> {
        if let Some(index) = self.index.get() {
            return Ok(index);
        }
        let read = Index::of(&self.session.graph, &self.session.prefixes, &self.catalogue)?;
        Ok(self.index.get_or_init(|| read))
    }
}
