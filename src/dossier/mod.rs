//! The dossier of one case: each value, who reported it, where, and what was chosen why.

pub mod care;
mod course;
mod linked_genes;

use std::collections::BTreeMap;

use crate::case::{Column, FactSheet};
use crate::graph::model::{NamedNode, Term, Variable};
use crate::graph::namespaces::{Prefixes, StudyThing, TERMS};
use crate::graph::{Graph, QueryOptions};
use crate::query::bind::bind;
use crate::query::{AskError, Asked, Table, ask, parse};
use linked_genes::{OF_CASE, genes};

pub use course::course;
pub use linked_genes::{LinkedGene, linked_gene};

/// Everything known of one case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dossier {
    /// The case's key.
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
    /// Its key.
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
    /// The column.
    pub column: &'static str,
    /// The column in words.
    pub name: String,
    /// What is taken; `None` if nothing is.
    pub taken: Option<String>,
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
    /// The source's words and the curator's remark on the whole row.
    pub note: String,
}

/// Who is in which cohort.
const COHORTS: &str = "SELECT ?cohort ?number ?basis ?reason WHERE {
  ?membership cg:member ?case ; cg:ofCohort/rdfs:label ?cohort .
  OPTIONAL { ?membership cg:numberInSource ?number }
  OPTIONAL { ?membership cg:basis ?basis }
  OPTIONAL { ?membership cg:reason ?reason } } ORDER BY ?cohort";

