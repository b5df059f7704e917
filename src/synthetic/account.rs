//! What a publication makes of a patient: where it is silent, and what a second one tells otherwise.

use super::course::Course;
use super::draw::{Draw, Tenths, months};
use super::patient::Patient;
use super::scenario::{MISSING, Scenario};
use super::words::Words;

/// A patient as a publication reports them.
#[derive(Debug, Clone)]
pub(super) struct Account {
    pub patient: Patient,
    pub course: Course,
    /// The histology, in the words of this publication.
    pub histology: String,
    silent: [bool; MISSING.len()],
    /// Whether the response to the first dose is reported in words.
    pub in_words: bool,
}

impl Account {
    /// Draws the silences. That on the response, and no other, can depend on the response.
    pub fn draw(
        patient: &Patient,
        course: &Course,
        scenario: &Scenario,
        words: &Words,
        draw: &mut Draw,
    ) -> Self {
        let response = course
            .first_dose()
            .and_then(|(_, episode)| episode.response);
        let silent = MISSING.map(|what| {
            let rate = scenario.missing.get(what).copied().unwrap_or(0.0);
            let more = what == "response" && response.is_some_and(|r| !r.objective());
            let factor = if more { scenario.bias.reporting } else { 1.0 };
            draw.chance(rate * factor)
        });
        Self {
            patient: patient.clone(),
            course: course.clone(),
            histology: words.histologies[patient.histology].label.clone(),
            silent,
            in_words: draw.chance(scenario.words),
        }
    }

    /// Whether the publication says it; `what` is one of [`MISSING`].
    pub fn says(&self, what: &str) -> bool {
        !MISSING
            .iter()
            .zip(self.silent)
            .any(|(name, silent)| *name == what && silent)
    }

    /// Tells of the same patient as another publication would, and lists what is changed.
    pub fn retell(&mut self, words: &Words, draw: &mut Draw) -> Vec<String> {
        let mut changes = Vec::new();
        if draw.chance(0.5) {
            let by = if draw.chance(0.5) { 1 } else { -1 };
            let age = (self.patient.age + by).max(0);
            changes.push(format!("age {} for {}", age, self.patient.age));
            self.patient.age = age;
        }
        let word = &words.histologies[self.patient.histology];
        let told = match draw.unit() {
            u if u < 0.5 && !word.synonyms.is_empty() => {
                Some(word.synonyms[draw.index(word.synonyms.len())].clone())
            }
            u if u > 0.85 => word.broader.clone(),
            _ => None,
        };
        if let Some(told) = told {
            changes.push(format!("histology {told:?} for {:?}", word.label));
            self.histology = told;
        }
        let cut = self.course.months * 3 / 5;
        if draw.chance(0.3) && cut >= 10 && self.course.drug.is_some() {
            let all = months(self.course.months);
            self.course.as_of(cut);
            changes.push(format!("follow-up of {} months for {all}", months(cut)));
        }
        if draw.chance(0.5) {
            self.whole_months();
            changes.push("times in whole months".to_owned());
        }
        if draw.chance(0.3) && self.patient.metastases.len() > 1 {
            self.patient.metastases.pop();
            changes.push("one metastatic site fewer".to_owned());
        }
        changes
    }

    /// Rounding keeps every order of times, for it does the same to all; what is shorter than a month stays.
    fn whole_months(&mut self) {
        let whole = |time: Tenths| match time {
            -9..10 => time,
            _ => (time + 5 * time.signum()) / 10 * 10,
        };
        for episode in &mut self.course.episodes {
            episode.start = whole(episode.start);
            episode.free = episode.free.map(whole);
            episode.to_response = episode.to_response.map(whole);
        }
        self.course.months = whole(self.course.months);
        self.course.surgery = self.course.surgery.map(whole);
    }
}
