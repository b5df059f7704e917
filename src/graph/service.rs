//! Federated queries (`SERVICE`): only endpoints that the user names are asked, and their answers
//! are checked.
//!
//! An answer is taken whole or not at all: it is read to its end, within limits of time and size,
//! before any of it is joined. So an endpoint that stops halfway cannot make a count come out small.

use std::collections::{BTreeSet, HashMap};
use std::io::Read;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use casegraph_snapshot::Guard;
use casegraph_snapshot::rewrite::{for_each, in_scope};
use oxigraph::sparql::results::{
    QueryResultsFormat, QueryResultsParseError, QueryResultsParser, ReaderQueryResultsParserOutput,
};
use oxigraph::sparql::{
    DefaultServiceHandler, QueryEvaluationError, QuerySolution, QuerySolutionIter,
};
use spargebra::algebra::GraphPattern;
use spargebra::term::NamedNodePattern;
use thiserror::Error;
use ureq::http::Response;
use ureq::http::header::{ACCEPT, CONTENT_TYPE, LOCATION};

use super::model::{BlankNode, Iri, NamedNode, NamedOrBlankNode, Query, Term, Triple, Variable};
use super::xml;

/// How long an endpoint may take to answer in full, if the user says nothing else.
pub const PATIENCE: Duration = Duration::from_secs(30);
/// The largest answer that is read, in bytes after decompression.
const MOST_BYTES: u64 = 64 << 20;
/// How much of an endpoint's own words an error repeats, in characters.
const QUOTED: usize = 200;
/// Prefix that marks an endpoint of `SERVICE SILENT` in the query that the engine sees.
const SILENT: char = ' ';
/// Formats that keep every term as it is; CSV does not.
const ACCEPTED: &str = "application/sparql-results+json, application/sparql-results+xml;q=0.8, \
                        text/tab-separated-values;q=0.5";

/// Which endpoints may be asked, and how long each may take. By default none may.
#[derive(Debug, Clone, Default)]
pub struct Services {
    allowed: BTreeSet<String>,
    patience: Duration,
    failures: Arc<Mutex<Vec<String>>>,
}

impl Services {
    /// Allows these endpoints; each answer may take so long.
    #[must_use]
    pub fn allowing(endpoints: impl IntoIterator<Item = NamedNode>, patience: Duration) -> Self {
        Self {
            allowed: endpoints.into_iter().map(NamedNode::into_string).collect(),
            patience,
            failures: Arc::default(),
        }
    }

    /// The errors of endpoints so far, in words. After `SERVICE SILENT` this is the only sign that
    /// an answer is incomplete.
    #[must_use]
    pub fn failures(&self) -> Vec<String> {
        self.failures
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The handler that asks the endpoints for one query, and notes failures in the query's guard.
    pub(super) fn handler(&self, guard: Guard) -> impl DefaultServiceHandler + use<> {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(self.patience))
            // Another address is another endpoint, which the user may not have allowed.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .user_agent(concat!("casegraph/", env!("CARGO_PKG_VERSION")))
            .build();
        Handler {
            services: self.clone(),
            guard,
            agent: config.into(),
            answers: Mutex::default(),
        }
    }
}

/// Marks the endpoints of `SERVICE SILENT`: the engine does not say which they are when it asks. Gives the
/// variable that stands for an endpoint, if one does: no endpoint is asked for it.
pub(super) fn mark_silent(pattern: &mut GraphPattern) -> Option<Variable> {
    let mut found = None;
    for_each(pattern, &mut |pattern| match pattern {
        GraphPattern::Service {
            name: NamedNodePattern::NamedNode(name),
            silent: true,
            ..
        } => *name = NamedNode::new_unchecked(format!("{SILENT}{}", name.as_str())),
        GraphPattern::Service {
            name: NamedNodePattern::Variable(variable),
            ..
        } => found = Some(variable.clone()),
        _ => {}
    });
    found
}

/// Why an endpoint gave nothing.
#[derive(Debug, Error)]
pub enum ServiceError {
    /// It cannot be reached, or breaks off.
    #[error("{endpoint} cannot be asked: {reason}")]
    Unreachable {
        /// IRI of the endpoint.
        endpoint: String,
        /// What the connection says.
        reason: String,
    },
    /// It takes too long.
    #[error("{endpoint} did not answer in full within {limit:?}: narrow what is asked of it")]
    Slow {
        /// IRI of the endpoint.
        endpoint: String,
        /// Time that the request was given.
        limit: Duration,
    },
    /// It answers with a status other than 2xx.
    #[error("{endpoint} answers with HTTP status {status}{said}")]
    Status {
        /// IRI of the endpoint.
        endpoint: String,
        /// Status code of the response.
        status: u16,
        /// What it says, or where it leads.
        said: String,
    },
    /// It answers with something that is no table of solutions.
    #[error(
        "{endpoint} answers with {kind}, and not with SPARQL results in JSON, XML or TSV: is it the address of the endpoint itself?"
    )]
    WrongType {
        /// IRI of the endpoint.
        endpoint: String,
        /// The media type that it declares.
        kind: String,
    },
    /// It answers with more than is read.
    #[error("{endpoint} answers with more than {} MB: narrow what is asked of it, as with VALUES inside SERVICE", MOST_BYTES >> 20)]
    TooLong {
        /// IRI of the endpoint.
        endpoint: String,
    },
    /// The answer does not keep to the format, or is not an answer to what was asked.
    #[error("{endpoint} answers with results that cannot be taken: {reason}")]
    Malformed {
        /// IRI of the endpoint.
        endpoint: String,
        /// Which rule of the format it breaks.
        reason: String,
    },
}

