//! The handle on a store: opening, loading and asking.

use std::path::Path;
use std::time::Duration;

use oxigraph::model::vocab::{rdf, xsd};
use oxigraph::sparql::{
    PreparedSparqlQuery, QueryEvaluationError, QueryExplanation, QueryResults, SparqlEvaluator,
    UpdateEvaluationError,
};
use oxigraph::store::{StorageError, Store};
use thiserror::Error;

use super::exists::ask_once;
use super::limit::Limit;
use super::model::{
    CancellationToken, GraphName, LiteralRef, NamedNode, NamedNodeRef, NamedOrBlankNode, Quad,
    Query, QueryTripleIter, Term, Update,
};
use super::order::separate_numbers;
use super::rows::Rows;
use super::service::Services;
use super::snapshot::batch::{self, Computed};
use super::snapshot::{Snapshot, SnapshotError, View, Writer};
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
    /// An update could not be done.
    #[error("the update could not be done, and nothing is changed")]
    Update(#[source] UpdateEvaluationError),
    /// A snapshot was to be changed.
    #[error("a snapshot does not change: `casegraph build` and `casegraph link` make a new one")]
    Immutable,
    /// The snapshot of the store is damaged, or of another version.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
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
            QueryEvaluationError::Dataset(error) => match error.downcast::<SnapshotError>() {
                Ok(error) => Self::Snapshot(*error),
                Err(error) => Self::Evaluation(QueryEvaluationError::Dataset(error)),
            },
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

/// What a query gives.
pub enum Results {
    /// Rows of a `SELECT`.
    Rows(Rows),
    /// Yes or no, of an `ASK`.
    Boolean(bool),
    /// Triples of a `CONSTRUCT` or `DESCRIBE`.
    Triples(QueryTripleIter<'static>),
}

impl From<QueryResults<'static>> for Results {
    fn from(results: QueryResults<'static>) -> Self {
        match results {
            QueryResults::Solutions(rows) => Self::Rows(rows.into()),
            QueryResults::Boolean(yes) => Self::Boolean(yes),
            QueryResults::Graph(triples) => Self::Triples(triples),
        }
    }
}

/// Results that are made while they are read, and the limit on the time that takes.
pub struct Answer {
    /// The results.
    pub results: Results,
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
    pub fn into_parts(self) -> (Results, Limit) {
        (self.results, self.limit)
    }
}

/// Memory that loading may take, about; less of it takes longer.
const LOADING_MEGABYTES: usize = 512;

/// A store of quads, and which of its graphs make up the default graph of a query.
pub struct Graph {
    quads: Backend,
    default_graphs: Vec<NamedNode>,
}

/// Where quads are read from.
enum Backend {
    /// A store, which takes writes.
    Store(Store),
    /// An immutable copy of one, which is read much faster.
    Snapshot(Snapshot),
}

/// Terms that are given of the quads that are wanted.
#[derive(Clone, Copy, Default)]
struct Wanted<'a> {
    subject: Option<&'a NamedNode>,
    predicate: Option<NamedNodeRef<'a>>,
    object: Option<&'a Term>,
    graph: Option<&'a NamedNode>,
}

impl Graph {
    /// A store in memory, for tests and small questions.
    ///
    /// # Errors
    /// The engine cannot be started.
    pub fn in_memory() -> Result<Self, GraphError> {
        Ok(Self::of(Backend::Store(Store::new()?)))
    }

