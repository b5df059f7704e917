//! Checks that need more than one row: references between sheets, agents by the kind of their
//! episode, and the order of time.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::cells::in_other_letters;
use super::meta::Cohort;
use super::problems::{Place, Problems};
use super::record::Study;
use super::sheet::{Table, Tables};
use super::values::unknown_drug;
use crate::case::{Certainty, Decision, FactSheet, KnownSheet, Report, Reported, Value};
use crate::ontology::{Ontology, nearest};

mod defaults;
mod time;

pub(super) use defaults::defaults;
use time::time;

/// Checks what the reports of one case say together.
pub(super) fn case(
    reports: &[Report],
    decisions: &[&Decision],
    tables: &Tables<'_>,
    ontology: &Ontology,
    problems: &mut Problems,
) {
    agents(reports, tables, ontology, problems);
    time(reports, tables, ontology, problems);
    numbering(reports, tables, problems);
    rulings(reports, decisions, tables, problems);
}

/// No two cases have keys that differ in capitals only.
fn keys_alike(study: &Study, tables: &Tables<'_>, problems: &mut Problems) {
    let Some(table) = tables.get("cases") else {
        return;
    };
    let mut seen: HashMap<String, &str> = HashMap::new();
    let mut alike: BTreeMap<&str, &str> = BTreeMap::new();
    for case in &study.cases {
        let other = *seen.entry(case.to_lowercase()).or_insert(case);
        if other != case {
            alike.insert(case, other);
        }
    }
    for row in &table.rows {
        if let Some(other) = alike.get(table.get(row, "case")) {
            problems.cell(&table.place(row, "case"), in_other_letters(other));
        }
    }
}

/// Every key that a row names must exist.
pub(super) fn references(study: &Study, tables: &Tables<'_>, problems: &mut Problems) {
    keys_alike(study, tables, problems);
    let cases: BTreeSet<&str> = study.cases.iter().map(String::as_str).collect();
    let sources: BTreeSet<&str> = study.publications.keys().map(String::as_str).collect();
    // Where these sheets lack rows, references would be wrong only because of that.
    let (no_cases, no_sources) = (
        tables.get("cases").is_none_or(|table| table.damaged),
        tables.get("publications").is_none_or(|table| table.damaged),
    );
    for (&name, table) in tables {
        let columns: &[(&str, bool)] = match name {
            "publications" => &[],
            "cohorts" => &[("case", true), ("publication", false)],
            "claims" | "cases" => &[("source", false)],
            "series" => &[("source", false), ("about", false)],
            "decisions" => &[("case", true)],
            "appraisals" | "screening" => &[("publication", false)],
            _ => &[("case", true), ("source", false)],
        };
        for &(heading, is_case) in columns {
            let (known, skip) = if is_case {
                (&cases, no_cases)
            } else {
                (&sources, no_sources)
            };
            if skip {
                continue;
            }
            for row in &table.rows {
                let key = table.get(row, heading);
                if key.is_empty() || known.contains(key) {
                    continue;
                }
                let near = nearest(&key.to_lowercase(), known.iter().copied());
                let near = near.into_iter().map(str::to_owned).collect();
                let rule = if is_case {
                    "is no case: declare it by a row in cases.csv"
                } else {
                    "is no source: add it to publications.csv"
                };
                problems.cell_near(&table.place(row, heading), rule, near);
            }
        }
    }
    if let Some(table) = tables.get("cohorts") {
        placed_once(study, table, problems);
    }
    if let (Some(table), false) = (tables.get("claims"), no_cases) {
        for row in &table.rows {
            for key in table.get(row, "cases").split([';', ',']).map(str::trim) {
                if !key.is_empty() && !cases.contains(key) {
                    let near = nearest(&key.to_lowercase(), cases.iter().copied());
                    let near = near.into_iter().map(str::to_owned).collect();
                    let rule = format!("names no case: {key:?} has no row in cases.csv");
                    problems.cell_near(&table.place(row, "cases"), rule, near);
                }
            }
        }
    }
}

/// Where `study.toml` describes cohorts, the sheet names no other: a misspelt one would count.
pub(super) fn cohort_names(described: &[Cohort], table: &Table, problems: &mut Problems) {
    if described.is_empty() {
        return;
    }
    let known: BTreeSet<&str> = described
        .iter()
        .map(|cohort| cohort.name.as_str())
        .collect();
    for row in &table.rows {
        let name = table.get(row, "cohort");
        if !name.is_empty() && !known.contains(name) {
            let near = nearest(&name.to_lowercase(), known.iter().copied());
            let near = near.into_iter().map(str::to_owned).collect();
            problems.cell_near(
                &table.place(row, "cohort"),
                "is no cohort of study.toml: correct it, or describe it there",
                near,
            );
        }
    }
}

