//! The sheets of facts: a row a thing, a column a column, and what does not go into one cell.

use super::{CASE, Described, FIELD, File, ITEM, SHEET, column, text};
use crate::case::{Column, Event, FactSheet, Kind, KnownSheet};
use crate::columnar::Value;
use crate::document::Datatype;
use crate::export::unsaid::field;
use crate::export::{Datum, ExportCase, ExportError, ExportEvent, ExportStudy, Exported};

/// What stands between the values of a list in one cell; `several` has them one by one.
const BETWEEN: &str = "; ";
const NO_NUMBER: &str =
    "it is no single value of the type of its column; several.parquet has it as text";

fn datatype(column: &Column) -> Datatype {
    match column.kind {
        _ if column.list => Datatype::Text,
        Kind::Integer(..) => Datatype::Integer,
        Kind::Decimal(..) => Datatype::Decimal,
        Kind::YesNo => Datatype::Boolean,
        Kind::Date => Datatype::Date,
        Kind::Text
        | Kind::Code(_)
        | Kind::Words(_)
        | Kind::Concept(_)
        | Kind::Agents
        | Kind::Gene => Datatype::Text,
    }
}

/// Columns that a file has before those of its sheet.
fn own_columns(sheet: FactSheet) -> Vec<Described<'static>> {
    let mut columns = vec![text("case_key", CASE)];
    if sheet.numbered() {
        columns.push(column("item", Datatype::Integer, ITEM));
    }
    match sheet.known() {
        Some(KnownSheet::Cases) => columns.extend([
            column(
                "counted",
                Datatype::Boolean,
                "whether the case is in a cohort that counts",
            ),
            text("not_counted_because", "why it does not count"),
            text("main_publication", "key of its main report"),
            column(
                "partner_inferred",
                Datatype::Boolean,
                "whether a fusion partner was inferred and not observed",
            ),
        ]),
        Some(KnownSheet::Treatments) => columns.push(column(
            "position",
            Datatype::Integer,
            "place among the treatments of the case, where all of it is stated",
        )),
        _ => {}
    }
    columns
}

/// The file of a sheet.
pub(super) fn write(
    study: &ExportStudy,
    sheet: FactSheet,
    exported: &mut Exported,
) -> Result<(), ExportError> {
    let mut columns = own_columns(sheet);
    columns.extend(sheet.columns().iter().map(|of| Described {
        name: of.name,
        datatype: datatype(of),
        means: of.describes,
        unit: of.unit,
    }));
    let mut file = File::begin(study, sheet.name(), &columns)?;
    for case in &study.cases {
        for (item, event) in case.of(sheet) {
            let texts: Vec<Option<String>> = sheet
                .columns()
                .iter()
                .map(|of| cell(case, sheet, item, of, event, exported))
                .collect();
            let cells = sheet.columns().iter().zip(&texts).map(|(of, text)| {
                let text = text.as_deref()?;
                Some(match datatype(of) {
                    Datatype::Boolean => Value::Boolean(text == "yes"),
                    _ => Value::Text(text),
                })
            });
            file.push(own_cells(case, sheet, item, event).into_iter().chain(cells))?;
        }
    }
    Ok(file.finish(exported)?)
}

fn own_cells<'v>(
    case: &'v ExportCase,
    sheet: FactSheet,
    item: u32,
    event: &ExportEvent,
) -> Vec<Option<Value<'v>>> {
    let mut cells = vec![Some(Value::Text(case.key()))];
    if sheet.numbered() {
        cells.push(Some(Value::Integer(item.into())));
    }
    match sheet.known() {
        Some(KnownSheet::Cases) => cells.extend([
            Some(Value::Boolean(case.profile.counted)),
            case.profile.excluded.as_deref().map(Value::Text),
            case.main_publication.as_deref().map(Value::Text),
            Some(Value::Boolean(case.profile.inferred_partner)),
        ]),
        Some(KnownSheet::Treatments) => {
            cells.push(event.position.map(|place| Value::Integer(place.into())));
        }
        _ => {}
    }
    cells
}

