//! `SERVICE`: a second endpoint on this machine that answers well, badly, late, without end or not.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{sleep, spawn};
use std::time::{Duration, Instant};

use casegraph::graph::model::{GraphName, NamedNode, Quad, RdfFormat, RdfParser, SparqlParser};
use casegraph::graph::{Graph, QueryOptions, Results};
use sparesults::{QueryResultsFormat, QueryResultsSerializer};

use super::Tiny;
use crate::support::Ran;

const JSON: &str = "application/sparql-results+json";

/// An endpoint that does with each query and its connection what it is told to.
struct Endpoint {
    address: String,
    asked: Arc<AtomicUsize>,
}

impl Endpoint {
    fn new(answer: impl Fn(&str, TcpStream) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = format!(
            "http://{}/sparql",
            listener.local_addr().expect("an address")
        );
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        spawn(move || {
            for stream in listener.incoming().flatten() {
                count.fetch_add(1, Ordering::SeqCst);
                let query = query_of(&stream);
                answer(&query, stream);
            }
        });
        Self { address, asked }
    }

    /// One that says the same to everyone.
    fn saying(head: &'static str, body: &'static str) -> Self {
        Self::new(move |_, mut stream| {
            let _ = write!(
                stream,
                "HTTP/1.1 {head}\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            );
        })
    }

    /// One that answers from a graph of its own.
    fn of(turtle: &str) -> Self {
        let mut graph = Graph::in_memory().expect("a store");
        let quads = RdfParser::from_format(RdfFormat::Turtle)
            .for_slice(turtle)
            .map(|quad| quad.expect("Turtle"))
            .map(|quad| Quad {
                graph_name: GraphName::from(NamedNode::new_unchecked("http://example.org/g")),
                ..quad
            });
        graph.load(quads.collect::<Vec<_>>()).expect("loaded");
        let own = vec![NamedNode::new_unchecked("http://example.org/g")];
        Self::new(move |query, mut stream| {
            let query = SparqlParser::new().parse_query(query).expect("a query");
            let options = QueryOptions {
                graphs: own.clone(),
                ..QueryOptions::default()
            };
            let answer = graph.query(&query, &options).expect("an answer");
            let Results::Rows(rows) = answer.results else {
                panic!("a SELECT")
            };
            let mut writer = QueryResultsSerializer::from_format(QueryResultsFormat::Json)
                .serialize_solutions_to_writer(Vec::new(), rows.variables().to_vec())
                .expect("a writer");
            for row in rows {
                writer.serialize(&row.expect("a row")).expect("written");
            }
            let body = writer.finish().expect("finished");
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\nContent-Type: {JSON}; charset=utf-8\r\nContent-Length: {}\r\n\r\n",
                body.len()
            );
            let _ = stream.write_all(&body);
        })
    }

    /// Asks for all rows of a pattern of this endpoint, on the invented study.
    fn ask(&self, tiny: &Tiny, more: &[&str], pattern: &str) -> Ran {
        let query = format!(
            "SELECT * WHERE {{ {} }}",
            pattern.replace("HERE", &format!("<{}>", self.address))
        );
        let mut arguments = vec!["query", "--format", "csv", "--allow-service", &self.address];
        arguments.extend(more);
        arguments.push(&query);
        tiny.run(&arguments)
    }
}

/// The query of an HTTP request with a form.
fn query_of(stream: &TcpStream) -> String {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).expect("a header");
        if line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().expect("a length");
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("a body");
    let body = String::from_utf8(body).expect("text");
    decoded(body.strip_prefix("query=").expect("a form"))
}

fn decoded(form: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = form.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let hex = [rest.next(), rest.next()].map(|digit| digit.expect("a digit"));
                let hex = std::str::from_utf8(&hex).expect("digits").to_owned();
                u8::from_str_radix(&hex, 16).expect("a number")
            }
            other => other,
        });
    }
    String::from_utf8(bytes).expect("text")
}

fn built() -> Tiny {
    let tiny = Tiny::new();
    tiny.run(&["build"]).ok();
    tiny
}

const ANY: &str = "SERVICE HERE { ?x ?y ?z }";

