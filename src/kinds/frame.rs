//! Columns of cases, from the rows of a query or from a CSV file: numbers or words, and what is
//! missing.
//!
//! Here every cell that an estimator will read is checked once, so that an error can name the row,
//! the column and the value.

mod builder;
mod events;
mod selection;
pub(super) mod words;

use builder::Texts;

pub use builder::FrameBuilder;
pub use events::{Coding, Events, ValueCount};
pub(super) use events::{is_same, parted};
pub use selection::{Selection, Units};
pub use words::Missing;

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use rustc_hash::FxHashSet;

use super::AnalysisError;
use super::rows::rows;
use crate::graph::Table;
use crate::stats::factor::Factor;

/// Most cases that rows may stand for together.
const MOST_CASES: u64 = 10_000_000;
/// Numbers beyond this have squares, or sums of squares, that are none.
const LARGEST: f64 = 1e100;
/// Times that overlap by less than this share of themselves do so by rounding.
const ROUNDING: f64 = 1e-9;

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
    /// Those of them in which a word stands for that, in order, with the place of the word.
    noted: Vec<(u32, usize)>,
    /// Words that stand for no value.
    words: Vec<String>,
}

impl Column {
    fn new(name: String, texts: Texts) -> Self {
        Self {
            name,
            missing: texts.missing(),
            text: Mutex::new(texts),
            cells: OnceLock::new(),
            noted: Vec::new(),
            words: Vec::new(),
        }
    }

