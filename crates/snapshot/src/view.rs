//! What the SPARQL engine sees of a snapshot.

use std::cell::RefCell;
use std::collections::HashMap;
use std::num::NonZeroU32;

use oxrdf::{NamedNode, Term};
use rustc_hash::FxBuildHasher;
use spareval::{ExpressionTerm, InternalQuad, QueryEvaluationError, QueryableDataset};

use super::Snapshot;
use super::file::SnapshotError;
use super::format::Section;
use super::scan::{Graphs, Pattern};
use super::terms::canonical;
use crate::guard::Guard;

/// A term as a number: of the dictionary, or above that of what a query computed.
pub type Id = NonZeroU32;

/// Terms that stand in no triple: constants of a query, and what it computes.
#[derive(Default)]
struct Computed {
    terms: Vec<Term>,
    /// Of these, and of terms of the dictionary that were looked up.
    numbers: HashMap<Term, Id, FxBuildHasher>,
}

/// A snapshot during one query.
pub struct View {
    snapshot: Snapshot,
    default: Graphs,
    computed: RefCell<Computed>,
    guard: Guard,
}

/// The default graph of a snapshot, or that of these graphs put together.
pub(super) fn default_graph(
    snapshot: &Snapshot,
    graphs: Option<&[NamedNode]>,
) -> Result<Graphs, SnapshotError> {
    let Some(graphs) = graphs else {
        return Ok(Graphs::Default);
    };
    let mut ids = Vec::new();
    for graph in graphs {
        ids.extend(snapshot.find(&graph.clone().into())?);
    }
    Ok(Graphs::Chosen(snapshot.0.sets_with(&ids)?.into()))
}

impl View {
    /// A snapshot with its own default graph, or with that of these graphs put together.
    ///
    /// # Errors
    /// The file is damaged.
    pub fn new(snapshot: &Snapshot, graphs: Option<&[NamedNode]>) -> Result<Self, SnapshotError> {
        Ok(Self {
            snapshot: snapshot.clone(),
            default: default_graph(snapshot, graphs)?,
            computed: RefCell::default(),
            guard: Guard::default(),
        })
    }

    /// The same with a guard that is told what goes wrong.
    #[must_use]
    pub fn watched(self, guard: Guard) -> Self {
        Self { guard, ..self }
    }

    fn internal(&self, term: Term) -> Result<Id, SnapshotError> {
        // Numbers have one spelling in the dictionary.
        let term = canonical(term);
        let mut computed = self.computed.borrow_mut();
        if let Some(known) = computed.numbers.get(&term) {
            return Ok(*known);
        }
        let id = match self.snapshot.find(&term)? {
            Some(id) => self.id(id)?,
            None => {
                computed.terms.push(term.clone());
                let above = self.snapshot.0.counts().terms + computed.terms.len() as u64;
                let id = u32::try_from(above).ok().and_then(Id::new);
                id.ok_or(SnapshotError::TooLarge)?
            }
        };
        computed.numbers.insert(term, id);
        Ok(id)
    }

    fn external(&self, id: Id) -> Result<Term, SnapshotError> {
        match self.computed(id) {
            None => self.snapshot.dictionary().term(id.get()),
            Some(at) => {
                let computed = self.computed.borrow();
                let term = computed.terms.get(at).cloned();
                term.ok_or_else(|| self.snapshot.0.damaged("a term of another query"))
            }
        }
    }

    /// The place of a computed term; `None` for one of the dictionary.
    fn computed(&self, id: Id) -> Option<usize> {
        (u64::from(id.get()).checked_sub(self.snapshot.0.counts().terms + 1)).map(|at| at as usize)
    }

    fn id(&self, id: u32) -> Result<Id, SnapshotError> {
        Id::new(id).ok_or_else(|| self.snapshot.0.damaged("a term without a number"))
    }
}

/// Tells the guard of an error: the engine may go on as if there were none.
fn noted<T>(guard: &Guard, result: Result<T, SnapshotError>) -> Result<T, SnapshotError> {
    result.inspect_err(|error| {
        guard.note(QueryEvaluationError::Dataset(Box::new(error.clone())));
    })
}

impl QueryableDataset<'static> for View {
    type InternalTerm = Id;
    type Error = SnapshotError;

    fn internal_quads_for_pattern(
        &self,
        subject: Option<&Id>,
        predicate: Option<&Id>,
        object: Option<&Id>,
        graph_name: Option<Option<&Id>>,
    ) -> impl Iterator<Item = Result<InternalQuad<Id>, SnapshotError>> + use<> {
        let graphs = match graph_name {
            None => Graphs::Named,
            Some(None) => self.default.clone(),
            Some(Some(graph)) => Graphs::One(graph.get()),
        };
        let pattern = Pattern {
            terms: [subject, predicate, object].map(|term| term.copied().map(Id::get)),
            graphs,
        };
        let snapshot = self.snapshot.clone();
        let guard = self.guard.clone();
        let rows = snapshot.clone().scan(pattern);
        rows.map(move |row| {
            let [s, p, o, g] = noted(&guard, row)?.map(Id::new);
            let damaged = || snapshot.0.damaged("a term without a number");
            Ok(InternalQuad {
                subject: s.ok_or_else(damaged)?,
                predicate: p.ok_or_else(damaged)?,
                object: o.ok_or_else(damaged)?,
                graph_name: g,
            })
        })
    }

    fn internal_named_graphs(&self) -> impl Iterator<Item = Result<Id, SnapshotError>> + use<> {
        let (graphs, failed) = match self.snapshot.0.all::<u32>(Section::Graphs) {
            Ok(graphs) => (graphs.to_vec(), None),
            Err(error) => (Vec::new(), noted(&self.guard, Err::<(), _>(error)).err()),
        };
        let ids = graphs.into_iter().filter_map(Id::new).map(Ok);
        failed.into_iter().map(Err).chain(ids)
    }

    fn contains_internal_graph_name(&self, graph_name: &Id) -> Result<bool, SnapshotError> {
        let graphs = noted(&self.guard, self.snapshot.0.all::<u32>(Section::Graphs))?;
        Ok(graphs.binary_search(&graph_name.get()).is_ok())
    }

    fn internalize_term(&self, term: Term) -> Result<Id, SnapshotError> {
        noted(&self.guard, self.internal(term))
    }

    fn externalize_term(&self, id: Id) -> Result<Term, SnapshotError> {
        noted(&self.guard, self.external(id))
    }

    fn externalize_expression_term(&self, id: Id) -> Result<ExpressionTerm, SnapshotError> {
        match self.computed(id) {
            None => noted(&self.guard, self.snapshot.dictionary().expression(id.get())),
            Some(_) => Ok(self.externalize_term(id)?.into()),
        }
    }
}
