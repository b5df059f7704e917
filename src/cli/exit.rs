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

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Found => 1,
            Exit::Error => 2,
            Exit::Unsupported => 3,
            Exit::Stopped => 4,
        })
    }
}
