//! Every command that shows something does so in every format that there is.

use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx, open_workbook_from_rs};
use casegraph::report::{FORMATS, Holds, Reader};

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
    for format in words.filter(|format| format.reader != Reader::Bytes) {
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

/// What a command writes that is no text.
fn bytes(tiny: &Tiny, command: &[&str], format: &str) -> Vec<u8> {
    let all = [command, &["--format", format]].concat();
    let output = tiny.command(&all).output().expect("the program starts");
    let status = output.status.code();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(status <= Some(1), "{all:?}: {said}");
    output.stdout
}

/// A part of a package.
fn part(package: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(package)).expect("a package");
    let mut text = String::new();
    let mut file = archive.by_name(name).expect("the part");
    std::io::Read::read_to_string(&mut file, &mut text).expect("text");
    text
}

#[test]
fn every_command_answers_in_every_format_that_is_no_text() {
    let tiny = Tiny::new();
    tiny.run(&["build"]).ok();
    let words = FORMATS.iter().filter(|format| format.holds == Holds::Words);
    for format in words.filter(|format| format.reader == Reader::Bytes) {
        for command in COMMANDS {
            let written = bytes(&tiny, command, format.name);
            // The weights of duplicates differ in their last digits from run to run.
            if command[0] != "duplicates" {
                assert_eq!(written, bytes(&tiny, command, format.name), "{command:?}");
            }
            match format.name {
                "xlsx" => {
                    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(written))
                        .unwrap_or_else(|e| panic!("{command:?}: {e}"));
                    let tabs = book.sheet_names();
                    assert!(tabs.contains(&"about".to_owned()), "{command:?}");
                    for tab in tabs {
                        book.worksheet_range(&tab).expect("cells");
                    }
                }
                "docx" => {
                    for name in [
                        "word/document.xml",
                        "word/styles.xml",
                        "[Content_Types].xml",
                    ] {
                        let text = part(&written, name);
                        let mut xml = quick_xml::Reader::from_str(&text);
                        xml.config_mut().check_end_names = true;
                        while xml.read_event().expect("XML") != quick_xml::events::Event::Eof {}
                    }
                }
                "parquet" => {
                    assert!(written.starts_with(b"PAR1") && written.ends_with(b"PAR1"));
                }
                other => panic!("{other} is not looked at"),
            }
        }
    }
}

/// In a workbook numbers are numbers, events yes or no, and texts that look like times are texts.
#[test]
fn a_workbook_keeps_what_values_are() {
    let tiny = Tiny::new();
    tiny.run(&["build"]).ok();
    let written = bytes(&tiny, &["run", "survival/overall"], "xlsx");
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(written)).expect("a workbook");
    let rows = book.worksheet_range("Rows").expect("the rows");
    let heading = |name: &str| {
        let headings = rows.rows().next().expect("headings");
        let is = |cell: &Data| *cell == *name;
        headings.iter().position(is).expect("the column")
    };
    let (months, event) = (heading("months"), heading("event"));
    let values = || rows.rows().skip(1);
    let fits = |cell: &Data| matches!(cell, Data::Float(_) | Data::Empty);
    assert!(values().all(|row| fits(&row[months])));
    assert!(values().any(|row| row[event] == Data::Bool(true)));
    let ledger = book.worksheet_range("Ledger").expect("the ledger");
    assert!(ledger.height() > rows.height() / 2);
    let about = book.worksheet_range("about").expect("what it is");
    let said: Vec<String> = about.rows().map(|row| row[0].to_string()).collect();
    for what in [
        "analysis", "method", "counted", "snapshot", "cautions", "query",
    ] {
        assert!(said.contains(&what.to_owned()), "{what}: {said:?}");
    }
}