    /// A new store on disk.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn create(path: &Path) -> Result<Self, GraphError> {
        let mut graph = Self::of(Backend::Store(Store::open(path)?));
        // It may be a copy.
        graph.find_default_graphs()?;
        Ok(graph)
    }

    /// A store on disk, for reading only; any number of processes may do so at once.
    ///
    /// # Errors
    /// There is none, or its files are damaged.
    pub fn open_read_only(path: &Path) -> Result<Self, GraphError> {
        let mut graph = Self::of(Backend::Store(Store::open_read_only(path)?));
        graph.find_default_graphs()?;
        Ok(graph)
    }

    /// An immutable copy of a store; any number of processes may read it at once.
    ///
    /// # Errors
    /// It is damaged, or of another version.
    pub fn of_snapshot(snapshot: Snapshot) -> Result<Self, GraphError> {
        let mut graph = Self::of(Backend::Snapshot(snapshot));
        graph.find_default_graphs()?;
        Ok(graph)
    }

    fn of(quads: Backend) -> Self {
        Self {
            quads,
            default_graphs: Vec::new(),
        }
    }

    /// The snapshot that is read, if it is one.
    #[must_use]
    pub fn snapshot(&self) -> Option<&Snapshot> {
        match &self.quads {
            Backend::Snapshot(snapshot) => Some(snapshot),
            Backend::Store(_) => None,
        }
    }

    /// The store, for what changes it.
    fn store(&self) -> Result<&Store, GraphError> {
        match &self.quads {
            Backend::Store(store) => Ok(store),
            Backend::Snapshot(_) => Err(GraphError::Immutable),
        }
    }

    /// The quads that have these terms, in no order.
    fn quads_with<'a>(
        &'a self,
        wanted: Wanted<'a>,
    ) -> Box<dyn Iterator<Item = Result<Quad, GraphError>> + 'a> {
        match &self.quads {
            Backend::Store(store) => Box::new(
                store
                    .quads_for_pattern(
                        wanted.subject.map(|node| node.as_ref().into()),
                        wanted.predicate,
                        wanted.object.map(Term::as_ref),
                        wanted.graph.map(|graph| graph.as_ref().into()),
                    )
                    .map(|quad| quad.map_err(Into::into)),
            ),
            Backend::Snapshot(snapshot) => Box::new(
                snapshot
                    .quads_of(
                        wanted.subject.cloned().map(Term::from).as_ref(),
                        wanted.predicate.map(NamedNodeRef::into_owned).as_ref(),
                        wanted.object,
                        wanted.graph,
                    )
                    .map(|quad| quad.map_err(Into::into)),
            ),
        }
    }

    /// Writes a snapshot of everything.
    ///
    /// # Errors
    /// The store cannot be read, or the file not written.
    pub fn write_snapshot(&self, path: &Path) -> Result<u64, GraphError> {
        let mut writer = Writer::default();
        self.add_to(&mut writer, &[])?;
        Ok(writer.write(path, &self.default_graphs)?)
    }

    /// Adds all quads but those of these graphs to a snapshot that is to be written.
    pub(super) fn add_to(
        &self,
        writer: &mut Writer,
        except: &[NamedNode],
    ) -> Result<(), GraphError> {
        if let Backend::Snapshot(snapshot) = &self.quads {
            return Ok(writer.add_all(snapshot, except)?);
        }
        for quad in self.quads_with(Wanted::default()) {
            let quad = quad?;
            let named =
                matches!(&quad.graph_name, GraphName::NamedNode(name) if except.contains(name));
            if !named {
                writer.add(quad.as_ref());
            }
        }
        Ok(())
    }

    /// Adds quads, all or none.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn load(&mut self, quads: impl IntoIterator<Item = Quad>) -> Result<(), GraphError> {
        let mut loader = self
            .store()?
            .bulk_loader()
            .with_max_memory_size_in_megabytes(LOADING_MEGABYTES);
        loader.load_quads(quads)?;
        loader.commit()?;
        self.find_default_graphs()
    }

    /// Changes a store by SPARQL Update, as a whole or not at all.
    ///
    /// # Errors
    /// The update cannot be evaluated, or not in this time.
    pub fn update(&mut self, update: &Update, within: Duration) -> Result<(), GraphError> {
        let token = CancellationToken::new();
        let limit = Limit::new(Some(within), &token);
        let mut prepared = SparqlEvaluator::new()
            .with_cancellation_token(token)
            .for_update(update.clone());
        let graphs: Vec<GraphName> = self
            .default_graphs
            .iter()
            .cloned()
            .map(Into::into)
            .collect();
        for dataset in prepared.using_datasets_mut() {
            if dataset.is_default_dataset() && !graphs.is_empty() {
                dataset.set_default_graph(graphs.clone());
            }
        }
        let done = prepared.on_store(self.store()?).execute();
        done.map_err(|error| match error {
            _ if limit.is_over() => GraphError::Timeout(within),
            UpdateEvaluationError::Storage(error) => error.into(),
            other => GraphError::Update(other),
        })?;
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
            self.store()?.remove_named_graph(graph)?;
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
        self.quads_with(Wanted::default())
            .map_while(move |quad| match quad {
                Ok(quad) => Some(quad),
                Err(error) => {
                    *failed = Some(error);
                    None
                }
            })
            .filter(|quad| match &quad.graph_name {
                GraphName::NamedNode(name) => !graphs.contains(name),
                _ => true,
            })
    }

    /// The quads of a named graph, in no order.
    pub fn quads_of<'a>(
        &'a self,
        graph: &'a NamedNode,
    ) -> impl Iterator<Item = Result<Quad, GraphError>> + 'a {
        self.quads_with(Wanted {
            graph: Some(graph),
            ..Wanted::default()
        })
    }

    /// What stands of a thing in any graph: property and value.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn properties(&self, thing: &NamedNode) -> Result<Vec<(NamedNode, Term)>, GraphError> {
        let wanted = Wanted {
            subject: Some(thing),
            ..Wanted::default()
        };
        self.quads_with(wanted)
            .map(|quad| quad.map(|quad| (quad.predicate, quad.object)))
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
        let wanted = Wanted {
            predicate: Some(property),
            object: Some(value),
            ..Wanted::default()
        };
        for quad in self.quads_with(wanted) {
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
        match &self.quads {
            Backend::Store(store) => Ok(store.len()? as u64),
            Backend::Snapshot(snapshot) => Ok(snapshot.quads()),
        }
    }

    /// Whether there are no quads.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn is_empty(&self) -> Result<bool, GraphError> {
        Ok(self
            .quads_with(Wanted::default())
            .next()
            .transpose()?
            .is_none())
    }

    /// All quads, in no order.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn quads(&self) -> Result<Vec<Quad>, GraphError> {
        self.quads_with(Wanted::default()).collect()
    }

    /// Whether an IRI stands anywhere in the store.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn mentions(&self, node: &NamedNode) -> Result<bool, GraphError> {
        let term = Term::from(node.clone());
        let places = [
            Wanted {
                subject: Some(node),
                ..Wanted::default()
            },
            Wanted {
                predicate: Some(node.as_ref()),
                ..Wanted::default()
            },
            Wanted {
                object: Some(&term),
                ..Wanted::default()
            },
            Wanted {
                graph: Some(node),
                ..Wanted::default()
            },
        ];
        for wanted in places {
            if self.quads_with(wanted).next().transpose()?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The IRIs of all things with a type that begin with a namespace, sorted.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn things_in(&self, namespace: &str) -> Result<Vec<NamedNode>, GraphError> {
        let mut things = Vec::new();
        let wanted = Wanted {
            predicate: Some(rdf::TYPE),
            ..Wanted::default()
        };
        for quad in self.quads_with(wanted) {
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
        let wanted = Wanted {
            subject: Some(thing),
            predicate: Some(property),
            ..Wanted::default()
        };
        for quad in self.quads_with(wanted) {
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
        let mut names = match &self.quads {
            Backend::Snapshot(snapshot) => snapshot.named_graphs()?,
            Backend::Store(store) => {
                let mut names = Vec::new();
                for graph in store.named_graphs() {
                    if let NamedOrBlankNode::NamedNode(name) = graph? {
                        names.push(name);
                    }
                }
                names
            }
        };
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
        let mut query = query.clone();
        ask_once(&mut query);
        let query = &query;
        let results = match &self.quads {
            Backend::Store(store) => self
                .prepare(query.clone(), options, token)
                .on_store(store)
                .execute()
                .map(Results::from),
            Backend::Snapshot(snapshot) => self.ask_snapshot(snapshot, query, options, token),
        };
        match results {
            Ok(results) => Ok(Answer { results, limit }),
            Err(error) => Err(limit.error(error)),
        }
    }

    /// Evaluates a query on a snapshot: in batches what can be, the rest by the engine.
    fn ask_snapshot(
        &self,
        snapshot: &Snapshot,
        query: &Query,
        options: &QueryOptions,
        token: CancellationToken,
    ) -> Result<Results, QueryEvaluationError> {
        let mut prepared = self.prepare(query.clone(), options, token.clone());
        let damaged = |error: SnapshotError| QueryEvaluationError::Dataset(Box::new(error));
        let (chosen, view) = view(snapshot, &mut prepared, &options.graphs).map_err(damaged)?;
        match batch::compute(snapshot, chosen.as_deref(), query.clone(), &token)? {
            Computed::Rows(rows) => Ok(Results::Rows(rows.into())),
            Computed::Query(rest) => {
                let dataset = prepared.dataset().clone();
                let mut prepared = self.prepare(*rest, options, token);
                *prepared.dataset_mut() = dataset;
                let results = prepared.on_queryable_dataset(view).execute()?;
                Ok(results.into())
            }
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
        let mut query = query.clone();
        ask_once(&mut query);
        let mut prepared = self.prepare(query, options, token);
        let (results, explanation) = match &self.quads {
            Backend::Store(store) => prepared.on_store(store).compute_statistics().explain(),
            Backend::Snapshot(snapshot) => {
                let (_, view) = view(snapshot, &mut prepared, &options.graphs)?;
                let bound = prepared.on_queryable_dataset(view);
                bound.compute_statistics().explain()
            }
        };
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
        mut query: Query,
        options: &QueryOptions,
        token: CancellationToken,
    ) -> PreparedSparqlQuery {
        separate_numbers(&mut query);
        let mut prepared = SparqlEvaluator::new()
            .with_cancellation_token(token)
            .with_default_service_handler(options.services.handler())
            .for_query(query);
        let dataset = prepared.dataset_mut();
        // A snapshot knows its default graph.
        if dataset.is_default_dataset() && self.snapshot().is_none() {
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
        self.store()?.flush()?;
        if compact {
            self.store()?.optimize()?;
        }
        Ok(())
    }

    fn find_default_graphs(&mut self) -> Result<(), GraphError> {
        let yes = Term::from(LiteralRef::new_typed_literal("true", xsd::BOOLEAN).into_owned());
        // Sorted, each once.
        self.default_graphs = self.things_with(casegraph::IN_DEFAULT_GRAPH, &yes)?;
        Ok(())
    }
}

/// A snapshot as one query sees it: the graphs that its default graph is made of become one graph, in
/// which a triple stands once. Gives these graphs too, if they are not the usual ones.
fn view(
    snapshot: &Snapshot,
    prepared: &mut PreparedSparqlQuery,
    graphs: &[NamedNode],
) -> Result<(Option<Vec<NamedNode>>, View), SnapshotError> {
    let dataset = prepared.dataset_mut();
    let chosen: Option<Vec<NamedNode>> = if dataset.is_default_dataset() {
        (!graphs.is_empty()).then(|| graphs.to_vec())
    } else {
        let named = |graph: &GraphName| match graph {
            GraphName::NamedNode(name) => Some(name.clone()),
            _ => None,
        };
        let graphs = dataset.default_graph_graphs();
        graphs.map(|graphs| graphs.iter().filter_map(named).collect())
    };
    if chosen.is_some() {
        dataset.set_default_graph(vec![GraphName::DefaultGraph]);
    }
    let view = View::new(snapshot, chosen.as_deref())?;
    Ok((chosen, view))
}
