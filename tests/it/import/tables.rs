//! Wide tables: from one row a case to a study that answers.

use std::fs;

use rust_xlsxwriter::Workbook;

use super::{Desk, rows};
use crate::support::root;

const TABLE: &str = "No.;First author;Year;PMID;Age (yrs);Gender;Diagnosis;Location;Fusion partner;Treatment;Best response;PFS (days);Status;Follow-up (mo);AEs;Ki-67
1;Müller;2015;25000001;34;F;IMT;lung;EML4;crizotinib;PR;540;AWD;20,5;nausea, fatigue;10
2;Müller;2015;25000001;7;M;Inflammatory myofibroblastic tumor;abdomen;TPM3;Xalkori;complete remission;NR;NED;36;-;5
3;Lee;2017;27874193;NR;F;epithelioid inflammatory myofibroblastic sarcoma;pelvis;RANBP2;ceritinib;SD;120;DOD;9;unknown;
4;Tanaka;2019;30000003;56;m;spindel cell sarcoma;liver;Sep-02;alectinib;PRR;;alive;12;rash;
";

/// The table as Excel writes it in much of Europe.
fn windows_1252(text: &str) -> Vec<u8> {
    text.chars()
        .map(|c| u8::try_from(u32::from(c)).expect("Latin-1"))
        .collect()
}

/// Decides what a proposed mapping leaves open.
fn decide(desk: &Desk, decisions: &[(&str, &str)]) {
    let mut mapping = desk.text("review.csv.mapping.toml");
    for (key, value) in decisions {
        let open = format!("\"{key}\" = \"?\"");
        assert!(mapping.contains(&open), "{open}\n{mapping}");
        mapping = mapping.replace(&open, &format!("\"{key}\" = \"{value}\""));
    }
    desk.write("review.csv.mapping.toml", mapping);
}

#[test]
fn a_wide_table_becomes_a_study_that_answers() {
    let desk = Desk::new();
    desk.write("review.csv", windows_1252(TABLE));
    let ran = desk.run(&["import", "review.csv", "--into", "mine", "--yes"]);
    assert_eq!(ran.status, 1);
    for words in [
        "text in windows-1252 (supposed",
        "cells separated by semicolons: 4 rows",
        "\"Ki-67\" is mapped to nothing: its 2 cells stay out",
        "always, publications.read is \"?\"",
        "always, fusions.three_prime is \"?\"",
        "review.csv G5: \"spindel cell sarcoma\" is left open in the mapping",
        "review.csv K5: \"PRR\" is left open in the mapping",
        "review.csv I5: \"Sep-02\" is a date, which a spreadsheet made of a symbol (SEPT2, today SEPTIN2?)",
        "review.csv N2: \"20,5\" is no follow-up or survival",
        "say --decimal-comma",
        "Correct the file or review.csv.mapping.toml",
    ] {
        assert!(ran.out.contains(words), "{words}\n{}", ran.out);
    }
    assert!(!desk.path("mine").exists());
    let mapping = desk.text("review.csv.mapping.toml");
    for words in [
        "empty = [\"-\", \"NR\", \"unknown\"]",
        "heading = \"Fusion partner\"\nto = \"fusions.five_prime\"",
        "heading = \"PFS (days)\"\nto = \"treatments.pfs_months\"\nunit = \"days\"",
        "\"F\" = \"female\"",
        "\"PRR\" = \"?\" # nearest: PR",
        "heading = \"Ki-67\"\nto = \"\"",
    ] {
        assert!(mapping.contains(words), "{words}\n{mapping}");
    }
    let decisions = [
        ("publications.read", "secondary"),
        ("fusions.three_prime", "ALK"),
        ("spindel cell sarcoma", "spindle cell sarcoma"),
        ("PRR", ""),
    ];
    decide(&desk, &decisions);
    desk.write(
        "review.csv",
        windows_1252(&TABLE.replace("Sep-02", "SEPT2")),
    );
    let arguments = ["import", "review.csv", "--into", "mine", "--decimal-comma"];
    let told = desk.run(&arguments).ok();
    assert!(told.contains("With --yes the sheets go to mine."), "{told}");
    assert!(!desk.path("mine").exists());
    desk.run(&[&arguments[..], &["--yes"]].concat()).ok();
    let sheet = |name: &str| rows(&desk.path(&format!("mine/data/mine/{name}.csv")));
    assert_eq!(sheet("publications")[1][0], "muller-2015");
    assert_eq!(sheet("publications").len(), 4, "two cases have one source");
    let cases = sheet("cases");
    assert_eq!(
        cases[1][..8],
        [
            "muller-2015-1",
            "muller-2015",
            "review.csv, row 2",
            "stated",
            "34",
            "",
            "female",
            "inflammatory myofibroblastic tumor"
        ]
    );
    assert_eq!(cases[3][4], "", "a word for no value is an empty cell");
    assert_eq!(cases[4][13], "sex: m | histology: spindel cell sarcoma");
    assert_eq!(sheet("fusions")[4][5..7], ["SEPT2", "ALK"]);
    let treatments = sheet("treatments");
    assert_eq!(
        (treatments[2][7].as_str(), treatments[2][13].as_str()),
        ("crizotinib", "CR")
    );
    assert_eq!(
        (treatments[1][17].as_str(), treatments[4][13].as_str()),
        ("17.74", "")
    );
    let events: Vec<String> = sheet("adverse_events")
        .iter()
        .map(|row| row[6].clone())
        .collect();
    assert_eq!(events, ["term", "nausea", "fatigue", "rash"]);
    assert_eq!(sheet("follow_up")[1][4..6], ["alive-disease", "20.5"]);
    desk.run(&["check", "-p", "mine"]).ok();
    let answer = desk.run(&["run", "response/overall", "-p", "mine"]).ok();
    assert!(answer.contains("2/2 = 100.0 %"), "{answer}");
    // Once more changes nothing.
    let told = desk.run(&[&arguments[..], &["--yes"]].concat()).ok();
    assert_eq!(told.matches("as it is: not written").count(), 8, "{told}");
}

