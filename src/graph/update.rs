//! SPARQL Update: what it finds is what a query finds.
//!
//! The engine sees several default graphs as several, where a query sees one set of triples; so `WHERE` is
//! evaluated here, on the default graph that queries have.

use std::rc::Rc;
use std::time::Duration;

use casegraph_snapshot::canonical;
use casegraph_snapshot::rewrite::for_each;
use oxigraph::sparql::{SparqlEvaluator, UpdateEvaluationError};
use oxigraph::store::{StorageError, Store};
use spareval::{
    DeleteInsertQuad, InternalQuad, QueryDatasetSpecification, QueryEvaluator, QueryableDataset,
};
use spargebra::algebra::GraphPattern;

use super::error::GraphError;
use super::limit::Limit;
use super::model::{
    CancellationToken, GraphName, GraphNameRef, GraphUpdateOperation, NamedOrBlankNodeRef, QuadRef,
    QueryDataset, QueryEvaluationError, Term, TermRef, Update,
};
use super::order::{self, sort_by_text};
use super::store::Graph;

impl Graph {
    /// Changes a store by SPARQL Update. If it fails, the first operations of the update may be done: it is
    /// made on a copy that is thrown away then.
    ///
    /// # Errors
    /// The update cannot be evaluated, or not in this time.
    pub fn update(&mut self, update: &Update, within: Duration) -> Result<(), GraphError> {
        let token = CancellationToken::new();
        let limit = Limit::new(Some(within), &token);
        for operation in &update.operations {
            let done = match operation {
                GraphUpdateOperation::DeleteInsert { .. } => {
                    self.delete_and_insert(operation, update, &token)
                }
                other => self.other(other.clone(), update),
            };
            done.map_err(|error| match error {
                GraphError::Evaluation(error) => limit.error(error),
                other => other,
            })?;
            self.find_default_graphs()?;
        }
        if limit.is_over() {
            return Err(GraphError::Timeout(within));
        }
        Ok(())
    }

    /// An operation that looks for nothing.
    fn other(&self, operation: GraphUpdateOperation, update: &Update) -> Result<(), GraphError> {
        let one = Update {
            base_iri: update.base_iri.clone(),
            operations: vec![operation],
        };
        let prepared = SparqlEvaluator::new().for_update(one);
        let done = prepared.on_store(self.store()?).execute();
        done.map_err(|error| match error {
            UpdateEvaluationError::Storage(error) => error.into(),
            other => GraphError::Update(other),
        })
    }

    fn delete_and_insert(
        &self,
        operation: &GraphUpdateOperation,
        update: &Update,
        token: &CancellationToken,
    ) -> Result<(), GraphError> {
        let GraphUpdateOperation::DeleteInsert {
            delete,
            insert,
            using,
            pattern,
        } = operation
        else {
            return Ok(());
        };
        let store = self.store()?;
        let mut pattern = pattern.as_ref().clone();
        self.spell_out(&mut pattern, using.as_ref(), &[])?;
        refuse_services(&mut pattern)?;
        sort_by_text(&mut pattern);
        let evaluator = QueryEvaluator::new()
            .with_cancellation_token(token.clone())
            .with_custom_function(order::function(), order::call);
        let mut prepared = evaluator.prepare_delete_insert(
            delete.clone(),
            insert.clone(),
            update.base_iri.clone(),
            None,
            &pattern,
        );
        *prepared.dataset_mut() = dataset(using.as_ref());
        let default = match using {
            Some(using) => using.default.as_slice(),
            None => self.default_graphs(),
        };
        let mut default: Vec<GraphName> = default.iter().cloned().map(Into::into).collect();
        if using.is_none() && default.is_empty() {
            default.push(GraphName::DefaultGraph);
        }
        let seen = MergedGraphs {
            store,
            default: default.into(),
        };
        let changes = prepared.execute(seen)?;
        let changes = changes.collect::<Result<Vec<_>, QueryEvaluationError>>()?;
        // Within EXISTS and MINUS the engine goes on past the end of the time.
        if token.is_cancelled() {
            return Err(GraphError::Evaluation(QueryEvaluationError::Cancelled));
        }
        let mut transaction = store.start_transaction()?;
        for change in &changes {
            if let DeleteInsertQuad::Delete(quad) = change {
                transaction.remove(quad);
            }
        }
        for change in &changes {
            if let DeleteInsertQuad::Insert(quad) = change {
                transaction.insert(quad);
            }
        }
        Ok(transaction.commit()?)
    }
}

/// An update asks no other endpoint, with `SILENT` or without.
fn refuse_services(pattern: &mut GraphPattern) -> Result<(), GraphError> {
    let mut asked = None;
    for_each(pattern, &mut |pattern| {
        if let GraphPattern::Service { name, .. } = pattern {
            asked = Some(name.to_string());
        }
    });
    match asked {
        Some(name) => {
            let name = name.trim_matches(['<', '>', ' ']).to_owned();
            Err(GraphError::ServiceNotAllowed(name))
        }
        None => Ok(()),
    }
}

