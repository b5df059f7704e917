//! What completes a word of the command line: analyses, their parameters, cases and words of the ontology.
//!
//! A shell asks while somebody types: what cannot be read has no candidates and no message, nothing is built, and no
//! word is given that a shell would have to quote for more than its spaces.

use std::ffi::OsStr;

use clap::Parser;
use clap_complete::engine::CompletionCandidate;

use super::printer::{Printer, clean};
use super::session::{Place, analyses as saved_analyses};
use crate::graph::namespaces::Prefixes;
use crate::ontology::Ontology;
use crate::project::Project;
use crate::query::{ParameterType, SavedQuery};

/// Most words that are given for one.
const MOST: usize = 500;

/// The flags that choose a study, alone.
#[derive(Debug, Parser)]
struct Chosen {
    #[command(flatten)]
    place: Place,
}

/// The words that are typed so far, as the shell gives them behind `--`.
fn typed() -> Vec<String> {
    let words = std::env::args_os().skip_while(|word| word != "--").skip(1);
    words.filter_map(|word| word.into_string().ok()).collect()
}

/// The project that the words choose.
fn project() -> Option<Project> {
    let mut words = typed().into_iter();
    let mut given = vec!["casegraph".to_owned()];
    while let Some(word) = words.next() {
        if ["-p", "--project", "--study"].contains(&word.as_str()) {
            given.push(word);
            given.extend(words.next());
        }
    }
    Chosen::try_parse_from(given).ok()?.place.find().ok()
}

/// Those that begin with what is typed, in any case of letters, each with what it is.
fn beginning(
    current: &OsStr,
    words: impl IntoIterator<Item = (String, String)>,
) -> Vec<CompletionCandidate> {
    let begun = current.to_string_lossy().to_lowercase();
    let is_plain = |word: &str| {
        !word
            .chars()
            .any(|c| c.is_control() || "'\"\\`$".contains(c))
    };
    words
        .into_iter()
        .filter(|(word, _)| word.to_lowercase().starts_with(&begun) && is_plain(word))
        .take(MOST)
        .map(|(word, what)| {
            let what = (!what.is_empty()).then(|| clean(&what).into_owned().into());
            CompletionCandidate::new(word).help(what)
        })
        .collect()
}

/// The saved analyses of a project.
fn of_project(project: &Project) -> Vec<SavedQuery> {
    let prefixes = Prefixes::of_study(&project.study_name());
    let found = saved_analyses(project, &prefixes, Printer::mute());
    found
        .map(|found| found.catalogue.queries().to_vec())
        .unwrap_or_default()
}

/// The names of analyses.
pub(super) fn analyses(current: &OsStr) -> Vec<CompletionCandidate> {
    let saved = project()
        .map(|project| of_project(&project))
        .unwrap_or_default();
    beginning(
        current,
        saved
            .into_iter()
            .map(|saved| (saved.slug, saved.header.summary)),
    )
}

/// The keys of cases, as the sheet has them.
pub(super) fn cases(current: &OsStr) -> Vec<CompletionCandidate> {
    let keys = project().map(|project| column(&project, "cases.csv", "case"));
    beginning(
        current,
        keys.unwrap_or_default()
            .into_iter()
            .map(|key| (key, String::new())),
    )
}

/// The words of a column of a sheet, each once.
fn column(project: &Project, sheet: &str, heading: &str) -> Vec<String> {
    let text = project
        .study()
        .text(sheet)
        .ok()
        .flatten()
        .unwrap_or_default();
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .from_reader(text.as_bytes());
    let at = reader
        .headers()
        .ok()
        .and_then(|headings| headings.iter().position(|one| one == heading));
    let Some(at) = at else { return Vec::new() };
    let rows = reader.records().filter_map(Result::ok);
    let mut words: Vec<String> = rows
        .filter_map(|row| row.get(at).map(str::to_owned))
        .collect();
    words.sort();
    words.dedup();
    words
}

