//! Queries that are long, deep or broken: answered or refused in time, and nothing else.

use std::fs;
use std::time::{Duration, Instant};

use crate::support::Tiny;

/// A name, what comes before so many parts, one part, what stands between them, and what comes after. `#` is
/// the number of the part.
type Shape = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

/// What is joined one to the other.
const LONG: [Shape; 20] = [
    ("union", "ASK {", "{ ?s cg:p ?o }", " UNION ", "}"),
    (
        "optional",
        "ASK { ?s a cg:Case ",
        "OPTIONAL { ?s cg:ageYears ?a# }",
        " ",
        "}",
    ),
    (
        "or",
        "ASK { ?s cg:ageYears ?a FILTER(",
        "?a = #",
        " || ",
        ")}",
    ),
    (
        "and",
        "ASK { ?s cg:ageYears ?a FILTER(",
        "?a != #",
        " && ",
        ")}",
    ),
    ("bind", "SELECT ?x0 { ", "BIND(# AS ?x#)", " ", "}"),
    ("path", "ASK { ?s ", "cg:p", "/", " ?o }"),
    ("alternative", "ASK { ?s ", "cg:p", "|", " ?o }"),
    ("sum", "SELECT (", "1", "+", " AS ?x) {}"),
    (
        "in",
        "ASK { ?s cg:ageYears ?a FILTER(?a IN (",
        "#",
        ",",
        "))}",
    ),
    (
        "values",
        "ASK { VALUES ?x {",
        "#",
        " ",
        "} ?s cg:ageYears ?x }",
    ),
    (
        "order",
        "SELECT * { ?s cg:ageYears ?a } ORDER BY ",
        "(?a + #)",
        " ",
        " LIMIT 1",
    ),
    (
        "group",
        "SELECT (COUNT(*) AS ?n) { ?s cg:ageYears ?a } GROUP BY ",
        "(?a + # AS ?x#)",
        " ",
        "",
    ),
    (
        "having",
        "SELECT ?a { ?s cg:ageYears ?a } GROUP BY ?a HAVING ",
        "(COUNT(?s) > #)",
        " ",
        "",
    ),
    (
        "sums",
        "SELECT ",
        "(SUM(?a + #) AS ?x#)",
        " ",
        " { ?s cg:ageYears ?a }",
    ),
    (
        "filter",
        "ASK { ?s cg:ageYears ?a ",
        "FILTER(?a != #)",
        " ",
        "}",
    ),
    (
        "minus",
        "ASK { ?s cg:ageYears ?a ",
        "MINUS { ?s cg:ageYears # }",
        " ",
        "}",
    ),
    ("graph", "ASK {", "GRAPH ?g# { ?s ?p ?o }", " ", "}"),
    (
        "lateral",
        "ASK { ?s a cg:Case ",
        "LATERAL { ?s a cg:Case }",
        " ",
        "}",
    ),
    ("list", "ASK { ?s ?p (", "#", " ", ")}"),
    (
        "concatenation",
        "SELECT (CONCAT(",
        "'a'",
        ",",
        ") AS ?x) {}",
    ),
];

/// What stands in itself: the part that opens, the middle, and the part that closes.
const DEEP: [Shape; 14] = [
    (
        "select",
        "SELECT * ",
        "{ SELECT * ",
        "{ ?s a cg:Case }",
        "}",
    ),
    ("brackets", "ASK { FILTER(", "(", "1 = 1", ")"),
    ("groups", "ASK {", "{", "", "}"),
    ("not", "ASK { FILTER(", "!(", "1 = 1", ")"),
    ("call", "ASK { FILTER(", "STR(", "1", ")"),
    ("own call", "ASK { FILTER(", "xsd:string(", "1", ")"),
    ("if", "ASK { FILTER(", "IF(1 = 1, ", "1", ", 2)"),
    ("substring", "ASK { FILTER(", "SUBSTR(", "'a'", ", 1)"),
    ("replace", "ASK { FILTER(", "REPLACE(", "'a'", ", 'b', 'c')"),
    ("exists", "ASK { FILTER(", "EXISTS { FILTER(", "1 = 1", ")}"),
    (
        "own call of exists",
        "ASK { FILTER(",
        "EXISTS { FILTER xsd:string(",
        "1",
        ")}",
    ),
    ("list", "ASK { ?s ?p ", "(", "1", ")"),
    ("path", "ASK { ?s ", "^(", "cg:p", ")"),
    ("triple", "ASK { ?s ?p ", "<<( ?s ?p ", "1", ")>>"),
];

fn long((_, before, part, between, after): Shape, count: usize) -> String {
    let parts: Vec<String> = (0..count)
        .map(|n| part.replace('#', &n.to_string()))
        .collect();
    format!("{before}{}{after}", parts.join(between))
}

fn deep((_, before, open, middle, close): Shape, count: usize) -> String {
    // What `before` leaves open.
    let left: String = before
        .chars()
        .rev()
        .filter_map(|c| match c {
            '{' => Some('}'),
            '(' => Some(')'),
            _ => None,
        })
        .collect();
    let after = if middle == "cg:p" { " ?o" } else { "" };
    format!(
        "{before}{}{middle}{}{after}{left}",
        open.repeat(count),
        close.repeat(count)
    )
}

/// Asks a query, which has to end by itself or by its limit.
#[track_caller]
fn ends(tiny: &Tiny, name: &str, query: &str, statuses: &[i32]) {
    fs::write(tiny.dir().join("hard.rq"), query).expect("written");
    let begun = Instant::now();
    let ran = tiny.run(&["--frozen", "query", "--timeout", "1", "--file", "hard.rq"]);
    let taken = begun.elapsed();
    assert!(
        statuses.contains(&ran.status),
        "{name}: {} {}",
        ran.status,
        ran.err
    );
    assert!(!ran.err.contains("panicked"), "{name}: {}", ran.err);
    // The limit, and what a busy machine adds.
    assert!(taken < Duration::from_secs(20), "{name}: {taken:?}");
}

