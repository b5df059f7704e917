//! Cases in the formats of others as rows of sheets, which are then read, checked and shown as those of a workbook.
//!
//! What a format says in a word or identifier that the vocabularies know becomes that concept. Any other word stays, in the
//! source's words, beside an empty cell, and is told: nothing is lost, and nothing is guessed.

mod cbioportal;
mod draft;
mod fusions;
mod fusor;
mod iso8601;
mod phenopackets;
mod pyphetools;
pub mod redcap;

use std::collections::BTreeMap;

use super::tab::Tab;
use super::tabs::{Imported, from};
use crate::case::Schema;
use crate::ontology::Ontology;
use draft::Draft;

/// A format of others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Others {
    /// GA4GH Phenopackets 2.0, one JSON file a case.
    Phenopackets,
    /// A study folder of cBioPortal.
    CBioPortal,
    /// VICC `AssayedFusion` objects of FUSOR, with a list of whose they are.
    Fusor,
}

/// A table of others, with a row or a column a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaseTable {
    /// Records of `REDCap`, of a project with our data dictionary.
    Redcap,
    /// A case sheet of pyphetools.
    Pyphetools,
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
        if files.values().any(|bytes| phenopackets::is_packet(bytes)) {
            return Some(Self::Phenopackets);
        }
        let fusions = files.values().any(|bytes| fusor::is_fusions(bytes));
        fusions.then_some(Self::Fusor)
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
            Self::Fusor => "fusions of FUSOR".to_owned(),
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
            Self::Fusor => fusor::read(files, &mut draft),
        }
        draft.finish()
    }
}

impl CaseTable {
    /// The table of others among some tabs, and which it is.
    #[must_use]
    pub fn of<'t>(tabs: &'t [Tab], schema: &'static Schema) -> Option<(Self, &'t Tab)> {
        let of = |tab: &Tab| {
            if redcap::is_export(tab, schema) {
                return Some(Self::Redcap);
            }
            pyphetools::is_sheet(tab).then_some(Self::Pyphetools)
        };
        tabs.iter().find_map(|tab| Some((of(tab)?, tab)))
    }

    /// What it is, in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Redcap => "records of REDCap",
            Self::Pyphetools => "a case sheet of pyphetools",
        }
    }

    /// Makes sheets of the table. `file` is how messages name it; cases join the cohort of this name.
    #[must_use]
    pub fn sheets(
        self,
        tab: &Tab,
        (file, cohort): (&str, &str),
        (schema, ontology): (&'static Schema, &Ontology),
    ) -> Imported {
        let from = from(file, tab);
        match self {
            Self::Redcap => redcap::read(tab, &from, cohort, (schema, ontology)),
            Self::Pyphetools => {
                let mut draft = Draft::new(ontology, &from, cohort);
                let columns = pyphetools::read(tab, &mut draft);
                Imported {
                    columns,
                    ..draft.finish()
                }
            }
        }
    }
}
