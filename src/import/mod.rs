//! Tables of others as sheets of a study: workbooks and text files, read as they are, and nothing of them changed
//! without a word.
//!
//! ```text
//! bytes ──read──▶ tabs ──tabs──▶ sheets ──study──▶ what is wrong, by cell of the file
//!                  └─────wide─────┘
//! ```

mod archive;
mod messages;
mod ods;
mod open_document;
mod others;
mod read;
mod references;
mod schema;
mod sheet;
mod study;
mod tab;
mod tabs;
mod template;
mod text;
mod trouble;
mod wide;
mod xlsx;
mod xml;

pub use open_document::open_document;
pub use others::{CaseTable, Files, Others, redcap};
pub use read::{Input, Kind, read};
pub use references::{Counts, LOOKED_AT, are_references, screened};
pub use schema::SHEETS;
pub use sheet::{Change, Line, Sheet};
pub use study::{CheckError, check};
pub use tab::{At, Cell, Form, Row, Tab};
pub use tabs::{Imported, Reading, Taken, sheet_for, sheets};
pub use template::{TemplateError, template};
pub use text::{Dialect, Understood};
pub use trouble::{Limits, Trouble};
pub use wide::{Mapping, MappingError, propose, sheets_of_table};
