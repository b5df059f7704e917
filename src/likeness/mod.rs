//! How alike two cases are: whether they may be one patient published twice, and which published
//! cases are like a patient.
//!
//! Both read the same profile of each case from the consensus ([`Profile`]) and the same vocabularies
//! ([`Concepts`]). [`Matching`] weighs how likely two cases are one patient, by agreement and
//! frequency; [`similar`] ranks cases by how near they are to a patient, by an ontology distance
//! ([`Information`]) and stated weights.

mod concepts;
mod duplicates;
mod matching;
mod patient;
mod profile;
mod similar;

pub use concepts::{Concepts, Information};
pub use duplicates::{DuplicatePair, Duplicates, DuplicatesOptions, Ruling, duplicates};
pub use matching::{Contribution, ITEMS, Level, Matching, MatchingLevel};
pub use patient::{
    Finding, Item, Patient, PatientError, PatientWords, Prior, PriorLine, PriorOutcome, SEXES,
};
pub use profile::{
    AdverseEvent, Alteration, Derived, Episode, NO_EVENT, Profile, Source, Study, study,
};
pub use similar::{
    AlterationMet, Consequence, ITEMS as SIMILAR_ITEMS, Likeness, NextLine, Similar, SimilarCase,
    SimilarDrug, SimilarOptions, StoppingEvent, similar,
};
