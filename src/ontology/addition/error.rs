//! Why a term cannot be added.

use thiserror::Error;

use crate::ontology::OntologyError;
use crate::project::FileError;

/// Why a term cannot be added.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AdditionError {
    /// There is no such vocabulary.
    #[error("{scheme:?} is no vocabulary: there are {}", known.join(", "))]
    Scheme {
        /// Name of the vocabulary.
        scheme: String,
        /// What there is to choose from.
        known: Vec<String>,
    },
    /// There is such a vocabulary already.
    #[error("{0} is a vocabulary already: add to it, and begin none")]
    Begun(String),
    /// A word is taken.
    #[error(
        "{word:?} stands for {label} already ({name}): leave it out, or `casegraph term list {scheme}` shows what each term has"
    )]
    Known {
        /// The word, as it was given.
        word: String,
        /// Name of the vocabulary.
        scheme: String,
        /// Label of the concept that has the word.
        label: String,
        /// Name of the concept, such as `histology:sarcoma`.
        name: String,
    },
    /// A word is given twice.
    #[error("{0:?} is given twice: once is enough")]
    Twice(String),
    /// Nothing of that name to lie under.
    #[error(
        "{word:?} is no {scheme}, and a term lies under one that is there: add that one first{}",
        near(.nearest, scheme)
    )]
    Broader {
        /// The word, as it was given.
        word: String,
        /// Name of the vocabulary.
        scheme: String,
        /// Words near to it.
        nearest: Vec<String>,
    },
    /// A text that cannot be a word, or has no name in IRIs.
    #[error("{text:?} {rule}")]
    Text {
        /// The text, as it was given.
        text: String,
        /// What it lacks, as the end of a sentence.
        rule: &'static str,
    },
    /// An identifier without a known prefix.
    #[error(
        "{curie:?} has no known prefix: known are {}; another one is declared in the curie_map of a file in mappings/",
        known.join(", ")
    )]
    Prefix {
        /// The identifier, as it was given.
        curie: String,
        /// What there is to choose from.
        known: Vec<String>,
    },
    /// An identifier that another term has.
    #[error("{curie} is {name} already: one identifier stands for one term")]
    Taken {
        /// The identifier, as it was given.
        curie: String,
        /// The concept that is linked to it.
        name: String,
    },
    /// The file is written in a way that cannot be added to.
    #[error("{path} cannot be added to: {why}; add the term by hand (ontology/README.md)")]
    Form {
        /// Path of the file.
        path: String,
        /// What stands in the way.
        why: String,
    },
    /// The ontology cannot be used, before or with the term.
    #[error(transparent)]
    Ontology(#[from] OntologyError),
}

impl From<FileError> for AdditionError {
    fn from(error: FileError) -> Self {
        Self::Ontology(error.into())
    }
}

fn near(nearest: &[String], scheme: &str) -> String {
    if nearest.is_empty() {
        format!("; `casegraph term list {scheme}` shows all")
    } else {
        format!("; nearest known: {}", nearest.join(", "))
    }
}
