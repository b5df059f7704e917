//! Stores and the files of the user: nothing of his is removed or written over, whatever a folder holds, and nothing is
//! lost without a word.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::{Tiny, copy};

const AGES: [&str; 4] = [
    "query",
    "--format",
    "csv",
    "SELECT ?age { ?case cg:caseKey \"case-1\" ; cg:ageYears ?age }",
];

/// All files of a folder and those below, by path.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(at) = folders.pop() {
        for entry in fs::read_dir(at).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let bytes = fs::read(&path).expect("a file");
                found.insert(path.to_string_lossy().into_owned(), bytes);
            }
        }
    }
    found
}

#[test]
fn a_folder_of_the_user_keeps_what_is_his() {
    let tiny = Tiny::new();
    let store = tiny.store();
    for (name, text) in [
        ("store-notes.csv", "mine"),
        ("store-list.snapshot", "mine"),
        ("store-7.snapshot", "mine"),
        ("store-08.snapshot", "CASEGSNP, says mine"),
        ("store-9/photos/a.jpg", "mine"),
        ("manifest-2024.pdf", "mine"),
        ("manifest-abc123", "mine"),
        ("build.lock", "mine"),
        ("release.txt", "mine"),
    ] {
        let path = store.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("written");
    }
    let mine = files(&store);
    for _ in 0..3 {
        tiny.run(&["build"]).ok();
    }
    let now = files(&store);
    for (name, text) in &mine {
        assert_eq!(now.get(name), Some(text), "{name}");
    }
    // The manifest, the current store, the one before, and the one that it is compared with.
    assert!(now.len() <= mine.len() + 4, "{:?}", now.keys());
    assert_eq!(tiny.run(&AGES).ok(), "age\r\n34\r\n");
}

#[test]
fn what_a_killed_build_left_is_removed() {
    let tiny = Tiny::new();
    tiny.run(&["build"]).ok();
    let half = tiny.store().join("store-5.snapshot");
    fs::write(&half, b"CASEGSNP\0\0\0\0").expect("written");
    let empty = tiny.store().join("store-6.snapshot");
    fs::write(&empty, b"").expect("written");
    let manifest = tiny
        .store()
        .join(".manifest.json.a1B2c3.casegraph-unfinished");
    fs::write(&manifest, b"{").expect("written");
    tiny.run(&["build"]).ok();
    assert!(!half.exists() && !empty.exists() && !manifest.exists());
}

#[test]
fn a_store_that_cannot_be_read_is_replaced_only_if_asked() {
    let tiny = Tiny::new();
    fs::write(tiny.dir().join("go.obo"), OBO).expect("written");
    tiny.run(&["link", "--whole", "go.obo"]).ok();
    let manifest = tiny.store().join("manifest.json");
    let text = fs::read_to_string(&manifest).expect("a manifest");
    let terms = "SELECT (COUNT(*) AS ?n) { GRAPH <https://w3id.org/casegraph/external/go> { ?t a cg:ExternalTerm } }";
    let terms = ["query", "--format", "csv", terms];
    let before = tiny.run(&terms).ok();
    let newer = text.replace("\"format\": 2", "\"format\": 3");
    let older = text.replace("\"format\": 2", "\"format\": 1");
    for (other, told) in [
        (newer.as_str(), "with layout 3, which this version"),
        (older.as_str(), "with layout 1, which this version"),
        ("{", "is not a manifest of a store"),
    ] {
        fs::write(&manifest, other).expect("written");
        let stood = files(&tiny.store());
        for command in [
            &AGES[..],
            &["info"],
            &["check"],
            &["build"],
            &["link", "go.obo"],
        ] {
            let said = tiny.run(command).fails(2);
            assert!(said.contains(told), "{command:?}: {said}");
            assert!(said.contains("casegraph build --anew"), "{said}");
        }
        assert_eq!(files(&tiny.store()), stood);
        assert!(!tiny.sheet("imports").exists(), "no slice is written");
        fs::write(&manifest, &text).expect("written");
        assert_eq!(tiny.run(&terms).ok(), before);
    }
    // So is one whose snapshot is gone or damaged, for what is not in the sheets was in it alone.
    let snapshot = fs::read_dir(tiny.store()).expect("the store");
    let snapshot = snapshot
        .map(|entry| entry.expect("an entry").path())
        .find(|path| path.ends_with("store-2.snapshot"));
    let snapshot = snapshot.expect("a snapshot");
    let whole = fs::read(&snapshot).expect("a snapshot");
    fs::remove_file(&snapshot).expect("removed");
    let said = tiny.run(&AGES).fails(2);
    assert!(
        said.contains("is gone or damaged, which had sources linked whole (go)"),
        "{said}"
    );
    tiny.run(&["build"]).fails(2);
    let mut damaged = whole.clone();
    damaged[8000..].fill(0xAA);
    fs::write(&snapshot, damaged).expect("written");
    let said = tiny.run(&["build"]).fails(2);
    assert!(said.contains("casegraph build --anew"), "{said}");
    fs::write(&snapshot, &whole).expect("written");
    assert_eq!(tiny.run(&terms).ok(), before);
    // Another study does not take its place, either.
    copy(&tiny.home(), &tiny.dir().join("other"));
    let said = tiny.run(&["build", "other"]).fails(2);
    assert!(
        said.contains("sources linked whole (go), which a build"),
        "{said}"
    );
    let said = tiny.run(&["build", "--anew"]);
    assert_eq!(said.status, 0);
    assert!(
        said.err
            .contains("had sources linked whole (go), which this one has not"),
        "{}",
        said.err
    );
    assert_eq!(tiny.run(&terms).ok(), "n\r\n0\r\n");
}

