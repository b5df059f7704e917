//! How fast whole gene tables and ontologies are loaded and asked, beside Oxigraph's command line on
//! the same statements and R's `AnnotationDbi` on its own copy of the same sources.
//!
//! `CASEGRAPH_EXTERNAL` names a folder with `Homo_sapiens.gene_info.gz`, `hgnc_complete_set.tsv.gz`,
//! `gene2go.human.gz` and `go-basic.obo.gz`. A peer that is not installed (`oxigraph`, or the program
//! that `OXIGRAPH` names; `Rscript` with `org.Hs.eg.db` and `GO.db`) is named and left out.

#![allow(clippy::print_stdout)]

mod questions;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use casegraph::graph::Location;
use casegraph::graph::namespaces::Prefixes;
use questions::QUESTIONS;

const FILES: [&str; 4] = [
    "Homo_sapiens.gene_info.gz",
    "hgnc_complete_set.tsv.gz",
    "gene2go.human.gz",
    "go-basic.obo.gz",
];
const RUNS: usize = 5;

fn main() {
    let Some(external) = std::env::var_os("CASEGRAPH_EXTERNAL").map(PathBuf::from) else {
        println!(
            "CASEGRAPH_EXTERNAL names no folder of gene tables and ontologies: nothing to measure"
        );
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let (project, store) = (folder.path().join("study"), folder.path().join("store"));
    let casegraph = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_casegraph"));
        command
            .args(arguments)
            .env("CASEGRAPH_PROJECT", &project)
            .env("CASEGRAPH_LOCATION", &store);
        command
    };
    let mut init = Command::new(env!("CARGO_BIN_EXE_casegraph"));
    run(init.arg("init").arg(&project)).expect("a study");
    run(&mut casegraph(&["build"])).expect("a store");

    let mut link = casegraph(&["link", "--whole"]);
    link.args(FILES.map(|file| external.join(file)));
    let (own_load, _) = timed(&mut link).expect("linked");

    let quads = folder.path().join("all.nq");
    let prefixes = dump(&store, &quads);
    let oxigraph = Oxigraph::new(folder.path().join("oxigraph"));
    let peer_load = oxigraph.load(&quads);

    println!(
        "## Loading\n\n| program | reads | takes | times as long |\n| --- | --- | ---: | ---: |"
    );
    println!(
        "| casegraph link --whole | the four files as published | {:.1} s | |",
        own_load.as_secs_f64()
    );
    match &peer_load {
        Ok(taken) => println!(
            "| oxigraph load | the same statements as N-Quads | {:.1} s | {:.2} |",
            taken.as_secs_f64(),
            taken.as_secs_f64() / own_load.as_secs_f64()
        ),
        Err(why) => println!("\noxigraph left out: {why}"),
    }

    let r = annotation_dbi();
    println!("\n## Questions: whole commands; R beside that without its start\n");
    println!(
        "| question | rows | casegraph | oxigraph | times as long | R rows | R | times as long |"
    );
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    for question in QUESTIONS {
        let (own, rows) = median(|| {
            timed(&mut casegraph(&[
                "-q",
                "query",
                "--format",
                "csv",
                question.sparql,
            ]))
        })
        .expect("an answer");
        let text = format!("{prefixes}{}", question.sparql);
        let ratio = |taken: Duration| taken.as_secs_f64() / own.as_secs_f64();
        let other = match (&peer_load, median(|| oxigraph.ask(&text))) {
            (Ok(_), Ok((taken, found))) => {
                assert_eq!(found, rows, "{}: the answers differ", question.name);
                format!("{:.0} ms | {:.2}", ms(taken), ratio(taken))
            }
            (_, Err(why)) => format!("{why} | "),
            _ => " | ".to_owned(),
        };
        let looked_up = match r
            .as_ref()
            .map(|all| all.iter().find(|one| one.0 == question.name))
        {
            Ok(Some((_, found, taken))) => {
                format!("{found} | {:.0} ms | {:.2}", ms(*taken), ratio(*taken))
            }
            _ => " | | ".to_owned(),
        };
        println!(
            "| {} | {rows} | {:.0} ms | {other} | {looked_up} |",
            question.name,
            ms(own)
        );
    }
    if let Err(why) = r {
        println!("\nR left out: {why}");
    }
}

