//! IRIs of the study and of the ontology, asked here.

use super::Served;
use crate::support::Tiny;

const BASE: &str = "https://w3id.org/casegraph";

#[test]
fn iris_of_the_study_and_of_its_words_lead_to_their_pages() {
    let served = Served::tiny(&[]);
    for (path, page) in [
        ("/tiny/case/case-1", "/cases/case%2D1"),
        ("/tiny/case/case-1/treatment/2", "/cases/case%2D1"),
        ("/vocabulary/drug/crizotinib", "/drugs/crizotinib"),
        ("/vocabulary/gene/RANBP2", "/partners/RANBP2"),
    ] {
        let got = served.get(path, &[("Accept", "text/html")]);
        assert_eq!((got.status, got.header("location")), (303, page), "{path}");
        let data = served.get(path, &[("Accept", "text/turtle")]).ok();
        assert!(data.contains(&format!("{BASE}{path}>")), "{path}: {data}");
        assert_eq!(served.get(&format!("{path}.ttl"), &[]).ok(), data, "{path}");
    }
    for path in [
        "/tiny/publication/invented-1",
        "/tiny/cohort/north",
        "/tiny",
        "/vocabulary/response/PR",
    ] {
        let page = served.get(path, &[("Accept", "text/html")]).ok();
        assert!(page.contains(&format!("{BASE}{path}")), "{path}: {page}");
        let data = served
            .get(path, &[("Accept", "application/ld+json")])
            .json();
        assert!(!data.as_array().expect("nodes").is_empty(), "{path}");
    }
    for path in [
        "/tiny/case/nobody",
        "/vocabulary/drug/nothing",
        "/tiny/%3Cx%3E",
        "/nothing",
    ] {
        served.get(path, &[]).problem(404, "not-found");
    }
}

#[test]
fn the_ontology_is_a_page_with_anchors_and_triples() {
    let tiny = Tiny::own();
    let served = Served::of(&tiny, &[]);
    let page = served.get("/ontology", &[("Accept", "text/html")]).ok();
    for anchor in ["Case", "bestResponse", "lab_values", "treatments.ecog"] {
        assert!(page.contains(&format!("id=\"{anchor}\"")), "{anchor}");
    }
    let data = served.get("/ontology", &[("Accept", "text/turtle")]).ok();
    assert!(data.contains("ontology#Case>"), "{data}");
    assert_eq!(served.get("/ontology.ttl", &[]).ok(), data);
    let schema = served.get("/schema", &[("Accept", "text/html")]).ok();
    let drawn = schema.split("<svg").nth(1).expect("a picture");
    for word in [
        "GeneFusion",
        "hasTreatment",
        "Report",
        "certainty",
        "ageYears",
        "sheet:lab_values",
        "column:treatments.ecog",
    ] {
        assert!(drawn.contains(word), "{word}: {drawn}");
    }
}
