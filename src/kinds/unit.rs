//! What is counted.

use serde::{Deserialize, Serialize};

/// What a row of an answer is about, and a count counts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
#[non_exhaustive]
pub enum Unit {
    /// A patient, however many publications report them.
    #[default]
    Case,
    /// An episode of treatment.
    Treatment,
    /// An adverse event of a case.
    Event,
    /// A publication, trial record or other source.
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
