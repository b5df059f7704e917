//! A mapping that the headings and words of a table suggest, for a person to correct.

use std::collections::{BTreeMap, BTreeSet};

use super::super::schema::{Takes, added, columns_of, normal};
use super::super::tab::Tab;
use super::super::tabs::Reading;
use super::cells::{Words, parts};
use super::headings;
use super::mapping::{Mapping, OPEN, To, Unit, to};
use crate::case::{PublicationKind, ReadingDepth, Schema};
use crate::ontology::Ontology;

/// Words for no value, as tables have them.
const MISSING: [&str; 14] = [
    "-",
    "--",
    "–",
    "—",
    "?",
    ".",
    "na",
    "n/a",
    "nr",
    "not reported",
    "not available",
    "unknown",
    "not stated",
    "none reported",
];

/// Abbreviations that tables have, by the column that they stand in.
const SHORT: &[(&str, &[(&str, &str)])] = &[
    (
        "cases.sex",
        &[
            ("f", "female"),
            ("m", "male"),
            ("w", "female"),
            ("woman", "female"),
            ("man", "male"),
            ("girl", "female"),
            ("boy", "male"),
        ],
    ),
    (
        "yes or no",
        &[
            ("y", "yes"),
            ("n", "no"),
            ("true", "yes"),
            ("false", "no"),
            ("+", "yes"),
        ],
    ),
];

/// Columns that values may tell where headings do not, with the vocabulary.
const BY_WORDS: [(&str, &str); 7] = [
    ("histology", "cases.histology"),
    ("site", "cases.primary_site"),
    ("gene", "fusions.five_prime"),
    ("drug", "treatments.agent"),
    ("response", "treatments.best_response"),
    ("status", "follow_up.status"),
    ("event", "adverse_events.term"),
];

/// The most words that are left open a column: where more are not known, it is none of this vocabulary.
const MOST_OPEN: usize = 200;

/// The text of a mapping of a table to the sheets of a study.
#[must_use]
pub fn propose(tab: &Tab, ontology: &Ontology, file: &str, schema: &'static Schema) -> String {
    let empty = Mapping {
        tab: tab.name.clone(),
        cohort: String::new(),
        certainty: String::new(),
        empty: MISSING.map(str::to_owned).to_vec(),
        not_reported: Vec::new(),
        not_applicable: Vec::new(),
        always: BTreeMap::new(),
        columns: Vec::new(),
    };
    let words = Words {
        mapping: &empty,
        ontology,
        reading: Reading {
            schema,
            ..Reading::default()
        },
    };
    let columns = proposed(tab, words);
    let found = missing_words(tab);
    let mut text = format!(
        "# How `casegraph import {file}` reads the table. Correct it, and import the file again.
# \"?\" leaves something open: nothing is written until it is decided.

tab = {tab}
cohort = \"main\"
# How certain what the table says is: stated, derived or weak.
certainty = \"stated\"

# Words for no value. Move a word if it says more than that: to not_reported if the source was read whole and does not
# report it (NR), to not_applicable if the question does not apply (NA).
empty = {found}
not_reported = []
not_applicable = []

# What holds for every row, by sheet and column.
[always]
",
        tab = quoted(&tab.name),
        found = list(&found),
    );
    let has = |to: &str| columns.iter().any(|column| column.to == to);
    if !has("publications.kind") {
        text.push_str(&format!(
            "# {}.\n\"publications.kind\" = \"case-report\"\n",
            PublicationKind::WORDS.join(", ")
        ));
    }
    text.push_str(&format!(
        "# How much of the sources was read: {}.\n# Of a table that others made of papers, secondary: what others say of them.\n\"publications.read\" = \"{OPEN}\"\n",
        ReadingDepth::WORDS.join(", ")
    ));
    if has("treatments.agent") {
        text.push_str("\"treatments.kind\" = \"drug\"\n");
    }
    if has("fusions.five_prime") && !has("fusions.three_prime") {
        text.push_str("# The 3' gene, where the table has the partner alone.\n");
        text.push_str(&format!("\"fusions.three_prime\" = \"{OPEN}\"\n"));
    }
    text.push_str("\n# What each column becomes: sheet and column, or case, source (a citation) or fusion (both genes); \"\" stays out.\n");
    for column in &columns {
        text.push_str(&column.text(words));
    }
    text
}

