//! One self-contained HTML page to read and to print: no script, nothing fetched.

use maud::{DOCTYPE, Markup, PreEscaped, html as markup};

use super::{Format, FormatError, Holds, Reader};
use crate::document::{Block, Cell, CellValue, Document, Medium, Table};
use crate::report::SvgOptions;
use crate::report::style::STYLE;

pub(super) static FORMAT: Format = Format {
    name: "html",
    aliases: &[],
    ending: "html",
    content_type: "text/html; charset=utf-8",
    about: "One page to print, without scripts",
    holds: Holds::Words,
    reader: Reader::Programs,
    write: |document, _| Ok(page(document)?.into_bytes()),
};

/// What a page needs beside the style of reports: small print that fits a sheet of paper.
const PRINT: &str = "
@media print {
  @page { size: A4 landscape; margin: 12mm; }
  /* Sizes of the style are in rem: one size here shrinks all of them. */
  html { font-size: 8pt; }
  .cg-report.document { font-size: 1rem; line-height: 1.35; }
  .cg-report.document table { line-height: 1.25; }
  .cg-report.document header.masthead { padding: 0 0 .5rem; }
  .cg-report.document :is(th, td) { padding: .2rem .4rem; }
  .cg-report.document .callout { padding: .3rem .6rem; margin: .4rem 0; max-width: none; }
  .cg-report.document p { max-width: none; margin: .25rem 0; }
}
";

fn page(document: &dyn Document) -> Result<String, FormatError> {
    let figure = document.figure()?;
    let title = document.title();
    let blocks = document.blocks(Medium::Page);
    // The first heading is that of the page.
    let (first, rest) = match blocks.split_first() {
        Some((Block::Title(text) | Block::Heading(text), rest)) => (text.as_str(), rest),
        _ => (title.as_str(), blocks.as_slice()),
    };
    let table = rest
        .iter()
        .position(|block| matches!(block, Block::Table(_)));
    let (before, behind) = rest.split_at(table.unwrap_or(rest.len()));
    let page = markup! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(STYLE)) (PreEscaped(PRINT)) }
            }
            body {
                main.cg-report.document {
                    header.masthead { h1 { (first) } }
                    section {
                        @for block in before { (block_html(block)) }
                        @if let Some(drawing) = &figure {
                            figure.plot tabindex="0" { (PreEscaped(drawing.svg(&SvgOptions::default()))) figcaption { (title) } }
                        }
                        @for block in behind { (block_html(block)) }
                    }
                }
            }
        }
    };
    Ok(page.into_string())
}

/// A part of a document.
#[must_use]
pub fn block_html(block: &Block) -> Markup {
    markup! {
        @match block {
            Block::Title(text) | Block::Heading(text) => { h2 { (text) } }
            Block::Synthetic => {
                p.callout.warn { strong { "SYNTHETIC DATA: " } "these cases are invented." }
            }
            Block::Line(text) => { p { (text) } }
            Block::Caution(text) => { p.callout.warn { (text) } }
            Block::Fact(name, value) => { p.method { (name) ": " strong { (value) } } }
            Block::List(heading, points) => {
                @if !heading.is_empty() { p { (heading) ":" } }
                ul { @for point in points { li { (point) } } }
            }
            Block::Table(table) => { (table_html(table, &|_| None)) }
            Block::Code { name, text, .. } => {
                @if !name.is_empty() { p { code { (name) } } }
                pre { code { (text.trim()) } }
            }
            Block::Note(text) | Block::Source(text) => { p.method { (text) } }
            Block::Blank => {}
        }
    }
}

/// A text, as a link where it has a page.
pub(in crate::report) fn linked(
    text: &str,
    name: &str,
    link: &dyn Fn(&str) -> Option<String>,
) -> Markup {
    match link(name) {
        Some(to) => markup! { a href=(to) { (text) } },
        None => markup! { (text) },
    }
}

/// A table whose cases, and whatever else its columns name, lead to pages.
#[must_use]
pub fn table_html(table: &Table, link: &dyn Fn(&str) -> Option<String>) -> Markup {
    let numeric = |at: usize| table.columns[at].role.is_numeric();
    markup! {
        div.table-wrap tabindex="0" {
            table.num.faint[table.faint] {
                @if !table.caption.is_empty() { caption { (table.caption) } }
                thead {
                    tr {
                        @for column in &table.columns {
                            th.num[column.role.is_numeric()] scope="col" { (column.shown()) }
                        }
                    }
                }
                tbody {
                    @for row in &table.rows {
                        tr {
                            @for (at, cell) in row.iter().enumerate() {
                                td.num[numeric(at)].missing[cell.text.is_empty()] {
                                    @if table.columns[at].role.leads() {
                                        (linked(&cell.text, cell.name(), link))
                                    } @else {
                                        @let several = cell.value == CellValue::Lines && cell.text.contains('\n');
                                        @for (at, line) in lines(cell).enumerate() {
                                            @if at > 0 { br; }
                                            @if several { span.line { (line) } } @else { (line) }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn lines(cell: &Cell) -> impl Iterator<Item = &str> {
    let parted = cell.value == CellValue::Lines;
    let number = if parted { usize::MAX } else { 1 };
    cell.text.splitn(number, '\n')
}
