//! How like a patient a case is on each item.

use super::next::{self, Agreement};
use super::{SimilarCase, SimilarOptions};
use crate::likeness::concepts::Information;
use crate::likeness::patient::{Patient, Prior, PriorLine};
use crate::likeness::profile::{Episode, Profile, Study};

/// Years of difference at which two ages have nothing in common.
const AGE_SCALE: f64 = 20.0;

/// The items that a patient can be compared by, their weights unless others are set, and how each is
/// compared. The weights are a judgement: what drives the tumour comes before where it sits, and
/// that before who the patient is.
pub const ITEMS: [(&str, f64, &str); 7] = [
    ("histology", 3.0, "Lin's similarity in the ontology"),
    ("partner", 3.0, "1 if a 5' partner gene is the same, else 0"),
    (
        "prior",
        2.0,
        "mean over the lines asked for: 1 if the case had the drug before, else Lin's similarity of the nearest; half of it if it went otherwise",
    ),
    (
        "alteration",
        2.0,
        "share of the alterations asked for that were found; unknown where none is reported",
    ),
    ("site", 1.0, "Lin's similarity in the ontology"),
    (
        "age",
        1.0,
        "1 at the same age, falling evenly to 0 at 20 years apart",
    ),
    ("sex", 0.5, "1 if the same, else 0"),
];

/// How like the patient a case is on one item.
#[derive(Debug, Clone, PartialEq)]
pub struct Likeness {
    /// Item that is compared, such as histology.
    pub item: &'static str,
    /// Weight of the item in the score.
    pub weight: f64,
    /// From 0 to 1, if what the case does not tell were unlike the patient.
    pub least: f64,
    /// From 0 to 1, if what the case does not tell were like the patient.
    pub most: f64,
    /// What the case has.
    pub value: String,
}

impl Likeness {
    /// Whether the case tells nothing of the item.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        (self.least, self.most) == UNKNOWN
    }
}

/// The least and the most that a likeness can be where the case tells nothing.
const UNKNOWN: (f64, f64) = (0.0, 1.0);

/// Least and most likeness, and what the case has.
type Compared = ((f64, f64), String);

fn unknown() -> Compared {
    (UNKNOWN, "not known".to_owned())
}

fn known(likeness: f64) -> (f64, f64) {
    (likeness, likeness)
}

fn yes(same: bool) -> (f64, f64) {
    known(f64::from(u8::from(same)))
}

/// What cases are compared with.
pub(super) struct Scale<'s> {
    study: &'s Study,
    patient: &'s Patient,
    options: &'s SimilarOptions,
    histology: Information<'s>,
    site: Information<'s>,
    drugs: Information<'s>,
}

