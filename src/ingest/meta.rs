//! `study.toml`: what the study is, each value of its type. What is wrong is told with its line; a value of another type
//! is no value.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::identifiers::unfit_key;
use super::problems::{Place, Problems, shorten};
use crate::case::Weighed;
use crate::case::schema::Lines;
use crate::graph::namespaces::RESERVED;
use crate::ontology::nearest;
use crate::project::{FileError, Folder};

/// File in which a study says what it is.
pub(super) const META: &str = "study.toml";

/// Title, licence, curators and defaults, from `study.toml`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StudyMeta {
    /// Short name: the folder's name, from which IRIs are made.
    pub name: String,
    /// Title in one line.
    pub title: String,
    /// What it is about.
    pub description: String,
    /// How to cite it and what it grew from.
    pub citations: Vec<String>,
    /// SPDX identifier of the licence of its data.
    pub licence: String,
    /// Names of the curators.
    pub curators: Vec<String>,
    /// When the sources were last searched or read, as an ISO 8601 date.
    pub retrieved: String,
    /// Versions of the ontologies that it uses, by name.
    pub ontologies: BTreeMap<String, String>,
    /// The study's own defaults for parameters of saved analyses.
    pub parameters: BTreeMap<String, String>,
    /// Whether its cases are invented.
    pub synthetic: bool,
    /// Which rows are weighed into the consensus.
    pub weighed: Weighed,
    /// How many records the search for sources found and left, by the local name of the property that says so;
    /// what nobody recorded is not there.
    pub search: BTreeMap<&'static str, i64>,
    /// How many reports were left out after reading, by reason, as the sheet of searches has them.
    pub excluded_after_reading: BTreeMap<String, i64>,
}

/// A cohort: a named set of cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cohort {
    /// Its name in `cohorts.csv`.
    pub name: String,
    /// A sentence or two on which cases it holds.
    pub description: String,
    /// Whether its cases count in analyses; a cohort named `excluded` does not.
    pub counted: bool,
}

/// The file as it was read.
#[derive(Debug, Default)]
pub(super) struct Described {
    pub meta: StudyMeta,
    pub cohorts: Vec<Cohort>,
    /// On which line the default of each parameter stands.
    pub lines: BTreeMap<String, usize>,
    /// On which line each number of the search stands, by the property that says it.
    pub searched: BTreeMap<&'static str, usize>,
}

/// The keys of the file; of those together, which say the same, one may stand.
const KEYS: [&[&str]; 13] = [
    &["title"],
    &["description"],
    &["citations", "citation"],
    &["licence", "license"],
    &["curators", "curator"],
    &["retrieved", "retrieval_date"],
    &["ontologies", "ontology_versions"],
    &["parameters"],
    &["synthetic"],
    &["name", "short_name"],
    &["cohorts"],
    &["weigh"],
    &["search"],
];
/// The keys of `[search]`, and the property that each becomes.
const SEARCH: [(&str, &str); 8] = [
    ("databases", "recordsFromDatabases"),
    ("elsewhere", "recordsFromElsewhere"),
    ("duplicates", "recordsDuplicate"),
    ("removed", "recordsRemoved"),
    ("screened", "recordsScreened"),
    ("excluded", "recordsExcluded"),
    ("sought", "reportsSought"),
    ("not_retrieved", "reportsNotRetrieved"),
];
const OF_COHORT: [&[&str]; 3] = [&["name"], &["description"], &["counted"]];

type Value<'a> = Spanned<DeValue<'a>>;

