//! Markdown.

use super::{Format, Holds, Reader};
use crate::document::{Block, Document, Medium, Table};

pub(super) static FORMAT: Format = Format {
    name: "md",
    aliases: &["markdown"],
    ending: "md",
    content_type: "text/markdown; charset=utf-8",
    about: "Markdown",
    holds: Holds::Words,
    reader: Reader::People,
    write: |document, _| Ok(text(document).into_bytes()),
};

fn text(document: &dyn Document) -> String {
    let blocks = document.blocks(Medium::Page);
    blocks.iter().map(block_markdown).collect()
}

/// A part of a document; most end their paragraph with an empty line.
pub(crate) fn block_markdown(block: &Block) -> String {
    let line = line_markdown;
    match block {
        Block::Title(text) => format!("# {}\n\n", line(text)),
        Block::Heading(text) => format!("## {}\n\n", line(text)),
        Block::Synthetic => "**SYNTHETIC DATA: these cases are invented.**\n\n".to_owned(),
        Block::Line(text) | Block::Note(text) => format!("{}\n\n", line(text)),
        Block::Caution(text) => format!("> {}\n", line(text)),
        Block::Fact(name, value) => format!("{}: **{}**\n\n", line(name), line(value)),
        Block::List(heading, points) => {
            let mut out = String::new();
            if !heading.is_empty() {
                out.push_str(&format!("{}:\n\n", line(heading)));
            }
            for point in points {
                out.push_str(&format!("- {}\n", line(point)));
            }
            out
        }
        Block::Table(table) => table_markdown(table),
        Block::Code {
            language,
            name,
            text,
        } => {
            let name = match name.as_str() {
                "" => String::new(),
                name => format!("`{name}`\n\n"),
            };
            format!("{name}```{language}\n{}\n```\n\n", text.trim())
        }
        Block::Source(text) => format!("{}\n", line(text)),
        Block::Blank => "\n".to_owned(),
    }
}

/// A table as Markdown has it.
#[must_use]
pub fn table_markdown(table: &Table) -> String {
    let row = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let mut out = String::new();
    if !table.caption.is_empty() {
        out.push_str(&format!("**{}**\n\n", line_markdown(&table.caption)));
    }
    let headings = table.columns.iter();
    out.push_str(&row(headings
        .map(|column| line_markdown(&column.shown()))
        .collect()));
    let rules = table.columns.iter().map(|column| {
        let rule = if column.role.is_numeric() {
            "---:"
        } else {
            "---"
        };
        rule.to_owned()
    });
    out.push_str(&row(rules.collect()));
    for cells in &table.rows {
        let cells = cells.iter().map(|cell| line_markdown(&cell.joined("; ")));
        out.push_str(&row(cells.collect()));
    }
    out
}

/// Text on one line with what Markdown would take as its own escaped.
#[must_use]
pub fn line_markdown(text: &str) -> String {
    let mut out = String::new();
    for character in text
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
    {
        if matches!(
            character,
            '|' | '<' | '>' | '*' | '_' | '`' | '\\' | '[' | ']'
        ) {
            out.push('\\');
        }
        out.push(character);
    }
    out
}
