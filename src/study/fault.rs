//! What went wrong, as data: for a program that asks by command line or by HTTP, the same words.

use std::error::Error;

use serde_json::{Map, Value, json};
use thiserror::Error;

use crate::graph::GraphError;
use crate::ingest::BuildError;
use crate::kinds::AnalysisError;
use crate::likeness::PatientError;
use crate::query::catalogue::FindError;
use crate::query::{AskError, ParameterError};

/// What kind of error it is, as far as a program does something else for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// A parameter, or a word that describes a patient, is unknown, missing or wrong.
    Parameter,
    /// There is no such thing.
    NotFound,
    /// The query cannot be read or evaluated.
    Query,
    /// What is asked cannot be parsed.
    BadRequest,
    /// The rows do not become a result, or the analysis is a wrong one.
    Analysis,
    /// The sheets have errors, and no store was made of them.
    Sheets,
    /// The time limit was reached.
    TimeLimit,
    /// The memory limit was reached.
    MemoryLimit,
    /// It is allowed, and not supported here.
    NotSupported,
    /// It would change what is for reading only.
    ReadOnly,
}

impl FaultKind {
    /// The last part of the IRI of the kind.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Parameter => "parameter",
            Self::NotFound => "not-found",
            Self::Query => "query",
            Self::BadRequest => "bad-request",
            Self::Analysis => "analysis",
            Self::Sheets => "sheets",
            Self::TimeLimit => "time-limit",
            Self::MemoryLimit => "memory-limit",
            Self::NotSupported => "not-supported",
            Self::ReadOnly => "read-only",
        }
    }
}

/// What a program may know of an error, beside its message.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// What kind it is.
    pub kind: FaultKind,
    /// What it is about: the name of the parameter, the names nearest to a wrong one, a limit in seconds.
    pub about: Map<String, Value>,
}

/// A name that the study does not have.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("there is no {what} {name:?}{}", near(nearest))]
pub struct UnknownName {
    /// What it should be the name of, such as `case`.
    pub what: &'static str,
    /// Name that was asked for.
    pub name: String,
    /// The names nearest to it, best first.
    pub nearest: Vec<String>,
}

impl UnknownName {
    /// A name that is none, with those nearest to it.
    #[must_use]
    pub fn new(what: &'static str, name: &str, nearest: Vec<&str>) -> Self {
        Self {
            what,
            name: name.to_owned(),
            nearest: nearest.into_iter().map(str::to_owned).collect(),
        }
    }
}

fn near(nearest: &[String]) -> String {
    if nearest.is_empty() {
        String::new()
    } else {
        format!("; nearest: {}", nearest.join(", "))
    }
}

impl Fault {
    /// What is known of an error by its type or by that of one of its causes; `None` where no program can do more than
    /// show the message.
    #[must_use]
    pub fn of(error: &(dyn Error + 'static)) -> Option<Self> {
        let mut next = Some(error);
        while let Some(error) = next {
            let found = None
                .or_else(|| error.downcast_ref().map(of_parameter))
                .or_else(|| error.downcast_ref().and_then(of_query))
                .or_else(|| error.downcast_ref().and_then(of_graph))
                .or_else(|| error.downcast_ref().map(of_name))
                .or_else(|| error.downcast_ref().map(of_unknown))
                .or_else(|| error.downcast_ref().map(of_patient))
                .or_else(|| error.downcast_ref().and_then(of_sheets));
            if found.is_some() {
                return found;
            }
            if error.is::<AnalysisError>() || is_doubtful(error) {
                return Some(Self::new(FaultKind::Analysis));
            }
            next = error.source();
        }
        None
    }

    fn new(kind: FaultKind) -> Self {
        let about = Map::new();
        Self { kind, about }
    }

    fn with(mut self, name: &str, value: Value) -> Self {
        self.about.insert(name.to_owned(), value);
        self
    }
}

/// What a kind of problem is called, in words, where it has a name of its own.
#[must_use]
pub fn title(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "parameter" => "A parameter is wrong",
        "not-found" => "Not Found",
        "usage" => "The arguments cannot be read",
        "query" => "The query cannot be read",
        "sheets" => "The sheets have errors",
        "time-limit" => "The time limit was reached",
        "memory-limit" => "The memory limit was reached",
        "busy" => "The server is busy",
        "read-only" => "The study is open for reading only",
        _ => return None,
    })
}

