//! The bound query must answer as the query would with the value written into its text.

use oxrdf::{Dataset, GraphName, Literal, NamedNode, Quad, Term, Triple, Variable};
use proptest::prelude::*;
use spareval::{QueryEvaluator, QueryResults};
use spargebra::{Query, SparqlParser};

use super::super::parameters::{Parameter, ParameterType};
use super::{BindError, Position, bind, check_declared, projections, uses};

const EX: &str = "https://example.org/";

fn parse(text: &str) -> Query {
    SparqlParser::new()
        .with_prefix("", EX)
        .unwrap()
        .parse_query(text)
        .unwrap()
}

fn iri(name: &str) -> NamedNode {
    NamedNode::new(format!("{EX}{name}")).unwrap()
}

fn variable(name: &str) -> Variable {
    Variable::new(name).unwrap()
}

/// Four cases: two on drug a (one also on b), one on b, one on nothing; a report graph named after each drug.
fn dataset() -> Dataset {
    let mut dataset = Dataset::new();
    let mut add = |s: &str, p: &str, o: Term, graph: GraphName| {
        dataset.insert(&Quad::new(iri(s), iri(p), o, graph));
    };
    for (case, drug, code, months) in [
        ("c1", "a", "CR", 4),
        ("c2", "a", "PD", 2),
        ("c2", "b", "PR", 9),
        ("c3", "b", "CR", 4),
    ] {
        let treatment = format!("{case}{drug}");
        add(case, "has", iri(&treatment).into(), GraphName::DefaultGraph);
        add(
            &treatment,
            "drug",
            iri(drug).into(),
            GraphName::DefaultGraph,
        );
        add(
            &treatment,
            "best",
            Literal::from(code).into(),
            GraphName::DefaultGraph,
        );
        add(
            &treatment,
            "months",
            Literal::from(months).into(),
            GraphName::DefaultGraph,
        );
        add(
            case,
            "reported",
            Literal::from(code).into(),
            iri(drug).into(),
        );
    }
    for case in ["c1", "c2", "c3", "c4"] {
        add(case, "kind", iri("Case").into(), GraphName::DefaultGraph);
    }
    add(
        "a",
        "label",
        Literal::from("drug a").into(),
        GraphName::DefaultGraph,
    );
    add(
        "a",
        "broader",
        iri("inhibitor").into(),
        GraphName::DefaultGraph,
    );
    add(
        "b",
        "broader",
        iri("inhibitor").into(),
        GraphName::DefaultGraph,
    );
    add(
        "c1",
        "has",
        iri("inhibitor").into(),
        GraphName::DefaultGraph,
    );
    dataset
}

/// The answer in a form that can be compared: sorted rows of sorted columns, sorted triples, or a truth value.
fn answer(query: &Query) -> Vec<String> {
    let dataset = dataset();
    let evaluator = QueryEvaluator::new();
    let mut lines: Vec<String> = match evaluator.prepare(query).execute(&dataset).unwrap() {
        QueryResults::Solutions(solutions) => solutions
            .map(|solution| {
                let solution = solution.unwrap();
                let mut cells: Vec<_> = solution.iter().map(|(v, t)| format!("{v}={t}")).collect();
                cells.sort();
                cells.join(" ")
            })
            .collect(),
        QueryResults::Graph(triples) => triples.map(|triple| triple.unwrap().to_string()).collect(),
        QueryResults::Boolean(truth) => vec![truth.to_string()],
    };
    lines.sort();
    lines
}

fn assert_same(text: &str, parameter: &str, value: impl Into<Term>, pasted: &str) {
    let query = parse(text);
    let bound = bind(&query, &[(variable(parameter), value.into())]).unwrap();
    let expected = answer(&parse(pasted));
    assert_eq!(answer(&bound), expected, "{text}\nbound: {bound}");
    assert_eq!(projections(&bound), projections(&query), "{text}");
    // Remote endpoints get the text of the bound query.
    assert_eq!(
        answer(&parse(&bound.to_string())),
        expected,
        "{text}\nwritten: {bound}"
    );
}

