//! Numbers, truth values and dates as people write them, and as XML Schema does.

use crate::graph::model::{Literal, xsd};

/// Digits of a decimal number before the point that the engine can always hold.
pub(super) const WHOLE_DIGITS: usize = 20;

/// Digits of a decimal number after the point that the engine can hold.
pub(super) const FRACTION_DIGITS: usize = 18;

/// Two values that a query takes for the same, however they are written: `05` and `5`, `4.50` and `4.5`.
pub(in crate::query) fn same_value(a: &Literal, b: &Literal) -> bool {
    let canonical = |literal: &Literal| -> Option<String> {
        let text = literal.value().trim();
        match literal.datatype() {
            xsd::INTEGER | xsd::DECIMAL => decimal(text),
            xsd::DOUBLE | xsd::FLOAT => text.parse::<f64>().ok().map(|number| number.to_string()),
            xsd::BOOLEAN => match text {
                "true" | "1" => Some("true".to_owned()),
                "false" | "0" => Some("false".to_owned()),
                _ => None,
            },
            _ => None,
        }
    };
    a == b
        || (a.datatype() == b.datatype()
            && canonical(a).is_some_and(|value| canonical(b) == Some(value)))
}

/// `+04.50` as `4.5`: no sign for what is not negative, no zeros that say nothing.
pub(super) fn decimal(text: &str) -> Option<String> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() + fraction.len() == 0 || !all_digits(whole) || !all_digits(fraction) {
        return None;
    }
    let (whole, fraction) = (
        whole.trim_start_matches('0'),
        fraction.trim_end_matches('0'),
    );
    let sign = if negative && !(whole.is_empty() && fraction.is_empty()) {
        "-"
    } else {
        ""
    };
    let point = if fraction.is_empty() { "" } else { "." };
    Some(format!(
        "{sign}{}{point}{fraction}",
        if whole.is_empty() { "0" } else { whole }
    ))
}

pub(super) fn boolean(text: &str) -> Option<bool> {
    match text {
        "true" | "yes" => Some(true),
        "false" | "no" => Some(false),
        _ => None,
    }
}

pub(super) fn is_date(text: &str) -> bool {
    let shape = text.len() == 10
        && text.bytes().enumerate().all(|(i, b)| {
            if i == 4 || i == 7 {
                b == b'-'
            } else {
                b.is_ascii_digit()
            }
        });
    let number =
        |range: std::ops::Range<usize>| text.get(range).and_then(|part| part.parse::<u32>().ok());
    let (Some(year), Some(month), Some(day), true) =
        (number(0..4), number(5..7), number(8..10), shape)
    else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    };
    (1..=days).contains(&day)
}
