//! Rewrites queries and gives each to the batch executor or to the SPARQL engine.

use std::time::Duration;

use casegraph_snapshot::batch::{self, Computed, Explanation as BatchExplanation};
use casegraph_snapshot::{Guard, Snapshot, SnapshotError, View, canonical};
use oxigraph::sparql::{
    PreparedSparqlQuery, QueryEvaluationError, QueryExplanation, QueryResults, SparqlEvaluator,
};
use spargebra::algebra::GraphPattern;

use super::error::GraphError;
use super::graphs::{Named, spell_out};
use super::limit::Limit;
use super::model::{CancellationToken, GraphName, NamedNode, Quad, Query, QueryDataset, Term};
use super::order::{self, sort_by_text};
use super::rows::Rows;
use super::service::{Services, mark_silent};
use super::store::{Backend, Graph, QuadPattern};
use super::triples::Triples;

/// How a query is to be evaluated.
#[derive(Debug, Clone, Default)]
pub struct QueryOptions {
    /// Graphs to ask instead of the usual default graph; the query's own `FROM` comes first.
    pub graphs: Vec<NamedNode>,
    /// Time after which the evaluation is stopped.
    pub timeout: Option<Duration>,
    /// Other endpoints that `SERVICE` may ask.
    pub services: Services,
}

/// How a query was evaluated: the steps, with the time spent and rows made.
pub enum Explanation {
    /// By the SPARQL engine; groups that batches computed stand in the query as tables.
    Engine(QueryExplanation, WhyNotBatches),
    /// The batch executor answers all of it.
    Batches(BatchExplanation),
}

/// Why batches did not answer alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyNotBatches {
    /// The store is in memory.
    InMemory,
    /// It is no `SELECT`.
    Form,
    /// Batches computed the groups, and the engine what stands around them.
    Around,
    /// Its patterns have a part that only the engine evaluates.
    Patterns,
}

impl WhyNotBatches {
    fn words(self) -> &'static str {
        match self {
            Self::InMemory => "batches read snapshots alone",
            Self::Form => "batches answer SELECT alone",
            Self::Around => {
                "batches computed groups, which are tables in this plan; what stands around them is the engine's"
            }
            Self::Patterns => {
                "the engine alone has something in it, as UNION, GRAPH, SERVICE, a variable for a property, patterns that share no \
                 variable, or an aggregate or order of an expression"
            }
        }
    }
}

impl Explanation {
    /// The explanation as JSON text.
    #[must_use]
    pub fn to_json(&self) -> String {
        let (answered_by, mut object) = match self {
            Self::Engine(plan, _) => {
                let mut bytes = Vec::new();
                // Writing to memory does not fail.
                let _ = plan.write_in_json(&mut bytes);
                let object = serde_json::from_slice(&bytes).unwrap_or_default();
                ("the SPARQL engine", object)
            }
            Self::Batches(plan) => ("batches", plan.to_json()),
        };
        object.insert("answered by".to_owned(), answered_by.into());
        if let Self::Engine(_, why) = self {
            object.insert("why not batches".to_owned(), why.words().into());
        }
        serde_json::Value::Object(object).to_string()
    }
}

/// What a query gives.
pub enum Results {
    /// Rows of a `SELECT`.
    Rows(Rows),
    /// Yes or no, of an `ASK`.
    Boolean(bool),
    /// Triples of a `CONSTRUCT` or `DESCRIBE`.
    Triples(Triples),
}

impl Results {
    /// The engine's results, or the error that its guard noted.
    fn of_engine(
        results: QueryResults<'static>,
        guard: Guard,
    ) -> Result<Self, QueryEvaluationError> {
        Ok(match results {
            QueryResults::Solutions(rows) => Self::Rows(Rows::of_engine(rows, guard)),
            QueryResults::Boolean(yes) => {
                guard.check()?;
                Self::Boolean(yes)
            }
            QueryResults::Graph(triples) => Self::Triples(Triples::new(triples, guard)),
        })
    }
}

