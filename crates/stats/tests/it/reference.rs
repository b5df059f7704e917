//! The estimators against R. `tests/reference/` holds, for each file of numbers, the R script that
//! made it.

mod agreement;
mod association;
mod competing_risks;
mod contingency;
mod conventions;
mod cox;
mod enrichment;
mod pooling;
mod proportions;
mod ranks;
mod survival;
mod survival_compare;

use std::fmt::Debug;

use casegraph_stats::estimate::{Interval, Level, OpenInterval};
use serde_json::Value;

/// Relative difference allowed where both sides evaluate a closed form or solve an equation to the
/// last digits.
const CLOSED_FORM: f64 = 1e-12;

/// Relative difference allowed to R's beta quantiles and hypergeometric probabilities, which rest
/// on log-gamma differences.
const SPECIAL_FUNCTION: f64 = 1e-11;

/// Numbers smaller than this are rounding left over from a zero.
const ZERO: f64 = 1e-14;

fn read(text: &str) -> Value {
    serde_json::from_str(text).expect("reference file is JSON")
}

fn list(value: &Value) -> &[Value] {
    value
        .as_array()
        .map_or_else(|| panic!("not a list: {value}"), Vec::as_slice)
}

fn fields(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value
        .as_object()
        .unwrap_or_else(|| panic!("not an object: {value}"))
        .iter()
}

fn number(value: &Value) -> f64 {
    value
        .as_f64()
        .unwrap_or_else(|| panic!("not a number: {value}"))
}

fn count(value: &Value) -> u64 {
    value
        .as_u64()
        .unwrap_or_else(|| panic!("not a count: {value}"))
}

fn text(value: &Value) -> &str {
    value
        .as_str()
        .unwrap_or_else(|| panic!("not text: {value}"))
}

fn level(value: &Value) -> Level {
    Level::new(number(value)).expect("a valid level")
}

/// Fails unless `found` is `wanted`; a missing number must be missing in both.
#[track_caller]
fn same(what: impl Debug, found: impl Into<Option<f64>>, wanted: &Value, tolerance: f64) {
    match (found.into(), wanted.as_f64()) {
        (None, None) => {}
        (Some(found), Some(wanted)) => {
            let difference = (found - wanted).abs();
            assert!(
                difference <= tolerance * wanted.abs() + ZERO,
                "{what:?}: {found} here, {wanted} in R"
            );
        }
        (found, _) => panic!("{what:?}: {found:?} here, {wanted} in R"),
    }
}

#[track_caller]
fn same_all(
    what: impl Debug,
    found: impl IntoIterator<Item = Option<f64>>,
    wanted: &Value,
    tolerance: f64,
) {
    let found: Vec<_> = found.into_iter().collect();
    assert_eq!(
        found.len(),
        list(wanted).len(),
        "{what:?}: another number of values"
    );
    for (i, (found, wanted)) in found.into_iter().zip(list(wanted)).enumerate() {
        same((&what, i), found, wanted, tolerance);
    }
}

fn limits(interval: Interval) -> [Option<f64>; 2] {
    [Some(interval.lower), Some(interval.upper)]
}

fn open_limits(interval: OpenInterval) -> [Option<f64>; 2] {
    [interval.lower, interval.upper]
}
