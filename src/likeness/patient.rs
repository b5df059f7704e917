//! A patient to find published cases for, and the words that people describe one with.

use std::fmt;

use thiserror::Error;

use super::Concepts;
use crate::ontology::nearest;

/// How an earlier line of therapy went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PriorOutcome {
    /// The disease progressed on it.
    Progressed,
    /// The tumor responds to it.
    Responding,
    /// It was stopped for toxicity.
    Toxicity,
}

impl PriorOutcome {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Progressed, Self::Responding, Self::Toxicity];

    /// Its word in a command or an address.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Progressed => "progressed",
            Self::Responding => "responding",
            Self::Toxicity => "toxicity",
        }
    }

    /// What stands before the drug in a sentence.
    #[must_use]
    pub fn phrase(self) -> &'static str {
        match self {
            Self::Progressed => "progressed on",
            Self::Responding => "responding to",
            Self::Toxicity => "stopped for toxicity:",
        }
    }

    /// What stands before the drug where something came after it.
    #[must_use]
    pub fn event(self) -> &'static str {
        match self {
            Self::Progressed => "progression on",
            Self::Responding => "response to",
            Self::Toxicity => "toxicity of",
        }
    }
}

/// An earlier line of therapy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriorLine {
    /// The drug, or class of drugs, as a prefixed name.
    pub drug: String,
    /// How it went; `None` if that is not said.
    pub outcome: Option<PriorOutcome>,
}

impl PriorLine {
    /// Whether the drug is no option any more. One that she responds to still is; one whose outcome is not
    /// said has been had, and is none.
    #[must_use]
    pub fn is_spent(&self) -> bool {
        self.outcome != Some(PriorOutcome::Responding)
    }
}

/// Lines of therapy given before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Prior {
    /// None: the drug asked for is the first.
    None,
    /// These.
    Lines(Vec<PriorLine>),
}

/// A molecular finding other than the fusion.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Finding {
    /// The gene, as a prefixed name; `None` if any will do.
    pub gene: Option<String>,
    /// The alteration, such as `F1174L`.
    pub alteration: String,
}

impl Finding {
    /// Whether a finding of a case is this one: `p.F1174L` and `f1174l` are `F1174L`.
    #[must_use]
    pub fn is(&self, gene: Option<&str>, alteration: &str) -> bool {
        let plain = |text: &str| {
            let text = text.trim().to_lowercase();
            text.strip_prefix("p.").map_or(text.clone(), str::to_owned)
        };
        let same_gene = self.gene.is_none() || self.gene.as_deref() == gene;
        same_gene && plain(&self.alteration) == plain(alteration)
    }
}

/// A patient to find cases for. Concepts and genes are prefixed names; what is `None` or empty is not asked.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Patient {
    /// Histology.
    pub histology: Option<String>,
    /// 5' partner gene.
    pub partner: Option<String>,
    /// Lines of therapy given before.
    pub prior: Option<Prior>,
    /// Molecular findings other than the fusion.
    pub alterations: Vec<Finding>,
    /// Primary site.
    pub site: Option<String>,
    /// Age in years.
    pub age: Option<f64>,
    /// Sex.
    pub sex: Option<String>,
}

impl Patient {
    /// The earlier lines of therapy.
    #[must_use]
    pub fn lines(&self) -> &[PriorLine] {
        match &self.prior {
            Some(Prior::Lines(lines)) => lines,
            _ => &[],
        }
    }

    /// Whether a drug is no option for the patient any more: she had it, or a class that it is of.
    #[must_use]
    pub fn has_spent(&self, drug: &str, concepts: &Concepts) -> bool {
        let mut spent = self.lines().iter().filter(|line| line.is_spent());
        spent.any(|line| concepts.covers(&line.drug, drug))
    }
}

/// An item of a patient's description.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Item {
    /// Histology.
    Histology,
    /// 5' partner gene.
    Partner,
    /// Earlier lines of therapy.
    Prior,
    /// Molecular findings other than the fusion.
    Alteration,
    /// Primary site.
    Site,
    /// Age.
    Age,
    /// Sex.
    Sex,
    /// The drug that is considered.
    Drug,
}

impl Item {
    /// Its word in a command or an address.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Histology => "histology",
            Self::Partner => "partner",
            Self::Prior => "prior",
            Self::Alteration => "alteration",
            Self::Site => "site",
            Self::Age => "age",
            Self::Sex => "sex",
            Self::Drug => "drug",
        }
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Why words do not describe a patient.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum PatientError {
    /// A word that no vocabulary has.
    #[error("{word:?} is no known {scheme}{}", near(.nearest, .scheme))]
    Unknown {
        /// What it was said of.
        item: Item,
        /// The word.
        word: String,
        /// The vocabulary.
        scheme: &'static str,
        /// Labels of concepts that are called nearly so.
        nearest: Vec<String>,
    },
    /// An age that nobody has.
    #[error("{0:?} is no age: a number of years from 0 to 120")]
    Age(String),
    /// A sex that is none of the three.
    #[error("{0:?} is no sex: female, male or intersex")]
    Sex(String),
    /// An outcome that is none of the three.
    #[error("{0:?} is no outcome of an earlier line: progressed, responding or toxicity")]
    Outcome(String),
    /// No earlier line, before no drug.
    #[error("none before what? It needs the drug that is considered")]
    NoneBeforeNothing,
    /// Nothing is said of the patient.
    #[error(
        "nothing is said of the patient: at least one of histology, partner, prior, alteration, site, age and sex is needed"
    )]
    Nothing,
}