/// A table of a text document is one that can be edited, with its heading row on each page and its denominators below.
#[test]
fn a_text_document_has_tables_and_notes() {
    let tiny = Tiny::new();
    tiny.run(&["build"]).ok();
    let written = bytes(&tiny, &["run", "response/by-partner"], "docx");
    let text = part(&written, "word/document.xml");
    assert!(text.contains("<w:tblHeader>") && text.contains("SEQ Table"));
    assert!(text.contains("Counted: 4 of ") && text.contains("Caution: "));
    assert!(
        text.contains("word/media")
            || part(&written, "word/_rels/document.xml.rels").contains("media/figure.png")
    );
    let without = bytes(&tiny, &["list"], "docx");
    let related = part(&without, "word/_rels/document.xml.rels");
    assert!(!related.contains("figure"), "{related}");
}

/// R and pandas read 1, 0 and an empty cell as numbers, and `true` beside an empty cell as text.
#[test]
fn an_event_is_1_or_0_in_csv_and_true_or_false_in_json() {
    let tiny = Tiny::new();
    tiny.run(&["build"]).ok();
    let csv = tiny
        .run(&["run", "survival/overall", "--format", "csv"])
        .ok();
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let headings = reader.headers().expect("headings").clone();
    let event = headings.iter().position(|name| name == "event");
    let event = event.expect("the column");
    let values: std::collections::BTreeSet<String> = reader
        .records()
        .map(|row| row.expect("a row")[event].to_owned())
        .collect();
    let known: Vec<&str> = values.iter().map(String::as_str).collect();
    assert!(known == ["", "0", "1"] || known == ["0", "1"], "{known:?}");
    let json = tiny
        .run(&["run", "survival/overall", "--format", "json"])
        .ok();
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["columns"]["event"], "boolean");
    assert_eq!(json["columns"]["months"], "decimal");
    let rows = json["rows"].as_array().expect("rows");
    assert!(rows.iter().any(|row| row["event"] == true));
}

#[test]
fn a_figure_has_the_size_the_letters_and_the_colours_that_are_asked_for() {
    let tiny = Tiny::new();
    tiny.run(&["build"]).ok();
    let drawn = |options: &[&str]| {
        let run = ["run", "survival/overall", "--format", "svg"];
        tiny.run(&[&run, options].concat())
    };
    let usual = drawn(&[]).ok();
    assert!(usual.contains("viewBox=\"0 0 720 ") && usual.contains(" width=\"720\" "));
    assert!(usual.contains("#0072b2") && usual.contains("Number at risk"));
    let column = drawn(&["--width", "85mm", "--height", "90mm", "--palette", "grey"]).ok();
    assert!(
        column.contains("viewBox=\"0 0 480 ")
            && column.contains(" width=\"321.3\" height=\"340.2\"")
    );
    assert!(!column.contains("#0072b2"));
    let bare = drawn(&["--no-risk-table", "--title", ""]).ok();
    assert!(!bare.contains("Number at risk") && !bare.contains("class=\"h\""));
    // The name for those who do not see it stays.
    assert!(bare.contains(">Overall survival</title>"));
    let refused = drawn(&["--height", "26mm"]).fails(2);
    assert!(refused.contains("it needs "), "{refused}");
    let refused = drawn(&["--width", "85mm", "--font-size", "12"]).fails(2);
    assert!(refused.contains("at most 7.0 points"), "{refused}");
    drawn(&["--width", "85"]).fails(2);
    let png = bytes(
        &tiny,
        &["run", "survival/overall", "--dpi", "100", "--width", "4in"],
        "png",
    );
    assert_eq!(png[16..20], 400_u32.to_be_bytes(), "the width in pixels");
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

#[test]
fn the_ending_of_a_file_says_the_format() {
    let tiny = Tiny::new();
    for (ending, begins) in [("svg", "<"), ("csv", "case"), ("md", "#"), ("txt", "")] {
        let file = tiny.dir().join(format!("result.{ending}"));
        let name = file.to_str().expect("a name");
        tiny.run(&["run", "response/overall", "--output", name])
            .ok();
        let text = std::fs::read_to_string(&file).expect("written");
        assert!(text.starts_with(begins), "{ending}: {text}");
        tiny.run(&[
            "run",
            "response/overall",
            "--format",
            "json",
            "--output",
            name,
        ])
        .ok();
        let text = std::fs::read_to_string(&file).expect("written");
        assert!(text.starts_with('{'), "{ending}: {text}");
    }
}
