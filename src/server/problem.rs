//! Errors as RFC 9457 problems.

use std::error::Error;
use std::time::Duration;

use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::graph::GraphError;
use crate::graph::written::WriteError;
use crate::likeness::PatientError;
use crate::query::AskError;
use crate::query::catalogue::FindError;
use crate::study::{Fault, FaultKind, UnknownName, causes, iri, title};

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
        object.insert("type".to_owned(), json!(iri(self.kind)));
        object.insert("title".to_owned(), json!(self.title()));
        object.insert("status".to_owned(), json!(self.status.as_u16()));
        object.insert("detail".to_owned(), json!(self.detail));
        object.extend(self.more.clone());
        format!("{:#}\n", Value::Object(object))
    }

    /// What kind of problem it is, in words.
    #[must_use]
    pub fn title(&self) -> &'static str {
        title(self.kind)
            .or(self.status.canonical_reason())
            .unwrap_or("Problem")
    }

    /// What an error is, by its type or by those of its causes.
    #[must_use]
    pub fn of(error: &(dyn Error + 'static)) -> Self {
        let detail = causes(error);
        match Fault::of(error) {
            Some(fault) => Self {
                status: status_of(fault.kind),
                kind: fault.kind.word(),
                detail,
                more: fault.about,
            },
            None => Self::internal(detail),
        }
    }
}

fn status_of(kind: FaultKind) -> StatusCode {
    match kind {
        FaultKind::Parameter | FaultKind::Query | FaultKind::BadRequest => StatusCode::BAD_REQUEST,
        FaultKind::NotFound => StatusCode::NOT_FOUND,
        FaultKind::Analysis | FaultKind::Sheets => StatusCode::UNPROCESSABLE_ENTITY,
        FaultKind::TimeLimit => StatusCode::GATEWAY_TIMEOUT,
        FaultKind::MemoryLimit => StatusCode::INSUFFICIENT_STORAGE,
        FaultKind::NotSupported => StatusCode::NOT_IMPLEMENTED,
        FaultKind::ReadOnly => StatusCode::FORBIDDEN,
    }
}

impl From<GraphError> for Problem {
    fn from(error: GraphError) -> Self {
        match &error {
            GraphError::Timeout(limit) => Self::time_limit(*limit),
            GraphError::ServiceNotAllowed(endpoint) => Self {
                detail: format!(
                    "SERVICE <{endpoint}> was not asked: this server asks no other endpoints; \
                     `casegraph query --allow-service {endpoint}` does, where casegraph is installed"
                ),
                ..Self::of(&error)
            },
            _ => Self::of(&error),
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
        match error {
            AskError::Graph(error) => error.into(),
            AskError::Update => Self {
                detail: "this is an update: POST it to /update of a server that was started with --writable".to_owned(),
                ..Self::of(&error)
            },
            error => Self::of(&error),
        }
    }
}

impl From<FindError> for Problem {
    fn from(error: FindError) -> Self {
        Self::of(&error)
    }
}

impl From<UnknownName> for Problem {
    fn from(error: UnknownName) -> Self {
        Self::of(&error)
    }
}

impl From<PatientError> for Problem {
    fn from(error: PatientError) -> Self {
        Self::of(&error)
    }
}
