//! `list`, `show`, `run`, `report`, `case`, `conflicts`.

use std::fs;

use super::snapshots;
use crate::support::Tiny;

#[test]
fn catalogue() {
    snapshots(&[
        ("list-response", &["list", "response"]),
        ("list-nothing", &["list", "nothing-has-this-word"]),
        ("show", &["show", "survival/overall"]),
        ("show-by-last-part", &["show", "by-grade"]),
        ("show-unknown", &["show", "respnse/overall"]),
        ("show-ambiguous", &["show", "overall"]),
    ]);
    let tiny = Tiny::new();
    let list = tiny.run(&["list"]).ok();
    for file in crate::support::files("queries", ".rq") {
        let slug = file.trim_start_matches("queries/").trim_end_matches(".rq");
        assert_eq!(list.contains(slug), !slug.starts_with("checks/"), "{slug}");
    }
}

#[test]
fn run_in_every_format() {
    let overall = "response/overall";
    snapshots(&[
        ("run-table", &["run", overall]),
        ("run-rows", &["run", overall, "--rows"]),
        ("run-csv", &["run", overall, "--format", "csv"]),
        ("run-tsv", &["run", overall, "--format", "tsv"]),
        ("run-json", &["run", overall, "--format", "json"]),
        ("run-md", &["run", overall, "--format", "md"]),
        ("run-svg", &["run", overall, "--format", "svg"]),
        ("run-survival", &["run", "survival/by-histology"]),
        (
            "run-survival-svg",
            &["run", "survival/overall", "--format", "svg"],
        ),
        (
            "run-contingency",
            &[
                "run",
                "complete-response-by-surgery",
                "--set",
                "timing=after",
            ],
        ),
        ("run-matrix", &["run", "partner/by-histology"]),
        ("run-incidence", &["run", "safety/by-grade"]),
        ("run-swimmer", &["run", "treatment/swimmer"]),
        (
            "run-set",
            &[
                "run",
                overall,
                "--set",
                "cohort=cohort:north",
                "--set",
                "drug=drug:alectinib",
            ],
        ),
        (
            "run-nobody",
            &["run", overall, "--set", "drug=drug:lorlatinib"],
        ),
    ]);
}

#[test]
fn run_wrongly() {
    let overall = "response/overall";
    snapshots(&[
        ("run-unknown", &["run", "response/overal"]),
        (
            "run-unknown-parameter",
            &["run", overall, "--set", "durg=drug:alectinib"],
        ),
        (
            "run-unknown-prefix",
            &["run", overall, "--set", "drug=drugs:alectinib"],
        ),
        (
            "run-value-not-listed",
            &[
                "run",
                "complete-response-by-surgery",
                "--set",
                "timing=never",
            ],
        ),
        ("run-missing-required", &["run", "evidence/reports"]),
        ("run-no-assignment", &["run", overall, "--set", "drug"]),
        ("run-no-figure", &["run", "cohort/cases", "--format", "svg"]),
    ]);
}

#[test]
fn cases_and_conflicts() {
    snapshots(&[
        ("case-1", &["case", "case-1"]),
        ("case-5", &["case", "case-5"]),
        ("case-8", &["case", "case-8"]),
        ("case-unknown", &["case", "case-55"]),
        ("conflicts", &["conflicts"]),
        ("conflicts-unresolved", &["conflicts", "--unresolved"]),
    ]);
}

#[test]
fn reports() {
    let dir = ["report", "--output", "nowhere/report.html"];
    snapshots(&[
        ("report-html", &["report"]),
        (
            "report-md-response",
            &[
                "report",
                "--format",
                "md",
                "--only",
                "response/overall",
                "-o",
                "-",
            ],
        ),
        ("report-only-nothing", &["report", "--only", "nothing"]),
        ("report-no-folder", &dir),
    ]);
}

#[test]
fn a_report_is_one_file_that_needs_no_other() {
    let tiny = Tiny::new();
    tiny.run(&["report", "-o", "report.html"]).ok();
    tiny.run(&["report", "--format", "md", "-o", "report.md"])
        .ok();
    let html = fs::read_to_string(tiny.dir().join("report.html")).expect("a report");
    let markdown = fs::read_to_string(tiny.dir().join("report.md")).expect("a report");
    assert!(html.trim_end().ends_with("</html>"));
    for outside in ["<script src", "<link ", "<img ", "@import", "url(http"] {
        assert!(
            !html.contains(outside),
            "the page loads something: {outside}"
        );
    }
    for text in [&html, &markdown] {
        assert!(
            text.to_lowercase().contains("synthetic"),
            "invented cases are not marked"
        );
        for words in [
            "Objective response and disease control, all cases",
            "Overall survival",
            "SELECT DISTINCT ?case ?response ?derived ?missing",
            "conflicting reports",
            "inputs sha256",
        ] {
            assert!(text.contains(words), "{words}");
        }
    }
    // Every figure is there once, and the ids within the page are unique.
    assert!(html.matches("<svg").count() >= 8);
    let mut ids: Vec<&str> = html
        .split(" id=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all, "an id stands twice");
    for link in html.split("href=\"#").skip(1) {
        let target = link.split('"').next().unwrap_or_default();
        assert!(
            ids.binary_search(&target).is_ok(),
            "no place for the link #{target}"
        );
    }
    // The same report, byte for byte.
    tiny.run(&["report", "-o", "again.html"]).ok();
    assert_eq!(
        fs::read_to_string(tiny.dir().join("again.html")).expect("it"),
        html
    );
}

#[test]
fn what_sheets_say_cannot_become_markup() {
    let tiny = Tiny::new();
    tiny.edit(
        "study.toml",
        "Invented cases for tests",
        "<script>alert(1)</script> & more",
    );
    tiny.edit(
        "cases.csv",
        "IMT,lung",
        "\"<b>IMT</b> | x & \"\"y\"\"\",lung",
    );
    tiny.edit(
        "treatments.csv",
        "resection of the scar",
        "<img src=x onerror=alert(1)>",
    );
    let html = tiny.run(&["report", "-o", "-"]).ok();
    for markup in ["<script>alert", "<img src=x", "<b>IMT"] {
        assert!(!html.contains(markup), "{markup}");
    }
    assert!(html.contains("&lt;script&gt;alert(1)"));
}

#[test]
fn an_analysis_that_fails_is_named_in_the_report() {
    let tiny = Tiny::project();
    let path = tiny.home().join("queries/cohort/stage.rq");
    let text = fs::read_to_string(&path).expect("a query");
    fs::write(&path, text.replace("stage: text", "stage: integer")).expect("written");
    let ran = tiny.run(&["report", "-o", "report.html"]);
    assert_eq!(ran.status, 2, "{}", ran.err);
    assert!(
        ran.out.contains("cohort/stage") && ran.out.contains("could not be run"),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("response/overall"), "the others are run");
}
