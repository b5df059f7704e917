//! Values that a spreadsheet program changed, in sheets of a study: forty of them, each told with its cell.

use casegraph::ingest::{Severity, read_study};
use casegraph::ontology::Ontology;
use casegraph::project::Folder;
use std::fs;

use super::{Desk, rows};

/// Sheet, heading and value, whether it is an error, and words of what is told.
const HARMED: &[(&str, &str, &str, bool, &str)] = &[
    // Genes that became dates or numbers.
    (
        "fusions",
        "five_prime",
        "1-Mar",
        true,
        "MARCH1, today MARCHF1",
    ),
    (
        "fusions",
        "five_prime",
        "Mar-01",
        true,
        "MARCH1, today MARCHF1",
    ),
    (
        "fusions",
        "five_prime",
        "2-Sep",
        true,
        "SEPT2, today SEPTIN2",
    ),
    (
        "fusions",
        "five_prime",
        "Sep-02",
        true,
        "SEPT2, today SEPTIN2",
    ),
    ("fusions", "five_prime", "1-Dec", true, "DEC1, today DELEC1"),
    ("fusions", "five_prime", "9/2/2026", true, "is a date"),
    (
        "fusions",
        "five_prime",
        "46267",
        true,
        "is a number and no symbol",
    ),
    (
        "fusions",
        "five_prime",
        "2.31E+13",
        true,
        "is a number and no symbol",
    ),
    ("fusions", "five_prime", "#NAME?", true, "#NAME?"),
    // Volumes, pages and numbers of references.
    (
        "publications",
        "volume_pages",
        "02:02:00 AM",
        true,
        "is a time of day",
    ),
    (
        "publications",
        "volume_pages",
        "02:02:00",
        true,
        "is a time of day",
    ),
    (
        "publications",
        "volume_pages",
        "1:04 AM",
        true,
        "is a time of day",
    ),
    ("publications", "volume_pages", "12-Mar", true, "is a date"),
    ("publications", "volume_pages", "Mar-12", true, "is a date"),
    (
        "publications",
        "volume_pages",
        "2026-03-12",
        true,
        "is a date",
    ),
    ("publications", "volume_pages", "'2:2", true, "apostrophe"),
    ("publications", "review_ref", "2-Jan", true, "is a date"),
    ("cohorts", "number_in_source", "3-Apr", true, "is a date"),
    // Identifiers.
    ("publications", "pmid", "2.79E+07", true, "exponent"),
    ("publications", "pmid", "'27874193", true, "apostrophe"),
    ("publications", "pmid", "#N/A", true, "error of a formula"),
    ("publications", "doi", "1.01E+05", true, "exponent"),
    ("publications", "doi", "#REF!", true, "error of a formula"),
    // Short texts of facts.
    ("cases", "stage", "4-Mar", true, "is a date"),
    ("cases", "stage", "43466", false, "is a bare number"),
    ("cases", "stage", "#VALUE!", true, "error of a formula"),
    ("cases", "locator", "7/1/2018", true, "is a date"),
    ("cases", "locator", "02:15:00", true, "is a time of day"),
    ("cases", "locator", "43466", false, "is a bare number"),
    ("cases", "locator", "Table\u{A0}2", false, "non-breaking"),
    ("treatments", "dose", "1.5E+03", true, "exponent"),
    ("treatments", "criterion", "1-Jan", true, "is a date"),
    ("fusions", "breakpoint", "20/06/2026", true, "is a date"),
    // Words of vocabularies, codes and numbers.
    ("cases", "age_years", "15-Dec", true, "is a date"),
    ("cases", "age_years", "#DIV/0!", true, "error of a formula"),
    ("cases", "age_years", "####", true, "narrow column"),
    ("cases", "sex", "'+female", true, "apostrophe"),
    ("treatments", "line", "2-Jan", true, "is a date"),
    (
        "treatments",
        "best_response",
        "#N/A",
        true,
        "error of a formula",
    ),
    ("follow_up", "months", "1.2E+01", true, "exponent"),
    // The words of sources: a date may be what they say.
    (
        "cases",
        "verbatim",
        "07/01/18",
        false,
        "looks as if it is a date",
    ),
    ("cases", "note", "12-Mar", false, "looks as if it is a date"),
    (
        "follow_up",
        "counted_from",
        "2018-07-01",
        false,
        "looks as if it is a date",
    ),
    ("cases", "verbatim", "#REF!", true, "error of a formula"),
];

