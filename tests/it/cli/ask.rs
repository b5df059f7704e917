//! `query`: every form of question and of answer, and every way to ask wrongly.

use std::fs;

use super::{picture, snapshot, snapshots};
use crate::support::{Ran, Tiny};

const AGES: &str = "SELECT ?case ?age WHERE { ?c cg:caseKey ?case . OPTIONAL { ?c cg:ageYears ?age } } ORDER BY ?case LIMIT 4";
const TERMS: &str = "SELECT ?c ?drug ?month WHERE { ?c cg:hasTreatment ?t . ?t cg:drug ?drug . OPTIONAL { ?t cg:startMonths ?month } } ORDER BY ?c ?drug LIMIT 3";
const GRAPH: &str = "CONSTRUCT { ?c cg:drug ?drug } WHERE { ?c cg:caseKey \"case-1\" ; cg:hasTreatment/cg:drug ?drug }";

#[test]
fn rows_in_every_format() {
    snapshots(&[
        ("query-table", &["query", AGES]),
        ("query-csv", &["query", "--format", "csv", TERMS]),
        ("query-tsv", &["query", "--format", "tsv", TERMS]),
        ("query-json", &["query", "--format", "json", TERMS]),
        ("query-xml", &["query", "--format", "xml", TERMS]),
        ("query-md", &["query", "--format", "md", TERMS]),
        (
            "query-no-rows",
            &["query", "SELECT ?x WHERE { ?x a cg:Nothing }"],
        ),
        (
            "query-rows-as-turtle",
            &["query", "--format", "turtle", AGES],
        ),
    ]);
}

#[test]
fn yes_no_and_triples() {
    snapshots(&[
        (
            "query-ask-yes",
            &["query", "ASK { ?c cg:histology histology:leiomyosarcoma }"],
        ),
        ("query-ask-no", &["query", "ASK { ?c a cg:Nothing }"]),
        (
            "query-ask-json",
            &["query", "--format", "json", "ASK { ?c a cg:Case }"],
        ),
        ("query-construct", &["query", GRAPH]),
        (
            "query-construct-ntriples",
            &["query", "--format", "ntriples", GRAPH],
        ),
        (
            "query-construct-rdf-xml",
            &["query", "--format", "rdf-xml", GRAPH],
        ),
        (
            "query-construct-json-ld",
            &["query", "--format", "json-ld", GRAPH],
        ),
        ("query-construct-csv", &["query", "--format", "csv", GRAPH]),
        (
            "query-describe",
            &[
                "query",
                "DESCRIBE <https://w3id.org/casegraph/tiny/case/case-8/follow-up>",
            ],
        ),
    ]);
    let tiny = Tiny::new();
    let out = tiny.run(&["query", "DESCRIBE case:case-8"]).ok();
    assert!(out.contains("histology:spindle-cell-sarcoma"), "{out}");
}

#[test]
fn graphs() {
    let reports = "SELECT (COUNT(*) AS ?n) WHERE { ?r a cg:Report }";
    snapshots(&[
        ("query-default-graph", &["query", reports]),
        (
            "query-graph",
            &["query", "--graph", "publication:invented-3", reports],
        ),
        (
            "query-two-graphs",
            &[
                "query",
                "--graph",
                "publication:invented-3",
                "--graph",
                "publication:invented-1",
                reports,
            ],
        ),
        (
            "query-graph-unknown",
            &["query", "--graph", "publication:invented-33", reports],
        ),
        (
            "query-graph-no-iri",
            &["query", "--graph", "not an iri", reports],
        ),
        (
            "query-graph-pattern",
            &[
                "query",
                "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?r a cg:Report } } GROUP BY ?g ORDER BY ?g",
            ],
        ),
        (
            "query-from",
            &[
                "query",
                "SELECT (COUNT(*) AS ?n) FROM publication:invented-3 WHERE { ?r a cg:Report }",
            ],
        ),
    ]);
}

#[test]
fn wrong_questions() {
    snapshots(&[
        (
            "query-syntax",
            &[
                "query",
                "SELECT ?case WHERE {\n  ?case cg:sex \"female\" .\n  FILTR(?case)\n}",
            ],
        ),
        (
            "query-unknown-prefix",
            &["query", "SELECT ?x WHERE { ?x gc:sex ?y }"],
        ),
        ("query-empty", &["query", ""]),
        ("query-update", &["query", "DELETE WHERE { ?s ?p ?o }"]),
        (
            "query-insert",
            &["query", "INSERT DATA { case:x a cg:Case }"],
        ),
        (
            "query-service",
            &[
                "query",
                "SELECT ?x WHERE { SERVICE <http://127.0.0.1:1/> { ?x ?y ?z } }",
            ],
        ),
        ("query-missing-file", &["query", "--file", "nowhere.rq"]),
        (
            "query-bad-timeout",
            &["query", "--timeout", "nan", "ASK {}"],
        ),
        ("query-and-file", &["query", "--file", "x.rq", "ASK {}"]),
    ]);
}

