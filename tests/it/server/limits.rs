//! What protects a served study: limits that stop the work, a queue, and answers that are kept.

use std::io::{Read, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::{Served, answers_soon, encoded};
use crate::support::Tiny;

/// Joins that are busy in memory and never touch the graph again.
const ENDLESS: &str = "SELECT (COUNT(*) AS ?n) {
  { SELECT ?a ?b ?c { ?a ?b ?c } } { SELECT ?d ?e ?f { ?d ?e ?f } } { SELECT ?g ?h ?i { ?g ?h ?i } } }";
/// Rows that are all kept.
const LARGE: &str = "SELECT ?x { ?a ?b ?c . ?d ?e ?f
  BIND(CONCAT(STR(?a), STR(?c), STR(?d), STR(?f)) AS ?x) } ORDER BY ?x";

#[test]
fn a_query_without_end_is_stopped_in_time_and_the_next_is_answered() {
    let served = Served::tiny(&["--time-limit", "1", "--workers", "1"]);
    let begun = Instant::now();
    let stopped = served.post(ENDLESS, "application/sparql-query", "text/csv");
    let stopped = stopped.problem(504, "time-limit");
    assert_eq!(stopped["seconds"], 1.0);
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "{:?}",
        begun.elapsed()
    );
    served.csv("SELECT ?case { ?case a cg:Case }");
}

#[test]
fn a_query_that_takes_too_much_memory_is_stopped() {
    let served = Served::tiny(&["--memory-limit", "150", "--workers", "1"]);
    let stopped = served.post(LARGE, "application/sparql-query", "text/csv");
    stopped.problem(507, "memory-limit");
    served.csv("SELECT ?case { ?case a cg:Case }");
}

#[test]
fn an_answer_that_is_stopped_on_its_way_does_not_look_whole() {
    let served = Served::tiny(&["--time-limit", "1"]);
    let query = "SELECT ?a ?d { ?a ?b ?c . ?d ?e ?f }";
    let got = served.post(query, "application/sparql-query", "text/csv");
    assert_eq!(got.status, 200);
    assert!(!got.whole && got.body.len() > 100_000, "{}", got.body.len());
}

#[test]
fn requests_beyond_the_queue_are_told_to_come_again() {
    let served = Served::tiny(&["--workers", "1", "--queue", "1", "--time-limit", "2"]);
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let asking: Vec<_> = (0..6)
            .map(|_| scope.spawn(|| served.post(ENDLESS, "application/sparql-query", "text/csv")))
            .collect();
        let got = asking.into_iter().map(|one| one.join().expect("an answer"));
        got.inspect(|got| {
            if got.status == 503 {
                assert_eq!(got.header("retry-after"), "1");
            }
        })
        .map(|got| got.status)
        .collect()
    });
    let of = |status: u16| statuses.iter().filter(|found| **found == status).count();
    assert!(of(504) >= 1 && of(503) >= 4, "{statuses:?}");
}

#[test]
fn who_leaves_frees_the_worker() {
    let served = Served::tiny(&["--workers", "1", "--time-limit", "30"]);
    for _ in 0..3 {
        let mut stream = served.connect();
        let target = format!("/sparql?query={}", encoded(ENDLESS));
        write!(stream, "GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n").expect("sent");
        std::thread::sleep(Duration::from_millis(100));
    }
    answers_soon(&served);
}

#[test]
fn a_reader_that_does_not_read_keeps_nobody_else_waiting() {
    let served = Served::tiny(&["--workers", "1"]);
    let mut slow: Vec<_> = (0..3)
        .map(|_| {
            let mut stream = served.connect();
            let target = "/graph-store?default";
            write!(stream, "GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n").expect("sent");
            stream
        })
        .collect();
    answers_soon(&served);
    let mut first = [0; 15];
    slow[0].read_exact(&mut first).expect("an answer");
    assert_eq!(&first, b"HTTP/1.1 200 OK");
}

