//! Asking: saved analyses with their headers and parameters, and queries typed by hand.
//!
//! A saved analysis is one file, `queries/<theme>/<slug>.rq`. Its parameters are *bound*: replaced
//! as terms in the parsed algebra at every depth ([`bind`](mod@bind)), never pasted into text.

mod ask;
pub mod bind;
pub mod catalogue;
mod chain;
pub mod checks;
mod columns;
mod dataset;
mod error;
mod given;
pub mod header;
mod limits;
mod misused;
mod names;
pub mod parameters;
mod parse;
mod prepared;
mod run;
mod tokens;

pub use crate::figures::Figure;
pub use crate::graph::{NOT_KNOWN, NotANumber, Row, Table, plain, rows, shown};
pub use crate::kinds::{Statistic, Unit};
pub use ask::{Answer, ask, gives_triples};
pub use catalogue::{Catalogue, CatalogueError, SavedQuery};
pub use checks::{Check, CheckError, Checks, Level};
pub use dataset::{moves_default_graph, with_dataset, with_graphs, with_using};
pub use error::AskError;
pub use given::named;
pub use header::{ColumnType, Header, Part};
pub use limits::TooDeep;
pub use names::{Parts, Unknown, parts, unknown_names};
pub use parameters::{Parameter, ParameterError, ParameterType, nearest};
pub use parse::{parse, parse_from, parse_update};
pub use prepared::Prepared;
pub use run::{bound, run};
