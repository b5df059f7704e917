//! What is true of the invented patients, and what their reports make of it.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The scenario unless told otherwise.
const DEFAULT: &str = include_str!("scenario.toml");

/// What a report can be silent about: the keys of [`Scenario::missing`].
pub const MISSING: [&str; 10] = [
    "age",
    "sex",
    "site",
    "stage",
    "breakpoint",
    "response",
    "pfs",
    "grade",
    "status",
    "months",
];

/// A fusion partner and the objective response rate of its patients, to any of the drugs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Partner {
    /// Symbol of the partner gene.
    pub name: String,
    /// Weight among the partners.
    pub share: f64,
    /// Probability of an objective response.
    pub response: f64,
}

/// A drug and the hazard of death of those who start with it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drug {
    /// A word of the drug vocabulary.
    pub name: String,
    /// Weight among first drugs; it does not depend on the patient.
    pub share: f64,
    /// Hazard of death over [`Scenario::hazard`], from the first dose on and whatever follows.
    pub hazard_ratio: f64,
    /// The dose as reported.
    pub dose: String,
}

/// A word and how often it is drawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weighted {
    /// A word of its vocabulary.
    pub name: String,
    /// Weight among its like.
    pub share: f64,
}

/// Hazards of progression, per month.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Progression {
    /// After an objective response.
    pub responders: f64,
    /// Hazard of progression in stable disease, a month.
    pub others: f64,
}

/// A stretch of months.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Months {
    /// Shortest duration, months.
    pub from: f64,
    /// Longest duration, months.
    pub to: f64,
}

/// Surgery after the first dose. Only who lives to the day gets it: the immortal time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Surgery {
    /// Share of the patients for whom it is planned.
    pub share: f64,
    /// Earliest month in which it is done.
    pub from: f64,
    /// Latest month in which it is done.
    pub to: f64,
    /// Hazard of death after the operation over that before; 1 is no effect.
    pub hazard_ratio: f64,
}

/// What makes silence depend on the response.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bias {
    /// How many times as often a report is silent on the response of a non-responder.
    pub reporting: f64,
    /// Share of the non-responders whose case report is never published. Series and trials report all.
    pub publication: f64,
}

/// Lists of words, each as likely as the others unless said otherwise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lists {
    /// Labels of primary sites; each is as likely as another.
    pub sites: Vec<String>,
    /// Labels of sites of metastases; each is as likely as another.
    pub metastases: Vec<String>,
    /// Methods that detect the fusion.
    pub methods: Vec<String>,
    /// Drugs of chemotherapy before the first dose.
    pub chemotherapies: Vec<String>,
    /// Alterations of the gene at progression.
    pub resistance: Vec<String>,
    /// Genes altered at baseline.
    pub genes: Vec<String>,
    /// Adverse events, the more frequent first.
    pub events: Vec<String>,
}

/// Everything that a synthetic study depends on, beside its size and seed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// The 3' gene of every fusion.
    pub gene: String,
    /// Deaths per month where the hazard ratio is 1; constant in time.
    pub hazard: f64,
    /// Share of complete among objective responses.
    pub complete_response: f64,
    /// Share of stable disease among the others.
    pub stable_disease: f64,
    /// Monthly hazards of progression, by the response.
    pub progression: Progression,
    /// Share of those who progress that go on to another drug.
    pub next_line: f64,
    /// Months after which follow-up ends, uniform.
    pub follow_up: Months,
    /// Share with chemotherapy before the first dose.
    pub chemotherapy_before: f64,
    /// Share with surgery before the first dose.
    pub surgery_before: f64,
    /// Share whose partner was not identified.
    pub unknown_partner: f64,
    /// Share with a second fusion.
    pub second_partner: f64,
    /// Share that had none of the drugs, and is not counted.
    pub untreated: f64,
    /// Share of the responses told in words, without a category.
    pub words: f64,
    /// Share of the cases with a second report.
    pub second_reports: f64,
    /// Share of the second reports that disagree in one value.
    pub conflicts: f64,
    /// Share of the conflicts left open by the rules that a curator rules on.
    pub decided: f64,
    /// Share of the cases that are another case's patient.
    pub duplicates: f64,
    /// Share of the cases that resemble another case's patient.
    pub near_misses: f64,
    /// Surgery after the first dose.
    pub surgery: Surgery,
    /// Probability of silence, by what it is about: one of [`MISSING`].
    pub missing: std::collections::BTreeMap<String, f64>,
    /// What makes silence depend on the response.
    pub bias: Bias,
    /// Fusion partners with their frequencies and effects.
    pub partners: Vec<Partner>,
    /// Drugs with their frequencies and effects.
    pub drugs: Vec<Drug>,
    /// Histologies with their frequencies.
    pub histologies: Vec<Weighted>,
    /// Words that sources use in the place of the vocabulary's.
    pub words_for: Lists,
}

