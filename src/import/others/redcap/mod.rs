//! Records of `REDCap`, exported as CSV, raw or with labels, of a project that was made of our data dictionary: a form is
//! a sheet of facts, and its fields are the columns.

mod dictionary;
mod headings;

use std::collections::{BTreeMap, BTreeSet};

use super::super::messages::Messages;
use super::super::schema::columns_of;
use super::super::sheet::{Line, Sheet};
use super::super::tab::{At, Row, Tab};
use super::super::tabs::{Imported, Taken};
use crate::case::{Column, Kind, Schema};
use crate::ontology::Ontology;

pub use dictionary::{DictionaryField, RECORD, choice_code, dictionary};
use headings::{Place, are_records, places};

/// How raw and labelled exports say that a choice of several is not taken.
const UNCHECKED: [&str; 2] = ["0", "Unchecked"];
const CHECKED: [&str; 2] = ["1", "Checked"];
/// What a cell may hold in place of a value of its kind.
const FOR_NO_VALUE: [&str; 2] = ["NR", "NA"];

/// Whether a table holds records: the first heading is that of a record by its label, or by its name beside names of
/// fields.
pub(super) fn is_export(tab: &Tab, schema: &'static Schema) -> bool {
    tab.parts()
        .is_some_and(|(headings, _)| are_records(headings, &dictionary(schema)))
}

/// What is being made of the records.
struct Records<'a> {
    fields: Vec<DictionaryField>,
    places: Vec<(usize, Place)>,
    ontology: &'a Ontology,
    cohort: &'a str,
    rows: BTreeMap<&'static str, Vec<Line>>,
    headings: BTreeMap<&'static str, Vec<String>>,
    cases: BTreeSet<String>,
    cohorts: Vec<[String; 3]>,
    items: BTreeMap<(&'static str, String), usize>,
}

/// Cells of a row of a sheet by column, each with where it stands.
type Cells = BTreeMap<&'static str, (String, Option<At>)>;

pub(super) fn read(
    tab: &Tab,
    from: &str,
    cohort: &str,
    (schema, ontology): (&'static Schema, &Ontology),
) -> Imported {
    let mut imported = Imported::default();
    let Some((headings, rows)) = tab.parts() else {
        return imported;
    };
    let fields = dictionary(schema);
    let places = places(headings, &fields);
    let mut messages = Messages::new(from.to_owned());
    say_of_headings(tab, (&places, &fields), &mut messages, &mut imported);
    let of_sheet = |sheet: &'static str| {
        let names = columns_of(schema, sheet).into_iter();
        (sheet, names.map(|column| column.name).collect())
    };
    let mut records = Records {
        headings: fields
            .iter()
            .map(|field| of_sheet(field.sheet.name))
            .collect(),
        fields,
        places,
        ontology,
        cohort,
        rows: BTreeMap::new(),
        cases: BTreeSet::new(),
        cohorts: Vec::new(),
        items: BTreeMap::new(),
    };
    for row in rows {
        records.take(row, &mut messages);
    }
    imported.sheets = records.finish(from);
    imported.problems = messages.problems;
    imported
}

/// Says what each column that is filled becomes, and which cannot be told from another. Of the choices of a field the
/// first stands for all.
fn say_of_headings(
    tab: &Tab,
    (places, fields): (&[(usize, Place)], &[DictionaryField]),
    messages: &mut Messages,
    imported: &mut Imported,
) {
    let Some((headings, rows)) = tab.parts() else {
        return;
    };
    for (column, place) in places {
        let heading = headings.text(*column);
        let at = At {
            row: headings.number,
            column: *column,
        };
        let says = |text: &str| !text.is_empty() && text != UNCHECKED[0] && text != UNCHECKED[1];
        let filled = rows.iter().filter(|row| match place {
            Place::Field(_, Some(_)) => says(row.text(*column)),
            _ => !row.text(*column).is_empty(),
        });
        let filled = filled.count();
        match place {
            Place::Ambiguous => messages.error(
                at,
                heading,
                "is the label of several fields: export with the names of the variables as headings",
                Vec::new(),
            ),
            Place::Unknown if filled > 0 => {
                let rule = format!("is no field of our data dictionary: its {filled} cells stay out");
                messages.warn(Some(at), heading, rule);
            }
            _ => {}
        }
        let becomes = match place {
            Place::Field(field, _) => {
                let field = &fields[*field];
                Some(format!("{}.{}", field.sheet.name, field.column.name))
            }
            Place::Record => Some("case".to_owned()),
            _ => None,
        };
        let again = matches!(place, Place::Field(_, Some(_)))
            && imported
                .columns
                .iter()
                .any(|column| column.becomes == becomes);
        let of_redcap = matches!(place, Place::OfRedcap | Place::Instrument | Place::Instance);
        if filled > 0 && !of_redcap && !again {
            imported.columns.push(Taken {
                tab: tab.name.clone(),
                cell: at.address(),
                heading: heading.to_owned(),
                becomes,
                filled,
            });
        }
    }
}

