//! Every command that shows something does so in every format that there is.

use casegraph::report::{FORMATS, Holds};

use super::snapshots;
use crate::support::Tiny;

/// The commands; some end with 1, because there is something to find.
const COMMANDS: &[&[&str]] = &[
    &["list"],
    &["show", "survival/overall"],
    &["run", "response/by-partner"],
    &["run", "survival/overall", "--rows"],
    &["run", "cohort/cases"],
    &["run", "response/overall", "--ledger"],
    &["query", "SELECT ?case ?age { ?case cg:ageYears ?age }"],
    &["case", "case-1"],
    &["case", "case-8"],
    &["conflicts", "--all"],
    &["duplicates", "--min=-2"],
    &["duplicates", "--model"],
    &["similar", "--histology", "IMT", "--drug", "crizotinib"],
    &["publications"],
    &["claims", "check", "--all"],
    &["check", "--details"],
    &["info", "--graphs"],
    &["letter"],
    &["letter", "invented-2"],
    &["diff", "store", "store"],
    &["resolve", "ALK", "Xalkori", "nobody"],
    &["stats", "proportion", "--successes", "26", "--cases", "30"],
    &["stats", "adjust", "--p", "0.01,0.04,0.2"],
];

/// Reads delimited text; panics unless all rows are equally wide.
fn is_rectangular(text: &str, delimiter: u8) {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    for row in reader.records() {
        row.expect("a row as wide as the headings");
    }
}

#[test]
fn every_command_answers_in_every_format() {
    let tiny = Tiny::new();
    tiny.run(&["build"]).ok();
    let words = FORMATS.iter().filter(|format| format.holds == Holds::Words);
    for format in words {
        for command in COMMANDS {
            let all = [*command, &["--format", format.name]].concat();
            let ran = tiny.run(&all);
            assert!(ran.status <= 1, "{all:?}: {}", ran.err);
            assert!(!ran.out.trim().is_empty(), "{all:?} says nothing");
            match format.name {
                "json" => {
                    let value: serde_json::Value =
                        serde_json::from_str(&ran.out).unwrap_or_else(|e| panic!("{all:?}: {e}"));
                    assert!(!value.is_null(), "{all:?}");
                }
                "csv" => {
                    is_rectangular(&ran.out, b',');
                }
                // The results of SPARQL are quoted as its recommendation has it.
                "tsv" if command[0] != "query" => {
                    is_rectangular(&ran.out, b'\t');
                }
                "html" => {
                    assert!(ran.out.starts_with("<!DOCTYPE html>"), "{all:?}");
                    assert!(ran.out.trim_end().ends_with("</html>"), "{all:?}");
                    assert!(!ran.out.contains("<script"), "{all:?}");
                }
                _ => {}
            }
        }
    }
}

#[test]
fn names_endings_and_media_types_are_told_apart() {
    for (at, format) in FORMATS.iter().enumerate() {
        for other in &FORMATS[at + 1..] {
            assert_ne!(format.name, other.name);
            assert_ne!(format.ending, other.ending);
            assert_ne!(format.media_type(), other.media_type());
            assert!(!other.aliases.contains(&format.name));
        }
        assert!(format.media_type().contains('/'), "{}", format.name);
    }
}

/// A list has no figure, and of what has none no picture is made.
#[test]
fn what_cannot_be_said_in_a_format_is_refused() {
    let tiny = Tiny::new();
    let refused = tiny.run(&["list", "--format", "svg"]).fails(2);
    tiny.run(&["run", "response/overall", "--format", "ris"])
        .fails(2);
    assert!(refused.contains("table, csv, tsv, json"), "{refused}");
    let refused = tiny
        .run(&["run", "response/overall", "--ledger", "--format", "png"])
        .fails(2);
    assert!(
        refused.contains("--ledger is written as table"),
        "{refused}"
    );
    let refused = tiny
        .run(&["run", "response/overall", "--format", "ttl"])
        .fails(2);
    assert!(refused.contains("add --ledger"), "{refused}");
}

#[test]
fn answers_for_programs_have_names_and_denominators() {
    snapshots(&[
        ("json-case", &["case", "case-8", "--format", "json"]),
        ("json-conflicts", &["conflicts", "--format", "json"]),
        ("json-letter", &["letter", "invented-2", "--format", "json"]),
        (
            "json-show",
            &["show", "survival/overall", "--format", "json"],
        ),
        ("csv-conflicts", &["conflicts", "--all", "--format", "csv"]),
        ("csv-case", &["case", "case-8", "--format", "csv"]),
        ("md-conflicts", &["conflicts", "--format", "md"]),
        ("md-case", &["case", "case-8", "--format", "md"]),
        (
            "publications-bibtex",
            &["publications", "--role", "included", "--format", "bibtex"],
        ),
        (
            "publications-ris",
            &["publications", "--role", "excluded", "--format", "ris"],
        ),
        (
            "publications-csl-json",
            &["publications", "--role", "included", "--format", "csl-json"],
        ),
    ]);
}

#[test]
fn an_answer_goes_to_a_file() {
    let tiny = Tiny::new();
    let said = tiny.run(&["conflicts", "--format", "csv"]).ok();
    let ran = tiny.run(&["conflicts", "--format", "csv", "-o", "conflicts.csv"]);
    assert_eq!(ran.ok(), "");
    let written = std::fs::read_to_string(tiny.dir().join("conflicts.csv")).expect("a file");
    assert_eq!(written, said);
}
