//! The handle on a store: opening, loading and asking.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use oxigraph::model::vocab::{rdf, xsd};
use oxigraph::sparql::{QueryEvaluationError, QueryExplanation, QueryResults, SparqlEvaluator};
use oxigraph::store::{StorageError, Store};
use thiserror::Error;

use super::model::{
    CancellationToken, GraphName, LiteralRef, NamedNode, NamedNodeRef, NamedOrBlankNode, Quad,
    Query, Term,
};
use super::service::Services;
use super::vocab::casegraph;

/// What can go wrong with a store.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum GraphError {
    /// The store's files are missing, damaged or cannot be written.
    #[error("the store cannot be used; `casegraph build` makes a new one")]
    Storage(#[from] StorageError),
    /// A query could not be evaluated.
    #[error("the query could not be evaluated")]
    Evaluation(#[source] QueryEvaluationError),
    /// A query asks another endpoint, and that one was not allowed.
    #[error(
        "SERVICE <{0}> was not asked: only endpoints that the user names are; \
         --allow-service {0} allows it"
    )]
    ServiceNotAllowed(String),
    /// Another endpoint was asked and gave nothing that can be used.
    #[error("SERVICE: {0}; SERVICE SILENT goes on without it")]
    Service(Box<dyn std::error::Error + Send + Sync>),
    /// A query took longer than it was allowed to.
    #[error("stopped after {0:?}: raise the limit with --timeout, or narrow the query")]
    Timeout(Duration),
}

impl GraphError {
    /// Whether the evaluation was stopped by its time limit.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        matches!(self, Self::Timeout(_))
    }

    /// Whether the query asks for something that is not supported, such as another endpoint.
    #[must_use]
    pub fn is_unsupported(&self) -> bool {
        matches!(self, Self::ServiceNotAllowed(_))
    }
}

/// How a query is to be evaluated.
#[derive(Debug, Clone, Default)]
pub struct QueryOptions {
    /// Graphs to ask instead of the usual default graph; the query's own `FROM` comes first.
    pub graphs: Vec<NamedNode>,
    /// After which the evaluation is stopped.
    pub timeout: Option<Duration>,
    /// Other endpoints that `SERVICE` may ask.
    pub services: Services,
}

impl From<QueryEvaluationError> for GraphError {
    fn from(error: QueryEvaluationError) -> Self {
        match error {
            QueryEvaluationError::UnsupportedService(endpoint) => {
                Self::ServiceNotAllowed(endpoint.into_string())
            }
            QueryEvaluationError::Service(error) => Self::Service(error),
            other => Self::Evaluation(other),
        }
    }
}

/// How a query was evaluated, as JSON: the plan with the time spent and rows made at each step.
pub struct Explanation(QueryExplanation);

impl Explanation {
    /// The explanation as JSON text.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut bytes = Vec::new();
        match self.0.write_in_json(&mut bytes) {
            Ok(()) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) => format!("{{\"error\": \"{error}\"}}"),
        }
    }
}

/// Results that are made while they are read, and the limit on the time that takes.
pub struct Answer {
    /// The results.
    pub results: QueryResults<'static>,
    limit: Limit,
}

impl Answer {
    /// Turns an error met while reading the results into one that tells a timeout from others.
    #[must_use]
    pub fn error(&self, error: QueryEvaluationError) -> GraphError {
        self.limit.error(error)
    }

    /// The results apart from the limit, for readers that take them by value.
    #[must_use]
    pub fn into_parts(self) -> (QueryResults<'static>, Limit) {
        (self.results, self.limit)
    }
}

/// A limit on time; it stops watching when dropped.
#[derive(Default)]
pub struct Limit {
    after: Option<Duration>,
    over: Arc<AtomicBool>,
    watcher: Option<std::sync::mpsc::Sender<()>>,
}

impl Limit {
    fn new(after: Option<Duration>, token: &CancellationToken) -> Self {
        let mut limit = Self {
            after,
            ..Self::default()
        };
        if let Some(after) = after {
            let (sender, receiver) = std::sync::mpsc::channel::<()>();
            let (over, token) = (Arc::clone(&limit.over), token.clone());
            std::thread::spawn(move || {
                // An answer that is done drops the sender, which ends the wait.
                if receiver.recv_timeout(after) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
                    over.store(true, Ordering::Relaxed);
                    token.cancel();
                }
            });
            limit.watcher = Some(sender);
        }
        limit
    }

    /// Turns an evaluation error into one that tells a timeout from others.
    pub fn error(&self, error: QueryEvaluationError) -> GraphError {
        match self.after {
            Some(after) if self.over.load(Ordering::Relaxed) => GraphError::Timeout(after),
            _ => error.into(),
        }
    }
}

/// Memory that loading may take, about; less of it takes longer.
const LOADING_MEGABYTES: usize = 512;

