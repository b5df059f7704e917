//! Snapshots: the same answers as the store they are made of, and never an answer from a damaged one.

use std::fs;
use std::path::Path;

use casegraph::graph::model::{
    BlankNode, GraphName, Literal, NamedNode, NamedOrBlankNode, Quad, SparqlParser, Term, xsd,
};
use casegraph::graph::snapshot::{Snapshot, SnapshotError};
use casegraph::graph::{Graph, Location, Manifest, QueryOptions, Results};
use casegraph::query::{Asked, ask, parse, run};
use proptest::prelude::*;
use tempfile::TempDir;

use crate::queries::needed;
use crate::support::{SHIPPED, TINY, Tiny};

const EX: &str = "http://example.org/";

fn node(name: &str) -> NamedNode {
    NamedNode::new_unchecked(format!("{EX}{name}"))
}

/// Solutions without their order.
fn solutions(graph: &Graph, text: &str) -> Result<Vec<String>, String> {
    let prefixes = casegraph::graph::namespaces::Prefixes::of_study("tiny");
    let query = parse(&format!("PREFIX ex: <{EX}>\n{text}"), &prefixes)
        .unwrap_or_else(|error| panic!("{text}\n{error:?}"));
    let options = QueryOptions::default();
    let mut rows: Vec<String> = match ask(graph, &query, &options, None) {
        Err(error) => return Err(format!("{error:?}")),
        Ok(Asked::Boolean(yes)) => vec![yes.to_string()],
        Ok(Asked::Table(table)) => {
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
        Ok(Asked::Triples { triples, .. }) => triples.iter().map(ToString::to_string).collect(),
    };
    rows.sort();
    Ok(rows)
}

/// The same quads in a store on disk, in memory, and as a snapshot.
struct Three {
    _folder: TempDir,
    store: Graph,
    memory: Graph,
    snapshot: Graph,
}

impl Three {
    fn of(quads: &[Quad]) -> Self {
        let folder = TempDir::new().expect("a folder");
        let mut store = Graph::create(&folder.path().join("store")).expect("a store");
        store.load(quads.to_vec()).expect("loaded");
        let mut memory = Graph::in_memory().expect("a store");
        memory.load(quads.to_vec()).expect("loaded");
        let path = folder.path().join("snapshot");
        store.write_snapshot(&path).expect("written");
        let snapshot = Snapshot::open(&path).expect("opens");
        snapshot.check().expect("whole");
        Self {
            _folder: folder,
            store,
            memory,
            snapshot: Graph::of_snapshot(snapshot).expect("opens"),
        }
    }

    fn agree_on(&self, query: &str) -> Result<(), TestCaseError> {
        let snapshot = solutions(&self.snapshot, query);
        prop_assert_eq!(
            &solutions(&self.store, query),
            &snapshot,
            "the store: {}",
            query
        );
        prop_assert_eq!(
            &solutions(&self.memory, query),
            &snapshot,
            "in memory: {}",
            query
        );
        Ok(())
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
        let three = Three::of(&quads);
        assert_eq!(three.store.len().expect("a count"), quads.len() as u64);
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
            let snapshot = rows(&three.snapshot);
            assert_eq!(rows(&open.graph), snapshot, "{}", saved.slug);
            assert_eq!(rows(&three.memory), snapshot, "{}", saved.slug);
            assert_eq!(rows(&three.store), snapshot, "{}", saved.slug);
        }
    }
}

fn literal() -> impl Strategy<Value = Term> {
    prop_oneof![
        // Not -1: the store on disk takes it for the start of decimals (all its bytes are 0xFF).
        (0_i64..8).prop_map(|n| Term::from(Literal::from(if n > 5 { 4 - n } else { n }))),
        (0_i64..4).prop_map(|n| Literal::new_typed_literal(format!("{n}.5"), xsd::DECIMAL).into()),
        (0_i64..3).prop_map(|n| Literal::new_typed_literal(format!("0{n}.0"), xsd::DECIMAL).into()),
        any::<bool>().prop_map(|yes| Literal::from(yes).into()),
        "[ab]{0,2}".prop_map(|text| Literal::new_simple_literal(text).into()),
        ("[ab]{1,2}", prop_oneof![Just("en"), Just("de-AT")]).prop_map(|(text, tag)| {
            Literal::new_language_tagged_literal_unchecked(text, tag.to_lowercase()).into()
        }),
        (1_i64..4).prop_map(
            |day| Literal::new_typed_literal(format!("2021-08-0{day}"), xsd::DATE).into()
        ),
        (1_i64..3)
            .prop_map(|year| Literal::new_typed_literal(format!("202{year}"), xsd::G_YEAR).into()),
        Just(Literal::new_typed_literal("P1M", xsd::DURATION).into()),
        Just(Literal::new_typed_literal("not a number", xsd::INTEGER).into()),
        Just(Literal::new_typed_literal("x", node("type")).into()),
    ]
}

