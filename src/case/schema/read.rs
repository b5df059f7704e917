//! Reads descriptions of sheets: the shipped one, and what a study adds to it.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Column, Kind, KnownSheet, Lines, Property, Rows, Schema, Scheme, Sheet};

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
/// Types that are not the name of a vocabulary.
const TYPES: [&str; 8] = [
    "text", "code", "integer", "decimal", "boolean", "date", "gene", "agents",
];
const OF_SHEET: [&str; 6] = ["describes", "rows", "noun", "optional", "kept", "identity"];
const OF_COLUMN: [&str; 15] = [
    "label",
    "short",
    "type",
    "list",
    "values",
    "open",
    "min",
    "max",
    "unit",
    "describes",
    "example",
    "needed",
    "leaves_open",
    "own_words",
    "property",
];
/// Keys that the shipped description alone has.
const SHIPPED_ONLY: [&str; 4] = ["property", "rows", "optional", "kept"];
/// How far a number may lie from nought where no bounds are given.
const FAR: i64 = 1_000_000_000;
/// The most columns that a study adds; a hundredth of them is a lot.
const MOST_COLUMNS: usize = 500;
/// The most words of a code.
const MOST_WORDS: usize = 1000;
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

    fn column(
        &mut self,
        sheet: &'static str,
        key: &Key<'_>,
        table: &DeTable<'_>,
    ) -> Option<Column> {
        let name = key.get_ref().as_ref();
        let at = key.span().start;
        if !self.fit(at, name, "column") {
            return None;
        }
        self.columns += 1;
        if self.base.is_some() && self.columns > MOST_COLUMNS {
            if self.columns == MOST_COLUMNS + 1 {
                self.fault(
                    at,
                    name,
                    format!("is one column too many: a study adds up to {MOST_COLUMNS}"),
                );
            }
            return None;
        }
        let property = match self.base {
            Some(_) => Property::OfStudy(keep(&format!("{sheet}.{name}"))),
            None => Property::None,
        };
        let mut column = Column {
            name: keep(name),
            property,
            kind: Kind::Text,
            list: false,
            label: "",
            short: None,
            describes: "",
            example: "",
            unit: "",
            needed: false,
            leaves_open: &[],
            own_words: false,
        };
        let mut said = Said::default();
        for (key, value) in in_order(table) {
            let word = key.get_ref().as_ref();
            let place = format!("{sheet}.{name}.{word}");
            if !self.may(word, &OF_COLUMN) {
                let known: Vec<&str> = OF_COLUMN
                    .into_iter()
                    .filter(|key| self.may(key, &OF_COLUMN))
                    .collect();
                self.fault_known(key.span().start, place, "is no key of a column", &known);
                continue;
            }
            match word {
                "label" => column.label = self.kept(&place, value),
                "short" => column.short = Some(self.kept(&place, value)),
                "type" => said.kind = Some((self.kept(&place, value), value.span().start)),
                "list" => column.list = self.truth(&place, value),
                "values" => said.words = Some((self.words(&place, value), value.span().start)),
                "open" => said.open = self.truth(&place, value),
                "min" => said.min = self.number(&place, value),
                "max" => said.max = self.number(&place, value),
                "unit" => column.unit = self.kept(&place, value),
                "describes" => column.describes = self.kept(&place, value),
                "example" => column.example = self.kept(&place, value),
                "needed" => column.needed = self.truth(&place, value),
                "own_words" => column.own_words = self.truth(&place, value),
                "leaves_open" => column.leaves_open = self.pairs(&place, value),
                _ => column.property = Property::Term(self.kept(&place, value)),
            }
        }
        let place = format!("{sheet}.{name}");
        column.kind = self.kind(at, &place, &said);
        if column.label.is_empty() {
            column.label = keep(&name.replace('_', " "));
        }
        if column.describes.is_empty() {
            self.fault(
                at,
                place,
                "says nowhere what it means: add describes = \"…\", a sentence",
            );
        }
        Some(column)
    }

    fn kind(&mut self, at: usize, place: &str, said: &Said) -> Kind {
        let Some((kind, kind_at)) = said.kind else {
            let rule = "has no type: a type, or the name of a vocabulary such as histology";
            self.fault_known(at, place, rule, &TYPES);
            return Kind::Text;
        };
        let numeric = matches!(kind, "integer" | "decimal");
        if !numeric && (said.min.is_some() || said.max.is_some()) {
            self.fault(
                at,
                place,
                format!(
                    "is of type {kind} and has no min or max: these are for integer and decimal"
                ),
            );
        }
        if kind != "code" && (said.words.is_some() || said.open) {
            self.fault(
                at,
                place,
                format!("is of type {kind} and has no values or open: these are for code"),
            );
        }
        let (least, most) = (
            said.min.unwrap_or(-FAR as f64),
            said.max.unwrap_or(FAR as f64),
        );
        if least > most {
            self.fault(at, place, "has a min above its max");
        }
        match kind {
            "text" => Kind::Text,
            "code" => match said.words {
                Some((words, _)) if !words.is_empty() && said.open => Kind::Words(words),
                Some((words, _)) if !words.is_empty() => Kind::Code(words),
                Some((_, at)) => {
                    self.fault(
                        at,
                        place,
                        "has no values: name the words that may stand in it",
                    );
                    Kind::Text
                }
                None => {
                    self.fault(
                        kind_at,
                        place,
                        "is a code without values: add values = [\"…\", \"…\"]",
                    );
                    Kind::Text
                }
            },
            "integer" => Kind::Integer(least as i64, most as i64),
            "decimal" => Kind::Decimal(least, most),
            "boolean" => Kind::YesNo,
            "date" => Kind::Date,
            "gene" => Kind::Gene,
            "agents" => Kind::Agents,
            vocabulary => Kind::Concept(Scheme(vocabulary)),
        }
    }

    /// Tells a value of another type.
    fn of_type(&mut self, place: &str, value: &Value<'_>, wanted: &str) {
        let written = self.text.get(value.span()).unwrap_or_default();
        let written = format!("{place} = {written}");
        self.fault(value.span().start, written, format!("is {wanted}"));
    }

    fn kept(&mut self, place: &str, value: &Value<'_>) -> &'static str {
        match value.get_ref() {
            DeValue::String(text) if !text.trim().is_empty() => keep(text.trim()),
            _ => {
                self.of_type(place, value, "no text: write it in quotation marks");
                ""
            }
        }
    }

    fn truth(&mut self, place: &str, value: &Value<'_>) -> bool {
        match value.get_ref() {
            DeValue::Boolean(yes) => *yes,
            _ => {
                self.of_type(
                    place,
                    value,
                    "neither true nor false: write one of the two, without quotation marks",
                );
                false
            }
        }
    }

    fn number(&mut self, place: &str, value: &Value<'_>) -> Option<f64> {
        let number = match value.get_ref() {
            DeValue::Integer(_) | DeValue::Float(_) => {
                let written = self.text.get(value.span()).unwrap_or_default();
                written
                    .replace('_', "")
                    .parse()
                    .ok()
                    .filter(|number: &f64| number.is_finite())
            }
            _ => None,
        };
        if number.is_none() {
            self.of_type(place, value, "no number: write it without quotation marks");
        }
        number
    }

    fn words(&mut self, place: &str, value: &Value<'_>) -> &'static [&'static str] {
        let mut words: Vec<&'static str> = Vec::new();
        let DeValue::Array(values) = value.get_ref() else {
            self.of_type(place, value, "no list: write [\"…\", \"…\"]");
            return &[];
        };
        if values.len() > MOST_WORDS {
            self.fault(
                value.span().start,
                place,
                format!("has more than {MOST_WORDS} words: make it a vocabulary"),
            );
            return &[];
        }
        for value in values {
            let word = self.kept(place, value);
            if ["NR", "NA"].contains(&word) || word.contains(';') {
                self.fault(value.span().start, format!("{place} {word:?}"), "cannot be a word of a code: NR, NA and what holds a semicolon mean something else in a cell");
            } else if words.iter().any(|known| known.eq_ignore_ascii_case(word)) {
                self.fault(
                    value.span().start,
                    format!("{place} {word:?}"),
                    "stands in the list twice",
                );
            } else {
                words.push(word);
            }
        }
        Box::leak(words.into_boxed_slice())
    }

    fn pairs(&mut self, place: &str, value: &Value<'_>) -> &'static [(&'static str, &'static str)] {
        let mut pairs = Vec::new();
        if let DeValue::Array(values) = value.get_ref() {
            for value in values {
                match self.words(place, value) {
                    [above, below] => pairs.push((*above, *below)),
                    _ => self.of_type(place, value, "no pair of words: write [[\"…\", \"…\"]]"),
                }
            }
        } else {
            self.of_type(place, value, "no list of pairs: write [[\"…\", \"…\"]]");
        }
        Box::leak(pairs.into_boxed_slice())
    }
}

/// What a column says of its values, from which its kind is made.
#[derive(Default)]
struct Said {
    kind: Option<(&'static str, usize)>,
    words: Option<(&'static [&'static str], usize)>,
    open: bool,
    min: Option<f64>,
    max: Option<f64>,
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
