//! `docs/schema.md`: the classes and properties of the ontology, each class with a query that runs.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use casegraph::graph::model::{RdfFormat, RdfSerializer};
use casegraph::graph::namespaces::TERMS;
use casegraph::ingest::shipped_columns;

use crate::pages::compare;
use crate::support::{SHIPPED, root};

/// A question to each class, as one would ask it. Of `true` the shipped study has an answer.
const ASKED: &[(&str, bool, &str)] = &[
    (
        "Case",
        true,
        "SELECT ?key ?age { ?case cg:caseKey ?key ; cg:ageYears ?age FILTER(?age < 18) }",
    ),
    (
        "Study",
        true,
        "SELECT ?title { ?study a cg:Study ; dcterms:title ?title }",
    ),
    (
        "Publication",
        true,
        "SELECT ?name ?year { ?source a cg:Publication ; rdfs:label ?name ; cg:year ?year } ORDER BY ?year",
    ),
    (
        "Cohort",
        true,
        "SELECT ?name (COUNT(?case) AS ?cases) { ?case cg:inCohort ?cohort . ?cohort rdfs:label ?name } GROUP BY ?name",
    ),
    (
        "ReportExclusion",
        false,
        "SELECT ?reason ?reports { ?exclusion a cg:ReportExclusion ; cg:reason ?reason ; cg:reportsExcluded ?reports } ORDER BY DESC(?reports)",
    ),
    (
        "CohortMembership",
        true,
        "SELECT ?key ?reason { ?membership cg:member/cg:caseKey ?key ; cg:ofCohort/cg:counted false ; cg:reason ?reason }",
    ),
    (
        "GeneFusion",
        true,
        "SELECT ?fusion ?method { ?node a cg:GeneFusion ; rdfs:label ?fusion ; cg:method/cg:display ?method }",
    ),
    (
        "Alteration",
        true,
        "SELECT ?gene ?change ?timing { ?node cg:gene/cg:display ?gene ; cg:alteration ?change ; cg:timing ?timing }",
    ),
    (
        "Treatment",
        true,
        "SELECT ?key ?response { ?episode cg:firstOf drug:crizotinib ; cg:bestResponse/cg:display ?response ; cg:ofCase/cg:caseKey ?key }",
    ),
    (
        "UnorderedTreatments",
        true,
        "SELECT ?key ?class { ?first a cg:UnorderedTreatments ; cg:ofCase/cg:caseKey ?key ; cg:firstOf/cg:display ?class }",
    ),
    (
        "AdverseEvent",
        true,
        "SELECT ?event ?drug { ?node a cg:AdverseEvent ; rdfs:label ?event ; cg:drug/cg:display ?drug }",
    ),
    (
        "FollowUp",
        true,
        "SELECT ?key ?months { ?case cg:caseKey ?key ; cg:hasFollowUp ?last . ?last cg:vitalStatus/cg:under status:dead ; cg:months ?months }",
    ),
    (
        "MissingValue",
        true,
        "SELECT ?why (COUNT(?case) AS ?cases) { ?case cg:missing ?gap . ?gap cg:ofProperty cg:ageYears ; cg:missingReason ?why } GROUP BY ?why",
    ),
    (
        "Conflict",
        true,
        "SELECT ?key ?said { ?node a cg:Conflict ; cg:resolution \"unresolved\" ; cg:onCase/cg:caseKey ?key ; cg:said ?said }",
    ),
    (
        "Refinement",
        true,
        "SELECT ?key ?chosen ?said { ?node a cg:Refinement ; cg:onCase/cg:caseKey ?key ; cg:chosen ?chosen ; cg:said ?said }",
    ),
    (
        "Decision",
        true,
        "SELECT ?about ?reason { ?node a cg:Decision ; cg:about ?about ; cg:reason ?reason }",
    ),
    (
        "Report",
        true,
        "SELECT ?source ?locator ?age { GRAPH ?graph { ?report cg:ageYears ?age ; cg:locator ?locator } ?graph rdfs:label ?source }",
    ),
    (
        "Claim",
        true,
        "SELECT ?claim ?n ?of { GRAPH ?graph { ?node a cg:Claim ; rdfs:label ?claim ; cg:numerator ?n ; cg:denominator ?of } }",
    ),
    (
        "SeriesStatement",
        true,
        "SELECT ?measure ?n ?of { GRAPH ?graph { ?node a cg:SeriesStatement ; cg:measure ?measure ; cg:numerator ?n ; cg:denominator ?of } }",
    ),
    (
        "Appraisal",
        false,
        "SELECT ?source ?who { ?node a cg:Appraisal ; cg:aboutPublication/rdfs:label ?source ; cg:appraiser ?who }",
    ),
    (
        "AppraisalAnswer",
        false,
        "SELECT ?question ?answer { ?appraisal cg:hasAnswer ?node . ?node cg:question ?question ; cg:answer ?answer }",
    ),
    (
        "ExternalSource",
        true,
        "SELECT ?title ?version { ?source a cg:ExternalSource ; dcterms:title ?title ; owl:versionInfo ?version }",
    ),
    (
        "GeneRecord",
        true,
        "SELECT ?symbol ?place { ?record a cg:GeneRecord ; cg:symbol ?symbol ; cg:cytogeneticLocation ?place }",
    ),
    (
        "Annotation",
        true,
        "SELECT ?gene ?term { ?node cg:annotatedGene/dcterms:title ?gene ; cg:annotatedWith/rdfs:label ?term }",
    ),
    (
        "LedgerEntry",
        false,
        "SELECT ?key ?standing { ?entry a cg:LedgerEntry ; cg:onCase/cg:caseKey ?key ; cg:standing ?standing }",
    ),
    (
        "NamedGraph",
        true,
        "SELECT ?title ?licence { ?graph a cg:NamedGraph ; dcterms:title ?title ; dcterms:license ?licence }",
    ),
];

