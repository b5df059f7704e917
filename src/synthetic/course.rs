//! What happens to an invented patient: treatments, responses, events, and the end of follow-up.
//!
//! The effects are these and no others. The partner sets the probability of an objective response,
//! the same for each drug and line. The first drug sets the hazard of death, constant from its first
//! dose on. Surgery after the first dose multiplies the hazard from the day of the operation. Neither
//! death nor the end of follow-up depends on the response.

use super::draw::{Draw, Tenths, tenths};
use super::patient::Patient;
use super::scenario::Scenario;

/// Best overall response to an episode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Response {
    Complete,
    Partial,
    Stable,
    Progressive,
}

impl Response {
    pub fn code(self) -> &'static str {
        match self {
            Self::Complete => "CR",
            Self::Partial => "PR",
            Self::Stable => "SD",
            Self::Progressive => "PD",
        }
    }

    pub fn objective(self) -> bool {
        matches!(self, Self::Complete | Self::Partial)
    }

    fn draw(probability: f64, scenario: &Scenario, draw: &mut Draw) -> Self {
        let responds = draw.chance(probability);
        let better = draw.unit();
        match responds {
            true if better < scenario.complete_response => Self::Complete,
            true => Self::Partial,
            false if better < scenario.stable_disease => Self::Stable,
            false => Self::Progressive,
        }
    }
}

/// What an episode is of; drugs are indices into the scenario's lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Drug(usize),
    Chemotherapy(usize),
    /// Before the first dose, or with no drug at all.
    Resection,
    /// After the first dose.
    LaterSurgery,
}

/// An episode of treatment; times count from the first dose.
#[derive(Debug, Clone)]
pub(super) struct Episode {
    pub kind: Kind,
    pub start: Tenths,
    pub line: Option<usize>,
    pub response: Option<Response>,
    pub to_response: Option<Tenths>,
    pub free: Option<Tenths>,
    pub progressed: bool,
    pub stop: &'static str,
    /// An alteration of the gene found at progression, an index into the scenario's list.
    pub resistance: Option<usize>,
    /// Best change of tumor size in whole percent, where it was measured.
    pub size_change: Option<i32>,
}

/// An adverse event; drug and term are indices.
#[derive(Debug, Clone)]
pub(super) struct Event {
    pub drug: usize,
    pub term: usize,
    pub grade: i32,
}

/// The course from the first dose, or from diagnosis if there was none, to the last that is known.
#[derive(Debug, Clone)]
pub(super) struct Course {
    /// The first drug; `None` in an untreated patient.
    pub drug: Option<usize>,
    /// In the order of time.
    pub episodes: Vec<Episode>,
    pub events: Vec<Event>,
    pub months: Tenths,
    /// A code of the status vocabulary.
    pub status: &'static str,
    /// When surgery after the first dose was done.
    pub surgery: Option<Tenths>,
}

impl Course {
    pub fn draw(patient: &Patient, scenario: &Scenario, draw: &mut Draw) -> Self {
        let untreated = draw.chance(scenario.untreated);
        let drug = draw.weighted(scenario.drugs.iter().map(|drug| drug.share));
        let hazard = if untreated {
            scenario.hazard
        } else {
            scenario.hazard * scenario.drugs[drug].hazard_ratio
        };
        let planned = (draw.chance(scenario.surgery.share) && !untreated)
            .then(|| within(scenario.surgery.from, scenario.surgery.to, draw));
        let mut death = draw.exponential(hazard);
        if let Some(day) = planned.filter(|day| *day < death) {
            // What is left of life has another hazard: a constant one stretches time.
            death = day + (death - day) / scenario.surgery.hazard_ratio;
        }
        let end = within(scenario.follow_up.from, scenario.follow_up.to, draw);
        let dead = death <= end;
        let months = tenths(death.min(end));
        let surgery = planned.map(tenths).filter(|day| *day < months);
        let mut course = Self {
            drug: (!untreated).then_some(drug),
            episodes: Vec::new(),
            events: Vec::new(),
            months,
            status: "alive",
            surgery,
        };
        course.before(scenario, draw);
        if !untreated {
            course.lines(
                drug,
                scenario.partners[patient.partner].response,
                scenario,
                draw,
            );
        }
        if let Some(start) = surgery {
            course.episodes.push(plain(Kind::LaterSurgery, start));
        }
        course.episodes.sort_by_key(|episode| episode.start);
        course.last_status(dead, draw);
        course.adverse_events(scenario, draw);
        course
    }

    /// Treatment before the first dose, or instead of it.
    fn before(&mut self, scenario: &Scenario, draw: &mut Draw) {
        if draw.chance(scenario.surgery_before) || self.drug.is_none() {
            self.episodes
                .push(plain(Kind::Resection, -draw.between(130, 400)));
        }
        if draw.chance(scenario.chemotherapy_before) {
            let agent = draw.index(scenario.words_for.chemotherapies.len());
            let response = Response::draw(0.15, scenario, draw);
            self.episodes.push(Episode {
                line: Some(1),
                response: Some(response),
                progressed: true,
                stop: "progression",
                ..plain(Kind::Chemotherapy(agent), -draw.between(20, 120))
            });
        }
    }