/// Queries on `?p`, and the same with `:a` by hand.
const PAIRS: &[(&str, &str)] = &[
    (
        "SELECT ?c { ?c :has ?t . ?t :drug ?p }",
        "SELECT ?c { ?c :has ?t . ?t :drug :a }",
    ),
    (
        "SELECT ?c ?p { ?c :has ?t . ?t :drug ?p }",
        "SELECT ?c (:a AS ?p) { ?c :has ?t . ?t :drug :a }",
    ),
    (
        "SELECT * { ?c :has ?t . ?t :drug ?p }",
        "SELECT ?c ?t (:a AS ?p) { ?c :has ?t . ?t :drug :a }",
    ),
    ("SELECT ?l { ?p :label ?l }", "SELECT ?l { :a :label ?l }"),
    ("SELECT ?s ?o { ?s ?p ?o } ", "SELECT ?s ?o { ?s :a ?o }"),
    (
        "SELECT ?c { ?c :has/:drug/:broader* ?p }",
        "SELECT ?c { ?c :has/:drug/:broader* :a }",
    ),
    (
        "SELECT ?x { ?p (:broader|:label)+ ?x }",
        "SELECT ?x { :a (:broader|:label)+ ?x }",
    ),
    (
        "SELECT ?c ?r { GRAPH ?p { ?c :reported ?r } }",
        "SELECT ?c ?r { GRAPH :a { ?c :reported ?r } }",
    ),
    (
        "SELECT ?c { ?c :has ?t . ?t :drug ?d FILTER(?d = ?p) }",
        "SELECT ?c { ?c :has ?t . ?t :drug ?d FILTER(?d = :a) }",
    ),
    (
        "SELECT ?c { ?c :has ?t . ?t :drug ?d FILTER(?d IN (?p, :none)) }",
        "SELECT ?c { ?c :has ?t . ?t :drug ?d FILTER(?d IN (:a, :none)) }",
    ),
    (
        "SELECT ?c { ?c :kind :Case FILTER NOT EXISTS { ?c :has ?t . ?t :drug ?p } }",
        "SELECT ?c { ?c :kind :Case FILTER NOT EXISTS { ?c :has ?t . ?t :drug :a } }",
    ),
    (
        "SELECT ?c { ?c :kind :Case FILTER(BOUND(?p) && EXISTS { ?c :has/:drug ?p }) }",
        "SELECT ?c { ?c :kind :Case FILTER(true && EXISTS { ?c :has/:drug :a }) }",
    ),
    (
        "SELECT ?c ?m { ?c :kind :Case OPTIONAL { ?c :has ?t . ?t :drug ?d ; :months ?m FILTER(?d = ?p) } }",
        "SELECT ?c ?m { ?c :kind :Case OPTIONAL { ?c :has ?t . ?t :drug ?d ; :months ?m FILTER(?d = :a) } }",
    ),
    (
        "SELECT ?c ?x { ?c :has ?t . ?t :drug ?d BIND(IF(?d = ?p, STR(?p), \"other\") AS ?x) }",
        "SELECT ?c ?x { ?c :has ?t . ?t :drug ?d BIND(IF(?d = :a, STR(:a), \"other\") AS ?x) }",
    ),
    (
        "SELECT ?c ?x { ?c :kind :Case OPTIONAL { ?c :has/:drug ?d FILTER(?d != ?p) } BIND(COALESCE(?d, ?p) AS ?x) }",
        "SELECT ?c ?x { ?c :kind :Case OPTIONAL { ?c :has/:drug ?d FILTER(?d != :a) } BIND(COALESCE(?d, :a) AS ?x) }",
    ),
    // An inner SELECT that hides the parameter: substitution by scope would not reach it.
    (
        "SELECT ?c ?n { ?c :kind :Case { SELECT (COUNT(*) AS ?n) { ?t :drug ?p } } }",
        "SELECT ?c ?n { ?c :kind :Case { SELECT (COUNT(*) AS ?n) { ?t :drug :a } } }",
    ),
    (
        "SELECT ?c ?n { ?c :kind :Case { SELECT ?c (COUNT(?t) AS ?n) { ?c :has ?t { SELECT ?t { ?t :drug ?p } } } GROUP BY ?c } }",
        "SELECT ?c ?n { ?c :kind :Case { SELECT ?c (COUNT(?t) AS ?n) { ?c :has ?t { SELECT ?t { ?t :drug :a } } } GROUP BY ?c } }",
    ),
    // Inner SELECTs that show it, alone or with others.
    (
        "SELECT ?c ?p ?n { ?c :has/:drug ?p { SELECT ?p (COUNT(*) AS ?n) { ?t :drug ?p } GROUP BY ?p } }",
        "SELECT ?c (:a AS ?p) ?n { ?c :has/:drug :a { SELECT (COUNT(*) AS ?n) { ?t :drug :a } } }",
    ),
    (
        "SELECT ?c { ?c :kind :Case { SELECT DISTINCT ?p { ?t :drug ?p } } }",
        "SELECT ?c { ?c :kind :Case { SELECT DISTINCT ?x { ?t :drug :a BIND(1 AS ?x) } } }",
    ),
    (
        "SELECT ?p ?c { { SELECT ?p ?c { ?c :has/:drug ?p } } UNION { ?c :has/:drug :b } }",
        "SELECT (:a AS ?p) ?c { { SELECT ?c { ?c :has/:drug :a } } UNION { ?c :has/:drug :b } }",
    ),
    (
        "SELECT (COUNT(*) AS ?n) { ?t :drug ?p } GROUP BY ?p",
        "SELECT (COUNT(*) AS ?n) { ?t :drug :a } GROUP BY (:a AS ?k)",
    ),
    (
        "SELECT ?p (COUNT(*) AS ?n) { ?t :never ?p } GROUP BY ?p",
        "SELECT (:a AS ?p) (COUNT(*) AS ?n) { ?t :never :a } GROUP BY (1 AS ?k)",
    ),
    (
        "SELECT (COUNT(*) AS ?n) { ?t :never ?p }",
        "SELECT (COUNT(*) AS ?n) { ?t :never :a }",
    ),
    (
        "SELECT ?c (SUM(IF(?d = ?p, 1, 0)) AS ?n) { ?c :has/:drug ?d } GROUP BY ?c HAVING (COUNT(?p) > 0) ORDER BY ?p",
        "SELECT ?c (SUM(IF(?d = :a, 1, 0)) AS ?n) { ?c :has/:drug ?d } GROUP BY ?c HAVING (COUNT(:a) > 0)",
    ),
    (
        "SELECT ?c { ?c :kind :Case MINUS { ?c :has/:drug ?p } }",
        "SELECT ?c { ?c :kind :Case MINUS { ?c :has/:drug :a } }",
    ),
    (
        "SELECT ?c { { ?c :has/:drug ?p } UNION { ?c :has ?p } }",
        "SELECT ?c { { ?c :has/:drug :a } UNION { ?c :has :a } }",
    ),
    (
        "SELECT ?c ?x { ?c :has/:drug ?p VALUES (?p ?x) { (:a 1) (:b 2) (UNDEF 3) } }",
        "SELECT ?c ?x { ?c :has/:drug :a VALUES ?x { 1 3 } }",
    ),
    (
        "SELECT ?c { VALUES ?p { :a :b } ?c :has/:drug ?p }",
        "SELECT ?c { ?c :has/:drug :a }",
    ),
    (
        "SELECT ?c { VALUES ?p { :b } ?c :has/:drug ?p }",
        "SELECT ?c { VALUES ?none { } ?c :has/:drug :a }",
    ),
    (
        "SELECT ?c { ?c :has/:drug ?p } VALUES ?p { :a :a }",
        "SELECT ?c { { ?c :has/:drug :a } UNION { ?c :has/:drug :a } }",
    ),
    (
        "SELECT ?c { ?c :has ?t LATERAL { SELECT ?m { ?t :drug ?p ; :months ?m } LIMIT 1 } }",
        "SELECT ?c { ?c :has ?t LATERAL { SELECT ?m { ?t :drug :a ; :months ?m } LIMIT 1 } }",
    ),
    (
        "SELECT DISTINCT ?p ?b { ?t :drug ?p ; :best ?b } ORDER BY ?b LIMIT 1",
        "SELECT DISTINCT (:a AS ?p) ?b { ?t :drug :a ; :best ?b } ORDER BY ?b LIMIT 1",
    ),
    (
        "ASK { ?t :drug ?p ; :months 9 }",
        "ASK { ?t :drug :a ; :months 9 }",
    ),
    (
        "CONSTRUCT { ?c :on ?p . ?p :of ?c } { ?c :has/:drug ?p }",
        "CONSTRUCT { ?c :on :a . :a :of ?c } { ?c :has/:drug :a }",
    ),
    (
        "CONSTRUCT { ?c :on ?p } { ?c :kind :Case }",
        "CONSTRUCT { ?c :on :a } { ?c :kind :Case }",
    ),
    ("DESCRIBE ?p", "DESCRIBE :a"),
    (
        "DESCRIBE ?c { ?c :has/:drug ?p }",
        "DESCRIBE ?c { ?c :has/:drug :a }",
    ),
];

