//! The items of the model: how each is compared, and how often two patients agree on it.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{Names, levels};
use crate::likeness::Concepts;
use crate::likeness::profile::{Profile, Study};

/// A case with its names as numbers.
#[derive(Debug, Clone, Default)]
pub(in crate::likeness) struct Compact {
    pub age: Option<f64>,
    pub age_group: Vec<u32>,
    pub sex: Vec<u32>,
    pub histology: Option<u32>,
    /// The histology and what lies right above it.
    pub near_histology: Vec<u32>,
    pub site: Option<u32>,
    pub partners: Vec<u32>,
    /// Genes with the exon at which each is broken; whole text where none is named.
    pub breakpoints: Vec<(u32, u32)>,
    pub drugs: Given,
    pub months: Vec<(u32, f64)>,
    pub authors: Vec<u32>,
    pub years: Vec<i64>,
    /// Sources that report patients of their own.
    pub primary: Vec<u32>,
}

impl Compact {
    pub(super) fn of(study: &Study, profile: &Profile, names: &mut Names) -> Self {
        let mut one = |value: &Option<String>| value.as_ref().map(|value| names.number(value));
        let (histology, site) = (one(&profile.histology), one(&profile.site));
        let sex = one(&profile.sex).into_iter().collect();
        let age_group = one(&profile.age_group).into_iter().collect();
        let mut near_histology: Vec<u32> = histology.into_iter().collect();
        if let Some(histology) = &profile.histology {
            let parents = study.concepts.parents(histology);
            near_histology.extend(parents.iter().map(|parent| names.number(parent)));
        }
        let mut breakpoints: Vec<(u32, u32)> = profile
            .breakpoints
            .iter()
            .flat_map(|text| exons(text))
            .map(|(gene, exon)| (names.number(&format!("breakpoint {gene}")), exon))
            .collect();
        breakpoints.sort_unstable();
        breakpoints.dedup();
        let mut months = Vec::new();
        for episode in &profile.episodes {
            for drug in &episode.drugs {
                months.extend(episode.progression_free.map(|m| (names.number(drug), m)));
            }
        }
        let mut case = Self {
            age: profile.age,
            age_group,
            sex,
            histology,
            near_histology,
            site,
            partners: profile
                .partners
                .iter()
                .map(|gene| names.number(gene))
                .collect(),
            breakpoints,
            drugs: Given {
                // A drug that is not named may be any of the other case's.
                drugs: profile
                    .drugs()
                    .into_iter()
                    .filter(|drug| !study.concepts.is_open(drug))
                    .map(|drug| names.number(drug))
                    .collect(),
                ordered: profile.is_ordered(),
            },
            months,
            ..Self::default()
        };
        for source in study.primary(profile) {
            case.primary
                .push(names.number(&format!("source {}", source.key)));
            case.years.extend(source.year);
            let author = &source.first_author;
            if !author.is_empty() {
                case.authors
                    .push(names.number(&format!("author {}", author.to_lowercase())));
            }
        }
        for list in [&mut case.partners, &mut case.authors, &mut case.primary] {
            list.sort_unstable();
            list.dedup();
        }
        case
    }
}

/// The exons that a breakpoint names, as `RANBP2 exon 18 :: ALK exon 20`; the whole text as one name
/// where it names none.
fn exons(text: &str) -> Vec<(String, u32)> {
    let words: Vec<&str> = text
        .split(|c: char| !c.is_alphanumeric() && c != '-')
        .filter(|word| !word.is_empty())
        .collect();
    let mut found = Vec::new();
    for three in words.windows(3) {
        if let ([gene, exon], Ok(number)) = ([three[0], three[1]], three[2].parse())
            && exon.eq_ignore_ascii_case("exon")
        {
            found.push((gene.to_uppercase(), number));
        }
    }
    if found.is_empty() {
        found.push((words.join(" ").to_lowercase(), 0));
    }
    found
}

