//! The study over HTTP: SPARQL, saved analyses, pages.
//!
//! [`Site::answer`] is a function from a request to a response, without sockets and without limits.
//! [`worker`] calls it for one request after the other in a process of its own, and [`gate`] has the
//! sockets and the limits and knows no graph.

mod analyses;
mod asked;
mod assets;
mod describe;
mod edit;
pub mod gate;
mod graphs;
mod mark;
mod media;
mod negotiate;
mod openapi;
mod pages;
mod problem;
mod protocol;
mod reconcile;
mod request;
mod response;
mod signed;
mod update;
mod wire;
pub mod worker;

use std::cell::OnceCell;
use std::collections::HashSet;
use std::time::{Duration, Instant};

use http::{HeaderName, Method};

use crate::curation::Wrong;
use crate::graph::{Location, QueryOptions};
use crate::likeness::Study;
use crate::ontology::Ontology;
use crate::query::{Catalogue, Prepared, Table};
use crate::report::DataNote;
use crate::search::{Index, Vocabularies};
use crate::study::Session;
use mark::Mark;

pub use problem::Problem;
pub use request::Request;
#[cfg(fuzzing)]
pub use response::Body;
pub use response::Response;

/// The header that names the build that answers.
const SNAPSHOT: HeaderName = HeaderName::from_static("casegraph-snapshot");

/// The header that names what a query asks for and nothing in the store has.
const UNKNOWN: HeaderName = HeaderName::from_static("casegraph-unknown");

/// An open study that answers requests.
pub struct Site {
    session: Session,
    catalogue: Catalogue,
    /// Analyses that name what the study cannot know: their pages say so, and nothing else shows them.
    doubtful: Catalogue,
    note: DataNote,
    settings: Settings,
    /// A name for the build that answers.
    generation: String,
    /// The manifest's file as it was when it was read.
    mark: Option<Mark>,
    /// The keys of all cases, once a page asks for them.
    cases: OnceCell<HashSet<String>>,
    /// What cases are compared by, once a page of a case asks for it.
    study: OnceCell<Study>,
    /// All words of the study, once somebody searches.
    index: OnceCell<Index>,
    /// The words of the vocabularies, once a spreadsheet is reconciled.
    vocabularies: OnceCell<Vocabularies>,
    /// The vocabularies, once a form asks for them.
    ontology: OnceCell<Ontology>,
    /// What is wrong with the sheets, once a row is tried.
    wrong: Wrong,
}

/// How a study is served.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where its builds are.
    pub location: Location,
    /// Time after which a query is stopped.
    pub time_limit: Duration,
    /// Whether updates are accepted. The gate checks the token.
    pub writable: bool,
    /// Whether rows of the sheets are edited. The gate checks the token.
    pub editable: bool,
}

impl Site {
    /// A study with its saved analyses.
    ///
    /// # Errors
    /// The graph cannot be read.
    pub fn new(
        session: Session,
        catalogue: Catalogue,
        settings: Settings,
    ) -> Result<Self, Problem> {
        let mut site = Self {
            note: session.data_note()?,
            session,
            catalogue,
            doubtful: Catalogue::default(),
            settings,
            generation: String::new(),
            mark: None,
            cases: OnceCell::new(),
            study: OnceCell::new(),
            index: OnceCell::new(),
            vocabularies: OnceCell::new(),
            ontology: OnceCell::new(),
            wrong: Wrong::default(),
        };
        site.generation = site.named();
        Ok(site)
    }

    /// The same with analyses that name what the study cannot know, whose pages say what that is.
    #[must_use]
    pub fn with_doubtful(mut self, doubtful: Catalogue) -> Self {
        self.doubtful = doubtful;
        self
    }

