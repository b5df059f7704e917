//! Columns of cases, from the rows of a query or from a CSV file: numbers or words, and what is
//! missing.
//!
//! Here every cell that an estimator will read is checked once, so that an error can name the row,
//! the column and the value.

mod builder;
mod selection;

use builder::Texts;

pub use builder::FrameBuilder;
pub use selection::{Selection, Units};

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use rustc_hash::FxHashSet;

use super::AnalysisError;
use super::rows::rows;
use crate::query::Table;
use crate::stats::conventions::Package;
use crate::stats::factor::Factor;

/// Numbers beyond this have squares, or sums of squares, that are none.
const LARGEST: f64 = 1e100;

/// The cells of a column.
#[derive(Debug, Clone)]
enum Cells {
    /// Every cell that is not missing is a number; a missing one stands as 0. Where a number would
    /// not tell two cells apart, such as `007` and `7`, they have labels too.
    Numbers(Vec<f64>, Option<Factor>),
    /// At least one cell is something else; a missing one has the empty label.
    Words(Factor),
}

#[derive(Debug)]
struct Column {
    name: String,
    /// The text of the cells, until somebody asks for the cells: most columns of a wide file are never
    /// read, and to tell the words of a column apart takes longer than to read it.
    text: Mutex<Texts>,
    cells: OnceLock<Cells>,
    /// Rows without a value, in order.
    missing: Vec<u32>,
}

impl Column {
    fn new(name: String, texts: Texts) -> Self {
        Self {
            name,
            missing: texts.missing(),
            text: Mutex::new(texts),
            cells: OnceLock::new(),
        }
    }

    fn cells(&self) -> &Cells {
        self.cells.get_or_init(|| {
            let mut text = self.text.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *text).into_cells()
        })
    }
}

/// Columns of equal length, with a name for each row.
#[derive(Debug)]
pub struct Frame {
    rows: usize,
    columns: Vec<Column>,
    names: RowNames,
    /// Whether the rows are the answer of a saved query.
    answer: bool,
}

/// What rows are called in messages and ledgers.
#[derive(Debug, Clone)]
pub enum RowNames {
    /// Lines of a file on which rows begin; where there are none, the first row stands on line 2,
    /// below the headings, and each other on the next.
    Lines(Vec<u64>),
    /// The unit that each row is about.
    Units(Vec<String>),
}