const OBO: &str =
    "format-version: 1.2\nontology: go\n\n[Term]\nid: GO:0005575\nname: cellular_component\n";

#[test]
fn a_release_is_never_written_into_however_it_is_named() {
    let tiny = Tiny::new();
    tiny.run(&["release", "one"]).ok();
    tiny.edit("cases.csv", "stated,34,", "stated,35,");
    fs::write(tiny.dir().join("go.obo"), OBO).expect("written");
    let before = files(&tiny.dir().join("one"));
    for command in [
        &["--location", "one", "info"][..],
        &["--location", "one", "build"],
        &["--location", "one", "build", "--anew"],
        &["--location", "one/results/x", "build"],
        &["--location", "one/../one", "link", "--whole", "go.obo"],
        &["report", "--output", "one/report.html"],
        &["report", "--cite", "one/README.md"],
        &[
            "run",
            "response/overall",
            "--output",
            "one/results/response/overall.json",
        ],
        &["release", "one/two"],
        &["init", "one/two"],
        &["generate", "--cases", "3", "--output", "one/two"],
    ] {
        let said = tiny.run(command).fails(2);
        assert!(
            said.contains("a release is never changed"),
            "{command:?}: {said}"
        );
        let mut by_variable = tiny.command(&["build"]);
        by_variable.env("CASEGRAPH_LOCATION", tiny.dir().join("one"));
        crate::support::Ran::of(&mut by_variable).fails(2);
        assert_eq!(files(&tiny.dir().join("one")), before, "{command:?}");
    }
}