#[test]
fn answers_as_if_the_value_were_written_into_the_text() {
    for (text, pasted) in PAIRS {
        assert_same(text, "p", iri("a"), pasted);
    }
}

#[test]
fn literals_go_where_literals_can() {
    for (text, pasted) in [
        (
            "SELECT ?c ?p { ?c :has/:best ?p }",
            "SELECT ?c (\"CR\" AS ?p) { ?c :has/:best \"CR\" }",
        ),
        (
            "SELECT ?c { ?c :has/:best ?b FILTER(STRSTARTS(?b, ?p)) }",
            "SELECT ?c { ?c :has/:best ?b FILTER(STRSTARTS(?b, \"CR\")) }",
        ),
        (
            "SELECT ?t { ?p ^:best ?t }",
            "SELECT ?t { ?t :best \"CR\" }",
        ),
        (
            "SELECT ?t { ?p (^:best|^:label) ?t }",
            "SELECT ?t { ?t (:best|:label) \"CR\" }",
        ),
    ] {
        assert_same(text, "p", Literal::from("CR"), pasted);
    }
}

#[test]
fn two_parameters_at_once() {
    let query = parse(
        "SELECT ?c ?p ?q { { SELECT ?q ?p { ?x :drug ?p ; :best ?q } } ?c :has ?t . ?t :drug ?p ; :best ?q }",
    );
    let bound = bind(
        &query,
        &[
            (variable("p"), iri("a").into()),
            (variable("q"), Literal::from("PD").into()),
        ],
    )
    .unwrap();
    let pasted = "SELECT ?c (:a AS ?p) (\"PD\" AS ?q) { ?c :has ?t . ?t :drug :a ; :best \"PD\" }";
    assert_eq!(answer(&bound), answer(&parse(pasted)));
}

