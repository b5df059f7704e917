//! Vocabularies as the store has them: words, what lies above what, and how much a concept tells.

use std::collections::{BTreeMap, BTreeSet};

use crate::graph::namespaces::Prefixes;
use crate::graph::{Graph, QueryOptions};
use crate::query::{AskError, Prepared, rows};

/// The concepts of all vocabularies, by prefixed name such as `histology:leiomyosarcoma`.
#[derive(Debug, Clone, Default)]
pub struct Concepts {
    labels: BTreeMap<String, String>,
    codes: BTreeMap<String, String>,
    words: BTreeMap<String, String>,
    broader: BTreeMap<String, Vec<String>>,
    /// Concepts with others below them.
    above_others: BTreeSet<String>,
}

impl Concepts {
    /// Reads the concepts of a store.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn read(graph: &Graph, prefixes: &Prefixes) -> Result<Self, AskError> {
        let table = Prepared::new(include_str!("concepts.rq")).rows(
            graph,
            prefixes,
            &QueryOptions::default(),
        )?;
        let mut concepts = Self::default();
        for row in rows(&table) {
            let (Some(concept), Some(value)) = (row.get("concept"), row.get("value")) else {
                continue;
            };
            let name = prefixes.shorten(concept);
            match row.get("what") {
                Some("broader") => concepts.add_broader(&name, &prefixes.shorten(value)),
                Some("label") => {
                    concepts.add_word(&name, value);
                    concepts.labels.insert(name, value.to_owned());
                }
                Some("code") => {
                    concepts.add_word(&name, value);
                    concepts.codes.insert(name, value.to_owned());
                }
                _ => concepts.add_word(&name, value),
            }
        }
        Ok(concepts)
    }

    fn add_word(&mut self, concept: &str, word: &str) {
        let (scheme, slug) = concept.split_once(':').unwrap_or_default();
        for word in [word, slug] {
            let key = format!("{scheme}:{}", word.to_lowercase());
            self.words.insert(key, concept.to_owned());
        }
    }

    pub(super) fn add_broader(&mut self, concept: &str, above: &str) {
        let broader = self.broader.entry(concept.to_owned()).or_default();
        broader.push(above.to_owned());
        self.above_others.insert(above.to_owned());
    }

    /// The concept of a vocabulary that a label, synonym, code or slug stands for, whatever its case.
    #[must_use]
    pub fn find(&self, scheme: &str, word: &str) -> Option<&str> {
        let word = word.split_whitespace().collect::<Vec<_>>().join(" ");
        let word = word
            .strip_prefix(&format!("{scheme}:"))
            .unwrap_or(&word)
            .to_lowercase();
        self.words
            .get(&format!("{scheme}:{word}"))
            .map(String::as_str)
    }

    /// Every word of a vocabulary in lower case, with the concept that it stands for.
    pub fn words<'a>(&'a self, scheme: &str) -> impl Iterator<Item = (&'a str, &'a str)> {
        let prefix = format!("{scheme}:");
        self.words.iter().filter_map(move |(word, concept)| {
            Some((word.strip_prefix(&prefix)?, concept.as_str()))
        })
    }

    /// The label of a concept; its name where it has none.
    #[must_use]
    pub fn label<'a>(&'a self, concept: &'a str) -> &'a str {
        match self.labels.get(concept) {
            Some(label) => label,
            None => concept.split_once(':').map_or(concept, |(_, slug)| slug),
        }
    }

    /// The code of a concept, such as `CR`; its label where it has none.
    #[must_use]
    pub fn code<'a>(&'a self, concept: &'a str) -> &'a str {
        self.codes
            .get(concept)
            .map_or_else(|| self.label(concept), String::as_str)
    }

    /// Whether a concept stands for a drug that is not told: a class of drugs, or one that a source
    /// does not name, whose label then says so.
    #[must_use]
    pub fn is_open(&self, drug: &str) -> bool {
        self.label(drug).ends_with("not named)") || self.above_others.contains(drug)
    }

    /// The concept and all that lie above it.
    #[must_use]
    pub fn above<'a>(&'a self, concept: &'a str) -> BTreeSet<&'a str> {
        let mut seen = BTreeSet::new();
        let mut open = vec![concept];
        while let Some(next) = open.pop() {
            if seen.insert(next) {
                let broader = self.broader.get(next).into_iter().flatten();
                open.extend(broader.map(String::as_str));
            }
        }
        seen
    }

    /// What lies right above a concept.
    #[must_use]
    pub fn parents(&self, concept: &str) -> &[String] {
        self.broader.get(concept).map_or(&[], Vec::as_slice)
    }

    /// Whether the first concept lies at or above the second.
    #[must_use]
    pub fn covers(&self, above: &str, below: &str) -> bool {
        self.above(below).contains(above)
    }
}

