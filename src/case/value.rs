//! A value as a sheet can hold it, and how sure its source is.

use std::fmt;

use super::schema::Scheme;

/// One value of one cell, checked and in canonical form, so that equal values compare equal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// Free text, as written.
    Text(String),
    /// A word of a closed list, such as `male` or `surgery`.
    Code(String),
    /// A whole number.
    Integer(i64),
    /// A decimal number in canonical form (`3.5`, `12`): years or months, as the column says.
    Decimal(String),
    /// Two numbers in canonical form, the lower one first, between which the number lies.
    Range(String, String),
    /// `yes` or `no` of a sheet.
    Boolean(bool),
    /// A date of the calendar, as ISO 8601 writes it.
    Date(String),
    /// A concept of a vocabulary, by its slug.
    Concept(Scheme, String),
    /// A gene, by its current symbol.
    Gene(String),
}

impl Value {
    /// Reads a decimal number into canonical form; `None` if it is not a plain finite decimal.
    #[must_use]
    pub fn decimal(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let plain = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !plain(whole) || !plain(fraction) || digits.ends_with('.') {
            return None;
        }
        let whole = whole.trim_start_matches('0');
        let fraction = fraction.trim_end_matches('0');
        let mut canonical = String::new();
        canonical.push_str(if whole.is_empty() { "0" } else { whole });
        if !fraction.is_empty() {
            canonical.push('.');
            canonical.push_str(fraction);
        }
        if text.starts_with('-') && canonical != "0" {
            canonical.insert(0, '-');
        }
        Some(Self::Decimal(canonical))
    }

    /// Reads two numbers with a dash between them, such as `40-45`; `None` if they are not such.
    #[must_use]
    pub fn range(text: &str) -> Option<Self> {
        let (low, high) = text.split_once(['-', '–'])?;
        let number = |part: &str| Self::decimal(part.trim());
        match (number(low)?, number(high)?) {
            (low, high) if low.as_number()? >= high.as_number()? => None,
            (Self::Decimal(low), Self::Decimal(high)) => Some(Self::Range(low, high)),
            _ => None,
        }
    }

    /// The least and the greatest number that this value can be, if it is one.
    #[must_use]
    pub fn bounds(&self) -> Option<(f64, f64)> {
        match self {
            Self::Range(low, high) => Some((low.parse().ok()?, high.parse().ok()?)),
            other => other.as_number().map(|number| (number, number)),
        }
    }

    /// The number in this value, if it is one.
    #[must_use]
    pub fn as_number(&self) -> Option<f64> {
        match self {
            #[expect(clippy::cast_precision_loss, reason = "sheet numbers are small")]
            Self::Integer(number) => Some(*number as f64),
            Self::Decimal(text) => text.parse().ok(),
            _ => None,
        }
    }
}

impl fmt::Display for Value {
    /// The value as a curator would write it; a concept shows its slug.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text)
            | Self::Code(text)
            | Self::Decimal(text)
            | Self::Date(text)
            | Self::Concept(_, text)
            | Self::Gene(text) => f.write_str(text),
            Self::Integer(number) => number.fmt(f),
            Self::Range(low, high) => write!(f, "{low}-{high}"),
            Self::Boolean(yes) => f.write_str(if *yes { "yes" } else { "no" }),
        }
    }
}

/// What one cell of a source's row says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reported {
    /// One value, or several where the column takes a list. Never empty.
    Values(Vec<Value>),
    /// `NR`: the source was read whole and does not report it.
    NotReported,
    /// `NA`: the question does not arise.
    NotApplicable,
}

/// How a value came to stand in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// The source says it.
    Stated,
    /// Date arithmetic or inference; the row's note says how. Never outranks a stated value.
    Derived,
    /// Reworded or too loose to count. Never reaches the consensus unless a decision takes it.
    Weak,
}

impl Certainty {
    /// The words of the `certainty` column.
    pub const WORDS: [&str; 3] = ["stated", "derived", "weak"];

    /// Reads the word of the `certainty` column.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "stated" => Some(Self::Stated),
            "derived" => Some(Self::Derived),
            "weak" => Some(Self::Weak),
            _ => None,
        }
    }

    /// The word of the `certainty` column.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Stated => "stated",
            Self::Derived => "derived",
            Self::Weak => "weak",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_have_one_form() {
        for text in ["44", "44.0", "044", "44.00"] {
            assert_eq!(
                Value::decimal(text),
                Some(Value::Decimal("44".into())),
                "{text}"
            );
        }
        assert_eq!(Value::decimal("-0.50"), Some(Value::Decimal("-0.5".into())));
        assert_eq!(Value::decimal("-0"), Some(Value::Decimal("0".into())));
        let range = |text| Value::range(text).map(|range| range.to_string());
        assert_eq!(range("40.0 – 45"), Some("40-45".into()));
        for text in ["45-40", "-5", "-5-3", "40-", "4-4", "1-2-3", "a-b"] {
            assert_eq!(range(text), None, "{text}");
        }
        for text in ["", ".", "1.", ".5", "1e3", "NaN", "1,5", "+3", "--1", " 1"] {
            assert_eq!(Value::decimal(text), None, "{text}");
        }
    }
}
