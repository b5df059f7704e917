//! What is wrong with files of other sources, line by line.

use std::fmt;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::graph::vocab::sssom::UnknownModifier;

/// How many troubles are kept to be told; all are counted.
const KEPT: usize = 20;
/// How much of a line is shown.
const SHOWN: usize = 100;

/// One line that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// File that the line is in.
    pub file: PathBuf,
    /// The line, from 1; 0 if it is about the whole file.
    pub line: u64,
    /// The line's text, or its beginning.
    pub context: String,
    /// What is wrong with it.
    pub what: String,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if self.line > 0 {
            write!(f, ", line {}", self.line)?;
        }
        write!(f, ": {}", self.what)?;
        if !self.context.is_empty() {
            write!(f, ": {}", self.context)?;
        }
        Ok(())
    }
}

/// Why a row of a table cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(super) enum WrongRow {
    #[error("has {has} columns of {least}")]
    Columns { has: usize, least: usize },
    #[error("{text:?} is no {wanted}")]
    Cell { text: String, wanted: &'static str },
    #[error("{column} {text:?} is no compact IRI")]
    NoCurie { column: String, text: String },
    #[error("{column} {text:?} has a prefix that the curie_map does not declare")]
    UnknownPrefix { column: String, text: String },
    #[error(transparent)]
    Modifier(#[from] UnknownModifier),
}

impl WrongRow {
    pub(super) fn cell(text: &str, wanted: &'static str) -> Self {
        Self::Cell {
            text: text.to_owned(),
            wanted,
        }
    }
}

/// The troubles of some files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Troubles {
    first: Vec<Trouble>,
    count: u64,
}

impl Troubles {
    /// The first lines that cannot be taken, in order.
    #[must_use]
    pub fn first(&self) -> &[Trouble] {
        &self.first
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Adds one.
    pub(super) fn add(&mut self, file: &Path, line: u64, context: &str, what: impl Into<String>) {
        self.count += 1;
        if self.first.len() < KEPT {
            let mut shown: String = context.chars().take(SHOWN).collect();
            if shown.len() < context.len() {
                shown.push('…');
            }
            self.first.push(Trouble {
                file: file.to_owned(),
                line,
                context: shown,
                what: what.into(),
            });
        }
    }
}
