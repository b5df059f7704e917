//! The study over HTTP, asked as clients ask: through a socket, of the program itself.

mod analyses;
mod browser;
mod cases;
mod clients;
mod editing;
mod limits;
mod linked;
mod pages;
mod protocol;
mod sites;
mod update;
mod w3c;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::Tiny;

/// A served study; it ends with this.
pub struct Served {
    child: Child,
    address: String,
    /// What was said before it served.
    told: Vec<String>,
    /// The study, if nobody else has it.
    tiny: Option<Tiny>,
}

/// What a server answered.
#[derive(Debug)]
pub struct Got {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// Whether the body came to its end.
    pub whole: bool,
}

impl Got {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    #[track_caller]
    pub fn ok(self) -> String {
        assert_eq!(self.status, 200, "{}", self.text());
        assert!(self.whole, "the answer broke off");
        self.text()
    }

    /// The problem, which must have this status and kind.
    #[track_caller]
    pub fn problem(self, status: u16, kind: &str) -> serde_json::Value {
        assert_eq!(self.status, status, "{}", self.text());
        assert_eq!(self.header("content-type"), "application/problem+json");
        let problem = self.json();
        assert_eq!(problem["status"], status);
        let named = problem["type"].as_str().expect("a type");
        assert!(named.ends_with(&format!("#{kind}")), "{named}");
        assert!(!problem["detail"].as_str().expect("a detail").is_empty());
        problem
    }
}

impl Served {
    /// Serves the invented study.
    pub fn tiny(arguments: &[&str]) -> Self {
        let tiny = Tiny::new();
        let mut served = Self::of(&tiny, arguments);
        served.tiny = Some(tiny);
        served
    }

    /// Serves a study.
    pub fn of(tiny: &Tiny, arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_casegraph"));
        command
            .arg("serve")
            .args(
                ["--bind", "127.0.0.1:0"]
                    .iter()
                    .filter(|_| !arguments.contains(&"--bind")),
            )
            .args(arguments)
            .current_dir(tiny.dir())
            .env("HOME", tiny.dir())
            .env("CASEGRAPH_PROJECT", tiny.home())
            .env("CASEGRAPH_LOCATION", tiny.store())
            .env("CASEGRAPH_TOKEN", "open sesame")
            .stderr(Stdio::piped());
        let mut served = Self {
            child: command.spawn().expect("the program starts"),
            address: String::new(),
            told: Vec::new(),
            tiny: None,
        };
        let told = BufReader::new(served.child.stderr.take().expect("standard error"));
        let mut before = Vec::new();
        for line in told.lines() {
            let line = line.expect("a line");
            if let Some((_, rest)) = line.split_once("Serving at http://") {
                let (address, _) = rest.split_once('/').expect("an address");
                // To reach all that it listens to, one asks for one.
                served.address = address.replace("0.0.0.0", "127.0.0.1");
                served.told = before;
                return served;
            }
            before.push(line);
        }
        panic!("nothing is served: {before:#?}")
    }

    pub fn get(&self, target: &str, headers: &[(&str, &str)]) -> Got {
        self.send("GET", target, headers, b"")
    }

    /// The answer to a query, as CSV.
    #[track_caller]
    pub fn csv(&self, query: &str) -> String {
        self.post(query, "application/sparql-query", "text/csv")
            .ok()
    }

    pub fn post(&self, body: &str, kind: &str, accept: &str) -> Got {
        let headers = [("Content-Type", kind), ("Accept", accept)];
        self.send("POST", "/sparql", &headers, body.as_bytes())
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).expect("a connection");
        let limit = Some(Duration::from_mins(1));
        stream.set_read_timeout(limit).expect("a time limit");
        stream
    }

    pub fn send(&self, method: &str, target: &str, headers: &[(&str, &str)], body: &[u8]) -> Got {
        let mut head = format!("{method} {target} HTTP/1.1\r\nConnection: close\r\n");
        if !headers.iter().any(|(name, _)| *name == "Host") {
            head.push_str(&format!("Host: {}\r\n", self.address));
        }
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if !body.is_empty() {
            head.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        head.push_str("\r\n");
        let mut stream = self.connect();
        stream.write_all(head.as_bytes()).expect("sent");
        // A server may refuse a body before it has all of it.
        let _ = stream.write_all(body);
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        parsed(&bytes)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Asks for little, which must not wait for anybody else.
#[track_caller]
pub fn answers_soon(served: &Served) {
    let begun = Instant::now();
    served.csv("SELECT ?case { ?case a cg:Case }");
    let taken = begun.elapsed();
    assert!(taken < Duration::from_secs(5), "{taken:?}");
}

/// The text with characters that mean something in an address written out.
pub fn encoded(text: &str) -> String {
    let encode = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(encode).collect()
}

fn parsed(bytes: &[u8]) -> Got {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
    let end = end.unwrap_or_else(|| panic!("no answer: {:?}", String::from_utf8_lossy(bytes)));
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.lines();
    let status = lines
        .next()
        .and_then(|line| line.split(' ').nth(1)?.parse().ok());
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let header = |name: &str| {
        let found = headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    };
    let rest = &bytes[end + 4..];
    let (body, whole) = if header("transfer-encoding") == Some("chunked") {
        unchunked(rest)
    } else {
        let length = header("content-length").and_then(|length| length.parse().ok());
        (
            rest.to_vec(),
            length.is_none_or(|length: usize| length == rest.len()),
        )
    };
    Got {
        status: status.expect("a status"),
        headers,
        body,
        whole,
    }
}

/// The body of chunks, and whether the last one is there.
fn unchunked(mut rest: &[u8]) -> (Vec<u8>, bool) {
    let mut body = Vec::new();
    while let Some(end) = rest.windows(2).position(|two| two == b"\r\n") {
        let length = usize::from_str_radix(&String::from_utf8_lossy(&rest[..end]), 16);
        let Ok(length) = length else { break };
        if length == 0 {
            return (body, true);
        }
        let Some(chunk) = rest.get(end + 2..end + 2 + length) else {
            break;
        };
        body.extend_from_slice(chunk);
        rest = rest.get(end + 4 + length..).unwrap_or_default();
    }
    (body, false)
}
