//! OpenAPI 3.1 of everything that is served for programs, made from the headers of the analyses.

use http::header::HOST;
use serde_json::{Map, Value, json};

use super::Site;
use super::asked::{CHOICE, LEDGER, RAW_CELLS, offers};
use super::request::Request;
use super::response::Response;
use crate::kinds::Statistic;
use crate::query::{Parameter, ParameterType, SavedQuery};
use crate::report::FigureOptions;

/// Answers with the OpenAPI description of this server.
pub fn describe(site: &Site, request: &Request) -> Response {
    let mut paths = Map::new();
    paths.insert("/sparql".to_owned(), sparql());
    paths.insert("/graph-store".to_owned(), graph_store());
    if site.settings.writable {
        paths.insert("/update".to_owned(), update());
    }
    for (path, what) in [
        ("/.well-known/void", "What the study is, as VoID"),
        (
            "/.well-known/sparql-examples",
            "The saved analyses as example queries",
        ),
    ] {
        let operation = json!({"get": {
            "summary": what, "tags": ["description"],
            "responses": responses(rdf(what), &[406]),
        }});
        paths.insert(path.to_owned(), operation);
    }
    paths.insert("/cases.json".to_owned(), cases());
    for saved in site.catalogue.queries() {
        let path = format!("/analyses/{}", saved.slug);
        paths.insert(path, analysis(site, saved));
    }
    let manifest = &site.session.manifest;
    let server = request
        .header(HOST)
        .map_or("/".to_owned(), |_| request.origin());
    let description = json!({
        "openapi": "3.1.0",
        "info": {
            "title": manifest.title,
            "summary": "Saved analyses and SPARQL endpoint of a study in casegraph",
            "version": manifest.software,
            "description": site.session.made_from(),
        },
        "servers": [{"url": server}],
        "paths": paths,
        "components": {
            "schemas": {"Problem": {
                "type": "object",
                "description": "A problem as RFC 9457 has it",
                "required": ["type", "title", "status", "detail"],
                "properties": {
                    "type": {"type": "string", "format": "uri"},
                    "title": {"type": "string"},
                    "status": {"type": "integer"},
                    "detail": {"type": "string"},
                    "parameter": {"type": "string", "description": "The parameter that is wrong"},
                    "nearest": {"type": "array", "items": {"type": "string"}},
                },
            }},
            "responses": {
                "Problem": {
                    "description": "A problem",
                    "content": {
                        "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}},
                        "text/html": {"schema": {"type": "string"}},
                    },
                },
                "Unchanged": {"description": "What the client has, as it says by If-None-Match, is as it was"},
                "Page": {"description": "To the page with the editor, for a browser"},
            },
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    });
    let mut text = format!("{description:#}");
    text.push('\n');
    Response::text("application/json", text)
}

/// The choices of method of a kind of statistic, as they stand in an address.
fn choices(kind: &str) -> String {
    let kinds = Statistic::described();
    let options = kinds
        .iter()
        .filter(|described| described.name == kind)
        .flat_map(|kind| &kind.options);
    let choices: String = options
        .map(|option| {
            let values = match option.values.join(", ") {
                none if none.is_empty() => none,
                values => format!(": {values}"),
            };
            format!("\n- `{CHOICE}{}`: {}{values}", option.name, option.help)
        })
        .collect();
    if choices.is_empty() {
        choices
    } else {
        format!("\n\nChoices of method, such as `{CHOICE}level=0.9`:\n{choices}")
    }
}

fn analysis(site: &Site, saved: &SavedQuery) -> Value {
    let own = || site.session.manifest.parameters.clone();
    let defaults = site.session.defaults(saved).unwrap_or_else(|_| own());
    let flags = [
        (LEDGER, "Who was counted and who not, instead of the result"),
        (
            RAW_CELLS,
            "Leave cells of CSV and TSV as they are that a spreadsheet takes for formulas",
        ),
    ];
    let flags = flags.map(|(name, what)| {
        json!({
            "name": name, "in": "query", "required": false, "description": what,
            "schema": {"type": "boolean", "default": false},
        })
    });
    let parameters: Vec<Value> = saved
        .header
        .parameters
        .iter()
        .map(|parameter| described(parameter, defaults.get(&parameter.name)))
        .chain(flags)
        .chain(looks())
        .collect();
    let mut description = saved.header.description.clone();
    description.push_str(&choices(saved.header.statistic.kind()));
    let content: Map<String, Value> = [offers(false), offers(true)]
        .concat()
        .iter()
        .map(|offer| {
            let kind = match offer.media {
                "application/json" => json!({"type": "object"}),
                _ => json!({"type": "string"}),
            };
            (offer.media.to_owned(), json!({"schema": kind}))
        })
        .collect();
    json!({"get": {
        "operationId": saved.slug.replace(['/', '-'], "_"),
        "summary": saved.header.summary,
        "description": description,
        "tags": [saved.theme],
        "parameters": parameters,
        "responses": responses(
            json!({"description": saved.header.summary, "content": content}),
            &[404, 406, 422],
        ),
    }})
}

/// The choices in how a figure looks.
fn looks() -> impl Iterator<Item = Value> {
    FigureOptions::described()
        .into_iter()
        .map(|(name, what, is_flag)| {
            let schema = if is_flag {
                json!({"type": "boolean", "default": false})
            } else {
                json!({"type": "string"})
            };
            json!({
                "name": name, "in": "query", "required": false, "description": what,
                "allowEmptyValue": !is_flag, "schema": schema,
            })
        })
}

/// A parameter of an analysis; `own` is the study's own default.
fn described(parameter: &Parameter, own: Option<&String>) -> Value {
    let mut schema = match parameter.kind {
        ParameterType::Integer => json!({"type": "integer"}),
        ParameterType::Decimal => json!({"type": "number"}),
        ParameterType::Boolean => json!({"type": "boolean"}),
        ParameterType::Date => json!({"type": "string", "format": "date"}),
        ParameterType::Iri | ParameterType::Text | ParameterType::Code => json!({"type": "string"}),
    };
    if !parameter.values.is_empty() {
        schema["enum"] = parameter
            .values
            .iter()
            .map(|value| typed(parameter.kind, value))
            .collect();
    }
    if let Some(default) = own.or(parameter.default.as_ref()) {
        schema["default"] = typed(parameter.kind, default);
    }
    let has_default = own.is_some() || parameter.default.is_some();
    let what = parameter.description.clone();
    json!({
        "name": parameter.name,
        "in": "query",
        // A form sends its empty fields.
        "allowEmptyValue": true,
        "required": !parameter.optional && !has_default,
        "description": what.unwrap_or_else(|| parameter.kind.to_string()),
        "schema": schema,
    })
}

/// A value as JSON of its type.
fn typed(kind: ParameterType, text: &str) -> Value {
    match kind {
        ParameterType::Integer => text.parse::<i64>().map_or(json!(text), Value::from),
        ParameterType::Decimal => text.parse::<f64>().map_or(json!(text), Value::from),
        ParameterType::Boolean => json!(matches!(text, "true" | "yes")),
        _ => json!(text),
    }
}

/// Statuses that any request may get: it, its address, its body or who sends it is refused, or it takes too
/// much, or something of ours fails.
const ANY: [u16; 12] = [400, 403, 408, 413, 415, 421, 431, 500, 501, 503, 504, 507];

/// The responses to a GET: the one that is meant, and the problems.
fn responses(meant: Value, problems: &[u16]) -> Value {
    let mut all = refusals(problems);
    all["200"] = meant;
    all["304"] = json!({"$ref": "#/components/responses/Unchanged"});
    all
}

/// Problems of these statuses, besides those of any request.
fn refusals(problems: &[u16]) -> Value {
    let mut statuses = [&ANY, problems].concat();
    statuses.sort_unstable();
    let one = |status: &u16| {
        let problem = json!({"$ref": "#/components/responses/Problem"});
        (status.to_string(), problem)
    };
    Value::Object(statuses.iter().map(one).collect())
}

fn rdf(what: &str) -> Value {
    json!({"description": what, "content": {
        "text/turtle": {"schema": {"type": "string"}},
        "text/n3": {"schema": {"type": "string"}},
        "text/plain": {"schema": {"type": "string"}},
        "application/n-triples": {"schema": {"type": "string"}},
        "application/rdf+xml": {"schema": {"type": "string"}},
        "application/ld+json": {"schema": {"type": ["object", "array"]}},
        "application/json": {"schema": {"type": ["object", "array"]}},
        "application/trig": {"schema": {"type": "string"}},
        "application/n-quads": {"schema": {"type": "string"}},
    }})
}

fn cases() -> Value {
    json!({"get": {
        "summary": "The table of cases", "tags": ["description"],
        "responses": responses(json!({"description": "Cases, with their facts", "content": {
            "application/json": {"schema": {"type": "object"}},
        }}), &[]),
    }})
}

fn sparql() -> Value {
    let graphs = |name: &str| {
        json!({"name": name, "in": "query", "description": "Graphs that are asked",
            "schema": {"type": "array", "items": {"type": "string", "format": "uri"}}})
    };
    let format = json!({"name": "format", "in": "query",
        "description": "What Accept says, for clients that can set no header: a media type, or csv, json, xml, tsv, ttl, nt, rdf, jsonld",
        "schema": {"type": "string"}});
    let query = json!({"name": "query", "in": "query", "schema": {"type": "string"},
        "description": "SPARQL; without it, the endpoint describes itself"});
    let shared = [
        graphs("default-graph-uri"),
        graphs("named-graph-uri"),
        format,
    ];
    let mut get = vec![query];
    get.extend(shared.clone());
    let text = json!({"schema": {"type": "string"}});
    let answer = json!({"description": "Rows, a truth value or triples", "content": {
        "application/sparql-results+json": {"schema": {"type": "object"}},
        "application/sparql-results+xml": text,
        "application/json": {"schema": {"type": ["object", "array"]}},
        "application/xml": text,
        "text/xml": text,
        "text/csv": text,
        "text/tab-separated-values": text,
        "text/plain": text,
        "text/turtle": text,
        "text/n3": text,
        "application/n-triples": text,
        "application/rdf+xml": text,
        "application/ld+json": {"schema": {"type": ["object", "array"]}},
        "application/trig": text,
        "application/n-quads": text,
    }});
    let page = json!({"$ref": "#/components/responses/Page"});
    let mut of_get = responses(answer.clone(), &[406]);
    of_get["303"] = page.clone();
    let mut of_post = refusals(&[406]);
    of_post["200"] = answer;
    of_post["303"] = page;
    json!({
        "get": {"summary": "SPARQL 1.1 query", "tags": ["sparql"],
            "parameters": get, "responses": of_get},
        "post": {"summary": "SPARQL 1.1 query", "tags": ["sparql"],
            "parameters": shared,
            "requestBody": {"required": true, "content": {
                "application/sparql-query": {"schema": {"type": "string"}},
                "application/x-www-form-urlencoded": {"schema": {"type": "object", "required": ["query"],
                    "properties": {"query": {"type": "string"}}}},
            }}, "responses": of_post},
    })
}

fn graph_store() -> Value {
    json!({"get": {
        "summary": "A whole graph", "tags": ["sparql"],
        "description": "One of the two parameters says which graph; /.well-known/void lists them.",
        "parameters": [
            {"name": "graph", "in": "query", "schema": {"type": "string", "format": "uri"}},
            {"name": "default", "in": "query", "allowEmptyValue": true, "schema": {"type": "string"}},
        ],
        "responses": responses(rdf("The triples of the graph"), &[404, 406]),
    }})
}

fn update() -> Value {
    let mut responses = refusals(&[401, 409, 429]);
    responses["204"] = json!({"description": "Done"});
    json!({"post": {
        "summary": "SPARQL 1.1 update", "tags": ["sparql"], "security": [{"token": []}],
        "requestBody": {"required": true, "content": {
            "application/sparql-update": {"schema": {"type": "string"}},
            "application/x-www-form-urlencoded": {"schema": {"type": "object", "required": ["update"],
                "properties": {"update": {"type": "string"}}}},
        }},
        "responses": responses,
    }})
}
