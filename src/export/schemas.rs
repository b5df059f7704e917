//! What the sheets may hold, for validators and forms of others: JSON Schema and the data dictionary of `REDCap`.

use super::ledger::delimited;
use super::{ExportFormat, ExportStudy, Exported};
use crate::case::Kind;
use crate::import::redcap::{DictionaryField, RECORD, choice_code, dictionary};
use crate::report::json_schema;

pub(super) const JSON_SCHEMA: ExportFormat = ExportFormat {
    name: "json-schema",
    describes: "JSON Schema of the sheets",
    of_cases: false,
    write: |study| Ok(write_json_schema(study)),
};

pub(super) const REDCAP: ExportFormat = ExportFormat {
    name: "redcap",
    describes: "data dictionary of REDCap: a form a sheet of facts",
    of_cases: false,
    write: |study| Ok(write_redcap(study)),
};

fn write_json_schema(study: &ExportStudy) -> Exported {
    let mut exported = Exported::default();
    let schema = json_schema(study.session.schema, None);
    exported.add("sheets.schema.json", format!("{schema:#}\n"));
    exported.ledger.lose(
        "",
        "cases",
        "",
        "the format is of the sheets, and not of what stands in them",
    );
    exported
}

/// The columns of a data dictionary, in their order.
const HEADINGS: [&str; 18] = [
    "Variable / Field Name",
    "Form Name",
    "Section Header",
    "Field Type",
    "Field Label",
    "Choices, Calculations, OR Slider Labels",
    "Field Note",
    "Text Validation Type OR Show Slider Number",
    "Text Validation Min",
    "Text Validation Max",
    "Identifier?",
    "Branching Logic (Show field only if...)",
    "Required Field?",
    "Custom Alignment",
    "Question Number (surveys only)",
    "Matrix Group Name",
    "Matrix Ranking?",
    "Field Annotation",
];

fn write_redcap(study: &ExportStudy) -> Exported {
    let mut exported = Exported::default();
    let schema = study.session.schema;
    let mut rows = Vec::new();
    // The first field of a dictionary is the record: a case.
    rows.push(row(
        RECORD.0,
        "cases",
        "text",
        RECORD.1,
        &Field {
            needed: true,
            ..Field::default()
        },
    ));
    for field in dictionary(schema) {
        rows.push(of_field(study, &field));
        if matches!(field.column.kind, Kind::Words(_)) {
            let field = format!("{}.{}", field.sheet.name, field.column.name);
            let why = "other words than those of the list may stand in the sheet: the field is text, and the list its note";
            exported.ledger.lose("", &field, "", why);
        }
    }
    exported.ledger.lose(
        "",
        "NR and NA",
        "",
        "a field is filled or empty: that a source does not report a value has no place",
    );
    exported.ledger.lose(
        "",
        "lists",
        "",
        "a field of text holds a list as the sheet does, separated by \"; \"",
    );
    exported.add("data_dictionary.csv", delimited(&HEADINGS, rows));
    exported
}

#[derive(Default)]
struct Field {
    choices: String,
    note: String,
    validation: &'static str,
    least: String,
    most: String,
    needed: bool,
}

fn row(name: &str, form: &str, kind: &str, label: &str, field: &Field) -> [String; 18] {
    let mut row: [String; 18] = Default::default();
    let needed = if field.needed { "y" } else { "" };
    for (at, text) in [
        (0, name),
        (1, form),
        (3, kind),
        (4, label),
        (5, &field.choices),
        (6, &field.note),
        (7, field.validation),
        (8, &field.least),
        (9, &field.most),
        (12, needed),
    ] {
        text.clone_into(&mut row[at]);
    }
    row
}

fn of_field(study: &ExportStudy, of: &DictionaryField) -> [String; 18] {
    let column = of.column;
    let mut field = Field {
        note: column.describes.to_owned(),
        needed: column.needed,
        ..Field::default()
    };
    let kind = match column.kind {
        Kind::Code(words) if !column.list => {
            field.choices = choices(words.iter().map(|word| (*word, *word)));
            "dropdown"
        }
        Kind::Words(words) => {
            field.note = format!("{} Such as {}.", field.note, words.join(", "));
            "text"
        }
        Kind::Integer(least, most) if !column.list => {
            field.validation = "integer";
            (field.least, field.most) = (least.to_string(), most.to_string());
            "text"
        }
        Kind::Decimal(least, most) if !column.list => {
            field.validation = "number";
            (field.least, field.most) = (least.to_string(), most.to_string());
            "text"
        }
        Kind::YesNo => "yesno",
        Kind::Date => {
            field.validation = "date_ymd";
            "text"
        }
        Kind::Concept(scheme) => {
            let of_scheme = format!("{}:", scheme.name());
            let terms = study.terms.iter();
            let terms = terms.filter_map(|(name, term)| {
                Some((name.strip_prefix(&of_scheme)?, term.label.as_str()))
            });
            field.choices = choices(terms);
            if column.list { "checkbox" } else { "dropdown" }
        }
        _ => "text",
    };
    row(&of.name, of.sheet.name, kind, column.label, &field)
}

/// Choices as `REDCap` writes them: `code, label | code, label`.
fn choices<'a>(words: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let choice =
        |(word, label): (&str, &str)| format!("{}, {}", choice_code(word), label.replace('|', "/"));
    words.map(choice).collect::<Vec<_>>().join(" | ")
}
