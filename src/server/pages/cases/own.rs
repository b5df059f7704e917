//! The columns that a study adds, in the table of cases.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::case::{FactSheet, Property, Schema};
use crate::document::Doubt;
use crate::graph::namespaces::{COLUMN, StudyThing};
use crate::query::{Prepared, rows};
use crate::server::Site;
use crate::server::problem::Problem;

/// A column of a study, as the table of cases has it.
pub(super) struct OwnColumn {
    /// Its name in an address: `SHEET.COLUMN`.
    pub name: &'static str,
    /// What it is called.
    pub label: &'static str,
    sheet: FactSheet,
}

/// The columns that a study adds, and what each case has there.
#[derive(Default)]
pub(super) struct Own {
    /// The columns, in the order of the sheets.
    pub columns: Vec<OwnColumn>,
    cases: HashMap<String, OfCase>,
}

#[derive(Default)]
struct OfCase {
    /// The values of each column, marked where no source states them.
    values: BTreeMap<usize, BTreeSet<String>>,
    /// The values of each row of a sheet that the study adds, by sheet and row.
    rows: BTreeMap<(FactSheet, String), BTreeMap<usize, String>>,
}

impl Own {
    /// Reads them.
    pub fn of(site: &Site) -> Result<Self, Problem> {
        let columns = columns(site.session.schema);
        if columns.is_empty() {
            return Ok(Self::default());
        }
        let found = site.rows(&Prepared::new(include_str!("../queries/own_values.rq")))?;
        let mut cases: HashMap<String, OfCase> = HashMap::new();
        for row in rows(&found) {
            let property = StudyThing::of(row.text("property"));
            let property = property.filter(|thing| thing.folder == COLUMN);
            let at = property.and_then(|thing| {
                let mut names = columns.iter().map(|column| column.name);
                names.position(|name| name == thing.path)
            });
            let Some(at) = at else { continue };
            let derived = row.boolean("derived") == Some(true);
            let value = Doubt::Derived.mark_if(derived, row.text("value"));
            let case = cases.entry(row.text("case").to_owned()).or_default();
            let sheet = columns[at].sheet;
            if sheet.known().is_none() {
                let thing = (sheet, row.text("thing").to_owned());
                let words = case.rows.entry(thing).or_default().entry(at).or_default();
                if !words.is_empty() {
                    words.push_str(" and ");
                }
                words.push_str(&value);
            }
            case.values.entry(at).or_default().insert(value);
        }
        Ok(Self { columns, cases })
    }

    /// What a case has in each column; several values with semicolons between.
    pub fn cells(&self, case: &str) -> Vec<String> {
        let of_case = self.cases.get(case);
        let cell = |column: usize| {
            let values = of_case.and_then(|case| case.values.get(&column));
            let values = values.into_iter().flatten().map(String::as_str);
            values.collect::<Vec<_>>().join("; ")
        };
        (0..self.columns.len()).map(cell).collect()
    }

    /// All that a case has in them, in words: what belongs to one row of a sheet stands together.
    pub fn words(&self, case: &str) -> String {
        let Some(of_case) = self.cases.get(case) else {
            return String::new();
        };
        let shipped = of_case
            .values
            .iter()
            .map(|(at, values)| (&self.columns[*at], values));
        let shipped = shipped.filter(|(column, _)| column.sheet.known().is_some());
        let mut words: Vec<String> = shipped
            .map(|(column, values)| {
                let values: Vec<&str> = values.iter().map(String::as_str).collect();
                format!("{}: {}", column.label, values.join(", "))
            })
            .collect();
        words.extend(of_case.rows.iter().map(|((sheet, _), values)| {
            let values: Vec<&str> = values.values().map(String::as_str).collect();
            format!("{}: {}", sheet.noun(), values.join(", "))
        }));
        words.join("; ")
    }
}

/// The columns that a study adds.
fn columns(schema: &'static Schema) -> Vec<OwnColumn> {
    let of_sheet = |sheet: FactSheet| {
        sheet
            .columns()
            .iter()
            .filter_map(move |column| match column.property {
                Property::OfStudy(name) => Some(OwnColumn {
                    name,
                    label: column.short.unwrap_or(column.label),
                    sheet,
                }),
                Property::Term(_) | Property::None => None,
            })
    };
    schema.facts().flat_map(of_sheet).collect()
}
