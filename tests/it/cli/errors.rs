//! Errors as data.

use serde_json::{Value, json};

use crate::support::Tiny;

/// What the last line of standard error says.
fn problem(arguments: &[&str], status: i32) -> Value {
    let tiny = Tiny::new();
    let ran = tiny.run(&[arguments, &["--errors", "json"]].concat());
    assert_eq!(ran.out, "");
    let told = ran.fails(status);
    let last = told.lines().last().expect("a line");
    serde_json::from_str(last).unwrap_or_else(|error| panic!("{error}: {told}"))
}

#[test]
fn an_error_says_what_kind_it_is_and_what_is_nearest() {
    let wrong = problem(&["run", "response/by-partner", "--set", "drugg=x"], 2);
    assert_eq!(
        wrong["type"],
        "https://w3id.org/casegraph/problem#parameter"
    );
    assert_eq!(wrong["title"], "A parameter is wrong");
    assert_eq!(
        (&wrong["parameter"], &wrong["nearest"], &wrong["exit"]),
        (&json!("drugg"), &json!(["drug"]), &json!(2))
    );
    let unknown = problem(&["run", "response/by-partnr"], 2);
    assert_eq!(unknown["nearest"][0], "response/by-partner");
    let nobody = problem(&["case", "case-11"], 2);
    assert!(
        nobody["type"]
            .as_str()
            .is_some_and(|kind| kind.ends_with("#not-found"))
    );
    assert_eq!(nobody["nearest"][0], "case-1");
    let patient = problem(&["similar", "--histology", "leiomyosarcomaa"], 2);
    assert_eq!(patient["parameter"], "histology");
    assert_eq!(patient["nearest"][0], "leiomyosarcoma");
}

#[test]
fn arguments_that_cannot_be_read_are_an_error_as_data_too() {
    let usage = problem(&["list", "--fromat", "json"], 2);
    assert_eq!(usage["type"], "https://w3id.org/casegraph/problem#usage");
    assert_eq!(usage["nearest"], json!(["--format"]));
    let tiny = Tiny::new();
    let mut command = tiny.command(&["list", "--fromat"]);
    let told = crate::support::Ran::of(command.env("CASEGRAPH_ERRORS", "json")).fails(2);
    assert!(told.starts_with("{\"type\":"), "{told}");
}

#[test]
fn the_json_of_an_analysis_has_its_printed_tables() {
    let tiny = Tiny::new();
    let run = tiny.run(&["run", "response/by-partner", "--format", "json"]);
    let json: Value = serde_json::from_str(&run.ok()).expect("JSON");
    let table = &json["tables"][0];
    let names = table["columns"].as_array().expect("columns");
    let row = table["rows"][0].as_array().expect("cells");
    assert_eq!(names.len(), row.len());
    let rates = table["rows"].as_array().into_iter().flatten();
    let rates: Vec<&Value> = rates
        .flat_map(|row| row.as_array().into_iter().flatten())
        .filter(|cell| !cell["successes"].is_null())
        .collect();
    let overall = &json["result"]["overall"]["objective_response"];
    assert!(
        rates
            .iter()
            .any(|cell| cell["successes"] == overall["successes"] && cell["n"] == overall["n"]),
        "{rates:?}"
    );
    assert!(json["references"][0]["bibtex"].is_string());
}
