//! The study as typed columns: an engine of columns counts the cases that the analyses count.
#![cfg(feature = "parquet")]

use std::collections::{BTreeMap, BTreeSet};

use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row};
use serde_json::Value;

use crate::support::{Tiny, files_below};

/// The rows of a file of columns, each by the names of its columns; a gap has no entry.
fn columns(files: &BTreeMap<String, Vec<u8>>, name: &str) -> Vec<BTreeMap<String, String>> {
    let bytes = files[&format!("{name}.parquet")].clone();
    let file = SerializedFileReader::new(bytes::Bytes::from(bytes)).expect("a file of columns");
    let rows = file.get_row_iter(None).expect("rows");
    let row = |row: Row| {
        let cells = row.get_column_iter();
        let known = cells.filter(|(_, cell)| **cell != Field::Null);
        let known = known.map(|(name, cell)| {
            let text = match cell {
                Field::Str(text) => text.clone(),
                other => other.to_string(),
            };
            (name.clone(), text)
        });
        known.collect()
    };
    rows.map(|one| row(one.expect("a row"))).collect()
}

/// What views.sql says, said again here: an engine of columns counts the cases that an analysis counts.
#[test]
fn columns_give_the_cases_of_the_analyses() {
    let tiny = Tiny::new();
    tiny.run(&["export", "parquet", "columns"]).ok();
    let files = files_below(&tiny.dir().join("columns"));
    let cases = columns(&files, "cases");
    let counted: BTreeSet<&str> = cases
        .iter()
        .filter(|case| case["counted"] == "true")
        .map(|case| case["case_key"].as_str())
        .collect();
    let concepts = columns(&files, "concept");
    let code = |term: &str| {
        let found = concepts.iter().find(|concept| concept["term"] == term);
        found.and_then(|concept| concept.get("code").cloned())
    };
    let derived = columns(&files, "derived");
    let is_derived = |case: &str, item: &str, field: &str| {
        let is = |one: &&BTreeMap<String, String>| {
            one["case_key"] == case && one["item"] == item && one["field"] == field
        };
        derived
            .iter()
            .any(|one| is(&one) && one["sheet"] == "treatments")
    };
    let treatments = columns(&files, "treatments");
    let mut evaluated = BTreeSet::new();
    let mut objective = BTreeSet::new();
    for first in columns(&files, "first_of") {
        let (case, item) = (first["case_key"].as_str(), first["item"].as_str());
        if first["drug"] != "drug:crizotinib" || !counted.contains(case) {
            continue;
        }
        let is = |one: &&BTreeMap<String, String>| one["case_key"] == case && one["item"] == item;
        let treatment = treatments.iter().find(is).expect("its treatment");
        let response = treatment.get("best_response").and_then(|term| code(term));
        let Some(response) = response.filter(|_| !is_derived(case, item, "best_response")) else {
            continue;
        };
        if ["CR", "PR", "SD", "PD"].contains(&response.as_str()) {
            evaluated.insert(case.to_owned());
        }
        if ["CR", "PR"].contains(&response.as_str()) {
            objective.insert(case.to_owned());
        }
    }
    let names = |analysis: &str, standing: &str| -> BTreeSet<String> {
        let ran = tiny.run(&["run", analysis, "--format", "json"]).ok();
        let json: Value = serde_json::from_str(&ran).expect("JSON");
        let names = json[standing].as_array().expect("cases").iter();
        names
            .map(|name| name.as_str().expect("a key").to_owned())
            .collect()
    };
    assert_eq!(evaluated, names("response/overall", "counted"));
    assert_eq!(objective, names("response/overall", "numerator"));

    let within = columns(&files, "within");
    let has = |term: &str, above: &str| {
        let is = |one: &BTreeMap<String, String>| one["term"] == term && one["above"] == above;
        within.iter().any(is)
    };
    let treated: BTreeSet<String> = columns(&files, "several")
        .into_iter()
        .filter(|one| one["sheet"] == "treatments" && one["field"] == "agent")
        .filter(|one| has(&one["member"], "drug:crizotinib"))
        .map(|one| one["case_key"].clone())
        .filter(|case| counted.contains(case.as_str()))
        .collect();
    let with_time: BTreeSet<String> = columns(&files, "follow_up")
        .into_iter()
        .filter(|one| treated.contains(&one["case_key"]))
        .filter(|one| one.contains_key("months") && one.contains_key("status"))
        .map(|one| one["case_key"].clone())
        .collect();
    assert_eq!(with_time, names("survival/overall", "counted"));
    let missing = columns(&files, "missing");
    assert!(missing.iter().all(|one| !one["reason"].is_empty()) && !missing.is_empty());
}
