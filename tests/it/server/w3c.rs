//! What the W3C's tests of the SPARQL 1.1 Protocol ask for, case by case, by their names. They send
//! updates to the endpoint of queries; here updates have an address of their own and need the token.

use super::{Got, Served, encoded};

const QUERY: &str = "application/sparql-query";
const UPDATE: &str = "application/sparql-update";
const FORM: &str = "application/x-www-form-urlencoded";
const TOKEN: (&str, &str) = ("Authorization", "Bearer open sesame");

fn data(number: u8) -> String {
    format!("http://example.org/data{number}")
}

/// A server in which three graphs each say of themselves that they are documents.
fn with_data() -> Served {
    let served = Served::tiny(&["--writable"]);
    done(&update(&served, "", &insert_data()));
    served
}

fn insert_data() -> String {
    let graphs: Vec<String> = (1..4)
        .map(|n| {
            format!(
                "GRAPH <{0}> {{ <{0}> a <http://example.org/Document> }}",
                data(n)
            )
        })
        .collect();
    format!("INSERT DATA {{ {} }}", graphs.join(" "))
}

fn send(served: &Served, method: &str, target: &str, kind: &str, body: &[u8]) -> Got {
    let mut headers = vec![TOKEN];
    if !kind.is_empty() {
        headers.push(("Content-Type", kind));
    }
    served.send(method, target, &headers, body)
}

fn update(served: &Served, parameters: &str, text: &str) -> Got {
    let target = format!("/update{parameters}");
    send(served, "POST", &target, UPDATE, text.as_bytes())
}

#[track_caller]
fn done(got: &Got) {
    assert!(
        matches!(got.status, 200..=399),
        "{}: {}",
        got.status,
        got.text()
    );
}

#[track_caller]
fn yes(got: &Got) {
    assert!(got.header("content-type").contains("sparql-results"));
    let status = got.status;
    assert_eq!(
        (status, &got.json()["boolean"]),
        (200, &true.into()),
        "{}",
        got.text()
    );
}

#[track_caller]
fn refused(got: &Got) {
    assert!(
        matches!(got.status, 400..=499),
        "{}: {}",
        got.status,
        got.text()
    );
}

/// Parameters of an address that name these graphs.
fn naming(parameters: &[(&str, u8)]) -> String {
    let pairs: Vec<String> = parameters
        .iter()
        .map(|(name, number)| format!("{name}={}", encoded(&data(*number))))
        .collect();
    format!("?{}", pairs.join("&"))
}

