//! The scenario's words looked up in the ontology: nothing is written that a sheet would not take.

use std::collections::BTreeMap;

use super::SyntheticError;
use super::scenario::Scenario;
use crate::case::Scheme;
use crate::ontology::Ontology;

/// A concept as the sheets name it, and how another source may name it.
#[derive(Debug, Clone)]
pub(super) struct Word {
    pub label: String,
    pub synonyms: Vec<String>,
    /// The label of the concept right above.
    pub broader: Option<String>,
    /// The labels of all concepts above.
    above: Vec<String>,
}

impl Word {
    /// Whether the words cannot both be true: neither lies above the other.
    pub fn contradicts(&self, other: &Self) -> bool {
        let fits =
            |one: &Self, other: &Self| one.label == other.label || one.above.contains(&other.label);
        !fits(self, other) && !fits(other, self)
    }
}

/// Every word that the sheets of a scenario hold, in the order of the scenario's lists.
#[derive(Debug)]
pub(super) struct Words {
    pub gene: String,
    pub partners: Vec<String>,
    pub drugs: Vec<Word>,
    /// The local name of the first drug's IRI.
    pub first_drug: String,
    pub histologies: Vec<Word>,
    pub sites: Vec<Word>,
    pub metastases: Vec<Word>,
    pub methods: Vec<Word>,
    pub chemotherapies: Vec<Word>,
    pub genes: Vec<String>,
    pub events: Vec<Word>,
    codes: BTreeMap<&'static str, String>,
}

/// The codes that mean something to the model, with the vocabulary that must know them.
const CODES: [(Scheme, &str); 14] = [
    (Scheme::RESPONSE, "CR"),
    (Scheme::RESPONSE, "PR"),
    (Scheme::RESPONSE, "SD"),
    (Scheme::RESPONSE, "PD"),
    (Scheme::RESPONSE, "responded"),
    (Scheme::RESPONSE, "no-response"),
    (Scheme::EVENT, "none"),
    (Scheme::STATUS, "alive"),
    (Scheme::STATUS, "alive-NED"),
    (Scheme::STATUS, "alive-disease"),
    (Scheme::STATUS, "dead"),
    (Scheme::STATUS, "dead-disease"),
    (Scheme::STATUS, "dead-toxicity"),
    (Scheme::STATUS, "dead-other"),
];

impl Words {
    pub fn of(scenario: &Scenario, ontology: &Ontology) -> Result<Self, SyntheticError> {
        let lists = &scenario.words_for;
        let many = |scheme: Scheme, names: &[String]| -> Result<Vec<Word>, SyntheticError> {
            names
                .iter()
                .map(|name| word(ontology, scheme.name(), name))
                .collect()
        };
        let gene = |name: &String| Ok(word(ontology, "gene", name)?.label);
        let drugs: Vec<String> = scenario
            .drugs
            .iter()
            .map(|drug| drug.name.clone())
            .collect();
        let of_drugs = ontology.vocabulary(Scheme::DRUG.name());
        let histologies: Vec<String> = scenario
            .histologies
            .iter()
            .map(|h| h.name.clone())
            .collect();
        let mut codes = BTreeMap::new();
        for (scheme, code) in CODES {
            let vocabulary = ontology.vocabulary(scheme.name());
            let slug = vocabulary
                .slug(code)
                .ok_or_else(|| unknown(ontology, scheme.name(), code))?;
            let concept = vocabulary.concept(slug);
            let label = concept.map_or(slug, |c| c.notation.as_deref().unwrap_or(&c.label));
            codes.insert(code, label.to_owned());
        }
        Ok(Self {
            gene: gene(&scenario.gene)?,
            partners: scenario
                .partners
                .iter()
                .map(|p| gene(&p.name))
                .collect::<Result<_, _>>()?,
            first_drug: of_drugs.slug(&drugs[0]).unwrap_or_default().to_owned(),
            drugs: many(Scheme::DRUG, &drugs)?,
            histologies: many(Scheme::HISTOLOGY, &histologies)?,
            sites: many(Scheme::SITE, &lists.sites)?,
            metastases: many(Scheme::SITE, &lists.metastases)?,
            methods: many(Scheme::METHOD, &lists.methods)?,
            chemotherapies: many(Scheme::DRUG, &lists.chemotherapies)?,
            genes: lists
                .genes
                .iter()
                .map(gene)
                .collect::<Result<_, SyntheticError>>()?,
            events: many(Scheme::EVENT, &lists.events)?,
            codes,
        })
    }

    /// A code as the sheets write it.
    pub fn code(&self, code: &str) -> &str {
        self.codes.get(code).map_or("", String::as_str)
    }
}

fn word(ontology: &Ontology, scheme: &str, name: &str) -> Result<Word, SyntheticError> {
    let vocabulary = ontology.vocabulary(scheme);
    let slug = vocabulary
        .slug(name)
        .ok_or_else(|| unknown(ontology, scheme, name))?;
    let concept = vocabulary.concept(slug).cloned().unwrap_or_default();
    let label = concept.label.to_lowercase();
    let broader = concept
        .broader
        .first()
        .and_then(|slug| vocabulary.concept(slug));
    let above = vocabulary
        .concepts()
        .filter(|(other, _)| *other != slug && vocabulary.covers(other, slug))
        .map(|(_, concept)| concept.label.clone());
    Ok(Word {
        above: above.collect(),
        synonyms: vocabulary
            .words_for(slug)
            .filter(|word| *word != label && *word != slug.to_lowercase())
            .map(str::to_owned)
            .collect(),
        broader: broader.map(|concept| concept.label.clone()),
        label: concept.label,
    })
}

fn unknown(ontology: &Ontology, scheme: &str, name: &str) -> SyntheticError {
    let near = ontology.vocabulary(scheme).nearest(name).join(", ");
    SyntheticError::Word {
        name: name.to_owned(),
        scheme: scheme.to_owned(),
        nearest: if near.is_empty() {
            near
        } else {
            format!("; nearest: {near}")
        },
    }
}