/// Solutions of one endpoint to one pattern.
struct Solutions {
    variables: Arc<[Variable]>,
    rows: Vec<Vec<Option<Term>>>,
}

struct Handler {
    services: Services,
    guard: Guard,
    agent: ureq::Agent,
    /// The engine asks once for each row that it joins; the endpoint is asked once.
    answers: Mutex<HashMap<(String, String), Arc<Solutions>>>,
}

impl DefaultServiceHandler for Handler {
    type Error = QueryEvaluationError;

    fn handle(
        &self,
        endpoint: &NamedNode,
        pattern: &GraphPattern,
        base_iri: Option<&Iri<String>>,
    ) -> Result<QuerySolutionIter<'static>, QueryEvaluationError> {
        let (name, silent) = match endpoint.as_str().strip_prefix(SILENT) {
            Some(name) => (name, true),
            None => (endpoint.as_str(), false),
        };
        let solutions = self.solutions(name, pattern, base_iri).map_err(|without| {
            if !silent {
                self.guard.note(without.error());
            }
            without.error()
        })?;
        let variables = Arc::clone(&solutions.variables);
        let row = move |at| {
            let row: &Vec<Option<Term>> = solutions.rows.get(at)?;
            let solution = QuerySolution::from((Arc::clone(&solutions.variables), row.clone()));
            Some(Ok(solution))
        };
        Ok(QuerySolutionIter::new(variables, (0..).map_while(row)))
    }
}

/// Why an endpoint gives no solutions, and whether the query goes on.
enum Without {
    NotAllowed(NamedNode),
    Failed(String),
}

impl Without {
    fn error(&self) -> QueryEvaluationError {
        match self {
            Self::NotAllowed(endpoint) => {
                QueryEvaluationError::UnsupportedService(endpoint.clone())
            }
            Self::Failed(reason) => QueryEvaluationError::Service(reason.as_str().into()),
        }
    }
}

impl Handler {
    /// The answer of an endpoint, from memory if it was asked before.
    fn solutions(
        &self,
        endpoint: &str,
        pattern: &GraphPattern,
        base_iri: Option<&Iri<String>>,
    ) -> Result<Arc<Solutions>, Without> {
        if !self.services.allowed.contains(endpoint) {
            self.note(format!("{endpoint} is not allowed"));
            return Err(Without::NotAllowed(NamedNode::new_unchecked(endpoint)));
        }
        let query = Query::Select {
            dataset: None,
            pattern: pattern.clone(),
            base_iri: base_iri.cloned(),
        };
        let key = (endpoint.to_owned(), query.to_string());
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = answers.get(&key) {
            return Ok(Arc::clone(known));
        }
        let solutions = self.ask(&key.0, &key.1, pattern).map_err(|error| {
            self.note(error.to_string());
            Without::Failed(error.to_string())
        })?;
        let solutions = Arc::new(solutions);
        answers.insert(key, Arc::clone(&solutions));
        Ok(solutions)
    }

    fn note(&self, failure: String) {
        let mut failures = self
            .services
            .failures
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if !failures.contains(&failure) {
            failures.push(failure);
        }
    }

    fn ask(
        &self,
        endpoint: &str,
        query: &str,
        pattern: &GraphPattern,
    ) -> Result<Solutions, ServiceError> {
        let failed = |error: &ureq::Error| self.failed(endpoint, error);
        let mut response = self
            .agent
            .post(endpoint)
            .header(ACCEPT, ACCEPTED)
            .send_form([("query", query)])
            .map_err(|error| failed(&error))?;
        let header = |name| {
            let value = response.headers().get(name)?.to_str().ok()?;
            Some(value.to_owned())
        };
        let (kind, location) = (header(CONTENT_TYPE), header(LOCATION));
        let status = response.status();
        if !status.is_success() {
            let said = match location {
                Some(to) => format!(" and leads to {to}: name that one if it is to be asked"),
                None => quoted(&mut response),
            };
            return Err(ServiceError::Status {
                endpoint: endpoint.to_owned(),
                status: status.as_u16(),
                said,
            });
        }
        let kind = kind.unwrap_or_else(|| "a body of no declared type".to_owned());
        let format = QueryResultsFormat::from_media_type(&kind)
            .filter(|format| *format != QueryResultsFormat::Csv)
            .ok_or_else(|| ServiceError::WrongType {
                endpoint: endpoint.to_owned(),
                kind: clipped(&kind),
            })?;
        let mut body = Vec::new();
        response
            .body_mut()
            .with_config()
            .limit(u64::MAX)
            .reader()
            .take(MOST_BYTES + 1)
            .read_to_end(&mut body)
            .map_err(|error| failed(&error.into()))?;
        if body.len() as u64 > MOST_BYTES {
            return Err(ServiceError::TooLong {
                endpoint: endpoint.to_owned(),
            });
        }
        read(format, &body, pattern).map_err(|reason| ServiceError::Malformed {
            endpoint: endpoint.to_owned(),
            reason: reason.to_string(),
        })
    }

