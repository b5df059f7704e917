//! The files that pages load: style, scripts, and the editor.

use http::header::CACHE_CONTROL;

use super::problem::Problem;
use super::response::Response;
use crate::report;

const STYLE: &str = "text/css; charset=utf-8";
const TEXT: &str = "text/plain; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

/// A file by its name.
pub fn asset(name: &str) -> Result<Response, Problem> {
    let (media, text) = match name {
        "report.css" => return Ok(kept(Response::text(STYLE, report::style()))),
        "site.css" => (STYLE, include_str!("assets/site.css")),
        "filter.js" => (SCRIPT, include_str!("assets/filter.js")),
        "graph.js" => (SCRIPT, include_str!("assets/graph.js")),
        "graph.LICENSE.txt" => (TEXT, include_str!("assets/graph.LICENSE.txt")),
        "chart.js" => (SCRIPT, include_str!("assets/chart.js")),
        "cases.js" => (SCRIPT, include_str!("assets/cases.js")),
        "edit.js" => (SCRIPT, include_str!("assets/edit.js")),
        "query.js" => (SCRIPT, include_str!("assets/query.js")),
        "editor.js" => (SCRIPT, include_str!("assets/editor.js")),
        "editor.LICENSE.txt" => (TEXT, include_str!("assets/editor.LICENSE.txt")),
        _ => return Err(Problem::not_found(format!("there is no file {name:?}"))),
    };
    Ok(kept(Response::text(media, text)))
}

/// They change with the program, which does not say so in their names.
fn kept(response: Response) -> Response {
    response.with(CACHE_CONTROL, "max-age=600")
}
