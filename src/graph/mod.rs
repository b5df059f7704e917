//! The embedded store: the only room that names oxigraph.
//!
//! [`Graph`] is the one handle that everything above asks; nothing above knows how triples are
//! stored. [`location`] keeps a folder of stores of which one is current, so that a build killed
//! at any point leaves the old one answering. [`readback`] reads every RDF file that casegraph
//! writes or ships with a second, independent parser. [`service`] asks other endpoints, if it is
//! allowed to. [`snapshot`] opens and writes the immutable file from which everything is read (the crate
//! `casegraph-snapshot`), and [`release`] tells whether one that was sent is as it was written.

mod ask;
mod canonical;
mod error;
mod graphs;
pub mod identifiers;
mod limit;
pub mod location;
pub mod model;
pub mod namespaces;
mod order;
pub mod readback;
pub mod release;
mod row;
mod rows;
pub mod service;
pub mod snapshot;
mod store;
mod table;
mod triples;
mod update;
pub mod vocab;
pub mod written;
pub mod xml;

pub use ask::{Answer, Explanation, QueryOptions, Results};
pub use canonical::canonical_nquads;
pub use casegraph_snapshot::Cells;
pub(crate) use casegraph_snapshot::rewrite;
pub use error::GraphError;
pub use limit::Limit;
pub use location::{Location, LocationError, Manifest, Updated};
pub use row::{NOT_KNOWN, NotANumber, Row, rows};
pub use rows::Rows;
pub use service::{ServiceError, Services};
pub use store::Graph;
pub use table::{Table, plain, shown};
pub use triples::Triples;
