//! What the sheets of a study are, as far as an import and a template have to know: the one place of this room that asks
//! the schema.

use std::collections::BTreeSet;

use super::tab::Row;
use crate::case::{Column, FactSheet, Kind, Schema};

/// What the cells of a column take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Takes {
    /// Free text, keys and identifiers.
    Text,
    /// A number, or a range of numbers.
    Number,
    /// A date, written `YYYY-MM-DD`.
    Date,
    /// A truth value, written `yes` or `no`.
    YesNo,
    /// Words of a list; others are wrong where it is closed.
    Codes { words: Vec<String>, closed: bool },
    /// A word of a vocabulary, or words of it in a list.
    Words { scheme: &'static str, many: bool },
    /// Drugs of the vocabulary, in a list, or plain words.
    Agents,
    /// The symbol of a gene.
    Gene,
}

/// A column of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Heading {
    /// As it stands in the sheet.
    pub name: String,
    /// What its cells take.
    pub takes: Takes,
    /// What it means; empty where its name says it.
    pub meaning: String,
}

/// The sheets, in the order in which one fills them.
pub const SHEETS: [&str; 13] = [
    "publications",
    "cohorts",
    "cases",
    "fusions",
    "alterations",
    "treatments",
    "adverse_events",
    "follow_up",
    "claims",
    "series",
    "decisions",
    "appraisals",
    "screening",
];

/// How many of them, from the first, a wide table can fill.
pub(super) const FILLED: usize = 8;

/// The sheets of a study that people fill: those of every study, and its own.
pub(super) fn sheets_of(schema: &'static Schema) -> Vec<&'static str> {
    let filled = schema.sheets().filter(|sheet| !sheet.kept);
    let own = filled.map(|sheet| sheet.name);
    let own = own.filter(|name| !SHEETS.contains(name));
    SHEETS.into_iter().chain(own).collect()
}

/// The sheets that a wide table can fill, in the order in which one fills them: those of what sources say of cases, with
/// those that the study adds.
pub(super) fn filled_of(schema: &'static Schema) -> Vec<&'static str> {
    let own = sheets_of(schema).into_iter().skip(SHEETS.len());
    let own = own.filter(|sheet| schema.fact_sheet(sheet).is_some());
    SHEETS.into_iter().take(FILLED).chain(own).collect()
}

/// The name of the sheet of a study that a tab or a file is for, whatever its case.
pub(super) fn sheet_of(schema: &'static Schema, name: &str) -> Option<&'static str> {
    let name = normal(name);
    sheets_of(schema).into_iter().find(|sheet| *sheet == name)
}

/// The sheet of a study whose headings, all of them, a row has.
pub(super) fn sheet_with(schema: &'static Schema, row: &Row) -> Option<&'static str> {
    let has: BTreeSet<String> = (0..row.cells.len())
        .map(|at| normal(row.text(at)))
        .collect();
    let is_there = |sheet: &&str| {
        let headings = schema.headings(sheet);
        headings.iter().all(|heading| has.contains(*heading))
    };
    let sheets = sheets_of(schema).into_iter().filter(is_there);
    sheets.max_by_key(|sheet| schema.headings(sheet).len())
}

/// A name as headings are written: `Age (years)` is `age_(years)`.
pub(super) fn normal(name: &str) -> String {
    crate::delimited::trimmed(name)
        .to_lowercase()
        .replace([' ', '-'], "_")
}

/// The columns of a sheet of every study, in order.
pub(super) fn columns(sheet: &str) -> Vec<Heading> {
    columns_of(Schema::shipped(), sheet)
}

/// The columns of a sheet of a study, in order.
pub(super) fn columns_of(schema: &'static Schema, sheet: &str) -> Vec<Heading> {
    described(schema, sheet, schema.headings(sheet))
}

/// The same with those that the sheet may do without.
pub(super) fn known_columns_of(schema: &'static Schema, sheet: &str) -> Vec<Heading> {
    described(schema, sheet, schema.known_headings(sheet))
}

fn described(schema: &'static Schema, sheet: &str, headings: Vec<&'static str>) -> Vec<Heading> {
    let own = schema.sheet(sheet).map_or(&[][..], |sheet| &sheet.columns);
    let all = || own.iter().chain(schema.every_fact());
    let heading = |name: &'static str| {
        let column = all().find(|column| column.name == name);
        Heading {
            name: name.to_owned(),
            takes: column.map_or(Takes::Text, takes),
            meaning: column.map_or(String::new(), |column| column.describes.to_owned()),
        }
    };
    headings.into_iter().map(heading).collect()
}

/// Whether the rows of a sheet are numbered by `item`.
pub(super) fn is_numbered(schema: &'static Schema, sheet: &str) -> bool {
    let facts = schema.fact_sheet(sheet);
    facts.is_some_and(FactSheet::numbered)
}

/// The columns that a study adds, in sheets of every study or of its own, as `treatments.ecog`, with what they are called.
pub(super) fn added(schema: &'static Schema) -> Vec<(String, Vec<&'static str>)> {
    let mut found = Vec::new();
    for sheet in schema.facts() {
        let every: Vec<&str> = Schema::shipped().headings(sheet.name());
        for column in sheet.columns() {
            if every.contains(&column.name) {
                continue;
            }
            let names = [column.name, column.label].into_iter().chain(column.short);
            found.push((format!("{}.{}", sheet.name(), column.name), names.collect()));
        }
    }
    found
}

fn takes(column: &Column) -> Takes {
    match column.kind {
        Kind::Text => Takes::Text,
        Kind::Code(words) => Takes::Codes {
            words: owned(words),
            closed: true,
        },
        Kind::Words(words) => Takes::Codes {
            words: owned(words),
            closed: false,
        },
        Kind::Integer(..) | Kind::Decimal(..) => Takes::Number,
        Kind::YesNo => Takes::YesNo,
        Kind::Date => Takes::Date,
        Kind::Concept(scheme) => Takes::Words {
            scheme: scheme.name(),
            many: column.list,
        },
        Kind::Agents => Takes::Agents,
        Kind::Gene => Takes::Gene,
    }
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sheet_has_columns() {
        for sheet in SHEETS {
            assert!(columns(sheet).len() > 4, "{sheet}");
        }
        assert_eq!(sheet_of(Schema::shipped(), "Follow up"), Some("follow_up"));
    }
}
