//! A study as a whole: `study.toml` and all sheets, read and checked.

use super::facts::Facts;
use super::meta::{self, Cohort, Described, META};
use super::problems::Problems;
use super::record::Study;
use super::sheet::Tables;
use super::{appraisals, check, genes, headings, patients, records, rows, sheet};
use crate::case::{FactSheet, Membership};
use crate::external::{self, ImportError};
use crate::graph::model::Quad;
use crate::ontology::{Ontology, nearest};
use crate::project::{FileError, Folder};

/// Sheets besides those of facts, and whether a study may do without them.
const OTHER_SHEETS: [(&str, bool); 6] = [
    ("publications", false),
    ("cohorts", false),
    ("claims", true),
    ("series", true),
    ("decisions", true),
    ("appraisals", true),
];

/// The sheets of a study by name, and whether one may do without them.
fn sheets() -> impl Iterator<Item = (&'static str, bool)> {
    let facts = FactSheet::ALL.map(|sheet| (sheet.name(), sheet.optional()));
    OTHER_SHEETS.into_iter().chain(facts)
}

/// The files of a study that are read, of those that there are: its sheets, `study.toml` and what was linked. What else
/// lies in its folder is nobody's business here, however large it is.
///
/// # Errors
/// The folder cannot be read.
pub(super) fn files(folder: &Folder) -> Result<Vec<String>, FileError> {
    let is_sheet = |file: &String| sheets().any(|(name, _)| *file == format!("{name}.csv"));
    let mut names = folder.names_in("", ".csv")?;
    names.retain(is_sheet);
    names.extend(
        folder
            .names_in("", META)?
            .into_iter()
            .filter(|name| name == META),
    );
    names.extend(external::import_files(folder)?);
    Ok(names)
}

/// Reads a study's folder. Problems of all sheets are collected; where there is an error, the
/// study is what could be read of it and must not be built.
///
/// # Errors
/// A file exists and cannot be read at all.
pub fn read(folder: &Folder, ontology: &Ontology) -> Result<(Study, Problems), FileError> {
    let mut problems = Problems::default();
    let Described {
        meta,
        cohorts: described,
        lines,
    } = meta::read(folder, &mut problems)?;
    let mut study = Study {
        meta,
        ..Study::default()
    };
    let mut tables = Tables::new();
    for (name, optional) in sheets() {
        let file = format!("{name}.csv");
        match folder.bytes(&file)? {
            Some(bytes) => {
                if let Some(table) = sheet::read(&folder.display(&file), &bytes, &mut problems) {
                    tables.insert(name, table);
                }
            }
            None if optional => {}
            None => problems.file(
                &folder.display(&file),
                format!(
                    "is missing: every study has it, if only with its headings: {}",
                    headings(name).join(",")
                ),
            ),
        }
    }
    let table = |name: &str| tables.get(name);
    if let Some(table) = table("publications") {
        study.publications = records::publications(table, &mut problems);
    }
    study.facts = Facts::read(&tables, ontology, &mut problems);
    if let Some(table) = table("cohorts") {
        study.memberships = records::memberships(table, &mut problems);
    }
    if let Some(table) = table("claims") {
        study.claims = records::claims(table, &mut problems);
        records::claims_named(table, &study.claims, &mut problems);
    }
    if let Some(table) = table("series") {
        study.series = records::series(table, &mut problems);
    }
    if let Some(table) = table("decisions") {
        study.decisions = rows::decisions(table, ontology, &mut problems);
        study.rulings = patients::rulings(table, &mut problems);
    }
    if let Some(table) = table("appraisals") {
        study.appraisals = appraisals::appraisals(table, &mut problems);
    }
    let linked = linked(folder, &mut problems)?;
    study.undeclared_genes = genes::settle(
        &mut study.facts,
        &mut study.decisions,
        &linked,
        (ontology, &tables),
        &mut problems,
    );
    study.cases = study.facts.cases[..study.facts.declared].to_vec();
    if let Some(table) = table("cohorts") {
        check::cohort_names(&described, table, &mut problems);
    }
    study.cohorts = cohorts(described, &study.memberships);
    check::references(&study, &tables, &mut problems);
    patients::check(&study, &tables, &mut problems);
    let file = folder.display(META);
    check::defaults(&study, (&file, &lines), (ontology, &tables), &mut problems);
    study.tables = tables;
    check_cases(&study, ontology, &mut problems);
    patients::keep_out(&mut study);
    stray_files(folder, &mut problems)?;
    Ok((study, problems))
}

/// Checks what the sheets say of each case, also of those that `cases.csv` lacks.
fn check_cases(study: &Study, ontology: &Ontology, problems: &mut Problems) {
    let mut ruled = study.ruled();
    for (at, case) in study.facts.cases.iter().enumerate() {
        let reports = study.facts.of_case(at, &study.tables, ontology);
        let decisions = ruled.remove(case.as_str()).unwrap_or_default();
        check::case(&reports, &decisions, &study.tables, ontology, problems);
    }
    // What is left is on cases that no sheet has.
    for decision in &study.decisions {
        if ruled.contains_key(decision.case.as_str()) {
            check::case(&[], &[decision], &study.tables, ontology, problems);
        }
    }
}

/// What was linked of other sources.
fn linked(folder: &Folder, problems: &mut Problems) -> Result<Vec<Quad>, FileError> {
    match external::imports(folder) {
        Ok(quads) => Ok(quads),
        Err(ImportError::File(error)) => Err(error),
        Err(error) => {
            problems.file(&folder.display("imports"), error.to_string());
            Ok(Vec::new())
        }
    }
}

/// A CSV file that is no sheet is most likely one whose name is misspelt. Slices lie in one folder and not below it.
fn stray_files(folder: &Folder, problems: &mut Problems) -> Result<(), FileError> {
    let known: Vec<&str> = sheets().map(|(name, _)| name).collect();
    for file in &folder.names_in("", ".csv")? {
        let name = file.trim_end_matches(".csv");
        if !known.contains(&name) {
            let near = nearest(&name.to_lowercase(), known.iter().copied()).join(", ");
            let near = if near.is_empty() {
                near
            } else {
                format!("; nearest: {near}")
            };
            problems.warn_file(
                &folder.display(file),
                format!("is no sheet and is not read{near}"),
            );
        }
    }
    for below in folder.folders_in(external::IMPORTS)? {
        problems.warn_file(
            &folder.display(&below),
            "is a folder among the slices and is not read: put the slices in imports/ itself",
        );
    }
    Ok(())
}

/// The headings of the sheet of that name, in order; none if there is no such sheet.
#[must_use]
pub fn headings(name: &str) -> Vec<&'static str> {
    match FactSheet::from_name(name) {
        Some(sheet) => sheet.headings().collect(),
        None => headings::headings(name).to_vec(),
    }
}

/// The cohorts that `study.toml` describes, then those that only the sheet names.
fn cohorts(mut described: Vec<Cohort>, memberships: &[Membership]) -> Vec<Cohort> {
    for membership in memberships {
        if !described
            .iter()
            .any(|cohort| cohort.name == membership.cohort)
        {
            described.push(Cohort {
                name: membership.cohort.clone(),
                description: String::new(),
                counted: membership.cohort != "excluded",
            });
        }
    }
    described
}
