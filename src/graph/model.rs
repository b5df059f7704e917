//! The RDF and SPARQL types that other rooms use, re-exported and not wrapped, so that a change of
//! the engine's version is a change of this file.

pub use oxigraph::io::{RdfFormat, RdfParseError, RdfParser, RdfSerializer, RdfSyntaxError};
pub use oxigraph::model::vocab::{rdf, rdfs, xsd};
pub use oxigraph::model::{
    BaseDirection, BlankNode, GraphName, GraphNameRef, Literal, LiteralRef, NamedNode,
    NamedNodeRef, NamedOrBlankNode, NamedOrBlankNodeRef, Quad, QuadRef, Term, TermRef, Triple,
    Variable,
};
pub use oxigraph::sparql::{
    CancellationToken, QueryEvaluationError, QueryResults, QuerySolutionIter, QueryTripleIter,
    SparqlSyntaxError,
};
pub use oxiri::Iri;
pub use spargebra::algebra::{GraphTarget, QueryDataset};
pub use spargebra::term::{GraphName as SparqlGraphName, GraphNamePattern};
pub use spargebra::{GraphUpdateOperation, Query, SparqlParser, Update};
