//! Snapshots: the same answers as the store they are made of, and never an answer from a damaged one.

use std::fs;
use std::path::Path;

use casegraph::graph::model::{GraphName, Literal, NamedNode, Quad, SparqlParser, Term, xsd};
use casegraph::graph::snapshot::{self, MEMORY, Snapshot, SnapshotError};
use casegraph::graph::{Graph, GraphError, Location, Manifest, QueryOptions, Results};
use casegraph::query::{Answer, ask, parse, run};
use tempfile::TempDir;

use crate::queries::needed;
use crate::support::{SHIPPED, TINY, Tiny};

pub const EX: &str = "http://example.org/";

pub fn node(name: &str) -> NamedNode {
    NamedNode::new_unchecked(format!("{EX}{name}"))
}

/// Solutions without their order.
pub fn solutions(graph: &Graph, text: &str) -> Result<Vec<String>, String> {
    let prefixes = casegraph::graph::namespaces::Prefixes::of_study("tiny");
    let query = parse(&format!("PREFIX ex: <{EX}>\n{text}"), &prefixes)
        .unwrap_or_else(|error| panic!("{text}\n{error:?}"));
    let options = QueryOptions::default();
    let mut rows: Vec<String> = match ask(graph, &query, &options, None) {
        Err(error) => return Err(format!("{error:?}")),
        Ok(Answer::Boolean(yes)) => vec![yes.to_string()],
        Ok(Answer::Table(table)) => {
            let mut order: Vec<usize> = (0..table.columns.len()).collect();
            order.sort_by_key(|at| &table.columns[*at]);
            let row = |row: usize| {
                let cells = order.iter().map(|at| {
                    let cell = table
                        .cells
                        .get(row, *at)
                        .map_or("-".to_owned(), ToString::to_string);
                    format!("{}={cell}", table.columns[*at])
                });
                cells.collect::<Vec<_>>().join(" ")
            };
            (0..table.rows()).map(row).collect()
        }
        Ok(Answer::Triples { triples, .. }) => triples.iter().map(ToString::to_string).collect(),
    };
    rows.sort();
    Ok(rows)
}

/// The same quads in memory and as a snapshot.
pub struct Both {
    _folder: TempDir,
    pub memory: Graph,
    pub snapshot: Graph,
}

impl Both {
    pub fn of(quads: &[Quad]) -> Self {
        let folder = TempDir::new().expect("a folder");
        let mut memory = Graph::in_memory().expect("a store");
        memory.load(quads.to_vec()).expect("loaded");
        let path = folder.path().join("snapshot");
        memory.write_snapshot(&path).expect("written");
        let snapshot = Snapshot::open(&path).expect("opens");
        snapshot.check().expect("whole");
        Self {
            _folder: folder,
            memory,
            snapshot: Graph::of_snapshot(snapshot).expect("opens"),
        }
    }
}

/// A row in which lists within a cell have no order: `GROUP_CONCAT` puts them as they come.
fn unordered(row: &[Option<&Term>]) -> String {
    let cell = |cell: Option<&Term>| {
        let text = cell.map_or(String::new(), ToString::to_string);
        let mut parts: Vec<&str> = text
            .trim_matches('"')
            .split([',', ';'])
            .map(str::trim)
            .collect();
        parts.sort_unstable();
        parts.join(",")
    };
    row.iter()
        .copied()
        .map(cell)
        .collect::<Vec<_>>()
        .join(" | ")
}