/// log₂(m / u), at least 0: agreement never counts against a pair.
fn agreement(m: f64, u: f64) -> f64 {
    if u > 0.0 {
        (m / u).log2().max(0.0)
    } else {
        0.0
    }
}

/// log₂(m / u), at most 0: disagreement never counts for a pair.
fn disagreement(m: f64, u: f64) -> f64 {
    if u > 0.0 {
        (m / u).log2().min(0.0)
    } else {
        0.0
    }
}

/// A level between: at most the closer one, at least the farthest.
fn between(m: f64, u: f64, closer: f64, farthest: f64) -> f64 {
    let weight = if u > 0.0 { (m / u).log2() } else { 0.0 };
    weight.min(closer).max(farthest)
}

/// How many of the cases with a known value have each.
#[derive(Debug, Clone, Default)]
struct Shares {
    counts: HashMap<u32, usize>,
    known: usize,
}

impl Shares {
    fn new<'v>(cases: impl Iterator<Item = &'v [u32]>) -> Self {
        let mut shares = Self::default();
        for values in cases.filter(|values| !values.is_empty()) {
            shares.known += 1;
            for value in values {
                *shares.counts.entry(*value).or_insert(0) += 1;
            }
        }
        shares
    }

    fn count(&self, value: u32) -> usize {
        self.counts.get(&value).copied().unwrap_or(0)
    }

    fn share(&self, value: u32) -> f64 {
        self.count(value) as f64 / self.known.max(1) as f64
    }

    /// The share that a value has if the two cases that agree on it are one: they count once, so that a value
    /// which they alone have is as rare as it is then.
    fn of_one_patient(&self, value: u32) -> f64 {
        of_one_patient(self.count(value), self.known)
    }

    fn words(&self, value: u32) -> String {
        format!("{} of {} cases", self.count(value), self.known)
    }
}

/// The share of `count` of `known` cases if two of them are one patient.
fn of_one_patient(count: usize, known: usize) -> f64 {
    let less_one = |n: usize| n.saturating_sub(1).max(1) as f64;
    less_one(count) / less_one(known)
}

/// A value out of a list, or several: two cases agree if they have one in common.
pub(super) struct Nominal {
    shares: Shares,
    m: f64,
    disagreement: f64,
}

impl Nominal {
    pub(super) fn new<'v>(item: &str, cases: impl Iterator<Item = &'v [u32]>) -> Self {
        let shares = Shares::new(cases);
        let [m, other] = levels(item);
        // Whole numbers are summed, so that the order in which a map gives them does not matter.
        let squares: usize = shares.counts.values().map(|count| count * count).sum();
        let common = squares as f64 / (shares.known * shares.known).max(1) as f64;
        Self {
            m,
            disagreement: disagreement(other, 1.0 - common),
            shares,
        }
    }

    /// How many cases have a value, as a share of those with a known one, if two of them are one patient.
    pub(super) fn frequency(&self, value: u32) -> f64 {
        self.shares.of_one_patient(value)
    }

    /// The rarest value that both have.
    pub(super) fn common(&self, a: &[u32], b: &[u32]) -> Option<u32> {
        let common = a.iter().copied().filter(|value| b.contains(value));
        common.min_by_key(|value| (self.shares.count(*value), *value))
    }

    pub(super) fn weight(&self, a: &[u32], b: &[u32]) -> Option<f64> {
        if a.is_empty() || b.is_empty() {
            return None;
        }
        Some(match self.common(a, b) {
            Some(value) => agreement(self.m, self.shares.of_one_patient(value)),
            None => self.disagreement,
        })
    }

    pub(super) fn share(&self, a: &[u32], b: &[u32]) -> Option<String> {
        self.common(a, b).map(|value| self.shares.words(value))
    }
}

/// How many cases stand behind the overall share of a value when its share within a histology is
/// estimated: few cases of a histology say little about it.
const OVERALL_CASES: f64 = 5.0;

/// Values within each histology: what a shared histology has told of a shared value already.
pub(super) struct Within {
    both: HashMap<(u32, u32), usize>,
    histologies: HashMap<u32, usize>,
}

