//! Releases: the same bytes from the same input, asked like a store, and never changed.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::support::Tiny;

/// All files of a folder by name.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(folder: &Path, at: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(at).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(folder, &path, found);
            } else {
                let name = path.strip_prefix(folder).expect("within");
                let bytes = fs::read(&path).expect("a file");
                found.insert(name.to_string_lossy().into_owned(), bytes);
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(folder, folder, &mut found);
    found
}

#[test]
fn a_release_is_the_same_bytes_and_answers_by_itself() {
    let tiny = Tiny::new();
    tiny.run(&["release", "first"]).ok();
    fs::remove_dir_all(tiny.store()).expect("no store");
    tiny.run(&["release", "other/first"]).ok();
    let first = files(&tiny.dir().join("first"));
    let again = files(&tiny.dir().join("other/first"));
    let names: Vec<&String> = first.keys().collect();
    assert_eq!(names, again.keys().collect::<Vec<_>>());
    for (name, bytes) in &first {
        assert_eq!(bytes, &again[name], "{name}");
    }
    for name in [
        "README.md",
        "SHA256SUMS",
        "checks.csv",
        "inputs.sha256",
        "licences.csv",
        "manifest.json",
        "release.snapshot",
        "results/response/overall.json",
        "statements.nq",
    ] {
        assert!(first.contains_key(name), "{name} of {names:?}");
    }
    // Each file has its sum, and each line is a statement once.
    let sums = String::from_utf8_lossy(&first["SHA256SUMS"]).into_owned();
    assert_eq!(sums.lines().count(), first.len() - 1);
    let sum = casegraph::ingest::sha256(&first["statements.nq"]);
    assert!(sums.contains(&format!("{sum}  statements.nq")));
    let statements = String::from_utf8_lossy(&first["statements.nq"]).into_owned();
    assert!(statements.lines().is_sorted());
    let result = String::from_utf8_lossy(&first["results/response/overall.json"]).into_owned();
    assert!(result.contains("snapshot sha256"), "{result}");

    // It answers as it is, whatever becomes of the sheets.
    let ages = "SELECT ?age { ?case cg:ageYears ?age } ORDER BY ?age";
    let query = ["--release", "first", "query", "--format", "csv", ages];
    let before = tiny.run(&query).ok();
    tiny.edit(
        "cases.csv",
        "leiomyosarcoma",
        "inflammatory myofibroblastic tumor",
    );
    assert_eq!(tiny.run(&query).ok(), before);
    tiny.run(&["release", "second"]).ok();
    let moved = tiny.run(&["diff", "first", "second"]);
    assert_eq!(moved.status, 1);
    assert!(moved.out.contains("histology"), "{}", moved.out);
    assert_eq!(tiny.run(&["diff", "first", "other/first"]).status, 0);

    // It is never written to.
    let said = tiny.run(&["release", "first"]).fails(2);
    assert!(said.contains("a release is never changed"), "{said}");
    let said = tiny.run(&["--release", "first", "build"]).fails(2);
    assert!(said.contains("a release is never changed"), "{said}");
    assert_eq!(files(&tiny.dir().join("first")), first);
}
