//! Reads descriptions of sheets: the shipped one, and what a study adds to it.

mod column;
mod values;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{KnownSheet, Lines, Rows, Schema, Sheet};

/// What is wrong with a description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The line, counted from 1.
    pub line: usize,
    /// What stands there, such as `treatments.ecog.type = "whole"`.
    pub value: String,
    /// The rule and the next step.
    pub rule: String,
    /// The words that may stand there; empty if there is no list of them.
    pub known: Vec<&'static str>,
}

type Key<'a> = Spanned<std::borrow::Cow<'a, str>>;
type Value<'a> = Spanned<DeValue<'a>>;

/// Names of columns that every sheet of facts has or may have.
const TAKEN: [&str; 10] = [
    "case",
    "item",
    "source",
    "locator",
    "certainty",
    "verbatim",
    "note",
    "curator",
    "curated_on",
    "curation_state",
];
const OF_SHEET: [&str; 6] = ["describes", "rows", "noun", "optional", "kept", "identity"];
/// Keys that the shipped description alone has.
const SHIPPED_ONLY: [&str; 4] = ["property", "rows", "optional", "kept"];
/// The longest name of a sheet or column.
const LONGEST_NAME: usize = 40;

/// The description that ships. A test reads it and sees that it has no fault.
pub(super) fn shipped(text: &str) -> Schema {
    let mut schema = Schema {
        sheets: Vec::new(),
        every_fact: Vec::new(),
        own: String::new(),
    };
    let mut reader = Reader::new(text, None);
    let mut known = KnownSheet::ALL.into_iter();
    for mut sheet in reader.sheets() {
        if sheet.name == "facts" {
            schema.every_fact = sheet.columns;
            continue;
        }
        if sheet.rows != Rows::Study {
            sheet.known = known.next();
        }
        schema.sheets.push(sheet);
    }
    debug_assert_eq!(reader.faults, []);
    schema
}

/// The shipped description with what a study adds, and what is wrong with that.
pub(super) fn extended(base: &Schema, text: &str) -> (Schema, Vec<Fault>) {
    let mut schema = base.clone();
    text.clone_into(&mut schema.own);
    let mut reader = Reader::new(text, Some(base));
    for sheet in reader.sheets() {
        let mut known = schema.sheets.iter_mut();
        match known.find(|known| known.name == sheet.name) {
            Some(known) => known.columns.extend(sheet.columns),
            None => schema.sheets.push(sheet),
        }
    }
    reader.faults.sort_by_key(|fault| fault.line);
    (schema, reader.faults)
}

