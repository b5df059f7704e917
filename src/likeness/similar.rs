//! Published cases like a patient, with what became of them.

use super::concepts::Information;
use super::patient::{Patient, Prior};
use super::profile::{Episode, Profile, Study};
use crate::graph::model::{Literal, Term};
use crate::kinds::Ledger;
use crate::kinds::response::{self, ResponseRates};
use crate::query::{Table, Unit};

/// Years of difference at which two ages have nothing in common.
const AGE_SCALE: f64 = 20.0;

/// The items that a patient can be compared by, their weights unless others are set, and how each is
/// compared. The weights are a judgement: what drives the tumour comes before where it sits, and
/// that before who the patient is.
pub const ITEMS: [(&str, f64, &str); 6] = [
    ("histology", 3.0, "Lin's similarity in the ontology"),
    ("partner", 3.0, "1 if a 5' partner gene is the same, else 0"),
    (
        "prior",
        2.0,
        "mean over the drugs asked for: 1 if the case had it before, else Lin's similarity of the nearest",
    ),
    ("site", 1.0, "Lin's similarity in the ontology"),
    (
        "age",
        1.0,
        "1 at the same age, falling evenly to 0 at 20 years apart",
    ),
    ("sex", 0.5, "1 if the same, else 0"),
];

/// Choices of a search.
#[derive(Debug, Clone, PartialEq)]
pub struct SimilarOptions {
    /// The drug, or class of drugs, whose responses are counted; `None` counts each drug given.
    pub drug: Option<String>,
    /// The weight of each of [`ITEMS`].
    pub weights: [f64; 6],
    /// The least similarity of a case that is shown.
    pub min: f64,
    /// How many cases are shown; 0 for all.
    pub limit: usize,
    /// Whether cases that do not count are shown as well.
    pub all: bool,
}

impl Default for SimilarOptions {
    fn default() -> Self {
        Self {
            drug: None,
            weights: ITEMS.map(|(_, weight, _)| weight),
            min: 0.0,
            limit: 10,
            all: false,
        }
    }
}

/// How like the patient a case is on one item.
#[derive(Debug, Clone, PartialEq)]
pub struct Likeness {
    /// Item that is compared, such as histology.
    pub item: &'static str,
    /// Weight of the item in the score.
    pub weight: f64,
    /// From 0 to 1; `None` if the case does not tell.
    pub similarity: Option<f64>,
    /// What the case has.
    pub value: String,
}

/// A case with how like the patient it is.
#[derive(Debug, Clone, PartialEq)]
pub struct SimilarCase {
    /// The case.
    pub profile: Profile,
    /// Similarity if all that is not known of it were unlike the patient.
    pub least: f64,
    /// Similarity if all that is not known of it were like the patient.
    pub most: f64,
    /// The items asked for.
    pub items: Vec<Likeness>,
}

/// Responses to a drug among the cases shown.
#[derive(Debug, Clone, PartialEq)]
pub struct SimilarDrug {
    /// The drug, as a prefixed name.
    pub drug: String,
    /// The rates among those who had it.
    pub rates: ResponseRates,
    /// Who was counted and who was left out.
    pub ledger: Ledger,
}

/// What a search found.
#[derive(Debug, Clone, PartialEq)]
pub struct Similar {
    /// The weights in force, of the items asked for.
    pub weights: Vec<(&'static str, f64, &'static str)>,
    /// The cases shown, the most alike first.
    pub cases: Vec<SimilarCase>,
    /// How many cases were compared.
    pub compared: usize,
    /// How many of them are at least as like as asked; more than are shown if a limit cut them.
    pub alike: usize,
    /// How many are shown beyond the limit because the last ones are equally like.
    pub tied: usize,
    /// Responses to the drug, or to each drug that a case shown had.
    pub drugs: Vec<SimilarDrug>,
}

