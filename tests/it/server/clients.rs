//! Few clients cannot stop the server: what one may have of it, and what others still get.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use super::{Got, Served, answers_soon, encoded, parsed};

/// Rows of some kilobytes, so many that they are 60 MB.
fn large() -> String {
    let text = "x".repeat(12_000);
    format!("SELECT ?x {{ ?a ?b ?c . ?d ?e ?f BIND(\"{text}\" AS ?x) }} LIMIT 5000")
}

fn ask(served: &Served, query: &str) -> TcpStream {
    let mut stream = served.connect();
    let (host, length) = (&served.address, query.len());
    write!(
        stream,
        "POST /sparql HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nAccept: text/csv\r\n\
         Content-Type: application/sparql-query\r\nContent-Length: {length}\r\n\r\n{query}"
    )
    .expect("sent");
    stream
}

fn rest(mut stream: TcpStream) -> Got {
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    parsed(&bytes)
}

#[test]
fn bodies_that_do_not_come_keep_nobody_waiting() {
    let served = Served::tiny(&["--workers", "1", "--client-connections", "400"]);
    let slow: Vec<TcpStream> = (0..300)
        .map(|_| {
            let mut stream = served.connect();
            let host = &served.address;
            write!(
                stream,
                "POST /sparql HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\
                 Content-Type: application/sparql-query\r\n\r\n1\r\nA\r\n"
            )
            .expect("sent");
            stream
        })
        .collect();
    answers_soon(&served);
    // A body that grows beyond what is taken is refused when it does.
    let mut stream = slow.into_iter().next().expect("one");
    let chunk = format!("{:x}\r\n{}\r\n", 2 << 20, "x".repeat(2 << 20));
    let _ = stream.write_all(chunk.as_bytes());
    rest(stream).problem(413, "too-large");
}

