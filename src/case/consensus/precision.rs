//! Whether one value leaves open what another says, so that both can be true.

use crate::case::schema::{Column, Scheme};
use crate::case::value::Value;

/// What the vocabularies know of their concepts.
pub trait Concepts {
    /// Whether the first concept lies at or above the second one, so that it leaves it open.
    fn covers(&self, scheme: Scheme, above: &str, below: &str) -> bool;
    /// Whether a third concept lies at or below both, so that both can be true.
    fn overlap(&self, scheme: Scheme, one: &str, other: &str) -> bool;
    /// Whether a status is that of a dead patient.
    fn is_death(&self, status: &str) -> bool;
}

/// Values of one column, compared by what they leave open.
#[derive(Clone, Copy)]
pub(super) struct Precision<'a> {
    pub column: &'a Column,
    pub concepts: &'a dyn Concepts,
}

impl Precision<'_> {
    /// Whether the first cell leaves open what the second one says: everything that it names is
    /// there, as precise or more so. A list says what it names, and not that there is nothing else.
    pub fn covers(self, cell: &[Value], finer: &[Value]) -> bool {
        cell.iter()
            .all(|value| finer.iter().any(|finer| self.leaves_open(value, finer)))
    }

    /// Whether neither cell leaves the other open.
    pub fn apart(self, one: &[Value], other: &[Value]) -> bool {
        !self.covers(one, other) && !self.covers(other, one)
    }

    /// Whether both cells say the same.
    pub fn same(self, one: &[Value], other: &[Value]) -> bool {
        self.covers(one, other) && self.covers(other, one)
    }

    /// Whether cells that are apart can be true together all the same.
    pub fn can_both_hold(self, one: &[Value], other: &[Value]) -> bool {
        match (one, other) {
            ([Value::Concept(scheme, one)], [Value::Concept(of, other)]) => {
                scheme == of && self.concepts.overlap(*scheme, one, other)
            }
            _ => false,
        }
    }

    fn leaves_open(self, value: &Value, finer: &Value) -> bool {
        match (value, finer) {
            (Value::Concept(scheme, above), Value::Concept(of, below)) => {
                scheme == of && self.concepts.covers(*scheme, above, below)
            }
            (Value::Decimal(number), Value::Decimal(finer)) => is_rounded(number, finer),
            (Value::Range(..), _) => match (value.bounds(), finer.bounds()) {
                (Some((low, high)), Some((from, to))) => low <= from && to <= high,
                _ => false,
            },
            (Value::Text(text), Value::Text(finer)) => is_part(text, finer),
            (Value::Code(code), Value::Code(finer)) => {
                let mut broader = self.column.leaves_open.iter();
                code == finer || broader.any(|(broad, narrow)| code == broad && finer == narrow)
            }
            _ => value == finer,
        }
    }
}

/// Whether a number is another one with fewer decimals, rounded or, as ages are, cut off.
fn is_rounded(number: &str, finer: &str) -> bool {
    let (sign, number) = split_sign(number);
    let (finer_sign, finer) = split_sign(finer);
    let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
    let (finer_whole, finer_decimals) = finer.split_once('.').unwrap_or((finer, ""));
    if number == finer {
        return sign == finer_sign;
    }
    if decimals.len() >= finer_decimals.len() || (sign != finer_sign && number != "0") {
        return false;
    }
    let (kept, lost) = finer_decimals.split_at(decimals.len());
    let digits = |whole: &str, decimals: &str| format!("{whole}{decimals}").parse::<u128>().ok();
    let (Some(number), Some(cut)) = (digits(whole, decimals), digits(finer_whole, kept)) else {
        return false;
    };
    number == cut || (lost.as_bytes()[0] >= b'5' && number == cut + 1)
}

fn split_sign(number: &str) -> (bool, &str) {
    match number.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, number),
    }
}

