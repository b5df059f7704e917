//! The saved analyses: complete, ordered, and each with the result it must have on the invented
//! study. `UPDATE_GOLDEN=1 cargo test` writes the results of `tests/golden/` anew; the numbers
//! worked out by hand in `fixtures/tiny/README.md` are in `hand.rs` and do not move.

use std::collections::BTreeSet;
use std::fs;

use casegraph::analysis::{Analysis, analyse};
use casegraph::query::{SavedQuery, run};
use casegraph::report::analysis_json;

use crate::support::{Open, SHIPPED, TINY, files, read, root};

/// Parameters that an analysis needs to be run at all.
const NEEDED: &[(&str, &str, &str)] = &[("evidence/reports", "case", "case-5")];

/// An analysis as the program computes it.
pub fn compute(open: &Open, saved: &SavedQuery, set: &[(&str, &str)]) -> Analysis {
    let given: Vec<(String, String)> = set
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let defaults = &open.manifest.parameters;
    let options = Default::default();
    let table = run(
        &open.graph,
        saved,
        &given,
        defaults,
        &open.prefixes,
        &options,
    )
    .unwrap_or_else(|error| panic!("{}: {error:?}", saved.slug));
    analyse(saved, given, table).unwrap_or_else(|error| panic!("{}: {error:?}", saved.slug))
}

/// The parameters without which an analysis does not run.
pub fn needed(slug: &str) -> Vec<(&'static str, &'static str)> {
    NEEDED
        .iter()
        .filter(|(known, _, _)| *known == slug)
        .map(|(_, name, value)| (*name, *value))
        .collect()
}

fn result(open: &Open, saved: &SavedQuery) -> String {
    let analysis = compute(open, saved, &needed(&saved.slug));
    format!("{:#}\n", analysis_json(&analysis, ""))
}

#[test]
fn every_analysis_is_read_with_a_full_header() {
    let saved = TINY.catalogue.queries();
    let on_disk = files("queries", ".rq")
        .into_iter()
        .filter(|file| !file.starts_with("queries/checks/"))
        .count();
    assert_eq!(saved.len(), on_disk);
    assert!(saved.len() >= 24, "{}", saved.len());
    for query in saved {
        let header = &query.header;
        assert!(
            !header.summary.is_empty() && !header.summary.ends_with('.'),
            "{}",
            query.slug
        );
        assert!(header.description.len() > 40, "{}: describe it", query.slug);
        assert!(!header.tags.is_empty(), "{}: no tags", query.slug);
        assert!(!header.columns.is_empty(), "{}: no columns", query.slug);
        assert!(query.text.contains("casegraph:"), "{}", query.slug);
        for parameter in &header.parameters {
            assert!(
                parameter.description.is_some(),
                "{}: describe the parameter {}",
                query.slug,
                parameter.name
            );
        }
    }
}

#[test]
fn every_analysis_needs_no_prefix_from_the_program() {
    for query in TINY.catalogue.queries() {
        casegraph::graph::model::SparqlParser::new()
            .parse_query(&query.text)
            .unwrap_or_else(|error| panic!("{} is not complete alone: {error}", query.slug));
    }
}

#[test]
fn every_analysis_is_ordered() {
    for query in TINY.catalogue.queries() {
        let outer = query.text.rsplit('}').next().unwrap_or_default();
        let rows = compute(&TINY, query, &needed(&query.slug)).table.rows();
        assert!(
            outer.contains("ORDER BY") || (!query.text.contains("GROUP BY") && rows == 1),
            "{}: rows come in no stated order",
            query.slug
        );
    }
}

#[test]
fn running_twice_gives_the_same_bytes() {
    for open in [&*TINY, &*SHIPPED] {
        for query in open.catalogue.queries() {
            if needed(&query.slug).is_empty() {
                assert_eq!(result(open, query), result(open, query), "{}", query.slug);
            }
        }
    }
}

#[test]
fn every_analysis_gives_its_golden_result() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut differ = Vec::new();
    let mut expected = BTreeSet::new();
    for query in TINY.catalogue.queries() {
        let name = format!("tests/golden/{}.json", query.slug);
        let path = root().join(&name);
        let found = result(&TINY, query);
        expected.insert(name.clone());
        if update {
            fs::create_dir_all(path.parent().expect("a theme")).expect("a folder");
            fs::write(&path, &found).expect("written");
        } else if fs::read_to_string(&path).ok().as_deref() != Some(&found) {
            differ.push(name);
        }
    }
    assert!(
        differ.is_empty(),
        "these differ; look at them, and if the new ones are right, UPDATE_GOLDEN=1: {differ:#?}"
    );
    let stored: BTreeSet<String> = files("tests/golden", ".json").into_iter().collect();
    assert_eq!(stored, expected, "golden results without an analysis");
}

/// What is in no counted cohort is in no analysis; the response of the excluded case-9 is a trap.
#[test]
fn excluded_cases_are_in_no_result() {
    for query in TINY.catalogue.queries() {
        let text = result(&TINY, query);
        let shows_all = ["cohort/exclusions", "cohort/flow", "evidence/publications"];
        if shows_all.contains(&query.slug.as_str()) {
            continue;
        }
        for case in ["case-9", "case-10"] {
            assert!(
                !text.contains(&format!("\"{case}\"")),
                "{}: {case}",
                query.slug
            );
        }
    }
}

#[test]
fn the_golden_results_are_those_of_the_shipped_analyses() {
    for file in files("tests/golden", ".json") {
        let slug = file
            .trim_start_matches("tests/golden/")
            .trim_end_matches(".json");
        assert!(read(&format!("queries/{slug}.rq")).contains("summary:"));
    }
}
