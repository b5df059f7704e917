//! What is counted.

use serde::{Deserialize, Serialize};

/// What is counted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
#[non_exhaustive]
pub enum Unit {
    /// A patient.
    #[default]
    Case,
    /// An episode of treatment.
    Treatment,
    /// An adverse event.
    Event,
    /// A publication.
    Source,
    /// Something else, in the header's own word.
    Other(String),
}

impl From<String> for Unit {
    fn from(word: String) -> Self {
        match word.as_str() {
            "case" => Self::Case,
            "treatment" => Self::Treatment,
            "event" => Self::Event,
            "source" => Self::Source,
            _ => Self::Other(word),
        }
    }
}

impl Unit {
    /// The header's word for one unit.
    #[must_use]
    pub fn word(&self) -> &str {
        match self {
            Self::Case => "case",
            Self::Treatment => "treatment",
            Self::Event => "event",
            Self::Source => "source",
            Self::Other(word) => word,
        }
    }
}

impl From<Unit> for String {
    fn from(unit: Unit) -> Self {
        unit.word().to_owned()
    }
}
