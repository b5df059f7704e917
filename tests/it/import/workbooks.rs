//! Workbooks whose tabs are sheets, and the template.

use casegraph::import::{Dialect, Form, Kind, Limits, read};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};

use super::{Desk, ods, rows, with_semicolons};
use crate::support::{copy, root};

#[test]
fn sheets_go_through_a_workbook_and_back_unchanged() {
    let desk = Desk::new();
    copy(&root().join("data/alk-sarcoma"), &desk.path("alk"));
    desk.run(&["template", "alk.xlsx", "--filled", "-p", "alk"])
        .ok();
    // Into the study that it came from: nothing is written.
    let before = desk.text("alk/cases.csv");
    let told = desk
        .run(&["import", "alk.xlsx", "--into", "alk", "--yes"])
        .ok();
    assert_eq!(told.matches("as it is: not written").count(), 13, "{told}");
    assert_eq!(desk.text("alk/cases.csv"), before);
    // Into a new one: the same rows.
    desk.run(&["import", "alk.xlsx", "--into", "new", "--yes"])
        .ok();
    for sheet in [
        "publications",
        "cohorts",
        "cases",
        "fusions",
        "alterations",
        "treatments",
        "adverse_events",
        "follow_up",
        "claims",
        "series",
        "decisions",
    ] {
        let old = rows(&desk.path(&format!("alk/{sheet}.csv")));
        assert!(
            rows(&desk.path(&format!("new/data/new/{sheet}.csv"))) == old,
            "{sheet}"
        );
    }
    assert!(
        desk.text("new/data/new/study.toml")
            .contains("name = \"wu-2021\"")
    );
    // The same study is the same workbook, which is not written over.
    desk.run(&["template", "again.xlsx", "--filled", "-p", "alk"])
        .ok();
    let read = |name: &str| std::fs::read(desk.path(name)).expect("a workbook");
    assert!(read("alk.xlsx") == read("again.xlsx"));
    let told = desk.run(&["template", "again.xlsx"]).fails(2);
    assert!(told.contains("is there already"), "{told}");
}

#[test]
fn a_template_explains_itself() {
    let desk = Desk::new();
    desk.run(&["template", "new.xlsx"]).ok();
    let bytes = std::fs::read(desk.path("new.xlsx")).expect("a workbook");
    let input = read(&bytes, &Dialect::default(), Limits::default()).expect("a workbook");
    assert_eq!(input.kind, Kind::Xlsx);
    let names: Vec<&str> = input.tabs.iter().map(|tab| tab.name.as_str()).collect();
    assert_eq!(
        names[..4],
        ["how to fill", "publications", "cohorts", "cases"]
    );
    let how: Vec<&str> = input.tabs[0].rows.iter().map(|row| row.text(0)).collect();
    for words in ["EMPTY", "NR:", "NA:"] {
        assert!(how.iter().any(|line| line.contains(words)), "{words}");
    }
    let words = input.tabs.last().expect("the words");
    let headings: Vec<&str> = (0..words.rows[0].cells.len())
        .map(|column| words.rows[0].text(column))
        .collect();
    for list in ["sex", "histology", "response", "gene", "certainty"] {
        assert!(headings.contains(&list), "{list}: {headings:?}");
    }
    let told = desk.run(&["import", "new.xlsx"]).ok();
    assert!(told.contains("Nothing is written yet"), "{told}");
}

/// A workbook of the tabs `cases` and `publications`, with what a spreadsheet program does to values.
fn harmed_workbook() -> Vec<u8> {
    let mut book = Workbook::new();
    let day = Format::new().set_num_format("d-mmm");
    let time = Format::new().set_num_format("hh:mm:ss");
    let sheet = book
        .add_worksheet()
        .set_name("publications")
        .expect("a tab");
    for (column, heading) in ["key", "year", "volume_pages", "kind", "read", "remarks"]
        .iter()
        .enumerate()
    {
        sheet.write(0, column as u16, *heading).expect("written");
    }
    sheet.write(1, 0, "lee-2017").expect("written");
    sheet.write(1, 1, 2017).expect("written");
    let pages = ExcelDateTime::from_hms(2, 2, 0).expect("a time");
    sheet
        .write_with_format(1, 2, &pages, &time)
        .expect("written");
    sheet.write(1, 3, "case-report").expect("written");
    sheet.write(1, 4, "abstract").expect("written");
    sheet.write(1, 5, "mine").expect("written");
    let sheet = book.add_worksheet().set_name("cases").expect("a tab");
    for (column, heading) in [
        "Case",
        "source",
        "locator",
        "certainty",
        "Age years",
        "stage",
        "multifocal",
    ]
    .iter()
    .enumerate()
    {
        sheet.write(0, column as u16, *heading).expect("written");
    }
    for row in 1..=3 {
        sheet.write(row, 0, format!("case-{row}")).expect("written");
        sheet.write(row, 1, "lee-2017").expect("written");
        sheet.write(row, 2, "abstract").expect("written");
        sheet.write(row, 3, "stated").expect("written");
    }
    sheet
        .write(1, 4, Formula::new("=40+1.4").set_result("41.4"))
        .expect("written");
    let stage = ExcelDateTime::from_ymd(2026, 4, 3).expect("a date");
    sheet
        .write_with_format(1, 5, &stage, &day)
        .expect("written");
    sheet
        .write(2, 5, Formula::new("=Z1").set_result("#REF!"))
        .expect("written");
    sheet.write(3, 6, true).expect("written");
    sheet.set_row_hidden(2).expect("hidden");
    sheet.set_column_hidden(2).expect("hidden");
    sheet
        .merge_range(5, 0, 6, 1, "case-9", &Format::new())
        .expect("merged");
    book.save_to_buffer().expect("a workbook")
}

