//! Workbooks of Excel (`.xlsx`).

use std::collections::{BTreeMap, HashSet};
use std::io::Cursor;

use calamine::{
    DataRef, ExcelDateTime, Reader as _, SheetType, SheetVisible, Xlsx, XlsxFormulaMetadata,
};
use quick_xml::events::Event;

use super::archive::Archive;
use super::tab::{At, Cell, Form, Row, Tab};
use super::trouble::{Budget, COLUMNS, Limits, Trouble};
use super::xml::{attribute, is_true};

/// Reads all tabs of a workbook.
///
/// # Errors
/// It is damaged, locked, or holds too much.
pub(super) fn read(bytes: &[u8], limits: Limits) -> Result<Vec<Tab>, Trouble> {
    let mut archive = Archive::open(bytes, limits)?;
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(Trouble::damaged)?;
    let parts = parts(&mut archive)?;
    let percentages = percentages(&mut archive)?;
    let mut budget = Budget::new(limits);
    let mut tabs = Vec::new();
    for sheet in book.sheets_metadata().to_owned() {
        if sheet.typ != SheetType::WorkSheet {
            continue;
        }
        let mut tab = Tab {
            hidden: sheet.visible != SheetVisible::Visible,
            name: sheet.name,
            ..Tab::default()
        };
        tab.rows = rows(&mut book, &tab.name, &mut budget)?;
        let merged = book.merge_cells_by_sheet_name(&tab.name);
        for range in merged.map_err(Trouble::damaged)? {
            let address = |(row, column): (u32, u32)| {
                let (row, column) = (row as usize + 1, column as usize);
                At { row, column }.address()
            };
            let range = format!("{}:{}", address(range.start), address(range.end));
            tab.merged.push(range);
        }
        if let Some(part) = parts.get(&tab.name)
            && let Some(text) = archive.text(part)?
        {
            looks(&text, &percentages, &mut tab)?;
        }
        tabs.push(tab);
    }
    Ok(tabs)
}

fn rows(
    book: &mut Xlsx<Cursor<&[u8]>>,
    name: &str,
    budget: &mut Budget,
) -> Result<Vec<Row>, Trouble> {
    let mut rows: BTreeMap<usize, Row> = BTreeMap::new();
    let mut cells = book
        .worksheet_cells_reader(name)
        .map_err(Trouble::damaged)?;
    while let Some(found) = cells
        .next_cell_with_formula_metadata()
        .map_err(Trouble::damaged)?
    {
        let (number, column) = (found.pos.0 as usize + 1, found.pos.1 as usize);
        let cell = match (cell(&found.value), found.formula) {
            (Some(cell), formula) => Cell {
                formula: formula.is_some(),
                ..cell
            },
            // A formula whose result no program has kept.
            (None, Some(formula)) if found.value == DataRef::Empty => Cell {
                text: text_of(&formula),
                form: Form::Fault,
                formula: true,
            },
            (None, _) => continue,
        };
        budget.take(1, &cell.text, column, name)?;
        let row = rows.entry(number).or_insert_with(|| Row {
            number,
            cells: Vec::new(),
        });
        if row.cells.len() <= column {
            budget.take(column - row.cells.len(), "", column, name)?;
            row.cells.resize(column + 1, Cell::default());
        }
        row.cells[column] = cell;
    }
    Ok(rows.into_values().collect())
}

fn text_of(formula: &XlsxFormulaMetadata) -> String {
    match formula {
        XlsxFormulaMetadata::Normal { formula } | XlsxFormulaMetadata::Shared { formula, .. } => {
            format!("={formula}")
        }
        _ => "=".to_owned(),
    }
}

