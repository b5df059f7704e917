//! Files that are no text, by how they begin.

use super::Fault;

const SAVE: &str = "open it in a spreadsheet and save the sheet as CSV UTF-8";

/// How a file begins, what it then is, and what to do.
const BEGINNINGS: &[(&[u8], &str, &str)] = &[
    (b"\xFF\xFE", "is UTF-16", "save it as CSV UTF-8"),
    (b"\xFE\xFF", "is UTF-16", "save it as CSV UTF-8"),
    (
        b"PK\x03\x04",
        "is a workbook (.xlsx or .ods) or another packed file, not CSV",
        SAVE,
    ),
    (b"PK\x05\x06", "is a packed file, not CSV", SAVE),
    (
        b"\xD0\xCF\x11\xE0",
        "is an old workbook (.xls), not CSV",
        SAVE,
    ),
    (b"\x1F\x8B", "is packed by gzip", "unpack it"),
    (b"BZh", "is packed by bzip2", "unpack it"),
    (b"\xFD7zXZ", "is packed by xz", "unpack it"),
    (b"\x28\xB5\x2F\xFD", "is packed by zstd", "unpack it"),
    (
        b"%PDF-",
        "is a PDF, not CSV",
        "export the table from where it came from",
    ),
    (b"{\\rtf", "is a text of a word processor, not CSV", SAVE),
    (b"PAR1", "is a Parquet file, not CSV", "export it as CSV"),
    (
        b"SQLite format 3",
        "is a database, not CSV",
        "export the table as CSV",
    ),
    (
        b"<!DOCTYPE",
        "is a web page, not CSV",
        "fetch the table itself",
    ),
    (
        b"<!doctype",
        "is a web page, not CSV",
        "fetch the table itself",
    ),
    (b"<html", "is a web page, not CSV", "fetch the table itself"),
    (b"<?xml", "is XML, not CSV", SAVE),
];

/// Fails for what is known by how it begins.
pub(super) fn check(bytes: &[u8]) -> Result<(), Fault> {
    let known = BEGINNINGS
        .iter()
        .find(|(begin, ..)| bytes.starts_with(begin));
    if let Some((_, what, advice)) = known {
        return Err(Fault::file(format!("{what}: {advice}")));
    }
    // In UTF-16 every other byte of a plain text is zero.
    let first = &bytes[..bytes.len().min(32)];
    let zeros = |from: usize| first.iter().skip(from).step_by(2).all(|byte| *byte == 0);
    if first.len() >= 8 && (zeros(0) || zeros(1)) {
        return Err(Fault::file("is UTF-16: save it as CSV UTF-8"));
    }
    Ok(())
}