/// Ranks the cases of a study by how like the patient they are.
///
/// The similarity of a case is Σ w·s / Σ w over the items asked for, s the likeness of an item and w its
/// weight; see [`ITEMS`]. An item that the case does not tell counts as 0 in the similarity by which
/// cases are ranked, and as 1 in the one that it could have.
#[must_use]
pub fn similar(study: &Study, patient: &Patient, options: &SimilarOptions) -> Similar {
    let scale = Scale::new(study);
    let mut cases: Vec<SimilarCase> = study
        .profiles
        .iter()
        .filter(|profile| options.all || profile.counted)
        .map(|profile| scale.compare(patient, profile, options))
        .collect();
    let compared = cases.len();
    cases.retain(|case| case.least >= options.min - 1e-12);
    cases.sort_by(|a, b| {
        let by = |one: f64, two: f64| two.total_cmp(&one);
        by(a.least, b.least)
            .then(by(a.most, b.most))
            .then_with(|| a.profile.case.cmp(&b.profile.case))
    });
    let alike = cases.len();
    let mut tied = 0;
    if options.limit > 0 && alike > options.limit {
        let last = (
            cases[options.limit - 1].least,
            cases[options.limit - 1].most,
        );
        let equal = |case: &&SimilarCase| (case.least, case.most) == last;
        tied = cases[options.limit..].iter().take_while(equal).count();
        cases.truncate(options.limit + tied);
    }
    let given = match &options.drug {
        Some(drug) => vec![drug.clone()],
        None => drugs_given(&cases),
    };
    let drugs = given
        .into_iter()
        .filter_map(|drug| responses(study, &cases, drug))
        .collect();
    let asked = |item: &str| asks(patient, item);
    Similar {
        weights: ITEMS
            .into_iter()
            .zip(options.weights)
            .filter(|((item, _, _), weight)| asked(item) && *weight > 0.0)
            .map(|((item, _, how), weight)| (item, weight, how))
            .collect(),
        cases,
        compared,
        alike,
        tied,
        drugs,
    }
}

/// Whether a patient's description has an item.
fn asks(patient: &Patient, item: &str) -> bool {
    match item {
        "histology" => patient.histology.is_some(),
        "partner" => patient.partner.is_some(),
        "prior" => patient.prior.is_some(),
        "site" => patient.site.is_some(),
        "age" => patient.age.is_some(),
        _ => patient.sex.is_some(),
    }
}

/// What values are compared with.
struct Scale<'s> {
    study: &'s Study,
    histology: Information<'s>,
    site: Information<'s>,
    drugs: Information<'s>,
}

impl<'s> Scale<'s> {
    fn new(study: &'s Study) -> Self {
        let of = |value: fn(&Profile) -> &Option<String>| {
            let values = study
                .profiles
                .iter()
                .map(move |profile| value(profile).as_deref());
            Information::new(&study.concepts, values)
        };
        Self {
            histology: of(|profile| &profile.histology),
            site: of(|profile| &profile.site),
            drugs: Information::new(&study.concepts, study.profiles.iter().map(Profile::drugs)),
            study,
        }
    }

    fn compare(
        &self,
        patient: &Patient,
        profile: &Profile,
        options: &SimilarOptions,
    ) -> SimilarCase {
        let weighed = ITEMS.into_iter().zip(options.weights);
        let items: Vec<Likeness> = weighed
            .filter(|((item, _, _), weight)| asks(patient, item) && *weight > 0.0)
            .map(|((item, _, _), weight)| {
                let (similarity, value) = self.item(item, patient, profile, options);
                Likeness {
                    item,
                    weight,
                    similarity,
                    value,
                }
            })
            .collect();
        let all: f64 = items.iter().map(|item| item.weight).sum();
        let sum = |unknown: f64| -> f64 {
            let weighed = items
                .iter()
                .map(|item| item.weight * item.similarity.unwrap_or(unknown));
            if all > 0.0 {
                weighed.sum::<f64>() / all
            } else {
                0.0
            }
        };
        SimilarCase {
            least: sum(0.0),
            most: sum(1.0),
            profile: profile.clone(),
            items,
        }
    }

