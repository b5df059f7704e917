//! The first commands: build, check, info, init, completions, help.

use std::fs;

use super::{snapshot, snapshots};
use crate::support::{Ran, Tiny, commands, files, program, read};

#[test]
fn build_and_check() {
    let tiny = Tiny::new();
    for (name, arguments) in [
        ("build", &["build"][..]),
        ("build-quiet", &["build", "--quiet"]),
        ("check", &["check"]),
        ("check-details", &["check", "--details"]),
        ("info", &["info"]),
        ("info-graphs", &["info", "--graphs"]),
    ] {
        snapshot(name, tiny.dir(), arguments, &tiny.run(arguments));
    }
}

#[test]
fn check_and_build_of_wrong_sheets() {
    let tiny = Tiny::new();
    tiny.edit("cases.csv", "leiomyosarcoma", "leiomyosarkoma");
    tiny.edit("cases.csv", "stated,34,", "stated,340,");
    tiny.edit(
        "treatments.csv",
        "case-6,1,invented-4",
        "case-6,1,invented-44",
    );
    for (name, arguments) in [("check-errors", ["check"]), ("build-errors", ["build"])] {
        snapshot(name, tiny.dir(), &arguments, &tiny.run(&arguments));
    }
    assert!(!tiny.store().exists());
}

/// Status 1 when a rule of level ERROR is violated although the sheets are in order.
#[test]
fn check_finds_a_violated_rule() {
    let tiny = Tiny::new();
    tiny.edit("series.csv", ",6,9,", ",9,6,");
    let ran = tiny.run(&["check"]);
    assert_eq!(ran.status, 1, "{}", ran.out);
    assert!(ran.out.contains("numerator-over-denominator") && ran.out.contains("Sheets: 0 errors"));
}

#[test]
fn init_makes_a_project_that_works() {
    let dir = tempfile::tempdir().expect("a folder");
    let run = |arguments: &[&str]| Ran::of(program(dir.path()).args(arguments));
    let arguments = ["init", "my-study"];
    snapshot("init", dir.path(), &arguments, &run(&arguments));
    for folder in ["data/my-study", "ontology", "queries/checks"] {
        assert!(
            dir.path().join("my-study").join(folder).is_dir(),
            "{folder}"
        );
    }
    let check = run(&["check", "-p", "my-study"]);
    assert_eq!(check.status, 0, "{}\n{}", check.out, check.err);
    assert!(
        check.out.contains("Sheets: 0 errors, 0 warnings"),
        "{}",
        check.out
    );
    let report = run(&["report", "-p", "my-study", "-o", "report.html"]).ok();
    assert!(report.contains("response/overall"), "{report}");
    assert!(!report.contains("could not be run"), "{report}");
    let html = fs::read_to_string(dir.path().join("report.html")).expect("a report");
    assert!(html.contains("</html>"));
    let case = run(&["case", "example-1", "-p", "my-study"]).ok();
    assert!(case.contains("example-2020"), "{case}");
    // A folder that holds something is left alone.
    let again = ["init", "my-study"];
    snapshot("init-again", dir.path(), &again, &run(&again));
}

#[test]
fn init_copies_a_study_that_the_program_carries() {
    let dir = tempfile::tempdir().expect("a folder");
    let run = |arguments: &[&str]| Ran::of(program(dir.path()).args(arguments));
    let arguments = ["init", "--from", "alk-sarcoma", "mine"];
    snapshot("init-from", dir.path(), &arguments, &run(&arguments));
    for file in files("data/alk-sarcoma", "") {
        let copied = fs::read_to_string(dir.path().join("mine").join(&file));
        assert_eq!(copied.ok(), Some(read(&file)), "{file}");
    }
    let ignored = fs::read_to_string(dir.path().join("mine/.gitignore")).expect("a file");
    assert!(ignored.contains("casegraph-report"), "{ignored}");
    // The copy is the same study: same IRIs, same answers.
    let question = ["query", "SELECT * { ?case a cg:Case } ORDER BY ?case"];
    let of_copy = run(&[&question[..], &["-p", "mine"]].concat()).ok();
    assert_eq!(of_copy, run(&question).ok());
    let stores = fs::read_dir(dir.path().join(".local/state/casegraph")).expect("stores");
    let mut names: Vec<String> = stores
        .map(|store| store.expect("one").file_name().to_string_lossy().into())
        .collect();
    names.sort();
    assert_eq!(names.len(), 2, "its store is its own: {names:?}");
    assert_eq!(names[0], "alk-sarcoma");
    assert!(names[1].starts_with("alk-sarcoma-"));
    assert!(!dir.path().join("mine/.casegraph").exists());

    for (name, arguments) in [
        (
            "init-from-unknown",
            ["init", "--from", "alk-sarkoma", "other"],
        ),
        ("init-from-again", ["init", "--from", "alk-sarcoma", "mine"]),
    ] {
        snapshot(name, dir.path(), &arguments, &run(&arguments));
    }
    assert!(!dir.path().join("other").exists(), "nothing is half made");
}

