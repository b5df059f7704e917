//! Vocabularies with what others call each term.

use std::collections::BTreeMap;

use crate::graph::identifiers::Identifier;
use crate::graph::namespaces::Prefixes;
use crate::graph::{Graph, QueryOptions};
use crate::query::{AskError, Prepared, rows};

/// A concept of a vocabulary.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExportTerm {
    /// Label.
    pub label: String,
    /// Code, such as `CR`.
    pub code: Option<String>,
    /// What it means.
    pub definition: Option<String>,
    /// Other words for it.
    pub synonyms: Vec<String>,
    /// What lies right above it, as prefixed names.
    pub broader: Vec<String>,
    /// IRIs of others for the very same.
    pub exact: Vec<String>,
    /// IRIs of others for nearly the same.
    pub close: Vec<String>,
    /// Whether it is a word on a response that is no category.
    pub uncategorised: bool,
    /// Whether the status means that the patient died; `None` if it says nothing of it.
    pub means_death: Option<bool>,
}

impl ExportTerm {
    /// Its exact identifier by the first authority of a list that gave one.
    #[must_use]
    pub fn identifier(&self, prefixes: &[&str]) -> Option<Identifier<'_>> {
        let known: Vec<Identifier> = self
            .exact
            .iter()
            .filter_map(|iri| Identifier::of_iri(iri))
            .collect();
        prefixes.iter().find_map(|prefix| {
            let mut of = known.iter().filter(|one| one.authority.prefix == *prefix);
            of.next().copied()
        })
    }
}

/// The terms of all vocabularies, genes among them, by prefixed name such as `drug:alectinib`.
#[derive(Debug, Clone, Default)]
pub struct Terms(BTreeMap<String, ExportTerm>);

impl Terms {
    /// Reads the terms of a store.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn read(graph: &Graph, prefixes: &Prefixes) -> Result<Self, AskError> {
        let query = Prepared::new(include_str!("queries/terms.rq"));
        let table = query.rows(graph, prefixes, &QueryOptions::default())?;
        let mut terms: BTreeMap<String, ExportTerm> = BTreeMap::new();
        for row in rows(&table) {
            let (Some(concept), Some(value)) = (row.get("concept"), row.get("value")) else {
                continue;
            };
            let term = terms.entry(prefixes.shorten(concept)).or_default();
            let value = value.to_owned();
            match row.text("what") {
                "label" => term.label = value,
                "code" => term.code = Some(value),
                "definition" => term.definition = Some(value),
                "synonym" => term.synonyms.push(value),
                "broader" => term.broader.push(prefixes.shorten(&value)),
                "exact" => term.exact.push(value),
                "close" => term.close.push(value),
                "uncategorised" => term.uncategorised = row.boolean("value") == Some(true),
                _ => term.means_death = row.boolean("value"),
            }
        }
        Ok(Self(terms))
    }

    /// The term of a prefixed name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&ExportTerm> {
        self.0.get(name)
    }

    /// The label of a term; its name where it has none.
    #[must_use]
    pub fn label<'a>(&'a self, name: &'a str) -> &'a str {
        match self.0.get(name) {
            Some(term) if !term.label.is_empty() => &term.label,
            _ => name.split_once(':').map_or(name, |(_, local)| local),
        }
    }

    /// Every term by prefixed name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &ExportTerm)> {
        self.0.iter().map(|(name, term)| (name.as_str(), term))
    }

    /// The term and all that lie above it, the nearest first.
    #[must_use]
    pub fn above<'a>(&'a self, name: &'a str) -> Vec<&'a str> {
        let mut all = vec![name];
        let mut at = 0;
        while at < all.len() {
            let broader = self
                .0
                .get(all[at])
                .into_iter()
                .flat_map(|term| &term.broader);
            for next in broader.map(String::as_str) {
                if !all.contains(&next) {
                    all.push(next);
                }
            }
            at += 1;
        }
        all
    }

    /// Whether a status means that the patient died; `None` if it says nothing of it.
    #[must_use]
    pub fn means_death(&self, status: &str) -> Option<bool> {
        let mut above = self.above(status).into_iter();
        above.find_map(|name| self.0.get(name)?.means_death)
    }
}