    fn failed(&self, endpoint: &str, error: &ureq::Error) -> ServiceError {
        let endpoint = endpoint.to_owned();
        let timed_out = match error {
            ureq::Error::Timeout(_) => true,
            ureq::Error::Io(error) => error.kind() == std::io::ErrorKind::TimedOut,
            _ => false,
        };
        if timed_out {
            let limit = self.services.patience;
            return ServiceError::Slow { endpoint, limit };
        }
        ServiceError::Unreachable {
            endpoint,
            reason: error.to_string(),
        }
    }
}

/// Why an answer is not what was asked for.
#[derive(Debug, Error)]
enum Malformed {
    #[error(transparent)]
    Unreadable(#[from] QueryResultsParseError),
    #[error("a yes or no where rows were asked for")]
    Boolean,
    #[error("{0} was not asked for")]
    NotAsked(Variable),
}

/// Reads an answer whole. Variables that were not asked for are refused: a join would let them change
/// what the rest of the query says.
fn read(
    format: QueryResultsFormat,
    body: &[u8],
    pattern: &GraphPattern,
) -> Result<Solutions, Malformed> {
    let parser = QueryResultsParser::from_format(format);
    let guarded: Box<dyn Read> = match format {
        QueryResultsFormat::Xml => Box::new(xml::Guard::new(body)),
        _ => Box::new(body),
    };
    let output = parser.for_reader(guarded)?;
    let ReaderQueryResultsParserOutput::Solutions(solutions) = output else {
        return Err(Malformed::Boolean);
    };
    let asked = in_scope(pattern);
    let variables: Arc<[Variable]> = solutions.variables().into();
    if let Some(other) = variables.iter().find(|variable| !asked.contains(*variable)) {
        return Err(Malformed::NotAsked(other.clone()));
    }
    // An endpoint's blank nodes are its own, whatever they are called.
    let mut blank = HashMap::new();
    let mut rows = Vec::new();
    for solution in solutions {
        let solution = solution?;
        let row = variables.iter().map(|name| {
            solution
                .get(name)
                .cloned()
                .map(|term| own(term, &mut blank))
        });
        rows.push(row.collect());
    }
    Ok(Solutions { variables, rows })
}

/// A term with blank nodes of our own in the place of others.
fn own(term: Term, blank: &mut HashMap<BlankNode, BlankNode>) -> Term {
    match term {
        Term::BlankNode(node) => blank.entry(node).or_default().clone().into(),
        Term::Triple(triple) => {
            let subject = match triple.subject {
                NamedOrBlankNode::BlankNode(node) => blank.entry(node).or_default().clone().into(),
                node @ NamedOrBlankNode::NamedNode(_) => node,
            };
            Triple::new(subject, triple.predicate, own(triple.object, blank)).into()
        }
        Term::NamedNode(_) | Term::Literal(_) => term,
    }
}

/// The beginning of what an endpoint says with a refusal, if it is text.
fn quoted(response: &mut Response<ureq::Body>) -> String {
    let mut said = Vec::new();
    // What cannot be read is not repeated; the status says enough.
    let _ = response
        .body_mut()
        .as_reader()
        .take(4096)
        .read_to_end(&mut said);
    let said = clipped(&String::from_utf8_lossy(&said));
    if said.is_empty() || said.starts_with('<') {
        return String::new();
    }
    format!(": {said}")
}

/// Text of others, made safe to print: one line, no control characters, not long.
fn clipped(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line: String = words
        .join(" ")
        .chars()
        .filter(|c| !c.is_control())
        .collect();
    match line.char_indices().nth(QUOTED) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_nodes_of_an_endpoint_are_its_own_in_triple_terms_too() {
        let node = NamedNode::new_unchecked("http://example.org/p");
        let theirs = BlankNode::new_unchecked("x");
        let inner = Triple::new(theirs.clone(), node.clone(), theirs.clone());
        let outer = Triple::new(node.clone(), node, inner);
        let mut blank = HashMap::new();
        let ours = own(theirs.clone().into(), &mut blank);
        assert_ne!(ours, theirs.clone().into());
        let text = own(outer.clone().into(), &mut blank).to_string();
        let expected = outer.to_string().replace("_:x", &ours.to_string());
        assert_eq!(text, format!("<<( {expected} )>>"));
    }
}
