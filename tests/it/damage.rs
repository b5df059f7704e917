//! Damaged stores: whatever is asked of one is refused or answered right, and no damage ends in a signal.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use casegraph::graph::namespaces::Prefixes;
use casegraph::graph::snapshot::Snapshot;
use casegraph::graph::{Graph, GraphError, QueryOptions};
use casegraph::query::{Answer, ask, parse};
use tempfile::TempDir;

use crate::support::{SHIPPED, Tiny};

/// What may hide an error, with `?c` a case and PART in the place of a pattern that says more of it.
const HIDING: [&str; 20] = [
    "SELECT (COUNT(*) AS ?n) { ?c a cg:Case FILTER EXISTS { PART } }",
    "SELECT (COUNT(*) AS ?n) { ?c a cg:Case FILTER NOT EXISTS { PART } }",
    "SELECT (COUNT(*) AS ?n) { ?c a cg:Case MINUS { PART } }",
    "SELECT ?c { ?c a cg:Case FILTER(EXISTS { PART } || ?c = cg:Case) }",
    "SELECT ?c { ?c a cg:Case FILTER(!EXISTS { PART } && NOT EXISTS { PART FILTER(STR(?v) = \"x\") }) }",
    "SELECT ?c (EXISTS { PART } AS ?has) { ?c a cg:Case }",
    "SELECT ?c (IF(EXISTS { PART }, 1, 0) AS ?has) { ?c a cg:Case }",
    "SELECT ?c (COALESCE(STRLEN(STR(?v)) / 0, STR(?v), \"none\") AS ?x) { ?c a cg:Case OPTIONAL { PART } }",
    "SELECT ?c (COUNT(?v) AS ?n) { ?c a cg:Case OPTIONAL { PART FILTER(STRLEN(STR(?v)) > 3) } } GROUP BY ?c",
    "SELECT (SUM(IF(EXISTS { PART }, 1, 0)) AS ?n) (MAX(STR(?c)) AS ?last) { ?c a cg:Case }",
    "SELECT ?c { ?c a cg:Case } ORDER BY EXISTS { PART } STR(?c) LIMIT 10",
    "SELECT ?c ?v { ?c a cg:Case . PART } ORDER BY DESC(?v) ?c LIMIT 20",
    "SELECT DISTINCT ?v { ?c a cg:Case . PART BIND(LCASE(STR(?v)) AS ?w) FILTER(CONTAINS(?w, \"a\")) }",
    "SELECT (COUNT(*) AS ?n) { { ?c a cg:Case FILTER EXISTS { PART } } UNION { ?c a cg:Case MINUS { PART } } }",
    "SELECT (COUNT(*) AS ?n) { ?c a cg:Case { SELECT ?c { PART } GROUP BY ?c HAVING (COUNT(?v) > 1) } }",
    "SELECT (COUNT(*) AS ?n) { ?c a cg:Case OPTIONAL { PART FILTER NOT EXISTS { ?c cg:nothing ?v } } FILTER(!BOUND(?v)) }",
    "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?c a ?t FILTER NOT EXISTS { PART } } }",
    "ASK { ?c a cg:Case FILTER NOT EXISTS { PART } }",
    "CONSTRUCT { ?c cg:note ?v } { ?c a cg:Case OPTIONAL { PART } FILTER(!BOUND(?v) || EXISTS { PART }) }",
    "DESCRIBE ?c { ?c a cg:Case FILTER NOT EXISTS { PART } }",
];

/// What else may be said of a case.
const SAID: [&str; 5] = [
    "?c cg:ageYears ?v",
    "GRAPH ?h { ?r cg:onCase ?c ; cg:verbatim ?v }",
    "?c cg:hasFusion/cg:fivePrimeGene ?v",
    "?c cg:hasTreatment/cg:drug ?v",
    "?c cg:histology/skos:broader ?v",
];

/// The rows of an answer, sorted.
fn answer(graph: &Graph, query: &casegraph::graph::model::Query) -> Result<Vec<String>, String> {
    let mut rows = match ask(graph, query, &QueryOptions::default(), None) {
        Err(error) => return Err(format!("{error:?}")),
        Ok(Answer::Boolean(yes)) => vec![yes.to_string()],
        Ok(Answer::Table(table)) => (0..table.rows())
            .map(|row| {
                let cells = 0..table.columns.len();
                let cells = cells.map(|column| format!("{:?}", table.cells.get(row, column)));
                cells.collect::<Vec<_>>().join(" ")
            })
            .collect(),
        Ok(Answer::Triples { triples, .. }) => triples.iter().map(ToString::to_string).collect(),
    };
    rows.sort();
    Ok(rows)
}

