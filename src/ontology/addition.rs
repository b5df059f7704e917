//! A term that is added to a vocabulary: which lines, to which file, and why not.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use thiserror::Error;

use super::{Files, Ontology, OntologyError, mappings};
use crate::graph::model::{NamedOrBlankNode, Quad, RdfFormat, Term};
use crate::graph::namespaces::{VOCABULARY, concept, slug};
use crate::graph::readback::verified_quads;
use crate::graph::vocab::skos;
use crate::project::{FileError, Folder, TextFile};

const SKOS: &str = "http://www.w3.org/2004/02/skos/core#";
const SEMAPV: &str = "https://w3id.org/semapv/vocab/";

/// A term that a vocabulary lacks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewTerm {
    /// Its vocabulary, such as `histology`.
    pub scheme: String,
    /// What it is called.
    pub label: String,
    /// What it lies under, by any word.
    pub broader: Vec<String>,
    /// Other words for it.
    pub synonyms: Vec<String>,
    /// The code that is shown for it, such as `CR`.
    pub code: Option<String>,
    /// What it means.
    pub definition: Option<String>,
    /// The same term in other vocabularies, as `HGNC:15580`.
    pub exact: Vec<String>,
    /// Whether the vocabulary is a new one.
    pub begins: bool,
}

/// What is written for a term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addition {
    /// The name that cells, queries and analyses know it by, such as `histology:sarcoma`.
    pub name: String,
    /// The files that change, by their names in the folder.
    pub files: Vec<Change>,
}

/// A file with what is added to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its name in the folder, with `/`.
    pub name: String,
    /// Its text; `None` if there is none yet.
    pub before: Option<String>,
    /// Its text when all is done.
    pub after: String,
    /// The lines that are new.
    pub lines: Vec<String>,
}

/// Why a term cannot be added.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AdditionError {
    /// There is no such vocabulary.
    #[error("{scheme:?} is no vocabulary: there are {}", known.join(", "))]
    Scheme {
        /// What was named.
        scheme: String,
        /// The vocabularies.
        known: Vec<String>,
    },
    /// There is such a vocabulary already.
    #[error("{0} is a vocabulary already: add to it, and begin none")]
    Begun(String),
    /// A word is taken.
    #[error(
        "{word:?} stands for {label} already ({name}): leave it out, or `casegraph term list {scheme}` shows what each term has"
    )]
    Known {
        /// The word.
        word: String,
        /// The vocabulary.
        scheme: String,
        /// Label of the concept that has the word.
        label: String,
        /// Its name.
        name: String,
    },
    /// A word is given twice.
    #[error("{0:?} is given twice: once is enough")]
    Twice(String),
    /// Nothing of that name to lie under.
    #[error(
        "{word:?} is no {scheme}, and a term lies under one that is there: add that one first{}",
        near(.nearest, scheme)
    )]
    Broader {
        /// The word.
        word: String,
        /// The vocabulary.
        scheme: String,
        /// Words near to it.
        nearest: Vec<String>,
    },
    /// A text that cannot be a word, or has no name in IRIs.
    #[error("{text:?} {rule}")]
    Text {
        /// The text.
        text: String,
        /// What it lacks.
        rule: &'static str,
    },
    /// An identifier without a known prefix.
    #[error(
        "{curie:?} has no known prefix: known are {}; another one is declared in the curie_map of a file in mappings/",
        known.join(", ")
    )]
    Prefix {
        /// The identifier.
        curie: String,
        /// Known prefixes.
        known: Vec<String>,
    },
    /// An identifier that another term has.
    #[error("{curie} is {name} already: one identifier stands for one term")]
    Taken {
        /// The identifier.
        curie: String,
        /// The concept that is linked to it.
        name: String,
    },
    /// The file is written in a way that cannot be added to.
    #[error("{path} cannot be added to: {why}; add the term by hand (ontology/README.md)")]
    Form {
        /// The file.
        path: String,
        /// What stands in the way.
        why: String,
    },
    /// The ontology cannot be used, before or with the term.
    #[error(transparent)]
    Ontology(#[from] OntologyError),
}

