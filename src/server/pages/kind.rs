//! What a page can be about: fusion partners, histologies, drugs and adverse events.

use crate::graph::model::Literal;

/// What a page can be about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Partner,
    Histology,
    Drug,
    Event,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Partner, Self::Histology, Self::Drug, Self::Event];

    /// The kind that the part of an address names.
    pub fn of(part: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.path() == part)
    }

    /// What queries have for it: the variable `?kind` of one that has a branch for each kind.
    pub fn term(self) -> Literal {
        Literal::new_simple_literal(self.path())
    }

    /// The part of an address that names it.
    pub fn path(self) -> &'static str {
        match self {
            Self::Partner => "partners",
            Self::Histology => "histologies",
            Self::Drug => "drugs",
            Self::Event => "events",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Self::Partner => "Fusion partners",
            Self::Histology => "Histologies",
            Self::Drug => "Drugs",
            Self::Event => "Adverse events",
        }
    }

    /// The column of the table of cases that has it.
    pub fn parameter(self) -> &'static str {
        match self {
            Self::Partner => "partner",
            Self::Histology => "histology",
            Self::Drug => "drug",
            Self::Event => "search",
        }
    }

    /// One of the kind, in words.
    pub fn word(self) -> &'static str {
        match self {
            Self::Partner => "fusion partner",
            Self::Histology => "histology",
            Self::Drug => "drug",
            Self::Event => "adverse event",
        }
    }

    /// The prefix of its names.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Partner => "gene",
            Self::Histology => "histology",
            Self::Drug => "drug",
            Self::Event => "event",
        }
    }

    /// The analyses on its page, with the parameter that is set to it.
    pub fn analyses(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Drug => &[
                ("response/by-partner", "drug"),
                ("response/by-histology", "drug"),
                ("survival/progression-free", "drug"),
                ("safety/events", "drug"),
            ],
            _ => &[],
        }
    }
}
