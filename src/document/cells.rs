//! Numbers as people read them, with the number behind the text: the cells of tables.

use super::numbers;
use super::{Cell, CellValue};
use crate::stats::estimate::{Interval, OpenInterval};
use crate::stats::proportion::ProportionEstimate;

/// The cells of a row: texts, counts and numbers beside each other.
macro_rules! row {
    ($($cell:expr),* $(,)?) => {
        [$($crate::document::Cell::from($cell)),*]
    };
}

pub(crate) use row;

/// A share in percent.
pub(crate) fn percent(share: f64) -> Cell {
    Cell::percent(share)
}

/// A P value.
pub(crate) fn p_value(p: f64) -> Cell {
    Cell::p_value(p)
}

/// A statistic, a mean or another number of no unit of its own.
pub(crate) fn decimal(number: f64) -> Cell {
    Cell::number(number, numbers::decimal(number))
}

/// A number of any size with the digits that count.
pub(crate) fn significant(number: f64) -> Cell {
    Cell::number(number, numbers::significant(number))
}

/// A number with as many digits as it has.
pub(crate) fn exactly(number: f64) -> Cell {
    Cell::number(number, number.to_string())
}

/// A change in percent points, with its sign.
pub(crate) fn points(change: f64) -> Cell {
    Cell::of(numbers::points(change), CellValue::Share(change))
}

/// Months, or another time; that it is not reached, where there is none.
pub(crate) fn months(time: Option<f64>) -> Cell {
    let value = time.map_or(CellValue::Text, CellValue::Number);
    Cell::of(numbers::months(time), value)
}

/// A ratio, or why there is none.
pub(crate) fn ratio(ratio: Option<f64>, none: &str) -> Cell {
    let value = ratio.map_or(CellValue::Text, CellValue::Number);
    Cell::of(numbers::ratio(ratio, none), value)
}

/// An interval of numbers.
pub(crate) fn interval(interval: &Interval) -> Cell {
    Cell::interval(interval)
}

/// An interval of proportions, in percent.
pub(crate) fn percent_interval(interval: &Interval) -> Cell {
    let (lower, upper) = (Some(interval.lower), Some(interval.upper));
    between(lower, upper, numbers::percent_interval(interval))
}

/// An interval of times of which an end may not be reached.
pub(crate) fn open_interval(interval: &OpenInterval) -> Cell {
    Cell::open_interval(interval)
}

/// An interval of ratios, of which an end may be infinite.
pub(crate) fn ratio_interval(interval: &OpenInterval) -> Cell {
    between(
        interval.lower,
        interval.upper,
        numbers::ratio_interval(interval),
    )
}

/// An interval of ratios of any size with the digits that count, of which an end may be infinite.
pub(crate) fn significant_interval(lower: Option<f64>, upper: Option<f64>) -> Cell {
    let end = |value: Option<f64>, none: &str| value.map_or(none.to_owned(), numbers::significant);
    let text = format!("{}–{}", end(lower, "0"), end(upper, "∞"));
    between(lower, upper, text)
}

/// An interval, shown as this text.
pub(crate) fn between(lower: Option<f64>, upper: Option<f64>, text: impl Into<String>) -> Cell {
    Cell::of(text, CellValue::Interval { lower, upper })
}

/// A rate with its counts, or that there is none.
pub(crate) fn rate(estimate: Option<&ProportionEstimate>) -> Cell {
    Cell::rate(estimate)
}

/// The Clopper-Pearson interval in percent.
pub(crate) fn exact_interval(estimate: Option<&ProportionEstimate>) -> Cell {
    estimate.map_or_else(Cell::default, |e| percent_interval(&e.clopper_pearson))
}

/// The Wilson interval in percent.
pub(crate) fn wilson_interval(estimate: Option<&ProportionEstimate>) -> Cell {
    estimate.map_or_else(Cell::default, |e| percent_interval(&e.wilson))
}

/// The Clopper-Pearson interval with the Wilson interval in brackets, in percent.
pub(crate) fn both_intervals(estimate: Option<&ProportionEstimate>) -> Cell {
    estimate.map_or_else(Cell::default, |e| {
        let exact = &e.clopper_pearson;
        let text = numbers::both_intervals(estimate);
        between(Some(exact.lower), Some(exact.upper), text)
    })
}
