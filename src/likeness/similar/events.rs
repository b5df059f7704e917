//! Adverse events that ended a treatment.

use std::collections::{BTreeMap, BTreeSet};

use crate::likeness::profile::Study;

/// What an adverse event led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Consequence {
    /// Death.
    Fatal,
    /// The drug was stopped.
    Stopped,
    /// The drug was stopped or its dose reduced: the source does not say which.
    StoppedOrReduced,
}

impl Consequence {
    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Fatal => "fatal",
            Self::Stopped => "drug stopped",
            Self::StoppedOrReduced => "drug stopped or dose reduced",
        }
    }
}

/// An adverse event that ended a treatment with a drug.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoppingEvent {
    /// The drug, as a prefixed name.
    pub drug: String,
    /// The event, as a prefixed name; `None` where no source names it.
    pub event: Option<String>,
    /// What it led to.
    pub consequence: Consequence,
    /// The cases.
    pub cases: BTreeSet<String>,
}

/// The adverse events of counted cases that stopped one of these drugs, or were fatal.
pub(super) fn stopping(study: &Study, drugs: &[&str]) -> Vec<StoppingEvent> {
    let concepts = &study.concepts;
    let mut found: BTreeMap<(String, Consequence, Option<String>), BTreeSet<String>> =
        BTreeMap::new();
    for profile in study.profiles.iter().filter(|profile| profile.counted) {
        let mut add = |given: &[String], event: Option<&String>, consequence| {
            let is = |drug: &str| given.iter().any(|given| concepts.covers(drug, given));
            for drug in drugs.iter().filter(|drug| is(drug)) {
                let key = ((*drug).to_owned(), consequence, event.cloned());
                found.entry(key).or_default().insert(profile.case.clone());
            }
        };
        let mut explained: BTreeSet<&String> = BTreeSet::new();
        for event in &profile.events {
            let consequence = match event.action.as_deref() {
                _ if event.fatal => Consequence::Fatal,
                Some("stopped") => Consequence::Stopped,
                Some("stopped-or-reduced") => Consequence::StoppedOrReduced,
                _ => continue,
            };
            explained.extend(&event.drugs);
            add(&event.drugs, event.term.as_ref(), consequence);
        }
        for episode in &profile.episodes {
            let told = episode.drugs.iter().any(|drug| explained.contains(drug));
            if episode.stop_reason.as_deref() == Some("toxicity") && !told {
                add(&episode.drugs, None, Consequence::Stopped);
            }
        }
    }
    let event = |((drug, consequence, event), cases)| StoppingEvent {
        drug,
        event,
        consequence,
        cases,
    };
    found.into_iter().map(event).collect()
}
