//! What makes a value less than what a source states, and how that is shown: the same everywhere.

/// Why a value is less than what a source states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// No source states it: it was derived, by arithmetic or from what is stated.
    Derived,
    /// It was inferred and not observed, as a fusion partner from a staining pattern.
    Inferred,
}

impl Doubt {
    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Derived => "derived",
            Self::Inferred => "inferred",
        }
    }

    /// A value with the word behind it.
    #[must_use]
    pub fn mark(self, value: &str) -> String {
        format!("{value} ({})", self.word())
    }

    /// A value, with the word behind it if there is the doubt.
    #[must_use]
    pub fn mark_if(self, doubtful: bool, value: &str) -> String {
        if doubtful {
            self.mark(value)
        } else {
            value.to_owned()
        }
    }
}
