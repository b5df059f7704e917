//! The parts of a package beside the text: what is in it, how its styles look, how its lists are numbered.

use maud::{PreEscaped, html};

use super::xml::{PICTURE_ID, clean};

/// The name of the part that lists the others.
pub(super) const CONTENT_TYPES: &str = "[Content_Types].xml";
/// The name of the part with the figure.
pub(super) const PICTURE: &str = "word/media/figure.png";
/// The list with points.
pub(super) const POINTS: &str = "1";

const HEAD: PreEscaped<&str> =
    PreEscaped("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n");
const MAIN: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const WORD: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml";

pub(super) fn content_types() -> String {
    let overrides = [
        ("/word/document.xml", format!("{WORD}.document.main+xml")),
        ("/word/styles.xml", format!("{WORD}.styles+xml")),
        ("/word/numbering.xml", format!("{WORD}.numbering+xml")),
        (
            "/docProps/core.xml",
            "application/vnd.openxmlformats-package.core-properties+xml".to_owned(),
        ),
    ];
    html! {
        (HEAD)
        Types xmlns={ (PACKAGE) "/content-types" } {
            Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml" {}
            Default Extension="xml" ContentType="application/xml" {}
            Default Extension="png" ContentType="image/png" {}
            @for (part, kind) in &overrides {
                Override PartName=(part) ContentType=(kind) {}
            }
        }
    }
    .into_string()
}

fn relations(all: &[(&str, String, &str)]) -> String {
    html! {
        (HEAD)
        Relationships xmlns={ (PACKAGE) "/relationships" } {
            @for (id, kind, target) in all {
                Relationship Id=(id) Type=(kind) Target=(target) {}
            }
        }
    }
    .into_string()
}

pub(super) fn of_package() -> String {
    let properties = format!("{PACKAGE}/relationships/metadata/core-properties");
    relations(&[
        (
            "r1",
            format!("{OFFICE}/officeDocument"),
            "word/document.xml",
        ),
        ("r2", properties, "docProps/core.xml"),
    ])
}

pub(super) fn of_document(has_picture: bool) -> String {
    let mut all = vec![
        ("r1", format!("{OFFICE}/styles"), "styles.xml"),
        ("r2", format!("{OFFICE}/numbering"), "numbering.xml"),
    ];
    if has_picture {
        all.push((PICTURE_ID, format!("{OFFICE}/image"), "media/figure.png"));
    }
    relations(&all)
}

pub(super) fn properties(title: &str) -> String {
    html! {
        (HEAD)
        cp:coreProperties
            xmlns:cp={ (PACKAGE) "/metadata/core-properties" }
            xmlns:dc="http://purl.org/dc/elements/1.1/" {
            dc:title { (clean(title)) }
            dc:creator { "casegraph " (env!("CARGO_PKG_VERSION")) }
        }
    }
    .into_string()
}

/// A style of paragraphs: its id, its name, the size of its letters in half points, whether they are bold, and the space
/// around it in twentieths of a point.
struct Paragraph(&'static str, &'static str, u8, bool, (u16, u16));

const PARAGRAPHS: &[Paragraph] = &[
    Paragraph("Title", "Title", 32, true, (0, 160)),
    Paragraph("Heading1", "heading 1", 26, true, (240, 80)),
    Paragraph("Caption", "caption", 20, true, (240, 60)),
    Paragraph("Note", "Table note", 17, false, (40, 20)),
    Paragraph("ListBullet", "List Bullet", 20, false, (0, 20)),
    Paragraph("Code", "Code", 16, false, (0, 0)),
    Paragraph("TableText", "Table text", 17, false, (20, 20)),
];

pub(super) fn styles() -> String {
    html! {
        (HEAD)
        w:styles xmlns:w=(MAIN) {
            w:docDefaults {
                w:rPrDefault { w:rPr {
                    w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:eastAsia="Arial" w:cs="Arial" {}
                    w:sz w:val="21" {}
                    w:lang w:val="en-GB" {}
                } }
                w:pPrDefault { w:pPr { w:spacing w:after="100" w:line="259" w:lineRule="auto" {} } }
            }
            w:style w:type="paragraph" w:default="1" w:styleId="Normal" { w:name w:val="Normal" {} }
            @for Paragraph(id, name, size, bold, (before, after)) in PARAGRAPHS {
                w:style w:type="paragraph" w:styleId=(id) {
                    w:name w:val=(name) {}
                    w:basedOn w:val="Normal" {}
                    w:pPr {
                        @if *id == "Caption" || *id == "Heading1" { w:keepNext {} }
                        @if *id == "ListBullet" { w:numPr { w:numId w:val=(POINTS) {} } }
                        w:spacing w:before=(before) w:after=(after) w:line="240" w:lineRule="auto" {}
                    }
                    w:rPr {
                        @if *id == "Code" { w:rFonts w:ascii="Consolas" w:hAnsi="Consolas" w:cs="Consolas" {} }
                        @if *bold { w:b {} }
                        w:sz w:val=(size) {}
                    }
                }
            }
            w:style w:type="table" w:default="1" w:styleId="TableNormal" {
                w:name w:val="Normal Table" {}
                w:tblPr {
                    w:tblInd w:w="0" w:type="dxa" {}
                    w:tblCellMar {
                        w:left w:w="80" w:type="dxa" {}
                        w:right w:w="80" w:type="dxa" {}
                    }
                }
            }
            w:style w:type="table" w:styleId="Result" {
                w:name w:val="Result" {}
                w:basedOn w:val="TableNormal" {}
                w:tblPr { w:tblBorders {
                    w:top w:val="single" w:sz="10" w:space="0" w:color="auto" {}
                    w:bottom w:val="single" w:sz="10" w:space="0" w:color="auto" {}
                } }
                w:tblStylePr w:type="firstRow" {
                    w:rPr { w:b {} }
                    w:tcPr { w:tcBorders {
                        w:bottom w:val="single" w:sz="6" w:space="0" w:color="auto" {}
                    } }
                }
            }
        }
    }
    .into_string()
}

pub(super) fn numbering() -> String {
    html! {
        (HEAD)
        w:numbering xmlns:w=(MAIN) {
            w:abstractNum w:abstractNumId="0" {
                w:multiLevelType w:val="hybridMultilevel" {}
                w:lvl w:ilvl="0" {
                    w:start w:val="1" {}
                    w:numFmt w:val="bullet" {}
                    w:lvlText w:val="•" {}
                    w:lvlJc w:val="left" {}
                    w:pPr { w:ind w:left="360" w:hanging="240" {} }
                }
            }
            w:num w:numId=(POINTS) { w:abstractNumId w:val="0" {} }
        }
    }
    .into_string()
}
