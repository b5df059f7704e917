//! Order in time and exposure count only where they are stated.

use std::fs;

use serde_json::{Value, json};

use super::{left_out, reason, rows};
use crate::support::{Tiny, read};

/// The invented study with other treatments: `case,item,order,kind,agent,line,start_months,response`.
fn with_treatments(lines: &[&str]) -> Tiny {
    let tiny = Tiny::new();
    let fixture = read("tests/fixtures/tiny/treatments.csv");
    let mut sheet = format!("{}\n", fixture.lines().next().expect("headings"));
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        let [case, item, order, kind, agent, months_line, start, response] = cells[..] else {
            panic!("{line}");
        };
        let source = match case {
            "case-3" | "case-4" | "case-5" => "invented-3".to_owned(),
            "case-6" | "case-7" | "case-8" => {
                format!(
                    "invented-{}",
                    case.replace("case-", "").parse::<u32>().expect("a number") - 2
                )
            }
            _ => case.replace("case", "invented"),
        };
        sheet.push_str(&format!(
            "{case},{item},{source},p. 1,stated,{order},{kind},{agent},,{months_line},,{start},,{response},,,,,,,,\n"
        ));
    }
    fs::write(tiny.sheet("treatments.csv"), sheet).expect("written");
    tiny
}

fn asked(tiny: &Tiny, arguments: &[&str]) -> Value {
    let arguments = [&["run"], arguments, &["--format", "json"]].concat();
    serde_json::from_str(&tiny.run(&arguments).ok()).expect("JSON")
}

fn row<'a>(found: &'a Value, case: &str) -> &'a Value {
    let rows = found["rows"].as_array().expect("rows");
    rows.iter()
        .find(|row| row["case"] == case)
        .unwrap_or_else(|| panic!("no row of {case}"))
}

const SEQUENCES: [&str; 16] = [
    // Before by months, though listed after.
    "case-1,1,,drug,crizotinib,,0,PD",
    "case-1,2,,drug,ceritinib,,-6,PR",
    // Neither order nor months.
    "case-2,1,,drug,crizotinib,,,PD",
    "case-2,2,,drug,ceritinib,,,PR",
    "case-3,1,1,drug,crizotinib,,,PD",
    "case-3,2,2,drug,ceritinib,,,PR",
    // After by item, before by order.
    "case-4,1,2,drug,crizotinib,,,PD",
    "case-4,2,1,drug,ceritinib,,,PR",
    // Twice the same drug, and the answers agree.
    "case-5,1,,drug,crizotinib,,,PR",
    "case-5,2,,drug,crizotinib,,,PR",
    // Twice the same drug, and they do not.
    "case-6,1,,drug,crizotinib,,,PR",
    "case-6,2,,drug,crizotinib,,,PD",
    // Begun together.
    "case-7,1,,drug,crizotinib,,0,SD",
    "case-7,2,,drug,ceritinib,,0,PR",
    "case-8,1,,drug,alectinib,2,,PR",
    "case-8,2,,drug,crizotinib,1,,PD",
];

#[test]
fn what_came_next_is_what_a_source_places_there() {
    let tiny = with_treatments(&SEQUENCES);
    let next = asked(&tiny, &["treatment/next-line"]);
    assert_eq!(next["counted"], json!(["case-3", "case-8"]));
    for case in ["case-1", "case-4"] {
        assert_eq!(reason(&next, case), "none reported", "{case}");
    }
    for case in ["case-2", "case-5", "case-6", "case-7"] {
        assert_eq!(reason(&next, case), "order not known", "{case}");
    }
    let response = asked(&tiny, &["response/next-line"]);
    let all = &response["result"]["overall"];
    assert_eq!(all["responders"], json!(["case-3", "case-8"]));
    // What was given before is no later drug; of the others it is not known.
    assert_eq!(left_out(&response), ["case-2", "case-7"]);
    assert_eq!(reason(&response, "case-7"), "response: order not known");
    let resistance = asked(&tiny, &["treatment/resistance"]);
    assert_eq!(reason(&resistance, "case-2"), "order not known");
}

