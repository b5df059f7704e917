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

/// Two studies that `diff` compares.
struct Pair {
    dir: tempfile::TempDir,
}

impl Pair {
    /// Two projects that `init` makes, of these names, each with these patients: partner, response,
    /// months and status.
    fn new(names: [&str; 2], patients: [&[(&str, &str, &str, &str)]; 2]) -> Self {
        let pair = Self {
            dir: tempfile::tempdir().expect("a folder"),
        };
        for (name, patients) in names.into_iter().zip(patients) {
            pair.run(&["init", name]).ok();
            let data = pair.dir.path().join(name).join("data").join(name);
            let about = fs::read_to_string(data.join("study.toml")).expect("what it is");
            let titled = about.replace(&format!("{name}: an example"), "An example");
            fs::write(data.join("study.toml"), titled).expect("written");
            let head = |sheet: &str| {
                let text = fs::read_to_string(data.join(sheet)).expect("a sheet");
                text.lines().next().expect("headings").to_owned()
            };
            let mut sheets: std::collections::BTreeMap<&str, Vec<String>> = [
                "publications.csv",
                "cohorts.csv",
                "cases.csv",
                "fusions.csv",
                "treatments.csv",
                "follow_up.csv",
                "adverse_events.csv",
            ]
            .into_iter()
            .map(|sheet| (sheet, vec![head(sheet)]))
            .collect();
            let mut add = |sheet: &'static str, cells: &[(&str, &str)]| {
                let rows = sheets.get_mut(sheet).expect("a sheet");
                let row: Vec<&str> = rows[0]
                    .split(',')
                    .map(|heading| {
                        let cell = cells.iter().find(|(name, _)| *name == heading.trim());
                        cell.map_or("", |(_, value)| value)
                    })
                    .collect();
                let row = row.join(",");
                rows.push(row);
            };
            for (number, (partner, response, months, status)) in patients.iter().enumerate() {
                let (case, source) = (format!("p-{number}"), format!("s-{number}"));
                let of = [
                    ("case", case.as_str()),
                    ("source", source.as_str()),
                    ("locator", "Table 1"),
                    ("certainty", "stated"),
                    ("item", "1"),
                ];
                add(
                    "publications.csv",
                    &[
                        ("key", &source),
                        ("first_author", &format!("Author {number}")),
                        ("year", "2015"),
                        ("title", &format!("Report {number}")),
                        ("kind", "case-report"),
                        ("read", "full-text"),
                    ],
                );
                add(
                    "cohorts.csv",
                    &[
                        ("cohort", "main"),
                        ("case", &case),
                        ("publication", &source),
                        ("basis", "stated"),
                    ],
                );
                let fact = |more: &[(&'static str, &'static str)]| [&of[..], more].concat();
                add("cases.csv", &fact(&[("histology", "IMT")]));
                add(
                    "fusions.csv",
                    &[&of[..], &[("five_prime", *partner), ("three_prime", "ALK")]].concat(),
                );
                add(
                    "treatments.csv",
                    &[
                        &of[..],
                        &[
                            ("order", "1"),
                            ("kind", "drug"),
                            ("agent", "crizotinib"),
                            ("best_response", *response),
                        ],
                    ]
                    .concat(),
                );
                add(
                    "follow_up.csv",
                    &[
                        &of[..],
                        &[
                            ("status", *status),
                            ("months", *months),
                            ("counted_from", "first dose of crizotinib"),
                        ],
                    ]
                    .concat(),
                );
            }
            for (sheet, rows) in sheets {
                fs::write(data.join(sheet), rows.join("\n") + "\n").expect("a sheet");
            }
        }
        pair
    }

    fn run(&self, arguments: &[&str]) -> crate::support::Ran {
        let mut command = crate::support::program(self.dir.path());
        crate::support::Ran::of(command.args(arguments))
    }

    fn diff(&self, names: [&str; 2]) -> Value {
        let ran = self.run(&["diff", names[0], names[1], "--format", "json"]);
        assert!(ran.status < 2, "{}", ran.err);
        serde_json::from_str(&ran.out).expect("JSON")
    }
}

