//! Numbers with the digits that their size needs.

/// From here on up and below this, numbers are written by powers of ten.
const LARGE: f64 = 1e9;
const SMALL: f64 = 1e-4;
/// Below this a number is rounding left over from 0.
const NOTHING: f64 = 1e-12;

/// A number with the `usual` decimals, and with more where these would not show two digits that
/// count; zeros at the end of the further ones are left out.
///
/// ```
/// use casegraph_stats::digits::number;
///
/// assert_eq!(number(12.345, 1), "12.3");
/// assert_eq!(number(0.5, 1), "0.5");
/// assert_eq!(number(0.04, 1), "0.04");
/// assert_eq!(number(0.0123, 1), "0.012");
/// ```
#[must_use]
pub fn number(value: f64, usual: usize) -> String {
    let size = value.abs();
    if size < NOTHING {
        return format!("{:.usual$}", 0.0);
    }
    if !value.is_finite() {
        return value.to_string();
    }
    if !(SMALL..LARGE).contains(&size) {
        return format!("{value:.1e}");
    }
    at_least_two(value, size, usual)
}

/// `value` to the second digit of `size`, at least with the usual decimals.
fn at_least_two(value: f64, size: f64, usual: usize) -> String {
    let needed = usize::try_from(1 - size.log10().floor() as i32).unwrap_or(0);
    let mut text = format!("{value:.0$}", needed.max(usual));
    for _ in usual..needed {
        if !text.ends_with('0') {
            break;
        }
        text.pop();
    }
    text
}

/// A number as it was given: without the digits that only rounding gave it.
///
/// ```
/// use casegraph_stats::digits::plain;
///
/// assert_eq!((plain(6.0), plain(0.1 + 0.2)), ("6".to_owned(), "0.3".to_owned()));
/// ```
#[must_use]
pub fn plain(value: f64) -> String {
    let rounded = format!("{value:.11e}").parse::<f64>().unwrap_or(value);
    if rounded == 0.0 || (1e-7..1e15).contains(&rounded.abs()) {
        rounded.to_string()
    } else {
        format!("{rounded:e}")
    }
}

/// A share in percent with one decimal, or with those that tell it from none and from all.
///
/// ```
/// use casegraph_stats::digits::percent;
///
/// assert_eq!(percent(8.0 / 9.0), "88.9");
/// assert_eq!(percent(0.0004), "0.04");
/// assert_eq!((percent(0.99996), percent(1.0)), ("99.996".to_owned(), "100.0".to_owned()));
/// ```
#[must_use]
pub fn percent(share: f64) -> String {
    if share.abs() < NOTHING {
        return number(0.0, 1);
    }
    let (value, left) = (share * 100.0, (1.0 - share) * 100.0);
    let text = number(value, 1);
    if text == "100.0" && left.abs() > NOTHING * 100.0 {
        return at_least_two(value, left.abs(), 1);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_digits_that_their_size_needs() {
        let shown = [
            (0.0, 1, "0.0"),
            (-0.0, 1, "0.0"),
            (0.16, 1, "0.16"),
            (0.999, 1, "1.0"),
            (0.0999, 2, "0.10"),
            (0.003, 2, "0.003"),
            (-0.0123, 1, "-0.012"),
            (7.05, 1, "7.0"),
            (123_456.78, 1, "123456.8"),
            (5e-9, 1, "5.0e-9"),
            (1e-17, 2, "0.00"),
            (4.2e12, 1, "4.2e12"),
            (f64::INFINITY, 1, "inf"),
        ];
        for (value, usual, text) in shown {
            assert_eq!(number(value, usual), text, "{value}");
        }
    }

    #[test]
    fn shares_are_told_from_none_and_from_all() {
        let shown = [
            (0.0, "0.0"),
            (1e-17, "0.0"),
            (0.000_4, "0.04"),
            (0.002_8, "0.28"),
            (0.5, "50.0"),
            (0.997, "99.7"),
            (0.999_7, "99.97"),
            (1.0 - 1e-16, "100.0"),
            (1.0, "100.0"),
            (-0.25, "-25.0"),
        ];
        for (share, text) in shown {
            assert_eq!(percent(share), text, "{share}");
        }
    }
}
