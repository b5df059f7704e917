//! What kinds of source there are, and how far one can be read.

/// What kind of source it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PublicationKind {
    /// A report of one case or a few.
    CaseReport,
    /// A series of cases.
    Series,
    /// A clinical trial.
    Trial,
    /// A study of samples.
    MolecularStudy,
    /// A review, which has its patients from others.
    Review,
    /// A database, which has its patients from others.
    Database,
    /// A press release.
    PressRelease,
    /// A guideline.
    Guideline,
    /// A letter to the editor.
    Letter,
    /// An abstract of a conference.
    ConferenceAbstract,
    /// Another kind, in the curators' word; empty if none is given.
    Other(String),
}

impl Default for PublicationKind {
    fn default() -> Self {
        Self::Other(String::new())
    }
}

impl PublicationKind {
    /// The known kinds, in the words of the `kind` column.
    pub const WORDS: [&'static str; 10] = [
        "case-report",
        "series",
        "trial",
        "molecular-study",
        "review",
        "database",
        "press-release",
        "guideline",
        "letter",
        "conference-abstract",
    ];

    /// The kind of a word of the `kind` column.
    #[must_use]
    pub fn from_word(word: &str) -> Self {
        match word {
            "case-report" => Self::CaseReport,
            "series" => Self::Series,
            "trial" => Self::Trial,
            "molecular-study" => Self::MolecularStudy,
            "review" => Self::Review,
            "database" => Self::Database,
            "press-release" => Self::PressRelease,
            "guideline" => Self::Guideline,
            "letter" => Self::Letter,
            "conference-abstract" => Self::ConferenceAbstract,
            other => Self::Other(other.to_owned()),
        }
    }

    /// Its word in the `kind` column.
    #[must_use]
    pub fn word(&self) -> &str {
        match self {
            Self::CaseReport => "case-report",
            Self::Series => "series",
            Self::Trial => "trial",
            Self::MolecularStudy => "molecular-study",
            Self::Review => "review",
            Self::Database => "database",
            Self::PressRelease => "press-release",
            Self::Guideline => "guideline",
            Self::Letter => "letter",
            Self::ConferenceAbstract => "conference-abstract",
            Self::Other(word) => word,
        }
    }

    /// Whether such a source reports patients of its own. A kind that is not known is taken to.
    #[must_use]
    pub fn is_primary(&self) -> bool {
        !matches!(
            self,
            Self::Review | Self::Database | Self::PressRelease | Self::Guideline
        )
    }
}

/// How far a source was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReadingDepth {
    /// All of the text.
    FullText,
    /// Its abstract.
    Abstract,
    /// Parts of the text.
    Excerpt,
    /// The title alone.
    TitleOnly,
    /// What others say of it.
    Secondary,
    /// Too little to count.
    Weak,
}

impl ReadingDepth {
    /// The words of the `read` column.
    pub const WORDS: [&'static str; 6] = [
        "full-text",
        "abstract",
        "excerpt",
        "title-only",
        "secondary",
        "weak",
    ];

    /// Reads the word of the `read` column.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "full-text" => Some(Self::FullText),
            "abstract" => Some(Self::Abstract),
            "excerpt" => Some(Self::Excerpt),
            "title-only" => Some(Self::TitleOnly),
            "secondary" => Some(Self::Secondary),
            "weak" => Some(Self::Weak),
            _ => None,
        }
    }

    /// The word of the `read` column.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::FullText => "full-text",
            Self::Abstract => "abstract",
            Self::Excerpt => "excerpt",
            Self::TitleOnly => "title-only",
            Self::Secondary => "secondary",
            Self::Weak => "weak",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_read_and_written() {
        for word in PublicationKind::WORDS {
            let kind = PublicationKind::from_word(word);
            assert_eq!(kind.word(), word);
            assert!(!matches!(kind, PublicationKind::Other(_)), "{word}");
        }
        for word in ReadingDepth::WORDS {
            assert_eq!(
                ReadingDepth::from_word(word).map(ReadingDepth::word),
                Some(word)
            );
        }
    }
}
