//! The model of record linkage by Fellegi and Sunter, on the values of two cases.
//!
//! Each item adds to the score of a pair log₂(m / u): m is how often two reports of one patient
//! agree so on the item, u how often two different patients do. An item that either case lacks adds
//! nothing. Fellegi IP, Sunter AB (1969) A theory for record linkage, J Am Stat Assoc 64:1183–1210.
//!
//! - m cannot be learned from a study without known duplicates; the constants of [`ITEMS`] are
//!   judgements, each with its reason.
//! - u comes from the study itself. Agreement on a value that a share f of the cases has weighs
//!   log₂(m / f), so that a rare value that agrees says more (Winkler WE 1989, Frequency-based
//!   matching in the Fellegi-Sunter model). The two cases count as one in f, (n − 1) of (N − 1), or the
//!   pair itself would make frequent what nobody else has. Other levels take their share of all pairs.
//! - Agreement never counts against a pair and disagreement never for it, and no level weighs more
//!   than a closer one: a case is most like itself.
//!
//! - A histology has its usual sites and partners. Where two cases share the histology, what it has
//!   told of a shared site or partner already is taken off, at most as much as the histology adds.
//!
//! The sum takes the items as otherwise independent, given one patient or two. They are not quite, so
//! a high score is a reason to read the sources and no more.

use std::collections::BTreeMap;

use super::profile::{Profile, Study};

mod items;

pub(super) use items::Compact;
use items::{Ages, Breakpoints, Drugs, Graded, Months, Nominal, Within, Years};

/// How closely two cases agree on an item, and how often two reports of one patient do so.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level {
    /// The level in words.
    pub words: &'static str,
    /// Share of the pairs of reports of one patient.
    pub m: f64,
}

/// An item, its levels from agreement to disagreement, and why they are so frequent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MatchingLevel {
    /// Item that is compared, such as age or site.
    pub item: &'static str,
    /// Its levels; their m add to 1.
    pub levels: &'static [Level],
    /// Why the levels have these frequencies.
    pub reason: &'static str,
}

const fn level(words: &'static str, m: f64) -> Level {
    Level { words, m }
}

/// Every item with its levels. Where ages are not known for both, the age group stands in.
pub const ITEMS: [MatchingLevel; 11] = [
    MatchingLevel {
        item: "age",
        levels: &[
            level("the same", 0.7),
            level("within 1 year", 0.2),
            level("further apart", 0.1),
        ],
        reason: "a second report may count the age a year later, or from another event",
    },
    MatchingLevel {
        item: "age group",
        levels: &[level("the same", 0.98), level("other", 0.02)],
        reason: "only a patient near 18 years, or a slip, changes it",
    },
    MatchingLevel {
        item: "sex",
        levels: &[level("the same", 0.98), level("other", 0.02)],
        reason: "only a slip changes it",
    },
    MatchingLevel {
        item: "histology",
        levels: &[
            level("the same", 0.75),
            level("one covers the other", 0.15),
            level("other", 0.1),
        ],
        reason: "diagnoses are revised, and named more or less exactly",
    },
    MatchingLevel {
        item: "site",
        levels: &[
            level("the same", 0.75),
            level("one covers the other", 0.15),
            level("other", 0.1),
        ],
        reason: "a report may name the organ, the region, or the site of a recurrence",
    },
    MatchingLevel {
        item: "partner",
        levels: &[level("a gene in common", 0.95), level("other", 0.05)],
        reason: "a later assay seldom names another gene",
    },
    MatchingLevel {
        item: "breakpoint",
        levels: &[level("the same", 0.85), level("other", 0.15)],
        reason: "exons are numbered by different transcripts, and misprinted",
    },
    MatchingLevel {
        item: "drugs",
        levels: &[
            level("the same in the same order", 0.45),
            level("all of one in the other", 0.45),
            level("some in common", 0.07),
            level("none in common", 0.03),
        ],
        reason: "the later report adds drugs to those of the earlier one",
    },
    MatchingLevel {
        item: "months",
        levels: &[
            level("within 1", 0.6),
            level("within 3", 0.15),
            level("further apart", 0.25),
        ],
        reason: "progression-free months on the same drug differ where the earlier report came too early",
    },
    MatchingLevel {
        item: "first author",
        levels: &[level("the same", 0.5), level("other", 0.5)],
        reason: "a second report often comes from the same group under another first author",
    },
    MatchingLevel {
        item: "year",
        levels: &[
            level("within 1", 0.45),
            level("within 4", 0.4),
            level("further apart", 0.15),
        ],
        reason: "a patient is reported again soon, or when the follow-up is longer",
    },
];