/// What is wrong with a scenario.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ScenarioError {
    /// It is no TOML of that form.
    #[error("the scenario cannot be read")]
    Form(#[from] toml::de::Error),
    /// A probability or share is none.
    #[error("{name} is {value}: a share is a number from 0 to 1")]
    Share {
        /// Setting of the scenario.
        name: String,
        /// Its value in the scenario.
        value: f64,
    },
    /// A rate, ratio or weight is none.
    #[error("{name} is {value}: it must be a number above 0 and at most {most}")]
    Positive {
        /// Setting of the scenario.
        name: String,
        /// Its value in the scenario.
        value: f64,
        /// The largest that makes sense.
        most: f64,
    },
    /// A stretch of months is none.
    #[error(
        "{name} runs from {from} to {to} months: give 0.1 or more, from before to, 1200 at most"
    )]
    Stretch {
        /// Setting of the scenario.
        name: &'static str,
        /// First month of the stretch.
        from: f64,
        /// Last month of the stretch.
        to: f64,
    },
    /// More pairs are asked for than there are cases.
    #[error(
        "duplicates ({duplicates}) and near_misses ({near_misses}) add to more than 0.5: each takes two cases"
    )]
    Pairs {
        /// Share of duplicates.
        duplicates: f64,
        /// Share of near misses.
        near_misses: f64,
    },
    /// A list that must hold something is too short.
    #[error("{0} holds too little: give at least {1}")]
    Short(&'static str, usize),
    /// A name stands in a list twice.
    #[error("{name:?} stands twice in {list}: keep one")]
    Twice {
        /// List of the scenario.
        list: &'static str,
        /// Name that stands in it twice.
        name: String,
    },
    /// A name is not in the list that it must be of.
    #[error("{name:?} is none of the {list} of the scenario: {}", .known.join(", "))]
    Unknown {
        /// List of the scenario.
        list: &'static str,
        /// Name that is not in the list.
        name: String,
        /// Names that the list has.
        known: Vec<String>,
    },
}

impl Scenario {
    /// Reads a scenario from TOML; [`Scenario::check`] says whether its numbers make sense.
    ///
    /// # Errors
    /// It has not the form of a scenario.
    pub fn read(text: &str) -> Result<Self, ScenarioError> {
        Ok(toml::from_str(text)?)
    }

    /// The scenario that the program carries.
    ///
    /// # Errors
    /// None, for a test reads it.
    pub fn shipped() -> Result<Self, ScenarioError> {
        Self::read(DEFAULT)
    }

    /// Sets the response rate of a partner.
    ///
    /// # Errors
    /// The scenario has no such partner.
    pub fn set_response(&mut self, partner: &str, rate: f64) -> Result<(), ScenarioError> {
        let known = || self.partners.iter().map(|p| p.name.clone()).collect();
        let index = self.partners.iter().position(|p| p.name == partner);
        let index = index.ok_or_else(|| unknown("partners", partner, known()))?;
        self.partners[index].response = rate;
        Ok(())
    }

