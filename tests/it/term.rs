//! Terms of the vocabularies: a new one is written where it belongs and nothing else moves; one that is known, or lies
//! under nothing, is refused, by `term add` and by `check`.

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use crate::support::{Ran, program};

struct Own(TempDir);

impl Own {
    fn new() -> Self {
        let dir = TempDir::new().expect("a folder");
        Ran::of(program(dir.path()).args(["--quiet", "init", "own"])).ok();
        Self(dir)
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let all = [&["--project", "own"], arguments].concat();
        Ran::of(program(self.0.path()).args(all))
    }

    fn path(&self, file: &str) -> PathBuf {
        self.0.path().join("own").join(file)
    }

    fn text(&self, file: &str) -> String {
        fs::read_to_string(self.path(file)).expect("a file")
    }

    fn edit(&self, file: &str, from: &str, to: &str) {
        let text = self.text(file);
        assert!(text.contains(from), "{file} has no {from:?}");
        fs::write(self.path(file), text.replacen(from, to, 1)).expect("written");
    }
}

const TERM: &[&str] = &[
    "term",
    "add",
    "histology",
    "GLI1-altered soft tissue tumor",
    "--broader",
    "mesenchymal neoplasm",
    "--synonym",
    "GAST",
    "--exact",
    "NCIT:C999999",
];

#[test]
fn a_new_term_is_found_by_every_word_under_its_parent() {
    let own = Own::new();
    let (ttl, links) = (
        "ontology/histology.ttl",
        "ontology/mappings/histology.sssom.tsv",
    );
    let before = (own.text(ttl), own.text(links));
    let shown = own.run(&[TERM, &["--dry-run"]].concat());
    assert!(
        shown
            .out
            .contains("+ histology:gli1-altered-soft-tissue-tumor a skos:Concept ;")
    );
    assert!(shown.err.contains("Nothing was written"), "{}", shown.err);
    assert_eq!((own.text(ttl), own.text(links)), before);
    own.run(TERM).ok();
    // Only lines at the end are new.
    let after = (own.text(ttl), own.text(links));
    let more = |before: &str, after: &str| after.strip_prefix(before).map(str::to_owned);
    let added = more(&before.0, &after.0).expect("nothing before it moved");
    assert_eq!(added.lines().count(), 6, "{added}");
    let added = more(&before.1, &after.1).expect("nothing before it moved");
    assert_eq!(added.lines().count(), 1, "{added}");
    own.edit(
        "data/own/cases.csv",
        "inflammatory myofibroblastic tumor",
        "gast",
    );
    own.run(&["check"]).ok();
    let class = "ASK { ?case cg:histology/cg:under histology:mesenchymal-neoplasm ; cg:histology/skos:exactMatch ?same }";
    assert_eq!(own.run(&["query", class]).ok(), "yes\n");
    // Once more is one time too often.
    let again = own.run(TERM).fails(2);
    assert!(
        again.contains("stands for GLI1-altered soft tissue tumor already (histology:gli1-altered-soft-tissue-tumor)"),
        "{again}"
    );
    assert_eq!((own.text(ttl), own.text(links)), after);
}

#[test]
fn a_parent_that_is_not_there_and_a_circle_are_errors() {
    let own = Own::new();
    let add = |broader: &str| {
        own.run(&[
            "term",
            "add",
            "histology",
            "new tumor",
            "--broader",
            broader,
        ])
        .fails(2)
    };
    assert!(add("sarkoma").contains("nearest known: sarcoma"));
    assert!(add("xyzzy").contains("`casegraph term list histology` shows all"));
    let ttl = "ontology/histology.ttl";
    let good = own.text(ttl);
    own.edit(
        ttl,
        "skos:broader histology:mesenchymal-neoplasm .",
        "skos:broader histology:mesenchymal-neoplasms .",
    );
    let told = own.run(&["check"]).fails(2);
    assert!(
        told.contains("histology:mesenchymal-neoplasms, which no file of the ontology declares"),
        "{told}"
    );
    fs::write(own.path(ttl), good).expect("written");
    own.edit(
        ttl,
        "skos:broader histology:neoplasm .",
        "skos:broader histology:sarcoma .",
    );
    let told = own.run(&["check"]).fails(2);
    assert!(told.contains("lies below itself"), "{told}");
    let told = own.run(TERM).fails(2);
    assert!(told.contains("lies below itself"), "{told}");
}

#[test]
fn a_study_has_words_and_vocabularies_of_its_own() {
    let own = Own::new();
    let add = |arguments: &[&str]| {
        let all = [&["term", "add"], arguments, &["--study-only"]].concat();
        own.run(&all).ok()
    };
    let shipped = own.text("ontology/histology.ttl");
    add(&["histology", "GLI1 tumor", "--broader", "sarcoma"]);
    add(&["analyte", "LDH", "--new-vocabulary"]);
    add(&["analyte", "CRP"]);
    assert_eq!(own.text("ontology/histology.ttl"), shipped);
    assert!(
        own.text("data/own/vocabularies/analyte.ttl")
            .contains("analyte:crp")
    );
    fs::write(
        own.path("data/own/columns.toml"),
        "[treatments.analyte]\ntype = \"analyte\"\ndescribes = \"What was measured.\"\n",
    )
    .expect("written");
    own.edit("data/own/treatments.csv", "verbatim", "analyte,verbatim");
    let sheet = own.text("data/own/treatments.csv");
    let columns = sheet.lines().next().expect("headings").split(',').count();
    assert!(columns > 3);
    own.edit(
        "data/own/cases.csv",
        "inflammatory myofibroblastic tumor",
        "GLI1 tumor",
    );
    let listed = own.run(&["term", "list", "analyte"]).ok();
    assert!(listed.contains("analyte:ldh"), "{listed}");
    let under = own
        .run(&[
            "term",
            "list",
            "histology",
            "--under",
            "sarcoma",
            "--format",
            "csv",
        ])
        .ok();
    assert!(under.contains("histology:gli1-tumor"), "{under}");
    assert!(!under.contains("histology:inflammatory-myofibroblastic-tumor,"));
}

#[test]
fn a_store_is_stale_when_a_word_of_the_study_is_new() {
    let own = Own::new();
    own.run(&["build"]).ok();
    own.run(&["term", "add", "site", "new site", "--study-only"])
        .ok();
    let asked = own.run(&["query", "ASK { site:new-site a skos:Concept }"]);
    assert_eq!(asked.out, "yes\n");
}

#[test]
fn what_the_program_carries_is_not_changed() {
    let dir = TempDir::new().expect("a folder");
    let told = Ran::of(program(dir.path()).args(["term", "add", "gene", "ZZZ1"])).fails(2);
    assert!(told.contains("casegraph init"), "{told}");
}

#[test]
fn where_nothing_is_near_the_list_is_named() {
    let own = Own::new();
    own.edit(
        "data/own/cases.csv",
        "inflammatory myofibroblastic tumor",
        "xyzzy",
    );
    let ran = own.run(&["check"]);
    assert!(
        ran.out.contains("`casegraph term list histology`"),
        "{}",
        ran.out
    );
}