const CLASSES: &str = "SELECT ?class ?meaning (SAMPLE(?one) AS ?example) {
  ?class a owl:Class ; rdfs:isDefinedBy <https://w3id.org/casegraph/ontology> ; skos:definition ?meaning .
  OPTIONAL { ?class skos:example ?one }
} GROUP BY ?class ?meaning ORDER BY ?class";

const PROPERTIES: &str = "SELECT ?property ?meaning ?of ?range (SAMPLE(?one) AS ?example) {
  ?property rdfs:isDefinedBy <https://w3id.org/casegraph/ontology> ; skos:definition ?meaning ; rdfs:range ?range ;
    rdfs:domain|<https://schema.org/domainIncludes> ?of .
  OPTIONAL { ?property skos:example ?one }
} GROUP BY ?property ?meaning ?of ?range ORDER BY ?property ?of";

/// A term by its prefixed name, anything else as it is; fit for a cell of a table.
fn short(term: &str) -> String {
    let term = match term.strip_prefix("https://w3id.org/casegraph/ontology#") {
        Some(own) => format!("cg:{own}"),
        None if term.starts_with("http") => SHIPPED.prefixes.shorten(term),
        None => term.to_owned(),
    };
    term.replace('|', "\\|")
}

/// A class without our prefix.
fn local(class: &str) -> String {
    short(class).trim_start_matches("cg:").to_owned()
}

