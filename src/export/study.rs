//! What a format is made from: the consensus of each case, its sources and the vocabularies.

use std::collections::{BTreeMap, BTreeSet};

use super::ExportError;
use super::terms::Terms;
use crate::case::{Event, FactSheet};
use crate::dossier::column_of;
use crate::graph::QueryOptions;
use crate::graph::model::{Term, xsd};
use crate::graph::namespaces::{StudyThing, TERMS, VOCABULARY};
use crate::likeness::{Profile, study};
use crate::query::{Prepared, rows};
use crate::report::ListedPublication;
use crate::study::Session;

/// A value as the graph has it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Datum {
    /// A concept of a vocabulary or a gene, as a prefixed name.
    Term(String),
    /// A number, as written.
    Number(String),
    /// Yes or no.
    Boolean(bool),
    /// A date of the calendar.
    Date(String),
    /// Words.
    Text(String),
}

impl Datum {
    /// The value without its type: a prefixed name, a number, `yes`, or words.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Boolean(true) => "yes",
            Self::Boolean(false) => "no",
            Self::Term(text) | Self::Number(text) | Self::Date(text) | Self::Text(text) => text,
        }
    }
}

/// The case itself or one of its events.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ExportEvent {
    /// What is known, by column of its sheet.
    pub values: BTreeMap<&'static str, Vec<Datum>>,
    /// Columns whose value no source states, and which were derived.
    pub derived: BTreeSet<&'static str>,
    /// Columns without a value, with the reason.
    pub missing: BTreeMap<&'static str, String>,
    /// Place among the treatments of its case, where all of it is stated.
    pub position: Option<u32>,
}

impl ExportEvent {
    /// The values of a column; none if nothing is known.
    #[must_use]
    pub fn all(&self, column: &str) -> &[Datum] {
        self.values.get(column).map_or(&[], Vec::as_slice)
    }

    /// The first value of a column as text.
    #[must_use]
    pub fn text(&self, column: &str) -> Option<&str> {
        self.all(column).first().map(Datum::text)
    }

    /// The first value of a column that is a term, as a prefixed name.
    #[must_use]
    pub fn term(&self, column: &str) -> Option<&str> {
        self.terms(column).next()
    }

    /// The values of a column that are terms, as prefixed names.
    pub fn terms(&self, column: &str) -> impl Iterator<Item = &str> {
        self.all(column).iter().filter_map(|datum| match datum {
            Datum::Term(name) => Some(name.as_str()),
            _ => None,
        })
    }

    /// The number of a column; `None` where it is not known or a range.
    #[must_use]
    pub fn number(&self, column: &str) -> Option<f64> {
        self.all(column).iter().find_map(|datum| match datum {
            Datum::Number(text) => text.parse().ok(),
            _ => None,
        })
    }

    /// The truth value of a column.
    #[must_use]
    pub fn boolean(&self, column: &str) -> Option<bool> {
        self.all(column).iter().find_map(|datum| match datum {
            Datum::Boolean(yes) => Some(*yes),
            _ => None,
        })
    }
}

/// A case.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ExportCase {
    /// What it can be compared by: key, whether it counts and why not, sources, suspected duplicates.
    pub profile: Profile,
    /// Its main report, by key.
    pub main_publication: Option<String>,
    /// The case itself and its events.
    pub events: BTreeMap<Event, ExportEvent>,
}

impl ExportCase {
    /// Its key.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.profile.case
    }

    /// Its events of a sheet, with their items.
    pub fn of(&self, sheet: FactSheet) -> impl Iterator<Item = (u32, &ExportEvent)> {
        let of_sheet = self
            .events
            .iter()
            .filter(move |(event, _)| event.sheet == sheet);
        of_sheet.map(|(event, values)| (event.item, values))
    }

    /// The one thing of a sheet that has one a case: the case itself, or its follow-up.
    #[must_use]
    pub fn one(&self, sheet: FactSheet) -> Option<&ExportEvent> {
        self.of(sheet).next().map(|(_, event)| event)
    }
}

/// A study as a format reads it.
pub struct ExportStudy<'a> {
    /// The open study.
    pub session: &'a Session,
    /// Its cases by key.
    pub cases: Vec<ExportCase>,
    /// Its publications by key, with what each is to the study.
    pub publications: BTreeMap<String, ListedPublication>,
    /// The vocabularies.
    pub terms: Terms,
    /// What it is about.
    pub description: String,
    /// IRI of the licence of its data.
    pub licence: Option<String>,
    /// When its sources were last read, as an ISO 8601 date.
    pub read_on: Option<String>,
    /// How to cite it.
    pub citations: Vec<String>,
    /// Names of the curators.
    pub curators: Vec<String>,
    /// Releases of the ontologies that its identifiers are from, by prefix.
    pub ontologies: BTreeMap<String, String>,
}

