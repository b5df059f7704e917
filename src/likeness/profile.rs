//! What each case can be compared by, read from the consensus by one query.

use std::collections::{BTreeMap, BTreeSet};

use super::Concepts;
use super::patient::Patient;
use crate::case::{Event, FactSheet, Publication, PublicationKind, ReadingDepth, Schema};
use crate::graph::namespaces::{Prefixes, StudyThing};
use crate::graph::{Graph, QueryOptions};
use crate::query::{AskError, Prepared, Row, rows};

/// The concept that stands for a stated absence of adverse events.
pub const NO_EVENT: &str = "event:none";

/// An episode of treatment with drugs.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Episode {
    /// The drugs, as prefixed names, sorted.
    pub drugs: Vec<String>,
    /// Line of therapy, if stated.
    pub line: Option<u32>,
    /// Best overall response: a category, or a word without one.
    pub response: Option<String>,
    /// Why there is no response.
    pub no_response: Option<String>,
    /// Progression-free survival, months.
    pub progression_free: Option<f64>,
    /// Whether the disease progressed on it.
    pub progressed: Option<bool>,
    /// Why it ended, in the word of the sheets, such as `toxicity`.
    pub stop_reason: Option<String>,
    /// What of it no source states, and was derived.
    pub derived: BTreeSet<Derived>,
    /// The episodes, by their places in [`Profile::episodes`], that are stated to have begun later.
    pub before: BTreeSet<usize>,
}

/// A value that can be derived where no source states it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Derived {
    /// Age.
    Age,
    /// Sex.
    Sex,
    /// Histology.
    Histology,
    /// Primary site.
    Site,
    /// Best overall response.
    Response,
    /// Progression-free survival.
    ProgressionFree,
    /// Whether the disease progressed.
    Progressed,
    /// Follow-up.
    Months,
    /// Last known status.
    Status,
}

impl Derived {
    /// The value that the query calls so.
    fn of(field: &str) -> Option<Self> {
        Some(match field {
            "age" => Self::Age,
            "sex" => Self::Sex,
            "histology" => Self::Histology,
            "site" => Self::Site,
            "response" => Self::Response,
            "progression-free months" => Self::ProgressionFree,
            "progressed" => Self::Progressed,
            "months" => Self::Months,
            "status" => Self::Status,
            _ => return None,
        })
    }
}

/// A molecular finding of a case other than its fusion.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Alteration {
    /// The gene, as a prefixed name.
    pub gene: Option<String>,
    /// What was found, as reported; also that something was not.
    pub alteration: String,
    /// When, as reported.
    pub timing: Option<String>,
}

/// An adverse event of a case.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AdverseEvent {
    /// The suspected drugs, as prefixed names.
    pub drugs: Vec<String>,
    /// The event, as a prefixed name.
    pub term: Option<String>,
    /// What was done with the drug, in the word of the sheets, such as `stopped`.
    pub action: Option<String>,
    /// Whether it led to death.
    pub fatal: bool,
}

/// A source of a case, and where in it the case is told of.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// Key of the publication.
    pub key: String,
    /// Places in it, sorted.
    pub locators: Vec<String>,
}

