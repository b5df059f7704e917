//! The saved queries of a project, found and checked.
//!
//! Reads texts, not folders: who calls it knows where the files are. Whatever can be known to be wrong without running a
//! query is an error here, and all errors of all files are reported at once.

use spargebra::{Query, SparqlParser};

use super::bind::{BindError, bind, check_declared, needs_value, projections};
use super::header::{Header, HeaderError};
use super::limits::TooDeep;
use super::parameters::{ParameterError, Prefix, list, nearest, suggestion};

pub use self::syntax::{ParseError, PrefixError, SyntaxError, parse, parse_update, parser};

mod syntax;
#[cfg(test)]
mod tests;

/// A query with its header, both checked.
#[derive(Debug, Clone, PartialEq)]
pub struct SavedQuery {
    /// Theme and name, as `response/by-partner`.
    pub slug: String,
    /// The folder it is in.
    pub theme: String,
    /// What it says of itself.
    pub header: Header,
    /// The parsed query, its parameters still variables.
    pub query: Query,
    /// Text of the file, header included.
    pub text: String,
    /// The file's path, as it was given.
    pub path: String,
}

/// All saved queries, by slug.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Catalogue {
    queries: Vec<SavedQuery>,
}

/// What is wrong with a saved query.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CatalogueError {
    /// A file that is not in the folder of a theme.
    #[error("{file}: no theme; put the file into a folder, as queries/response/by-partner.rq")]
    NoTheme {
        /// Path of the query file.
        file: String,
    },
    /// Two files of one slug.
    #[error("{file}: '{slug}' is also the name of {other}; rename one of the two files")]
    Duplicate {
        /// Path of the query file.
        file: String,
        /// Theme and name that both files have.
        slug: String,
        /// The file read before.
        other: String,
    },
    /// The header is wrong.
    #[error(transparent)]
    Header(#[from] HeaderError),
    /// The text is not SPARQL.
    #[error(transparent)]
    Syntax(#[from] SyntaxError),
    /// The query is too deep or too long to be read.
    #[error("{file}: {source}")]
    TooDeep {
        /// Path of the query file.
        file: String,
        /// The limit that it exceeds.
        source: TooDeep,
    },
    /// The file cannot be read.
    #[error("{reason}")]
    Unreadable {
        /// Which, why, and the next step.
        reason: String,
    },
    /// A query of another form gives no rows.
    #[error("{file}: a saved query is a SELECT, so that its columns can be declared")]
    NotSelect {
        /// Path of the query file.
        file: String,
    },
    /// The query gives a column that the header does not declare.
    #[error(
        "{file}: column ?{column} is not declared{}; add it to columns in the header",
        suggestion(nearest.as_deref())
    )]
    UndeclaredColumn {
        /// Path of the query file.
        file: String,
        /// Column of the query that is not declared.
        column: String,
        /// The declared column that is closest.
        nearest: Option<String>,
    },
    /// The header declares a column that the query does not give.
    #[error(
        "{file}: the query gives no column ?{column}{}; it gives {}",
        suggestion(nearest.as_deref()),
        list(given)
    )]
    MissingColumn {
        /// Path of the query file.
        file: String,
        /// Declared column that the query does not give.
        column: String,
        /// The query's column that is closest.
        nearest: Option<String>,
        /// Columns that the query gives.
        given: Vec<String>,
    },
    /// The statistic reads a column that is not declared.
    #[error(
        "{file}: statistic {kind} reads column '{column}' (key '{key}'), which is not declared{}; declared: {}",
        suggestion(nearest.as_deref()),
        list(declared)
    )]
    StatisticColumn {
        /// Path of the query file.
        file: String,
        /// Kind of statistic.
        kind: &'static str,
        /// The key that names the column, or whose default it is.
        key: &'static str,
        /// Column that the statistic reads.
        column: String,
        /// The declared column that is closest.
        nearest: Option<String>,
        /// Columns that the header declares.
        declared: Vec<String>,
    },
    /// The default or the listed values of a parameter are wrong.
    #[error("{file}: in the header, {source}")]
    Parameter {
        /// Path of the query file.
        file: String,
        /// What is wrong with the parameter.
        source: ParameterError,
    },
    /// The query or its header names what the study does not know.
    #[error("{file}: {doubt}: correct the query or its header")]
    Doubtful {
        /// Path of the query file.
        file: String,
        /// Which name is unknown, and names near to it.
        doubt: String,
    },
    /// A parameter cannot be put into the query.
    #[error("{file}: {source}")]
    Bind {
        /// Path of the query file.
        file: String,
        /// What is wrong where the parameter stands.
        source: BindError,
    },
}

