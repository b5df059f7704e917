//! Parameters of saved analyses, and a file that becomes an analysis by being there.

use std::fs;

use crate::support::Tiny;

const HIDDEN: &str = r"#+ summary: Cases of one sex, counted by histology
#+ description: The parameter stands only inside a sub-SELECT that does not give it out.
#+ tags: [test]
#+ casegraph:
#+   unit: case
#+   parameters:
#+     sex: {type: text, default: male, values: [male, female], description: sex of the patient}
#+     least: {type: integer, optional: true, description: at least so many cases}
#+   columns: {name: text, n: integer}
#+   statistic: {kind: table}

SELECT ?name ?n WHERE {
  { SELECT ?name (COUNT(DISTINCT ?case) AS ?n) WHERE {
      ?case a cg:Case ; cg:histology/rdfs:label ?name .
      { SELECT ?case WHERE { ?case cg:sex ?sex } }
    } GROUP BY ?name }
  FILTER(!BOUND(?least) || ?n >= ?least)
} ORDER BY ?name
";

fn with(name: &str, text: &str) -> Tiny {
    let tiny = Tiny::project();
    let path = tiny.home().join("queries").join(name);
    fs::create_dir_all(path.parent().expect("a theme")).expect("a folder");
    fs::write(path, text).expect("written");
    tiny
}

fn csv(tiny: &Tiny, arguments: &[&str]) -> Vec<String> {
    let all = [&["run", "--format", "csv"], arguments].concat();
    let out = tiny.run(&all).ok();
    out.lines().skip(1).map(str::to_owned).collect()
}

#[test]
fn a_parameter_hidden_in_a_sub_select_is_bound() {
    let tiny = with("mine/by-sex.rq", HIDDEN);
    let male = csv(&tiny, &["mine/by-sex"]);
    assert_eq!(
        male,
        [
            "epithelioid inflammatory myofibroblastic sarcoma,1",
            "inflammatory myofibroblastic tumor,3"
        ]
    );
    let female = csv(&tiny, &["by-sex", "--set", "sex=female"]);
    assert_eq!(
        female,
        [
            "epithelioid inflammatory myofibroblastic sarcoma,1",
            "inflammatory myofibroblastic tumor,3",
            "leiomyosarcoma,1"
        ]
    );
    let two = csv(
        &tiny,
        &["by-sex", "--set", "sex=female", "--set", "least=2"],
    );
    assert_eq!(two, ["inflammatory myofibroblastic tumor,3"]);
}

/// Values are terms: what looks like SPARQL in one stays text.
#[test]
fn a_value_is_never_pasted() {
    let text = HIDDEN.replace(", values: [male, female]", "");
    let tiny = with("mine/by-sex.rq", &text);
    for value in [
        "\" } } ?s ?p ?o { {",
        "male\" . ?case cg:sex ?x",
        "\\u0022",
        "é\n#",
        "?sex",
    ] {
        let rows = csv(&tiny, &["by-sex", "--set", &format!("sex={value}")]);
        assert!(rows.is_empty(), "{value:?}: {rows:?}");
    }
}

#[test]
fn a_new_file_is_an_analysis_and_a_part_of_the_report() {
    let tiny = with("mine/by-sex.rq", HIDDEN);
    let list = tiny.run(&["list"]).ok();
    assert!(list.contains("mine/by-sex"), "{list}");
    assert!(
        list.contains("Cases of one sex, counted by histology"),
        "{list}"
    );
    let shown = tiny.run(&["show", "by-sex"]).ok();
    assert!(
        shown.contains("sex: text, default male, one of male, female: sex of the patient"),
        "{shown}"
    );
    for format in ["html", "md"] {
        let report = tiny.run(&["report", "--format", format, "-o", "-"]).ok();
        assert!(report.contains("Cases of one sex, counted by histology"));
    }
}

#[test]
fn wrong_values_are_refused_before_anything_runs() {
    let tiny = with("mine/by-sex.rq", HIDDEN);
    let refused = |set: &str| tiny.run(&["run", "by-sex", "--set", set]).fails(2);
    let err = refused("sx=male");
    assert!(err.contains("sx") && err.contains("sex"), "{err}");
    let err = refused("sex=other");
    assert!(
        err.contains("other") && err.contains("male, female"),
        "{err}"
    );
    let err = refused("least=many");
    assert!(
        err.contains("least") && err.contains("many") && err.contains("whole number"),
        "{err}"
    );
    let err = refused("sex");
    assert!(err.contains("expected NAME=VALUE"), "{err}");
    let twice = ["run", "by-sex", "--set", "sex=male", "--set", "sex=female"];
    let err = tiny.run(&twice).fails(2);
    assert!(err.contains("sex") && err.contains("twice"), "{err}");
}

