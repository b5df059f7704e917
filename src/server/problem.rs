//! Errors as RFC 9457 problems.

use std::time::Duration;

use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::graph::GraphError;
use crate::graph::written::WriteError;
use crate::query::AskError;
use crate::study::causes;

/// What went wrong, for a program and for a person.
#[derive(Debug, Clone)]
pub struct Problem {
    /// HTTP status code.
    pub status: StatusCode,
    /// What kind of problem: the last part of its `type`.
    pub kind: &'static str,
    /// What failed, why, and the next step.
    pub detail: String,
    /// More that a program can use, such as the name of the parameter.
    pub more: Map<String, Value>,
}

impl Problem {
    /// A problem of a kind.
    pub fn new(status: StatusCode, kind: &'static str, detail: impl Into<String>) -> Self {
        Self {
            status,
            kind,
            detail: detail.into(),
            more: Map::new(),
        }
    }

    /// The request does not say what is wanted.
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad-request", detail)
    }

    /// There is no such thing.
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", detail)
    }

    /// Something of ours failed.
    pub fn internal(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", detail)
    }

    /// Of what the client takes nothing is offered.
    #[must_use]
    pub fn not_acceptable(accept: &str, offers: &[&str]) -> Self {
        let detail = format!(
            "nothing that `Accept: {accept}` names can be given; there is {}",
            offers.join(", ")
        );
        Self::new(StatusCode::NOT_ACCEPTABLE, "not-acceptable", detail)
            .with("offers", json!(offers))
    }

    /// The request took too long.
    #[must_use]
    pub fn time_limit(limit: Duration) -> Self {
        let seconds = limit.as_secs_f64();
        let detail = format!(
            "this took longer than {seconds} s and was stopped: ask for less, or have the server started with a larger --time-limit"
        );
        Self::new(StatusCode::GATEWAY_TIMEOUT, "time-limit", detail).with("seconds", json!(seconds))
    }

    /// The method is not for this address.
    #[must_use]
    pub fn method_not_allowed(allowed: &'static str) -> Self {
        let detail = format!("this address takes {allowed}");
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", detail)
            .with("allow", json!(allowed))
    }

    /// The same with something for programs.
    #[must_use]
    pub fn with(mut self, name: &str, value: Value) -> Self {
        self.more.insert(name.to_owned(), value);
        self
    }

    /// The problem as JSON text.
    #[must_use]
    pub fn json(&self) -> String {
        let mut object = Map::new();
        let kind = format!("https://w3id.org/casegraph/problem#{}", self.kind);
        object.insert("type".to_owned(), json!(kind));
        object.insert("title".to_owned(), json!(self.title()));
        object.insert("status".to_owned(), json!(self.status.as_u16()));
        object.insert("detail".to_owned(), json!(self.detail));
        object.extend(self.more.clone());
        format!("{:#}\n", Value::Object(object))
    }

    /// What kind of problem it is, in words.
    #[must_use]
    pub fn title(&self) -> &'static str {
        match self.kind {
            "parameter" => "A parameter is wrong",
            "query" => "The query cannot be read",
            "time-limit" => "The time limit was reached",
            "memory-limit" => "The memory limit was reached",
            "busy" => "The server is busy",
            "read-only" => "The study is open for reading only",
            _ => self.status.canonical_reason().unwrap_or("Problem"),
        }
    }
}

impl From<GraphError> for Problem {
    fn from(error: GraphError) -> Self {
        let detail = causes(&error);
        if let GraphError::Timeout(limit) = error {
            return Self::time_limit(limit);
        }
        if let GraphError::ServiceNotAllowed(endpoint) = &error {
            let detail = format!(
                "SERVICE <{endpoint}> was not asked: this server asks no other endpoints; \
                 `casegraph query --allow-service {endpoint}` does, where casegraph is installed"
            );
            return Self::new(StatusCode::NOT_IMPLEMENTED, "not-supported", detail);
        }
        if error.is_unsupported() {
            return Self::new(StatusCode::NOT_IMPLEMENTED, "not-supported", detail);
        }
        match error {
            GraphError::Evaluation(_)
            | GraphError::Update(_)
            | GraphError::ServiceVariable(_)
            | GraphError::TooManyGraphs(..) => Self::new(StatusCode::BAD_REQUEST, "query", detail),
            GraphError::TooManyRows(_) => {
                Self::new(StatusCode::INSUFFICIENT_STORAGE, "memory-limit", detail)
            }
            _ => Self::internal(detail),
        }
    }
}

impl From<WriteError> for Problem {
    fn from(error: WriteError) -> Self {
        Self::new(StatusCode::NOT_ACCEPTABLE, "not-acceptable", causes(&error))
    }
}

impl From<AskError> for Problem {
    fn from(error: AskError) -> Self {
        let detail = causes(&error);
        match error {
            AskError::Graph(error) => error.into(),
            AskError::TooDeep(_) => Self::bad_request(detail),
            AskError::Syntax(_) => Self::new(StatusCode::BAD_REQUEST, "query", detail),
            AskError::Update => Self::new(
                StatusCode::FORBIDDEN,
                "read-only",
                "this is an update: POST it to /update of a server that was started with --writable",
            ),
            AskError::Parameter(wrong) => Self::new(StatusCode::BAD_REQUEST, "parameter", detail)
                .with("parameter", json!(wrong.parameter())),
            AskError::UnknownThing { name, nearest, .. }
            | AskError::NoPrefix { name, nearest, .. } => {
                Self::new(StatusCode::BAD_REQUEST, "parameter", detail)
                    .with("parameter", json!(name))
                    .with("nearest", json!(nearest))
            }
            _ => Self::internal(detail),
        }
    }
}
