//! The shipped study: as many cases, papers, claims and values as its evidence has, and an ontology
//! that declares what the graph uses.

use std::collections::{BTreeMap, BTreeSet};

use casegraph::case::Schema;
use casegraph::graph::model::{RdfFormat, Term};
use casegraph::graph::namespaces::{TERMS, VOCABULARY};
use casegraph::graph::readback::verified_quads;
use casegraph::graph::vocab;
use casegraph::ingest;
use casegraph::ontology::Ontology;
use casegraph::query::Unit;
use casegraph::report::analysis_json;

use crate::queries::{compute, needed};
use crate::support::{Open, SHIPPED, TINY, files, read};

const STUDY: &str = "data/alk-sarcoma";

/// The rows of a sheet of the shipped study.
pub fn sheet(name: &str) -> Vec<BTreeMap<String, String>> {
    let text = read(&format!("{STUDY}/{name}.csv"));
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader
        .deserialize()
        .map(|row| row.expect("a row"))
        .collect()
}

#[test]
fn the_sheets_hold_what_the_evidence_holds() {
    let cases: BTreeSet<String> = sheet("cases")
        .iter()
        .map(|row| row["case"].clone())
        .collect();
    assert_eq!(cases.len(), 119);
    let mut cohorts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in sheet("cohorts") {
        cohorts
            .entry(row["cohort"].clone())
            .or_default()
            .insert(row["case"].clone());
    }
    let sizes: Vec<(&str, usize)> = cohorts
        .iter()
        .map(|(name, cases)| (name.as_str(), cases.len()))
        .collect();
    assert_eq!(sizes, [("excluded", 72), ("further", 14), ("wu-2021", 33)]);
    let placed: BTreeSet<&String> = cohorts.values().flatten().collect();
    assert_eq!(placed.len(), 119, "each case is in one cohort");
    assert_eq!(sheet("publications").len(), 129);
    assert_eq!(sheet("claims").len(), 112);
    assert_eq!(sheet("series").len(), 83);
}

/// A list in a cell is one value. 1,844 were collected, four are changes of size that stood in a note, and
/// eleven are places in the order of time that a source states in words.
#[test]
fn the_fact_sheets_hold_every_value_collected() {
    let mut values = 0;
    for sheet_of_facts in Schema::shipped().facts() {
        let columns: Vec<&str> = sheet_of_facts.columns().iter().map(|c| c.name).collect();
        for row in sheet(sheet_of_facts.name()) {
            values += columns
                .iter()
                .filter(|&&column| row.get(column).is_some_and(|cell| !cell.is_empty()))
                .count();
        }
    }
    assert_eq!(values, 1844 + 4 + 11);
}

#[test]
fn the_sheets_have_no_problem() {
    let ontology = Ontology::read(SHIPPED.project.vocabularies()).expect("an ontology");
    let (study, problems) = ingest::read_study(SHIPPED.project.study(), &ontology).expect("read");
    let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
    assert_eq!(study.cases.len(), 119);
    assert!(!study.meta.licence.is_empty() && !study.meta.synthetic);
    assert_eq!(SHIPPED.manifest.cases, 119);
}

/// Every value of the sheets is a report in the graph of its source.
#[test]
fn every_row_of_facts_is_a_report_of_its_source() {
    for (open, rows) in [(&*SHIPPED, None), (&*TINY, Some(5 + 2 + 11 + 7 + 10 + 18))] {
        let found = open.rows(
            "SELECT (COUNT(?r) AS ?n) { GRAPH ?source { ?r a cg:Report ; cg:about ?thing } }",
        );
        let expected = rows.unwrap_or_else(|| {
            Schema::shipped()
                .facts()
                .map(|facts| sheet(facts.name()).len())
                .sum::<usize>()
        });
        assert_eq!(found, [[expected.to_string()]]);
    }
}

fn used(open: &Open) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut terms, mut concepts) = (BTreeSet::new(), BTreeSet::new());
    for quad in open.graph.quads().expect("quads") {
        let object = match &quad.object {
            Term::NamedNode(node) => node.as_str(),
            _ => "",
        };
        for iri in [quad.predicate.as_str(), object] {
            if iri.starts_with(TERMS) && iri != TERMS {
                terms.insert(iri.to_owned());
            }
            if iri
                .strip_prefix(VOCABULARY)
                .is_some_and(|rest| rest.contains('/'))
            {
                concepts.insert(iri.to_owned());
            }
        }
    }
    (terms, concepts)
}

#[test]
fn the_ontology_declares_what_the_graph_uses() {
    for open in [&*SHIPPED, &*TINY] {
        let ontology = Ontology::read(open.project.vocabularies()).expect("an ontology");
        let (terms, concepts) = used(open);
        assert!(terms.len() > 60 && concepts.len() > 60);
        let unknown: Vec<&String> = terms
            .iter()
            .chain(&concepts)
            .filter(|iri| !ontology.declares(iri))
            .collect();
        assert!(unknown.is_empty(), "{}: {unknown:#?}", open.manifest.study);
    }
}

