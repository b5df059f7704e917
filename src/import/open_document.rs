//! A study as a workbook of the `OpenDocument` format: a tab a sheet, every cell text.

use std::io::{Cursor, Write};

use quick_xml::escape::escape;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::schema::sheets_of;
use super::sheet::rows_of;
use super::template::TemplateError;
use crate::project::Folder;

const MIMETYPE: &str = "application/vnd.oasis.opendocument.spreadsheet";

const MANIFEST: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">
<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>
</manifest:manifest>
"#;

// The style `text` keeps what is typed as it is typed: no date is made of a gene.
const BEGIN: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0" office:version="1.2">
<office:automatic-styles><number:text-style style:name="words"><number:text-content/></number:text-style><style:style style:name="text" style:family="table-cell" style:data-style-name="words"/></office:automatic-styles>
<office:body><office:spreadsheet>
"#;
const END: &str = "</office:spreadsheet></office:body></office:document-content>\n";

/// Makes a workbook with the sheets of a study.
///
/// # Errors
/// A sheet cannot be read, or the workbook cannot be packed.
pub fn open_document(study: &Folder) -> Result<Vec<u8>, TemplateError> {
    let mut content = BEGIN.to_owned();
    for name in sheets_of(crate::ingest::sheets_of(study)?) {
        let file = format!("{name}.csv");
        let Some(bytes) = study.bytes(&file)? else {
            continue;
        };
        let (headings, rows) = rows_of(&bytes).ok_or(TemplateError::Sheet(file))?;
        content.push_str(&format!("<table:table table:name=\"{}\">\n", escape(name)));
        let width = headings.len().max(1);
        content.push_str(&format!(
            "<table:table-column table:number-columns-repeated=\"{width}\" table:default-cell-style-name=\"text\"/>\n"
        ));
        for row in std::iter::once(&headings).chain(&rows) {
            content.push_str("<table:table-row>");
            for text in row {
                content.push_str(&cell(text));
            }
            content.push_str("</table:table-row>\n");
        }
        content.push_str("</table:table>\n");
    }
    content.push_str(END);
    Ok(packed(&content)?)
}

/// The archive. Its first file says what it is, and is not compressed.
fn packed(content: &str) -> Result<Vec<u8>, zip::result::ZipError> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    // The same study is the same file: the time in it is the first that the format has.
    let plain = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let small = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, text, options) in [
        ("mimetype", MIMETYPE, plain),
        ("META-INF/manifest.xml", MANIFEST, small),
        ("content.xml", content, small),
    ] {
        archive.start_file(name, options)?;
        archive.write_all(text.as_bytes())?;
    }
    Ok(archive.finish()?.into_inner())
}

/// A cell of text: a paragraph a line, and every space after another one spelt out, which readers would drop.
fn cell(text: &str) -> String {
    if text.is_empty() {
        return "<table:table-cell/>".to_owned();
    }
    let paragraphs: Vec<String> = text.split('\n').map(paragraph).collect();
    format!(
        "<table:table-cell office:value-type=\"string\" table:style-name=\"text\">{}</table:table-cell>",
        paragraphs.concat()
    )
}

fn paragraph(line: &str) -> String {
    let mut written = String::from("<text:p>");
    let mut after_space = true;
    for character in line.chars() {
        match character {
            ' ' if after_space => written.push_str("<text:s/>"),
            '\t' => written.push_str("<text:tab/>"),
            // No character of XML.
            c if c.is_control() => {}
            c => written.push_str(&escape(&*c.encode_utf8(&mut [0; 4]))),
        }
        after_space = character == ' ';
    }
    written.push_str("</text:p>");
    written
}
