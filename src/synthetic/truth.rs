//! What is true of the patients, whatever their reports say of them: `truth.json`.

use std::collections::BTreeMap;

use serde::Serialize;

use super::course::Course;
use super::patient::Patient;
use super::scenario::Scenario;
use super::words::Words;

/// Two cases and what connects them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pair {
    /// Key of the earlier case.
    pub first: String,
    /// Key of the later case.
    pub second: String,
    /// In what the second report of a patient differs; empty for near misses.
    pub changes: Vec<String>,
}

/// A value in which two reports of a case disagree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlantedConflict {
    /// Key of the case.
    pub case: String,
    /// Sheet in which the two reports differ.
    pub sheet: &'static str,
    /// The item within the case.
    pub item: usize,
    /// Column in which they differ.
    pub column: &'static str,
    /// The true value, in the first report.
    pub truth: String,
    /// The value in the second report.
    pub told: String,
    /// What the rules make of it: `rank`, `decision` or `unresolved`.
    pub outcome: &'static str,
}

/// Counts of patients before anything was left out of a report. Each patient counts once.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Responses {
    /// Patients with the drug.
    pub patients: usize,
    /// Of these, with an objective response to the first drug.
    pub responders: usize,
}

/// Deaths and time at risk before anything was left out of a report. Each patient counts once.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Deaths {
    /// Patients in the group.
    pub patients: usize,
    /// Deaths among them.
    pub deaths: usize,
    /// Months at risk, summed over the patients.
    pub months: f64,
}

impl Deaths {
    fn add(&mut self, patients: usize, deaths: bool, tenths: i32) {
        self.patients += patients;
        self.deaths += usize::from(deaths);
        self.months += f64::from(tenths) / 10.0;
    }

    fn rate(&self) -> Option<f64> {
        (self.months > 0.0).then(|| self.deaths as f64 / self.months)
    }
}

/// Surgery after the first dose, counted wrongly and rightly.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct SurgeryTruth {
    /// All time of those who ever had surgery, from the first dose on: the wrong way.
    pub ever: Deaths,
    /// All time of those who never had.
    pub never: Deaths,
    /// Time after the operation.
    pub after: Deaths,
    /// Time without, that before the operation among it.
    pub without: Deaths,
    /// Ratio of the rates of `ever` and `never`: below 1 by immortal time alone.
    pub naive_rate_ratio: Option<f64>,
    /// Ratio of the rates of `after` and `without`.
    pub rate_ratio: Option<f64>,
}

/// A claim of the synthetic review, and whether it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlantedClaim {
    /// Its id in `claims.csv`.
    pub id: &'static str,
    /// Whether its numbers fit each other.
    pub consistent: bool,
    /// What is wrong with it, if anything.
    pub fault: &'static str,
}

/// Everything that is true of a synthetic study.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Truth {
    /// A sentence that says what the file is, for whoever opens it.
    pub about: &'static str,
    /// Version of the program that wrote it.
    pub software: &'static str,
    /// Seed of the random numbers: the same seed gives the same study.
    pub seed: u64,
    /// Number of cases.
    pub cases: usize,
    /// Patients in the group.
    pub patients: usize,
    /// Number of publications.
    pub publications: usize,
    /// Cases in the cohort that counts.
    pub counted: usize,
    /// Cases with a second report.
    pub second_reports: usize,
    /// Patients whose case report was never published, for they did not respond.
    pub unpublished: usize,
    /// The effects and rates asked for.
    pub scenario: Scenario,
    /// Objective response to the first drug, by the true partner.
    pub response_by_partner: BTreeMap<String, Responses>,
    /// Objective response to the first drug, by kind of the first report.
    pub response_by_kind: BTreeMap<&'static str, Responses>,
    /// Deaths from the first dose, by first drug.
    pub deaths_by_drug: BTreeMap<String, Deaths>,
    /// Surgery after the first dose.
    pub surgery: SurgeryTruth,
    /// Claims of the synthetic review.
    pub claims: Vec<PlantedClaim>,
    /// Pairs of cases that are one patient.
    pub duplicates: Vec<Pair>,
    /// Pairs of cases that look alike and are two patients.
    pub near_misses: Vec<Pair>,
    /// Disagreements between two reports of a case.
    pub conflicts: Vec<PlantedConflict>,
}

impl Truth {
    pub(super) fn new(scenario: &Scenario, seed: u64, cases: usize) -> Self {
        Self {
            about: "Synthetic study: every case is invented. What is true of the patients, whatever their reports say.",
            software: env!("CARGO_PKG_VERSION"),
            seed,
            cases,
            patients: 0,
            publications: 0,
            counted: 0,
            second_reports: 0,
            unpublished: 0,
            scenario: scenario.clone(),
            response_by_partner: BTreeMap::new(),
            response_by_kind: BTreeMap::new(),
            deaths_by_drug: BTreeMap::new(),
            surgery: SurgeryTruth::default(),
            claims: Vec::new(),
            duplicates: Vec::new(),
            near_misses: Vec::new(),
            conflicts: Vec::new(),
        }
    }

    /// Counts a patient, whose first report is of that kind.
    pub(super) fn count(
        &mut self,
        patient: &Patient,
        course: &Course,
        kind: &'static str,
        words: &Words,
    ) {
        self.patients += 1;
        let (Some(drug), Some((_, episode))) = (course.drug, course.first_dose()) else {
            return;
        };
        let responds = episode
            .response
            .is_some_and(super::course::Response::objective);
        let partner = words.partners[patient.partner].clone();
        for counts in [
            self.response_by_partner.entry(partner).or_default(),
            self.response_by_kind.entry(kind).or_default(),
        ] {
            counts.patients += 1;
            counts.responders += usize::from(responds);
        }
        let (dead, months) = (course.dead(), course.months);
        let of_drug = self.deaths_by_drug.entry(words.drugs[drug].label.clone());
        of_drug.or_default().add(1, dead, months);
        let surgery = &mut self.surgery;
        match course.surgery {
            Some(day) => {
                surgery.ever.add(1, dead, months);
                surgery.without.add(1, false, day);
                surgery.after.add(1, dead, months - day);
            }
            None => {
                surgery.never.add(1, dead, months);
                surgery.without.add(1, dead, months);
            }
        }
    }

    /// Computes what follows from the counts.
    pub(super) fn finish(&mut self) {
        let ratio = |one: &Deaths, other: &Deaths| {
            let other = other.rate().filter(|rate| *rate > 0.0)?;
            Some(one.rate()? / other)
        };
        let surgery = &mut self.surgery;
        surgery.naive_rate_ratio = ratio(&surgery.ever, &surgery.never);
        surgery.rate_ratio = ratio(&surgery.after, &surgery.without);
        for deaths in [
            &mut surgery.ever,
            &mut surgery.never,
            &mut surgery.after,
            &mut surgery.without,
        ]
        .into_iter()
        .chain(self.deaths_by_drug.values_mut())
        {
            // Sums of tenths carry errors in the last binary places.
            deaths.months = (deaths.months * 10.0).round() / 10.0;
        }
    }
}
