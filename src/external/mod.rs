//! Ontologies and gene tables of others: read in their own formats, and linked to a study.
//!
//! ```text
//! file ──input──▶ lines ──obo, tables, sssom, rdf, oncotree──▶ records ──slice──▶ those that the study reaches
//!                                                       │
//!                                                       └──statements──▶ quads of one named graph
//! ```
//!
//! A slice is written as Turtle into the study's folder `imports/` and is part of every build. Whole
//! sources go into the store and stay there when the study is built again.

mod absent;
mod format;
mod identifiers;
mod imports;
mod input;
mod json;
mod link;
mod loss;
mod obo;
mod oncotree;
mod rdf;
mod record;
mod resolve;
mod shared;
mod slice;
mod source;
mod sssom;
mod statements;
mod tables;
mod trouble;

pub use format::{Format, Unreadable};
pub use identifiers::{canonical, compact, iri};
pub use imports::{
    FOLDER as IMPORTS, ImportError, files as import_files, read as imports, write as write_import,
};
pub(crate) use input::Unpacks;
pub use link::{
    Counts, LinkError, Linked, Options, Read, Stream, genes_of, read_sources, slice, stream,
};
pub use loss::{Coverage, Lost};
pub use record::{Annotation, Gene, Header, Mapping, Record, Scope, Synonym, Term, registry};
pub use resolve::{Candidate, How, Names, Resolution, name_key};
pub use shared::Shared;
pub use slice::{Obsolete, Seeds};
pub use source::{Source, Stated};
pub use statements::{Statements, graph_of};
pub use trouble::{Trouble, Troubles};
