//! The text of a document in the markup of word processors.

use maud::{Markup, PreEscaped, html};

use super::xml::{PICTURE_ID, clean};
use crate::document::{Block, Cell, Column, Table};

/// A text with its figure.
pub(super) struct Body<'a> {
    /// The title, for tables without a caption of their own.
    pub title: &'a str,
    /// The text.
    pub blocks: &'a [Block],
    /// The figure.
    pub picture: Option<&'a Picture>,
}

/// A figure as a picture.
pub(super) struct Picture {
    /// The picture.
    pub png: Vec<u8>,
    /// Width and height, in user units of 1/96 inch.
    pub size: (f64, f64),
    /// What it is called.
    pub title: String,
    /// What it shows, for those who cannot see it.
    pub description: String,
}

const MAIN: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const DRAWING: &str = "http://schemas.openxmlformats.org/drawingml/2006";
/// Width and height of a page of A4, and its margin, in twentieths of a point.
const PAGE: (u32, u32, u32) = (11_906, 16_838, 1_134);
/// A table with more columns lies across the page.
const UPRIGHT: usize = 7;
/// A table with more columns has smaller letters.
const ROOMY: usize = 10;
/// The width of a letter of a table, and of the margins of a cell, in twentieths of a point.
const LETTER: u32 = 92;
const MARGINS: u32 = 170;
/// Letters of the longest word that is not broken.
const LONGEST: usize = 24;
/// English metric units in a user unit.
const EMU: f64 = 9_525.0;

impl Body<'_> {
    pub(super) fn xml(&self) -> String {
        let tables = || {
            self.blocks.iter().filter_map(|block| match block {
                Block::Table(table) => Some(table),
                _ => None,
            })
        };
        let across = tables().any(|table| table.columns.len() > UPRIGHT);
        let (short, long, margin) = PAGE;
        let (width, height) = if across { (long, short) } else { (short, long) };
        let room = width - 2 * margin;
        let mut number = 0;
        html! {
            (PreEscaped("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"))
            w:document
                xmlns:w=(MAIN)
                xmlns:r=(OFFICE)
                xmlns:wp={ (DRAWING) "/wordprocessingDrawing" }
                xmlns:a={ (DRAWING) "/main" }
                xmlns:pic={ (DRAWING) "/picture" } {
                w:body {
                    @for block in self.blocks {
                        @if let Block::Table(table) = block {
                            (self.table(table, { number += 1; number }, room))
                        } @else {
                            (said(block))
                        }
                    }
                    @if let Some(picture) = self.picture { (figure(picture, room)) }
                    w:sectPr {
                        @if across {
                            w:pgSz w:w=(width) w:h=(height) w:orient="landscape" {}
                        } @else {
                            w:pgSz w:w=(width) w:h=(height) {}
                        }
                        w:pgMar w:top=(margin) w:right=(margin) w:bottom=(margin) w:left=(margin)
                            w:header="600" w:footer="600" w:gutter="0" {}
                    }
                }
            }
        }
        .into_string()
    }

    /// A table with its number and its caption, and an empty line so that no other grows into it.
    fn table(&self, table: &Table, number: usize, room: u32) -> Markup {
        let caption = if table.caption.is_empty() {
            self.title
        } else {
            &table.caption
        };
        let widths = widths(table, room);
        let small = table.columns.len() > ROOMY;
        html! {
            (numbered("Table", number, caption))
            w:tbl {
                w:tblPr {
                    w:tblStyle w:val="Result" {}
                    w:tblW w:w=(widths.iter().sum::<u32>()) w:type="dxa" {}
                    w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1" w:noVBand="1" {}
                }
                w:tblGrid { @for width in &widths { w:gridCol w:w=(width) {} } }
                w:tr {
                    w:trPr { w:cantSplit {} w:tblHeader {} }
                    @for (column, width) in table.columns.iter().zip(&widths) {
                        (cell(&column.shown(), column, *width, small, true))
                    }
                }
                @for row in &table.rows {
                    w:tr {
                        w:trPr { w:cantSplit {} }
                        @for ((one, column), width) in row.iter().zip(&table.columns).zip(&widths) {
                            (cell(&one.text, column, *width, small, false))
                        }
                    }
                }
            }
        }
    }
}

/// The widths of the columns: by what they hold. Where the page has no room, lines are broken, and words last of all.
fn widths(table: &Table, room: u32) -> Vec<u32> {
    let small = table.columns.len() > ROOMY;
    let (letter, margins) = if small {
        (LETTER * 4 / 5, MARGINS)
    } else {
        (LETTER, MARGINS)
    };
    let longest = |texts: &mut dyn Iterator<Item = &str>, most: usize| {
        let letters = texts.map(|text| text.chars().count()).max();
        u32::try_from(letters.unwrap_or(0).clamp(2, most)).unwrap_or(0) * letter + margins
    };
    let columns = table.columns.iter().enumerate().map(|(at, column)| {
        let heading = column.shown();
        let cells = || {
            let cells = table.rows.iter().filter_map(move |row| row.get(at));
            cells.map(|cell: &Cell| cell.text.as_str())
        };
        // Bold words are wider.
        let bold = longest(&mut heading.split_whitespace(), LONGEST) * 13 / 10;
        let words = longest(&mut cells().flat_map(str::split_whitespace), LONGEST);
        let lines = longest(&mut cells().flat_map(str::lines), LONGEST * 2);
        (words.max(bold), lines.max(bold))
    });
    let (need, want): (Vec<u32>, Vec<u32>) = columns.unzip();
    let (needed, wanted): (u32, u32) = (need.iter().sum(), want.iter().sum());
    let pairs = need.into_iter().zip(want);
    if wanted <= room {
        pairs.map(|(_, want)| want).collect()
    } else if needed <= room {
        let spare = room - needed;
        let more = wanted - needed;
        pairs
            .map(|(need, want)| need + (want - need) * spare / more)
            .collect()
    } else {
        pairs.map(|(need, _)| need * room / needed).collect()
    }
}

