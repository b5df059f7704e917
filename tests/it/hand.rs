//! The numbers that `tests/fixtures/tiny/README.md` works out by hand, against what the analyses
//! find. Nothing here is copied from a result.

mod appraisal;
mod course;
mod order;
mod time;

use std::collections::BTreeMap;

use casegraph::report::analysis_json;
use serde_json::{Value, json};

use crate::queries::compute;
use crate::support::TINY;

fn result(slug: &str, set: &[(&str, &str)]) -> Value {
    let saved = TINY.catalogue.find(slug).expect("a saved analysis");
    let text = analysis_json(&compute(&TINY, saved, set), "").to_string();
    serde_json::from_str(&text).expect("JSON")
}

fn rows(slug: &str) -> Vec<Value> {
    result(slug, &[])["rows"].as_array().expect("rows").clone()
}

/// "2 of 4", or "none known" where there is no rate.
fn of(rate: &Value) -> String {
    match rate["n"].as_u64() {
        Some(n) => format!("{} of {n}", rate["successes"]),
        None => "none known".to_owned(),
    }
}

fn groups(slug: &str) -> BTreeMap<String, String> {
    groups_with(slug, &[])
}

fn groups_with(slug: &str, set: &[(&str, &str)]) -> BTreeMap<String, String> {
    let result = result(slug, set);
    let groups = result["result"]["groups"].as_array().expect("groups");
    groups
        .iter()
        .map(|group| {
            let label = group["group"].as_str().expect("a label").to_owned();
            (label, of(&group["objective_response"]))
        })
        .collect()
}

fn map<const N: usize>(pairs: [(&str, &str); N]) -> BTreeMap<String, String> {
    pairs
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect()
}

fn left_out(result: &Value) -> Vec<&str> {
    let exclusions = result["excluded"].as_array().expect("exclusions");
    let mut units: Vec<&str> = exclusions
        .iter()
        .flat_map(|exclusion| exclusion["units"].as_array().expect("units"))
        .map(|unit| unit.as_str().expect("a case"))
        .collect();
    units.sort_unstable();
    units
}

fn reason<'a>(result: &'a Value, case: &str) -> &'a str {
    let exclusions = result["excluded"].as_array().expect("exclusions");
    exclusions
        .iter()
        .find(|exclusion| {
            exclusion["units"]
                .as_array()
                .is_some_and(|u| u.contains(&json!(case)))
        })
        .and_then(|exclusion| exclusion["reason"].as_str())
        .unwrap_or_else(|| panic!("{case} is not left out"))
}

#[test]
fn eight_cases_count() {
    let cases: Vec<Value> = rows("cohort/cases")
        .iter()
        .map(|row| row["case"].clone())
        .collect();
    let expected: Vec<Value> = (1..=8).map(|n| json!(format!("case-{n}"))).collect();
    assert_eq!(cases, expected);
    let exclusions = rows("cohort/exclusions");
    let reason = |n: usize| {
        (
            exclusions[n]["case"].clone(),
            exclusions[n]["reason"].clone(),
        )
    };
    let mut reasons = [reason(0), reason(1)];
    reasons.sort_by_key(|(case, _)| case.to_string());
    assert_eq!(reasons[0], (json!("case-10"), json!("untreated")));
    assert_eq!(
        reasons[1],
        (json!("case-9"), json!("partner not stated: crizotinib"))
    );
}