#[test]
fn forty_harmed_values_are_told_with_their_cells() {
    let ontology = Ontology::read([&Folder::shipped("ontology")]).expect("an ontology");
    let mut wrong = Vec::new();
    for &(sheet, heading, value, is_error, words) in HARMED {
        let desk = Desk::with_tiny();
        let path = desk.path(&format!("tiny/{sheet}.csv"));
        let mut table = rows(&path);
        let column = table[0].iter().position(|known| known == heading);
        let column = column.unwrap_or_else(|| panic!("{sheet} has no {heading}"));
        table[1][column] = value.to_owned();
        let mut writer = csv::Writer::from_writer(Vec::new());
        for row in &table {
            writer.write_record(row).expect("a row");
        }
        fs::write(&path, writer.into_inner().expect("bytes")).expect("written");
        let (_, problems) =
            read_study(&Folder::disk(&desk.path("tiny")), &ontology).expect("a study");
        let cell = format!(
            "{}2",
            char::from(b'A' + u8::try_from(column).expect("a column"))
        );
        let severity = if is_error {
            Severity::Error
        } else {
            Severity::Warning
        };
        let file = format!("{sheet}.csv");
        let here = problems.iter().filter(|problem| {
            problem.file.ends_with(&file) && problem.cell.as_ref() == Some(&cell)
        });
        let here: Vec<_> = here.collect();
        let told = here
            .iter()
            .any(|problem| problem.severity == severity && problem.to_string().contains(words));
        if !told || here.len() != 1 {
            wrong.push(format!("{sheet} {heading} {value:?}: {here:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn headings_below_a_title_are_found_and_so_are_sheets_by_their_headings() {
    let desk = Desk::with_tiny();
    let cases = desk.text("tiny/cases.csv");
    let columns = cases.lines().next().expect("headings").split(',').count();
    let line = |first: &str| format!("{first}{}\n", ",".repeat(columns - 1));
    desk.write(
        "cases.csv",
        format!("{}{}{cases}", line("Table 1. The cases"), line("")),
    );
    // LibreOffice names the file of a tab so.
    desk.write("all-cases.csv", &cases);
    for file in ["cases.csv", "all-cases.csv"] {
        let told = desk.run(&["import", file, "--into", "tiny"]).ok();
        assert!(told.contains("as it is: not written"), "{told}");
        assert!(!desk.path(&format!("{file}.mapping.toml")).exists());
        let above =
            "cases.csv A1: \"Table 1. The cases\" stands above the headings, which are in row 3";
        assert_eq!(told.contains(above), file == "cases.csv", "{told}");
    }
}

#[test]
fn the_na_of_other_programs_is_asked_about() {
    let desk = Desk::with_tiny();
    let cases = desk.text("tiny/cases.csv");
    let mut lines = cases.lines();
    let headings: Vec<&str> = lines.next().expect("headings").split(',').collect();
    let stage = headings
        .iter()
        .position(|name| *name == "stage")
        .expect("stage");
    let rows = lines.map(|line| {
        let mut cells: Vec<&str> = line.split(',').collect();
        assert_eq!(cells.len(), headings.len(), "no quotation marks: {line}");
        if cells[stage].is_empty() {
            cells[stage] = "NA";
        }
        cells.join(",")
    });
    let rows: Vec<String> = rows.collect();
    desk.write(
        "cases.csv",
        format!("{}\n{}\n", headings.join(","), rows.join("\n")),
    );
    let told = desk.run(&["import", "cases.csv", "--into", "tiny"]);
    assert!(
        told.out.contains("\"NA\" stands in") && told.out.contains("na = \"\""),
        "{}",
        told.out
    );
}
