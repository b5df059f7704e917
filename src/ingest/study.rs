//! A study as a whole: `study.toml`, `columns.toml` and all sheets, read and checked.

use std::collections::HashSet;

use super::columns::{self, COLUMNS};
use super::facts::Facts;
use super::meta::{self, Cohort, Described, META};
use super::problems::{Problems, Severity};
use super::record::Study;
use super::sheet::Tables;
use super::{appraisals, check, genes, harmed, patients, records, rows, screening, sheet};
use crate::case::{Membership, Schema, Sheet};
use crate::external::{self, ImportError};
use crate::graph::model::Quad;
use crate::ontology::{Ontology, nearest};
use crate::project::{FileError, Folder};

/// The files of a study that are read, of those that there are: its sheets, `study.toml` and what was linked. What else
/// lies in its folder is nobody's business here, however large it is.
///
/// # Errors
/// The folder cannot be read.
pub fn files(folder: &Folder) -> Result<Vec<String>, FileError> {
    let schema = columns::schema(folder)?;
    let is_sheet = |file: &String| schema.sheets().any(|s| *file == format!("{}.csv", s.name));
    let mut names = folder.names_in("", ".csv")?;
    names.retain(is_sheet);
    for described in [META, COLUMNS] {
        let found = folder.names_in("", described)?.into_iter();
        names.extend(found.filter(|name| name == described));
    }
    names.extend(external::import_files(folder)?);
    Ok(names)
}

/// Reads a study's folder. Problems of all sheets are collected; where there is an error, the
/// study is what could be read of it and must not be built.
///
/// # Errors
/// A file exists and cannot be read at all.
pub fn read(folder: &Folder, ontology: &Ontology) -> Result<(Study, Problems), FileError> {
    read_as(folder, ontology, Severity::Error)
}

/// Reads a study whose genes are about to be looked up in other tables: one that no linked table knows is no error
/// yet.
///
/// # Errors
/// A file exists and cannot be read at all.
pub(super) fn read_to_link(
    folder: &Folder,
    ontology: &Ontology,
) -> Result<(Study, Problems), FileError> {
    read_as(folder, ontology, Severity::Warning)
}

fn read_as(
    folder: &Folder,
    ontology: &Ontology,
    unknown_genes: Severity,
) -> Result<(Study, Problems), FileError> {
    let mut problems = Problems::default();
    let Described {
        meta,
        cohorts: described,
        lines,
        searched,
    } = meta::read(folder, &mut problems)?;
    let schema = columns::read(folder, ontology, &mut problems)?;
    let mut study = Study {
        meta,
        schema,
        ..Study::default()
    };
    let mut tables = Tables::new();
    let workbooks = workbooks(folder)?;
    for Sheet { name, optional, .. } in schema.sheets() {
        let file = format!("{name}.csv");
        match folder.bytes(&file)? {
            Some(bytes) => {
                if let Some(table) = sheet::read(&folder.display(&file), &bytes, &mut problems) {
                    harmed::check(schema, name, &table, &mut problems);
                    tables.insert(*name, table);
                }
            }
            None if *optional => {}
            None if !workbooks.is_empty() => {
                let rule = format!(
                    "is a workbook, and the study has no {file}: `casegraph import` makes sheets of it"
                );
                problems.file(&folder.display(&workbooks[0]), rule);
            }
            None => problems.file(
                &folder.display(&file),
                format!(
                    "is missing: every study has it, if only with its headings: {}",
                    schema.headings(name).join(",")
                ),
            ),
        }
    }
    let table = |name: &str| tables.get(name);
    if let Some(table) = table("publications") {
        study.publications = records::publications(table, &mut problems);
    }
    study.facts = Facts::read(schema, &tables, ontology, &mut problems);
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
        study.decisions = rows::decisions(schema, table, ontology, &mut problems);
        study.rulings = patients::rulings(table, &mut problems);
    }
    if let Some(table) = table("appraisals") {
        study.appraisals = appraisals::appraisals(table, &mut problems);
    }
    if let Some(table) = table("screening") {
        screening::check(table, &mut problems);
        let file = folder.display(META);
        screening::count(table, &mut study.meta, (&file, &searched), &mut problems);
    }
    let linked = linked(folder, &mut problems)?;
    study.undeclared_genes = genes::settle(
        &mut study.facts,
        &mut study.decisions,
        &linked,
        (ontology, &tables),
        unknown_genes,
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
    stray_files(folder, schema, &mut problems)?;
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

/// The workbooks that lie beside the sheets; not those that a spreadsheet program has open, which are hidden.
fn workbooks(folder: &Folder) -> Result<Vec<String>, FileError> {
    let mut names = folder.names_in("", ".xlsx")?;
    names.extend(folder.names_in("", ".ods")?);
    names.retain(|name| !name.starts_with('~'));
    Ok(names)
}

/// A CSV file that is no sheet is most likely one whose name is misspelt. Slices lie in one folder and not below it.
fn stray_files(
    folder: &Folder,
    schema: &'static Schema,
    problems: &mut Problems,
) -> Result<(), FileError> {
    let known: Vec<&str> = schema.sheets().map(|sheet| sheet.name).collect();
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
    for file in workbooks(folder)? {
        let rule = "is a workbook and is not read: `casegraph import` makes sheets of it";
        problems.warn_file(&folder.display(&file), rule);
    }
    for below in folder.folders_in(external::IMPORTS)? {
        problems.warn_file(
            &folder.display(&below),
            "is a folder among the slices and is not read: put the slices in imports/ itself",
        );
    }
    Ok(())
}

/// The cohorts that `study.toml` describes, then those that only the sheet names.
fn cohorts(mut described: Vec<Cohort>, memberships: &[Membership]) -> Vec<Cohort> {
    let mut named: HashSet<String> = described.iter().map(|cohort| cohort.name.clone()).collect();
    for membership in memberships {
        if named.insert(membership.cohort.clone()) {
            described.push(Cohort {
                name: membership.cohort.clone(),
                description: String::new(),
                counted: membership.cohort != "excluded",
            });
        }
    }
    described
}
