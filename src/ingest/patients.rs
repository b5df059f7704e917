//! Rulings on whether two cases are one patient: rows of `decisions.csv` with `sheet` `cases` and
//! `column` `same-patient`, `different-patients` or `suspected-same-patient`. `case` is the first case, `value`
//! the second.
//!
//! The second case of a ruling `same-patient` is kept out of the counts; what is reported of it stays
//! where it is and is not merged into the first. A suspicion moves no case: one that counts is told.

use std::collections::{BTreeMap, BTreeSet};

use super::cells::complete_ruling;
use super::meta::Cohort;
use super::problems::Problems;
use super::record::Study;
use super::sheet::{Row, Table};
use crate::case::{FactSheet, Membership, MembershipBasis, PatientRuling, Patients};
use crate::ontology::nearest;

/// The cohort of cases that do not count, where a study names none itself.
const EXCLUDED: &str = "excluded";

/// Reads the rulings on pairs of cases.
pub(super) fn rulings(table: &Table, problems: &mut Problems) -> Vec<PatientRuling> {
    let needed = ["case", "sheet", "column", "value", "reason"];
    if needed.iter().any(|name| table.column(name).is_none()) {
        // Told when the other rulings of the sheet were read.
        return Vec::new();
    }
    let mut rulings = Vec::new();
    for row in &table.rows {
        let get = |heading| table.get(row, heading).to_owned();
        let patients = Patients::from_word(table.get(row, "column"));
        let Some(patients) = patients.filter(|_| get("sheet") == FactSheet::cases().name()) else {
            continue;
        };
        complete_ruling(table, row, problems);
        if !get("case").is_empty() && !get("value").is_empty() {
            rulings.push(PatientRuling {
                row: row.number,
                case: get("case").into(),
                other: get("value").into(),
                patients,
                reason: get("reason"),
                curator: get("curator"),
                date: get("date"),
            });
        }
    }
    rulings
}

/// Checks the rulings on pairs: two known cases, each pair ruled on once, and no case that is twice
/// the second one or, over others, its own.
pub(super) fn check(study: &Study, tables: &BTreeMap<&str, Table>, problems: &mut Problems) {
    let Some(table) = tables.get("decisions") else {
        return;
    };
    let cases: BTreeSet<&str> = study.cases.iter().map(String::as_str).collect();
    let damaged = tables.get("cases").is_none_or(|table| table.damaged);
    let mut ruled: BTreeMap<[&str; 2], usize> = BTreeMap::new();
    let mut second: BTreeMap<&str, &PatientRuling> = BTreeMap::new();
    for ruling in &study.rulings {
        let Some(row) = table.numbered(ruling.row) else {
            continue;
        };
        let place = table.place(row, "value");
        if !cases.contains(ruling.other.as_str()) {
            if !damaged {
                let near = nearest(&ruling.other.to_lowercase(), cases.iter().copied());
                let near = near.into_iter().map(str::to_owned).collect();
                let rule = "is no case: name the second case of the pair by its key in cases.csv";
                problems.cell_near(&place, rule, near);
            }
            continue;
        }
        if ruling.case == ruling.other {
            problems.cell(
                &place,
                "is the case itself: a ruling on patients names two cases",
            );
            continue;
        }
        let mut pair = [ruling.case.as_str(), ruling.other.as_str()];
        pair.sort_unstable();
        if let Some(first) = ruled.insert(pair, ruling.row) {
            let rule =
                format!("is ruled on with this case in row {first} already: keep one ruling");
            problems.cell(&place, rule);
            continue;
        }
        if ruling.patients == Patients::Same {
            same(study, ruling, (table, row), &mut second, problems);
        }
        if ruling.patients == Patients::Suspected && counts(study, &ruling.other) {
            let rule = "counts, although it is suspected to be the same patient: exclude it in cohorts.csv, or rule same-patient or different-patients";
            problems.warn_cell(&place, rule, Vec::new());
        }
    }
    for ruling in study
        .rulings
        .iter()
        .filter(|r| r.patients == Patients::Different)
    {
        let root = |case| first_case(case, &second).unwrap_or_default();
        if let Some(row) = table.numbered(ruling.row)
            && ruling.case != ruling.other
            && root(&ruling.case) == root(&ruling.other)
        {
            let rule = format!(
                "is ruled another patient than {}, and other rows make them one: correct one of them",
                ruling.case
            );
            problems.cell(&table.place(row, "value"), rule);
        }
    }
}

