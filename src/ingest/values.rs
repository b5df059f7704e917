//! What the text of a cell says, by what its column may hold.

use super::harmed;
use super::identifiers::no_symbol;
use super::no_gene::no_gene;
use crate::case::{Column, Kind, Reported, Scheme, Value};
use crate::ontology::{Ontology, Vocabulary};

/// Why a cell says nothing that can be taken.
#[derive(Debug, Clone)]
pub(super) struct Wrong {
    pub rule: String,
    pub nearest: Vec<String>,
}

fn wrong<T>(rule: impl Into<String>) -> Result<T, Wrong> {
    Err(Wrong {
        rule: rule.into(),
        nearest: Vec::new(),
    })
}

/// What a filled cell of a column says.
pub(super) fn reported(
    column: &Column,
    text: &str,
    ontology: &Ontology,
) -> Result<Reported, Wrong> {
    match text {
        "NR" => Ok(Reported::NotReported),
        "NA" => Ok(Reported::NotApplicable),
        _ => values(column, text, ontology).map_err(|wrong| match harmed::complaint(text) {
            // What was a gene has its own words, and a date in other forms is one.
            Some(rule) if !matches!(column.kind, Kind::Gene | Kind::Date) => Wrong {
                rule: rule.to_owned(),
                ..wrong
            },
            _ => wrong,
        }),
    }
}

/// What is to be told of a word that is understood: that it is a misprint, or a gene's symbol in other
/// letters, which may be that of another species.
pub(super) fn spelt_otherwise(
    column: &Column,
    text: &str,
    value: &Reported,
    ontology: &Ontology,
) -> Option<String> {
    let scheme = match column.kind {
        Kind::Gene => "gene",
        Kind::Concept(scheme) => scheme.name(),
        _ => return None,
    };
    let vocabulary = ontology.vocabulary(scheme);
    let word = text
        .split(';')
        .map(str::trim)
        .find(|word| vocabulary.is_misprint(word));
    if let Some(word) = word {
        let slug = vocabulary.slug(word)?;
        let label = vocabulary
            .concept(slug)
            .map_or(slug, |concept| &concept.label);
        return Some(format!(
            "is a known misprint and is read as {label}: write that, and the print in verbatim"
        ));
    }
    match value {
        Reported::Values(values) => match values.as_slice() {
            [Value::Gene(symbol)] if symbol != text && symbol.eq_ignore_ascii_case(text) => Some(
                format!("is read as {symbol}: write the human gene in its own letters"),
            ),
            _ => None,
        },
        _ => None,
    }
}

fn values(column: &Column, text: &str, ontology: &Ontology) -> Result<Reported, Wrong> {
    let values = match column.kind {
        // Whether unknown words are allowed depends on the kind of treatment: a later check knows.
        Kind::Agents => list(text, |word| {
            Ok(concept(Scheme::DRUG, word, ontology)
                .unwrap_or_else(|_| Value::Text(word.to_owned())))
        })?,
        _ if column.list => list(text, |part| value(column, part, ontology))?,
        _ => vec![value(column, text, ontology)?],
    };
    Ok(Reported::Values(values))
}

