//! Workbooks in the `OpenDocument` format (`.ods`).

use std::collections::BTreeSet;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::archive::Archive;
use super::tab::{At, Cell, Form, Row, Tab};
use super::trouble::{Budget, COLUMNS, Limits, Trouble};
use super::xml::{attribute, referred};

/// Reads all tabs of a workbook.
///
/// # Errors
/// It is damaged, locked, or holds too much.
pub(super) fn read(bytes: &[u8], limits: Limits) -> Result<Vec<Tab>, Trouble> {
    let mut archive = Archive::open(bytes, limits)?;
    let locked = archive.text("META-INF/manifest.xml")?;
    if locked.is_some_and(|manifest| manifest.contains("encryption-data")) {
        let what = "locked with a password: save it without";
        return Err(Trouble::Kind(what.to_owned()));
    }
    let missing = || Trouble::Damaged("it has no content.xml".to_owned());
    let text = archive.text("content.xml")?.ok_or_else(missing)?;
    Content {
        reader: Reader::from_str(&text),
        budget: Budget::new(limits),
        hidden: BTreeSet::new(),
    }
    .tabs()
}

struct Content<'a> {
    reader: Reader<&'a [u8]>,
    budget: Budget,
    /// Styles of tabs that are not shown.
    hidden: BTreeSet<String>,
}

impl Content<'_> {
    fn next(&mut self) -> Result<Event<'static>, Trouble> {
        match self.reader.read_event().map_err(Trouble::damaged)? {
            Event::Eof => Err(Trouble::Damaged("content.xml ends too early".to_owned())),
            event => Ok(event.into_owned()),
        }
    }

    fn skip(&mut self, element: &BytesStart<'_>) -> Result<(), Trouble> {
        let read = self.reader.read_to_end(element.name());
        read.map(|_| ()).map_err(Trouble::damaged)
    }

    fn tabs(mut self) -> Result<Vec<Tab>, Trouble> {
        let mut tabs = Vec::new();
        let mut style = String::new();
        loop {
            match self.reader.read_event().map_err(Trouble::damaged)? {
                Event::Start(e) if e.name().as_ref() == "style:style" => {
                    style = attribute(&e, "style:name")?.unwrap_or_default();
                }
                Event::Empty(e) | Event::Start(e)
                    if e.name().as_ref() == "style:table-properties"
                        && attribute(&e, "table:display")?.as_deref() == Some("false") =>
                {
                    self.hidden.insert(style.clone());
                }
                Event::Start(e) if e.name().as_ref() == "table:tracked-changes" => {
                    let e = e.into_owned();
                    self.skip(&e)?;
                }
                Event::Start(e) if e.name().as_ref() == "table:table" => {
                    let e = e.into_owned();
                    tabs.push(self.tab(&e)?);
                }
                Event::Eof => return Ok(tabs),
                _ => {}
            }
        }
    }

    fn tab(&mut self, element: &BytesStart<'_>) -> Result<Tab, Trouble> {
        let style = attribute(element, "table:style-name")?.unwrap_or_default();
        let mut tab = Tab {
            name: attribute(element, "table:name")?.unwrap_or_default(),
            hidden: self.hidden.contains(&style),
            ..Tab::default()
        };
        let (mut row, mut column) = (1_usize, 0_usize);
        let mut hidden_columns = Vec::new();
        loop {
            match self.next()? {
                Event::End(e) if e.name().as_ref() == "table:table" => break,
                Event::Start(e)
                    if matches!(
                        e.name().as_ref(),
                        "table:shapes" | "office:forms" | "table:table"
                    ) =>
                {
                    self.skip(&e)?;
                }
                Event::Empty(e) | Event::Start(e) if e.name().as_ref() == "table:table-column" => {
                    let count = repeated(&e, "table:number-columns-repeated")?;
                    if is_hidden(&e)? {
                        hidden_columns.extend(column..column.saturating_add(count).min(COLUMNS));
                    }
                    column = column.saturating_add(count);
                }
                Event::Empty(e) if e.name().as_ref() == "table:table-row" => {
                    row += repeated(&e, "table:number-rows-repeated")?;
                }
                Event::Start(e) if e.name().as_ref() == "table:table-row" => {
                    let count = repeated(&e, "table:number-rows-repeated")?;
                    let cells = self.row(row, &mut tab)?;
                    if !cells.is_empty() {
                        for (at, cell) in cells.iter().enumerate() {
                            self.budget.take(count - 1, &cell.text, at, &tab.name)?;
                        }
                        if is_hidden(&e)? {
                            tab.hidden_rows.extend(row..row + count);
                        }
                        tab.rows.extend((row..row + count).map(|number| Row {
                            number,
                            cells: cells.clone(),
                        }));
                    }
                    row += count;
                }
                _ => {}
            }
        }
        let filled = |column: &usize| tab.rows.iter().any(|row| !row.text(*column).is_empty());
        tab.hidden_columns = hidden_columns.into_iter().filter(filled).collect();
        Ok(tab)
    }

    /// The cells of a row, to the last that holds something.
    fn row(&mut self, number: usize, tab: &mut Tab) -> Result<Vec<Cell>, Trouble> {
        let mut cells = Vec::new();
        let mut column = 0_usize;
        loop {
            match self.next()? {
                Event::End(e) if e.name().as_ref() == "table:table-row" => return Ok(cells),
                Event::Empty(e) if is_cell(&e) => {
                    let cell = value(&e)?.unwrap_or_default();
                    self.cell(&e, cell, (&mut cells, &mut column), (number, tab))?;
                }
                Event::Start(e) if is_cell(&e) => {
                    let text = self.paragraphs(&e)?;
                    let typed = value(&e)?;
                    let form = match attribute(&e, "calcext:value-type")?.as_deref() {
                        Some("error") => Form::Fault,
                        _ => Form::Text,
                    };
                    let cell = typed.unwrap_or(Cell {
                        text,
                        form,
                        formula: false,
                    });
                    self.cell(&e, cell, (&mut cells, &mut column), (number, tab))?;
                }
                Event::Start(e) => self.skip(&e)?,
                _ => {}
            }
        }
    }

    fn cell(
        &mut self,
        element: &BytesStart<'_>,
        mut cell: Cell,
        (cells, column): (&mut Vec<Cell>, &mut usize),
        (number, tab): (usize, &mut Tab),
    ) -> Result<(), Trouble> {
        let count = repeated(element, "table:number-columns-repeated")?;
        let wide = repeated(element, "table:number-columns-spanned")?;
        let high = repeated(element, "table:number-rows-spanned")?;
        let first = *column;
        *column = column.saturating_add(count);
        if cell.text.is_empty() {
            return Ok(());
        }
        cell.formula = attribute(element, "table:formula")?.is_some();
        self.budget
            .take(count, &cell.text, *column - 1, &tab.name)?;
        if wide > 1 || high > 1 {
            let from = At {
                row: number,
                column: first,
            };
            let to = At {
                row: number + high - 1,
                column: first + wide - 1,
            };
            tab.merged
                .push(format!("{}:{}", from.address(), to.address()));
        }
        self.budget
            .take(first - cells.len(), "", first, &tab.name)?;
        cells.resize(first, Cell::default());
        cells.extend(std::iter::repeat_n(cell, count));
        Ok(())
    }

    /// The text of a cell: its paragraphs as lines.
    fn paragraphs(&mut self, cell: &BytesStart<'_>) -> Result<String, Trouble> {
        let mut text = String::new();
        let mut first = true;
        loop {
            match self.next()? {
                Event::End(e) if e.name() == cell.name() => return Ok(text),
                Event::Start(e) if e.name().as_ref() == "office:annotation" => self.skip(&e)?,
                Event::Start(e) | Event::Empty(e)
                    if e.name().as_ref() == "text:p" && !std::mem::take(&mut first) =>
                {
                    text.push('\n');
                }
                Event::Start(e) | Event::Empty(e) if e.name().as_ref() == "text:s" => {
                    let count = repeated(&e, "text:c")?.min(super::trouble::CELL);
                    text.extend(std::iter::repeat_n(' ', count));
                }
                Event::Empty(e) if e.name().as_ref() == "text:tab" => text.push('\t'),
                Event::Empty(e) if e.name().as_ref() == "text:line-break" => text.push('\n'),
                Event::Text(e) if !first => text.push_str(&e.xml10_content()),
                Event::GeneralRef(e) if !first => text.push_str(&referred(&e)?),
                _ => {}
            }
        }
    }
}

