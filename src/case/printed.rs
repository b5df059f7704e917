//! Numbers as papers and spreadsheets print them: `96.7`, `96,7`, `96·7 %`, `P<.05`, `≤ 1`, `3.5 × 10⁻⁵`.
//!
//! A printed number is known to its last digit only, so what is read is the number, how far it may be
//! off by rounding, and the sign before it. A text with two meanings, such as `1,234`, has both.

/// The sign before a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// None, or `=`.
    Equal,
    /// `<`.
    Less,
    /// `≤`.
    AtMost,
    /// `>`.
    Greater,
    /// `≥`.
    AtLeast,
    /// `~`, `about`.
    About,
}

/// A number as printed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PrintedNumber {
    /// The number, as it stands: 86.7 of `86.7 %`.
    pub value: f64,
    /// Half a unit of its last digit.
    pub half_unit: f64,
    /// Digits after the decimal mark.
    pub decimals: usize,
    /// The sign before it.
    pub sign: Sign,
    /// Whether a percent sign or word stands behind it.
    pub percent: bool,
}

impl PrintedNumber {
    /// Whether `value` is what is printed: this number when it is rounded, whichever way a half goes, or
    /// a number on the side that the sign says.
    #[must_use]
    pub fn holds(&self, value: f64) -> bool {
        let rounding = 1e-9 * value.abs().max(1.0);
        match self.sign {
            Sign::Equal | Sign::About => (value - self.value).abs() <= self.half_unit + rounding,
            Sign::Less => value < self.value,
            Sign::AtMost => value <= self.value,
            Sign::Greater => value > self.value,
            Sign::AtLeast => value >= self.value,
        }
    }

    /// Whether this number is `value` with its further digits cut off.
    #[must_use]
    pub fn is_cut(&self, value: f64) -> bool {
        let more = value.abs() - self.value.abs();
        let same_side = value * self.value >= 0.0;
        self.sign == Sign::Equal && same_side && (0.0..2.0 * self.half_unit).contains(&more)
    }
}

/// The readings of a text: none where it is no number, two where it has two meanings.
///
/// ```
/// use casegraph::case::printed::numbers;
///
/// assert_eq!(numbers("96·7 %")[0].value, 96.7);
/// assert_eq!(numbers("P < ,05")[0].value, 0.05);
/// assert_eq!(numbers("1,234").len(), 2);
/// assert!(numbers("some").is_empty());
/// ```
#[must_use]
pub fn numbers(text: &str) -> Vec<PrintedNumber> {
    let text = plain(text);
    let (sign, rest) = signed(without_label(&text));
    let (rest, percent) = without_unit(without_remark(rest));
    let readings = match word(rest) {
        Some(number) => vec![(number, 0)],
        None => scientific(rest).unwrap_or_else(|| decimal(rest)),
    };
    readings
        .into_iter()
        .filter(|(value, _)| value.is_finite())
        .map(|(value, decimals)| PrintedNumber {
            value,
            half_unit: 0.5 * 10_f64.powi(-i32::try_from(decimals).unwrap_or(0)),
            decimals: usize::try_from(decimals).unwrap_or(0),
            sign,
            percent,
        })
        .collect()
}

/// The P value of a cell, with the sign that stands in a cell of its own: `ns` is `> 0.05`, percent
/// are taken as such.
#[must_use]
pub fn p_values(operator: &str, text: &str) -> Vec<PrintedNumber> {
    let words = letters(&format!("{operator}{text}"));
    let words = words.strip_prefix("p").unwrap_or(&words);
    if [
        "ns",
        "notsignificant",
        "nonsignificant",
        "nosignificance",
        "nosignificantdifference",
    ]
    .contains(&words)
    {
        return numbers("> 0.05");
    }
    let bare = numbers(text);
    // A sign in the cell of the number stands before any in a cell of its own.
    let stated = bare
        .first()
        .is_some_and(|number| number.sign != Sign::Equal);
    let read = if stated {
        bare
    } else {
        numbers(&format!(
            "{operator} {}",
            without_label(plain(text).as_str())
        ))
    };
    read.into_iter()
        .map(|number| {
            if number.percent {
                PrintedNumber {
                    value: number.value / 100.0,
                    half_unit: number.half_unit / 100.0,
                    decimals: number.decimals + 2,
                    percent: false,
                    ..number
                }
            } else {
                number
            }
        })
        .filter(|number| (0.0..=1.0).contains(&number.value))
        .collect()
}

