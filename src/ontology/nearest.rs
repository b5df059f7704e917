//! The known words that one that is not known may be meant for.

/// Words that turn the meaning round: what one of two has and the other has not.
const NEGATIONS: [&str; 6] = ["no", "non", "not", "without", "never", "nil"];

/// Beginnings of words that mean the contrary of each other, as in hyperkalemia and hypokalemia.
const CONTRARY: [(&str, &str); 12] = [
    ("hyper", "hypo"),
    ("tachy", "brady"),
    ("poly", "oligo"),
    ("increas", "decreas"),
    ("high", "low"),
    ("upper", "lower"),
    ("left", "right"),
    ("gain", "loss"),
    ("positive", "negative"),
    ("alive", "dead"),
    ("male", "female"),
    ("progress", "regress"),
];

/// A candidate shorter than this is meant only by a word of about its length: "PR" by "PRR", and never
/// by "progression".
const SHORT: usize = 4;

/// The candidates most like a word, best first: at most three, none below two thirds likeness, and none
/// that means the contrary.
pub fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    // Nothing so long is a misspelt word, and comparing it would take forever.
    if word.len() > 200 {
        return Vec::new();
    }
    let word = word.to_lowercase();
    let parts = words(&word);
    let mut scored: Vec<(f64, &str)> = candidates
        .filter_map(|candidate| {
            let lower = candidate.to_lowercase();
            let mut score = strsim::normalized_damerau_levenshtein(&word, &lower);
            let own = words(&lower);
            let within = |few: &[&str], many: &[&str]| few.iter().all(|part| many.contains(part));
            if begins(&word, &lower) || begins(&lower, &word) || within(&own, &parts) {
                score = score.max(0.7);
            } else if word.len() >= SHORT - 1 && within(&parts, &own) {
                score = score.max(0.67);
            }
            (score >= 0.66 && !contrary(&parts, &own)).then_some((score, candidate))
        })
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    scored
        .into_iter()
        .take(3)
        .map(|(_, candidate)| candidate)
        .collect()
}

/// Whether a text that is long enough to tell begins another one.
fn begins(short: &str, long: &str) -> bool {
    short.len() >= SHORT && long.starts_with(short)
}

/// The words of a text.
fn words(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect()
}

/// Whether two texts, as their words in lower case, say the contrary of each other.
fn contrary(a: &[&str], b: &[&str]) -> bool {
    let negated = |words: &[&str]| {
        let all = words.iter().filter(|word| NEGATIONS.contains(word));
        all.count() % 2 == 1
    };
    let has = |words: &[&str], start: &str| words.iter().any(|word| word.starts_with(start));
    let only = |words: &[&str], one, other| has(words, one) && !has(words, other);
    negated(a) != negated(b)
        || CONTRARY.iter().any(|&(one, other)| {
            (only(a, one, other) && only(b, other, one))
                || (only(a, other, one) && only(b, one, other))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near<'a>(word: &str, known: &[&'a str]) -> Vec<&'a str> {
        nearest(word, known.iter().copied())
    }

    #[test]
    fn the_contrary_is_never_the_nearest() {
        for (word, known) in [
            ("hyperkalemia", "hypokalemia"),
            ("no progression", "progression"),
            ("progression", "regression"),
            ("non-responder", "responder"),
            ("response", "no-response"),
            ("tachycardia", "bradycardia"),
            ("QT increased", "QT decreased"),
            ("alive-diseas", "dead-disease"),
            ("femal", "male"),
        ] {
            assert_eq!(near(word, &[known]), Vec::<&str>::new(), "{word}");
            assert_eq!(near(known, &[word]), Vec::<&str>::new(), "{known}");
        }
        assert_eq!(
            near("hyperkalaemia", &["hypokalemia", "hyperkalemia"]),
            ["hyperkalemia"]
        );
        assert_eq!(
            near("no respons", &["no response", "response"]),
            ["no response"]
        );
    }

    #[test]
    fn a_code_of_two_letters_is_meant_by_a_short_word_only() {
        assert_eq!(near("progression", &["PR", "PD"]), Vec::<&str>::new());
        assert_eq!(near("PRR", &["CR", "PR", "PD"]), ["PR"]);
        assert_eq!(near("SDD", &["SD"]), ["SD"]);
        assert_eq!(near("near CR", &["NE", "CR", "PR"]), ["CR"]);
        assert_eq!(near("no CR", &["NE", "CR"]), Vec::<&str>::new());
        assert_eq!(near("left lung", &["lung", "liver"]), ["lung"]);
        assert_eq!(near("leg", &["lower leg", "lung"]), ["lower leg"]);
        assert_eq!(
            near("crizotinb", &["ceritinib", "crizotinib"]),
            ["crizotinib"]
        );
    }
}