#[test]
fn another_endpoint_is_joined_and_asked_once() {
    let tiny = built();
    let endpoint = Endpoint::of(
        r#"@prefix gene: <https://w3id.org/casegraph/vocabulary/gene/> .
           gene:RANBP2 <http://example.org/seen> "pores" ; <http://example.org/also> _:b .
           _:b <http://example.org/name> "blank" .
           gene:NOWHERE <http://example.org/seen> "no case" ."#,
    );
    let query = "?case cg:hasFusion/cg:fivePrimeGene ?gene
                 SERVICE HERE { ?gene <http://example.org/seen> ?seen ; <http://example.org/also>/<http://example.org/name> ?name }";
    let out = endpoint.ask(&tiny, &[], query).ok();
    let local = tiny
        .run(&[
            "query",
            "--format",
            "csv",
            "SELECT ?case { ?case cg:hasFusion/cg:fivePrimeGene gene:RANBP2 }",
        ])
        .ok();
    assert!(local.lines().count() > 1, "{local}");
    assert_eq!(out.lines().count(), local.lines().count(), "{out}");
    assert!(
        out.lines()
            .skip(1)
            .all(|row| row.contains("pores") && row.contains("blank"))
    );
    assert_eq!(endpoint.asked.load(Ordering::SeqCst), 1);
}

#[test]
fn a_pattern_is_sent_as_it_stands() {
    let tiny = built();
    let endpoint = Endpoint::of(
        r#"@prefix ex: <http://example.org/> . ex:a ex:n "1", "A" . ex:b ex:n 5 , 40 ."#,
    );
    // The order is the other endpoint's own, and so is the graph.
    let ordered =
        "SERVICE HERE { SELECT ?n { ?s <http://example.org/n> ?n } ORDER BY DESC(?n) LIMIT 1 }";
    let out = endpoint.ask(&tiny, &[], ordered).ok();
    let engine = endpoint.ask(
        &tiny,
        &[],
        &format!("GRAPH ?g {{ {ordered} }} FILTER(?g = publication:none)"),
    );
    assert_eq!(engine.ok().lines().count(), 1);
    let within = format!("{{ SELECT DISTINCT ?n {{ GRAPH ?g {{ {ordered} }} }} }}");
    assert_eq!(endpoint.ask(&tiny, &[], &within).ok(), out);
    assert_eq!(out, "n\r\n40\r\n");
}

#[test]
fn an_endpoint_that_fails_within_exists_fails_the_answer() {
    let tiny = built();
    let endpoint = Endpoint::saying("500 Broken", "out of order");
    for pattern in [
        "?x a cg:Case FILTER EXISTS { SERVICE HERE { ?x ?y ?z } }",
        "?x a cg:Case FILTER NOT EXISTS { SERVICE HERE { ?x ?y ?z } }",
        "?x a cg:Case MINUS { SERVICE HERE { ?x ?y ?z } }",
    ] {
        let ran = endpoint.ask(&tiny, &[], pattern);
        assert!(
            ran.status != 0 && ran.out.is_empty(),
            "{pattern}: {}",
            ran.out
        );
        assert!(ran.err.contains("500"), "{}", ran.err);
        let silent = pattern.replace("SERVICE", "SERVICE SILENT");
        let ran = endpoint.ask(&tiny, &[], &silent);
        assert!(ran.status == 0 && ran.err.contains("500"), "{}", ran.err);
    }
}

#[test]
fn no_endpoint_is_asked_unless_it_is_named() {
    let tiny = built();
    let named = Endpoint::saying(
        "200 OK\r\nContent-Type: application/sparql-results+json",
        "{}",
    );
    let other = Endpoint::saying(
        "200 OK\r\nContent-Type: application/sparql-results+json",
        "{}",
    );
    let foreign = format!("SERVICE <{}> {{ ?x ?y ?z }}", other.address);
    let said = named.ask(&tiny, &[], &foreign).fails(3);
    assert!(
        said.contains(&format!("--allow-service {}", other.address)),
        "{said}"
    );
    // Neither by a variable, nor silently, nor by way of the one that is allowed.
    let variable = format!(
        "VALUES ?where {{ <{}> }} SERVICE ?where {{ ?x ?y ?z }}",
        other.address
    );
    // (The engine joins it before the variable has a value.)
    named.ask(&tiny, &[], &variable).fails(2);
    let silent = foreign.replace("SERVICE", "SERVICE SILENT");
    let ran = named.ask(&tiny, &[], &silent);
    assert!(
        ran.err
            .contains("is not allowed; what it would have said is missing"),
        "{}",
        ran.err
    );
    let address = other.address.clone();
    let leading = Endpoint::new(move |_, mut stream| {
        let _ = write!(
            stream,
            "HTTP/1.1 307 Temporary Redirect\r\nLocation: {address}\r\nContent-Length: 0\r\n\r\n"
        );
    });
    let said = leading.ask(&tiny, &[], ANY).fails(2);
    assert!(
        said.contains(&format!("leads to {}", other.address)),
        "{said}"
    );
    assert_eq!(other.asked.load(Ordering::SeqCst), 0);
    let said = tiny
        .run(&["query", "--allow-service", "file:///etc/passwd", "ASK {}"])
        .fails(2);
    assert!(said.contains("begins with http:// or https://"), "{said}");
}

#[test]
fn an_endpoint_that_fails_or_lies_gives_nothing() {
    let tiny = built();
    let cases = [
        (
            "500 Oops\r\nContent-Type: text/plain",
            "out of memory",
            "status 500: out of memory",
        ),
        (
            "200 OK\r\nContent-Type: text/html",
            "<p>Welcome</p>",
            "answers with text/html",
        ),
        ("200 OK", "x", "a body of no declared type"),
        (
            "200 OK\r\nContent-Type: text/csv",
            "x,y,z\n1,2,3\n",
            "answers with text/csv",
        ),
        (
            "200 OK\r\nContent-Type: application/sparql-results+json",
            "<html>",
            "cannot be taken",
        ),
        (
            "200 OK\r\nContent-Type: application/sparql-results+json",
            r#"{"head": {}, "boolean": true}"#,
            "a yes or no where rows were asked for",
        ),
        (
            "200 OK\r\nContent-Type: application/sparql-results+json",
            r#"{"head": {"vars": ["case"]}, "results": {"bindings": []}}"#,
            "?case was not asked for",
        ),
        (
            "200 OK\r\nContent-Type: application/sparql-results+json",
            r#"{"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"type": "uri", "value": "no iri"}}]}}"#,
            "cannot be taken",
        ),
        (
            "200 OK\r\nContent-Type: application/sparql-results+json",
            r#"{"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"type": "literal", "value": "1"}},"#,
            "cannot be taken",
        ),
    ];
    for (head, body, expected) in cases {
        let endpoint = Endpoint::saying(head, body);
        let said = endpoint.ask(&tiny, &[], ANY).fails(2);
        assert!(said.contains(expected), "{head}: {said}");
        let silent = endpoint.ask(
            &tiny,
            &[],
            "?case a cg:Case SERVICE SILENT HERE { ?x ?y ?z }",
        );
        let err = silent.err.clone();
        assert!(silent.ok().lines().count() > 2);
        assert!(
            err.contains(expected) && err.contains("is missing"),
            "{err}"
        );
    }
    // Fewer bytes than announced.
    let broken = Endpoint::new(|_, mut stream| {
        let _ = write!(
            stream,
            "HTTP/1.1 200 OK\r\nContent-Type: {JSON}\r\nContent-Length: 900\r\n\r\n{{\"head\""
        );
    });
    broken.ask(&tiny, &[], ANY).fails(2);
    // Nobody there.
    let gone = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = format!("http://{}/", gone.local_addr().expect("an address"));
    drop(gone);
    let query = format!("SELECT * {{ SERVICE <{address}> {{ ?x ?y ?z }} }}");
    let said = tiny
        .run(&["query", "--allow-service", &address, &query])
        .fails(2);
    assert!(said.contains("cannot be asked"), "{said}");
}

#[test]
fn an_endpoint_without_end_is_left() {
    let tiny = built();
    let still = Endpoint::new(|_, stream| {
        sleep(Duration::from_secs(20));
        drop(stream);
    });
    let dripping = Endpoint::new(|_, mut stream| {
        let _ = write!(
            stream,
            "HTTP/1.1 200 OK\r\nContent-Type: {JSON}\r\n\r\n{{\"head\": {{\"vars\": [\"x\"]}}, "
        );
        while write!(stream, " ").is_ok() {
            sleep(Duration::from_millis(50));
        }
    });
    for endpoint in [&still, &dripping] {
        let started = Instant::now();
        let said = endpoint
            .ask(&tiny, &["--service-timeout", "0.4"], ANY)
            .fails(2);
        assert!(
            said.contains("did not answer in full within 400ms"),
            "{said}"
        );
        assert!(started.elapsed() < Duration::from_secs(8));
    }
    let endless = Endpoint::new(|_, mut stream| {
        let _ = write!(
            stream,
            "HTTP/1.1 200 OK\r\nContent-Type: {JSON}\r\n\r\n{{\"head\": {{\"vars\": [\"x\"]}}, \"results\": {{\"bindings\": ["
        );
        let rows = r#"{"x": {"type": "literal", "value": "again"}},"#.repeat(1000);
        while stream.write_all(rows.as_bytes()).is_ok() {}
    });
    let said = endless.ask(&tiny, &[], ANY).fails(2);
    assert!(said.contains("more than 64 MB"), "{said}");
    // The time for the whole query holds there too.
    let said = still.ask(&tiny, &["--timeout", "0.3"], ANY).fails(4);
    assert!(said.contains("stopped after 300ms"), "{said}");
}
