//! The same answers as the SPARQL engine on plain quads, for queries and updates that are made up.
//!
//! Casegraph answers from a snapshot, in batches where it can, after rewriting; updates are done on a store.
//! The engine alone, on the same quads in memory and with the default graph made by hand, says what is right.
//! What is made up depends on a number alone. `CASEGRAPH_COMPARE_SECONDS=3600` goes on for an hour with new
//! numbers, as before a release.

use std::collections::{BTreeSet, HashSet};
use std::time::{Duration, Instant};

use casegraph::graph::Graph;
use casegraph::graph::model::{
    BaseDirection, BlankNode, GraphName, GraphUpdateOperation, Literal, NamedNode,
    NamedOrBlankNode, Quad, SparqlParser, Term, Triple, Update, xsd,
};
use oxrdf::Dataset;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use spareval::{DeleteInsertQuad, QueryEvaluator, QueryResults};

use crate::snapshot::{Both, node, solutions};

const PREFIXES: &str =
    "PREFIX ex: <http://example.org/> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>";
const IN_DEFAULT: &str = "https://w3id.org/casegraph/ontology#inDefaultGraph";

/// Spellings that are not the ones that the store gives back, and those that it does.
const SPELT: [(&str, &str, &str); 8] = [
    ("00.0", "0", "decimal"),
    ("01.0", "1", "decimal"),
    ("02.0", "2", "decimal"),
    ("007", "7", "integer"),
    ("+4", "4", "integer"),
    ("1", "true", "boolean"),
    ("0", "false", "boolean"),
    (
        "2020-01-01T00:00:00.000Z",
        "2020-01-01T00:00:00Z",
        "dateTime",
    ),
];

/// A query with literals spelt as the engine's own datasets have to have them.
fn spelt(query: &str) -> String {
    let literal =
        |value: &str, kind: &str| format!("\"{value}\"^^<http://www.w3.org/2001/XMLSchema#{kind}>");
    SPELT
        .iter()
        .fold(query.to_owned(), |query, (from, to, kind)| {
            query.replace(&literal(from, kind), &literal(to, kind))
        })
}

/// Quads as the engine sees them, with the default graph made of the graphs that say so.
fn dataset(quads: &[Quad]) -> Dataset {
    let default: HashSet<&NamedNode> = quads
        .iter()
        .filter(|quad| {
            quad.predicate.as_str() == IN_DEFAULT && quad.object == Literal::from(true).into()
        })
        .filter_map(|quad| match &quad.subject {
            NamedOrBlankNode::NamedNode(name) => Some(name),
            NamedOrBlankNode::BlankNode(_) => None,
        })
        .collect();
    let is_default = |quad: &&Quad| matches!(&quad.graph_name, GraphName::NamedNode(name) if default.contains(name));
    let copies = quads.iter().filter(is_default).cloned().map(|quad| Quad {
        graph_name: GraphName::DefaultGraph,
        ..quad
    });
    quads.iter().cloned().chain(copies).collect()
}

/// What the engine answers, without order.
fn right(dataset: &Dataset, query: &str) -> Result<Vec<String>, String> {
    let query = SparqlParser::new()
        .parse_query(&format!("{PREFIXES} {query}"))
        .map_err(|error| error.to_string())?;
    let evaluator = QueryEvaluator::new();
    let said = |error: spareval::QueryEvaluationError| error.to_string();
    let mut rows: Vec<String> = match evaluator.prepare(&query).execute(dataset).map_err(said)? {
        QueryResults::Boolean(yes) => vec![yes.to_string()],
        QueryResults::Graph(triples) => {
            let texts = triples.map(|triple| triple.map(|triple| triple.to_string()));
            texts.collect::<Result<_, _>>().map_err(said)?
        }
        QueryResults::Solutions(rows) => {
            let mut variables: Vec<_> = rows.variables().to_vec();
            variables.sort();
            let mut all = Vec::new();
            for row in rows {
                let row = row.map_err(said)?;
                let cell = |variable| {
                    let term = row.get(variable);
                    term.map_or("-".to_owned(), ToString::to_string)
                };
                let cells = variables.iter();
                let cells =
                    cells.map(|variable| format!("{}={}", variable.as_str(), cell(variable)));
                all.push(cells.collect::<Vec<_>>().join(" "));
            }
            all
        }
    };
    rows.sort();
    Ok(rows)
}

