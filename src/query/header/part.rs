//! The parts of a report's front, in the order in which a reader asks.

use serde::{Deserialize, Serialize};

/// A part of a report's front.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// From publications to cases.
    Flow,
    /// Who the patients are.
    Patients,
    /// Response.
    Response,
    /// Survival.
    Survival,
    /// What came after the drug.
    Next,
    /// Harms.
    Harms,
    /// How sure all of it is.
    Certainty,
}

impl Part {
    /// All of them, in order.
    pub const ALL: [Self; 7] = [
        Self::Flow,
        Self::Patients,
        Self::Response,
        Self::Survival,
        Self::Next,
        Self::Harms,
        Self::Certainty,
    ];

    /// Its heading.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Flow => "From publications to cases",
            Self::Patients => "Who the patients are",
            Self::Response => "Response",
            Self::Survival => "Survival",
            Self::Next => "What came next",
            Self::Harms => "Harms",
            Self::Certainty => "How sure this is",
        }
    }
}
