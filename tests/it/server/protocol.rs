//! The SPARQL 1.1 Protocol and the reading half of the Graph Store Protocol.

use super::{Served, encoded};
use crate::support::Tiny;

const CASES: &str = "SELECT ?case WHERE { ?patient a cg:Case ; cg:caseKey ?case } ORDER BY ?case";

#[test]
fn a_query_is_asked_in_three_ways_and_answered_alike() {
    let served = Served::tiny(&[]);
    let address = format!("/sparql?query={}", encoded(CASES));
    let by_get = served.get(&address, &[("Accept", "text/csv")]);
    assert_eq!(by_get.header("content-type"), "text/csv; charset=utf-8");
    let by_get = by_get.ok();
    assert!(
        by_get.starts_with("case\r\n") && by_get.lines().count() > 3,
        "{by_get}"
    );
    assert_eq!(served.csv(CASES), by_get);
    let form = format!("query={}", encoded(CASES));
    let kind = "application/x-www-form-urlencoded; charset=UTF-8";
    assert_eq!(served.post(&form, kind, "text/csv").ok(), by_get);
    // Whoever asks for the head alone gets the same head and no body.
    let head = served.send("HEAD", &address, &[("Accept", "text/csv")], b"");
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.header("content-length"), by_get.len().to_string());
}

