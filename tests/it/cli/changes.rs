//! `diff` between two versions of the invented study, and `letter`.

use std::fs;

use serde_json::Value;

use crate::support::{Tiny, copy};

/// The response of case-4 is PR in the new version instead of SD; case-3 is a year older.
#[test]
fn a_changed_fact_moves_the_results_that_rest_on_it() {
    let tiny = Tiny::new();
    let old = tiny.dir().join("old");
    copy(&tiny.home(), &old);
    let same = tiny.run(&["diff", "old", "tiny"]);
    assert_eq!(same.status, 0, "{}{}", same.out, same.err);
    tiny.edit("treatments.csv", "0,3,SD,", "0,3,PR,");
    tiny.edit("cases.csv", "stated,10,,female", "stated,11,,female");
    let done = tiny.run(&["diff", "old", "tiny", "--format", "json"]);
    assert_eq!(done.status, 1, "{}", done.err);
    let found: Value = serde_json::from_str(&done.out).expect("JSON");
    let facts: Vec<String> = found["facts"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|f| {
            format!(
                "{} {} {} {} {}",
                f["case"], f["thing"], f["property"], f["old"], f["new"]
            )
        })
        .collect();
    assert_eq!(
        facts,
        [
            r#""case-3" "" "ageYears" ["10"] ["11"]"#,
            r#""case-4" "treatment/2" "bestResponse" ["response:SD"] ["response:PR"]"#,
        ]
    );
    let results = found["results"].as_array().expect("a list");
    let overall = results
        .iter()
        .find(|moved| moved["analysis"] == "response/overall")
        .expect("it moved");
    assert_ne!(overall["old"], overall["new"]);
    let cases = overall["cases"].as_array().expect("a list");
    assert_eq!(cases.len(), 1);
    assert_eq!(
        (&cases[0]["case"], &cases[0]["old"], &cases[0]["new"]),
        (
            &Value::from("case-4"),
            &Value::from("denominator"),
            &Value::from("numerator")
        )
    );
    let people = tiny.run(&["diff", "old", "tiny"]).out;
    assert!(
        people.contains("Facts: 0 added, 0 removed, 2 changed."),
        "{people}"
    );
    fs::remove_dir_all(&old).expect("removed");
    let gone = tiny.run(&["diff", "old", "tiny"]).fails(2);
    assert!(gone.contains("old is no folder"), "{gone}");
}

#[test]
fn letters_ask_for_what_is_missing() {
    let tiny = Tiny::new();
    let list = tiny.run(&["letter"]).ok();
    assert!(
        list.contains("case-1") && list.contains("items of"),
        "{list}"
    );
    let letter = tiny.run(&["letter", "invented-2"]).ok();
    assert!(letter.contains("Case case-2"), "{letter}");
    assert!(letter.contains("- drug: dose (CARE item 9b)"), "{letter}");
    assert!(!letter.contains("- sex"), "{letter}");
    let unknown = tiny.run(&["letter", "invented-22"]).fails(2);
    assert!(unknown.contains("invented-2"), "{unknown}");
}
