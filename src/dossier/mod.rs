//! The dossier of one case: each value, who reported it, where, and what was chosen why.

pub mod care;
mod course;
mod linked_genes;

use std::collections::BTreeMap;

use crate::case::{Column, Event, FactSheet, Property, Schema};
use crate::graph::model::NamedNode;
use crate::graph::namespaces::{COLUMN, Prefixes, StudyThing, TERMS};
use crate::graph::{Graph, QueryOptions};
use crate::query::{AskError, Prepared, Table, rows};
use linked_genes::genes_of_case;

pub use course::course;
pub use linked_genes::{LinkedGene, linked_gene};

/// Everything known of one case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dossier {
    /// Key of the case.
    pub case: String,
    /// Cohorts with number in the source, basis and reason.
    pub cohorts: Vec<String>,
    /// Cases that may be the same patient, with what was found in those that do not count.
    pub suspected: Vec<Suspected>,
    /// The case and its events, in order.
    pub things: Vec<DossierThing>,
    /// The genes of its fusions, as linked sources have them; empty where none is linked.
    pub genes: Vec<LinkedGene>,
}

/// A case that may be the same patient as the one of the dossier.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Suspected {
    /// Key of the case.
    pub case: String,
    /// Whether it is the one that does not count, and not the one beside which the other is shown.
    pub second: bool,
    /// Why that is suspected.
    pub reason: String,
    /// Molecular findings of the one that does not count, each with its timing.
    pub findings: Vec<String>,
}

impl Suspected {
    /// In a sentence, without the case's key before it.
    #[must_use]
    pub fn words(&self) -> String {
        let findings = match self.findings.as_slice() {
            [] => String::new(),
            found => format!("; found in it: {}", found.join("; ")),
        };
        if self.second {
            format!(
                "is a suspected duplicate of this case and is not counted ({}){findings}",
                self.reason
            )
        } else {
            format!(
                "is the case of which this one is a suspected duplicate, which is not counted ({})",
                self.reason
            )
        }
    }
}

/// The case itself or one of its events.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DossierThing {
    /// What it is, such as `treatment 2`.
    pub title: String,
    /// Its columns that have a report.
    pub values: Vec<DossierValue>,
    /// Columns without any report, with the reason.
    pub missing: BTreeMap<String, Vec<String>>,
}

/// One column of one thing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DossierValue {
    /// Name of the column.
    pub column: &'static str,
    /// The column in words.
    pub name: String,
    /// What is taken; `None` if nothing is.
    pub taken: Option<String>,
    /// Whether no source states what is taken, and it was derived.
    pub derived: bool,
    /// Whether reports of it cannot all be true.
    pub disputed: bool,
    /// Why that is taken, or why nothing is.
    pub why: String,
    /// What each source says.
    pub reports: Vec<DossierReport>,
}

/// What one source says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DossierReport {
    /// The value as reported.
    pub value: String,
    /// Key of the source and how it was read.
    pub source: String,
    /// Where in the source.
    pub locator: String,
    /// Stated, derived or weak.
    pub certainty: String,
    /// How far the row is and whose it is, the source's words, and the curator's remark on the whole row.
    pub note: String,
}

/// How far a row is and who made it when, where that is said.
fn curation<'r>(cell: &impl Fn(&str) -> Option<&'r str>) -> Option<String> {
    let by = cell("curator").map(|curator| format!("by {curator}"));
    let on = cell("day").map(|day| format!("on {day}"));
    let parts = [
        cell("state").map(str::to_owned),
        cell("weighed").map(|_| "not weighed".to_owned()),
        by,
        on,
    ];
    let said: Vec<String> = parts.into_iter().flatten().collect();
    (!said.is_empty()).then(|| said.join(", "))
}

/// The keys of all cases.
///
/// # Errors
/// The store cannot be read.
pub fn case_keys(graph: &Graph, prefixes: &Prefixes) -> Result<Vec<String>, AskError> {
    let query = Prepared::new(include_str!("queries/case_keys.rq"));
    let table = query.rows(graph, prefixes, &QueryOptions::default())?;
    let keys = rows(&table).filter_map(|row| row.get("key"));
    Ok(keys.map(str::to_owned).collect())
}

