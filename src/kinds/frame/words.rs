//! Words of a file that stand for no value, and words that look alike.

/// What programs write where they have no value; compared without regard to case. The errors of
/// spreadsheets are no values either. Words that may be honest values, such as `unknown` or `none`,
/// are not among these.
const NO_VALUE: &[&str] = &[
    "na",
    "n/a",
    "#n/a",
    "#na",
    "<na>",
    "nan",
    "-nan",
    "nat",
    "null",
    "#null!",
    ".",
    "-",
    "--",
    "---",
    "'--",
    "–",
    "—",
    "?",
    "#div/0!",
    "#value!",
    "#ref!",
    "#name?",
    "#num!",
    "not available",
    "[not available]",
    "[not applicable]",
    "[not evaluated]",
    "[unknown]",
    "[discrepancy]",
];

/// The longest of these has fewer bytes.
const LONGEST: usize = 20;

/// Words that may mean that nothing is known, and may be a group of their own.
const DOUBTFUL: &[&str] = &[
    "unknown",
    "not known",
    "unk",
    "not reported",
    "not stated",
    "not specified",
    "unspecified",
    "missing",
    "not applicable",
    "not evaluated",
    "not evaluable",
    "not done",
    "notdone",
    "indeterminate",
    "undetermined",
    "n.a.",
    "n.d.",
    "nd",
    "nk",
];

/// How the lack of a value is written in a file.
#[derive(Debug, Clone, Default)]
pub struct Missing {
    own: Vec<String>,
    /// Columns in which `-` is the opposite of `+`.
    signs: Vec<usize>,
}

impl Missing {
    /// The words of all programs, and those that the reader of the file names.
    #[must_use]
    pub fn with(own: &[String]) -> Self {
        Self {
            own: own.iter().map(|word| word.trim().to_lowercase()).collect(),
            signs: Vec::new(),
        }
    }

    /// The same, but in these columns `-` is a value.
    #[must_use]
    pub fn signed(self, columns: Vec<usize>) -> Self {
        Self {
            signs: columns,
            ..self
        }
    }

    /// Whether a cell names no unit.
    #[must_use]
    pub fn is_no_unit(&self, cell: &str) -> bool {
        self.is(usize::MAX, cell)
    }

    /// Whether a cell of a column has no value.
    pub(super) fn is(&self, column: usize, cell: &str) -> bool {
        let Some(first) = cell.bytes().next() else {
            return true;
        };
        // None of the words begins with a digit, or is so long; most cells do, or are.
        if self.own.is_empty() && (first.is_ascii_digit() || cell.len() > LONGEST) {
            return false;
        }
        let lower = cell.to_lowercase();
        let own = |word: &String| {
            *word == lower
                || matches!((word.parse::<f64>(), cell.parse::<f64>()), (Ok(a), Ok(b)) if a == b)
        };
        self.own.iter().any(own)
            || (NO_VALUE.contains(&lower.as_str())
                && !(is_minus(cell) && self.signs.contains(&column)))
    }
}

/// Whether a cell is the minus of a test that was negative.
pub(super) fn is_minus(cell: &str) -> bool {
    matches!(cell, "-" | "–" | "—")
}

/// Whether a cell is the plus of a test that was positive.
pub(super) fn is_plus(cell: &str) -> bool {
    !cell.is_empty() && cell.chars().all(|c| c == '+')
}

/// Whether a value may mean that nothing is known.
pub(super) fn is_doubtful(value: &str) -> bool {
    // None is how Python writes it; written otherwise it is an answer.
    value == "None" || DOUBTFUL.contains(&value.to_lowercase().as_str())
}

/// What two values have in common that differ in case and blanks only.
pub(in crate::kinds) fn folded(value: &str) -> String {
    value
        .chars()
        .filter(|c| {
            !c.is_whitespace() && !matches!(c, '\u{FEFF}' | '\u{200B}'..='\u{200F}' | '\u{2060}')
        })
        .flat_map(char::to_lowercase)
        .collect()
}

/// Whether two different values differ in case and blanks only, one is a part or a misprint of the
/// other.
pub(super) fn is_near(a: &str, b: &str) -> bool {
    let (one, other) = (folded(a), folded(b));
    let part = one.len().min(other.len()) > 3 && (one.contains(&other) || other.contains(&one));
    part || is_misprint(a, b)
}

/// Whether one value may be the other, misprinted.
pub(super) fn is_misprint(a: &str, b: &str) -> bool {
    let (a, b) = (folded(a), folded(b));
    if a == b {
        return true;
    }
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let most = match a.len().min(b.len()) {
        0..=3 => return false,
        4 => 1,
        _ => 2,
    };
    a.len().abs_diff(b.len()) <= most && distance(&a, &b) <= most
}

/// The edit distance of Levenshtein.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let changed = above[j] + usize::from(x != y);
            row.push(changed.min(above[j + 1] + 1).min(row[j] + 1));
        }
        above = row;
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_without_a_value() {
        let missing = Missing::with(&["Unknown".to_owned(), "-99".to_owned()]);
        for word in [
            "",
            "NA",
            "n/a",
            "NaN",
            "NULL",
            ".",
            "-",
            "[Not Available]",
            "unknown",
            "-99",
            "-99.0",
        ] {
            assert!(missing.is(0, word), "{word}");
        }
        for word in ["none", "None", "0", "no", "negative", "not reported", "99"] {
            assert!(!missing.is(0, word), "{word}");
        }
        assert!(
            NO_VALUE
                .iter()
                .all(|word| word.len() <= LONGEST && !word.as_bytes()[0].is_ascii_digit())
        );
        let signed = missing.signed(vec![1]);
        assert!(signed.is(0, "-") && !signed.is(1, "-") && signed.is(1, "NA"));
    }

    #[test]
    fn near_words() {
        for (a, b) in [
            ("DECEASED", "deceased"),
            ("DECEASED", "1:DECEASED"),
            ("alvie", "alive"),
            ("dead of disease", "Dead  of disease"),
            ("relapse", "relapsed"),
            ("a b", "a\u{A0}b"),
        ] {
            assert!(is_near(a, b), "{a} {b}");
        }
        for (a, b) in [
            ("yes", "no"),
            ("1", "0"),
            ("PD", "PR"),
            ("alive", "dead"),
            ("0", "10"),
        ] {
            assert!(!is_near(a, b), "{a} {b}");
        }
    }
}