fn ms(taken: Duration) -> f64 {
    taken.as_secs_f64() * 1e3
}

/// The standard output of a command that succeeds.
fn run(command: &mut Command) -> Result<String, String> {
    let output = command
        .output()
        .map_err(|error| format!("{command:?}: {error}"))?;
    if !output.status.success() {
        let error = String::from_utf8_lossy(&output.stderr);
        return Err(error.lines().last().unwrap_or("it failed").to_owned());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// How long a command takes, and how many lines below the heading it writes.
fn timed(command: &mut Command) -> Result<(Duration, usize), String> {
    let start = Instant::now();
    let out = run(command)?;
    Ok((start.elapsed(), out.lines().count().saturating_sub(1)))
}

fn median(
    run: impl FnMut() -> Result<(Duration, usize), String>,
) -> Result<(Duration, usize), String> {
    let mut all = std::iter::repeat_with(run)
        .take(RUNS)
        .collect::<Result<Vec<_>, _>>()?;
    all.sort_unstable();
    Ok(all[RUNS / 2])
}

/// Writes what the store holds of other sources as N-Quads; the prefixes as SPARQL.
fn dump(store: &Path, to: &Path) -> String {
    let (graph, _) = Location::new(store).open().expect("the store");
    let mut out = BufWriter::new(File::create(to).expect("a file"));
    for quad in graph.quads().expect("quads") {
        writeln!(out, "{quad} .").expect("written");
    }
    Prefixes::of_study("study")
        .iter()
        .map(|(name, iri)| format!("PREFIX {name}: <{iri}>\n"))
        .collect()
}

struct Oxigraph {
    program: String,
    store: PathBuf,
}

impl Oxigraph {
    fn new(store: PathBuf) -> Self {
        let program = std::env::var("OXIGRAPH").unwrap_or_else(|_| "oxigraph".to_owned());
        Self { program, store }
    }

    fn command(&self, name: &str) -> Command {
        let mut command = Command::new(&self.program);
        command.arg(name).arg("--location").arg(&self.store);
        command
    }

    fn load(&self, file: &Path) -> Result<Duration, String> {
        let mut command = self.command("load");
        Ok(timed(command.arg("--file").arg(file))?.0)
    }

    fn ask(&self, query: &str) -> Result<(Duration, usize), String> {
        let mut command = self.command("query");
        command.args([
            "--union-default-graph",
            "--results-format",
            "csv",
            "--query",
            query,
        ]);
        timed(&mut command)
    }
}

/// Each question's name, number of answers and median time in one R process.
fn annotation_dbi() -> Result<Vec<(String, usize, Duration)>, String> {
    let mut script = "suppressMessages({library(org.Hs.eg.db); library(GO.db)})\n\
         ask <- function(name, f) { f(); t <- sort(sapply(1:5, function(i) system.time(f())[['elapsed']])); \
         cat(name, length(f()), t[3], sep = '\\t'); cat('\\n') }\n"
        .to_owned();
    for question in QUESTIONS {
        script.push_str(&format!(
            "ask({:?}, function() suppressMessages({}))\n",
            question.name, question.r
        ));
    }
    let r = std::env::var("RSCRIPT").unwrap_or_else(|_| "Rscript".to_owned());
    let out = run(Command::new(r).args(["-e", &script]))?;
    let read = |line: &str| {
        let mut cells = line.split('\t');
        let name = cells.next()?.to_owned();
        let (rows, seconds) = (cells.next()?.parse().ok()?, cells.next()?.parse().ok()?);
        Some((name, rows, Duration::from_secs_f64(seconds)))
    };
    Ok(out.lines().filter_map(read).collect())
}
