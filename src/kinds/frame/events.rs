//! How the column of the event is coded.

use std::fmt;

use serde::Serialize;

use super::words::{folded, is_doubtful, is_misprint, is_near};
use super::{AnalysisError, Frame};
use crate::stats::conventions::Package;

/// Values of the event column as an analysis names them; where it names none, 1 or true is the event
/// and 0 or false is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coding {
    /// Those that mean the event.
    pub event: Vec<String>,
    /// Those that mean that it did not come; any other value is then refused.
    pub without: Vec<String>,
    /// The package whose codes are taken too.
    pub package: Option<Package>,
}

/// A value of a column with the number of its cases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ValueCount {
    /// Value of the column of the event.
    pub value: String,
    /// Cases that have it.
    pub cases: usize,
}

impl fmt::Display for ValueCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} ({})", self.value, self.cases)
    }
}

/// Whether the event came, row by row, with the values that say so.
#[derive(Debug, Clone, Default)]
pub struct Events {
    /// Whether the event came, one value for each row kept.
    pub came: Vec<bool>,
    /// Values that mean the event.
    pub event: Vec<ValueCount>,
    /// Values that mean that it did not come.
    pub without: Vec<ValueCount>,
    /// Values named for the event that no row has.
    pub absent: Vec<String>,
    /// Values without the event that look like misprints of one with it, each with that one.
    pub misprints: Vec<(ValueCount, String)>,
}

/// Whether two values are one, also as numbers.
pub(in crate::kinds) fn is_same(label: &str, value: &str) -> bool {
    label == value
        || matches!((label.parse::<f64>(), value.parse::<f64>()), (Ok(a), Ok(b)) if a == b)
}

/// Values as they were named; several may stand between commas in one.
pub(in crate::kinds) fn parted(named: &[String], labels: &[String]) -> Vec<String> {
    let parts = |one: &String| -> Vec<String> {
        if labels.contains(one) {
            return vec![one.clone()];
        }
        let parts = one.split(',').map(|part| part.trim().to_owned());
        parts.filter(|part| !part.is_empty()).collect()
    };
    named.iter().flat_map(parts).collect()
}

/// What a value means that packages and portals write without being told: R's `TRUE` and 1, and the
/// codes of cBioPortal (`1:DECEASED`, `0:LIVING`).
fn usual(label: &str) -> Option<bool> {
    match label {
        "1" | "true" | "TRUE" | "True" => Some(true),
        "0" | "false" | "FALSE" | "False" => Some(false),
        _ => match label.split_once(':') {
            Some(("1", word)) if !word.is_empty() => Some(true),
            Some(("0", word)) if !word.is_empty() => Some(false),
            _ => None,
        },
    }
}

