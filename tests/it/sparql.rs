//! What SPARQL says, where it is easily otherwise: terms, names, graphs, paths, errors, updates, limits.

use std::fs;
use std::time::{Duration, Instant};

use casegraph::graph::model::{Quad, RdfFormat, RdfParser, SparqlParser};
use casegraph::graph::namespaces::Prefixes;
use casegraph::graph::snapshot::Snapshot;
use casegraph::graph::{Graph, GraphError, QueryOptions};
use casegraph::query::{ask, parse};
use tempfile::TempDir;

use crate::snapshot::{Both, EX, solutions};

/// Quads of `TriG`, in which ex:g1 and ex:g2 make up the default graph.
pub fn quads(trig: &str) -> Vec<Quad> {
    let text = format!(
        "PREFIX ex: <{EX}> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> {trig}
         GRAPH ex:about {{ ex:g1 <https://w3id.org/casegraph/ontology#inDefaultGraph> true .
                          ex:g2 <https://w3id.org/casegraph/ontology#inDefaultGraph> true }}"
    );
    let parser = RdfParser::from_format(RdfFormat::TriG).for_slice(&text);
    parser.collect::<Result<_, _>>().expect("TriG")
}

/// The rows of a query, without the namespace of the examples.
pub fn rows(graph: &Graph, query: &str) -> Result<Vec<String>, String> {
    let query = format!("PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> {query}");
    Ok(solutions(graph, &query)?
        .iter()
        .map(|row| short(row))
        .collect())
}

/// A row without the namespace of the examples, brackets and quotation marks.
pub fn short(row: &str) -> String {
    row.replace(&format!("<{EX}"), "")
        .replace("^^<http://www.w3.org/2001/XMLSchema#integer>", "")
        .replace(['>', '"'], "")
}

/// Checks the rows of a query, which are sorted as texts, from a snapshot and from stores.
#[track_caller]
pub fn gives<const N: usize>(both: &Both, query: &str, expected: [&str; N]) {
    for graph in [&both.snapshot, &both.memory] {
        let found = rows(graph, query).unwrap_or_else(|error| panic!("{query}: {error}"));
        assert_eq!(found, expected, "{query}");
    }
}

#[test]
fn a_term_is_the_same_term_however_it_is_spelt() {
    let both = Both::of(&quads(
        r#"GRAPH ex:g1 { ex:a ex:p 1.0 . ex:b ex:p "007"^^xsd:integer . ex:c ex:p "1"^^xsd:boolean .
           ex:d ex:p "2020-01-01T00:00:00.000Z"^^xsd:dateTime . ex:e ex:p "1.0" }"#,
    ));
    for (spellings, thing) in [
        (&["1.0", "01.000", r#""1"^^xsd:decimal"#][..], "s=a"),
        (&[r#""007"^^xsd:integer"#, "7", "+7"], "s=b"),
        (&[r#""1"^^xsd:boolean"#, "true"], "s=c"),
        (
            &[
                r#""2020-01-01T00:00:00.000Z"^^xsd:dateTime"#,
                r#""2020-01-01T00:00:00Z"^^xsd:dateTime"#,
            ],
            "s=d",
        ),
        (&[r#""1.0""#], "s=e"),
    ] {
        for spelling in spellings {
            for condition in [
                format!("sameTerm(?v, {spelling})"),
                format!("?v = {spelling}"),
                format!("?v IN (ex:x, {spelling})"),
                format!("STR(?v) = STR({spelling}) && DATATYPE(?v) = DATATYPE({spelling})"),
                format!("IF(sameTerm({spelling}, ?v), true, false)"),
            ] {
                // In batches, and by the engine.
                for select in ["SELECT", "SELECT DISTINCT"] {
                    let query = format!("{select} ?s {{ ?s ex:p ?v FILTER({condition}) }}");
                    gives(&both, &query, [thing]);
                }
            }
        }
    }
    gives(
        &both,
        "SELECT ?s { ?s ex:p ?v FILTER(isNumeric(?v)) }",
        ["s=a", "s=b"],
    );
}

#[test]
fn a_variable_may_have_any_name() {
    let both = Both::of(&quads(
        "GRAPH ex:g1 { ex:a ex:age 10 ; ex:p ex:x . ex:b ex:age 20 . ex:c ex:age 1 }",
    ));
    for name in [
        "exists_1",
        "exists",
        "number_of_the_term",
        "number",
        "key_0",
        "key",
        "t_constant_1",
    ] {
        gives(
            &both,
            &format!(
                "SELECT ?c ?had {{ ?c ex:age ?{name} BIND(EXISTS {{ ?c ex:p+ ex:x }} AS ?had) FILTER(?had) }}"
            ),
            ["c=a had=true^^<http://www.w3.org/2001/XMLSchema#boolean"],
        );
        gives(
            &both,
            &format!("SELECT ?c {{ ?c ex:age ?{name} FILTER(?{name} > 15 || ?{name} = 1e0) }}"),
            ["c=b", "c=c"],
        );
        gives(
            &both,
            &format!(
                "SELECT ?c ?{name} {{ ?c ex:age ?{name} }} ORDER BY DESC(?{name} + 0) LIMIT 1"
            ),
            [&*format!("c=b {name}=20")],
        );
    }
}

#[test]
fn exists_on_a_path_is_asked_of_each_row_where_it_depends_on_it() {
    let both = Both::of(&quads(
        "GRAPH ex:g1 { ex:a ex:age 10 ; ex:p ex:x . ex:b ex:age 20 }",
    ));
    gives(
        &both,
        "SELECT * { ?z ex:age ?v LATERAL { ?c ex:age ?w FILTER EXISTS { ?c ex:p+ ex:x . ?c ex:age ?v } } }",
        ["c=a v=10 w=10 z=a"],
    );
    gives(
        &both,
        "SELECT ?c ?v { ?z ex:age ?v LATERAL { ?c ex:age ?w FILTER NOT EXISTS { ?c ex:p+ ex:x . ?c ex:age ?v } } }",
        ["c=a v=20", "c=b v=10", "c=b v=20"],
    );
}

#[test]
fn graph_with_a_variable_is_asked_of_each_graph() {
    let both = Both::of(&quads(
        "GRAPH ex:g1 { ex:a ex:p 1, 2 } GRAPH ex:g2 { ex:d ex:p 3 } GRAPH ex:g3 { ex:a ex:q 4 }",
    ));
    let of = |pattern: &str| {
        format!("SELECT * FROM NAMED ex:g1 FROM NAMED ex:g2 FROM NAMED ex:g3 {{ {pattern} }}")
    };
    let counted = "GRAPH ?g { SELECT (COUNT(*) AS ?n) { ?s ex:p ?o } }";
    gives(&both, &of(counted), ["g=g1 n=2", "g=g2 n=1", "g=g3 n=0"]);
    gives(
        &both,
        &of("GRAPH ?g { SELECT ?s { ?s ex:p ?o } ORDER BY DESC(?o) LIMIT 1 }"),
        ["g=g1 s=a", "g=g2 s=d"],
    );
    gives(
        &both,
        &of("GRAPH ?g { VALUES ?x { 1 } }"),
        ["g=g1 x=1", "g=g2 x=1", "g=g3 x=1"],
    );
    gives(
        &both,
        &of("GRAPH ?g { ?s ex:p ?o MINUS { ?other ex:p 3 } }"),
        ["g=g1 o=1 s=a", "g=g1 o=2 s=a", "g=g2 o=3 s=d"],
    );
    gives(
        &both,
        &of("GRAPH ?g { ?s ex:q ?o GRAPH ex:g1 { ?s ex:p 2 } }"),
        ["g=g3 o=4 s=a"],
    );
    gives(
        &both,
        &of("?x ex:never ?y FILTER EXISTS { GRAPH ?g { SELECT ?s { ?s ?p ?o } } }"),
        [],
    );
    // Without FROM NAMED it is asked of all of them; where ?g is bound, of that one.
    gives(
        &both,
        &format!("SELECT ?n {{ VALUES ?g {{ ex:g2 }} {counted} }}"),
        ["n=1"],
    );
    gives(
        &both,
        &format!("ASK {{ {counted} FILTER(?n = 2 && ?g = ex:g1) }}"),
        ["true"],
    );
}

#[test]
fn a_path_of_length_zero_leads_from_any_term_to_itself() {
    let both = Both::of(&quads(
        "GRAPH ex:g1 { ex:a ex:p ex:b . ex:b ex:p ex:c } GRAPH ex:g3 { ex:z ex:p ex:a }",
    ));
    gives(&both, "SELECT ?o { ex:zz ex:p* ?o }", ["o=zz"]);
    gives(&both, "SELECT ?o { ex:zz ex:p? ?o }", ["o=zz"]);
    gives(&both, "SELECT ?s { ?s ex:p* ex:zz }", ["s=zz"]);
    gives(&both, "SELECT ?s { ?s ex:p* 7 }", ["s=7"]);
    gives(&both, "ASK { ex:zz ex:p* ex:zz }", ["true"]);
    gives(&both, "ASK { ex:zz ex:p* ex:a }", ["false"]);
    // The second path of two begins at nodes of the graph.
    gives(&both, "SELECT ?o { ex:zz ex:p*/ex:q* ?o }", []);
    gives(&both, "SELECT ?o { ex:zz (ex:p|ex:q?) ?o }", ["o=zz"]);
    gives(&both, "SELECT ?o { ex:zz ex:p*/ex:p ?o }", []);
    gives(&both, "SELECT ?o { ex:zz ex:p+ ?o }", []);
    gives(&both, "SELECT ?o { ex:a ex:p* ?o }", ["o=a", "o=b", "o=c"]);
    gives(
        &both,
        "SELECT ?o { ?x ex:p ex:b . ex:never ex:p* ?o }",
        ["o=never"],
    );
    // ex:z stands in another graph than the default one.
    gives(&both, "SELECT ?o { ex:z ex:p* ?o }", ["o=z"]);
    gives(
        &both,
        "SELECT ?o { GRAPH ex:g3 { ex:z ex:p* ?o } }",
        ["o=a", "o=z"],
    );
    gives(
        &both,
        "SELECT ?o { GRAPH ex:g1 { ex:z ex:p* ?o } }",
        ["o=z"],
    );
    gives(
        &both,
        "SELECT ?g ?o FROM NAMED ex:g1 FROM NAMED ex:g3 { GRAPH ?g { ex:z ex:p* ?o } }",
        ["g=g1 o=z", "g=g3 o=a", "g=g3 o=z"],
    );
}

#[test]
fn an_error_within_exists_and_minus_is_one_of_the_answer() {
    let both = Both::of(&quads("GRAPH ex:g1 { ex:a ex:p 1 }"));
    let elsewhere = "SERVICE <http://127.0.0.1:1/sparql> { ?s ?q ?r }";
    for query in [
        format!("SELECT ?s {{ ?s ex:p ?o FILTER EXISTS {{ {elsewhere} }} }}"),
        format!("SELECT ?s {{ ?s ex:p ?o FILTER NOT EXISTS {{ {elsewhere} }} }}"),
        format!("SELECT ?s {{ ?s ex:p ?o BIND(EXISTS {{ {elsewhere} }} AS ?x) }}"),
        format!("SELECT ?s {{ ?s ex:p ?o MINUS {{ {elsewhere} }} }}"),
        format!("SELECT (COUNT(*) AS ?n) {{ ?s ex:p ?o MINUS {{ {elsewhere} }} }}"),
        format!("ASK {{ ?s ex:p ?o FILTER EXISTS {{ {elsewhere} }} }}"),
        format!("CONSTRUCT {{ ?s ex:q 1 }} {{ ?s ex:p ?o MINUS {{ {elsewhere} }} }}"),
        "SELECT ?s { ?s ex:p ?o FILTER EXISTS { SERVICE ?e { ?s ?q ?r } } }".to_owned(),
    ] {
        for graph in [&both.snapshot, &both.memory] {
            let said = rows(graph, &query).expect_err(&query);
            assert!(said.contains("Service"), "{query}: {said}");
        }
    }
    let silent = elsewhere.replace("SERVICE", "SERVICE SILENT");
    let query = format!("SELECT ?s {{ ?s ex:p ?o FILTER EXISTS {{ {silent} }} }}");
    gives(&both, &query, ["s=a"]);
    // An error of a type is no such error, as everywhere in SPARQL.
    gives(
        &both,
        "SELECT ?s { ?s ex:p ?o FILTER NOT EXISTS { ?s ex:p ?r FILTER(?r + \"x\" > 0) } }",
        ["s=a"],
    );
}

#[test]
fn the_end_of_the_time_within_exists_is_no_answer() {
    let trig: String = (0..60).map(|n| format!("ex:n{n} ex:p {n} . ")).collect();
    let both = Both::of(&quads(&format!("GRAPH ex:g1 {{ {trig} }}")));
    let slow = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c + ?f + ?i + ?x < 0)";
    for query in [
        format!("ASK {{ VALUES ?x {{ 1 }} FILTER EXISTS {{ {slow} }} }}"),
        format!("SELECT ?x {{ VALUES ?x {{ 1 }} FILTER NOT EXISTS {{ {slow} }} }}"),
        format!("SELECT ?x {{ VALUES ?x {{ 1 }} MINUS {{ VALUES ?x {{ 1 }} {slow} }} }}"),
    ] {
        let query = parse(
            &format!("PREFIX ex: <{EX}> {query}"),
            &Prefixes::of_study("tiny"),
        )
        .expect("a query");
        let options = QueryOptions {
            timeout: Some(Duration::from_millis(20)),
            ..QueryOptions::default()
        };
        for graph in [&both.snapshot, &both.memory] {
            let begun = Instant::now();
            let answer = ask(graph, &query, &options, None);
            let time = begun.elapsed();
            assert!(answer.is_err(), "{query}, {time:?}");
            assert!(time < Duration::from_secs(30), "{query}, {time:?}");
        }
    }
}

#[test]
fn a_damaged_file_is_no_answer_within_exists() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("snapshot");
    let trig: String = (0..6000)
        .map(|n| format!("ex:n{n} ex:p {} ; ex:q {n} . ", n % 7))
        .collect();
    let mut graph = Graph::in_memory().expect("a store");
    graph
        .load(quads(&format!("GRAPH ex:g1 {{ {trig} }}")))
        .expect("loaded");
    graph.write_snapshot(&path).expect("written");
    let bytes = fs::read(&path).expect("bytes");
    let asked = [
        "SELECT DISTINCT ?s { ?s ex:p ?o FILTER NOT EXISTS { ?s ex:q ?r FILTER(?r > 150) } }",
        "SELECT DISTINCT ?s { ?s ex:p ?o MINUS { ?s ex:q ?r FILTER(STR(?r) > \"150\") } }",
    ];
    let right = asked.map(|query| rows(&graph, query).expect("rows"));
    let mut refused = 0;
    for at in (0..bytes.len()).step_by(bytes.len() / 60) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1 << (at % 8);
        fs::write(&path, &damaged).expect("written");
        let Ok(graph) = Snapshot::open(&path)
            .map_err(GraphError::from)
            .and_then(Graph::of_snapshot)
        else {
            refused += 1;
            continue;
        };
        for (query, right) in asked.iter().zip(&right) {
            match rows(&graph, query) {
                Ok(found) => assert_eq!(found, *right, "{query}, damaged at {at}"),
                Err(_) => refused += 1,
            }
        }
    }
    assert!(refused > 10, "{refused}");
}

#[test]
fn an_update_finds_what_a_query_finds() {
    let update = |graph: &mut Graph, text: &str| {
        let update = SparqlParser::new()
            .parse_update(&format!("PREFIX ex: <{EX}> {text}"))
            .expect("an update");
        graph
            .update(&update, Duration::from_secs(20))
            .expect("updated");
    };
    let mut graph = Graph::in_memory().expect("a store");
    graph
        .load(quads("GRAPH ex:g1 { ex:a ex:p 1, 2 } GRAPH ex:g2 { ex:a ex:p 1 } GRAPH ex:g3 { ex:a ex:p 5 }"))
        .expect("loaded");
    let found = |graph: &Graph, query: &str| rows(graph, query).expect("rows");
    // A triple of two graphs is one.
    for (pattern, n) in [
        ("SELECT (COUNT(*) AS ?n) { ?s ex:p ?o }", "n=2"),
        ("SELECT (SUM(?o) AS ?n) { ex:a ex:p ?o }", "n=3"),
        ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o . ?s ex:p ?r }", "n=4"),
        ("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ex:p ?o } }", "n=4"),
        (
            "SELECT (COUNT(?g) AS ?n) { GRAPH ?g { SELECT ?s { ?s ex:p ?o } } }",
            "n=4",
        ),
        ("SELECT (COUNT(*) AS ?n) { ex:zz ex:p* ?o }", "n=1"),
    ] {
        update(
            &mut graph,
            &format!("INSERT {{ GRAPH ex:out {{ ex:r ex:n ?n }} }} WHERE {{ {pattern} }}"),
        );
        assert_eq!(
            found(&graph, "SELECT ?n { GRAPH ex:out { ex:r ex:n ?n } }"),
            [n],
            "{pattern}"
        );
        update(&mut graph, "DROP GRAPH ex:out");
    }
    update(
        &mut graph,
        "INSERT { GRAPH ex:out { [] ex:m ?o } } WHERE { ex:a ex:p ?o }",
    );
    assert_eq!(
        found(&graph, "SELECT ?o { GRAPH ex:out { ?b ex:m ?o } }"),
        ["o=1", "o=2"]
    );
    // USING and WITH name other graphs.
    update(
        &mut graph,
        "INSERT { GRAPH ex:out { ex:u ex:n ?n } } USING ex:g1 USING ex:g2 USING ex:g3
         WHERE { SELECT (COUNT(*) AS ?n) { ?s ex:p ?o } }",
    );
    assert_eq!(
        found(&graph, "SELECT ?n { GRAPH ex:out { ex:u ex:n ?n } }"),
        ["n=3"]
    );
    update(
        &mut graph,
        "WITH ex:g1 DELETE { ?s ?p ?o } INSERT { ?s ?p 9 } WHERE { ?s ?p ?o FILTER(?o = 1) }",
    );
    assert_eq!(
        found(&graph, "SELECT ?o { GRAPH ex:g1 { ex:a ex:p ?o } }"),
        ["o=2", "o=9"]
    );
    update(
        &mut graph,
        "DELETE { GRAPH ?g { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } ?s ex:p 9 FILTER(?o < 9) }",
    );
    assert_eq!(
        found(&graph, "SELECT ?g ?o { GRAPH ?g { ex:a ex:p ?o } }"),
        ["g=g1 o=9"]
    );
    // Each operation sees what the one before did.
    update(
        &mut graph,
        "INSERT DATA { GRAPH ex:g2 { ex:b ex:p 1 } } ;
         INSERT { GRAPH ex:out { ?s ex:seen true } } WHERE { ?s ex:p 1 }",
    );
    assert_eq!(
        found(&graph, "SELECT ?s { GRAPH ex:out { ?s ex:seen true } }"),
        ["s=b"]
    );
}

/// Things that all have one class.
fn many(things: usize) -> Both {
    let trig: String = (0..things)
        .map(|n| format!("ex:n{n} ex:is ex:t . "))
        .collect();
    Both::of(&quads(&format!("GRAPH ex:g1 {{ {trig} }}")))
}

#[test]
fn a_join_that_explodes_ends_with_what_is_asked_for() {
    let both = many(5000);
    let ask = |query: &str, milliseconds: u64| {
        let query = parse(
            &format!("PREFIX ex: <{EX}> {query}"),
            &Prefixes::of_study("tiny"),
        )
        .expect("a query");
        let options = QueryOptions {
            timeout: Some(Duration::from_millis(milliseconds)),
            ..QueryOptions::default()
        };
        let begun = Instant::now();
        let answer = ask(&both.snapshot, &query, &options, None);
        (answer.is_ok(), begun.elapsed())
    };
    for pattern in [
        "?a ex:is ?t . ?b ex:is ?t . ?c ex:is ?t",
        "?a ex:is ?t OPTIONAL { ?b ex:is ?t } OPTIONAL { ?c ex:is ?t }",
        "?a ex:is ?t . ?t ^ex:is ?b . ?b ex:is+ ?u . ?c ex:is+ ?u",
    ] {
        let (answered, time) = ask(
            &format!("SELECT * {{ {pattern} }} LIMIT 10 OFFSET 3"),
            60_000,
        );
        assert!(
            answered && time < Duration::from_secs(10),
            "{pattern}: {time:?}"
        );
        let (answered, time) = ask(&format!("SELECT (COUNT(*) AS ?n) {{ {pattern} }}"), 300);
        assert!(
            !answered && time < Duration::from_secs(10),
            "{pattern}: {time:?}"
        );
    }
}

#[test]
fn a_join_that_is_made_in_pieces_has_each_row_once() {
    // More rows than a step makes at once.
    let both = many(700);
    for pattern in [
        "?a ex:is ?t . ?b ex:is ?t",
        "?a ex:is ?t OPTIONAL { ?b ex:is ?t }",
        "?a ex:is ?t . ?b ex:is+ ?t",
    ] {
        let count = format!("SELECT (COUNT(*) AS ?n) {{ {pattern} }}");
        assert_eq!(
            rows(&both.snapshot, &count),
            Ok(vec!["n=490000".to_owned()]),
            "{pattern}"
        );
        let different =
            format!("SELECT (COUNT(*) AS ?n) {{ SELECT DISTINCT ?a ?b {{ {pattern} }} }}");
        assert_eq!(
            rows(&both.snapshot, &different),
            Ok(vec!["n=490000".to_owned()]),
            "{pattern}"
        );
        let mut all = rows(&both.snapshot, &format!("SELECT ?a ?b {{ {pattern} }}")).expect("rows");
        assert_eq!(all.len(), 490_000, "{pattern}");
        all.dedup();
        assert_eq!(all.len(), 490_000, "{pattern}");
    }
}

#[test]
fn texts_are_read_as_sparql_reads_them() {
    let both = Both::of(&quads("GRAPH ex:g1 { ex:s ex:p ex:o . ex:o a ex:T }"));
    gives(&both, "SELECT (5-xsd:integer(\"2\") AS ?x) {}", ["x=3"]);
    let parsed = |text: &str| {
        let text = format!("PREFIX ex: <{EX}> {text}");
        parse(&text, &Prefixes::of_study("tiny"))
    };
    // Names that need no declaration, wherever they begin.
    parsed("SELECT * { ?s ?p ?o.rdf:type ?a ?b }").expect("a query");
    // A blank node within a negation is read once.
    gives(
        &both,
        "SELECT ?s { ?s ex:p ?o FILTER(!EXISTS { ?s ex:q _:x }) }",
        ["s=s"],
    );
    gives(
        &both,
        "SELECT ?s { ?s ?p ?o FILTER(!(EXISTS { ?o a _:x } || !true)) }",
        ["s=o"],
    );
    let deep = |n: usize| format!("ASK {{ FILTER({}true{}) }}", "!(".repeat(n), ")".repeat(n));
    // Negations within negations take no longer, in a query or in what is none.
    let begun = Instant::now();
    gives(&both, &deep(24), ["true"]);
    gives(&both, &deep(25), ["false"]);
    gives(
        &both,
        &format!("ASK {{ FILTER({}true) }}", "!".repeat(25)),
        ["false"],
    );
    let said = parsed(&deep(24).replace("true", "true ?x"));
    let said = said.expect_err("no query").to_string();
    assert!(said.contains("not SPARQL at"), "{said}");
    let said = parsed(&deep(2001)).expect_err("too deep").to_string();
    assert!(said.contains("more than 2000"), "{said}");
    assert!(
        begun.elapsed() < Duration::from_secs(2),
        "{:?}",
        begun.elapsed()
    );
}