fn cell(text: &str, column: &Column, width: u32, small: bool, heading: bool) -> Markup {
    html! {
        w:tc {
            w:tcPr { w:tcW w:w=(width) w:type="dxa" {} @if heading { w:vAlign w:val="bottom" {} } }
            w:p {
                w:pPr {
                    w:pStyle w:val="TableText" {}
                    @if heading { w:keepNext {} }
                    @if column.role.is_numeric() { w:jc w:val="right" {} }
                }
                w:r {
                    w:rPr {
                        @if heading { w:b {} }
                        @if small { w:sz w:val="13" {} }
                    }
                    (lines(text))
                }
            }
        }
    }
}

/// What stands between tables.
fn said(block: &Block) -> Markup {
    match block {
        Block::Title(text) => paragraph("Title", "", text),
        Block::Heading(text) => paragraph("Heading1", "", text),
        Block::Synthetic => paragraph("Note", "SYNTHETIC DATA: ", "these cases are invented."),
        Block::Line(text) => paragraph("Normal", "", text),
        Block::Note(text) => paragraph("Note", "", text),
        Block::Caution(text) => paragraph("Note", "Caution: ", text),
        Block::Fact(name, value) => paragraph("Normal", &format!("{name}: "), value),
        Block::Source(text) => paragraph("Note", "Made from: ", text),
        Block::List(heading, points) => html! {
            @if !heading.is_empty() { (paragraph("Normal", "", &format!("{heading}:"))) }
            @for point in points { (paragraph("ListBullet", "", point)) }
        },
        Block::Code { text, .. } => html! {
            @for line in text.lines() { (paragraph("Code", "", line)) }
        },
        Block::Table(_) | Block::Blank => Markup::default(),
    }
}

/// A paragraph of a style that begins with bold words.
fn paragraph(style: &str, bold: &str, text: &str) -> Markup {
    html! {
        w:p {
            w:pPr { w:pStyle w:val=(style) {} }
            @if !bold.is_empty() {
                w:r { w:rPr { w:b {} } (lines(bold)) }
            }
            w:r { (lines(text)) }
        }
    }
}

/// A caption whose number the word processor counts.
fn numbered(what: &str, number: usize, caption: &str) -> Markup {
    html! {
        w:p {
            w:pPr { w:pStyle w:val="Caption" {} }
            w:r { w:t xml:space="preserve" { (what) " " } }
            w:fldSimple w:instr={ " SEQ " (what) " \\* ARABIC " } { w:r { w:t { (number) } } }
            w:r { w:t xml:space="preserve" { ". " (clean(caption)) } }
        }
    }
}

/// Text with its line breaks.
fn lines(text: &str) -> Markup {
    html! {
        @for (at, line) in text.lines().enumerate() {
            @if at > 0 { w:br {} }
            w:t xml:space="preserve" { (clean(line)) }
        }
    }
}

/// The figure, as wide as the page allows, with its caption below.
fn figure(picture: &Picture, room: u32) -> Markup {
    let (width, height) = picture.size;
    // A user unit is 3/4 point.
    let scale = (f64::from(room) / (width * 15.0)).min(1.0);
    let emu = |units: f64| (units * scale * EMU).round() as i64;
    let (wide, high) = (emu(width), emu(height));
    let (title, description) = (clean(&picture.title), clean(&picture.description));
    html! {
        w:p {
            w:pPr { w:keepNext {} w:spacing w:before="240" w:after="0" {} }
            w:r { w:drawing {
                wp:inline distT="0" distB="0" distL="0" distR="0" {
                    wp:extent cx=(wide) cy=(high) {}
                    wp:docPr id="1" name="Figure 1" title=(title) descr=(description) {}
                    a:graphic { a:graphicData uri={ (DRAWING) "/picture" } {
                        pic:pic {
                            pic:nvPicPr { pic:cNvPr id="1" name="figure.png" {} pic:cNvPicPr {} }
                            pic:blipFill { a:blip r:embed=(PICTURE_ID) {} a:stretch { a:fillRect {} } }
                            pic:spPr {
                                a:xfrm { a:off x="0" y="0" {} a:ext cx=(wide) cy=(high) {} }
                                a:prstGeom prst="rect" { a:avLst {} }
                            }
                        }
                    } }
                }
            } }
        }
        (numbered("Figure", 1, &title))
    }
}
