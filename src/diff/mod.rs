//! What changed between two builds of a study: facts, results, and the cases that moved the results.

mod compare;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use crate::analysis::Analysis;
use crate::graph::model::Term;
use crate::graph::namespaces::{Prefixes, StudyThing, property_name};
use crate::graph::{Graph, QueryOptions};
use crate::query::{AskError, Prepared, Table, plain, rows};

pub use compare::{MovedValue, compare};

/// A fact of the consensus that is in one build and not in the other, or has another value there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Key of the case.
    pub case: String,
    /// The thing of the case, such as `treatment/2`; empty for the case itself.
    pub thing: String,
    /// Name of the property that changed.
    pub property: String,
    /// Its values in the old build; none if the fact was added.
    pub old: Vec<String>,
    /// Its values in the new build; none if the fact was removed.
    pub new: Vec<String>,
}

impl Change {
    /// added, removed or changed.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match (self.old.is_empty(), self.new.is_empty()) {
            (true, _) => "added",
            (false, true) => "removed",
            (false, false) => "changed",
        }
    }
}

/// A result that is not the same in both builds, or rests on other rows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Moved {
    /// `theme/slug` of the analysis.
    pub analysis: String,
    /// The old result in a line.
    pub old: String,
    /// The new result in a line.
    pub new: String,
    /// What of it moved; empty if only its rows differ.
    pub values: Vec<MovedValue>,
    /// The cases whose rows or standing differ.
    pub cases: Vec<MovedCase>,
    /// Where its rows name no cases: the cases of which facts differ, some of which moved it.
    pub among: Vec<String>,
}

impl Moved {
    /// Whether the result itself moved, and not only its rows.
    #[must_use]
    pub fn is_moved(&self) -> bool {
        !self.values.is_empty()
    }
}

/// A case that moved a result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MovedCase {
    /// Key of the case.
    pub case: String,
    /// Where it stood; empty if it was not asked of.
    pub old: String,
    /// Where it stands in the new build.
    pub new: String,
}

/// The values of each fact: of a case, what its IRI has after the key, and the property.
type Facts = BTreeMap<(String, String, String), BTreeSet<String>>;

/// The facts of a build's consensus, by thing and property.
///
/// # Errors
/// The graph cannot be read.
pub fn facts(graph: &Graph, study: &str, prefixes: &Prefixes) -> Result<Facts, AskError> {
    let query = Prepared::new(include_str!("facts.rq"));
    let table = query.rows(graph, prefixes, &QueryOptions::default())?;
    let mut facts = Facts::new();
    for row in rows(&table) {
        let (Some(Term::NamedNode(thing)), Some(property_iri), Some(object)) =
            (row.term("thing"), row.term("property"), row.term("value"))
        else {
            continue;
        };
        let Some(thing) = StudyThing::of_case(thing.as_str()) else {
            continue;
        };
        // That a case has an event says no more than the facts of the event.
        let is_event =
            |node: &str| StudyThing::of_case(node).is_some_and(|other| !other.event().is_empty());
        if matches!(object, Term::NamedNode(node) if is_event(node.as_str())) {
            continue;
        }
        let key = (
            thing.key().to_owned(),
            thing.event().to_owned(),
            property_name(&plain(property_iri), prefixes),
        );
        let value = value(object, study, prefixes);
        facts.entry(key).or_default().insert(value);
    }
    Ok(facts)
}

/// A value without the name of its study, which may differ between the two.
fn value(term: &Term, study: &str, prefixes: &Prefixes) -> String {
    match term {
        Term::NamedNode(node) => {
            without_study(node.as_str(), study).unwrap_or_else(|| prefixes.shorten(node.as_str()))
        }
        other => plain(other).into_owned(),
    }
}

/// A thing of this study by folder and key alone.
fn without_study(iri: &str, study: &str) -> Option<String> {
    let thing = StudyThing::of(iri).filter(|thing| thing.study == study)?;
    Some(format!("{}/{}", thing.folder, thing.path))
}

/// A result whose things of its own study stand by folder and key, so that it can be compared with
/// that of a study of another name.
#[must_use]
pub fn of_any_study(result: Value, study: &str) -> Value {
    match result {
        Value::String(text) => Value::String(without_study(&text, study).unwrap_or(text)),
        Value::Array(values) => values
            .into_iter()
            .map(|value| of_any_study(value, study))
            .collect(),
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| (name, of_any_study(value, study)))
            .collect(),
        other => other,
    }
}