/// The m of an item's levels; the item and its number of levels are fixed in [`ITEMS`].
fn levels<const N: usize>(item: &str) -> [f64; N] {
    let found = ITEMS.iter().find(|known| known.item == item);
    let found = found.map_or(&[][..], |known| known.levels);
    std::array::from_fn(|at| found.get(at).map_or(0.0, |level| level.m))
}

/// What one item adds to the score of a pair.
#[derive(Debug, Clone, PartialEq)]
pub struct Contribution {
    /// Item that is compared, such as age or site.
    pub item: &'static str,
    /// Bits; `None` if either case lacks the item.
    pub weight: Option<f64>,
    /// What the two cases have, in words.
    pub words: String,
}

/// How many of the items are of the patients; those after them are of the reports.
pub(super) const OF_PATIENTS: usize = 8;

/// The model fitted to a study: its cases are numbered as in [`Study::profiles`].
pub struct Matching<'s> {
    study: &'s Study,
    pub(super) cases: Vec<Compact>,
    ages: Ages,
    sex: Nominal,
    histology: Graded,
    site: Graded,
    partner: Nominal,
    site_within: Within,
    partner_within: Within,
    breakpoints: Breakpoints,
    drugs: Drugs,
    months: Months,
    author: Nominal,
    years: Years,
}

impl<'s> Matching<'s> {
    /// Counts how frequent each value is among the cases of the study.
    #[must_use]
    pub fn new(study: &'s Study) -> Self {
        let mut names = Names::default();
        let cases: Vec<Compact> = study
            .profiles
            .iter()
            .map(|profile| Compact::of(study, profile, &mut names))
            .collect();
        let graded = |item, value: fn(&Compact) -> Option<u32>| {
            Graded::new(item, cases.iter().map(value), &names, &study.concepts)
        };
        Self {
            ages: Ages::new(&cases),
            sex: Nominal::new("sex", cases.iter().map(|case| case.sex.as_slice())),
            histology: graded("histology", |case| case.histology),
            site: graded("site", |case| case.site),
            partner: Nominal::new("partner", cases.iter().map(|case| case.partners.as_slice())),
            site_within: Within::new(cases.iter().map(|c| (c.histology, c.site.as_slice()))),
            partner_within: Within::new(cases.iter().map(|c| (c.histology, c.partners.as_slice()))),
            breakpoints: Breakpoints::new(&cases),
            drugs: Drugs::new(&cases),
            months: Months::new(&cases),
            author: Nominal::new(
                "first author",
                cases.iter().map(|case| case.authors.as_slice()),
            ),
            years: Years::new(&cases),
            study,
            cases,
        }
    }

    /// What each item adds for two cases, by number, in the order of the output.
    fn weights(&self, first: usize, second: usize) -> [Option<f64>; 10] {
        let (a, b) = (&self.cases[first], &self.cases[second]);
        let [of_site, of_partner] = self.told_by_histology(a, b);
        let less = |weight: Option<f64>, told: f64| weight.map(|weight| weight - told);
        let partner = less(self.partner.weight(&a.partners, &b.partners), of_partner);
        [
            self.ages.weight(a, b),
            self.sex.weight(&a.sex, &b.sex),
            self.histology.weight(a.histology, b.histology),
            less(self.site.weight(a.site, b.site), of_site),
            partner,
            self.breakpoints.weight(a, b, partner),
            self.drugs.weight(&a.drugs, &b.drugs),
            self.months.weight(a, b),
            self.author.weight(&a.authors, &b.authors),
            self.years.weight(a, b),
        ]
    }