/// The ends of a range such as `0.5-55.2`, `0,5 – 55,2`, `2010 to 2021` or `(17.3; 48.0)`.
#[must_use]
pub fn range(text: &str) -> Option<(PrintedNumber, PrintedNumber)> {
    let text = plain(text);
    let (inner, _) = without_unit(text.trim());
    let inner = inner
        .trim_start_matches(['(', '['])
        .trim_end_matches([')', ']']);
    for mark in [" to ", ";", ", ", "..", " and ", "-"] {
        for (at, _) in inner.match_indices(mark) {
            let ends = (&inner[..at], &inner[at + mark.len()..]);
            let (low, high) = (numbers(ends.0), numbers(ends.1));
            if let ([low], [high]) = (&low[..], &high[..])
                && low.sign == Sign::Equal
                && high.sign == Sign::Equal
            {
                return Some((*low, *high));
            }
        }
    }
    None
}

/// Whether a text is a day as `2021-08-22`; such texts are in the order of their days.
#[must_use]
pub fn is_date(text: &str) -> bool {
    text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}

/// Whether a text says that there is no number.
#[must_use]
pub fn is_none(text: &str) -> bool {
    const WORDS: [&str; 13] = [
        "nr",
        "na",
        "ne",
        "nd",
        "none",
        "notreached",
        "notreported",
        "notstated",
        "notavailable",
        "notestimable",
        "notevaluable",
        "notcalculable",
        "infinity",
    ];
    matches!(text.trim(), "∞" | "-" | "–" | "—") || {
        let words = letters(text);
        text.trim().is_empty() || WORDS.contains(&words.as_str())
    }
}

