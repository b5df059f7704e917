//! How long a study takes from its sheets: build, check, each saved analysis and the report, on studies that
//! `casegraph generate` writes, with memory and size; and beside `pyoxigraph` and `duckdb` the load and five questions
//! about the same cases.
//!
//! `cargo bench --bench studies -- 10000 100000` chooses the numbers of cases. Commands are whole processes, and
//! questions are asked within one, as the peers' are. `python3` with `pyoxigraph` and `duckdb` is the peer; where it is
//! not, it is told and left out.

#![allow(clippy::print_stdout)]

mod questions;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use casegraph::graph::model::{SparqlParser, Term};
use casegraph::graph::{Graph, Location, QueryOptions, Results};
use casegraph::project::Folder;
use questions::{PREFIXES, QUESTIONS, TABLES};

const RUNS: usize = 5;
/// Analyses that take less than this are told together.
const SHORT: Duration = Duration::from_millis(100);

fn main() {
    let sizes = std::env::args().filter_map(|word| word.parse().ok());
    let mut sizes: Vec<u64> = sizes.collect();
    if sizes.is_empty() {
        sizes = vec![1_000, 10_000];
    }
    for size in sizes {
        measure(size);
    }
}

fn measure(cases: u64) {
    let folder = tempfile::tempdir().expect("a folder");
    let study = folder.path().join("study");
    let store = folder.path().join("store");
    let casegraph = |words: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_casegraph"));
        command
            .args(words)
            .env("CASEGRAPH_PROJECT", &study)
            .env("CASEGRAPH_LOCATION", &store);
        command
    };
    let mut generate = Command::new(env!("CARGO_BIN_EXE_casegraph"));
    let number = cases.to_string();
    run(generate
        .args(["generate", "--cases", &number, "--output"])
        .arg(&study));
    println!("## {cases} synthetic cases, from their sheets\n");
    println!("| command | takes | most memory |\n| --- | ---: | ---: |");
    let tell = |name: &str, words: &[&str]| {
        let done = run(&mut casegraph(words));
        println!(
            "| {name} | {:.2} s | {} MB |",
            done.taken.as_secs_f64(),
            done.peak
        );
        done
    };
    let built = tell("`build`", &["build"]);
    tell("`check`", &["check"]);
    let report = folder.path().join("report.html").display().to_string();
    tell("`report`", &["report", "--output", &report]);
    tell("`resolve`", &["resolve", "RANBP2"]);
    tell("`query` of one row", &["query", "ASK { ?case a cg:Case }"]);
    let (graph, manifest) = Location::new(&store).open().expect("a store");
    let size = graph
        .snapshot()
        .map_or(0, casegraph::graph::snapshot::Snapshot::bytes);
    println!(
        "\n{} statements, {:.1} a case; {:.1} MB on disk, {:.1} bytes a statement.\n",
        manifest.quads,
        manifest.quads as f64 / cases as f64,
        size as f64 / 1e6,
        size as f64 / manifest.quads as f64
    );
    analyses(&casegraph);
    peers(&graph, folder.path(), built.taken);
}

/// Each saved analysis that needs no parameter, as a whole process.
fn analyses(casegraph: &dyn Fn(&[&str]) -> Command) {
    let queries = Path::new(env!("CARGO_MANIFEST_DIR")).join("queries");
    let mut taken: Vec<(Duration, u64, String)> = Vec::new();
    for file in Folder::disk(&queries).names(".rq").expect("queries") {
        let name = file.trim_end_matches(".rq");
        let mut command = casegraph(&["run", name, "--format", "json"]);
        // A check is no analysis, and some analyses need a parameter.
        command.stdout(Stdio::null()).stderr(Stdio::null());
        if !name.starts_with("checks/") && command.status().is_ok_and(|ended| ended.success()) {
            let done = run(&mut casegraph(&["run", name, "--format", "json"]));
            taken.push((done.taken, done.peak, name.to_owned()));
        }
    }
    taken.sort_by(|a, b| b.cmp(a));
    println!("| analysis | takes | most memory |\n| --- | ---: | ---: |");
    let (long, short): (Vec<_>, Vec<_>) = taken.into_iter().partition(|one| one.0 >= SHORT);
    for (taken, peak, name) in &long {
        println!("| {name} | {:.2} s | {peak} MB |", taken.as_secs_f64());
    }
    println!(
        "| {} others | each below {:.1} s | |\n",
        short.len(),
        SHORT.as_secs_f64()
    );
}

