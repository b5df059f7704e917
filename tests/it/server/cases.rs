//! The table of cases: who counts, what is doubtful, and the columns that a study adds.

use super::Served;
use crate::support::Tiny;

const HTML: [(&str, &str); 1] = [("Accept", "text/html")];

/// The rows of the table on a page.
fn rows(page: &str) -> Vec<&str> {
    let body = page.split("<tbody>").nth(1).expect("a table");
    let body = body.split("</tbody>").next().expect("its end");
    body.split("<tr").skip(1).collect()
}

/// The row of a case.
fn row<'p>(page: &'p str, case: &str) -> &'p str {
    let cell = format!(">{case}</a>");
    let found = rows(page).into_iter().find(|row| row.contains(&cell));
    found.unwrap_or_else(|| panic!("no row of {case}"))
}

#[test]
fn columns_of_a_study_are_seen_searched_and_chosen_from() {
    let tiny = Tiny::own();
    let served = Served::of(&tiny, &[]);
    let page = served.get("/cases", &HTML).ok();
    let first = row(&page, "case-1");
    for told in [
        "country of treatment: DE",
        "PD-L1: negative",
        "ECOG: 1, 2",
        "lab value: LDH, 410, 2014-05-01",
        "lab value: CRP, 12.5",
    ] {
        assert!(first.contains(told), "{told}: {first}");
    }
    for (asked, cases) in [
        ("cases.country=DE", &["case-1", "case-2"][..]),
        ("treatments.ecog=0", &["case-2", "case-3"]),
        ("lab_values.analyte=CRP", &["case-1"]),
        ("cases.country=DE&treatments.ecog=0", &["case-2"]),
        ("search=country+jp", &["case-3"]),
    ] {
        let page = served.get(&format!("/cases?{asked}"), &HTML).ok();
        let found = rows(&page);
        assert_eq!(found.len(), cases.len(), "{asked}: {found:?}");
        for case in cases {
            row(&page, case);
        }
    }
    let data = served.get("/cases.json", &[]).json();
    let headings = data["columns"].as_array().expect("headings");
    let at = headings
        .iter()
        .position(|one| one == "country of treatment");
    assert_eq!(data["rows"][0][at.expect("a column")], "DE");
    // The page of the editor says what they are called in a query, and completion asks for the same terms.
    let query = served.get("/query", &HTML).ok();
    for told in [
        "column:treatments.ecog",
        "sheet:lab_values",
        "Laboratory values.",
    ] {
        assert!(query.contains(told), "{told}");
    }
    let completed = served.csv(
        "SELECT DISTINCT ?term { { ?term a owl:ObjectProperty } UNION { ?term a owl:DatatypeProperty } UNION { ?term a owl:Class } }",
    );
    assert!(
        completed.contains("/column/treatments.ecog") && completed.contains("/sheet/lab_values")
    );
    // A study without any has none of it.
    let plain = Served::tiny(&[]);
    assert!(
        !plain
            .get("/cases", &HTML)
            .ok()
            .contains("columns of this study")
    );
    assert!(!plain.get("/query", &HTML).ok().contains("own-terms"));
}

#[test]
fn cases_that_count_stand_first_and_the_others_say_why() {
    let served = Served::tiny(&[]);
    for address in [
        "/cases",
        "/cases?sort=case&order=descending",
        "/cases?sort=age",
    ] {
        let page = served.get(address, &HTML).ok();
        let rows = rows(&page);
        let counted = |row: &&str| !row.starts_with(" class=\"uncounted\"");
        let first = rows.iter().take_while(|row| counted(row)).count();
        assert!(first > 0 && first < rows.len(), "{address}");
        assert!(!rows[first..].iter().any(counted), "{address}");
        assert!(
            page.contains(&format!("of which {first} count")),
            "{address}"
        );
        let last = row(&page, "case-10");
        assert!(last.contains("untreated"), "{address}: {last}");
    }
}

