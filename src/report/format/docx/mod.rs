//! A text document for word processors: tables that can be edited, with caption, heading row and notes below.

mod body;
mod parts;
mod xml;

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{DateTime, ZipWriter};

use self::body::{Body, Picture};
use super::{Format, FormatError, Holds, Reader};
use crate::document::{Document, Medium};
use crate::report::png;

pub(super) static FORMAT: Format = Format {
    name: "docx",
    aliases: &["word"],
    ending: "docx",
    content_type: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    about: "A text document: tables with caption and notes, and the figure",
    holds: Holds::Words,
    reader: Reader::Bytes,
    write: |document, setting| packed(document, setting.dpi),
};

fn packed(document: &dyn Document, dpi: u16) -> Result<Vec<u8>, FormatError> {
    let picture = match document.figure()? {
        None => None,
        Some(drawing) => Some(Picture {
            png: png(&drawing, dpi)?,
            size: drawing.size(),
            title: drawing.title().to_owned(),
            description: drawing.description().to_owned(),
        }),
    };
    let blocks = document.blocks(Medium::Manuscript);
    let body = Body {
        title: &document.title(),
        blocks: &blocks,
        picture: picture.as_ref(),
    };
    let texts = [
        (parts::CONTENT_TYPES, parts::content_types()),
        ("_rels/.rels", parts::of_package()),
        ("docProps/core.xml", parts::properties(&document.title())),
        ("word/document.xml", body.xml()),
        (
            "word/_rels/document.xml.rels",
            parts::of_document(picture.is_some()),
        ),
        ("word/styles.xml", parts::styles()),
        ("word/numbering.xml", parts::numbering()),
    ];
    // Always the same time, so that the same result is the same file.
    let options = SimpleFileOptions::default().last_modified_time(DateTime::default());
    let packed = |error| FormatError::Packed(document.name(), error);
    let mut package = ZipWriter::new(Cursor::new(Vec::new()));
    let picture = picture.map(|picture| (parts::PICTURE, picture.png));
    let files = texts
        .map(|(name, text)| (name, text.into_bytes()))
        .into_iter()
        .chain(picture);
    for (name, bytes) in files {
        package.start_file(name, options).map_err(packed)?;
        let written = package.write_all(&bytes);
        written.map_err(|error| packed(error.into()))?;
    }
    Ok(package.finish().map_err(packed)?.into_inner())
}
