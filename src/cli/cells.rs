//! How cells of CSV and TSV are written, as an option.

use crate::report::Cells;

/// Whether cells that a spreadsheet would take for formulas are marked.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub struct CellsArgument {
    /// In CSV and TSV, leave cells as they are that a spreadsheet takes for formulas (=…, +…, -…, @…); else they
    /// begin with an apostrophe. Numbers have none
    #[arg(long)]
    raw_cells: bool,
}

impl CellsArgument {
    /// How cells are written.
    #[must_use]
    pub fn cells(self) -> Cells {
        if self.raw_cells {
            Cells::Raw
        } else {
            Cells::Marked
        }
    }
}