/// The IRI of a kind of problem.
#[must_use]
pub fn iri(kind: &str) -> String {
    format!("https://w3id.org/casegraph/problem#{kind}")
}

fn is_doubtful(error: &(dyn Error + 'static)) -> bool {
    matches!(
        error.downcast_ref(),
        Some(super::StudyError::Doubtful { .. })
    )
}

fn of_parameter(error: &ParameterError) -> Fault {
    let fault = Fault::new(FaultKind::Parameter).with("parameter", json!(error.parameter()));
    fault.with("nearest", json!(error.nearest().as_slice()))
}

fn of_query(error: &AskError) -> Option<Fault> {
    Some(match error {
        AskError::Syntax(_) => Fault::new(FaultKind::Query),
        AskError::TooDeep(_) => Fault::new(FaultKind::BadRequest),
        AskError::Update => Fault::new(FaultKind::ReadOnly),
        AskError::UnknownThing { name, nearest, .. } | AskError::NoPrefix { name, nearest, .. } => {
            Fault::new(FaultKind::Parameter)
                .with("parameter", json!(name))
                .with("nearest", json!(nearest))
        }
        _ => return None,
    })
}

fn of_graph(error: &GraphError) -> Option<Fault> {
    let kind = match error {
        GraphError::Timeout(limit) => {
            let seconds = json!(limit.as_secs_f64());
            return Some(Fault::new(FaultKind::TimeLimit).with("seconds", seconds));
        }
        error if error.is_unsupported() => FaultKind::NotSupported,
        GraphError::Evaluation(_)
        | GraphError::Update(_)
        | GraphError::ServiceVariable(_)
        | GraphError::TooManyGraphs(..) => FaultKind::Query,
        GraphError::TooManyRows(_) => FaultKind::MemoryLimit,
        _ => return None,
    };
    Some(Fault::new(kind))
}

fn of_name(error: &FindError) -> Fault {
    let nearest = match error {
        FindError::Unknown { nearest, .. } => nearest,
        FindError::Ambiguous { slugs, .. } => slugs,
    };
    Fault::new(FaultKind::NotFound).with("nearest", json!(nearest))
}

fn of_unknown(error: &UnknownName) -> Fault {
    Fault::new(FaultKind::NotFound).with("nearest", json!(error.nearest))
}

fn of_patient(error: &PatientError) -> Fault {
    let mut fault = Fault::new(FaultKind::Parameter);
    if let Some(item) = error.item() {
        fault = fault.with("parameter", json!(item.word()));
    }
    let PatientError::Unknown { nearest, .. } = error else {
        return fault;
    };
    fault.with("nearest", json!(nearest))
}

fn of_sheets(error: &BuildError) -> Option<Fault> {
    matches!(error, BuildError::Problems(_)).then(|| Fault::new(FaultKind::Sheets))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::study::StudyError;

    #[test]
    fn however_deep_an_error_is_wrapped_its_kind_is_found() {
        let unknown = ParameterError::Unknown {
            name: "drugg".to_owned(),
            nearest: Some("drug".to_owned()),
            known: vec!["drug".to_owned()],
        };
        let fault = Fault::of(&StudyError::from(AskError::from(unknown))).expect("a fault");
        assert_eq!(fault.kind, FaultKind::Parameter);
        assert_eq!(
            Value::from(fault.about),
            json!({"parameter": "drugg", "nearest": ["drug"]})
        );
        let slow = AskError::from(GraphError::Timeout(Duration::from_secs(2)));
        let fault = Fault::of(&StudyError::from(slow)).expect("a fault");
        assert_eq!(fault.kind.word(), "time-limit");
        assert_eq!(fault.about["seconds"], json!(2.0));
        assert_eq!(Fault::of(&std::fmt::Error), None);
    }
}