/// Makes up things, one after the other, from a number.
struct Maker(TestRunner);

impl Maker {
    fn of(number: u64) -> Self {
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&number.to_le_bytes());
        let generator = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
        Self(TestRunner::new_with_rng(Config::default(), generator))
    }

    fn make<T: std::fmt::Debug>(&mut self, strategy: &impl Strategy<Value = T>) -> T {
        strategy.new_tree(&mut self.0).expect("made up").current()
    }
}

/// Runs a comparison for so many numbers, or for the time that is set.
fn compare(numbers: u64, mut one: impl FnMut(u64)) {
    let seconds = std::env::var("CASEGRAPH_COMPARE_SECONDS").ok();
    let seconds = seconds.map(|seconds| seconds.parse().expect("a number of seconds"));
    let end = seconds.map(|seconds| Instant::now() + Duration::from_secs(seconds));
    let mut number = 0;
    while end.map_or(number < numbers, |end| Instant::now() < end) {
        one(number);
        number += 1;
    }
}

#[test]
fn queries_that_are_made_up_answer_as_the_engine_does() {
    compare(250, |number| {
        let mut maker = Maker::of(number);
        let made = maker.make(&quads());
        let both = Both::of(&made);
        // Numbers in the spelling of the store.
        let quads = both.memory.quads().expect("quads");
        let engine = dataset(&quads);
        for _ in 0..12 {
            let query = maker.make(&query());
            // Some name a variable twice that may be named once.
            let Ok(expected) = right(&engine, &spelt(&query)) else {
                continue;
            };
            for (graph, name) in [
                (&both.snapshot, "the snapshot"),
                (&both.memory, "the store in memory"),
            ] {
                assert_eq!(
                    solutions(graph, &query),
                    Ok(expected.clone()),
                    "number {number}, {name}: {query}\n{}",
                    made.iter()
                        .map(ToString::to_string)
                        .collect::<Vec<_>>()
                        .join("\n")
                );
            }
        }
    });
}

/// An update as the engine does it, if it can.
fn updated(quads: &[Quad], update: &Update) -> Option<BTreeSet<String>> {
    let mut quads: BTreeSet<String> = quads.iter().map(ToString::to_string).collect();
    for operation in &update.operations {
        let GraphUpdateOperation::DeleteInsert {
            delete,
            insert,
            using,
            pattern,
        } = operation
        else {
            panic!("another operation")
        };
        let all = parsed(&quads);
        let seen = dataset(&all);
        let evaluator = QueryEvaluator::new();
        let prepared = evaluator.prepare_delete_insert(
            delete.clone(),
            insert.clone(),
            None,
            using.clone(),
            pattern,
        );
        let changes: Vec<DeleteInsertQuad> =
            prepared.execute(&seen).and_then(Iterator::collect).ok()?;
        for change in &changes {
            if let DeleteInsertQuad::Delete(quad) = change {
                quads.remove(&quad.to_string());
            }
        }
        for change in changes {
            if let DeleteInsertQuad::Insert(quad) = change {
                quads.insert(quad.to_string());
            }
        }
    }
    Some(quads)
}

fn parsed(lines: &BTreeSet<String>) -> Vec<Quad> {
    let text: String = lines.iter().map(|line| format!("{line} .\n")).collect();
    casegraph::graph::model::RdfParser::from_format(casegraph::graph::model::RdfFormat::NQuads)
        .for_slice(&text)
        .collect::<Result<_, _>>()
        .expect("N-Quads")
}

