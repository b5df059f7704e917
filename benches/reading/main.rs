//! How fast graphs are read: the snapshot beside Oxigraph's store on disk and in memory, on the same
//! invented cases, in one run.
//!
//! `cargo bench --bench reading -- 10000 100000` chooses the numbers of cases. With `--keep DIR` the
//! triples (N-Triples), the snapshot and the questions are left in a folder for other programs:
//! `benches/reading/peers.sh DIR` asks Virtuoso and pyoxigraph.

#![allow(clippy::print_stdout)]

mod cases;

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use casegraph::graph::model::{Query, QueryResults, SparqlParser};
use casegraph::graph::snapshot::{Snapshot, Writer};
use casegraph::graph::{Graph, QueryOptions};
use cases::{PREFIXES, QUESTIONS, quads};

const RUNS: usize = 5;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let keep = arguments
        .iter()
        .position(|word| word == "--keep")
        .and_then(|at| arguments.get(at + 1))
        .map(PathBuf::from);
    let mut sizes: Vec<u64> = arguments
        .iter()
        .filter_map(|word| word.parse().ok())
        .collect();
    if sizes.is_empty() {
        sizes = vec![10_000, 100_000];
    }
    for size in sizes {
        measure(size, keep.as_deref());
    }
}

fn ms(taken: Duration) -> f64 {
    taken.as_secs_f64() * 1e3
}

fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let start = Instant::now();
    let done = work();
    (start.elapsed(), done)
}

/// The most memory that the process had so far, in MB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    let number = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    number.unwrap_or_default() / 1024
}

fn measure(size: u64, keep: Option<&Path>) {
    let temporary = tempfile::tempdir().expect("a folder");
    let folder = keep.map_or(temporary.path().to_owned(), |keep| {
        keep.join(size.to_string())
    });
    std::fs::create_dir_all(&folder).expect("a folder");
    println!("## {size} invented cases\n");

    let path = folder.join("snapshot");
    let (taken, bytes) = timed(|| {
        let mut writer = Writer::default();
        for quad in quads(size) {
            writer.add(quad.as_ref());
        }
        writer.write(&path, &[]).expect("written")
    });
    let (opening, snapshot) = timed(|| Snapshot::open(&path).expect("opens"));
    let count = snapshot.quads();
    println!(
        "Snapshot: {count} triples, {:.1} s from the triples, {} MB at most, {:.1} bytes a triple, opened in {:.2} ms",
        taken.as_secs_f64(),
        peak(),
        bytes as f64 / count as f64,
        ms(opening),
    );
    let snapshot = Graph::of_snapshot(snapshot).expect("opens");
    let mut disk = Graph::create(&temporary.path().join("store")).expect("a store");
    let (taken, ()) = timed(|| disk.load(quads(size)).expect("loaded"));
    println!("Store on disk: loaded in {:.1} s\n", taken.as_secs_f64());
    let memory = (size <= 100_000).then(|| {
        let mut memory = Graph::in_memory().expect("a store");
        memory.load(quads(size)).expect("loaded");
        memory
    });
    println!("| question | rows | snapshot | store on disk | ratio | in memory | ratio |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
    for (name, text) in QUESTIONS {
        let query = SparqlParser::new()
            .parse_query(&format!("{PREFIXES}{text}"))
            .expect("a query");
        let (own, rows) = median(&snapshot, &query, RUNS);
        let mut line = format!("| {name} | {rows} | {:.1} ms |", ms(own));
        let few = if size > 100_000 { 1 } else { 3 };
        for peer in [Some(&disk), memory.as_ref()] {
            let Some(peer) = peer else {
                line.push_str(" | |");
                continue;
            };
            let (taken, found) = median(peer, &query, few);
            assert_eq!(found, rows, "{name}");
            line.push_str(&format!(
                " {:.1} ms | {:.1} |",
                ms(taken),
                taken.as_secs_f64() / own.as_secs_f64()
            ));
        }
        println!("{line}");
    }
    println!();
    if keep.is_some() {
        let file = std::fs::File::create(folder.join("cases.nt")).expect("a file");
        let mut out = BufWriter::new(file);
        for quad in quads(size) {
            writeln!(out, "{} {} {} .", quad.subject, quad.predicate, quad.object)
                .expect("written");
        }
        for (at, (_, text)) in QUESTIONS.iter().enumerate() {
            std::fs::write(folder.join(format!("{at}.rq")), format!("{PREFIXES}{text}"))
                .expect("written");
        }
    }
}

/// The median time of reading all rows, and how many there are.
fn median(graph: &Graph, query: &Query, runs: usize) -> (Duration, usize) {
    let mut taken: Vec<(Duration, usize)> = (0..runs)
        .map(|_| {
            timed(|| {
                let answer = graph
                    .query(query, &QueryOptions::default())
                    .expect("an answer");
                let QueryResults::Solutions(rows) = answer.results else {
                    panic!("a SELECT")
                };
                rows.inspect(|row| assert!(row.is_ok())).count()
            })
        })
        .collect();
    taken.sort_unstable();
    taken[runs / 2]
}