#[test]
fn consensus_follows_the_rules() {
    let response = |case: &str| {
        rows("response/overall")
            .into_iter()
            .find(|row| row["case"] == case)
            .expect("the case")
    };
    assert_eq!(response("case-2")["response"], "CR");
    assert_eq!(response("case-2")["derived"], true);
    assert_eq!(response("case-5")["response"], Value::Null);
    assert_eq!(response("case-7")["response"], Value::Null);
    let overall = result("response/overall", &[]);
    assert!(reason(&overall, "case-2").contains("derived, not stated (CR)"));
    assert!(reason(&overall, "case-5").contains("conflicting reports"));
    assert!(reason(&overall, "case-7").contains("weak evidence only"));
    assert!(reason(&overall, "case-8").contains("source not read"));
    let mut conflicts: Vec<Value> = rows("evidence/conflicts")
        .iter()
        .map(|row| row["case"].clone())
        .collect();
    conflicts.sort_by_key(ToString::to_string);
    assert_eq!(conflicts, ["case-5", "case-8"]);
    let refinements = rows("evidence/refinements");
    assert_eq!(refinements.len(), 1);
    assert_eq!(refinements[0]["case"], "case-2");
    assert_eq!(refinements[0]["chosen"], "CR");
    let resolved = TINY.rows(
        "SELECT ?case ?how ?taken { ?conflict a cg:Conflict ; cg:onCase/cg:caseKey ?case ;
           cg:resolution ?how . OPTIONAL { ?conflict cg:chosen ?taken } } ORDER BY ?case",
    );
    assert_eq!(
        resolved,
        [
            ["case-5", "unresolved", ""],
            ["case-8", "curator's decision", "spindle cell sarcoma"],
        ]
    );
    let derived = rows("evidence/derived");
    assert_eq!(derived.len(), 2);
    assert_eq!(
        (&derived[0]["case"], &derived[0]["value_text"]),
        (&json!("case-2"), &json!("complete response"))
    );
    assert_eq!(
        (&derived[1]["case"], &derived[1]["value_text"]),
        (&json!("case-5"), &json!("5"))
    );
    assert_eq!(rows("evidence/decisions").len(), 1);
    let missing = TINY.rows(
        "SELECT ?reason { <https://w3id.org/casegraph/tiny/case/case-5/follow-up> cg:missing [
           cg:ofProperty cg:months ; cg:missingReason ?reason ] }",
    );
    assert_eq!(missing, [["not reported"]]);
}

#[test]
fn response_rates() {
    let overall = result("response/overall", &[]);
    let all = &overall["result"]["overall"];
    assert_eq!(of(&all["objective_response"]), "2 of 4");
    assert_eq!(of(&all["disease_control"]), "3 of 4");
    assert_eq!(of(&all["objective_response_with_words"]), "3 of 5");
    assert_eq!(of(&all["disease_control_with_words"]), "4 of 5");
    assert_eq!(all["responders"], json!(["case-1", "case-3"]));
    assert_eq!(all["derived"], json!(["case-2"]));
    assert_eq!(
        overall["counted"],
        json!(["case-1", "case-3", "case-4", "case-6"])
    );
    assert_eq!(left_out(&overall), ["case-2", "case-5", "case-7", "case-8"]);
    for (cohort, rate) in [("cohort:north", "2 of 3"), ("cohort:south", "0 of 1")] {
        let found = result("response/overall", &[("cohort", cohort)]);
        assert_eq!(
            of(&found["result"]["overall"]["objective_response"]),
            rate,
            "{cohort}"
        );
    }
}

#[test]
fn response_by_group() {
    assert_eq!(
        groups("response/by-partner"),
        map([
            ("RANBP2", "1 of 1"),
            ("TPM3", "0 of 1"),
            ("EML4", "none known"),
            ("several", "1 of 1"),
            ("not known", "0 of 1"),
        ])
    );
    assert_eq!(
        groups("response/by-histology"),
        map([
            ("inflammatory myofibroblastic tumor", "2 of 3"),
            ("epithelioid inflammatory myofibroblastic sarcoma", "0 of 1"),
            ("leiomyosarcoma", "none known"),
            ("spindle cell sarcoma", "none known"),
        ])
    );
    let ages = groups("response/by-age-group");
    assert_eq!(
        (&ages["pediatric"][..], &ages["adult"][..]),
        ("1 of 1", "1 of 3")
    );
    assert_eq!(
        groups("bias/by-report-kind"),
        map([("case-report", "1 of 2"), ("series", "1 of 2")])
    );
    let next = result("response/next-line", &[]);
    let next = &next["result"]["overall"];
    assert_eq!(of(&next["objective_response"]), "1 of 2");
    assert_eq!(next["responders"], json!(["case-1"]));
}

/// Complete responses with and without surgery, as "yes of n".
fn surgery(timing: &str) -> BTreeMap<String, String> {
    let found = result(
        "response/complete-response-by-surgery",
        &[("timing", timing)],
    );
    assert_eq!(left_out(&found), ["case-2", "case-5", "case-7", "case-8"]);
    let found = &found["result"]["counts"];
    let names = found["columns"].as_array().expect("columns");
    let yes = names.iter().position(|name| name == "yes").expect("yes");
    found["rows"]
        .as_array()
        .expect("rows")
        .iter()
        .zip(found["counts"].as_array().expect("counts"))
        .map(|(group, counts)| {
            let counts: Vec<u64> = serde_json::from_value(counts.clone()).expect("counts");
            let text = format!("{} of {}", counts[yes], counts.iter().sum::<u64>());
            (group.as_str().expect("a group").to_owned(), text)
        })
        .collect()
}

