//! Groups that begin after time zero.

use super::{result, stats};

/// Surgery waits for its patients: all who are operated on live long.
const CSV: &str = "t,e,surgery,at
1,1,no,
2,1,no,
3,1,no,
4,0,no,
6,1,no,
8,1,yes,3
10,0,yes,5
12,1,yes,2
14,0,yes,6
9,1,yes,
";
const CALL: &str = "survival --time t --event e --by surgery --begins at";

#[test]
fn curves_from_time_zero_are_refused() {
    let found = result(CSV, &format!("{CALL} --landmarks 3,5"));
    let survival = &found["result"];
    assert_eq!(survival["groups"].as_array().map(Vec::len), Some(0));
    assert_eq!(survival["test"], serde_json::Value::Null);
    let guard = &survival["immortal_time"];
    assert_eq!(guard["exposed"], 4);
    assert_eq!(guard["immortal_time"], 16.0);
    assert_eq!(guard["landmarks"].as_array().map(Vec::len), Some(2));
    // At 3: gone are those of 1, 2 and 3; operated by then are those of 3 and 2.
    let first = &guard["landmarks"][0];
    assert_eq!(first["gone"], 3);
    assert_eq!(first["groups"][1]["n"], 2);
    assert!(guard["switching_on"]["coefficients"][0]["hazard_ratio"].is_number());
    // One operation has no time.
    assert_eq!(
        found["excluded"][0]["reason"],
        "surgery: when it began is not known"
    );
    let people = stats(CSV, CALL).ok();
    assert!(
        people.contains("immortal time") && !people.contains("Log-rank test"),
        "{people}"
    );
}

#[test]
fn curves_that_were_asked_for_say_what_they_are() {
    let found = result(CSV, &format!("{CALL} --allow-immortal-time"));
    assert_eq!(found["result"]["groups"].as_array().map(Vec::len), Some(2));
    let cautions = found["cautions"].to_string();
    assert!(cautions.contains("keep the immortal time"), "{cautions}");
    let alone = stats(CSV, "survival --time t --event e --begins at");
    assert_eq!(alone.status, 2);
}
