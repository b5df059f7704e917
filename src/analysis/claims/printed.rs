//! Numbers as printed, which are known to their last digit only.

use serde::Serialize;

/// The text of a number, or of something else.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Printed(String);

impl Printed {
    /// Takes the text.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.trim().to_owned())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number; `None` where the text is none.
    #[must_use]
    pub fn number(&self) -> Option<f64> {
        self.0
            .parse::<f64>()
            .ok()
            .filter(|number| number.is_finite())
    }

    /// The ends of a range such as `0.5-55.2`.
    #[must_use]
    pub fn range(&self) -> Option<(f64, f64)> {
        let (low, high) = self.0.split_once(['-', '–'])?;
        Some((low.trim().parse().ok()?, high.trim().parse().ok()?))
    }

    /// Half a unit of the last digit.
    #[must_use]
    pub fn half_unit(&self) -> f64 {
        let decimals = self
            .0
            .split_once('.')
            .map_or(0, |(_, decimals)| decimals.len());
        0.5 * 10_f64.powi(-i32::try_from(decimals).unwrap_or(0))
    }

    /// Whether `value` is this number when it is rounded, whichever way a half goes.
    #[must_use]
    pub fn is(&self, value: f64) -> bool {
        let Some(printed) = self.number() else {
            return false;
        };
        (value - printed).abs() <= self.half_unit() + 1e-9 * value.abs().max(1.0)
    }

    /// `value` with as many decimals as this number has.
    #[must_use]
    pub fn like(&self, value: f64) -> String {
        let decimals = self
            .0
            .split_once('.')
            .map_or(0, |(_, decimals)| decimals.len());
        format!("{value:.decimals$}")
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
    }
}
