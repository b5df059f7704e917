//! A build is all or nothing, and two builds of the same sheets are the same.

use std::collections::BTreeSet;
use std::fs;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use casegraph::graph::snapshot::MEMORY;
use casegraph::graph::{Location, LocationError};
use casegraph::ingest;
use casegraph::project::Project;

use crate::support::{Ran, Tiny, program, root};

fn quads(location: &Location) -> Vec<String> {
    let (graph, manifest) = location.open().expect("a store");
    let mut quads: Vec<String> = graph
        .quads()
        .expect("quads")
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(quads.len() as u64, manifest.quads);
    quads.sort();
    quads
}

const COUNT: [&str; 5] = [
    "query",
    "--frozen",
    "--format",
    "csv",
    "SELECT (COUNT(?case) AS ?n) WHERE { ?case a cg:Case }",
];

#[test]
fn two_builds_give_the_same_quads_and_loading_twice_adds_nothing() {
    let dir = tempfile::tempdir().expect("a folder");
    for study in ["tests/fixtures/tiny", "data/alk-sarcoma"] {
        let project = Project::find(Some(&root().join(study)), None).expect("a study");
        let location = Location::new(dir.path().join(study));
        let first = ingest::build(&project, &location, MEMORY, |_| {})
            .expect("a build")
            .manifest;
        let before = quads(&location);
        let again = ingest::build(&project, &location, MEMORY, |_| {})
            .expect("a build")
            .manifest;
        assert_eq!((first.quads, first.cases), (again.quads, again.cases));
        assert_eq!(first.inputs_sha256, again.inputs_sha256);
        assert_eq!(before, quads(&location), "{study}");
        let distinct: BTreeSet<&String> = before.iter().collect();
        assert_eq!(distinct.len(), before.len());
        assert!(
            !before.iter().any(|quad| quad.contains("_:")),
            "a blank node changes its name"
        );
    }
}

/// The old store answers whenever the build of a new one is killed, and the next build succeeds.
#[cfg(unix)]
#[test]
fn a_killed_build_leaves_the_old_store_answering() {
    let tiny = Tiny::new();
    tiny.run(&["build"]).ok();
    let before = tiny.run(&COUNT).ok();
    assert_eq!(before, "n\r\n10\r\n");
    let text = fs::read_to_string(tiny.sheet("cases.csv")).expect("a sheet");
    let mut killed = 0;
    for turn in 0..8_u64 {
        fs::write(
            tiny.sheet("cases.csv"),
            format!("{text}extra-{turn},invented-7,abstract,stated,,,,,,,,,,,\n"),
        )
        .expect("written");
        let mut child = Command::new(env!("CARGO_BIN_EXE_casegraph"))
            .args(["build", "-p"])
            .arg(tiny.home())
            .arg("-l")
            .arg(tiny.store())
            .env("HOME", tiny.dir())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("a build");
        // From before the first sheet is read to just before the store is published.
        sleep(Duration::from_millis(5 + turn * 23 % 120));
        child.kill().expect("killed");
        let done = child.wait().expect("ended").success();
        killed += usize::from(!done);
        let answer = tiny.run(&COUNT).ok();
        if done {
            assert!(answer == "n\r\n11\r\n", "{answer}");
            fs::write(tiny.sheet("cases.csv"), &text).expect("written");
            tiny.run(&["build"]).ok();
        } else {
            // Killed between publishing and its end, a build has given the new store.
            assert!(answer == before || answer == "n\r\n11\r\n", "{answer}");
        }
    }
    assert!(killed >= 3, "only {killed} of 8 builds were killed in time");
    fs::write(tiny.sheet("cases.csv"), &text).expect("written");
    tiny.run(&["build"]).ok();
    assert_eq!(tiny.run(&COUNT).ok(), before);
    let stores = fs::read_dir(tiny.store())
        .expect("the location")
        .filter(|entry| entry.as_ref().is_ok_and(|entry| entry.path().is_dir()))
        .count();
    // The current one, and the one before for those who still read it.
    assert!(
        stores <= 2,
        "{stores} stores: what killed builds left is not cleared"
    );
}

#[test]
fn a_stale_store_is_rebuilt_and_says_so() {
    let tiny = Tiny::new();
    let first = tiny.run(&["query", "ASK { ?case a cg:Case }"]);
    assert!(
        first.err.contains("No store yet: building."),
        "{}",
        first.err
    );
    let second = tiny.run(&["query", "ASK { ?case a cg:Case }"]);
    assert!(!second.err.contains("building"), "{}", second.err);
    tiny.edit("cases.csv", "stated,34,", "stated,35,");
    let age = "ASK { ?case cg:caseKey \"case-1\" ; cg:ageYears ?age FILTER(?age = 35) }";
    let frozen = tiny.run(&["query", "--frozen", age]);
    assert_eq!(frozen.out, "no\n");
    let fresh = tiny.run(&["query", age]);
    assert_eq!(fresh.out, "yes\n");
    assert!(
        fresh
            .err
            .contains("changed since the store was built: rebuilding"),
        "{}",
        fresh.err
    );
    let quiet = tiny.run(&["query", "--quiet", age]);
    assert_eq!((quiet.out.as_str(), quiet.err.as_str()), ("yes\n", ""));
}