#[test]
fn what_is_inferred_or_derived_says_so_and_is_found_by_its_value() {
    let served = Served::tiny(&[]);
    let page = served.get("/cases", &HTML).ok();
    assert!(
        row(&page, "case-2").contains(">RANBP2 (inferred)<"),
        "{page}"
    );
    assert!(row(&page, "case-2").contains("CR (derived)"), "{page}");
    assert!(row(&page, "case-1").contains(">RANBP2<"));
    assert!(!page.contains("<option value=\"RANBP2 (inferred)\""));
    let found = served.get("/cases?partner=RANBP2&response=CR", &HTML).ok();
    row(&found, "case-2");
}

#[test]
fn a_case_is_a_page_triples_or_json_as_it_is_asked_for() {
    let served = Served::tiny(&[]);
    let got = |target: &str, accept: &str| served.get(target, &[("Accept", accept)]);
    for (target, accept) in [
        ("/cases/case-1", "text/turtle"),
        ("/cases/case-1.ttl", "*/*"),
        ("/cases/case-1.nt", "text/html"),
    ] {
        let text = got(target, accept).ok();
        assert!(
            text.contains("case/case-1") && text.contains("RANBP2"),
            "{target}: {text}"
        );
        assert!(!text.contains("case/case-2"), "{target}");
        // What each source reports of it stands there too, with the source.
        for part in [
            "report/cases/case-1/",
            "locator",
            "purl.org/dc/terms/",
            "publication/",
        ] {
            assert!(text.contains(part), "{target}: no {part}: {text}");
        }
    }
    let dossier = got("/cases/case-1.json", "*/*").json();
    assert_eq!(dossier["case"], "case-1");
    assert_eq!(dossier, got("/cases/case-1", "application/json").json());
    let page = got("/cases/case-1", "*/*");
    assert!(page.header("content-type").starts_with("text/html"));
    got("/cases/case-1.csv", "*/*").problem(404, "not-found");
    got("/cases/nobody.ttl", "*/*").problem(404, "not-found");
}

#[test]
fn a_case_fits_a_screen_and_says_what_is_doubtful() {
    let served = Served::tiny(&[]);
    let page = served.get("/cases/case-2", &HTML).ok();
    let records = |page: &str| -> Vec<bool> {
        let parts = page.split("<details class=\"record\"").skip(1);
        parts
            .filter_map(|part| Some(part.split_once('>')?.0.contains(" open")))
            .collect()
    };
    let closed = records(&page);
    assert!(
        closed.len() > 3 && closed.iter().all(|open| !open),
        "{closed:?}"
    );
    let doubts = page.split("class=\"doubts\"").nth(1).expect("doubts");
    let doubts = doubts.split("</div>").next().expect("their end");
    assert!(
        doubts.contains("the partner is inferred, not observed"),
        "{doubts}"
    );
    assert!(doubts.contains("CR (derived)"), "{doubts}");
    let disputed = served.get("/cases/case-5", &HTML).ok();
    assert!(disputed.contains("reports contradict each other"));
    let open = served.get("/cases/case-2?open=all", &HTML).ok();
    assert!(records(&open).iter().all(|open| *open));
}

#[test]
fn a_figure_on_its_own_says_what_is_inferred_and_what_to_beware_of() {
    let served = Served::tiny(&[]);
    let svg = |name: &str| {
        let text = served.get(&format!("/analyses/{name}.svg"), &[]).ok();
        let words: Vec<&str> = text.split(['<', '>']).collect();
        words.join(" ")
    };
    assert!(svg("response/by-partner").contains("RANBP2 †"));
    let swimmer = svg("treatment/swimmer");
    assert!(swimmer.contains("case-2 †") && swimmer.contains("inferred, not observed"));
    let survival = served.get("/analyses/survival/overall.json", &[]).json();
    let drawn = svg("survival/overall");
    let told: String = drawn.split_whitespace().collect::<Vec<_>>().join(" ");
    for caution in survival["cautions"].as_array().expect("cautions") {
        // Lines break anywhere.
        let words = caution.as_str().expect("a text").split_whitespace();
        for word in words.filter(|word| word.chars().all(char::is_alphanumeric)) {
            assert!(told.contains(word), "{word}: {told}");
        }
    }
}