impl<'a> ExportStudy<'a> {
    /// Reads a study; of its cases those that count alone, if asked.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn read(session: &'a Session, counted_only: bool) -> Result<Self, ExportError> {
        let known = study(&session.graph, &session.prefixes)?;
        let publications = ListedPublication::of(&known);
        let mut events = events(session)?;
        let cases = known
            .profiles
            .into_iter()
            .filter(|case| case.counted || !counted_only);
        let cases = cases.map(|profile| {
            let (events, main) = events.remove(&profile.case).unwrap_or_default();
            ExportCase {
                main_publication: main,
                events,
                profile,
            }
        });
        let mut read = Self {
            cases: cases.collect(),
            publications: publications
                .into_iter()
                .map(|one| (one.publication.key.clone(), one))
                .collect(),
            terms: Terms::read(&session.graph, &session.prefixes)?,
            session,
            description: String::new(),
            licence: None,
            read_on: None,
            citations: Vec::new(),
            curators: Vec::new(),
            ontologies: BTreeMap::new(),
        };
        read.about()?;
        Ok(read)
    }

    fn about(&mut self) -> Result<(), ExportError> {
        let query = Prepared::new(include_str!("queries/about.rq"));
        let table = self.session.rows(&query, &QueryOptions::default())?;
        for row in rows(&table) {
            let value = row.text("value").to_owned();
            match row.text("what") {
                "description" => self.description = value,
                "licence" => self.licence = Some(value),
                "read on" => self.read_on = Some(value),
                "citation" => self.citations.push(value),
                "curator" => self.curators.push(value),
                "ontology" => {
                    self.ontologies.insert(row.text("of").to_owned(), value);
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Its short name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.session.manifest.study
    }

    /// Its title.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.session.manifest.title
    }

    /// The publications of a case by key, its main report first.
    #[must_use]
    pub fn sources(&self, case: &ExportCase) -> Vec<&ListedPublication> {
        let main = case.main_publication.as_deref();
        let others = case
            .profile
            .sources
            .iter()
            .map(|source| source.key.as_str());
        let keys = main
            .into_iter()
            .chain(others.filter(|key| Some(*key) != main));
        keys.filter_map(|key| self.publications.get(key)).collect()
    }
}

type Events = BTreeMap<Event, ExportEvent>;

/// The events of each case, and its main publication.
fn events(session: &Session) -> Result<BTreeMap<String, (Events, Option<String>)>, ExportError> {
    let query = Prepared::new(include_str!("queries/values.rq"));
    let table = session.rows(&query, &QueryOptions::default())?;
    let mut reasons: BTreeMap<&str, (&str, &str)> = BTreeMap::new();
    for row in rows(&table) {
        let (thing, value) = (row.text("thing"), row.text("value"));
        match own(row.text("property")) {
            Some("missingReason") => reasons.entry(thing).or_default().1 = value,
            Some("ofProperty") => reasons.entry(thing).or_default().0 = value,
            _ => {}
        }
    }
    let mut cases: BTreeMap<String, (Events, Option<String>)> = BTreeMap::new();
    for row in rows(&table) {
        let Some(thing) = row.get("thing").and_then(StudyThing::of_case) else {
            continue;
        };
        let Some(event) = Event::of_path(thing.event(), session.schema) else {
            continue;
        };
        let (Some(term), property) = (row.term("value"), row.text("property")) else {
            continue;
        };
        let (events, main) = cases.entry(thing.key().to_owned()).or_default();
        let of = events.entry(event).or_default();
        let column =
            |property: &str| column_of(event.sheet, property).map(|(_, column)| column.name);
        match own(property) {
            Some("missing") => {
                let reason = reasons.get(row.text("value"));
                if let Some((property, reason)) = reason
                    && let Some(column) = column(property)
                {
                    of.missing.insert(column, (*reason).to_owned());
                }
            }
            Some("derivedValue") => of.derived.extend(column(row.text("value"))),
            Some("position") => of.position = row.text("value").parse().ok(),
            Some("mainPublication") => {
                let key = row.get("value").and_then(StudyThing::of);
                *main = key.map(|thing| thing.key().to_owned());
            }
            _ => {
                if let (Some(column), Some(datum)) = (column(property), datum(term, session)) {
                    of.values.entry(column).or_default().push(datum);
                }
            }
        }
    }
    for (events, _) in cases.values_mut() {
        for event in events.values_mut() {
            event.values.values_mut().for_each(|values| values.sort());
        }
    }
    Ok(cases)
}

/// The local name of a property of ours.
fn own(property: &str) -> Option<&str> {
    property.strip_prefix(TERMS)
}

fn datum(term: &Term, session: &Session) -> Option<Datum> {
    match term {
        Term::NamedNode(node) if node.as_str().starts_with(VOCABULARY) => {
            Some(Datum::Term(session.prefixes.shorten(node.as_str())))
        }
        Term::Literal(literal) => {
            let text = literal.value().to_owned();
            let kind = literal.datatype();
            Some(if kind == xsd::BOOLEAN {
                Datum::Boolean(text == "true" || text == "1")
            } else if kind == xsd::DECIMAL || kind == xsd::INTEGER || kind == xsd::DOUBLE {
                Datum::Number(text)
            } else if kind == xsd::DATE {
                Datum::Date(text)
            } else {
                Datum::Text(text)
            })
        }
        _ => None,
    }
}
