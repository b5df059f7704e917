//! Whether what stands above a concept, and what is linked to others, is there at all.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::nearest::nearest;
use crate::graph::model::{NamedOrBlankNode, Quad, Term};
use crate::graph::namespaces::{STUDIES, VOCABULARY};
use crate::graph::vocab::skos;

/// What is wrong with the place of a concept. Concepts are written as `scheme:slug`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Misplaced {
    /// The concept above is declared nowhere.
    #[error(
        "{path}: {concept} has the broader concept {above}, which no file of the ontology declares: correct it, or declare it{}",
        near(nearest)
    )]
    Nowhere {
        /// Turtle file that says so.
        path: String,
        /// Concept that is misplaced, as a prefixed name.
        concept: String,
        /// What is to stand above it.
        above: String,
        /// Concepts with names like it.
        nearest: Vec<String>,
    },
    /// The concept above belongs to another vocabulary.
    #[error(
        "{path}: {concept} has the broader concept {above}, which is of another vocabulary: name one of its own, or link the two in mappings/"
    )]
    OtherScheme {
        /// Turtle file that says so.
        path: String,
        /// Concept that is misplaced, as a prefixed name.
        concept: String,
        /// What is to stand above it.
        above: String,
    },
    /// A concept lies below itself.
    #[error("{path}: {} lies below itself ({}): take one skos:broader away", .around[0], .way(around))]
    Circle {
        /// Turtle file that says so.
        path: String,
        /// The concept, those above it, and the concept again.
        around: Vec<String>,
    },
    /// A concept is said to lie below another, or is linked, and is declared nowhere itself.
    #[error(
        "{path}: {concept} is placed or linked, but no file of the ontology declares it: correct it, or declare it{}",
        near(nearest)
    )]
    Undeclared {
        /// Turtle file that says so.
        path: String,
        /// Concept that is misplaced, as a prefixed name.
        concept: String,
        /// Concepts with names like it.
        nearest: Vec<String>,
    },
}

/// Concepts that a circle is told with, at most.
const AROUND: usize = 8;

/// The way round a circle, or where it begins and ends.
fn way(around: &[String]) -> String {
    match around.len().checked_sub(AROUND) {
        Some(more) if more > 1 => format!(
            "{}, below … {more} more …, below {}",
            around[..AROUND - 1].join(", below "),
            around[around.len() - 1]
        ),
        _ => around.join(", below "),
    }
}

fn near(nearest: &[String]) -> String {
    match nearest {
        [] => String::new(),
        names => format!("; nearest known: {}", names.join(", ")),
    }
}

/// What is wrong with `statements`, each with its file: with those of `skos:broader`, and with the
/// concepts of ours that mappings link. `declared` are the IRIs that have a type.
pub(super) fn misplaced<'a>(
    statements: impl Iterator<Item = (&'a str, &'a Quad)>,
    declared: &BTreeSet<String>,
) -> Vec<Misplaced> {
    let mut wrong = Vec::new();
    let mut above: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
    for (path, quad) in statements {
        let NamedOrBlankNode::NamedNode(subject) = &quad.subject else {
            continue;
        };
        let own = |iri: &str| iri.starts_with(STUDIES);
        let unknown = |iri: &str| Misplaced::Undeclared {
            path: path.to_owned(),
            concept: short(iri),
            nearest: like(iri, declared),
        };
        if own(subject.as_str()) && !declared.contains(subject.as_str()) {
            wrong.push(unknown(subject.as_str()));
        }
        if quad.predicate != skos::BROADER {
            if let Term::NamedNode(object) = &quad.object
                && own(object.as_str())
                && !declared.contains(object.as_str())
            {
                wrong.push(unknown(object.as_str()));
            }
            continue;
        }
        let (concept, object) = (subject.as_str(), text(&quad.object));
        if !declared.contains(object) {
            wrong.push(Misplaced::Nowhere {
                path: path.to_owned(),
                concept: short(concept),
                above: short(object),
                nearest: like(object, declared),
            });
        } else if scheme(concept) != scheme(object) {
            wrong.push(Misplaced::OtherScheme {
                path: path.to_owned(),
                concept: short(concept),
                above: short(object),
            });
        } else {
            above.entry(concept).or_default().push((object, path));
        }
    }
    wrong.extend(circles(&above));
    wrong.dedup();
    wrong
}

