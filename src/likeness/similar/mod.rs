//! Published cases like a patient, with what became of them and what was tried next.

mod alterations;
mod events;
mod items;
mod next;
mod responses;

use super::patient::Patient;
use super::profile::{Profile, Study};
use crate::kinds::Ledger;
use crate::kinds::response::ResponseRates;

pub use alterations::AlterationMet;
pub use events::{Consequence, StoppingEvent};
pub use items::{ITEMS, Likeness};
pub use next::NextLine;

use items::Scale;

/// Choices of a search.
#[derive(Debug, Clone, PartialEq)]
pub struct SimilarOptions {
    /// The drug, or class of drugs, whose responses are counted; `None` counts each drug given.
    pub drug: Option<String>,
    /// The weight of each of [`ITEMS`].
    pub weights: [f64; ITEMS.len()],
    /// The least similarity of a case that is shown.
    pub min: f64,
    /// How many cases are shown; 0 for all. Where some went on to another drug after the same failure, so many
    /// of them and half as many of the others; and half as many of those that do not count.
    pub limit: usize,
    /// Whether all cases that do not count are shown, however unlike the patient.
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
    /// What it went on to after a drug that the patient has had; `None` if nothing is known to have followed,
    /// or if the drug went otherwise than with her.
    pub next: Option<NextLine>,
}

/// Responses to a drug among some cases.
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
    /// The cases shown: those that went on to another drug after the same failure, then the others, each
    /// the most alike first.
    pub cases: Vec<SimilarCase>,
    /// Cases that do not count and are as like the patient as the least alike one shown, or are suspected
    /// to be one of those shown.
    pub not_counted: Vec<SimilarCase>,
    /// How many cases were compared.
    pub compared: usize,
    /// How many of them are at least as like as asked; more than are shown if a limit cut them.
    pub alike: usize,
    /// How many are shown beyond the limit because the last ones are equally like.
    pub tied: usize,
    /// How many of the alike went on to another drug.
    pub went_on: usize,
    /// Responses to each drug that those who went on had next.
    pub next: Vec<SimilarDrug>,
    /// Responses to the drug asked for, or to each drug that a case shown had; what the patient has failed is
    /// not among them.
    pub drugs: Vec<SimilarDrug>,
    /// Alterations found in cases that had a drug which the patient has had, and those asked for.
    pub alterations: Vec<AlterationMet>,
    /// Adverse events that stopped one of the drugs, or were fatal.
    pub events: Vec<StoppingEvent>,
}

/// Ranks the cases of a study by how like the patient they are.
///
/// The similarity of a case is Σ w·s / Σ w over the items asked for, s the likeness of an item and w its
/// weight; see [`ITEMS`]. An item that the case does not tell counts as 0 in the similarity by which
/// cases are ranked, and as 1 in the one that it could have. Those that had a drug which the patient has
/// failed, did not do otherwise on it, and are stated to have gone on to another drug come first.
#[must_use]
pub fn similar(study: &Study, patient: &Patient, options: &SimilarOptions) -> Similar {
    let scale = Scale::new(study, patient, options);
    let (counted, others): (Vec<&Profile>, Vec<&Profile>) =
        study.profiles.iter().partition(|profile| profile.counted);
    let compared = counted.len();
    let mut went_on = scale.ranked(counted);
    let at = went_on.partition_point(|case| case.next.is_some());
    let mut rest = went_on.split_off(at);
    let alike = went_on.len() + rest.len();
    let count = went_on.len();
    let next = responses::to_next(study, patient, options, &went_on);
    let half = options.limit.div_ceil(2);
    let of_rest = if went_on.is_empty() {
        options.limit
    } else {
        half
    };
    let tied = cut(&mut went_on, options.limit) + cut(&mut rest, of_rest);
    let mut cases = went_on;
    cases.append(&mut rest);
    let mut not_counted = scale.ranked(others);
    if !options.all {
        let least = cases
            .iter()
            .map(|case| case.least)
            .fold(f64::INFINITY, f64::min);
        let is_of_one_shown = |other: &SimilarCase| {
            let mut suspected = other.profile.suspected.iter();
            suspected.any(|case| cases.iter().any(|shown| shown.profile.case == *case))
        };
        not_counted.retain(|other| other.least >= least || is_of_one_shown(other));
        // What may be one of the patients shown is not cut for what is only more alike.
        not_counted.sort_by_key(|other| !is_of_one_shown(other));
        cut(&mut not_counted, half);
    }
    let drugs = responses::among(study, patient, options, &cases);
    let named = if next.is_empty() { &drugs } else { &next };
    let names: Vec<&str> = named.iter().map(|drug| drug.drug.as_str()).collect();
    Similar {
        weights: scale.weights(),
        compared,
        alike,
        tied,
        went_on: count,
        alterations: alterations::met(study, patient),
        events: events::stopping(study, &names),
        cases,
        not_counted,
        next,
        drugs,
    }
}

/// Cuts a ranked list at a limit, but not between cases that are equally like; how many that leaves beyond it.
fn cut(cases: &mut Vec<SimilarCase>, limit: usize) -> usize {
    if limit == 0 || cases.len() <= limit {
        return 0;
    }
    let last = (cases[limit - 1].least, cases[limit - 1].most);
    let equal = |case: &&SimilarCase| (case.least, case.most) == last;
    let tied = cases[limit..].iter().take_while(equal).count();
    cases.truncate(limit + tied);
    tied
}
