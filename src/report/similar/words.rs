//! The patient and the course of a case, in words.

use super::SimilarPage;
use crate::document::Doubt;
use crate::likeness::{Alteration, Derived, Episode, Prior, PriorLine, SimilarCase};

impl SimilarPage<'_> {
    pub(super) fn label<'l>(&'l self, concept: &'l str) -> &'l str {
        self.study.concepts.label(concept)
    }

    fn labels(&self, concepts: &[String]) -> String {
        let labels: Vec<&str> = concepts.iter().map(|one| self.label(one)).collect();
        labels.join(" + ")
    }

    pub(super) fn line(&self, line: &PriorLine) -> String {
        match line.outcome {
            Some(outcome) => format!("{} {}", outcome.phrase(), self.label(&line.drug)),
            None => self.label(&line.drug).to_owned(),
        }
    }

    /// What the patient's options come after, such as "progression on crizotinib"; empty if she has failed nothing.
    pub(super) fn failures(&self) -> String {
        let lines = self.patient.lines().iter();
        let lines = lines.filter(|line| line.is_spent());
        let words = lines.map(|line| match line.outcome {
            Some(outcome) => format!("{} {}", outcome.event(), self.label(&line.drug)),
            None => self.label(&line.drug).to_owned(),
        });
        words.collect::<Vec<_>>().join(" or ")
    }

    pub(super) fn patient_values(&self) -> Vec<(&'static str, String)> {
        let patient = self.patient;
        let label = |value: &Option<String>| value.as_deref().map(|v| self.label(v).to_owned());
        let prior = patient.prior.as_ref().map(|prior| match prior {
            Prior::None => "none".to_owned(),
            Prior::Lines(lines) => {
                let lines: Vec<String> = lines.iter().map(|line| self.line(line)).collect();
                lines.join(", ")
            }
        });
        let alterations = patient.alterations.iter().map(|one| match &one.gene {
            Some(gene) => format!("{} {}", self.label(gene), one.alteration),
            None => one.alteration.clone(),
        });
        let alterations: Vec<String> = alterations.collect();
        [
            ("histology", label(&patient.histology)),
            ("partner", label(&patient.partner)),
            ("prior", prior),
            (
                "alteration",
                (!alterations.is_empty()).then(|| alterations.join(", ")),
            ),
            ("site", label(&patient.site)),
            ("age", patient.age.map(|age| format!("{age}"))),
            ("sex", patient.sex.clone()),
        ]
        .into_iter()
        .filter_map(|(item, value)| Some((item, value?)))
        .collect()
    }

    /// The patient in a line.
    pub(super) fn patient_words(&self) -> String {
        let mut words: Vec<String> = self
            .patient_values()
            .into_iter()
            .map(|(item, value)| format!("{item} {value}"))
            .collect();
        if let Some(drug) = &self.options.drug {
            words.push(format!("considered for {}", self.label(drug)));
        }
        words.join("; ")
    }

    /// The patient as a heading: the values alone.
    #[must_use]
    pub fn patient_heading(&self) -> String {
        let values = self.patient_values().into_iter();
        let values = values.map(|(item, value)| match item {
            "partner" => format!("{value} fusion"),
            "age" => format!("{value} years"),
            "prior" if value == "none" => "no earlier line".to_owned(),
            _ => value,
        });
        let mut words: Vec<String> = values.collect();
        if let Some(drug) = &self.options.drug {
            words.push(format!("considered for {}", self.label(drug)));
        }
        words.join(", ")
    }

    /// What became of a case: each episode with a drug, what was found, then the follow-up.
    pub(super) fn course(&self, case: &SimilarCase) -> Vec<String> {
        let profile = &case.profile;
        let next = case.next.iter().flat_map(|next| &next.next);
        let next: Vec<usize> = next.copied().collect();
        let mut lines: Vec<String> = profile
            .episodes
            .iter()
            .enumerate()
            .map(|(at, episode)| {
                let then = if next.contains(&at) { "then " } else { "" };
                format!("{then}{}", self.episode(episode))
            })
            .collect();
        let found = profile.alterations.iter().map(|one| self.alteration(one));
        let found: Vec<String> = found.collect();
        if !found.is_empty() {
            lines.push(format!("found: {}", found.join("; ")));
        }
        let mut last: Vec<String> = Vec::new();
        if let Some(status) = &profile.status {
            let derived = profile.derived.contains(&Derived::Status);
            last.push(Doubt::Derived.mark_if(derived, status));
        }
        if let Some(months) = profile.months {
            let derived = profile.derived.contains(&Derived::Months);
            last.push(Doubt::Derived.mark_if(derived, &format!("{months} months")));
        }
        if !last.is_empty() {
            let from = profile.counted_from.as_ref();
            let from = from.map(|from| format!(" from {from}")).unwrap_or_default();
            lines.push(format!("follow-up: {}{from}", last.join(", ")));
        }
        if lines.is_empty() {
            lines.push("none known".to_owned());
        }
        lines
    }

    pub(super) fn alteration(&self, one: &Alteration) -> String {
        let gene = one.gene.as_deref().map(|gene| self.label(gene));
        let what = match gene {
            Some(gene) => format!("{gene} {}", one.alteration),
            None => one.alteration.clone(),
        };
        match &one.timing {
            Some(timing) => format!("{what} ({timing})"),
            None => what,
        }
    }

    fn episode(&self, episode: &Episode) -> String {
        let mark = |value: Derived, text: &str| {
            Doubt::Derived.mark_if(episode.derived.contains(&value), text)
        };
        let mut words = vec![match episode.response.as_deref() {
            Some(response) => mark(Derived::Response, response),
            None => "response not known".to_owned(),
        }];
        words.extend(episode.progression_free.map(|months| {
            mark(
                Derived::ProgressionFree,
                &format!("progression-free {months} months"),
            )
        }));
        words.extend(episode.progressed.map(|yes| {
            let word = if yes { "progressed" } else { "no progression" };
            mark(Derived::Progressed, word)
        }));
        // That it ended by progression is said already.
        let reason = episode.stop_reason.as_deref();
        let reason =
            reason.filter(|reason| *reason != "progression" || episode.progressed.is_none());
        words.extend(reason.map(|reason| match reason {
            "ongoing" => "ongoing".to_owned(),
            reason => format!("stopped: {reason}"),
        }));
        format!("{}: {}", self.labels(&episode.drugs), words.join(", "))
    }
}
