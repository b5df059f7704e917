//! The data dictionary: every sheet and column, what it means and what a cell may hold.

use serde_json::{Value, json};

use crate::case::{Column, Kind, Property, Rows, Schema, Sheet};
use crate::document::{Block, Plain, Role, Table};

/// What the words mean that any cell of a sheet of facts may hold.
pub const ANY_CELL: [(&str, &str); 3] = [
    (
        "NR",
        "not reported: the source was read whole and does not say it",
    ),
    ("NA", "not applicable: the question does not arise"),
    (
        "empty",
        "not known here: nothing is said, not even that nobody knows",
    ),
];

/// The dictionary of a study's sheets, or of one of them.
#[must_use]
pub fn dictionary(schema: &'static Schema, only: Option<&str>) -> Plain {
    let sheets = schema
        .sheets()
        .filter(|sheet| only.is_none_or(|only| sheet.name == only));
    let sheets: Vec<&Sheet> = sheets.collect();
    let mut blocks = vec![Block::Title("Sheets".to_owned())];
    if only.is_none() {
        let own = "A study is a folder of these sheets, each a CSV file with these headings. It adds columns and sheets of its own in its columns.toml, in the form of ontology/sheets.toml.";
        blocks.push(Block::Line(own.to_owned()));
    }
    let of_facts = sheets.iter().any(|sheet| sheet.rows != Rows::Study);
    if of_facts {
        blocks.push(Block::List(
            "A cell of a sheet of facts may also hold".to_owned(),
            ANY_CELL
                .iter()
                .map(|(word, means)| format!("{word}: {means}"))
                .collect(),
        ));
    }
    let mut records = empty();
    for sheet in &sheets {
        let mut table = empty_of_sheet(sheet);
        for column in columns(schema, sheet) {
            let holds = holds(column);
            let [name, means] = [column.name, column.describes];
            let [unit, example] = [column.unit, column.example];
            table.push([name, &holds, means, unit, example]);
            records.push([sheet.name, name, &holds, means, unit, example]);
        }
        blocks.extend([Block::Blank, Block::Table(table)]);
    }
    Plain {
        title: "Sheets".to_owned(),
        screen: blocks.clone(),
        page: blocks,
        records,
        json: json(schema, &sheets),
    }
}

/// The columns of a sheet in the order of its headings.
fn columns(schema: &'static Schema, sheet: &Sheet) -> Vec<&'static Column> {
    let find = |name: &str| {
        let own = schema
            .sheet(sheet.name)
            .into_iter()
            .flat_map(|sheet| &sheet.columns);
        own.chain(schema.every_fact())
            .find(|column| column.name == name)
    };
    let headings = schema.known_headings(sheet.name);
    headings.into_iter().filter_map(find).collect()
}

const HEADINGS: [(&str, Role); 5] = [
    ("column", Role::Text),
    ("holds", Role::Text),
    ("meaning", Role::Text),
    ("unit", Role::Text),
    ("example", Role::Text),
];

fn empty() -> Table {
    let mut headings = vec![("sheet", Role::Text)];
    headings.extend(HEADINGS);
    Table::new("", &headings)
}

fn empty_of_sheet(sheet: &Sheet) -> Table {
    let place = if sheet.optional {
        "; may be left out"
    } else {
        ""
    };
    Table::new(
        format!("{}.csv{place}. {}", sheet.name, sheet.describes),
        &HEADINGS,
    )
}

/// What a cell of a column may hold, in words.
#[must_use]
pub fn holds(column: &Column) -> String {
    let one = match column.kind {
        Kind::Text => "text".to_owned(),
        Kind::Code(words) => words.join(", "),
        Kind::Words(words) => format!("{}, or another word", words.join(", ")),
        Kind::Integer(least, most) => format!("whole number, {least} to {most}"),
        Kind::Decimal(least, most) => {
            format!("number, {least} to {most}, or a range such as 12-15")
        }
        Kind::YesNo => "yes, no".to_owned(),
        Kind::Date => "date, YYYY-MM-DD".to_owned(),
        Kind::Concept(scheme) => format!("{} of the vocabulary", scheme.name()),
        Kind::Agents => {
            "drugs of the vocabulary, or what was done in plain words; separated by \"; \""
                .to_owned()
        }
        Kind::Gene => "gene symbol".to_owned(),
    };
    let list = if column.list {
        "; several, separated by \"; \""
    } else {
        ""
    };
    let needed = if column.needed { "; always filled" } else { "" };
    format!("{one}{list}{needed}")
}

/// The rows of each sheet as JSON Schema (2020-12) has them: every cell is a text, as CSV has it, and what it may hold a
/// pattern, a list of words or a length.
#[must_use]
pub fn json_schema(schema: &'static Schema, only: Option<&str>) -> Value {
    let sheets = schema
        .sheets()
        .filter(|sheet| only.is_none_or(|only| sheet.name == only));
    let row = |sheet: &Sheet| {
        let all = columns(schema, sheet);
        let needed = all
            .iter()
            .filter(|column| column.needed)
            .map(|column| column.name);
        let of_facts = sheet.rows != Rows::Study;
        let cells = all.iter().map(|column| {
            let mut cell =
                json!({"type": "string", "title": column.label, "description": column.describes});
            if let Some(pattern) = pattern(column, of_facts && sheet.columns.contains(column)) {
                cell["pattern"] = pattern.into();
            }
            if !column.example.is_empty() {
                cell["examples"] = json!([column.example]);
            }
            (column.name.to_owned(), cell)
        });
        json!({
            "type": "object",
            "description": sheet.describes,
            "properties": cells.collect::<serde_json::Map<_, _>>(),
            "required": needed.collect::<Vec<_>>(),
            "additionalProperties": false,
        })
    };
    let rows = sheets.map(|sheet| {
        (
            sheet.name.to_owned(),
            json!({"type": "array", "items": row(sheet)}),
        )
    });
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Sheets of a study",
        "type": "object",
        "properties": rows.collect::<serde_json::Map<_, _>>(),
        "additionalProperties": false,
    })
}