/// The words of a vocabulary: labels, with the first synonym as what they are.
fn words(project: &Project, scheme: &str) -> Vec<(String, String)> {
    let Ok(ontology) = Ontology::read(project.vocabularies()) else {
        return Vec::new();
    };
    let vocabulary = ontology.vocabulary(scheme);
    let concepts = vocabulary.concepts();
    let word = |(slug, concept): (&str, &crate::ontology::Concept)| {
        let label = concept.display().to_owned();
        let other = vocabulary
            .words_for(slug)
            .find(|word| !word.eq_ignore_ascii_case(&label));
        (label, other.unwrap_or_default().to_owned())
    };
    concepts.map(word).collect()
}

/// The words of one vocabulary.
fn of_vocabulary(scheme: &str, current: &OsStr) -> Vec<CompletionCandidate> {
    let found = project().map(|project| words(&project, scheme));
    beginning(current, found.unwrap_or_default())
}

/// Histologies.
pub(super) fn histologies(current: &OsStr) -> Vec<CompletionCandidate> {
    of_vocabulary("histology", current)
}

/// Drugs.
pub(super) fn drugs(current: &OsStr) -> Vec<CompletionCandidate> {
    of_vocabulary("drug", current)
}

/// Sites.
pub(super) fn sites(current: &OsStr) -> Vec<CompletionCandidate> {
    of_vocabulary("site", current)
}

/// Genes.
pub(super) fn genes(current: &OsStr) -> Vec<CompletionCandidate> {
    of_vocabulary("gene", current)
}

/// Any word of any vocabulary.
pub(super) fn terms(current: &OsStr) -> Vec<CompletionCandidate> {
    let Some(project) = project() else {
        return Vec::new();
    };
    let Ok(ontology) = Ontology::read(project.vocabularies()) else {
        return Vec::new();
    };
    let all = ontology.schemes().flat_map(|scheme| {
        let concepts = ontology.vocabulary(scheme).concepts();
        concepts.map(move |(_, concept)| (concept.display().to_owned(), scheme.to_owned()))
    });
    beginning(current, all)
}

/// `NAME=VALUE` of the analysis that is typed.
pub(super) fn settings(current: &OsStr) -> Vec<CompletionCandidate> {
    let Some(project) = project() else {
        return Vec::new();
    };
    let typed = typed();
    let saved = of_project(&project);
    let Some(saved) = saved.iter().find(|saved| typed.contains(&saved.slug)) else {
        return Vec::new();
    };
    let found = saved.header.parameters.iter().flat_map(|parameter| {
        let values = match (parameter.kind, parameter.values.as_slice()) {
            (ParameterType::Iri, []) => {
                things(&project, parameter.default.as_deref(), &parameter.name)
            }
            (_, values) => values
                .iter()
                .map(|value| (value.clone(), String::new()))
                .collect(),
        };
        let what = parameter.description.clone().unwrap_or_default();
        let name = format!("{}=", parameter.name);
        let values = values.into_iter().map({
            let name = name.clone();
            move |(value, what)| (format!("{name}{value}"), what)
        });
        [(name, what)].into_iter().chain(values).collect::<Vec<_>>()
    });
    beginning(current, found)
}

/// The things that a parameter can be, of the kind of its default or of its name.
fn things(project: &Project, default: Option<&str>, name: &str) -> Vec<(String, String)> {
    let kind = default.and_then(|default| default.split_once(':'));
    let kind = kind.map_or(name, |(kind, _)| kind);
    if kind == "cohort" {
        let cohorts = column(project, "cohorts.csv", "cohort").into_iter();
        return cohorts
            .map(|key| (format!("cohort:{key}"), String::new()))
            .collect();
    }
    let kind = if kind == "partner" { "gene" } else { kind };
    let Ok(ontology) = Ontology::read(project.vocabularies()) else {
        return Vec::new();
    };
    let concepts = ontology.vocabulary(kind).concepts();
    concepts
        .map(|(slug, concept)| (format!("{kind}:{slug}"), concept.display().to_owned()))
        .collect()
}