    /// The drugs, one after the other as the disease progresses.
    fn lines(&mut self, first: usize, probability: f64, scenario: &Scenario, draw: &mut Draw) {
        let mut left: Vec<usize> = (0..scenario.drugs.len()).filter(|d| *d != first).collect();
        draw.shuffle(&mut left);
        let mut drug = first;
        let mut start = 0;
        let mut line = 1 + self.episodes.iter().filter(|e| e.line.is_some()).count();
        loop {
            let response = Response::draw(probability, scenario, draw);
            let progression = match response {
                Response::Progressive => draw.between(5, 20),
                Response::Stable => tenths(draw.exponential(scenario.progression.others)),
                _ => tenths(draw.exponential(scenario.progression.responders)),
            };
            let free = progression.min(self.months - start);
            let progressed = progression <= free || response == Response::Progressive;
            let to_response = draw.between(7, 40).min(free);
            let mutated = draw.chance(0.3);
            let mutation = draw.index(scenario.words_for.resistance.len());
            self.episodes.push(Episode {
                line: Some(line),
                response: Some(response),
                to_response: response.objective().then_some(to_response),
                free: Some(free),
                progressed,
                stop: if progressed { "progression" } else { "ongoing" },
                resistance: (progressed && mutated).then_some(mutation),
                ..plain(Kind::Drug(drug), start)
            });
            let goes_on =
                draw.chance(scenario.next_line) && progressed && start + free < self.months;
            match left.pop() {
                Some(next) if goes_on && line < 5 => {
                    drug = next;
                    start += free;
                    line += 1;
                }
                _ => break,
            }
        }
    }

    fn last_status(&mut self, dead: bool, draw: &mut Draw) {
        let last = self
            .episodes
            .iter_mut()
            .rev()
            .find(|e| matches!(e.kind, Kind::Drug(_)));
        let clear = last.as_ref().is_none_or(|episode| {
            !episode.progressed && episode.response == Some(Response::Complete)
        });
        let cause = draw.unit();
        self.status = match dead {
            true if cause < 0.03 && self.drug.is_some() => "dead-toxicity",
            true if cause < 0.87 => "dead-disease",
            true if cause < 0.95 => "dead-other",
            true => "dead",
            false if cause < 0.1 => "alive",
            false if clear || self.surgery.is_some() && cause < 0.5 => "alive-NED",
            false => "alive-disease",
        };
        if let (true, Some(episode)) = (dead, last)
            && !episode.progressed
        {
            episode.stop = "death";
        }
    }

    fn adverse_events(&mut self, scenario: &Scenario, draw: &mut Draw) {
        let terms = scenario.words_for.events.len();
        let given: Vec<usize> = self
            .episodes
            .iter()
            .filter_map(|episode| match episode.kind {
                Kind::Drug(drug) => Some(drug),
                _ => None,
            })
            .collect();
        for drug in &given {
            let number = draw.weighted([0.25, 0.35, 0.25, 0.15].into_iter());
            let mut met: Vec<usize> = Vec::new();
            for _ in 0..number {
                let term = draw.weighted((1..=terms).map(|rank| 1.0 / rank as f64));
                let grade = [1, 2, 3, 4][draw.weighted([0.5, 0.3, 0.17, 0.03].into_iter())];
                if !met.contains(&term) {
                    met.push(term);
                    self.events.push(Event {
                        drug: *drug,
                        term,
                        grade,
                    });
                }
            }
        }
        if let ("dead-toxicity", Some(&drug)) = (self.status, given.last()) {
            let term = draw.index(terms);
            self.events
                .retain(|event| (event.drug, event.term) != (drug, term));
            self.events.push(Event {
                drug,
                term,
                grade: 5,
            });
        }
    }

    /// Measures the tumor under some of the drugs, as its response allows by RECIST 1.1.
    pub fn measure(&mut self, draw: &mut Draw) {
        for episode in &mut self.episodes {
            let drug = matches!(episode.kind, Kind::Drug(_));
            if let Some(response) = episode.response.filter(|_| drug) {
                let change = match response {
                    Response::Complete => -100,
                    Response::Partial => draw.between(-92, -30),
                    Response::Stable => draw.between(-29, 19),
                    Response::Progressive => draw.between(20, 90),
                };
                episode.size_change = draw.chance(0.4).then_some(change);
            }
        }
    }

    /// Whether the patient was dead at the end of follow-up.
    pub fn dead(&self) -> bool {
        matches!(
            self.status,
            "dead" | "dead-disease" | "dead-toxicity" | "dead-other"
        )
    }

    /// The first episode of the first drug.
    pub fn first_dose(&self) -> Option<(usize, &Episode)> {
        let drugs = |episode: &&Episode| matches!(episode.kind, Kind::Drug(_));
        let index = self.episodes.iter().position(|episode| drugs(&episode))?;
        Some((index, &self.episodes[index]))
    }

    /// The course as it stood at an earlier day.
    pub fn as_of(&mut self, day: Tenths) {
        self.episodes.retain(|episode| episode.start < day);
        for episode in &mut self.episodes {
            if let Some(free) = episode.free.filter(|free| episode.start + free >= day) {
                episode.free = Some(free.min(day - episode.start));
                episode.to_response = episode.to_response.min(episode.free);
                episode.progressed = false;
                episode.stop = "ongoing";
                episode.resistance = None;
            }
        }
        let given = |drug| self.episodes.iter().any(|e| e.kind == Kind::Drug(drug));
        self.events
            .retain(|event| event.grade < 5 && given(event.drug));
        self.surgery = self.surgery.filter(|start| *start < day);
        self.months = day;
        self.status = "alive-disease";
    }
}

fn plain(kind: Kind, start: Tenths) -> Episode {
    Episode {
        kind,
        start,
        line: None,
        response: None,
        to_response: None,
        free: None,
        progressed: false,
        stop: "",
        resistance: None,
        size_change: None,
    }
}

fn within(from: f64, to: f64, draw: &mut Draw) -> f64 {
    from + (to - from) * draw.unit()
}
