//! How the cells of a sheet of facts are read. Words of vocabularies are in many cells: each is looked up once.

use std::collections::HashMap;

use super::problems::Problems;
use super::sheet::{Row, Table};
use super::values::{Wrong, reported, spelt_otherwise};
use crate::case::{Column, FactSheet, Kind, Reported};
use crate::ontology::Ontology;

/// How the cells of a sheet are read.
#[derive(Debug, Clone, Default)]
pub(super) struct Readings(Vec<ColumnReadings>);

/// How the cells of one column are read.
#[derive(Debug, Clone)]
struct ColumnReadings {
    /// The column of the schema, and its place there and in the table.
    definition: &'static Column,
    index: usize,
    place: usize,
    /// What each text says; empty where texts are mostly different.
    words: HashMap<String, Word>,
}

/// How one text is read, and a remark on it where it is understood and still odd.
#[derive(Debug, Clone)]
struct Word {
    says: Result<Reported, Wrong>,
    remark: Option<String>,
}

impl Word {
    fn of(definition: &Column, text: &str, ontology: &Ontology) -> Self {
        let says = reported(definition, text, ontology);
        let remark = match &says {
            Ok(value) => spelt_otherwise(definition, text, value, ontology),
            Err(_) => None,
        };
        Self { says, remark }
    }
}

impl ColumnReadings {
    /// Whether texts are numbers or sentences, which are read anew as often as they stand somewhere.
    fn is_free(&self) -> bool {
        matches!(
            self.definition.kind,
            Kind::Text | Kind::Integer(..) | Kind::Decimal(..) | Kind::Date
        )
    }

    fn check(&mut self, table: &Table, row: &Row, ontology: &Ontology, problems: &mut Problems) {
        let text = table.cell(row, self.place);
        if text.is_empty() {
            return;
        }
        let read;
        let word = if self.is_free() {
            read = Word::of(self.definition, text, ontology);
            &read
        } else {
            if !self.words.contains_key(text) {
                let word = Word::of(self.definition, text, ontology);
                self.words.insert(text.to_owned(), word);
            }
            &self.words[text]
        };
        let place = || table.place(row, self.definition.name);
        if let Some(rule) = &word.remark {
            problems.warn_cell(&place(), rule.as_str(), Vec::new());
        }
        if let Err(wrong) = &word.says {
            problems.cell_near(&place(), wrong.rule.as_str(), wrong.nearest.clone());
        }
    }

    fn says(&self, text: &str, ontology: &Ontology) -> Option<Reported> {
        if self.is_free() {
            return reported(self.definition, text, ontology).ok();
        }
        self.words.get(text)?.says.clone().ok()
    }
}

impl Readings {
    pub fn of(sheet: FactSheet, table: &Table) -> Self {
        let columns = sheet.columns().iter().enumerate();
        let present = columns.filter_map(|(index, definition)| {
            Some(ColumnReadings {
                definition,
                index,
                place: table.column(definition.name)?,
                words: HashMap::new(),
            })
        });
        Self(present.collect())
    }

    /// Reads the cells of a row; what is wrong with them goes to `problems`.
    pub fn check(
        &mut self,
        table: &Table,
        row: &Row,
        ontology: &Ontology,
        problems: &mut Problems,
    ) {
        for column in &mut self.0 {
            column.check(table, row, ontology, problems);
        }
    }

    /// What the filled cells of a row that was checked say, with the indices of their columns in the schema.
    pub fn of_row(&self, table: &Table, row: &Row, ontology: &Ontology) -> Vec<(usize, Reported)> {
        let filled = self.0.iter().filter_map(|column| {
            let text = table.cell(row, column.place);
            let said = (!text.is_empty()).then(|| column.says(text, ontology))??;
            Some((column.index, said))
        });
        filled.collect()
    }

    /// What the words of the columns of genes say.
    pub fn genes(&mut self) -> impl Iterator<Item = &mut Reported> {
        let columns = self.0.iter_mut();
        let of_genes = columns.filter(|column| matches!(column.definition.kind, Kind::Gene));
        of_genes.flat_map(|column| {
            column
                .words
                .values_mut()
                .filter_map(|word| word.says.as_mut().ok())
        })
    }

    /// The cells of a row that hold a gene: the heading, and what the cell says.
    pub fn genes_of_row<'a>(
        &'a self,
        table: &'a Table,
        row: &'a Row,
    ) -> impl Iterator<Item = (&'static str, &'a Reported)> {
        let columns = self.0.iter();
        let of_genes = columns.filter(|column| matches!(column.definition.kind, Kind::Gene));
        of_genes.filter_map(move |column| {
            let word = column.words.get(table.cell(row, column.place))?;
            Some((column.definition.name, word.says.as_ref().ok()?))
        })
    }

    /// Whether a column of the sheet holds genes.
    pub fn has_genes(&self) -> bool {
        let mut columns = self.0.iter();
        columns.any(|column| matches!(column.definition.kind, Kind::Gene))
    }
}
