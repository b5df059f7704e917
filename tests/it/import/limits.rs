//! Files of strangers: what unpacks to too much or spreads too far is refused, and soon.

use std::time::{Duration, Instant};

use casegraph::import::{Dialect, Limits, read};

use super::{Desk, ods, packed};

#[track_caller]
fn refused(bytes: &[u8]) -> String {
    let begun = Instant::now();
    let told = read(bytes, &Dialect::default(), Limits::default())
        .expect_err("refused")
        .to_string();
    assert!(begun.elapsed() < Duration::from_secs(20), "{told}");
    told
}

/// Parts of a workbook with one tab of this content.
fn xlsx(sheet: &str) -> Vec<u8> {
    let sheet = format!(
        r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{sheet}</sheetData></worksheet>"#
    );
    packed(&[
        ("_rels/.rels", br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#),
        ("xl/workbook.xml", br#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="cases" sheetId="1" r:id="rId1"/></sheets></workbook>"#),
        ("xl/_rels/workbook.xml.rels", br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}

#[test]
fn a_bomb_is_refused_before_it_is_read() {
    let zeros = vec![b' '; 96 << 20];
    let bomb = packed(&[("xl/workbook.xml", &zeros)]);
    assert!(bomb.len() < 1 << 20);
    assert!(refused(&bomb).contains("unpacks to more than"));
    // A directory that says less than there is.
    let mut lying = bomb;
    let size = u32::try_from(zeros.len()).expect("a size").to_le_bytes();
    while let Some(at) = lying.windows(4).position(|bytes| bytes == size) {
        lying[at..at + 4].copy_from_slice(&1000_u32.to_le_bytes());
    }
    let told = refused(&lying);
    assert!(
        told.contains("unpacks to more than") || told.contains("no workbook that can be read"),
        "{told}"
    );
}

#[test]
fn cells_far_away_take_no_memory() {
    let far = xlsx(
        r#"<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="A1048576"><v>2</v></c></row>"#,
    );
    let input = read(&far, &Dialect::default(), Limits::default()).expect("a workbook");
    let numbers: Vec<usize> = input.tabs[0].rows.iter().map(|row| row.number).collect();
    assert_eq!(numbers, [1, 1_048_576]);
    let wide = xlsx(r#"<row r="1"><c r="XFD1"><v>1</v></c></row>"#);
    assert!(refused(&wide).contains("holds more than 1000 columns"));
    // One cell at the end of each of many rows: what lies before it counts.
    let rows: String = (1..=6000)
        .map(|row| format!(r#"<row r="{row}"><c r="ALK{row}"><v>1</v></c></row>"#))
        .collect();
    assert!(refused(&xlsx(&rows)).contains("holds more than 4000000 cells"));
}

/// As programs write it that compute nothing: the value is not there, and must not be taken for an empty cell.
#[test]
fn a_formula_without_a_result_is_told() {
    let desk = Desk::new();
    let heading = r#"<c r="A1" t="inlineStr"><is><t>case</t></is></c>"#;
    let book = xlsx(&format!(
        r#"<row r="1">{heading}</row><row r="2"><c r="A2"><f>B1</f></c></row>"#
    ));
    desk.write("book.xlsx", book);
    let ran = desk.run(&["import", "book.xlsx"]);
    let words = "tab cases A2: \"=B1\" is an error of a formula, or a formula whose result";
    assert!(ran.out.contains(words), "{}{}", ran.out, ran.err);
}

#[test]
fn repeated_cells_are_counted_before_they_are_made() {
    let cell = |repeated: &str| {
        format!(
            r#"<table:table-cell table:number-columns-repeated="{repeated}" office:value-type="string"><text:p>{}</text:p></table:table-cell>"#,
            "x".repeat(1000)
        )
    };
    let table = |rows: &str, columns: &str| {
        ods(&format!(
            r#"<table:table table:name="cases"><table:table-row table:number-rows-repeated="{rows}">{}</table:table-row></table:table>"#,
            cell(columns)
        ))
    };
    assert!(refused(&table("1", "16384")).contains("columns"));
    assert!(refused(&table("1048576", "900")).contains("holds more than"));
    let blanks = format!(
        r#"<table:table table:name="cases"><table:table-row><table:table-cell office:value-type="string"><text:p><text:s text:c="99999999999"/>{}</text:p></table:table-cell></table:table-row></table:table>"#,
        "<text:s text:c=\"1000000\"/>".repeat(100)
    );
    assert!(refused(&ods(&blanks)).contains("kB in one cell"));
}

#[test]
fn what_is_no_table_is_told_with_the_next_step() {
    let desk = Desk::new();
    for (name, bytes, words) in [
        (
            "old.xls",
            &b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"[..],
            "is an old workbook (.xls) or one that is locked",
        ),
        (
            "cut.xlsx",
            b"PK\x03\x04\x14\0\x06\0",
            "is no workbook that can be read",
        ),
        ("paper.csv", b"%PDF-1.7 a,b", "is a PDF, not CSV"),
        ("empty.csv", b"", "is empty"),
    ] {
        desk.write(name, bytes);
        let told = desk.run(&["import", name]).fails(2);
        assert!(
            told.contains(name) && told.contains(words),
            "{name}: {told}"
        );
    }
}