#[test]
fn queries() {
    let served = with_data();
    let ask = |target: &str, query: &str| send(&served, "POST", target, QUERY, query.as_bytes());
    let get = |target: &str| served.get(target, &[]);
    let is = |number: u8| format!("<{}> a ?type", data(number));
    // query_get, query_post_direct, query_post_form
    yes(&get("/sparql/?query=ASK%20%7B%7D"));
    yes(&ask("/sparql/", "ASK {}"));
    yes(&send(
        &served,
        "POST",
        &format!("/sparql/{}", naming(&[("default-graph-uri", 1)])),
        FORM,
        b"query=ASK%20%7B%7D",
    ));
    // query_dataset_default_graphs_get, query_dataset_default_graphs_post
    let both = format!("ASK {{ {} . {} }}", is(1), is(2));
    let defaults = naming(&[("default-graph-uri", 1), ("default-graph-uri", 2)]);
    yes(&get(&format!(
        "/sparql/{defaults}&query={}",
        encoded(&both)
    )));
    yes(&ask(&format!("/sparql/{defaults}"), &both));
    // query_dataset_named_graphs_get, query_dataset_named_graphs_post
    let named = naming(&[("named-graph-uri", 1), ("named-graph-uri", 2)]);
    let in_each = format!(
        "ASK {{ GRAPH ?g1 {{ {} }} GRAPH ?g2 {{ {} }} FILTER NOT EXISTS {{ GRAPH ?g3 {{ {} }} }} }}",
        is(1),
        is(2),
        is(3)
    );
    yes(&get(&format!(
        "/sparql/{named}&query={}",
        encoded(&in_each)
    )));
    yes(&ask(&format!("/sparql/{named}"), &in_each));
    // query_dataset_full
    let full = naming(&[
        ("default-graph-uri", 3),
        ("named-graph-uri", 1),
        ("named-graph-uri", 2),
    ]);
    yes(&ask(
        &format!("/sparql/{full}"),
        &format!(
            "ASK {{ {} GRAPH ?g1 {{ {} }} GRAPH ?g2 {{ {} }} }}",
            is(3),
            is(1),
            is(2)
        ),
    ));
    // query_multiple_dataset: what the request says holds, whatever the query says.
    let other = format!(
        "ASK FROM <{}> {{ {} FILTER NOT EXISTS {{ {} }} }}",
        data(1),
        is(2),
        is(1)
    );
    yes(&ask(
        &format!("/sparql/{}", naming(&[("default-graph-uri", 2)])),
        &other,
    ));
    // query_content_type_select, _ask, _describe, _construct
    for (query, kinds) in [
        (
            "SELECT (1 AS ?value) {}",
            &[
                "application/sparql-results+json",
                "application/sparql-results+xml",
                "text/csv",
                "text/tab-separated-values",
            ][..],
        ),
        (
            "ASK {}",
            &[
                "application/sparql-results+json",
                "application/sparql-results+xml",
            ],
        ),
        (
            "DESCRIBE <http://example.org/>",
            &[
                "text/turtle",
                "application/rdf+xml",
                "application/n-triples",
                "application/ld+json",
            ],
        ),
        (
            "CONSTRUCT { <s> <p> 1 } WHERE {}",
            &[
                "text/turtle",
                "application/rdf+xml",
                "application/n-triples",
                "application/ld+json",
            ],
        ),
    ] {
        for kind in kinds {
            let got = served.post(query, QUERY, kind);
            assert!(
                got.header("content-type").starts_with(kind),
                "{query} {kind}: {}",
                got.text()
            );
            got.ok();
        }
    }
}

#[test]
fn bad_queries() {
    let served = Served::tiny(&[]);
    // bad_query_method, bad_multiple_queries
    refused(&send(
        &served,
        "PUT",
        "/sparql/?query=ASK%20%7B%7D",
        FORM,
        b"",
    ));
    refused(&served.get(
        "/sparql/?query=ASK%20%7B%7D&query=SELECT%20%2A%20%7B%7D",
        &[],
    ));
    // bad_query_wrong_media_type, bad_query_missing_form_type, bad_query_missing_direct_type
    for (kind, body) in [
        ("text/plain", "ASK {}"),
        ("", "query=ASK%20%7B%7D"),
        ("", "ASK {}"),
    ] {
        refused(&send(&served, "POST", "/sparql/", kind, body.as_bytes()));
    }
    // bad_query_non_utf8: text in UTF-16, direct and as a form
    let wide: Vec<u8> = "ASK {}".encode_utf16().flat_map(u16::to_be_bytes).collect();
    refused(&send(
        &served,
        "POST",
        "/sparql/",
        &format!("{QUERY}; charset=UTF-16"),
        &wide,
    ));
    refused(&send(
        &served,
        "POST",
        "/sparql/",
        QUERY,
        b"SELECT (\"\xe9\" AS ?x) {}",
    ));
    refused(&served.get("/sparql/?query=SELECT+(%22%E9%22+AS+?x)+%7B%7D", &[]));
    refused(&send(
        &served,
        "POST",
        "/sparql/",
        FORM,
        b"query=SELECT+(%22%E9%22+AS+?x)+%7B%7D",
    ));
    // bad_query_syntax
    assert_eq!(served.get("/sparql/?query=ASK%20%7B", &[]).status, 400);
}

