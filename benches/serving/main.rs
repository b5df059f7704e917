//! How fast the study is served, beside `oxigraph serve-read-only` with the same triples and the same
//! queries, in one run; and what a server takes when everything comes at once.
//!
//! `cargo bench --bench serving` compares; `cargo bench --bench serving -- --load 600` loads a server for
//! ten minutes. `OXIGRAPH` names the other program (`cargo install oxigraph-cli`).

#![allow(
    clippy::print_stdout,
    clippy::cast_sign_loss,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss
)]

mod client;
mod load;
mod server;

use std::time::Duration;

use casegraph::graph::namespaces::Prefixes;
use casegraph::project::Project;
use casegraph::query::Catalogue;
use client::{Client, Measured, drive};
use server::{Server, build};

const CLIENTS: usize = 16;
const ROUNDS: usize = 3;
const TIME: Duration = Duration::from_secs(6);
const JSON: &str = "application/sparql-results+json";

/// With their prefixes written out, as other endpoints need them.
const QUERIES: [&str; 4] = [
    "PREFIX cg: <https://w3id.org/casegraph/ontology#> SELECT ?case ?months WHERE { ?p a cg:Case ; cg:caseKey ?case . OPTIONAL { ?p cg:hasFollowUp/cg:months ?months } } ORDER BY ?case",
    "PREFIX cg: <https://w3id.org/casegraph/ontology#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> SELECT ?partner (COUNT(DISTINCT ?p) AS ?n) WHERE { ?p a cg:Case ; cg:hasFusion/cg:fivePrimeGene/skos:prefLabel ?partner } GROUP BY ?partner ORDER BY DESC(?n)",
    "PREFIX cg: <https://w3id.org/casegraph/ontology#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> SELECT ?case ?drug ?response WHERE { ?p cg:caseKey ?case ; cg:hasTreatment ?t . ?t cg:drug/skos:prefLabel ?drug ; cg:bestResponse/skos:notation ?response . FILTER(STR(?drug) = 'crizotinib') }",
    "PREFIX cg: <https://w3id.org/casegraph/ontology#> SELECT ?p ?age WHERE { ?p a cg:Case ; cg:ageYears ?age FILTER(?age < 18) }",
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let folder = tempfile::tempdir().expect("a folder");
    let location = folder.path().join("store");
    build(&location);
    let seconds = arguments
        .iter()
        .position(|word| word == "--load")
        .and_then(|at| arguments.get(at + 1)?.parse().ok());
    let slugs = slugs();
    if let Some(seconds) = seconds {
        let mixed = |number: u64| match number % 4 {
            0 => (
                format!(
                    "/analyses/{}.json",
                    slugs[number as usize / 4 % slugs.len()]
                ),
                "*/*",
            ),
            1 => ("/cases".to_owned(), "text/html"),
            _ => new(number),
        };
        load::load(&location, Duration::from_secs(seconds), &mixed);
        return;
    }
    let ours = Server::casegraph(&location, &[]);
    let mut client = Client::connect(ours.address).expect("a connection");
    let triples = client.get("/graph-store?default", "application/n-triples");
    let triples = triples.expect("triples").body;
    let other = Server::oxigraph(folder.path(), &triples);
    if let Some(other) = &other {
        same_answers(&ours, other);
    }
    for (what, next) in [
        (
            "the same four queries again and again",
            &repeated as &(dyn Fn(u64) -> _ + Sync),
        ),
        ("each query new", &new),
    ] {
        compare(what, next, &ours, other.as_ref());
    }
    analyses(&slugs, &ours);
    let uncached = Server::casegraph(&location, &["--cache", "0"]);
    analyses(&slugs, &uncached);
}

fn repeated(number: u64) -> (String, &'static str) {
    let query = QUERIES[number as usize % QUERIES.len()];
    (format!("/query?query={}", encoded(query)), JSON)
}