/// Why a name leads to no saved query.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FindError {
    /// No query of that name.
    #[error(
        "no saved query '{name}'{}; see them all with 'casegraph list'",
        near(nearest)
    )]
    Unknown {
        /// Name that was asked for.
        name: String,
        /// The closest slugs, best first.
        nearest: Vec<String>,
    },
    /// Several themes have a query of that name.
    #[error(
        "several saved queries are named '{name}': {}; give the theme too",
        list(slugs)
    )]
    Ambiguous {
        /// Name that was asked for, without a theme.
        name: String,
        /// Slugs of the queries of that name.
        slugs: Vec<String>,
    },
}

impl Catalogue {
    /// Reads saved queries from pairs of path and text.
    ///
    /// The last folder of a path is the theme and the file name is the query's own. `prefixes` need no declaration in
    /// the queries.
    ///
    /// A broken file does not take the others with it: beside the catalogue come the errors of all files, in order.
    ///
    /// # Errors
    /// [`PrefixError`] when a prefix does not stand for an IRI.
    pub fn read(
        files: impl IntoIterator<Item = (String, String)>,
        prefixes: &[Prefix],
    ) -> Result<(Self, Vec<CatalogueError>), PrefixError> {
        let parser = parser(prefixes)?;
        let mut queries: Vec<SavedQuery> = Vec::new();
        let mut errors = Vec::new();
        for (path, text) in files {
            match SavedQuery::read(path, text, &parser, prefixes) {
                Ok(query) => match queries.iter().find(|known| known.slug == query.slug) {
                    Some(known) => errors.push(CatalogueError::Duplicate {
                        file: query.path,
                        slug: query.slug,
                        other: known.path.clone(),
                    }),
                    None => queries.push(query),
                },
                Err(own) => errors.extend(own),
            }
        }
        queries.sort_by(|a, b| a.slug.cmp(&b.slug));
        Ok((Self { queries }, errors))
    }

    /// Keeps the queries for which `keep` is true.
    pub fn retain(&mut self, keep: impl FnMut(&SavedQuery) -> bool) {
        self.queries.retain(keep);
    }

    /// All queries, ordered by slug.
    #[must_use]
    pub fn queries(&self) -> &[SavedQuery] {
        &self.queries
    }

    /// The query of that slug, or whose last part it is when only one theme has it.
    ///
    /// # Errors
    /// [`FindError`], with the slugs it could have been.
    pub fn find(&self, name: &str) -> Result<&SavedQuery, FindError> {
        if let Some(query) = self.queries.iter().find(|query| query.slug == name) {
            return Ok(query);
        }
        let matching: Vec<_> = self
            .queries
            .iter()
            .filter(|query| query.name() == name)
            .collect();
        match matching.as_slice() {
            [query] => Ok(query),
            [] => Err(FindError::Unknown {
                name: name.to_owned(),
                nearest: self.near(name),
            }),
            several => Err(FindError::Ambiguous {
                name: name.to_owned(),
                slugs: several.iter().map(|query| query.slug.clone()).collect(),
            }),
        }
    }

    fn near(&self, name: &str) -> Vec<String> {
        /// More than this many suggestions are no longer a help.
        const SHOWN: usize = 3;
        /// Likeness (Jaro-Winkler, 0 to 1) below which a name is no suggestion.
        const CLOSE: f64 = 0.7;
        let mut near: Vec<_> = self
            .queries
            .iter()
            .map(|query| {
                let likeness = strsim::jaro_winkler(name, &query.slug)
                    .max(strsim::jaro_winkler(name, query.name()));
                (likeness, &query.slug)
            })
            .filter(|(likeness, _)| *likeness >= CLOSE)
            .collect();
        near.sort_by(|a, b| b.0.total_cmp(&a.0));
        near.into_iter()
            .take(SHOWN)
            .map(|(_, slug)| slug.clone())
            .collect()
    }
}

impl SavedQuery {
    /// The last part of the slug.
    #[must_use]
    pub fn name(&self) -> &str {
        self.slug.rsplit('/').next().unwrap_or(&self.slug)
    }

    /// Whether it runs without a parameter set by hand.
    #[must_use]
    pub fn runs_unasked(&self) -> bool {
        let mut parameters = self.header.parameters.iter();
        parameters.all(|parameter| parameter.optional || parameter.default.is_some())
    }

