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

/// The names of what stands beside the study.
fn beside(tiny: &Tiny) -> Vec<String> {
    let entries = fs::read_dir(tiny.dir()).expect("a folder");
    entries
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into()
        })
        .collect()
}

#[test]
fn one_byte_in_any_file_is_found_before_anything_is_answered() {
    let tiny = Tiny::new();
    tiny.run(&["release", "good"]).ok();
    let good = tiny.dir().join("good");
    let said = tiny.run(&["release", "verify", "good"]).ok();
    assert_eq!(said, "good is as it was written.\n");
    let whole = files(&good);
    let ask = ["--release", "good", "query", "ASK { ?case a cg:Case }"];
    for (name, bytes) in &whole {
        let path = good.join(name);
        for at in [0, bytes.len() / 2, bytes.len() - 1] {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            fs::write(&path, changed).expect("written");
            let said = tiny.run(&["release", "verify", "good"]);
            assert_eq!(said.status, 1, "{name} at {at}: {}", said.out);
            if name != "SHA256SUMS" {
                let line = format!("{name}: other bytes than SHA256SUMS says\n");
                assert!(said.out.starts_with(&line), "{}", said.out);
            }
        }
        let said = tiny.run(&ask).fails(2);
        assert!(said.contains("is not as it was written"), "{name}: {said}");
        fs::remove_file(&path).expect("removed");
        let said = tiny.run(&["release", "verify", "good"]);
        assert_eq!(said.status, 1, "{name}: {}", said.out);
        fs::write(&path, bytes).expect("written");
    }
    for name in ["more.txt", "results/more.json", ".hidden"] {
        fs::write(good.join(name), "").expect("written");
        let said = tiny.run(&["release", "verify", "good"]);
        let line = format!("{name}: not in SHA256SUMS, or no regular file\n");
        assert_eq!((said.status, said.out.starts_with(&line)), (1, true));
        tiny.run(&ask).fails(2);
        tiny.run(&["diff", "good", "good"]).fails(2);
        tiny.run(&["--frozen", "--location", "good", "info"])
            .fails(2);
        let serve = ["--release", "good", "serve", "--bind", "127.0.0.1:0"];
        let said = tiny.run(&serve).fails(2);
        assert!(said.contains(name), "{said}");
        fs::remove_file(good.join(name)).expect("removed");
    }
    tiny.run(&ask).ok();
}

/// With new sums, too: each file says what the others say.
#[test]
fn files_that_say_different_things_are_found() {
    let tiny = Tiny::new();
    tiny.run(&["release", "one"]).ok();
    let one = tiny.dir().join("one");
    let whole = files(&one);
    let edits = [
        (
            "results/response/overall.json",
            "10 cases",
            "11 cases",
            "not made from this snapshot",
        ),
        (
            "statements.nq",
            "Case",
            "Cave",
            "other statements than the snapshot has",
        ),
        (
            "inputs.sha256",
            "  study/cases.csv",
            "  study/other.csv",
            "other inputs than",
        ),
        (
            "manifest.json",
            "\"quads\": ",
            "\"quads\": 1",
            "statements, and the snapshot has",
        ),
    ];
    for (name, from, to, told) in edits {
        let old = String::from_utf8(whole[name].clone()).expect("text");
        assert!(old.contains(from), "{name}: {old}");
        let new = old.replacen(from, to, 1);
        fs::write(one.join(name), &new).expect("written");
        let sum = |text: &str| casegraph::ingest::sha256(text.as_bytes());
        let sums = String::from_utf8(whole["SHA256SUMS"].clone()).expect("text");
        let sums = sums.replace(&sum(&old), &sum(&new));
        fs::write(one.join("SHA256SUMS"), &sums).expect("written");
        let said = tiny.run(&["release", "verify", "one"]);
        assert_eq!(said.status, 1, "{name}");
        assert!(said.out.contains(told), "{name}: {}", said.out);
        fs::write(one.join(name), old).expect("written");
    }
    fs::write(one.join("SHA256SUMS"), &whole["SHA256SUMS"]).expect("written");
    tiny.run(&["release", "verify", "one"]).ok();
}

#[test]
fn a_manifest_that_somebody_made_never_breaks_the_program() {
    let tiny = Tiny::new();
    tiny.run(&["build"]).ok();
    let path = tiny.store().join("manifest.json");
    let text = fs::read_to_string(&path).expect("a manifest");
    let mut manifest: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let whole = manifest.clone();
    for (name, value) in [
        ("inputs_sha256", format!("a{}", "é".repeat(20))),
        ("inputs_sha256", String::new()),
        ("store", "../store-1".to_owned()),
        ("store", "/etc/passwd".to_owned()),
        ("store", "store-01".to_owned()),
        ("study", "a>b".to_owned()),
        ("study", String::new()),
        ("quads", "many".to_owned()),
    ] {
        manifest[name] = value.clone().into();
        fs::write(&path, manifest.to_string()).expect("written");
        let said = tiny.run(&["--frozen", "run", "response/overall"]).fails(2);
        assert!(
            said.contains("is not a manifest of a store"),
            "{name} {value}: {said}"
        );
        manifest = whole.clone();
    }
    for text in ["", "null", "[]", "{\"format\": \"2\"}", "\u{0}\u{1}"] {
        fs::write(&path, text).expect("written");
        let said = tiny.run(&["--frozen", "info"]).fails(2);
        assert!(
            said.contains("is not a manifest of a store"),
            "{text}: {said}"
        );
    }
    fs::write(&path, [0xff, 0xfe]).expect("written");
    tiny.run(&["--frozen", "info"]).fails(2);
}

#[test]
fn what_a_killed_release_left_is_removed_by_the_next() {
    let tiny = Tiny::new();
    let left = tiny.dir().join(".one.a1B2c3.casegraph-unfinished");
    let mine = tiny.dir().join(".release-notes");
    for folder in [&left, &mine] {
        fs::create_dir(folder).expect("a folder");
        fs::write(folder.join("manifest.json"), "{").expect("written");
    }
    tiny.run(&["release", "one"]).ok();
    assert!(!left.exists() && mine.exists());
    // One that fails leaves nothing.
    let before = beside(&tiny);
    tiny.edit("cases.csv", "stated,34,", "stated,35,");
    let said = tiny.run(&["--frozen", "release", "two"]).fails(2);
    assert!(said.contains("was not made from these sheets"), "{said}");
    assert_eq!(beside(&tiny), before);
}

#[cfg(unix)]
#[test]
fn a_release_can_be_read_by_whom_the_mask_allows() {
    use std::os::unix::fs::PermissionsExt;
    let tiny = Tiny::new();
    let script = "umask 027 && exec \"$0\" \"$@\"";
    let mut command = assert_cmd::Command::new("sh");
    command
        .args([
            "-c",
            script,
            env!("CARGO_BIN_EXE_casegraph"),
            "release",
            "one",
        ])
        .current_dir(tiny.dir())
        .env("CASEGRAPH_PROJECT", tiny.home())
        .env("CASEGRAPH_LOCATION", tiny.store());
    crate::support::Ran::of(&mut command).ok();
    let mode = |path: &Path| fs::metadata(path).expect("it").permissions().mode() & 0o777;
    let one = tiny.dir().join("one");
    assert_eq!(mode(&one), 0o750);
    for name in files(&one).keys() {
        assert_eq!(mode(&one.join(name)), 0o640, "{name}");
    }
    assert_eq!(mode(&tiny.store().join("manifest.json")), 0o640);
}
