//! The sheets, as `ontology/sheets.toml` and the `columns.toml` of a study describe them: which there
//! are, what their columns mean and hold, and which property of the graph each becomes.
//!
//! Descriptions live as long as the program, so that a report can name its sheet without owning it.
//! One text is kept once, however often a study is read.

mod fact_sheet;
mod lines;
mod read;

use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex, PoisonError};

pub use fact_sheet::{FactSheet, KnownSheet};
pub(crate) use lines::Lines;
pub use read::Fault;

/// A vocabulary, by the name of its file in `ontology/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scheme(&'static str);

impl Scheme {
    /// Diagnoses, in a hierarchy.
    pub const HISTOLOGY: Self = Self("histology");
    /// Drugs and drug classes.
    pub const DRUG: Self = Self("drug");
    /// Anatomical sites, in a hierarchy.
    pub const SITE: Self = Self("site");
    /// Best overall response: categories, and words without a category.
    pub const RESPONSE: Self = Self("response");
    /// Terms of adverse events.
    pub const EVENT: Self = Self("event");
    /// Methods that detect a fusion.
    pub const METHOD: Self = Self("method");
    /// Vital and disease status.
    pub const STATUS: Self = Self("status");

    /// The vocabularies that the shipped sheets draw on.
    pub const SHIPPED: [Self; 7] = [
        Self::HISTOLOGY,
        Self::DRUG,
        Self::SITE,
        Self::RESPONSE,
        Self::EVENT,
        Self::METHOD,
        Self::STATUS,
    ];

    /// The name in IRIs, prefixes and files.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0
    }
}

/// What a cell of a column may hold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// Free text, taken as it is.
    Text,
    /// One word of a closed list.
    Code(&'static [&'static str]),
    /// A word of an open list: others are taken, but not misspelt ones of the list.
    Words(&'static [&'static str]),
    /// A whole number between two bounds.
    Integer(i64, i64),
    /// A decimal number between two bounds.
    Decimal(f64, f64),
    /// `yes` or `no`, a truth value in the graph.
    YesNo,
    /// A date of the calendar, as ISO 8601 writes it.
    Date,
    /// One word of a vocabulary.
    Concept(Scheme),
    /// Drugs of the vocabulary, separated by `; `; plain words if the episode is not one of drugs.
    Agents,
    /// A gene symbol, which a vocabulary or a linked table may know.
    Gene,
}

/// The property of the graph that a column becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Property {
    /// The local name of one of our own terms.
    Term(&'static str),
    /// A property of the study, named `SHEET.COLUMN`.
    OfStudy(&'static str),
    /// None: the column is one of a sheet that holds no facts of cases.
    None,
}

impl Property {
    /// Its local name; empty if there is none.
    #[must_use]
    pub fn local(self) -> &'static str {
        match self {
            Self::Term(name) | Self::OfStudy(name) => name,
            Self::None => "",
        }
    }
}

/// One column of a sheet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Column {
    /// The heading in the sheet.
    pub name: &'static str,
    /// The property that it becomes.
    pub property: Property,
    /// What a cell, or each part of a list, may hold.
    pub kind: Kind,
    /// Whether a cell holds a list, whose parts `; ` separates. Lists of several sources are united.
    pub list: bool,
    /// What it is called in words.
    pub label: &'static str,
    /// A shorter name, where a line has no room for the label.
    pub short: Option<&'static str>,
    /// What it means, in a sentence.
    pub describes: &'static str,
    /// A value that it may hold; empty if none is given.
    pub example: &'static str,
    /// The unit of its numbers; empty if they have none.
    pub unit: &'static str,
    /// Whether a row has to fill it.
    pub needed: bool,
    /// Codes that leave open what other codes say, each with one that it leaves open.
    pub leaves_open: &'static [(&'static str, &'static str)],
    /// Whether each source has its own wording, so that several are no disagreement.
    pub own_words: bool,
}

/// Of what a row of a sheet tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rows {
    /// The case itself, or what it has one of.
    Case,
    /// One of several events of a case, numbered by `item`.
    Event,
    /// The study: a source, a cohort, a claim.
    Study,
}

/// A sheet: its name, what its rows are, and its columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// The file name without its ending.
    pub name: &'static str,
    /// What one row is about, in the singular, such as `treatment`.
    pub noun: &'static str,
    /// What it holds, in a sentence.
    pub describes: &'static str,
    /// Of what a row tells.
    pub rows: Rows,
    /// Which of the sheets of facts it is that every study has.
    pub known: Option<KnownSheet>,
    /// Whether a study may do without the file. The others must exist, if only with their headings.
    pub optional: bool,
    /// Whether the program keeps it, and nobody fills it.
    pub kept: bool,
    /// The columns that say which event a row tells of: a report that gives another drug tells of
    /// another episode.
    pub identity: &'static [&'static str],
    /// The columns, for a sheet of facts those of values, between `certainty` and `verbatim`.
    pub columns: Vec<Column>,
}

