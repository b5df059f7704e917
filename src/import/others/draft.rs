//! Sheets that are being made: rows by column, and words that no vocabulary has.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::super::messages::Messages;
use super::super::schema::{FILLED, SHEETS, columns, is_numbered};
use super::super::sheet::{Line, Sheet};
use super::super::tab::At;
use super::super::tabs::Imported;
use crate::case::Schema;
use crate::graph::identifiers::Authority;
use crate::graph::namespaces::slug;
use crate::ontology::Ontology;

/// The cohort of cases that do not count.
const EXCLUDED: &str = "excluded";
/// Days of a year, and of a twelfth of it.
pub(super) const YEAR: f64 = 365.25;
pub(super) const MONTH: f64 = YEAR / 12.0;
/// How many places a message names.
const NAMED: usize = 3;

/// Where a row comes from.
#[derive(Debug, Clone)]
pub(super) struct Source {
    /// Key of the publication.
    pub publication: String,
    /// Where in it.
    pub locator: String,
}

/// The cells of a row by column, and what stays in the words of the file.
#[derive(Debug, Clone, Default)]
pub(super) struct Cells {
    values: BTreeMap<&'static str, String>,
    /// Where in a table values stand.
    places: BTreeMap<&'static str, At>,
    verbatim: Vec<String>,
}

impl Cells {
    /// A value, if there is one.
    pub(super) fn set(&mut self, column: &'static str, value: impl Into<String>) {
        let value = value.into();
        if !value.trim().is_empty() {
            self.values.insert(column, value.trim().to_owned());
        }
    }

    /// Says where in a table the value of a column stands, for messages.
    pub(super) fn stands(&mut self, column: &'static str, at: At) {
        self.places.insert(column, at);
    }

    /// What the file says of a column, where the cell says it otherwise or stays empty.
    pub(super) fn in_words(&mut self, column: &str, words: &str) {
        if !words.trim().is_empty() {
            self.verbatim.push(format!("{column}: {}", words.trim()));
        }
    }

    /// Whether nothing is said.
    pub(super) fn is_empty(&self) -> bool {
        self.values.is_empty() && self.verbatim.is_empty()
    }

    pub(super) fn has(&self, column: &str) -> bool {
        self.values.contains_key(column)
    }
}

/// A row that is made: its texts by column, and where in a table some of them stand.
#[derive(Debug, Default)]
struct Made {
    texts: BTreeMap<&'static str, String>,
    places: BTreeMap<&'static str, At>,
}

/// Sheets that are being made.
pub(super) struct Draft<'a> {
    ontology: &'a Ontology,
    name: String,
    cohort: String,
    rows: BTreeMap<&'static str, Vec<Made>>,
    items: BTreeMap<(&'static str, String), u32>,
    publications: BTreeSet<String>,
    /// Cases by key, each with the name that the files have for it.
    cases: BTreeMap<String, String>,
    /// Concepts by the IRIs of others.
    known: HashMap<&'a str, (&'a str, &'a str)>,
    /// Words that no vocabulary has, with the places where they stand.
    unknown: BTreeMap<(String, String), BTreeSet<String>>,
    messages: Messages,
}

impl<'a> Draft<'a> {
    pub(super) fn new(ontology: &'a Ontology, name: &str, cohort: &str) -> Self {
        Self {
            ontology,
            name: name.to_owned(),
            cohort: cohort.to_owned(),
            rows: BTreeMap::new(),
            items: BTreeMap::new(),
            publications: BTreeSet::new(),
            cases: BTreeMap::new(),
            known: ontology.exact_matches().collect(),
            unknown: BTreeMap::new(),
            messages: Messages::new(name.to_owned()),
        }
    }

    /// A key made of the name of all files.
    pub(super) fn own_key(&self) -> String {
        let stem = self
            .name
            .trim_end_matches('/')
            .rsplit('/')
            .next()
            .unwrap_or_default();
        let key = slug(stem.split('.').next().unwrap_or(stem));
        if key.is_empty() {
            "import".to_owned()
        } else {
            key
        }
    }

