//! Reads the values of keys, each of its type.

use toml::de::DeValue;

use super::{Reader, Value, keep};

/// The most words of a code.
const MOST_WORDS: usize = 1000;

impl Reader<'_> {
    /// Tells a value of another type.
    fn of_type(&mut self, place: &str, value: &Value<'_>, wanted: &str) {
        let written = self.text.get(value.span()).unwrap_or_default();
        let written = format!("{place} = {written}");
        self.fault(value.span().start, written, format!("is {wanted}"));
    }

    pub(super) fn kept(&mut self, place: &str, value: &Value<'_>) -> &'static str {
        match value.get_ref() {
            DeValue::String(text) if !text.trim().is_empty() => keep(text.trim()),
            _ => {
                self.of_type(place, value, "no text: write it in quotation marks");
                ""
            }
        }
    }

    pub(super) fn truth(&mut self, place: &str, value: &Value<'_>) -> bool {
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

    pub(super) fn number(&mut self, place: &str, value: &Value<'_>) -> Option<f64> {
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

    pub(super) fn words(&mut self, place: &str, value: &Value<'_>) -> &'static [&'static str] {
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

    pub(super) fn pairs(
        &mut self,
        place: &str,
        value: &Value<'_>,
    ) -> &'static [(&'static str, &'static str)] {
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
