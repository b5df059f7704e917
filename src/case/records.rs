//! The rows of a study, checked: what sources report, and what is said about the sources.

use super::curation::Curation;
use super::schema::FactSheet;
use super::source::{PublicationKind, ReadingDepth};
use super::thing::CaseKey;
use super::value::{Certainty, Reported, Value};

/// A source: one row of `publications.csv`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Publication {
    /// The key that other sheets name.
    pub key: String,
    /// Reference number in the review that the study grew from, as printed.
    pub review_ref: String,
    /// First author as printed.
    pub first_author: String,
    /// Year of publication.
    pub year: Option<i64>,
    /// Title.
    pub title: String,
    /// Journal or site.
    pub journal: String,
    /// Volume and pages as printed.
    pub volume_pages: String,
    /// DOI without a resolver.
    pub doi: String,
    /// PubMed identifier.
    pub pmid: String,
    /// PubMed Central identifier.
    pub pmcid: String,
    /// Kind of source.
    pub kind: PublicationKind,
    /// How far it was read, if that is said.
    pub read: Option<ReadingDepth>,
    /// Remarks of the curator.
    pub note: String,
}

impl Publication {
    /// Whether the source reports its own patients.
    #[must_use]
    pub fn is_primary(&self) -> bool {
        self.kind.is_primary()
    }
}

/// What one source states about one thing of a case: one row of a sheet of facts.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The sheet it stands in.
    pub sheet: FactSheet,
    /// Its row in the sheet, counted as a spreadsheet does (headings are row 1).
    pub row: usize,
    /// Key of the case.
    pub case: CaseKey,
    /// Number of the fusion, alteration, treatment or event within the case; 1 where there is one.
    pub item: u32,
    /// Key of the source.
    pub source: String,
    /// Where in the source.
    pub locator: String,
    /// How the values came to stand here.
    pub certainty: Certainty,
    /// The filled cells: index into [`FactSheet::columns`] and what it says.
    pub cells: Vec<(usize, Reported)>,
    /// The source's own words.
    pub verbatim: String,
    /// Remarks of the curator.
    pub note: String,
    /// Who made the row, and how far it is.
    pub curation: Curation,
}

impl Report {
    /// The values that it gives of a column, by its index; none if it says nothing or that there is none.
    #[must_use]
    pub fn values(&self, column: usize) -> &[Value] {
        let mut cells = self.cells.iter();
        match cells.find(|(index, _)| *index == column) {
            Some((_, Reported::Values(values))) => values,
            _ => &[],
        }
    }
}

/// A case's place in a cohort: one row of `cohorts.csv`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// Name of the cohort.
    pub cohort: String,
    /// Key of the case.
    pub case: CaseKey,
    /// Key of the case's main report.
    pub publication: String,
    /// Its number there, as text: "20 or 23" occurs.
    pub number_in_source: String,
    /// How that is known; `None` where the sheet does not say.
    pub basis: Option<MembershipBasis>,
    /// Why it is in this cohort.
    pub reason: String,
}

/// How it is known that a case belongs to a cohort.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MembershipBasis {
    /// A source says so.
    Stated,
    /// The curators conclude it.
    Inferred,
}

impl MembershipBasis {
    /// The words of the column `basis` of `cohorts.csv`.
    pub const WORDS: [&'static str; 2] = ["stated", "inferred"];

    /// The basis of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "stated" => Some(Self::Stated),
            "inferred" => Some(Self::Inferred),
            _ => None,
        }
    }

    /// The word of the basis.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Stated => "stated",
            Self::Inferred => "inferred",
        }
    }
}

/// A pooled statement of a review: one row of `claims.csv`, numbers as printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Identifier, unique in the sheet.
    pub id: String,
    /// Key of the source.
    pub source: String,
    /// The filled cells besides: heading and text.
    pub cells: Vec<(&'static str, String)>,
    /// Cells that should be numbers and could not be read as one, with their place.
    pub not_read: Vec<String>,
}

/// A group statement of a series or trial: one row of `series.csv`, numbers as printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesStatement {
    /// Identifier, unique in the sheet.
    pub id: String,
    /// Key of the source.
    pub source: String,
    /// Key of the publication that it is about.
    pub about: String,
    /// The filled cells besides: heading and text.
    pub cells: Vec<(&'static str, String)>,
}

/// A curator's ruling on a conflict: one row of `decisions.csv`.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// Its row in the sheet.
    pub row: usize,
    /// Key of the case.
    pub case: CaseKey,
    /// The sheet ruled on.
    pub sheet: FactSheet,
    /// The item ruled on.
    pub item: u32,
    /// Index into [`FactSheet::columns`].
    pub column: usize,
    /// Value that is taken.
    pub value: Reported,
    /// Why the curator decided so.
    pub reason: String,
    /// Who decided.
    pub curator: String,
    /// When, as an ISO 8601 date.
    pub date: String,
}

/// What a curator rules on two cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Patients {
    /// They are one patient, published twice: the second case does not count.
    Same,
    /// They are two patients, however alike.
    Different,
    /// They may be one patient. The second case is not to count; what is reported of it is shown beside the
    /// first.
    Suspected,
}

impl Patients {
    /// The words of the column `column` of `decisions.csv`, where `sheet` is `cases`.
    pub const WORDS: [&'static str; 3] = [
        "same-patient",
        "different-patients",
        "suspected-same-patient",
    ];

    /// The ruling of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "same-patient" => Some(Self::Same),
            "different-patients" => Some(Self::Different),
            "suspected-same-patient" => Some(Self::Suspected),
            _ => None,
        }
    }

    /// The word of the ruling.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Same => "same-patient",
            Self::Different => "different-patients",
            Self::Suspected => "suspected-same-patient",
        }
    }
}

/// A curator's ruling on whether two cases are one patient: one row of `decisions.csv`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatientRuling {
    /// Its row in the sheet.
    pub row: usize,
    /// The first case, which stays.
    pub case: CaseKey,
    /// The second case, which the column `value` names.
    pub other: CaseKey,
    /// Whether two cases are one patient, and which counts.
    pub patients: Patients,
    /// Why the curator decided so.
    pub reason: String,
    /// Who decided.
    pub curator: String,
    /// When, as an ISO 8601 date.
    pub date: String,
}
