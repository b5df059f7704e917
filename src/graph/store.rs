//! The handle on a store: opening, loading and reading.

use std::collections::BTreeMap;
use std::path::Path;

use casegraph_snapshot::{Snapshot, Writer};
use oxigraph::model::vocab::{rdf, xsd};
use oxigraph::store::Store;

use super::error::{GraphError, MOST_TO_UPDATE};
use super::model::{GraphName, LiteralRef, NamedNode, NamedNodeRef, NamedOrBlankNode, Quad, Term};
use super::snapshot::{self, MEMORY};
use super::vocab::casegraph;

/// A store of quads, and which of its graphs make up the default graph of a query.
pub struct Graph {
    pub(super) quads: Backend,
    pub(super) default_graphs: Vec<NamedNode>,
}

/// Where quads are read from.
pub(super) enum Backend {
    /// Quads in memory, which take writes.
    Memory(Store),
    /// A file that never changes, which is read much faster.
    Snapshot(Snapshot),
}

/// Terms that are given of the quads that are wanted.
#[derive(Clone, Copy, Default)]
pub(super) struct QuadPattern<'a> {
    pub subject: Option<&'a NamedNode>,
    pub predicate: Option<NamedNodeRef<'a>>,
    pub object: Option<&'a Term>,
    pub graph: Option<&'a NamedNode>,
}

impl Graph {
    /// A store in memory, for tests and small questions.
    ///
    /// # Errors
    /// The engine cannot be started.
    pub fn in_memory() -> Result<Self, GraphError> {
        Ok(Self::of(Backend::Memory(Store::new()?)))
    }

    /// A snapshot; any number of processes may read it at once.
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
            Backend::Memory(_) => None,
        }
    }

    /// The store, for what changes it.
    pub(super) fn store(&self) -> Result<&Store, GraphError> {
        match &self.quads {
            Backend::Memory(store) => Ok(store),
            Backend::Snapshot(_) => Err(GraphError::Immutable),
        }
    }

    /// The quads that have these terms, in no order.
    pub(super) fn quads_with<'a>(
        &'a self,
        wanted: QuadPattern<'a>,
    ) -> Box<dyn Iterator<Item = Result<Quad, GraphError>> + 'a> {
        match &self.quads {
            Backend::Memory(store) => Box::new(
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

    /// Writes a snapshot of everything; gives its length in bytes.
    ///
    /// # Errors
    /// The quads cannot be read, or the file not written.
    pub fn write_snapshot(&self, path: &Path) -> Result<u64, GraphError> {
        let folder = path.parent().unwrap_or(Path::new("."));
        let mut writer = snapshot::writer(folder, MEMORY);
        self.add_to(&mut writer, &[])?;
        Ok(snapshot::write(writer, path)?.bytes)
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
        for quad in self.quads_with(QuadPattern::default()) {
            let quad = quad?;
            let named =
                matches!(&quad.graph_name, GraphName::NamedNode(name) if except.contains(name));
            if !named {
                writer.add(quad.as_ref())?;
            }
        }
        Ok(())
    }

    /// The same quads in memory, where they can be changed.
    pub(super) fn to_memory(&self) -> Result<Self, GraphError> {
        let quads = self.len()?;
        if quads > MOST_TO_UPDATE {
            return Err(GraphError::TooLargeToUpdate(quads));
        }
        let mut memory = Self::in_memory()?;
        let mut failed = None;
        let all = self.quads_with(QuadPattern::default());
        memory.load(all.map_while(|quad| quad.map_err(|error| failed = Some(error)).ok()))?;
        failed.map_or(Ok(memory), Err)
    }

    /// Adds quads, all or none.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn load(&mut self, quads: impl IntoIterator<Item = Quad>) -> Result<(), GraphError> {
        let mut loader = self.store()?.bulk_loader();
        loader.load_quads(quads)?;
        loader.commit()?;
        self.find_default_graphs()
    }

    /// The quads of a named graph, in no order.
    pub fn quads_of<'a>(
        &'a self,
        graph: &'a NamedNode,
    ) -> impl Iterator<Item = Result<Quad, GraphError>> + 'a {
        self.quads_with(QuadPattern {
            graph: Some(graph),
            ..QuadPattern::default()
        })
    }

    /// What stands of a thing in any graph: property and value.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn properties(&self, thing: &NamedNode) -> Result<Vec<(NamedNode, Term)>, GraphError> {
        let wanted = QuadPattern {
            subject: Some(thing),
            ..QuadPattern::default()
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
        let wanted = QuadPattern {
            predicate: Some(property),
            object: Some(value),
            ..QuadPattern::default()
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
            Backend::Memory(store) => Ok(store.len()? as u64),
            Backend::Snapshot(snapshot) => Ok(snapshot.quads()),
        }
    }

    /// Whether there are no quads.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn is_empty(&self) -> Result<bool, GraphError> {
        Ok(self
            .quads_with(QuadPattern::default())
            .next()
            .transpose()?
            .is_none())
    }

    /// All quads, in no order.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn quads(&self) -> Result<Vec<Quad>, GraphError> {
        self.quads_with(QuadPattern::default()).collect()
    }

    /// Whether an IRI stands anywhere in the store.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn mentions(&self, node: &NamedNode) -> Result<bool, GraphError> {
        let term = Term::from(node.clone());
        let places = [
            QuadPattern {
                subject: Some(node),
                ..QuadPattern::default()
            },
            QuadPattern {
                predicate: Some(node.as_ref()),
                ..QuadPattern::default()
            },
            QuadPattern {
                object: Some(&term),
                ..QuadPattern::default()
            },
            QuadPattern {
                graph: Some(node),
                ..QuadPattern::default()
            },
        ];
        for wanted in places {
            if self.quads_with(wanted).next().transpose()?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether anything has a value for a property.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn is_used_as_property(&self, node: &NamedNode) -> Result<bool, GraphError> {
        let wanted = QuadPattern {
            predicate: Some(node.as_ref()),
            ..QuadPattern::default()
        };
        Ok(self.quads_with(wanted).next().transpose()?.is_some())
    }

    /// The properties that lead to a thing, those that do so most often first, of its first `most` quads.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn properties_to(
        &self,
        thing: &NamedNode,
        most: usize,
    ) -> Result<Vec<NamedNode>, GraphError> {
        let thing = Term::from(thing.clone());
        let wanted = QuadPattern {
            object: Some(&thing),
            ..QuadPattern::default()
        };
        let mut counts: BTreeMap<NamedNode, usize> = BTreeMap::new();
        for quad in self.quads_with(wanted).take(most) {
            *counts.entry(quad?.predicate).or_default() += 1;
        }
        let mut found: Vec<(NamedNode, usize)> = counts.into_iter().collect();
        found.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        Ok(found.into_iter().map(|(property, _)| property).collect())
    }

    /// The IRIs of all things with a type that begin with a namespace, sorted.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn things_in(&self, namespace: &str) -> Result<Vec<NamedNode>, GraphError> {
        let mut things = Vec::new();
        let wanted = QuadPattern {
            predicate: Some(rdf::TYPE),
            ..QuadPattern::default()
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
        let wanted = QuadPattern {
            subject: Some(thing),
            predicate: Some(property),
            ..QuadPattern::default()
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
            Backend::Memory(store) => {
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

    pub(super) fn find_default_graphs(&mut self) -> Result<(), GraphError> {
        let yes = Term::from(LiteralRef::new_typed_literal("true", xsd::BOOLEAN).into_owned());
        // Sorted, each once.
        self.default_graphs = self.things_with(casegraph::IN_DEFAULT_GRAPH, &yes)?;
        Ok(())
    }
}
