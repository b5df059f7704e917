//! What followed a drug that the patient has failed.

use crate::likeness::Concepts;
use crate::likeness::patient::{Patient, PriorOutcome};
use crate::likeness::profile::{Episode, Profile};

/// What a case went on to after a drug that the patient has had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextLine {
    /// The episode of that drug, by its place in [`Profile::episodes`].
    pub after: usize,
    /// The episodes that may be the next one with another drug; several if their order is not known.
    pub next: Vec<usize>,
}

/// Whether an episode went as a line of the patient did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Agreement {
    Same,
    Otherwise,
    NotKnown,
}

/// Why an episode ended, as far as it matters here. The words are those of the sheets; a study may have others.
enum Ending {
    Progression,
    Toxicity,
    /// For a reason that is neither.
    Other,
    /// By death, or in a word that may mean anything.
    Unclear,
}

fn ending(episode: &Episode) -> Option<Ending> {
    Some(match episode.stop_reason.as_deref()? {
        "progression" => Ending::Progression,
        "toxicity" => Ending::Toxicity,
        "remission-or-stable-disease" | "surgery" | "patient-choice" | "completed" | "ongoing" => {
            Ending::Other
        }
        _ => Ending::Unclear,
    })
}

/// Whether an episode of a case went as the patient's line did.
pub(super) fn agreement(
    outcome: PriorOutcome,
    at: usize,
    profile: &Profile,
    concepts: &Concepts,
) -> Agreement {
    let episode = &profile.episodes[at];
    let progressed = progressed(episode);
    let responded = responded(episode, concepts);
    let toxic = stopped_for_toxicity(episode, profile);
    let ended = ending(episode);
    let (same, otherwise) = match outcome {
        PriorOutcome::Progressed => (
            progressed == Some(true),
            progressed == Some(false)
                || toxic
                || matches!(ended, Some(Ending::Other | Ending::Toxicity)),
        ),
        PriorOutcome::Responding => (
            responded == Some(true) && progressed != Some(true),
            responded == Some(false) || progressed == Some(true),
        ),
        PriorOutcome::Toxicity => (
            toxic,
            progressed == Some(true) || matches!(ended, Some(Ending::Other)),
        ),
    };
    if same {
        Agreement::Same
    } else if otherwise {
        Agreement::Otherwise
    } else {
        Agreement::NotKnown
    }
}

/// How an episode went, in a word.
pub(super) fn outcome(at: usize, profile: &Profile, concepts: &Concepts) -> Option<&'static str> {
    let episode = &profile.episodes[at];
    if progressed(episode) == Some(true) {
        Some("progressed")
    } else if stopped_for_toxicity(episode, profile) {
        Some("stopped for toxicity")
    } else {
        match responded(episode, concepts) {
            Some(true) => Some("responded"),
            Some(false) => Some("no response"),
            None => None,
        }
    }
}

fn progressed(episode: &Episode) -> Option<bool> {
    if matches!(ending(episode), Some(Ending::Progression))
        || episode.response.as_deref() == Some("PD")
    {
        return Some(true);
    }
    episode.progressed
}

/// Whether the best response was one, with a category or in words.
fn responded(episode: &Episode, concepts: &Concepts) -> Option<bool> {
    let response = concepts.find("response", episode.response.as_deref()?)?;
    if concepts.covers("response:responded", response) {
        Some(true)
    } else if concepts.covers("response:no-response", response) {
        Some(false)
    } else {
        None
    }
}

fn stopped_for_toxicity(episode: &Episode, profile: &Profile) -> bool {
    let of_it = |drug: &String| episode.drugs.contains(drug);
    matches!(ending(episode), Some(Ending::Toxicity))
        || profile.events.iter().any(|event| {
            event.drugs.iter().any(of_it)
                && (event.fatal || event.action.as_deref() == Some("stopped"))
        })
}

/// What a case went on to after the same failure as the patient's: it had a drug that she has failed, did not
/// do otherwise on it, and is stated to have had a drug afterwards that she has not failed.
pub(super) fn after_failure(
    profile: &Profile,
    patient: &Patient,
    concepts: &Concepts,
) -> Option<NextLine> {
    let spent = patient.lines().iter().filter(|line| line.is_spent());
    spent.into_iter().find_map(|line| {
        (0..profile.episodes.len()).find_map(|at| {
            let had = &profile.episodes[at].drugs;
            let same = had.iter().any(|drug| concepts.covers(&line.drug, drug))
                && line.outcome.is_none_or(|outcome| {
                    agreement(outcome, at, profile, concepts) != Agreement::Otherwise
                });
            if !same {
                return None;
            }
            let other = |episode: &Episode| {
                let mut drugs = episode.drugs.iter();
                drugs.any(|drug| !patient.has_spent(drug, concepts))
            };
            let all = 0..profile.episodes.len();
            let later: Vec<usize> = all
                .filter(|&later| profile.is_before(at, later) && other(&profile.episodes[later]))
                .collect();
            let first = |one: &usize| !later.iter().any(|&two| profile.is_before(two, *one));
            let next: Vec<usize> = later.iter().copied().filter(first).collect();
            (!next.is_empty()).then_some(NextLine { after: at, next })
        })
    })
}
