//! What is wrong with a study's sheets: all of it, each with its place, value and next step.

use std::collections::HashSet;
use std::fmt;

/// Whether a problem stops a build.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The study cannot be built before it is mended.
    Error,
    /// Worth a look; the study is built all the same.
    Warning,
}

/// One problem of one cell, row or file.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Problem {
    /// Whether it stops a build.
    pub severity: Severity,
    /// The file, as a person can find it.
    pub file: String,
    /// The cell in A1 style; `None` for the whole file.
    pub cell: Option<String>,
    /// The value that is wrong, shortened.
    pub value: Option<String>,
    /// The rule and the next step.
    pub rule: String,
    /// Known words nearest to the value.
    pub nearest: Vec<String>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        write!(f, "{word}: {}", self.file)?;
        if let Some(cell) = &self.cell {
            write!(f, " {cell}")?;
        }
        f.write_str(": ")?;
        if let Some(value) = &self.value {
            write!(f, "{value:?} ")?;
        }
        f.write_str(&self.rule)?;
        if !self.nearest.is_empty() {
            write!(f, "; nearest known: {}", self.nearest.join(", "))?;
        }
        Ok(())
    }
}

/// All problems found so far.
#[derive(Debug, Clone, Default)]
pub struct Problems {
    all: Vec<Problem>,
    seen: HashSet<Problem>,
}

impl Problems {
    /// Every problem, in the order found.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Problem> {
        self.all.iter()
    }

    /// Number of problems that stop a build.
    #[must_use]
    pub fn errors(&self) -> usize {
        self.all
            .iter()
            .filter(|problem| problem.severity == Severity::Error)
            .count()
    }

    /// Number of problems worth a look.
    #[must_use]
    pub fn warnings(&self) -> usize {
        self.all.len() - self.errors()
    }

    /// Adds an error about a whole file.
    pub(super) fn file(&mut self, file: &str, rule: impl Into<String>) {
        self.push(Severity::Error, file, None, None, rule.into(), Vec::new());
    }

    /// Adds a warning about a whole file.
    pub(super) fn warn_file(&mut self, file: &str, rule: impl Into<String>) {
        self.push(Severity::Warning, file, None, None, rule.into(), Vec::new());
    }

    /// Adds an error about a cell.
    pub(super) fn cell(&mut self, place: &Place<'_>, rule: impl Into<String>) {
        self.cell_near(place, rule, Vec::new());
    }

    /// Adds an error about a cell with the known words nearest to its value.
    pub(super) fn cell_near(
        &mut self,
        place: &Place<'_>,
        rule: impl Into<String>,
        near: Vec<String>,
    ) {
        self.at(Severity::Error, place, rule.into(), near);
    }

    /// Adds a warning about a cell.
    pub(super) fn warn_cell(
        &mut self,
        place: &Place<'_>,
        rule: impl Into<String>,
        near: Vec<String>,
    ) {
        self.at(Severity::Warning, place, rule.into(), near);
    }

    fn at(&mut self, severity: Severity, place: &Place<'_>, rule: String, near: Vec<String>) {
        let value = (!place.value.is_empty()).then(|| shorten(place.value));
        self.push(
            severity,
            place.file,
            Some(place.cell.clone()),
            value,
            rule,
            near,
        );
    }

    fn push(
        &mut self,
        severity: Severity,
        file: &str,
        cell: Option<String>,
        value: Option<String>,
        rule: String,
        nearest: Vec<String>,
    ) {
        let file = file.to_owned();
        let problem = Problem {
            severity,
            file,
            cell,
            value,
            rule,
            nearest,
        };
        if self.seen.insert(problem.clone()) {
            self.all.push(problem);
        }
    }
}

/// Where a value stands.
#[derive(Debug, Clone)]
pub(super) struct Place<'a> {
    pub file: &'a str,
    pub cell: String,
    pub value: &'a str,
}

pub(super) fn shorten(value: &str) -> String {
    const MOST: usize = 80;
    if value.chars().count() <= MOST {
        return value.to_owned();
    }
    let start: String = value.chars().take(MOST).collect();
    format!("{start}… ({} bytes)", value.len())
}
