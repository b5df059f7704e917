//! What a cell of a wide table says in the words of the sheets.

use super::super::schema::{Heading, Takes};
use super::super::tabs::{Reading, written};
use super::mapping::{Mapped, Mapping, OPEN, Unit};
use crate::delimited::trimmed;
use crate::ontology::Ontology;

/// A value as it will be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Value {
    /// The text of the cell of the sheet.
    pub text: String,
    /// Whether it is said otherwise in the table.
    pub reworded: bool,
}

/// What is needed to read cells.
#[derive(Debug, Clone, Copy)]
pub(super) struct Words<'a> {
    pub mapping: &'a Mapping,
    pub ontology: &'a Ontology,
    pub reading: Reading,
}

impl Words<'_> {
    /// The value of a cell of a column that becomes one of a sheet. What no vocabulary has stays as it is, and the check
    /// of the study tells it.
    ///
    /// # Errors
    /// The mapping leaves the word open, or its number has a unit and cannot be converted; the rule says so.
    pub(super) fn value(&self, text: &str, mapped: &Mapped, of: &Heading) -> Result<Value, String> {
        let text = trimmed(text);
        let as_it_is = Value {
            text: text.to_owned(),
            reworded: false,
        };
        let reworded = |new: String| Value {
            reworded: !new.eq_ignore_ascii_case(text),
            text: new,
        };
        let same = |(word, _): &(&String, &String)| word.eq_ignore_ascii_case(text);
        if let Some((_, new)) = mapped.values.iter().find(same) {
            if new == OPEN {
                return Err("is left open in the mapping: write there what it stands for, or \"\" if the cell is to stay empty".to_owned());
            }
            return Ok(reworded(new.clone()));
        }
        if let Some(word) = self.known(text, &of.takes) {
            return Ok(reworded(word));
        }
        if let Some(missing) = self.missing(text) {
            return Ok(Value {
                text: missing.to_owned(),
                reworded: false,
            });
        }
        let number = written(text, &of.takes, self.reading);
        let (Some(from), Some(to)) = (mapped.unit, Unit::of_column(&of.name)) else {
            return Ok(Value {
                text: number,
                ..as_it_is
            });
        };
        if from == to {
            return Ok(Value {
                text: number,
                ..as_it_is
            });
        }
        match number.parse::<f64>() {
            Ok(found) if found.is_finite() => Ok(reworded(from.within(found, to).to_string())),
            _ => Err(format!(
                "is no plain number of {}, which the mapping has this column in",
                from.name()
            )),
        }
    }

    /// What a word for no value is in a sheet; `None` if it is no such word.
    pub(super) fn missing(&self, text: &str) -> Option<&'static str> {
        let among = |words: &[String]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
        if text.is_empty() || among(&self.mapping.empty) {
            Some("")
        } else if among(&self.mapping.not_reported) {
            Some("NR")
        } else {
            among(&self.mapping.not_applicable).then_some("NA")
        }
    }

    /// A word, or a list of words, as the sheets write it; `None` where it is not known as a whole.
    pub(super) fn known(&self, text: &str, takes: &Takes) -> Option<String> {
        match takes {
            Takes::Codes { words, .. } => words
                .iter()
                .find(|word| word.eq_ignore_ascii_case(text))
                .cloned(),
            Takes::YesNo => ["yes", "no"]
                .into_iter()
                .find(|word| word.eq_ignore_ascii_case(text))
                .map(str::to_owned),
            Takes::Words {
                scheme,
                many: false,
            } => self.word(scheme, text),
            Takes::Words { scheme, many: true } => self.list(scheme, text),
            Takes::Agents => self.list("drug", text),
            Takes::Gene => {
                let genes = self.ontology.vocabulary("gene");
                genes.slug(text).map(str::to_owned)
            }
            Takes::Text | Takes::Number | Takes::Date => None,
        }
    }

    fn word(&self, scheme: &str, text: &str) -> Option<String> {
        let vocabulary = self.ontology.vocabulary(scheme);
        let concept = vocabulary.concept(vocabulary.slug(text)?)?;
        Some(concept.display().to_owned())
    }

    fn list(&self, scheme: &str, text: &str) -> Option<String> {
        parts(text, |part| self.word(scheme, part)).map(|words| words.join("; "))
    }

    /// Both genes of a fusion, such as `EML4::ALK`, `EML4-ALK` or `EML4/ALK`; `None` unless it can be parted in one way.
    pub(super) fn fusion(&self, text: &str) -> Option<(String, String)> {
        let genes = self.ontology.vocabulary("gene");
        let gene = |part: &str| genes.slug(trimmed(part)).map(str::to_owned);
        if let Some((five, three)) = text.split_once("::") {
            let gene = |part: &str| gene(part).unwrap_or_else(|| trimmed(part).to_owned());
            return Some((gene(five), gene(three)));
        }
        let at = text
            .char_indices()
            .filter(|(_, c)| matches!(c, '-' | '/' | '–' | '—'));
        let pair =
            |(at, c): (usize, char)| Some((gene(&text[..at])?, gene(&text[at + c.len_utf8()..])?));
        let mut pairs = at.filter_map(pair);
        pairs.next().filter(|_| pairs.next().is_none())
    }
}

/// The words of a list, each known; the whole may be one word.
pub(super) fn parts(text: &str, known: impl Fn(&str) -> Option<String>) -> Option<Vec<String>> {
    if let Some(word) = known(text) {
        return Some(vec![word]);
    }
    let separators: [&[char]; 4] = [
        &[';'],
        &[';', ',', '\n'],
        &[';', ',', '\n', '+'],
        &[';', ',', '\n', '+', '/'],
    ];
    separators.iter().find_map(|separators| {
        let parts = text.split(*separators).map(trimmed);
        let words: Option<Vec<String>> = parts
            .map(|part| known(part.strip_prefix("and ").unwrap_or(part)))
            .collect();
        words.filter(|words| words.len() > 1)
    })
}
