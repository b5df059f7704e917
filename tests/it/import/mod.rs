//! Workbooks and text files of others as sheets, and what spreadsheet programs do to values.

mod case_tables;
mod harmed;
mod limits;
mod others;
mod tables;
mod workbooks;

use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use casegraph::delimited::Reader;
use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::support::{Ran, copy, program, root};

/// A folder to import in.
struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        Self(TempDir::new().expect("a temporary folder"))
    }

    /// One with a copy of the invented study as the project `tiny`.
    fn with_tiny() -> Self {
        let desk = Self::new();
        copy(&root().join("tests/fixtures/tiny"), &desk.path("tiny"));
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.path(name), bytes).expect("written");
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(program(self.0.path()).args(arguments))
    }
}

/// The rows of a sheet, headings first, without those that hold nothing.
fn rows(path: &Path) -> Vec<Vec<String>> {
    let bytes = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut reader = Reader::new(&bytes, b',').expect("a table");
    let mut rows = vec![reader.headings().to_vec()];
    for record in reader.by_ref() {
        let cells = record.expect("a row").cells.into_iter().map(Into::into);
        rows.push(cells.collect());
    }
    rows
}

/// Rows as a spreadsheet program in much of Europe writes them.
fn with_semicolons(rows: &[Vec<String>]) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new()
        .delimiter(b';')
        .from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).expect("a row");
    }
    writer.into_inner().expect("bytes")
}

/// A packed file with these parts.
fn packed(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        // The kind of an `OpenDocument` file is its first part, and not packed.
        let method = if *name == "mimetype" {
            zip::CompressionMethod::Stored
        } else {
            zip::CompressionMethod::Deflated
        };
        let options = SimpleFileOptions::default().compression_method(method);
        zip.start_file(*name, options).expect("a part");
        zip.write_all(bytes).expect("written");
    }
    zip.finish().expect("a packed file").into_inner()
}

/// An `OpenDocument` workbook with this content of its tables.
fn ods(tables: &str) -> Vec<u8> {
    let content = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x" xmlns:calcext="c"><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"#
    );
    packed(&[
        (
            "mimetype",
            b"application/vnd.oasis.opendocument.spreadsheet",
        ),
        ("content.xml", content.as_bytes()),
    ])
}
