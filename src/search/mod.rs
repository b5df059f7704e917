//! Finds what a word stands for: cases, fusion partners, histologies, drugs, adverse events, publications and analyses, by name,
//! synonym, code or identifier, and says why.
//!
//! All words are read once and lie in memory, each once: a search looks at every word, which takes milliseconds for
//! those of a hundred thousand cases.

mod fit;
mod names;
mod reconcile;

use std::collections::{BTreeMap, HashMap};

use crate::graph::namespaces::Prefixes;
use crate::graph::{Graph, QueryOptions};
use crate::query::{AskError, Catalogue, Prepared, rows};
use fit::{Fit, folded};

pub use reconcile::{Candidate, Concept, Vocabularies};

/// What can be found, in the order in which it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sort {
    /// A fusion partner.
    Partner,
    /// A histology, or a class of them.
    Histology,
    /// A drug, or a class of drugs.
    Drug,
    /// An adverse event, or a class of them.
    Event,
    /// A saved analysis.
    Analysis,
    /// A case.
    Case,
    /// A publication.
    Publication,
}

impl Sort {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Partner,
        Self::Histology,
        Self::Drug,
        Self::Event,
        Self::Analysis,
        Self::Case,
        Self::Publication,
    ];

    /// Several of the sort, in words.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Partner => "Fusion partners",
            Self::Histology => "Histologies",
            Self::Drug => "Drugs",
            Self::Event => "Adverse events",
            Self::Analysis => "Analyses",
            Self::Case => "Cases",
            Self::Publication => "Publications",
        }
    }

    /// The sort that a query calls so.
    fn of(kind: &str) -> Option<Self> {
        match kind {
            "partners" => Some(Self::Partner),
            "histologies" => Some(Self::Histology),
            "drugs" => Some(Self::Drug),
            "events" => Some(Self::Event),
            _ => None,
        }
    }
}

/// Something that can be found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Thing {
    /// What it is.
    pub sort: Sort,
    /// What names it: the slug of a concept or an analysis, the key of a case or a publication.
    pub key: String,
    /// What it is called.
    pub label: String,
}

/// Something that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// What.
    pub thing: Thing,
    /// The word that it was found by, and what that is of it, such as `synonym`.
    pub why: (&'static str, String),
    /// Whether the word is only near to what was asked.
    pub near: bool,
}