#[test]
fn the_first_episode_is_known_by_order_or_by_agreement() {
    let tiny = with_treatments(&SEQUENCES);
    let overall = asked(&tiny, &["response/overall"]);
    assert_eq!(row(&overall, "case-5")["response"], "PR");
    assert_eq!(row(&overall, "case-6")["response"], Value::Null);
    assert_eq!(reason(&overall, "case-6"), "response: order not known");
    let by_drug = asked(&tiny, &["response/by-drug"]);
    assert_eq!(
        reason(&by_drug, "case-6 (crizotinib)"),
        "response: order not known"
    );
    let months = asked(&tiny, &["survival/progression-free"]);
    assert!(reason(&months, "case-5").contains("order not known"));
    let lanes = asked(&tiny, &["treatment/swimmer"]);
    let lanes = lanes["result"].as_array().expect("lanes");
    let unordered = lanes.iter().filter(|lane| lane["order_known"] == false);
    let unordered: Vec<&Value> = unordered.map(|lane| &lane["case"]).collect();
    assert_eq!(unordered, ["case-2", "case-5", "case-6", "case-7"]);
}

/// For whom ceritinib is considered after crizotinib: who had crizotinib before it is like them, and
/// of whom the order is not known it is not said.
#[test]
fn prior_drugs_are_those_stated_to_come_before() {
    let tiny = with_treatments(&SEQUENCES);
    let found = tiny.run(&[
        "similar",
        "--prior",
        "crizotinib",
        "--drug",
        "ceritinib",
        "--format",
        "json",
    ]);
    let found: Value = serde_json::from_str(&found.ok()).expect("JSON");
    let text = found.to_string();
    assert!(text.contains("order not known"), "{text}");
    let prior = |case: &str| {
        let cases = found["cases"].as_array().expect("cases");
        let case = cases.iter().find(|found| found["case"] == case);
        let items = case.expect("the case")["items"].as_array().expect("items");
        items[0]["value"].clone()
    };
    assert_eq!(prior("case-3"), "crizotinib");
    assert_eq!(prior("case-1"), "not known");
    assert_eq!(prior("case-2"), "order not known");
}

/// Surgery that no source mentions: no where a paper that tells of the treatments was read in full,
/// or where a source says so; else not known.
#[test]
fn surgery_that_nobody_mentions_is_not_known() {
    let surgery = |found: &Value, case: &str| row(found, case)["surgery"].clone();
    let any = super::result("response/complete-response-by-surgery", &[]);
    assert_eq!(surgery(&any, "case-3"), "yes");
    assert_eq!(surgery(&any, "case-4"), "no");
    for case in ["case-2", "case-7", "case-8"] {
        assert_eq!(surgery(&any, case), Value::Null, "{case}");
        assert!(reason(&any, case).ends_with("surgery: not known"), "{case}");
    }
    let tiny = with_treatments(&[
        "case-2,1,,drug,crizotinib,,,CR",
        "case-2,2,,surgery,none,,,",
        "case-7,1,,drug,crizotinib,,,PR",
        "case-7,2,,surgery,resection,,,",
        "case-8,1,1,drug,crizotinib,,,PR",
        "case-8,2,2,surgery,resection,,,",
    ]);
    let any = asked(&tiny, &["response/complete-response-by-surgery"]);
    assert_eq!(surgery(&any, "case-2"), "no");
    assert_eq!(surgery(&any, "case-7"), "yes");
    let after = asked(
        &tiny,
        &[
            "response/complete-response-by-surgery",
            "--set",
            "timing=after",
        ],
    );
    assert_eq!(surgery(&after, "case-2"), "no");
    assert_eq!(reason(&after, "case-7"), "surgery: order not known");
    assert_eq!(surgery(&after, "case-8"), "yes");
    // What was not given is no episode.
    let episodes = asked(&tiny, &["treatment/episodes"]);
    assert_eq!(episodes["rows"].as_array().map(Vec::len), Some(5));
}

#[test]
fn a_statement_on_adverse_events_is_one_number() {
    for slug in [
        "safety/events",
        "safety/by-grade",
        "safety/fatal",
        "safety/leading-to-change",
    ] {
        let found = super::result(slug, &[]);
        assert_eq!(found["result"]["informed"], 4, "{slug}");
        let cautions = found["cautions"].to_string();
        let sentence = "Any statement on adverse events is known for 4 of 8 exposed";
        assert!(cautions.contains(sentence), "{slug}: {cautions}");
    }
    assert_eq!(rows("safety/fatal").len(), 8);
}