#[test]
fn saved_analyses_and_checks_answer_the_same_from_a_snapshot() {
    for open in [&*TINY, &*SHIPPED] {
        assert!(open.graph.snapshot().is_some(), "a build makes a snapshot");
        let quads = open.graph.quads().expect("quads");
        let both = Both::of(&quads);
        assert_eq!(both.memory.len().expect("a count"), quads.len() as u64);
        for saved in open.catalogue.queries() {
            let given: Vec<(String, String)> = needed(&saved.slug)
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect();
            let rows = |graph: &Graph| {
                let defaults = &open.manifest.parameters;
                let table = run(
                    graph,
                    saved,
                    &given,
                    defaults,
                    &open.prefixes,
                    &Default::default(),
                );
                let table = table.map_err(|error| format!("{error:?}"))?;
                let row = |row: usize| unordered(&table.row(row).collect::<Vec<_>>());
                let mut rows: Vec<String> = (0..table.rows()).map(row).collect();
                rows.sort();
                Ok::<_, String>(rows)
            };
            let snapshot = rows(&both.snapshot);
            assert_eq!(rows(&open.graph), snapshot, "{}", saved.slug);
            assert_eq!(rows(&both.memory), snapshot, "{}", saved.slug);
        }
    }
}

#[test]
fn rows_without_an_optional_value_come_first_and_stay_once() {
    let quad = |s: &str, p: &str, o: Term| Quad::new(node(s), node(p), o, node("g"));
    let number = |n: i64| Term::from(Literal::from(n));
    let mut quads: Vec<Quad> = (0..6)
        .map(|n| quad(&format!("s{n}"), "is", node("case").into()))
        .collect();
    quads.extend(
        [(1, 7), (2, 30), (2, 4), (4, 11)].map(|(s, n)| quad(&format!("s{s}"), "age", number(n))),
    );
    quads.push(quad("s2", "named", Literal::from("b").into()));
    quads.push(quad("s5", "named", Literal::from("a").into()));
    let both = Both::of(&quads);
    let rows = |query: &str| {
        let text = |cell: &Option<Term>| match cell {
            Some(Term::Literal(literal)) => literal.value().to_owned(),
            Some(term) => term.to_string().replace(EX, "").replace(['<', '>'], ""),
            None => "-".to_owned(),
        };
        let parsed = SparqlParser::new()
            .parse_query(&format!("PREFIX ex: <{EX}> {query}"))
            .expect("a query");
        let answer = both.snapshot.query(&parsed, &QueryOptions::default());
        let Results::Rows(rows) = answer.expect("an answer").into_parts().0 else {
            panic!("no rows");
        };
        rows.map(|row| {
            row.expect("a row")
                .values()
                .iter()
                .map(text)
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect::<Vec<_>>()
    };
    let part = "?s ex:is ex:case OPTIONAL { ?s ex:age ?age } OPTIONAL { ?s ex:named ?name } OPTIONAL { ?s ex:never ?x }";
    assert_eq!(
        rows(&format!(
            "SELECT ?age ?s ?name ?x FROM ex:g {{ {part} }} ORDER BY ?age ?s"
        )),
        [
            "- s0 - -",
            "- s3 - -",
            "- s5 a -",
            "4 s2 b -",
            "7 s1 - -",
            "11 s4 - -",
            "30 s2 b -"
        ]
    );
    assert_eq!(
        rows(&format!(
            "SELECT ?name ?s FROM ex:g {{ {part} FILTER(?s != ex:s2) }} ORDER BY DESC(?name) ?s LIMIT 3"
        )),
        ["a s5", "- s0", "- s1"]
    );
    assert_eq!(
        rows(
            "SELECT ?s ?age FROM ex:g { ?s ex:is ex:case OPTIONAL { ?s ex:age ?age FILTER(?age > 10) } } ORDER BY ?s ?age"
        ),
        ["s0 -", "s1 -", "s2 30", "s3 -", "s4 11", "s5 -"]
    );
}

#[test]
fn minus_one_is_no_decimal() {
    let half = Literal::new_typed_literal("0.5", xsd::DECIMAL);
    let both = Both::of(&[Quad::new(
        node("s"),
        node("p"),
        half,
        GraphName::DefaultGraph,
    )]);
    let asked = "SELECT * WHERE { ?s ?p -1 }";
    assert_eq!(solutions(&both.snapshot, asked), Ok(Vec::new()));
}

#[test]
fn a_triple_of_two_graphs_is_one_triple_of_the_default_graph() {
    let quad = |graph: &str| Quad::new(node("s"), node("p"), node("o"), node(graph));
    let both = Both::of(&[quad("a"), quad("b"), quad("c")]);
    let merged = "SELECT * FROM ex:a FROM ex:b WHERE { ?s ?p ?o }";
    assert_eq!(solutions(&both.snapshot, merged).expect("rows").len(), 1);
    let each = "SELECT * WHERE { GRAPH ?g { ?s ?p ?o } }";
    assert_eq!(solutions(&both.snapshot, each).expect("rows").len(), 3);
    assert_eq!(
        solutions(&both.snapshot, "SELECT * { ?s ?p ?o }")
            .expect("rows")
            .len(),
        0
    );
}

/// The quads of a file, if it is taken.
fn read(path: &Path) -> Result<Vec<Quad>, SnapshotError> {
    let snapshot = Snapshot::open(path)?;
    snapshot.quads_of(None, None, None, None).collect()
}

#[test]
fn a_damaged_file_is_refused_and_never_answers() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("snapshot");
    let literal = Literal::new_typed_literal("7.5", xsd::DECIMAL);
    let quads: Vec<Quad> = (0..40)
        .map(|n| {
            Quad::new(
                node(&format!("s{n}")),
                node("p"),
                literal.clone(),
                node("g"),
            )
        })
        .collect();
    let mut graph = Graph::in_memory().expect("a store");
    graph.load(quads).expect("loaded");
    graph.write_snapshot(&path).expect("written");
    let right = read(&path).expect("whole");
    assert_eq!(right.len(), 40);
    let bytes = fs::read(&path).expect("bytes");
    let other = folder.path().join("damaged");
    for at in (0..bytes.len()).step_by(7) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1 << (at % 8);
        fs::write(&other, &damaged).expect("written");
        let error = read(&other).expect_err("a flipped bit");
        let said = GraphError::from(error).to_string();
        assert!(said.contains("`casegraph build` makes"), "{said}");
        fs::write(&other, &bytes[..at]).expect("written");
        assert!(read(&other).is_err(), "cut at {at}");
    }
    fs::write(&other, [&bytes[..], b"more"].concat()).expect("written");
    assert!(read(&other).is_err());
    let mut newer = bytes;
    newer[8] = 9;
    fs::write(&other, &newer).expect("written");
    let said = read(&other).expect_err("another version").to_string();
    assert!(said.contains("layout 9"), "{said}");
}

