//! A file as tables, of whatever kind it is.

use super::tab::Tab;
use super::text::{self, Dialect, Understood};
use super::trouble::{Limits, Trouble};
use super::{ods, xlsx};

/// What a file turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A workbook of Excel.
    Xlsx,
    /// A workbook in the `OpenDocument` format.
    Ods,
    /// A text file of one table.
    Text(Understood),
    /// Cases in a format of others, said in words such as `12 phenopackets`.
    Others(String),
}

/// A file that was read: its kind and its tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Format of the file.
    pub kind: Kind,
    /// Tables of the file, in its order.
    pub tabs: Vec<Tab>,
}

/// Reads a file by what it holds, whatever its name.
///
/// # Errors
/// It is of a kind that is not read, damaged, or holds more than the limits allow.
pub fn read(bytes: &[u8], said: &Dialect, limits: Limits) -> Result<Input, Trouble> {
    if bytes.starts_with(b"\xD0\xCF\x11\xE0") {
        let what = "an old workbook (.xls) or one that is locked with a password: save it as .xlsx without a password";
        return Err(Trouble::Kind(what.to_owned()));
    }
    if bytes.starts_with(b"\x1F\x8B") {
        let what = "packed with gzip, as workbooks of Gnumeric are: save it as .xlsx or .ods, or unpack it";
        return Err(Trouble::Kind(what.to_owned()));
    }
    if !bytes.starts_with(b"PK\x03\x04") {
        let (tab, understood) = text::read(bytes, said, limits)?;
        return Ok(Input {
            kind: Kind::Text(understood),
            tabs: vec![tab],
        });
    }
    // The first part of an OpenDocument file is its kind, not packed.
    let begin = &bytes[..bytes.len().min(200)];
    let of_open_document = b"opendocument.spreadsheet";
    let is_ods = begin
        .windows(of_open_document.len())
        .any(|part| part == of_open_document);
    let (kind, tabs) = if is_ods {
        (Kind::Ods, ods::read(bytes, limits)?)
    } else {
        (Kind::Xlsx, xlsx::read(bytes, limits)?)
    };
    Ok(Input { kind, tabs })
}