    fn read(
        path: String,
        text: String,
        parser: &SparqlParser,
        prefixes: &[Prefix],
    ) -> Result<Self, Vec<CatalogueError>> {
        let mut errors = Vec::new();
        let place = place(&path);
        if place.is_none() {
            errors.push(CatalogueError::NoTheme { file: path.clone() });
        }
        let header = Header::read(&path, &text)
            .map_err(|error| errors.push(error.into()))
            .ok();
        let query = (!text.trim().is_empty()).then(|| parse(parser, &path, &text));
        let query = query
            .transpose()
            .map_err(|error| {
                errors.push(match error {
                    ParseError::Syntax(error) => error.into(),
                    ParseError::TooDeep(source) => CatalogueError::TooDeep {
                        file: path.clone(),
                        source,
                    },
                });
            })
            .ok()
            .flatten();
        if let (Some(header), Some(query)) = (&header, &query) {
            errors.extend(check_columns(&path, header, query));
            errors.extend(check_parameters(&path, header, query, prefixes));
        }
        match (place, header, query) {
            (Some((theme, slug)), Some(header), Some(query)) if errors.is_empty() => Ok(Self {
                slug,
                theme,
                header,
                query,
                text,
                path,
            }),
            _ => Err(errors),
        }
    }
}

/// Theme and slug of a path: `queries/response/by-partner.rq` is `response`, `response/by-partner`.
fn place(path: &str) -> Option<(String, String)> {
    let mut parts = path.rsplit(['/', '\\']);
    let (file, theme) = (
        parts.next()?,
        parts.next().filter(|theme| !theme.is_empty())?,
    );
    let name = file.strip_suffix(".rq").unwrap_or(file);
    (!name.is_empty()).then(|| (theme.to_owned(), format!("{theme}/{name}")))
}

fn check_columns(file: &str, header: &Header, query: &Query) -> Vec<CatalogueError> {
    if !matches!(query, Query::Select { .. }) {
        return vec![CatalogueError::NotSelect {
            file: file.to_owned(),
        }];
    }
    let file = || file.to_owned();
    let given: Vec<_> = projections(query)
        .into_iter()
        .map(crate::graph::model::Variable::into_string)
        .collect();
    let declared: Vec<_> = header
        .columns
        .iter()
        .map(|column| column.name.clone())
        .collect();
    let closest = |name: &str, among: &[String]| nearest(name, among.iter().map(String::as_str));
    let undeclared = given
        .iter()
        .filter(|column| !declared.contains(column))
        .map(|column| CatalogueError::UndeclaredColumn {
            file: file(),
            column: column.clone(),
            nearest: closest(column, &declared),
        });
    let missing = declared
        .iter()
        .filter(|column| !given.contains(column))
        .map(|column| CatalogueError::MissingColumn {
            file: file(),
            column: column.clone(),
            nearest: closest(column, &given),
            given: given.clone(),
        });
    let read = header.statistic.columns().into_iter();
    let unread = read
        .filter(|(_, column)| !declared.iter().any(|name| name == column))
        .map(|(key, column)| CatalogueError::StatisticColumn {
            file: file(),
            kind: header.statistic.kind(),
            key,
            column: column.to_owned(),
            nearest: closest(column, &declared),
            declared: declared.clone(),
        });
    undeclared.chain(missing).chain(unread).collect()
}

/// Checks the declared values, that each parameter is used, and that a value of its type fits where it is used.
fn check_parameters(
    file: &str,
    header: &Header,
    query: &Query,
    prefixes: &[Prefix],
) -> Vec<CatalogueError> {
    let wrong_value = |source| CatalogueError::Parameter {
        file: file.to_owned(),
        source,
    };
    let wrong_place = |source| CatalogueError::Bind {
        file: file.to_owned(),
        source,
    };
    let mut errors = Vec::new();
    let mut samples = Vec::new();
    for parameter in &header.parameters {
        match parameter
            .check(prefixes)
            .and_then(|()| parameter.sample(prefixes))
        {
            Ok(term) => samples.push((parameter.variable(), term)),
            Err(error) => errors.push(wrong_value(error)),
        }
    }
    let unset = header.parameters.iter();
    for parameter in unset.filter(|parameter| parameter.optional && parameter.default.is_none()) {
        let parameter = parameter.variable();
        if needs_value(query, &parameter) {
            errors.push(wrong_place(BindError::NeedsValue { parameter }));
        }
    }
    match check_declared(query, &header.parameters) {
        Err(unused) => errors.extend(unused.into_iter().map(wrong_place)),
        Ok(()) if errors.is_empty() => errors.extend(bind(query, &samples).err().map(wrong_place)),
        Ok(()) => {}
    }
    errors
}

fn near(slugs: &[String]) -> String {
    if slugs.is_empty() {
        String::new()
    } else {
        format!(" (did you mean {}?)", slugs.join(" or "))
    }
}
