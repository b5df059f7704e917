//! The formats that a document can be written in: a file each, and a line in [`FORMATS`].
//!
//! The command line and the server both choose from the one list.

#[cfg(feature = "parquet")]
mod columns;
mod csv;
mod docx;
mod figure;
pub(super) mod html;
mod json;
mod latex;
mod markdown;
mod references;
mod table;
mod tsv;
mod turtle;
mod xlsx;

use rust_xlsxwriter::XlsxError;
use thiserror::Error;
use zip::result::ZipError;

pub use self::csv::records_csv;
pub use self::html::{block_html, table_html};
pub(super) use self::markdown::block_markdown;
pub use self::markdown::{line_markdown, table_markdown};
pub use self::table::table_text;
use super::cells::Cells;
use super::{LookError, PrintError};
#[cfg(feature = "parquet")]
use crate::columnar::ColumnarError;
use crate::document::Document;

/// Every format, in the order in which they are offered.
pub static FORMATS: &[&Format] = &[
    &table::FORMAT,
    &csv::FORMAT,
    &tsv::FORMAT,
    &json::FORMAT,
    &markdown::FORMAT,
    &html::FORMAT,
    &latex::FORMAT,
    &xlsx::FORMAT,
    &docx::FORMAT,
    #[cfg(feature = "parquet")]
    &columns::FORMAT,
    &figure::SVG,
    &figure::PNG,
    &figure::PDF,
    &turtle::FORMAT,
    &references::BIBTEX,
    &references::RIS,
    &references::CSL_JSON,
];

/// How a document is written: one entry of the registry a format.
#[derive(Debug)]
pub struct Format {
    /// What it is called on the command line.
    pub name: &'static str,
    /// What else it may be called.
    pub aliases: &'static [&'static str],
    /// How its files end.
    pub ending: &'static str,
    /// Its media type, with the character set where readers would take another one without it.
    pub content_type: &'static str,
    /// What it is good for, in a few words.
    pub about: &'static str,
    /// What of a document it holds.
    pub holds: Holds,
    /// Whether people or programs read it.
    pub reader: Reader,
    /// Writes a document as bytes of this format.
    pub write: fn(&dyn Document, &Setting) -> Result<Vec<u8>, FormatError>,
}

/// What of a document a format holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// What is said: every document can be written so.
    Words,
    /// The figure: few documents have one.
    Figure,
    /// Statements: few documents have any.
    Triples,
    /// References: few documents list any.
    References,
}

/// Who reads a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// People, on a terminal or in an editor: no character that a terminal obeys reaches them.
    People,
    /// Programs, which get every character.
    Programs,
    /// Programs, which get what is no text.
    Bytes,
}

/// Choices in how a document is written.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// The width to fold tables of text to; `None` does not fold.
    pub width: Option<u16>,
    /// How cells are written that a spreadsheet would take for formulas.
    pub cells: Cells,
    /// Dots per inch of a picture.
    pub dpi: u16,
}

impl Default for Setting {
    fn default() -> Self {
        Self {
            width: None,
            cells: Cells::default(),
            dpi: 200,
        }
    }
}

/// Why a document cannot be written in a format.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FormatError {
    /// It has no figure.
    #[error("{0} has no figure: its header asks for none, or no case has what it needs")]
    NoFigure(String),
    /// It has no statements.
    #[error("{0} has no statements to be written as RDF")]
    NoTriples(String),
    /// It lists no works.
    #[error("{0} lists no publications to be written as references")]
    NoReferences(String),
    /// The figure cannot be drawn so.
    #[error(transparent)]
    Print(#[from] PrintError),
    /// The figure cannot look so.
    #[error(transparent)]
    Look(#[from] LookError),
    /// A workbook cannot hold it.
    #[error("a workbook cannot hold {0}: take another format")]
    Workbook(String, #[source] XlsxError),
    /// It cannot be packed.
    #[error("{0} cannot be packed")]
    Packed(String, #[source] ZipError),
    /// It cannot be kept in columns.
    #[cfg(feature = "parquet")]
    #[error("{0} cannot be kept in columns")]
    Columns(String, #[source] ColumnarError),
}

impl Format {
    /// The format of this name or other name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        let is = |format: &&&Self| format.name == name || format.aliases.contains(&name);
        FORMATS.iter().find(is).copied()
    }

    /// Its media type, without parameters.
    #[must_use]
    pub fn media_type(&self) -> &'static str {
        self.content_type.split(';').next().unwrap_or_default()
    }
}
