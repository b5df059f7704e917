//! The files of others that are imported. The first byte of the input says what the rest is: a file as it is, or a part
//! of a workbook that is whole otherwise, so that what unpacks it does not keep the input from what reads it. What is
//! read becomes sheets and a proposal for a mapping. Nothing may panic; refusals are good.

use std::io::{Cursor, Write};

use casegraph::import::{Limits, Reading, Dialect, propose, read, sheets};
use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, ZipWriter};

use crate::ontology;

const TYPES: &str = r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/></Types>"#;
const WORKBOOK: &str = r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="cases" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const LINKS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
const SHEET: &str = r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>case</t></is></c></row><row r="2"><c r="A2" s="1"><v>43282</v></c></row></sheetData></worksheet>"#;
const OPEN_DOCUMENT: &str = "application/vnd.oasis.opendocument.spreadsheet";

/// A workbook of these parts, not packed.
fn workbook(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, bytes) in parts {
        writer.start_file(*name, options).expect("a part");
        writer.write_all(bytes).expect("written");
    }
    writer.finish().expect("a workbook").into_inner()
}

fn xlsx(part: &str, bytes: &[u8]) -> Vec<u8> {
    let whole: [(&str, &[u8]); 4] = [
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("xl/workbook.xml", WORKBOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", LINKS.as_bytes()),
        ("xl/worksheets/sheet1.xml", SHEET.as_bytes()),
    ];
    let known = whole.iter().any(|(name, _)| *name == part);
    let parts = whole.map(|(name, old)| (name, if name == part { bytes } else { old }));
    let more = (!known).then_some((part, bytes));
    workbook(&parts.into_iter().chain(more).collect::<Vec<_>>())
}

pub fn run(input: &[u8]) {
    let Some((kind, rest)) = input.split_first() else {
        return;
    };
    let file = match kind % 8 {
        0 => xlsx("xl/worksheets/sheet1.xml", rest),
        1 => xlsx("xl/workbook.xml", rest),
        2 => xlsx("xl/_rels/workbook.xml.rels", rest),
        3 => xlsx("xl/sharedStrings.xml", rest),
        4 => xlsx("xl/styles.xml", rest),
        5 => workbook(&[("mimetype", OPEN_DOCUMENT.as_bytes()), ("content.xml", rest)]),
        _ => rest.to_vec(),
    };
    let limits = Limits { unpacked: 16 << 20, cells: 100_000 };
    if let Ok(found) = read(&file, &Dialect::default(), limits) {
        let _ = sheets(&found.tabs, ("file", "cases"), Reading::default());
        ontology::with(|ontology| {
            for tab in &found.tabs {
                let _ = propose(tab, ontology, "file", Reading::default().schema);
            }
        });
    }
}
