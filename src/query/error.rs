//! Why a query gave no answer.

use thiserror::Error;

use super::bind::BindError;
use super::catalogue::{PrefixError, SyntaxError};
use super::limits::TooDeep;
use super::parameters::ParameterError;
use crate::graph::GraphError;

/// Why a query gave no answer.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AskError {
    /// The text is no SPARQL query.
    #[error("{0}")]
    Syntax(#[from] SyntaxError),
    /// Something stands too deep in itself to be parsed.
    #[error("{0}")]
    TooDeep(#[from] TooDeep),
    /// The text is an update.
    #[error(
        "this is a SPARQL update, and queries do not change the store: edit the study's sheets and run `casegraph build`"
    )]
    Update,
    /// A parameter is unknown, missing or wrong.
    #[error("{0}")]
    Parameter(#[from] ParameterError),
    /// A parameter cannot stand where the query uses it.
    #[error("{0}")]
    Bind(#[from] BindError),
    /// A prefix of the project is broken.
    #[error("{0}")]
    Prefix(#[from] PrefixError),
    /// A parameter names something that the store does not know.
    #[error("parameter {name}: the store knows no {value}{}", near(nearest))]
    UnknownThing {
        /// Name of the parameter.
        name: String,
        /// The value, as a prefixed name.
        value: String,
        /// Things of the same kind with names like it.
        nearest: Vec<String>,
    },
    /// A parameter that is an IRI has no prefix.
    #[error(
        "parameter {name}: '{value}' has no prefix{}; write prefix:name or <iri>",
        near(nearest)
    )]
    NoPrefix {
        /// Name of the parameter.
        name: String,
        /// Value as it was typed.
        value: String,
        /// Things that are called so.
        nearest: Vec<String>,
    },
    /// The store could not answer.
    #[error("{0}")]
    Graph(#[from] GraphError),
    /// A cell is not of the type that the header declares.
    #[error(
        "{slug}: column {column} of row {row} is {value}, and the header says {kind}: correct the query or its header"
    )]
    WrongType {
        /// Slug of the saved query.
        slug: String,
        /// Name of the column.
        column: String,
        /// The row, counted from 1.
        row: usize,
        /// Value of the cell.
        value: String,
        /// Type that the header declares for the column.
        kind: &'static str,
    },
}

fn near(nearest: &[String]) -> String {
    match nearest {
        [] => String::new(),
        names => format!(" (did you mean {}?)", names.join(" or ")),
    }
}
