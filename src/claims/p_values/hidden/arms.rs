//! The arms that a P value compares, and what is printed of all their patients together.

use crate::claims::p_values::same_words;
use crate::claims::{Claim, scale};

/// A base that differs by more patients than this from those compared is another group's.
const MOST_APART: u64 = 3;
/// What a column is called for those whom no printed category counts.
const REST: &str = "others";

/// One arm of a comparison.
pub(super) struct Arm<'a> {
    pub(super) name: &'a str,
    pub(super) size: u64,
    pub(super) claim: &'a Claim,
}

/// What is known of all patients together: categories in blocks of which the sum is printed.
pub(super) struct Columns {
    /// The categories, in order.
    pub(super) labels: Vec<String>,
    /// How many categories each block has, and how many patients.
    pub(super) blocks: Vec<(usize, u64)>,
}

impl Columns {
    pub(super) fn patients(&self) -> u64 {
        self.blocks.iter().map(|(_, total)| total).sum()
    }

    /// The events and the others.
    pub(super) fn of_two(label: String, events: u64, n: u64) -> Option<Self> {
        Some(Self {
            labels: vec![label, REST.to_owned()],
            blocks: vec![(1, events), (1, n.checked_sub(events)?)],
        })
    }
}

/// The arms that a comparison names, with the sizes that the source prints; `None` where their cells are
/// printed, or a size is not.
pub(super) fn arms<'a>(claim: &'a Claim, claims: &[&'a Claim]) -> Option<Vec<Arm<'a>>> {
    let of_comparison = |other: &&&Claim| {
        same_words(&other.comparison, &claim.comparison)
            && other.numerator.is_some()
            && other.denominator.is_some()
    };
    if claim.comparison.is_empty()
        || claims
            .iter()
            .filter(of_comparison)
            .any(|other| same_words(&other.measure, &claim.measure))
    {
        return None;
    }
    let mut names = vec![claim.comparison.as_str()];
    for mark in [" vs. ", " vs ", " versus ", " against "] {
        names = names
            .into_iter()
            .flat_map(|part| part.split(mark))
            .collect();
    }
    if names.len() < 2 {
        return None;
    }
    let size = |name: &'a str| {
        let is_it = |other: &&Claim| {
            other.subgroup.eq_ignore_ascii_case(name)
                && other.comparison.is_empty()
                && other.count().is_some()
        };
        let of_group = claims
            .iter()
            .copied()
            .filter(|other| other.group == claim.group);
        let counted = of_group.clone().chain(claims.iter().copied()).find(is_it);
        let arm = counted.and_then(|other| {
            Some(Arm {
                name,
                size: other.count()?,
                claim: other,
            })
        });
        arm.or_else(|| {
            let compared = claims.iter().copied().find(|other| {
                same_words(&other.comparison, &claim.comparison)
                    && other.subgroup.eq_ignore_ascii_case(name)
                    && other.denominator.is_some()
            })?;
            Some(Arm {
                name,
                size: compared.denominator?,
                claim: compared,
            })
        })
    };
    names.into_iter().map(|name| size(name.trim())).collect()
}

/// Rates of the whole group that have to do with what the claim compares, all of one base: the nearest to
/// the number of those compared.
pub(super) fn rates<'a>(claim: &Claim, claims: &[&'a Claim], compared: u64) -> Vec<&'a Claim> {
    let about: Vec<&Claim> = claims
        .iter()
        .copied()
        .filter(|rate| {
            let words = format!("{} {}", rate.measure, rate.group);
            let near = rate
                .denominator
                .is_some_and(|n| n.abs_diff(compared) <= MOST_APART);
            let fits = rate
                .numerator
                .zip(rate.denominator)
                .is_some_and(|(k, n)| k <= n);
            near && fits
                && rate.comparison.is_empty()
                && rate.group != claim.group
                && share_a_word(&words, &claim.measure)
        })
        .collect();
    let Some(base) = about
        .iter()
        .filter_map(|rate| rate.denominator)
        .min_by_key(|n| n.abs_diff(compared))
    else {
        return Vec::new();
    };
    let mut rates: Vec<&Claim> = Vec::new();
    for rate in about {
        let known = rates.iter().any(|other| other.numerator == rate.numerator);
        if rate.denominator == Some(base) && !known {
            rates.push(rate);
        }
    }
    rates
}