impl Within {
    pub(super) fn new<'v>(cases: impl Iterator<Item = (Option<u32>, &'v [u32])>) -> Self {
        let mut within = Self {
            both: HashMap::new(),
            histologies: HashMap::new(),
        };
        for (histology, values) in cases.filter(|(_, values)| !values.is_empty()) {
            let Some(histology) = histology else { continue };
            *within.histologies.entry(histology).or_insert(0) += 1;
            for value in values {
                *within.both.entry((histology, *value)).or_insert(0) += 1;
            }
        }
        within
    }

    /// log₂ of how much more frequent a value is within a histology than overall, at least 0: with n of
    /// the N cases of the histology, the pair being one of them, and the overall share f standing for five
    /// cases more, its share within is (n + 5 f) / (N + 5).
    pub(super) fn gain(&self, histology: u32, value: u32, overall: f64) -> f64 {
        let count = |n: Option<&usize>| n.map_or(0, |n| n.saturating_sub(1).max(1)) as f64;
        let n = count(self.both.get(&(histology, value)));
        let all = count(self.histologies.get(&histology));
        let within = (n + OVERALL_CASES * overall) / (all + OVERALL_CASES);
        agreement(within, overall)
    }
}

/// A concept of a hierarchy: the same, one above the other, or neither.
pub(super) struct Graded {
    shares: Shares,
    m: [f64; 3],
    u: [f64; 3],
    /// Pairs of concepts of which one covers the other.
    related: HashSet<(u32, u32)>,
}

impl Graded {
    pub(super) fn new(
        item: &str,
        cases: impl Iterator<Item = Option<u32>>,
        names: &Names,
        concepts: &Concepts,
    ) -> Self {
        let values: Vec<Option<u32>> = cases.collect();
        let shares = Shares::new(values.iter().map(Option::as_slice));
        let mut related = HashSet::new();
        let mut u = [0.0; 3];
        // In one order, so that sums are the same whatever order a map gives.
        let mut numbers: Vec<u32> = shares.counts.keys().copied().collect();
        numbers.sort_unstable();
        for &a in &numbers {
            let above = concepts.above(names.name(a));
            for &b in &numbers {
                let both = shares.share(a) * shares.share(b);
                if a == b {
                    u[0] += both;
                } else if above.contains(names.name(b)) {
                    // Found once from below; the pair counts in both orders.
                    related.insert((a, b));
                    related.insert((b, a));
                    u[1] += 2.0 * both;
                }
            }
        }
        u[2] = (1.0 - u[0] - u[1]).max(0.0);
        Self {
            shares,
            m: levels(item),
            u,
            related,
        }
    }

    /// How many cases have a value, as a share of those with a known one, if two of them are one patient.
    pub(super) fn frequency(&self, value: u32) -> f64 {
        self.shares.of_one_patient(value)
    }

    pub(super) fn weight(&self, a: Option<u32>, b: Option<u32>) -> Option<f64> {
        let (a, b) = (a?, b?);
        let same = |value| agreement(self.m[0], self.shares.of_one_patient(value));
        let other = disagreement(self.m[2], self.u[2]);
        Some(if a == b {
            same(a)
        } else if self.related.contains(&(a, b)) {
            between(self.m[1], self.u[1], same(a).min(same(b)), other)
        } else {
            other
        })
    }

    pub(super) fn share(&self, a: Option<u32>, b: Option<u32>) -> Option<String> {
        let (a, b) = (a?, b?);
        if a == b {
            Some(self.shares.words(a))
        } else {
            let covers = self.related.contains(&(a, b));
            covers.then(|| "one covers the other".to_owned())
        }
    }
}