/// Checks one ruling that two cases are one patient, and keeps which is the second.
fn same<'s>(
    study: &Study,
    ruling: &'s PatientRuling,
    (table, row): (&Table, &Row),
    second: &mut BTreeMap<&'s str, &'s PatientRuling>,
    problems: &mut Problems,
) {
    let place = table.place(row, "value");
    if let Some(before) = second.get(ruling.other.as_str()) {
        let rule = format!(
            "is the same patient as {} by row {} already: let the other rows name {} as `case`",
            before.case, before.row, before.case
        );
        problems.cell(&place, rule);
        return;
    }
    second.insert(&ruling.other, ruling);
    if first_case(&ruling.other, second).is_none() {
        problems.cell(
            &place,
            "is, over other rows, the same patient as itself: one case of a patient stays first",
        );
        second.remove(ruling.other.as_str());
    } else if counts(study, &ruling.other) && !counts(study, &ruling.case) {
        let rule = format!(
            "counts and {} does not, so that this patient is in no count: change the two about if the patient should count",
            ruling.case
        );
        problems.warn_cell(&place, rule, Vec::new());
    }
}

/// Whether a case is in a cohort that counts.
fn counts(study: &Study, case: &str) -> bool {
    let counted = |name: &str| study.cohorts.iter().any(|c| c.name == name && c.counted);
    study
        .memberships
        .iter()
        .any(|membership| *membership.case == *case && counted(&membership.cohort))
}

/// The case that stays of those that are one patient; `None` if the rulings go round in a circle.
fn first_case<'a>(case: &'a str, second: &BTreeMap<&str, &'a PatientRuling>) -> Option<&'a str> {
    let mut first = case;
    for _ in 0..=second.len() {
        match second.get(first) {
            Some(ruling) => first = &ruling.case,
            None => return Some(first),
        }
    }
    None
}

/// Moves the second case of each ruling `same-patient` into the cohort of excluded cases; the reason
/// keeps the places that it had.
pub(super) fn keep_out(study: &mut Study) {
    let same = study
        .rulings
        .iter()
        .filter(|r| r.patients == Patients::Same);
    let second: BTreeMap<&str, &PatientRuling> =
        same.map(|ruling| (ruling.other.as_str(), ruling)).collect();
    if second.is_empty() {
        return;
    }
    let cohort = excluded(&mut study.cohorts);
    let mut kept_out = Vec::new();
    for (case, ruling) in &second {
        let own = || study.memberships.iter().filter(|m| *m.case == **case);
        let places: Vec<String> = own().map(place_of).collect();
        let before = match places.as_slice() {
            [] => String::new(),
            places => format!(" (in cohorts.csv: {})", places.join("; ")),
        };
        let first = first_case(case, &second).unwrap_or(&ruling.case);
        let publication = own().find(|m| !m.publication.is_empty());
        kept_out.push(Membership {
            cohort: cohort.clone(),
            case: (*case).into(),
            publication: publication
                .map(|m| m.publication.clone())
                .unwrap_or_default(),
            number_in_source: String::new(),
            basis: Some(MembershipBasis::Stated),
            reason: format!("same patient as {first}: {}{before}", ruling.reason),
        });
    }
    study
        .memberships
        .retain(|membership| !second.contains_key(membership.case.as_str()));
    study.memberships.extend(kept_out);
}

/// A membership in words.
fn place_of(membership: &Membership) -> String {
    let mut words = membership.cohort.clone();
    if !membership.number_in_source.is_empty() {
        words.push_str(&format!(", number {}", membership.number_in_source));
    }
    if !membership.reason.is_empty() {
        words.push_str(&format!(", {}", membership.reason));
    }
    words
}

/// The cohort whose cases do not count, made if there is none.
fn excluded(cohorts: &mut Vec<Cohort>) -> String {
    let not_counted = || cohorts.iter().filter(|cohort| !cohort.counted);
    let found = not_counted()
        .find(|cohort| cohort.name == EXCLUDED)
        .or_else(|| not_counted().next());
    if let Some(cohort) = found {
        return cohort.name.clone();
    }
    // A study may have a cohort of this name that counts.
    let taken = cohorts.iter().any(|cohort| cohort.name == EXCLUDED);
    let name = if taken { "same-patient" } else { EXCLUDED };
    cohorts.push(Cohort {
        name: name.to_owned(),
        description: "Cases that do not count.".to_owned(),
        counted: false,
    });
    name.to_owned()
}