/// A value as a cell; `None` where there is none.
fn cell(value: &DataRef<'_>) -> Option<Cell> {
    let (text, form) = match value {
        DataRef::Empty => return None,
        DataRef::String(text) => (text.clone(), Form::Text),
        DataRef::SharedString(text) => ((*text).to_owned(), Form::Text),
        DataRef::Int(number) => (number.to_string(), Form::Number),
        DataRef::Float(number) => (number.to_string(), Form::Number),
        DataRef::Bool(truth) => (truth.to_string().to_uppercase(), Form::Truth),
        DataRef::DateTime(date) => of_serial(date),
        DataRef::DateTimeIso(text) => (text.clone(), Form::Date),
        DataRef::DurationIso(text) => (text.clone(), Form::Time),
        DataRef::Error(error) => (error.to_string(), Form::Fault),
    };
    (!text.is_empty()).then_some(Cell {
        text,
        form,
        formula: false,
    })
}

/// A date as Excel keeps it, days from its beginning, as ISO 8601.
fn of_serial(date: &ExcelDateTime) -> (String, Form) {
    let (year, month, day, hour, minute, second, _) = date.to_ymd_hms_milli();
    let time = format!("{hour:02}:{minute:02}:{second:02}");
    if date.as_f64() < 1.0 || date.is_duration() {
        return (time, Form::Time);
    }
    let date = format!("{year:04}-{month:02}-{day:02}");
    match time.as_str() {
        "00:00:00" => (date, Form::Date),
        _ => (format!("{date} {time}"), Form::Date),
    }
}

