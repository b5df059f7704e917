//! What the columns of an export of `REDCap` are, by names of variables or by labels of fields.

use super::super::super::tab::Row;
use super::dictionary::{DictionaryField, RECORD};

/// What a column is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// The record.
    Record,
    /// Which form a row repeats.
    Instrument,
    /// Which time it repeats it.
    Instance,
    /// A field by its position, and the choice of several that the column is for.
    Field(usize, Option<String>),
    /// What `REDCap` adds: whether a form is complete, the event, the group.
    OfRedcap,
    /// A label that several fields have.
    Ambiguous,
    /// None of these.
    Unknown,
}

/// The columns that `REDCap` adds, as names and as labels.
const INSTRUMENT: [&str; 2] = ["redcap_repeat_instrument", "Repeat Instrument"];
const INSTANCE: [&str; 2] = ["redcap_repeat_instance", "Repeat Instance"];
const ADDED: [&str; 9] = [
    "redcap_event_name",
    "Event Name",
    "redcap_data_access_group",
    "Data Access Group",
    "redcap_survey_identifier",
    "Survey Identifier",
    "Survey Timestamp",
    "Complete?",
    "",
];

/// Whether headings are those of records.
pub(super) fn are_records(headings: &Row, fields: &[DictionaryField]) -> bool {
    let named = |text: &str| {
        let name = text.split("___").next().unwrap_or_default();
        INSTRUMENT.contains(&text) || fields.iter().any(|field| field.name == name)
    };
    let mut others = (1..headings.cells.len()).map(|column| headings.text(column));
    match headings.text(0) {
        text if text == RECORD.1 => true,
        text if text == RECORD.0 => others.any(named),
        _ => false,
    }
}

/// What each column is, from left to right.
pub(super) fn places(headings: &Row, fields: &[DictionaryField]) -> Vec<(usize, Place)> {
    let texts: Vec<&str> = (0..headings.cells.len())
        .map(|column| headings.text(column))
        .collect();
    let place = |column: usize| {
        let text = texts[column];
        if column == 0 {
            let is_record = [RECORD.0, RECORD.1].contains(&text);
            return if is_record {
                Place::Record
            } else {
                Place::Unknown
            };
        }
        match text {
            _ if INSTRUMENT.contains(&text) => return Place::Instrument,
            _ if INSTANCE.contains(&text) => return Place::Instance,
            _ if ADDED.contains(&text) || is_of_form(text, fields) => return Place::OfRedcap,
            _ => {}
        }
        let (name, choice) = match text.split_once("___") {
            Some((name, choice)) => (name, Some(choice.to_owned())),
            None => (text, None),
        };
        if let Some(at) = fields.iter().position(|field| field.name == name) {
            return Place::Field(at, choice);
        }
        by_label(column, &texts, fields)
    };
    (0..texts.len())
        .map(|column| (column, place(column)))
        .collect()
}

/// Whether a column says of a form how far it is filled, or when.
fn is_of_form(text: &str, fields: &[DictionaryField]) -> bool {
    let form = text
        .strip_suffix("_complete")
        .or_else(|| text.strip_suffix("_timestamp"));
    form.is_some_and(|form| fields.iter().any(|field| field.sheet.name == form))
}

/// A label, and the choice of several that follows it: `Metastatic sites (choice=lung)`.
fn label(text: &str) -> (&str, Option<&str>) {
    let choice = text.strip_suffix(')').and_then(|text| {
        let (label, choice) = text.split_once(" (choice=")?;
        Some((label, Some(choice)))
    });
    choice.unwrap_or((text, None))
}

/// The field of a label. One that several forms have is that of the form in whose place it stands, if all of them are there.
fn by_label(column: usize, texts: &[&str], fields: &[DictionaryField]) -> Place {
    let (name, choice) = label(texts[column]);
    let having: Vec<usize> = (0..fields.len())
        .filter(|at| fields[*at].column.label == name)
        .collect();
    // The choices of one field stand side by side, and are one.
    let begins = |at: usize| {
        let (this, choice) = label(texts[at]);
        let of_before = at > 0 && choice.is_some() && label(texts[at - 1]).0 == this;
        this == name && !of_before
    };
    let there = (0..texts.len()).filter(|at| begins(*at)).count();
    let before = (0..=column).filter(|at| begins(*at)).count();
    let field = match having.len() {
        0 => return Place::Unknown,
        1 => having.first(),
        many if many == there => before.checked_sub(1).and_then(|at| having.get(at)),
        _ => None,
    };
    field.map_or(Place::Ambiguous, |field| {
        Place::Field(*field, choice.map(str::to_owned))
    })
}
