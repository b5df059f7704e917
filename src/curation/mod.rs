//! Curation of one row at a time: what a change would do is tried on a copy of the study, and when it is written,
//! `git diff` shows that row and nothing else.
//!
//! ```text
//! change ──text──▶ bytes of a sheet ──trial──▶ problems by field, rows, a copy to build
//!                        └──write──▶ sheets, and what was done in curation.csv
//! ```
//!
//! Who changed what and when stands in `curation.csv`, a sheet of the study that only grows. What is undone is
//! written there as well.

mod change;
mod history;
mod log;
mod pen;
mod text;
mod trial;
mod write;
mod wrong;

pub use change::{Change, Conflict, Placed};
pub use history::{Event, Past, history};
pub use log::{Entry, LOG, entries, undoable};
pub use pen::{Pen, Writer};
pub use text::{Cells, Row, Unreadable, each, rows};
pub use trial::{FieldProblem, Trial, TrialError};
pub use write::{Signed, WriteError, add_columns, lacking, undo, write};
pub use wrong::Wrong;