#[test]
fn what_bodies_of_one_client_take_is_bounded_and_given_back() {
    let served = Served::tiny(&["--body-limit", "20000"]);
    let part = "x".repeat(15 << 20);
    let begin = || {
        let mut stream = served.connect();
        let host = &served.address;
        let _ = write!(
            stream,
            "POST /sparql HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\
             Content-Type: application/sparql-query\r\n\r\n{:x}\r\n{part}\r\n",
            part.len()
        );
        stream
    };
    let four: Vec<TcpStream> = (0..4).map(|_| begin()).collect();
    // All has come when there is no room for a fifth.
    let fifth = rest(begin());
    assert_eq!(fifth.header("retry-after"), "1");
    fifth.problem(503, "busy");
    drop(four);
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(20) {
        let mut stream = begin();
        let _ = stream.write_all(b"0\r\n\r\n");
        let got = rest(stream);
        if got.status != 503 {
            got.problem(400, "query");
            return;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("the room is not given back");
}

#[test]
fn one_client_has_so_many_connections_and_is_told() {
    let served = Served::tiny(&["--client-connections", "4"]);
    let mut open: Vec<TcpStream> = (0..4).map(|_| served.connect()).collect();
    let refused = served.get("/query", &[]);
    assert_eq!(refused.header("retry-after"), "1");
    let problem = refused.problem(503, "busy");
    let detail = problem["detail"].as_str().expect("a detail");
    assert!(detail.contains("--client-connections"), "{detail}");
    // Another one is not concerned.
    #[cfg(target_os = "linux")]
    assert_eq!(ask_from_another_address(&served, "ASK {}").status, 200);
    open.pop();
    let begun = Instant::now();
    while served.get("/query", &[]).status != 200 {
        assert!(begun.elapsed() < Duration::from_secs(10));
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Joins that are busy in memory and never touch the graph again.
#[cfg(target_os = "linux")]
const ENDLESS: &str = "SELECT (COUNT(*) AS ?n) {
  { SELECT ?a ?b ?c { ?a ?b ?c } } { SELECT ?d ?e ?f { ?d ?e ?f } } { SELECT ?g ?h ?i { ?g ?h ?i } } }";

#[cfg(target_os = "linux")]
#[test]
fn one_client_leaves_a_worker_and_places_to_others() {
    let served = Served::tiny(&["--workers", "4", "--queue", "4", "--time-limit", "20"]);
    let busy: Vec<TcpStream> = (0..12).map(|_| ask(&served, ENDLESS)).collect();
    // Those beyond its share are told.
    std::thread::sleep(Duration::from_millis(500));
    served.get("/query", &[]).problem(503, "busy");
    let begun = Instant::now();
    let got = ask_from_another_address(&served, "ASK {}");
    assert!(got.ok().contains("true"));
    assert!(begun.elapsed() < Duration::from_secs(10));
    drop(busy);
}

/// Asks from an address that the rest of the test does not have.
#[cfg(target_os = "linux")]
fn ask_from_another_address(served: &Served, query: &str) -> Got {
    let mut stream = from_another_address(served);
    let target = format!("/sparql?query={}", encoded(query));
    let host = &served.address;
    write!(
        stream,
        "GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    )
    .expect("sent");
    rest(stream)
}

#[cfg(target_os = "linux")]
fn from_another_address(served: &Served) -> TcpStream {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let stream = runtime.block_on(async {
        let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
        let own = "127.0.0.2:0".parse().expect("an address");
        socket.bind(own).expect("bound");
        let to = served.address.parse().expect("an address");
        let stream = socket.connect(to).await.expect("connected");
        stream.into_std().expect("a stream")
    });
    stream.set_nonblocking(false).expect("blocking");
    stream
}

#[test]
fn a_reader_of_much_that_does_not_read_keeps_nobody_waiting_and_gets_all() {
    let served = Served::tiny(&["--workers", "1", "--time-limit", "25"]);
    let query = large();
    let slow: Vec<TcpStream> = (0..3).map(|_| ask(&served, &query)).collect();
    let begun = Instant::now();
    for slow in &slow {
        slow.peek(&mut [0]).expect("an answer");
    }
    served.csv("SELECT ?case { ?case a cg:Case }");
    let taken = begun.elapsed();
    assert!(taken < Duration::from_secs(20), "{taken:?}");
    answers_soon(&served);
    for stream in slow {
        let text = rest(stream).ok();
        assert_eq!(text.lines().count(), 5001);
        assert!(text.lines().skip(1).all(|line| line.len() == 12_000));
    }
}

#[test]
fn what_waits_for_slow_readers_is_bounded() {
    let served = Served::tiny(&["--workers", "1", "--spool", "20"]);
    let slow = ask(&served, &large());
    slow.peek(&mut [0]).expect("an answer");
    answers_soon(&served);
    let got = rest(slow);
    assert!(got.status == 200 && !got.whole, "{}", got.body.len());
    // It is given back.
    let slow = ask(&served, &large().replace("5000", "1000"));
    slow.peek(&mut [0]).expect("an answer");
    answers_soon(&served);
    assert_eq!(rest(slow).ok().lines().count(), 1001);
}

#[test]
fn who_says_no_more_still_gets_an_answer() {
    let served = Served::tiny(&[]);
    for query in ["SELECT ?case { ?case a cg:Case }", &large()] {
        for again in 0..2 {
            let stream = ask(&served, query);
            stream.shutdown(Shutdown::Write).expect("closed");
            let got = rest(stream);
            assert!(got.ok().len() > 20, "{again}");
        }
    }
    let mut stream = served.connect();
    let target = format!("/sparql?query={}", encoded("ASK {}"));
    write!(stream, "GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n").expect("sent");
    stream.shutdown(Shutdown::Write).expect("closed");
    assert!(rest(stream).ok().contains("true"));
    // A body that is promised and does not come is none.
    let mut stream = served.connect();
    let head = "POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nASK";
    stream.write_all(head.as_bytes()).expect("sent");
    stream.shutdown(Shutdown::Write).expect("closed");
    let begun = Instant::now();
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    assert!(begun.elapsed() < Duration::from_secs(10));
}
