//! Pairs of cases that may be one patient published twice.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::matching::{Contribution, Matching, OF_PATIENTS};
use super::profile::{Profile, Study};

/// Up to so many cases, every pair is compared.
const EVERY_PAIR: usize = 2000;

/// Items that the sheets have no column for.
const NOT_IN_SHEETS: [&str; 3] = ["institution", "country", "authors other than the first"];

/// Choices of a search.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DuplicatesOptions {
    /// The lowest score shown, bits; `None` is where the reading reaches `least_reading`.
    pub min: Option<f64>,
    /// Share of the cases that are taken to be second reports before anything is compared.
    pub second_reports: f64,
    /// The lowest reading shown where `min` is not set.
    pub least_reading: f64,
    /// Only pairs of which both cases count.
    pub counted_only: bool,
}

impl Default for DuplicatesOptions {
    fn default() -> Self {
        Self {
            min: None,
            second_reports: 0.05,
            least_reading: 0.1,
            counted_only: false,
        }
    }
}

/// What a curator ruled on a pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ruling {
    /// One patient; the case that stays, and why.
    Same {
        /// The case that stays.
        stays: String,
        /// The curator's reason.
        reason: String,
    },
    /// Two patients, and why.
    Different {
        /// The curator's reason.
        reason: String,
    },
}

/// A pair of cases.
#[derive(Debug, Clone, PartialEq)]
pub struct DuplicatePair {
    /// The two cases; one that counts stands first.
    pub cases: [String; 2],
    /// Whether each counts.
    pub counted: [bool; 2],
    /// Their sources.
    pub sources: [Vec<String>; 2],
    /// The score, bits.
    pub score: f64,
    /// The score read as a probability, if the items were independent.
    pub reading: f64,
    /// What each item adds.
    pub items: Vec<Contribution>,
    /// What a curator ruled.
    pub ruling: Option<Ruling>,
}

/// What a search found.
#[derive(Debug, Clone, PartialEq)]
pub struct Duplicates {
    /// Number of cases.
    pub cases: usize,
    /// Number of pairs of them.
    pub pairs: usize,
    /// Number of pairs compared.
    pub compared: usize,
    /// How the pairs to compare were chosen, if not all were.
    pub blocking: Option<&'static str>,
    /// Pairs that are no candidates, because one publication reports both as its own patients and they
    /// differ in something, or agree in too little to be one that was entered twice.
    pub told_apart: usize,
    /// The lowest score shown, bits.
    pub min: f64,
    /// The probability that two cases are one patient before anything is compared.
    pub prior: f64,
    /// Share of cases taken to be second reports, from which the prior comes.
    pub second_reports: f64,
    /// Items that the sheets have no column for.
    pub not_compared: &'static [&'static str],
    /// Pairs of at least that score that no curator has ruled on, the highest first.
    pub open: Vec<DuplicatePair>,
    /// Pairs that a curator has ruled on, the highest first.
    pub decided: Vec<DuplicatePair>,
}