/// In which part of the workbook each tab lies, by its name.
fn parts(archive: &mut Archive<'_>) -> Result<BTreeMap<String, String>, Trouble> {
    let (Some(book), Some(links)) = (
        archive.text("xl/workbook.xml")?,
        archive.text("xl/_rels/workbook.xml.rels")?,
    ) else {
        return Ok(BTreeMap::new());
    };
    let mut targets = BTreeMap::new();
    let mut reader = quick_xml::Reader::from_str(&links);
    loop {
        match reader.read_event().map_err(Trouble::damaged)? {
            Event::Empty(e) | Event::Start(e) if e.local_name().as_ref() == "Relationship" => {
                if let (Some(id), Some(target)) = (attribute(&e, "Id")?, attribute(&e, "Target")?) {
                    let target = match target.strip_prefix('/') {
                        Some(whole) => whole.to_owned(),
                        None => format!("xl/{target}"),
                    };
                    targets.insert(id, target);
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    let mut parts = BTreeMap::new();
    let mut reader = quick_xml::Reader::from_str(&book);
    loop {
        match reader.read_event().map_err(Trouble::damaged)? {
            Event::Empty(e) | Event::Start(e) if e.local_name().as_ref() == "sheet" => {
                if let (Some(name), Some(id)) = (attribute(&e, "name")?, attribute(&e, "r:id")?)
                    && let Some(target) = targets.get(&id)
                {
                    parts.insert(name, target.clone());
                }
            }
            Event::Eof => return Ok(parts),
            _ => {}
        }
    }
}

/// The formats of cells, by their place in the list of the workbook, that show a number as a percentage.
fn percentages(archive: &mut Archive<'_>) -> Result<HashSet<usize>, Trouble> {
    /// `0%` and `0.00%`, which no workbook describes.
    const BUILT_IN: [usize; 2] = [9, 10];
    let mut found = HashSet::new();
    let Some(styles) = archive.text("xl/styles.xml")? else {
        return Ok(found);
    };
    let mut numbers: HashSet<usize> = BUILT_IN.into();
    let mut reader = quick_xml::Reader::from_str(&styles);
    // Formats of cells stand in one of two lists of like elements.
    let (mut of_cells, mut place) = (false, 0);
    loop {
        match reader.read_event().map_err(Trouble::damaged)? {
            Event::Start(e) if e.local_name().as_ref() == "cellXfs" => of_cells = true,
            Event::End(e) if e.local_name().as_ref() == "cellXfs" => of_cells = false,
            Event::Empty(e) | Event::Start(e) => {
                let id = attribute(&e, "numFmtId")?.and_then(|id| id.parse().ok());
                match (e.local_name().as_ref(), id) {
                    ("numFmt", Some(id)) => {
                        let code = attribute(&e, "formatCode")?;
                        if code.is_some_and(|code| is_percentage(&code)) {
                            numbers.insert(id);
                        }
                    }
                    ("xf", id) if of_cells => {
                        if id.is_some_and(|id| numbers.contains(&id)) {
                            found.insert(place);
                        }
                        place += 1;
                    }
                    _ => {}
                }
            }
            Event::Eof => return Ok(found),
            _ => {}
        }
    }
}

/// Whether a format multiplies by a hundred: a percent sign that is neither quoted nor behind a backslash.
fn is_percentage(code: &str) -> bool {
    let (mut quoted, mut escaped) = (false, false);
    code.chars().any(|c| {
        let behind = std::mem::take(&mut escaped);
        let literal = quoted || behind;
        match c {
            '"' if !behind => quoted = !quoted,
            '\\' if !literal => escaped = true,
            _ => {}
        }
        c == '%' && !literal
    })
}

/// Adds which rows and columns of a tab are hidden, and which numbers are shown as percentages.
fn looks(text: &str, percentages: &HashSet<usize>, tab: &mut Tab) -> Result<(), Trouble> {
    let mut reader = quick_xml::Reader::from_str(text);
    let mut number = 0;
    let mut shown = Vec::new();
    loop {
        match reader.read_event().map_err(Trouble::damaged)? {
            Event::Empty(e) | Event::Start(e) if e.local_name().as_ref() == "col" => {
                let place = |name| {
                    Ok::<usize, Trouble>(
                        attribute(&e, name)?
                            .and_then(|n| n.parse().ok())
                            .unwrap_or(0),
                    )
                };
                if is_true(attribute(&e, "hidden")?.as_deref()) {
                    let (first, last) = (place("min")?.max(1), place("max")?.min(COLUMNS));
                    tab.hidden_columns
                        .extend((first..=last).map(|column| column - 1));
                }
            }
            Event::Empty(e) | Event::Start(e) if e.local_name().as_ref() == "row" => {
                number = attribute(&e, "r")?
                    .and_then(|n| n.parse().ok())
                    .unwrap_or(number + 1);
                if is_true(attribute(&e, "hidden")?.as_deref()) {
                    tab.hidden_rows.push(number);
                }
            }
            Event::Empty(e) | Event::Start(e) if e.local_name().as_ref() == "c" => {
                let style = attribute(&e, "s")?.and_then(|style| style.parse().ok());
                if style.is_some_and(|style| percentages.contains(&style))
                    && let Some(address) = attribute(&e, "r")?
                {
                    shown.push(address);
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    if !shown.is_empty() {
        let shown: HashSet<String> = shown.into_iter().collect();
        for row in &mut tab.rows {
            let number = row.number;
            for (column, cell) in row.cells.iter_mut().enumerate() {
                let at = At {
                    row: number,
                    column,
                };
                if cell.form == Form::Number && shown.contains(&at.address()) {
                    cell.form = Form::Percentage;
                }
            }
        }
    }
    // A column or row that holds nothing hides nothing.
    let filled = |column: usize| tab.rows.iter().any(|row| !row.text(column).is_empty());
    tab.hidden_columns.retain(|column| filled(*column));
    tab.hidden_rows
        .retain(|number| tab.rows.iter().any(|row| row.number == *number));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_that_multiply_by_a_hundred_are_known() {
        for yes in ["0%", "0.0 %", "0.00%;[Red]-0.00%", "\"about\" 0%"] {
            assert!(is_percentage(yes), "{yes}");
        }
        for no in ["0", "General", "0\"%\"", "0\\%", "\\\"0\"%\"", "d-mmm"] {
            assert!(!is_percentage(no), "{no}");
        }
    }
}