impl From<FileError> for AdditionError {
    fn from(error: FileError) -> Self {
        Self::Ontology(error.into())
    }
}

fn near(nearest: &[String], scheme: &str) -> String {
    if nearest.is_empty() {
        format!("; `casegraph term list {scheme}` shows all")
    } else {
        format!("; nearest known: {}", nearest.join(", "))
    }
}

/// What adding a term changes in the folder `into`, which is one of `folders`, those of the ontology. Nothing is
/// written; what is told was read as a whole ontology, so that nothing else is lost or melted.
///
/// # Errors
/// The term cannot be added, or the ontology is broken.
pub fn addition(
    folders: &[&Folder],
    into: &Folder,
    term: &NewTerm,
) -> Result<Addition, AdditionError> {
    let mut files = Files::of(folders.iter().copied())?;
    let ontology = Ontology::of(&files)?;
    let slug = check(term, &ontology)?;
    let place = Place {
        term,
        slug: &slug,
        into,
    };
    let prefixes = prefixes(&files, &ontology, term)?;
    let put = |all: &mut Vec<TextFile>, change: &Change| {
        let path = into.display(&change.name);
        all.retain(|file| file.path != path);
        all.push(TextFile {
            name: change.name.clone(),
            path,
            text: change.after.clone(),
        });
    };
    let mut changes = vec![place.vocabulary(&ontology)?];
    put(&mut files.turtle, &changes[0]);
    if !term.exact.is_empty() {
        let links = place.mapping(&prefixes)?;
        put(&mut files.mappings, &links);
        changes.push(links);
    }
    let with = Ontology::of(&files)?;
    if with.vocabulary(&term.scheme).slug(&term.label) != Some(&slug) {
        return Err(AdditionError::Form {
            path: into.display(&changes[0].name),
            why: "the term would not be found in it".to_owned(),
        });
    }
    Ok(Addition {
        name: format!("{}:{slug}", term.scheme),
        files: changes,
    })
}

/// Checks a term against what is there, and gives it its name in IRIs.
fn check(term: &NewTerm, ontology: &Ontology) -> Result<String, AdditionError> {
    let scheme = &term.scheme;
    let vocabulary = ontology.vocabulary(scheme);
    let known: Vec<String> = ontology.schemes().map(str::to_owned).collect();
    if !known.contains(scheme) && !term.begins {
        let scheme = scheme.clone();
        return Err(AdditionError::Scheme { scheme, known });
    }
    if known.contains(scheme) && term.begins {
        return Err(AdditionError::Begun(scheme.clone()));
    }
    let wrong = |text: &str, rule| {
        Err(AdditionError::Text {
            text: text.to_owned(),
            rule,
        })
    };
    let named = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if !scheme.bytes().all(named) || !scheme.starts_with(|c: char| c.is_ascii_lowercase()) {
        return wrong(
            scheme,
            "cannot name a vocabulary: use small letters, digits and hyphens",
        );
    }
    let words = || {
        let first = std::iter::once(&term.label);
        first.chain(&term.code).chain(&term.synonyms)
    };
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for word in words() {
        if word.trim() != word || word.is_empty() || word.chars().any(char::is_control) {
            return wrong(
                word,
                "is no word: it is empty, or has a blank at an end or a line break in it",
            );
        }
        if word.contains(';') {
            return wrong(
                word,
                "has a semicolon, which separates the parts of a list in a cell",
            );
        }
        if ["NR", "NA"].contains(&word.as_str()) {
            return wrong(
                word,
                "says in a cell that something is not reported or does not apply",
            );
        }
        if let Some(slug) = vocabulary.slug(word) {
            let concept = vocabulary.concept(slug);
            return Err(AdditionError::Known {
                word: word.clone(),
                scheme: scheme.clone(),
                label: concept.map_or(slug, |concept| &concept.label).to_owned(),
                name: format!("{scheme}:{slug}"),
            });
        }
        if !seen.insert(word.to_lowercase()) {
            return Err(AdditionError::Twice(word.clone()));
        }
    }
    for word in &term.broader {
        if vocabulary.slug(word).is_none() {
            return Err(AdditionError::Broader {
                word: word.clone(),
                scheme: scheme.clone(),
                nearest: owned(vocabulary.nearest(word)),
            });
        }
    }
    // A gene keeps its symbol, and what has a code that.
    let kept = match &term.code {
        Some(code) => Some(code),
        None => (scheme == "gene").then_some(&term.label),
    };
    let slug = kept.map_or_else(|| slug(&term.label), Clone::clone);
    let fit = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    if slug.is_empty() || !slug.bytes().all(fit) || slug.starts_with('-') {
        return wrong(
            kept.unwrap_or(&term.label),
            "makes no name for IRIs: use letters a to z, digits and hyphens (a gene has its symbol, and a term with a code that)",
        );
    }
    if vocabulary.concept(&slug).is_some() {
        let label = vocabulary
            .concept(&slug)
            .map_or("", |concept| &concept.label);
        return Err(AdditionError::Known {
            word: slug.clone(),
            scheme: scheme.clone(),
            label: label.to_owned(),
            name: format!("{scheme}:{slug}"),
        });
    }
    Ok(slug)
}