/// Finds the pairs of cases that may be one patient.
///
/// The prior is that of a pair taken at random: with a share s of the N cases being second reports,
/// s·N pairs of N(N−1)/2 are one patient, so it is 2s / (N − 1). The reading is its odds times
/// 2^score, as a probability.
#[must_use]
pub fn duplicates(study: &Study, options: &DuplicatesOptions) -> Duplicates {
    let matching = Matching::new(study);
    let n = study.profiles.len();
    let prior = match n {
        0 | 1 => 0.0,
        n => (2.0 * options.second_reports / (n - 1) as f64).min(0.5),
    };
    let min = options.min.unwrap_or_else(|| {
        let odds = |p: f64| p / (1.0 - p);
        (odds(options.least_reading) / odds(prior)).log2().max(0.0)
    });
    let min = if min.is_finite() { min } else { 0.0 };
    let told_apart = told_apart(&matching);
    let mut compared = 0;
    let mut found: Vec<(usize, usize, f64)> = Vec::new();
    let mut rulings = rulings(study);
    let mut twins = 0;
    let mut consider = |a: usize, b: usize| {
        let score = if told_apart.contains(&(a, b)) {
            let Some(score) = matching.twins(a, b) else {
                return;
            };
            twins += 1;
            score
        } else {
            matching.score(a, b)
        };
        compared += 1;
        if score >= min && !rulings.contains_key(&(a, b)) {
            found.push((a, b, score));
        }
    };
    let blocked = n > EVERY_PAIR;
    if blocked {
        blocks(&matching, &mut consider);
    } else {
        for a in 0..n {
            for b in a + 1..n {
                consider(a, b);
            }
        }
    }
    let pair = |(a, b): (usize, usize), score: f64, ruling| {
        let reading = prior * score.exp2() / (1.0 - prior + prior * score.exp2());
        let mut pair = show(&matching, study, (a, b), score, reading, ruling);
        if told_apart.contains(&(a, b)) {
            // Author and year are those of the one publication.
            for item in pair.items.iter_mut().skip(OF_PATIENTS) {
                item.weight = None;
            }
        }
        pair
    };
    let wanted = |pair: &DuplicatePair| !options.counted_only || pair.counted == [true; 2];
    let mut open: Vec<DuplicatePair> = found
        .into_iter()
        .map(|(a, b, score)| pair((a, b), score, None))
        .filter(wanted)
        .collect();
    let mut decided: Vec<DuplicatePair> = std::mem::take(&mut rulings)
        .into_iter()
        .map(|((a, b), ruling)| pair((a, b), matching.score(a, b), Some(ruling)))
        .collect();
    for pairs in [&mut open, &mut decided] {
        pairs.sort_by(|a, b| {
            b.score
                .total_cmp(&a.score)
                .then_with(|| a.cases.cmp(&b.cases))
        });
    }
    Duplicates {
        cases: n,
        pairs: n * n.saturating_sub(1) / 2,
        compared,
        blocking: blocked.then_some(
            "pairs that agree on two of partner, histology (or what lies right above it), site and age within a year, or have a first author in common",
        ),
        told_apart: told_apart.len() - twins,
        min,
        prior,
        second_reports: options.second_reports,
        not_compared: &NOT_IN_SHEETS,
        open,
        decided,
    }
}

/// Pairs of which one publication reports both as patients of its own.
fn told_apart(matching: &Matching<'_>) -> HashSet<(usize, usize)> {
    let mut by_source: HashMap<u32, Vec<usize>> = HashMap::new();
    for (case, compact) in matching.cases.iter().enumerate() {
        for source in &compact.primary {
            by_source.entry(*source).or_default().push(case);
        }
    }
    let mut pairs = HashSet::new();
    for cases in by_source.values() {
        for (at, a) in cases.iter().enumerate() {
            pairs.extend(cases[at + 1..].iter().map(|b| (*a, *b)));
        }
    }
    pairs
}

/// Calls with each pair that shares a block, once.
fn blocks(matching: &Matching<'_>, consider: &mut impl FnMut(usize, usize)) {
    let keys: Vec<Vec<[u64; 2]>> = matching.cases.iter().map(block_keys).collect();
    let mut blocks: HashMap<[u64; 2], Vec<usize>> = HashMap::new();
    let mut near: Vec<usize> = Vec::new();
    // Each case meets those before it.
    for (case, own) in keys.iter().enumerate() {
        near.clear();
        for key in own {
            let block = blocks.entry(*key).or_default();
            near.extend(block.iter());
            block.push(case);
        }
        near.sort_unstable();
        near.dedup();
        for before in near.iter().filter(|before| **before != case) {
            consider(*before, case);
        }
    }
}