/// A column, as it is proposed.
struct Proposed {
    heading: String,
    to: String,
    item: Option<u32>,
    unit: Option<Unit>,
    /// What words stand for; those that are not known are open.
    values: BTreeMap<String, String>,
}

fn proposed(tab: &Tab, words: Words<'_>) -> Vec<Proposed> {
    let Some((headings, _)) = tab.parts() else {
        return Vec::new();
    };
    let mut taken: BTreeSet<(String, Option<u32>)> = BTreeSet::new();
    let schema = words.reading.schema;
    let added = added(schema);
    // A heading that is called as a column of the study's own is that column.
    let own = |heading: &str| {
        let heading = normal(heading);
        let is_it = |names: &[&str]| names.iter().any(|name| normal(name) == heading);
        let found = added.iter().find(|(_, names)| is_it(names));
        found.map(|(place, _)| place.as_str())
    };
    let said: Vec<headings::Meaning> = (0..headings.cells.len())
        .map(|column| headings::read(headings.text(column)))
        .collect();
    // A heading goes before what values suggest.
    let known: BTreeSet<&str> = said.iter().filter_map(|said| said.to).collect();
    let mut all = Vec::new();
    for (column, said) in said.iter().enumerate() {
        let heading = headings.text(column);
        if heading.is_empty() {
            continue;
        }
        let values = values(tab, column);
        let by_words = || by_words(&values, words).filter(|to| !known.contains(to));
        let place = own(heading).or(said.to).or_else(by_words);
        let place = place.unwrap_or_default();
        let place = if taken.insert((place.to_owned(), said.item)) {
            place
        } else {
            ""
        };
        let mut one = Proposed {
            heading: heading.to_owned(),
            to: place.to_owned(),
            item: said.item.filter(|_| !place.is_empty()),
            unit: None,
            values: BTreeMap::new(),
        };
        if let Ok(To::Column(sheet, name)) = to(place, schema)
            && let Some(of) = columns_of(schema, sheet)
                .into_iter()
                .find(|known| known.name == name)
        {
            one.unit = said
                .unit
                .filter(|unit| Unit::of_column(&name).is_some_and(|own| own != *unit));
            one.values = open_words(&values, place, &of.takes, words);
        }
        all.push(one);
    }
    all
}

/// What words of a column stand for, where that is not the words themselves.
fn open_words(
    values: &BTreeSet<&str>,
    place: &str,
    takes: &Takes,
    words: Words<'_>,
) -> BTreeMap<String, String> {
    let about = if *takes == Takes::YesNo {
        "yes or no"
    } else {
        place
    };
    let short = SHORT
        .iter()
        .find(|(column, _)| *column == about)
        .map_or(&[][..], |(_, short)| *short);
    let is_closed = match takes {
        Takes::Codes { closed, .. } => *closed,
        Takes::Words { .. } | Takes::Agents | Takes::YesNo => true,
        _ => false,
    };
    let mut open = BTreeMap::new();
    for value in values {
        let lower = value.to_lowercase();
        if let Some((_, word)) = short.iter().find(|(short, _)| *short == lower) {
            open.insert((*value).to_owned(), (*word).to_owned());
        } else if is_closed
            && words.missing(value).is_none()
            && !is_known(value, place, takes, words)
        {
            open.insert((*value).to_owned(), OPEN.to_owned());
        }
    }
    if open.len() > MOST_OPEN {
        open.clear();
    }
    open
}

