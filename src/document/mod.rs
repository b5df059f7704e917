//! What is shown, as data: documents of sections and tables, and numbers as people read them.
//!
//! Knows no format: `report` writes each [`Document`] as text, Markdown, HTML, CSV and JSON.

mod block;
mod cell;
pub(crate) mod cells;
mod datatype;
mod doubt;
pub mod numbers;
mod reference;
mod table;
mod typed;

use casegraph_plot::{Drawing, LookError};
use serde_json::Value;

pub use block::{Block, Medium};
pub use cell::{Cell, CellValue};
pub use datatype::Datatype;
pub use doubt::Doubt;
pub use reference::{Reference, WorkKind};
pub use table::{CASE, Column, Records, Role, Table};
pub use typed::datatypes;

/// What a command or an address shows: said once, and written in every format.
pub trait Document {
    /// What it is, in a line.
    fn title(&self) -> String;

    /// What it is called where a name is asked for, in messages and of files.
    fn name(&self) -> String {
        self.title()
    }

    /// What people read, in order.
    fn blocks(&self, medium: Medium) -> Vec<Block>;

    /// Its rows, for programs that read tables.
    fn records(&self) -> Records<'_>;

    /// All of it, for programs, at full precision.
    fn json(&self) -> Value;

    /// Its figure; `None` where it has none.
    ///
    /// # Errors
    /// It cannot look as is asked for.
    fn figure(&self) -> Result<Option<Drawing>, LookError> {
        Ok(None)
    }

    /// The works that it lists, for reference managers; `None` where it lists none.
    fn references(&self) -> Option<Vec<Reference>> {
        None
    }

    /// What belongs to it and is kept beside its tables, by name: texts, lists of texts, or texts by name. A file that
    /// holds nothing but tables has it with it.
    fn provenance(&self) -> Vec<(&'static str, Value)> {
        Vec::new()
    }

    /// Tables that a workbook has beside those that people read, with their names in the caption.
    fn appendix(&self) -> Vec<Table> {
        Vec::new()
    }

    /// Its statements as N-Triples; `None` where it has none.
    fn triples(&self) -> Option<String> {
        None
    }
}

/// A document whose parts are all at hand.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plain {
    /// What it is, in a line.
    pub title: String,
    /// What people read on a terminal.
    pub screen: Vec<Block>,
    /// What people read elsewhere.
    pub page: Vec<Block>,
    /// The rows for programs.
    pub records: Table,
    /// All of it, for programs.
    pub json: Value,
}

impl Plain {
    /// A document that is one table and no more.
    #[must_use]
    pub fn of_table(title: impl Into<String>, table: Table, json: Value) -> Self {
        Self {
            title: title.into(),
            screen: vec![Block::Table(table.clone())],
            page: vec![Block::Table(table.clone())],
            records: table,
            json,
        }
    }
}

impl Document for Plain {
    fn title(&self) -> String {
        self.title.clone()
    }

    fn blocks(&self, medium: Medium) -> Vec<Block> {
        match medium {
            Medium::Screen => self.screen.clone(),
            Medium::Page | Medium::Manuscript => self.page.clone(),
        }
    }

    fn records(&self) -> Records<'_> {
        self.records.clone().into()
    }

    fn json(&self) -> Value {
        self.json.clone()
    }
}