/// How much each concept tells, by how few of the study's cases lie at or below it.
///
/// The information content of a concept c is IC(c) = −log₂((n(c) + 1) / (N + 1)), where n(c) of the N
/// cases with a known value lie at or below c (Resnik P 1995, IJCAI 448–453). The 1 added to both
/// keeps a concept that no case has finite, and the top of a vocabulary at 0.
#[derive(Debug, Clone)]
pub struct Information<'a> {
    concepts: &'a Concepts,
    counts: BTreeMap<&'a str, usize>,
    known: usize,
}

impl<'a> Information<'a> {
    /// Counts the values of the cases: none, one or several a case.
    #[must_use]
    pub fn new<V: IntoIterator<Item = &'a str>>(
        concepts: &'a Concepts,
        cases: impl IntoIterator<Item = V>,
    ) -> Self {
        let mut counts = BTreeMap::new();
        let mut known = 0;
        for values in cases {
            let own: BTreeSet<&str> = values
                .into_iter()
                .flat_map(|value| concepts.above(value))
                .collect();
            known += usize::from(!own.is_empty());
            for concept in own {
                *counts.entry(concept).or_insert(0) += 1;
            }
        }
        Self {
            concepts,
            counts,
            known,
        }
    }

    /// The information content of a concept, bits; see [`Information`].
    #[must_use]
    pub fn content(&self, concept: &str) -> f64 {
        let n = self.counts.get(concept).copied().unwrap_or(0);
        // From 0 upwards, and never −0.
        ((self.known + 1) as f64 / (n + 1) as f64).log2().max(0.0)
    }

    /// How alike two concepts are, from 0 to 1:
    /// sim(a, b) = 2·IC(c) / (IC(a) + IC(b)), c the common ancestor of greatest information content
    /// (Lin D 1998, An information-theoretic definition of similarity, ICML 296–304).
    /// A concept is as like itself as can be, 1, even if it tells nothing.
    #[must_use]
    pub fn lin(&self, a: &str, b: &str) -> f64 {
        if a == b {
            return 1.0;
        }
        let above = self.concepts.above(b);
        let common = self.concepts.above(a);
        let shared = common.intersection(&above).map(|c| self.content(c));
        let shared = shared.fold(0.0, f64::max);
        let both = self.content(a) + self.content(b);
        if both > 0.0 { 2.0 * shared / both } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// top over left and right, left over leaf.
    fn concepts() -> Concepts {
        let mut concepts = Concepts::default();
        for (below, above) in [
            ("s:left", "s:top"),
            ("s:right", "s:top"),
            ("s:leaf", "s:left"),
        ] {
            concepts.add_broader(below, above);
        }
        concepts
    }

    #[test]
    fn likeness_is_as_worked_by_hand() {
        let concepts = concepts();
        // Seven cases: four at left, one at leaf, two at right. With the 1 added, of 8:
        // top 8 (0 bits), left 6, leaf 2 (2 bits), right 3.
        let values = [
            "s:left", "s:left", "s:left", "s:left", "s:leaf", "s:right", "s:right",
        ];
        let information = Information::new(&concepts, values.map(Some));
        let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} {b}");
        close(information.content("s:top"), 0.0);
        close(information.content("s:leaf"), 2.0);
        close(information.content("s:left"), (8.0_f64 / 6.0).log2());
        close(information.content("s:nowhere"), 3.0);
        let left = (8.0_f64 / 6.0).log2();
        close(
            information.lin("s:leaf", "s:left"),
            2.0 * left / (2.0 + left),
        );
        close(information.lin("s:leaf", "s:right"), 0.0);
        for a in ["s:top", "s:left", "s:leaf", "s:right"] {
            close(information.lin(a, a), 1.0);
            for b in ["s:top", "s:left", "s:leaf", "s:right"] {
                close(information.lin(a, b), information.lin(b, a));
                assert!((0.0..=1.0).contains(&information.lin(a, b)));
            }
        }
    }
}