    /// Sets the hazard ratio of a drug.
    ///
    /// # Errors
    /// The scenario has no such drug.
    pub fn set_hazard_ratio(&mut self, drug: &str, ratio: f64) -> Result<(), ScenarioError> {
        let known = || self.drugs.iter().map(|d| d.name.clone()).collect();
        let index = self.drugs.iter().position(|d| d.name == drug);
        let index = index.ok_or_else(|| unknown("drugs", drug, known()))?;
        self.drugs[index].hazard_ratio = ratio;
        Ok(())
    }

    /// Sets how often reports are silent about something; `all` sets every one.
    ///
    /// # Errors
    /// It is not one of [`MISSING`].
    pub fn set_missing(&mut self, what: &str, rate: f64) -> Result<(), ScenarioError> {
        if what == "all" {
            self.missing = MISSING.map(|what| (what.to_owned(), rate)).into();
            return Ok(());
        }
        if !MISSING.contains(&what) {
            let known = MISSING.map(str::to_owned).to_vec();
            return Err(unknown("silences", what, known));
        }
        self.missing.insert(what.to_owned(), rate);
        Ok(())
    }

    /// Checks every number.
    ///
    /// # Errors
    /// The first that makes no sense.
    pub fn check(&self) -> Result<(), ScenarioError> {
        for (name, value) in [
            ("complete_response", self.complete_response),
            ("stable_disease", self.stable_disease),
            ("next_line", self.next_line),
            ("chemotherapy_before", self.chemotherapy_before),
            ("surgery_before", self.surgery_before),
            ("unknown_partner", self.unknown_partner),
            ("second_partner", self.second_partner),
            ("untreated", self.untreated),
            ("words", self.words),
            ("second_reports", self.second_reports),
            ("conflicts", self.conflicts),
            ("decided", self.decided),
            ("duplicates", self.duplicates),
            ("near_misses", self.near_misses),
            ("surgery.share", self.surgery.share),
            ("bias.publication", self.bias.publication),
        ] {
            share(name, value)?;
        }
        for (what, rate) in &self.missing {
            if !MISSING.contains(&what.as_str()) {
                return Err(unknown(
                    "silences",
                    what,
                    MISSING.map(str::to_owned).to_vec(),
                ));
            }
            share(&format!("missing.{what}"), *rate)?;
        }
        for (name, value) in [
            ("hazard", self.hazard),
            ("progression.responders", self.progression.responders),
            ("progression.others", self.progression.others),
        ] {
            positive(name, value, 10.0)?;
        }
        positive("bias.reporting", self.bias.reporting, 100.0)?;
        positive("surgery.hazard_ratio", self.surgery.hazard_ratio, 100.0)?;
        stretch("surgery", self.surgery.from, self.surgery.to)?;
        stretch("follow_up", self.follow_up.from, self.follow_up.to)?;
        if self.bias.publication >= 1.0 && self.partners.iter().any(|p| p.response <= 0.0) {
            // Nobody with that partner would ever be published.
            return Err(ScenarioError::Share {
                name: "bias.publication (with a partner to which nobody responds)".to_owned(),
                value: self.bias.publication,
            });
        }
        if self.duplicates + self.near_misses > 0.5 {
            return Err(ScenarioError::Pairs {
                duplicates: self.duplicates,
                near_misses: self.near_misses,
            });
        }
        self.check_lists()
    }

