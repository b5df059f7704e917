//! How well the reports were made, as the readers of the sheet say.

use serde_json::json;

use super::{groups_with, left_out, map, result, rows};

#[test]
fn response_by_what_the_appraisers_say() {
    assert_eq!(
        groups_with("bias/by-appraisal", &[]),
        map([
            ("high", "1 of 1"),
            ("low", "0 of 1"),
            ("appraisers differ", "1 of 2"),
            ("not known", "none known"),
        ])
    );
    assert_eq!(
        groups_with("bias/by-appraisal", &[("question", "selection")]),
        map([
            ("yes", "1 of 2"),
            ("no", "1 of 2"),
            ("not known", "none known"),
        ])
    );
}

#[test]
fn answers_are_counted_by_question() {
    let found = result("bias/appraisals", &[]);
    assert_eq!(left_out(&found), ["invented-2", "invented-5", "invented-6"]);
    let found = &found["result"];
    let at = |list: &str, what: &str| {
        let list = found[list].as_array().expect("names");
        list.iter().position(|name| name == what).expect(what)
    };
    let question = at("rows", "ascertainment: outcome");
    let count = |answer: &str| found["counts"][question][at("columns", answer)].clone();
    // Reader B differs from Reader A on one of three publications.
    assert_eq!((count("yes"), count("no")), (json!(3), json!(1)));
}

#[test]
fn each_appraisal_is_a_row() {
    let rows = rows("evidence/appraisals");
    let names = |row: &serde_json::Value| (row["publication"].clone(), row["appraiser"].clone());
    assert_eq!(rows.len(), 4);
    assert_eq!(names(&rows[2]), (json!("invented-3"), json!("Reader B")));
    assert_eq!(rows[2]["note"], "two responses of case-5");
    assert_eq!(rows[3]["date"], "2021-05-02");
}
