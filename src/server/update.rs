//! SPARQL Update, on servers that were started with a token.
//!
//! An update is a build: it changes a copy, and becomes visible as a whole, with a new snapshot.

use std::time::{Duration, Instant};

use http::{Method, StatusCode};

use super::Site;
use super::problem::Problem;
use super::protocol::{base, names};
use super::request::{Request, parts};
use super::response::Response;
use crate::graph::LocationError;
use crate::graph::model::{
    GraphNamePattern, GraphTarget, GraphUpdateOperation, SparqlGraphName, Update,
};
use crate::graph::snapshot::MEMORY;
use crate::query::{moves_default_graph, with_using};

/// Path of the endpoint of SPARQL Update.
pub const PATH: &str = "/update";
/// How often the lock of another process's build is tried.
const LOOK: Duration = Duration::from_millis(50);

/// Whether a request with this path and query string goes there.
#[must_use]
pub fn is_asked(target: &str) -> bool {
    parts(target).0 == PATH
}

/// The answer to an update without the token.
#[must_use]
pub fn refuse_stranger() -> Problem {
    let detail = "an update needs the token of this server: `Authorization: Bearer TOKEN`";
    Problem::new(StatusCode::UNAUTHORIZED, "token", detail)
}

/// Answers a request that changes the study.
pub fn endpoint(site: &Site, request: &Request) -> Result<Response, Problem> {
    if !site.settings.writable {
        let detail = "this server only reads: start it with --writable to take updates";
        return Err(Problem::new(StatusCode::FORBIDDEN, "read-only", detail));
    }
    if request.method != Method::POST {
        return Err(Problem::method_not_allowed("POST"));
    }
    // The gate has checked the token; a request that did not pass it may not update.
    if !request.may_update {
        return Err(refuse_stranger());
    }
    let asked = asked(request)?;
    let prefixes = &site.session.prefixes;
    let mut update = crate::query::parse_update(&asked.update, prefixes, &base(request))?;
    if !(asked.default.is_empty() && asked.named.is_empty()) {
        let (default, named) = (names(&asked.default)?, names(&asked.named)?);
        if !with_using(&mut update, &default, &named) {
            return Err(Problem::bad_request(
                "the graphs are named twice: by the request, and by USING or WITH in the update",
            ));
        }
    }
    refuse_what_nobody_sees(&asked.update, &update)?;
    let location = &site.settings.location;
    // Updates wait for each other before they come here; a build of another process may run.
    let patience = Instant::now() + site.settings.time_limit / 2;
    let mut build = loop {
        match location.begin(MEMORY) {
            Err(LocationError::Busy(_)) if Instant::now() < patience => std::thread::sleep(LOOK),
            begun => break begun.map_err(refused)?,
        }
    };
    let manifest = build
        .update(&update, site.settings.time_limit)
        .map_err(refused)?;
    build.publish(manifest).map_err(refused)?;
    let mut response = Response::text("text/plain; charset=utf-8", Vec::new());
    response.status = StatusCode::NO_CONTENT;
    Ok(response)
}

/// Nothing is fetched from elsewhere. And what queries see stands in named graphs: what an update changes
/// outside of them nobody would see, and what it means to change within them it would not.
fn refuse_what_nobody_sees(text: &str, update: &Update) -> Result<(), Problem> {
    const ONE_GRAPH: &str = "the default graph is several named graphs together, and cannot be copied, moved or emptied: \
        name the graph, as in CLEAR GRAPH <…> (/.well-known/void lists them)";
    if moves_default_graph(text) {
        return Err(Problem::bad_request(ONE_GRAPH));
    }
    for operation in &update.operations {
        let is_outside = |name: &SparqlGraphName| *name == SparqlGraphName::DefaultGraph;
        let may_be = |name: &GraphNamePattern| matches!(name, GraphNamePattern::DefaultGraph);
        let (deletes, inserts) = match operation {
            GraphUpdateOperation::Load { .. } => {
                let detail = "LOAD is not taken: nothing is fetched from elsewhere";
                return Err(Problem::new(
                    StatusCode::NOT_IMPLEMENTED,
                    "not-supported",
                    detail,
                ));
            }
            GraphUpdateOperation::InsertData { data } => {
                (false, data.iter().any(|quad| is_outside(&quad.graph_name)))
            }
            GraphUpdateOperation::DeleteData { data } => {
                (data.iter().any(|quad| is_outside(&quad.graph_name)), false)
            }
            GraphUpdateOperation::DeleteInsert { delete, insert, .. } => (
                delete.iter().any(|quad| may_be(&quad.graph_name)),
                insert.iter().any(|quad| may_be(&quad.graph_name)),
            ),
            GraphUpdateOperation::Clear { graph, .. }
            | GraphUpdateOperation::Drop { graph, .. } => {
                if *graph == GraphTarget::DefaultGraph {
                    return Err(Problem::bad_request(ONE_GRAPH));
                }
                (false, false)
            }
            GraphUpdateOperation::Create { .. } => (false, false),
        };
        if deletes {
            return Err(Problem::bad_request(
                "queries see named graphs alone, and nothing stands outside of them: say with GRAPH from which one is deleted, as in \
                 DELETE { GRAPH ?g { … } } WHERE { GRAPH ?g { … } }, or write WITH <graph> before DELETE (/.well-known/void lists them)",
            ));
        }
        if inserts {
            return Err(Problem::bad_request(
                "queries see named graphs alone: say with GRAPH into which one is inserted (/.well-known/void lists them)",
            ));
        }
    }
    Ok(())
}

/// What a client asks.
#[derive(Default)]
struct UpdateRequest {
    update: String,
    default: Vec<String>,
    named: Vec<String>,
}

fn asked(request: &Request) -> Result<UpdateRequest, Problem> {
    let mut parameters = request.parameters();
    match request.content_type().as_str() {
        "application/sparql-update" => parameters.push(("update".to_owned(), request.text()?)),
        "application/x-www-form-urlencoded" => parameters.extend(request.form()?),
        other => {
            let detail = format!(
                "an update is POSTed as application/sparql-update or as a form, not as {other:?}"
            );
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unsupported-media-type",
                detail,
            ));
        }
    }
    let mut asked = UpdateRequest::default();
    let mut updates = 0;
    for (name, value) in parameters {
        match name.as_str() {
            "update" => {
                updates += 1;
                asked.update = value;
            }
            "using-graph-uri" => asked.default.push(value),
            "using-named-graph-uri" => asked.named.push(value),
            _ => {}
        }
    }
    match updates {
        0 => Err(Problem::bad_request(
            "there is no update: give it as `update`",
        )),
        1 => Ok(asked),
        _ => Err(Problem::bad_request(
            "there are several updates: give one, with its parts separated by semicolons",
        )),
    }
}

fn refused(error: LocationError) -> Problem {
    match error {
        LocationError::Graph(error) => error.into(),
        LocationError::Busy(_) => Problem::new(StatusCode::CONFLICT, "conflict", error.to_string()),
        error => Problem::internal(error.to_string()),
    }
}