/// The shares of all pairs of values, in both orders and each with itself, that lie within each of
/// two distances, and of the rest.
fn distances(values: &mut [f64], near: f64, far: f64) -> [f64; 3] {
    values.sort_by(f64::total_cmp);
    let within = |distance: f64| {
        let (mut low, mut high, mut pairs) = (0, 0, 0);
        for value in values.iter() {
            while value - values[low] > distance {
                low += 1;
            }
            while high < values.len() && values[high] - value <= distance {
                high += 1;
            }
            pairs += high - low;
        }
        pairs as f64
    };
    let all = (values.len() * values.len()).max(1) as f64;
    let (near, far) = (within(near), within(far));
    [near / all, (far - near) / all, 1.0 - far / all]
}

/// Weights of two distances and the rest.
fn three_levels(item: &str, u: [f64; 3]) -> [f64; 3] {
    let m: [f64; 3] = levels(item);
    let (same, other) = (agreement(m[0], u[0]), disagreement(m[2], u[2]));
    [same, between(m[1], u[1], same, other), other]
}

/// The level of a distance.
fn of_distance(weights: [f64; 3], distance: f64, near: f64, far: f64) -> f64 {
    if distance <= near {
        weights[0]
    } else if distance <= far {
        weights[1]
    } else {
        weights[2]
    }
}

/// Ages closer than this are the same, years: ages are printed whole.
const SAME_AGE: f64 = 0.5;

/// Age; the age group where an age is not known for both.
pub(super) struct Ages {
    weights: [f64; 3],
    group: Nominal,
}

impl Ages {
    pub(super) fn new(cases: &[Compact]) -> Self {
        let mut ages: Vec<f64> = cases.iter().filter_map(|case| case.age).collect();
        Self {
            weights: three_levels("age", distances(&mut ages, SAME_AGE, 1.0)),
            group: Nominal::new(
                "age group",
                cases.iter().map(|case| case.age_group.as_slice()),
            ),
        }
    }

    pub(super) fn weight(&self, a: &Compact, b: &Compact) -> Option<f64> {
        match (a.age, b.age) {
            (Some(a), Some(b)) => Some(of_distance(self.weights, (a - b).abs(), SAME_AGE, 1.0)),
            (None, None) => self.group.weight(&a.age_group, &b.age_group),
            // A group says no more than the age would.
            _ => {
                let weight = self.group.weight(&a.age_group, &b.age_group)?;
                Some(weight.min(self.weights[0]))
            }
        }
    }

    pub(super) fn share(&self, a: &Compact, b: &Compact) -> Option<String> {
        if a.age.is_some() && b.age.is_some() {
            None
        } else {
            self.group.share(&a.age_group, &b.age_group)
        }
    }
}

/// Exons at which the genes are broken, compared for the genes that both cases name.
pub(super) struct Breakpoints {
    counts: HashMap<(u32, u32), usize>,
    known: usize,
    m: [f64; 2],
    other: f64,
}

impl Breakpoints {
    pub(super) fn new(cases: &[Compact]) -> Self {
        let mut counts = HashMap::new();
        let mut genes: HashMap<u32, usize> = HashMap::new();
        let mut known = 0;
        for case in cases.iter().filter(|case| !case.breakpoints.is_empty()) {
            known += 1;
            for point in &case.breakpoints {
                *counts.entry(*point).or_insert(0) += 1;
                *genes.entry(point.0).or_insert(0) += 1;
            }
        }
        // Among pairs that name the same gene, how many name the same exon of it.
        let squares = |counts: &mut dyn Iterator<Item = usize>| -> f64 {
            counts.map(|n| (n as f64).powi(2)).sum()
        };
        let same = squares(&mut counts.values().copied());
        let all = squares(&mut genes.values().copied());
        Self {
            counts,
            known,
            m: levels("breakpoint"),
            other: if all > 0.0 { 1.0 - same / all } else { 0.0 },
        }
    }

    /// The breakpoints that both name, if every gene that both name is broken at the same exon.
    fn common(a: &Compact, b: &Compact) -> Option<Vec<(u32, u32)>> {
        let shared = |point: &&(u32, u32)| b.breakpoints.iter().any(|(gene, _)| *gene == point.0);
        let shared: Vec<(u32, u32)> = a.breakpoints.iter().filter(shared).copied().collect();
        shared
            .iter()
            .all(|point| b.breakpoints.contains(point))
            .then_some(shared)
    }

