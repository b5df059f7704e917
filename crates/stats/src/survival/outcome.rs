//! How follow-up ends.

/// How the follow-up of a case ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The case had the event at its time.
    Event,
    /// Without the event, which may come later.
    Censored,
}

impl From<bool> for Outcome {
    /// Whether the event was seen.
    fn from(event: bool) -> Self {
        if event { Self::Event } else { Self::Censored }
    }
}
