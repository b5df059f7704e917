//! Tabs that are the sheets of a study.

use super::messages::Messages;
use super::schema::{Heading, Takes, known_columns_of, normal, sheet_of};
use super::sheet::{Line, Sheet};
use super::tab::{At, Tab};
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

/// Whether a table is a sheet of a study by its name: that of the tab, or that of the file.
#[must_use]
pub fn is_sheet(schema: &'static Schema, name: &str) -> bool {
    sheet_of(schema, name).is_some()
}

/// Makes sheets of the tabs with their names. `file` is how messages name the file; a tab without a name is the sheet `alone`.
#[must_use]
pub fn sheets(tabs: &[Tab], (file, alone): (&str, &str), reading: Reading) -> Imported {
    let mut imported = Imported::default();
    for tab in tabs {
        let from = from(file, tab);
        let mut messages = Messages::new(from.clone());
        let name = if tab.name.is_empty() {
            alone
        } else {
            &tab.name
        };
        let sheet = sheet_of(reading.schema, name);
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
    let Some((headings, rows)) = tab.parts() else {
        return sheet;
    };
    let known = known_columns_of(reading.schema, name);
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