/// The store says of which bytes it was made: a sheet that changes after it was read makes it stale, one that changes
/// before does not.
#[test]
fn a_sheet_that_changes_during_a_build_makes_the_store_stale() {
    use casegraph::ingest::Progress;
    let step = |at: Progress| match at {
        Progress::Ontology => "ontology",
        Progress::Sheets => "sheets",
        Progress::Cases { done: 0, .. } => "cases",
        Progress::Cases { .. } => "more cases",
        Progress::Publishing => "publishing",
    };
    for (at_step, stale) in [
        ("ontology", false),
        ("sheets", false),
        ("cases", true),
        ("publishing", true),
    ] {
        let tiny = Tiny::new();
        let project = Project::find(Some(&tiny.home()), None).expect("a study");
        let manifest = ingest::build(&project, &Location::new(tiny.store()), MEMORY, |at| {
            if step(at) == at_step {
                tiny.edit("cases.csv", "stated,34,", "stated,35,");
            }
        });
        let manifest = manifest.expect("a build").manifest;
        let now = ingest::fingerprint(&project).expect("the sheets");
        assert_eq!(manifest.inputs_sha256 != now, stale, "{at_step}");
        let age = "ASK { ?case cg:caseKey \"case-1\" ; cg:ageYears ?age FILTER(?age = 35) }";
        let fresh = tiny.run(&["query", age]);
        assert_eq!(fresh.out, "yes\n", "{at_step}: {}", fresh.err);
    }
    // Changed while it was read, and changed back.
    let tiny = Tiny::new();
    let project = Project::find(Some(&tiny.home()), None).expect("a study");
    let built = ingest::build(&project, &Location::new(tiny.store()), MEMORY, |at| {
        if at == Progress::Sheets {
            tiny.edit("cases.csv", "stated,34,", "stated,35,");
        } else if step(at) == "cases" {
            tiny.edit("cases.csv", "stated,35,", "stated,34,");
        }
    });
    let now = ingest::fingerprint(&project).expect("the sheets");
    assert_ne!(built.expect("a build").manifest.inputs_sha256, now);
}

#[test]
fn a_second_build_at_once_is_refused() {
    let tiny = Tiny::new();
    let location = Location::new(tiny.store());
    let build = location.begin(MEMORY).expect("the lock");
    assert!(matches!(
        location.begin(MEMORY),
        Err(LocationError::Busy(_))
    ));
    let err = tiny.run(&["build"]).fails(2);
    assert!(
        err.contains("another build is writing to") && err.contains("wait until it ends"),
        "{err}"
    );
    drop(build);
    tiny.run(&["build"]).ok();
}

#[test]
fn readers_go_on_while_a_build_replaces_the_store() {
    let tiny = Tiny::new();
    tiny.run(&["build"]).ok();
    let (graph, _) = Location::new(tiny.store()).open().expect("a store");
    let before = graph.len().expect("a count");
    tiny.edit("cases.csv", "stated,34,", "stated,35,");
    tiny.run(&["build"]).ok();
    assert_eq!(graph.len().expect("a count"), before);
    assert_eq!(graph.quads().expect("quads").len() as u64, before);
}

#[test]
fn a_damaged_location_says_what_to_do() {
    let tiny = Tiny::new();
    tiny.run(&["build"]).ok();
    let manifest = tiny.store().join("manifest.json");
    fs::write(&manifest, "{").expect("written");
    let err = tiny.run(&COUNT).fails(2);
    assert!(
        err.contains("is not a manifest of a store") && err.contains("delete the folder"),
        "{err}"
    );
    fs::remove_file(&manifest).expect("removed");
    tiny.run(&["query", "ASK { ?case a cg:Case }"]).ok();
}

#[test]
fn a_project_that_is_none_says_what_to_do() {
    let dir = tempfile::tempdir().expect("a folder");
    let ask = |arguments: &[&str]| Ran::of(program(dir.path()).args(arguments));
    let err = ask(&["build", "nowhere"]).fails(2);
    assert!(err.contains("nowhere is not a folder"), "{err}");
    let err = ask(&["build", "."]).fails(2);
    assert!(
        err.contains("holds no study") && err.contains("casegraph init"),
        "{err}"
    );
    fs::write(dir.path().join("file"), "").expect("written");
    let err = ask(&["build", "-l", "file/store"]).fails(2);
    assert!(err.contains("cannot create file/store"), "{err}");
    let err = ask(&["info", "--study", "nobody"]).fails(2);
    assert!(err.contains("holds no study \"nobody\""), "{err}");
}
