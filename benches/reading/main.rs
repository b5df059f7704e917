//! How fast graphs are read: the snapshot beside Oxigraph's store in memory, on the same invented cases, in one
//! run.
//!
//! `cargo bench --bench reading -- 10000 100000` chooses the numbers of cases. With `--keep DIR` the
//! triples (N-Triples), the snapshot and the questions are left in a folder for other programs:
//! `python3 benches/reading/peers.py DIR/N` asks Virtuoso and pyoxigraph. `CASEGRAPH_GO` names `go-basic.obo.gz`,
//! of which the terms above each term are counted.

#![allow(clippy::print_stdout)]

mod cases;

use std::collections::BTreeMap;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use casegraph::analysis::analyse;
use casegraph::external::{Options, Seeds, Stream, read_sources, stream};
use casegraph::graph::model::{GraphName, Query, SparqlParser};
use casegraph::graph::namespaces::Prefixes;
use casegraph::graph::snapshot::{self, MEMORY, Snapshot};
use casegraph::graph::{Graph, QueryOptions, Results};
use casegraph::query::{Catalogue, run};
use casegraph::report::{DataNote, figure, result_tables, table_text};
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
    if let Some(file) = std::env::var_os("CASEGRAPH_GO") {
        paths(Path::new(&file));
    }
}

/// A property path over the whole Gene Ontology.
fn paths(file: &Path) {
    let folder = tempfile::tempdir().expect("a folder");
    let options = Options::default();
    let files = read_sources(&[file.to_owned()], &options).expect("an ontology");
    let mut quads = Vec::new();
    let mut to = Stream {
        batch: &mut |batch| quads.extend(batch),
        progress: &mut |_, _| {},
    };
    stream(&files, &Seeds::default(), &options, &mut to).expect("terms");
    for quad in &mut quads {
        quad.graph_name = GraphName::DefaultGraph;
    }
    // The properties of the graph itself would make it the default graph.
    let marked = format!("{}inDefaultGraph", cases::CG);
    quads.retain(|quad| quad.predicate.as_str() != marked);
    let mut memory = Graph::in_memory().expect("a store");
    memory.load(quads).expect("loaded");
    let path = folder.path().join("snapshot");
    memory.write_snapshot(&path).expect("written");
    let own = Graph::of_snapshot(Snapshot::open(&path).expect("opens")).expect("opens");
    println!("## The whole Gene Ontology\n");
    println!("| question | rows | snapshot | in memory | ratio |");
    println!("| --- | ---: | ---: | ---: | ---: |");
    for (name, text) in cases::PATHS {
        ask_all(name, text, &own, Some(&memory), 3);
    }
    println!();
}

/// A line of a table: one question to the snapshot and to a peer, which must give as many rows.
fn ask_all(name: &str, text: &str, own: &Graph, peer: Option<&Graph>, runs: usize) {
    let query = SparqlParser::new()
        .parse_query(&format!("{PREFIXES}{text}"))
        .expect("a query");
    let (taken, rows) = median(own, &query, RUNS);
    let mut line = format!("| {name} | {rows} | {:.1} ms |", ms(taken));
    if let Some(peer) = peer {
        let (other, found) = median(peer, &query, runs);
        assert_eq!(found, rows, "{name}");
        let ratio = other.as_secs_f64() / taken.as_secs_f64();
        line.push_str(&format!(" {:.1} ms | {ratio:.1} |", ms(other)));
    }
    println!("{line}");
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
        let mut writer = snapshot::writer(&folder, MEMORY);
        for quad in quads(size) {
            writer.add(quad.as_ref()).expect("added");
        }
        snapshot::write(writer, &path).expect("written").bytes
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
    let memory = (size <= 100_000).then(|| {
        let mut memory = Graph::in_memory().expect("a store");
        memory.load(quads(size)).expect("loaded");
        memory
    });
    println!("| question | rows | snapshot | in memory | ratio |");
    println!("| --- | ---: | ---: | ---: | ---: |");
    let few = if size > 100_000 { 1 } else { 3 };
    for (name, text) in QUESTIONS {
        ask_all(name, text, &snapshot, memory.as_ref(), few);
    }
    survival(&snapshot);
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

/// The time of one whole analysis, from the query to the text and the figure.
fn survival(graph: &Graph) {
    let prefixes = Prefixes::of_study("synthetic");
    let pairs: Vec<(String, String)> = prefixes
        .iter()
        .map(|(name, iri)| (name.to_owned(), iri.to_owned()))
        .collect();
    let file = (
        "queries/survival/by-partner.rq".to_owned(),
        cases::SURVIVAL.to_owned(),
    );
    let (catalogue, errors) = Catalogue::read([file], &pairs).expect("prefixes");
    assert!(errors.is_empty(), "{errors:?}");
    let saved = &catalogue.queries()[0];
    let (asking, table) = timed(|| {
        run(
            graph,
            saved,
            &[],
            &BTreeMap::new(),
            &prefixes,
            &QueryOptions::default(),
        )
        .expect("rows")
    });
    let (computing, analysis) = timed(|| analyse(saved, Vec::new(), table).expect("a result"));
    let (printing, _) = timed(|| {
        let text: Vec<String> = result_tables(&analysis)
            .iter()
            .map(|table| table_text(table, None))
            .collect();
        let note = DataNote {
            source: "synthetic".to_owned(),
            synthetic: true,
        };
        (text, figure(&analysis, true, &note))
    });
    println!(
        "\nSurvival by partner, from query to curve: {:.2} s (rows {:.2}, curves and tests {:.2}, table and figure {:.2})\n",
        (asking + computing + printing).as_secs_f64(),
        asking.as_secs_f64(),
        computing.as_secs_f64(),
        printing.as_secs_f64(),
    );
}

/// The median time of reading all rows, and how many there are.
fn median(graph: &Graph, query: &Query, runs: usize) -> (Duration, usize) {
    let mut taken: Vec<(Duration, usize)> = (0..runs)
        .map(|_| {
            timed(|| {
                let answer = graph
                    .query(query, &QueryOptions::default())
                    .expect("an answer");
                let Results::Rows(rows) = answer.results else {
                    panic!("a SELECT")
                };
                rows.inspect(|row| assert!(row.is_ok())).count()
            })
        })
        .collect();
    taken.sort_unstable();
    taken[runs / 2]
}
