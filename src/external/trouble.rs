//! What is wrong with files of other sources, line by line.

use std::fmt;
use std::path::{Path, PathBuf};

/// How many troubles are kept to be told; all are counted.
const KEPT: usize = 20;
/// How much of a line is shown.
const SHOWN: usize = 100;

/// One line that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// The file.
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

/// The troubles of some files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Troubles {
    first: Vec<Trouble>,
    count: u64,
}

impl Troubles {
    /// The first ones.
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
