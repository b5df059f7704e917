//! Where the sheets tell of a thing of the graph.

use std::collections::HashMap;

use super::record::Study;
use super::sheet::{Row, Table};
use crate::case::Event;
use crate::graph::namespaces::{StudyThing, VOCABULARY};
use crate::ontology::Ontology;

/// A cell of a sheet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SheetCell {
    /// The file, as a person can find it.
    pub file: String,
    /// The row, as a spreadsheet counts.
    pub row: usize,
    /// The cell in A1 style.
    pub cell: String,
    /// Text of the cell.
    pub value: String,
}

/// Finds the cells that tell of a thing.
pub struct Located<'a> {
    study: &'a Study,
    ontology: &'a Ontology,
    /// Places of the rows that have a case, by sheet and case.
    rows: HashMap<(&'a str, &'a str), Vec<usize>>,
}

impl<'a> Located<'a> {
    /// Looks through the sheets of a study.
    #[must_use]
    pub fn new(study: &'a Study, ontology: &'a Ontology) -> Self {
        let mut rows: HashMap<_, Vec<usize>> = HashMap::new();
        for (&sheet, table) in &study.tables {
            if table.column("case").is_some() {
                for (at, row) in table.rows.iter().enumerate() {
                    let case = table.get(row, "case");
                    rows.entry((sheet, case)).or_default().push(at);
                }
            }
        }
        Self {
            study,
            ontology,
            rows,
        }
    }

    /// The filled cells of these columns, each a sheet and a heading, that tell of the thing with this IRI. Where none
    /// is filled, those that could be; where the sheets have no row of it, that of its case.
    #[must_use]
    pub fn cells(&self, iri: &str, columns: &[(String, String)]) -> Vec<SheetCell> {
        let mut found: Vec<SheetCell> = Vec::new();
        let of_difference = of_difference(iri);
        for (sheet, heading) in of_difference.iter().chain(columns) {
            let Some(table) = self.study.tables.get(sheet.as_str()) else {
                continue;
            };
            let rows = self.rows_of(iri, sheet, heading, table);
            found.extend(rows.into_iter().map(|row| cell(table, row, heading)));
        }
        if found.iter().any(|cell| !cell.value.is_empty()) {
            found.retain(|cell| !cell.value.is_empty());
        }
        if found.is_empty()
            && let Some(thing) = StudyThing::of_case(iri)
            && let Some(table) = self.study.tables.get("cases")
        {
            let rows = self.of_case("cases", thing.key(), table);
            found.extend(rows.into_iter().map(|row| cell(table, row, "case")));
        }
        found.sort();
        found.dedup();
        found
    }

    fn of_case<'t>(&self, sheet: &str, case: &str, table: &'t Table) -> Vec<&'t Row> {
        let rows = self.rows.get(&(sheet, case)).into_iter().flatten();
        rows.map(|at| &table.rows[*at]).collect()
    }

    /// The rows of a sheet that tell of a thing.
    fn rows_of<'t>(&self, iri: &str, sheet: &str, heading: &str, table: &'t Table) -> Vec<&'t Row> {
        if let Some((scheme, slug)) = iri
            .strip_prefix(VOCABULARY)
            .and_then(|rest| rest.split_once('/'))
        {
            return self.of_concept((scheme, slug), heading, table);
        }
        let Some(thing) = StudyThing::of(iri) else {
            return Vec::new();
        };
        let parts: Vec<&str> = thing.path.split('/').collect();
        let having = |wanted: &[(&str, &str)]| -> Vec<&'t Row> {
            let has = |row: &&Row| wanted.iter().all(|(h, value)| table.get(row, h) == *value);
            table.rows.iter().filter(has).collect()
        };
        match (thing.folder, parts.as_slice()) {
            ("case", [case, ..]) => {
                let event = Event::of_path(thing.event(), self.study.schema);
                let mut rows = self.of_case(sheet, case, table);
                if let Some(event) = event.filter(|event| event.sheet.name() == sheet) {
                    rows.retain(|row| item_is(table, row, event.item));
                }
                rows
            }
            (CONFLICT | REFINEMENT, [case, _, item, _]) => {
                let mut rows = self.of_case(sheet, case, table);
                let item = item.parse().unwrap_or_default();
                rows.retain(|row| item_is(table, row, item));
                rows
            }
            ("report", [_, _, _, source, _]) if sheet == "publications" => {
                having(&[("key", source)])
            }
            ("report", [own, case, item, source, number]) if *own == sheet => {
                let mut rows = self.of_case(sheet, case, table);
                let item = item.parse().unwrap_or_default();
                rows.retain(|row| table.get(row, "source") == *source && item_is(table, row, item));
                let number: usize = number.parse().unwrap_or_default();
                let row = rows.get(number.wrapping_sub(1)).copied();
                row.into_iter().collect()
            }
            ("cohort", [cohort, "member", case]) => having(&[("cohort", cohort), ("case", case)]),
            ("publication", [key]) if sheet == "publications" => having(&[("key", key)]),
            ("publication", [key]) => having(&[("source", key)]),
            ("claim" | "series", [id]) => having(&[("id", id)]),
            _ => Vec::new(),
        }
    }

    /// The rows with a word for a concept in a column.
    fn of_concept<'t>(
        &self,
        (scheme, slug): (&str, &str),
        heading: &str,
        table: &'t Table,
    ) -> Vec<&'t Row> {
        let vocabulary = self.ontology.vocabulary(scheme);
        let means = |word: &str| {
            vocabulary
                .slug(word)
                .map_or(word == slug, |own| own == slug)
        };
        let has = |row: &&Row| {
            let mut words = table.get(row, heading).split(';').map(str::trim);
            words.any(means)
        };
        table.rows.iter().filter(has).collect()
    }
}

/// What the folders of differences are called.
const CONFLICT: &str = "conflict";
const REFINEMENT: &str = "refinement";

/// The column that a difference between reports is about.
fn of_difference(iri: &str) -> Option<(String, String)> {
    let thing = StudyThing::of(iri)?;
    let mut parts = thing.path.split('/').skip(1);
    let (sheet, column) = (parts.next()?, parts.nth(1)?);
    let is_one = [CONFLICT, REFINEMENT].contains(&thing.folder);
    is_one.then(|| (sheet.to_owned(), column.to_owned()))
}

/// Whether a row is of an item; rows of sheets without numbers are.
fn item_is(table: &Table, row: &Row, item: u32) -> bool {
    table.column("item").is_none_or(|column| {
        let text = table.cell(row, column);
        text.parse().unwrap_or(1) == item
    })
}

fn cell(table: &Table, row: &Row, heading: &str) -> SheetCell {
    let place = table.place(row, heading);
    SheetCell {
        file: place.file.to_owned(),
        row: row.number,
        value: place.value.to_owned(),
        cell: place.cell,
    }
}
