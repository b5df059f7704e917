//! A term that is added to a vocabulary: which lines, to which file, and why not.

mod check;
mod error;
mod mapping;
mod turtle;

use super::{Files, Ontology};
use crate::project::{Folder, TextFile};
use check::{check, prefixes};
pub use error::AdditionError;

const SKOS: &str = "http://www.w3.org/2004/02/skos/core#";

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
    /// Definition in a sentence.
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

/// A term on its way into a folder.
struct Place<'a> {
    term: &'a NewTerm,
    slug: &'a str,
    into: &'a Folder,
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

#[cfg(test)]
mod tests;