/// What moved in an analysis, as text.
fn values(found: &Value, analysis: &str) -> Vec<String> {
    let results = found["results"].as_array().expect("a list");
    let moved = results.iter().find(|moved| moved["analysis"] == analysis);
    let values = moved.map(|moved| moved["values"].as_array().expect("a list").clone());
    values
        .into_iter()
        .flatten()
        .map(|v| {
            let text = |name: &str| v[name].as_str().unwrap_or_default().to_owned();
            format!(
                "{}|{}|{}|{}|{}",
                text("group"),
                text("measure"),
                text("part"),
                v["old"],
                v["new"]
            )
        })
        .collect()
}

const EXCHANGED: [&[(&str, &str, &str, &str)]; 2] = [
    &[
        ("RANBP2", "PR", "30", "alive-disease"),
        ("EML4", "PD", "4", "dead-disease"),
    ],
    &[
        ("EML4", "PR", "30", "alive-disease"),
        ("RANBP2", "PD", "4", "dead-disease"),
    ],
];

#[test]
fn groups_that_are_exchanged_have_moved_whatever_the_studies_are_called() {
    let names = ["case", "publication"];
    let pair = Pair::new(names, EXCHANGED);
    let found = pair.diff(names);
    let moved = values(&found, "response/by-partner");
    for wanted in [
        "RANBP2|objective response|successes|1|0",
        "EML4|objective response|successes|0|1",
        "RANBP2||responders|[\"p-0\"]|[]",
    ] {
        assert!(moved.iter().any(|value| value == wanted), "{moved:#?}");
    }
    // The whole is as it was, and is not said to have moved.
    assert!(
        !moved.iter().any(|value| value.starts_with('|')),
        "{moved:#?}"
    );
    assert!(values(&found, "response/overall").is_empty());
    let results = found["results"].as_array().expect("a list");
    let by_partner = results
        .iter()
        .find(|moved| moved["analysis"] == "response/by-partner")
        .expect("it moved");
    let cases: Vec<&str> = by_partner["cases"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|case| case["case"].as_str())
        .collect();
    assert_eq!(cases, ["p-0", "p-1"]);
    for format in ["table", "md"] {
        let people = pair.run(&["diff", names[0], names[1], "--format", format]);
        assert!(people.out.contains("successes 1"), "{}", people.out);
        assert!(people.out.contains("p-0, p-1"), "{}", people.out);
    }
}

#[test]
fn studies_of_other_names_with_the_same_cases_differ_in_nothing() {
    let names = ["drug", "case"];
    let pair = Pair::new(names, [EXCHANGED[0]; 2]);
    let found = pair.diff(names);
    assert_eq!(found["facts"], Value::Array(Vec::new()));
    let moved: Vec<&Value> = found["results"]
        .as_array()
        .expect("a list")
        .iter()
        .collect();
    assert!(moved.is_empty(), "{moved:#?}");
}

#[test]
fn a_study_may_be_called_case() {
    let pair = Pair::new(["case", "drug"], [EXCHANGED[0]; 2]);
    for name in ["case", "drug"] {
        let ask = |arguments: &[&str]| pair.run(&[arguments, &["-p", name]].concat());
        let duplicates = ask(&["duplicates", "--format", "json"]);
        let found: Value = serde_json::from_str(&duplicates.out).expect("JSON");
        assert_eq!((&found["cases"], &found["pairs"]), (&2.into(), &1.into()));
        let similar = ask(&["similar", "--histology", "IMT"]).ok();
        for case in ["p-0", "p-1"] {
            assert!(similar.contains(case), "{similar}");
        }
        assert!(similar.contains("crizotinib"), "{similar}");
    }
    let refused = pair.run(&["init", "ontology"]).fails(2);
    assert!(refused.contains("belongs to no study"), "{refused}");
}
