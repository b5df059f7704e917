//! The course of treatment: what followed what, tumor size, exposure and events.

use std::fs;

use serde_json::{Value, json};

use super::{left_out, result};
use crate::support::{Tiny, files, read};

#[test]
fn what_was_found_and_given_after_the_drug() {
    let found = result("treatment/resistance", &[]);
    assert_eq!(left_out(&found), ["case-3", "case-7", "case-8"]);
    let found = &found["result"];
    assert_eq!(found["steps"], json!(["from", "alteration", "to"]));
    let way = |steps: [&str; 3], cases: &[&str]| json!({"steps": steps, "cases": cases});
    assert_eq!(
        found["paths"],
        json!([
            way(
                ["crizotinib", "not reported", "none reported"],
                &["case-2", "case-5", "case-6"]
            ),
            way(["crizotinib", "G1269A", "alectinib"], &["case-1"]),
            way(
                ["crizotinib", "no secondary mutation", "ceritinib"],
                &["case-4"]
            ),
        ])
    );
}

#[test]
fn what_followed_the_drug() {
    let found = result("treatment/next-line", &[]);
    let paths = found["result"]["paths"].as_array().expect("ways");
    let to: Vec<&Value> = paths.iter().map(|path| &path["steps"][1]).collect();
    assert_eq!(to, ["alectinib", "ceritinib"]);
    assert_eq!(left_out(&found).len(), 6);
}

#[test]
fn change_of_size_from_growth_to_shrinkage() {
    let found = result("response/size-change", &[]);
    assert_eq!(
        found["result"]["cases"],
        json!([
            {"case": "case-6", "percent": 35.0, "response": "PD"},
            {"case": "case-4", "percent": 12.0, "response": "SD"},
            {"case": "case-1", "percent": -62.5, "response": "PR"},
            {"case": "case-3", "percent": -100.0, "response": "CR"},
        ])
    );
    assert_eq!(left_out(&found), ["case-2", "case-5", "case-7", "case-8"]);
}

#[test]
fn exposure_is_the_time_on_the_drug_where_it_is_known() {
    let found = result("safety/by-grade", &[]);
    assert_eq!(
        found["result"]["exposure"],
        json!({"cases": 5, "months": 32.0, "shortest": 2.0, "longest": 12.0})
    );
}

#[test]
fn events_stand_under_the_drug_that_they_are_ascribed_to() {
    let found = result("safety/by-drug", &[]);
    assert_eq!(left_out(&found), ["case-2", "case-5", "case-7", "case-8"]);
    let found = &found["result"];
    assert_eq!(found["columns"], json!(["crizotinib (8 exposed)"]));
    assert_eq!(
        found["rows"],
        json!([
            "nausea",
            "none",
            "pneumonitis",
            "transaminase increased",
            "visual disturbance"
        ])
    );
    assert_eq!(found["counts"], json!([[1], [1], [1], [1], [1]]));
}

/// Death is what the vocabulary says of a status, whatever it is called, and a status of which it says
/// nothing is neither death nor life.
#[test]
fn a_label_says_nothing_of_death() {
    let tiny = Tiny::new();
    let ontology = tiny.home().join("ontology");
    for file in files("ontology", ".ttl") {
        let text = read(&file)
            .replace("\"dead-disease\"@en", "\"deceased of disease\"@en")
            .replace(
                "cg:meansDeath false ;\n    skos:topConceptOf",
                "skos:topConceptOf",
            );
        let path = ontology.join(file.trim_start_matches("ontology/"));
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    }
    let run = |name: &str| -> Value {
        let found = tiny.run(&["run", name, "--format", "json"]).ok();
        serde_json::from_str(&found).expect("JSON")
    };
    let survival = run("survival/overall");
    // Cases 2, 4 and 6 died; those who live, the vocabulary no longer knows.
    assert_eq!(survival["result"]["overall"]["events"], 3, "{survival}");
    assert_eq!(survival["result"]["overall"]["n"], 3, "{survival}");
    assert!(
        survival
            .to_string()
            .contains("does not say whether it means death"),
        "{survival}"
    );
    let swimmer = run("treatment/swimmer");
    let lanes = swimmer["result"].as_array().expect("lanes");
    let died = |case: &str| {
        &lanes
            .iter()
            .find(|lane| lane["case"] == case)
            .expect("a lane")["died"]
    };
    assert_eq!(
        (died("case-2"), died("case-7")),
        (&json!(true), &Value::Null)
    );
    let check = tiny.run(&["check"]);
    assert!(
        check.out.contains("status-without-role") && check.status == 1,
        "{}",
        check.out
    );
}

#[test]
fn the_swimmer_knows_when_responses_and_progression_came() {
    let found = result("treatment/swimmer", &[]);
    let lanes = found["result"].as_array().expect("lanes");
    let lane = |case: &str| lanes.iter().find(|lane| lane["case"] == case);
    let first = &lane("case-1").expect("case-1")["episodes"][1];
    assert_eq!(
        (&first["to_response"], &first["progression"]),
        (&json!(1.0), &json!(8.0))
    );
    // Follow-up without progression ends a time, but is none.
    let third = &lane("case-3").expect("case-3")["episodes"][0];
    assert_eq!(third["progression"], Value::Null);
}