    /// The likeness on one item, and what the case has.
    fn item(
        &self,
        item: &str,
        patient: &Patient,
        profile: &Profile,
        options: &SimilarOptions,
    ) -> (Option<f64>, String) {
        let unknown = || (None, "not known".to_owned());
        let yes = |same: bool| Some(f64::from(u8::from(same)));
        let lin = |asked: &Option<String>, has: &Option<String>, scale: &Information<'_>| match (
            asked, has,
        ) {
            (Some(asked), Some(has)) => (
                Some(scale.lin(asked, has)),
                self.study.concepts.label(has).to_owned(),
            ),
            _ => unknown(),
        };
        match item {
            "histology" => lin(&patient.histology, &profile.histology, &self.histology),
            "site" => lin(&patient.site, &profile.site, &self.site),
            "partner" => match &patient.partner {
                Some(asked) if !profile.partners.is_empty() => (
                    yes(profile.partners.contains(asked)),
                    self.labels(&profile.partners),
                ),
                _ if profile.several_partners => (None, "several, not named".to_owned()),
                _ => unknown(),
            },
            "age" => match (patient.age, profile.age) {
                (Some(asked), Some(age)) => {
                    let apart = (asked - age).abs();
                    (Some((1.0 - apart / AGE_SCALE).max(0.0)), format!("{age}"))
                }
                _ => match &profile.age_group {
                    Some(group) => (None, format!("{group}, age not known")),
                    None => unknown(),
                },
            },
            "sex" => match (&patient.sex, &profile.sex) {
                (Some(asked), Some(sex)) => (yes(asked == sex), sex.clone()),
                _ => unknown(),
            },
            _ => self.prior(patient, profile, options.drug.as_deref()),
        }
    }

    fn prior(
        &self,
        patient: &Patient,
        profile: &Profile,
        drug: Option<&str>,
    ) -> (Option<f64>, String) {
        let concepts = &self.study.concepts;
        let covered = |episode: &Episode| {
            let of = |drug: &str| {
                episode
                    .drugs
                    .iter()
                    .any(|given| concepts.covers(drug, given))
            };
            drug.is_some_and(of)
        };
        let firsts = profile.possible_firsts(covered);
        let other = |at: &usize| !firsts.contains(at);
        let before = |&at: &usize| firsts.iter().all(|&first| profile.is_before(at, first));
        let others: Vec<usize> = (0..profile.episodes.len()).filter(other).collect();
        let (earlier, rest): (Vec<usize>, Vec<usize>) = others.into_iter().partition(before);
        // What is placed neither before nor after the drug may have been given before it.
        let open = rest
            .iter()
            .any(|&at| !firsts.iter().any(|&first| profile.is_before(first, at)));
        let mut earlier: Vec<String> = earlier
            .iter()
            .flat_map(|&at| profile.episodes[at].drugs.clone())
            .collect();
        earlier.dedup();
        // That nothing is told of earlier drugs does not mean that there were none.
        let first_line = firsts
            .first()
            .is_some_and(|&at| profile.episodes[at].line == Some(1));
        if open && earlier.is_empty() {
            return (None, "order not known".to_owned());
        }
        if earlier.is_empty() && !first_line {
            return (None, "not known".to_owned());
        }
        let likeness = |asked: &String| -> f64 {
            let nearest = earlier.iter().map(|had| {
                if concepts.covers(asked, had) {
                    1.0
                } else {
                    self.drugs.lin(asked, had)
                }
            });
            nearest.fold(0.0, f64::max)
        };
        let similarity = match &patient.prior {
            Some(Prior::Drugs(asked)) if !asked.is_empty() => {
                asked.iter().map(likeness).sum::<f64>() / asked.len() as f64
            }
            _ => f64::from(u8::from(earlier.is_empty())),
        };
        let words = if earlier.is_empty() {
            "none".to_owned()
        } else {
            self.labels(&earlier)
        };
        (Some(similarity), words)
    }

    fn labels(&self, names: &[String]) -> String {
        let labels: Vec<&str> = names
            .iter()
            .map(|name| self.study.concepts.label(name))
            .collect();
        labels.join(", ")
    }
}

/// The drugs that cases had, the most frequent first.
fn drugs_given(cases: &[SimilarCase]) -> Vec<String> {
    let mut counts: std::collections::BTreeMap<&str, usize> = Default::default();
    for case in cases {
        for drug in case.profile.drugs() {
            *counts.entry(drug).or_insert(0) += 1;
        }
    }
    let mut drugs: Vec<(&str, usize)> = counts.into_iter().collect();
    drugs.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    drugs.into_iter().map(|(drug, _)| drug.to_owned()).collect()
}

/// The best overall response of each case to its first episode of a drug, as every response rate
/// counts it.
fn responses(study: &Study, cases: &[SimilarCase], drug: String) -> Option<SimilarDrug> {
    let text = |text: &str| Some(Term::from(Literal::new_simple_literal(text)));
    let mut table = Table::of_columns(["case", "response", "derived", "missing"]);
    for case in cases {
        let given = |episode: &Episode| {
            episode
                .drugs
                .iter()
                .any(|given| study.concepts.covers(&drug, given))
        };
        let firsts = case.profile.possible_firsts(given);
        let firsts: Vec<&Episode> = firsts
            .iter()
            .map(|&at| &case.profile.episodes[at])
            .collect();
        if let Some(episode) = firsts.first() {
            let agree = firsts
                .iter()
                .all(|other| other.response == episode.response);
            let why = if agree {
                episode.no_response.as_deref().unwrap_or("not known")
            } else {
                "order not known"
            };
            let missing = format!("response: {why}");
            let response = episode.response.as_deref().filter(|_| agree);
            table.cells.push([
                text(&case.profile.case),
                response.and_then(text),
                text(if episode.response_derived {
                    "true"
                } else {
                    "false"
                }),
                text(&missing).filter(|_| response.is_none()),
            ]);
        }
    }
    let codes = |codes: &[&str]| codes.iter().map(|&code| code.to_owned()).collect();
    let settings = response::Settings {
        case: "case".to_owned(),
        response: "response".to_owned(),
        derived: Some("derived".to_owned()),
        success: codes(&["CR", "PR"]),
        control: codes(&["CR", "PR", "SD"]),
        by: None,
    };
    let found = response::rates(&settings, &Unit::Case, &table);
    let rates = found.get::<ResponseRates>()?.clone();
    Some(SimilarDrug {
        drug,
        rates,
        ledger: found.ledger,
    })
}