#[test]
fn complete_response_and_surgery() {
    assert_eq!(surgery("any"), map([("yes", "1 of 2"), ("no", "0 of 2")]));
    assert_eq!(surgery("after"), map([("yes", "1 of 1"), ("no", "0 of 3")]));
}

fn counts(slug: &str, key: &str, count: &str) -> BTreeMap<String, u64> {
    let pairs = rows(slug).into_iter().map(|row| {
        let key = row[key].as_str().unwrap_or_default().to_owned();
        (key, row[count].as_u64().expect("a count"))
    });
    pairs.collect()
}

fn counted<const N: usize>(pairs: [(&str, u64); N]) -> BTreeMap<String, u64> {
    pairs
        .into_iter()
        .map(|(key, n)| (key.to_owned(), n))
        .collect()
}

#[test]
fn counts_of_things() {
    assert_eq!(
        counts("partner/counts", "partner", "cases"),
        counted([
            ("RANBP2", 3),
            ("EML4", 2),
            ("TPM3", 1),
            ("several", 1),
            ("unknown", 1)
        ])
    );
    assert_eq!(rows("partner/breakpoints").len(), 9);
    let histology = rows("cohort/histology");
    let text = serde_json::to_string(&histology).expect("text");
    for (name, n) in [
        ("inflammatory myofibroblastic tumor", 4),
        ("epithelioid inflammatory myofibroblastic sarcoma", 2),
        ("leiomyosarcoma", 1),
        ("spindle cell sarcoma", 1),
    ] {
        let row = histology
            .iter()
            .find(|row| {
                row.as_object()
                    .is_some_and(|r| r.values().any(|v| v == name))
            })
            .unwrap_or_else(|| panic!("{name}: {text}"));
        assert_eq!(row["cases"], json!(n), "{name}: {text}");
    }
    let sexes = result("cohort/demographics", &[]);
    assert_eq!(left_out(&sexes), ["case-8"]);
    let sexes = &sexes["result"];
    assert_eq!(sexes["rows"], json!(["adult", "pediatric"]));
    assert_eq!(sexes["columns"], json!(["female", "male"]));
    assert_eq!(sexes["counts"], json!([[1, 3], [3, 0]]));
    assert_eq!(rows("treatment/episodes").len(), 13);
    let kinds: Vec<Value> = rows("treatment/episodes")
        .iter()
        .map(|r| r["kind"].clone())
        .collect();
    assert_eq!(
        kinds
            .iter()
            .filter(|kind| **kind == json!("surgery"))
            .count(),
        2
    );
    assert_eq!(
        counts("treatment/drugs", "drug_name", "episodes"),
        counted([
            ("crizotinib", 8),
            ("alectinib", 1),
            ("ceritinib", 1),
            ("doxorubicin", 1)
        ])
    );
    let next = result("treatment/next-line", &[]);
    assert_eq!(next["counted"], json!(["case-1", "case-4"]));
    assert_eq!(left_out(&next).len(), 6);
    assert_eq!(reason(&next, "case-2"), "none reported");
}

/// The invented review's claims: two agree with the cases, one does not.
#[test]
fn claims_beside_the_cases() {
    let claims = rows("evidence/claims");
    assert_eq!(claims.len(), 3);
    for (claim, agrees) in [("invented-c1", true), ("invented-c2", false)] {
        let stated = TINY.rows(&format!(
            "SELECT ?n ?d ?analysis ?parameters {{ GRAPH ?g {{ claim:{claim} cg:numerator ?n ;
               cg:denominator ?d ; cg:analysis ?analysis ; cg:parameters ?parameters }} }}"
        ));
        let [n, d, analysis, parameters] = &stated[0][..] else {
            panic!("{claim}: {stated:?}");
        };
        let set = parameters.split_once('=').expect("NAME=VALUE");
        let found = result(analysis, &[set]);
        let rate = of(&found["result"]["overall"]["objective_response"]);
        assert_eq!(rate == format!("{n} of {d}"), agrees, "{claim}: {rate}");
    }
}
