//! The data dictionary: what the sheets hold.

use maud::html;

use super::{Page, nothing};
use crate::report::{block_html, dictionary, json_schema};
use crate::server::Site;
use crate::server::problem::Problem;
use crate::server::response::Response;

/// Answers `/sheets` and `/sheets/SHEET`.
pub fn page(site: &Site, only: Option<&str>) -> Result<Response, Problem> {
    let schema = site.session.schema;
    if let Some(only) = only
        && schema.sheet(only).is_none()
    {
        return Err(nothing(&format!("/sheets/{only}")));
    }
    let found = dictionary(schema, only);
    let page = Page {
        site,
        title: "Sheets",
        part: "/",
        scripts: &[],
    };
    Ok(page.response(&html! {
        h1 { "Sheets" }
        // Its first block is its title.
        @for block in found.page.iter().skip(1) { (block_html(block)) }
        p { a href="/sheets.schema.json" { "The same as JSON Schema" } }
    }))
}

/// Answers `/sheets.schema.json`.
pub fn schema(site: &Site) -> Response {
    let text = json_schema(site.session.schema, None).to_string();
    Response::text("application/schema+json", text)
}
