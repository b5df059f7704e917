//! Subjects and objects of triple patterns.

/// A subject or object: a term, or the place of a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Term(u32),
    Slot(usize),
}

impl End {
    /// Whether it is a term, or a variable that has a value by now.
    pub fn is_known(self, bound: &[bool]) -> bool {
        match self {
            Self::Term(_) => true,
            Self::Slot(slot) => bound[slot],
        }
    }
}
