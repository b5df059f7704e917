//! Numbers as people read them.

use crate::stats::digits::number;
pub use crate::stats::digits::percent;
use crate::stats::estimate::{Interval, OpenInterval};
use crate::stats::proportion::ProportionEstimate;

/// Stands where a time or limit is not reached.
pub const NOT_REACHED: &str = "NR";

/// A count with its noun, whose plural has an `s`: `1 case`, `3 cases`.
#[must_use]
pub fn counted(count: u64, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        more => format!("{more} {what}s"),
    }
}

/// `5/7 = 71.4 %`, or why there is no rate.
#[must_use]
pub fn rate(estimate: Option<&ProportionEstimate>) -> String {
    estimate.map_or_else(
        || "not evaluable".to_owned(),
        |e| format!("{}/{} = {} %", e.successes, e.n, percent(e.estimate)),
    )
}

/// The Clopper-Pearson interval in percent.
#[must_use]
pub fn exact_interval(estimate: Option<&ProportionEstimate>) -> String {
    estimate.map_or_else(String::new, |e| {
        let interval = &e.clopper_pearson;
        format!("{}–{}", percent(interval.lower), percent(interval.upper))
    })
}

/// The Clopper-Pearson interval with the Wilson interval in brackets, in percent.
#[must_use]
pub fn both_intervals(estimate: Option<&ProportionEstimate>) -> String {
    estimate.map_or_else(String::new, |_| {
        format!(
            "{} ({})",
            exact_interval(estimate),
            wilson_interval(estimate)
        )
    })
}

/// The Wilson interval in percent.
#[must_use]
pub fn wilson_interval(estimate: Option<&ProportionEstimate>) -> String {
    estimate.map_or_else(String::new, |e| {
        format!("{}–{}", percent(e.wilson.lower), percent(e.wilson.upper))
    })
}

/// A P value: three digits after the first that is not zero are more than anyone needs.
#[must_use]
pub fn p_value(p: f64) -> String {
    if p < 0.0001 {
        "< 0.0001".to_owned()
    } else if p < 0.001 {
        format!("{p:.4}")
    } else {
        format!("{p:.3}")
    }
}

/// A number of any size with four digits that count; one close to 1, which may be a ratio, with two
/// of those that tell it from 1.
#[must_use]
pub fn significant(value: f64) -> String {
    let size = value.abs();
    if size >= 1e9 || (size > 0.0 && size < 1e-9) {
        return format!("{value:.3e}");
    }
    let from_one = (value - 1.0).abs();
    let (size, digits) = if from_one > 1e-9 && from_one < 0.1 {
        (from_one, 1)
    } else {
        (size, 3)
    };
    let decimals = if size > 0.0 {
        (digits - size.log10().floor() as i32).clamp(0, 12)
    } else {
        digits
    };
    format!("{value:.0$}", usize::try_from(decimals).unwrap_or(0))
}

/// Months, or another time.
#[must_use]
pub fn months(time: Option<f64>) -> String {
    time.map_or_else(|| NOT_REACHED.to_owned(), |time| number(time, 1))
}

/// A statistic, a mean or another number of no unit of its own.
#[must_use]
pub fn decimal(value: f64) -> String {
    number(value, 2)
}

/// A change in percent points, with its sign.
#[must_use]
pub fn points(change: f64) -> String {
    let text = percent(change);
    if change > 0.0 {
        format!("+{text}")
    } else {
        text
    }
}

/// An interval of numbers; a dash between negative ones would be read as their sign.
#[must_use]
pub fn interval(interval: &Interval) -> String {
    between(&decimal(interval.lower), &decimal(interval.upper))
}

fn between(lower: &str, upper: &str) -> String {
    if lower.starts_with('-') || upper.starts_with('-') {
        format!("{lower} to {upper}")
    } else {
        format!("{lower}–{upper}")
    }
}

/// An interval of months whose ends may not be reached.
#[must_use]
pub fn open_interval(interval: &OpenInterval) -> String {
    format!("{}–{}", months(interval.lower), months(interval.upper))
}

/// A ratio.
#[must_use]
pub fn ratio(value: Option<f64>, none: &str) -> String {
    value.map_or_else(|| none.to_owned(), decimal)
}

/// An interval of ratios, of which an end may be infinite, or which may not exist at all.
#[must_use]
pub fn ratio_interval(interval: &OpenInterval) -> String {
    if interval.lower.is_none() && interval.upper.is_none() {
        return "undefined".to_owned();
    }
    format!(
        "{}–{}",
        ratio(interval.lower, "0"),
        ratio(interval.upper, "∞")
    )
}

/// An interval of proportions, in percent.
#[must_use]
pub fn percent_interval(interval: &Interval) -> String {
    between(&percent(interval.lower), &percent(interval.upper))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_the_digits_that_count() {
        let shown = [
            (0.588_04, "0.5880"),
            (-0.000_012_34, "-0.00001234"),
            (1.000_212_3, "1.00021"),
            (0.998, "0.9980"),
            (1.05, "1.050"),
            (12.345, "12.35"),
            (0.0, "0.000"),
            (4.2e12, "4.200e12"),
        ];
        for (value, text) in shown {
            assert_eq!(significant(value), text);
        }
    }
}
