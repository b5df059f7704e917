//! A study in the formats that others read: a file and a line of [`FORMATS`] each.
//!
//! A format is a function from the [`ExportStudy`] to named files and a ledger of what it could not say.
//! Nothing is filled in for a format's sake: what it has no place for is in `LOST.csv`, and a term without an
//! identifier there is in `WITHOUT_IDENTIFIER.csv`.

mod cbioportal;
#[cfg(feature = "parquet")]
mod columns;
mod fusions;
mod fusor;
mod kgx;
mod ledger;
mod phenopackets;
mod rdf;
mod references;
mod ro_crate;
mod schemas;
mod shacl;
mod study;
mod terms;
mod unsaid;
mod workbook;

use std::collections::BTreeMap;
use std::io::{Cursor, Write};

use thiserror::Error;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

#[cfg(feature = "parquet")]
use crate::columnar::ColumnarError;
use crate::graph::GraphError;
use crate::import::TemplateError;
use crate::ontology::OntologyError;
use crate::project::FileError;
use crate::query::AskError;
use crate::report::FormatError;

pub use crate::graph::identifiers::{Authority, Identifier};
pub use ledger::{Ledger, Lost, WithoutIdentifier};
pub use ro_crate::{RO_CRATE, ro_crate};
pub use study::{Datum, ExportCase, ExportEvent, ExportStudy};
pub use terms::{ExportTerm, Terms};

/// Why a study cannot be given out.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ExportError {
    /// The store cannot be asked.
    #[error("{0}")]
    Ask(#[from] AskError),
    /// The graph cannot be written.
    #[error("{0}")]
    Graph(#[from] GraphError),
    /// The text cannot be made.
    #[error("cannot make the text")]
    Text(#[from] std::io::Error),
    /// A file of columns cannot be written.
    #[cfg(feature = "parquet")]
    #[error("{0}")]
    Columns(#[from] ColumnarError),
    /// The references cannot be written.
    #[error("{0}")]
    References(#[from] FormatError),
    /// The vocabularies cannot be read.
    #[error("{0}")]
    Ontology(#[from] OntologyError),
    /// The files of the study cannot be read.
    #[error("{0}")]
    Files(#[from] FileError),
    /// No workbook can be made of the sheets.
    #[error("{0}")]
    Workbook(#[from] TemplateError),
    /// The archive cannot be packed.
    #[error("the archive cannot be packed")]
    Archive(#[from] zip::result::ZipError),
    /// The store was made from other sheets than those of the folder.
    #[error(
        "the store was not made from the sheets that are here, and a workbook is made of sheets"
    )]
    NoSheets,
}

/// A format that a study is given out in.
#[derive(Debug)]
pub struct ExportFormat {
    /// Its name on the command line and in addresses.
    pub name: &'static str,
    /// What it is, in a line.
    pub describes: &'static str,
    /// Whether it is of the cases, so that those that count can be given alone.
    pub of_cases: bool,
    /// Makes its files.
    pub write: fn(&ExportStudy) -> Result<Exported, ExportError>,
}

/// Every format.
pub const FORMATS: &[ExportFormat] = &[
    phenopackets::FORMAT,
    cbioportal::FORMAT,
    fusor::FORMAT,
    kgx::FORMAT,
    rdf::FORMAT,
    shacl::FORMAT,
    schemas::JSON_SCHEMA,
    schemas::REDCAP,
    references::BIBTEX,
    references::RIS,
    references::CSL_JSON,
    workbook::XLSX,
    workbook::ODS,
    #[cfg(feature = "parquet")]
    columns::FORMAT,
];

impl ExportFormat {
    /// The format of that name.
    #[must_use]
    pub fn of(name: &str) -> Option<&'static Self> {
        FORMATS.iter().find(|format| format.name == name)
    }
}

/// The files of a format by their paths, and what they do not say.
#[derive(Debug, Default)]
pub struct Exported {
    files: BTreeMap<String, Vec<u8>>,
    /// What the format could not say.
    pub ledger: Ledger,
}

/// Days of a month: a twelfth of 365.25.
const MONTH: f64 = 30.4375;
/// File with what a format could not say.
pub const LOST: &str = "LOST.csv";
/// File with the terms that have no identifier in the format.
pub const WITHOUT_IDENTIFIER: &str = "WITHOUT_IDENTIFIER.csv";

impl Exported {
    /// Adds a file.
    pub fn add(&mut self, path: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.files.insert(path.into(), bytes.into());
    }

    /// Number of files of the format itself.
    #[must_use]
    pub fn count(&self) -> usize {
        self.files.len()
    }

    /// All files by path, the two ledgers among them.
    #[must_use]
    pub fn into_files(mut self) -> BTreeMap<String, Vec<u8>> {
        self.files.insert(LOST.to_owned(), self.ledger.lost_csv());
        let without = self.ledger.without_identifier_csv();
        self.files.insert(WITHOUT_IDENTIFIER.to_owned(), without);
        self.files
    }

    /// All files as one archive, always the same for the same files.
    ///
    /// # Errors
    /// It is larger than an archive may be.
    pub fn into_archive(self) -> Result<Vec<u8>, ExportError> {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        for (path, bytes) in self.into_files() {
            archive.start_file(path, SimpleFileOptions::default())?;
            archive.write_all(&bytes)?;
        }
        Ok(archive.finish()?.into_inner())
    }
}