/// A case as two cases are compared. Concepts and genes are prefixed names; what is not known is
/// `None` or empty.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Profile {
    /// Key of the case.
    pub case: String,
    /// Whether it is in a cohort that counts.
    pub counted: bool,
    /// Why it does not count.
    pub excluded: Option<String>,
    /// Age in years.
    pub age: Option<f64>,
    /// Age group: as stated, or from the age.
    pub age_group: Option<String>,
    /// Sex.
    pub sex: Option<String>,
    /// Histology.
    pub histology: Option<String>,
    /// Primary site.
    pub site: Option<String>,
    /// 5' partner genes of its fusions, sorted.
    pub partners: Vec<String>,
    /// 3' genes of its fusions: those that the fusion makes active.
    pub kinases: BTreeSet<String>,
    /// Breakpoints of its fusions, as reported.
    pub breakpoints: Vec<String>,
    /// Episodes with a drug: what is stated to have begun earlier stands before, the rest as listed.
    pub episodes: Vec<Episode>,
    /// Whether a source tells of several partners and names none.
    pub several_partners: bool,
    /// Whether a partner of its fusions was inferred, as from a staining pattern, and not observed.
    pub inferred_partner: bool,
    /// Molecular findings other than its fusion.
    pub alterations: Vec<Alteration>,
    /// Its adverse events; a stated absence of any is none.
    pub events: Vec<AdverseEvent>,
    /// What of the case and its follow-up no source states, and was derived.
    pub derived: BTreeSet<Derived>,
    /// Last known status, in words.
    pub status: Option<String>,
    /// Follow-up, months.
    pub months: Option<f64>,
    /// Time zero of the follow-up.
    pub counted_from: Option<String>,
    /// Its sources, sorted.
    pub sources: Vec<Source>,
    /// The case that a curator ruled to be the same patient and to stay, with the reason.
    pub same_as: Vec<(String, String)>,
    /// Cases that it is suspected to be a second report of.
    pub suspected: Vec<String>,
    /// Cases that a curator ruled to be other patients, with the reason.
    pub different_from: Vec<(String, String)>,
}

impl Profile {
    /// What is known of the case, as of a patient to find others for.
    #[must_use]
    pub fn patient(&self) -> Patient {
        Patient {
            histology: self.histology.clone(),
            partner: self.partners.first().cloned(),
            prior: None,
            alterations: Vec::new(),
            site: self.site.clone(),
            age: self.age,
            sex: self.sex.clone(),
        }
    }

    /// Whether it is stated which of two episodes began first.
    #[must_use]
    pub fn is_placed(&self, one: usize, other: usize) -> bool {
        self.is_before(one, other) || self.is_before(other, one)
    }

    /// Whether one episode is stated to have begun before another.
    #[must_use]
    pub fn is_before(&self, one: usize, other: usize) -> bool {
        self.episodes
            .get(one)
            .is_some_and(|episode| episode.before.contains(&other))
    }

    /// Whether the order of all episodes is stated.
    #[must_use]
    pub fn is_ordered(&self) -> bool {
        let n = self.episodes.len();
        (0..n).all(|one| (one + 1..n).all(|other| self.is_placed(one, other)))
    }

    /// The episodes that may be the first of those that are `wanted`: none of these is stated to have
    /// begun before them. More than one if the order is not known.
    pub fn possible_firsts(&self, wanted: impl Fn(&Episode) -> bool) -> Vec<usize> {
        let all = || (0..self.episodes.len()).filter(|&at| wanted(&self.episodes[at]));
        all()
            .filter(|&at| !all().any(|other| self.is_before(other, at)))
            .collect()
    }

    /// The distinct drugs in the order of their first episodes, as far as it is stated.
    #[must_use]
    pub fn drugs(&self) -> Vec<&str> {
        let mut drugs: Vec<&str> = Vec::new();
        for drug in self.episodes.iter().flat_map(|episode| &episode.drugs) {
            if !drugs.contains(&drug.as_str()) {
                drugs.push(drug);
            }
        }
        drugs
    }
}

/// The cases of a study with what is needed to compare them.
#[derive(Debug, Clone, Default)]
pub struct Study {
    /// Every case, by key.
    pub profiles: Vec<Profile>,
    /// The publications by key.
    pub publications: BTreeMap<String, Publication>,
    /// The vocabularies.
    pub concepts: Concepts,
}

impl Study {
    /// The sources of a case that report patients of their own: they know their patients apart.
    pub fn primary<'a>(&'a self, profile: &'a Profile) -> impl Iterator<Item = &'a Publication> {
        profile
            .sources
            .iter()
            .filter_map(|source| self.publications.get(&source.key))
            .filter(|publication| publication.is_primary())
    }
}

