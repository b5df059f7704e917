//! How far a row of a sheet is on its way from a draft to what two people agree on.

/// The state of a row: the column `curation_state`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CurationState {
    /// Begun; it is kept, and never weighed.
    Draft,
    /// Two curators read the source differently, and nobody has ruled yet.
    Disputed,
    /// Extracted by one curator.
    #[default]
    Extracted,
    /// Checked by a second one.
    Checked,
}

impl CurationState {
    /// The words of the column.
    pub const WORDS: [&'static str; 4] = ["draft", "extracted", "checked", "disputed"];

    /// The state of that word. A row without a word was extracted.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "" | "extracted" => Some(Self::Extracted),
            "draft" => Some(Self::Draft),
            "checked" => Some(Self::Checked),
            "disputed" => Some(Self::Disputed),
            _ => None,
        }
    }

    /// The word of the state.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Disputed => "disputed",
            Self::Extracted => "extracted",
            Self::Checked => "checked",
        }
    }
}

/// Which rows are weighed into the consensus: the key `weigh` of `study.toml`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Weighed {
    /// Rows of every state but drafts.
    #[default]
    Extracted,
    /// Rows that a second person checked.
    Checked,
}

impl Weighed {
    /// The words of the key.
    pub const WORDS: [&'static str; 2] = ["extracted", "checked"];

    /// What the word of the key asks for.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "extracted" => Some(Self::Extracted),
            "checked" => Some(Self::Checked),
            _ => None,
        }
    }

    /// Whether a row of a state is weighed.
    #[must_use]
    pub fn takes(self, state: CurationState) -> bool {
        match self {
            Self::Extracted => state > CurationState::Draft,
            Self::Checked => state == CurationState::Checked,
        }
    }
}

/// Who made a row, when, and how far it is; all of it may be unknown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Curation {
    /// Who extracted the row from its source.
    pub curator: String,
    /// When, as an ISO 8601 date.
    pub date: String,
    /// How far it is.
    pub state: CurationState,
}