/// Cases that may be the same patient.
const SUSPECTED: &str = "SELECT ?key ?second ?reason ?finding WHERE {
  { ?other cg:suspectedDuplicateOf ?case BIND(true AS ?second) BIND(?other AS ?about) }
  UNION { ?case cg:suspectedDuplicateOf ?other BIND(false AS ?second) BIND(?case AS ?about) }
  ?other cg:caseKey ?key .
  ?decision cg:about ?about ; cg:ofProperty cg:suspectedDuplicateOf ; cg:reason ?reason .
  OPTIONAL {
    ?other cg:hasAlteration ?alteration .
    OPTIONAL { ?alteration cg:gene/rdfs:label ?gene }
    OPTIONAL { ?alteration cg:alteration ?change }
    OPTIONAL { ?alteration cg:timing ?timing }
    BIND(CONCAT(COALESCE(STR(?gene), \"gene not known\"), \" \", COALESCE(?change, \"alteration not known\"),
      COALESCE(CONCAT(\" (\", ?timing, \")\"), \"\")) AS ?finding)
  }
} ORDER BY ?key ?finding";

/// What every source says, cell by cell.
const REPORTS: &str = "SELECT ?thing ?property ?value ?source ?read ?locator ?certainty ?verbatim ?note ?report WHERE {
  GRAPH ?graph {
    ?report a cg:Report ; cg:onCase ?case ; cg:about ?thing ; cg:locator ?locator ; cg:certainty ?certainty .
    { ?report ?property ?object } UNION
    { ?report cg:notReported ?property BIND(\"NR\" AS ?object) } UNION
    { ?report cg:notApplicable ?property BIND(\"NA\" AS ?object) }
    OPTIONAL { ?report cg:verbatim ?verbatim }
    OPTIONAL { ?report cg:note ?note }
  }
  ?graph rdfs:label ?source .
  OPTIONAL { ?graph cg:readingDepth ?read }
  OPTIONAL { ?object cg:display ?display }
  OPTIONAL { ?object rdfs:label ?label }
  BIND(COALESCE(?display, ?label, ?object) AS ?value)
} ORDER BY ?thing ?property ?source ?report ?value";

/// What is taken.
const TAKEN: &str = "SELECT ?thing ?property ?value WHERE {
  { BIND(?case AS ?thing) } UNION { ?thing cg:ofCase ?case }
  ?thing ?property ?object .
  OPTIONAL { ?object cg:display ?display }
  OPTIONAL { ?object rdfs:label ?label }
  BIND(COALESCE(?display, ?label, ?object) AS ?value)
} ORDER BY ?thing ?property ?value";

/// Why values are missing, rest on derived reports, or were disputed.
const REMARKS: &str = "SELECT DISTINCT ?thing ?property ?remark ?kind WHERE {
  { BIND(?case AS ?thing) } UNION { ?thing cg:ofCase ?case } UNION { ?any cg:onCase ?case ; cg:about ?thing }
  { ?thing cg:missing ?missing . ?missing cg:ofProperty ?property ; cg:missingReason ?remark . BIND(\"missing\" AS ?kind) }
  UNION { ?thing cg:derivedValue ?property . BIND(\"rests on derived reports\" AS ?remark) BIND(\"derived\" AS ?kind) }
  UNION { ?conflict a cg:Conflict ; cg:about ?thing ; cg:ofProperty ?property ; cg:resolution ?remark . BIND(\"conflict\" AS ?kind) }
  UNION { ?refinement a cg:Refinement ; cg:about ?thing ; cg:ofProperty ?property ; cg:resolution ?remark . BIND(\"refinement\" AS ?kind) }
  UNION { ?decision a cg:Decision ; cg:about ?thing ; cg:ofProperty ?property ; cg:reason ?remark . BIND(\"decision\" AS ?kind) }
} ORDER BY ?thing ?property ?kind";

/// The keys of all cases.
///
/// # Errors
/// The store cannot be read.
pub fn case_keys(graph: &Graph, prefixes: &Prefixes) -> Result<Vec<String>, AskError> {
    let query = parse(
        "SELECT ?key WHERE { ?case cg:caseKey ?key } ORDER BY ?key",
        prefixes,
    )?;
    let Asked::Table(table) = ask(graph, &query, &QueryOptions::default(), None)? else {
        return Ok(Vec::new());
    };
    Ok((0..table.rows())
        .filter_map(|row| table.text(row, 0).map(str::to_owned))
        .collect())
}

fn case_of(key: &str, prefixes: &Prefixes) -> Option<NamedNode> {
    prefixes.expand(&format!("case:{key}"))
}

/// The rows of a query in which `?case` is the case of this key.
fn about(graph: &Graph, key: &str, prefixes: &Prefixes, text: &str) -> Result<Table, AskError> {
    match case_of(key, prefixes) {
        Some(case) => select_with(graph, prefixes, text, "case", case),
        None => Ok(Table::default()),
    }
}

/// The rows of a query with one variable bound.
fn select_with(
    graph: &Graph,
    prefixes: &Prefixes,
    text: &str,
    variable: &str,
    value: NamedNode,
) -> Result<Table, AskError> {
    let variable = Variable::new_unchecked(variable);
    let query = parse(text, prefixes)?;
    let query = bind(&query, &[(variable, Term::from(value))])?;
    match ask(graph, &query, &QueryOptions::default(), None)? {
        Asked::Table(table) => Ok(table),
        Asked::Boolean(_) | Asked::Triples { .. } => Ok(Table::default()),
    }
}

/// The dossier of a case by its key; the case must exist.
///
/// # Errors
/// The store cannot be read.
pub fn dossier(graph: &Graph, key: &str, prefixes: &Prefixes) -> Result<Dossier, AskError> {
    let Some(case) = case_of(key, prefixes) else {
        return Ok(Dossier {
            case: key.to_owned(),
            ..Dossier::default()
        });
    };
    let select = |text: &str| about(graph, key, prefixes, text);
    let mut things: BTreeMap<Place, Columns> = BTreeMap::new();
    collect(
        &select(REPORTS)?,
        &case,
        &mut things,
        |entry, about, cell| {
            let both = ["verbatim", "note"].into_iter().filter_map(cell);
            let note: Vec<String> = both.flat_map(|text| remarks(text, about)).collect();
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
    collect(&select(TAKEN)?, &case, &mut things, |entry, _, cell| {
        let value = cell("value").unwrap_or_default();
        entry.taken = Some(match entry.taken.take() {
            Some(before) => format!("{before}; {value}"),
            None => value.to_owned(),
        });
    });
    collect(&select(REMARKS)?, &case, &mut things, |entry, _, cell| {
        let (kind, remark) = (
            cell("kind").unwrap_or_default(),
            cell("remark").unwrap_or_default(),
        );
        let remark = match kind {
            "conflict" => format!("reports contradict each other: {remark}"),
            "decision" => format!("decision: {remark}"),
            _ => remark.to_owned(),
        };
        entry.remarks.push(remark);
    });
    let found = select(SUSPECTED)?;
    let mut suspected: Vec<Suspected> = Vec::new();
    for row in 0..found.rows() {
        let cell = |column| found.text(row, column).unwrap_or_default();
        if suspected.last().is_none_or(|last| last.case != cell(0)) {
            suspected.push(Suspected {
                case: cell(0).to_owned(),
                second: cell(1) == "true",
                reason: cell(2).to_owned(),
                findings: Vec::new(),
            });
        }
        if let Some(last) = suspected.last_mut()
            && last.second
            && !cell(3).is_empty()
        {
            last.findings.push(cell(3).to_owned());
        }
    }
    let cohorts = select(COHORTS)?;
    let cohorts = (0..cohorts.rows()).map(|row| {
        let cell = |name: &str| cohorts.column(name).and_then(|c| cohorts.text(row, c));
        let number = cell("number")
            .map(|number| format!(", number {number}"))
            .unwrap_or_default();
        let basis = cell("basis")
            .map(|basis| format!(" ({basis})"))
            .unwrap_or_default();
        let reason = cell("reason")
            .map(|reason| format!(": {reason}"))
            .unwrap_or_default();
        format!(
            "{}{number}{basis}{reason}",
            cell("cohort").unwrap_or_default()
        )
    });
    Ok(Dossier {
        case: key.to_owned(),
        genes: genes(OF_CASE, &select, prefixes)?,
        cohorts: cohorts.collect(),
        suspected,
        things: things
            .into_iter()
            .map(|(place, columns)| thing(place, columns))
            .collect(),
    })
}

/// The sheet and item that a thing's IRI tells.
type Place = (FactSheet, u32);
/// What is found of each column.
type Columns = BTreeMap<usize, Entry>;

#[derive(Default)]
struct Entry {
    taken: Option<String>,
    remarks: Vec<String>,
    reports: Vec<DossierReport>,
}

/// Hands each row that is about a sheet's column to `add`, with a reader of its cells.
fn collect<'t>(
    table: &'t Table,
    case: &NamedNode,
    things: &mut BTreeMap<Place, Columns>,
    add: impl Fn(&mut Entry, (FactSheet, &Column), &dyn Fn(&str) -> Option<&'t str>),
) {
    for row in 0..table.rows() {
        let cell = |name: &str| {
            table
                .column(name)
                .and_then(|column| table.text(row, column))
        };
        let place = cell("thing").and_then(|iri| place_of(iri, case));
        let (Some(place), Some(property)) = (place, cell("property")) else {
            continue;
        };
        if let Some((index, column)) = column_of(place.0, property) {
            let entry = things.entry(place).or_default().entry(index).or_default();
            add(entry, (place.0, column), &cell);
        }
    }
}

/// The sheet and item of a thing of a case.
fn place_of(iri: &str, case: &NamedNode) -> Option<Place> {
    let (thing, case) = (
        StudyThing::of_case(iri)?,
        StudyThing::of_case(case.as_str())?,
    );
    if (thing.study, thing.key()) != (case.study, case.key()) {
        return None;
    }
    let event = thing.event();
    let (folder, item) = event.split_once('/').unwrap_or((event, "1"));
    let sheet = match folder {
        "" => FactSheet::Cases,
        "fusion" => FactSheet::Fusions,
        "alteration" => FactSheet::Alterations,
        "treatment" => FactSheet::Treatments,
        "adverse-event" => FactSheet::AdverseEvents,
        "follow-up" => FactSheet::FollowUp,
        _ => return None,
    };
    Some((sheet, item.parse().ok()?))
}

fn thing((sheet, item): Place, columns: Columns) -> DossierThing {
    let title = match sheet {
        FactSheet::Cases => "case".to_owned(),
        FactSheet::Fusions => format!("fusion {item}"),
        FactSheet::Alterations => format!("alteration {item}"),
        FactSheet::Treatments => format!("treatment {item}"),
        FactSheet::AdverseEvents => format!("adverse event {item}"),
        FactSheet::FollowUp => "follow-up".to_owned(),
    };
    let mut thing = DossierThing {
        title,
        ..DossierThing::default()
    };
    for (index, entry) in columns {
        let name = sheet.columns()[index].meaning.to_owned();
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

fn column_of(sheet: FactSheet, property: &str) -> Option<(usize, &'static Column)> {
    let local = property.strip_prefix(TERMS)?;
    let local = if local == "procedure" { "drug" } else { local };
    sheet
        .columns()
        .iter()
        .enumerate()
        .find(|(_, column)| column.property == local)
}
