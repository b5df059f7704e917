//! What the methods make of a synthetic study whose truth is known: the guard removes the planted
//! immortal time, bounds hold the truth, and planted second reports of a patient are found.

use std::collections::BTreeSet;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Ran, program};

struct Imported {
    dir: TempDir,
    truth: Value,
}

impl Imported {
    fn new(arguments: &str) -> Self {
        let dir = TempDir::new().expect("a folder");
        let arguments = format!("generate {arguments} --output made");
        Ran::of(program(dir.path()).args(arguments.split(' '))).ok();
        let truth = std::fs::read_to_string(dir.path().join("made/truth.json")).expect("the truth");
        Self {
            truth: serde_json::from_str(&truth).expect("JSON"),
            dir,
        }
    }

    fn json(&self, arguments: &str) -> Value {
        let mut command = program(self.dir.path());
        command.args(["--quiet", "--project", "made"]);
        command
            .args(arguments.split(' '))
            .args(["--format", "json"]);
        serde_json::from_str(&Ran::of(&mut command).ok()).expect("JSON")
    }
}

/// Surgery does nothing to survival here; by rates from time zero it seems to save four in ten.
#[test]
fn the_guard_removes_the_planted_immortal_time() {
    let made = Imported::new("--cases 400 --seed 7");
    let naive = made.truth["surgery"]["naive_rate_ratio"]
        .as_f64()
        .expect("a ratio");
    assert!(naive < 0.7, "{naive}");
    let found = made.json("run survival/by-surgery");
    let survival = &found["result"];
    assert_eq!(survival["groups"].as_array().map(Vec::len), Some(0));
    let coefficient = &survival["immortal_time"]["switching_on"]["coefficients"][0];
    let limit = |end: &str| {
        coefficient["hazard_ratio_interval"][end]
            .as_f64()
            .expect("a limit")
    };
    assert!(
        limit("lower") < 1.0 && 1.0 < limit("upper"),
        "{coefficient}"
    );
    assert!(limit("lower") > naive, "{coefficient}");
    let landmark = &survival["immortal_time"]["landmarks"][0];
    assert!(
        landmark["test"]["p_value"].as_f64().expect("a P") > 0.05,
        "{landmark}"
    );
    // Everyone, whatever the drug: the rates of the truth lie within what the unknown allow.
    let response = made.json("run response/by-partner --set drug=drug:alk-inhibitor");
    let (mut within, mut groups) = (0, 0);
    for bounds in response["bounds"]["groups"].as_array().expect("bounds") {
        let truth = &made.truth["response_by_partner"][bounds["group"].as_str().expect("a name")];
        if let (Some(n), Some(k)) = (truth["patients"].as_f64(), truth["responders"].as_f64()) {
            let (low, high) = (bounds["lowest"].as_f64(), bounds["highest"].as_f64());
            let rate = k / n;
            // A patient without a reported partner counts for the truth and not here.
            let room = 2.0 / n;
            within += i32::from(
                low.is_some_and(|low| low - room <= rate)
                    && high.is_some_and(|high| rate <= high + room),
            );
            groups += 1;
        }
    }
    assert!(groups >= 8 && within >= groups - 1, "{within} of {groups}");
}

#[test]
fn planted_second_reports_are_found() {
    let made = Imported::new("--cases 300 --seed 7");
    let found = made.json("duplicates");
    let pair = |a: &Value, b: &Value| BTreeSet::from([a.to_string(), b.to_string()]);
    let open = found["open"].as_array().expect("a list");
    let shown: Vec<(BTreeSet<String>, f64)> = open
        .iter()
        .map(|open| {
            let reading = open["reading"].as_f64().expect("a number");
            (pair(&open["cases"][0], &open["cases"][1]), reading)
        })
        .collect();
    let planted: Vec<BTreeSet<String>> = made.truth["duplicates"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|planted| pair(&planted["first"], &planted["second"]))
        .collect();
    // Recall and precision of all that is shown, and of what is likelier than not.
    for (least, recall, precision) in [(0.0, 0.8, 0.33), (0.5, 0.7, 0.7)] {
        let shown: Vec<&BTreeSet<String>> = shown
            .iter()
            .filter(|(_, reading)| *reading >= least)
            .map(|(pair, _)| pair)
            .collect();
        let hits = planted.iter().filter(|pair| shown.contains(pair)).count() as f64;
        let (all, seen) = (planted.len() as f64, shown.len() as f64);
        assert!(hits >= recall * all, "{hits} of {all} found at {least}");
        assert!(
            hits >= precision * seen,
            "{hits} of {seen} shown at {least}"
        );
    }
}
