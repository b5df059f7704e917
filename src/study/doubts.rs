//! What of a saved query is unknown to the study: it would find nothing, and nothing looks like an answer.

use std::fmt;

use super::Session;
use crate::analysis::unknown_codes;
use crate::query::{AskError, SavedQuery, unknown_names};

/// Something that a saved query names and the study does not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// Whether the query cannot be right: a property or class of casegraph's own, or a code, that is not
    /// there. A thing may be missing from this study alone.
    pub certain: bool,
    /// What is unknown, and what is nearest to it.
    text: String,
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Session {
    /// What of a saved query is unknown: names of its body, and codes of its header.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn doubts(&self, saved: &SavedQuery) -> Result<Vec<Doubt>, AskError> {
        let names = unknown_names(&self.graph, &saved.query, &self.prefixes)?;
        let names = names.into_iter().map(|unknown| Doubt {
            certain: unknown.is_certain(),
            text: unknown.to_string(),
        });
        let codes = unknown_codes(&self.graph, saved, &self.prefixes)?;
        let codes = codes.into_iter().map(|unknown| Doubt {
            certain: true,
            text: unknown.to_string(),
        });
        Ok(names.chain(codes).collect())
    }
}