    /// Says something of a file that is no error.
    pub(super) fn warn(&mut self, value: &str, rule: impl Into<String>) {
        self.messages.warn(None, value, rule);
    }

    /// Says what is wrong with the files as a whole.
    pub(super) fn refuse(&mut self, value: &str, rule: impl Into<String>) {
        self.messages.refuse(value, rule);
    }

    /// Says what is wrong with a cell of a table.
    pub(super) fn wrong(&mut self, at: At, value: &str, rule: impl Into<String>) {
        self.messages.error(at, value, rule, Vec::new());
    }

    /// A publication, once.
    pub(super) fn publication(&mut self, key: &str, fields: &[(&'static str, &str)]) {
        if self.publications.insert(key.to_owned()) {
            let filled = fields.iter().filter(|(_, value)| !value.is_empty());
            let mut texts: BTreeMap<&'static str, String> = filled
                .map(|(name, value)| (*name, (*value).to_owned()))
                .collect();
            texts.insert("key", key.to_owned());
            self.push("publications", texts, BTreeMap::new());
        }
    }

    /// A case that does not count, for this reason.
    pub(super) fn excluded(&mut self, name: &str, source: &Source, reason: &str) -> String {
        let cohort = std::mem::replace(&mut self.cohort, EXCLUDED.to_owned());
        let key = self.case(name, source);
        self.cohort = cohort;
        let row = self
            .rows
            .get_mut("cohorts")
            .and_then(|rows| rows.last_mut());
        if let Some(row) = row.filter(|row| row.texts["case"] == key) {
            let reason = if reason.is_empty() {
                "not counted where it comes from"
            } else {
                reason
            };
            row.texts.insert("reason", reason.to_owned());
        }
        key
    }

    /// A case, once; its key is made fit. Two names that would have one key have two.
    pub(super) fn case(&mut self, name: &str, source: &Source) -> String {
        let fit = |c: char| {
            if c.is_ascii_alphanumeric() || "-_.~".contains(c) {
                c
            } else {
                '-'
            }
        };
        let key: String = name.trim().chars().map(fit).collect();
        let key = key.trim_matches(['-', '.']).to_owned();
        let key = if key.is_empty() {
            format!("case-{}", self.cases.len() + 1)
        } else {
            key
        };
        let numbered = (2..).map(|number| format!("{key}-{number}"));
        let mut keys = std::iter::once(key.clone()).chain(numbered);
        let is_its = |key: &String| self.cases.get(key).is_none_or(|of| of == name);
        let key = keys.find(is_its).unwrap_or(key);
        if self.cases.insert(key.clone(), name.to_owned()).is_none() {
            let row = [
                ("cohort", self.cohort.clone()),
                ("case", key.clone()),
                ("publication", source.publication.clone()),
                ("basis", "stated".to_owned()),
            ];
            self.push("cohorts", row.into(), BTreeMap::new());
        }
        key
    }

    /// A row of a sheet of facts, unless nothing is said; a row of the case itself stands all the same.
    pub(super) fn row(&mut self, sheet: &'static str, case: &str, source: &Source, cells: Cells) {
        if cells.is_empty() && sheet != "cases" {
            return;
        }
        let mut row = cells.values;
        if !cells.verbatim.is_empty() {
            row.insert("verbatim", cells.verbatim.join(" | "));
        }
        row.insert("case", case.to_owned());
        row.insert("source", source.publication.clone());
        row.insert("locator", source.locator.clone());
        row.insert("certainty", "stated".to_owned());
        if is_numbered(Schema::shipped(), sheet) {
            let last = self.items.entry((sheet, case.to_owned())).or_default();
            let item = row.entry("item").or_insert_with(|| (*last + 1).to_string());
            *last = item.parse().unwrap_or(*last + 1).max(*last);
        }
        self.push(sheet, row, cells.places);
    }

    fn push(
        &mut self,
        sheet: &'static str,
        texts: BTreeMap<&'static str, String>,
        places: BTreeMap<&'static str, At>,
    ) {
        let made = Made { texts, places };
        self.rows.entry(sheet).or_default().push(made);
    }

    /// The concept of a vocabulary that an identifier or a label stands for.
    pub(super) fn concept(&self, scheme: &str, id: &str, label: &str) -> Option<String> {
        if let Some((prefix, local)) = id.split_once(':') {
            if prefix.strip_prefix("casegraph.") == Some(scheme) {
                let own = self.ontology.vocabulary(scheme).slug(local);
                return own.map(str::to_owned);
            }
            let authority = Authority::of(prefix).or_else(|| Authority::of(&prefix.to_uppercase()));
            let iri = authority.map(|authority| format!("{}{local}", authority.namespace));
            let known = iri.and_then(|iri| self.known.get(iri.as_str()).copied());
            if let Some((_, slug)) = known.filter(|(of, _)| *of == scheme) {
                return Some(slug.to_owned());
            }
        }
        self.ontology
            .vocabulary(scheme)
            .slug(label.trim())
            .map(str::to_owned)
    }

    /// Sets a column to the concept of an identifier or label; a word that no vocabulary has stays in the words of the file.
    pub(super) fn word(
        &mut self,
        cells: &mut Cells,
        (scheme, column): (&str, &'static str),
        (id, label): (&str, &str),
        place: &str,
    ) {
        if id.is_empty() && label.trim().is_empty() {
            return;
        }
        match self.concept(scheme, id, label) {
            Some(slug) => cells.set(column, slug),
            None => {
                let words = if label.trim().is_empty() {
                    id
                } else {
                    label.trim()
                };
                cells.in_words(column, words);
                let of = (scheme.to_owned(), words.to_owned());
                self.unknown.entry(of).or_default().insert(place.to_owned());
            }
        }
    }

    /// Sets a column of a list to the concepts of words, if all of them are known; else they stay in the words of the file.
    pub(super) fn words(
        &self,
        cells: &mut Cells,
        (scheme, column): (&str, &'static str),
        words: &str,
        between: &str,
    ) {
        let parts: Vec<&str> = words
            .split(between)
            .filter(|part| !part.is_empty())
            .collect();
        let known: Vec<String> = parts
            .iter()
            .filter_map(|part| self.concept(scheme, "", part))
            .collect();
        if known.len() == parts.len() {
            cells.set(column, known.join("; "));
        } else {
            cells.in_words(column, words);
        }
    }

    /// The sheets that have rows, and what is to be said.
    pub(super) fn finish(mut self) -> Imported {
        for ((scheme, word), places) in &self.unknown {
            let named: Vec<&str> = places.iter().take(NAMED).map(String::as_str).collect();
            let more = places.len().saturating_sub(NAMED);
            let more = if more > 0 {
                format!(" and {more} more")
            } else {
                String::new()
            };
            let rule = format!(
                "is no word of the vocabulary {scheme}: it stays in the source's words ({}{more}). To have it as a value: casegraph term add {scheme} {word:?}",
                named.join(", ")
            );
            self.messages.warn(None, word, rule);
        }
        let mut imported = Imported::default();
        for name in SHEETS.into_iter().take(FILLED) {
            let headings: Vec<String> = columns(name)
                .into_iter()
                .map(|column| column.name)
                .collect();
            let rows = self.rows.remove(name).unwrap_or_default();
            let line = |mut row: Made| Line {
                from: headings
                    .iter()
                    .map(|heading| row.places.get(heading.as_str()).copied())
                    .collect(),
                cells: headings
                    .iter()
                    .map(|heading| row.texts.remove(heading.as_str()).unwrap_or_default())
                    .collect(),
            };
            imported.sheets.push(Sheet {
                name: name.to_owned(),
                rows: rows.into_iter().map(line).collect(),
                headings,
                from: self.name.clone(),
            });
        }
        imported.problems = self.messages.problems;
        imported
    }
}

/// A number without digits that say nothing: `12`, `12.5`.
pub(super) fn plain(number: f64, digits: usize) -> String {
    let text = format!("{number:.digits$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}