impl Frame {
    /// Whether the event came, for the rows `kept`.
    ///
    /// # Errors
    /// There is no such column; a cell is no value that is known or named, or differs from one in case
    /// or blanks only; or no row has any of the values named for the event though there are several.
    pub fn events(
        &self,
        column: &str,
        coding: &Coding,
        kept: &[u32],
    ) -> Result<Events, AnalysisError> {
        let words = self.factor(column, kept)?;
        let labels = words.labels();
        // As R has it, 2 is the event where there are 1 and 2.
        let one_and_two = coding.package == Some(Package::R) && labels == ["1", "2"];
        let named = !(coding.event.is_empty() && coding.without.is_empty());
        let unclear = |code: usize, rule: &str, options| {
            let at = words.codes().iter().position(|c| *c as usize == code);
            let row = at.map_or(0, |at| kept[at] as usize);
            self.unclear(row, column, &labels[code], rule, options)
        };
        let wrong = |code: usize, rule: &str| unclear(code, rule, &[]);
        let (mut absent, mut named_events) = (Vec::new(), Vec::new());
        let mut meaning: Vec<bool> = Vec::with_capacity(labels.len());
        if named {
            let event = parted(&coding.event, labels);
            let without = parted(&coding.without, labels);
            let has = |values: &[String], label: &str| values.iter().any(|v| is_same(label, v));
            for (code, label) in labels.iter().enumerate() {
                let (yes, no) = (has(&event, label), has(&without, label));
                if yes && no {
                    return Err(wrong(
                        code,
                        "is named both for the event and for those without it",
                    ));
                }
                if !(yes || no) {
                    let folded_label = folded(label);
                    let like = |value: &&String| folded(value) == folded_label;
                    if let Some(value) = event.iter().chain(&without).find(like) {
                        let rule = format!(
                            "differs from {value:?} in case or blanks only; name both, or make them one"
                        );
                        return Err(wrong(code, &rule));
                    }
                    if !event.is_empty() && !without.is_empty() {
                        let rule = format!(
                            "is named neither for the event ({}) nor for those without it ({}); name it, or say that it is no value",
                            event.join(", "),
                            without.join(", ")
                        );
                        return Err(unclear(code, &rule, &["missing"]));
                    }
                }
                meaning.push(yes || (event.is_empty() && !no));
            }
            absent.clone_from(&event);
            // Who names those without it has looked at each value.
            if without.is_empty() {
                named_events.clone_from(&event);
            }
            absent.retain(|value| !labels.iter().any(|label| is_same(label, value)));
            let near = |value: &&String| {
                let others = labels
                    .iter()
                    .filter(|l| !has(&event, l) && !has(&without, l));
                others.into_iter().any(|label| is_near(label, value))
            };
            let nobody = !meaning.contains(&true);
            let unsure = nobody && labels.len() > 1 && without.is_empty();
            if !self.answer
                && let Some(value) = absent.iter().find(|value| unsure || near(value))
            {
                return Err(AnalysisError::NoSuchValue {
                    column: column.to_owned(),
                    value: value.clone(),
                    known: some_of(labels),
                    advice: "; if nobody had the event, name the values of those without it",
                    options: &["censored", "no_event"],
                });
            }
        } else {
            for (code, label) in labels.iter().enumerate() {
                let meant = if one_and_two {
                    Some(label == "2")
                } else {
                    usual(label)
                };
                let rule = "is no event code: 1 (or true) where the event came, 0 (or false) where the case was censored; or say which value means the event";
                let unknown = "may mean that nothing is known; then say that it is no value, else say which values mean the event and which do not";
                let (rule, options): (_, &[_]) = if is_doubtful(label) {
                    (unknown, &["missing", "event_value", "censored", "no_event"])
                } else {
                    (rule, &["event_value"])
                };
                meaning.push(meant.ok_or_else(|| unclear(code, rule, options))?);
            }
        }
        let counted = |which: bool| -> Vec<ValueCount> {
            let all = labels.iter().zip(words.counts()).zip(&meaning);
            all.filter(|(_, meant)| **meant == which)
                .map(|((label, cases), _)| ValueCount {
                    value: label.clone(),
                    cases,
                })
                .collect()
        };
        let without: Vec<ValueCount> = counted(false);
        let misprints = without.iter().filter_map(|one| {
            let like = named_events
                .iter()
                .find(|value| is_misprint(&one.value, value))?;
            Some((one.clone(), like.clone()))
        });
        Ok(Events {
            misprints: misprints.collect(),
            came: words
                .codes()
                .iter()
                .map(|code| meaning[*code as usize])
                .collect(),
            event: counted(true),
            without,
            absent,
        })
    }