/// The facts that differ between two builds, by case.
#[must_use]
pub fn changes(old: &Facts, new: &Facts) -> Vec<Change> {
    let none = BTreeSet::new();
    let keys: BTreeSet<&(String, String, String)> = old.keys().chain(new.keys()).collect();
    keys.into_iter()
        .filter_map(|key| {
            let (before, after) = (old.get(key).unwrap_or(&none), new.get(key).unwrap_or(&none));
            if before == after {
                return None;
            }
            let (case, thing, property) = key;
            Some(Change {
                case: case.clone(),
                thing: thing.clone(),
                property: property.clone(),
                old: before.iter().cloned().collect(),
                new: after.iter().cloned().collect(),
            })
        })
        .collect()
}

/// Which cases make one analysis another in the new build; none where its rows and standings are the
/// same.
#[must_use]
pub fn moved(
    (old, old_study): (&Analysis, &str),
    (new, new_study): (&Analysis, &str),
) -> Vec<MovedCase> {
    let unit = new.header.statistic.case().unwrap_or("case");
    let before = standings(old, unit, old_study);
    let after = standings(new, unit, new_study);
    let cases: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    cases
        .into_iter()
        .filter_map(|case| {
            let (was, is) = (before.get(case), after.get(case));
            let text = |standing: Option<&Standing>| {
                standing.map_or_else(String::new, |standing| standing.words.clone())
            };
            (was != is).then(|| MovedCase {
                case: case.clone(),
                old: text(was),
                new: text(is),
            })
        })
        .collect()
}

/// Where a unit stands, and its rows.
#[derive(PartialEq)]
struct Standing {
    words: String,
    rows: Vec<String>,
}

/// Whether the rows of an analysis, or its ledger, name the cases.
#[must_use]
pub fn names_cases(analysis: &Analysis) -> bool {
    let unit = analysis.header.statistic.case().unwrap_or("case");
    analysis.table.column(unit).is_some() || analysis.finding.ledger.eligible() > 0
}

fn standings(analysis: &Analysis, unit: &str, study: &str) -> BTreeMap<String, Standing> {
    let mut found: BTreeMap<String, Standing> = BTreeMap::new();
    for entry in analysis.finding.ledger.entries() {
        let mut words = entry.standing.word().to_owned();
        if !entry.reason.is_empty() {
            words.push_str(&format!(": {}", entry.reason));
        }
        found.insert(
            entry.unit.to_owned(),
            Standing {
                words,
                rows: Vec::new(),
            },
        );
    }
    if analysis.table.column(unit).is_some() {
        for (row, text) in rows(&analysis.table).zip(shown(&analysis.table, study)) {
            found
                .entry(row.unit(unit))
                .or_insert_with(|| Standing {
                    words: "in the rows".to_owned(),
                    rows: Vec::new(),
                })
                .rows
                .push(text);
        }
    }
    for standing in found.values_mut() {
        standing.rows.sort();
    }
    found
}

fn shown<'a>(table: &'a Table, study: &'a str) -> impl Iterator<Item = String> + 'a {
    (0..table.rows()).map(move |row| {
        let cells: Vec<String> = (0..table.columns.len())
            .map(|column| {
                let text = table.text(row, column).unwrap_or_default();
                without_study(text, study).unwrap_or_else(|| text.to_owned())
            })
            .collect();
        cells.join("\t")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_added_removed_and_changed() {
        let facts = |list: &[(&str, &str, &str, &str)]| -> Facts {
            let mut facts = Facts::new();
            for (case, thing, property, value) in list {
                let key = [*case, *thing, *property].map(str::to_owned).into();
                let values: &mut BTreeSet<String> = facts.entry(key).or_default();
                values.insert((*value).to_owned());
            }
            facts
        };
        let old = facts(&[
            ("a", "", "sex", "male"),
            ("a", "treatment/1", "drug", "x"),
            ("b", "", "sex", "female"),
        ]);
        let new = facts(&[
            ("a", "", "sex", "female"),
            ("a", "treatment/1", "drug", "x"),
            ("c", "fusion/1", "gene", "y"),
        ]);
        let found: Vec<_> = changes(&old, &new)
            .iter()
            .map(|c| (c.case.clone(), c.thing.clone(), c.kind()))
            .collect();
        let wanted = [
            ("a", "", "changed"),
            ("b", "", "removed"),
            ("c", "fusion/1", "added"),
        ];
        assert_eq!(
            found,
            wanted.map(|(a, b, c)| (a.to_owned(), b.to_owned(), c))
        );
    }
}