fn case_of(key: &str, prefixes: &Prefixes) -> Option<NamedNode> {
    prefixes.expand(&format!("case:{key}"))
}

/// The rows of a query in which `?case` is the case of this key; none if no case can have it.
fn about(
    graph: &Graph,
    key: &str,
    prefixes: &Prefixes,
    query: &'static str,
) -> Result<Table, AskError> {
    match case_of(key, prefixes) {
        Some(case) => {
            let query = Prepared::new(query).with("case", case);
            query.rows(graph, prefixes, &QueryOptions::default())
        }
        None => Ok(Table::default()),
    }
}

/// The dossier of a case by its key; the case must exist.
///
/// # Errors
/// The store cannot be read.
pub fn dossier(
    graph: &Graph,
    key: &str,
    prefixes: &Prefixes,
    schema: &'static Schema,
) -> Result<Dossier, AskError> {
    let Some(case) = case_of(key, prefixes) else {
        return Ok(Dossier {
            case: key.to_owned(),
            ..Dossier::default()
        });
    };
    let select = |query: &'static str| about(graph, key, prefixes, query);
    let mut things: BTreeMap<Event, Columns> = BTreeMap::new();
    collect(
        &select(include_str!("queries/reports.rq"))?,
        (&case, schema),
        &mut things,
        |entry, about, cell| {
            let both = ["verbatim", "note"].into_iter().filter_map(cell);
            let remarks = both.flat_map(|text| remarks(text, about));
            let note: Vec<String> = curation(&cell).into_iter().chain(remarks).collect();
            let text = |column| cell(column).unwrap_or_default().to_owned();
            let source = match cell("read") {
                Some(read) => format!("{} ({read})", text("source")),
                None => text("source"),
            };
            entry.reports.push(DossierReport {
                value: text("value"),
                source,
                locator: text("locator"),
                certainty: text("certainty"),
                note: note.join("; "),
            });
        },
    );
    collect(
        &select(include_str!("queries/taken.rq"))?,
        (&case, schema),
        &mut things,
        |entry, _, cell| {
            let value = cell("value").unwrap_or_default();
            entry.taken = Some(match entry.taken.take() {
                Some(before) => format!("{before}; {value}"),
                None => value.to_owned(),
            });
        },
    );
    collect(
        &select(include_str!("queries/remarks.rq"))?,
        (&case, schema),
        &mut things,
        |entry, _, cell| {
            let (kind, remark) = (
                cell("kind").unwrap_or_default(),
                cell("remark").unwrap_or_default(),
            );
            entry.derived |= kind == "derived";
            entry.disputed |= kind == "conflict";
            let remark = match kind {
                "conflict" => format!("reports contradict each other: {remark}"),
                "decision" => format!("decision: {remark}"),
                _ => remark.to_owned(),
            };
            entry.remarks.push(remark);
        },
    );
    let found = select(include_str!("queries/suspected.rq"))?;
    let mut suspected: Vec<Suspected> = Vec::new();
    for row in rows(&found) {
        let case = row.text("key");
        if suspected.last().is_none_or(|last| last.case != case) {
            suspected.push(Suspected {
                case: case.to_owned(),
                second: row.boolean("second") == Some(true),
                reason: row.text("reason").to_owned(),
                findings: Vec::new(),
            });
        }
        if let Some(last) = suspected.last_mut()
            && last.second
            && let Some(finding) = row.get("finding")
        {
            last.findings.push(finding.to_owned());
        }
    }
    let cohorts = select(include_str!("queries/cohorts.rq"))?;
    let cohorts = rows(&cohorts).map(|row| {
        let number = row
            .get("number")
            .map(|number| format!(", number {number}"))
            .unwrap_or_default();
        let basis = row
            .get("basis")
            .map(|basis| format!(" ({basis})"))
            .unwrap_or_default();
        let reason = row
            .get("reason")
            .map(|reason| format!(": {reason}"))
            .unwrap_or_default();
        format!("{}{number}{basis}{reason}", row.text("cohort"))
    });
    Ok(Dossier {
        case: key.to_owned(),
        genes: genes_of_case(graph, &case, prefixes)?,
        cohorts: cohorts.collect(),
        suspected,
        things: things
            .into_iter()
            .map(|(place, columns)| thing(place, columns))
            .collect(),
    })
}