struct Reader<'a> {
    text: &'a str,
    lines: Lines,
    /// What is extended; nothing where the shipped description itself is read.
    base: Option<&'a Schema>,
    faults: Vec<Fault>,
    columns: usize,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, base: Option<&'a Schema>) -> Self {
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        Self {
            text,
            lines: Lines::of(text),
            base,
            faults: Vec::new(),
            columns: 0,
        }
    }

    fn fault(&mut self, at: usize, value: impl Into<String>, rule: impl Into<String>) {
        self.fault_known(at, value, rule, &[]);
    }

    fn fault_known(
        &mut self,
        at: usize,
        value: impl Into<String>,
        rule: impl Into<String>,
        known: &[&'static str],
    ) {
        self.faults.push(Fault {
            line: self.lines.at(at),
            value: value.into(),
            rule: rule.into(),
            known: known.to_vec(),
        });
    }

    fn sheets(&mut self) -> Vec<Sheet> {
        let text = self.text;
        match DeTable::parse(text) {
            Ok(table) => {
                let sheets = in_order(table.get_ref());
                let sheets = sheets.into_iter();
                sheets
                    .filter_map(|(key, value)| self.sheet(key, value))
                    .collect()
            }
            Err(error) => {
                let at = error.span().map_or(0, |span| span.start);
                self.fault(at, "", format!("is not valid TOML: {}", error.message()));
                Vec::new()
            }
        }
    }

    fn sheet(&mut self, key: &Key<'_>, value: &Value<'_>) -> Option<Sheet> {
        let name = key.get_ref().as_ref();
        let at = key.span().start;
        let DeValue::Table(table) = value.get_ref() else {
            let rule =
                "describes nothing: write [SHEET.COLUMN] and below it type, values and describes";
            self.fault(at, name, rule);
            return None;
        };
        let base = self.base.and_then(|base| {
            let mut sheets = base.sheets.iter();
            sheets.find(|sheet| sheet.name == name)
        });
        if base.is_some_and(|sheet| sheet.rows == Rows::Study) {
            let rule = "is a sheet that holds no facts of cases: columns can be added to those of facts, and new sheets of facts";
            self.fault(at, name, rule);
            return None;
        }
        if base.is_none() && !self.fit(at, name, "sheet") {
            return None;
        }
        let mut sheet = Sheet {
            name: base.map_or_else(|| keep(name), |base| base.name),
            noun: base.map_or("", |base| base.noun),
            describes: base.map_or("", |base| base.describes),
            rows: base.map_or(Rows::Event, |base| base.rows),
            known: base.and_then(|base| base.known),
            optional: base.map_or(self.base.is_some(), |base| base.optional),
            kept: base.is_some_and(|base| base.kept),
            identity: &[],
            columns: Vec::new(),
        };
        for (key, value) in in_order(table) {
            let word = key.get_ref().as_ref();
            let at = key.span().start;
            let of = format!("{name}.{word}");
            if let DeValue::Table(column) = value.get_ref() {
                let taken = base.is_some_and(|base| base.columns.iter().any(|c| c.name == word));
                if taken {
                    self.fault(
                        at,
                        of,
                        "is a column that every study has: give yours another name",
                    );
                } else if let Some(column) = self.column(sheet.name, key, column) {
                    sheet.columns.push(column);
                }
            } else if base.is_some() {
                self.fault(at, of, "says something of a sheet that every study has: add columns to it, as [SHEET.COLUMN]");
            } else if !self.may(word, &OF_SHEET) {
                self.fault_known(at, of, "is no key of a sheet", &OF_SHEET);
            } else {
                self.of_sheet(&mut sheet, word, value);
            }
        }
        if sheet.noun.is_empty() {
            sheet.noun = keep(&sheet.name.replace('_', " "));
        }
        for name in sheet.identity {
            if !sheet.columns.iter().any(|column| column.name == *name) {
                self.fault(
                    at,
                    *name,
                    "says which event a row tells of, and is no column of the sheet",
                );
            }
        }
        if sheet.columns.is_empty() && self.base.is_some() {
            self.fault(at, name, "has no column: describe one as [SHEET.COLUMN]");
        }
        if sheet.describes.is_empty() {
            self.fault(
                at,
                name,
                "is a new sheet and says nowhere what it holds: add describes = \"…\"",
            );
        }
        Some(sheet)
    }

    fn of_sheet(&mut self, sheet: &mut Sheet, word: &str, value: &Value<'_>) {
        match word {
            "describes" => sheet.describes = self.kept(word, value),
            "noun" => sheet.noun = self.kept(word, value),
            "identity" => sheet.identity = self.words(word, value),
            "optional" => sheet.optional = self.truth(word, value),
            "kept" => sheet.kept = self.truth(word, value),
            _ => {
                sheet.rows = match self.kept(word, value) {
                    "case" => Rows::Case,
                    "event" => Rows::Event,
                    _ => Rows::Study,
                }
            }
        }
    }

    /// Whether a key may stand here: some are for the shipped description alone.
    fn may(&self, word: &str, known: &[&str]) -> bool {
        known.contains(&word) && !(self.base.is_some() && SHIPPED_ONLY.contains(&word))
    }

    /// Whether a name fits a file, a heading and an IRI.
    fn fit(&mut self, at: usize, name: &str, what: &str) -> bool {
        let letters = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        let fit = name.len() <= LONGEST_NAME
            && name.bytes().all(letters)
            && name.starts_with(|first: char| first.is_ascii_lowercase());
        if !fit {
            let rule = format!(
                "is no name of a {what}: small letters, digits and _, a letter first, at most {LONGEST_NAME}"
            );
            self.fault(at, name, rule);
        } else if self.base.is_some() && (TAKEN.contains(&name) || name == "facts") {
            self.fault(
                at,
                name,
                "is a name that every sheet of facts uses: choose another",
            );
            return false;
        }
        fit
    }
}

/// The entries of a table in the order of the file.
fn in_order<'t, 'a>(table: &'t DeTable<'a>) -> Vec<(&'t Key<'a>, &'t Value<'a>)> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries
}

/// A text that lives as long as the program: a part of a schema, of which each is kept once.
fn keep(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}