/// The text of a cell, if it can be one of the type of its column.
fn cell(
    case: &ExportCase,
    sheet: FactSheet,
    item: u32,
    of: &Column,
    event: &ExportEvent,
    exported: &mut Exported,
) -> Option<String> {
    let all = event.all(of.name);
    match (datatype(of), all) {
        (_, []) => return None,
        (Datatype::Text, all) => {
            let texts: Vec<&str> = all.iter().map(Datum::text).collect();
            return Some(texts.join(BETWEEN));
        }
        _ => {}
    }
    if has_cell(of, all) {
        return Some(all[0].text().to_owned());
    }
    let field = field(Event { sheet, item }, of.name);
    let value: Vec<&str> = all.iter().map(Datum::text).collect();
    exported
        .ledger
        .lose(case.key(), &field, value.join(BETWEEN), NO_NUMBER);
    None
}

/// Whether the values of a column are one, of its type.
fn has_cell(of: &Column, all: &[Datum]) -> bool {
    match (datatype(of), all) {
        (Datatype::Text, [_])
        | (Datatype::Boolean, [Datum::Boolean(_)])
        | (Datatype::Date, [Datum::Date(_)]) => true,
        (Datatype::Integer, [one]) => one.text().parse::<i64>().is_ok(),
        (Datatype::Decimal, [Datum::Number(one)]) => one.parse::<f64>().is_ok(),
        _ => false,
    }
}

/// Each value of lists, of drugs, and of columns with several values.
pub(super) fn write_several(
    study: &ExportStudy,
    exported: &mut Exported,
) -> Result<(), ExportError> {
    let columns = [
        text("case_key", CASE),
        text("sheet", SHEET),
        column("item", Datatype::Integer, ITEM),
        text("field", FIELD),
        text(
            "member",
            "a value, one a row: a term as a prefixed name, or text",
        ),
    ];
    let mut file = File::begin(study, "several", &columns)?;
    for case in &study.cases {
        for (event, values) in &case.events {
            for of in event.sheet.columns() {
                let all = values.all(of.name);
                if !of.list && of.kind != Kind::Agents && has_cell(of, all) {
                    continue;
                }
                for value in all {
                    file.push([
                        Some(Value::Text(case.key())),
                        Some(Value::Text(event.sheet.name())),
                        Some(Value::Integer(event.item.into())),
                        Some(Value::Text(of.name)),
                        Some(Value::Text(value.text())),
                    ])?;
                }
            }
        }
    }
    Ok(file.finish(exported)?)
}

/// Values that are not in the consensus, with the reason.
pub(super) fn write_missing(
    study: &ExportStudy,
    exported: &mut Exported,
) -> Result<(), ExportError> {
    let columns = [
        text("case_key", CASE),
        text("sheet", SHEET),
        column("item", Datatype::Integer, ITEM),
        text("field", FIELD),
        text("reason", "why there is no value"),
    ];
    let mut file = File::begin(study, "missing", &columns)?;
    for case in &study.cases {
        for (event, values) in &case.events {
            for (field, reason) in &values.missing {
                file.push([
                    Some(Value::Text(case.key())),
                    Some(Value::Text(event.sheet.name())),
                    Some(Value::Integer(event.item.into())),
                    Some(Value::Text(field)),
                    Some(Value::Text(reason)),
                ])?;
            }
        }
    }
    Ok(file.finish(exported)?)
}

/// Values that no source states, and that were derived.
pub(super) fn write_derived(
    study: &ExportStudy,
    exported: &mut Exported,
) -> Result<(), ExportError> {
    let columns = [
        text("case_key", CASE),
        text("sheet", SHEET),
        column("item", Datatype::Integer, ITEM),
        text("field", FIELD),
    ];
    let mut file = File::begin(study, "derived", &columns)?;
    for case in &study.cases {
        for (event, values) in &case.events {
            for field in &values.derived {
                file.push([
                    Some(Value::Text(case.key())),
                    Some(Value::Text(event.sheet.name())),
                    Some(Value::Integer(event.item.into())),
                    Some(Value::Text(field)),
                ])?;
            }
        }
    }
    Ok(file.finish(exported)?)
}