/// Our own terms that Turtle declares: subjects with a type.
fn declared() -> BTreeSet<String> {
    let texts = ["casegraph", "columns"].map(|name| read(&format!("ontology/{name}.ttl")));
    let quads = |text: &String| verified_quads(text, RdfFormat::Turtle).expect("two parsers agree");
    texts
        .iter()
        .flat_map(quads)
        .filter(|quad| quad.predicate == casegraph::graph::model::rdf::TYPE)
        .map(|quad| quad.subject.to_string().trim_matches(['<', '>']).to_owned())
        .filter(|iri| iri.starts_with(TERMS) && iri != TERMS)
        .collect()
}

#[test]
fn constants_and_declarations_are_the_same() {
    let declared = declared();
    let constants: BTreeSet<String> = vocab::casegraph::ALL
        .iter()
        .map(|term| term.as_str().to_owned())
        .collect();
    let missing: Vec<&String> = constants.difference(&declared).collect();
    assert!(
        missing.is_empty(),
        "constants that ontology/casegraph.ttl does not declare: {missing:#?}"
    );
    let schema = read("ontology/sheets.toml");
    let (shipped, _) = used(&SHIPPED);
    let unused: Vec<&String> = declared
        .iter()
        .filter(|iri| !constants.contains(*iri))
        .filter(|iri| !schema.contains(&format!("\"{}\"", &iri[TERMS.len()..])))
        .filter(|iri| !used_by_code(&iri[TERMS.len()..]) && !shipped.contains(*iri))
        .collect();
    assert!(
        unused.is_empty(),
        "declared terms that nothing uses: {unused:#?}"
    );
}

/// Whether a line of the ingest room names the term.
fn used_by_code(local: &str) -> bool {
    files("src/ingest", ".rs")
        .iter()
        .any(|file| read(file).contains(&format!("\"{local}\"")))
}

#[test]
fn two_parsers_agree_on_every_ontology_file() {
    let all = files("ontology", ".ttl");
    assert!(all.len() >= 10, "{all:?}");
    for file in all {
        let quads = verified_quads(&read(&file), RdfFormat::Turtle)
            .unwrap_or_else(|error| panic!("{file}: {error:?}"));
        assert!(quads.len() > 10, "{file}");
    }
}

/// Whatever is kept out of the counts as a suspected duplicate is in no statistic.
#[test]
fn suspected_duplicates_are_in_no_analysis() {
    let rows = SHIPPED.rows(
        "SELECT DISTINCT ?key { ?case cg:inCohort ?cohort ; cg:caseKey ?key . ?cohort cg:counted false }",
    );
    let excluded: BTreeSet<String> = rows.into_iter().flatten().collect();
    assert!(!excluded.is_empty());
    // Left out by name, since what was found in them may be of the case beside which they are shown.
    let suspected = SHIPPED
        .rows("SELECT DISTINCT ?key { ?case cg:suspectedDuplicateOf ?first ; cg:caseKey ?key }");
    let suspected: BTreeSet<String> = suspected.into_iter().flatten().collect();
    assert!(suspected.is_subset(&excluded) && !suspected.is_empty());
    // These list what was read, not who counts.
    let listing = ["cohort/exclusions", "cohort/flow", "evidence/conflicts"];
    for query in SHIPPED.catalogue.queries() {
        if query.header.unit != Unit::Case
            || listing.contains(&query.slug.as_str())
            || !needed(&query.slug).is_empty()
        {
            continue;
        }
        let analysis = compute(&SHIPPED, query, &[]);
        let counted = analysis.finding.ledger.counted().iter();
        let left_out = analysis.finding.ledger.exclusions();
        let shown = |unit: &str| query.slug == "treatment/resistance" && suspected.contains(unit);
        let left_out = left_out.iter().flat_map(|exclusion| exclusion.units.iter());
        let stray: Vec<&String> = counted
            .chain(left_out.filter(|unit| !shown(unit)))
            .filter(|unit| excluded.contains(*unit))
            .collect();
        assert!(stray.is_empty(), "{}: {stray:?}", query.slug);
        let value = analysis_json(&analysis, "");
        for row in value["rows"].as_array().expect("rows") {
            let case = row["case"].as_str().unwrap_or_default();
            assert!(
                !excluded.contains(case) || shown(case),
                "{}: {case}",
                query.slug
            );
        }
    }
}

/// The dossier and the sheets name the same sources: no paper in `publications.csv` is keyed twice.
#[test]
fn identifiers_of_publications_are_unique() {
    for column in ["doi", "pmid", "pmcid"] {
        let mut seen = BTreeMap::new();
        for row in sheet("publications") {
            let (value, key) = (row[column].to_lowercase(), row["key"].clone());
            if !value.is_empty() {
                let other = seen.insert(value.clone(), key.clone());
                assert!(other.is_none(), "{column} {value}: {key} and {other:?}");
            }
        }
    }
}

#[test]
fn every_analysis_runs_on_the_shipped_study() {
    for query in SHIPPED.catalogue.queries() {
        if needed(&query.slug).is_empty() {
            let analysis = compute(&SHIPPED, query, &[]);
            assert!(
                !analysis.table.is_empty()
                    || [
                        "evidence/decisions",
                        "evidence/appraisals",
                        "gene/enrichment",
                        "curation/agreement",
                    ]
                    .contains(&query.slug.as_str()),
                "{}",
                query.slug
            );
        }
    }
}