/// A query that nobody asked before: a comment makes it another one.
fn new(number: u64) -> (String, &'static str) {
    let query = QUERIES[number as usize % QUERIES.len()];
    (
        format!(
            "/query?query={}",
            encoded(&format!(
                "{query} # {number} {:?}",
                std::time::Instant::now()
            ))
        ),
        JSON,
    )
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// Analyses that run as they are.
fn slugs() -> Vec<String> {
    let project = Project::find(None, None).expect("the shipped study");
    let prefixes = Prefixes::of_study(&project.study_name());
    let pairs: Vec<(String, String)> = prefixes
        .iter()
        .map(|(name, iri)| (name.to_owned(), iri.to_owned()))
        .collect();
    let files = project.queries().files(".rq").expect("files");
    let files = files
        .into_iter()
        .filter(|file| !file.name.starts_with("checks/"))
        .map(|file| (file.path, file.text));
    let (catalogue, _) = Catalogue::read(files, &pairs).expect("analyses");
    let unasked = catalogue
        .queries()
        .iter()
        .filter(|saved| saved.runs_unasked());
    unasked.map(|saved| saved.slug.clone()).collect()
}

/// What is compared must be the same.
fn same_answers(ours: &Server, other: &Server) {
    let rows = |server: &Server, query: &str| {
        let mut client = Client::connect(server.address).expect("a connection");
        let target = format!("/query?query={}", encoded(query));
        let answer = client.get(&target, "text/csv").expect("an answer");
        let text = String::from_utf8(answer.body).expect("text");
        let mut rows: Vec<String> = text.lines().map(str::to_owned).collect();
        rows.sort();
        rows
    };
    for query in QUERIES {
        assert_eq!(rows(ours, query), rows(other, query), "{query}");
    }
}

fn compare(
    what: &str,
    next: &(dyn Fn(u64) -> (String, &'static str) + Sync),
    ours: &Server,
    other: Option<&Server>,
) {
    println!("\n{what}, {CLIENTS} clients");
    let round = |server: &Server| {
        let measured = drive(server.address, CLIENTS, TIME, next);
        assert!(measured.failed.is_empty(), "{:?}", measured.failed.first());
        measured
    };
    let (mut own, mut others) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        own.push(round(ours));
        others.extend(other.map(round));
    }
    let rate = |rounds: &mut Vec<Measured>| {
        rounds.sort_by(|a, b| a.rate().total_cmp(&b.rate()));
        rounds.get(rounds.len() / 2).map(|middle| {
            println!(
                "  {:>7.0} requests a second, p50 {:.2} ms, p99 {:.2} ms",
                middle.rate(),
                middle.quantile(0.5),
                middle.quantile(0.99)
            );
            middle.rate()
        })
    };
    print!("casegraph");
    let own = rate(&mut own);
    if other.is_some() {
        print!("oxigraph ");
        if let (Some(own), Some(others)) = (own, rate(&mut others)) {
            println!("ratio      {:.1}", own / others);
        }
    } else {
        println!("oxigraph   not installed: set OXIGRAPH");
    }
}

/// Each saved analysis, one after the other by one client.
fn analyses(slugs: &[String], server: &Server) {
    let mut client = Client::connect(server.address).expect("a connection");
    let mut times = Vec::new();
    for _ in 0..20 {
        for slug in slugs {
            let asked = std::time::Instant::now();
            let answer = client
                .get(&format!("/analyses/{slug}.json"), "*/*")
                .expect("an answer");
            assert_eq!(answer.status, 200, "{slug}");
            times.push((asked.elapsed(), slug));
        }
    }
    times.sort();
    let at = |share: f64| times[(times.len() as f64 * share) as usize].0.as_secs_f64() * 1000.0;
    let slowest = times.last().expect("an analysis");
    println!(
        "\n{} saved analyses, one at a time: p50 {:.2} ms, p99 {:.2} ms, longest {:.1} ms ({})",
        slugs.len(),
        at(0.5),
        at(0.99),
        slowest.0.as_secs_f64() * 1000.0,
        slowest.1
    );
}
