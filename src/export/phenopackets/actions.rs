//! Treatments and adverse events as medical actions.

use serde_json::{Value, json};

use super::words::Words;
use crate::case::FactSheet;
use crate::export::unsaid::Unsaid;
use crate::export::{ExportCase, ExportEvent};
use crate::likeness::NO_EVENT;

/// Why a drug was stopped, where the format has an identifier for it.
const TOXICITY: &str = "toxicity";

/// The treatments of a case in the order in which they are placed, then as listed. An action has one drug, so an
/// episode with several is several actions, each with the response of the episode.
pub(super) fn actions(
    case: &ExportCase,
    disease: Option<&Value>,
    words: &mut Words,
    unsaid: &mut Unsaid,
) -> Vec<Value> {
    let sheet = FactSheet::treatments();
    let mut episodes: Vec<(u32, &ExportEvent)> = case.of(sheet).collect();
    episodes.sort_by_key(|(item, episode)| (episode.position.unwrap_or(u32::MAX), *item));
    let mut actions = Vec::new();
    for (item, episode) in episodes {
        let drugs: Vec<&str> = episode
            .terms("agent")
            .chain(episode.terms("with"))
            .collect();
        let given = if drugs.is_empty() {
            surgery(episode, words).into_iter().collect()
        } else {
            let given = drugs.iter().map(|drug| {
                let mut action = json!({ "treatment": { "agent": words.drug(drug) } });
                let events = events(case, drug, words, unsaid);
                if !events.is_empty() {
                    action["adverseEvents"] = events.into();
                }
                action
            });
            given.collect::<Vec<_>>()
        };
        if given.is_empty() {
            continue;
        }
        // An action says that it is a drug or an operation, and not which kind of drug.
        if episode.text("kind") != Some("chemotherapy") {
            unsaid.say(sheet, item, &["kind"]);
        }
        if !drugs.is_empty() {
            unsaid.say(sheet, item, &["agent"]);
        }
        for mut action in given {
            if let Some(disease) = disease {
                action["treatmentTarget"] = disease.clone();
            }
            let response = episode.term("best_response");
            if let Some(response) = response.and_then(|response| words.response(response)) {
                action["responseToTreatment"] = response;
                unsaid.say(sheet, item, &["best_response"]);
            }
            if episode.text("stop_reason") == Some(TOXICITY) {
                let label = "Treatment Terminated Due to Toxicity";
                action["treatmentTerminationReason"] = words.class("NCIT", "NCIT:C105741", label);
                unsaid.say(sheet, item, &["stop_reason"]);
            }
            actions.push(action);
        }
    }
    actions
}

/// An operation; other procedures have no identifier that was verified.
fn surgery(episode: &ExportEvent, words: &mut Words) -> Option<Value> {
    if episode.text("kind") != Some("surgery") {
        return None;
    }
    let code = words.class("NCIT", "NCIT:C15329", "Surgical Procedure");
    Some(json!({ "procedure": { "code": code } }))
}

/// The adverse events that are ascribed to a drug, of its first action.
fn events(case: &ExportCase, drug: &str, words: &mut Words, unsaid: &mut Unsaid) -> Vec<Value> {
    let sheet = FactSheet::adverse_events();
    let mut found = Vec::new();
    for (item, event) in case.of(sheet) {
        let suspected = event.terms("agent").any(|suspected| suspected == drug);
        if suspected
            && unsaid.is_left(sheet, item, "term")
            && let Some(term) = event.term("term")
            && term != NO_EVENT
            && let Some(class) = words.event(term)
        {
            found.push(class);
            unsaid.say(sheet, item, &["term"]);
            if event.terms("agent").count() == 1 {
                unsaid.say(sheet, item, &["agent"]);
            }
        }
    }
    found
}