/// Reads the cases, publications and vocabularies of a store.
///
/// # Errors
/// The store cannot be read.
pub fn study(graph: &Graph, prefixes: &Prefixes) -> Result<Study, AskError> {
    let concepts = Concepts::read(graph, prefixes)?;
    let table = Prepared::new(include_str!("profile.rq")).rows(
        graph,
        prefixes,
        &QueryOptions::default(),
    )?;
    let reader = Reader {
        prefixes,
        concepts: &concepts,
    };
    let mut drafts: BTreeMap<&str, Draft> = BTreeMap::new();
    for row in rows(&table) {
        let thing = row.get("thing").and_then(StudyThing::of_case);
        if let (Some(thing), Some(field)) = (thing, row.get("field")) {
            let draft = drafts.entry(thing.key()).or_default();
            thing.key().clone_into(&mut draft.profile.case);
            draft.take(field, thing.event(), row, &reader);
        }
    }
    let table = Prepared::new(include_str!("sources.rq")).rows(
        graph,
        prefixes,
        &QueryOptions::default(),
    )?;
    let publications = rows(&table).filter_map(|row| {
        let text = |column: &str| row.get(column).unwrap_or_default().to_owned();
        let key = row.get("publication")?.to_owned();
        let publication = Publication {
            key: key.clone(),
            first_author: text("first_author"),
            year: row.get("year").and_then(|year| year.parse().ok()),
            title: text("title"),
            journal: text("journal"),
            volume_pages: text("pages"),
            doi: text("doi"),
            pmid: text("pmid"),
            kind: PublicationKind::from_word(row.text("kind")),
            read: ReadingDepth::from_word(row.text("read")),
            ..Publication::default()
        };
        Some((key, publication))
    });
    Ok(Study {
        publications: publications.collect(),
        profiles: drafts.into_values().map(Draft::finish).collect(),
        concepts,
    })
}

/// The sheet that an event of a case stands in; `None` if the shipped schema has none of that name.
fn sheet_of(event: &str) -> Option<FactSheet> {
    Event::of_path(event, Schema::shipped()).map(|event| event.sheet)
}

/// A profile that is still being read.
#[derive(Default)]
struct Draft {
    profile: Profile,
    partners: BTreeSet<String>,
    breakpoints: BTreeSet<String>,
    episodes: BTreeMap<String, DraftEpisode>,
    alterations: BTreeMap<String, Alteration>,
    events: BTreeMap<String, AdverseEvent>,
    sources: BTreeMap<String, BTreeSet<String>>,
}

/// Turns values of the store into those of a profile.
struct Reader<'a> {
    prefixes: &'a Prefixes,
    concepts: &'a Concepts,
}

impl Draft {
    fn take(&mut self, field: &str, event: &str, row: Row<'_>, reader: &Reader<'_>) {
        let value = row.get("value").unwrap_or_default();
        let text = || Some(value.to_owned());
        let name = || reader.prefixes.shorten(value);
        let number = || value.parse::<f64>().ok();
        let key = |iri: &str| StudyThing::of(iri).map_or(iri, StudyThing::key).to_owned();
        let other = || row.get("other").map(key).unwrap_or_default();
        let profile = &mut self.profile;
        match field {
            "counted" => profile.counted = true,
            "excluded" => profile.excluded = text(),
            "age" => profile.age = number(),
            "age group" => profile.age_group = text(),
            "sex" => profile.sex = text(),
            "histology" => profile.histology = Some(name()),
            "site" => profile.site = Some(name()),
            "status" => profile.status = Some(reader.concepts.label(&name()).to_owned()),
            "months" => profile.months = number(),
            "counted from" => profile.counted_from = text(),
            "same patient" => profile.same_as.push((other(), value.to_owned())),
            "different patients" => profile.different_from.push((other(), value.to_owned())),
            "partner" => drop(self.partners.insert(name())),
            "kinase" => drop(profile.kinases.insert(name())),
            "suspected duplicate" => profile.suspected.push(key(value)),
            "inferred partner" => profile.inferred_partner = true,
            "partner status" => profile.several_partners = value == "multiple",
            "breakpoint" => drop(self.breakpoints.insert(value.to_owned())),
            "main publication" => drop(self.sources.entry(key(value)).or_default()),
            "source" => {
                let locators = self.sources.entry(other()).or_default();
                locators.insert(value.to_owned());
            }
            _ => match sheet_of(event) {
                Some(sheet) if sheet == FactSheet::treatments() => {
                    let episode = self.episodes.entry(event.to_owned()).or_default();
                    match field {
                        "before" => {
                            let later = StudyThing::of_case(value).map(StudyThing::event);
                            episode.before.extend(later.map(str::to_owned));
                        }
                        "item" => episode.item = value.parse().ok(),
                        "derived" => episode
                            .known
                            .derived
                            .extend(row.get("other").and_then(Derived::of)),
                        _ => read_episode(&mut episode.known, field, value, reader),
                    }
                }
                Some(sheet) if sheet == FactSheet::alterations() => {
                    let found = self.alterations.entry(event.to_owned()).or_default();
                    match field {
                        "gene" => found.gene = Some(name()),
                        "alteration" => value.clone_into(&mut found.alteration),
                        "timing" => found.timing = text(),
                        _ => {}
                    }
                }
                Some(sheet) if sheet == FactSheet::adverse_events() => {
                    let found = self.events.entry(event.to_owned()).or_default();
                    match field {
                        "drug" => found.drugs.push(name()),
                        "term" => found.term = Some(name()),
                        "action" => found.action = text(),
                        "fatal" => found.fatal = value == "true",
                        _ => {}
                    }
                }
                _ if field == "derived" => {
                    let derived = row.get("other").and_then(Derived::of);
                    self.profile.derived.extend(derived);
                }
                _ => {}
            },
        }
    }