#[test]
fn every_format_is_given_to_who_asks_for_it() {
    let served = Served::tiny(&[]);
    let kind = "application/sparql-query";
    for (query, accept, given, begins) in [
        (CASES, "*/*", "application/sparql-results+json", "{\"head\""),
        (CASES, "application/json", "application/json", "{\"head\""),
        (
            CASES,
            "application/sparql-results+xml",
            "application/sparql-results+xml",
            "<?xml",
        ),
        (
            CASES,
            "application/xml;q=0.5, text/tab-separated-values",
            "text/tab-separated-values; charset=utf-8",
            "?case\n",
        ),
        (
            "ASK { ?s ?p ?o }",
            "application/sparql-results+json",
            "application/sparql-results+json",
            "{\"head\":{},\"boolean\":true}",
        ),
        (
            "ASK { ?s ?p ?o }",
            "text/csv",
            "text/csv; charset=utf-8",
            "true",
        ),
        (
            "CONSTRUCT { ?s a ?c } WHERE { ?s a ?c }",
            "*/*",
            "text/turtle; charset=utf-8",
            "<",
        ),
        (
            "DESCRIBE ?s WHERE { ?s a cg:Case }",
            "application/n-triples",
            "application/n-triples",
            "<",
        ),
        (
            "CONSTRUCT { ?s a ?c } WHERE { ?s a ?c }",
            "application/rdf+xml",
            "application/rdf+xml",
            "<?xml",
        ),
        (
            "CONSTRUCT { ?s a ?c } WHERE { ?s a ?c }",
            "application/ld+json",
            "application/ld+json",
            "[",
        ),
    ] {
        let got = served.post(query, kind, accept);
        assert_eq!(got.header("content-type"), given, "{query} {accept}");
        let text = got.ok();
        assert!(
            text.starts_with(begins),
            "{accept}: {}",
            &text[..text.len().min(60)]
        );
    }
    // What a format cannot hold is known before anything is sent.
    for (query, accept, instead) in [
        (
            r#"SELECT ("a\u0001" AS ?x) {}"#,
            "application/sparql-results+xml",
            "JSON or TSV",
        ),
        (
            "CONSTRUCT { ?s <http://example.org/p/1> 1 } WHERE { ?s a cg:Case }",
            "application/rdf+xml",
            "Turtle",
        ),
    ] {
        let refused = served
            .post(query, kind, accept)
            .problem(406, "not-acceptable");
        let detail = refused["detail"].as_str().expect("a detail");
        assert!(detail.contains(instead), "{detail}");
    }
    let text = served
        .post(r#"SELECT ("a\rb" AS ?x) {}"#, kind, "application/xml")
        .ok();
    assert!(text.contains("a&#xD;b"), "{text}");
    let elsewhere = served.post("ASK { SERVICE <http://127.0.0.1:1/> {} }", kind, "*/*");
    let detail = elsewhere.problem(501, "not-supported")["detail"].to_string();
    assert!(
        detail.contains("this server asks no other endpoints"),
        "{detail}"
    );
    let refused = served
        .post(CASES, kind, "image/png")
        .problem(406, "not-acceptable");
    assert!(refused["offers"].as_array().expect("offers").len() > 3);
}

#[test]
fn what_is_no_request_for_a_query_is_refused_with_the_reason() {
    let served = Served::tiny(&[]);
    let kind = "application/sparql-query";
    let bad = |target: &str| served.get(target, &[]).problem(400, "bad-request");
    bad("/sparql?default-graph-uri=http://example.org/g");
    bad(&format!("/sparql?query={0}&query={0}", encoded(CASES)));
    bad("/sparql?update=CLEAR%20ALL");
    bad(&format!(
        "/sparql?query={}&named-graph-uri=no-iri",
        encoded(CASES)
    ));
    let wrong = served
        .post("SELECT ?case WHERE { nonsense }", kind, "*/*")
        .problem(400, "query");
    assert!(
        wrong["detail"].as_str().expect("text").contains("1:"),
        "{wrong}"
    );
    served
        .post("INSERT DATA { <a:a> <a:b> <a:c> }", kind, "*/*")
        .problem(403, "read-only");
    served
        .post(
            "SELECT * { SERVICE <http://example.org/sparql> { ?s ?p ?o } }",
            kind,
            "*/*",
        )
        .problem(501, "not-supported");
    served
        .post(CASES, "text/plain", "*/*")
        .problem(415, "unsupported-media-type");
    let deleted = served.send("DELETE", "/sparql", &[], b"");
    assert_eq!(deleted.header("allow"), "GET, HEAD, POST");
    deleted.problem(405, "method-not-allowed");
    let not_text = served.send("POST", "/sparql", &[("Content-Type", kind)], &[0xff, 0xfe]);
    not_text.problem(400, "bad-request");
}

#[test]
fn the_protocol_chooses_the_graphs_whatever_the_query_says() {
    let served = Served::tiny(&[]);
    let graphs = served.csv("SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s a cg:Report } } ORDER BY ?g");
    let one = graphs
        .lines()
        .nth(1)
        .expect("a graph with reports")
        .to_owned();
    let ask = |query: &str, more: &str| {
        let target = format!("/sparql?query={}{more}", encoded(query));
        served.get(&target, &[("Accept", "text/csv")]).ok()
    };
    let count = "SELECT (COUNT(*) AS ?n) WHERE { ?s a cg:Report }";
    let of_one = ask(count, &format!("&default-graph-uri={}", encoded(&one)));
    let within = ask(
        &format!("SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{one}> {{ ?s a cg:Report }} }}"),
        "",
    );
    assert_eq!(of_one, within);
    assert!(!of_one.contains("\r\n0\r\n"), "{of_one}");
    assert_ne!(ask(count, ""), of_one);
    let named = "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }";
    assert_eq!(
        ask(named, &format!("&named-graph-uri={}", encoded(&one))),
        format!("g\r\n{one}\r\n")
    );
    // A query's own FROM does not count then.
    let own = "SELECT (COUNT(*) AS ?n) FROM <http://example.org/none> WHERE { ?s a cg:Report }";
    assert_eq!(
        ask(own, &format!("&default-graph-uri={}", encoded(&one))),
        of_one
    );
    // The whole graph, by its name.
    let whole = served.get(
        &format!("/graph-store?graph={}", encoded(&one)),
        &[("Accept", "application/n-triples")],
    );
    let lines = whole.ok().lines().count().to_string();
    assert_eq!(
        ask(
            &format!("SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{one}> {{ ?s ?p ?o }} }}"),
            ""
        ),
        format!("n\r\n{lines}\r\n")
    );
    served
        .get("/graph-store?graph=http://example.org/none", &[])
        .problem(404, "not-found");
    served.get("/graph-store", &[]).problem(400, "bad-request");
}

#[test]
fn the_endpoint_describes_itself() {
    let served = Served::tiny(&[]);
    let service = served.get("/sparql", &[("Accept", "text/turtle")]).ok();
    for word in [
        "sd:Service",
        "sd:endpoint",
        "SPARQL11Query",
        "sd:namedGraph",
    ] {
        assert!(service.contains(word), "{word}");
    }
    let void = served.get("/.well-known/void", &[]).ok();
    assert!(void.contains("void:sparqlEndpoint") && void.contains("void:classPartition"));
    // How many statements each property has, of all things and of those of a class.
    let counted = served.csv(
        "SELECT (COUNT(*) AS ?all) (SUM(IF(EXISTS { ?case a cg:Case }, 1, 0)) AS ?of_cases) { ?case cg:caseKey ?key }",
    );
    let number = counted
        .lines()
        .nth(1)
        .and_then(|line| line.split(',').next());
    let keys = format!(
        "void:property <https://w3id.org/casegraph/ontology#caseKey> ;\n\tvoid:triples {}",
        number.expect("a number")
    );
    assert_eq!(void.matches(&keys).count(), 2, "{keys}: {void}");
    let examples = served.get(
        "/.well-known/sparql-examples",
        &[("Accept", "application/ld+json")],
    );
    let examples = examples.json();
    let queries: Vec<&str> = examples
        .as_array()
        .expect("nodes")
        .iter()
        .filter_map(|node| node["http://www.w3.org/ns/shacl#select"][0]["@value"].as_str())
        .collect();
    assert!(queries.len() > 40, "{}", queries.len());
    for query in queries {
        // Each is a query that this endpoint takes as it stands.
        served.csv(query);
    }
    // A browser is led to the page.
    let browser = served.get(
        "/sparql",
        &[("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")],
    );
    assert_eq!(
        (browser.status, browser.header("location")),
        (303, "/query")
    );
}

#[test]
fn a_client_that_can_set_no_header_names_the_format() {
    let served = Served::tiny(&[]);
    let ask = |query: &str, more: &str, accept: &str| {
        let target = format!("/sparql?query={}{more}", encoded(query));
        served.get(&target, &[("Accept", accept)])
    };
    let triples = "CONSTRUCT { ?s a ?c } WHERE { ?s a ?c }";
    for (query, more, accept, given) in [
        (CASES, "&format=csv", "*/*", "text/csv; charset=utf-8"),
        (CASES, "&output=xml", "text/csv", "application/xml"),
        (
            CASES,
            "&format=text%2Ftab-separated-values",
            "*/*",
            "text/tab-separated-values; charset=utf-8",
        ),
        (triples, "&format=nt", "*/*", "application/n-triples"),
        (triples, "", "text/n3", "text/n3"),
        (triples, "", "application/json", "application/json"),
        // What is no format, or none of this kind of query, says nothing.
        (
            CASES,
            "&format=pretty",
            "text/csv",
            "text/csv; charset=utf-8",
        ),
        (
            CASES,
            "&format=turtle",
            "text/csv",
            "text/csv; charset=utf-8",
        ),
    ] {
        let got = ask(query, more, accept);
        assert_eq!(got.header("content-type"), given, "{query} {more}");
        got.ok();
    }
    // A mark of UTF-8 and a character set are no reason to refuse.
    let marked = format!("\u{feff}{CASES}");
    let kind = "application/sparql-query; charset=utf-8";
    let got = served.post(&marked, kind, "text/csv; charset=utf-8");
    assert_eq!(got.ok(), served.csv(CASES));
}

#[test]
fn an_answer_names_its_snapshot_and_says_no_type_where_it_has_no_body() {
    let served = Served::tiny(&["--cors", "*"]);
    let target = format!("/sparql?query={}", encoded(CASES));
    let first = served.get(&target, &[]);
    let snapshot = first.header("casegraph-snapshot").to_owned();
    assert!(
        served.get("/", &[]).text().contains(&snapshot),
        "{snapshot}"
    );
    assert_eq!(snapshot.len(), 16);
    assert!(
        first
            .header("access-control-expose-headers")
            .contains("Casegraph-Snapshot")
    );
    let tag = first.header("etag").to_owned();
    let again = served.send("HEAD", &target, &[("If-None-Match", &tag)], b"");
    assert_eq!((again.status, again.header("content-type")), (304, ""));
    // A figure may have its own style where it is opened by itself; a page may not.
    let figure = served.get("/analyses/partner/counts.svg", &[]);
    assert!(
        figure
            .header("content-security-policy")
            .contains("style-src 'unsafe-inline'")
    );
    let page = served.get("/", &[]);
    assert!(!page.header("content-security-policy").contains("unsafe"));
}

#[test]
fn a_spreadsheet_is_reconciled_with_the_vocabularies() {
    let tiny = Tiny::new();
    let served = Served::of(&tiny, &[]);
    let manifest: serde_json::Value =
        serde_json::from_str(&served.get("/reconcile", &[]).ok()).expect("JSON");
    assert!(
        manifest["versions"]
            .as_array()
            .is_some_and(|all| all.iter().any(|one| one == "0.2"))
    );
    let queries = r#"{"q0":{"query":"Xalkori","type":"drug"},"q1":{"query":"crizotinip","type":[{"id":"drug"}],"limit":1},"q2":{"query":""}}"#;
    let encoded: String = queries.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let answer = served
        .get(&format!("/reconcile?queries={encoded}"), &[])
        .ok();
    let answer: serde_json::Value = serde_json::from_str(&answer).expect("JSON");
    assert_eq!(answer["q0"]["result"][0]["id"], "drug:crizotinib");
    assert_eq!(answer["q0"]["result"][0]["match"], true);
    assert_eq!(answer["q1"]["result"][0]["id"], "drug:crizotinib");
    assert_eq!(answer["q1"]["result"][0]["match"], false);
    assert_eq!(answer["q1"]["result"].as_array().map(Vec::len), Some(1));
    assert_eq!(answer["q2"]["result"].as_array().map(Vec::len), Some(0));
    assert!(
        served
            .get("/reconcile/preview?id=drug:crizotinib", &[])
            .ok()
            .contains("crizotinib")
    );
    served
        .get("/reconcile/preview?id=drug:nothing", &[])
        .problem(404, "not-found");
    served
        .get("/reconcile?queries=nonsense", &[])
        .problem(400, "bad-request");
    assert!(
        served
            .get("/reconcile/suggest/entity?prefix=criz", &[])
            .ok()
            .contains("drug:crizotinib")
    );
}

#[test]
fn every_export_is_an_archive() {
    let tiny = Tiny::new();
    let served = Served::of(&tiny, &[]);
    let page = served.get("/export", &[]).ok();
    for format in casegraph::export::FORMATS {
        let path = format!("/export/{}", format.name);
        assert!(page.contains(&format!("href=\"{path}\"")), "{path}");
        let got = served.get(&path, &[]);
        assert_eq!(got.body[..4], *b"PK\x03\x04", "{path}");
    }
    served.get("/export/nothing", &[]).problem(404, "not-found");
}
