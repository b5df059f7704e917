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
        "dates: search on 2021-08-22, article received on 2021-07-09, which is earlier",
    ];
    assert_eq!(faults, wanted);
    let findings = list(&found["findings"]);
    let agreed = |check: &str, reason: &str| {
        findings.iter().any(|finding| {
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
    // The P value that looks impossible is not, and says what it implies.
    assert!(agreed(
        "possible P",
        "linear-by-linear association (0.8087), only if CR 9, PR 17, SD 3, PD 1: 8 tables"
    ));
    let implied: Vec<&str> = findings
        .iter()
        .filter_map(|finding| finding["implies"].as_str())
        .collect();
    assert_eq!(implied, ["CR 9, PR 17, SD 3, PD 1"]);
    // What is left open by an honest reading accuses nobody, and is told.
    let open: Vec<String> = findings
        .iter()
        .filter(|finding| finding["verdict"] == "cannot be decided")
        .map(|finding| format!("{}: {}", finding["check"], finding["claims"]).replace('"', ""))
        .collect();
    let wanted = [
        "median: [wu-r49]",
        "median: [wu-r50]",
        "list: [wu-r53]",
        "list: [wu-r61]",
        "within: [wu-r40,wu-r21]",
        "list within: [wu-r54,wu-r53]",
        "list within: [wu-r55,wu-r53]",
        "list within: [wu-r55,wu-r54]",
        "all: [wu-d13,wu-r40,wu-r21]",
        "exclusive: [wu-r42,wu-d10]",
        "exclusive: [wu-r67,wu-d18]",
    ];
    assert_eq!(open, wanted);
    // Every claim is in the answer, and those recomputed say of whom something is not known.
    let claims = list(&found["claims"]);
    assert_eq!(claims.len(), 112);
    let response = claims
        .iter()
        .find(|claim| claim["claim"]["id"] == "wu-a15")
        .expect("it");
    let cases = &response["against_the_cases"];
    assert_eq!(cases["verdict"], "cannot be decided");
    assert_eq!(
        cases["basis"],
        "28 of 33 memberships of the cohort are inferred"
    );
    // With 28 of 33 memberships inferred, no number of the review is called wrong for the cases.
    let against: Vec<&Value> = claims
        .iter()
        .filter(|claim| claim["against_the_cases"]["verdict"] == "disagrees")
        .collect();
    assert!(against.is_empty(), "{against:?}");
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

const HEADER: &str = "id,source,locator,kind,measure,group,subgroup,numerator,denominator,value,unit,ci_low,ci_high,comparison,test,p_operator,p,refs,analysis,parameters,note";

/// The invented study, and the key of one of its publications.
fn tiny() -> (Tiny, String) {
    let source = read("tests/fixtures/tiny/publications.csv");
    let key = source
        .lines()
        .nth(1)
        .and_then(|line| line.split(',').next());
    (Tiny::new(), key.expect("a key").to_owned())
}

/// What `claims check` says of rows under these headings.
fn checked(header: &str, rows: &str, arguments: &[&str]) -> Ran {
    let (tiny, key) = tiny();
    let text = format!("{header}\n{}\n", rows.trim().replace("KEY", &key));
    std::fs::write(tiny.sheet("claims.csv"), text).expect("written");
    tiny.run(&[&["claims", "check"], arguments].concat())
}

/// Without claims there is nothing to disagree with.
#[test]
fn claims_of_another_study() {
    let claims = |rows: &str| checked(HEADER, rows, &[]);
    let good = claims("c1,KEY,p1,proportion,response,response,,3,4,75,%,,,,,,,,,,");
    assert_eq!(good.status, 0, "{}{}", good.out, good.err);
    let bad = claims("c1,KEY,p1,proportion,response,response,,3,4,74,%,,,,,,,,,,");
    assert_eq!(bad.status, 1, "{}{}", bad.out, bad.err);
    assert!(bad.out.contains("3/4 = 75 %, not 74 %"), "{}", bad.out);
    let wrong = claims(
        "c1,KEY,p1,proportion,response,response,,3,4,75,%,,,,,,,,response/overall,figure=mean,",
    );
    assert!(wrong.out.contains("no figure is \"mean\""), "{}", wrong.out);
    let nowhere = claims(
        "c1,KEY,p1,proportion,response,response,,3,4,75,%,,,,,,,,respnse/overall,figure=objective,",
    );
    assert!(nowhere.out.contains("response/overall"), "{}", nowhere.out);
}

/// 26/30 is not 96.7 %, however that is written; what is not read is told with sheet and cell.
#[test]
fn every_spelling_of_a_number_is_read_or_told() {
    let spellings = [
        ("96.7", "percent"),
        ("96.7", "%"),
        ("96.7%", ""),
        ("\"96,7\"", "percent"),
        ("96.7 %", "percent"),
        ("0.967", ""),
        ("96·7", "percent"),
        ("96.7", ""),
        ("nearly all", "percent"),
        ("\"1,234\"", "%"),
    ];
    let rows: Vec<String> = spellings
        .iter()
        .enumerate()
        .map(|(at, (value, unit))| {
            format!("k{at},KEY,p1,proportion,response,g{at},,26,30,{value},{unit},,,,,,,,,,")
        })
        .collect();
    let done = checked(HEADER, &rows.join("\n"), &["--format", "json"]);
    assert_eq!(done.status, 1, "{}", done.err);
    let found: Value = serde_json::from_str(&done.out).expect("JSON");
    let disagree = found["findings"].as_array().expect("a list").iter();
    let ids: Vec<&Value> = disagree
        .filter(|finding| finding["check"] == "rate" && finding["verdict"] == "disagrees")
        .map(|finding| &finding["claims"][0])
        .collect();
    let wanted = ["k0", "k1", "k2", "k3", "k4", "k5", "k6", "k7", "k9"];
    assert_eq!(ids, wanted);
    let not_read: Vec<String> = found["not_read"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|cell| cell["cell"].as_str().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(not_read.len(), 2, "{not_read:?}");
    assert!(
        not_read[0].contains("claims.csv J10, value: \"nearly all\" is not read"),
        "{not_read:?}"
    );
    assert!(
        not_read[1].contains("claims.csv J11, value: \"1,234\" may be 1.234 or 1234"),
        "{not_read:?}"
    );
    let shown = checked(HEADER, &rows.join("\n"), &[]);
    assert!(
        shown.out.contains("2 cells could not be read as numbers"),
        "{}",
        shown.out
    );
    assert!(shown.err.contains("J10"), "{}", shown.err);
}

/// An interval at a level that is not stated, one at a level that is, and one of arms.
#[test]
fn honest_readings_come_before_a_verdict() {
    let header = HEADER.replace("ci_high,", "ci_high,ci_level,");
    let rows = "a,KEY,p1,proportion,ORR,all,,7,9,77.8,%,45.0,95.9,,,,,,,,,
b,KEY,p1,proportion,ORR,some,,7,9,77.8,%,45.0,95.9,90 %,,,,,,,,
c,KEY,p1,proportion,ORR,arms,A,3,10,30,%,,,,A vs B vs C,,,,,,,
d,KEY,p1,proportion,ORR,arms,B,1,9,11.1,%,,,,A vs B vs C,,,,,,,
e,KEY,p1,proportion,ORR,arms,C,6,9,66.7,%,,,,A vs B vs C,,,,,,,
f,KEY,p1,p-value,ORR,arms,,,,,,,,,A vs B vs C,Fisher,=,\"0,053\",,,,
g,KEY,p1,count,patients,all patients,,,,28,patients,,,,,,,,,,,";
    let done = checked(&header, rows, &["--all"]);
    assert_eq!(done.status, 0, "{}{}", done.out, done.err);
    for words in [
        "90 % interval by Clopper-Pearson",
        "Fisher-Freeman-Halton, 0.0525",
    ] {
        assert!(done.out.contains(words), "{words}: {}", done.out);
    }
}

/// Ids that a row names are rows, and what the sheet calls `cases` or `references` is one of them.
#[test]
fn what_a_claim_names_is_there() {
    let header = format!("{HEADER},part_of,excludes,cases,refs_are");
    let row = "c1,KEY,p1,count,events,events,,3,,,patients,,,,,,,,,,,c9,,nobody,papers";
    let done = checked(&header, row, &[]);
    assert_eq!(done.status, 2, "{}", done.out);
    for words in [
        "\"c9\" is the id of no row",
        "\"nobody\" has no row in cases.csv",
        "is not one of: cases, references",
    ] {
        assert!(done.err.contains(words), "{words}: {}", done.err);
    }
}
