//! Rows of the sheets, edited in a browser: forms made of the schema, what is wrong by field, the rows that would be
//! written, and what would move, before anything is.
//!
//! ```text
//! form ──draft──▶ changes ──curation::Trial──▶ errors by field, rows ──moves──▶ facts and results
//!                                    └──written──▶ sheets, curation.csv, a new build
//! ```

mod draft;
mod fields;
mod form;
mod lists;
mod moves;
mod past;
mod rows;
mod start;
mod written;

use http::header::{CACHE_CONTROL, SET_COOKIE};
use http::{Method, StatusCode};
use maud::{Markup, html};

use super::Site;
use super::pages::Page;
use super::problem::Problem;
use super::request::Request;
use super::response::Response;
use super::signed::{self, PATH, refuse_reader, token};
use crate::curation::{Pen, Signed};
use crate::ontology::Ontology;
use crate::project::Folder;

/// A curator at work on a study.
struct Desk<'a> {
    site: &'a Site,
    curator: String,
}

/// Answers a request below `/edit`.
pub fn page(site: &Site, request: &Request, path: &str) -> Result<Response, Problem> {
    let answered = answer(site, request, path)?;
    Ok(answered.with(CACHE_CONTROL, "no-store"))
}

fn answer(site: &Site, request: &Request, path: &str) -> Result<Response, Problem> {
    if !site.settings.editable {
        return Err(refuse_reader());
    }
    let curator = signed::curator(&request.headers);
    let Some(curator) = curator.filter(|_| request.may_update) else {
        return Ok(sign_in(site, request));
    };
    let desk = Desk { site, curator };
    let parts: Vec<&str> = path.split('/').skip(2).collect();
    let post = request.method == Method::POST;
    match (parts.as_slice(), post) {
        ([], false) => start::page(&desk, request),
        (["pen"], true) => start::pen(&desk, request),
        (["columns"], true) => start::columns(&desk),
        (["undo"], true) => written::undo(&desk, request),
        (["sheet", sheet], false) => form::page(&desk, request, sheet),
        (["sheet", sheet], true) => written::post(&desk, request, sheet),
        (["case", case], false) => rows::of_case(&desk, case),
        (["source", source], false) => rows::of_source(&desk, source),
        (["history", case], false) => past::page(&desk, request, case),
        (["words", list], false) => lists::page(&desk, request, list),
        ([] | ["case" | "source" | "history" | "words", _], true) => {
            Err(Problem::method_not_allowed("GET, HEAD"))
        }
        (["pen" | "columns" | "undo"], false) => Err(Problem::method_not_allowed("POST")),
        _ => Err(Problem::not_found(format!("there is no page {path}"))),
    }
}

/// The page on which a curator gives token and name. What a form had sent that came without them is kept by the browser.
fn sign_in(site: &Site, request: &Request) -> Response {
    let parameters = request.parameters();
    let refused = parameters.iter().find(|(name, _)| name == "refused");
    let told = match refused.map(|(_, why)| why.as_str()) {
        Some("token") => {
            Some("That is not the token of this server: copy it from where the server was started.")
        }
        Some("name") => Some("Give a name of letters, at most 60: it is kept with what you write."),
        _ if request.method == Method::POST => Some(
            "You are not signed in any more, and nothing was written. Sign in, go back twice, and send the form again; it has kept what you typed.",
        ),
        _ => None,
    };
    let page = Page {
        site,
        title: "Sign in to edit",
        part: PATH,
        scripts: &["edit.js"],
    };
    let mut response = page.response(&html! {
        h1 { "Sign in to edit" }
        @if let Some(told) = told { p.callout.warn role="alert" { (told) } }
        form.parameters #sign-in method="post" action=(signed::SIGN_IN) {
            div.field {
                label for="curator" { "Your name" }
                input id="curator" name="curator" required maxlength=(signed::LONGEST_NAME) autocomplete="name"
                    value=(signed::curator(&request.headers).unwrap_or_default());
                small { "It stands in curation.csv beside what you write." }
            }
            div.field {
                label for="token" { "Token" }
                input type="password" id="token" name="token" required autocomplete="off";
                small { "Where the server was started it says: Edit the sheets at …/edit#TOKEN. That address fills this field." }
            }
            button type="submit" { "Sign in" }
        }
    });
    response.status = match request.method {
        Method::POST => StatusCode::UNAUTHORIZED,
        _ => StatusCode::OK,
    };
    // One of a server that has ended would be sent for ever.
    match token(&request.headers) {
        Some(_) => response.with(SET_COOKIE, &signed::forgotten(&request.headers)),
        None => response,
    }
}

impl Desk<'_> {
    fn study(&self) -> &Folder {
        self.site.session.project.study()
    }

    /// The folder of the sheets; a study that the program carries has none, and is not edited.
    fn folder(&self) -> Result<&std::path::Path, Problem> {
        self.study().path().ok_or_else(refuse_reader)
    }

    fn ontology(&self) -> Result<&Ontology, Problem> {
        let cell = &self.site.ontology;
        if let Some(ontology) = cell.get() {
            return Ok(ontology);
        }
        let read = Ontology::read(self.site.session.project.vocabularies());
        let read = read.map_err(|error| Problem::internal(error.to_string()))?;
        Ok(cell.get_or_init(|| read))
    }

    fn pen(&self) -> Pen {
        Pen::of(self.site.settings.location.path())
    }

    /// The curator who edits, with the present time.
    fn signed(&self) -> Signed {
        Signed::now(&self.curator)
    }

    /// The bytes of a sheet; `None` if the study has none of that name.
    fn bytes(&self, sheet: &str) -> Result<Option<Vec<u8>>, Problem> {
        let bytes = self.study().bytes(&format!("{sheet}.csv"));
        bytes.map_err(|error| Problem::internal(error.to_string()))
    }

    /// A page of editing.
    fn page(&self, title: &str, body: &Markup) -> Response {
        let page = Page {
            site: self.site,
            title,
            part: PATH,
            scripts: &["edit.js"],
        };
        page.response(&html! {
            p.path { a href=(PATH) { "Edit" } " / " (title) " · " (self.curator) }
            (body)
        })
    }
}

/// What a form or an address gives by a name; empty if nothing.
fn given<'p>(parameters: &'p [(String, String)], name: &str) -> &'p str {
    let found = parameters.iter().find(|(known, _)| known == name);
    found.map_or("", |(_, value)| value.trim())
}