#[test]
fn a_value_that_does_not_fit_its_place_is_an_error() {
    let value = Literal::from("CR");
    for (text, position) in [
        ("SELECT * { ?p :label ?l }", Position::Subject),
        ("SELECT * { ?s ?p ?l }", Position::Predicate),
        (
            "SELECT * { { SELECT ?s { GRAPH ?p { ?s :label ?l } } } }",
            Position::Graph,
        ),
        (
            "SELECT * { SERVICE SILENT ?p { ?s :label ?l } }",
            Position::Service,
        ),
        ("SELECT * { ?p (:label|:broader) ?l }", Position::Subject),
        (
            "CONSTRUCT { ?p :label ?l } { ?s :label ?l }",
            Position::Subject,
        ),
        (
            "SELECT * { ?s :label ?l FILTER NOT EXISTS { ?p :label ?l } }",
            Position::Subject,
        ),
    ] {
        let error = bind(&parse(text), &[(variable("p"), value.clone().into())]).unwrap_err();
        let expected = BindError::NotAnIri {
            parameter: variable("p"),
            value: value.clone().into(),
            position,
        };
        assert_eq!(error, expected, "{text}");
    }
}

#[test]
fn no_parameter_is_ignored() {
    let given = [(variable("p"), Term::from(iri("a")))];
    for text in [
        "SELECT ?c { ?c :kind :Case }",
        "SELECT ?c ?p { ?c :kind :Case }",
    ] {
        let error = bind(&parse(text), &given).unwrap_err();
        assert!(matches!(error, BindError::Unused { .. }), "{text}: {error}");
    }
    for text in [
        "SELECT ?c { ?c :kind :Case BIND(:b AS ?p) }",
        "SELECT (:b AS ?p) { ?c :kind :Case }",
        "SELECT ?c { ?c :kind :Case { SELECT (COUNT(*) AS ?p) { ?s :drug ?o } } }",
    ] {
        let error = bind(&parse(text), &given).unwrap_err();
        assert_eq!(
            error,
            BindError::Assigned {
                parameter: variable("p")
            },
            "{text}"
        );
    }
    let minus = "SELECT ?c { ?c :has/:drug ?p MINUS { ?other :label ?l . ?t :drug ?p } }";
    let error = bind(&parse(minus), &given).unwrap_err();
    assert_eq!(
        error,
        BindError::MinusOnParameter {
            parameter: variable("p")
        }
    );
    let blank = bind(
        &parse(minus),
        &[(variable("p"), oxrdf::BlankNode::default().into())],
    )
    .unwrap_err();
    assert_eq!(
        blank,
        BindError::BlankNode {
            parameter: variable("p")
        }
    );
}