impl Frame {
    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The names of the columns.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.name.as_str())
    }

    /// What a row is called.
    #[must_use]
    pub fn row_name(&self, row: usize) -> String {
        match &self.names {
            RowNames::Lines(lines) => match lines.get(row) {
                Some(line) => format!("line {line}"),
                None => format!("line {}", row + 2),
            },
            RowNames::Units(units) if units[row].is_empty() => format!("row {}", row + 1),
            RowNames::Units(units) => units[row].clone(),
        }
    }

    /// The rows of a query's answer, called by the unit in the column `case`.
    pub(super) fn of_table(table: &Table, case: &str) -> Self {
        let columns = table.columns.iter().enumerate();
        let columns = columns.map(|(at, name)| {
            let texts = Texts::of_column(&table.cells, at);
            Column::new(name.clone(), texts)
        });
        let units = rows(table).map(|row| row.unit(case)).collect();
        Self {
            rows: table.rows(),
            columns: columns.collect(),
            names: RowNames::Units(units),
            answer: true,
        }
    }

    /// Finds a value that a choice names among the labels of a column. A saved query names values
    /// that the study may not have yet; in a file, such a value is a mistake.
    ///
    /// # Errors
    /// No row of a file has it.
    pub(super) fn named(
        &self,
        column: &str,
        labels: &[String],
        value: &str,
    ) -> Result<Option<usize>, AnalysisError> {
        match labels.iter().position(|label| label == value) {
            None if !self.answer => Err(AnalysisError::NoSuchValue {
                column: column.to_owned(),
                value: value.to_owned(),
                known: labels
                    .iter()
                    .take(10)
                    .cloned()
                    .collect::<Vec<_>>()
                    .join(", "),
            }),
            place => Ok(place),
        }
    }

    /// The units of the rows, where rows have them.
    fn units(&self) -> Option<&[String]> {
        match &self.names {
            RowNames::Lines(_) => None,
            RowNames::Units(units) => Some(units),
        }
    }

    /// The unit of a row, where rows have units.
    pub(super) fn unit(&self, row: u32) -> Option<&str> {
        self.units().map(|units| units[row as usize].as_str())
    }

    /// Number of different units among the rows `kept`, where rows have units.
    pub(super) fn units_of(&self, kept: &[u32]) -> Option<usize> {
        let units = self.units()?;
        let distinct: FxHashSet<&str> = kept
            .iter()
            .map(|row| units[*row as usize].as_str())
            .collect();
        Some(distinct.len())
    }

    fn column(&self, name: &str) -> Result<&Column, AnalysisError> {
        self.columns
            .iter()
            .find(|column| column.name == name)
            .ok_or_else(|| AnalysisError::NoColumn {
                column: name.to_owned(),
                known: self.names().collect::<Vec<_>>().join(", "),
            })
    }

    fn wrong(&self, row: usize, column: &str, value: &str, rule: &str) -> AnalysisError {
        AnalysisError::Cell {
            row: self.row_name(row),
            column: column.to_owned(),
            value: value.to_owned(),
            rule: rule.to_owned(),
        }
    }

    /// Whether all values of a column are numbers.
    ///
    /// # Errors
    /// There is no such column.
    pub fn is_numeric(&self, column: &str) -> Result<bool, AnalysisError> {
        Ok(matches!(self.column(column)?.cells(), Cells::Numbers(..)))
    }

    /// Numbers of the rows `kept`.
    ///
    /// # Errors
    /// There is no such column, or a cell is no number whose square can be reckoned with.
    pub fn numbers(&self, column: &str, kept: &[u32]) -> Result<Vec<f64>, AnalysisError> {
        const RULE: &str = "is no number between -1e100 and 1e100";
        let usable = |number: f64| number.abs() <= LARGEST;
        match self.column(column)?.cells() {
            Cells::Numbers(numbers, _) => kept
                .iter()
                .map(|row| {
                    let number = numbers[*row as usize];
                    if usable(number) {
                        Ok(number)
                    } else {
                        Err(self.wrong(*row as usize, column, &number.to_string(), RULE))
                    }
                })
                .collect(),
            Cells::Words(words) => Err(self.first_wrong(column, words, kept, RULE, |label| {
                label.parse().is_ok_and(usable)
            })),
        }
    }

    /// The error for the first kept row whose label is not `good`.
    fn first_wrong(
        &self,
        column: &str,
        words: &Factor,
        kept: &[u32],
        rule: &str,
        good: impl Fn(&str) -> bool,
    ) -> AnalysisError {
        let label = |row: &u32| words.labels()[words.codes()[*row as usize] as usize].as_str();
        let row = kept.iter().find(|row| !good(label(row)));
        let row = row.or(kept.first()).copied().unwrap_or(0);
        self.wrong(row as usize, column, label(&row), rule)
    }

    /// Whole numbers from 0 of the rows `kept`.
    ///
    /// # Errors
    /// There is no such column, or a cell is no such number.
    pub fn counts(&self, column: &str, kept: &[u32]) -> Result<Vec<u64>, AnalysisError> {
        let numbers = self.numbers(column, kept)?;
        let count = |(number, row): (f64, &u32)| {
            if number >= 0.0 && number.fract() == 0.0 && number < 1e15 {
                #[expect(clippy::cast_sign_loss, reason = "checked in the line above")]
                Ok(number as u64)
            } else {
                let value = number.to_string();
                Err(self.wrong(
                    *row as usize,
                    column,
                    &value,
                    "is no count: a whole number from 0",
                ))
            }
        };
        numbers.into_iter().zip(kept).map(count).collect()
    }

    /// Fails where a row has more events than cases.
    ///
    /// # Errors
    /// The first row that does.
    pub(super) fn not_more(
        &self,
        (column, events): (&str, &[u64]),
        cases: &[u64],
        kept: &[u32],
    ) -> Result<(), AnalysisError> {
        match events
            .iter()
            .zip(cases)
            .position(|(events, cases)| events > cases)
        {
            Some(at) => {
                let rule = format!("is more than the {} cases of the row", cases[at]);
                let value = events[at].to_string();
                Err(self.wrong(kept[at] as usize, column, &value, &rule))
            }
            None => Ok(()),
        }
    }

    /// Whether the rows `kept` have a value.
    ///
    /// # Errors
    /// There is no such column.
    pub(super) fn known(&self, column: &str, kept: &[u32]) -> Result<Vec<bool>, AnalysisError> {
        let missing = &self.column(column)?.missing;
        Ok(kept
            .iter()
            .map(|row| missing.binary_search(row).is_err())
            .collect())
    }

    /// Numbers of those of the rows `kept` that have one.
    ///
    /// # Errors
    /// There is no such column, or a cell is no number.
    pub(super) fn known_numbers(
        &self,
        column: &str,
        kept: &[u32],
    ) -> Result<Vec<Option<f64>>, AnalysisError> {
        let known = self.known(column, kept)?;
        let with: Vec<u32> = kept
            .iter()
            .zip(&known)
            .filter_map(|(row, known)| known.then_some(*row))
            .collect();
        let mut numbers = self.numbers(column, &with)?.into_iter();
        Ok(known
            .into_iter()
            .map(|known| if known { numbers.next() } else { None })
            .collect())
    }

    /// Times of the rows `kept`: numbers from 0, all bare or all with the same unit behind them.
    ///
    /// # Errors
    /// There is no such column, or a cell is no time, or has another unit than the cells above it.
    pub fn times(&self, column: &str, kept: &[u32]) -> Result<Vec<f64>, AnalysisError> {
        let times = match self.column(column)?.cells() {
            Cells::Numbers(..) => self.numbers(column, kept)?,
            Cells::Words(words) => self.times_with_units(column, words, kept)?,
        };
        match times.iter().position(|time| *time < 0.0) {
            Some(at) => {
                let value = times[at].to_string();
                let rule = "is negative; a time is counted from 0 upwards";
                Err(self.wrong(kept[at] as usize, column, &value, rule))
            }
            None => Ok(times),
        }
    }

    fn times_with_units(
        &self,
        column: &str,
        words: &Factor,
        kept: &[u32],
    ) -> Result<Vec<f64>, AnalysisError> {
        let parsed: Vec<Option<(f64, &str)>> = words
            .labels()
            .iter()
            .map(|label| time_and_unit(label))
            .collect();
        let mut first: Option<&str> = None;
        let mut times = Vec::with_capacity(kept.len());
        for row in kept {
            let code = words.codes()[*row as usize] as usize;
            let label = &words.labels()[code];
            let Some((time, unit)) = parsed[code] else {
                let rule = "is no time: a finite number, if need be with its unit behind it";
                return Err(self.wrong(*row as usize, column, label, rule));
            };
            let expected = *first.get_or_insert(unit);
            if unit != expected {
                let named = |unit: &str| {
                    if unit.is_empty() {
                        "no unit".into()
                    } else {
                        format!("{unit:?}")
                    }
                };
                let rule = format!(
                    "has {} where the rows above have {}; give all times of a column in one unit",
                    named(unit),
                    named(expected)
                );
                return Err(self.wrong(*row as usize, column, label, &rule));
            }
            times.push(time);
        }
        Ok(times)
    }

    /// Fails unless each interval of follow-up begins before it ends.
    ///
    /// # Errors
    /// The first row whose interval does not.
    pub(super) fn in_order(
        &self,
        (start, starts): (&str, &[f64]),
        (time, times): (&str, &[f64]),
        kept: &[u32],
    ) -> Result<(), AnalysisError> {
        match starts
            .iter()
            .zip(times)
            .position(|(start, time)| start >= time)
        {
            Some(at) => {
                let value = starts[at].to_string();
                let rule = format!(
                    "is not before {time} {}; an interval begins before it ends",
                    times[at]
                );
                Err(self.wrong(kept[at] as usize, start, &value, &rule))
            }
            None => Ok(()),
        }
    }

    /// Whether the event came, for the rows `kept`: 1 or true, 0 or false; or, where `event_value`
    /// is given, whether the cell has that value. As R has it, 2 for the event and 1 for censored
    /// are taken too.
    ///
    /// # Errors
    /// There is no such column, or a cell is something else.
    pub fn events(
        &self,
        column: &str,
        event_value: Option<&str>,
        package: Option<Package>,
        kept: &[u32],
    ) -> Result<Vec<bool>, AnalysisError> {
        let words = self.factor(column, kept)?;
        let one_and_two = words
            .labels()
            .iter()
            .all(|label| label == "1" || label == "2");
        let event_value = match (event_value, package) {
            (None, Some(Package::R)) if one_and_two && words.labels().len() == 2 => Some("2"),
            (value, _) => value,
        };
        if let Some(value) = event_value {
            if !words.labels().iter().any(|label| label == value) {
                return Err(AnalysisError::NoSuchValue {
                    column: column.to_owned(),
                    value: value.to_owned(),
                    known: words
                        .labels()
                        .iter()
                        .take(10)
                        .cloned()
                        .collect::<Vec<_>>()
                        .join(", "),
                });
            }
            return Ok(words
                .codes()
                .iter()
                .map(|code| words.labels()[*code as usize] == value)
                .collect());
        }
        let meaning: Vec<Option<bool>> = words
            .labels()
            .iter()
            .map(|label| match label.as_str() {
                "1" | "true" | "TRUE" | "True" => Some(true),
                "0" | "false" | "FALSE" | "False" => Some(false),
                _ => None,
            })
            .collect();
        words
            .codes()
            .iter()
            .zip(kept)
            .map(|(code, row)| {
                meaning[*code as usize].ok_or_else(|| {
                    let rule = "is no event code: 1 (or true) where the event came, 0 (or false) where the case was censored; or say which value means the event (option event_value, on the command line --event-value)";
                    self.wrong(*row as usize, column, &words.labels()[*code as usize], rule)
                })
            })
            .collect()
    }

    /// The categories of the rows `kept`, with the labels in order.
    ///
    /// # Errors
    /// There is no such column.
    pub fn factor(&self, column: &str, kept: &[u32]) -> Result<Factor, AnalysisError> {
        Ok(match self.column(column)?.cells() {
            Cells::Numbers(numbers, None) => {
                // Numbers repeat in runs or from a few values: each is written once.
                let mut known: HashMap<u64, String> = HashMap::new();
                for row in kept {
                    // Adding zero makes zero of a negative zero.
                    let number = numbers[*row as usize] + 0.0;
                    known
                        .entry(number.to_bits())
                        .or_insert_with(|| number.to_string());
                }
                Factor::new(
                    kept.iter()
                        .map(|row| known[&(numbers[*row as usize] + 0.0).to_bits()].as_str()),
                )
                .sorted()
            }
            Cells::Words(words) | Cells::Numbers(_, Some(words)) => {
                let label =
                    |row: &u32| words.labels()[words.codes()[*row as usize] as usize].as_str();
                Factor::new(kept.iter().map(label)).sorted()
            }
        })
    }

    /// The categories of the rows `kept`, of which some may be missing: these are `unknown`.
    ///
    /// # Errors
    /// There is no such column.
    pub(super) fn factor_with_unknown(
        &self,
        column: &str,
        unknown: &str,
        kept: &[u32],
    ) -> Result<Factor, AnalysisError> {
        let missing = &self.column(column)?.missing;
        let known = self.factor(column, kept)?;
        let label = |(at, row): (usize, &u32)| match missing.binary_search(row) {
            Ok(_) => unknown,
            Err(_) => known.labels()[known.codes()[at] as usize].as_str(),
        };
        Ok(Factor::new(kept.iter().enumerate().map(label)).sorted())
    }

    /// The text of a cell; `None` where it is missing or there is no such column.
    fn word(&self, column: &str, row: usize) -> Option<&str> {
        let column = self.column(column).ok()?;
        match column.cells() {
            Cells::Words(words) => {
                let label = words.labels()[words.codes()[row] as usize].as_str();
                (!label.is_empty()).then_some(label)
            }
            Cells::Numbers(..) => None,
        }
    }
}

/// A time written with its unit, such as `3.5 months`.
fn time_and_unit(text: &str) -> Option<(f64, &str)> {
    let end = text
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '+' | '-')))
        .unwrap_or(text.len());
    let number: f64 = text[..end].parse().ok()?;
    let unit = text[end..].trim();
    let unit = match unit {
        "d" | "day" | "days" => "days",
        "w" | "wk" | "week" | "weeks" => "weeks",
        "m" | "mo" | "mos" | "month" | "months" => "months",
        "y" | "yr" | "yrs" | "year" | "years" => "years",
        "" => "",
        _ => return None,
    };
    number.is_finite().then_some((number, unit))
}