fn thing() -> impl Strategy<Value = NamedOrBlankNode> {
    prop_oneof![
        6 => (0..6).prop_map(|n| NamedOrBlankNode::from(node(&format!("n{n}")))),
        1 => (0..2).prop_map(|n| BlankNode::new_unchecked(format!("b{n}")).into()),
    ]
}

/// Quads of five graphs, of which two make up the default graph; no triple is in both of these,
/// because the store would count it twice.
fn quads() -> impl Strategy<Value = Vec<Quad>> {
    let object = prop_oneof![3 => thing().prop_map(Term::from), 2 => literal()];
    let triple = (thing(), 0..4, object);
    let quad = (triple, 0..5);
    proptest::collection::vec(quad, 0..60).prop_map(|found| {
        let default =
            NamedNode::new_unchecked("https://w3id.org/casegraph/ontology#inDefaultGraph");
        let meta = node("g2");
        let mark = |graph: &str| {
            Quad::new(
                node(graph),
                default.clone(),
                Literal::from(true),
                meta.clone(),
            )
        };
        let mut quads = vec![mark("g0"), mark("g1")];
        let mut seen = std::collections::HashSet::new();
        for ((subject, predicate, object), graph) in found {
            let quad = Quad::new(
                subject,
                node(&format!("p{predicate}")),
                object,
                GraphName::from(node(&format!("g{graph}"))),
            );
            let triple = (
                quad.subject.clone(),
                quad.predicate.clone(),
                quad.object.clone(),
            );
            if graph > 1 || seen.insert(triple) {
                quads.push(quad);
            }
        }
        quads
    })
}

fn variable() -> impl Strategy<Value = String> {
    (0..4).prop_map(|n| format!("?v{n}"))
}

fn constant() -> impl Strategy<Value = String> {
    prop_oneof![
        (0..6).prop_map(|n| format!("ex:n{n}")),
        literal().prop_map(|term| term.to_string()),
    ]
}

fn predicate() -> impl Strategy<Value = String> {
    prop_oneof![
        5 => (0..4).prop_map(|n| format!("ex:p{n}")),
        1 => variable(),
        1 => Just("ex:p0/ex:p1".to_owned()),
        1 => Just("(ex:p0|^ex:p2)".to_owned()),
        1 => Just("ex:p1*".to_owned()),
        1 => Just("ex:p2+".to_owned()),
        1 => Just("ex:p3?".to_owned()),
        1 => Just("!(ex:p0|ex:p1)".to_owned()),
    ]
}

fn subject() -> impl Strategy<Value = String> {
    prop_oneof![4 => variable(), 1 => (0..6).prop_map(|n| format!("ex:n{n}"))]
}

fn object() -> impl Strategy<Value = String> {
    prop_oneof![3 => variable(), 1 => constant()]
}

fn triples() -> impl Strategy<Value = String> {
    let one = (subject(), predicate(), object()).prop_map(|(s, p, o)| format!("{s} {p} {o} ."));
    proptest::collection::vec(one, 1..4).prop_map(|all| all.join(" "))
}