impl PatientError {
    /// The item that it is about, if it is about one.
    #[must_use]
    pub fn item(&self) -> Option<Item> {
        match self {
            Self::Unknown { item, .. } => Some(*item),
            Self::Age(_) => Some(Item::Age),
            Self::Sex(_) => Some(Item::Sex),
            Self::Outcome(_) | Self::NoneBeforeNothing => Some(Item::Prior),
            Self::Nothing => None,
        }
    }
}

fn near(nearest: &[String], scheme: &str) -> String {
    if nearest.is_empty() {
        format!("; the words are those of ontology/{scheme}.ttl")
    } else {
        format!("; nearest: {}", nearest.join(", "))
    }
}

/// What a patient's sex can be.
pub const SEXES: [&str; 3] = ["female", "male", "intersex"];

/// A patient in the words of whoever asks: labels, synonyms and codes of the vocabularies.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PatientWords {
    /// Histology.
    pub histology: Option<String>,
    /// 5' partner gene.
    pub partner: Option<String>,
    /// Earlier lines, each a drug or class of drugs with its outcome behind an equals sign if that is known
    /// (`crizotinib=progressed`); `none` alone if there was none.
    pub prior: Vec<String>,
    /// Molecular findings, each with the gene before it or without (`ALK F1174L`, `G1269A`).
    pub alterations: Vec<String>,
    /// Primary site.
    pub site: Option<String>,
    /// Age in years.
    pub age: Option<String>,
    /// Sex.
    pub sex: Option<String>,
    /// The drug, or class of drugs, that is considered.
    pub drug: Option<String>,
}

impl PatientWords {
    /// The patient that the words describe, and the drug that is considered for her.
    ///
    /// # Errors
    /// A word that no vocabulary has, a value that cannot be, or nothing at all.
    pub fn read(&self, concepts: &Concepts) -> Result<(Patient, Option<String>), PatientError> {
        let find = |item: Item, scheme, word: &Option<String>| match word {
            Some(word) => concept(concepts, item, scheme, word).map(Some),
            None => Ok(None),
        };
        let drug = find(Item::Drug, "drug", &self.drug)?;
        let age = match &self.age {
            Some(word) => {
                let age = word.trim().parse::<f64>().ok();
                let age = age.filter(|age| (0.0..=120.0).contains(age));
                Some(age.ok_or_else(|| PatientError::Age(word.clone()))?)
            }
            None => None,
        };
        let sex = match &self.sex {
            Some(word) => {
                let known = SEXES.iter().find(|sex| sex.eq_ignore_ascii_case(word));
                let known = known.ok_or_else(|| PatientError::Sex(word.clone()))?;
                Some((*known).to_owned())
            }
            None => None,
        };
        let alterations = self.alterations.iter();
        let patient = Patient {
            histology: find(Item::Histology, "histology", &self.histology)?,
            partner: find(Item::Partner, "gene", &self.partner)?,
            prior: self.prior(concepts)?,
            alterations: alterations.map(|text| finding(concepts, text)).collect(),
            site: find(Item::Site, "site", &self.site)?,
            age,
            sex,
        };
        if patient == Patient::default() {
            return Err(PatientError::Nothing);
        }
        if patient.prior == Some(Prior::None) && drug.is_none() {
            return Err(PatientError::NoneBeforeNothing);
        }
        Ok((patient, drug))
    }

    fn prior(&self, concepts: &Concepts) -> Result<Option<Prior>, PatientError> {
        match self.prior.as_slice() {
            [] => Ok(None),
            [word] if word.eq_ignore_ascii_case("none") => Ok(Some(Prior::None)),
            words => {
                let lines = words.iter().map(|word| line(concepts, word));
                Ok(Some(Prior::Lines(lines.collect::<Result<_, _>>()?)))
            }
        }
    }
}

/// `crizotinib=progressed`, or `crizotinib`.
fn line(concepts: &Concepts, text: &str) -> Result<PriorLine, PatientError> {
    let (drug, outcome) = match text.rsplit_once('=') {
        Some((drug, word)) => {
            let word = word.trim();
            let mut all = PriorOutcome::ALL.into_iter();
            let known = all.find(|outcome| outcome.word().eq_ignore_ascii_case(word));
            let known = known.ok_or_else(|| PatientError::Outcome(word.to_owned()))?;
            (drug, Some(known))
        }
        None => (text, None),
    };
    let drug = concept(concepts, Item::Prior, "drug", drug.trim())?;
    Ok(PriorLine { drug, outcome })
}

/// `ALK F1174L`, or an alteration of any gene.
fn finding(concepts: &Concepts, text: &str) -> Finding {
    let text = text.trim();
    if let Some((first, rest)) = text.split_once(char::is_whitespace)
        && let Some(gene) = concepts.find("gene", first)
    {
        return Finding {
            gene: Some(gene.to_owned()),
            alteration: rest.trim().to_owned(),
        };
    }
    Finding {
        gene: None,
        alteration: text.to_owned(),
    }
}

/// The concept of a vocabulary that a word stands for.
fn concept(
    concepts: &Concepts,
    item: Item,
    scheme: &'static str,
    word: &str,
) -> Result<String, PatientError> {
    if let Some(concept) = concepts.find(scheme, word) {
        return Ok(concept.to_owned());
    }
    let words: Vec<(&str, &str)> = concepts.words(scheme).collect();
    let mut near: Vec<String> = Vec::new();
    for close in nearest(&word.to_lowercase(), words.iter().map(|(word, _)| *word)) {
        let concept = words.iter().find(|(word, _)| *word == close);
        let label = concept.map_or(close, |(_, concept)| concepts.label(concept));
        if !near.iter().any(|known| known == label) {
            near.push(label.to_owned());
        }
    }
    Err(PatientError::Unknown {
        item,
        word: word.to_owned(),
        scheme,
        nearest: near,
    })
}