#[test]
fn a_damaged_part_never_changes_an_answer() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("snapshot");
    SHIPPED.graph.write_snapshot(&path).expect("written");
    let bytes = fs::read(&path).expect("bytes");
    let prefixes = Prefixes::of_study("alk-sarcoma");
    let asked: Vec<_> = HIDING
        .iter()
        .flat_map(|query| SAID.map(|said| query.replace("PART", said)))
        .map(|text| {
            let query = parse(&text, &prefixes).unwrap_or_else(|e| panic!("{text}: {e:?}"));
            let right = answer(&SHIPPED.graph, &query).unwrap_or_else(|e| panic!("{text}: {e}"));
            (text, query, right)
        })
        .collect();
    let (mut refused, mut right_all_the_same) = (0, 0);
    // Each part with a checksum of its own.
    for at in (4096 + 1000..bytes.len()).step_by(256 << 10) {
        let mut damaged = bytes.clone();
        damaged[at..(at + 64).min(bytes.len())].fill(0x55);
        fs::write(&path, &damaged).expect("written");
        for (text, query, right) in &asked {
            // Opened anew: what was read stays checked.
            let opened = Snapshot::open(&path).map_err(GraphError::from);
            match opened
                .and_then(Graph::of_snapshot)
                .map(|graph| answer(&graph, query))
            {
                Ok(Ok(found)) => {
                    assert_eq!(found, *right, "{text}, damaged at {at}");
                    right_all_the_same += 1;
                }
                Ok(Err(said)) => {
                    assert!(said.contains("Damaged"), "{text}: {said}");
                    refused += 1;
                }
                Err(_) => refused += 1,
            }
        }
    }
    assert!(
        refused > asked.len() && right_all_the_same > 20,
        "{refused} refused, {right_all_the_same} right"
    );
}

#[test]
fn whatever_becomes_of_a_store_is_an_error_with_the_next_step() {
    let tiny = Tiny::new();
    tiny.run(&["build"]).ok();
    let path = tiny.store().join("store-1.snapshot");
    let whole = fs::read(&path).expect("a snapshot");
    let damages: [(&str, Vec<u8>); 6] = [
        ("empty", Vec::new()),
        ("cut in its header", whole[..100].to_vec()),
        ("cut", whole[..whole.len() / 2].to_vec()),
        ("longer", [whole.clone(), vec![0; 4096]].concat()),
        ("something else", b"SELECT * { ?s ?p ?o }".repeat(1000)),
        ("zeros", vec![0; whole.len()]),
    ];
    let commands: [&[&str]; 4] = [
        &["--frozen", "query", "SELECT ?s { ?s ?p ?o } LIMIT 1"],
        &["--frozen", "info"],
        &["--frozen", "run", "cohort/cases"],
        &["--frozen", "case", "case-1"],
    ];
    for (what, bytes) in damages {
        fs::write(&path, bytes).expect("written");
        for command in commands {
            let said = tiny.run(command).fails(2);
            assert!(said.contains("casegraph build"), "{what}: {said}");
            assert!(!said.contains("panicked"), "{what}: {said}");
        }
    }
    fs::remove_file(&path).expect("removed");
    fs::create_dir(&path).expect("a folder in its place");
    for command in commands {
        tiny.run(command).fails(2);
    }
}

/// A file that is cut while it is read is no answer, and no signal.
#[cfg(unix)]
#[test]
fn a_file_that_is_cut_while_it_is_read_ends_with_a_word() {
    let tiny = Tiny::new();
    tiny.run(&["build"]).ok();
    let path = tiny.store().join("store-1.snapshot");
    let mut child = Command::new(env!("CARGO_BIN_EXE_casegraph"))
        .args(["--frozen", "shell"])
        .current_dir(tiny.dir())
        .env("HOME", tiny.dir())
        .env("CASEGRAPH_PROJECT", tiny.home())
        .env("CASEGRAPH_LOCATION", tiny.store())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut told = BufReader::new(child.stderr.take().expect("standard error"));
    let mut line = String::new();
    while !line.contains(".help") {
        line.clear();
        assert!(told.read_line(&mut line).expect("a line") > 0, "it ended");
    }
    let file = fs::OpenOptions::new().write(true).open(&path);
    file.expect("opens").set_len(4096).expect("cut");
    let mut input = child.stdin.take().expect("standard input");
    std::io::Write::write_all(&mut input, b"SELECT * { ?s ?p ?o };\n").expect("asked");
    drop(input);
    let said: String = told.lines().map_while(Result::ok).collect();
    let ended = child.wait().expect("an end");
    assert_eq!(ended.code(), Some(2), "{ended}: {said}");
    assert!(
        said.contains("was cut") && said.contains("casegraph build"),
        "{said}"
    );
}