fn filter() -> impl Strategy<Value = String> {
    let compared = (
        variable(),
        prop_oneof![Just("="), Just("!="), Just("<"), Just(">="), Just(">")],
        constant(),
    )
        .prop_map(|(v, op, c)| format!("{v} {op} {c}"));
    prop_oneof![
        3 => compared,
        1 => (variable(), variable()).prop_map(|(a, b)| format!("{a} = {b}")),
        1 => (variable(), variable()).prop_map(|(a, b)| format!("{a} < {b}")),
        1 => variable().prop_map(|v| format!("isLiteral({v})")),
        1 => variable().prop_map(|v| format!("BOUND({v})")),
        1 => variable().prop_map(|v| format!("LANG({v}) = \"en\"")),
        1 => variable().prop_map(|v| format!("DATATYPE({v}) = xsd:integer")),
        1 => variable().prop_map(|v| format!("STRSTARTS(STR({v}), \"a\")")),
        1 => variable().prop_map(|v| format!("{v} IN (ex:n1, 2, \"a\")")),
        1 => triples().prop_map(|inner| format!("NOT EXISTS {{ {inner} }}")),
    ]
}

fn pattern() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        6 => triples(),
        1 => (variable(), constant()).prop_map(|(v, c)| format!("VALUES {v} {{ {c} ex:n2 UNDEF }}")),
        1 => (0..5, triples()).prop_map(|(g, inner)| format!("GRAPH ex:g{g} {{ {inner} }}")),
        1 => triples().prop_map(|inner| format!("GRAPH ?g {{ {inner} }}")),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            3 => (inner.clone(), filter()).prop_map(|(a, f)| format!("{a} FILTER({f})")),
            2 => (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a} OPTIONAL {{ {b} }}")),
            1 => (inner.clone(), inner.clone(), filter())
                .prop_map(|(a, b, f)| format!("{a} OPTIONAL {{ {b} FILTER({f}) }}")),
            1 => (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a} MINUS {{ {b} }}")),
            1 => (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{{ {a} }} UNION {{ {b} }}")),
            1 => (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{{ {a} }} {{ {b} }}")),
            1 => (inner.clone(), variable(), 4..6)
                .prop_map(|(a, v, n)| format!("{{ {a} }} BIND(STR({v}) AS ?v{n})")),
            1 => (inner.clone(), variable()).prop_map(|(a, v)| format!("{{ SELECT DISTINCT {v} WHERE {{ {a} }} }}")),
            2 => (inner, variable(), aggregate())
                .prop_map(|(a, v, agg)| format!("{{ SELECT {v} ({agg} AS ?n) WHERE {{ {a} }} GROUP BY {v} }}")),
        ]
    })
}

fn aggregate() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("COUNT(*)".to_owned()),
        variable().prop_map(|v| format!("COUNT({v})")),
        variable().prop_map(|v| format!("COUNT(DISTINCT {v})")),
        variable().prop_map(|v| format!("SUM({v})")),
        variable().prop_map(|v| format!("AVG({v})")),
        variable().prop_map(|v| format!("MIN({v})")),
        variable().prop_map(|v| format!("MAX({v})")),
    ]
}

/// Optional parts with variables of their own, or nearly: now and then one stands in two.
fn optionals() -> impl Strategy<Value = String> {
    let own = (0..4, 0..9).prop_map(|(own, shared)| {
        if shared == 0 {
            "?w0".to_owned()
        } else {
            format!("?w{own}")
        }
    });
    let part = (variable(), predicate(), own, predicate(), filter(), 0..4).prop_map(
        |(from, first, to, second, filter, kind)| {
            let filter = filter.replace("?v", "?w");
            match kind {
                0 => format!("OPTIONAL {{ {from} {first} {to} }}"),
                1 => format!("OPTIONAL {{ {to} {first} {from} }}"),
                2 => format!(
                    "OPTIONAL {{ {from} {first} {to} . {to} {second} ?v0 FILTER({filter}) }}"
                ),
                _ => format!("OPTIONAL {{ {from} {first} {to} FILTER({filter}) }}"),
            }
        },
    );
    let parts = proptest::collection::vec(part, 1..4).prop_map(|parts| parts.join(" "));
    (triples(), parts, proptest::option::of(triples()))
        .prop_map(|(first, parts, last)| format!("{first} {parts} {}", last.unwrap_or_default()))
}

