//! The reconciliation service of the vocabularies, for `OpenRefine` and others.
//!
//! Specification: <https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/>.

use http::{Method, StatusCode};
use maud::html;
use serde_json::{Map, Value, json};

use super::Site;
use super::problem::Problem;
use super::request::Request;
use super::response::Response;
use crate::graph::namespaces::VOCABULARY;
use crate::search::{Candidate, Vocabularies};

/// Where it is.
pub const PATH: &str = "/reconcile";
/// Candidates of a query that asks for no number, and most of one.
const USUAL: u64 = 5;
const MOST: u64 = 100;
/// Most queries of a batch.
const BATCH: usize = 1000;

/// Whether a path is one of the service.
pub fn is_path(path: &str) -> bool {
    path == PATH
        || path
            .strip_prefix(PATH)
            .is_some_and(|rest| rest.starts_with('/'))
}

/// Answers the service: its manifest, batches of queries, suggestions and previews.
pub fn endpoint(site: &Site, request: &Request) -> Result<Response, Problem> {
    let parameters = match request.method {
        Method::GET | Method::HEAD => request.parameters(),
        Method::POST => match request.content_type().as_str() {
            "application/x-www-form-urlencoded" => request.form()?,
            other => {
                let detail = format!(
                    "queries are POSTed as a form (application/x-www-form-urlencoded), not as {other:?}"
                );
                return Err(Problem::new(
                    StatusCode::UNSUPPORTED_MEDIA_TYPE,
                    "unsupported-media-type",
                    detail,
                ));
            }
        },
        _ => return Err(Problem::method_not_allowed("GET, HEAD, POST")),
    };
    let get = |name: &str| {
        let mut named = parameters.iter().filter(|(known, _)| known == name);
        named.next().map(|(_, value)| value.as_str())
    };
    let vocabularies = site.vocabularies()?;
    match request.path.strip_prefix(PATH).unwrap_or_default() {
        "" => match get("queries") {
            Some(queries) => answer(vocabularies, queries),
            None => Ok(data(&manifest(site, request, vocabularies))),
        },
        "/suggest/entity" => Ok(data(&suggest(
            vocabularies,
            get("prefix").unwrap_or_default(),
        ))),
        "/suggest/type" => {
            let prefix = get("prefix").unwrap_or_default().to_lowercase();
            let all = vocabularies
                .schemes()
                .into_iter()
                .filter(|scheme| scheme.starts_with(&prefix));
            let all: Vec<Value> = all
                .map(|scheme| json!({"id": scheme, "name": scheme}))
                .collect();
            Ok(data(&json!({ "result": all })))
        }
        "/preview" => preview(vocabularies, get("id").unwrap_or_default()),
        _ => Err(Problem::not_found(format!(
            "there is no page {}",
            request.path
        ))),
    }
}

impl Site {
    /// The words of the vocabularies, which are read once a build.
    fn vocabularies(&self) -> Result<&Vocabularies, Problem> {
        if let Some(known) = self.vocabularies.get() {
            return Ok(known);
        }
        let read = Vocabularies::of(&self.session.graph, &self.session.prefixes)?;
        Ok(self.vocabularies.get_or_init(|| read))
    }
}

fn data(value: &Value) -> Response {
    Response::text("application/json", value.to_string())
}

fn manifest(site: &Site, request: &Request, vocabularies: &Vocabularies) -> Value {
    let here = request.origin();
    let types = vocabularies.schemes().into_iter();
    let types: Vec<Value> = types
        .map(|scheme| json!({"id": scheme, "name": scheme}))
        .collect();
    let service =
        |path: &str| json!({"service_url": here, "service_path": format!("{PATH}{path}")});
    json!({
        "versions": ["0.1", "0.2"],
        "name": format!("{}: vocabularies", site.session.manifest.title),
        "identifierSpace": VOCABULARY,
        "schemaSpace": VOCABULARY,
        "defaultTypes": types,
        "view": {"url": format!("{here}{PATH}/preview?id={{{{id}}}}")},
        "preview": {"url": format!("{here}{PATH}/preview?id={{{{id}}}}"), "width": 400, "height": 120},
        "suggest": {"entity": service("/suggest/entity"), "type": service("/suggest/type")},
        "batchSize": BATCH,
    })
}

/// Answers a batch: an object with a query a key.
fn answer(vocabularies: &Vocabularies, queries: &str) -> Result<Response, Problem> {
    let form = "queries is a JSON object such as {\"q0\": {\"query\": \"Xalkori\", \"type\": \"drug\", \"limit\": 3}}";
    let queries: Map<String, Value> = serde_json::from_str(queries)
        .map_err(|error| Problem::bad_request(format!("{form}: {error}")))?;
    if queries.len() > BATCH {
        return Err(Problem::bad_request(format!(
            "a batch has {BATCH} queries at most: send the rest in another"
        )));
    }
    let mut answers = Map::new();
    for (key, query) in queries {
        let text = query["query"].as_str().unwrap_or_default();
        let most = query["limit"].as_u64().unwrap_or(USUAL).min(MOST);
        let types = wanted(&query["type"]);
        let mut found: Vec<Candidate> = if types.is_empty() {
            vocabularies.candidates(text, None, most as usize)
        } else {
            let of = types
                .iter()
                .flat_map(|scheme| vocabularies.candidates(text, Some(scheme), most as usize));
            of.collect()
        };
        found.sort_by(|a, b| b.score.total_cmp(&a.score));
        found.truncate(most as usize);
        let found: Vec<Value> = found.iter().map(candidate).collect();
        answers.insert(key, json!({ "result": found }));
    }
    Ok(data(&Value::Object(answers)))
}

/// The vocabularies that a query asks in: a name, an object with one, or a list of these.
fn wanted(types: &Value) -> Vec<&str> {
    match types {
        Value::String(scheme) => vec![scheme.as_str()],
        Value::Object(of) => of.get("id").and_then(Value::as_str).into_iter().collect(),
        Value::Array(all) => all.iter().flat_map(wanted).collect(),
        _ => Vec::new(),
    }
}

fn candidate(found: &Candidate) -> Value {
    let concept = found.concept;
    json!({
        "id": concept.name,
        "name": concept.label,
        "description": concept.definition,
        "type": [{"id": concept.scheme, "name": concept.scheme}],
        "score": found.score,
        "match": found.is_match,
    })
}

fn suggest(vocabularies: &Vocabularies, prefix: &str) -> Value {
    let found = vocabularies.candidates(prefix, None, MOST as usize);
    let found: Vec<Value> = found
        .iter()
        .map(|one| {
            let concept = one.concept;
            json!({
                "id": concept.name, "name": concept.label, "description": concept.definition,
                "notable": [{"id": concept.scheme, "name": concept.scheme}],
            })
        })
        .collect();
    json!({ "result": found })
}

/// A concept in a frame of its own.
fn preview(vocabularies: &Vocabularies, id: &str) -> Result<Response, Problem> {
    let Some(concept) = vocabularies.get(id) else {
        return Err(Problem::not_found(format!("no vocabulary has {id:?}")));
    };
    Ok(Response::html(html! {
        (maud::DOCTYPE)
        html lang="en" {
            head { meta charset="utf-8"; title { (concept.label) } }
            body {
                h1 { (concept.label) }
                p { code { (concept.name) } ", " (concept.scheme) }
                @if !concept.definition.is_empty() { p { (concept.definition) } }
            }
        }
    }))
}
