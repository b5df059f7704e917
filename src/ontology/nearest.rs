//! The known words that one that is not known may be meant for.

/// Words that turn the meaning round: what one of two has and the other has not.
const NEGATIONS: [&str; 13] = [
    "no", "non", "not", "without", "never", "nil", "nor", "lack", "lacking", "absent", "absence",
    "loss", "lost",
];

/// Beginnings of words that turn round the rest of them, as in unstable and incomplete.
const NEGATING: [&str; 8] = ["non", "un", "in", "im", "ir", "dis", "de", "anti"];

/// Beginnings of words that mean the contrary of each other, as in hyperkalemia and hypokalemia.
const CONTRARY: [(&[&str], &[&str]); 13] = [
    (&["hyper"], &["hypo"]),
    (&["tachy"], &["brady"]),
    (&["poly"], &["oligo"]),
    (&["increas", "elevat"], &["decreas", "reduc"]),
    (&["high"], &["low"]),
    (&["upper"], &["lower"]),
    (&["left"], &["right"]),
    (&["gain"], &["loss", "lost"]),
    (&["positiv"], &["negativ"]),
    (
        &["alive", "living", "surviv"],
        &["dead", "died", "death", "deceas"],
    ),
    (&["male"], &["female"]),
    (
        &["progress", "worse", "grow"],
        &["regress", "respon", "remi", "improv", "shr"],
    ),
    (&["benign"], &["malign"]),
];

/// Ends of words that mean the contrary of each other, as in neutropenia and neutrophilia.
const CONTRARY_ENDS: [(&str, &str); 2] = [("penia", "philia"), ("penia", "cytosis")];

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
            let own = words(&lower);
            let mut score = if other_code(&word, &lower) {
                0.0
            } else {
                strsim::normalized_damerau_levenshtein(&word, &lower)
            };
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

/// Whether a text has a letter within or before a short code that the code lacks: AWOD is alive without disease, and
/// no misprint of AWD.
fn other_code(one: &str, other: &str) -> bool {
    let (short, long) = if one.len() < other.len() {
        (one, other)
    } else {
        (other, one)
    };
    let more = |c: char| c.is_alphanumeric() && !short.contains(c);
    short.len() < SHORT
        && !long.starts_with(short)
        && short.len() < long.len()
        && long.contains(more)
}

/// The words of a text.
fn words(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect()
}

/// Whether two texts, as their words in lower case, say the contrary of each other.
fn contrary(a: &[&str], b: &[&str]) -> bool {
    turned_round(a, b) || opposites(a, b) || opposites(b, a)
}

/// Whether a has a word of which b has the contrary only.
fn opposites(a: &[&str], b: &[&str]) -> bool {
    let begin = |words: &[&str], starts: &[&str]| {
        let mut starts = starts.iter();
        starts.any(|start| words.iter().any(|word| word.starts_with(start)))
    };
    let only = |words: &[&str], one, other| begin(words, one) && !begin(words, other);
    let ends = |words: &[&str], end| words.iter().any(|word| word.ends_with(end));
    CONTRARY.iter().any(|&(one, other)| {
        (only(a, one, other) && only(b, other, one)) || (only(a, other, one) && only(b, one, other))
    }) || CONTRARY_ENDS
        .iter()
        .any(|&(one, other)| ends(a, one) && ends(b, other) && !ends(a, other) && !ends(b, one))
}

/// Whether one text denies what the other says: by a word as in `no response`, or within one as in `unstable`.
fn turned_round(a: &[&str], b: &[&str]) -> bool {
    let denies = |words: &[&str]| {
        let all = words.iter().filter(|word| NEGATIONS.contains(word));
        all.count() % 2 == 1
    };
    let (of_a, of_b) = (denies(a), denies(b));
    let mut agreed = false;
    for word in a {
        let (mut same, mut other) = (false, false);
        for (stem, denied) in stems(word, of_a) {
            let found = b.iter().flat_map(|word| stems(word, of_b));
            for (_, against) in found.filter(|(known, _)| one_stem(stem, known)) {
                same |= denied == against;
                other |= denied != against;
            }
        }
        if other && !same {
            return true;
        }
        agreed |= same;
    }
    of_a != of_b && !agreed
}

/// A word, and what it turns round, each with whether it is denied.
fn stems(word: &str, denied: bool) -> impl Iterator<Item = (&str, bool)> {
    let rest = NEGATING.iter().find_map(|start| word.strip_prefix(start));
    let all = [Some((word, denied)), rest.map(|rest| (rest, !denied))];
    all.into_iter()
        .flatten()
        .filter(|(stem, _)| stem.len() >= SHORT && !NEGATIONS.contains(stem))
}

/// Whether two words begin alike, as response and responder do.
fn one_stem(a: &str, b: &str) -> bool {
    const ENOUGH: usize = 5;
    let common = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    common >= ENOUGH.min(a.len()).min(b.len())
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
            ("partial progression", "partial remission"),
            ("died with disease", "alive with disease"),
            ("unstable", "stable"),
            ("unstable disease", "stable disease"),
            ("undead", "dead"),
            ("nonresponder", "responder"),
            ("unresponsive", "responded"),
            ("incomplete response", "complete response"),
            ("loss of response", "response"),
            ("evaluable", "inevaluable"),
            ("differentiated liposarcoma", "dedifferentiated liposarcoma"),
            ("neutrophilia", "neutropenia"),
            ("thrombocytosis", "thrombocytopenia"),
            ("AWOD", "AWD"),
        ] {
            assert_eq!(near(word, &[known]), Vec::<&str>::new(), "{word}");
            assert_eq!(near(known, &[word]), Vec::<&str>::new(), "{known}");
        }
        assert_eq!(
            near("hyperkalaemia", &["hypokalemia", "hyperkalemia"]),
            ["hyperkalemia"]
        );
        for (word, known) in [
            ("nonresponder", "non-responder"),
            ("unresponsiv", "unresponsive"),
            ("undifferentiated sarkoma", "undifferentiated sarcoma"),
            ("weigth loss", "weight loss"),
            ("alive without diseas", "alive without disease"),
        ] {
            assert_eq!(near(word, &[known, "nothing"]), [known], "{word}");
        }
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
        assert_eq!(near("maxi", &["min", "max"]), ["max"]);
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