#[cfg(unix)]
#[test]
fn no_link_of_a_study_leads_a_write_elsewhere() {
    use std::os::unix::fs::symlink;
    let tiny = Tiny::new();
    let mine = tiny.dir().join("mine");
    fs::create_dir(&mine).expect("a folder");
    for name in ["notes", "store-1.snapshot", "manifest-a"] {
        fs::write(mine.join(name), "CASEGSNP mine").expect("written");
    }
    fs::write(tiny.dir().join("go.obo"), OBO).expect("written");
    let before = files(&mine);
    let refused = |command: &[&str], told: &str| {
        let said = tiny.run(command).fails(2);
        assert!(said.contains(told), "{command:?}: {said}");
        assert_eq!(files(&mine), before, "{command:?}");
    };
    // The location, its lock, its manifest.
    symlink(&mine, tiny.store()).expect("a link");
    refused(&["info"], "is a symbolic link");
    refused(&["build", "--anew"], "is a symbolic link");
    fs::remove_file(tiny.store()).expect("removed");
    for name in ["build.lock", "manifest.json"] {
        fs::create_dir_all(tiny.store()).expect("a folder");
        symlink(mine.join("notes"), tiny.store().join(name)).expect("a link");
        refused(&["info"], "symbolic link");
        fs::remove_dir_all(tiny.store()).expect("removed");
    }
    // Slices, and the folder of slices.
    let imports = tiny.sheet("imports");
    symlink(&mine, &imports).expect("a link");
    refused(&["link", "go.obo"], " link");
    fs::remove_file(&imports).expect("removed");
    fs::create_dir(&imports).expect("a folder");
    symlink(mine.join("notes"), imports.join(".go.ttl.unfinished")).expect("a link");
    tiny.run(&["link", "go.obo"]).ok();
    assert_eq!(files(&mine), before);
    fs::remove_file(imports.join("go.ttl")).expect("removed");
    symlink(mine.join("none"), imports.join("go.ttl")).expect("a link");
    let said = tiny.run(&["link", "go.obo"]).fails(2);
    assert!(said.contains(" link"), "{said}");
    fs::remove_file(imports.join("go.ttl")).expect("removed");
    // What a command writes, in the folder that one is in.
    symlink(mine.join("notes"), tiny.dir().join("casegraph-report.html")).expect("a link");
    refused(&["report", "--only", "cohort"], "symbolic link");
    symlink(mine.join("notes"), tiny.dir().join("figure.svg")).expect("a link");
    let figure = [
        "run",
        "cohort/flow",
        "--format",
        "json",
        "--output",
        "figure.svg",
    ];
    refused(&figure, "symbolic link");
    symlink(&mine, tiny.dir().join("made")).expect("a link");
    refused(&["init", "made"], "symbolic link");
    assert_eq!(files(&mine), before);
}

/// A pipe or device that the system made for the command is written to all the same.
#[cfg(unix)]
#[test]
fn output_goes_to_what_is_no_file() {
    let tiny = Tiny::new();
    let out = tiny.run(&[
        "run",
        "cohort/flow",
        "--format",
        "csv",
        "--output",
        "/dev/stdout",
    ]);
    assert!(out.out.contains("case"), "{} {}", out.out, out.err);
    let command = [
        "run",
        "cohort/flow",
        "--format",
        "csv",
        "--output",
        "/dev/full",
    ];
    tiny.run(&command).fails(2);
}

#[test]
fn a_store_that_came_with_a_study_is_not_believed() {
    let tiny = Tiny::new();
    let default = |arguments: &[&str]| {
        let mut command = tiny.command(arguments);
        command.env_remove("CASEGRAPH_LOCATION");
        crate::support::Ran::of(&mut command)
    };
    // Of other sheets, with the fingerprint of these.
    let theirs = tiny.home().join(".casegraph/tiny");
    let theirs = theirs.to_string_lossy();
    tiny.edit("cases.csv", "stated,34,", "stated,77,");
    tiny.run(&["--location", &theirs, "build"]).ok();
    tiny.edit("cases.csv", "stated,77,", "stated,34,");
    tiny.run(&["build"]).ok();
    let of = |folder: &Path| -> serde_json::Value {
        let text = fs::read_to_string(folder.join("manifest.json")).expect("a manifest");
        serde_json::from_str(&text).expect("JSON")
    };
    let mut manifest = of(Path::new(&*theirs));
    manifest["inputs_sha256"] = of(&tiny.store())["inputs_sha256"].clone();
    fs::write(
        Path::new(&*theirs).join("manifest.json"),
        manifest.to_string(),
    )
    .expect("written");
    let before = files(&tiny.home());
    let first = default(&AGES);
    assert_eq!(first.out, "age\r\n34\r\n");
    assert!(
        first.err.contains(".casegraph/tiny is not read"),
        "{}",
        first.err
    );
    assert!(!default(&AGES).err.contains("is not read"));
    // To look at a study writes nothing there.
    assert_eq!(files(&tiny.home()), before);
    // Who names it gets it.
    let named = [&["--location", &theirs], &AGES[..]].concat();
    assert_eq!(default(&named).out, "age\r\n77\r\n");
    // The same study is the same store, whether it or its project is named; a copy has its own.
    let info = default(&["info"]).ok();
    copy(&tiny.home(), &tiny.dir().join("copy/tiny"));
    let other = default(&["-p", "copy/tiny", "info"]).ok();
    let store = |info: &str| -> String {
        let line = info.lines().find(|line| line.starts_with("Store:"));
        line.expect("a line").to_owned()
    };
    assert_ne!(store(&info), store(&other));
    let mut homeless = tiny.command(&["info"]);
    homeless
        .env_remove("CASEGRAPH_LOCATION")
        .env("XDG_STATE_HOME", tiny.dir().join("state"));
    let elsewhere = crate::support::Ran::of(&mut homeless).ok();
    assert!(
        store(&elsewhere).contains("/state/casegraph/tiny-"),
        "{elsewhere}"
    );
}

