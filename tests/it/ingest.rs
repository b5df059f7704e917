//! Planted errors: one thing changed in a copy of the invented study, and what must be said of it.

mod planted;

use std::fs;

use planted::PLANTED;

use crate::support::Tiny;

fn lines(output: &str) -> Vec<&str> {
    output
        .lines()
        .filter(|line| line.starts_with("error: "))
        .collect()
}

#[test]
fn every_planted_error_is_told_with_its_cell() {
    let mut wrong = Vec::new();
    for planted in PLANTED {
        let tiny = Tiny::new();
        tiny.edit(planted.sheet, planted.from, planted.to);
        let ran = tiny.run(&["check"]);
        let file = tiny.sheet(planted.sheet);
        let gap = if planted.cell.is_empty() { "" } else { " " };
        let start = format!("error: {}{gap}{}: ", file.display(), planted.cell);
        let told = lines(&ran.out).into_iter().any(|line| {
            line.starts_with(&start) && planted.words.iter().all(|words| line.contains(words))
        });
        if !told || ran.status != 1 {
            wrong.push(format!(
                "{} {} {:?}, status {}:\n{}",
                planted.sheet, planted.cell, planted.words, ran.status, ran.out
            ));
        }
        assert!(
            !tiny.store().exists(),
            "check wrote a store although the sheets are wrong"
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Forms of a file that are no sheet.
/// What is done to the bytes of a sheet.
type Change = Box<dyn Fn(Vec<u8>) -> Vec<u8>>;

#[test]
fn every_broken_form_is_told() {
    let huge = format!("stated,{},", "9".repeat(2_000_000));
    let latin: Vec<u8> = b"M\xFCller".to_vec();
    let replace = |from: &'static str, to: Vec<u8>| -> Change {
        Box::new(move |bytes: Vec<u8>| {
            let at = bytes
                .windows(from.len())
                .position(|window| window == from.as_bytes())
                .expect("the text to replace");
            [&bytes[..at], &to, &bytes[at + from.len()..]].concat()
        })
    };
    let forms: Vec<(&str, Change, &str, &[&str])> = vec![
        (
            "publications.csv",
            replace("Nobody A", latin),
            " C2: ",
            &["is not UTF-8 (byte 0xFC", "save the sheet as CSV UTF-8"],
        ),
        (
            "cases.csv",
            Box::new(|bytes| {
                let text = String::from_utf8(bytes).expect("text");
                let units = text.encode_utf16().flat_map(u16::to_le_bytes);
                [0xFF, 0xFE].into_iter().chain(units).collect()
            }),
            ": ",
            &["is UTF-16: save it as CSV UTF-8"],
        ),
        (
            "cases.csv",
            Box::new(|bytes| {
                let text = String::from_utf8(bytes).expect("text");
                text.replace("; ", "/").replace(',', ";").into_bytes()
            }),
            ": ",
            &["is not separated by commas"],
        ),
        (
            "cases.csv",
            replace("stated,34,", huge.into_bytes()),
            " E2: ",
            &["the cell holds 2000000 bytes"],
        ),
        ("cases.csv", Box::new(|_| Vec::new()), ": ", &["is empty"]),
        (
            "cases.csv",
            Box::new(|_| [&b"PK\x03\x04"[..], &[7; 3000]].concat()),
            ": ",
            &["is a workbook", "save the sheet as CSV UTF-8"],
        ),
        (
            "cases.csv",
            Box::new(|bytes| [&bytes[..], &b"\x00x,y\n".repeat(200)].concat()),
            ": ",
            &["180 more rows of a wrong form"],
        ),
        (
            "treatments.csv",
            replace("crizotinib", b"\"crizotinib".to_vec()),
            " H3: ",
            &["quotation mark", "\\\"crizotinib"],
        ),
        (
            "cases.csv",
            replace("stated,34,", b"stated,3\"4,".to_vec()),
            " E2: ",
            &["\"3\\\"4\" has a quotation mark inside"],
        ),
        (
            "fusions.csv",
            replace("RANBP2,", b"RAN\0BP2,".to_vec()),
            " F2: ",
            &["NUL byte"],
        ),
    ];
    for (sheet, change, place, words) in forms {
        let tiny = Tiny::new();
        let path = tiny.sheet(sheet);
        fs::write(&path, change(fs::read(&path).expect("a sheet"))).expect("written");
        let ran = tiny.run(&["check"]);
        let start = format!("error: {}{place}", path.display());
        assert!(
            lines(&ran.out)
                .iter()
                .any(|line| line.starts_with(&start) && words.iter().all(|w| line.contains(w))),
            "{sheet} {words:?}:\n{}",
            ran.out.chars().take(2000).collect::<String>()
        );
        assert_eq!(ran.status, 1);
        assert!(ran.out.len() < 10_000, "a problem repeats the whole file");
    }
}

#[test]
fn a_sheet_with_a_byte_order_mark_or_windows_line_ends_is_a_sheet() {
    let plain = Tiny::new();
    plain.run(&["build"]).ok();
    let tiny = Tiny::new();
    let path = tiny.sheet("cases.csv");
    let text = fs::read_to_string(&path)
        .expect("a sheet")
        .replace('\n', "\r\n");
    fs::write(&path, format!("\u{FEFF}{text}")).expect("written");
    tiny.run(&["build"]).ok();
    let query = "SELECT ?s ?p ?o WHERE { ?s ?p ?o . FILTER(STRSTARTS(STR(?s), \"https://w3id.org/casegraph/tiny/case/\")) } ORDER BY ?s ?p ?o";
    let ask = |tiny: &Tiny| tiny.run(&["query", "--format", "csv", query]).ok();
    assert_eq!(ask(&plain), ask(&tiny));
}

/// Found 2026: a blank line shifted the cell of every problem below it.
#[test]
fn blank_lines_do_not_shift_the_cells_of_problems() {
    let tiny = Tiny::new();
    tiny.edit("cases.csv", "\ncase-5,", "\n\n\r\ncase-5,");
    tiny.edit("cases.csv", "stated,61,", "stated,610,");
    let out = tiny.run(&["check"]).out;
    assert!(out.contains("cases.csv E9: \"610\""), "{out}");
}

#[test]
fn a_missing_sheet_is_told_with_its_headings() {
    for (sheet, headings) in [
        ("publications.csv", "key,review_ref,first_author"),
        ("cases.csv", "case,source,locator,certainty,age_years"),
        ("cohorts.csv", "cohort,case,publication"),
        ("treatments.csv", "case,item,source"),
    ] {
        let tiny = Tiny::new();
        fs::remove_file(tiny.sheet(sheet)).expect("removed");
        let ran = tiny.run(&["check"]);
        let start = format!("error: {}: is missing", tiny.sheet(sheet).display());
        let line = lines(&ran.out)
            .into_iter()
            .find(|line| line.starts_with(&start))
            .unwrap_or_else(|| panic!("{sheet}:\n{}", ran.out));
        assert!(line.contains(headings), "{line}");
        assert_eq!(ran.status, 1);
        assert_eq!(lines(&ran.out).len(), 1, "one thing is wrong:\n{}", ran.out);
    }
}

#[test]
fn two_episodes_without_items_are_told() {
    let tiny = Tiny::new();
    let path = tiny.sheet("treatments.csv");
    let text = fs::read_to_string(&path).expect("a sheet");
    let text = text
        .replace("case-1,2,", "case-1,,")
        .replace("case-1,3,", "case-1,,");
    fs::write(&path, text).expect("written");
    let out = tiny.run(&["check"]).out;
    assert!(
        out.contains("treatments.csv B4: the row has no item, nor has row 3"),
        "{out}"
    );
}

#[test]
fn an_unknown_gene_is_a_warning_with_the_nearest() {
    let tiny = Tiny::new();
    tiny.edit("fusions.csv", "RANBP2,ALK", "RANBP22,ALK");
    let ran = tiny.run(&["check"]);
    assert!(
        ran.out
            .contains("fusions.csv F2: \"RANBP22\" is a gene that the ontology does not know")
            && ran.out.contains("nearest known: RANBP2"),
        "{}",
        ran.out
    );
    assert_eq!(ran.status, 0);
}

#[test]
fn an_unknown_kind_of_source_is_a_primary_report_with_a_warning() {
    let tiny = Tiny::new();
    tiny.edit(
        "publications.csv",
        ",case-report,full-text,",
        ",registry,full-text,",
    );
    let ran = tiny.run(&["check"]);
    assert!(
        ran.out
            .contains("publications.csv K2: \"registry\" is no known kind of source")
            && ran.out.contains("counts as a primary report"),
        "{}",
        ran.out
    );
    assert_eq!(ran.status, 0);
}

/// The list of reasons is open: a word that is like none of it is kept, a misspelt one is told.
#[test]
fn a_reason_for_stopping_of_ones_own_is_kept() {
    let tiny = Tiny::new();
    tiny.edit("treatments.csv", ",progression,", ",insurance,");
    tiny.run(&["build"]).ok();
    let query = "ASK { ?episode cg:stopReason \"insurance\" }";
    assert!(tiny.run(&["query", query]).ok().starts_with("yes"));
    let tiny = Tiny::new();
    tiny.edit("treatments.csv", ",progression,", ",progresion,");
    let out = tiny.run(&["check"]).out;
    assert!(
        out.contains("looks like a misspelt") && out.contains("nearest known: progression"),
        "{out}"
    );
}

#[test]
fn cohorts_may_be_tables_of_their_own() {
    let listed = Tiny::new();
    let tables = Tiny::new();
    let path = tables.sheet("study.toml");
    let text = fs::read_to_string(&path)
        .expect("the study")
        .replace("[[cohorts]]\nname = \"north\"", "[cohorts.north]")
        .replace("[[cohorts]]\nname = \"south\"", "[cohorts.south]")
        .replace("[[cohorts]]\nname = \"excluded\"", "[cohorts.excluded]");
    fs::write(&path, text).expect("written");
    let query = "SELECT ?cohort ?p ?o { ?cohort a cg:Cohort ; ?p ?o } ORDER BY ?cohort ?p ?o";
    let ask = |tiny: &Tiny| {
        tiny.run(&["build"]).ok();
        tiny.run(&["query", "--format", "csv", query]).ok()
    };
    let cohorts = ask(&listed);
    assert!(cohorts.lines().count() > 3, "{cohorts}");
    assert_eq!(cohorts, ask(&tables));
}

#[test]
fn all_errors_of_all_sheets_come_at_once_and_nothing_is_written() {
    let tiny = Tiny::new();
    tiny.run(&["build"]).ok();
    let manifest = fs::read(tiny.store().join("manifest.json")).expect("a manifest");
    let question = [
        "query",
        "--frozen",
        "--format",
        "csv",
        "SELECT (COUNT(?c) AS ?n) { ?c a cg:Case }",
    ];
    let before = tiny.run(&question).ok();
    tiny.edit("cases.csv", "stated,34,", "stated,340,");
    tiny.edit("cases.csv", "leiomyosarcoma", "leiomyosarkoma");
    tiny.edit("treatments.csv", "drug,alectinib", "drug,alectinob");
    tiny.edit("publications.csv", "Nobody A,2015", "Nobody A,year");
    tiny.edit("cohorts.csv", "north,case-2,", "north,case-22,");
    let err = tiny.run(&["build"]).fails(2);
    for cell in [
        "cases.csv E2: ",
        "cases.csv H6: ",
        "treatments.csv H4: ",
        "publications.csv D2: ",
        "cohorts.csv B3: ",
    ] {
        assert!(err.contains(cell), "{cell}\n{err}");
    }
    assert!(
        err.contains("the sheets have 5 errors; nothing was written"),
        "{err}"
    );
    assert_eq!(
        fs::read(tiny.store().join("manifest.json")).expect("it"),
        manifest
    );
    assert_eq!(tiny.run(&question).ok(), before);
    // Without --frozen the wrong sheets are not passed over in silence.
    let err = tiny.run(&["query", "ASK { ?s ?p ?o }"]).fails(2);
    assert!(err.contains("nothing was written"), "{err}");
}
