//! The rules of the graph: silent on the invented study, and each of level ERROR speaks on a graph
//! in which its violation is planted.

use std::collections::BTreeSet;

use casegraph::case::Schema;
use casegraph::graph::Graph;
use casegraph::graph::model::{GraphName, NamedNode, RdfFormat, RdfParser};
use casegraph::query::{Check, Checks, Level};

use crate::support::{TINY, files, read};

/// The rules that ship.
pub fn checks() -> Checks {
    let rules = files("queries/checks", ".rq")
        .into_iter()
        .map(|file| (file.clone(), read(&file)));
    let profile = read("queries/checks/profile.tsv");
    let (checks, errors) = Checks::read(rules, &profile, &TINY.prefixes);
    assert!(errors.is_empty(), "{errors:#?}");
    checks
}

fn violated(checks: &Checks, graph: &Graph) -> Vec<(String, usize)> {
    let rows = |check: &Check| check.run(graph).expect("an answer").rows();
    checks
        .iter()
        .map(|check| (check.slug.clone(), rows(check)))
        .filter(|(_, rows)| *rows > 0)
        .collect()
}

#[test]
fn every_rule_has_a_level_and_every_level_a_rule() {
    let rules: BTreeSet<String> = checks().iter().map(|check| check.slug.clone()).collect();
    let profile: BTreeSet<String> = read("queries/checks/profile.tsv")
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .map(|line| line.split('\t').nth(1).expect("a rule").to_owned())
        .collect();
    assert_eq!(rules, profile);
}

/// Here and in `contradictions.rs` each rule finds what was made for it.
#[test]
fn every_rule_has_a_test() {
    let tests = [include_str!("checks.rs"), include_str!("contradictions.rs")];
    for check in checks().iter() {
        let name = format!("\"{}\"", check.slug);
        let tested = tests.iter().any(|text| text.contains(&name));
        assert!(tested, "{}: make it speak in contradictions.rs", check.slug);
    }
}

/// A violation leads to the cells that it is about, but for rules that are about no sheet.
#[test]
fn every_rule_names_columns_that_there_are() {
    let of_the_store = [
        "graph-without-licence",
        "status-without-role",
        "value-without-report",
    ];
    // A conflict says itself which column it is about.
    let own = ["unresolved-conflict"];
    for check in checks().iter() {
        let slug = check.slug.as_str();
        let none = of_the_store.contains(&slug) || own.contains(&slug);
        assert_eq!(check.cells.is_empty(), none, "{slug}");
        for (sheet, heading) in &check.cells {
            let known = Schema::shipped().headings(sheet);
            assert!(
                known.contains(&heading.as_str()),
                "{slug}: {sheet}.{heading}"
            );
        }
    }
}

/// The hand-worked list at the end of `fixtures/tiny/README.md`.
#[test]
fn the_rules_are_silent_on_the_good_graph() {
    assert_eq!(
        violated(&checks(), &TINY.graph),
        [
            ("unresolved-conflict".to_owned(), 1),
            ("publication-never-cited".to_owned(), 1),
            ("publication-without-identifier".to_owned(), 9),
        ]
    );
}

/// What to add to the invented study (in a graph of the study, as Turtle) or to take from it (lines
/// of N-Quads that hold all the words), for the rule to speak.
struct Planted {
    rule: &'static str,
    graph: &'static str,
    add: &'static str,
    take: &'static [&'static str],
}

