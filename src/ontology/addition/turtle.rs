//! The statements of a term at the end of its vocabulary's Turtle file.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::{AdditionError, Change, Place, SKOS, appended};
use crate::graph::model::RdfFormat;
use crate::graph::namespaces::{VOCABULARY, concept};
use crate::graph::readback::verified_quads;
use crate::ontology::Ontology;

impl Place<'_> {
    /// The file of the vocabulary with the term at its end.
    pub(super) fn vocabulary(&self, ontology: &Ontology) -> Result<Change, AdditionError> {
        let name = format!("{}.ttl", self.term.scheme);
        let before = self.into.text(&name)?;
        let start = before.clone().unwrap_or_else(|| self.new_vocabulary());
        let block = self.block(&start, ontology);
        let after = appended(&start, &format!("\n{block}"));
        let broken = |why: String| AdditionError::Form {
            path: self.into.display(&name),
            why,
        };
        let read = |text: &str| -> Result<BTreeSet<String>, AdditionError> {
            let quads = verified_quads(text, RdfFormat::Turtle)
                .map_err(|error| broken(error.to_string()))?;
            Ok(quads.iter().map(ToString::to_string).collect())
        };
        let (old, new) = (read(&start)?, read(&after)?);
        let about = concept(&self.term.scheme, self.slug).to_string();
        let others = new.difference(&old).any(|quad| !quad.starts_with(&about));
        if others || !old.is_subset(&new) {
            return Err(broken("the term would change other statements".to_owned()));
        }
        Ok(Change::new(name, before, after))
    }

    /// The beginning of a vocabulary's file.
    fn new_vocabulary(&self) -> String {
        let scheme = &self.term.scheme;
        let mut text =
            format!("@prefix {scheme}: <{VOCABULARY}{scheme}/> .\n@prefix skos: <{SKOS}> .\n");
        if self.term.begins {
            let _ = write!(
                text,
                "\n<{VOCABULARY}{scheme}> a skos:ConceptScheme ;\n    skos:prefLabel \"{scheme}\"@en .\n"
            );
        }
        text
    }

    /// The statements of the term, with the prefixes that the file has.
    fn block(&self, text: &str, ontology: &Ontology) -> String {
        let term = self.term;
        let vocabulary = ontology.vocabulary(&term.scheme);
        let own = format!("{VOCABULARY}{}/", term.scheme);
        let short = |namespace: &str, local: &str| {
            prefix_of(text, namespace).map_or_else(
                || format!("<{namespace}{local}>"),
                |prefix| format!("{prefix}:{local}"),
            )
        };
        let scheme = format!("<{VOCABULARY}{}>", term.scheme);
        let english = |word: &String| format!("\"{}\"@en", escaped(word));
        let mut says = vec![
            format!("a {}", short(SKOS, "Concept")),
            format!("{} {scheme}", short(SKOS, "inScheme")),
            format!("{} {}", short(SKOS, "prefLabel"), english(&term.label)),
        ];
        if !term.synonyms.is_empty() {
            let words: Vec<String> = term.synonyms.iter().map(english).collect();
            says.push(format!("{} {}", short(SKOS, "altLabel"), words.join(", ")));
        }
        if let Some(code) = &term.code {
            says.push(format!("{} \"{}\"", short(SKOS, "notation"), escaped(code)));
        }
        if let Some(definition) = &term.definition {
            let definition = english(definition);
            says.push(format!("{} {definition}", short(SKOS, "definition")));
        }
        let above = term.broader.iter().filter_map(|word| vocabulary.slug(word));
        let above: BTreeSet<String> = above.map(|slug| short(&own, slug)).collect();
        let above: Vec<String> = above.into_iter().collect();
        says.push(if above.is_empty() {
            format!("{} {scheme}", short(SKOS, "topConceptOf"))
        } else {
            format!("{} {}", short(SKOS, "broader"), above.join(", "))
        });
        format!("{} {} .\n", short(&own, self.slug), says.join(" ;\n    "))
    }
}

/// The prefix that a Turtle file declares for a namespace, on a line of its own.
fn prefix_of<'t>(text: &'t str, namespace: &str) -> Option<&'t str> {
    text.lines().find_map(|line| {
        let rest = line.trim().strip_prefix("@prefix ")?;
        let (prefix, iri) = rest.split_once(':')?;
        let iri = iri.trim().strip_prefix('<')?.strip_suffix('.')?;
        (iri.trim_end().strip_suffix('>')? == namespace).then(|| prefix.trim())
    })
}

/// A text as it stands between quotation marks in Turtle.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
        .replace('\r', "\\r")
}
