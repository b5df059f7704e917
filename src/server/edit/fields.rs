//! The fields of a form, made of the schema: what a cell may hold is what its field offers.

use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, html};

use super::Desk;
use crate::case::{CURATION, Column, CurationState, Kind, Rows, Schema, Scheme, Sheet};
use crate::curation::{Cells, FieldProblem, rows};
use crate::ingest::Severity;
use crate::ontology::Vocabulary;
use crate::report::holds;
use crate::server::problem::Problem;

/// What the next row of a curator often has, too.
pub(super) const CARRIED: [&str; 4] = ["case", "source", "locator", "certainty"];
/// Keys that a field offers at most; beyond, they are typed.
const OFFERED: usize = 2000;
/// Text that a field of one line holds well.
const SHORT: usize = 60;

/// The vocabulary of genes.
const GENE: &str = "gene";

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

/// What a field completes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum List {
    /// The keys of a sheet.
    Keys(&'static str),
    /// The words of a vocabulary.
    Words(&'static str),
}

impl List {
    fn id(self) -> String {
        match self {
            Self::Keys(of) => format!("keys-{of}"),
            Self::Words(of) => format!("words-{of}"),
        }
    }
}

fn list_of(column: &Column, sheet: &Sheet) -> Option<List> {
    match (column.kind, column.name) {
        (Kind::Concept(scheme), _) => Some(List::Words(scheme.name())),
        (Kind::Agents, _) => Some(List::Words(Scheme::DRUG.name())),
        (Kind::Gene, _) => Some(List::Words(GENE)),
        (_, "case") => Some(List::Keys("cases")),
        (_, "source" | "publication" | "about") if sheet.name != "publications" => {
            Some(List::Keys("publications"))
        }
        _ => None,
    }
}

/// The lists that the fields of a form complete from.
pub(super) fn lists(desk: &Desk<'_>, groups: &[Group], sheet: &Sheet) -> Result<Markup, Problem> {
    let columns = groups.iter().flat_map(|group| &group.columns);
    let lists: BTreeSet<List> = columns
        .filter_map(|column| list_of(column, sheet))
        .collect();
    let ontology = desk.ontology()?;
    let mut all = Vec::new();
    for list in lists {
        all.push(match list {
            List::Keys(of) => keys(desk, of)?,
            List::Words(scheme) => {
                let vocabulary = ontology.vocabulary(scheme);
                html! {
                    datalist id=(list.id()) {
                        @for (slug, concept) in vocabulary.concepts() {
                            option value=(slug) { (hint(vocabulary, slug, concept.display())) }
                        }
                    }
                }
            }
        });
    }
    Ok(html! { @for list in &all { (list) } })
}

/// What a concept is called otherwise, and what lies above it.
fn hint(vocabulary: &Vocabulary, slug: &str, label: &str) -> String {
    let mut text = label.to_owned();
    let synonyms = vocabulary.words_for(slug);
    let synonyms: Vec<&str> = synonyms
        .filter(|word| *word != slug && !word.eq_ignore_ascii_case(label))
        .take(5)
        .collect();
    if !synonyms.is_empty() {
        text = format!("{text} (also {})", synonyms.join(", "));
    }
    let above = vocabulary.above(slug);
    let above: Vec<&str> = above
        .into_iter()
        .filter(|class| *class != slug)
        .filter_map(|class| vocabulary.concept(class))
        .map(crate::ontology::Concept::display)
        .collect();
    if !above.is_empty() {
        text = format!("{text} < {}", above.join(" < "));
    }
    text
}

/// The keys of a sheet as a list, each with what tells it from others.
pub(super) fn keys(desk: &Desk<'_>, sheet: &str) -> Result<Markup, Problem> {
    let (key, tell): (&str, &[&str]) = match sheet {
        "publications" => ("key", &["first_author", "year", "title", "doi", "pmid"]),
        _ => (
            "case",
            &["age_years", "sex", "histology", "primary_site", "source"],
        ),
    };
    let bytes = desk.bytes(sheet)?.unwrap_or_default();
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    for row in rows(sheet, &bytes).unwrap_or_default() {
        let Some(key) = row.cells.get(key) else {
            continue;
        };
        if found.len() >= OFFERED {
            break;
        }
        found.entry(key.clone()).or_insert_with(|| {
            let cells = tell.iter().filter_map(|name| row.cells.get(*name));
            cells.cloned().collect::<Vec<_>>().join(", ")
        });
    }
    Ok(html! {
        datalist id={ "keys-" (sheet) } {
            @for (key, told) in &found { option value=(key) { (told) } }
        }
    })
}