#[test]
fn updates_that_are_made_up_change_what_the_engine_changes() {
    compare(150, |number| {
        let mut maker = Maker::of(number);
        // Triples may stand in both default graphs.
        let mut made = maker.make(&quads());
        let twice: Vec<Quad> = made
            .iter()
            .filter(|quad| quad.graph_name == GraphName::from(node("g0")))
            .step_by(2)
            .map(|quad| Quad {
                graph_name: node("g1").into(),
                ..quad.clone()
            })
            .collect();
        made.extend(twice);
        for _ in 0..6 {
            let text = maker.make(&update());
            let parse =
                |text: &str| SparqlParser::new().parse_update(&format!("{PREFIXES} {text}"));
            let (Ok(update), Ok(spelt)) = (parse(&text), parse(&spelt(&text))) else {
                continue;
            };
            let mut graph = Graph::in_memory().expect("a store");
            graph.load(made.clone()).expect("loaded");
            // It stops where a variable in a triple term stands for a literal.
            let Some(expected) = updated(&graph.quads().expect("quads"), &spelt) else {
                continue;
            };
            graph
                .update(&update, Duration::from_mins(1))
                .expect("updated");
            let quads = graph.quads().expect("quads");
            let quads: BTreeSet<String> = quads.iter().map(ToString::to_string).collect();
            assert_eq!(quads, expected, "number {number}: {text}");
        }
    });
}

fn update() -> impl Strategy<Value = String> {
    let template = || {
        (variable(), 0..4, object(), 0..5)
            .prop_map(|(s, p, o, g)| format!("GRAPH ex:g{g} {{ {s} ex:p{p} {o} }}"))
    };
    let one = (template(), template(), pattern(), 0..4).prop_map(|(delete, insert, pattern, kind)| {
        match kind {
            0 => format!("DELETE {{ {delete} }} WHERE {{ {pattern} }}"),
            1 => format!("INSERT {{ {insert} }} WHERE {{ {pattern} }}"),
            2 => format!("INSERT {{ GRAPH ex:g3 {{ ex:n0 ex:p0 ?n }} }} USING ex:g0 USING NAMED ex:g3 WHERE {{ SELECT (COUNT(*) AS ?n) {{ {pattern} }} }}"),
            _ => format!("DELETE {{ {delete} }} INSERT {{ {insert} }} WHERE {{ {pattern} }}"),
        }
    });
    let counted = (triples(), aggregate()).prop_map(|(triples, aggregate)| {
        format!("INSERT {{ GRAPH ex:g4 {{ ex:n1 ex:p1 ?n }} }} WHERE {{ SELECT ({aggregate} AS ?n) {{ {triples} }} }}")
    });
    let one = prop_oneof![3 => one, 2 => counted];
    proptest::collection::vec(one, 1..3).prop_map(|all| all.join(" ; "))
}