fn page() -> String {
    let classes = SHIPPED.rows(CLASSES);
    let known: BTreeSet<String> = classes.iter().map(|row| local(&row[0])).collect();
    let mut of: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
    for row in SHIPPED.rows(PROPERTIES) {
        of.entry(local(&row[2])).or_default().push(row);
    }
    let mut page = String::from(
        "# The graph\n\nClasses and properties of casegraph, from `ontology/casegraph.ttl` and `columns.ttl`; what the vocabularies hold is in\n\
         the files beside them. `UPDATE_PAGES=1 cargo test --release schema` renews this page. Every query runs as it stands:\n\
         `casegraph query '…'`.\n\n```mermaid\nflowchart LR\n",
    );
    let mut edges = BTreeSet::new();
    for (class, properties) in &of {
        for row in properties {
            let range = local(&row[3]);
            if known.contains(class) && known.contains(&range) && class != "Report" {
                edges.insert(format!("  {class} -->|{}| {range}\n", local(&row[0])));
            }
        }
    }
    page.extend(edges);
    page.push_str("```\n");
    let others: Vec<(String, String, String)> = of
        .keys()
        .filter(|class| !known.contains(*class))
        .map(|class| (class.clone(), String::new(), String::new()))
        .collect();
    let own = classes
        .iter()
        .map(|row| (local(&row[0]), row[1].clone(), row[2].clone()));
    for (class, meaning, example) in own.chain(others) {
        let _ = write!(page, "\n## {class}\n\n");
        if !meaning.is_empty() {
            page.push_str(&meaning);
        }
        if !example.is_empty() {
            let _ = write!(page, " Example: {}", short(&example));
        }
        if !meaning.is_empty() {
            page.push('\n');
        }
        if let Some((_, _, query)) = ASKED.iter().find(|(asked, ..)| *asked == class) {
            let _ = write!(page, "\n```sparql\n{query}\n```\n");
        }
        let Some(properties) = of.get(&class) else {
            continue;
        };
        page.push_str("\n| property | range | meaning | example |\n|---|---|---|---|\n");
        for row in properties {
            let cells = [&row[0], &row[3], &row[1], &row[4]].map(|cell| short(cell));
            let _ = writeln!(page, "| {} |", cells.join(" | "));
        }
    }
    page
}

#[test]
fn the_page_of_the_graph_is_current() {
    compare(&root().join("docs/schema.md"), None, &page());
}

#[test]
fn every_class_has_a_query_that_runs() {
    let classes: BTreeSet<String> = SHIPPED
        .rows(CLASSES)
        .iter()
        .map(|row| local(&row[0]))
        .collect();
    let asked: BTreeSet<String> = ASKED
        .iter()
        .map(|(class, ..)| (*class).to_owned())
        .collect();
    assert_eq!(classes, asked);
    for (class, answered, query) in ASKED {
        assert_eq!(
            !SHIPPED.rows(query).is_empty(),
            *answered,
            "{class}: {query}"
        );
    }
}

/// `ontology/columns.ttl` is made of `ontology/sheets.toml`.
#[test]
fn the_columns_in_the_ontology_are_those_of_the_sheets() {
    let prefixes = [
        ("cg", TERMS),
        ("owl", "http://www.w3.org/2002/07/owl#"),
        ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"),
        ("schema", "https://schema.org/"),
        ("skos", "http://www.w3.org/2004/02/skos/core#"),
        ("xsd", "http://www.w3.org/2001/XMLSchema#"),
    ];
    let mut writer = RdfSerializer::from_format(RdfFormat::Turtle);
    for (prefix, iri) in prefixes {
        writer = writer.with_prefix(prefix, iri).expect("a prefix");
    }
    let mut writer = writer.for_writer(Vec::new());
    let mut quads = shipped_columns();
    quads.sort_by_cached_key(|quad| quad.subject.to_string());
    for quad in &quads {
        writer.serialize_quad(quad).expect("written");
    }
    let turtle = String::from_utf8(writer.finish().expect("written")).expect("text");
    let mut text = String::from(
        "# The properties of the columns of sheets, made of sheets.toml: change them there.\n\
         # UPDATE_PAGES=1 cargo test --release the_columns writes this file.\n\n",
    );
    // The writer has prefixes in no order.
    for (prefix, iri) in prefixes {
        let _ = writeln!(text, "@prefix {prefix}: <{iri}> .");
    }
    for line in turtle.lines().filter(|line| !line.starts_with("@prefix")) {
        let blank = if line.starts_with('\t') { "" } else { "\n" };
        let _ = writeln!(text, "{blank}{}", line.replace('\t', "    "));
    }
    compare(&root().join("ontology/columns.ttl"), None, &text);
}