impl<'s> Scale<'s> {
    pub(super) fn new(study: &'s Study, patient: &'s Patient, options: &'s SimilarOptions) -> Self {
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
            patient,
            options,
        }
    }

    /// The weights in force, of the items asked for.
    pub(super) fn weights(&self) -> Vec<(&'static str, f64, &'static str)> {
        let weighed = ITEMS.into_iter().zip(self.options.weights);
        weighed
            .filter(|((item, _, _), weight)| self.asks(item) && *weight > 0.0)
            .map(|((item, _, how), weight)| (item, weight, how))
            .collect()
    }

    /// Whether the patient's description has an item.
    fn asks(&self, item: &str) -> bool {
        let patient = self.patient;
        match item {
            "histology" => patient.histology.is_some(),
            "partner" => patient.partner.is_some(),
            "prior" => patient.prior.is_some(),
            "alteration" => !patient.alterations.is_empty(),
            "site" => patient.site.is_some(),
            "age" => patient.age.is_some(),
            _ => patient.sex.is_some(),
        }
    }

    /// The cases that are as like as asked: those that went on after the same failure first, each the most
    /// alike first.
    pub(super) fn ranked(&self, profiles: Vec<&Profile>) -> Vec<SimilarCase> {
        let compared = profiles.into_iter().map(|profile| self.compare(profile));
        let mut cases: Vec<SimilarCase> = compared
            .filter(|case| case.least >= self.options.min - 1e-12)
            .collect();
        cases.sort_by(|a, b| {
            let by = |one: f64, two: f64| two.total_cmp(&one);
            b.next
                .is_some()
                .cmp(&a.next.is_some())
                .then(by(a.least, b.least))
                .then(by(a.most, b.most))
                .then_with(|| a.profile.case.cmp(&b.profile.case))
        });
        cases
    }

    fn compare(&self, profile: &Profile) -> SimilarCase {
        let items: Vec<Likeness> = self
            .weights()
            .into_iter()
            .map(|(item, weight, _)| {
                let ((least, most), value) = self.item(item, profile);
                Likeness {
                    item,
                    weight,
                    least,
                    most,
                    value,
                }
            })
            .collect();
        let all: f64 = items.iter().map(|item| item.weight).sum();
        let mean = |of: fn(&Likeness) -> f64| {
            let sum: f64 = items.iter().map(|item| item.weight * of(item)).sum();
            if all > 0.0 { sum / all } else { 0.0 }
        };
        SimilarCase {
            least: mean(|item| item.least),
            most: mean(|item| item.most),
            next: next::after_failure(profile, self.patient, &self.study.concepts),
            profile: profile.clone(),
            items,
        }
    }

    fn item(&self, item: &str, profile: &Profile) -> Compared {
        let patient = self.patient;
        let lin = |asked: &Option<String>, has: &Option<String>, scale: &Information<'_>| match (
            asked, has,
        ) {
            (Some(asked), Some(has)) => (
                known(scale.lin(asked, has)),
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
                _ if profile.several_partners => (UNKNOWN, "several, not named".to_owned()),
                _ => unknown(),
            },
            "age" => match (patient.age, profile.age) {
                (Some(asked), Some(age)) => {
                    let apart = (asked - age).abs();
                    (known((1.0 - apart / AGE_SCALE).max(0.0)), format!("{age}"))
                }
                _ => match &profile.age_group {
                    Some(group) => (UNKNOWN, format!("{group}, age not known")),
                    None => unknown(),
                },
            },
            "sex" => match (&patient.sex, &profile.sex) {
                (Some(asked), Some(sex)) => (yes(asked == sex), sex.clone()),
                _ => unknown(),
            },
            "alteration" => self.alterations(profile),
            _ => self.prior(profile),
        }
    }

    /// How many of the alterations asked for were found. That none is reported does not mean that there was none.
    fn alterations(&self, profile: &Profile) -> Compared {
        let asked = &self.patient.alterations;
        if profile.alterations.is_empty() || asked.is_empty() {
            return unknown();
        }
        let found = asked.iter().filter(|asked| {
            let mut all = profile.alterations.iter();
            all.any(|one| asked.is(one.gene.as_deref(), &one.alteration))
        });
        let found = found.count() as f64 / asked.len() as f64;
        let words = profile.alterations.iter().map(|one| match &one.gene {
            Some(gene) => format!("{} {}", self.study.concepts.label(gene), one.alteration),
            None => one.alteration.clone(),
        });
        (known(found), words.collect::<Vec<_>>().join(", "))
    }

    /// How the earlier lines of therapy agree: all that a case had, or what it had before the drug that is
    /// considered.
    fn prior(&self, profile: &Profile) -> Compared {
        let concepts = &self.study.concepts;
        let drug = self.options.drug.as_deref();
        let considered = |episode: &Episode| {
            let is = |drug: &str, given: &String| {
                concepts.covers(drug, given) && !self.patient.has_spent(given, concepts)
            };
            drug.is_some_and(|drug| episode.drugs.iter().any(|given| is(drug, given)))
        };
        let firsts = profile.possible_firsts(considered);
        let other = |at: &usize| !firsts.contains(at);
        let before = |&at: &usize| firsts.iter().all(|&first| profile.is_before(at, first));
        let others: Vec<usize> = (0..profile.episodes.len()).filter(other).collect();
        let (earlier, rest): (Vec<usize>, Vec<usize>) = others.into_iter().partition(before);
        // What is placed neither before nor after the drug may have been given before it.
        let open = rest
            .iter()
            .any(|&at| !firsts.iter().any(|&first| profile.is_before(first, at)));
        if open && earlier.is_empty() {
            return (UNKNOWN, "order not known".to_owned());
        }
        // That nothing is told of earlier drugs does not mean that there were none.
        let first_line = firsts
            .first()
            .is_some_and(|&at| profile.episodes[at].line == Some(1));
        if earlier.is_empty() && !first_line {
            return unknown();
        }
        let likeness = match &self.patient.prior {
            Some(Prior::Lines(lines)) if !lines.is_empty() => {
                let each = lines.iter().map(|line| self.line(line, &earlier, profile));
                let sum = each.fold((0.0, 0.0), |sum, line| (sum.0 + line.0, sum.1 + line.1));
                let n = lines.len() as f64;
                (sum.0 / n, sum.1 / n)
            }
            _ => yes(earlier.is_empty()),
        };
        let mut had: Vec<String> = Vec::new();
        for &at in &earlier {
            let words = self.labels(&profile.episodes[at].drugs);
            let words = match self.told(at, profile) {
                Some(outcome) => format!("{words}, {outcome}"),
                None => words,
            };
            if !had.contains(&words) {
                had.push(words);
            }
        }
        let words = if had.is_empty() {
            "none".to_owned()
        } else {
            had.join("; ")
        };
        (likeness, words)
    }

    /// How an earlier line of the patient agrees with the nearest one of a case.
    fn line(&self, line: &PriorLine, earlier: &[usize], profile: &Profile) -> (f64, f64) {
        let concepts = &self.study.concepts;
        let mut best = (0.0, 0.0);
        for &at in earlier {
            let drugs = profile.episodes[at].drugs.iter().map(|had| {
                if concepts.covers(&line.drug, had) {
                    1.0
                } else {
                    self.drugs.lin(&line.drug, had)
                }
            });
            let drug = drugs.fold(0.0, f64::max);
            let (least, most) = match line.outcome {
                None => (1.0, 1.0),
                Some(outcome) => match next::agreement(outcome, at, profile, concepts) {
                    Agreement::Same => (1.0, 1.0),
                    Agreement::NotKnown => (0.5, 1.0),
                    Agreement::Otherwise => (0.5, 0.5),
                },
            };
            if (drug * least, drug * most) > best {
                best = (drug * least, drug * most);
            }
        }
        best
    }

    /// How an episode went, where the patient's own lines have an outcome to compare it with.
    fn told(&self, at: usize, profile: &Profile) -> Option<&'static str> {
        let mut lines = self.patient.lines().iter();
        if !lines.any(|line| line.outcome.is_some()) {
            return None;
        }
        next::outcome(at, profile, &self.study.concepts)
    }

    fn labels(&self, names: &[String]) -> String {
        let labels: Vec<&str> = names
            .iter()
            .map(|name| self.study.concepts.label(name))
            .collect();
        labels.join(", ")
    }
}
