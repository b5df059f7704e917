//! The words of one vocabulary, and what they stand for.

use std::collections::{BTreeMap, BTreeSet};

use super::OntologyError;
use super::nearest::nearest;
use crate::graph::model::{NamedOrBlankNode, Quad, Term};
use crate::graph::namespaces::VOCABULARY;
use crate::graph::vocab::{casegraph, skos};

/// One concept of a vocabulary.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Concept {
    /// Preferred label.
    pub label: String,
    /// A code, such as `CR`.
    pub notation: Option<String>,
    /// Slugs of the concepts right above.
    pub broader: Vec<String>,
    /// Whether it is a word that gives no category.
    pub uncategorised: bool,
    /// Whether a vital status means death; `None` where those above it say.
    pub means_death: Option<bool>,
    /// Whether it stands for something that its source does not name.
    pub unnamed: bool,
}

/// The concepts of a vocabulary by slug, and every word that stands for one.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    concepts: BTreeMap<String, Concept>,
    words: BTreeMap<String, String>,
    misprints: BTreeSet<String>,
}

impl Concept {
    /// What people read: the code, or else the label.
    #[must_use]
    pub fn display(&self) -> &str {
        self.notation.as_deref().unwrap_or(&self.label)
    }
}

impl Concept {
    /// Adds what another file says of it.
    fn add(&mut self, other: Self) {
        if !other.label.is_empty() {
            self.label = other.label;
        }
        self.notation = other.notation.or(self.notation.take());
        for above in other.broader {
            if !self.broader.contains(&above) {
                self.broader.push(above);
            }
        }
        self.uncategorised |= other.uncategorised;
        self.means_death = other.means_death.or(self.means_death);
        self.unnamed |= other.unnamed;
    }
}

impl Vocabulary {
    /// A vocabulary without concepts.
    pub const EMPTY: Self = Self {
        concepts: BTreeMap::new(),
        words: BTreeMap::new(),
        misprints: BTreeSet::new(),
    };

    /// The slug that a label, synonym, misprint, code or slug stands for, whatever its case.
    #[must_use]
    pub fn slug(&self, word: &str) -> Option<&str> {
        self.words.get(&normal(word)).map(String::as_str)
    }

    /// Whether a word is understood, but is a misprint.
    #[must_use]
    pub fn is_misprint(&self, word: &str) -> bool {
        self.misprints.contains(&normal(word))
    }

    /// The concept of a slug.
    #[must_use]
    pub fn concept(&self, slug: &str) -> Option<&Concept> {
        self.concepts.get(slug)
    }

    /// Every word that stands for the concept of a slug, in lower case and alphabetical order.
    pub fn words_for<'a>(&'a self, slug: &'a str) -> impl Iterator<Item = &'a str> {
        self.words
            .iter()
            .filter(move |(_, of)| *of == slug)
            .map(|(word, _)| word.as_str())
    }

    /// All concepts by slug.
    pub fn concepts(&self) -> impl Iterator<Item = (&str, &Concept)> {
        self.concepts
            .iter()
            .map(|(slug, concept)| (slug.as_str(), concept))
    }

    /// The concepts nearest to an unknown word, by code or label, best first; at most three, and none
    /// that is far.
    #[must_use]
    pub fn nearest(&self, word: &str) -> Vec<&str> {
        let mut labels = Vec::new();
        for word in nearest(&normal(word), self.words.keys().map(String::as_str)) {
            let concept = self
                .words
                .get(word)
                .and_then(|slug| self.concepts.get(slug));
            let label = concept.map_or(word, Concept::display);
            if !labels.contains(&label) {
                labels.push(label);
            }
        }
        if labels.is_empty() {
            labels = self.with_initials(word);
        }
        labels
    }

    /// The concepts whose label has these initials, as MR is a minor or a mixed response; at most three.
    fn with_initials(&self, word: &str) -> Vec<&str> {
        let word = word.trim().to_lowercase();
        if word.len() < 2 {
            return Vec::new();
        }
        let initials = |label: &str| {
            let words = label.split(|c: char| !c.is_alphanumeric());
            words
                .filter_map(|word| word.chars().next())
                .collect::<String>()
                .to_lowercase()
        };
        let found = self.concepts.values().map(|concept| concept.label.as_str());
        found
            .filter(|label| initials(label) == word)
            .take(3)
            .collect()
    }

    /// A slug and those of all concepts above it, each once.
    #[must_use]
    pub fn above<'a>(&'a self, slug: &'a str) -> Vec<&'a str> {
        let mut open = vec![slug];
        let mut above = Vec::new();
        while let Some(slug) = open.pop() {
            if !above.contains(&slug) {
                above.push(slug);
                let broader = self.concepts.get(slug).map(|concept| &concept.broader);
                open.extend(broader.into_iter().flatten().map(String::as_str));
            }
        }
        above
    }