/// What the text of a cell matches; `None` where any text may stand.
fn pattern(column: &Column, may_be_absent: bool) -> Option<String> {
    const NUMBER: &str = r"-?\d+(\.\d+)?";
    let one = match column.kind {
        Kind::Code(words) => {
            let escape = |word: &&str| {
                let plain = |c: char| c.is_ascii_alphanumeric() || " -_".contains(c);
                let escaped = word.chars().map(|c| {
                    if plain(c) {
                        c.to_string()
                    } else {
                        format!("\\{c}")
                    }
                });
                escaped.collect::<String>()
            };
            words.iter().map(escape).collect::<Vec<_>>().join("|")
        }
        Kind::Integer(..) => r"-?\d+".to_owned(),
        Kind::Decimal(..) => format!("{NUMBER}([-–]{NUMBER})?"),
        Kind::YesNo => "yes|no".to_owned(),
        Kind::Date => r"\d{4}-\d{2}-\d{2}".to_owned(),
        Kind::Text | Kind::Words(_) | Kind::Concept(_) | Kind::Agents | Kind::Gene => return None,
    };
    let many = if column.list {
        format!("({one})(; ?({one}))*")
    } else {
        one
    };
    let absent = if may_be_absent { "|NR|NA" } else { "" };
    let empty = if column.needed { "" } else { "|" };
    Some(format!("^({many}{absent}{empty})$"))
}

fn json(schema: &'static Schema, sheets: &[&Sheet]) -> Value {
    let sheets = sheets.iter().map(|sheet| {
        let columns = columns(schema, sheet).into_iter().map(|column| {
            let (kind, words, least, most) = match column.kind {
                Kind::Text => ("text", None, None, None),
                Kind::Code(words) => ("code", Some(words), None, None),
                Kind::Words(words) => ("open code", Some(words), None, None),
                Kind::Integer(least, most) => {
                    ("integer", None, Some(least as f64), Some(most as f64))
                }
                Kind::Decimal(least, most) => ("decimal", None, Some(least), Some(most)),
                Kind::YesNo => ("boolean", None, None, None),
                Kind::Date => ("date", None, None, None),
                Kind::Concept(scheme) => (scheme.name(), None, None, None),
                Kind::Agents => ("agents", None, None, None),
                Kind::Gene => ("gene", None, None, None),
            };
            json!({
                "name": column.name,
                "label": column.label,
                "type": kind,
                "list": column.list,
                "values": words,
                "min": least,
                "max": most,
                "unit": column.unit,
                "needed": column.needed,
                "own": matches!(column.property, Property::OfStudy(_)),
                "describes": column.describes,
                "example": column.example,
            })
        });
        json!({
            "name": sheet.name,
            "describes": sheet.describes,
            "optional": sheet.optional,
            "facts": sheet.rows != Rows::Study,
            "columns": columns.collect::<Vec<_>>(),
        })
    });
    json!({ "sheets": sheets.collect::<Vec<_>>() })
}
