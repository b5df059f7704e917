//! OpenAPI 3.1 of everything that is served for programs, made from the headers of the analyses.

use http::header::HOST;
use serde_json::{Map, Value, json};

use super::Site;
use super::analyses::{CHOICE, FORMATS};
use super::request::Request;
use super::response::Response;
use crate::query::{Parameter, ParameterType, SavedQuery};

/// The description.
pub fn describe(site: &Site, request: &Request) -> Response {
    let mut paths = Map::new();
    paths.insert("/sparql".to_owned(), sparql());
    paths.insert("/graph-store".to_owned(), graph_store());
    if site.settings.token.is_some() {
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
            "responses": {"200": rdf(what), "406": problem()},
        }});
        paths.insert(path.to_owned(), operation);
    }
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
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    });
    let mut text = format!("{description:#}");
    text.push('\n');
    Response::text("application/json", text)
}

fn analysis(site: &Site, saved: &SavedQuery) -> Value {
    let defaults = &site.session.manifest.parameters;
    let parameters: Vec<Value> = saved
        .header
        .parameters
        .iter()
        .map(|parameter| described(parameter, defaults.get(&parameter.name)))
        .collect();
    let mut description = saved.header.description.clone();
    if saved.header.statistic.clone().options_mut().is_some() {
        description.push_str(&format!(
            "\n\nChoices of method are set as `{CHOICE}NAME=VALUE`, such as `{CHOICE}level=0.9`."
        ));
    }
    let content: Map<String, Value> = FORMATS
        .iter()
        .map(|(_, media)| {
            let kind = match *media {
                "application/json" => json!({"type": "object"}),
                _ => json!({"type": "string"}),
            };
            ((*media).to_owned(), json!({"schema": kind}))
        })
        .collect();
    json!({"get": {
        "operationId": saved.slug.replace(['/', '-'], "_"),
        "summary": saved.header.summary,
        "description": description,
        "tags": [saved.theme],
        "parameters": parameters,
        "responses": {
            "200": {"description": saved.header.summary, "content": content},
            "400": problem(), "404": problem(), "406": problem(), "422": problem(), "504": problem(),
        },
    }})
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

fn problem() -> Value {
    json!({
        "description": "A problem",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    })
}

fn rdf(what: &str) -> Value {
    json!({"description": what, "content": {
        "text/turtle": {"schema": {"type": "string"}},
        "application/n-triples": {"schema": {"type": "string"}},
        "application/rdf+xml": {"schema": {"type": "string"}},
        "application/ld+json": {"schema": {"type": "object"}},
    }})
}

fn sparql() -> Value {
    let parameters = |place: &str| {
        json!([
            {"name": "query", "in": place, "required": true, "schema": {"type": "string"}},
            {"name": "default-graph-uri", "in": place, "schema": {"type": "array", "items": {"type": "string", "format": "uri"}}},
            {"name": "named-graph-uri", "in": place, "schema": {"type": "array", "items": {"type": "string", "format": "uri"}}},
        ])
    };
    let responses = json!({
        "200": {"description": "Rows, a truth value or triples", "content": {
            "application/sparql-results+json": {"schema": {"type": "object"}},
            "application/sparql-results+xml": {"schema": {"type": "string"}},
            "text/csv": {"schema": {"type": "string"}},
            "text/tab-separated-values": {"schema": {"type": "string"}},
            "text/turtle": {"schema": {"type": "string"}},
            "application/n-triples": {"schema": {"type": "string"}},
            "application/rdf+xml": {"schema": {"type": "string"}},
        }},
        "400": problem(), "406": problem(), "413": problem(), "503": problem(), "504": problem(), "507": problem(),
    });
    json!({
        "get": {"summary": "SPARQL 1.1 query", "tags": ["sparql"],
            "parameters": parameters("query"), "responses": responses.clone()},
        "post": {"summary": "SPARQL 1.1 query", "tags": ["sparql"],
            "requestBody": {"required": true, "content": {
                "application/sparql-query": {"schema": {"type": "string"}},
                "application/x-www-form-urlencoded": {"schema": {"type": "object", "required": ["query"],
                    "properties": {"query": {"type": "string"}}}},
            }}, "responses": responses},
    })
}

fn graph_store() -> Value {
    json!({"get": {
        "summary": "A whole graph", "tags": ["sparql"],
        "parameters": [
            {"name": "graph", "in": "query", "schema": {"type": "string", "format": "uri"}},
            {"name": "default", "in": "query", "allowEmptyValue": true, "schema": {"type": "string"}},
        ],
        "responses": {"200": rdf("The triples of the graph"), "400": problem(), "404": problem(), "406": problem()},
    }})
}

fn update() -> Value {
    json!({"post": {
        "summary": "SPARQL 1.1 update", "tags": ["sparql"], "security": [{"token": []}],
        "requestBody": {"required": true, "content": {
            "application/sparql-update": {"schema": {"type": "string"}},
        }},
        "responses": {"204": {"description": "Done"}, "400": problem(), "401": problem(), "409": problem()},
    }})
}