    fn finish(mut self) -> Profile {
        let mut episodes: Vec<(String, DraftEpisode)> = self.episodes.into_iter().collect();
        episodes.retain(|(_, episode)| !episode.known.drugs.is_empty());
        // What is before another is before all that the other is before: it has more after it.
        let later = |episode: &DraftEpisode, all: &[(String, DraftEpisode)]| {
            all.iter()
                .filter(|(event, _)| episode.before.contains(event))
                .count()
        };
        let numbers: BTreeMap<String, usize> = episodes
            .iter()
            .map(|(event, episode)| (event.clone(), later(episode, &episodes)))
            .collect();
        episodes.sort_by_key(|(event, episode)| (std::cmp::Reverse(numbers[event]), episode.item));
        let places: BTreeMap<String, usize> = episodes
            .iter()
            .enumerate()
            .map(|(at, (event, _))| (event.clone(), at))
            .collect();
        let profile = &mut self.profile;
        profile.alterations = self.alterations.into_values().collect();
        let occurred = |event: &AdverseEvent| event.term.as_deref() != Some(NO_EVENT);
        profile.events = self.events.into_values().filter(occurred).collect();
        profile.episodes = episodes
            .into_iter()
            .map(|(_, mut episode)| {
                episode.known.drugs.sort();
                let later = episode.before.iter().filter_map(|event| places.get(event));
                episode.known.before = later.copied().collect();
                episode.known
            })
            .collect();
        profile.partners = self.partners.into_iter().collect();
        profile.breakpoints = self.breakpoints.into_iter().collect();
        profile.different_from.sort();
        let source = |(key, locators): (String, BTreeSet<String>)| Source {
            key,
            locators: locators.into_iter().collect(),
        };
        profile.sources = self.sources.into_iter().map(source).collect();
        if profile.age_group.is_none() {
            let group = |age: f64| if age < 18.0 { "pediatric" } else { "adult" };
            profile.age_group = profile.age.map(|age| group(age).to_owned());
        }
        self.profile
    }
}

/// An episode that is still being read, with those that are stated to have begun later.
#[derive(Default)]
struct DraftEpisode {
    before: BTreeSet<String>,
    item: Option<i64>,
    known: Episode,
}

fn read_episode(episode: &mut Episode, field: &str, value: &str, reader: &Reader<'_>) {
    let name = || reader.prefixes.shorten(value);
    match field {
        "drug" => episode.drugs.push(name()),
        "line" => episode.line = value.parse().ok(),
        "response" => episode.response = Some(reader.concepts.code(&name()).to_owned()),
        "no response" => episode.no_response = Some(value.to_owned()),
        "progression-free months" => episode.progression_free = value.parse().ok(),
        "progressed" => episode.progressed = Some(value == "true"),
        "stop reason" => episode.stop_reason = Some(value.to_owned()),
        _ => {}
    }
}
