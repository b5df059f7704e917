//! Planted errors: one thing changed in a copy of the invented study, and what must be said of it.

use std::fs;

use crate::support::Tiny;

/// One change of a sheet and the line that must be printed: its cell ("" for the whole file) and
/// words of the message.
struct Planted {
    sheet: &'static str,
    from: &'static str,
    to: &'static str,
    cell: &'static str,
    words: &'static [&'static str],
}

const fn planted(
    sheet: &'static str,
    from: &'static str,
    to: &'static str,
    cell: &'static str,
    words: &'static [&'static str],
) -> Planted {
    Planted {
        sheet,
        from,
        to,
        cell,
        words,
    }
}

const PLANTED: &[Planted] = &[
    planted(
        "cases.csv",
        "leiomyosarcoma",
        "leiomyosarkoma",
        "H6",
        &[
            "\"leiomyosarkoma\"",
            "is no known histology",
            "nearest known: leiomyosarcoma",
        ],
    ),
    planted(
        "cases.csv",
        "age_years",
        "age_year",
        "E1",
        &[
            "\"age_year\" is not a column of this sheet",
            "nearest known: age_years",
        ],
    ),
    planted(
        "publications.csv",
        "\ninvented-2,",
        "\ninvented-1,",
        "A3",
        &["\"invented-1\" is a key that another row has"],
    ),
    planted(
        "cases.csv",
        "case-2,invented-2",
        "case-2,invented-20",
        "B3",
        &[
            "\"invented-20\" is no source",
            "publications.csv",
            "nearest known: invented-2",
        ],
    ),
    planted(
        "cohorts.csv",
        "north,case-2,",
        "north,case-22,",
        "B3",
        &[
            "\"case-22\" is no case",
            "cases.csv",
            "nearest known: case-2",
        ],
    ),
    planted(
        "treatments.csv",
        "case-6,1,",
        "case-66,1,",
        "A15",
        &["\"case-66\" is no case: declare it by a row in cases.csv"],
    ),
    planted(
        "cases.csv",
        "stated,34,",
        "stated,300,",
        "E2",
        &["\"300\" cannot be", "between 0 and"],
    ),
    planted(
        "cases.csv",
        "stated,34,",
        "stated,-4,",
        "E2",
        &["\"-4\" cannot be"],
    ),
    planted(
        "cases.csv",
        "stated,34,",
        "stated,abc,",
        "E2",
        &["\"abc\" is no", "a plain number"],
    ),
    planted(
        "treatments.csv",
        "600 mg twice daily,8,4,",
        "600 mg twice daily,-2,4,",
        "L4",
        &["\"-2\" starts earlier than an episode that comes before it in order"],
    ),
    planted(
        "treatments.csv",
        "drug,alectinib,,2,",
        "drug,alectinib,,0,",
        "J4",
        &["\"0\"", "line of therapy"],
    ),
    planted(
        "treatments.csv",
        "PR,RECIST 1.1,1,8,",
        "PR,RECIST 1.1,9,8,",
        "P3",
        &["\"9\" months to response is later than the end of progression-free survival (8 months)"],
    ),
    planted(
        "treatments.csv",
        "RECIST 1.1,1,8,yes",
        "RECIST 1.1,1,18,yes",
        "Q3",
        &["\"18\" months is longer than the follow-up from the same first dose (12 months)"],
    ),
    planted(
        "follow_up.csv",
        "stated,dead-toxicity,",
        "stated,alive,",
        "E7",
        &["\"alive\" is alive, but the same source reports a fatal event"],
    ),
    planted(
        "adverse_events.csv",
        "pneumonitis,5,",
        "pneumonitis,3,",
        "H6",
        &["\"3\" as grade does not fit fatal = yes"],
    ),
    planted(
        "cases.csv",
        "stated,34,,male",
        "stated,34,pediatric,male",
        "E2",
        &["\"34\" years does not fit the age group \"pediatric\""],
    ),
    planted(
        "cases.csv",
        "case-1,invented-1,p. 1,stated,",
        "case-1,invented-1,p. 1,,",
        "D2",
        &["the row has no certainty"],
    ),
    planted(
        "cases.csv",
        "case-1,invented-1,p. 1,stated,",
        "case-1,invented-1,p. 1,sure,",
        "D2",
        &["\"sure\" is not one of: stated, derived, weak"],
    ),
    planted(
        "cases.csv",
        "case-1,invented-1,p. 1,",
        "case-1,invented-1,,",
        "C2",
        &["the row has no locator"],
    ),
    planted(
        "cases.csv",
        "case-1,invented-1,p. 1,",
        "case-1,,p. 1,",
        "B2",
        &["the row names no source"],
    ),
    planted(
        "alterations.csv",
        "case-4,1,invented-3,p. 6,stated,ALK,no secondary mutation,",
        "case-1,1,invented-1,p. 2,stated,ALK,G1269A,",
        "A3",
        &["\"case-1\" the whole row stands in row 2 already"],
    ),
    planted(
        "treatments.csv",
        "case-1,2,",
        "case-1,two,",
        "B3",
        &["\"two\" is no item: a whole number"],
    ),
    planted(
        "cohorts.csv",
        "south,case-6,invented-4,2,stated,",
        "south,case-5,invented-4,2,stated,",
        "B8",
        &["\"case-5\" is in cohort \"south\" twice"],
    ),
    planted(
        "cohorts.csv",
        "excluded,case-9,",
        "excluded,case-7,",
        "B11",
        &["\"case-7\" is in a cohort that counts and in one that does not"],
    ),
    planted(
        "publications.csv",
        "Nobody A,2015",
        "Nobody A,215",
        "D2",
        &["\"215\" is no year between 1800 and"],
    ),
    planted(
        "publications.csv",
        "1:1-2,,,,",
        "1:1-2,https://doi.org/10.1/x,,,",
        "H2",
        &["is no DOI: it starts with 10."],
    ),
    planted(
        "publications.csv",
        "1:1-2,,,,",
        "1:1-2,,PMID1,,",
        "I2",
        &["\"PMID1\" is no PubMed identifier: digits only"],
    ),
    planted(
        "publications.csv",
        ",case-report,full-text,",
        ",case-reprot,full-text,",
        "K2",
        &[
            "\"case-reprot\" is not one of",
            "nearest known: case-report",
        ],
    ),
    planted(
        "decisions.csv",
        "case-8,cases,",
        "case-88,cases,",
        "A2",
        &["\"case-88\" is no case"],
    ),
    planted(
        "decisions.csv",
        ",histology,",
        ",histologie,",
        "D2",
        &["\"histologie\" is not one of", "nearest known: histology"],
    ),
    planted(
        "decisions.csv",
        "spindle cell sarcoma",
        "spindel cell sarcoma",
        "E2",
        &[
            "is no known histology",
            "nearest known: spindle cell sarcoma",
        ],
    ),
    planted(
        "decisions.csv",
        "2026-01-01",
        "1 Jan 2026",
        "H2",
        &["is no date: write YYYY-MM-DD"],
    ),
    planted(
        "treatments.csv",
        "drug,alectinib",
        "drug,alectinob",
        "H4",
        &["\"alectinob\" is no known drug", "nearest known: alectinib"],
    ),
    planted(
        "treatments.csv",
        "8,PR,RECIST",
        "8,PX,RECIST",
        "N3",
        &["\"PX\" is no known response"],
    ),
    planted(
        "claims.csv",
        ",2,3,66.7",
        ",two,3,66.7",
        "H2",
        &["\"two\" is no whole number"],
    ),
    planted(
        "cases.csv",
        "brain; liver",
        "brain; ; liver",
        "L2",
        &["has an empty part"],
    ),
    planted(
        "cases.csv",
        "brain; liver,no",
        "brain; liver,nope",
        "M2",
        &["is neither yes nor no"],
    ),
    planted(
        "cases.csv",
        "case-7,invented-5,abstract,stated,,adult,female,inflammatory myofibroblastic tumor,,",
        "case-7,invented-5,abstract,stated,,adult,female,inflammatory, myofibroblastic tumor,,",
        "P8",
        &["the row has 16 cells and the headings have 15"],
    ),
    planted(
        "cases.csv",
        "case,source",
        "source,source",
        "B1",
        &["is a heading twice"],
    ),
    planted(
        "cases.csv",
        "case-1,",
        "case 1,",
        "A2",
        &["\"case 1\" is no key"],
    ),
    planted(
        "study.toml",
        "title = ",
        "title ",
        "",
        &["is not valid TOML"],
    ),
];

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
#[test]
fn every_broken_form_is_told() {
    let huge = format!("stated,{},", "9".repeat(2_000_000));
    let latin: Vec<u8> = b"M\xFCller".to_vec();
    type Change = Box<dyn Fn(Vec<u8>) -> Vec<u8>>;
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
