//! Tabs that are the sheets of a study.

use super::messages::Messages;
use super::schema::{Heading, Takes, known_columns_of, normal, sheet_of, sheet_with};
use super::sheet::{Line, Sheet};
use super::tab::{At, Row, Tab};
use crate::case::Schema;
use crate::delimited::trimmed;
use crate::ingest::Problem;

/// What became of a column of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The tab; empty for a text file.
    pub tab: String,
    /// The address of the heading.
    pub cell: String,
    /// The heading, as it stands there.
    pub heading: String,
    /// Sheet and column that it becomes, such as `cases.sex`; `None` if it stays out.
    pub becomes: Option<String>,
    /// Cells below it that hold something.
    pub filled: usize,
}

/// What an import makes of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// Sheets of the study, with their rows.
    pub sheets: Vec<Sheet>,
    /// What became of each column.
    pub columns: Vec<Taken>,
    /// What is to be said of cells, columns and tabs.
    pub problems: Vec<Problem>,
}

/// How values are written in the file.
#[derive(Debug, Clone, Copy, Default)]
pub struct Reading {
    /// Whether numbers have a decimal comma.
    pub decimal_comma: bool,
    /// The sheets of the study that it is for.
    pub schema: &'static Schema,
}

/// Tabs that a template adds for people, and an import passes over.
pub(super) const FOR_PEOPLE: [&str; 2] = ["how to fill", "words"];

/// In how many rows headings are looked for, from the first.
const SEARCHED: usize = 10;
/// From how many cells `NA` on, with no empty one in the column, it is asked whether that is meant.
const MANY: usize = 3;