#[test]
fn a_damaged_snapshot_of_a_study_says_what_to_do() {
    let tiny = Tiny::new();
    tiny.run(&["build"]).ok();
    let path = tiny.store().join("store-1.snapshot");
    let whole = fs::read(&path).expect("a snapshot");
    let ages = [
        "query",
        "--format",
        "csv",
        "SELECT ?age { ?case cg:ageYears ?age }",
    ];
    let right = tiny.run(&ages).ok();
    let mut damaged = whole.clone();
    let middle = damaged.len() / 2;
    damaged[middle..middle + 64].fill(0xAA);
    fs::write(&path, &damaged).expect("written");
    let said = tiny.run(&ages).fails(2);
    assert!(
        said.contains("is damaged") && said.contains("casegraph build"),
        "{said}"
    );
    tiny.run(&["build"]).ok();
    assert_eq!(tiny.run(&ages).ok(), right);
    // Where it is gone, the sheets are built again.
    fs::remove_file(tiny.store().join("store-2.snapshot")).expect("removed");
    assert_eq!(tiny.run(&ages).ok(), right);
}

#[test]
fn readers_keep_their_snapshot_while_new_ones_are_made() {
    let folder = TempDir::new().expect("a folder");
    let location = Location::new(folder.path());
    let publish = |generation: i64| {
        let mut build = location.begin(MEMORY).expect("the lock");
        let quads = (0..50).map(|n| {
            Quad::new(
                node(&format!("s{n}")),
                node("p"),
                Literal::from(generation),
                node("g"),
            )
        });
        build.load(quads).expect("loaded");
        let manifest = Manifest {
            quads: 50,
            ..manifest()
        };
        build.publish(manifest).expect("published");
    };
    publish(0);
    let stop = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..3)
            .map(|_| {
                scope.spawn(|| {
                    let mut read = 0;
                    while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                        let (graph, _) = location.open().expect("a store at any time");
                        let quads = graph.quads().expect("quads");
                        assert_eq!(quads.len(), 50);
                        assert!(quads.iter().all(|quad| quad.object == quads[0].object));
                        read += 1;
                    }
                    read
                })
            })
            .collect();
        for generation in 1..12 {
            publish(generation);
        }
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
        let read: u32 = readers
            .into_iter()
            .map(|reader| reader.join().expect("no panic"))
            .sum();
        assert!(read > 10, "{read}");
    });
}

