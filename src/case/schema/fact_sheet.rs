//! A sheet whose rows are facts of cases.

use super::{Column, Rows, Schema, Sheet};

/// The sheets of facts that every study has, whose meaning the program knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KnownSheet {
    /// The patient and the tumour.
    Cases,
    /// Gene fusions.
    Fusions,
    /// Molecular findings that are no fusion.
    Alterations,
    /// Episodes of treatment, in order.
    Treatments,
    /// Adverse events.
    AdverseEvents,
    /// Last known status and survival.
    FollowUp,
}

impl KnownSheet {
    pub(super) const ALL: [Self; 6] = [
        Self::Cases,
        Self::Fusions,
        Self::Alterations,
        Self::Treatments,
        Self::AdverseEvents,
        Self::FollowUp,
    ];
}

/// A sheet whose rows say what one source states about one thing of a case. It is the same sheet as
/// that of another study, whatever columns the two add.
#[derive(Debug, Clone, Copy)]
pub struct FactSheet {
    pub(super) sheet: &'static Sheet,
    pub(super) place: usize,
}

impl FactSheet {
    fn shipped(known: KnownSheet) -> Self {
        let place = known as usize;
        Self {
            sheet: &Schema::shipped().sheets[place],
            place,
        }
    }

    /// The patient and the tumour.
    #[must_use]
    pub fn cases() -> Self {
        Self::shipped(KnownSheet::Cases)
    }

    /// Gene fusions.
    #[must_use]
    pub fn fusions() -> Self {
        Self::shipped(KnownSheet::Fusions)
    }

    /// Molecular findings other than fusions.
    #[must_use]
    pub fn alterations() -> Self {
        Self::shipped(KnownSheet::Alterations)
    }

    /// Treatment episodes.
    #[must_use]
    pub fn treatments() -> Self {
        Self::shipped(KnownSheet::Treatments)
    }

    /// Adverse events.
    #[must_use]
    pub fn adverse_events() -> Self {
        Self::shipped(KnownSheet::AdverseEvents)
    }

    /// The last known status.
    #[must_use]
    pub fn follow_up() -> Self {
        Self::shipped(KnownSheet::FollowUp)
    }

    /// Which of those it is that every study has; none if it is a study's own.
    #[must_use]
    pub fn known(self) -> Option<KnownSheet> {
        self.sheet.known
    }

    /// The file name without its ending.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.sheet.name
    }

    /// What one row is about, in the singular.
    #[must_use]
    pub fn noun(self) -> &'static str {
        self.sheet.noun
    }

    /// What it holds, in a sentence.
    #[must_use]
    pub fn describes(self) -> &'static str {
        self.sheet.describes
    }

    /// What stands for its things in IRIs, after the key of the case: `treatment`; nothing for the
    /// case itself, and the sheet's own name where a study adds it.
    #[must_use]
    pub fn in_iris(self) -> &'static str {
        match self.known() {
            Some(KnownSheet::Cases) => "",
            Some(KnownSheet::Fusions) => "fusion",
            Some(KnownSheet::Alterations) => "alteration",
            Some(KnownSheet::Treatments) => "treatment",
            Some(KnownSheet::AdverseEvents) => "adverse-event",
            Some(KnownSheet::FollowUp) => "follow-up",
            None => self.name(),
        }
    }

    /// The columns of values, between `certainty` and `verbatim`: the shipped ones first.
    #[must_use]
    pub fn columns(self) -> &'static [Column] {
        &self.sheet.columns
    }

    /// The index of a column by its heading. A shipped column has the same in every study.
    #[must_use]
    pub fn column(self, name: &str) -> Option<usize> {
        self.columns().iter().position(|column| column.name == name)
    }

    /// The columns that say which event a row tells of.
    #[must_use]
    pub fn identity(self) -> &'static [&'static str] {
        self.sheet.identity
    }

    /// Whether rows are numbered by `item`: a case has one follow-up but several treatments.
    #[must_use]
    pub fn numbered(self) -> bool {
        self.sheet.rows == Rows::Event
    }

    /// Whether a study may do without the file.
    #[must_use]
    pub fn optional(self) -> bool {
        self.sheet.optional
    }

    /// Every heading of the file, in order.
    pub fn headings(self) -> impl Iterator<Item = &'static str> {
        let item = self.numbered().then_some("item");
        std::iter::once("case")
            .chain(item)
            .chain(["source", "locator", "certainty"])
            .chain(self.columns().iter().map(|column| column.name))
            .chain(["verbatim", "note"])
    }
}

impl PartialEq for FactSheet {
    fn eq(&self, other: &Self) -> bool {
        self.place == other.place && self.sheet.name == other.sheet.name
    }
}

impl Eq for FactSheet {}

impl PartialOrd for FactSheet {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for FactSheet {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.place, self.sheet.name).cmp(&(other.place, other.sheet.name))
    }
}

impl std::hash::Hash for FactSheet {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.sheet.name.hash(state);
    }
}