    /// The word that stands for no value in a row.
    fn no_value(&self, row: u32) -> Option<&str> {
        let at = self
            .noted
            .binary_search_by_key(&row, |(row, _)| *row)
            .ok()?;
        Some(&self.words[self.noted[at].1])
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
    /// The unit that each row is about; where the rows are from a file, their lines likewise.
    Units(Vec<String>, Option<Vec<u64>>),
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
            RowNames::Units(units, _) if units[row].is_empty() => format!("row {}", row + 1),
            RowNames::Units(units, _) => units[row].clone(),
        }
    }

    /// Where a row stands, in words: its line, where rows are called by units and come from a file.
    fn place(&self, row: usize) -> String {
        match &self.names {
            RowNames::Units(_, Some(lines)) => {
                let line = lines.get(row).copied().unwrap_or(row as u64 + 2);
                format!("line {line}")
            }
            _ => format!("row {}", row + 1),
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
            names: RowNames::Units(units, None),
            answer: true,
        }
    }

    /// Whether a word, whatever its case, stands for the lack of a value somewhere.
    #[must_use]
    pub fn lacks_by(&self, word: &str) -> bool {
        let same = |other: &String| {
            other.to_lowercase() == word.trim().to_lowercase() || is_same(other, word.trim())
        };
        self.columns
            .iter()
            .any(|column| column.words.iter().any(same))
    }

    /// The units of the rows, where rows have them.
    fn units(&self) -> Option<&[String]> {
        match &self.names {
            RowNames::Lines(_) => None,
            RowNames::Units(units, _) => Some(units),
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
        self.unclear(row, column, value, rule, &[])
    }

    /// A cell that an option could say the meaning of.
    fn unclear(
        &self,
        row: usize,
        column: &str,
        value: &str,
        rule: &str,
        options: &'static [&'static str],
    ) -> AnalysisError {
        let comma = value.replacen(',', ".", 1);
        let hint = match value.split_once(',') {
            // 1,234 may be either.
            Some((_, rest)) if rest.len() == 3 && comma.parse::<f64>().is_ok() => {
                "; write a decimal comma as a point, and thousands without a comma".to_owned()
            }
            Some(_) if comma.parse::<f64>().is_ok() => format!("; write {comma}, with a point"),
            _ => String::new(),
        };
        AnalysisError::Cell {
            row: self.row_name(row),
            column: column.to_owned(),
            value: value.to_owned(),
            rule: format!("{rule}{hint}"),
            options,
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

    /// Fails for a column of categories of which most are numbers: then a word among them is more likely
    /// a lack of a value or a misprint.
    ///
    /// # Errors
    /// The first row of the rows `kept` that has no number.
    pub(super) fn not_numbers(&self, column: &str, kept: &[u32]) -> Result<(), AnalysisError> {
        let words = self.factor(column, kept)?;
        let is_number = |label: &String| label.parse::<f64>().is_ok();
        let numbers = words
            .labels()
            .iter()
            .filter(|label| is_number(label))
            .count();
        if numbers * 2 <= words.labels().len() {
            return Ok(());
        }
        let odd = words.labels().iter().position(|label| !is_number(label));
        let at = words
            .codes()
            .iter()
            .position(|code| Some(*code as usize) == odd);
        match (odd, at) {
            (Some(odd), Some(at)) => {
                let rule = "is no number, as others of its column are; mend it, or say that it is no value or that the numbers are names of categories";
                let (row, label) = (kept[at] as usize, &words.labels()[odd]);
                Err(self.unclear(row, column, label, rule, &["missing", "categorical"]))
            }
            _ => Ok(()),
        }
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

    /// Fails where intervals of follow-up of one unit overlap: it would be at risk twice.
    ///
    /// # Errors
    /// The first two intervals that do.
    pub(super) fn apart(
        &self,
        starts: &[f64],
        ends: &[f64],
        kept: &[u32],
    ) -> Result<(), AnalysisError> {
        let Some(units) = self.units() else {
            return Ok(());
        };
        let unit = |at: usize| units[kept[at] as usize].as_str();
        let mut order: Vec<usize> = (0..kept.len()).filter(|at| !unit(*at).is_empty()).collect();
        order.sort_by(|a, b| {
            let by_unit = unit(*a).cmp(unit(*b));
            by_unit.then(starts[*a].total_cmp(&starts[*b]))
        });
        // The interval of the unit that ends last may lie further back.
        let mut latest: Option<usize> = None;
        for at in order {
            // A row that stands for several cases is here as often.
            let another = |before: &usize| unit(*before) == unit(at) && kept[*before] != kept[at];
            if let Some(before) = latest.filter(another) {
                let rounding = ROUNDING * ends[before].abs();
                if starts[at] < ends[before] - rounding {
                    return Err(AnalysisError::Refused(format!(
                        "the intervals of {} overlap: {} to {} ({}) and {} to {} ({}); at a time a case is at risk once, so let each interval begin where the last one ends",
                        unit(at),
                        starts[before],
                        ends[before],
                        self.place(kept[before] as usize),
                        starts[at],
                        ends[at],
                        self.place(kept[at] as usize),
                    )));
                }
                if ends[before] > ends[at] {
                    continue;
                }
            }
            latest = Some(at);
        }
        Ok(())
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

    /// The values of the rows `kept`, with the number of rows that have each.
    ///
    /// # Errors
    /// There is no such column.
    pub(super) fn values(
        &self,
        column: &str,
        kept: &[u32],
    ) -> Result<Vec<ValueCount>, AnalysisError> {
        let words = self.factor(column, kept)?;
        let counted = words.labels().iter().zip(words.counts());
        Ok(counted
            .map(|(value, cases)| ValueCount {
                value: value.clone(),
                cases,
            })
            .collect())
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

    /// The rows `kept`, each as often as its whole number in `count` says.
    ///
    /// # Errors
    /// There is no such column, a cell is no count, or the cases are too many.
    pub(super) fn repeat(&self, count: &str, kept: &[u32]) -> Result<Vec<u32>, AnalysisError> {
        let counts = self.counts(count, kept)?;
        let cases = counts.iter().fold(0, |sum: u64, n| sum.saturating_add(*n));
        if cases > MOST_CASES {
            return Err(AnalysisError::Impossible(format!(
                "{count}: the rows stand for {cases} cases; at most {MOST_CASES} are taken"
            )));
        }
        let rows = kept.iter().zip(counts);
        Ok(rows
            .flat_map(|(row, n)| std::iter::repeat_n(*row, n as usize))
            .collect())
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