fn manifest() -> Manifest {
    Manifest {
        format: 0,
        store: String::new(),
        software: String::new(),
        study: "x".to_owned(),
        title: String::new(),
        inputs_sha256: "0".repeat(64),
        quads: 0,
        cases: 0,
        parameters: Default::default(),
        columns: String::new(),
        synthetic: true,
        whole: Vec::new(),
        updated: None,
        before: None,
    }
}

#[test]
fn the_bytes_are_the_same_in_little_memory_and_in_any_order() {
    let folder = TempDir::new().expect("a folder");
    let mut quads = SHIPPED.graph.quads().expect("quads");
    let write = |quads: &[Quad], memory: usize| {
        let path = folder.path().join("written");
        let mut writer = snapshot::writer(folder.path(), memory);
        for quad in quads {
            writer.add(quad.as_ref()).expect("added");
        }
        let written = snapshot::write(writer, &path).expect("written");
        let bytes = fs::read(&path).expect("bytes");
        assert_eq!(written.bytes, bytes.len() as u64);
        bytes
    };
    let whole = write(&quads, MEMORY);
    quads.reverse();
    // Some hundred runs, and orders of more rows than are held at once.
    assert!(write(&quads, 200_000) == whole, "the bytes differ");
    let taken_over = folder.path().join("taken-over");
    let snapshot = SHIPPED.graph.snapshot().expect("a snapshot");
    let mut writer = snapshot::writer(folder.path(), 200_000);
    writer.add_all(snapshot, &[]).expect("taken over");
    snapshot::write(writer, &taken_over).expect("written");
    assert!(
        fs::read(&taken_over).expect("bytes") == whole,
        "the bytes differ"
    );
    let left: Vec<_> = fs::read_dir(folder.path()).expect("a folder").collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

/// All of the 1.7 million are never held: those that are not among the first are forgotten on the way.
#[test]
fn the_first_rows_of_many_are_those_of_all() {
    let cases = SHIPPED.rows("SELECT ?case { ?case a cg:Case } ORDER BY ?case");
    let (first, last) = (&cases[0][0], &cases[cases.len() - 1][0]);
    let many = "?a a ?t . ?b a ?t . ?c a ?t FILTER(?t = cg:Case)";
    for distinct in ["", "DISTINCT"] {
        let text = format!(
            "SELECT {distinct} ?a ?b ?c {{ {many} }} ORDER BY DESC(?a) ?b DESC(?c) LIMIT 2 OFFSET 1"
        );
        let wanted = [2, 3].map(|back| {
            let third = &cases[cases.len() - back][0];
            [last, first, third].map(Clone::clone).to_vec()
        });
        assert_eq!(SHIPPED.rows(&text), wanted, "{text}");
    }
}