/// Which sheet of a study a table is: by the name of the tab, or of the file `alone` where it has none, and else by its
/// headings. Some programs name the tab as the file, with its ending.
#[must_use]
pub fn sheet_for(schema: &'static Schema, tab: &Tab, alone: &str) -> Option<&'static str> {
    let name = if tab.name.is_empty() {
        alone
    } else {
        &tab.name
    };
    let named = sheet_of(schema, name.strip_suffix(".csv").unwrap_or(name));
    let first = || tab.rows.iter().take(SEARCHED);
    named.or_else(|| first().find_map(|row| sheet_with(schema, row)))
}

/// In which row, from 0, the headings of a sheet stand: below a title or a line over several columns, if that row has more
/// of them than the first.
fn headings_at(tab: &Tab, known: &[Heading]) -> usize {
    let names = |row: &Row| {
        let cells = (0..row.cells.len()).map(|at| normal(row.text(at)));
        cells
            .filter(|cell| known.iter().any(|known| known.name == *cell))
            .count()
    };
    let counts: Vec<usize> = tab.rows.iter().take(SEARCHED).map(names).collect();
    let most = counts.iter().copied().max().unwrap_or(0);
    counts.iter().position(|count| *count == most).unwrap_or(0)
}

/// Makes sheets of the tabs with their names. `file` is how messages name the file; a tab without a name is the sheet `alone`.
#[must_use]
pub fn sheets(tabs: &[Tab], (file, alone): (&str, &str), reading: Reading) -> Imported {
    let mut imported = Imported::default();
    for tab in tabs {
        let from = from(file, tab);
        let mut messages = Messages::new(from.clone());
        let sheet = sheet_for(reading.schema, tab, alone);
        let twice = sheet.filter(|sheet| imported.sheets.iter().any(|made| made.name == *sheet));
        match (sheet, tab.parts()) {
            (None, Some(_)) if !FOR_PEOPLE.contains(&tab.name.as_str()) => {
                messages.warn(None, "", "has the name of no sheet and stays out");
            }
            (Some(_), Some((headings, _))) if twice.is_some() => {
                let at = At {
                    row: headings.number,
                    column: 0,
                };
                messages.error(
                    at,
                    "",
                    "is a second tab for the same sheet: keep one",
                    Vec::new(),
                );
            }
            (Some(name), Some(_)) => {
                messages.of_tab(tab);
                let sheet = made_of(tab, name, reading, &mut messages, &mut imported.columns);
                imported.sheets.push(Sheet { from, ..sheet });
            }
            _ => {}
        }
        imported.problems.extend(messages.problems);
    }
    imported
}

/// How messages name a tab.
pub(super) fn from(file: &str, tab: &Tab) -> String {
    if tab.name.is_empty() {
        file.to_owned()
    } else {
        format!("{file}, tab {}", tab.name)
    }
}

fn made_of(
    tab: &Tab,
    name: &str,
    reading: Reading,
    messages: &mut Messages,
    taken: &mut Vec<Taken>,
) -> Sheet {
    let mut sheet = Sheet {
        name: name.to_owned(),
        ..Sheet::default()
    };
    let known = known_columns_of(reading.schema, name);
    let above = headings_at(tab, &known);
    let Some((headings, rows)) = tab.parts_at(above) else {
        return sheet;
    };
    if let Some(first) = tab.rows.first().filter(|_| above > 0) {
        let at = At {
            row: first.number,
            column: 0,
        };
        let words = format!(
            "stands above the headings, which are in row {}: what is above them stays out",
            headings.number
        );
        messages.warn(Some(at), first.text(0), words);
    }
    let mut places: Vec<(usize, &Heading)> = Vec::new();
    for column in 0..tab.width() {
        let heading = headings.text(column);
        let filled = rows
            .iter()
            .filter(|row| !row.text(column).is_empty())
            .count();
        let at = At {
            row: headings.number,
            column,
        };
        let of = known.iter().find(|known| known.name == normal(heading));
        let again = of.filter(|of| places.iter().any(|(_, known)| known == of));
        if again.is_some() {
            messages.error(at, heading, "is a heading twice: keep one", Vec::new());
        } else if let Some(of) = of {
            places.push((column, of));
            messages.of_formulas(tab, column);
        } else if filled > 0 || !heading.is_empty() {
            let words = format!("is no column of {name}: its {filled} cells stay out");
            messages.warn(Some(at), heading, words);
        } else {
            continue;
        }
        taken.push(Taken {
            tab: tab.name.clone(),
            cell: at.address(),
            heading: heading.to_owned(),
            becomes: of.map(|of| format!("{name}.{}", of.name)),
            filled,
        });
    }
    sheet.headings = places.iter().map(|(_, of)| of.name.clone()).collect();
    for (column, _) in &places {
        not_applicable((*column, headings.number), rows, messages);
    }
    for row in rows {
        let mut line = Line::default();
        for (column, of) in &places {
            let at = At {
                row: row.number,
                column: *column,
            };
            let mut text = String::new();
            if let Some(cell) = row.cells.get(*column)
                && messages.of_form(at, cell, &of.takes)
            {
                text = written(&cell.text, &of.takes, reading);
            }
            line.cells.push(text);
            line.from.push(Some(at));
        }
        if line.cells.iter().any(|text| !trimmed(text).is_empty()) {
            sheet.rows.push(line);
        }
    }
    sheet
}

/// Asks whether `NA` is meant in a column that has no empty cell: some programs write it for one.
fn not_applicable((column, heading): (usize, usize), rows: &[Row], messages: &mut Messages) {
    let filled = rows.iter().filter(|row| !row.cells.is_empty());
    let texts: Vec<&str> = filled.map(|row| row.text(column)).collect();
    let many = texts.iter().filter(|text| **text == "NA").count();
    if many >= MANY && !texts.contains(&"") {
        let at = At {
            row: heading,
            column,
        };
        let words = format!(
            "stands in {many} cells of this column, and none is empty: here it says that the question does not apply. R and other programs write it for an empty cell: write the file anew with na = \"\", if that is what it is"
        );
        messages.warn(Some(at), "NA", words);
    }
}

/// A number with a decimal comma as the sheets write it; everything else as it stands.
pub(super) fn written(text: &str, takes: &Takes, reading: Reading) -> String {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if reading.decimal_comma
        && *takes == Takes::Number
        && let Some((whole, rest)) = trimmed(text).split_once(',')
        && is_number(whole.trim_start_matches('-'))
        && is_number(rest)
    {
        return format!("{whole}.{rest}");
    }
    text.to_owned()
}