/// Several commands at once, of which one builds and the others wait.
#[test]
fn queries_wait_for_the_build_of_another() {
    let tiny = Tiny::new();
    let all_at_once = || {
        let ask = |_| {
            Command::new(env!("CARGO_BIN_EXE_casegraph"))
                .args(AGES)
                .current_dir(tiny.dir())
                .env("HOME", tiny.dir())
                .env("CASEGRAPH_PROJECT", tiny.home())
                .env("CASEGRAPH_LOCATION", tiny.store())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .expect("started")
        };
        let asked: Vec<_> = (0..6).map(ask).collect();
        asked
            .into_iter()
            .map(|child| {
                let output = child.wait_with_output().expect("ended");
                let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
                let (out, err) = (text(output.stdout), text(output.stderr));
                assert!(output.status.success(), "{err}");
                out
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(all_at_once(), vec!["age\r\n34\r\n"; 6]);
    tiny.edit("cases.csv", "stated,34,", "stated,35,");
    assert_eq!(all_at_once(), vec!["age\r\n35\r\n"; 6]);
}

/// Who waits says so, and answers when the other is done.
#[test]
fn who_waits_for_a_build_says_so() {
    let tiny = Tiny::new();
    let location = casegraph::graph::Location::new(tiny.store());
    let build = location
        .begin(casegraph::graph::snapshot::MEMORY)
        .expect("the lock");
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| tiny.run(&AGES));
        std::thread::sleep(std::time::Duration::from_millis(1500));
        assert!(!waiting.is_finished());
        drop(build);
        let ran = waiting.join().expect("no panic");
        assert!(
            ran.err.contains("waiting for it, 10 minutes at most"),
            "{}",
            ran.err
        );
        assert_eq!(ran.ok(), "age\r\n34\r\n");
    });
}

#[test]
fn what_cannot_be_written_leaves_what_was_there() {
    let tiny = Tiny::new();
    // An init that fails leaves nothing that is in the way of the next.
    fs::write(tiny.dir().join("file"), "mine").expect("written");
    tiny.run(&["init", "file"]).fails(2);
    tiny.run(&["init", "file/study"]).fails(2);
    assert_eq!(fs::read(tiny.dir().join("file")).expect("a file"), b"mine");
    let names = || {
        let entries = fs::read_dir(tiny.dir()).expect("a folder");
        let names = entries.map(|entry| entry.expect("one").file_name());
        names.collect::<std::collections::BTreeSet<_>>()
    };
    let before = names();
    // A report into a folder that is not there.
    tiny.run(&["report", "--only", "cohort", "--output", "none/report.html"])
        .fails(2);
    let mut after = names();
    after.remove(std::ffi::OsStr::new("store"));
    assert_eq!(after, before);
    // An empty folder may be named, also the one that one is in.
    fs::create_dir(tiny.dir().join("empty")).expect("a folder");
    tiny.run(&["init", "empty"]).ok();
    let here = tiny.dir().join("here");
    fs::create_dir(&here).expect("a folder");
    let mut command = tiny.command(&["init", "--from", "alk-sarcoma", "."]);
    command.current_dir(&here);
    crate::support::Ran::of(&mut command).ok();
    assert!(here.join("data/alk-sarcoma/cases.csv").is_file());
    let left = fs::read_dir(&here).expect("a folder").count();
    assert_eq!(left, 4, "data, ontology, queries and .gitignore");
}