#[test]
fn what_a_program_keeps_otherwise_is_told_by_cell() {
    let desk = Desk::new();
    desk.write("book.xlsx", harmed_workbook());
    let ran = desk.run(&["import", "book.xlsx", "--into", "new", "--yes"]);
    assert_eq!(ran.status, 1);
    assert!(!desk.path("new").exists());
    for words in [
        "error: book.xlsx, tab publications C2: \"02:02:00\" is kept as a time of day",
        "warning: book.xlsx, tab publications F1: \"remarks\" is no column of publications: its 1 cells stay out",
        "error: book.xlsx, tab cases F2: \"2026-04-03\" is kept as a date, and this column takes none: format",
        "error: book.xlsx, tab cases F3: \"#REF!\" is an error of a formula",
        "error: book.xlsx, tab cases G4: \"TRUE\" is a truth value",
        "warning: book.xlsx, tab cases E2: is computed by a formula",
        "warning: book.xlsx, tab cases: has the row 3, which is hidden",
        "warning: book.xlsx, tab cases: has the column C, which is hidden",
        "warning: book.xlsx, tab cases: has the range A6:B7, which is merged",
        "error: book.xlsx, tab cases B6: the row names no source",
        " cases          E1     Age years   cases.age_years",
    ] {
        assert!(ran.out.contains(words), "{words}\n{}", ran.out);
    }
}

#[test]
fn a_date_in_a_column_of_genes_names_the_gene() {
    let desk = Desk::with_tiny();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("fusions").expect("a tab");
    let cells = [
        [
            "case",
            "item",
            "source",
            "locator",
            "certainty",
            "five_prime",
        ],
        ["case-1", "1", "invented-1", "abstract", "stated", ""],
    ];
    for (row, cells) in (0..).zip(cells) {
        for (column, cell) in (0..).zip(cells) {
            sheet.write(row, column, cell).expect("written");
        }
    }
    let date = ExcelDateTime::from_ymd(2026, 9, 2).expect("a date");
    let format = Format::new().set_num_format("d-mmm");
    sheet
        .write_with_format(1, 5, &date, &format)
        .expect("written");
    desk.write("book.xlsx", book.save_to_buffer().expect("a workbook"));
    let ran = desk.run(&["import", "book.xlsx", "--into", "tiny", "--replace"]);
    let words = "tab fusions F2: \"2026-09-02\" is kept as a date, and this column takes none (was it SEPT2, today SEPTIN2?)";
    assert!(ran.status == 1 && ran.out.contains(words), "{}", ran.out);
}

#[test]
fn open_document_workbooks_are_read() {
    let cell = |text: &str| {
        format!(
            r#"<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>"#
        )
    };
    let tables = format!(
        r#"<table:table table:name="cases"><table:table-column table:number-columns-repeated="2"/><table:table-column table:visibility="collapse"/>
<table:table-row>{}{}{}</table:table-row>
<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>
<table:table-row table:visibility="filter"><table:table-cell office:value-type="float" office:value="48"><text:p>48.0</text:p></table:table-cell><table:table-cell office:value-type="date" office:date-value="2018-07-01"><text:p>07/01/18</text:p></table:table-cell>{}</table:table-row>
<table:table-row><table:table-cell office:value-type="time" office:time-value="PT02H02M00S"><text:p>02:02:00 AM</text:p></table:table-cell><table:table-cell calcext:value-type="error" office:value-type="string" office:string-value=""><text:p>#REF!</text:p></table:table-cell><table:table-cell table:formula="of:=1+1" office:value-type="float" office:value="2"><text:p>2</text:p></table:table-cell></table:table-row>
<table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>"#,
        cell("a"),
        cell("b &amp; &lt;c&gt;"),
        cell("d"),
        cell("one</text:p><text:p>two<text:s text:c=\"2\"/>three"),
    );
    let input = read(&ods(&tables), &Dialect::default(), Limits::default()).expect("a workbook");
    assert_eq!(input.kind, Kind::Ods);
    let tab = &input.tabs[0];
    let read: Vec<(usize, Vec<(&str, Form)>)> = tab
        .rows
        .iter()
        .map(|row| {
            let cells = row.cells.iter().map(|cell| (cell.text.as_str(), cell.form));
            (row.number, cells.collect())
        })
        .collect();
    assert_eq!(
        read,
        [
            (
                1,
                vec![
                    ("a", Form::Text),
                    ("b & <c>", Form::Text),
                    ("d", Form::Text)
                ]
            ),
            (
                4,
                vec![
                    ("48", Form::Number),
                    ("2018-07-01", Form::Date),
                    ("one\ntwo  three", Form::Text)
                ]
            ),
            (
                5,
                vec![
                    ("02:02:00", Form::Time),
                    ("#REF!", Form::Fault),
                    ("2", Form::Number)
                ]
            ),
        ]
    );
    assert_eq!(
        (tab.hidden_rows.as_slice(), tab.hidden_columns.as_slice()),
        (&[4][..], &[2][..])
    );
    assert!(tab.rows[2].cells[2].formula);
}