/// The load and the questions beside the peers.
fn peers(graph: &Graph, folder: &Path, built: Duration) {
    let data = folder.join("peers");
    fs::create_dir(&data).expect("a folder");
    triples(graph, &data.join("default.nt"));
    for (name, text) in TABLES {
        let mut out =
            BufWriter::new(File::create(data.join(format!("{name}.csv"))).expect("a file"));
        csv(graph, text, &mut out);
    }
    let asked: Vec<serde_json::Value> = QUESTIONS
        .iter()
        .map(|(name, sparql, sql)| {
            serde_json::json!({ "name": name, "sparql": format!("{PREFIXES}{sparql}"), "sql": sql })
        })
        .collect();
    fs::write(
        data.join("questions.json"),
        serde_json::to_string(&asked).expect("JSON"),
    )
    .expect("written");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/studies/peers.py");
    let told = Command::new("python3").arg(script).arg(&data).output();
    let told = told.ok().filter(|told| told.status.success());
    let told: BTreeMap<String, serde_json::Value> = told
        .and_then(|told| serde_json::from_slice(&told.stdout).ok())
        .unwrap_or_default();
    println!("| question | rows | casegraph | pyoxigraph | ratio | DuckDB | ratio |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
    let line = |name: &str, rows: Option<usize>, own: Duration| {
        let own = own.as_secs_f64();
        let mut line = format!(
            "| {name} | {} | {} |",
            rows.map_or(String::new(), |rows| rows.to_string()),
            shown(own)
        );
        for peer in ["pyoxigraph", "duckdb"] {
            match told.get(peer).map(|told| &told[name]) {
                Some(told) if told["seconds"].is_number() => {
                    let seconds = told["seconds"].as_f64().unwrap_or_default();
                    if let Some(rows) = rows {
                        assert_eq!(told["rows"], rows, "{peer}: {name}");
                    }
                    line.push_str(&format!(" {} | {:.1} |", shown(seconds), seconds / own));
                }
                _ => line.push_str(" not there | |"),
            }
        }
        println!("{line}");
    };
    line("load", None, built);
    for (name, sparql, _) in QUESTIONS {
        let mut runs: Vec<(Duration, usize)> = (0..RUNS)
            .map(|_| {
                let start = Instant::now();
                let rows = ask(graph, sparql, |_| {});
                (start.elapsed(), rows)
            })
            .collect();
        runs.sort_unstable();
        let (taken, rows) = runs[RUNS / 2];
        line(name, Some(rows), taken);
    }
    println!(
        "\n`load`: casegraph from the sheets, checks and consensus included; pyoxigraph from the default graph as N-Triples; \
         DuckDB from four CSV files of the rows that it is asked about.\n"
    );
}

fn shown(seconds: f64) -> String {
    if seconds < 1.0 {
        format!("{:.1} ms", seconds * 1e3)
    } else {
        format!("{seconds:.2} s")
    }
}

/// Reads all rows of a question.
fn ask(graph: &Graph, text: &str, mut take: impl FnMut(&[Option<Term>])) -> usize {
    let query = SparqlParser::new()
        .parse_query(&format!("{PREFIXES}{text}"))
        .expect("a query");
    let answer = graph
        .query(&query, &QueryOptions::default())
        .expect("an answer");
    let Results::Rows(rows) = answer.results else {
        panic!("a SELECT")
    };
    rows.inspect(|row| take(row.as_ref().expect("a row").values()))
        .count()
}

/// The rows of a question as CSV, without headings.
fn csv(graph: &Graph, text: &str, out: &mut impl Write) {
    ask(graph, text, |cells| {
        let cell = |cell: &Option<Term>| match cell {
            Some(Term::Literal(literal)) => format!("\"{}\"", literal.value().replace('"', "\"\"")),
            _ => String::new(),
        };
        let row: Vec<String> = cells.iter().map(cell).collect();
        writeln!(out, "{}", row.join(",")).expect("written");
    });
}

/// The triples that queries see, as N-Triples.
fn triples(graph: &Graph, path: &Path) {
    let mut out = BufWriter::new(File::create(path).expect("a file"));
    for name in graph.default_graphs() {
        for quad in graph.quads_of(name) {
            let quad = quad.expect("a quad");
            writeln!(out, "{} {} {} .", quad.subject, quad.predicate, quad.object)
                .expect("written");
        }
    }
}

/// How long a command took, and the most memory that it had, in MB.
struct Done {
    taken: Duration,
    peak: u64,
}

fn run(command: &mut Command) -> Done {
    let start = Instant::now();
    let mut child = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("starts");
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    let ended = loop {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find(|line| line.starts_with("VmHWM"));
        let number = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
        peak = peak.max(number.unwrap_or_default() / 1024);
        if let Some(ended) = child.try_wait().expect("a status") {
            break ended;
        }
        std::thread::sleep(Duration::from_micros(500));
    };
    let taken = start.elapsed();
    // `check` ends with 1 where it has warnings, and says so.
    assert!(ended.code().is_some_and(|code| code <= 1), "{command:?}");
    Done { taken, peak }
}