/// A broken file does not take the other analyses with it.
#[test]
fn a_broken_file_is_a_warning_for_the_others() {
    for (text, words) in [
        (
            HIDDEN.replace(
                "least:",
                "unused: {type: text, optional: true}\n#+     least:",
            ),
            "unused",
        ),
        (
            HIDDEN.replace("ORDER BY ?name", "ORDER BY BY"),
            "not SPARQL",
        ),
        (HIDDEN.replace("n: integer}", "m: integer}"), "column"),
        (HIDDEN.replace("kind: table", "kind: tabel"), "tabel"),
        (
            HIDDEN.replace("#+ summary: Cases of one sex, counted by histology\n", ""),
            "summary",
        ),
        (HIDDEN.replace("default: male", "default: mail"), "mail"),
        (HIDDEN.replace("type: integer", "type: itneger"), "itneger"),
        (HIDDEN.replace("columns: {", "colunms: {"), "colunms"),
        (HIDDEN.replace("#+", "# "), "header"),
    ] {
        let tiny = with("mine/broken.rq", &text);
        let ran = tiny.run(&["list"]);
        assert_eq!(ran.status, 0);
        assert!(ran.out.contains("response/overall") && !ran.out.contains("mine/broken"));
        assert!(
            ran.err.contains("warning: ")
                && ran.err.contains("broken.rq")
                && ran.err.contains(words),
            "{words}: {}",
            ran.err
        );
        tiny.run(&["run", "response/overall"]).ok();
        tiny.run(&["run", "mine/broken"]).fails(2);
    }
}

#[test]
fn a_column_of_another_type_is_an_error_with_its_row() {
    let tiny = with(
        "mine/by-sex.rq",
        &HIDDEN.replace("name: text", "name: integer"),
    );
    let err = tiny.run(&["run", "by-sex"]).fails(2);
    assert!(
        err.contains("mine/by-sex") && err.contains("name") && err.contains("row 1"),
        "{err}"
    );
}

#[test]
fn a_study_sets_defaults_of_its_own() {
    let tiny = Tiny::new();
    let path = tiny.sheet("study.toml");
    let text = fs::read_to_string(&path).expect("study.toml");
    let text = text.replacen(
        "[[cohorts]]",
        "[parameters]\ndrug = \"drug:ceritinib\"\n\n[[cohorts]]",
        1,
    );
    fs::write(path, text).expect("written");
    let out = tiny
        .run(&["run", "response/overall", "--format", "json"])
        .ok();
    let json: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(json["parameters"]["drug"], "drug:ceritinib");
    assert_eq!(json["counted"], serde_json::json!(["case-4"]));
    let set = [
        "run",
        "response/overall",
        "--format",
        "json",
        "--set",
        "drug=drug:alectinib",
    ];
    let json: serde_json::Value = serde_json::from_str(&tiny.run(&set).ok()).expect("JSON");
    assert_eq!(json["counted"], serde_json::json!(["case-1"]));
}

/// Months with an event coded 1 for alive and 2 for dead: two of three died.
const CODED: &str = r#"#+ summary: Survival of three invented patients
#+ description: The event is coded as R has it.
#+ tags: [test]
#+ casegraph:
#+   unit: case
#+   columns: {case: text, months: decimal, event: integer}
#+   statistic: {kind: survival}

SELECT ?case ?months ?event WHERE {
  VALUES (?case ?months ?event) { ("a" 3.0 2) ("b" 5.0 1) ("c" 8.0 2) }
}
"#;

/// The ledger reads the event as the statistic does, however it is coded.
#[test]
fn the_numerator_is_coded_as_the_statistic_is() {
    let tiny = with("mine/coded.rq", CODED);
    for choice in ["event_value=2", "match=r"] {
        let ledger = tiny
            .run(&["run", "mine/coded", "--ledger", "--with", choice])
            .ok();
        assert!(
            ledger.contains("2 in the numerator, 3 in the denominator"),
            "{choice}: {ledger}"
        );
    }
}

#[test]
fn the_drug_of_most_cases_stands_in_for_one_that_nobody_had() {
    let tiny = Tiny::project();
    let sheet = tiny.sheet("data/tiny/treatments.csv");
    let text = fs::read_to_string(&sheet).expect("a sheet");
    let others = text
        .replace("crizotinib", "larotrectinib")
        .replace("Xalkori", "larotrectinib");
    fs::write(&sheet, others).expect("written");
    let out = tiny.run(&["run", "response/overall"]).ok();
    assert!(out.contains("drug = drug:larotrectinib"), "{out}");
    assert!(out.contains("No counted case had drug:crizotinib"), "{out}");
    let asked = tiny
        .run(&["run", "response/overall", "--set", "drug=crizotinib"])
        .ok();
    assert!(
        asked.contains(
            "No result: no counted case had drug:crizotinib; most had drug:larotrectinib ("
        ),
        "{asked}"
    );
    // What a study says goes before.
    let meta = tiny.sheet("data/tiny/study.toml");
    let said = format!(
        "{}\n[parameters]\ndrug = \"drug:ceritinib\"\n",
        fs::read_to_string(&meta).expect("read")
    );
    fs::write(&meta, said).expect("written");
    let out = tiny.run(&["run", "response/overall"]).ok();
    assert!(
        out.contains("drug = drug:ceritinib") && !out.contains("larotrectinib, which"),
        "{out}"
    );
}

#[test]
fn an_analysis_says_which_cases_rest_on_rows_that_nobody_checked() {
    let tiny = Tiny::project();
    let told = "Rows that no second curator checked";
    assert!(!tiny.run(&["run", "response/overall"]).ok().contains(told));
    let sheet = tiny.sheet("data/tiny/treatments.csv");
    let text = fs::read_to_string(&sheet).expect("a sheet");
    let lines = text.lines().enumerate().map(|(at, line)| match at {
        0 => format!("{line},curator,curated_on,curation_state\n"),
        1 => format!("{line},Ada,2026-01-01,checked\n"),
        _ => format!("{line},,,\n"),
    });
    fs::write(&sheet, lines.collect::<String>()).expect("written");
    let out = tiny.run(&["run", "response/overall"]).ok();
    assert!(out.contains(told), "{out}");
}
