//! SPARQL text: parsed as a query and as an update, and asked of a small graph. Nothing may panic or overflow
//! the stack; refusals are good.

use std::time::Duration;

use casegraph::graph::namespaces::Prefixes;
use casegraph::graph::snapshot::Snapshot;
use casegraph::graph::{Graph, QueryOptions};
use casegraph::query::{ask, parse, parse_update};
use casegraph::server::worker::STACK;
use casegraph_snapshot::lies;

/// A graph of some quads.
fn graph() -> Graph {
    let file = std::env::temp_dir().join(format!("casegraph-fuzz-{}", std::process::id()));
    std::fs::write(&file, lies::written()).expect("written");
    let snapshot = Snapshot::open(&file).expect("opens");
    Graph::of_snapshot(snapshot).expect("a graph")
}

pub fn run(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    let text = text.to_owned();
    // As every command and worker has it.
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(move || {
        thread_local!(static GRAPH: Graph = graph());
        let prefixes = Prefixes::of_study("tiny");
        let _ = parse_update(&text, &prefixes, "http://example.org/");
        if let Ok(query) = parse(&text, &prefixes) {
            let options = QueryOptions {
                timeout: Some(Duration::from_millis(200)),
                ..QueryOptions::default()
            };
            GRAPH.with(|graph| drop(ask(graph, &query, &options, Some(100))));
        }
    });
    thread.expect("a thread").join().expect("no panic");
}
