//! From sheets to a store: read everything, collect every problem, and only then write.
//!
//! ```text
//! sheets ──sheet──▶ tables ──rows──▶ records ──check──▶ study ──consensus, triples──▶ quads ──build──▶ store
//! ```
//!
//! This room knows nothing of queries, statistics or the terminal.

mod appraisals;
mod build;
mod cells;
mod check;
mod columns;
mod facts;
mod genes;
mod harmed;
mod headings;
mod identifiers;
mod link;
mod located;
mod meta;
mod no_gene;
mod patients;
mod problems;
mod readings;
mod record;
mod records;
mod rows;
mod screening;
mod sheet;
mod study;
mod triples;
mod values;

pub use build::{
    BuildError, Built, Progress, build, build_anew, fingerprint, fingerprint_of_sums, input_sums,
    sha256,
};
pub use columns::schema as sheets_of;
pub use genes::Undeclared;
pub use identifiers::symbol_of_date;
pub use link::{LinkingError, Written, link_slices, link_whole, wanted};
pub use located::{Located, SheetCell};
pub use meta::{Cohort, StudyMeta, says_synthetic};
pub use problems::{Problem, Problems, Severity};
pub use record::{CaseSheets, Study};
pub use study::{files as study_files, read as read_study};
pub use triples::{class_of, property_of, shipped_columns};