#[test]
fn nothing_is_changed_by_a_query() {
    let tiny = Tiny::new();
    let count = [
        "query",
        "--format",
        "csv",
        "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }",
    ];
    let before = tiny.run(&count).ok();
    for update in ["CLEAR ALL", "DROP ALL", "DELETE WHERE { ?s ?p ?o }"] {
        tiny.run(&["query", update]).fails(2);
    }
    assert_eq!(tiny.run(&count).ok(), before);
}

#[test]
fn a_cut_answer_says_so() {
    let all = "SELECT ?s WHERE { ?s ?p ?o } ORDER BY ?s";
    snapshots(&[
        ("query-limit", &["query", "--limit", "2", AGES]),
        (
            "query-limit-construct",
            &["query", "--limit", "1", "--format", "ntriples", GRAPH],
        ),
    ]);
    let tiny = Tiny::new();
    let cut = tiny.run(&["query", all]);
    assert!(
        cut.err
            .contains("First 1000 rows; there are more: --limit 0 shows all."),
        "{}",
        cut.err
    );
    let whole = tiny.run(&["query", "--limit", "0", all]);
    assert!(whole.out.lines().count() > 5000 && !whole.err.contains("First"));
    let csv = tiny.run(&["query", "--format", "csv", all]);
    assert!(csv.out.lines().count() > 5000 && !csv.err.contains("First"));
}

#[test]
fn a_heavy_query_is_stopped() {
    let tiny = Tiny::new();
    tiny.run(&["build"]).ok();
    let heavy = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a != ?d && ?g != ?a) }";
    for arguments in [
        &["query", "--timeout", "0.5", heavy][..],
        &["query", "--timeout", "0.5", "--explain", heavy],
    ] {
        let started = std::time::Instant::now();
        let err = tiny.run(arguments).fails(4);
        assert!(
            err.contains("stopped after 500ms") && err.contains("--timeout"),
            "{err}"
        );
        assert!(started.elapsed().as_secs() < 20, "the limit is not kept");
    }
}

#[test]
fn explain_gives_a_plan_in_json() {
    let tiny = Tiny::new();
    for query in [AGES, GRAPH, "ASK { ?s a cg:Case }"] {
        let out = tiny.run(&["query", "--explain", query]).ok();
        let plan: serde_json::Value = serde_json::from_str(&out).expect("JSON");
        assert!(plan.is_object(), "{plan}");
        // The evaluator that answers.
        let batches = query == AGES;
        assert_eq!(plan["answered by"] == "batches", batches, "{plan}");
        assert_eq!(
            plan["answered by"] == "the SPARQL engine",
            !batches,
            "{plan}"
        );
        let said = plan["why not batches"].as_str().unwrap_or_default();
        assert_eq!(said.contains("SELECT alone"), !batches, "{plan}");
    }
    for (query, reason) in [
        (
            "SELECT ?g { GRAPH ?g { ?s a cg:Report } }",
            "as UNION, GRAPH",
        ),
        (
            "SELECT ?h ?n { { SELECT ?h (COUNT(?c) AS ?n) { ?c cg:histology ?h } GROUP BY ?h } UNION { BIND(1 AS ?n) } }",
            "computed groups",
        ),
    ] {
        let out = tiny.run(&["query", "--explain", query]).ok();
        let plan: serde_json::Value = serde_json::from_str(&out).expect("JSON");
        let said = plan["why not batches"].as_str().unwrap_or_default();
        assert!(said.contains(reason), "{query}: {plan}");
    }
}

#[test]
fn what_the_store_does_not_know_is_told() {
    let tiny = Tiny::new();
    tiny.run(&["build"]).ok();
    for (from, said) in [
        ("FROM <http://typo>", "the store has no graph <http://typo>"),
        (
            "FROM NAMED publication:none",
            "the store has no graph publication:none",
        ),
        (
            "FROM <cg:Case>",
            "the prefixed name cg:Case stands without brackets",
        ),
    ] {
        let ran = tiny.run(&["query", &format!("SELECT * {from} {{ ?s ?p ?o }}")]);
        assert!(ran.err.contains(said), "{}", ran.err);
    }
    let misspelt = "SELECT * { ?s a <https://w3id.org/casegraph/ontology#Cse> . ?s a cg:Case }";
    let err = tiny.run(&["query", misspelt]).err;
    assert_eq!(err.matches("warning").count(), 1, "{err}");
    assert!(
        err.contains("nothing in the store has cg:Cse") && err.contains("cg:Case"),
        "{err}"
    );
    let known =
        "PREFIX ex: <https://w3id.org/casegraph/nowhere/> SELECT * { ?s a cg:Case # cg:Nothing\n }";
    assert!(!tiny.run(&["query", known]).err.contains("warning"));
}