impl Records<'_> {
    /// The rows of sheets that a row of the export is: that of its repeated form, or one a form that is filled.
    fn take(&mut self, row: &Row, messages: &mut Messages) {
        let at = |column| At {
            row: row.number,
            column,
        };
        let of = |wanted: &Place| {
            let mut found = self.places.iter().filter(|(_, place)| place == wanted);
            let (column, _) = found.next()?;
            Some((row.text(*column), at(*column))).filter(|(text, _)| !text.is_empty())
        };
        let instance = of(&Place::Instance);
        let Some((case, place_of_case)) = of(&Place::Record) else {
            messages.error(
                at(0),
                "",
                "is a row without a record: a record is a case",
                Vec::new(),
            );
            return;
        };
        let case = case.to_owned();
        let mut forms: BTreeMap<&'static str, Cells> = BTreeMap::new();
        for (column, place) in &self.places {
            let Place::Field(field, choice) = place else {
                continue;
            };
            let field = &self.fields[*field];
            let text = row.text(*column);
            let value = match choice {
                None => one_of(text, field.column, self.ontology),
                Some(_) if text.is_empty() || UNCHECKED.contains(&text) => continue,
                Some(choice) if CHECKED.contains(&text) => {
                    one_of(choice, field.column, self.ontology)
                }
                Some(_) => text.to_owned(),
            };
            if value.is_empty() {
                continue;
            }
            let cells = forms.entry(field.sheet.name).or_default();
            let cell = cells.entry(field.column.name);
            let cell = cell.or_insert((String::new(), Some(at(*column))));
            if !cell.0.is_empty() {
                cell.0.push_str("; ");
            }
            cell.0.push_str(&value);
        }
        for (sheet, mut cells) in forms {
            cells.insert("case", (case.clone(), Some(place_of_case)));
            if self.headings[sheet].iter().any(|name| name == "item") {
                let last = self.items.entry((sheet, case.clone())).or_default();
                let given = instance.map(|(text, at)| (text.to_owned(), Some(at)));
                let next = given.unwrap_or_else(|| ((*last + 1).to_string(), None));
                let item = cells.entry("item").or_insert(next);
                *last = item.0.parse().unwrap_or(*last).max(*last);
            }
            if self.cases.insert(case.clone()) {
                let source = cells.get("source").map(|(text, _)| text.clone());
                let row = [
                    self.cohort.to_owned(),
                    case.clone(),
                    source.unwrap_or_default(),
                ];
                self.cohorts.push(row);
            }
            let line = line(&self.headings[sheet], cells);
            self.rows.entry(sheet).or_default().push(line);
        }
    }

    fn finish(self, from: &str) -> Vec<Sheet> {
        let names = columns_of(Schema::shipped(), "cohorts").into_iter();
        let headings: Vec<String> = names.map(|column| column.name).collect();
        let cohorts = self.cohorts.into_iter().map(|[cohort, case, publication]| {
            let cells = [
                ("cohort", cohort),
                ("case", case),
                ("publication", publication),
                ("basis", "stated".to_owned()),
            ];
            let cells = cells.into_iter().map(|(name, text)| (name, (text, None)));
            line(&headings, cells.collect())
        });
        let mut sheets = vec![Sheet {
            name: "cohorts".to_owned(),
            rows: cohorts.collect(),
            headings: headings.clone(),
            from: from.to_owned(),
        }];
        let mut made = self.rows;
        for field in self.fields {
            // Rows of a sheet are taken at its first field: the sheets stand as in the dictionary.
            let name = field.sheet.name;
            if let Some(rows) = made.remove(name) {
                sheets.push(Sheet {
                    name: name.to_owned(),
                    headings: self.headings[name].clone(),
                    rows,
                    from: from.to_owned(),
                });
            }
        }
        sheets
    }
}

fn line(headings: &[String], mut cells: Cells) -> Line {
    let cells = headings
        .iter()
        .map(|heading| cells.remove(heading.as_str()).unwrap_or_default());
    let (cells, from) = cells.unzip();
    Line { cells, from }
}

/// The word of the sheet that a code or a label stands for; what is neither stays as it is, for the check to tell.
fn one_of(text: &str, column: &Column, ontology: &Ontology) -> String {
    if FOR_NO_VALUE.contains(&text) {
        return text.to_owned();
    }
    let is_it = |word: &str| choice_code(word).eq_ignore_ascii_case(text);
    let known = match column.kind {
        Kind::YesNo => match text {
            "1" | "Yes" => Some("yes"),
            "0" | "No" => Some("no"),
            _ => None,
        },
        Kind::Code(words) if !column.list => words.iter().copied().find(|word| is_it(word)),
        Kind::Concept(scheme) => {
            let words = ontology.vocabulary(scheme.name());
            let of_code = words.concepts().map(|(slug, _)| slug);
            let mut of_code = of_code.filter(|slug| is_it(slug));
            of_code
                .next()
                .or_else(|| words.slug(&text.replace('/', "|")))
                .or_else(|| words.slug(text))
        }
        _ => None,
    };
    known.unwrap_or(text).to_owned()
}