    /// What a shared histology has told already of a shared site and of a shared partner, bits.
    fn told_by_histology(&self, a: &Compact, b: &Compact) -> [f64; 2] {
        let Some(histology) = a.histology.filter(|_| a.histology == b.histology) else {
            return [0.0; 2];
        };
        let left = self
            .histology
            .weight(a.histology, b.histology)
            .unwrap_or(0.0);
        let site = a.site.filter(|_| a.site == b.site).map_or(0.0, |site| {
            let gain = self
                .site_within
                .gain(histology, site, self.site.frequency(site));
            gain.min(self.site.weight(a.site, b.site).unwrap_or(0.0))
                .min(left)
        });
        let common = self.partner.common(&a.partners, &b.partners);
        let partner = common.map_or(0.0, |gene| {
            let gain = self
                .partner_within
                .gain(histology, gene, self.partner.frequency(gene));
            let weight = self.partner.weight(&a.partners, &b.partners).unwrap_or(0.0);
            gain.min(weight).min(left - site)
        });
        [site, partner]
    }

    /// The score of two cases, by number: bits for (positive) or against their being one patient.
    #[must_use]
    pub fn score(&self, first: usize, second: usize) -> f64 {
        self.weights(first, second).into_iter().flatten().sum()
    }

    /// The score of two cases that one publication reports as two patients, if they differ in nothing and
    /// agree in enough to be one that was entered twice. Author and year tell nothing of them.
    #[must_use]
    pub fn twins(&self, first: usize, second: usize) -> Option<f64> {
        /// Items known of both: patients of one report seldom agree in all of so many.
        const ENOUGH: usize = 4;
        let weights = self.weights(first, second);
        let of_patients: Vec<f64> = weights[..OF_PATIENTS].iter().copied().flatten().collect();
        let differ = of_patients.iter().any(|weight| *weight < 0.0);
        (of_patients.len() >= ENOUGH && !differ).then(|| of_patients.iter().sum())
    }

    /// Every item of two cases, by number, with what it adds and why.
    #[must_use]
    pub fn contributions(&self, first: usize, second: usize) -> Vec<Contribution> {
        let (a, b) = (&self.cases[first], &self.cases[second]);
        let (one, two) = (&self.study.profiles[first], &self.study.profiles[second]);
        let label = |name: &String| self.study.concepts.label(name).to_owned();
        let list = |values: &[String]| {
            let values: Vec<String> = values.iter().map(label).collect();
            (!values.is_empty()).then(|| values.join(", "))
        };
        let weights = self.weights(first, second);
        let told = self.told_by_histology(a, b);
        let beyond = |share: Option<String>, told: f64| match share {
            // What rounds to nothing need not be explained.
            Some(share) if told >= 0.05 => {
                Some(format!("{share}; {told:.1} less for the histology"))
            }
            share => share,
        };
        let by_age = a.age.is_some() && b.age.is_some();
        let years = |profile: &Profile| {
            if by_age {
                profile.age.map(|age| format!("{age}"))
            } else {
                profile.age_group.clone()
            }
        };
        let drugs = |profile: &Profile| {
            let drugs: Vec<String> = profile.drugs().into_iter().map(str::to_owned).collect();
            let next = if profile.is_ordered() { " → " } else { ", " };
            list(&drugs).map(|drugs| drugs.replace(", ", next))
        };
        let text = |profile: &Profile, of: fn(&Study, &Profile) -> Vec<String>| {
            let values = of(self.study, profile);
            (!values.is_empty()).then(|| values.join(", "))
        };
        let item = if by_age { "age" } else { "age group" };
        let said = [
            ItemPair::new(item, years(one), years(two), self.ages.share(a, b)),
            ItemPair::new(
                "sex",
                one.sex.clone(),
                two.sex.clone(),
                self.sex.share(&a.sex, &b.sex),
            ),
            ItemPair::new(
                "histology",
                one.histology.as_ref().map(label),
                two.histology.as_ref().map(label),
                self.histology.share(a.histology, b.histology),
            ),
            ItemPair::new(
                "site",
                one.site.as_ref().map(label),
                two.site.as_ref().map(label),
                beyond(self.site.share(a.site, b.site), told[0]),
            ),
            ItemPair::new(
                "partner",
                list(&one.partners),
                list(&two.partners),
                beyond(self.partner.share(&a.partners, &b.partners), told[1]),
            ),
            ItemPair::new(
                "breakpoint",
                text(one, |_, profile| profile.breakpoints.clone()),
                text(two, |_, profile| profile.breakpoints.clone()),
                self.breakpoints.share(a, b),
            ),
            ItemPair::new(
                "drugs",
                drugs(one),
                drugs(two),
                self.drugs.share(&a.drugs, &b.drugs),
            ),
            ItemPair::new(
                "months",
                months(one, self.study),
                months(two, self.study),
                None,
            ),
            ItemPair::new(
                "first author",
                text(one, authors),
                text(two, authors),
                self.author.share(&a.authors, &b.authors),
            ),
            ItemPair::new(
                "year",
                text(one, publication_years),
                text(two, publication_years),
                None,
            ),
        ];
        let contribution = |(said, weight): (ItemPair, Option<f64>)| Contribution {
            item: said.item,
            weight,
            words: said.words(),
        };
        said.into_iter().zip(weights).map(contribution).collect()
    }
}