fn owned(words: Vec<&str>) -> Vec<String> {
    words.into_iter().map(str::to_owned).collect()
}

/// The namespaces of the prefixes that the term's identifiers have.
fn prefixes(
    files: &Files,
    ontology: &Ontology,
    term: &NewTerm,
) -> Result<BTreeMap<String, String>, AdditionError> {
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    for file in &files.mappings {
        let map = mappings::curie_map(&file.text).map_err(|source| OntologyError::Mapping {
            path: file.path.clone(),
            source,
        })?;
        // Those that name our own concepts are no identifiers of others.
        known.extend(
            map.into_iter()
                .filter(|(_, iri)| !iri.starts_with(VOCABULARY)),
        );
    }
    let mut used = BTreeMap::new();
    for curie in &term.exact {
        let found = curie.split_once(':').and_then(|(prefix, local)| {
            let fit = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
            let namespace = known.get(prefix)?;
            (!local.is_empty() && local.bytes().all(fit)).then_some((prefix, namespace, local))
        });
        let Some((prefix, namespace, local)) = found else {
            return Err(AdditionError::Prefix {
                curie: curie.clone(),
                known: known.into_keys().collect(),
            });
        };
        let iri = format!("{namespace}{local}");
        if let Some(other) = linked(ontology.quads(), &iri, &term.scheme) {
            return Err(AdditionError::Taken {
                curie: curie.clone(),
                name: other,
            });
        }
        used.insert(prefix.to_owned(), namespace.clone());
    }
    Ok(used)
}

/// The concept of a vocabulary that is the same as an IRI.
fn linked(quads: &[Quad], iri: &str, scheme: &str) -> Option<String> {
    quads
        .iter()
        .find_map(|quad| match (&quad.subject, &quad.object) {
            (NamedOrBlankNode::NamedNode(subject), Term::NamedNode(object))
                if quad.predicate == skos::EXACT_MATCH && object.as_str() == iri =>
            {
                let rest = subject.as_str().strip_prefix(VOCABULARY)?;
                let (own, slug) = rest.split_once('/')?;
                (own == scheme).then(|| format!("{own}:{slug}"))
            }
            _ => None,
        })
}

/// A term on its way into a folder.
struct Place<'a> {
    term: &'a NewTerm,
    slug: &'a str,
    into: &'a Folder,
}

