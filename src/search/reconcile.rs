//! Which concept of the vocabularies a cell of a spreadsheet may stand for, with how sure that is.

use std::collections::BTreeMap;

use super::fit::{self, Fit, folded};
use crate::graph::namespaces::{Prefixes, local_name};
use crate::graph::{Graph, QueryOptions};
use crate::query::{AskError, Prepared, rows};

/// A concept that a text may stand for.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate<'a> {
    /// The concept.
    pub concept: &'a Concept,
    /// How well the text fits, from 0 to 100.
    pub score: f64,
    /// Whether it is the only one that is called exactly so.
    pub is_match: bool,
}

/// A concept of a vocabulary.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Concept {
    /// Prefixed name, such as `drug:alectinib`.
    pub name: String,
    /// Name of the vocabulary.
    pub scheme: String,
    /// Label.
    pub label: String,
    /// What it means; empty if nothing says it.
    pub definition: String,
    /// Its words: whether each is the label, and the word folded.
    words: Vec<(bool, String)>,
}

/// The vocabularies of a study.
#[derive(Debug, Clone, Default)]
pub struct Vocabularies(BTreeMap<String, Concept>);

/// Score of a text that is the label, and of one that is a synonym or code.
const LABEL: f64 = 100.0;
const SYNONYM: f64 = 95.0;

impl Vocabularies {
    /// Reads the vocabularies of a study.
    ///
    /// # Errors
    /// The graph cannot be read.
    pub fn of(graph: &Graph, prefixes: &Prefixes) -> Result<Self, AskError> {
        let query = Prepared::new(include_str!("queries/vocabularies.rq"));
        let table = query.rows(graph, prefixes, &QueryOptions::default())?;
        let mut all: BTreeMap<String, Concept> = BTreeMap::new();
        for row in rows(&table) {
            let name = prefixes.shorten(row.text("concept"));
            let concept = all.entry(name.clone()).or_insert_with(|| Concept {
                scheme: row.text("scheme").to_owned(),
                label: row.text("label").to_owned(),
                definition: row.text("definition").to_owned(),
                words: vec![(false, local_name(&name).to_lowercase())],
                name,
            });
            let is_label = row.text("what") == "name";
            concept.words.push((is_label, folded(row.text("word"))));
        }
        Ok(Self(all))
    }

    /// The names of the vocabularies.
    #[must_use]
    pub fn schemes(&self) -> Vec<&str> {
        let mut schemes: Vec<&str> = self
            .0
            .values()
            .map(|concept| concept.scheme.as_str())
            .collect();
        schemes.sort_unstable();
        schemes.dedup();
        schemes
    }

    /// The concept of a prefixed name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Concept> {
        self.0.get(name)
    }

    /// What a text may stand for, in one vocabulary or in all, the best first.
    #[must_use]
    pub fn candidates(&self, text: &str, scheme: Option<&str>, most: usize) -> Vec<Candidate<'_>> {
        let wanted = folded(text);
        if wanted.is_empty() {
            return Vec::new();
        }
        let concepts = self.0.values();
        let concepts =
            concepts.filter(|concept| scheme.is_none_or(|scheme| scheme == concept.scheme));
        let mut found: Vec<Candidate> = concepts
            .filter_map(|concept| {
                let scores = concept.words.iter().filter_map(|word| score(word, &wanted));
                let score = scores.fold(0.0, f64::max);
                (score > 0.0).then_some(Candidate {
                    concept,
                    score,
                    is_match: false,
                })
            })
            .collect();
        found.sort_by(|a, b| {
            b.score
                .total_cmp(&a.score)
                .then(a.concept.name.cmp(&b.concept.name))
        });
        let exact = found.iter().filter(|one| one.score >= SYNONYM).count();
        if exact == 1 {
            found[0].is_match = true;
        }
        found.truncate(most);
        found
    }
}

/// How well a word fits: by how, and by how much of the longer one the shorter covers.
fn score((is_label, word): &(bool, String), wanted: &str) -> Option<f64> {
    let fit = fit::of(word, wanted)
        .or_else(|| fit::of(wanted, word))
        .or_else(|| fit::near(word, wanted))?;
    let (shorter, longer) = (word.len().min(wanted.len()), word.len().max(wanted.len()));
    let share = shorter as f64 / longer.max(1) as f64;
    Some(match fit {
        Fit::Whole if *is_label => LABEL,
        Fit::Whole => SYNONYM,
        Fit::Near => 80.0 * share,
        Fit::Begins => 50.0 + 30.0 * share,
        Fit::Part => 30.0 + 40.0 * share,
        Fit::Within => 60.0 * share,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vocabularies() -> Vocabularies {
        let concept = |name: &str, words: &[&str]| {
            let scheme = name.split(':').next().unwrap_or_default().to_owned();
            let words = words
                .iter()
                .enumerate()
                .map(|(at, word)| (at == 0, (*word).to_owned()));
            Concept {
                name: name.to_owned(),
                scheme,
                label: name.to_owned(),
                definition: String::new(),
                words: words.collect(),
            }
        };
        let all = [
            concept("drug:crizotinib", &["crizotinib", "xalkori"]),
            concept("drug:ceritinib", &["ceritinib"]),
            concept("event:none", &["none"]),
            concept("status:none", &["none"]),
        ];
        Vocabularies(all.into_iter().map(|one| (one.name.clone(), one)).collect())
    }

    #[test]
    fn only_one_exact_name_is_a_match() {
        let all = vocabularies();
        let first = |text: &str, scheme| {
            let found = all.candidates(text, scheme, 5);
            found
                .first()
                .map(|one| (one.concept.name.clone(), one.is_match))
        };
        let crizotinib = |is_match| Some(("drug:crizotinib".to_owned(), is_match));
        assert_eq!(first("Crizotinib ", None), crizotinib(true));
        assert_eq!(first("XALKORI", Some("drug")), crizotinib(true));
        assert_eq!(first("crizotinip", None), crizotinib(false));
        assert_eq!(first("crizotinib 250 mg", None), crizotinib(false));
        // Two are called so: neither is the match.
        assert_eq!(first("none", None), Some(("event:none".to_owned(), false)));
        assert_eq!(
            first("none", Some("status")),
            Some(("status:none".to_owned(), true))
        );
        assert_eq!(first("", None), None);
        assert_eq!(first("imatinib mesylate", Some("event")), None);
    }
}
