//! How well a word fits what was asked.

/// How well, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// It is the word.
    Whole,
    /// The word begins so.
    Begins,
    /// A part of the word begins so.
    Part,
    /// It stands somewhere in the word.
    Within,
    /// It is one slip away.
    Near,
}

/// Letters below which a slip makes another word.
const SHORTEST: usize = 4;

/// A text as texts are compared: small letters, one blank between words.
pub fn folded(text: &str) -> String {
    let small = text.to_lowercase();
    small.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// How a word fits; both are folded.
pub fn of(word: &str, wanted: &str) -> Option<Fit> {
    if word == wanted {
        return Some(Fit::Whole);
    }
    if word.starts_with(wanted) {
        return Some(Fit::Begins);
    }
    // A letter or two stand somewhere in everything.
    let at = word.find(wanted).filter(|_| wanted.chars().count() > 1)?;
    let before = |at: usize| word[..at].chars().next_back();
    let begins = |at: usize| before(at).is_none_or(|before| !before.is_alphanumeric());
    let part = word.match_indices(wanted).any(|(at, _)| begins(at));
    if part {
        Some(Fit::Part)
    } else {
        (wanted.len() >= SHORTEST && at > 0).then_some(Fit::Within)
    }
}

/// Whether a word, or a part of it, is one slip away: a letter too many, missing, wrong or exchanged.
pub fn near(word: &str, wanted: &str) -> Option<Fit> {
    let length = wanted.chars().count();
    let is_near = |part: &str| {
        let apart = part.chars().count().abs_diff(length);
        apart <= 1 && strsim::osa_distance(part, wanted) <= 1
    };
    let long = length >= SHORTEST;
    let parts = || word.split(|c: char| !c.is_alphanumeric()).any(is_near);
    (long && (is_near(word) || parts())).then_some(Fit::Near)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_come_before_their_parts() {
        for (word, wanted, fit) in [
            ("crizotinib", "crizotinib", Some(Fit::Whole)),
            ("crizotinib", "criz", Some(Fit::Begins)),
            ("ranbp2::alk", "alk", Some(Fit::Part)),
            ("xalkori", "alk", None),
            ("leiomyosarcoma", "sarcoma", Some(Fit::Within)),
            ("alk f1174l", "f1174l", Some(Fit::Part)),
            ("crizotinib", "b", None),
            ("crizotinib", "z", None),
        ] {
            assert_eq!(of(word, wanted), fit, "{wanted} in {word}");
        }
    }

    #[test]
    fn one_slip_is_forgiven_and_two_are_not() {
        for good in [
            "crizotinb",
            "crizotiinib",
            "crizotinib",
            "cirzotinib",
            "krizotinib",
        ] {
            assert_eq!(near("crizotinib", good), Some(Fit::Near), "{good}");
        }
        for bad in ["crizotb", "ceritinib", "crz"] {
            assert_eq!(near("crizotinib", bad), None, "{bad}");
        }
        assert_eq!(near("epithelioid sarcoma", "sarcma"), Some(Fit::Near));
        assert_eq!(folded("  Table \n 1 "), "table 1");
    }
}