/// Reads the file of a study's folder.
pub(super) fn read(folder: &Folder, problems: &mut Problems) -> Result<Described, FileError> {
    let path = folder.display(META);
    let name = folder.name();
    let mut described = Described {
        meta: StudyMeta {
            title: name.clone(),
            name,
            ..StudyMeta::default()
        },
        ..Described::default()
    };
    let name = &described.meta.name;
    if unfit_key(name).is_some() {
        problems.file(&path, format!("the study's folder is named {name:?}: use letters, digits, - and _ only, for its IRIs are made from it"));
    }
    if RESERVED.contains(&name.as_str()) {
        let reserved = RESERVED.join(", ");
        problems.file(&path, format!("the study's folder is named {name:?}: {reserved} are names of what belongs to no study, give it another"));
    }
    let Some(text) = folder.text(META)? else {
        problems.warn_file(
            &path,
            "is missing: title, citation and licence of the study are unknown",
        );
        return Ok(described);
    };
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text);
    let mut reader = Reader {
        path: &path,
        text,
        lines: Lines::of(text),
        cohorts: HashMap::new(),
        problems,
    };
    match DeTable::parse(text) {
        Ok(table) => reader.study(table.get_ref(), &mut described),
        Err(error) => {
            let rule = format!("is not valid TOML: {}", error.message());
            reader.wrong(&error.span().unwrap_or_default(), "", &rule, Vec::new());
        }
    }
    Ok(described)
}

/// Reads values, and tells those of another type.
struct Reader<'a> {
    path: &'a str,
    text: &'a str,
    lines: Lines,
    /// The names of the cohorts by how they read in small letters.
    cohorts: HashMap<String, String>,
    problems: &'a mut Problems,
}