#[test]
fn bodies_that_are_too_long_are_refused() {
    let served = Served::tiny(&["--body-limit", "4"]);
    let long = format!("SELECT * {{ ?s ?p ?o }} # {}", "x".repeat(5000));
    served
        .post(&long, "application/sparql-query", "text/csv")
        .problem(413, "too-large");
}

#[test]
fn answers_are_compressed_kept_and_protected() {
    let served = Served::tiny(&["--cors", "https://page.example"]);
    let get = |headers: &[(&str, &str)]| served.get("/analyses/response/by-partner.json", headers);
    let plain = get(&[]);
    let tag = plain.header("etag").to_owned();
    assert!(tag.starts_with('"'), "{tag}");
    for _ in 0..2 {
        let packed = get(&[("Accept-Encoding", "gzip, br")]);
        assert_eq!(packed.header("content-encoding"), "gzip");
        let mut text = String::new();
        let mut decoder = flate2::read::GzDecoder::new(packed.body.as_slice());
        decoder.read_to_string(&mut text).expect("gzip");
        assert_eq!(text, plain.text());
        assert_eq!(
            get(&[("Accept-Encoding", "gzip;q=0")]).header("content-encoding"),
            ""
        );
    }
    let same = get(&[("If-None-Match", &tag)]);
    assert_eq!((same.status, same.body.len()), (304, 0));
    let foreign = get(&[("Origin", "https://page.example")]);
    assert_eq!(
        foreign.header("access-control-allow-origin"),
        "https://page.example"
    );
    assert_eq!(
        get(&[("Origin", "https://other.example")]).header("access-control-allow-origin"),
        ""
    );
    assert_eq!(plain.header("x-content-type-options"), "nosniff");
    assert!(
        plain
            .header("content-security-policy")
            .contains("default-src 'none'")
    );
}

#[test]
fn a_new_build_is_served_without_a_failed_request() {
    let tiny = Tiny::new();
    let served = Served::of(&tiny, &[]);
    let stop = AtomicBool::new(false);
    let query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }";
    let before = served.csv(query);
    std::thread::scope(|scope| {
        let asking: Vec<_> = (0..3)
            .map(|number| {
                let (served, stop) = (&served, &stop);
                scope.spawn(move || {
                    let mut asked = 0;
                    while !stop.load(Ordering::Relaxed) {
                        // Some of what is asked was asked before, some was not.
                        served.csv(&format!("{query} # {number} {}", asked % 7 * asked));
                        asked += 1;
                    }
                    asked
                })
            })
            .collect();
        for round in 0..4 {
            tiny.edit("study.toml", "title = \"", &format!("title = \"{round} "));
            tiny.run(&["build"]).ok();
        }
        stop.store(true, Ordering::Relaxed);
        let asked: i32 = asking
            .into_iter()
            .map(|one| one.join().expect("no failure"))
            .sum();
        assert!(asked > 20, "{asked}");
    });
    // The title is a statement as well, and there are as many as before.
    assert_eq!(served.csv(query), before);
    assert!(
        served
            .get("/", &[("Accept", "text/html")])
            .ok()
            .contains("3 2 1 0 ")
    );
}

#[test]
fn what_nests_deeply_is_answered_or_refused() {
    let served = Served::tiny(&["--time-limit", "2"]);
    let ask = |query: &str| served.post(query, "application/sparql-query", "text/csv");
    let deep = |n: usize| format!("ASK {}{}", "{".repeat(n), "}".repeat(n));
    assert_eq!(ask(&deep(1500)).status, 200);
    ask(&deep(100_000)).problem(400, "bad-request");
    // The engine takes long for these, or they are refused; nobody falls over them.
    for (n, statuses) in [(2000, [200, 504]), (20_000, [400, 504])] {
        for long in [
            format!("ASK {{ FILTER(1 = 2{}) }}", " || 1 = 1".repeat(n)),
            format!("ASK {{ {{}} {} }}", "UNION {} ".repeat(n)),
            format!("ASK {{ {} }}", "?s ?p ?o . ".repeat(n)),
        ] {
            let got = ask(&long);
            assert!(
                statuses.contains(&got.status),
                "{n}: {}: {}",
                got.status,
                got.text()
            );
        }
    }
    // What a parser would read twice at each level is refused before.
    let twice = format!(
        "ASK {{ FILTER({}'a'{}) }}",
        "SUBSTR(".repeat(60),
        ", 1)".repeat(60)
    );
    ask(&twice).problem(400, "bad-request");
    answers_soon(&served);
}