/// Results, computed while they are read, and the time limit on that.
pub struct Answer {
    /// The rows, triples or truth value.
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

impl Graph {
    /// Evaluates a parsed query. Nothing is fetched from elsewhere, but by `SERVICE` from endpoints
    /// that the options allow.
    ///
    /// # Errors
    /// The query cannot be evaluated; errors met later come while the results are read.
    pub fn query(&self, query: &Query, options: &QueryOptions) -> Result<Answer, GraphError> {
        let token = CancellationToken::new();
        let limit = Limit::new(options.timeout, &token);
        let guard = Guard::new(&token);
        let query = self.rewritten(query, options)?;
        let results = match &self.quads {
            Backend::Memory(store) => self
                .prepare(query, options, (token, &guard))
                .on_store(store)
                .execute()
                .and_then(|results| Results::of_engine(results, guard)),
            Backend::Snapshot(snapshot) => {
                self.ask_snapshot(snapshot, query, options, (token, guard))
            }
        };
        match results {
            Ok(results) => Ok(Answer { results, limit }),
            Err(error) => Err(limit.error(error)),
        }
    }

    /// The query that is evaluated: where the engine departs from SPARQL, the query is rewritten.
    fn rewritten(&self, query: &Query, options: &QueryOptions) -> Result<Query, GraphError> {
        let mut query = query.clone();
        let (Query::Select {
            pattern, dataset, ..
        }
        | Query::Construct {
            pattern, dataset, ..
        }
        | Query::Describe {
            pattern, dataset, ..
        }
        | Query::Ask {
            pattern, dataset, ..
        }) = &mut query;
        self.spell_out(pattern, dataset.as_ref(), &options.graphs)?;
        Ok(query)
    }

    /// Rewrites a pattern so that the engine evaluates it as SPARQL says, on a dataset or else on
    /// these graphs or the usual ones.
    pub(super) fn spell_out(
        &self,
        pattern: &mut GraphPattern,
        dataset: Option<&QueryDataset>,
        graphs: &[NamedNode],
    ) -> Result<(), GraphError> {
        if let Some(variable) = mark_silent(pattern) {
            return Err(GraphError::ServiceVariable(variable));
        }
        let default = match dataset {
            Some(dataset) => Some(dataset.default.as_slice()),
            None if !graphs.is_empty() => Some(graphs),
            None => Some(self.default_graphs.as_slice()).filter(|graphs| !graphs.is_empty()),
        };
        let named = dataset.and_then(|dataset| dataset.named.as_deref());
        spell_out(
            pattern,
            &AskedOf {
                graph: self,
                default,
                named,
            },
        )
    }

    /// Evaluates a query on a snapshot: batches do what they can, the engine does the rest.
    fn ask_snapshot(
        &self,
        snapshot: &Snapshot,
        query: Query,
        options: &QueryOptions,
        (token, guard): (CancellationToken, Guard),
    ) -> Result<Results, QueryEvaluationError> {
        let mut prepared = self.prepare(query.clone(), options, (token.clone(), &guard));
        let damaged = |error: SnapshotError| QueryEvaluationError::Dataset(Box::new(error));
        let (chosen, view) = view(snapshot, &mut prepared, &options.graphs).map_err(damaged)?;
        match batch::compute(snapshot, chosen.as_deref(), query, &token)? {
            Computed::Rows(rows) => Ok(Results::Rows(rows.into())),
            Computed::Query(rest) => {
                let dataset = prepared.dataset().clone();
                let mut prepared = self.prepare(*rest, options, (token, &guard));
                *prepared.dataset_mut() = dataset;
                let view = view.watched(guard.clone());
                let results = prepared.on_queryable_dataset(view).execute()?;
                Results::of_engine(results, guard)
            }
        }
    }

