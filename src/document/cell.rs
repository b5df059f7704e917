//! One cell of a table: what is shown, and what it is.

use super::numbers;
use crate::stats::estimate::{Interval, OpenInterval};
use crate::stats::proportion::ProportionEstimate;

/// A cell: the text that people read and the value behind it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Cell {
    /// What is shown; several lines are parted by line feeds.
    pub text: String,
    /// What it is, at full precision.
    pub value: CellValue,
}

/// The value behind the text of a cell.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum CellValue {
    /// No more than the text says.
    #[default]
    Text,
    /// Several lines of text.
    Lines,
    /// The key of a thing that may have a page, where the text says more than the key.
    Key(String),
    /// A number of things.
    Count(usize),
    /// A number, whatever its digits in the text.
    Number(f64),
    /// A share or a change of one, 1 for the whole, which the text gives in percent.
    Share(f64),
    /// Yes or no.
    Boolean(bool),
    /// So many of so many, as a fraction.
    Rate {
        /// Numerator: cases with the event.
        successes: u64,
        /// Denominator: cases counted.
        n: u64,
    },
    /// An interval; an end that is not there is not reached or infinite.
    Interval {
        /// Lower limit; `None` if there is none.
        lower: Option<f64>,
        /// Upper limit; `None` if it is not reached or infinite.
        upper: Option<f64>,
    },
}

impl Cell {
    /// Several lines of text.
    #[must_use]
    pub fn lines<S: AsRef<str>>(lines: &[S]) -> Self {
        let lines: Vec<&str> = lines.iter().map(AsRef::as_ref).collect();
        Self::of(lines.join("\n"), CellValue::Lines)
    }

    /// A number of things.
    #[must_use]
    pub fn count(number: usize) -> Self {
        Self::of(number.to_string(), CellValue::Count(number))
    }

    /// A number, shown as this text.
    #[must_use]
    pub fn number(number: f64, text: impl Into<String>) -> Self {
        Self::of(text, CellValue::Number(number))
    }

    /// A P value.
    #[must_use]
    pub fn p_value(p: f64) -> Self {
        Self::number(p, numbers::p_value(p))
    }

    /// A share in percent.
    #[must_use]
    pub fn percent(share: f64) -> Self {
        Self::of(numbers::percent(share), CellValue::Share(share))
    }

    /// A rate with its counts, or why there is none.
    #[must_use]
    pub fn rate(estimate: Option<&ProportionEstimate>) -> Self {
        Self::rate_as(estimate, numbers::rate(estimate))
    }

    /// A rate, shown as this text.
    #[must_use]
    pub fn rate_as(estimate: Option<&ProportionEstimate>, text: impl Into<String>) -> Self {
        let value = estimate.map_or(CellValue::Text, |e| CellValue::Rate {
            successes: e.successes,
            n: e.n,
        });
        Self::of(text, value)
    }

    /// An interval of numbers.
    #[must_use]
    pub fn interval(interval: &Interval) -> Self {
        let (lower, upper) = (Some(interval.lower), Some(interval.upper));
        let value = CellValue::Interval { lower, upper };
        Self::of(numbers::interval(interval), value)
    }

    /// An interval of which an end may not be reached.
    #[must_use]
    pub fn open_interval(interval: &OpenInterval) -> Self {
        let (lower, upper) = (interval.lower, interval.upper);
        let value = CellValue::Interval { lower, upper };
        Self::of(numbers::open_interval(interval), value)
    }

    /// The key of a thing, shown as this text.
    #[must_use]
    pub fn key(key: impl Into<String>, text: impl Into<String>) -> Self {
        Self::of(text, CellValue::Key(key.into()))
    }

    /// A text with the value behind it.
    #[must_use]
    pub fn of(text: impl Into<String>, value: CellValue) -> Self {
        let text = text.into();
        Self { text, value }
    }

    /// The text in one piece, with this between its lines.
    #[must_use]
    pub fn joined(&self, between: &str) -> std::borrow::Cow<'_, str> {
        if self.value == CellValue::Lines && self.text.contains('\n') {
            self.text.replace('\n', between).into()
        } else {
            self.text.as_str().into()
        }
    }

    /// The number that the cell is, where its text says no more than that: a median with its quartiles is a text.
    #[must_use]
    pub fn only_number(&self) -> Option<f64> {
        let number = match self.value {
            CellValue::Count(count) => count as f64,
            CellValue::Number(number) | CellValue::Share(number) => number,
            _ => return None,
        };
        let digits = self.text.trim_start_matches(['<', ' ']);
        let is_whole = digits.parse::<f64>().is_ok_and(f64::is_finite);
        (is_whole && number.is_finite()).then_some(number)
    }

    /// What names the thing of the cell: its key, or the text.
    #[must_use]
    pub fn name(&self) -> &str {
        match &self.value {
            CellValue::Key(key) => key,
            _ => &self.text,
        }
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::of(text, CellValue::Text)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::of(text, CellValue::Text)
    }
}

impl From<&String> for Cell {
    fn from(text: &String) -> Self {
        text.as_str().into()
    }
}

impl From<u64> for Cell {
    fn from(number: u64) -> Self {
        Self::count(usize::try_from(number).unwrap_or(usize::MAX))
    }
}

impl From<u32> for Cell {
    fn from(number: u32) -> Self {
        u64::from(number).into()
    }
}

impl From<usize> for Cell {
    fn from(number: usize) -> Self {
        Self::count(number)
    }
}