    fn check_lists(&self) -> Result<(), ScenarioError> {
        for partner in &self.partners {
            positive(&format!("share of {}", partner.name), partner.share, 1e6)?;
            share(
                &format!("response rate of {}", partner.name),
                partner.response,
            )?;
        }
        for drug in &self.drugs {
            positive(&format!("share of {}", drug.name), drug.share, 1e6)?;
            positive(
                &format!("hazard ratio of {}", drug.name),
                drug.hazard_ratio,
                100.0,
            )?;
        }
        for histology in &self.histologies {
            positive(
                &format!("share of {}", histology.name),
                histology.share,
                1e6,
            )?;
        }
        let lists = &self.words_for;
        let names = |names: &[String]| names.to_vec();
        for (list, least, names) in [
            (
                "partners",
                2,
                self.partners.iter().map(|p| p.name.clone()).collect(),
            ),
            (
                "drugs",
                2,
                self.drugs.iter().map(|d| d.name.clone()).collect(),
            ),
            (
                "histologies",
                2,
                self.histologies.iter().map(|h| h.name.clone()).collect(),
            ),
            ("words_for.sites", 1, names(&lists.sites)),
            ("words_for.metastases", 2, names(&lists.metastases)),
            ("words_for.methods", 1, names(&lists.methods)),
            ("words_for.chemotherapies", 1, names(&lists.chemotherapies)),
            ("words_for.resistance", 1, names(&lists.resistance)),
            ("words_for.genes", 1, names(&lists.genes)),
            ("words_for.events", 4, names(&lists.events)),
        ] {
            let names: Vec<String> = names;
            if names.len() < least {
                return Err(ScenarioError::Short(list, least));
            }
            for (index, name) in names.iter().enumerate() {
                if names[..index].contains(name) {
                    let name = name.clone();
                    return Err(ScenarioError::Twice { list, name });
                }
            }
        }
        Ok(())
    }
}

fn unknown(list: &'static str, name: &str, known: Vec<String>) -> ScenarioError {
    ScenarioError::Unknown {
        list,
        name: name.to_owned(),
        known,
    }
}

fn share(name: &str, value: f64) -> Result<(), ScenarioError> {
    if (0.0..=1.0).contains(&value) {
        return Ok(());
    }
    Err(ScenarioError::Share {
        name: name.to_owned(),
        value,
    })
}

fn positive(name: &str, value: f64, most: f64) -> Result<(), ScenarioError> {
    if value > 0.0 && value <= most {
        return Ok(());
    }
    Err(ScenarioError::Positive {
        name: name.to_owned(),
        value,
        most,
    })
}

fn stretch(name: &'static str, from: f64, to: f64) -> Result<(), ScenarioError> {
    if from >= 0.1 && from < to && to <= 1200.0 {
        return Ok(());
    }
    Err(ScenarioError::Stretch { name, from, to })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_scenario_makes_sense() {
        let scenario = Scenario::shipped().expect("a scenario");
        scenario.check().expect("good numbers");
        assert_eq!(scenario.missing.len(), MISSING.len());
        let text = toml::to_string(&scenario).expect("TOML");
        assert_eq!(Scenario::read(&text).expect("the same"), scenario);
    }

    #[test]
    fn each_nonsense_has_its_message() {
        let wrong = |change: &dyn Fn(&mut Scenario)| {
            let mut scenario = Scenario::shipped().expect("a scenario");
            change(&mut scenario);
            scenario.check().expect_err("nonsense").to_string()
        };
        for (message, words) in [
            (wrong(&|s| s.words = 1.5), "words is 1.5: a share"),
            (wrong(&|s| s.untreated = f64::NAN), "untreated is NaN"),
            (wrong(&|s| s.hazard = 0.0), "hazard is 0: it must be"),
            (
                wrong(&|s| s.surgery.from = 20.0),
                "surgery runs from 20 to 14",
            ),
            (wrong(&|s| s.duplicates = 0.5), "add to more than 0.5"),
            (wrong(&|s| s.drugs.truncate(1)), "drugs holds too little"),
            (
                wrong(&|s| s.partners[1].name = "RANBP2".into()),
                "stands twice in partners",
            ),
            (
                wrong(&|s| s.missing.extend([("dose".to_owned(), 0.1)])),
                "none of the silences",
            ),
        ] {
            assert!(message.contains(words), "{words}: {message}");
        }
    }
}