#[test]
fn a_wide_table_fills_columns_and_sheets_of_the_study_too() {
    let desk = Desk::new();
    desk.run(&["init", "mine"]).ok();
    let columns = root().join("tests/fixtures/own/columns.toml");
    fs::copy(columns, desk.path("mine/data/mine/columns.toml")).expect("copied");
    let table = "Case,Source,Sex,Drug,ECOG,country of treatment,LDH,CRP
A,\"Lee, 2017\",F,crizotinib,1,KR,480,12
B,\"Lee, 2017\",M,crizotinib,9,KR,-,3
";
    desk.write("review.csv", table);
    let arguments = ["import", "review.csv", "--into", "mine"];
    desk.run(&arguments);
    let mapping = desk.text("review.csv.mapping.toml");
    for (heading, to) in [
        ("ECOG", "treatments.ecog"),
        ("country of treatment", "cases.country"),
    ] {
        let proposed = format!("heading = \"{heading}\"\nto = \"{to}\"");
        assert!(mapping.contains(&proposed), "{proposed}\n{mapping}");
    }
    let mut decided = mapping.replace(
        "\"publications.read\" = \"?\"",
        "\"publications.read\" = \"secondary\"",
    );
    for (item, analyte) in [(1, "LDH"), (2, "CRP")] {
        decided = decided.replace(
            &format!("heading = \"{analyte}\"\nto = \"\""),
            &format!("heading = \"{analyte}\"\nto = \"lab_values.value\"\nitem = {item}\nwith = {{ analyte = \"{analyte}\" }}"),
        );
    }
    desk.write("review.csv.mapping.toml", decided);
    let told = desk.run(&arguments);
    assert!(
        told.status == 1 && told.out.contains("review.csv E3: \"9\""),
        "{}",
        told.out
    );
    desk.write("review.csv", table.replace(",9,", ",0,"));
    // The example of a new project goes.
    desk.run(&[&arguments[..], &["--replace", "--yes"]].concat())
        .ok();
    let sheet = |name: &str| rows(&desk.path(&format!("mine/data/mine/{name}.csv")));
    let column = |name: &str, heading: &str| -> Vec<String> {
        let rows = sheet(name);
        let at = rows[0].iter().position(|cell| cell == heading);
        let at = at.unwrap_or_else(|| panic!("{heading} in {:?}", rows[0]));
        rows[1..].iter().map(|row| row[at].clone()).collect()
    };
    assert_eq!(column("treatments", "ecog"), ["1", "0"]);
    assert_eq!(column("cases", "country"), ["KR", "KR"]);
    assert_eq!(column("lab_values", "analyte"), ["LDH", "CRP", "CRP"]);
    assert_eq!(column("lab_values", "value"), ["480", "12", "3"]);
    assert_eq!(column("lab_values", "item"), ["1", "2", "1"]);
    desk.run(&["check", "-p", "mine"]).ok();
}

