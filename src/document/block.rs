//! The parts of a document that people read, one after the other.

use super::Table;

/// Where a document is read, which decides how long it may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Medium {
    /// A terminal: short, and what matters most stands last, where it stays in sight.
    Screen,
    /// What is kept and passed on: whole, with where it comes from.
    Page,
    /// A text that somebody writes: the result with its denominators, its method and its cautions, and neither the rows
    /// behind it nor its query.
    Manuscript,
}

/// A part of a document.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// The title of the whole.
    Title(String),
    /// The heading of a section.
    Heading(String),
    /// That the cases are invented. No format leaves it out.
    Synthetic,
    /// A paragraph of plain text.
    Line(String),
    /// A paragraph in small print.
    Note(String),
    /// What a reader must not overlook.
    Caution(String),
    /// A name and its value.
    Fact(String, String),
    /// Points, below these words; without any, if they are empty.
    List(String, Vec<String>),
    /// A table.
    Table(Table),
    /// Text that stands as it is, such as a query: its language, its name and itself.
    Code {
        /// The language, as Markdown calls it; empty for none.
        language: &'static str,
        /// What it is called; empty for no name.
        name: String,
        /// The text.
        text: String,
    },
    /// What the document was made from.
    Source(String),
    /// An empty line, in formats that are made of lines.
    Blank,
}

impl Block {
    /// Tables, each with an empty line behind it.
    #[must_use]
    pub fn tables(tables: impl IntoIterator<Item = Table>) -> Vec<Self> {
        let set = |table| [Self::Table(table), Self::Blank];
        tables.into_iter().flat_map(set).collect()
    }
}