    /// Finds a value that a choice names among the labels of a column; `None` where nobody has it. In a
    /// file, that is only so where all rows have one other value, unlike it: else it is a mistake. A
    /// saved query names values that the study may not have yet.
    ///
    /// # Errors
    /// No row of a file has it, and other rows have several values or one that is like it.
    pub(in crate::kinds) fn named(
        &self,
        column: &str,
        labels: &[String],
        value: &str,
    ) -> Result<Option<usize>, AnalysisError> {
        let place = labels.iter().position(|label| is_same(label, value));
        let near = labels.iter().any(|label| is_near(label, value));
        let twin = |label: &&String| folded(label) == folded(value) && !is_same(label, value);
        if !self.answer
            && let (Some(_), Some(other)) = (place, labels.iter().find(twin))
        {
            return Err(AnalysisError::Impossible(format!(
                "column {column}: {other:?} differs from {value:?} in case or blanks only; make them one"
            )));
        }
        if place.is_none() && !self.answer && (labels.len() > 1 || near) {
            return Err(no_such_value(column, labels, value));
        }
        Ok(place)
    }

    /// Fails where a value that no row has is like one that some have.
    ///
    /// # Errors
    /// It is.
    pub(in crate::kinds) fn unlike(
        &self,
        column: &str,
        labels: &[String],
        value: &str,
    ) -> Result<(), AnalysisError> {
        if !self.answer && labels.iter().any(|label| is_near(label, value)) {
            return Err(no_such_value(column, labels, value));
        }
        Ok(())
    }

    /// Fails where two labels of a column differ in case or blanks only.
    ///
    /// # Errors
    /// The first two that do.
    pub(in crate::kinds) fn distinct(
        &self,
        column: &str,
        kept: &[u32],
    ) -> Result<(), AnalysisError> {
        let words = self.factor(column, kept)?;
        match alike(words.labels()).first() {
            Some((first, second)) => {
                let code = words.labels().iter().position(|label| label == second);
                let at = words.codes().iter().position(|c| Some(*c as usize) == code);
                let row = at.map_or(0, |at| kept[at] as usize);
                let rule = format!("differs from {first:?} in case or blanks only; make them one");
                Err(self.wrong(row, column, second, &rule))
            }
            None => Ok(()),
        }
    }

    /// What a reader must know of the values of a column that makes groups: values that look like one, and
    /// values that may mean that nothing is known.
    pub(in crate::kinds) fn doubts(
        &self,
        column: &str,
        kept: &[u32],
    ) -> Result<Vec<String>, AnalysisError> {
        if self.answer || self.is_numeric(column)? {
            return Ok(Vec::new());
        }
        let words = self.factor(column, kept)?;
        let mut doubts: Vec<String> = alike(words.labels())
            .into_iter()
            .map(|(first, second)| {
                format!("{first:?} and {second:?} of {column} differ in case or blanks only and are counted as two.")
            })
            .collect();
        for (label, cases) in words.labels().iter().zip(words.counts()) {
            if is_doubtful(label) {
                doubts.push(format!(
                    "{label:?} of {column} is taken for a value ({cases}); if it means that nothing is known, leave it out (option missing: {}).",
                    quoted(label)
                ));
            }
        }
        Ok(doubts)
    }
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    if word.contains(' ') {
        format!("\"{word}\"")
    } else {
        word.to_owned()
    }
}

fn no_such_value(column: &str, labels: &[String], value: &str) -> AnalysisError {
    AnalysisError::NoSuchValue {
        column: column.to_owned(),
        value: value.to_owned(),
        known: some_of(labels),
        advice: "",
        options: &[],
    }
}

/// The first values of a column, for a message.
fn some_of(labels: &[String]) -> String {
    const MOST: usize = 10;
    let more = if labels.len() > MOST { ", …" } else { "" };
    let first: Vec<&str> = labels.iter().take(MOST).map(String::as_str).collect();
    format!("{}{more}", first.join(", "))
}

/// Values that differ in case or blanks only.
fn alike(labels: &[String]) -> Vec<(String, String)> {
    let mut known = std::collections::HashMap::new();
    let mut found = Vec::new();
    for label in labels {
        match known.insert(folded(label), label) {
            Some(first) if first != label => found.push((first.clone(), label.clone())),
            _ => {}
        }
    }
    found
}