#[test]
fn a_body_that_is_too_long_or_compressed_is_refused_before_it_comes() {
    let served = Served::tiny(&["--body-limit", "1"]);
    let mut stream = served.connect();
    let host = &served.address;
    write!(stream, "POST /sparql HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/sparql-query\r\nContent-Length: 99999999\r\n\r\n").expect("sent");
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).expect("an answer");
    assert_eq!(&answer, b"HTTP/1.1 413");
    let headers = [
        ("Content-Type", "application/sparql-query"),
        ("Content-Encoding", "gzip"),
    ];
    served
        .send("POST", "/sparql", &headers, b"ASK {}")
        .problem(415, "unsupported-media-type");
}

#[test]
fn an_answer_with_addresses_is_kept_for_those_who_ask_alike() {
    let served = Served::tiny(&[]);
    let secure = served
        .get("/openapi.json", &[("X-Forwarded-Proto", "https")])
        .ok();
    let plain = served.get("/openapi.json", &[]).ok();
    assert!(secure.contains("https://127.0.0.1") && !plain.contains("https://127.0.0.1"));
}

/// The processes that a server started.
#[cfg(target_os = "linux")]
fn workers(served: &Served) -> Vec<std::path::PathBuf> {
    let gate = format!("PPid:\t{}\n", served.child.id());
    let processes = std::fs::read_dir("/proc").expect("processes").flatten();
    processes
        .map(|process| process.path().join("status"))
        .filter(|status| std::fs::read_to_string(status).is_ok_and(|status| status.contains(&gate)))
        .collect()
}

#[cfg(target_os = "linux")]
#[test]
fn a_worker_that_holds_much_when_it_has_answered_is_replaced() {
    let asked_twice = |limit: &str| {
        let served = Served::tiny(&["--workers", "1", "--memory-limit", limit]);
        let ask = |number: u32| {
            served.csv(&format!("SELECT ?case {{ ?case a cg:Case }} # {number}"));
            // The next one is there when this one is gone.
            std::thread::sleep(Duration::from_millis(300));
            workers(&served)
        };
        (ask(1), ask(2))
    };
    let (first, second) = asked_twice("2048");
    assert_eq!(first, second);
    // A process takes more than a quarter of this without having done anything.
    let (first, second) = asked_twice("30");
    assert_ne!(first, second);
}

/// A worker that lost its gate ends, whatever it is doing.
#[cfg(target_os = "linux")]
#[test]
fn no_worker_outlives_its_gate() {
    let mut served = Served::tiny(&["--workers", "1"]);
    let mut stream = served.connect();
    let body = format!("query={}", encoded(ENDLESS));
    let kind = "application/x-www-form-urlencoded";
    let (host, length) = (&served.address, body.len());
    let head = format!(
        "POST /sparql HTTP/1.1\r\nHost: {host}\r\nContent-Type: {kind}\r\nContent-Length: {length}"
    );
    write!(stream, "{head}\r\n\r\n{body}").expect("sent");
    std::thread::sleep(Duration::from_millis(500));
    let workers = workers(&served);
    assert_eq!(workers.len(), 1);
    served.child.kill().expect("killed");
    let begun = Instant::now();
    let goes_on = |status: &std::path::PathBuf| {
        let status = std::fs::read_to_string(status).unwrap_or_default();
        !status.is_empty() && !status.contains("State:\tZ")
    };
    while workers.iter().any(goes_on) {
        assert!(
            begun.elapsed() < Duration::from_secs(10),
            "a worker goes on"
        );
        std::thread::sleep(Duration::from_millis(100));
    }
}