/// The circles of a hierarchy, each told once.
fn circles(above: &BTreeMap<&str, Vec<(&str, &str)>>) -> Vec<Misplaced> {
    let mut found = Vec::new();
    let mut done: BTreeSet<&str> = BTreeSet::new();
    for &start in above.keys() {
        if done.contains(start) {
            continue;
        }
        // The way up from the start, each with the concepts above it that are still to be tried.
        let mut way: Vec<(&str, usize)> = vec![(start, 0)];
        let mut open: HashMap<&str, usize> = HashMap::from([(start, 0)]);
        while let Some((concept, next)) = way.last_mut() {
            let (concept, parents) = (*concept, above.get(concept).map_or(&[][..], Vec::as_slice));
            let Some(&(parent, path)) = parents.get(*next) else {
                done.insert(concept);
                open.remove(concept);
                way.pop();
                continue;
            };
            *next += 1;
            if let Some(at) = open.get(parent).copied() {
                let around = way[at..].iter().map(|(known, _)| *known);
                found.push(Misplaced::Circle {
                    path: path.to_owned(),
                    around: around.chain([parent]).map(short).collect(),
                });
            } else if !done.contains(parent) {
                open.insert(parent, way.len());
                way.push((parent, 0));
            }
        }
    }
    found
}

fn text(term: &Term) -> &str {
    match term {
        Term::NamedNode(node) => node.as_str(),
        Term::BlankNode(node) => node.as_str(),
        Term::Literal(literal) => literal.value(),
        Term::Triple(_) => "a triple term",
    }
}

/// The vocabulary of a concept, which is the part of its IRI before the last slash.
fn scheme(iri: &str) -> &str {
    iri.rfind(['/', '#']).map_or("", |at| &iri[..=at])
}

/// A concept as `scheme:slug`, anything else as it is.
fn short(iri: &str) -> String {
    iri.strip_prefix(VOCABULARY)
        .map_or_else(|| iri.to_owned(), |rest| rest.replacen('/', ":", 1))
}

/// What is declared beside an IRI with a name like its own.
fn like(iri: &str, declared: &BTreeSet<String>) -> Vec<String> {
    let beside = scheme(iri);
    let names = declared
        .iter()
        .filter_map(|known| known.strip_prefix(beside));
    let names = names.filter(|_| !beside.is_empty());
    nearest(&iri[beside.len()..], names)
        .into_iter()
        .map(|name| short(&format!("{beside}{name}")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::model::{Literal, NamedNode};
    use crate::graph::namespaces::concept;

    const DECLARED: [(&str, &str); 4] = [
        ("histology", "carcinoma"),
        ("histology", "renal-cell-carcinoma"),
        ("histology", "clear-cell"),
        ("site", "kidney"),
    ];

    fn wrong(broader: &[((&str, &str), Term)]) -> Vec<String> {
        let declared = DECLARED
            .iter()
            .map(|(scheme, slug)| concept(scheme, slug).into_string())
            .collect();
        let quads: Vec<Quad> = broader
            .iter()
            .map(|((scheme, slug), above)| {
                let graph = crate::graph::model::GraphName::DefaultGraph;
                Quad::new(concept(scheme, slug), skos::BROADER, above.clone(), graph)
            })
            .collect();
        misplaced(quads.iter().map(|quad| ("h.ttl", quad)), &declared)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    fn at(scheme: &str, slug: &str) -> Term {
        concept(scheme, slug).into()
    }

    #[test]
    fn what_stands_above_a_concept_is_there_and_no_circle() {
        let clear = ("histology", "clear-cell");
        let renal = ("histology", "renal-cell-carcinoma");
        let carcinoma = at("histology", "carcinoma");
        let good = [
            (clear, at(renal.0, renal.1)),
            (clear, carcinoma.clone()),
            (renal, carcinoma),
        ];
        assert_eq!(wrong(&good), Vec::<String>::new());
        let told = |broader: &[_]| wrong(broader).join("\n");
        let nowhere = told(&[(clear, at("histology", "renal-cell-carcinom"))]);
        assert!(nowhere.starts_with("h.ttl: histology:clear-cell has the broader concept histology:renal-cell-carcinom, which no file"), "{nowhere}");
        assert!(
            nowhere.ends_with("nearest known: histology:renal-cell-carcinoma"),
            "{nowhere}"
        );
        let elsewhere = NamedNode::new_unchecked("http://example.org/x");
        for nothing in [elsewhere.into(), Literal::from("carcinoma").into()] {
            assert!(told(&[(clear, nothing)]).contains("no file of the ontology declares"));
        }
        assert!(told(&[(clear, at("site", "kidney"))]).contains("of another vocabulary"));
        assert!(
            told(&[(clear, at("histology", "clear-cell"))])
                .contains("histology:clear-cell lies below itself")
        );
        let circle = told(&[
            (renal, at("histology", "carcinoma")),
            (clear, at(renal.0, renal.1)),
            (("histology", "carcinoma"), at("histology", "clear-cell")),
        ]);
        assert_eq!(circle.lines().count(), 1, "{circle}");
        assert!(circle.contains("(histology:carcinoma, below histology:clear-cell, below histology:renal-cell-carcinoma, below histology:carcinoma)"), "{circle}");
        let stray = told(&[(("histology", "clear-cel"), at("histology", "carcinoma"))]);
        assert!(
            stray.contains("declares it") && stray.ends_with("histology:clear-cell"),
            "{stray}"
        );
    }
}