/// What two cases have of an item, and how many cases have what they agree on.
struct ItemPair {
    item: &'static str,
    first: Option<String>,
    second: Option<String>,
    share: Option<String>,
}

impl ItemPair {
    fn new(
        item: &'static str,
        first: Option<String>,
        second: Option<String>,
        share: Option<String>,
    ) -> Self {
        Self {
            item,
            first,
            second,
            share,
        }
    }

    fn words(&self) -> String {
        let share = self.share.as_ref().map(|share| format!(" ({share})"));
        let words = match (&self.first, &self.second) {
            (Some(first), Some(second)) if first == second => format!("both {first}"),
            (Some(first), Some(second)) => format!("{first} / {second}"),
            (None, None) => "not known for either".to_owned(),
            (None, Some(second)) => format!("not known / {second}"),
            (Some(first), None) => format!("{first} / not known"),
        };
        format!("{words}{}", share.unwrap_or_default())
    }
}

/// First authors of a case's own reports.
fn authors(study: &Study, profile: &Profile) -> Vec<String> {
    let authors = study
        .primary(profile)
        .map(|source| source.first_author.clone());
    unique(authors.filter(|author| !author.is_empty()))
}

/// Years of a case's own reports.
fn publication_years(study: &Study, profile: &Profile) -> Vec<String> {
    unique(
        study
            .primary(profile)
            .filter_map(|source| source.year)
            .map(|year| year.to_string()),
    )
}

fn unique(values: impl Iterator<Item = String>) -> Vec<String> {
    let mut values: Vec<String> = values.collect();
    values.sort();
    values.dedup();
    values
}

/// Progression-free months by drug.
fn months(profile: &Profile, study: &Study) -> Option<String> {
    let episodes = profile.episodes.iter().filter_map(|episode| {
        let months = episode.progression_free?;
        let drugs: Vec<&str> = episode
            .drugs
            .iter()
            .map(|drug| study.concepts.label(drug))
            .collect();
        Some(format!("{months} on {}", drugs.join(" + ")))
    });
    let episodes: Vec<String> = episodes.collect();
    (!episodes.is_empty()).then(|| episodes.join(", "))
}

/// Names as small numbers, so that ten thousand cases compare fast.
#[derive(Default)]
pub(super) struct Names {
    numbers: BTreeMap<String, u32>,
    names: Vec<String>,
}

impl Names {
    fn number(&mut self, name: &str) -> u32 {
        if let Some(&number) = self.numbers.get(name) {
            return number;
        }
        let number = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        self.numbers.insert(name.to_owned(), number);
        self.names.push(name.to_owned());
        number
    }

    fn name(&self, number: u32) -> &str {
        self.names.get(number as usize).map_or("", String::as_str)
    }
}