    /// Evaluates a query to its end and says how that was done: by which evaluator, and in which steps.
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
        let guard = Guard::new(&token);
        let failed = |error| limit.error(error);
        let query = self.rewritten(query, options)?;
        let mut prepared = self.prepare(query.clone(), options, (token.clone(), &guard));
        let mut why = WhyNotBatches::InMemory;
        let (results, explanation) = match &self.quads {
            Backend::Memory(store) => prepared.on_store(store).compute_statistics().explain(),
            Backend::Snapshot(snapshot) => {
                let (chosen, view) = view(snapshot, &mut prepared, &options.graphs)?;
                let asked = query.clone();
                let rest = match batch::compute(snapshot, chosen.as_deref(), query, &token)
                    .map_err(failed)?
                {
                    Computed::Rows(rows) => {
                        return Ok(Explanation::Batches(rows.explain().map_err(failed)?));
                    }
                    Computed::Query(rest) => *rest,
                };
                why = match &rest {
                    Query::Select { .. } if rest != asked => WhyNotBatches::Around,
                    Query::Select { .. } => WhyNotBatches::Patterns,
                    _ => WhyNotBatches::Form,
                };
                let dataset = prepared.dataset().clone();
                let mut prepared = self.prepare(rest, options, (token, &guard));
                *prepared.dataset_mut() = dataset;
                let bound = prepared.on_queryable_dataset(view.watched(guard.clone()));
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
        read.and_then(|()| guard.check()).map_err(failed)?;
        Ok(Explanation::Engine(explanation, why))
    }

    fn prepare(
        &self,
        mut query: Query,
        options: &QueryOptions,
        (token, guard): (CancellationToken, &Guard),
    ) -> PreparedSparqlQuery {
        let (Query::Select { pattern, .. }
        | Query::Construct { pattern, .. }
        | Query::Describe { pattern, .. }
        | Query::Ask { pattern, .. }) = &mut query;
        sort_by_text(pattern);
        let mut prepared = SparqlEvaluator::new()
            .with_cancellation_token(token)
            .with_custom_function(order::function(), order::call)
            .with_default_service_handler(options.services.handler(guard.clone()))
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
}

/// The graphs that a query is asked of.
struct AskedOf<'a> {
    graph: &'a Graph,
    /// The graphs that make up the default graph; the one without a name if there are none.
    default: Option<&'a [NamedNode]>,
    named: Option<&'a [NamedNode]>,
}

impl Named for AskedOf<'_> {
    fn names(&self) -> Result<Vec<NamedNode>, GraphError> {
        match self.named {
            Some(named) => Ok(named.to_vec()),
            None => self.graph.named_graphs(),
        }
    }

    fn is_node(&self, term: &Term, graph: Option<&NamedNode>) -> Result<bool, GraphError> {
        let term = canonical(term.clone());
        let is_in = |quad: &Quad| match (&quad.graph_name, graph) {
            (GraphName::NamedNode(name), Some(graph)) => name == graph,
            (GraphName::NamedNode(name), None) => {
                self.default.is_some_and(|default| default.contains(name))
            }
            (GraphName::DefaultGraph, None) => self.default.is_none(),
            _ => false,
        };
        let subject: Option<&NamedNode> = match &term {
            Term::NamedNode(node) => Some(node),
            Term::BlankNode(_) | Term::Literal(_) | Term::Triple(_) => None,
        };
        let as_subject = subject.map(|subject| QuadPattern {
            subject: Some(subject),
            graph,
            ..QuadPattern::default()
        });
        let as_object = QuadPattern {
            object: Some(&term),
            graph,
            ..QuadPattern::default()
        };
        for wanted in as_subject.into_iter().chain([as_object]) {
            for quad in self.graph.quads_with(wanted) {
                if is_in(&quad?) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }
}

/// A snapshot as one query sees it: the graphs of the query's default graph are merged, and each
/// triple stands once. Also returns these graphs, if they are not the usual ones.
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