/// A ruling is on something that is reported, takes a value that a source gives, and stands alone.
fn rulings(
    reports: &[Report],
    decisions: &[&Decision],
    tables: &Tables<'_>,
    problems: &mut Problems,
) {
    let Some(table) = tables.get("decisions") else {
        return;
    };
    let mut ruled = BTreeSet::new();
    for decision in decisions {
        let Some(row) = table.numbered(decision.row) else {
            continue;
        };
        let on = (decision.sheet, decision.item, decision.column);
        if !ruled.insert(on) {
            problems.cell(
                &table.place(row, "column"),
                "is ruled on twice for this item: keep one ruling",
            );
            continue;
        }
        let about: Vec<&Report> = reports
            .iter()
            .filter(|r| r.sheet == decision.sheet && r.item == decision.item)
            .collect();
        // A sheet that is missing or damaged is told as such, and not once more for each ruling on it.
        let sheet = tables.get(decision.sheet.name());
        if about.is_empty() && sheet.map_or(!decision.sheet.optional(), |sheet| sheet.damaged) {
            continue;
        }
        if about.is_empty() {
            let heading = if decision.sheet.numbered() {
                "item"
            } else {
                "case"
            };
            problems.cell(
                &table.place(row, heading),
                format!(
                    "is ruled on, but no row of {}.csv is about it",
                    decision.sheet.name()
                ),
            );
            continue;
        }
        let stated = about.iter().any(|report| {
            report
                .cells
                .iter()
                .any(|(column, cell)| *column == decision.column && *cell == decision.value)
        });
        if !stated {
            problems.cell(
                &table.place(row, "value"),
                "is what no source reports: a ruling chooses between reports and adds none",
            );
        }
    }
}

/// One source does not call one item by two names: that is two items with one number.
fn numbering(reports: &[Report], tables: &Tables<'_>, problems: &mut Problems) {
    let mut named: BTreeMap<_, (&Report, &[Value])> = BTreeMap::new();
    for report in reports
        .iter()
        .filter(|report| report.certainty == Certainty::Stated)
    {
        let Some(heading) = report.sheet.identity().first() else {
            continue;
        };
        let Some(column) = report.sheet.column(heading) else {
            continue;
        };
        let values = values_of(report, column);
        // Drugs of the vocabulary only: a procedure may be worded twice.
        if values.is_empty() || values.iter().any(|value| matches!(value, Value::Text(_))) {
            continue;
        }
        let key = (report.sheet, report.item, report.source.as_str());
        let (first, known) = *named.entry(key).or_insert((report, values));
        if known != values {
            let rule = format!(
                "is item {} of this source already as something else in row {}: number them apart",
                report.item, first.row
            );
            at(report, heading, tables, |place| problems.cell(&place, rule));
        }
    }
}

/// A case counts or it does not; one in no cohort is worth a look.
fn placed_once(study: &Study, table: &Table, problems: &mut Problems) {
    let counted = |cohort: &str| study.cohorts.iter().any(|c| c.name == cohort && c.counted);
    let mut placed: BTreeMap<&str, bool> = BTreeMap::new();
    for row in &table.rows {
        let (case, cohort) = (table.get(row, "case"), table.get(row, "cohort"));
        let counts = counted(cohort);
        if placed
            .insert(case, counts)
            .is_some_and(|before| before != counts)
        {
            let place = table.place(row, "case");
            problems.cell(
                &place,
                "is in a cohort that counts and in one that does not: keep one",
            );
        }
    }
    let missing: Vec<&str> = study
        .cases
        .iter()
        .map(String::as_str)
        .filter(|case| !placed.contains_key(case))
        .collect();
    if !missing.is_empty() {
        problems.warn_file(
            &table.file,
            format!(
                "names no cohort for {}: they are not counted in analyses by cohort",
                missing.join(", ")
            ),
        );
    }
}

/// Agents of an episode of drugs are drugs of the vocabulary; of other kinds, plain words do.
fn agents(reports: &[Report], tables: &Tables<'_>, ontology: &Ontology, problems: &mut Problems) {
    let kind = FactSheet::treatments().column("kind").unwrap_or_default();
    let mut procedures: BTreeSet<u32> = BTreeSet::new();
    let mut medical: BTreeSet<u32> = BTreeSet::new();
    for report in reports {
        if report.sheet != FactSheet::treatments() {
            continue;
        }
        for value in values_of(report, kind) {
            let thing = report.item;
            let drugs =
                matches!(value, Value::Code(word) if word == "drug" || word == "chemotherapy");
            if drugs {
                medical.insert(thing)
            } else {
                procedures.insert(thing)
            };
        }
    }
    for report in reports {
        let thing = report.item;
        let free = report.sheet == FactSheet::treatments()
            && procedures.contains(&thing)
            && !medical.contains(&thing);
        if free
            || !matches!(
                report.sheet.known(),
                Some(KnownSheet::Treatments | KnownSheet::AdverseEvents)
            )
        {
            continue;
        }
        for heading in ["agent", "with"] {
            let Some(column) = report.sheet.column(heading) else {
                continue;
            };
            for value in values_of(report, column) {
                if let Value::Text(word) = value {
                    let (rule, near) = unknown_drug(word, ontology);
                    at(report, heading, tables, |place| {
                        problems.cell_near(&place, rule, near);
                    });
                }
            }
        }
    }
}

fn values_of(report: &Report, column: usize) -> &[Value] {
    report
        .cells
        .iter()
        .find(|(index, _)| *index == column)
        .and_then(|(_, cell)| match cell {
            Reported::Values(values) => Some(values.as_slice()),
            Reported::NotReported | Reported::NotApplicable => None,
        })
        .unwrap_or_default()
}

/// Calls with the place of a report's cell.
fn at(report: &Report, heading: &str, tables: &Tables<'_>, then: impl FnOnce(Place<'_>)) {
    let Some(table) = tables.get(report.sheet.name()) else {
        return;
    };
    if let Some(row) = table.numbered(report.row) {
        then(table.place(row, heading));
    }
}