    /// What the breakpoint adds to the partner: the rarest exon in common has its share among all
    /// cases, of which the partner has told a part already.
    pub(super) fn weight(&self, a: &Compact, b: &Compact, partner: Option<f64>) -> Option<f64> {
        if a.breakpoints.is_empty() || b.breakpoints.is_empty() {
            return None;
        }
        let told = partner.unwrap_or(0.0);
        if told < 0.0 {
            // Another partner is broken elsewhere: that tells nothing more.
            return Some(0.0);
        }
        match Self::common(a, b) {
            None => Some(disagreement(self.m[1], self.other)),
            Some(common) => {
                let rarest = common
                    .iter()
                    .filter_map(|point| self.counts.get(point))
                    .min()?;
                let weight = agreement(self.m[0], of_one_patient(*rarest, self.known));
                Some((weight - told).max(0.0))
            }
        }
    }

    pub(super) fn share(&self, a: &Compact, b: &Compact) -> Option<String> {
        let common = Self::common(a, b)?;
        let rarest = common
            .iter()
            .filter_map(|point| self.counts.get(point))
            .min()?;
        Some(format!(
            "{rarest} of {} cases; beyond the partner",
            self.known
        ))
    }
}

/// The drugs of a case, each once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(in crate::likeness) struct Given {
    pub drugs: Vec<u32>,
    /// Whether they stand in the stated order of their first episodes.
    pub ordered: bool,
}

impl Given {
    /// Whether both are known to have had the same drugs in the same order.
    fn is_same(&self, other: &Self) -> bool {
        let order_known = self.drugs.len() < 2 || (self.ordered && other.ordered);
        order_known && self.drugs == other.drugs
    }
}

/// Drugs and the order of their first episodes.
pub(super) struct Drugs {
    counts: HashMap<Given, usize>,
    known: usize,
    m: [f64; 4],
    u: [f64; 4],
}

impl Drugs {
    pub(super) fn new(cases: &[Compact]) -> Self {
        let mut counts: HashMap<Given, usize> = HashMap::new();
        for case in cases.iter().filter(|case| !case.drugs.drugs.is_empty()) {
            *counts.entry(case.drugs.clone()).or_insert(0) += 1;
        }
        let known: usize = counts.values().sum();
        // Pairs in whole numbers: the order in which a map gives them does not matter.
        let mut pairs = [0_usize; 4];
        for (a, n) in &counts {
            for (b, k) in &counts {
                pairs[Self::level(a, b)] += n * k;
            }
        }
        let all = (known * known).max(1) as f64;
        let u = pairs.map(|pairs| pairs as f64 / all);
        Self {
            counts,
            known,
            m: levels("drugs"),
            u,
        }
    }

    fn level(a: &Given, b: &Given) -> usize {
        let within = |a: &Given, b: &Given| a.drugs.iter().all(|drug| b.drugs.contains(drug));
        if a.is_same(b) {
            0
        } else if within(a, b) || within(b, a) {
            1
        } else if a.drugs.iter().any(|drug| b.drugs.contains(drug)) {
            2
        } else {
            3
        }
    }

    /// How many cases are known to have had these drugs in this order: at least the case itself, if
    /// its order is not known.
    fn number(&self, given: &Given) -> usize {
        let of = |ordered: bool| {
            let key = Given {
                ordered,
                ..given.clone()
            };
            self.counts.get(&key).copied().unwrap_or(0)
        };
        let any_order = if given.drugs.len() < 2 { of(false) } else { 0 };
        (of(true) + any_order).max(1)
    }

    fn same(&self, given: &Given) -> f64 {
        agreement(self.m[0], of_one_patient(self.number(given), self.known))
    }

