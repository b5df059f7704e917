//! Reads the description of a column.

use toml::de::DeTable;

use super::{Key, Reader, in_order, keep};
use crate::case::schema::{Column, Kind, Property, Scheme};

/// Types that are not the name of a vocabulary.
const TYPES: [&str; 8] = [
    "text", "code", "integer", "decimal", "boolean", "date", "gene", "agents",
];
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
/// How far a number may lie from nought where no bounds are given.
const FAR: i64 = 1_000_000_000;
/// The most columns that a study adds; a hundredth of them is a lot.
const MOST_COLUMNS: usize = 500;

impl Reader<'_> {
    pub(super) fn column(
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
        let mut declared = Declared::default();
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
                "type" => declared.kind = Some((self.kept(&place, value), value.span().start)),
                "list" => column.list = self.truth(&place, value),
                "values" => declared.words = Some((self.words(&place, value), value.span().start)),
                "open" => declared.open = self.truth(&place, value),
                "min" => declared.min = self.number(&place, value),
                "max" => declared.max = self.number(&place, value),
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
        column.kind = self.kind(at, &place, &declared);
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

    fn kind(&mut self, at: usize, place: &str, declared: &Declared) -> Kind {
        let Some((kind, kind_at)) = declared.kind else {
            let rule = "has no type: a type, or the name of a vocabulary such as histology";
            self.fault_known(at, place, rule, &TYPES);
            return Kind::Text;
        };
        let numeric = matches!(kind, "integer" | "decimal");
        if !numeric && (declared.min.is_some() || declared.max.is_some()) {
            self.fault(
                at,
                place,
                format!(
                    "is of type {kind} and has no min or max: these are for integer and decimal"
                ),
            );
        }
        if kind != "code" && (declared.words.is_some() || declared.open) {
            self.fault(
                at,
                place,
                format!("is of type {kind} and has no values or open: these are for code"),
            );
        }
        let (least, most) = (
            declared.min.unwrap_or(-FAR as f64),
            declared.max.unwrap_or(FAR as f64),
        );
        if least > most {
            self.fault(at, place, "has a min above its max");
        }
        match kind {
            "text" => Kind::Text,
            "code" => match declared.words {
                Some((words, _)) if !words.is_empty() && declared.open => Kind::Words(words),
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
}

/// What a column says of its values, from which its kind is made.
#[derive(Default)]
struct Declared {
    kind: Option<(&'static str, usize)>,
    words: Option<(&'static [&'static str], usize)>,
    open: bool,
    min: Option<f64>,
    max: Option<f64>,
}
