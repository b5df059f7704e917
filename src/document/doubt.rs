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
    /// Every doubt.
    pub const ALL: [Self; 2] = [Self::Derived, Self::Inferred];

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

    /// A value without such a word behind it.
    #[must_use]
    pub fn bare(shown: &str) -> &str {
        let without = |doubt: Self| {
            let words = shown.strip_suffix(')')?.strip_suffix(doubt.word())?;
            words.strip_suffix(" (")
        };
        Self::ALL.into_iter().find_map(without).unwrap_or(shown)
    }
}

#[cfg(test)]
mod tests {
    use super::Doubt;

    #[test]
    fn what_is_marked_is_found_by_its_value() {
        for doubt in Doubt::ALL {
            assert_eq!(Doubt::bare(&doubt.mark("PR")), "PR");
        }
        for plain in ["PR", "PR (unconfirmed)", "derived)", "(derived)", ""] {
            assert_eq!(Doubt::bare(plain), plain);
        }
    }
}