fn query() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => optionals().prop_map(|p| format!("SELECT * WHERE {{ {p} }}")),
        1 => (optionals(), filter()).prop_map(|(p, f)| format!("SELECT ?v0 ?w0 ?w1 WHERE {{ {p} FILTER({f}) }}")),
        1 => (optionals(), aggregate()).prop_map(|(p, agg)| format!("SELECT ?v0 ({agg} AS ?n) WHERE {{ {p} }} GROUP BY ?v0")),
        4 => pattern().prop_map(|p| format!("SELECT * WHERE {{ {p} }}")),
        1 => pattern().prop_map(|p| format!("SELECT DISTINCT ?v0 ?v1 WHERE {{ {p} }}")),
        1 => pattern().prop_map(|p| format!("ASK {{ {p} }}")),
        1 => pattern().prop_map(|p| format!("CONSTRUCT {{ ?v0 ex:made ?v1 }} WHERE {{ {p} }}")),
        2 => (triples(), aggregate(), filter()).prop_map(|(t, agg, f)|
            format!("SELECT ?v0 ?v1 ({agg} AS ?n) WHERE {{ {t} FILTER({f}) }} GROUP BY ?v0 ?v1")),
        1 => (triples(), aggregate()).prop_map(|(t, agg)| format!("SELECT ({agg} AS ?n) WHERE {{ {t} }}")),
        1 => (pattern(), 0..5).prop_map(|(p, g)| format!("SELECT * FROM ex:g{g} FROM NAMED ex:g3 WHERE {{ {p} }}")),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn generated_queries_answer_the_same_from_a_snapshot(
        quads in quads(),
        queries in proptest::collection::vec(query(), 12),
    ) {
        let three = Three::of(&quads);
        for query in &queries {
            // Some name a variable twice that may be named once.
            if SparqlParser::new().parse_query(&format!("PREFIX ex: <{EX}> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> {query}")).is_ok() {
                three.agree_on(query)?;
            }
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
    let three = Three::of(&quads);
    let rows = |query: &str| {
        let text = |cell: &Option<Term>| match cell {
            Some(Term::Literal(literal)) => literal.value().to_owned(),
            Some(term) => term.to_string().replace(EX, "").replace(['<', '>'], ""),
            None => "-".to_owned(),
        };
        let parsed = SparqlParser::new()
            .parse_query(&format!("PREFIX ex: <{EX}> {query}"))
            .expect("a query");
        let answer = three.snapshot.query(&parsed, &QueryOptions::default());
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
    let three = Three::of(&[Quad::new(
        node("s"),
        node("p"),
        half,
        GraphName::DefaultGraph,
    )]);
    let asked = "SELECT * WHERE { ?s ?p -1 }";
    assert_eq!(solutions(&three.snapshot, asked), Ok(Vec::new()));
}

#[test]
fn a_triple_of_two_graphs_is_one_triple_of_the_default_graph() {
    let quad = |graph: &str| Quad::new(node("s"), node("p"), node("o"), node(graph));
    let three = Three::of(&[quad("a"), quad("b"), quad("c")]);
    let merged = "SELECT * FROM ex:a FROM ex:b WHERE { ?s ?p ?o }";
    assert_eq!(solutions(&three.snapshot, merged).expect("rows").len(), 1);
    let each = "SELECT * WHERE { GRAPH ?g { ?s ?p ?o } }";
    assert_eq!(solutions(&three.snapshot, each).expect("rows").len(), 3);
    assert_eq!(
        solutions(&three.snapshot, "SELECT * { ?s ?p ?o }")
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
        let said = error.to_string();
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
    // Without a snapshot the store answers.
    fs::remove_file(tiny.store().join("store-2.snapshot")).expect("removed");
    assert_eq!(tiny.run(&ages).ok(), right);
}

#[test]
fn readers_keep_their_snapshot_while_new_ones_are_made() {
    let folder = TempDir::new().expect("a folder");
    let location = Location::new(folder.path());
    let publish = |generation: i64| {
        let mut build = location.begin().expect("the lock");
        let quads = (0..50).map(|n| {
            Quad::new(
                node(&format!("s{n}")),
                node("p"),
                Literal::from(generation),
                node("g"),
            )
        });
        build.load(quads.collect::<Vec<_>>()).expect("loaded");
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
        inputs_sha256: String::new(),
        quads: 0,
        cases: 0,
        parameters: Default::default(),
        synthetic: true,
        whole: Vec::new(),
        before: None,
    }
}
