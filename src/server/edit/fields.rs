//! The fields of a form, made of the schema: what a cell may hold is what its field offers.

use maud::{Markup, html};

use super::lists::{List, list_of};
use crate::case::{CURATION, Column, CurationState, Kind, Rows, Schema, Sheet};
use crate::curation::{Cells, FieldProblem};
use crate::ingest::Severity;
use crate::report::holds;

/// What the next row of a curator often has, too.
pub(super) const CARRIED: [&str; 4] = ["case", "source", "locator", "certainty"];
/// Text that a field of one line holds well.
const SHORT: usize = 60;

/// A group of fields under one heading.
pub(super) struct Group {
    pub title: &'static str,
    pub columns: Vec<&'static Column>,
}

/// The columns of a sheet that a curator fills, in groups. Who and when is filled by itself.
pub(super) fn groups(schema: &'static Schema, sheet: &'static Sheet) -> Vec<Group> {
    if sheet.rows == Rows::Study {
        let columns = sheet.columns.iter().collect();
        return vec![Group {
            title: "What it says",
            columns,
        }];
    }
    let every = |names: &[&str]| -> Vec<&'static Column> {
        let all = schema.every_fact().iter();
        let headings = schema.known_headings(sheet.name);
        all.filter(|column| names.contains(&column.name) && headings.contains(&column.name))
            .collect()
    };
    vec![
        Group {
            title: "What the row is of",
            columns: every(&["case", "item", "source", "locator", "certainty"]),
        },
        Group {
            title: "What the source says",
            columns: sheet.columns.iter().collect(),
        },
        Group {
            title: "Words and remarks",
            columns: every(&["verbatim", "note"]),
        },
        Group {
            title: "How far it is",
            columns: every(&CURATION[2..]),
        },
    ]
}

/// A field with its value and what is wrong with it.
pub(super) fn field(
    (sheet, column): (&Sheet, &'static Column),
    cells: &Cells,
    problems: &[&FieldProblem],
) -> Markup {
    let value = cells.get(column.name).map_or("", String::as_str);
    let id = format!("c-{}", column.name);
    let problems: Vec<_> = problems
        .iter()
        .filter(|found| found.column == column.name)
        .collect();
    let wrong = problems
        .iter()
        .any(|found| found.problem.severity == Severity::Error);
    let help = format!("{id}-help");
    html! {
        div.field.wrong[wrong] {
            label for=(id) { (column.label) @if column.needed { " *" } }
            (input((sheet, column), value, (&id, &help, wrong)))
            small id=(help) {
                (column.describes)
                @if !column.unit.is_empty() { " In " (column.unit) "." }
                @if column.list { " Several values are separated by “; ”." }
                @if !column.example.is_empty() { " Such as: " (column.example) "." }
            }
            @for found in &problems {
                p.callout.warn[found.problem.severity == Severity::Error] {
                    @if let Some(value) = &found.problem.value { "“" bdi { (value) } "” " }
                    (found.problem.rule)
                    @if !found.problem.nearest.is_empty() { "; nearest known: " (found.problem.nearest.join(", ")) }
                }
            }
        }
    }
}

/// What a field is called in the form.
fn called(column: &Column) -> String {
    format!("c.{}", column.name)
}

fn input(
    (sheet, column): (&Sheet, &Column),
    value: &str,
    (id, help, wrong): (&str, &str, bool),
) -> Markup {
    let name = called(column);
    let of_facts = sheet.rows != Rows::Study && sheet.columns.iter().any(|own| own == column);
    if let Some(words) = words(column).filter(|_| !column.list) {
        return html! {
            select id=(id) name=(name) aria-describedby=(help) aria-invalid=[wrong.then_some("true")] {
                option value="" selected[value.is_empty()] { @if of_facts { "(empty: not known here)" } @else { "(empty)" } }
                @for word in &words { option value=(word) selected[value == *word] { (word) } }
                @if of_facts { (missing(value)) }
                @if !value.is_empty() && !words.contains(&value) && !ABSENT.iter().any(|(word, _)| *word == value) {
                    option value=(value) selected { (value) }
                }
            }
        };
    }
    let absent = ABSENT.iter().any(|(word, _)| *word == value);
    let shown = if absent { "" } else { value };
    let list = list_of(column, sheet);
    let long =
        matches!(column.kind, Kind::Text) && list.is_none() && !CARRIED.contains(&column.name);
    let number = matches!(column.kind, Kind::Integer(..) | Kind::Decimal(..));
    html! {
        @if long && (shown.len() > SHORT || ["verbatim", "note", "reason", "title"].contains(&column.name)) {
            textarea id=(id) name=(name) rows="2" dir="auto" aria-describedby=(help) aria-invalid=[wrong.then_some("true")] { (shown) }
        } @else {
            input id=(id) name=(name) value=(shown) dir="auto" autocomplete="off" list=[list.map(List::id)] data-list[column.list]
                inputmode=[number.then_some("decimal")] placeholder=(holds(column))
                aria-describedby=(help) aria-invalid=[wrong.then_some("true")];
        }
        @if of_facts {
            select.absent name={ "m." (column.name) } aria-label={ "Why " (column.label) " has no value" } {
                option value="" selected[!absent] { "as typed; empty: not known here" }
                (missing(value))
            }
        }
    }
}

/// The two words that stand for no value.
const ABSENT: [(&str, &str); 2] = [
    ("NR", "NR: read whole, and not reported"),
    ("NA", "NA: the question does not arise"),
];

fn missing(value: &str) -> Markup {
    html! { @for (word, means) in ABSENT { option value=(word) selected[value == word] { (means) } } }
}

/// The words of a closed list.
fn words(column: &Column) -> Option<Vec<&'static str>> {
    match column.kind {
        Kind::Code(words) => Some(words.to_vec()),
        Kind::YesNo => Some(vec!["yes", "no"]),
        _ if column.name == CURATION[2] => Some(CurationState::WORDS.to_vec()),
        _ => None,
    }
}
