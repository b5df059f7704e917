//! The study in the formats of others: a list, and each as an archive.

use maud::html;

use super::{COMPARED, Page, nothing};
use crate::export::{ExportError, ExportFormat, ExportStudy, FORMATS};
use crate::server::Site;
use crate::server::asked::flag;
use crate::server::problem::Problem;
use crate::server::request::Request;
use crate::server::response::{Body, Response};

/// Answers `/export`.
pub fn list(site: &Site) -> Response {
    let page = Page {
        site,
        title: "Exports",
        part: "/",
        scripts: &[],
    };
    page.response(&html! {
        h1 { "The study in the formats of others" }
        p {
            "Each is an archive. " code { "LOST.csv" } " in it says what the format cannot say and why, and "
            code { "WITHOUT_IDENTIFIER.csv" } " which terms have no identifier there. Nothing is filled in that no source states."
        }
        table {
            thead { tr { th { "format" } th { "what it is" } th { "cases that count alone" } } }
            tbody {
                @for format in FORMATS {
                    tr {
                        td { a href=(format!("/export/{}", format.name)) { (format.name) } }
                        td { (format.describes) }
                        td {
                            @if format.of_cases {
                                a href=(format!("/export/{}?counted=true", format.name)) { (format.name) }
                            }
                        }
                    }
                }
            }
        }
        p { "On the command line: " code { "casegraph export FORMAT DIR" } }
    })
}

/// Answers `/export/FORMAT` with the archive; `?counted=true` gives the cases that count alone.
pub fn archive(site: &Site, request: &Request, name: &str) -> Result<Response, Problem> {
    let format = ExportFormat::of(name).ok_or_else(|| nothing(&format!("/export/{name}")))?;
    if site.session.manifest.cases > COMPARED {
        return Err(Problem::bad_request(format!(
            "this study has more than {COMPARED} cases, and an archive of it takes longer than anybody waits for a page: casegraph export {name} DIR"
        )));
    }
    let mut counted = false;
    for (name, value) in request.parameters() {
        if name == "counted" {
            counted = flag(&name, &value)?;
        }
    }
    let study = ExportStudy::read(&site.session, counted)?;
    let archive = (format.write)(&study)?.into_archive()?;
    let name = format!("{}-{}.zip", study.name(), format.name);
    Ok(Response::new("application/zip", Body::Whole(archive)).named(&name))
}

impl From<ExportError> for Problem {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::Ask(error) => error.into(),
            ExportError::Graph(error) => error.into(),
            other => Self::internal(other.to_string()),
        }
    }
}
