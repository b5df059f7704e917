//! What fields complete from: keys of sheets and words of vocabularies. A page has the first of each list; the others are
//! searched while somebody types.

use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, html};
use serde::Serialize;

use super::{Desk, given};
use crate::case::{Column, Kind, Scheme, Sheet};
use crate::curation::rows;
use crate::ontology::Vocabulary;
use crate::server::problem::Problem;
use crate::server::request::Request;
use crate::server::response::Response;
use crate::server::signed::PATH;

/// Most entries that are offered at once.
const OFFERED: usize = 50;
/// Sheets whose keys fields complete.
const KEYED: [&str; 2] = ["cases", "publications"];
/// The vocabulary of genes.
const GENE: &str = "gene";

/// What a field completes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum List<'a> {
    /// The keys of a sheet.
    Keys(&'a str),
    /// The words of a vocabulary.
    Words(&'a str),
}

impl<'a> List<'a> {
    /// Its name in a page and in addresses.
    pub fn id(self) -> String {
        match self {
            Self::Keys(of) => format!("keys-{of}"),
            Self::Words(of) => format!("words-{of}"),
        }
    }

    fn named(id: &'a str) -> Option<Self> {
        match id.split_once('-')? {
            ("keys", sheet) if KEYED.contains(&sheet) => Some(Self::Keys(sheet)),
            ("words", scheme) => Some(Self::Words(scheme)),
            _ => None,
        }
    }
}

/// What can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Entry {
    /// What the cell gets.
    value: String,
    /// What tells it from others.
    label: String,
}

/// What a field completes from.
pub(super) fn list_of(column: &Column, sheet: &Sheet) -> Option<List<'static>> {
    match (column.kind, column.name) {
        (Kind::Concept(scheme), _) => Some(List::Words(scheme.name())),
        (Kind::Agents, _) => Some(List::Words(Scheme::DRUG.name())),
        (Kind::Gene, _) => Some(List::Words(GENE)),
        (_, "case") => Some(List::Keys("cases")),
        (_, "source" | "publication" | "about") if sheet.name != "publications" => {
            Some(List::Keys("publications"))
        }
        _ => None,
    }
}

/// Answers `/edit/words/LIST?q=…` with the entries that have what was typed, as JSON.
pub(super) fn page(desk: &Desk<'_>, request: &Request, id: &str) -> Result<Response, Problem> {
    let list = List::named(id);
    let list = list.ok_or_else(|| Problem::not_found(format!("there is no list {id}")))?;
    let parameters = request.parameters();
    let found = having(entries(desk, list)?, given(&parameters, "q"));
    let json = serde_json::to_string(&found).map_err(|_| Problem::internal("no JSON"))?;
    Ok(Response::text("application/json", json))
}

/// The entries that have a text, those that begin with it first, as many as are offered at once.
fn having(entries: Vec<Entry>, text: &str) -> Vec<Entry> {
    let text = text.to_lowercase();
    let rank = |entry: &Entry| {
        let (value, label) = (entry.value.to_lowercase(), entry.label.to_lowercase());
        if value.starts_with(&text) {
            Some(0)
        } else if label.starts_with(&text) {
            Some(1)
        } else {
            (value.contains(&text) || label.contains(&text)).then_some(2)
        }
    };
    let ranked = entries.into_iter();
    let mut ranked: Vec<(u8, Entry)> = ranked
        .filter_map(|entry| Some((rank(&entry)?, entry)))
        .collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    let first = ranked.into_iter().take(OFFERED);
    first.map(|(_, entry)| entry).collect()
}

/// The lists that the fields of a form complete from.
pub(super) fn of_form<'c>(
    desk: &Desk<'_>,
    columns: impl Iterator<Item = &'c Column>,
    sheet: &Sheet,
) -> Result<Markup, Problem> {
    let lists: BTreeSet<List<'_>> = columns
        .filter_map(|column| list_of(column, sheet))
        .collect();
    let lists: Vec<Markup> = lists
        .into_iter()
        .map(|list| html_of(desk, list))
        .collect::<Result<_, _>>()?;
    Ok(html! { @for list in &lists { (list) } })
}

/// A list in a page: all of it if it is short, and else its beginning, with the address that is asked for more.
pub(super) fn html_of(desk: &Desk<'_>, list: List<'_>) -> Result<Markup, Problem> {
    let entries = entries(desk, list)?;
    let more = (entries.len() > OFFERED).then(|| format!("{PATH}/words/{}", list.id()));
    Ok(html! {
        datalist id=(list.id()) data-more=[more] {
            @for entry in entries.iter().take(OFFERED) { option value=(entry.value) { (entry.label) } }
        }
    })
}

fn entries(desk: &Desk<'_>, list: List<'_>) -> Result<Vec<Entry>, Problem> {
    match list {
        List::Keys(sheet) => keys(desk, sheet),
        List::Words(scheme) => {
            let vocabulary = desk.ontology()?.vocabulary(scheme);
            let concepts = vocabulary.concepts();
            let entry = |(slug, concept): (&str, &crate::ontology::Concept)| Entry {
                value: slug.to_owned(),
                label: hint(vocabulary, slug, concept.display()),
            };
            Ok(concepts.map(entry).collect())
        }
    }
}

/// What a concept is called otherwise, and what lies above it.
fn hint(vocabulary: &Vocabulary, slug: &str, label: &str) -> String {
    let mut text = label.to_owned();
    let synonyms = vocabulary.words_for(slug);
    let synonyms: Vec<&str> = synonyms
        .filter(|word| *word != slug && !word.eq_ignore_ascii_case(label))
        .take(5)
        .collect();
    if !synonyms.is_empty() {
        text = format!("{text} (also {})", synonyms.join(", "));
    }
    let above = vocabulary.above(slug);
    let above: Vec<&str> = above
        .into_iter()
        .filter(|class| *class != slug)
        .filter_map(|class| vocabulary.concept(class))
        .map(crate::ontology::Concept::display)
        .collect();
    if !above.is_empty() {
        text = format!("{text} < {}", above.join(" < "));
    }
    text
}

/// The keys of a sheet, each with what tells it from others.
fn keys(desk: &Desk<'_>, sheet: &str) -> Result<Vec<Entry>, Problem> {
    let (key, tell): (&str, &[&str]) = match sheet {
        "publications" => ("key", &["first_author", "year", "title", "doi", "pmid"]),
        _ => (
            "case",
            &["age_years", "sex", "histology", "primary_site", "source"],
        ),
    };
    let bytes = desk.bytes(sheet)?.unwrap_or_default();
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    for row in rows(sheet, &bytes).unwrap_or_default() {
        let Some(key) = row.cells.get(key) else {
            continue;
        };
        found.entry(key.clone()).or_insert_with(|| {
            let cells = tell.iter().filter_map(|name| row.cells.get(*name));
            cells.cloned().collect::<Vec<_>>().join(", ")
        });
    }
    let entry = |(value, label)| Entry { value, label };
    Ok(found.into_iter().map(entry).collect())
}