    /// Whether the first slug lies at or above the second one.
    #[must_use]
    pub fn covers(&self, above: &str, below: &str) -> bool {
        self.above(below).contains(&above)
    }

    /// Whether a vital status means death, by itself or by those above it; `None` where they do not
    /// say, or say both.
    #[must_use]
    pub fn means_death(&self, slug: &str) -> Option<bool> {
        let above = self
            .concepts()
            .filter(|(above, _)| self.covers(above, slug));
        let mut said = above.filter_map(|(_, concept)| concept.means_death);
        let first = said.next()?;
        said.all(|other| other == first).then_some(first)
    }

    /// Whether the first slug leaves open what the second one says: it lies at or above it, or stands
    /// for something not named of a kind to which the second one belongs.
    #[must_use]
    pub fn leaves_open(&self, open: &str, said: &str) -> bool {
        let unnamed = |slug: &str| self.concept(slug).is_some_and(|concept| concept.unnamed);
        let kinds = |slug: &str| -> Vec<&str> {
            let broader = self.concept(slug).map(|concept| &concept.broader);
            let broader = broader.into_iter().flatten().map(String::as_str);
            broader.filter(|kind| !unnamed(kind)).collect()
        };
        let all_cover = |kinds: Vec<&str>| {
            !kinds.is_empty() && kinds.iter().all(|kind| self.covers(kind, said))
        };
        self.covers(open, said) || (unnamed(open) && all_cover(kinds(open)))
    }

    /// Whether some concept lies at or below both slugs.
    #[must_use]
    pub fn overlap(&self, one: &str, other: &str) -> bool {
        let mut below = self.concepts.keys();
        below.any(|slug| self.covers(one, slug) && self.covers(other, slug))
    }

    pub(super) fn extend(&mut self, other: Self, path: &str) -> Result<(), OntologyError> {
        for (slug, concept) in other.concepts {
            self.concepts.entry(slug).or_default().add(concept);
        }
        self.misprints.extend(other.misprints);
        for (word, slug) in other.words {
            self.learn(&word, &slug, path)?;
        }
        Ok(())
    }

    fn learn(&mut self, word: &str, slug: &str, path: &str) -> Result<(), OntologyError> {
        match self.words.insert(normal(word), slug.to_owned()) {
            Some(first) if first != slug => Err(OntologyError::Ambiguous {
                path: path.to_owned(),
                word: word.to_owned(),
                first,
                second: slug.to_owned(),
            }),
            _ => Ok(()),
        }
    }
}

/// Words compare without regard to case and to how they are spaced.
fn normal(word: &str) -> String {
    word.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase()
}

/// Reads the vocabularies that a file's statements declare, by scheme.
pub(super) fn read(
    quads: &[Quad],
    path: &str,
) -> Result<BTreeMap<String, Vocabulary>, OntologyError> {
    let mut vocabularies: BTreeMap<String, Vocabulary> = BTreeMap::new();
    for quad in quads {
        let NamedOrBlankNode::NamedNode(subject) = &quad.subject else {
            continue;
        };
        let Some((scheme, slug)) = subject
            .as_str()
            .strip_prefix(VOCABULARY)
            .and_then(|rest| rest.split_once('/'))
        else {
            continue;
        };
        let vocabulary = vocabularies.entry(scheme.to_owned()).or_default();
        let predicate = quad.predicate.as_ref();
        if predicate == skos::IN_SCHEME {
            vocabulary.learn(slug, slug, path)?;
        }
        let concept = vocabulary.concepts.entry(slug.to_owned()).or_default();
        match &quad.object {
            Term::Literal(literal) => {
                let word = literal.value();
                if predicate == skos::PREF_LABEL {
                    word.clone_into(&mut concept.label);
                } else if predicate == skos::NOTATION {
                    concept.notation = Some(word.to_owned());
                } else if predicate == casegraph::UNCATEGORISED {
                    concept.uncategorised = word == "true";
                } else if predicate == casegraph::MEANS_DEATH {
                    concept.means_death = Some(word == "true");
                } else if predicate == casegraph::UNNAMED {
                    concept.unnamed = word == "true";
                }
                let names = [
                    skos::PREF_LABEL,
                    skos::ALT_LABEL,
                    skos::HIDDEN_LABEL,
                    skos::NOTATION,
                ];
                if names.contains(&predicate) {
                    vocabulary.learn(word, slug, path)?;
                }
                if predicate == skos::HIDDEN_LABEL {
                    vocabulary.misprints.insert(normal(word));
                }
            }
            Term::NamedNode(object) if predicate == skos::BROADER => {
                let within = object.as_str().strip_prefix(VOCABULARY);
                if let Some((_, broader)) = within.and_then(|rest| rest.split_once('/')) {
                    concept.broader.push(broader.to_owned());
                }
            }
            _ => {}
        }
    }
    Ok(vocabularies)
}
