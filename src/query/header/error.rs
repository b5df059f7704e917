//! What can be wrong with a header.

use serde_saphyr::Error as YamlError;

use crate::query::parameters::{list, nearest, suggestion};

/// What is wrong with a header, and where.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HeaderError {
    /// No `#+` line at all.
    #[error(
        "{file}: no header; begin the file with lines '#+ summary: …', '#+ description: …' and '#+ casegraph:'"
    )]
    Missing {
        /// Path of the query file.
        file: String,
    },
    /// A `#+` line below the start of the query, where nobody would read it.
    #[error(
        "{file}:{line}: header line below the start of the query; move it to the top of the file"
    )]
    Late {
        /// Path of the query file.
        file: String,
        /// Line in the file, from 1.
        line: u64,
    },
    /// A key that has no meaning there.
    #[error(
        "{file}:{line}: unknown key '{key}'{}; known here: {}",
        suggestion(nearest.as_deref()),
        list(known)
    )]
    UnknownKey {
        /// Path of the query file.
        file: String,
        /// Line in the file, from 1.
        line: u64,
        /// Key as it is written.
        key: String,
        /// The known key that is closest.
        nearest: Option<String>,
        /// What may stand there.
        known: Vec<String>,
    },
    /// A word that is not one of those possible.
    #[error(
        "{file}:{line}: unknown word '{value}'{}; it can be {}",
        suggestion(nearest.as_deref()),
        list(known)
    )]
    UnknownWord {
        /// Path of the query file.
        file: String,
        /// Line in the file, from 1.
        line: u64,
        /// Word as it is written.
        value: String,
        /// The known word that is closest.
        nearest: Option<String>,
        /// What may stand there.
        known: Vec<String>,
    },
    /// A key that must be there, and say something.
    #[error("{file}:{line}: '{key}' is missing or empty; add it")]
    MissingKey {
        /// Path of the query file.
        file: String,
        /// Line in the file, from 1.
        line: u64,
        /// Key as it is written.
        key: String,
    },
    /// A name of a parameter or column that SPARQL does not allow.
    #[error(
        "{file}:{line}: '{name}' cannot be the name of a variable; use letters, digits and '_'"
    )]
    BadName {
        /// Path of the query file.
        file: String,
        /// Line in the file, from 1.
        line: u64,
        /// Name as it is written.
        name: String,
    },
    /// `defaults` or `enumerate` names a parameter that is not declared.
    #[error(
        "{file}:{line}: '{name}' is not a declared parameter{}; declared: {}",
        suggestion(nearest.as_deref()),
        list(known)
    )]
    UnknownParameter {
        /// Path of the query file.
        file: String,
        /// Line in the file, from 1.
        line: u64,
        /// Name that `defaults` or `enumerate` has.
        name: String,
        /// The declared name that is closest.
        nearest: Option<String>,
        /// What may stand there.
        known: Vec<String>,
    },
    /// The same thing is said twice, differently.
    #[error(
        "{file}:{line}: '{name}' has another value under casegraph: parameters; keep one of the two"
    )]
    Contradiction {
        /// Path of the query file.
        file: String,
        /// Line in the file, from 1.
        line: u64,
        /// Parameter that is given two values.
        name: String,
    },
    /// Not YAML, or of another shape than a header.
    #[error("{file}:{line}: the header cannot be read; correct the YAML on its '#+' lines")]
    Yaml {
        /// Path of the query file.
        file: String,
        /// Line in the file, from 1.
        line: u64,
        /// What the reader says.
        source: Box<YamlError>,
    },
}

impl HeaderError {
    pub(super) fn from_yaml(file: &str, error: YamlError) -> Self {
        let file = file.to_owned();
        let line = error.location().map_or(1, |place| place.line());
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        match error.without_snippet() {
            YamlError::SerdeUnknownField {
                field, expected, ..
            } => Self::UnknownKey {
                file,
                line,
                key: field.clone(),
                nearest: nearest(field, expected.iter().copied()),
                known: owned(expected),
            },
            YamlError::SerdeUnknownVariant {
                variant, expected, ..
            } => Self::UnknownWord {
                file,
                line,
                value: variant.clone(),
                nearest: nearest(variant, expected.iter().copied()),
                known: owned(expected),
            },
            YamlError::SerdeMissingField { field, .. } => Self::MissingKey {
                file,
                line,
                key: (*field).to_owned(),
            },
            _ => Self::Yaml {
                file,
                line,
                source: Box::new(error),
            },
        }
    }
}