#[test]
fn updates() {
    let served = with_data();
    let clear = |name: &str| format!("CLEAR SILENT GRAPH <http://example.org/{name}>; ");
    let note = |name: &str, pattern: &str| {
        format!(
            "{}INSERT {{ GRAPH <http://example.org/{name}> {{ ?s <http://example.org/in> ?in }} }} WHERE {{ {pattern} }}",
            clear(name)
        )
    };
    let noted = |name: &str| {
        let rows = served.csv(&format!(
            "SELECT ?s ?in {{ GRAPH <http://example.org/{name}> {{ ?s ?p ?in }} }} ORDER BY ?s ?in"
        ));
        rows.lines()
            .skip(1)
            .map(|row| row.replace("http://example.org/", ""))
            .collect::<Vec<_>>()
    };
    let document = "?s a <http://example.org/Document>";
    let default = format!("{document} BIND('default' AS ?in)");
    let named = format!("GRAPH ?g {{ {document} }} BIND(STR(?g) AS ?in)");
    // update_dataset_default_graph, update_dataset_default_graphs
    done(&update(
        &served,
        &naming(&[("using-graph-uri", 1)]),
        &note("one", &default),
    ));
    assert_eq!(noted("one"), ["data1,default"]);
    done(&update(
        &served,
        &naming(&[("using-graph-uri", 1), ("using-graph-uri", 2)]),
        &note("two", &default),
    ));
    assert_eq!(noted("two"), ["data1,default", "data2,default"]);
    // update_dataset_named_graphs
    done(&update(
        &served,
        &naming(&[("using-named-graph-uri", 1), ("using-named-graph-uri", 2)]),
        &note("named", &named),
    ));
    assert_eq!(noted("named"), ["data1,data1", "data2,data2"]);
    // update_dataset_full
    done(&update(
        &served,
        &naming(&[("using-graph-uri", 1), ("using-named-graph-uri", 2)]),
        &note("full", &format!("{{ {named} }} UNION {{ {default} }}")),
    ));
    assert_eq!(noted("full"), ["data1,default", "data2,data2"]);
    // update_base_uri
    done(&update(
        &served,
        "",
        "INSERT DATA { GRAPH <http://example.org/base> { <http://example.org/s> <http://example.org/p> <test> } }",
    ));
    let object = noted("base").join("");
    assert!(
        object.starts_with("s,http://127.0.0.1:") && object.ends_with("/test"),
        "{object}"
    );
    // update_post_form, update_post_direct: everything goes, and the server stays.
    done(&send(
        &served,
        "POST",
        "/update",
        FORM,
        format!("update={}", encoded(&insert_data())).as_bytes(),
    ));
    done(&update(&served, "", "CLEAR ALL"));
    assert_eq!(served.csv("SELECT ?s { ?s ?p ?o }"), "s\r\n");
}

#[test]
fn bad_updates() {
    let served = Served::tiny(&["--writable"]);
    let form = |body: &str| send(&served, "POST", "/update", FORM, body.as_bytes());
    // bad_update_get, at either address
    refused(&served.get("/update?update=CLEAR%20ALL", &[TOKEN]));
    refused(&served.get("/sparql?update=CLEAR%20ALL", &[TOKEN]));
    // bad_multiple_updates
    refused(&form("update=CLEAR%20DEFAULT&update=CLEAR%20DEFAULT"));
    // bad_update_wrong_media_type, bad_update_missing_form_type
    refused(&send(
        &served,
        "POST",
        "/update",
        "text/plain",
        b"CLEAR DEFAULT",
    ));
    refused(&send(
        &served,
        "POST",
        "/update",
        "",
        b"update=CLEAR%20DEFAULT",
    ));
    // bad_update_non_utf8
    refused(&send(
        &served,
        "POST",
        "/update",
        UPDATE,
        b"INSERT DATA { <a> <b> \"\xe9\" }",
    ));
    refused(&form(
        "update=INSERT+DATA+%7B+%3Ca%3E+%3Cb%3E+%22%E9%22+%7D",
    ));
    // bad_update_syntax
    assert_eq!(form("update=CLEAR%20XYZ").status, 400);
    // bad_update_dataset_conflict
    let with =
        "WITH <http://example.org/g> DELETE { ?s ?p 1 } INSERT { ?s ?p 2 } WHERE { ?s ?p 1 }";
    refused(&update(
        &served,
        &naming(&[("using-named-graph-uri", 1)]),
        with,
    ));
}
