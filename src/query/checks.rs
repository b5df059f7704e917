//! Rules of the graph: `queries/checks/*.rq`, where any row is a violation.

use thiserror::Error;

use super::ask::{Answer, ask};
use super::catalogue::PrefixError;
use super::error::AskError;
use super::names::{Unknown, unknown_names};
use super::parse::parse;
use crate::graph::Table;
use crate::graph::model::Query;
use crate::graph::namespaces::Prefixes;
use crate::graph::{Graph, QueryOptions};

/// How bad a violation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The graph is not fit for analysis.
    Error,
    /// A curator should look.
    Warning,
    /// Worth knowing; nothing is wrong.
    Info,
}

impl Level {
    /// The word in `profile.tsv` and in reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "ERROR",
            Self::Warning => "WARN",
            Self::Info => "INFO",
        }
    }
}

/// A rule: a query whose every row is a violation.
#[derive(Debug, Clone)]
pub struct Check {
    /// File name without ending.
    pub slug: String,
    /// What is wrong where a row is found.
    pub problem: String,
    /// What to do about it.
    pub solution: String,
    /// How bad it is.
    pub level: Level,
    /// The columns that a violation is about, each a sheet and a heading; none if it is about no sheet.
    pub cells: Vec<(String, String)>,
    query: Query,
}

/// What is wrong with a rule.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CheckError {
    /// The file's comments lack a heading.
    #[error("{file}: the rule has no line `# {heading}: …`")]
    Heading {
        /// Path of the rule, or of the profile.
        file: String,
        /// `Problem` or `Solution`.
        heading: &'static str,
    },
    /// What the rule says of cells names no columns.
    #[error("{file}: {text:?} is no sheet and column such as treatments.order")]
    Cells {
        /// Path of the rule.
        file: String,
        /// What stands after `Cells:`.
        text: String,
    },
    /// A line of the profile is no level and rule.
    #[error(
        "{file}:{line}: {text:?} is no line of ERROR, WARN or INFO, a tab and the name of a rule"
    )]
    Profile {
        /// Path of the rule, or of the profile.
        file: String,
        /// Line in the profile, from 1.
        line: usize,
        /// Text of that line.
        text: String,
    },
    /// A rule has no level.
    #[error("{file}: the rule has no line in profile.tsv: add WARN, a tab and {slug}")]
    NoLevel {
        /// Path of the rule, or of the profile.
        file: String,
        /// Name of the rule.
        slug: String,
    },
    /// The query is broken.
    #[error("{file}")]
    Query {
        /// Path of the rule, or of the profile.
        file: String,
        /// Why the query gave no answer.
        source: Box<AskError>,
    },
    /// A prefix is broken.
    #[error(transparent)]
    Prefix(#[from] PrefixError),
}

/// All rules of a project.
#[derive(Debug, Clone, Default)]
pub struct Checks(Vec<Check>);

