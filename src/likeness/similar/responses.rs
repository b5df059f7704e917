//! Best overall responses to drugs among similar cases, as every response rate counts them.

use std::collections::BTreeMap;

use super::{SimilarCase, SimilarDrug, SimilarOptions};
use crate::graph::model::{Literal, Term};
use crate::kinds::response::{self, ResponseRates};
use crate::likeness::patient::Patient;
use crate::likeness::profile::{Derived, Episode, Study};
use crate::query::{Table, Unit};

/// Responses to each drug that cases had next after the failure, the most frequent drug first.
pub(super) fn to_next(
    study: &Study,
    patient: &Patient,
    options: &SimilarOptions,
    went_on: &[SimilarCase],
) -> Vec<SimilarDrug> {
    let wanted = |drug: &String| {
        let class = options.drug.as_deref();
        class.is_none_or(|class| study.concepts.covers(class, drug))
            && !patient.has_spent(drug, &study.concepts)
    };
    let mut drugs: BTreeMap<&str, Vec<(&str, Vec<&Episode>)>> = BTreeMap::new();
    for case in went_on {
        let episodes = case.next.iter().flat_map(|next| &next.next);
        let episodes = episodes.map(|&at| &case.profile.episodes[at]);
        let mut of_case: BTreeMap<&str, Vec<&Episode>> = BTreeMap::new();
        for episode in episodes {
            for drug in episode.drugs.iter().filter(|drug| wanted(drug)) {
                of_case.entry(drug).or_default().push(episode);
            }
        }
        for (drug, episodes) in of_case {
            let cases = drugs.entry(drug).or_default();
            cases.push((&case.profile.case, episodes));
        }
    }
    let mut drugs: Vec<_> = drugs.into_iter().collect();
    drugs.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then(a.0.cmp(b.0)));
    let rates = drugs.into_iter().map(|(drug, cases)| rates(drug, cases));
    rates.flatten().collect()
}

/// Responses to the drug asked for, or to each drug given, among the cases listed: to the first episode of
/// it. A drug that the patient has failed is not counted again.
pub(super) fn among(
    study: &Study,
    patient: &Patient,
    options: &SimilarOptions,
    cases: &[SimilarCase],
) -> Vec<SimilarDrug> {
    let concepts = &study.concepts;
    let drugs = match &options.drug {
        Some(drug) => vec![drug.clone()],
        None => given(cases)
            .into_iter()
            .filter(|drug| !patient.has_spent(drug, concepts))
            .collect(),
    };
    let of = |drug: &String| {
        let of_it = |episode: &Episode| {
            let is = |given: &String| {
                concepts.covers(drug, given) && !patient.has_spent(given, concepts)
            };
            episode.drugs.iter().any(is)
        };
        let cases = cases.iter().map(|case| {
            let firsts = case.profile.possible_firsts(of_it).into_iter();
            let firsts = firsts.map(|at| &case.profile.episodes[at]);
            (case.profile.case.as_str(), firsts.collect())
        });
        rates(drug, cases)
    };
    drugs.iter().filter_map(of).collect()
}

/// The drugs that cases had, the most frequent first.
fn given(cases: &[SimilarCase]) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for case in cases {
        for drug in case.profile.drugs() {
            *counts.entry(drug).or_insert(0) += 1;
        }
    }
    let mut drugs: Vec<(&str, usize)> = counts.into_iter().collect();
    drugs.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    drugs.into_iter().map(|(drug, _)| drug.to_owned()).collect()
}

/// The rates of cases, each with the episodes that may be the one that counts: where these differ, their order
/// is not known. A case without any is none of them.
fn rates<'c>(
    drug: &str,
    cases: impl IntoIterator<Item = (&'c str, Vec<&'c Episode>)>,
) -> Option<SimilarDrug> {
    let text = |text: &str| Some(Term::from(Literal::new_simple_literal(text)));
    let mut table = Table::of_columns(["case", "response", "derived", "missing"]);
    for (case, episodes) in cases {
        let Some(episode) = episodes.first() else {
            continue;
        };
        let agree = episodes
            .iter()
            .all(|other| other.response == episode.response);
        let why = if agree {
            episode.no_response.as_deref().unwrap_or("not known")
        } else {
            "order not known"
        };
        let missing = format!("response: {why}");
        let response = episode.response.as_deref().filter(|_| agree);
        let derived = episode.derived.contains(&Derived::Response);
        table.cells.push([
            text(case),
            response.and_then(text),
            text(if derived { "true" } else { "false" }),
            text(&missing).filter(|_| response.is_none()),
        ]);
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
        drug: drug.to_owned(),
        rates,
        ledger: found.ledger,
    })
}