/// A store of quads, and which of its graphs make up the default graph of a query.
pub struct Graph {
    store: Store,
    default_graphs: Vec<NamedNode>,
}

impl Graph {
    /// A store in memory, for tests and small questions.
    ///
    /// # Errors
    /// The engine cannot be started.
    pub fn in_memory() -> Result<Self, GraphError> {
        Ok(Self {
            store: Store::new()?,
            default_graphs: Vec::new(),
        })
    }

    /// A new store on disk.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn create(path: &Path) -> Result<Self, GraphError> {
        Ok(Self {
            store: Store::open(path)?,
            default_graphs: Vec::new(),
        })
    }

    /// A store on disk, for reading only; any number of processes may do so at once.
    ///
    /// # Errors
    /// There is none, or its files are damaged.
    pub fn open_read_only(path: &Path) -> Result<Self, GraphError> {
        let mut graph = Self {
            store: Store::open_read_only(path)?,
            default_graphs: Vec::new(),
        };
        graph.find_default_graphs()?;
        Ok(graph)
    }

    /// Adds quads, all or none.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn load(&mut self, quads: impl IntoIterator<Item = Quad>) -> Result<(), GraphError> {
        let mut loader = self
            .store
            .bulk_loader()
            .with_max_memory_size_in_megabytes(LOADING_MEGABYTES);
        loader.load_quads(quads)?;
        loader.commit()?;
        self.find_default_graphs()
    }

    /// Copies a store on disk to a folder that does not exist: files are linked where the file system
    /// can, so that it takes no time, whatever the size.
    pub(super) fn copy(from: &Path, to: &Path) -> Result<(), GraphError> {
        Ok(Store::open(from)?.backup(to)?)
    }

    /// Removes named graphs.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn remove_graphs(&mut self, graphs: &[NamedNode]) -> Result<(), GraphError> {
        for graph in graphs {
            self.store.remove_named_graph(graph)?;
        }
        self.find_default_graphs()
    }

    /// The quads of all named graphs but these, in no order; the first error ends them and is left
    /// in `failed`.
    pub fn quads_except<'a>(
        &'a self,
        graphs: &'a [NamedNode],
        failed: &'a mut Option<GraphError>,
    ) -> impl Iterator<Item = Quad> + 'a {
        self.store
            .iter()
            .map_while(move |quad| match quad {
                Ok(quad) => Some(quad),
                Err(error) => {
                    *failed = Some(error.into());
                    None
                }
            })
            .filter(|quad| match &quad.graph_name {
                GraphName::NamedNode(name) => !graphs.contains(name),
                _ => true,
            })
    }

    /// What stands of a thing in any graph: property and value.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn properties(&self, thing: &NamedNode) -> Result<Vec<(NamedNode, Term)>, GraphError> {
        let subject = Some(thing.as_ref().into());
        self.store
            .quads_for_pattern(subject, None, None, None)
            .map(|quad| {
                quad.map(|quad| (quad.predicate, quad.object))
                    .map_err(Into::into)
            })
            .collect()
    }

    /// The things that have a value for a property, sorted.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn things_with(
        &self,
        property: NamedNodeRef<'_>,
        value: &Term,
    ) -> Result<Vec<NamedNode>, GraphError> {
        let mut things = Vec::new();
        let value = Some(value.as_ref());
        for quad in self
            .store
            .quads_for_pattern(None, Some(property), value, None)
        {
            if let NamedOrBlankNode::NamedNode(thing) = quad?.subject {
                things.push(thing);
            }
        }
        things.sort();
        things.dedup();
        Ok(things)
    }

    /// Number of quads.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn len(&self) -> Result<u64, GraphError> {
        Ok(self.store.len()? as u64)
    }

    /// Whether there are no quads.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn is_empty(&self) -> Result<bool, GraphError> {
        Ok(self.store.is_empty()?)
    }

    /// All quads, in no order.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn quads(&self) -> Result<Vec<Quad>, GraphError> {
        Ok(self.store.iter().collect::<Result<_, _>>()?)
    }

    /// Whether an IRI stands anywhere in the store.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn mentions(&self, node: &NamedNode) -> Result<bool, GraphError> {
        let (subject, term, graph) = (
            node.as_ref().into(),
            node.as_ref().into(),
            node.as_ref().into(),
        );
        let any = |mut quads: oxigraph::store::QuadIter<'_>| {
            quads.next().transpose().map(|q| q.is_some())
        };
        let store = &self.store;
        Ok(
            any(store.quads_for_pattern(Some(subject), None, None, None))?
                || any(store.quads_for_pattern(None, None, Some(term), None))?
                || any(store.quads_for_pattern(None, Some(node.as_ref()), None, None))?
                || any(store.quads_for_pattern(None, None, None, Some(graph)))?,
        )
    }

    /// The IRIs of all things with a type that begin with a namespace, sorted.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn things_in(&self, namespace: &str) -> Result<Vec<NamedNode>, GraphError> {
        let mut things = Vec::new();
        for quad in self
            .store
            .quads_for_pattern(None, Some(rdf::TYPE), None, None)
        {
            if let NamedOrBlankNode::NamedNode(thing) = quad?.subject
                && thing.as_str().starts_with(namespace)
            {
                things.push(thing);
            }
        }
        things.sort();
        things.dedup();
        Ok(things)
    }

    /// The text of a literal that a thing has for a property, the first in order if it has several.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn literal(
        &self,
        thing: &NamedNode,
        property: NamedNodeRef<'_>,
    ) -> Result<Option<String>, GraphError> {
        let mut texts = Vec::new();
        let subject = thing.as_ref().into();
        for quad in self
            .store
            .quads_for_pattern(Some(subject), Some(property), None, None)
        {
            if let Term::Literal(literal) = quad?.object {
                texts.push(literal.value().to_owned());
            }
        }
        texts.sort();
        Ok(texts.into_iter().next())
    }

    /// The graphs that a query sees as its default graph.
    #[must_use]
    pub fn default_graphs(&self) -> &[NamedNode] {
        &self.default_graphs
    }

    /// The names of all named graphs, sorted.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn named_graphs(&self) -> Result<Vec<NamedNode>, GraphError> {
        let mut names = Vec::new();
        for graph in self.store.named_graphs() {
            if let NamedOrBlankNode::NamedNode(name) = graph? {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    }

    /// Evaluates a parsed query. Nothing is fetched from elsewhere, but by `SERVICE` from endpoints
    /// that the options allow.
    ///
    /// # Errors
    /// The query cannot be evaluated; errors met later come while the results are read.
    pub fn query(&self, query: &Query, options: &QueryOptions) -> Result<Answer, GraphError> {
        let token = CancellationToken::new();
        let limit = Limit::new(options.timeout, &token);
        let prepared = self.prepare(query, options, token);
        match prepared.on_store(&self.store).execute() {
            Ok(results) => Ok(Answer { results, limit }),
            Err(error) => Err(limit.error(error)),
        }
    }

    /// Evaluates a query to its end and says how that was done.
    ///
    /// # Errors
    /// The query cannot be evaluated.
    pub fn explain(
        &self,
        query: &Query,
        options: &QueryOptions,
    ) -> Result<Explanation, GraphError> {
        let token = CancellationToken::new();
        let limit = Limit::new(options.timeout, &token);
        let prepared = self.prepare(query, options, token);
        let (results, explanation) = prepared
            .on_store(&self.store)
            .compute_statistics()
            .explain();
        let read = match results {
            Ok(QueryResults::Solutions(mut rows)) => rows.try_for_each(|row| row.map(drop)),
            Ok(QueryResults::Graph(mut triples)) => triples.try_for_each(|triple| triple.map(drop)),
            Ok(QueryResults::Boolean(_)) => Ok(()),
            Err(error) => Err(error),
        };
        let read: Result<(), QueryEvaluationError> = read;
        read.map_err(|error| limit.error(error))?;
        Ok(Explanation(explanation))
    }

    fn prepare(
        &self,
        query: &Query,
        options: &QueryOptions,
        token: CancellationToken,
    ) -> oxigraph::sparql::PreparedSparqlQuery {
        let mut prepared = SparqlEvaluator::new()
            .with_cancellation_token(token)
            .with_default_service_handler(options.services.handler())
            .for_query(query.clone());
        let dataset = prepared.dataset_mut();
        if dataset.is_default_dataset() {
            let graphs = if options.graphs.is_empty() {
                &self.default_graphs
            } else {
                &options.graphs
            };
            if !graphs.is_empty() {
                dataset.set_default_graph(graphs.iter().cloned().map(GraphName::from).collect());
            }
        }
        prepared
    }

    /// Flushes what was loaded. Compacting puts what was loaded in batches together: queries over
    /// millions of statements are ten times as fast for it, and it takes seconds.
    pub(super) fn finish(&self, compact: bool) -> Result<(), GraphError> {
        self.store.flush()?;
        if compact {
            self.store.optimize()?;
        }
        Ok(())
    }

    fn find_default_graphs(&mut self) -> Result<(), GraphError> {
        let yes = LiteralRef::new_typed_literal("true", xsd::BOOLEAN);
        let marked = self.store.quads_for_pattern(
            None,
            Some(casegraph::IN_DEFAULT_GRAPH),
            Some(yes.into()),
            None,
        );
        self.default_graphs.clear();
        for quad in marked {
            if let NamedOrBlankNode::NamedNode(graph) = quad?.subject {
                self.default_graphs.push(graph);
            }
        }
        self.default_graphs.sort();
        self.default_graphs.dedup();
        Ok(())
    }
}