fn is_cell(element: &BytesStart<'_>) -> bool {
    matches!(
        element.name().as_ref(),
        "table:table-cell" | "table:covered-table-cell"
    )
}

fn is_hidden(element: &BytesStart<'_>) -> Result<bool, Trouble> {
    let seen = attribute(element, "table:visibility")?;
    Ok(matches!(seen.as_deref(), Some("collapse" | "filter")))
}

/// How often something stands there, at least once.
fn repeated(element: &BytesStart<'_>, name: &str) -> Result<usize, Trouble> {
    let count = attribute(element, name)?.and_then(|count| count.parse().ok());
    // A workbook has a million rows at most.
    Ok(count.unwrap_or(1).clamp(1, 1 << 20))
}

/// The typed value of a cell; `None` where its text is the value.
fn value(element: &BytesStart<'_>) -> Result<Option<Cell>, Trouble> {
    if attribute(element, "calcext:value-type")?.as_deref() == Some("error") {
        return Ok(None);
    }
    let (of, form) = match attribute(element, "office:value-type")?.as_deref() {
        Some("float" | "currency") => ("office:value", Form::Number),
        Some("percentage") => ("office:value", Form::Percentage),
        Some("date") => ("office:date-value", Form::Date),
        Some("time") => ("office:time-value", Form::Time),
        Some("boolean") => ("office:boolean-value", Form::Truth),
        _ => return Ok(None),
    };
    let Some(mut text) = attribute(element, of)? else {
        return Ok(None);
    };
    match form {
        Form::Truth => text = text.to_uppercase(),
        Form::Time => text = time(&text),
        Form::Number | Form::Percentage => {
            if let Ok(number) = text.parse::<f64>() {
                text = number.to_string();
            }
        }
        _ => {}
    }
    Ok(Some(Cell {
        text,
        form,
        formula: false,
    }))
}

/// `PT02H02M00S` as `02:02:00`.
fn time(text: &str) -> String {
    let plain = text
        .strip_prefix("PT")
        .and_then(|rest| rest.strip_suffix('S'));
    plain.map_or(text.to_owned(), |rest| rest.replace(['H', 'M'], ":"))
}
