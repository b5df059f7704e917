//! The figure of a document: as SVG, and as a picture or a page in a font that the program carries.

use super::{Format, FormatError, Holds, Reader};
use crate::document::Document;
use crate::report::{Drawing, SvgOptions, pdf, png};

pub(super) static SVG: Format = Format {
    name: "svg",
    aliases: &[],
    ending: "svg",
    content_type: "image/svg+xml",
    about: "The figure",
    holds: Holds::Figure,
    reader: Reader::Programs,
    write: |document, _| Ok(drawing(document)?.svg(&SvgOptions::default()).into_bytes()),
};

pub(super) static PNG: Format = Format {
    name: "png",
    aliases: &[],
    ending: "png",
    content_type: "image/png",
    about: "The figure, as a picture",
    holds: Holds::Figure,
    reader: Reader::Bytes,
    write: |document, setting| Ok(png(&drawing(document)?, setting.dpi)?),
};

pub(super) static PDF: Format = Format {
    name: "pdf",
    aliases: &[],
    ending: "pdf",
    content_type: "application/pdf",
    about: "The figure, as a page",
    holds: Holds::Figure,
    reader: Reader::Bytes,
    write: |document, _| Ok(pdf(&drawing(document)?)?),
};

fn drawing(document: &dyn Document) -> Result<Drawing, FormatError> {
    let figure = document.figure()?;
    figure.ok_or_else(|| FormatError::NoFigure(document.name()))
}