impl Checks {
    /// Reads rules from pairs of path and text, and their levels from the text of `profile.tsv`. A broken rule
    /// does not take the others with it: beside them comes all that is wrong with the rules and the profile.
    #[must_use]
    pub fn read(
        files: impl IntoIterator<Item = (String, String)>,
        profile: &str,
        prefixes: &Prefixes,
    ) -> (Self, Vec<CheckError>) {
        let mut errors = Vec::new();
        let levels = levels(profile, &mut errors);
        let mut checks = Vec::new();
        for (file, text) in files {
            let name = file.rsplit('/').next().unwrap_or(&file);
            let slug = name.strip_suffix(".rq").unwrap_or(name).to_owned();
            let heading = |heading: &'static str| {
                let text = comment(&text, heading);
                text.ok_or_else(|| CheckError::Heading {
                    file: file.clone(),
                    heading,
                })
            };
            let level = levels
                .iter()
                .find(|(known, _)| *known == slug)
                .map(|(_, level)| *level);
            let level = level.ok_or_else(|| CheckError::NoLevel {
                file: file.clone(),
                slug: slug.clone(),
            });
            let query = parse(&text, prefixes).map_err(|error| CheckError::Query {
                file: file.clone(),
                source: error.into(),
            });
            let cells = cells(&comment(&text, "Cells").unwrap_or_default());
            let cells = cells.map_err(|text| CheckError::Cells {
                file: file.clone(),
                text,
            });
            let headings = (heading("Problem"), heading("Solution"), cells);
            match (headings, level, query) {
                ((Ok(problem), Ok(solution), Ok(cells)), Ok(level), Ok(query)) => {
                    checks.push(Check {
                        slug,
                        problem,
                        solution,
                        level,
                        cells,
                        query,
                    });
                }
                ((problem, solution, cells), level, query) => {
                    let wrong = [problem.err(), solution.err(), cells.err(), level.err()];
                    errors.extend(wrong.into_iter().flatten().chain(query.err()));
                }
            }
        }
        checks.sort_by(|a, b| (a.level, &a.slug).cmp(&(b.level, &b.slug)));
        (Self(checks), errors)
    }

    /// The rules, worst first.
    pub fn iter(&self) -> impl Iterator<Item = &Check> {
        self.0.iter()
    }
}

impl Check {
    /// Names of the rule that nothing in the store has: with one of casegraph's own, it is never violated.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn unknown_names(
        &self,
        graph: &Graph,
        prefixes: &Prefixes,
    ) -> Result<Vec<Unknown>, AskError> {
        let unknown = unknown_names(graph, &self.query, prefixes)?;
        Ok(unknown.into_iter().filter(Unknown::is_certain).collect())
    }

    /// The violations: one row each.
    ///
    /// # Errors
    /// The query cannot be evaluated.
    pub fn run(&self, graph: &Graph) -> Result<Table, AskError> {
        match ask(graph, &self.query, &QueryOptions::default(), None)? {
            Answer::Table(table) => Ok(table),
            Answer::Boolean(_) | Answer::Triples { .. } => Ok(Table::default()),
        }
    }
}

/// The text after a heading among a query's comments, with the comment lines that go on from it.
fn comment(text: &str, heading: &str) -> Option<String> {
    let mut lines = text
        .lines()
        .filter_map(|line| line.strip_prefix('#'))
        .map(str::trim);
    let first = lines.find_map(|line| line.strip_prefix(heading)?.strip_prefix(':'))?;
    let headings = ["Problem:", "Solution:", "Cells:"];
    let more = lines.take_while(|line| {
        !line.is_empty() && !headings.iter().any(|heading| line.starts_with(heading))
    });
    let words: Vec<&str> = std::iter::once(first.trim()).chain(more).collect();
    Some(words.join(" "))
}

/// The columns of a list such as `treatments.order, follow_up.months`; what is none of them otherwise.
fn cells(text: &str) -> Result<Vec<(String, String)>, String> {
    let names = text.split(',').map(str::trim);
    let names = names.filter(|name| !name.is_empty());
    let column = |name: &str| match name.split_once('.') {
        Some((sheet, heading)) if !sheet.is_empty() && !heading.is_empty() => {
            Ok((sheet.to_owned(), heading.to_owned()))
        }
        _ => Err(name.to_owned()),
    };
    names.map(column).collect()
}

fn levels<'a>(profile: &'a str, errors: &mut Vec<CheckError>) -> Vec<(&'a str, Level)> {
    let mut levels = Vec::new();
    for (index, line) in profile.lines().enumerate() {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let level = match line.split_once('\t') {
            Some(("ERROR", slug)) => Some((slug, Level::Error)),
            Some(("WARN", slug)) => Some((slug, Level::Warning)),
            Some(("INFO", slug)) => Some((slug, Level::Info)),
            _ => None,
        };
        match level {
            Some((slug, level)) => levels.push((slug.trim(), level)),
            None => errors.push(CheckError::Profile {
                file: "checks/profile.tsv".to_owned(),
                line: index + 1,
                text: line.to_owned(),
            }),
        }
    }
    levels
}