impl Place<'_> {
    /// The file of the vocabulary with the term at its end.
    fn vocabulary(&self, ontology: &Ontology) -> Result<Change, AdditionError> {
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

    /// The file of the vocabulary's links with a row for each identifier.
    fn mapping(&self, prefixes: &BTreeMap<String, String>) -> Result<Change, AdditionError> {
        let scheme = &self.term.scheme;
        let name = format!("mappings/{scheme}.sssom.tsv");
        let before = self.into.text(&name)?;
        let start = before.clone().unwrap_or_else(|| {
            format!(
                "# curie_map:\n#   semapv: {SEMAPV}\n#   skos: {SKOS}\n\
                 subject_id\tsubject_label\tpredicate_id\tobject_id\tobject_label\tmapping_justification\tcomment\n"
            )
        });
        let broken = |why: &str| AdditionError::Form {
            path: self.into.display(&name),
            why: why.to_owned(),
        };
        let known = mappings::curie_map(&start).map_err(|source| OntologyError::Mapping {
            path: self.into.display(&name),
            source,
        })?;
        let own = format!("{VOCABULARY}{scheme}/");
        let mut wanted = prefixes.clone();
        let subject = match known.iter().find(|(_, iri)| **iri == own) {
            Some((prefix, _)) => prefix.clone(),
            None => {
                wanted.insert(scheme.clone(), own);
                scheme.clone()
            }
        };
        wanted.insert("skos".to_owned(), SKOS.to_owned());
        wanted.insert("semapv".to_owned(), SEMAPV.to_owned());
        let other = |(prefix, iri): (&String, &String)| known.get(prefix).is_some_and(|k| k != iri);
        if wanted.iter().any(other) {
            return Err(broken("its curie_map has a prefix for something else"));
        }
        wanted.retain(|prefix, _| !known.contains_key(prefix));
        let text = with_prefixes(&start, &wanted)
            .ok_or_else(|| broken("its header has no line `# curie_map:`"))?;
        let headings = text.lines().find(|line| !line.starts_with('#'));
        let headings = headings.ok_or_else(|| broken("it has no headings"))?;
        let mut rows = String::new();
        for curie in &self.term.exact {
            let cell = |heading: &str| match heading {
                "subject_id" => format!("{subject}:{}", self.slug),
                "subject_label" => self.term.label.clone(),
                "predicate_id" => "skos:exactMatch".to_owned(),
                "object_id" => curie.clone(),
                "mapping_justification" => "semapv:ManualMappingCuration".to_owned(),
                _ => String::new(),
            };
            let cells: Vec<String> = headings.split('\t').map(cell).collect();
            rows.push_str(&cells.join("\t"));
            rows.push('\n');
        }
        let after = appended(&text, &rows);
        Ok(Change::new(name, before, after))
    }
}

impl Change {
    fn new(name: String, before: Option<String>, after: String) -> Self {
        let old: Vec<&str> = before.iter().flat_map(|text| text.lines()).collect();
        let mut old = old.into_iter().peekable();
        // Lines are only ever added, so that whatever does not stand in the old text in its turn is new.
        let lines = after.lines().filter(|line| old.next_if_eq(line).is_none());
        let lines = lines.map(str::to_owned).collect();
        Self {
            name,
            before,
            after,
            lines,
        }
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

/// A text with more at its end, in the line ends that it has.
fn appended(text: &str, more: &str) -> String {
    let end = line_end(text);
    let last = if text.is_empty() || text.ends_with('\n') {
        ""
    } else {
        end
    };
    format!("{text}{last}{}", more.replace('\n', end))
}

fn line_end(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// A mapping file with more prefixes at the end of its `curie_map`.
fn with_prefixes(text: &str, prefixes: &BTreeMap<String, String>) -> Option<String> {
    if prefixes.is_empty() {
        return Some(text.to_owned());
    }
    let mut out = String::with_capacity(text.len());
    let mut lines = text.split_inclusive('\n').peekable();
    let (mut within, mut done) = (false, false);
    while let Some(line) = lines.next() {
        out.push_str(line);
        within |= line.trim_end() == "# curie_map:";
        let goes_on = lines.peek().is_some_and(|next| next.starts_with("#  "));
        if within && !done && !goes_on {
            for (prefix, iri) in prefixes {
                let _ = write!(out, "#   {prefix}: {iri}{}", line_end(text));
            }
            done = true;
        }
    }
    done.then_some(out)
}

#[cfg(test)]
mod tests;
