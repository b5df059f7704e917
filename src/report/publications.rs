//! The publications of a study, as a list and as references for a reference manager.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::case::{Publication, PublicationKind, ReadingDepth};
use crate::document::{Block, Document, Medium, Records, Reference, Role, Table, WorkKind};
use crate::likeness::Study;

/// What a publication is to the study.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PublicationRole {
    /// It reports a case that counts.
    Included,
    /// It reports cases, none of which counts.
    Excluded,
    /// It reports no case.
    Background,
}

impl PublicationRole {
    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Included => "included",
            Self::Excluded => "excluded",
            Self::Background => "background",
        }
    }
}

/// A publication with what it is to the study.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedPublication {
    /// The publication.
    pub publication: Publication,
    /// What it is to the study.
    pub role: PublicationRole,
    /// Its cases, and why each does not count; empty for those that do.
    pub cases: BTreeMap<String, String>,
}

/// Publications of a study.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicationsDocument {
    /// The publications by key.
    pub publications: Vec<ListedPublication>,
    /// Whether the cases are invented.
    pub synthetic: bool,
    /// What the answer comes from.
    pub made_from: String,
}

impl ListedPublication {
    /// The publications of a study by key.
    #[must_use]
    pub fn of(study: &Study) -> Vec<Self> {
        let mut cases: BTreeMap<&str, BTreeMap<String, String>> = BTreeMap::new();
        for profile in &study.profiles {
            for source in &profile.sources {
                let reason = if profile.counted {
                    String::new()
                } else {
                    let reason = profile.excluded.as_deref();
                    reason.unwrap_or("in no cohort that counts").to_owned()
                };
                let of_source = cases.entry(&source.key).or_default();
                of_source.insert(profile.case.clone(), reason);
            }
        }
        let listed = study.publications.values().map(|publication| {
            let cases = cases.remove(publication.key.as_str()).unwrap_or_default();
            let role = if cases.is_empty() {
                PublicationRole::Background
            } else if cases.values().any(String::is_empty) {
                PublicationRole::Included
            } else {
                PublicationRole::Excluded
            };
            Self {
                publication: publication.clone(),
                role,
                cases,
            }
        });
        listed.collect()
    }

    /// Why none of its cases counts, each reason once; empty if one does.
    #[must_use]
    pub fn reasons(&self) -> String {
        if self.role != PublicationRole::Excluded {
            return String::new();
        }
        let mut reasons: Vec<&str> = self.cases.values().map(String::as_str).collect();
        reasons.sort_unstable();
        reasons.dedup();
        reasons.join("; ")
    }

    /// The publication for a reference manager.
    fn reference(&self) -> Reference {
        let publication = &self.publication;
        let kind = match publication.kind {
            PublicationKind::ConferenceAbstract => WorkKind::Conference,
            PublicationKind::Database => WorkKind::Dataset,
            PublicationKind::PressRelease | PublicationKind::Guideline => WorkKind::Other,
            _ => WorkKind::Article,
        };
        let author = Some(publication.first_author.clone());
        let (volume, pages) = volume_and_pages(&publication.volume_pages);
        Reference {
            key: publication.key.clone(),
            kind,
            authors: author
                .filter(|author| !author.is_empty())
                .into_iter()
                .collect(),
            year: publication.year,
            title: publication.title.clone(),
            container: publication.journal.clone(),
            volume: volume.to_owned(),
            pages: pages.to_owned(),
            doi: publication.doi.clone(),
            pmid: publication.pmid.clone(),
            note: self.note(),
        }
    }

    /// What a reference manager should keep beside the reference.
    fn note(&self) -> String {
        let publication = &self.publication;
        let mut parts = vec![format!("casegraph: {}", self.role.word())];
        let reasons = self.reasons();
        if !reasons.is_empty() {
            parts.push(reasons);
        }
        parts.push(format!(
            "read: {}",
            publication.read.map_or("not said", ReadingDepth::word)
        ));
        if !publication.first_author.is_empty() {
            parts.push("only the first author is in the data".to_owned());
        }
        parts.join("; ")
    }
}

/// Volume and pages, where they are printed as `241:316-23`; else all of it stands as the volume.
fn volume_and_pages(printed: &str) -> (&str, &str) {
    printed.split_once(':').unwrap_or((printed, ""))
}

impl Document for PublicationsDocument {
    fn title(&self) -> String {
        "Publications of the study".to_owned()
    }

    fn blocks(&self, _medium: Medium) -> Vec<Block> {
        let mut blocks = vec![Block::Title(self.title())];
        if self.synthetic {
            blocks.push(Block::Synthetic);
        }
        let count = |role| {
            let all = self.publications.iter();
            all.filter(|one| one.role == role).count()
        };
        blocks.push(Block::Line(format!(
            "{} publications: {} report a case that counts, {} only cases that do not, {} none.",
            self.publications.len(),
            count(PublicationRole::Included),
            count(PublicationRole::Excluded),
            count(PublicationRole::Background)
        )));
        blocks.extend(Block::tables([self.table()]));
        blocks.push(Block::Source(self.made_from.clone()));
        blocks
    }

    fn records(&self) -> Records<'_> {
        self.table().into()
    }

    fn json(&self) -> Value {
        let of = |one: &ListedPublication| {
            let publication = &one.publication;
            json!({
                "key": publication.key,
                "role": one.role.word(),
                "why_excluded": one.reasons(),
                "cases": one.cases.keys().collect::<Vec<_>>(),
                "first_author": publication.first_author,
                "year": publication.year,
                "title": publication.title,
                "journal": publication.journal,
                "volume_pages": publication.volume_pages,
                "doi": publication.doi,
                "pmid": publication.pmid,
                "kind": publication.kind.word(),
                "read": publication.read.map(ReadingDepth::word),
            })
        };
        json!({
            "publications": self.publications.iter().map(of).collect::<Vec<_>>(),
            "synthetic": self.synthetic,
            "made_from": self.made_from,
        })
    }

    fn references(&self) -> Option<Vec<Reference>> {
        let all = self.publications.iter();
        Some(all.map(ListedPublication::reference).collect())
    }
}

impl PublicationsDocument {
    fn table(&self) -> Table {
        let headings = [
            "key",
            "role",
            "why excluded",
            "first author",
            "year",
            "title",
            "journal",
            "volume, pages",
            "DOI",
            "PMID",
            "kind",
            "read",
            "cases",
        ];
        let mut table = Table::new("", &headings.map(|heading| (heading, Role::Text)));
        for one in &self.publications {
            let publication = &one.publication;
            let year = publication.year.map(|year| year.to_string());
            let cases: Vec<&str> = one.cases.keys().map(String::as_str).collect();
            table.push([
                publication.key.clone(),
                one.role.word().to_owned(),
                one.reasons(),
                publication.first_author.clone(),
                year.unwrap_or_default(),
                publication.title.clone(),
                publication.journal.clone(),
                publication.volume_pages.clone(),
                publication.doi.clone(),
                publication.pmid.clone(),
                publication.kind.word().to_owned(),
                publication.read.map_or("", ReadingDepth::word).to_owned(),
                cases.join(", "),
            ]);
        }
        table
    }
}