fn literal() -> impl Strategy<Value = Term> {
    prop_oneof![
        // Not -1: the store on disk takes it for the start of decimals (all its bytes are 0xFF).
        (0_i64..8).prop_map(|n| Term::from(Literal::from(if n > 5 { 4 - n } else { n }))),
        (0_i64..4).prop_map(|n| Literal::new_typed_literal(format!("{n}.5"), xsd::DECIMAL).into()),
        (0_usize..SPELT.len()).prop_map(|at| {
            let (value, _, kind) = SPELT[at];
            let kind = format!("http://www.w3.org/2001/XMLSchema#{kind}");
            Literal::new_typed_literal(value, NamedNode::new_unchecked(kind)).into()
        }),
        any::<bool>().prop_map(|yes| Literal::from(yes).into()),
        "[ab]{0,2}".prop_map(|text| Literal::new_simple_literal(text).into()),
        ("[ab]{1,2}", prop_oneof![Just("en"), Just("de-AT")]).prop_map(|(text, tag)| {
            Literal::new_language_tagged_literal_unchecked(text, tag.to_lowercase()).into()
        }),
        ("[ab]{1,2}", any::<bool>()).prop_map(|(text, left)| {
            let direction = if left {
                BaseDirection::Ltr
            } else {
                BaseDirection::Rtl
            };
            Literal::new_directional_language_tagged_literal_unchecked(text, "en", direction).into()
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

/// Triple terms, now and then one within another.
fn triple_term() -> impl Strategy<Value = Term> {
    let object = prop_oneof![2 => thing().prop_map(Term::from), 2 => literal()];
    let triple = |(subject, predicate, object): (NamedOrBlankNode, i32, Term)| {
        Term::from(Triple::new(subject, node(&format!("p{predicate}")), object))
    };
    let inner = (thing(), 0..3, object).prop_map(triple).boxed();
    let outer = (thing(), 0..3, inner.clone()).prop_map(triple);
    prop_oneof![4 => inner, 1 => outer]
}

/// Quads of five graphs, of which two make up the default graph; no triple is in both of these,
/// because the store would count it twice.
fn quads() -> impl Strategy<Value = Vec<Quad>> {
    let object = prop_oneof![6 => thing().prop_map(Term::from), 4 => literal(), 1 => triple_term()];
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
        // Each thing stands in each graph: the engine has no path of length zero from one that does not.
        for graph in 0..5 {
            for name in 0..6 {
                let thing = node(&format!("n{name}"));
                let graph = node(&format!("g{graph}"));
                quads.push(Quad::new(thing, node("stands"), graph.clone(), graph));
            }
        }
        let mut seen = HashSet::new();
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
        triple_term().prop_map(|term| term.to_string()),
    ]
}

/// A triple term with variables.
fn triple_pattern() -> impl Strategy<Value = String> {
    let object = prop_oneof![3 => variable(), 1 => constant()];
    let predicate = prop_oneof![2 => (0..3).prop_map(|n| format!("ex:p{n}")), 1 => variable()];
    (subject(), predicate, object).prop_map(|(s, p, o)| format!("<<( {s} {p} {o} )>>"))
}

fn predicate() -> impl Strategy<Value = String> {
    prop_oneof![
        5 => (0..4).prop_map(|n| format!("ex:p{n}")),
        1 => variable(),
        1 => Just("ex:p0/ex:p1".to_owned()),
        1 => Just("(ex:p0|^ex:p2)".to_owned()),
        1 => Just("ex:p2+".to_owned()),
        1 => Just("!(ex:p0|ex:p1)".to_owned()),
    ]
}

fn subject() -> impl Strategy<Value = String> {
    prop_oneof![4 => variable(), 1 => (0..6).prop_map(|n| format!("ex:n{n}"))]
}

fn object() -> impl Strategy<Value = String> {
    prop_oneof![6 => variable(), 2 => constant(), 1 => triple_pattern()]
}

fn triples() -> impl Strategy<Value = String> {
    let one = (subject(), predicate(), object()).prop_map(|(s, p, o)| format!("{s} {p} {o} ."));
    let path = prop_oneof![
        Just("ex:p1*"),
        Just("ex:p0/ex:p1*"),
        Just("^ex:p2*"),
        Just("ex:p3?"),
        Just("(ex:p0|ex:p1)*")
    ];
    let path = (subject(), path, subject()).prop_map(|(s, p, o)| format!("{s} {p} {o} ."));
    let one = prop_oneof![5 => one, 1 => path];
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
        2 => (variable(), constant()).prop_map(|(v, c)| format!("sameTerm({v}, {c})")),
        1 => (variable(), constant(), constant()).prop_map(|(v, a, b)| format!("{v} NOT IN ({a}, {b})")),
        1 => (variable(), constant()).prop_map(|(v, c)| format!("STR({v}) = STR({c})")),
        1 => (variable(), constant()).prop_map(|(v, c)| format!("DATATYPE({v}) = DATATYPE({c})")),
        1 => variable().prop_map(|v| format!("isNumeric({v})")),
        1 => variable().prop_map(|v| format!("isTRIPLE({v})")),
        1 => (variable(), constant()).prop_map(|(v, c)| format!("OBJECT({v}) = {c}")),
        1 => (variable(), variable()).prop_map(|(a, b)| format!("SUBJECT({a}) = {b}")),
        1 => (variable(), constant()).prop_map(|(v, c)| format!("TRIPLE({v}, ex:p0, {c}) = {c}")),
        1 => variable().prop_map(|v| format!("LANGDIR({v}) = \"ltr\"")),
        1 => variable().prop_map(|v| format!("hasLANG({v}) && !hasLANGDIR({v})")),
        1 => (variable(), constant()).prop_map(|(v, c)| format!("IF({v} = {c}, false, !sameTerm({v}, {c}))")),
        2 => on_a_path().prop_map(|inner| format!("EXISTS {{ {inner} }}")),
        1 => on_a_path().prop_map(|inner| format!("!(EXISTS {{ {inner} }})")),
    ]
}

/// What `EXISTS` asks once for all rows, if it depends on nothing else.
fn on_a_path() -> impl Strategy<Value = String> {
    let path = prop_oneof![
        Just("ex:p0+"),
        Just("ex:p1*"),
        Just("ex:p2/ex:p1*"),
        Just("^ex:p0/ex:p1+")
    ];
    (variable(), path, 0..6, proptest::option::of(triples()))
        .prop_map(|(v, path, n, more)| format!("{v} {path} ex:n{n} . {}", more.unwrap_or_default()))
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
            1 => (inner.clone(), on_a_path(), 4..6)
                .prop_map(|(a, e, n)| format!("{{ {a} }} BIND(EXISTS {{ {e} }} AS ?v{n})")),
            1 => (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a} LATERAL {{ {b} }}")),
            1 => (inner.clone(), triples(), filter())
                .prop_map(|(a, t, f)| format!("{a} LATERAL {{ {t} FILTER({f}) }}")),
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
        variable().prop_map(|v| format!("SUM(IF(BOUND({v}), 1, 7))")),
        computed().prop_map(|e| format!("COUNT(DISTINCT {e})")),
        computed().prop_map(|e| format!("SUM({e})")),
        computed().prop_map(|e| format!("MIN({e})")),
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

/// An expression over variables that may have no value.
fn computed() -> impl Strategy<Value = String> {
    let read = || prop_oneof![2 => variable(), 1 => (0..3).prop_map(|n| format!("?w{n}")), 1 => Just("?b0".to_owned())];
    prop_oneof![
        2 => (read(), read(), constant()).prop_map(|(a, b, c)| format!("IF(BOUND({a}), {b}, {c})")),
        2 => (read(), read(), constant()).prop_map(|(a, b, c)| format!("COALESCE({a}, {b}, {c})")),
        2 => (read(), read()).prop_map(|(a, b)| format!("CONCAT(STR({a}), \"-\", STR({b}))")),
        1 => (read(), read()).prop_map(|(a, b)| format!("{a} + {b}")),
        1 => (read(), read()).prop_map(|(a, b)| format!("{a} = {b} || {a} < 2")),
        1 => read().prop_map(|a| format!("IF(BOUND({a}), ?nowhere, \"none\")")),
        2 => (triples(), read()).prop_map(|(t, a)| format!("IF(EXISTS {{ {t} }}, {a}, false)")),
    ]
}

/// Triple patterns, and then what is optional, computed, taken away or left out, in any order.
fn tail() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        3 => (variable(), predicate(), 0..3).prop_map(|(v, p, n)| format!("OPTIONAL {{ {v} {p} ?w{n} }}")),
        3 => (computed(), 0..3).prop_map(|(e, n)| format!("BIND({e} AS ?b{n})")),
        2 => computed().prop_map(|e| format!("FILTER({e})")),
        1 => filter().prop_map(|f| format!("FILTER({f})")),
        1 => triples().prop_map(|t| format!("MINUS {{ {t} }}")),
        1 => triples().prop_map(|t| format!("FILTER NOT EXISTS {{ {t} }}")),
        2 => (triples(), triples(), computed()).prop_map(|(a, b, e)|
            format!("FILTER EXISTS {{ {a} FILTER NOT EXISTS {{ {b} }} FILTER({e}) }}")),
        1 => (variable(), triples(), triples()).prop_map(|(v, a, b)|
            format!("BIND(EXISTS {{ VALUES {v} {{ ex:n1 ex:n2 }} {a} FILTER NOT EXISTS {{ {b} }} }} AS ?b3)")),
        1 => (triples(), computed(), filter()).prop_map(|(a, e, f)| format!("OPTIONAL {{ {a} FILTER({e}) FILTER({f}) }}")),
        1 => variable().prop_map(|v| format!("VALUES {v} {{ ex:n1 ex:n2 ex:n3 }}")),
        1 => (variable(), constant(), constant(), 0..4).prop_map(|(v, a, b, n)|
            format!("VALUES ({v} ?w{n}) {{ ({a} \"of no graph\") (ex:n1 {b}) (ex:n1 {b}) }}")),
        1 => (constant(), 0..4).prop_map(|(c, n)| format!("VALUES (?w{n} ?b{n}) {{ (17 {c}) (3 4) }}")),
        2 => (triples(), variable(), aggregate(), 0..3).prop_map(|(t, v, agg, n)|
            format!("OPTIONAL {{ SELECT {v} ({agg} AS ?w{n}) WHERE {{ {t} }} GROUP BY {v} }}")),
        1 => (triples(), triples(), variable(), aggregate(), 0..3).prop_map(|(a, b, v, agg, n)|
            format!("OPTIONAL {{ {{ SELECT {v} ({agg} AS ?w{n}) WHERE {{ {a} }} GROUP BY {v} }} {b} }}")),
        1 => (triples(), variable(), aggregate(), 0..3).prop_map(|(t, v, agg, n)|
            format!("{{ SELECT {v} ({agg} AS ?w{n}) WHERE {{ {t} }} GROUP BY {v} }}")),
        1 => triples(),
    ];
    (triples(), proptest::collection::vec(part, 1..6))
        .prop_map(|(first, parts)| format!("{first} {}", parts.join(" ")))
}

fn query() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => tail().prop_map(|p| format!("SELECT * WHERE {{ {p} }}")),
        2 => tail().prop_map(|p| format!("SELECT DISTINCT ?v0 ?b0 ?w0 WHERE {{ {p} }} ORDER BY ?b0 ?v0 ?w0")),
        1 => tail().prop_map(|p| format!("SELECT DISTINCT ?v1 ?b1 WHERE {{ {p} }} LIMIT 1000")),
        2 => (tail(), aggregate()).prop_map(|(p, agg)|
            format!("SELECT ?b0 ?w0 ({agg} AS ?n) WHERE {{ {p} }} GROUP BY ?b0 ?w0")),
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
        1 => (pattern(), variable(), 0..8).prop_map(|(p, v, n)|
            format!("SELECT * WHERE {{ {p} }} ORDER BY DESC({v}) ?v{n}")),
        // Names that rewriting might take for its own.
        1 => pattern().prop_map(|p| format!("SELECT * WHERE {{ {p} }}")
            .replace("?v0", "?exists_1").replace("?v1", "?number_of_the_term").replace("?v2", "?key_0")),
        1 => (pattern(), 0..5).prop_map(|(p, g)| format!("SELECT * FROM ex:g{g} FROM NAMED ex:g3 WHERE {{ {p} }}")),
    ]
}
