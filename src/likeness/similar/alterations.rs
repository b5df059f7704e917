//! Alterations met in cases that had what the patient has had.

use std::collections::{BTreeMap, BTreeSet};

use crate::likeness::patient::Patient;
use crate::likeness::profile::{Profile, Study};

/// An alteration, and in which cases it was found when.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AlterationMet {
    /// The gene, as a prefixed name.
    pub gene: Option<String>,
    /// What was found, as reported.
    pub alteration: String,
    /// When, as reported.
    pub timing: BTreeSet<String>,
    /// The cases, and whether each counts.
    pub cases: BTreeMap<String, bool>,
    /// Whether the patient has it.
    pub asked: bool,
    /// Whether it is one of the gene that a fusion makes active, in a case with such a fusion.
    pub of_kinase: bool,
}

/// The alterations that were found in cases that had a drug which the patient has failed, and those that she has,
/// wherever they were found: those first, then those of the gene that the fusion makes active. Cases that do not count are among them: what was found in one was found.
pub(super) fn met(study: &Study, patient: &Patient) -> Vec<AlterationMet> {
    let concepts = &study.concepts;
    let same_drug = |profile: &Profile| {
        let mut drugs = profile.drugs().into_iter();
        drugs.any(|drug| patient.has_spent(drug, concepts))
    };
    let mut found: BTreeMap<(Option<String>, String), AlterationMet> = BTreeMap::new();
    for profile in &study.profiles {
        let had = same_drug(profile);
        for one in &profile.alterations {
            let mut all = patient.alterations.iter();
            let asked = all.any(|asked| asked.is(one.gene.as_deref(), &one.alteration));
            if !(had || asked) || one.alteration.is_empty() {
                continue;
            }
            let key = (one.gene.clone(), one.alteration.to_lowercase());
            let met = found.entry(key).or_insert_with(|| AlterationMet {
                gene: one.gene.clone(),
                alteration: one.alteration.clone(),
                ..AlterationMet::default()
            });
            met.asked |= asked;
            met.of_kinase |= one
                .gene
                .as_ref()
                .is_some_and(|gene| profile.kinases.contains(gene));
            met.timing.extend(one.timing.clone());
            met.cases.insert(profile.case.clone(), profile.counted);
        }
    }
    let mut met: Vec<AlterationMet> = found.into_values().collect();
    met.sort_by(|a, b| {
        b.asked
            .cmp(&a.asked)
            .then(b.of_kinase.cmp(&a.of_kinase))
            .then(b.cases.len().cmp(&a.cases.len()))
    });
    met
}
