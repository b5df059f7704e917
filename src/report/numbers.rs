//! Numbers as people read them.

use crate::stats::estimate::{Interval, OpenInterval};
use crate::stats::proportion::ProportionEstimate;

/// Stands where a time or limit is not reached.
pub(super) const NOT_REACHED: &str = "NR";

/// A proportion in percent with one decimal.
pub(super) fn percent(proportion: f64) -> String {
    format!("{:.1}", proportion * 100.0)
}

/// `5/7 = 71.4 %`, or why there is no rate.
pub(super) fn rate(estimate: Option<&ProportionEstimate>) -> String {
    estimate.map_or_else(
        || "not evaluable".to_owned(),
        |e| format!("{}/{} = {} %", e.successes, e.n, percent(e.estimate)),
    )
}

/// The Clopper-Pearson interval in percent.
pub(super) fn exact_interval(estimate: Option<&ProportionEstimate>) -> String {
    estimate.map_or_else(String::new, |e| {
        let interval = &e.clopper_pearson;
        format!("{}–{}", percent(interval.lower), percent(interval.upper))
    })
}

/// The Clopper-Pearson interval with the Wilson interval in brackets, in percent.
pub(super) fn both_intervals(estimate: Option<&ProportionEstimate>) -> String {
    estimate.map_or_else(String::new, |_| {
        format!(
            "{} ({})",
            exact_interval(estimate),
            wilson_interval(estimate)
        )
    })
}

/// The Wilson interval in percent.
pub(super) fn wilson_interval(estimate: Option<&ProportionEstimate>) -> String {
    estimate.map_or_else(String::new, |e| {
        format!("{}–{}", percent(e.wilson.lower), percent(e.wilson.upper))
    })
}

/// A P value: three digits after the first that is not zero are more than anyone needs.
pub(super) fn p_value(p: f64) -> String {
    if p < 0.0001 {
        "< 0.0001".to_owned()
    } else if p < 0.001 {
        format!("{p:.4}")
    } else {
        format!("{p:.3}")
    }
}

/// Months with one decimal.
pub(super) fn months(time: Option<f64>) -> String {
    time.map_or_else(|| NOT_REACHED.to_owned(), |time| format!("{time:.1}"))
}

/// An interval of months whose ends may not be reached.
pub(super) fn open_interval(interval: &OpenInterval) -> String {
    format!("{}–{}", months(interval.lower), months(interval.upper))
}

/// A ratio with two decimals.
pub(super) fn ratio(value: Option<f64>, none: &str) -> String {
    value.map_or_else(|| none.to_owned(), |value| format!("{value:.2}"))
}

/// An interval of ratios, of which an end may be infinite, or which may not exist at all.
pub(super) fn ratio_interval(interval: &OpenInterval) -> String {
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
pub(super) fn percent_interval(interval: &Interval) -> String {
    format!("{}–{}", percent(interval.lower), percent(interval.upper))
}
