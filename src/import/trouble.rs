//! Why a file cannot be read as tables, and how much of it is read.

use thiserror::Error;

/// How much of a file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most bytes that a workbook may unpack to, and that the text of all its cells may have.
    pub unpacked: u64,
    /// The most cells of a file that hold something.
    pub cells: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            unpacked: 512 << 20,
            cells: 4_000_000,
        }
    }
}

/// The most columns of a table.
pub(super) const COLUMNS: usize = 1000;
/// The largest cell, bytes: as in the sheets of a study.
pub(super) const CELL: usize = 64 * 1024;

/// A file that is not read, and why.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Trouble {
    /// The file is of a kind that is not read.
    #[error("is {0}")]
    Kind(String),
    /// A workbook unpacks to too much.
    #[error(
        "unpacks to more than {most} MB from {packed} kB, which no workbook of tables does: if this one is in order, copy its tables into a new workbook"
    )]
    Unpacks {
        /// Most that is unpacked, in megabytes.
        most: u64,
        /// Size of the file, in kilobytes.
        packed: u64,
    },
    /// A workbook or a table holds too much.
    #[error(
        "{place}holds more than {most} {what}: split it, or take away what does not belong to the table"
    )]
    Much {
        /// Name of the tab, with what stands behind it, or nothing.
        place: String,
        /// Limit that it goes over.
        most: u64,
        /// What is counted, in the plural: `rows`, `cells`.
        what: &'static str,
    },
    /// A part of the workbook is damaged.
    #[error(
        "is no workbook that can be read ({0}): open it in a spreadsheet program and save it anew"
    )]
    Damaged(String),
    /// The bytes are no text of this encoding.
    #[error("is no {0} throughout: save it as CSV UTF-8")]
    Encoding(&'static str),
    /// The cells seem to be separated by something else; its name.
    #[error("has cells that are separated by {0}s, it seems")]
    Separated(String),
    /// The text is no table.
    #[error("{0}")]
    Table(String),
}

impl Trouble {
    pub(super) fn damaged(error: impl std::fmt::Display) -> Self {
        Self::Damaged(error.to_string())
    }
}

/// Counts what is taken of a file, and stops at its limits.
#[derive(Debug)]
pub(super) struct Budget {
    limits: Limits,
    cells: usize,
    bytes: u64,
}

impl Budget {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            limits,
            cells: 0,
            bytes: 0,
        }
    }

    /// Takes so many cells with this text, the last of them in this column, from 0.
    pub(super) fn take(
        &mut self,
        count: usize,
        text: &str,
        last: usize,
        tab: &str,
    ) -> Result<(), Trouble> {
        let much = |most: u64, what| Trouble::Much {
            place: if tab.is_empty() {
                String::new()
            } else {
                format!("the tab {tab:?} ")
            },
            most,
            what,
        };
        if last >= COLUMNS {
            return Err(much(COLUMNS as u64, "columns"));
        }
        if text.len() > CELL {
            return Err(much(CELL as u64 / 1024, "kB in one cell"));
        }
        self.cells = self.cells.saturating_add(count);
        self.bytes = self.bytes.saturating_add(count as u64 * text.len() as u64);
        if self.cells > self.limits.cells {
            return Err(much(self.limits.cells as u64, "cells"));
        }
        if self.bytes > self.limits.unpacked {
            return Err(much(self.limits.unpacked >> 20, "MB of text"));
        }
        Ok(())
    }
}