/// What is found of each column.
type Columns = BTreeMap<usize, Entry>;

#[derive(Default)]
struct Entry {
    taken: Option<String>,
    derived: bool,
    disputed: bool,
    remarks: Vec<String>,
    reports: Vec<DossierReport>,
}

/// Hands each row that is about a sheet's column to `add`, with a reader of its cells.
fn collect<'t>(
    table: &'t Table,
    (case, schema): (&NamedNode, &'static Schema),
    things: &mut BTreeMap<Event, Columns>,
    add: impl Fn(&mut Entry, (FactSheet, &Column), &dyn Fn(&str) -> Option<&'t str>),
) {
    for row in rows(table) {
        let cell = |name: &str| row.get(name);
        let place = cell("thing").and_then(|iri| place_of(iri, case, schema));
        let (Some(place), Some(property)) = (place, cell("property")) else {
            continue;
        };
        if let Some((index, column)) = column_of(place.sheet, property) {
            let entry = things.entry(place).or_default().entry(index).or_default();
            add(entry, (place.sheet, column), &cell);
        }
    }
}

/// The sheet and item of a thing of a case.
fn place_of(iri: &str, case: &NamedNode, schema: &'static Schema) -> Option<Event> {
    let (thing, case) = (
        StudyThing::of_case(iri)?,
        StudyThing::of_case(case.as_str())?,
    );
    if (thing.study, thing.key()) != (case.study, case.key()) {
        return None;
    }
    Event::of_path(thing.event(), schema)
}

fn thing(Event { sheet, item }: Event, columns: Columns) -> DossierThing {
    let title = if sheet.numbered() {
        format!("{} {item}", sheet.noun())
    } else {
        sheet.noun().to_owned()
    };
    let mut thing = DossierThing {
        title,
        ..DossierThing::default()
    };
    for (index, entry) in columns {
        let name = sheet.columns()[index].label.to_owned();
        if entry.reports.is_empty() && entry.taken.is_none() {
            let reason = entry.remarks.first().cloned().unwrap_or_default();
            thing.missing.entry(reason).or_default().push(name);
            continue;
        }
        let why = if entry.remarks.is_empty() {
            match entry.reports.len() {
                1 => "one report".to_owned(),
                _ => "reports agree".to_owned(),
            }
        } else {
            entry.remarks.join("; ")
        };
        thing.values.push(DossierValue {
            column: sheet.columns()[index].name,
            name,
            taken: entry.taken,
            derived: entry.derived,
            disputed: entry.disputed,
            why,
            reports: entry.reports,
        });
    }
    thing
}

/// The parts of a row's remarks that are about one column. Remarks on several columns are written
/// `column: text | other, third: text`; what names no column is about the whole row.
fn remarks(text: &str, (sheet, column): (FactSheet, &Column)) -> Vec<String> {
    let part = |part: &str| {
        let named = part.split_once(": ").and_then(|(names, rest)| {
            let names: Vec<&str> = names.split(", ").collect();
            names
                .iter()
                .all(|name| sheet.column(name).is_some())
                .then_some((names, rest))
        });
        match named {
            Some((names, rest)) => names.contains(&column.name).then(|| rest.to_owned()),
            None => Some(part.to_owned()),
        }
    };
    text.split(" | ")
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .filter_map(part)
        .collect()
}

/// The column of a sheet that becomes a property, and its place in the sheet.
#[must_use]
pub fn column_of(sheet: FactSheet, property: &str) -> Option<(usize, &'static Column)> {
    let of_terms = property.strip_prefix(TERMS);
    let of_terms = of_terms.map(|local| if local == "procedure" { "drug" } else { local });
    let of_study = StudyThing::of(property).filter(|thing| thing.folder == COLUMN);
    let mut columns = sheet.columns().iter().enumerate();
    columns.find(|(_, column)| match column.property {
        Property::Term(name) => of_terms == Some(name),
        Property::OfStudy(name) => of_study.is_some_and(|thing| thing.path == name),
        Property::None => false,
    })
}