/// A row that the file lacks goes only if that is said.
#[test]
fn no_row_goes_without_a_word() {
    let desk = Desk::with_tiny();
    let cases = desk.text("tiny/cases.csv");
    let lines: Vec<&str> = cases.lines().collect();
    desk.write("cases.csv", lines.join("\n"));
    let told = desk
        .run(&["import", "cases.csv", "--into", "tiny", "--yes"])
        .ok();
    assert!(told.contains("as it is: not written"), "{told}");
    assert_eq!(desk.text("tiny/cases.csv"), cases);
    // One value is another.
    let mut changed = rows(&desk.path("tiny/cases.csv"));
    let cells = changed.iter_mut().flatten();
    let one = cells.into_iter().find(|cell| *cell == "leiomyosarcoma");
    "sarcoma".clone_into(one.expect("a case"));
    desk.write("cases.csv", with_semicolons(&changed));
    let ran = desk.run(&["import", "cases.csv", "--into", "tiny", "--yes"]);
    assert!(
        ran.status == 1 && ran.out.contains("1 that were not there, and 1 go"),
        "{}",
        ran.out
    );
    assert_eq!(desk.text("tiny/cases.csv"), cases);
    desk.run(&[
        "import",
        "cases.csv",
        "--into",
        "tiny",
        "--yes",
        "--replace",
    ])
    .ok();
    assert!(
        rows(&desk.path("tiny/cases.csv")) != rows(&root().join("tests/fixtures/tiny/cases.csv"))
    );
    desk.run(&["check", "-p", "tiny"]).ok();
}

#[test]
fn a_workbook_among_the_sheets_is_told_once() {
    let desk = Desk::with_tiny();
    desk.run(&["template", "tiny.xlsx", "--filled", "-p", "tiny"])
        .ok();
    let book = std::fs::read(desk.path("tiny.xlsx")).expect("a workbook");
    let cases = desk.text("tiny/cases.csv");
    desk.write("tiny/tiny.xlsx", &book);
    let told = desk.run(&["check", "-p", "tiny"]).ok();
    assert!(
        told.contains("tiny.xlsx: is a workbook and is not read: `casegraph import` makes"),
        "{told}"
    );
    std::fs::remove_file(desk.path("tiny/cases.csv")).expect("removed");
    let missing = desk.run(&["check", "-p", "tiny"]).out;
    std::fs::remove_file(desk.path("tiny/tiny.xlsx")).expect("removed");
    desk.write("tiny/cases.csv", &book);
    let renamed = desk.run(&["check", "-p", "tiny"]).out;
    desk.write("tiny/cases.csv", cases.replace(',', ";"));
    let semicolons = desk.run(&["check", "-p", "tiny"]).out;
    for told in [missing, renamed, semicolons] {
        let errors: Vec<&str> = told
            .lines()
            .filter(|line| line.starts_with("error"))
            .collect();
        assert!(
            errors.len() == 1 && errors[0].contains("casegraph import"),
            "{told}"
        );
    }
}

#[test]
fn a_percentage_is_told_with_what_is_kept_of_it() {
    let desk = Desk::with_tiny();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("treatments").expect("a tab");
    let headings = [
        "case",
        "item",
        "source",
        "locator",
        "certainty",
        "size_change_percent",
    ];
    let cells = ["case-1", "9", "invented-1", "p. 9", "stated"];
    for (column, text) in (0..).zip(headings) {
        sheet.write(0, column, text).expect("written");
    }
    for row in 1..4 {
        for (column, text) in (0..).zip(cells) {
            sheet.write(row, column, text).expect("written");
        }
    }
    // Shown as -30 %, as -30 % of a format of its own, and as -30.
    let formats = ["0%", "0.0 %;-0.0 %", "0\"%\""];
    for ((row, format), value) in (1..).zip(formats).zip([-0.3, -0.3, -30.0]) {
        let format = Format::new().set_num_format(format);
        sheet
            .write_with_format(row, 5, value, &format)
            .expect("written");
    }
    desk.write("book.xlsx", book.save_to_buffer().expect("a workbook"));
    let ran = desk.run(&["import", "book.xlsx", "--into", "tiny", "--replace"]);
    for cell in ["F2", "F3"] {
        let told = format!("{cell}: \"-0.3\" is shown as -30 % and kept as -0.3");
        assert!(ran.out.contains(&told), "{told}: {}", ran.out);
    }
    assert!(!ran.out.contains("F4"), "{}", ran.out);
}