#[test]
fn graphs_of_the_command_line_and_of_the_query_are_asked_together() {
    let tiny = Tiny::new();
    let count = |arguments: &[&str]| {
        tiny.run(&[&["query", "--format", "csv"], arguments].concat())
            .ok()
    };
    let graphs = tiny
        .run(&[
            "query",
            "--format",
            "csv",
            "SELECT DISTINCT ?g { GRAPH ?g { ?r a cg:Report } } ORDER BY ?g LIMIT 1",
        ])
        .ok();
    let graph = graphs.lines().nth(1).expect("a graph");
    let all = "SELECT (COUNT(*) AS ?n) { ?r a cg:Report }";
    let named = format!("SELECT (COUNT(*) AS ?n) FROM NAMED <{graph}> {{ ?r a cg:Report }}");
    let expected = count(&["--graph", graph, all]);
    assert_ne!(expected, "n\r\n0\r\n");
    assert_eq!(count(&["--graph", graph, &named]), expected);
    assert_eq!(count(&[&named]), "n\r\n0\r\n");
    let from = format!("SELECT (COUNT(*) AS ?n) FROM <{graph}> {{ ?r a cg:Report }}");
    assert_eq!(
        count(
            &["--graph", "http://example.org/none", &from]
                .map(|a| a.replace("http://example.org/none", graph))
                .each_ref()
                .map(String::as_str)
        ),
        expected
    );
}

#[test]
fn long_queries_are_answered_and_breakdowns_are_no_timeouts() {
    let tiny = Tiny::new();
    let sum = vec!["1"; 4000].join(" + ");
    for query in [
        format!("SELECT ({sum} AS ?x) {{}}"),
        // An order without a total order of the engine's own.
        format!(
            "SELECT ?v {{ VALUES ?v {{ {} }} }} ORDER BY ?v",
            (0..300)
                .map(|n| {
                    let zone = ["", "Z", "+14:00", "-14:00"][n % 4];
                    format!(
                        "\"2020-01-{:02}T{:02}:00:00{zone}\"^^xsd:dateTime",
                        n * 7 % 28 + 1,
                        n * 5 % 24
                    )
                })
                .collect::<Vec<_>>()
                .join(" ")
        ),
    ] {
        fs::write(tiny.dir().join("long.rq"), format!("\u{feff}{query}")).expect("written");
        tiny.run(&[
            "query",
            "--file",
            "long.rq",
            "--format",
            "csv",
            "--timeout",
            "0",
        ])
        .ok();
    }
}

#[test]
fn an_answer_is_read_back_before_it_is_given() {
    let tiny = Tiny::new();
    let rows = r#"SELECT ("a\rb" AS ?x) ("c\u0001" AS ?y) {}"#;
    let refused = tiny.run(&["query", "--format", "xml", rows]).fails(2);
    assert!(
        refused.contains("U+0001") && refused.contains("JSON or TSV"),
        "{refused}"
    );
    for format in ["json", "tsv", "csv"] {
        assert!(
            tiny.run(&["query", "--format", format, rows])
                .ok()
                .contains('x')
        );
    }
    let property = "CONSTRUCT { ?c <http://example.org/1> 1 } { ?c a cg:Case }";
    let refused = tiny
        .run(&["query", "--format", "rdf-xml", property])
        .fails(2);
    assert!(
        refused.contains("<http://example.org/1>") && refused.contains("Turtle"),
        "{refused}"
    );
    for format in ["turtle", "ntriples", "json-ld"] {
        tiny.run(&["query", "--format", format, property]).ok();
    }
}

#[test]
fn from_standard_input_and_from_a_file() {
    let tiny = Tiny::new();
    let direct = tiny.run(&["query", "--format", "csv", AGES]).ok();
    let piped = Ran::of(
        tiny.command(&["query", "--format", "csv"])
            .write_stdin(AGES),
    );
    assert_eq!(piped.ok(), direct);
    fs::write(tiny.dir().join("ages.rq"), AGES).expect("written");
    let filed = tiny.run(&["query", "--format", "csv", "--file", "ages.rq"]);
    assert_eq!(filed.ok(), direct);
    let arguments = ["query", "--file", "latin.rq"];
    fs::write(tiny.dir().join("latin.rq"), b"ASK { ?s ?p \"\xFC\" }").expect("written");
    snapshot(
        "query-file-latin",
        tiny.dir(),
        &arguments,
        &tiny.run(&arguments),
    );
}

#[test]
fn a_saved_analysis_is_a_plain_query_too() {
    let tiny = Tiny::new();
    let out = tiny.run(&["show", "cohort/histology", "--query"]).ok();
    fs::write(tiny.dir().join("mine.rq"), out).expect("written");
    let ran = tiny.run(&["query", "--format", "csv", "--file", "mine.rq"]);
    assert!(
        ran.out.contains("spindle cell sarcoma"),
        "{}",
        picture(&[], &ran)
    );
}