/// The letters of a text, small.
fn letters(text: &str) -> String {
    let letters = text.chars().filter(|letter| letter.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

/// One sign for each thing that print has several of.
fn plain(text: &str) -> String {
    let text = text
        .trim()
        .chars()
        .map(|letter| match letter {
            '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' | '\t' => ' ',
            '−' | '–' | '—' | '‐' | '‑' | '‒' | '﹣' | '－' | '⁻' => '-',
            '·' | '‧' | '∙' | '⋅' | '•' | '．' | '٫' | '。' => '.',
            '，' => ',',
            '％' | '﹪' => '%',
            '＜' => '<',
            '＞' => '>',
            '＝' => '=',
            '≦' | '⩽' => '≤',
            '≧' | '⩾' => '≥',
            '’' | '‘' | 'ʼ' => '\'',
            '⁰' => '0',
            '¹' => '1',
            '²' => '2',
            '³' => '3',
            '⁴'..='⁹' => shifted(letter, '⁴', '4'),
            '０'..='９' => shifted(letter, '０', '0'),
            letter => letter,
        })
        .collect::<String>();
    text.trim().to_owned()
}

fn shifted(letter: char, from: char, to: char) -> char {
    let distance = u32::from(letter).saturating_sub(u32::from(from));
    char::from_u32(u32::from(to) + distance).unwrap_or(letter)
}

/// Without `P`, `p-value` before a sign or a digit.
fn without_label(text: &str) -> &str {
    let text = text.trim_start();
    for label in ["p-value", "p value", "p"] {
        let Some(start) = text.get(..label.len()) else {
            continue;
        };
        let rest = text[label.len()..].trim_start();
        if start.eq_ignore_ascii_case(label)
            && rest.starts_with(|next: char| next.is_ascii_digit() || "<>=≤≥~≈.,".contains(next))
        {
            return rest;
        }
    }
    text
}

fn signed(text: &str) -> (Sign, &str) {
    const SIGNS: [(&str, Sign); 28] = [
        ("<=", Sign::AtMost),
        ("=<", Sign::AtMost),
        ("≤", Sign::AtMost),
        ("at most ", Sign::AtMost),
        ("up to ", Sign::AtMost),
        (">=", Sign::AtLeast),
        ("=>", Sign::AtLeast),
        ("≥", Sign::AtLeast),
        ("at least ", Sign::AtLeast),
        ("<", Sign::Less),
        ("less than ", Sign::Less),
        ("fewer than ", Sign::Less),
        ("under ", Sign::Less),
        ("below ", Sign::Less),
        (">", Sign::Greater),
        ("more than ", Sign::Greater),
        ("greater than ", Sign::Greater),
        ("over ", Sign::Greater),
        ("above ", Sign::Greater),
        ("~", Sign::About),
        ("≈", Sign::About),
        ("about ", Sign::About),
        ("approximately ", Sign::About),
        ("approx. ", Sign::About),
        ("around ", Sign::About),
        ("circa ", Sign::About),
        ("ca. ", Sign::About),
        ("=", Sign::Equal),
    ];
    let text = text.trim();
    for (mark, sign) in SIGNS {
        let start = text.get(..mark.len());
        if start.is_some_and(|start| start.eq_ignore_ascii_case(mark)) {
            return (sign, text[mark.len()..].trim_start());
        }
    }
    (Sign::Equal, text)
}

/// Without what stands in brackets behind the number, or after a plus-minus sign.
fn without_remark(text: &str) -> &str {
    let text = text.split(['±', '[']).next().unwrap_or(text);
    match text.find('(') {
        Some(at) if at > 0 => text[..at].trim_end(),
        _ => text.trim(),
    }
}

/// Without a percent sign or a unit behind the number, and whether it was one of percent.
fn without_unit(text: &str) -> (&str, bool) {
    const PERCENT: [&str; 5] = ["%", "percent", "per cent", "pct", "percentage"];
    let text = text.trim();
    let end = text.rfind(|letter: char| letter.is_ascii_digit() || ")]".contains(letter));
    let Some(end) = end else {
        return (text, false);
    };
    // Each of these letters is one byte long.
    let (number, behind) = text.split_at(end + 1);
    let unit = behind.trim();
    let percent = PERCENT
        .iter()
        .any(|word| word.eq_ignore_ascii_case(unit.trim_end_matches('.')));
    // A letter right behind the digits may be one that was typed for a digit.
    let apart = behind.starts_with([' ', '.']) || behind.is_empty();
    let attached =
        unit.bytes().all(|byte| byte.is_ascii_lowercase()) && !["o", "l"].contains(&unit);
    let is_unit = unit
        .chars()
        .all(|letter| letter.is_alphabetic() || letter == ' ' || letter == '.');
    if percent || is_unit && (apart || attached) {
        (number.trim_end(), percent)
    } else {
        (text, false)
    }
}

/// Small numbers in words.
fn word(text: &str) -> Option<f64> {
    const WORDS: [&str; 13] = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
        "eleven", "twelve",
    ];
    let at = WORDS
        .iter()
        .position(|word| word.eq_ignore_ascii_case(text))?;
    Some(at as f64)
}

/// `3.5e-5`, `3.5 × 10-5`, `10^-5`.
fn scientific(text: &str) -> Option<Vec<(f64, i64)>> {
    let small = text.to_lowercase().replace(' ', "");
    let (digits, power) = if let Some((digits, power)) = small.split_once('e') {
        (digits.to_owned(), power.to_owned())
    } else {
        let small = small.replace(['×', '*'], "x");
        match small.strip_prefix("10^") {
            Some(power) => ("1".to_owned(), power.to_owned()),
            None => {
                let (digits, power) = small.split_once("x10")?;
                (digits.to_owned(), power.trim_start_matches('^').to_owned())
            }
        }
    };
    let power: i64 = power.strip_prefix('+').unwrap_or(&power).parse().ok()?;
    if power.abs() > 300 {
        return None;
    }
    let readings = decimal(&digits);
    let [(value, decimals)] = readings[..] else {
        return None;
    };
    let scale = 10_f64.powi(i32::try_from(power).ok()?);
    Some(vec![(value * scale, decimals - power)])
}

/// Digits with decimal marks and marks of thousands, as value and number of decimals; two readings
/// where one mark may be either.
fn decimal(text: &str) -> Vec<(f64, i64)> {
    let (minus, digits) = match text.strip_prefix(['-', '+']) {
        Some(rest) => (text.starts_with('-'), rest.trim_start()),
        None => (false, text),
    };
    let fits = |c: char| c.is_ascii_digit() || ",.' ".contains(c);
    if !digits.chars().all(fits) || !digits.contains(|c: char| c.is_ascii_digit()) {
        return Vec::new();
    }
    let read =
        |digits: &str, mark: Option<char>, groups: &[char]| read_digits(digits, mark, groups);
    let (commas, points) = (digits.matches(',').count(), digits.matches('.').count());
    let readings = match (commas, points) {
        (0, 0) => vec![read(digits, None, &[' ', '\''])],
        (0, 1) => vec![read(digits, Some('.'), &[' ', '\''])],
        (1, 0) => {
            let whole = digits.split(',').next().unwrap_or_default();
            let as_decimal = read(digits, Some(','), &[' ', '\'']);
            // No thousand is written 0,050.
            let as_thousand = if whole.starts_with('0') {
                None
            } else {
                read(digits, None, &[','])
            };
            if as_thousand.is_some() {
                vec![as_decimal, as_thousand]
            } else {
                vec![as_decimal]
            }
        }
        (_, 0) => vec![read(digits, None, &[','])],
        (0, _) => vec![read(digits, None, &['.'])],
        _ if digits.rfind('.') > digits.rfind(',') => vec![read(digits, Some('.'), &[','])],
        _ => vec![read(digits, Some(','), &['.'])],
    };
    let signed = |(value, decimals): (f64, i64)| (if minus { -value } else { value }, decimals);
    readings.into_iter().flatten().map(signed).collect()
}

fn read_digits(digits: &str, mark: Option<char>, groups: &[char]) -> Option<(f64, i64)> {
    let (whole, fraction) = mark
        .and_then(|mark| digits.split_once(mark))
        .unwrap_or((digits, ""));
    let mut parts = whole.split(groups);
    let first = parts.next()?;
    let rest: Vec<&str> = parts.collect();
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let grouped = rest.is_empty()
        || (1..=3).contains(&first.len())
            && rest.iter().all(|part| part.len() == 3 && is_digits(part));
    if !grouped
        || !is_digits(first)
        || !is_digits(fraction)
        || (first.is_empty() && fraction.is_empty())
    {
        return None;
    }
    let whole: String = std::iter::once(first).chain(rest).collect();
    let value = format!(
        "{}.{}",
        if whole.is_empty() { "0" } else { &whole },
        if fraction.is_empty() { "0" } else { fraction }
    );
    Some((value.parse().ok()?, i64::try_from(fraction.len()).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<f64> {
        numbers(text).iter().map(|number| number.value).collect()
    }

    #[test]
    fn every_spelling_of_a_number_is_read() {
        for text in [
            "96.7",
            "96,7",
            "96·7",
            "96.7%",
            "96.7 %",
            "96,7 %",
            "96.7 percent",
            "96.7 per cent",
            "96.7\u{a0}%",
            "=96.7",
            "96.7 (29/30)",
            "96.7 [82.8-99.9]",
            "96.7 months",
            "96.7 ± 3.2",
            "９６.7",
            "~96.7",
            "about 96.7",
        ] {
            assert_eq!(read(text), [96.7], "{text}");
        }
        for (text, value) in [
            ("−13.8", -13.8),
            ("-50", -50.0),
            (".05", 0.05),
            (",05", 0.05),
            ("0,05", 0.05),
            ("5.", 5.0),
            ("1,234.5", 1234.5),
            ("1.234,5", 1234.5),
            ("12 345", 12345.0),
            ("12\u{202f}345", 12345.0),
            ("1'234", 1234.0),
            ("1,234,567", 1_234_567.0),
            ("0,050", 0.05),
            ("3.5e-5", 3.5e-5),
            ("3.5 × 10−5", 3.5e-5),
            ("3.5×10⁻⁵", 3.5e-5),
            ("10^-5", 1e-5),
            ("3.5 * 10^-5", 3.5e-5),
            ("two", 2.0),
            ("31.5ms", 31.5),
            ("8 weeks", 8.0),
        ] {
            let found = read(text);
            assert!(
                found.len() == 1 && (found[0] - value).abs() <= 1e-12 * value.abs(),
                "{text}: {found:?}"
            );
        }
    }

    #[test]
    fn what_may_be_two_numbers_is_both() {
        assert_eq!(read("1,234"), [1.234, 1234.0]);
        assert_eq!(read("12,345"), [12.345, 12345.0]);
        assert_eq!(read("1,23"), [1.23]);
        assert_eq!(read("1,2345"), [1.2345]);
    }

    #[test]
    fn what_is_no_number_is_not_read() {
        for text in [
            "",
            "some",
            "26/30",
            "2021-08-22",
            "5 of 9",
            "1,23,456",
            "a5",
            "1 2",
            "-",
            "%",
            "NR",
            "1-2",
            "9O",
        ] {
            assert!(read(text).is_empty(), "{text}: {:?}", read(text));
        }
    }

    #[test]
    fn the_last_digit_is_kept() {
        let half_unit = |text: &str| numbers(text)[0].half_unit;
        assert_eq!(half_unit("86.70"), 0.005);
        assert_eq!(half_unit("87"), 0.5);
        assert!((half_unit("3.5e-5") - 5e-7).abs() < 1e-20);
        let printed = numbers("86.7")[0];
        assert!(printed.holds(86.65) && printed.holds(86.75) && !printed.holds(86.64));
        assert!(printed.is_cut(86.79) && !printed.is_cut(86.69999) && !printed.is_cut(86.81));
    }

    #[test]
    fn p_values_as_printed() {
        let read = |operator: &str, text: &str| {
            let found = p_values(operator, text);
            assert_eq!(found.len(), 1, "{operator} {text}");
            (found[0].sign, found[0].value)
        };
        for text in [
            "P<.05",
            "p < 0,05",
            "< 0.05",
            "<.05",
            "P-value < 0.05",
            "less than 0.05",
            "<5 %",
        ] {
            assert_eq!(read("", text), (Sign::Less, 0.05), "{text}");
        }
        assert_eq!(read("<", ".05"), (Sign::Less, 0.05));
        assert_eq!(read("P <", "0·001"), (Sign::Less, 0.001));
        assert_eq!(read("≤", "0.05"), (Sign::AtMost, 0.05));
        assert_eq!(read("=", ".000"), (Sign::Equal, 0.0));
        assert_eq!(read("=", "0.5 (Fisher)"), (Sign::Equal, 0.5));
        for text in [
            "ns",
            "NS",
            "n.s.",
            "not significant",
            "P = NS",
            "non-significant",
        ] {
            assert_eq!(read("", text), (Sign::Greater, 0.05), "{text}");
        }
        assert!(p_values("=", "1.2").is_empty() && p_values("=", "significant").is_empty());
    }

    #[test]
    fn ranges_as_printed() {
        let read = |text: &str| range(text).map(|(low, high)| (low.value, high.value));
        for text in [
            "0.5-55.2",
            "0.5–55.2",
            "0.5 — 55.2",
            "0,5-55,2",
            "0.5 to 55.2",
            "0.5; 55.2",
            "0.5, 55.2",
            "(0.5-55.2)",
            "[0.5–55.2]",
            "0.5-55.2 months",
            "0.5 − 55.2",
        ] {
            assert_eq!(read(text), Some((0.5, 55.2)), "{text}");
        }
        assert_eq!(read("-5-3"), Some((-5.0, 3.0)));
        assert_eq!(read("-5 to -3"), Some((-5.0, -3.0)));
        for text in ["2021-08-22", "5", "", "-5", "<= 1"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn words_for_no_number() {
        for text in ["NR", "not reached", "Not estimable", "–", "", "NA"] {
            assert!(is_none(text), "{text}");
        }
        assert!(!is_none("some") && !is_none("5"));
        assert!(is_date("2021-08-22") && !is_date("2021"));
    }
}
