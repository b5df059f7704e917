//! Rows of the sheets of facts, each cell checked, and of curators' rulings on them.

use std::collections::HashMap;

use super::cells::{code, complete_ruling};
use super::headings::check_headings;
use super::identifiers::unfit_key;
use super::problems::Problems;
use super::readings::Readings;
use super::sheet::{Row, Table};
use super::values::reported;
use crate::case::{
    CURATION, Certainty, Curation, CurationState, Decision, FactSheet, Patients, Report, Schema,
};
use crate::ontology::Ontology;

/// Checks the rows of a sheet of facts. Gives those that are reports, by their places in the table, and what their
/// cells say.
pub(super) fn check(
    sheet: FactSheet,
    table: &Table,
    ontology: &Ontology,
    problems: &mut Problems,
) -> (Vec<u32>, Readings) {
    let known: Vec<&'static str> = sheet.headings().chain(CURATION).collect();
    let needed = ["case", "source", "locator", "certainty"];
    let mut said = Readings::of(sheet, table);
    if !check_headings(table, &known, &needed, problems) {
        return (Vec::new(), said);
    }
    let mut reports = Vec::new();
    let mut seen: HashMap<&str, usize> = HashMap::new();
    let mut unnumbered: HashMap<[&str; 3], usize> = HashMap::new();
    for (at, row) in (0..).zip(&table.rows) {
        if let Some(first) = seen.insert(table.whole(row), row.number) {
            let place = table.place(row, "case");
            problems.cell(
                &place,
                format!("the whole row stands in row {first} already: remove one"),
            );
            continue;
        }
        let case = table.get(row, "case");
        if case.is_empty() {
            problems.cell(&table.place(row, "case"), "the row names no case");
            continue;
        }
        if let Some(rule) = unfit_key(case) {
            problems.cell(&table.place(row, "case"), rule);
            continue;
        }
        for heading in ["source", "locator"] {
            if table.get(row, heading).is_empty() {
                let rule = match heading {
                    "source" => "the row names no source: a key of publications.csv",
                    _ => {
                        "the row has no locator: where in the source, such as \"abstract\" or \"Table 2 row 4\""
                    }
                };
                problems.cell(&table.place(row, heading), rule);
            }
        }
        let certainty = table.get(row, "certainty");
        if certainty.is_empty() {
            problems.cell(
                &table.place(row, "certainty"),
                "the row has no certainty: write stated, derived or weak",
            );
        }
        code(table, row, "certainty", &Certainty::WORDS, problems);
        curation(table, row, problems);
        item(sheet, table, row, problems);
        if sheet.numbered() && table.get(row, "item").is_empty() {
            let key = [case, table.get(row, "source"), certainty];
            if let Some(first) = unnumbered.insert(key, row.number) {
                let place = table.place(
                    row,
                    if table.column("item").is_some() {
                        "item"
                    } else {
                        "case"
                    },
                );
                problems.cell(&place, format!("the row has no item, nor has row {first} of the same case and source: number them 1, 2, … in the column item"));
            }
        }
        said.check(table, row, ontology, problems);
        reports.push(at);
    }
    (reports, said)
}

/// A row as what a source reports.
pub(super) fn report(
    sheet: FactSheet,
    (table, row): (&Table, &Row),
    said: &Readings,
    ontology: &Ontology,
) -> Report {
    let certainty = Certainty::from_word(table.get(row, "certainty"));
    let item = table.get(row, "item").parse();
    Report {
        sheet,
        row: row.number,
        case: table.get(row, "case").into(),
        item: item.ok().filter(|_| sheet.numbered()).unwrap_or(1),
        source: table.get(row, "source").to_owned(),
        locator: table.get(row, "locator").to_owned(),
        certainty: certainty.unwrap_or(Certainty::Weak),
        cells: said.of_row(table, row, ontology),
        verbatim: table.get(row, "verbatim").to_owned(),
        note: table.get(row, "note").to_owned(),
        curation: Curation {
            curator: table.get(row, "curator").to_owned(),
            date: table.get(row, "curated_on").to_owned(),
            state: CurationState::from_word(table.get(row, "curation_state")).unwrap_or_default(),
        },
    }
}

/// Checks who made a row, when, and how far it is.
fn curation(table: &Table, row: &Row, problems: &mut Problems) {
    code(
        table,
        row,
        "curation_state",
        &CurationState::WORDS,
        problems,
    );
    let date = table.get(row, "curated_on");
    if !date.is_empty() && date.parse::<jiff::civil::Date>().is_err() {
        let rule = "is no date: write it as 2026-11-30";
        problems.cell(&table.place(row, "curated_on"), rule);
    }
}

fn item(sheet: FactSheet, table: &Table, row: &Row, problems: &mut Problems) -> u32 {
    let text = table.get(row, "item");
    if !sheet.numbered() || text.is_empty() {
        return 1;
    }
    match text.parse() {
        Ok(item @ 1..=999) => item,
        _ => {
            problems.cell(
                &table.place(row, "item"),
                "is no item: a whole number from 1 to 999",
            );
            1
        }
    }
}

/// Reads the sheet of curators' rulings.
pub(super) fn decisions(
    schema: &'static Schema,
    table: &Table,
    ontology: &Ontology,
    problems: &mut Problems,
) -> Vec<Decision> {
    let needed = ["case", "sheet", "column", "value", "reason"];
    if !check_headings(
        table,
        &Schema::shipped().headings("decisions"),
        &needed,
        problems,
    ) {
        return Vec::new();
    }
    let mut decisions = Vec::new();
    for row in &table.rows {
        let names: Vec<&'static str> = schema.facts().map(FactSheet::name).collect();
        let sheet = code(table, row, "sheet", &names, problems);
        let Some(sheet) = schema.fact_sheet(&sheet) else {
            if sheet.is_empty() {
                problems.cell(&table.place(row, "sheet"), "the ruling names no sheet");
            }
            continue;
        };
        let mut columns: Vec<&'static str> = sheet.columns().iter().map(|c| c.name).collect();
        if sheet == FactSheet::cases() {
            // Rulings on two cases, which `patients` reads.
            columns.extend(Patients::WORDS);
        }
        let name = code(table, row, "column", &columns, problems);
        let Some(column) = sheet.column(&name) else {
            if name.is_empty() {
                problems.cell(&table.place(row, "column"), "the ruling names no column");
            }
            continue;
        };
        complete_ruling(table, row, problems);
        match reported(&sheet.columns()[column], table.get(row, "value"), ontology) {
            Ok(value) => decisions.push(Decision {
                row: row.number,
                case: table.get(row, "case").into(),
                sheet,
                item: item(sheet, table, row, problems),
                column,
                value,
                reason: table.get(row, "reason").to_owned(),
                curator: table.get(row, "curator").to_owned(),
                date: table.get(row, "date").to_owned(),
            }),
            Err(wrong) if !table.get(row, "value").is_empty() => {
                problems.cell_near(&table.place(row, "value"), wrong.rule, wrong.nearest);
            }
            Err(_) => {}
        }
    }
    decisions
}