/// Words that turn what stands beside them around, move it or put it in doubt: with one of them, a
/// longer text does not say what the shorter one says.
const TURNING: [&str; 47] = [
    "no",
    "not",
    "non",
    "none",
    "never",
    "neither",
    "nor",
    "without",
    "negative",
    "absent",
    "absence",
    "free",
    "excluded",
    "except",
    "denied",
    "wild",
    "or",
    "versus",
    "vs",
    "possible",
    "possibly",
    "probable",
    "probably",
    "likely",
    "unlikely",
    "suspected",
    "presumed",
    "unclear",
    "unknown",
    "uncertain",
    "questionable",
    "maybe",
    "about",
    "approximately",
    "before",
    "after",
    "prior",
    "pre",
    "post",
    "until",
    "since",
    "<",
    ">",
    "≤",
    "≥",
    "~",
    "?",
];

/// Whether all words of a text stand together in another one, and what that adds takes nothing back.
fn is_part(text: &str, finer: &str) -> bool {
    let (text, finer) = (words(text), words(finer));
    if text == finer {
        return true;
    }
    let turning = |words: &[String]| {
        let turns = |word: &&String| TURNING.contains(&word.as_str());
        words.iter().filter(turns).count()
    };
    !text.is_empty()
        && finer.windows(text.len()).any(|part| part == text)
        && turning(&text) == turning(&finer)
}

/// The words of a text in lower case: runs of letters and digits, numbers with their decimals, and
/// signs that compare.
fn words(text: &str) -> Vec<String> {
    let text: Vec<char> = text.to_lowercase().chars().collect();
    let mut words: Vec<String> = Vec::new();
    let mut open = false;
    for (place, &sign) in text.iter().enumerate() {
        let digit = |place: usize| text.get(place).is_some_and(char::is_ascii_digit);
        let decimal_point = sign == '.' && place > 0 && digit(place - 1) && digit(place + 1);
        if sign.is_alphanumeric() || decimal_point {
            match words.last_mut() {
                Some(word) if open => word.push(sign),
                _ => words.push(sign.to_string()),
            }
            open = true;
        } else {
            open = false;
            if "<>≤≥~?".contains(sign) {
                words.push(sign.to_string());
            }
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_with_fewer_decimals_leaves_more_decimals_open() {
        for (number, finer) in [
            ("41", "41.4"),
            ("41", "41.9"),
            ("42", "41.9"),
            ("1.5", "1.46"),
            ("0", "-0.4"),
            ("-62", "-62.5"),
            ("-63", "-62.5"),
            ("3", "3"),
        ] {
            assert!(is_rounded(number, finer), "{number} of {finer}");
        }
        for (number, finer) in [
            ("41.4", "41"),
            ("41", "42"),
            ("42", "41.4"),
            ("41.4", "41.5"),
            ("62", "-62.5"),
            ("2", "3.6"),
            ("40", "41.4"),
        ] {
            assert!(!is_rounded(number, finer), "{number} of {finer}");
        }
    }

    #[test]
    fn a_text_leaves_open_what_a_longer_one_adds_to_its_words() {
        for (text, finer) in [
            ("mutation", "exon 2 mutation"),
            ("Metastatic", "metastatic, liver"),
            ("250 mg", "250 mg twice daily"),
            ("IV", "stage IV"),
            ("no secondary mutation", "no secondary mutation of ALK"),
            ("ALK exon 20", "RANBP2 exon 18 :: ALK exon 20"),
        ] {
            assert!(is_part(text, finer), "{text} of {finer}");
            assert!(!is_part(finer, text), "{finer} of {text}");
        }
        for (text, finer) in [
            ("mutation", "no secondary mutation"),
            ("exon 2", "exon 20"),
            ("exon 20", "exon 20 or 21"),
            ("ALK exon 20", "ALK exon 21"),
            ("5 mg", "3.5 mg"),
            ("5 cm", "<5 cm"),
            ("surgery", "2 weeks after surgery"),
            ("metastatic", "oligometastatic"),
            ("", "mutation"),
        ] {
            assert!(!is_part(text, finer), "{text} of {finer}");
        }
        assert!(is_part("Stage IV", "stage iv.") && is_part("stage iv.", "Stage IV"));
    }
}
