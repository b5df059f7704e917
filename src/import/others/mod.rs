//! Cases in the formats of others as rows of sheets, which are then read, checked and shown as those of a workbook.
//!
//! What a format says in a word or identifier that the vocabularies know becomes that concept. Any other word stays, in the
//! source's words, beside an empty cell, and is told: nothing is lost, and nothing is guessed.

mod cbioportal;
mod draft;
mod fusions;
mod phenopackets;

use std::collections::BTreeMap;

use super::tabs::Imported;
use crate::ontology::Ontology;
use draft::Draft;

/// A format of others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Others {
    /// GA4GH Phenopackets 2.0, one JSON file a case.
    Phenopackets,
    /// A study folder of cBioPortal.
    CBioPortal,
}

/// The files of a format, by name.
pub type Files = BTreeMap<String, Vec<u8>>;

impl Others {
    /// The format of some files; `None` if it is none of these.
    #[must_use]
    pub fn of(files: &Files) -> Option<Self> {
        if files.keys().any(|name| name == cbioportal::META) {
            return Some(Self::CBioPortal);
        }
        let packet = files.values().any(|bytes| phenopackets::is_packet(bytes));
        packet.then_some(Self::Phenopackets)
    }

    /// What some files of it are, in words.
    #[must_use]
    pub fn words(self, files: &Files) -> String {
        match self {
            Self::Phenopackets => {
                let packets = files
                    .values()
                    .filter(|bytes| phenopackets::is_packet(bytes));
                format!("{} phenopackets", packets.count())
            }
            Self::CBioPortal => "a study folder of cBioPortal".to_owned(),
        }
    }

    /// Makes sheets of the files. `name` is how messages name them all, and what the key of a source is made of where the
    /// files name none; cases join the cohort of this name.
    #[must_use]
    pub fn sheets(self, files: &Files, name: &str, cohort: &str, ontology: &Ontology) -> Imported {
        let mut draft = Draft::new(ontology, name, cohort);
        match self {
            Self::Phenopackets => phenopackets::read(files, &mut draft),
            Self::CBioPortal => cbioportal::read(files, &mut draft),
        }
        draft.finish()
    }
}