/// Which thing has a word, and as what.
type Place = (u32, &'static str);

/// All words of a study.
#[derive(Debug, Clone, Default)]
pub struct Index {
    things: Vec<Thing>,
    /// Each word as it is written and as it is compared, with who has it.
    words: Vec<(String, String, Vec<Place>)>,
}

impl Index {
    /// Reads all words of a study.
    ///
    /// # Errors
    /// The graph cannot be read.
    pub fn of(graph: &Graph, prefixes: &Prefixes, catalogue: &Catalogue) -> Result<Self, AskError> {
        let mut building = Building::default();
        let select = |query: &'static str| {
            Prepared::new(query).rows(graph, prefixes, &QueryOptions::default())
        };
        for row in rows(&select(include_str!("queries/concepts.rq"))?) {
            if let Some(sort) = Sort::of(row.text("kind")) {
                let curie = prefixes.shorten(row.text("concept"));
                let slug = curie
                    .split_once(':')
                    .map_or(curie.as_str(), |(_, slug)| slug);
                let what = names::what(row.text("what"));
                building.add((sort, slug, row.text("label")), what, row.text("word"));
            }
        }
        for row in rows(&select(include_str!("queries/cases.rq"))?) {
            let key = row.text("key");
            building.add(
                (Sort::Case, key, key),
                names::what(row.text("what")),
                row.text("word"),
            );
        }
        for row in rows(&select(include_str!("queries/publications.rq"))?) {
            let thing = (
                Sort::Publication,
                row.text("key"),
                row.get("title").unwrap_or_default(),
            );
            building.add(thing, names::what(row.text("what")), row.text("word"));
        }
        for saved in catalogue.queries() {
            let summary = saved.header.summary.as_str();
            let thing = (Sort::Analysis, saved.slug.as_str(), summary);
            building.add(thing, "name", &saved.slug);
            building.add(thing, "title", summary);
            for tag in &saved.header.tags {
                building.add(thing, "tag", tag);
            }
            for word in names::of_analysis(saved) {
                building.add(thing, "also called", word);
            }
        }
        Ok(building.index)
    }

    /// What a text stands for, the best first, those of one sort in alphabetical order. First whole words and names that
    /// begin so; without any, what has all words of the text somewhere; without any, what is one slip away.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<Hit> {
        let wanted = folded(text);
        if wanted.is_empty() {
            return Vec::new();
        }
        let found = self.places(|word| fit::of(word, &wanted));
        if !found.is_empty() {
            return self.hits(found, false);
        }
        let mut all: Option<BTreeMap<u32, (Fit, FoundBy)>> = None;
        for part in wanted.split(' ') {
            let of_part = self.places(|word| fit::of(word, part));
            all = Some(match all {
                None => of_part,
                Some(before) => before
                    .into_iter()
                    .filter(|(thing, _)| of_part.contains_key(thing))
                    .collect(),
            });
        }
        let all = all.unwrap_or_default();
        if !all.is_empty() {
            return self.hits(all, false);
        }
        self.hits(self.places(|word| fit::near(word, &wanted)), true)
    }

    /// The things with a word that fits, each with the word that fits best.
    fn places(&self, fits: impl Fn(&str) -> Option<Fit>) -> BTreeMap<u32, (Fit, FoundBy)> {
        let mut found: BTreeMap<u32, (Fit, FoundBy)> = BTreeMap::new();
        for (at, (_, word, places)) in self.words.iter().enumerate() {
            let Some(fit) = fits(word) else {
                continue;
            };
            for (thing, what) in places {
                let new = (fit, FoundBy { what, word: at });
                let best = found.entry(*thing).or_insert(new);
                if new.0 < best.0 {
                    *best = new;
                }
            }
        }
        found
    }

    fn hits(&self, found: BTreeMap<u32, (Fit, FoundBy)>, near: bool) -> Vec<Hit> {
        let mut found: Vec<_> = found.into_iter().collect();
        found.sort_by_key(|(thing, (fit, _))| (*fit, &self.things[*thing as usize]));
        let hit = |(thing, (_, found)): (u32, (Fit, FoundBy))| Hit {
            thing: self.things[thing as usize].clone(),
            why: (found.what, self.words[found.word].0.clone()),
            near,
        };
        found.into_iter().map(hit).collect()
    }
}

/// By which word something was found.
#[derive(Debug, Clone, Copy)]
struct FoundBy {
    what: &'static str,
    word: usize,
}

/// An index that is being made.
#[derive(Default)]
struct Building {
    index: Index,
    things: HashMap<(Sort, String), u32>,
    words: HashMap<String, usize>,
}

impl Building {
    fn add(&mut self, (sort, key, label): (Sort, &str, &str), what: &'static str, word: &str) {
        let index = &mut self.index;
        let thing = *self
            .things
            .entry((sort, key.to_owned()))
            .or_insert_with(|| {
                let label = if label.is_empty() { key } else { label };
                index.things.push(Thing {
                    sort,
                    key: key.to_owned(),
                    label: label.to_owned(),
                });
                index.things.len() as u32 - 1
            });
        let compared = folded(word);
        if compared.is_empty() {
            return;
        }
        let at = *self.words.entry(compared.clone()).or_insert_with(|| {
            index.words.push((word.to_owned(), compared, Vec::new()));
            index.words.len() - 1
        });
        let places = &mut index.words[at].2;
        if !places.iter().any(|(known, _)| *known == thing) {
            places.push((thing, what));
        }
    }
}
