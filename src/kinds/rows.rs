//! Rows of a query, as the samples are made from them.

pub use crate::graph::{NOT_KNOWN, Row, rows};