#[test]
fn uses_are_found_at_any_depth() {
    for (text, _) in PAIRS {
        assert!(uses(&parse(text), &variable("p")), "{text}");
        assert!(!uses(&parse(text), &variable("absent")), "{text}");
    }
    let declared = |name: &str| Parameter {
        name: name.to_owned(),
        kind: ParameterType::Iri,
        default: None,
        optional: true,
        values: vec![],
        description: None,
    };
    let query = parse("SELECT ?c { ?c :has/:drug ?drug }");
    assert_eq!(check_declared(&query, &[declared("drug")]), Ok(()));
    let errors = check_declared(
        &query,
        &[declared("drugs"), declared("drug"), declared("zone")],
    )
    .unwrap_err();
    let messages: Vec<_> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(messages.len(), 2);
    assert!(
        messages[0].contains("parameter ?drugs is not used by the query (did you mean '?drug'?)"),
        "{}",
        messages[0]
    );
}

#[test]
fn projections_keep_the_order_of_the_select() {
    let names = |text: &str| {
        projections(&parse(text))
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        names("SELECT DISTINCT ?z (1 AS ?y) ?x { ?x :a ?z } ORDER BY ?x LIMIT 3"),
        ["?z", "?y", "?x"]
    );
    assert_eq!(names("SELECT * { ?b :a ?a }"), ["?a", "?b"]);
    assert!(names("ASK { ?x :a ?z }").is_empty());
}

/// Group patterns on `?c`, with `@` where the parameter or its value stands.
fn group_pattern() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("?c :has ?t . ?t :drug @ .".to_owned()),
        Just("?c :has/:drug/:broader* @ .".to_owned()),
        Just("?c :kind :Case .".to_owned()),
        Just("GRAPH @ { ?c :reported ?r } ".to_owned()),
        Just("@ :broader ?b . ?c :has/:drug @ .".to_owned()),
    ];
    leaf.prop_recursive(4, 24, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a} {b}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{{ {a} }} UNION {{ {b} }}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a} OPTIONAL {{ {b} }}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a} MINUS {{ {b} }}")),
            (inner.clone(), inner.clone())
                .prop_map(|(a, b)| format!("{a} FILTER NOT EXISTS {{ {b} }}")),
            inner
                .clone()
                .prop_map(|a| format!("{a} FILTER(EXISTS {{ ?c :has/:drug @ }} || ?c = :c4)")),
            inner
                .clone()
                .prop_map(|a| format!("{{ SELECT ?c {{ {a} }} }}")),
            inner.clone().prop_map(|a| format!(
                "{{ SELECT DISTINCT ?c {{ {a} FILTER(@ != :b || ?c != :c2) }} }}"
            )),
            inner.prop_map(|a| format!("{{ SELECT ?c (COUNT(*) AS ?n) {{ {a} }} GROUP BY ?c }}")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_nesting_answers_as_if_written_by_hand(pattern in group_pattern(), drug in "[ab]") {
        let text = format!("SELECT ?c {{ {pattern} FILTER(@ = @) }}");
        let query = parse(&text.replace('@', "?p"));
        let bound = bind(&query, &[(variable("p"), iri(&drug).into())]).unwrap();
        let pasted = parse(&text.replace('@', &format!(":{drug}")));
        let expected = answer(&pasted);
        prop_assert_eq!(answer(&bound), expected.clone(), "{}", bound);
        prop_assert_eq!(answer(&parse(&bound.to_string())), expected, "written: {}", bound);
    }
}

#[test]
fn parameters_in_triple_terms_are_bound_and_may_be_some() {
    let text =
        "SELECT ?x { ?x :says <<( ?p :of <<( :a ?q ?r )>> )>> FILTER(?t = <<( ?p :of ?r )>>) }";
    let triple = Triple::new(iri("s"), iri("p"), Literal::from(1));
    let given = [
        (variable("p"), Term::from(iri("c1"))),
        (variable("q"), iri("drug").into()),
        (variable("r"), Literal::from("CR").into()),
        (variable("t"), triple.clone().into()),
    ];
    let bound = bind(&parse(text), &given).expect("bound").to_string();
    let expected = parse(
        "SELECT ?x { ?x :says <<( :c1 :of <<( :a :drug 'CR' )>> )>> FILTER(<<( :s :p 1 )>> = <<( :c1 :of 'CR' )>>) }",
    );
    assert_eq!(bound, expected.to_string());
    for (position, text) in [
        (Position::Subject, "SELECT * { ?x :says <<( ?t :of ?o )>> }"),
        (
            Position::Predicate,
            "SELECT * { ?x :says <<( :a :of <<( :a ?t ?o )>> )>> }",
        ),
    ] {
        let error = bind(&parse(text), &[(variable("t"), triple.clone().into())]).unwrap_err();
        assert!(matches!(error, BindError::NotAnIri { position: found, .. } if found == position));
    }
}