fn is_known(value: &str, place: &str, takes: &Takes, words: Words<'_>) -> bool {
    let listed = place == "adverse_events.term";
    words.known(value, takes).is_some()
        || (listed && parts(value, |part| words.known(part, takes)).is_some())
}

/// The column whose vocabulary has most of the values, if one has at least three quarters of two or more.
fn by_words(values: &BTreeSet<&str>, words: Words<'_>) -> Option<&'static str> {
    let filled: Vec<&&str> = values
        .iter()
        .filter(|value| words.missing(value).is_none())
        .collect();
    let known = |scheme: &str| {
        let vocabulary = words.ontology.vocabulary(scheme);
        filled
            .iter()
            .filter(|value| vocabulary.slug(value).is_some())
            .count()
    };
    let counted = BY_WORDS
        .iter()
        .map(|(scheme, place)| (known(scheme), *place));
    let (most, place) = counted.max_by_key(|(count, _)| *count)?;
    (filled.len() > 1 && most * 4 >= filled.len() * 3).then_some(place)
}

/// The different values of a column.
fn values(tab: &Tab, column: usize) -> BTreeSet<&str> {
    let rows = tab.parts().map_or(&[][..], |(_, rows)| rows);
    rows.iter()
        .map(|row| row.text(column))
        .filter(|text| !text.is_empty())
        .collect()
}

/// The words for no value that the table has, as it writes them.
fn missing_words(tab: &Tab) -> Vec<String> {
    let rows = tab.parts().map_or(&[][..], |(_, rows)| rows);
    let cells = rows
        .iter()
        .flat_map(|row| (0..row.cells.len()).map(|column| row.text(column)));
    let found: BTreeSet<&str> = cells
        .filter(|text| MISSING.contains(&text.to_lowercase().as_str()))
        .collect();
    found.into_iter().map(str::to_owned).collect()
}

impl Proposed {
    fn text(&self, words: Words<'_>) -> String {
        let mut text = format!(
            "\n[[columns]]\nheading = {}\nto = {}\n",
            quoted(&self.heading),
            quoted(&self.to)
        );
        if let Some(item) = self.item {
            text.push_str(&format!("item = {item}\n"));
        }
        if let Some(unit) = self.unit {
            text.push_str(&format!("unit = {}\n", quoted(unit.name())));
        }
        if self.values.is_empty() {
            return text;
        }
        text.push_str("[columns.values]\n");
        for (word, stands_for) in &self.values {
            let near = if stands_for == OPEN {
                self.nearest(word, words)
            } else {
                Vec::new()
            };
            let near = if near.is_empty() {
                String::new()
            } else {
                format!(" # nearest: {}", near.join(", "))
            };
            text.push_str(&format!(
                "{} = {}{near}\n",
                quoted(word),
                quoted(stands_for)
            ));
        }
        text
    }

    fn nearest(&self, word: &str, words: Words<'_>) -> Vec<String> {
        let schema = words.reading.schema;
        let Ok(To::Column(sheet, name)) = to(&self.to, schema) else {
            return Vec::new();
        };
        let of = columns_of(schema, sheet)
            .into_iter()
            .find(|known| known.name == name);
        let owned = |near: Vec<&str>| {
            near.into_iter()
                .map(|word| word.replace(char::is_control, " "))
                .collect()
        };
        match of.map(|of| of.takes) {
            Some(Takes::Words { scheme, .. }) => {
                owned(words.ontology.vocabulary(scheme).nearest(word))
            }
            Some(Takes::Agents) => owned(words.ontology.vocabulary("drug").nearest(word)),
            Some(Takes::Codes { words, .. }) => owned(crate::ontology::nearest(
                &word.to_lowercase(),
                words.iter().map(String::as_str),
            )),
            _ => Vec::new(),
        }
    }
}

/// A text as TOML.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn list(words: &[String]) -> String {
    let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    format!("[{}]", words.join(", "))
}