const PLANTED: &[Planted] = &[
    Planted {
        rule: "case-counted-and-excluded",
        graph: "graph/consensus",
        add: "case:case-1 cg:inCohort cohort:excluded .
              <https://w3id.org/casegraph/tiny/cohort/excluded/member/case-1> a cg:CohortMembership ;
                cg:member case:case-1 ; cg:ofCohort cohort:excluded ; cg:reason \"planted\" .",
        take: &[],
    },
    Planted {
        rule: "case-without-cohort",
        graph: "graph/consensus",
        add: "case:stray a cg:Case ; cg:caseKey \"stray\" .",
        take: &[],
    },
    Planted {
        rule: "concept-not-declared",
        graph: "graph/consensus",
        add: "case:case-1 cg:histology histology:nothing-known .",
        take: &[],
    },
    Planted {
        rule: "counted-case-without-report",
        graph: "graph/consensus",
        add: "case:bare a cg:Case ; cg:caseKey \"bare\" ; cg:inCohort cohort:north .",
        take: &[],
    },
    Planted {
        rule: "duplicate-membership",
        graph: "graph/consensus",
        add: "<https://w3id.org/casegraph/tiny/cohort/north/member/again> a cg:CohortMembership ;
                cg:member case:case-1 ; cg:ofCohort cohort:north ; cg:numberInSource \"9\" .",
        take: &[],
    },
    Planted {
        rule: "excluded-without-reason",
        graph: "graph/consensus",
        add: "",
        take: &["excluded/member/case-10", "ontology#reason"],
    },
    Planted {
        rule: "fatal-event-but-alive",
        graph: "graph/consensus",
        add: "<https://w3id.org/casegraph/tiny/case/case-1/adverse-event/1> cg:fatal true .",
        take: &[],
    },
    Planted {
        rule: "graph-without-licence",
        graph: "graph/publications",
        add: "graph:planted a cg:NamedGraph .",
        take: &[],
    },
    Planted {
        rule: "no-event-beside-an-event",
        graph: "graph/consensus",
        add: "case:case-1 cg:hasAdverseEvent <https://w3id.org/casegraph/tiny/case/case-1/adverse-event/9> .
              <https://w3id.org/casegraph/tiny/case/case-1/adverse-event/9> a cg:AdverseEvent ;
                cg:ofCase case:case-1 ; cg:item 9 ; cg:drug drug:crizotinib ; cg:term event:none .",
        take: &[],
    },
    Planted {
        rule: "numerator-over-denominator",
        graph: "graph/claims",
        add: "claim:planted a cg:Claim ; cg:numerator 5 ; cg:denominator 3 .",
        take: &[],
    },
    Planted {
        rule: "response-on-surgery",
        graph: "graph/consensus",
        add: "<https://w3id.org/casegraph/tiny/case/case-1/treatment/1> cg:bestResponse response:CR .",
        take: &[],
    },
    Planted {
        rule: "status-without-role",
        graph: "graph/consensus",
        add: "status:gone a skos:Concept ; skos:prefLabel \"gone\" ;
                skos:inScheme <https://w3id.org/casegraph/vocabulary/status> .",
        take: &[],
    },
    Planted {
        rule: "value-without-report",
        graph: "graph/consensus",
        add: "case:case-2 cg:primarySite site:lung .",
        take: &[],
    },
];

fn planted(planted: &Planted) -> Graph {
    let mut quads = TINY.graph.quads().expect("quads");
    let before = quads.len();
    if !planted.take.is_empty() {
        quads.retain(|quad| {
            let line = quad.to_string();
            !planted.take.iter().all(|words| line.contains(words))
        });
        assert!(quads.len() < before, "{}: nothing was taken", planted.rule);
    }
    let mut turtle = String::new();
    for (name, iri) in TINY.prefixes.iter() {
        turtle.push_str(&format!("@prefix {name}: <{iri}> .\n"));
    }
    turtle.push_str(planted.add);
    let graph = format!("https://w3id.org/casegraph/tiny/{}", planted.graph);
    let graph: GraphName = NamedNode::new(graph).expect("an IRI").into();
    for quad in RdfParser::from_format(RdfFormat::Turtle).for_slice(&turtle) {
        let mut quad = quad.expect("Turtle");
        quad.graph_name = graph.clone();
        quads.push(quad);
    }
    let mut store = Graph::in_memory().expect("a store");
    store.load(quads).expect("loaded");
    store
}

#[test]
fn each_rule_of_level_error_speaks_on_its_violation() {
    let checks = checks();
    let rules: BTreeSet<&str> = checks
        .iter()
        .filter(|check| check.level == Level::Error)
        .map(|check| check.slug.as_str())
        .collect();
    let tested: BTreeSet<&str> = PLANTED.iter().map(|planted| planted.rule).collect();
    assert_eq!(
        rules, tested,
        "plant a violation for each rule of level ERROR"
    );
    let mut silent = Vec::new();
    for one in PLANTED {
        let found = violated(&checks, &planted(one));
        if !found
            .iter()
            .any(|(rule, rows)| rule == one.rule && *rows > 0)
        {
            silent.push(format!("{}: {found:?}", one.rule));
        }
    }
    assert!(silent.is_empty(), "{}", silent.join("\n"));
}

#[test]
fn statements_on_treatments_that_contradict_each_other_are_told() {
    for (rule, add) in [
        (
            "order-contradicts-start",
            "<https://w3id.org/casegraph/tiny/case/case-1/treatment/1> cg:startMonths 50 .",
        ),
        (
            "treatment-given-and-not-given",
            "case:case-1 cg:treatmentNotGiven \"surgery\" .",
        ),
    ] {
        let one = Planted {
            rule,
            graph: "graph/consensus",
            add,
            take: &[],
        };
        let found = violated(&checks(), &planted(&one));
        let told = found.iter().any(|(name, _)| name == rule);
        assert!(told, "{rule}: {found:?}");
    }
}