    pub(super) fn weight(&self, a: &Given, b: &Given) -> Option<f64> {
        if a.drugs.is_empty() || b.drugs.is_empty() {
            return None;
        }
        let level = Self::level(a, b);
        if level == 0 {
            return Some(self.same(a));
        }
        let none = disagreement(self.m[3], self.u[3]);
        let closest = self.same(a).min(self.same(b));
        let within = between(self.m[1], self.u[1], closest, none);
        Some(match level {
            // The same drugs in an order that is not known: agreement never counts against a pair.
            1 if a.drugs == b.drugs => within.max(0.0),
            1 => within,
            2 => between(self.m[2], self.u[2], within, none),
            _ => none,
        })
    }

    pub(super) fn share(&self, a: &Given, b: &Given) -> Option<String> {
        let same = a.is_same(b) && !a.drugs.is_empty();
        let n = same.then(|| self.number(a))?;
        Some(format!("{n} of {} cases", self.known))
    }
}

/// Progression-free months, compared on the same drug.
pub(super) struct Months {
    weights: [f64; 3],
}

impl Months {
    pub(super) fn new(cases: &[Compact]) -> Self {
        let mut by_drug: BTreeMap<u32, Vec<f64>> = BTreeMap::new();
        for (drug, months) in cases.iter().flat_map(|case| &case.months) {
            by_drug.entry(*drug).or_default().push(*months);
        }
        let mut u = [0.0; 3];
        let pairs = |values: &Vec<f64>| (values.len() * values.len()) as f64;
        let all: f64 = by_drug.values().map(pairs).sum();
        for values in by_drug.values_mut() {
            let part = pairs(values) / all;
            for (total, own) in u.iter_mut().zip(distances(values, 1.0, 3.0)) {
                *total += own * part;
            }
        }
        Self {
            weights: three_levels("months", u),
        }
    }

    pub(super) fn weight(&self, a: &Compact, b: &Compact) -> Option<f64> {
        let distances = a.months.iter().flat_map(|(drug, months)| {
            let same = b.months.iter().filter(move |(other, _)| other == drug);
            same.map(move |(_, other)| (months - other).abs())
        });
        let closest = distances.min_by(f64::total_cmp)?;
        Some(of_distance(self.weights, closest, 1.0, 3.0))
    }
}

/// Years of publication, the two closest compared.
pub(super) struct Years {
    weights: [f64; 3],
}

impl Years {
    pub(super) fn new(cases: &[Compact]) -> Self {
        let years = cases.iter().flat_map(|case| &case.years);
        let mut years: Vec<f64> = years.map(|year| *year as f64).collect();
        Self {
            weights: three_levels("year", distances(&mut years, 1.0, 4.0)),
        }
    }

    pub(super) fn weight(&self, a: &Compact, b: &Compact) -> Option<f64> {
        let distances = a
            .years
            .iter()
            .flat_map(|one| b.years.iter().map(move |two| (one - two).abs()));
        let closest = distances.min()?;
        Some(of_distance(self.weights, closest as f64, 1.0, 4.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn breakpoints_are_read_as_exons() {
        let read = |text: &str| exons(text);
        assert_eq!(
            read("RANBP2 exon 18 :: ALK exon 20"),
            [("RANBP2".to_owned(), 18), ("ALK".to_owned(), 20)]
        );
        assert_eq!(
            read("intron 19 of ALK"),
            [("intron 19 of alk".to_owned(), 0)]
        );
    }

    #[test]
    fn shares_of_distances_are_as_counted_by_hand() {
        // 1, 1, 2, 5: of 16 ordered pairs 6 are equal, 4 one apart, 6 further.
        let near = |found: [f64; 3], by_hand: [f64; 3]| {
            for (found, by_hand) in found.into_iter().zip(by_hand) {
                assert!((found - by_hand).abs() < 1e-12, "{found} {by_hand}");
            }
        };
        near(
            distances(&mut [5.0, 1.0, 2.0, 1.0], 0.5, 1.0),
            [6.0 / 16.0, 4.0 / 16.0, 6.0 / 16.0],
        );
        near(distances(&mut [], 0.5, 1.0), [0.0, 0.0, 1.0]);
    }
}