/// What a shell is given for the last of these words.
fn completed(tiny: &Tiny, words: &[&str]) -> Vec<String> {
    let mut command = tiny.command(&[&["--", "casegraph"], words].concat());
    let out = Ran::of(command.env("CASEGRAPH_COMPLETE", "fish")).ok();
    let words = out.lines().filter_map(|line| line.split('\t').next());
    words.map(str::to_owned).collect()
}

#[test]
fn completions_ask_the_program_for_commands_analyses_cases_and_words() {
    let tiny = Tiny::new();
    let commands = commands();
    assert!(commands.len() > 20, "{commands:?}");
    let found = completed(&tiny, &[""]);
    for command in &commands {
        assert!(found.contains(command), "{command}: {found:?}");
    }
    for (words, some) in [
        (&["run", "response/by-p"][..], &["response/by-partner"][..]),
        (&["show", "survival/o"], &["survival/overall"]),
        (&["case", "case-1"], &["case-1", "case-10"]),
        (&["similar", "--histology", "leiomyo"], &["leiomyosarcoma"]),
        (&["resolve", "crizo"], &["crizotinib"]),
        (
            &["run", "response/by-partner", "--set", "drug=drug:criz"],
            &["drug=drug:crizotinib"],
        ),
        (
            &["run", "response/by-partner", "--set", "cohort=cohort:n"],
            &["cohort=cohort:north"],
        ),
    ] {
        let found = completed(&tiny, words);
        for one in some {
            assert!(found.iter().any(|word| word == one), "{words:?}: {found:?}");
        }
    }
    assert!(!tiny.store().exists(), "nothing is built for it");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let out = tiny.run(&["completions", shell]).ok();
        assert!(out.contains("CASEGRAPH_COMPLETE"), "{shell}: {out}");
    }
    let err = tiny.run(&["completions", "dos"]).fails(2);
    assert!(err.contains("bash"), "{err}");
}

#[test]
fn each_command_has_a_manual_page() {
    let tiny = Tiny::new();
    tiny.run(&["man", "pages"]).ok();
    let folder = tiny.dir().join("pages");
    for command in commands() {
        let page = fs::read_to_string(folder.join(format!("casegraph-{command}.1")));
        let page = page.unwrap_or_else(|error| panic!("{command}: {error}"));
        assert!(page.contains(".TH"), "{command}: {page}");
    }
    assert!(folder.join("casegraph-claims-check.1").exists());
    let run = fs::read_to_string(folder.join("casegraph-run.1")).expect("a page");
    assert!(run.contains("casegraph run response/by\\-partner"), "{run}");
    tiny.run(&["man", "pages"]).fails(2);
}

#[test]
fn wrong_usage() {
    snapshots(&[
        ("no-arguments", &[]),
        ("unknown-command", &["qurey"]),
        ("unknown-flag", &["query", "--formt", "csv"]),
        ("version", &["--version"]),
        ("project-that-is-none", &["info", "-p", "nowhere"]),
    ]);
}

#[test]
fn every_command_has_help_with_examples() {
    let tiny = Tiny::new();
    let help = tiny.run(&["--help"]).ok();
    assert!(help.contains("Examples:") && help.contains("Exit status: 0 done;"));
    for name in commands() {
        let name = name.as_str();
        let own = tiny.run(&[name, "--help"]).ok();
        assert!(own.contains("Example"), "{name}: {own}");
        assert!(own.contains("Usage: casegraph"), "{name}");
        let short = tiny.run(&[name, "-h"]).ok();
        assert!(short.len() <= own.len());
    }
}
