//! What a page can be about: fusion partners, histologies, drugs and adverse events.

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

    /// How a case and a thing of this kind hang together: a case has a thing, and every class that the
    /// thing belongs to.
    pub fn pattern(self) -> &'static str {
        match self {
            Self::Partner => self.own_pattern(),
            Self::Histology => "?patient cg:histology/cg:under ?thing",
            Self::Drug => "?patient cg:hasTreatment/cg:drug/cg:under ?thing",
            Self::Event => "?adverse cg:ofCase ?patient ; cg:term/cg:under ?thing",
        }
    }

    /// How a case and a thing that is stated of it hang together, its classes left out.
    pub fn own_pattern(self) -> &'static str {
        match self {
            Self::Partner => "?patient cg:hasFusion/cg:fivePrimeGene ?thing",
            Self::Histology => "?patient cg:histology ?thing",
            Self::Drug => "?patient cg:hasTreatment/cg:drug ?thing",
            Self::Event => "?adverse cg:ofCase ?patient ; cg:term ?thing",
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

/// The last part of an IRI or of a prefixed name.
pub fn local(iri: &str) -> &str {
    iri.rsplit(['/', '#', ':']).next().unwrap_or(iri)
}