impl Reader<'_> {
    fn study(&mut self, table: &DeTable<'_>, into: &mut Described) {
        self.keys(table, &KEYS, "study.toml");
        let meta = &mut into.meta;
        let mut licensed = false;
        for (key, value) in table {
            let key = key.get_ref().as_ref();
            match key {
                "title" => meta.title = self.text(key, value).unwrap_or_default(),
                "description" => meta.description = self.text(key, value).unwrap_or_default(),
                "citation" | "citations" => meta.citations = self.texts(key, value),
                "licence" | "license" => {
                    licensed = true;
                    meta.licence = self.licence(key, value).unwrap_or_default();
                }
                "curator" | "curators" => meta.curators = self.texts(key, value),
                "retrieved" | "retrieval_date" => {
                    meta.retrieved = self.date(value).unwrap_or_default();
                }
                "ontologies" | "ontology_versions" => meta.ontologies = self.map(key, value).0,
                "parameters" => (meta.parameters, into.lines) = self.map(key, value),
                "synthetic" => meta.synthetic = self.truth(key, value).unwrap_or(false),
                "name" | "short_name" => self.name(key, value, &meta.name),
                "weigh" => meta.weighed = self.weighed(key, value),
                "cohorts" => into.cohorts = self.cohorts(value),
                "search" => (meta.search, into.searched) = self.search(value),
                _ => {}
            }
        }
        if !licensed {
            self.problems.warn_file(
                self.path,
                "states no licence: add licence = \"CC-BY-4.0\" or another SPDX identifier",
            );
        }
    }

    /// Tells keys that nothing reads, and those that say what another one says.
    fn keys(&mut self, table: &DeTable<'_>, known: &[&[&str]], place: &str) {
        let mut said: Vec<&[&str]> = Vec::new();
        for (key, value) in table {
            let (at, key) = (key.span(), key.get_ref().as_ref());
            let Some(same) = known.iter().find(|same| same.contains(&key)) else {
                let near = nearest(
                    &key.to_lowercase(),
                    known.iter().copied().flatten().copied(),
                );
                let near = near.into_iter().map(str::to_owned).collect();
                let rule =
                    format!("is no key of {place}, and nothing reads it: correct or remove it");
                self.wrong(&at, key, &rule, near);
                continue;
            };
            if said.contains(same) {
                let rule = format!("says what {} says too: keep one", same.join(" or "));
                self.tell(key, value, &rule);
            }
            said.push(same);
        }
    }

    fn line(&self, at: &Range<usize>) -> usize {
        self.lines.at(at.start)
    }

    fn wrong(&mut self, at: &Range<usize>, value: &str, rule: &str, near: Vec<String>) {
        let cell = format!("line {}", self.line(at));
        let file = self.path;
        self.problems
            .cell_near(&Place { file, cell, value }, rule, near);
    }

    /// Tells what is wrong with the value of a key.
    fn tell(&mut self, key: &str, value: &Value<'_>, rule: &str) {
        let shown = self.text.get(value.span()).unwrap_or_default();
        let shown = format!("{key} = {shown}");
        self.wrong(&value.span(), &shown, rule, Vec::new());
    }

    fn text(&mut self, key: &str, value: &Value<'_>) -> Option<String> {
        if let DeValue::String(text) = value.get_ref() {
            return Some(text.as_ref().to_owned());
        }
        let rule = format!("is no text: write {key} = \"…\", in quotation marks");
        self.tell(key, value, &rule);
        None
    }

    fn texts(&mut self, key: &str, value: &Value<'_>) -> Vec<String> {
        match value.get_ref() {
            DeValue::Array(values) => {
                let texts = values.iter().filter_map(|value| self.text(key, value));
                texts.collect()
            }
            _ => self.text(key, value).into_iter().collect(),
        }
    }

    fn truth(&mut self, key: &str, value: &Value<'_>) -> Option<bool> {
        if let DeValue::Boolean(yes) = value.get_ref() {
            return Some(*yes);
        }
        let rule = "is neither true nor false: write one of the two, without quotation marks";
        self.tell(key, value, rule);
        None
    }

    fn weighed(&mut self, key: &str, value: &Value<'_>) -> Weighed {
        let word = self.text(key, value).unwrap_or_default();
        Weighed::from_word(&word).unwrap_or_else(|| {
            let words = Weighed::WORDS.join(" or ");
            self.tell(key, value, &format!("is not known: write {words}"));
            Weighed::default()
        })
    }

    fn date(&mut self, value: &Value<'_>) -> Option<String> {
        let text = match value.get_ref() {
            DeValue::String(text) => text.as_ref().to_owned(),
            DeValue::Datetime(date) => date.to_string(),
            _ => String::new(),
        };
        if text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok() {
            return Some(text);
        }
        self.tell("retrieved", value, "is no date: write YYYY-MM-DD");
        None
    }

    fn licence(&mut self, key: &str, value: &Value<'_>) -> Option<String> {
        let text = self.text(key, value)?;
        let fit = |b: u8| b.is_ascii_alphanumeric() || b"-.+".contains(&b);
        if !text.is_empty() && text.bytes().all(fit) {
            return Some(text);
        }
        let rule =
            "is no SPDX identifier of a licence, such as CC-BY-4.0 (https://spdx.org/licenses/)";
        self.tell(key, value, rule);
        None
    }

    fn name(&mut self, key: &str, value: &Value<'_>, of_folder: &str) {
        if let Some(name) = self.text(key, value)
            && name != of_folder
        {
            self.problems.warn_file(
                self.path,
                format!(
                    "{key} is {:?}, but IRIs are made from the folder's name {of_folder:?}",
                    shorten(&name)
                ),
            );
        }
    }

    /// Names with a text, a number, a truth or a date each, and the lines on which they stand.
    fn map(
        &mut self,
        key: &str,
        value: &Value<'_>,
    ) -> (BTreeMap<String, String>, BTreeMap<String, usize>) {
        let (mut map, mut lines) = (BTreeMap::new(), BTreeMap::new());
        let DeValue::Table(table) = value.get_ref() else {
            let rule = format!("is no table: write [{key}] and below it NAME = \"VALUE\"");
            self.tell(key, value, &rule);
            return (map, lines);
        };
        for (name, value) in table {
            let name = name.get_ref().as_ref();
            let text = match value.get_ref() {
                DeValue::String(text) => text.as_ref(),
                DeValue::Array(_) | DeValue::Table(_) => {
                    let rule = "is no single value: write NAME = \"VALUE\"";
                    self.tell(&format!("{key}.{name}"), value, rule);
                    continue;
                }
                _ => self.text.get(value.span()).unwrap_or_default(),
            };
            lines.insert(name.to_owned(), self.line(&value.span()));
            map.insert(name.to_owned(), text.to_owned());
        }
        (map, lines)
    }

    /// How many records were found and left before the publications of the study.
    fn search(
        &mut self,
        value: &Value<'_>,
    ) -> (BTreeMap<&'static str, i64>, BTreeMap<&'static str, usize>) {
        let DeValue::Table(table) = value.get_ref() else {
            let rule = "is no table: write [search] and below it screened = 120 and others";
            self.tell("search", value, rule);
            return Default::default();
        };
        let names = SEARCH.map(|(key, _)| [key]);
        let known: Vec<&[&str]> = names.iter().map(|name| &name[..]).collect();
        self.keys(table, &known, "[search]");
        let (mut found, mut lines) = (BTreeMap::new(), BTreeMap::new());
        for (key, value) in table {
            let key = key.get_ref().as_ref();
            let Some((_, property)) = SEARCH.iter().find(|(known, _)| *known == key) else {
                continue;
            };
            let number = self
                .text
                .get(value.span())
                .unwrap_or_default()
                .parse::<u32>();
            match number {
                Ok(number) => {
                    found.insert(*property, i64::from(number));
                    lines.insert(*property, self.line(&value.span()));
                }
                Err(_) => {
                    let rule = "is no whole number of records: write it in digits, or leave the key out where nobody recorded it";
                    self.tell(&format!("search.{key}"), value, rule);
                }
            }
        }
        (found, lines)
    }

    /// Cohorts as `[[cohorts]]` entries with a name each, or as tables `[cohorts.NAME]`.
    fn cohorts(&mut self, value: &Value<'_>) -> Vec<Cohort> {
        const ENTRY: &str =
            "describes no cohort: write [[cohorts]] and below it name, description and counted";
        let mut cohorts: Vec<Cohort> = Vec::new();
        match value.get_ref() {
            DeValue::Array(entries) => {
                for entry in entries {
                    match entry.get_ref() {
                        DeValue::Table(table) => self.cohort(None, table, entry, &mut cohorts),
                        _ => self.tell("cohorts", entry, ENTRY),
                    }
                }
            }
            DeValue::Table(named) => {
                for (name, entry) in named {
                    match entry.get_ref() {
                        DeValue::Table(table) => {
                            self.cohort(Some(name.get_ref()), table, entry, &mut cohorts);
                        }
                        _ => self.tell("cohorts", entry, ENTRY),
                    }
                }
            }
            _ => self.tell("cohorts", value, ENTRY),
        }
        cohorts
    }

    fn cohort(
        &mut self,
        name: Option<&str>,
        table: &DeTable<'_>,
        entry: &Value<'_>,
        cohorts: &mut Vec<Cohort>,
    ) {
        self.keys(table, &OF_COHORT, "a cohort");
        let get = |key: &str| {
            let mut entries = table.iter();
            entries.find_map(|(known, value)| (known.get_ref() == key).then_some(value))
        };
        let said = get("name").map(|value| (self.text("name", value), value.span()));
        let (name, at) = match (name, said) {
            (_, Some((None, _))) => return,
            (None, Some((Some(said), at))) => (said, at),
            (Some(name), None) => (name.to_owned(), entry.span()),
            (Some(name), Some((Some(said), at))) if said == name => (said, at),
            (Some(_), Some((Some(said), at))) => {
                self.wrong(
                    &at,
                    &said,
                    "is not the name of its table: keep one of the two",
                    Vec::new(),
                );
                return;
            }
            (None, None) => {
                self.wrong(
                    &entry.span(),
                    "",
                    "a cohort has no name: add name = \"…\"",
                    Vec::new(),
                );
                return;
            }
        };
        if let Some(rule) = unfit_key(&name) {
            self.wrong(&at, &name, &rule, Vec::new());
            return;
        }
        let other = self.cohorts.insert(name.to_ascii_lowercase(), name.clone());
        if let Some(other) = other {
            let rule = if other == name {
                "is the name of two cohorts: describe each once".to_owned()
            } else {
                format!("is the name of cohort {other:?} in other letters: give it another")
            };
            self.wrong(&at, &name, &rule, Vec::new());
            return;
        }
        let description = get("description").and_then(|value| self.text("description", value));
        let counted = get("counted").and_then(|value| self.truth("counted", value));
        cohorts.push(Cohort {
            description: description.unwrap_or_default(),
            counted: counted.unwrap_or(name != "excluded"),
            name,
        });
    }
}

/// Whether the `study.toml` of a study says that its cases are invented; false where it cannot be read.
#[must_use]
pub fn says_synthetic(study: &Folder) -> bool {
    let bytes = study.bytes(META).ok().flatten();
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    let meta = text.and_then(|text| text.parse::<toml::Table>().ok());
    meta.is_some_and(|meta| meta.get("synthetic").and_then(toml::Value::as_bool) == Some(true))
}