/// The blocks that a case stands in: every two of what it has, and each first author alone.
fn block_keys(case: &super::matching::Compact) -> Vec<[u64; 2]> {
    let tagged = |tag: u64, value: u64| tag << 32 | value;
    let mut kinds: Vec<Vec<u64>> = Vec::new();
    kinds.push(
        case.partners
            .iter()
            .map(|gene| tagged(1, u64::from(*gene)))
            .collect(),
    );
    kinds.push(
        case.near_histology
            .iter()
            .map(|h| tagged(2, u64::from(*h)))
            .collect(),
    );
    kinds.push(
        case.site
            .iter()
            .map(|site| tagged(3, u64::from(*site)))
            .collect(),
    );
    // Ages within a year of each other have a whole number in common.
    #[expect(clippy::cast_sign_loss, reason = "ages are not negative")]
    let whole = |age: f64| age.max(0.0).floor() as u64;
    kinds.push(
        case.age
            .iter()
            .flat_map(|age| [whole(*age), whole(*age) + 1])
            .map(|age| tagged(4, age))
            .collect(),
    );
    let mut keys = Vec::new();
    for (at, first) in kinds.iter().enumerate() {
        for second in &kinds[at + 1..] {
            for a in first {
                keys.extend(second.iter().map(|b| [*a, *b]));
            }
        }
    }
    keys.extend(
        case.authors
            .iter()
            .map(|author| [tagged(5, u64::from(*author)), 0]),
    );
    keys
}

/// The rulings of curators by pair; cases that are the same patient as a third one are one as well.
fn rulings(study: &Study) -> BTreeMap<(usize, usize), Ruling> {
    let number: HashMap<&str, usize> = study
        .profiles
        .iter()
        .enumerate()
        .map(|(at, profile)| (profile.case.as_str(), at))
        .collect();
    let mut found = BTreeMap::new();
    let mut one: BTreeMap<&str, Vec<(usize, &str)>> = BTreeMap::new();
    for (at, profile) in study.profiles.iter().enumerate() {
        for (other, reason) in &profile.different_from {
            if let Some(&other) = number.get(other.as_str()) {
                let ruling = Ruling::Different {
                    reason: reason.clone(),
                };
                found.insert((at.min(other), at.max(other)), ruling);
            }
        }
        if let Some((_, reason)) = profile.same_as.first() {
            one.entry(first_of(study, &number, profile))
                .or_default()
                .push((at, reason));
        }
    }
    for (stays, seconds) in one {
        let first = number.get(stays).map(|at| (*at, ""));
        let group: Vec<(usize, &str)> = first.into_iter().chain(seconds).collect();
        for (index, (a, _)) in group.iter().enumerate() {
            for (b, reason) in &group[index + 1..] {
                let ruling = Ruling::Same {
                    stays: stays.to_owned(),
                    reason: (*reason).to_owned(),
                };
                found.insert((*a.min(b), *a.max(b)), ruling);
            }
        }
    }
    found
}

/// The case that stays of those ruled to be the patient of this one.
fn first_of<'s>(study: &'s Study, number: &HashMap<&str, usize>, profile: &'s Profile) -> &'s str {
    let mut first = profile;
    // A build lets no ruling go round in a circle.
    for _ in 0..study.profiles.len() {
        let next = first
            .same_as
            .first()
            .and_then(|(case, _)| number.get(case.as_str()));
        match next {
            Some(&at) => first = &study.profiles[at],
            None => break,
        }
    }
    &first.case
}

fn show(
    matching: &Matching<'_>,
    study: &Study,
    (a, b): (usize, usize),
    score: f64,
    reading: f64,
    ruling: Option<Ruling>,
) -> DuplicatePair {
    let later = !study.profiles[a].counted && study.profiles[b].counted;
    let (a, b) = if later { (b, a) } else { (a, b) };
    let both = [&study.profiles[a], &study.profiles[b]];
    DuplicatePair {
        cases: both.map(|profile| profile.case.clone()),
        counted: both.map(|profile| profile.counted),
        sources: both.map(|profile| profile.sources.iter().map(|s| s.key.clone()).collect()),
        score,
        reading,
        items: matching.contributions(a, b),
        ruling,
    }
}

#[cfg(test)]
mod tests;