pub(super) fn event_label(rate: &Claim) -> String {
    if rate.subgroup.is_empty() {
        rate.measure.clone()
    } else {
        rate.subgroup.clone()
    }
}

/// The categories that rates of one base count: those of response in their order, or subgroups that do not
/// overlap.
pub(super) fn categories(rates: &[&Claim], base: u64) -> Option<Columns> {
    let mut scales: Vec<(usize, u64)> = Vec::new();
    for rate in rates {
        // From the best category on, so that each next rate adds one block.
        if let Some(counted) = scale::counted(rate)
            && counted.iter().copied().eq(0..counted.len())
        {
            scales.push((counted.len(), rate.numerator?));
        }
    }
    scales.sort_unstable();
    scales.dedup_by_key(|(many, _)| *many);
    if !scales.is_empty() {
        scales.push((scale::CATEGORIES.len(), base));
        let (mut blocks, mut before) = (Vec::new(), (0, 0));
        for (many, total) in scales {
            if many > before.0 {
                blocks.push((many - before.0, total.checked_sub(before.1)?));
                before = (many, total);
            }
        }
        return Some(Columns {
            labels: scale::CATEGORIES.map(str::to_owned).to_vec(),
            blocks,
        });
    }
    let named: Vec<&&Claim> = rates
        .iter()
        .filter(|rate| !rate.subgroup.is_empty())
        .collect();
    let counted: u64 = named.iter().filter_map(|rate| rate.numerator).sum();
    if named.len() < 2 || counted > base {
        return None;
    }
    let mut labels: Vec<String> = named.iter().map(|rate| rate.subgroup.clone()).collect();
    let mut blocks: Vec<(usize, u64)> = named
        .iter()
        .filter_map(|rate| Some((1, rate.numerator?)))
        .collect();
    if counted < base {
        labels.push(REST.to_owned());
        blocks.push((1, base - counted));
    }
    Some(Columns { labels, blocks })
}

/// How many of one category the arms of another comparison add up to, where they are about as many.
pub(super) fn elsewhere(claims: &[&Claim], base: u64) -> Option<(String, u64, String)> {
    let key = |claim: &Claim| {
        let [category] = scale::of_measure(&claim.measure)?[..] else {
            return None;
        };
        let arm = !claim.comparison.is_empty()
            && claim.numerator.is_some()
            && claim.denominator.is_some();
        arm.then(|| (category, claim.comparison.to_lowercase()))
    };
    crate::claims::p_values::grouped(claims, key)
        .into_iter()
        .find_map(|((category, _), arms)| {
            let arms = crate::claims::p_values::once_each(&arms);
            let n: u64 = arms.iter().filter_map(|arm| arm.denominator).sum();
            let counts: Vec<u64> = arms.iter().filter_map(|arm| arm.numerator).collect();
            let terms: Vec<String> = counts.iter().map(u64::to_string).collect();
            let ids: Vec<&str> = arms.iter().map(|arm| arm.id.as_str()).collect();
            let words = format!("{} of {}", terms.join(" + "), ids.join(" and "));
            let near = arms.len() > 1 && n.abs_diff(base) <= MOST_APART;
            near.then(|| {
                (
                    scale::CATEGORIES[category].to_owned(),
                    counts.iter().sum(),
                    words,
                )
            })
        })
}

/// Whether two texts have a word of some length in common.
fn share_a_word(one: &str, other: &str) -> bool {
    const LONG: usize = 5;
    let words = |text: &str| -> Vec<String> {
        text.split(|c: char| !c.is_alphanumeric())
            .filter(|word| word.len() >= LONG)
            .map(str::to_lowercase)
            .collect()
    };
    let others = words(other);
    words(one).iter().any(|word| others.contains(word))
}