/// All sheets of a study.
#[derive(Debug, Clone, PartialEq)]
pub struct Schema {
    sheets: Vec<Sheet>,
    every_fact: Vec<Column>,
    /// The `columns.toml` of the study; empty if it has none.
    own: String,
}

static SHIPPED: LazyLock<Schema> =
    LazyLock::new(|| read::shipped(include_str!("../../../ontology/sheets.toml")));
/// What each `columns.toml` says that was read, and what is wrong with it.
static OF_STUDIES: Mutex<BTreeMap<String, (&'static Schema, Vec<Fault>)>> =
    Mutex::new(BTreeMap::new());

impl Default for &'static Schema {
    fn default() -> Self {
        Schema::shipped()
    }
}

impl Schema {
    /// The sheets of every study.
    #[must_use]
    pub fn shipped() -> &'static Self {
        &SHIPPED
    }

    /// The sheets of a study with this `columns.toml`, as far as it can be read, and all that is wrong with it. They
    /// live on with the program.
    #[must_use]
    pub fn of_study(columns: &str) -> (&'static Self, Vec<Fault>) {
        if columns.is_empty() {
            return (Self::shipped(), Vec::new());
        }
        let mut known = OF_STUDIES.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known.get(columns) {
            return found.clone();
        }
        let (schema, faults) = read::extended(Self::shipped(), columns);
        let found = (&*Box::leak(Box::new(schema)), faults);
        known.insert(columns.to_owned(), found.clone());
        found
    }

    /// The `columns.toml` that it was made of; empty if the study adds nothing.
    #[must_use]
    pub fn of_study_text(&self) -> &str {
        &self.own
    }

    /// Every sheet: those of facts in the order in which a reader expects them, then the others.
    pub fn sheets(&'static self) -> impl Iterator<Item = &'static Sheet> {
        self.sheets.iter()
    }

    /// The sheets of facts.
    pub fn facts(&'static self) -> impl Iterator<Item = FactSheet> {
        let sheets = self.sheets.iter().enumerate();
        let facts = sheets.filter(|(_, sheet)| sheet.rows != Rows::Study);
        facts.map(|(place, sheet)| FactSheet { sheet, place })
    }

    /// The sheet of facts of that file name.
    #[must_use]
    pub fn fact_sheet(&'static self, name: &str) -> Option<FactSheet> {
        self.facts().find(|sheet| sheet.name() == name)
    }

    /// The sheet of that file name.
    #[must_use]
    pub fn sheet(&'static self, name: &str) -> Option<&'static Sheet> {
        self.sheets().find(|sheet| sheet.name == name)
    }

    /// The columns that every sheet of facts has besides its own, or may have: [`CURATION`].
    #[must_use]
    pub fn every_fact(&'static self) -> &'static [Column] {
        &self.every_fact
    }

    /// Every heading that a sheet may have: [`Schema::headings`], and in sheets of facts those of curation.
    #[must_use]
    pub fn known_headings(&'static self, name: &str) -> Vec<&'static str> {
        let of_facts = self.fact_sheet(name).is_some();
        let curation = CURATION.into_iter().filter(|_| of_facts);
        self.headings(name).into_iter().chain(curation).collect()
    }

    /// The first column that becomes a property.
    #[must_use]
    pub fn of_property(&'static self, property: Property) -> Option<&'static Column> {
        let mut columns = self.facts().flat_map(FactSheet::columns);
        columns.find(|column| column.property == property)
    }

    /// Every heading of a sheet, in order; none if there is no such sheet.
    #[must_use]
    pub fn headings(&'static self, name: &str) -> Vec<&'static str> {
        match (self.fact_sheet(name), self.sheet(name)) {
            (Some(facts), _) => facts.headings().collect(),
            (None, Some(sheet)) => sheet.columns.iter().map(|column| column.name).collect(),
            (None, None) => Vec::new(),
        }
    }
}

/// Columns that a sheet of facts may have: who extracted a row, when, and how far it is.
pub const CURATION: [&str; 3] = ["curator", "curated_on", "curation_state"];

/// Words that have an order, from the least to the most: ages, the extent of disease, the change of
/// a tumor.
pub const ORDERS: &[&[&str]] = &[
    &["pediatric", "adult"],
    &["localized", "locally-advanced", "metastatic"],
    &["CR", "PR", "SD", "PD"],
];

#[cfg(test)]
mod tests;
