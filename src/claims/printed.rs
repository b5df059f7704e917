//! Numbers as printed, which are known to their last digit only.

use serde::Serialize;

use crate::case::printed::{PrintedNumber, Sign, is_date, is_none, numbers, range};

/// The text of a number, or of something else.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Printed(String);

impl Printed {
    /// Keeps a text as it is printed.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.trim().to_owned())
    }

    /// The text as it is printed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its readings: none where it is no number, two where it has two meanings.
    #[must_use]
    pub fn readings(&self) -> Vec<PrintedNumber> {
        numbers(&self.0)
    }

    /// The number; `None` where the text is none. Of two readings the first.
    #[must_use]
    pub fn number(&self) -> Option<f64> {
        self.readings().first().map(|number| number.value)
    }

    /// The number where nothing but rounding stands between it and the true one: no sign, no `about`.
    #[must_use]
    pub fn exact(&self) -> Option<f64> {
        let readings = self.readings();
        let first = readings.first()?;
        (readings.len() == 1 && first.sign == Sign::Equal).then_some(first.value)
    }

    /// The ends of a range such as `0.5-55.2`.
    #[must_use]
    pub fn range(&self) -> Option<(f64, f64)> {
        let (low, high) = range(&self.0)?;
        Some((low.value, high.value))
    }

    /// The same, each end with its rounding.
    #[must_use]
    pub fn ends(&self) -> Option<(PrintedNumber, PrintedNumber)> {
        range(&self.0)
    }

    /// Whether a percent sign or word stands behind the number.
    #[must_use]
    pub fn is_percent(&self) -> bool {
        self.readings().first().is_some_and(|number| number.percent)
    }

    /// Whether the text is a number, a range, a day, or says that there is none.
    #[must_use]
    pub fn is_read(&self) -> bool {
        is_none(&self.0) || is_date(&self.0) || self.has_number()
    }

    /// Whether the text is a number or a range.
    #[must_use]
    pub fn has_number(&self) -> bool {
        !self.readings().is_empty() || self.range().is_some()
    }

    /// Whether `value` is this number when it is rounded, whichever way a half goes, or lies where the
    /// sign before it says; by any of its readings.
    #[must_use]
    pub fn is(&self, value: f64) -> bool {
        self.readings().iter().any(|number| number.holds(value))
    }

    /// Whether this number is `value` with its further digits cut off.
    #[must_use]
    pub fn is_cut(&self, value: f64) -> bool {
        self.readings().iter().any(|number| number.is_cut(value))
    }

    /// `value` with as many decimals as this number has.
    #[must_use]
    pub fn like(&self, value: f64) -> String {
        let decimals = self.readings().first().map_or(0, |number| number.decimals);
        let text = format!("{value:.decimals$}");
        // Nothing is printed as -0.
        match text.strip_prefix('-') {
            Some(digits) if digits.chars().all(|digit| digit == '0' || digit == '.') => {
                digits.to_owned()
            }
            _ => text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_known_to_its_last_digit() {
        let printed = Printed::new("86.7");
        assert!(printed.is(100.0 * 26.0 / 30.0) && printed.is(86.65) && printed.is(86.75));
        assert!(!printed.is(86.64) && !printed.is(87.0));
        assert!(Printed::new("5").is(4.5) && !Printed::new("5").is(4.4));
        assert!(!Printed::new("some").is(0.0));
        assert_eq!(Printed::new("0.5-55.2").range(), Some((0.5, 55.2)));
        assert_eq!(printed.like(86.6666), "86.7");
        assert!(Printed::new("> 80 %").is(86.7) && !Printed::new("> 90 %").is(86.7));
    }
}