    /// Goes over to a new build, if there is one.
    ///
    /// # Errors
    /// There is one that cannot be opened.
    pub fn refresh(&mut self) -> Result<(), Problem> {
        let unusable = |error: &dyn std::error::Error| {
            Problem::internal(format!("the study cannot be opened: {error}"))
        };
        let location = &self.settings.location;
        let mark = Mark::of(&location.manifest_path());
        if mark.is_some() && mark == self.mark {
            return Ok(());
        }
        self.mark = mark;
        let current = location.manifest().map_err(|error| unusable(&error))?;
        // Between two builds there is always one; without any, the open one goes on answering.
        if current.is_none_or(|current| current == self.session.manifest) {
            return Ok(());
        }
        let (graph, manifest) = location.open().map_err(|error| unusable(&error))?;
        self.session.go_over(graph, manifest);
        self.note = self.session.data_note()?;
        self.generation = self.named();
        self.cases = OnceCell::new();
        self.study = OnceCell::new();
        self.index = OnceCell::new();
        self.vocabularies = OnceCell::new();
        self.ontology = OnceCell::new();
        Ok(())
    }

    /// A name for the build that answers.
    #[must_use]
    pub fn generation(&self) -> &str {
        &self.generation
    }

    fn named(&self) -> String {
        let snapshot = self.session.graph.snapshot();
        let name = snapshot.map_or_else(
            || self.session.manifest.store.clone(),
            crate::graph::snapshot::Snapshot::fingerprint,
        );
        name.chars().take(16).collect()
    }

    /// How queries are evaluated.
    fn options(&self) -> QueryOptions {
        QueryOptions {
            timeout: Some(self.settings.time_limit),
            ..QueryOptions::default()
        }
    }

    /// How queries of a page are evaluated that has several: all of them within this time, which begins
    /// now, so that those of a large study that take long do not take the page with them.
    fn sharing(&self, time: Duration) -> impl Fn() -> QueryOptions {
        let end = Instant::now() + time.min(self.settings.time_limit);
        move || QueryOptions {
            timeout: Some(end.saturating_duration_since(Instant::now())),
            ..QueryOptions::default()
        }
    }

    /// The rows of a query of ours.
    fn rows(&self, query: &Prepared) -> Result<Table, Problem> {
        Ok(self.session.rows(query, &self.options())?)
    }

    /// Answers a request; whatever goes wrong is an answer too.
    #[must_use]
    pub fn answer(&self, request: &Request) -> Response {
        match self.route(request) {
            Ok(response) => response,
            Err(problem) => self.refuse(request, problem),
        }
    }

    /// A problem as a page for a person and as JSON for a program.
    fn refuse(&self, request: &Request, problem: Problem) -> Response {
        let media = negotiate::choose(
            request.accept(),
            &["application/problem+json", "application/json", "text/html"],
        );
        match media {
            Ok("text/html") => pages::problem(self, &problem),
            _ => problem.into(),
        }
    }

    fn route(&self, request: &Request) -> Result<Response, Problem> {
        request.check()?;
        let path = request.path.as_str();
        match path {
            "/sparql" => return protocol::endpoint(self, request),
            update::PATH => return update::endpoint(self, request),
            path if reconcile::is_path(path) => return reconcile::endpoint(self, request),
            path if signed::is_path(path) => return edit::page(self, request, path),
            _ => {}
        }
        if !matches!(request.method, Method::GET | Method::HEAD) {
            // The page with the editor takes a query too long for an address as a form.
            if path == "/query" && request.method == Method::POST {
                return protocol::endpoint(self, request);
            }
            return Err(Problem::method_not_allowed("GET, HEAD"));
        }
        match path {
            "/query" => pages::query::or_endpoint(self, request),
            "/graph-store" => graphs::read(self, request),
            "/openapi.json" => Ok(openapi::describe(self, request)),
            "/.well-known/void" => describe::void(self, request),
            "/.well-known/sparql-examples" => describe::examples(self, request),
            _ => {
                if let Some(rest) = path.strip_prefix("/analyses/") {
                    return analyses::resource(self, request, rest);
                }
                if let Some(name) = path.strip_prefix("/assets/") {
                    return assets::asset(name);
                }
                pages::page(self, request, path)
            }
        }
    }
}