/// One value: the whole cell, or a part of a list.
fn value(column: &Column, text: &str, ontology: &Ontology) -> Result<Value, Wrong> {
    Ok(match column.kind {
        Kind::Text | Kind::Agents => Value::Text(text.to_owned()),
        Kind::Code(words) => match words.iter().find(|word| word.eq_ignore_ascii_case(text)) {
            Some(word) => Value::Code((*word).to_owned()),
            None => {
                let near = crate::ontology::nearest(&text.to_lowercase(), words.iter().copied());
                let rule = format!("is no {}: one of {}", column.label, words.join(", "));
                return Err(Wrong {
                    rule,
                    nearest: owned(near),
                });
            }
        },
        Kind::Words(words) => match words.iter().find(|word| word.eq_ignore_ascii_case(text)) {
            Some(word) => Value::Code((*word).to_owned()),
            None => {
                let near = crate::ontology::nearest(&text.to_lowercase(), words.iter().copied());
                if !near.is_empty() {
                    let rule = format!("looks like a misspelt {}", column.label);
                    return Err(Wrong {
                        rule,
                        nearest: owned(near),
                    });
                }
                Value::Code(text.to_owned())
            }
        },
        Kind::Integer(least, most) => match text.parse::<i64>() {
            Ok(number) if (least..=most).contains(&number) => Value::Integer(number),
            #[expect(clippy::cast_precision_loss, reason = "sheet numbers are small")]
            _ => match range_within(text, least as f64, most as f64) {
                Some(range) if !text.contains('.') => range,
                _ => {
                    return wrong(format!(
                        "is no {}: a whole number from {least} to {most}, or a range of them such as 1-2",
                        column.label
                    ));
                }
            },
        },
        Kind::Decimal(least, most) => {
            let value = Value::decimal(text).or_else(|| range_within(text, least, most));
            match value {
                Some(value)
                    if value
                        .as_number()
                        .is_none_or(|n| (least..=most).contains(&n)) =>
                {
                    value
                }
                Some(_) => {
                    return wrong(format!(
                        "cannot be {}: it lies between {least} and {most}",
                        column.label
                    ));
                }
                None => {
                    return wrong(format!(
                        "is no {}: a plain number such as 12 or 3.5, with a point and no unit, or a range such as 12-15",
                        column.label
                    ));
                }
            }
        }
        Kind::YesNo => match text.to_lowercase().as_str() {
            "yes" => Value::Boolean(true),
            "no" => Value::Boolean(false),
            _ => return wrong("is neither yes nor no"),
        },
        Kind::Date => match text.parse::<jiff::civil::Date>() {
            Ok(date) if text.len() == 10 => Value::Date(date.to_string()),
            _ => return wrong("is no date: write YYYY-MM-DD"),
        },
        Kind::Concept(scheme) => concept(scheme, text, ontology)?,
        Kind::Gene => {
            let genes = ontology.vocabulary("gene");
            let known = genes.slug(text);
            let rule = || no_gene(text).or_else(|| no_symbol(text));
            if let (None, Some(rule)) = (known, rule()) {
                return wrong(rule);
            }
            if known.is_none() && !is_symbol(text) {
                let near = owned(genes.nearest(text));
                let rule = "is no gene symbol: letters, digits and hyphens, such as RANBP2";
                return Err(Wrong {
                    rule: rule.into(),
                    nearest: near,
                });
            }
            Value::Gene(known.unwrap_or(text).to_owned())
        }
    })
}

/// A range of numbers, such as `40-45`, that lies between two bounds.
fn range_within(text: &str, least: f64, most: f64) -> Option<Value> {
    let range = Value::range(text)?;
    let (low, high) = range.bounds()?;
    (least <= low && high <= most).then_some(range)
}

/// The parts of a list in a cell, in order and each once.
fn list(
    text: &str,
    mut read: impl FnMut(&str) -> Result<Value, Wrong>,
) -> Result<Vec<Value>, Wrong> {
    let mut values = Vec::new();
    for word in text.split(';').map(str::trim) {
        if word.is_empty() {
            return wrong("has an empty part: separate the parts of a list by \"; \"");
        }
        let value = read(word).map_err(|wrong| Wrong {
            rule: if word == text {
                wrong.rule
            } else {
                format!("has the part {word:?}, which {}", wrong.rule)
            },
            ..wrong
        })?;
        if !values.contains(&value) {
            values.push(value);
        }
    }
    values.sort();
    Ok(values)
}

fn concept(scheme: Scheme, word: &str, ontology: &Ontology) -> Result<Value, Wrong> {
    let vocabulary = ontology.vocabulary(scheme.name());
    match vocabulary.slug(word) {
        Some(slug) => Ok(Value::Concept(scheme, slug.to_owned())),
        None => Err(unknown_word(scheme, vocabulary, word)),
    }
}

fn unknown_word(scheme: Scheme, vocabulary: &Vocabulary, word: &str) -> Wrong {
    let name = scheme.name();
    let nearest = owned(vocabulary.nearest(word));
    let list = if nearest.is_empty() {
        format!(" (`casegraph term list {name}` shows those that are)")
    } else {
        String::new()
    };
    Wrong {
        rule: format!(
            "is no known {name}: correct it{list}, or add it with `casegraph term add {name}`"
        ),
        nearest,
    }
}

/// The problem of an agent that is no drug although the episode is one of drugs.
pub(super) fn unknown_drug(word: &str, ontology: &Ontology) -> (String, Vec<String>) {
    let wrong = unknown_word(Scheme::DRUG, ontology.vocabulary("drug"), word);
    (wrong.rule, wrong.nearest)
}

fn is_symbol(text: &str) -> bool {
    text.len() <= 24
        && text.bytes().next().is_some_and(|b| b.is_ascii_alphabetic())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

fn owned(words: Vec<&str>) -> Vec<String> {
    words.into_iter().map(str::to_owned).collect()
}