/// The graphs that `USING` leaves; the default graph is made by [`MergedGraphs`].
fn dataset(using: Option<&QueryDataset>) -> QueryDatasetSpecification {
    let mut dataset = QueryDatasetSpecification::new();
    if let Some(named) = using.and_then(|using| using.named.as_ref()) {
        let named = named.iter().cloned().map(Into::into);
        dataset.set_available_named_graphs(named.collect());
    }
    dataset
}

/// A store whose default graph is several graphs merged: each triple is in it once.
struct MergedGraphs<'a> {
    store: &'a Store,
    default: Rc<[GraphName]>,
}

type Quads<'a> = Box<dyn Iterator<Item = Result<InternalQuad<Term>, StorageError>> + 'a>;

impl<'a> MergedGraphs<'a> {
    fn quads(
        &self,
        [subject, predicate, object]: [Option<&Term>; 3],
        graph: Option<GraphNameRef<'_>>,
    ) -> Quads<'a> {
        let subject = match subject.map(Term::as_ref) {
            Some(TermRef::NamedNode(node)) => Some(NamedOrBlankNodeRef::from(node)),
            Some(TermRef::BlankNode(node)) => Some(node.into()),
            Some(_) => return Box::new(std::iter::empty()),
            None => None,
        };
        let predicate = match predicate.map(Term::as_ref) {
            Some(TermRef::NamedNode(node)) => Some(node),
            Some(_) => return Box::new(std::iter::empty()),
            None => None,
        };
        let object = object.map(Term::as_ref);
        let found = self
            .store
            .quads_for_pattern(subject, predicate, object, graph);
        Box::new(found.map(|quad| {
            let quad = quad?;
            Ok(InternalQuad {
                subject: quad.subject.into(),
                predicate: quad.predicate.into(),
                object: quad.object,
                graph_name: match quad.graph_name {
                    GraphName::NamedNode(node) => Some(node.into()),
                    GraphName::BlankNode(node) => Some(node.into()),
                    GraphName::DefaultGraph => None,
                },
            })
        }))
    }

    /// Whether one of these graphs has the triple.
    fn is_in(&self, quad: &InternalQuad<Term>, graphs: &[GraphName]) -> Result<bool, StorageError> {
        let subject = match &quad.subject {
            Term::NamedNode(node) => NamedOrBlankNodeRef::from(node.as_ref()),
            Term::BlankNode(node) => node.as_ref().into(),
            Term::Literal(_) | Term::Triple(_) => return Ok(false),
        };
        let Term::NamedNode(predicate) = &quad.predicate else {
            return Ok(false);
        };
        for graph in graphs {
            if self.store.contains(QuadRef {
                subject,
                predicate: predicate.as_ref(),
                object: quad.object.as_ref(),
                graph_name: graph.as_ref(),
            })? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn default_graph(&self, terms: [Option<&Term>; 3]) -> Quads<'a> {
        let seen = Self {
            store: self.store,
            default: Rc::clone(&self.default),
        };
        let terms = terms.map(Option::<&Term>::cloned);
        let all = (0..self.default.len()).flat_map(move |at| {
            let graph = seen.default[at].as_ref();
            let found = seen.quads(terms.each_ref().map(Option::as_ref), Some(graph));
            let before = Self {
                store: seen.store,
                default: Rc::clone(&seen.default),
            };
            found.filter_map(move |quad| match quad {
                Ok(quad) => match before.is_in(&quad, &before.default[..at]) {
                    Ok(true) => None,
                    Ok(false) => Some(Ok(InternalQuad {
                        graph_name: None,
                        ..quad
                    })),
                    Err(error) => Some(Err(error)),
                },
                Err(error) => Some(Err(error)),
            })
        });
        Box::new(all)
    }
}

impl<'a> QueryableDataset<'a> for MergedGraphs<'a> {
    type InternalTerm = Term;
    type Error = StorageError;

    fn internal_quads_for_pattern(
        &self,
        subject: Option<&Term>,
        predicate: Option<&Term>,
        object: Option<&Term>,
        graph_name: Option<Option<&Term>>,
    ) -> impl Iterator<Item = Result<InternalQuad<Term>, StorageError>> + use<'a> {
        let terms = [subject, predicate, object];
        match graph_name {
            None => {
                let named = |quad: &Result<InternalQuad<Term>, _>| {
                    quad.as_ref().map_or(true, |quad| quad.graph_name.is_some())
                };
                Box::new(self.quads(terms, None).filter(named)) as Quads<'a>
            }
            Some(None) => self.default_graph(terms),
            Some(Some(Term::NamedNode(graph))) => self.quads(terms, Some(graph.as_ref().into())),
            Some(Some(Term::BlankNode(graph))) => self.quads(terms, Some(graph.as_ref().into())),
            Some(Some(Term::Literal(_) | Term::Triple(_))) => Box::new(std::iter::empty()),
        }
    }

    fn internalize_term(&self, term: Term) -> Result<Term, StorageError> {
        // The store gives numbers back in one spelling.
        Ok(canonical(term))
    }

    fn externalize_term(&self, term: Term) -> Result<Term, StorageError> {
        Ok(term)
    }
}