#[test]
fn a_tab_is_chosen_and_several_things_of_a_case_are_told_apart() {
    let desk = Desk::new();
    let mut book = Workbook::new();
    book.add_worksheet()
        .set_name("notes")
        .expect("a tab")
        .write(0, 0, "read me")
        .expect("written");
    let sheet = book.add_worksheet().set_name("Table 2").expect("a tab");
    let cells = [
        [
            "Patient",
            "Reference",
            "Fusion",
            "Drug 1",
            "Response 1",
            "Drug 2",
            "Response 2",
            "Metastases",
        ],
        [
            "A",
            "Ono et al., 2018 [7]",
            "TPM3-ALK",
            "crizotinib",
            "PR",
            "alectinib",
            "SD",
            "lung, liver",
        ],
        [
            "B",
            "Ono et al., 2018 [7]",
            "NCOA1::ALK",
            "crizotinib; alectinib",
            "NR",
            "",
            "",
            "none",
        ],
        ["B2", "PDQ", "ALK-?", "crizotinib", "NR", "", "", ""],
    ];
    for (row, cells) in (0..).zip(cells) {
        for (column, cell) in (0..).zip(cells) {
            sheet.write(row, column, cell).expect("written");
        }
    }
    desk.write("review.xlsx", book.save_to_buffer().expect("a workbook"));
    let told = desk.run(&["import", "review.xlsx"]).fails(2);
    assert!(
        told.contains("choose one with --sheet (notes, Table 2)"),
        "{told}"
    );
    let ran = desk.run(&["import", "review.xlsx", "--sheet", "Table 2"]);
    let words = "review.xlsx, tab Table 2 C4: \"ALK-?\" is no fusion of two known genes";
    assert!(ran.status == 1 && ran.out.contains(words), "{}", ran.out);
    let mapping = desk.text("review.xlsx.mapping.toml");
    assert!(
        mapping.contains("heading = \"Drug 2\"\nto = \"treatments.agent\"\nitem = 2"),
        "{mapping}"
    );
    assert!(mapping.contains("\"none\" = \"?\""), "{mapping}");
    let mapping = mapping
        .replace("\"none\" = \"?\"", "\"none\" = \"NA\"")
        .replace(
            "\"publications.read\" = \"?\"",
            "\"publications.read\" = \"abstract\"",
        )
        .replace(
            "heading = \"Fusion\"\nto = \"fusion\"\n",
            "heading = \"Fusion\"\nto = \"fusion\"\n[columns.values]\n\"ALK-?\" = \"\"\n",
        );
    desk.write("own.toml", mapping);
    desk.run(&[
        "import",
        "review.xlsx",
        "--map",
        "own.toml",
        "--into",
        "mine",
        "--yes",
    ])
    .ok();
    let sheet = |name: &str| rows(&desk.path(&format!("mine/data/mine/{name}.csv")));
    assert_eq!(
        sheet("publications")[1][..4],
        ["ono-2018", "", "Ono", "2018"]
    );
    assert_eq!(sheet("publications")[2][0], "pdq");
    assert_eq!(sheet("cases")[1][11], "lung; liver");
    assert_eq!(sheet("cases")[2][11], "NA");
    let fusions: Vec<[String; 2]> = sheet("fusions")
        .iter()
        .skip(1)
        .map(|row| [row[5].clone(), row[6].clone()])
        .collect();
    assert_eq!(fusions, [["TPM3", "ALK"], ["NCOA1", "ALK"]]);
    let items: Vec<String> = sheet("treatments")
        .iter()
        .skip(1)
        .map(|row| format!("{} {} {} {}", row[0], row[1], row[7], row[13]))
        .collect();
    assert_eq!(
        items,
        [
            "a 1 crizotinib PR",
            "a 2 alectinib SD",
            "b 1 crizotinib; alectinib ",
            "b2 1 crizotinib "
        ]
    );
}

#[test]
fn sources_and_cases_that_do_not_fit_are_told() {
    let desk = Desk::new();
    desk.write(
        "review.csv",
        "Case,PMID,Year,Sex,Drug\nx,1111,2015,female,crizotinib\ny,1111,2016,male,crizotinib\nx,1111,2015,male,alectinib\n",
    );
    let ran = desk.run(&["import", "review.csv"]);
    for words in [
        "review.csv C3: \"2016\" differs from \"2015\" in C2, of the same source pmid-1111",
        "review.csv D4: says of the case x something else than row 2",
    ] {
        assert!(ran.out.contains(words), "{words}\n{}", ran.out);
    }
    desk.write(
        "bad.toml",
        "[[columns]]\nheading = 'Sex'\nto = 'case.sex'\n",
    );
    let told = desk
        .run(&["import", "review.csv", "--map", "bad.toml"])
        .fails(2);
    assert!(
        told.contains("bad.toml \"case.sex\" is nothing that a column becomes")
            && told.contains("cases.sex"),
        "{told}"
    );
}

#[test]
fn a_word_that_is_left_open_is_told_once_a_column() {
    let desk = Desk::new();
    desk.write("coded.csv", "#,Sex,Status\n1,0,1\n2,0,1\n3,1,1\n");
    let told = desk.run(&["import", "coded.csv"]);
    let open = |cell: &str| told.out.matches(cell).count();
    assert_eq!(
        (open("coded.csv B2:"), open("coded.csv B3:")),
        (1, 0),
        "{}",
        told.out
    );
    assert!(
        told.out.contains("(2 cells of this column)")
            && told.out.contains("(3 cells of this column)")
    );
    assert!(
        desk.text("coded.csv.mapping.toml")
            .contains("heading = \"#\"\nto = \"case\"")
    );
}
