//! The sheets of facts, from which the reports of one case after the other are taken: a study may have more of
//! them than memory.

use std::collections::HashMap;

use super::problems::Problems;
use super::readings::Readings;
use super::rows;
use super::sheet::Tables;
use crate::case::{FactSheet, Report, Schema};
use crate::ontology::Ontology;

/// The rows of the sheets of facts by case, and what their cells say.
#[derive(Debug, Clone, Default)]
pub(super) struct Facts {
    /// Keys of the cases: the declared ones in the order of `cases.csv`, then those that other sheets name.
    pub cases: Vec<String>,
    /// How many of them are declared.
    pub declared: usize,
    sheets: Vec<Facted>,
}

/// The rows of one sheet.
#[derive(Debug, Clone)]
struct Facted {
    sheet: FactSheet,
    said: Readings,
    /// Where the rows of each case begin in `rows`; one more at the end.
    starts: Vec<u32>,
    /// Places of rows in the table, by case.
    rows: Vec<u32>,
}

impl Facts {
    /// Checks all rows.
    pub fn read(
        schema: &'static Schema,
        tables: &Tables<'_>,
        ontology: &Ontology,
        problems: &mut Problems,
    ) -> Self {
        let mut facts = Self::default();
        let mut numbers: HashMap<&str, u32> = HashMap::new();
        for sheet in schema.facts() {
            let Some(table) = tables.get(sheet.name()) else {
                continue;
            };
            let (reports, said) = rows::check(sheet, table, ontology, problems);
            let cases = reports.iter().map(|row| {
                let key = table.get(&table.rows[*row as usize], "case");
                *numbers.entry(key).or_insert_with(|| {
                    facts.cases.push(key.to_owned());
                    facts.cases.len() as u32 - 1
                })
            });
            let cases: Vec<u32> = cases.collect();
            if sheet == FactSheet::cases() {
                facts.declared = facts.cases.len();
            }
            let (starts, rows) = by_case(&cases, &reports, facts.cases.len());
            facts.sheets.push(Facted {
                sheet,
                said,
                starts,
                rows,
            });
        }
        facts
    }

    /// The reports of a case, in the order of the sheets and their rows.
    pub fn of_case(&self, case: usize, tables: &Tables<'_>, ontology: &Ontology) -> Vec<Report> {
        let mut reports = Vec::new();
        for of in &self.sheets {
            let Some(table) = tables.get(of.sheet.name()) else {
                continue;
            };
            // Cases that later sheets name first have no row in this one.
            let (Some(from), Some(to)) = (of.starts.get(case), of.starts.get(case + 1)) else {
                continue;
            };
            for row in &of.rows[*from as usize..*to as usize] {
                let row = &table.rows[*row as usize];
                reports.push(rows::report(of.sheet, (table, row), &of.said, ontology));
            }
        }
        reports
    }

    /// The sheets that have cells with genes: what these say, and the rows that are reports.
    pub fn with_genes(&mut self) -> impl Iterator<Item = (FactSheet, &mut Readings, &[u32])> {
        let sheets = self.sheets.iter_mut().filter(|of| of.said.has_genes());
        sheets.map(|of| (of.sheet, &mut of.said, of.rows.as_slice()))
    }
}

/// Rows by the number of their case, those of one case in their order.
fn by_case(cases: &[u32], rows: &[u32], most: usize) -> (Vec<u32>, Vec<u32>) {
    let mut starts = vec![0_u32; most + 1];
    for case in cases {
        starts[*case as usize + 1] += 1;
    }
    for at in 1..starts.len() {
        starts[at] += starts[at - 1];
    }
    let mut next = starts.clone();
    let mut sorted = vec![0; rows.len()];
    for (case, row) in cases.iter().zip(rows) {
        let next = &mut next[*case as usize];
        sorted[*next as usize] = *row;
        *next += 1;
    }
    (starts, sorted)
}
