//! The flow of PRISMA: what a study says of its search, and what nobody recorded.

use crate::support::Tiny;

/// The number of a box; none if it is not recorded.
fn number(rows: &str, what: &str) -> Option<u32> {
    let row = rows.lines().find(|row| row.contains(what));
    let row = row.unwrap_or_else(|| panic!("no row of {what}: {rows}"));
    row.rsplit(',')
        .next()
        .and_then(|cell| cell.trim().parse().ok())
}

fn rows(tiny: &Tiny) -> String {
    tiny.run(&["run", "cohort/prisma", "--format", "csv"]).ok()
}

fn drawn(tiny: &Tiny) -> String {
    tiny.run(&["run", "cohort/prisma", "--format", "svg"]).ok()
}

#[test]
fn what_nobody_recorded_has_a_box_and_no_number() {
    let tiny = Tiny::new();
    let rows = rows(&tiny);
    for what in [
        "Records identified",
        "Records screened",
        "reports not retrieved",
    ] {
        assert_eq!(number(&rows, what), None, "{what}");
    }
    assert_eq!(number(&rows, "Counted cases"), Some(8));
    let drawn = drawn(&tiny);
    for stage in ["Identification", "Screening", "Eligibility", "Included"] {
        assert_eq!(drawn.matches(&format!(">{stage}<")).count(), 1, "{stage}");
    }
    assert!(drawn.contains("n = not recorded"), "{drawn}");
}

#[test]
fn numbers_of_the_search_stand_where_the_study_says_them() {
    let tiny = Tiny::new();
    let path = tiny.sheet("study.toml");
    let text = std::fs::read_to_string(&path).expect("a file");
    let with = |search: &str| {
        std::fs::write(&path, format!("{text}\n[search]\n{search}\n")).expect("written");
    };
    with("databases = 412\nelsewhere = 17\nduplicates = 96\nscreened = 333\nexcluded = 0");
    let rows = rows(&tiny);
    for (what, n) in [
        ("Records identified", Some(429)),
        ("duplicates", Some(96)),
        ("for other reasons", None),
        ("Records screened", Some(333)),
        ("records excluded", Some(0)),
        ("Reports sought", None),
    ] {
        assert_eq!(number(&rows, what), n, "{what}: {rows}");
    }
    assert!(
        rows.contains("databases and registers: 412; other sources: 17"),
        "{rows}"
    );
    assert!(drawn(&tiny).contains("n = 429"));
    for (wrong, told) in [
        ("databases = -1", "is no whole number of records"),
        ("databases = \"many\"", "is no whole number of records"),
        ("database = 4", "nearest known: databases"),
    ] {
        with(wrong);
        let checked = tiny.run(&["check"]);
        assert_eq!(checked.status, 1, "{wrong}");
        assert!(checked.out.contains(told), "{wrong}: {}", checked.out);
    }
}

#[test]
fn the_sheet_of_searches_gives_the_numbers() {
    let tiny = Tiny::new();
    let path = tiny.sheet("study.toml");
    let text = std::fs::read_to_string(&path).expect("a file");
    let search =
        "[search]\ndatabases = 8\nelsewhere = 1\nremoved = 2\nscreened = 7\nexcluded = 2\n";
    std::fs::write(&path, format!("{text}\n{search}")).expect("written");
    let records = "record,found_in,first_author,year,title,journal,doi,pmid,duplicate_of,decision,reason,publication,note
a,x.ris,A,2020,Aa,,,1,,title-excluded,,,
b,x.ris,B,2020,Bb,,,2,,title-excluded,,,
c,x.ris,C,2020,Cc,,,3,,not-retrieved,,,
d,x.ris,D,2020,Dd,,,4,,text-excluded,no ALK inhibitor,,
e,x.ris,E,2020,Ee,,,5,,text-excluded,no ALK inhibitor,,
f,x.ris,F,2020,Ff,,,6,,text-excluded,a review,,
g,x.ris,G,2020,Gg,,,7,,included,,,
h,y.ris,G,2020,Gg,,,7,g,,,,
i,y.ris,I,2020,Ii,,,8,,,,,
";
    std::fs::write(tiny.sheet("screening.csv"), records).expect("written");
    let found = rows(&tiny);
    for (what, n) in [
        (
            "Records identified (databases and registers: 8; other sources: 1)",
            9,
        ),
        ("duplicates", 1),
        ("for other reasons", 2),
        ("not screened yet", 1),
        ("Records screened", 7),
        ("records excluded by title", 2),
        ("Reports sought", 5),
        ("reports not retrieved", 1),
        ("reports excluded after reading: no ALK inhibitor", 2),
        ("reports excluded after reading: a review", 1),
    ] {
        assert_eq!(number(&found, what), Some(n), "{what}: {found}");
    }
    let checked = tiny.run(&["check"]);
    assert!(
        !checked.out.contains("is not what screening.csv has"),
        "{}",
        checked.out
    );
    // Two numbers for one box are told, and the sheet's is taken.
    let search = search
        .replace("screened = 7", "screened = 300")
        .replace("elsewhere = 1", "elsewhere = 5");
    std::fs::write(&path, format!("{text}\n{search}")).expect("written");
    let checked = tiny.run(&["check"]);
    for said in [
        "screened = 300",
        "which is 7",
        "databases and elsewhere = 13",
        "which is 9",
    ] {
        assert!(checked.out.contains(said), "{said}: {}", checked.out);
    }
    let found = rows(&tiny);
    assert_eq!(number(&found, "Records screened"), Some(7));
    let what =
        "Records identified (databases and registers: not recorded; other sources: not recorded)";
    assert_eq!(number(&found, what), Some(9), "{found}");
}
