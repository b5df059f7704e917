//! Values of the wrong type or form: told with file, line or cell, and never taken for something else.

use std::fs;

use crate::support::Tiny;

/// The errors of a study whose file was changed so.
fn errors(from: &str, to: &str) -> String {
    let tiny = Tiny::new();
    tiny.edit("study.toml", from, to);
    let ran = tiny.run(&["check"]);
    assert_eq!(ran.status, 1, "{to}: {}", ran.out);
    let lines = ran.out.lines().chain(ran.err.lines());
    let lines = lines.filter(|line| line.starts_with("error"));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn study_toml_has_values_of_their_types() {
    let flag = "is neither true nor false: write one of the two";
    let text = "is no text: write";
    let synthetic = "synthetic = true";
    let counted = "\"Invented: cases 1 to 5.\"\ncounted = true";
    let north = "name = \"north\"";
    let with = |value: &str| format!("\"Invented: cases 1 to 5.\"\ncounted = {value}");
    let top = |line: &str| format!("{line}\nsynthetic = true");
    for (from, to, line, words) in [
        (synthetic, "synthetic = \"true\"".to_owned(), 7, flag),
        (synthetic, "synthetic = 1".to_owned(), 7, flag),
        (counted, with("\"no\""), 12, flag),
        (counted, with("0"), 12, flag),
        (counted, with("2026-01-01"), 12, flag),
        (
            "title = \"Invented cases for tests\"",
            "title = 5".to_owned(),
            2,
            text,
        ),
        (
            "licence = \"CC0-1.0\"",
            "licence = [\"CC0-1.0\"]".to_owned(),
            4,
            text,
        ),
        (
            "licence = \"CC0-1.0\"",
            "licence = \"CC BY 4.0\"".to_owned(),
            4,
            "is no SPDX identifier",
        ),
        (
            "licence = \"CC0-1.0\"",
            "licence = \"\"".to_owned(),
            4,
            "is no SPDX identifier",
        ),
        (
            "curators = [\"nobody\"]",
            "curators = [true]".to_owned(),
            5,
            text,
        ),
        (
            "curators = [\"nobody\"]",
            "curators = {a = \"b\"}".to_owned(),
            5,
            text,
        ),
        (
            "\"2026-01-01\"",
            "\"yesterday\"".to_owned(),
            6,
            "is no date: write YYYY-MM-DD",
        ),
        (
            "\"2026-01-01\"",
            "\"2026-02-30\"".to_owned(),
            6,
            "is no date",
        ),
        (
            "\"2026-01-01\"",
            "2026-01-01T00:00:00".to_owned(),
            6,
            "is no date",
        ),
        (
            synthetic,
            top("parameters = \"x\""),
            7,
            "is no table: write [parameters]",
        ),
        (
            synthetic,
            top("parameters = {drug = [\"drug:crizotinib\"]}"),
            7,
            "is no single value",
        ),
        (synthetic, top("ontologies = 5"), 7, "is no table"),
        (
            synthetic,
            top("sythetic = true"),
            7,
            "is no key of study.toml, and nothing reads it: correct or remove it; nearest known: synthetic",
        ),
        (
            synthetic,
            top("license = \"MIT\""),
            7,
            "says what licence or license says too",
        ),
        (
            north,
            "nmae = \"north\"".to_owned(),
            10,
            "is no key of a cohort",
        ),
        (
            north,
            "description2 = 1".to_owned(),
            10,
            "is no key of a cohort",
        ),
        (north, "name = 5".to_owned(), 10, text),
        (
            north,
            "name = \"a b\"".to_owned(),
            10,
            "is no key: use letters",
        ),
        (
            north,
            "name = \"..\"".to_owned(),
            10,
            "cannot be reached as an address",
        ),
        (
            "name = \"south\"",
            north.to_owned(),
            15,
            "is the name of two cohorts",
        ),
        (
            "name = \"south\"",
            "name = \"North\"".to_owned(),
            15,
            "is the name of cohort \"north\" in other letters",
        ),
        (
            synthetic,
            top("parameters = {drug = \"drug:nothing\"}"),
            7,
            "\"drug:nothing\" is the default of drug and names no drug",
        ),
        (
            synthetic,
            top("parameters = {drug = \"drug:crizotinb\"}"),
            7,
            "nearest known: drug:crizotinib",
        ),
        (
            synthetic,
            top("parameters = {cohort = \"cohort:norht\"}"),
            7,
            "nearest known: cohort:north",
        ),
        (
            synthetic,
            top("parameters = {case = \"<https://w3id.org/casegraph/tiny/case/nobody>\"}"),
            7,
            "names no case",
        ),
    ] {
        let told = errors(from, &to);
        let place = format!("study.toml line {line}: ");
        assert!(
            told.contains(&place) && told.contains(words),
            "{to}: {told}"
        );
    }
    let cohorts = Tiny::new();
    let text = fs::read_to_string(cohorts.sheet("study.toml")).expect("a file");
    let (head, _) = text.split_once("\n[[cohorts]]").expect("cohorts");
    for (value, words) in [
        ("5", "describes no cohort"),
        ("[1]", "describes no cohort"),
        ("{north = 1}", "describes no cohort"),
    ] {
        fs::write(
            cohorts.sheet("study.toml"),
            format!("{head}\ncohorts = {value}\n"),
        )
        .expect("written");
        let out = cohorts.run(&["check"]).out;
        assert!(
            out.contains("study.toml line 9: ") && out.contains(words),
            "{out}"
        );
    }
    let told = errors(synthetic, &top("parameters = {drgu = \"drug:crizotinib\"}"));
    assert!(
        told.contains("no analysis takes a parameter drgu") && told.contains("nearest: drug"),
        "{told}"
    );
}

#[test]
fn what_is_of_its_type_is_taken() {
    let tiny = Tiny::new();
    tiny.edit("study.toml", "\"2026-01-01\"", "2026-01-02");
    tiny.edit(
        "study.toml",
        "curators = [\"nobody\"]",
        "curator = \"nobody\"\ncitation = \"none\"",
    );
    tiny.edit(
        "study.toml",
        "synthetic = true",
        "synthetic = true\nparameters = {drug = \"drug:crizotinib\", cohort = \"cohort:north\"}",
    );
    tiny.run(&["check"]).ok();
    let query = "SELECT ?d { ?s a cg:Study ; dcterms:date ?d }";
    assert!(
        tiny.run(&["query", query, "--format", "csv"])
            .ok()
            .contains("2026-01-02")
    );
}

/// What is told of a study one of whose sheets was changed so.
fn checked(sheet: &str, from: &str, to: &str) -> String {
    let tiny = Tiny::new();
    tiny.edit(sheet, from, to);
    tiny.run(&["check"]).out
}

#[test]
fn identifiers_and_keys_are_of_their_form() {
    let publication =
        "invented-1,,Nobody A,2015,Invented case 1,Journal of Invented Cases,1:1-2,,,,";
    let with = |ids: &str| publication.replace(",,,,", &format!(",{ids},"));
    for (sheet, from, to, words) in [
        (
            "publications.csv",
            publication,
            with("10.1002/a b,,"),
            "H2: \"10.1002/a b\" is no DOI: it has a blank",
        ),
        (
            "publications.csv",
            publication,
            with("10.1002/<b>a</b>,,"),
            "H2: \"10.1002/<b>a</b>\" is no DOI: it holds markup",
        ),
        (
            "publications.csv",
            publication,
            with(",javascript:alert(1),"),
            "I2: \"javascript:alert(1)\" is no PubMed identifier",
        ),
        (
            "publications.csv",
            publication,
            with(",,javascript:alert(1)"),
            "J2: \"javascript:alert(1)\" is no identifier of PubMed Central",
        ),
        (
            "publications.csv",
            publication,
            with(",,12345"),
            "J2: \"12345\" is no identifier of PubMed Central",
        ),
        (
            "publications.csv",
            "invented-2,",
            "Invented-1,".to_owned(),
            "\"Invented-1\" is the key \"invented-1\" in other letters",
        ),
        (
            "publications.csv",
            "invented-2,",
            "..,".to_owned(),
            "cannot be reached as an address",
        ),
        (
            "cases.csv",
            "case-2,",
            "Case-1,".to_owned(),
            "\"Case-1\" is the key \"case-1\" in other letters",
        ),
        (
            "cases.csv",
            "case-2,",
            ".,".to_owned(),
            "\".\" cannot be reached as an address",
        ),
        (
            "cases.csv",
            "case-2,",
            format!("{},", "x".repeat(200)),
            "has 200 characters, and a key has at most 100",
        ),
        (
            "claims.csv",
            "invented-c1,",
            "..,".to_owned(),
            "cannot be reached as an address",
        ),
        (
            "series.csv",
            "invented-s1,",
            format!("{},", "x".repeat(200)),
            "has 200 characters",
        ),
        (
            "cohorts.csv",
            "excluded,case-9,",
            "Excluded,case-9,".to_owned(),
            "\"Excluded\" is",
        ),
        (
            "fusions.csv",
            "RANBP2,ALK,known",
            "Sep-02,ALK,known".to_owned(),
            "\"Sep-02\" is a date, which a spreadsheet made of a symbol (SEPT2, today SEPTIN2?)",
        ),
        (
            "fusions.csv",
            "RANBP2,ALK,known",
            "2-Sep,ALK,known".to_owned(),
            "\"2-Sep\" is a date",
        ),
        (
            "fusions.csv",
            "RANBP2,ALK,known",
            "Mar-01,ALK,known".to_owned(),
            "(MARCH1, today MARCHF1?)",
        ),
        (
            "alterations.csv",
            ",ALK,G1269A",
            ",2.31E+13,G1269A".to_owned(),
            "is a number and no symbol",
        ),
        (
            "fusions.csv",
            "RANBP2,ALK,known",
            "SEPT9,ALK,known".to_owned(),
            "is a symbol that spreadsheets take for a date: write SEPTIN9",
        ),
    ] {
        let told = checked(sheet, from, &to);
        assert!(told.contains(sheet) && told.contains(words), "{to}: {told}");
    }
    let sici =
        with("10.1002/(SICI)1097-0142(19960501)77:9<1831::AID-CNCR13>3.0.CO;2-#,12345678,PMC123");
    assert!(checked("publications.csv", publication, &sici).contains("Sheets: 0 errors"));
}

#[test]
fn a_circle_of_the_study_s_own_hierarchy_is_refused_and_told_shortly() {
    let tiny = Tiny::project();
    let ontology = tiny.home().join("ontology");
    crate::support::copy(&crate::support::root().join("ontology"), &ontology);
    let histology = |broader: &str| {
        let prefix = "@prefix h: <https://w3id.org/casegraph/vocabulary/histology/> .\n@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n";
        fs::write(ontology.join("own.ttl"), format!("{prefix}{broader}")).expect("written");
        tiny.run(&["check"])
    };
    let concepts = |n: usize| -> String {
        let each = (0..n).map(|at| {
            format!("h:a{at} a skos:Concept ; skos:prefLabel \"own {at}\"@en ; skos:inScheme <https://w3id.org/casegraph/vocabulary/histology> ; skos:broader h:a{} .\n", (at + 1) % n)
        });
        each.collect()
    };
    for n in [1, 2, 3_000] {
        let told = histology(&concepts(n)).fails(2);
        assert!(told.contains("lies below itself"), "{told}");
        let longest = told.lines().map(str::len).max();
        assert!(longest < Some(600), "{longest:?}");
    }
}
