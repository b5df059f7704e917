//! Exit statuses: what a script may rely on.

use std::process::ExitCode;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// All was done, and nothing was found wrong.
    Done,
    /// Ran, and found violations or mismatches.
    Found,
    /// Wrong usage, or an error while running.
    Error,
    /// What was asked for is not supported.
    Unsupported,
    /// Stopped by a time limit or cancelled.
    Stopped,
}

impl Exit {
    /// The number that the system is told.
    #[must_use]
    pub fn number(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Found => 1,
            Self::Error => 2,
            Self::Unsupported => 3,
            Self::Stopped => 4,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.number())
    }
}
