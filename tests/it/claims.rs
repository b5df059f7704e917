//! `claims check` on the review of the shipped study, and on reviews with planted faults.

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Ran, Tiny, program, read};

fn shipped(arguments: &[&str]) -> Ran {
    let dir = TempDir::new().expect("a folder");
    Ran::of(
        program(dir.path())
            .args(["claims", "check"])
            .args(arguments),
    )
}

#[test]
fn what_the_review_prints_that_does_not_hold_is_found() {
    let done = shipped(&["--format", "json"]);
    assert_eq!(done.status, 1, "{}", done.err);
    let found: Value = serde_json::from_str(&done.out).expect("JSON");
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let mut faults: Vec<String> = list(&found["findings"])
        .iter()
        .filter(|finding| finding["verdict"] == "disagrees")
        .map(|finding| format!("{}: {}", finding["check"], finding["reason"]).replace('"', ""))
        .collect();
    faults.dedup();
    let wanted = [
        "parts: 16 + 10 + 3 + 1 + 1 = 31, of 30",
        "arms: 10 + 19 = 29, but the source counts 30 patients",
        "possible P: no split of 26 or 29 among pediatric (11) and adult (19) has P = 0.809; the nearest is 10/11 against 19/19, chi-squared with Yates's correction 0.778",
        "dates: search on 2021-08-22, article received on 2021-07-09, which is earlier",
    ];
    assert_eq!(faults, wanted);
    let agreed = |check: &str, reason: &str| {
        list(&found["findings"]).iter().any(|finding| {
            finding["check"] == check
                && finding["verdict"] == "agrees"
                && finding["reason"]
                    .as_str()
                    .is_some_and(|found| found.contains(reason))
        })
    };
    assert!(agreed("flow", "104 − (4 + 3 + 7 + 26 + 9 + 22 + 5) = 28"));
    assert!(agreed("total", "7 + 26 = 33"));
    assert!(agreed("rate", "26/30 = 86.7 %"));
    assert!(agreed("rate", "7/9 = 77.8 %"));
    assert!(agreed("P value", "8/10 against 1/19"));
    // Every claim is in the answer, and those recomputed say of whom something is not known.
    let claims = list(&found["claims"]);
    assert_eq!(claims.len(), 112);
    let response = claims
        .iter()
        .find(|claim| claim["claim"]["id"] == "wu-a15")
        .expect("it");
    let cases = &response["against_the_cases"];
    assert_eq!(cases["verdict"], "not computable");
    let missing: usize = list(&cases["missing"])
        .iter()
        .map(|m| list(&m["cases"]).len())
        .sum();
    assert_eq!(
        Some(missing as u64),
        cases["eligible"]
            .as_u64()
            .zip(cases["known"].as_u64())
            .map(|(all, known)| all - known)
    );
}

#[test]
fn one_claim_names_the_cases_that_are_not_known() {
    let done = shipped(&["--claim", "wu-r46"]);
    assert!(
        done.out.contains("Not known, complete response"),
        "{}",
        done.out
    );
    let csv = shipped(&["--format", "csv"]).out;
    assert_eq!(csv.lines().count(), 113);
    let unknown = shipped(&["--claim", "wu-x"]).fails(2);
    assert!(unknown.contains("no claim \"wu-x\""), "{unknown}");
}

/// The invented study with claims of its own: without claims there is nothing to disagree with.
#[test]
fn claims_of_another_study() {
    let tiny = Tiny::new();
    let header = read("data/alk-sarcoma/claims.csv")
        .lines()
        .next()
        .expect("headings")
        .to_owned();
    let source = read("tests/fixtures/tiny/publications.csv");
    let key = source
        .lines()
        .nth(1)
        .and_then(|line| line.split(',').next())
        .expect("a key")
        .to_owned();
    let claims = |rows: &str| {
        let text = format!("{header}\n{}", rows.replace("KEY", &key));
        std::fs::write(tiny.sheet("claims.csv"), text).expect("written");
        tiny.run(&["claims", "check"])
    };
    let good = claims("c1,KEY,p1,proportion,response,response,,3,4,75,%,,,,,,,,,,\n");
    assert_eq!(good.status, 0, "{}{}", good.out, good.err);
    let bad = claims("c1,KEY,p1,proportion,response,response,,3,4,74,%,,,,,,,,,,\n");
    assert_eq!(bad.status, 1, "{}{}", bad.out, bad.err);
    assert!(bad.out.contains("3/4 = 75 %, not 74 %"), "{}", bad.out);
    let wrong = claims(
        "c1,KEY,p1,proportion,response,response,,3,4,75,%,,,,,,,,response/overall,figure=mean,\n",
    );
    assert!(wrong.out.contains("no figure is \"mean\""), "{}", wrong.out);
    let nowhere = claims(
        "c1,KEY,p1,proportion,response,response,,3,4,75,%,,,,,,,,respnse/overall,figure=objective,\n",
    );
    assert!(nowhere.out.contains("response/overall"), "{}", nowhere.out);
}