#[test]
fn a_query_of_any_length_is_answered_or_refused() {
    let tiny = Tiny::new();
    tiny.run(&["build"]).ok();
    for shape in LONG {
        ends(&tiny, shape.0, &long(shape, 50), &[0]);
        ends(&tiny, shape.0, &long(shape, 2500), &[0, 4]);
    }
    for shape in ["in", "values", "concatenation", "bind", "order", "having"] {
        let shape = LONG
            .into_iter()
            .find(|known| known.0 == shape)
            .expect("known");
        ends(&tiny, shape.0, &long(shape, 100_000), &[0, 2, 4]);
    }
    for shape in ["union", "or", "path", "sum"] {
        let shape = LONG
            .into_iter()
            .find(|known| known.0 == shape)
            .expect("known");
        ends(&tiny, shape.0, &long(shape, 10_100), &[2]);
    }
}

#[test]
fn a_query_of_any_depth_is_answered_or_refused() {
    let tiny = Tiny::new();
    tiny.run(&["build"]).ok();
    for shape in DEEP {
        ends(&tiny, shape.0, &deep(shape, 10), &[0]);
        ends(&tiny, shape.0, &deep(shape, 30), &[0, 2, 4]);
        ends(&tiny, shape.0, &deep(shape, 1500), &[0, 2, 4]);
        ends(&tiny, shape.0, &deep(shape, 50_000), &[2]);
        // What is not closed is no SPARQL, which is said at once.
        let open = format!("{}{}", shape.1, shape.2.repeat(24));
        let begun = Instant::now();
        ends(&tiny, shape.0, &open, &[2]);
        assert!(begun.elapsed() < Duration::from_secs(5), "{}", shape.0);
    }
}

#[test]
fn a_broken_analysis_takes_no_other_along() {
    let tiny = Tiny::project();
    tiny.run(&["build"]).ok();
    let folder = tiny.dir().join("project/queries/mine");
    fs::create_dir_all(&folder).expect("a folder");
    let header =
        "#+ summary: mine\n#+ description: mine\n#+ casegraph:\n#+   columns: { c: iri }\n";
    let [union, sum] = ["union", "sum"].map(|name| {
        LONG.into_iter()
            .find(|known| known.0 == name)
            .expect("known")
    });
    let broken: [(&str, Vec<u8>, &str); 9] = [
        (
            "latin",
            [header.as_bytes(), b"SELECT ?c { ?c a \"\xFC\" }"].concat(),
            "not UTF-8",
        ),
        (
            "deep",
            format!("{header}{}", deep(DEEP[1], 5000)).into(),
            "line 5: brackets",
        ),
        (
            "again",
            format!("{header}{}", deep(DEEP[7], 60)).into(),
            "SUBSTR",
        ),
        (
            "union",
            format!("{header}{}", long(union, 120_000)).into(),
            "are joined",
        ),
        (
            "sum",
            format!("{header}{}", long(sum, 120_000)).into(),
            "are joined",
        ),
        (
            "yaml",
            "#+ summary: [\nSELECT ?c { ?c a cg:Case }".into(),
            "mine/yaml.rq:",
        ),
        (
            "statistic",
            format!("{header}#+   statistic: {{kind: magic}}\nSELECT ?c {{ ?c a cg:Case }}").into(),
            "magic",
        ),
        ("empty", Vec::new(), "mine/empty.rq"),
        (
            "syntax",
            format!("{header}SELECT ?c {{ ?c a }}").into(),
            "mine/syntax.rq:5",
        ),
    ];
    for (name, bytes, _) in &broken {
        fs::write(folder.join(format!("{name}.rq")), bytes).expect("written");
    }
    let release = tiny.dir().join("release");
    let commands: [(&[&str], i32); 5] = [
        (&["list"], 0),
        (&["run", "cohort/histology"], 0),
        (
            &[
                "report",
                "--only",
                "cohort/histology",
                "--output",
                "report.html",
            ],
            0,
        ),
        (&["release", &release.to_string_lossy()], 0),
        (&["check"], 1),
    ];
    for (command, status) in commands {
        let ran = tiny.run(command);
        assert_eq!(ran.status, status, "{command:?}: {}", ran.err);
        for (name, _, said) in &broken {
            let lines: Vec<&str> = ran
                .err
                .lines()
                .filter(|line| line.contains(&format!("mine/{name}.rq")))
                .collect();
            assert!(
                lines.iter().any(|line| line.contains(said)),
                "{command:?} {name}: {}",
                ran.err
            );
            assert!(
                *name == "empty" || lines.len() == 1,
                "{command:?} {name}: {lines:#?}"
            );
        }
    }
}

#[test]
fn a_broken_rule_takes_no_other_along() {
    let tiny = Tiny::project();
    tiny.run(&["build"]).ok();
    let whole = tiny.run(&["check"]).out;
    let rules = tiny.dir().join("project/queries/checks");
    fs::write(rules.join("latin.rq"), b"ASK { ?s ?p \"\xFC\" }").expect("written");
    fs::write(rules.join("deep.rq"), deep(DEEP[1], 5000)).expect("written");
    let ran = tiny.run(&["check"]);
    assert_eq!(ran.status, 1, "{}", ran.err);
    assert_eq!(ran.out, whole, "the other rules are asked");
    assert!(
        ran.err.contains("checks/latin.rq") && ran.err.contains("checks/deep.rq"),
        "{}",
        ran.err
    );
}
